/** A fleet beyond one machine: selected and ringed where it is kept, and the same vehicles as here. */

import { findPython } from "../environment.ts";
import { compareFleet } from "../fleet/compare.ts";
import type { InteropPeer } from "../peer.ts";

export const peers: readonly InteropPeer[] = [
  {
    name: "DuckDB (a fleet of Parquet)",
    find: () => findPython("duckdb"),
    run: async ({ full }) => [
      await compareFleet("duckdb", "examples/fleet/duckdb_job.py", full ? 10_000_000 : 100_000),
    ],
  },
  {
    name: "Spark (a fleet of Parquet)",
    heavy: true,
    find: () => findPython("pyspark"),
    run: async () => [await compareFleet("spark", "examples/fleet/spark_job.py", 10_000_000)],
  },
];
