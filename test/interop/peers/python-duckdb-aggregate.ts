/** DuckDB: events aggregated in the database. */

import { askAggregates } from "../aggregate/ask-python.ts";
import { compareAggregates } from "../aggregate/compare.ts";
import { findPython } from "../environment.ts";
import type { InteropPeer } from "../peer.ts";

export const peers: readonly InteropPeer[] = [
  {
    name: "python duckdb (aggregate)",
    find: () => findPython("duckdb"),
    run: ({ full }) => [compareAggregates("duckdb", askAggregates("duckdb"), full ? 50 : 8)],
  },
];
