/** `otakit cohort sql`: a selector, and the rings behind it, as a condition for a database. */

import { bucketSql, parseRingPlan, ringSql, type SqlDialect, toSql } from "otakit/cohort";
import { readDocument, readSelectorInput, selectorOptions } from "../cohort/options.ts";
import { type Command, defineCommand, usageError } from "../command.ts";

const dialects: readonly SqlDialect[] = ["postgres", "duckdb", "sqlite", "clickhouse", "spark"];

export const cohortSql: Command = defineCommand({
  name: "cohort sql",
  summary: "write a selector as a condition for a database",
  details: [
    "The condition has a parameter for every value of the selector; they are listed behind it in the order of their numbers. It selects " +
      "the vehicles that `otakit cohort select` selects, where columns hold what records hold, with NULL for a missing value.",
    "The time is one of the parameters: write the condition anew for a new day, or give --now.",
    "With --rings, expressions for the bucket of a vehicle and the index of its ring follow.",
  ],
  options: {
    ...selectorOptions,
    dialect: { value: "WORD", required: true, help: `database: ${dialects.join(", ")}` },
    rings: { value: "FILE", help: "ring plan, as JSON" },
    json: { help: "write the result as JSON" },
  },
  examples: [
    [
      "otakit cohort sql --selector pilot.json --catalogue fleet.json --dialect postgres",
      "write a condition for PostgreSQL",
    ],
  ],
  async run({ options }, terminal) {
    const dialect = dialects.find((each) => each === options.dialect);
    if (dialect === undefined) {
      throw usageError(`--dialect expected ${dialects.join(", ")}, got "${options.dialect}"`, "cohort sql");
    }
    const { selector, catalogue, lists, holdback, now } = await readSelectorInput(options, "cohort sql");
    const predicate = toSql(selector, catalogue, dialect, {
      now,
      lists,
      ...(holdback === undefined ? {} : { holdback }),
      ...(dialect === "sqlite" ? { hasBucketFunction: true } : {}),
    });
    const { text, params } = predicate;
    const idColumn = catalogue.idColumn ?? catalogue.idField ?? "vehicleId";
    const plan = options.rings === undefined ? undefined : parseRingPlan(readDocument(options.rings));
    const placed =
      plan === undefined
        ? {}
        : { bucket: bucketSql(dialect, plan.salt, idColumn), ring: ringSql(dialect, plan, { idColumn }) };
    if (options.json) {
      terminal.printJson({ schema: "otakit.cohort-sql/1", dialect, now, ...predicate, ...placed });
      return undefined;
    }
    terminal.print(text);
    terminal.print(["", "parameters:", ...params.map((value, index) => `  ${index + 1}: ${JSON.stringify(value)}`)]);
    for (const [name, expression] of Object.entries(placed)) terminal.print(["", `${name}:`, `  ${expression}`]);
    return undefined;
  },
});
