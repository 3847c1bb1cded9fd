/** The fold of `fold.ts` as statements for a database: what `settle.ts` says of one vehicle, said of all. */

import type { HashProvider } from "../../core/index.ts";
import { CohortError } from "../errors.ts";
import type { RolloutPlan } from "../gate/plan.ts";
import { maxParams, ParamList, type SqlDialect } from "../sql/dialect.ts";
import { dialects } from "../sql/to-sql.ts";
import { type EventColumns, EventTable } from "./event-table.ts";
import { type PlanWords, planWords } from "./plan-words.ts";
import { kind, reportWindow } from "./reports.ts";

/** Databases for which an aggregation can be written. */
export type AggregateDialect = Exclude<SqlDialect, "clickhouse">;

/** Where the events are. Names are letters, digits, blank, `_`, `.`, `$` or `-`, at most 63. */
export interface EventTableName {
  /** The table: one row for each delivery of an event. */
  readonly table: string;
  /** Columns with other names than the default ones, which are those of the members in snake case. */
  readonly columns?: Partial<EventColumns>;
}

/** A statement with its parameters, in the order of their numbers. */
export interface SqlStatement {
  readonly text: string;
  readonly params: readonly (string | number)[];
}

/** The aggregation of a table. Both statements read one snapshot of it: run them in one transaction. */
export interface AggregateStatements {
  /** One row for each cell; `aggregateFromRows` reads them. */
  readonly cells: SqlStatement;
  /** One row for each source. */
  readonly sources: SqlStatement;
}

/**
 * Writes the aggregation of a table of events: `aggregateFromRows` makes of its rows what `OutcomeFold` makes of the same events, to the
 * digest.
 *
 * Texts are compared byte by byte, whatever the collation of a column. Every name of the plan is a parameter.
 *
 * @throws {@link CohortError} `ERR_COHORT_ROLLOUT_PLAN`, `ERR_COHORT_ROLLOUT_PLAN_VERSION`, `ERR_COHORT_SQL_COLUMN` or `ERR_COHORT_SQL_PARAMS`
 * @throws RangeError for a dialect that does not exist
 * @example
 * ```ts
 * const { cells, sources } = aggregateSql(plan, "postgres", { table: "vehicle_event" });
 * const rows = { cells: (await client.query(cells.text, cells.params)).rows, sources: (await client.query(sources.text, sources.params)).rows };
 * evaluate(plan, aggregateFromRows(plan, rows, { telematics: { watermarkMs } }), context);
 * ```
 */
export function aggregateSql(
  plan: RolloutPlan,
  dialect: AggregateDialect,
  { table, columns = {} }: EventTableName,
  provider?: HashProvider,
): AggregateStatements {
  if (!["postgres", "duckdb", "sqlite", "spark"].includes(dialect)) {
    throw new RangeError(`"dialect" expected one of postgres, duckdb, sqlite, spark, got ${String(dialect)}`);
  }
  const words = planWords(plan, provider);
  const statement = (rest: readonly string[], select: string): SqlStatement => {
    const params = new ParamList(dialects[dialect]);
    const queries = [...new EventTable(dialects[dialect], words, params, table, columns).queries(), ...rest];
    if (params.values.length > maxParams) {
      throw new CohortError(
        "ERR_COHORT_SQL_PARAMS",
        `Cannot write an aggregation: it needs more than ${maxParams} parameters`,
      );
    }
    return { text: `WITH ${queries.join(",\n")}\n${select}`, params: params.values };
  };
  return {
    cells: statement([...vehicleQueries(words), ...measureQueries()], cellsSelect(words)),
    sources: statement(sourceQueries(), sourcesSelect),
  };
}

