/** Spark SQL in local mode: events aggregated in the engine, with ANSI mode on and off. Heavy: only in the long run. */

import { askAggregates } from "../aggregate/ask-python.ts";
import { compareAggregates } from "../aggregate/compare.ts";
import { findProgram, findPython } from "../environment.ts";
import type { InteropPeer } from "../peer.ts";

export const peers: readonly InteropPeer[] = [
  {
    name: "Spark (aggregate)",
    heavy: true,
    find() {
      const missing = "Spark needs a Java runtime (Debian package default-jre-headless)";
      const java = findProgram("java", ["-version"], missing);
      return "missing" in java ? java : findPython("pyspark");
    },
    run: () => [
      compareAggregates("spark", askAggregates("spark", { ansi: true }), 4, ", ANSI mode"),
      compareAggregates("spark", askAggregates("spark", { ansi: false }), 3, ", without ANSI mode"),
    ],
  },
];
