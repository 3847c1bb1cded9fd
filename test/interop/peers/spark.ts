/** Spark SQL in local mode: selectors pushed into the engine, with ANSI mode on and off. Heavy: only in the long run. */

import { findProgram, findPython } from "../environment.ts";
import type { InteropPeer } from "../peer.ts";
import { askEngine } from "../selectors/ask-python.ts";
import { compareSelectors } from "../selectors/compare.ts";

export const peers: readonly InteropPeer[] = [
  {
    name: "Spark",
    heavy: true,
    find() {
      const java = findProgram(
        "java",
        ["-version"],
        "Spark needs a Java runtime (Debian package default-jre-headless)",
      );
      return "missing" in java ? java : findPython("pyspark");
    },
    // Few statements over many rows: each one costs a second, whatever its table.
    run: () => [
      ...compareSelectors("spark", askEngine("spark", { ansi: true }), 5, { suffix: ", ANSI mode", rows: 10_000 }),
      ...compareSelectors("spark", askEngine("spark", { ansi: false }), 1, { suffix: ", without ANSI mode" }),
    ],
  },
];
