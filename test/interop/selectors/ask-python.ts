/** Databases that are asked through Python. */

import { askPython } from "../environment.ts";
import { fleetColumns, recallRows } from "./cases.ts";
import type { Answer, AskDatabase } from "./compare.ts";

/** Starts an engine for each batch: one process, so that a batch leaves nothing behind for the next. */
export function askEngine(
  engine: "duckdb" | "clickhouse" | "spark",
  options: Readonly<Record<string, unknown>> = {},
): AskDatabase {
  return ({ rows, queries }) => {
    const table = {
      columns: fleetColumns,
      rows: rows.map((row) => row.map((cell) => cell ?? null)),
      recall: recallRows.map((id) => id ?? null),
    };
    const asked = queries.map(({ truth, text, params }) => ({ truth, text, params }));
    return askPython<readonly Answer[]>("ask_selectors.py", [
      { engine, ...options },
      { ...table, queries: asked },
    ])[1]!;
  };
}
