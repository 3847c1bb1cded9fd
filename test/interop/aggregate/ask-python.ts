/** Databases that are asked through Python. */

import type { SqlRow } from "otakit/cohort";
import { askPython } from "../environment.ts";
import { type AskAggregates, eventColumns } from "./compare.ts";

/** Starts an engine for all batches together. */
export function askAggregates(
  engine: "duckdb" | "spark",
  options: Readonly<Record<string, unknown>> = {},
): AskAggregates {
  return (batches) =>
    askPython<readonly (readonly SqlRow[])[]>("ask_aggregate.py", [
      { engine, ...options },
      ...batches.map((batch) => ({ columns: eventColumns, ...batch })),
    ]).slice(1);
}
