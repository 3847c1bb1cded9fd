/** PostgreSQL: events aggregated in the database. */

import type { SqlRow } from "otakit/cohort";
import { type AggregateBatch, compareAggregates, eventColumns } from "../aggregate/compare.ts";
import type { InteropPeer } from "../peer.ts";
import { findPostgres, startPostgres } from "../postgres-server.ts";

export const peers: readonly InteropPeer[] = [
  {
    name: "PostgreSQL (aggregate)",
    find: findPostgres,
    run({ full }) {
      const server = startPostgres();
      try {
        return [
          compareAggregates("postgres", (batches) => batches.map((batch) => ask(server.psql, batch)), full ? 50 : 8),
        ];
      } finally {
        server.stop();
      }
    },
  },
];

function ask(
  psql: (script: string) => readonly string[],
  { rows, statements }: AggregateBatch,
): readonly (readonly SqlRow[])[] {
  const columns = Object.entries(eventColumns).map(([name, type]) =>
    type === "text" ? `"${name}" text COLLATE ignore_case` : `"${name}" bigint`,
  );
  const values = rows.map((row) => `(${row.map(literal).join(", ")})`);
  const lines = psql(`
    CREATE COLLATION ignore_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
    CREATE TEMP TABLE event (${columns.join(", ")});
    INSERT INTO event VALUES ${values.join(",\n")};
    ${statements
      .map(
        ({ text, params }, index) => `
    PREPARE asked${index} AS SELECT coalesce(jsonb_agg(row), '[]') FROM (${text}) row;
    EXECUTE asked${index}${params.length === 0 ? "" : `(${params.map(literal).join(", ")})`};`,
      )
      .join("\n")}
    DROP TABLE event;
    DROP COLLATION ignore_case;`);
  return lines.map((line) => JSON.parse(line) as readonly SqlRow[]);
}

function literal(value: string | number | null): string {
  return typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value ?? "NULL");
}