/** What each vehicle comes to: one row for each that is enrolled, or that has a report of an outcome. */
function vehicleQueries(words: PlanWords): readonly string[] {
  const { soakMs, maturityMs } = words.plan.observation;
  const excluded = words.isExcluded.flatMap((is, number) => (is ? [number] : []));
  const isExcluded = excluded.length === 0 ? "1 = 0" : `a IN (${excluded.join(", ")})`;
  const healthy = `kind_no = ${kind.healthy} AND contested = 0`;
  const failed = `kind_no = ${kind.failed} AND age_ms <= ${maturityMs}`;
  const any = (condition: string, name: string): string => `MAX(CASE WHEN ${condition} THEN 1 ELSE 0 END) AS ${name}`;
  const flags = [
    any(`${failed} AND contested = 0 AND NOT (${isExcluded})`, "failed"),
    any(`${failed} AND contested = 1`, "contested"),
    any(`${failed} AND contested = 0 AND ${isExcluded}`, "excluded"),
    any(`${healthy} AND age_ms >= ${soakMs}`, "soaked"),
    any(healthy, "healthy"),
    `MIN(CASE WHEN (${failed}) OR (${healthy} AND age_ms >= ${soakMs}) THEN delay_ms END) AS delay_ms`,
    ...countedCategories(words).map((at) =>
      any(`kind_no = ${kind.failed} AND contested = 0 AND a = ${at}`, `category_${at}`),
    ),
  ];
  return [
    `gone AS (SELECT DISTINCT vehicle, a AS seq FROM kept WHERE kind_no = ${kind.retracted})`,
    `overfull AS (SELECT DISTINCT vehicle FROM ranked WHERE place = ${reportWindow + 1})`,
    `enrolment AS (SELECT vehicle, MIN(at_ms) AS enrolled_ms, MIN(a) AS placement FROM report WHERE kind_no = ${kind.enrolled} GROUP BY vehicle)`,
    `answer AS (SELECT vehicle, seq, CASE WHEN COUNT(DISTINCT kind_no) = 2 THEN 1 ELSE 0 END AS contested FROM kept ` +
      `WHERE kind_no IN (${kind.healthy}, ${kind.failed}) GROUP BY vehicle, seq)`,
    `outcome AS (SELECT kept.vehicle, kept.kind_no, kept.a, kept.at_ms - enrolment.enrolled_ms AS age_ms, ` +
      `kept.received_ms - enrolment.enrolled_ms AS delay_ms, COALESCE(answer.contested, 0) AS contested FROM kept ` +
      `JOIN enrolment ON enrolment.vehicle = kept.vehicle ` +
      `LEFT JOIN answer ON answer.vehicle = kept.vehicle AND answer.seq = kept.seq ` +
      `LEFT JOIN gone ON gone.vehicle = kept.vehicle AND gone.seq = kept.seq ` +
      `WHERE kept.kind_no IN (${kind.started}, ${kind.healthy}, ${kind.failed}) AND gone.seq IS NULL)`,
    `flag AS (SELECT vehicle, ${flags.join(", ")} FROM outcome GROUP BY vehicle)`,
  ];
}

/** Exposures and values that nothing contradicts, each content once. */
function measureQueries(): readonly string[] {
  return [
    `content AS (SELECT DISTINCT vehicle, seq, kind_no, at_ms, a, b, c FROM kept WHERE kind_no >= ${kind.exposed})`,
    `single AS (SELECT vehicle, seq, kind_no, a, MIN(b) AS b, MIN(c) AS c FROM content ` +
      `GROUP BY vehicle, seq, kind_no, a HAVING COUNT(*) = 1)`,
    `newest AS (SELECT single.*, ROW_NUMBER() OVER (PARTITION BY single.vehicle, single.kind_no, single.a ORDER BY single.seq DESC) AS place ` +
      `FROM single LEFT JOIN gone ON gone.vehicle = single.vehicle AND gone.seq = single.seq WHERE gone.seq IS NULL)`,
  ];
}

function cellsSelect(words: PlanWords): string {
  const { maturityMs, bucketMs } = words.plan.observation;
  const exposed = words.exposureMetrics.flatMap((_, at) => [
    measure(kind.exposed, at, "b", `events_${at}`),
    measure(kind.exposed, at, "c", `exposure_${at}`),
  ]);
  const measured = words.continuousMetrics.flatMap((_, at) => [
    measure(kind.measured, at, "1", `vehicles_${at}`),
    measure(kind.measured, at, "b", `sum_${at}`),
    measure(kind.measured, at, "b * b", `squares_${at}`),
  ]);
  const measures = [...exposed, ...measured];
  const categories = countedCategories(words).map((at) => `category_${at}`);
  const outcome =
    "CASE WHEN flag.failed = 1 THEN 'failure' WHEN flag.contested = 1 OR overfull.vehicle IS NOT NULL THEN 'conflict' " +
    "WHEN flag.excluded = 1 THEN 'excluded' WHEN flag.soaked = 1 THEN 'success' WHEN flag.healthy = 1 THEN 'provisional' ELSE 'none' END";
  const vehicle =
    `SELECT enrolment.placement, enrolment.enrolled_ms - enrolment.enrolled_ms % ${bucketMs} AS start_ms, ${outcome} AS outcome, ` +
    `${["flag.vehicle AS started", "flag.delay_ms", ...categories.map((name) => `flag.${name}`), ...measures.map(({ name }) => `measure.${name}`)].join(", ")} ` +
    "FROM enrolment LEFT JOIN flag ON flag.vehicle = enrolment.vehicle LEFT JOIN overfull ON overfull.vehicle = enrolment.vehicle" +
    (measures.length === 0
      ? ""
      : ` LEFT JOIN (SELECT vehicle, ${measures.map(({ sum, name }) => `${sum} AS ${name}`).join(", ")} FROM newest GROUP BY vehicle) measure ` +
        "ON measure.vehicle = enrolment.vehicle");
  const count = (condition: string, name: string): string =>
    `CAST(SUM(CASE WHEN ${condition} THEN 1 ELSE 0 END) AS BIGINT) AS ${name}`;
  const columns = [
    "CAST(COUNT(*) AS BIGINT) AS enrolled",
    count("started IS NOT NULL OR outcome <> 'none'", "started"),
    ...["success", "failure", "conflict", "excluded", "provisional"].map((word) => count(`outcome = '${word}'`, word)),
    count(`outcome IN ('success', 'failure', 'conflict', 'excluded') AND delay_ms <= ${maturityMs}`, "on_time"),
    ...categories.map((name) => count(`${name} = 1`, name)),
    ...measures.map(({ name }) => `CAST(SUM(COALESCE(${name}, 0)) AS BIGINT) AS ${name}`),
  ];
  return `SELECT CAST(placement AS BIGINT) AS placement, CAST(start_ms AS BIGINT) AS start_ms, ${columns.join(", ")}\nFROM (${vehicle}) judged GROUP BY placement, start_ms`;
}

