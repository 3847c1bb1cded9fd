/** `python-tuf`, the reference implementation of TUF: its Metadata API writes, its ngclient reads. */

import { askPython, findPython } from "../environment.ts";
import type { InteropPeer } from "../peer.ts";
import { readAt, type Scenario, type Verdict } from "../tuf/client-otakit.ts";
import { compareClients } from "../tuf/compare-clients.ts";
import { pythonDifferences } from "../tuf/known-differences.ts";

export const peers: readonly InteropPeer[] = [
  {
    name: "python tuf",
    find: () => findPython("tuf"),
    run: ({ full }) =>
      compareClients(
        {
          seed: "python-tuf",
          write: (plans, pool) =>
            askPython<Record<string, string>>(
              "ask_tuf.py",
              plans.map((plan) => ({ kind: "write", plan, pool: pool.map(({ pem, scheme }) => ({ pem, scheme })) })),
            ).map(
              (files) =>
                new Map(
                  Object.entries(files).map(([name, text]) => [name, new Uint8Array(Buffer.from(text, "base64"))]),
                ),
            ),
          read: (scenarios) =>
            askPython<Verdict>(
              "ask_tuf.py",
              scenarios.map((scenario) => ({ kind: "read", now: readAt, ...asJson(scenario) })),
            ),
          differences: pythonDifferences,
        },
        full ? { repositories: 500, mutants: 6_000 } : { repositories: 200, mutants: 2_000 },
      ),
  },
];

function asJson({ root, files, lookups }: Scenario) {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
  return {
    root: text(root),
    files: Object.fromEntries([...files].map(([name, bytes]) => [name, text(bytes)])),
    lookups,
  };
}
