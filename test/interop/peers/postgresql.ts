/** PostgreSQL: the cohort bucket as a database would select it. */

import { bucketOf, campaignSalt } from "otakit/cohort";
import { startComparison } from "../compare.ts";
import type { InteropPeer, PeerOutcome } from "../peer.ts";
import { findPostgres, startPostgres } from "../postgres-server.ts";
import { vehicleIds } from "../vehicle-ids.ts";

export const peers: readonly InteropPeer[] = [
  {
    name: "PostgreSQL",
    find: findPostgres,
    run({ full }) {
      const server = startPostgres();
      try {
        return [buckets(server.psql, full ? 1_000_000 : 100_000)];
      } finally {
        server.stop();
      }
    },
  },
];

function buckets(psql: (script: string) => readonly string[], count: number): PeerOutcome {
  const comparison = startComparison("bucket of a vehicle id");
  const ids = vehicleIds(count);
  const salt = campaignSalt("ota-2026-07");
  const rows = psql(`
    CREATE TEMP TABLE vehicle (place serial, id text);
    COPY vehicle (id) FROM STDIN;
${ids.map(copyText).join("\n")}
\\.
    SELECT ('x' || encode(substring(sha256(convert_to('${salt}:' || id, 'UTF8')) from 1 for 4), 'hex'))::bit(32)::bigint
    FROM vehicle ORDER BY place;`);
  ids.forEach((id, index) => {
    comparison.add(id, bucketOf(salt, id), Number(rows[index]));
  });
  return comparison.outcome();
}

/** Text as COPY reads it. */
function copyText(text: string): string {
  const escapes: Record<string, string> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
  return text.replace(/[\\\n\r\t]/g, (character) => escapes[character]!);
}