/** The sum over what a vehicle was measured; of values the newest alone. */
function measure(
  what: number,
  metric: number,
  value: string,
  name: string,
): { readonly sum: string; readonly name: string } {
  const condition = `kind_no = ${what} AND a = ${metric}${what === kind.measured ? " AND place = 1" : ""}`;
  return { sum: `SUM(CASE WHEN ${condition} THEN ${value} ELSE 0 END)`, name };
}

/** What the reports say of the sources that delivered them. */
function sourceQueries(): readonly string[] {
  return [
    `statement AS (SELECT DISTINCT vehicle, CASE WHEN kind_no = ${kind.healthy} THEN ${kind.failed} ELSE kind_no END AS topic, seq, ` +
      `CASE WHEN kind_no >= ${kind.exposed} THEN a ELSE 0 END AS metric, kind_no, at_ms, a, b, c FROM kept ` +
      `WHERE kind_no NOT IN (${kind.started}, ${kind.retracted}))`,
    "contradiction AS (SELECT vehicle, topic, seq, metric FROM statement GROUP BY vehicle, topic, seq, metric HAVING COUNT(*) > 1)",
    "judged AS (SELECT kept.source, kept.at_ms, kept.received_ms, contradiction.topic AS contradicted, MIN(kept.received_ms) OVER " +
      "(PARTITION BY kept.source, kept.vehicle ORDER BY kept.seq DESC RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS earliest_ms " +
      "FROM kept LEFT JOIN contradiction ON contradiction.vehicle = kept.vehicle AND contradiction.seq = kept.seq " +
      `AND contradiction.topic = CASE WHEN kept.kind_no = ${kind.healthy} THEN ${kind.failed} ELSE kept.kind_no END ` +
      `AND contradiction.metric = CASE WHEN kept.kind_no >= ${kind.exposed} THEN kept.a ELSE 0 END)`,
    "delivered AS (SELECT source, COUNT(*) AS received, SUM(1 - is_read) AS rejected FROM told GROUP BY source)",
    "understood AS (SELECT source, COUNT(*) AS events, SUM(CASE WHEN contradicted IS NOT NULL THEN 1 ELSE 0 END) AS conflicting, " +
      "SUM(CASE WHEN earliest_ms < received_ms THEN 1 ELSE 0 END) AS out_of_order, " +
      "SUM(CASE WHEN at_ms > received_ms THEN 1 ELSE 0 END) AS skewed FROM judged GROUP BY source)",
  ];
}

const sourcesSelect =
  "SELECT delivered.source AS source, CAST(delivered.received AS BIGINT) AS received, CAST(delivered.rejected AS BIGINT) AS rejected, " +
  ["events", "conflicting", "out_of_order", "skewed"]
    .map((name) => `CAST(COALESCE(understood.${name}, 0) AS BIGINT) AS ${name}`)
    .join(", ") +
  "\nFROM delivered LEFT JOIN understood ON understood.source = delivered.source";

/** Numbers of the categories that have a column. */
function countedCategories(words: PlanWords): readonly number[] {
  return words.isCounted.flatMap((is, number) => (is ? [number] : []));
}
