/** DuckDB: selectors pushed into the database. */

import { findPython } from "../environment.ts";
import type { InteropPeer } from "../peer.ts";
import { askEngine } from "../selectors/ask-python.ts";
import { compareSelectors } from "../selectors/compare.ts";

export const peers: readonly InteropPeer[] = [
  {
    name: "python duckdb (selectors)",
    find: () => findPython("duckdb"),
    run: ({ full }) => [
      ...compareSelectors("duckdb", askEngine("duckdb"), full ? 50 : 5),
      ...compareSelectors("duckdb", askEngine("duckdb", { ignoresCase: true }), 1, {
        suffix: ", default collation NOCASE",
      }),
    ],
  },
];
