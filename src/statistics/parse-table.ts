/** Boundary tables read back from a plan or a store: untrusted input, on which verdicts would rest. */

import { type GoTable, goBoundary, type StopTable, stopBoundary } from "./boundary.ts";
import { StatisticsError } from "./errors.ts";

/**
 * Checks a stop table that was read back: its shape, its test, and that each entry is where its test has it.
 *
 * Costs about two evaluations of log E for each entry.
 *
 * @throws {@link StatisticsError} `ERR_STATISTICS_TABLE` with the JSON pointer of the fault, or `ERR_STATISTICS_TABLE_VERSION`
 * @example
 * ```ts
 * parseStopTable(JSON.parse(JSON.stringify(tabulateStopBoundary(test, 1000))));
 * ```
 */
export function parseStopTable(value: unknown): StopTable {
  const table = requireTable<StopTable>(value, "otakit.stop-table/1", "lastN", -1);
  const { test, maxN, lastN } = table;
  checkWithTest(() => stopBoundary(0, test));
  require(lastN.length > 0 && lastN[lastN.length - 1] === maxN, "/lastN", "to end at maxN");
  lastN.forEach((last, f) => {
    const stopsHere = last < f || (stopBoundary(last, test) ?? Number.POSITIVE_INFINITY) <= f;
    const stopsLater = last < maxN && (stopBoundary(last + 1, test) ?? Number.POSITIVE_INFINITY) <= f;
    require(stopsHere && !stopsLater, `/lastN/${f}`, "the boundary of the test");
  });
  return table;
}

/**
 * Checks a go table that was read back, as {@link parseStopTable} does.
 *
 * @throws {@link StatisticsError} `ERR_STATISTICS_TABLE` with the JSON pointer of the fault, or `ERR_STATISTICS_TABLE_VERSION`
 */
export function parseGoTable(value: unknown): GoTable {
  const table = requireTable<GoTable>(value, "otakit.go-table/1", "firstN", 1);
  const { test, maxN, firstN } = table;
  checkWithTest(() => goBoundary(0, test));
  firstN.forEach((first, f) => {
    const goesHere = (goBoundary(first, test) ?? -1) >= f;
    const goesEarlier = (goBoundary(first - 1, test) ?? -1) >= f;
    require(goesHere && !goesEarlier, `/firstN/${f}`, "the boundary of the test");
  });
  require((goBoundary(maxN, test) ?? -1) === firstN.length - 1, "/firstN", "every entry up to maxN");
  return table;
}

/** Checks the members: a schema id, a test, maxN, and a rising list of integers from `least` to maxN. */
function requireTable<Table extends { readonly schema: string; readonly maxN: number }>(
  value: unknown,
  schema: Table["schema"],
  list: "lastN" | "firstN",
  least: number,
): Table {
  require(typeof value === "object" && value !== null, "", "an object");
  const table = value as Record<string, unknown>;
  if (typeof table["schema"] === "string" && table["schema"] !== schema) {
    throw new StatisticsError("ERR_STATISTICS_TABLE_VERSION", "Cannot use table: schema is unknown", {
      path: "/schema",
    });
  }
  require(table["schema"] === schema, "/schema", "the schema id");
  const { maxN, test } = table;
  require(typeof test === "object" && test !== null, "/test", "a test");
  require(Number.isInteger(maxN) && (maxN as number) >= 0 && (maxN as number) <= 10_000_000, "/maxN", "0 .. 10^7");
  const entries = table[list];
  require(Array.isArray(entries), `/${list}`, "a list");
  (entries as unknown[]).forEach((entry, index, all) => {
    const rises = Number.isInteger(entry) && (entry as number) > (index === 0 ? least - 1 : (all[index - 1] as number));
    require(rises && (entry as number) <= (maxN as number), `/${list}/${index}`, "rising integers up to maxN");
  });
  return value as Table;
}

/** The checks of a test throw RangeError; in a stored table a wrong one is a fault of the document. */
function checkWithTest(evaluate: () => unknown): void {
  try {
    evaluate();
  } catch (cause) {
    throw new StatisticsError("ERR_STATISTICS_TABLE", 'Cannot use table: "/test" is no test', { path: "/test", cause });
  }
}

function require(condition: boolean, path: string, expected: string): void {
  if (condition) return;
  throw new StatisticsError("ERR_STATISTICS_TABLE", `Cannot use table: "${path}" expected ${expected}`, { path });
}
