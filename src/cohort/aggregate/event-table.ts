/** A table of events in SQL: read into rows of numbers as `read-event.ts` reads them, and bounded as `reports.ts` bounds them. */

import { CohortError } from "../errors.ts";
import { type Dialect, isSafeName, type ParamList } from "../sql/dialect.ts";
import { type PlanWords, ringStep } from "./plan-words.ts";
import { maxMeasure } from "./read-event.ts";
import { kind, reportWindow } from "./reports.ts";

/** Columns of a table of events, by what they hold: the members of an event, and who delivered it. NULL for a member that is not there. */
export interface EventColumns {
  /** Text. */
  readonly source: string;
  /** Text. */
  readonly vehicleId: string;
  /** Text. */
  readonly kind: string;
  /** 64-bit integers, as all that follow but the texts `ring`, `stratum`, `category` and `metric`. */
  readonly atMs: string;
  readonly receivedMs: string;
  readonly seq: string;
  readonly ring: string;
  readonly stratum: string;
  readonly category: string;
  readonly retractedSeq: string;
  readonly metric: string;
  readonly events: string;
  readonly exposure: string;
  readonly value: string;
}

/** Names of the columns where the caller names no others. */
const defaultColumns: EventColumns = {
  source: "source",
  vehicleId: "vehicle_id",
  kind: "kind",
  atMs: "at_ms",
  receivedMs: "received_ms",
  seq: "seq",
  ring: "ring",
  stratum: "stratum",
  category: "category",
  retractedSeq: "retracted_seq",
  metric: "metric",
  events: "events",
  exposure: "exposure",
  value: "value",
};

/** Writes the first queries of a WITH. */
export class EventTable {
  private readonly dialect: Dialect;
  private readonly words: PlanWords;
  private readonly params: ParamList;
  private readonly table: string;
  private readonly columns: EventColumns;

  /** @throws {@link CohortError} `ERR_COHORT_SQL_COLUMN` */
  constructor(dialect: Dialect, words: PlanWords, params: ParamList, table: string, columns: Partial<EventColumns>) {
    this.dialect = dialect;
    this.words = words;
    this.params = params;
    this.table = this.name(table);
    this.columns = { ...defaultColumns, ...columns };
  }

  /** `told`: every row of the table, NULL where it cannot be read. `kept`: reports that differ, of each vehicle and source the highest. */
  queries(): readonly string[] {
    const key = "source, vehicle, seq, kind_no, at_ms, a, b, c";
    const read = ["vehicle", "seq", "kind_no", "at_ms", "received_ms", "a", "b", "c"];
    const order = ["seq", "kind_no", "at_ms", "a", "b", "c"].map((column) => `${column} DESC`).join(", ");
    return [
      `found AS (SELECT ${this.found()} FROM ${this.table})`,
      `numbered AS (SELECT source, vehicle, CASE WHEN kind_no = ${kind.enrolled} THEN 0 ELSE seq END AS seq, kind_no, at_ms, received_ms, ` +
        `CASE kind_no WHEN ${kind.enrolled} THEN placement WHEN ${kind.failed} THEN category_no ` +
        `WHEN ${kind.retracted} THEN retracted_seq WHEN ${kind.exposed} THEN exposure_no ` +
        `WHEN ${kind.measured} THEN value_no ELSE 0 END AS a, ` +
        `CASE kind_no WHEN ${kind.exposed} THEN events WHEN ${kind.measured} THEN value ELSE 0 END AS b, ` +
        `CASE kind_no WHEN ${kind.exposed} THEN exposure ELSE 0 END AS c FROM found)`,
      `told AS (SELECT numbered.*, CASE WHEN ${read.map((column) => `${column} IS NOT NULL`).join(" AND ")} ` +
        `THEN 1 ELSE 0 END AS is_read FROM numbered)`,
      `report AS (SELECT ${key}, MIN(received_ms) AS received_ms FROM told WHERE is_read = 1 GROUP BY ${key})`,
      `ranked AS (SELECT report.*, ROW_NUMBER() OVER (PARTITION BY vehicle, source ORDER BY ${order}) AS place FROM report)`,
      `kept AS (SELECT * FROM ranked WHERE place <= ${reportWindow})`,
    ];
  }

  private found(): string {
    const { rings, strata, categories, exposureMetrics, continuousMetrics } = this.words;
    const vehicle = this.text("vehicleId");
    const category = this.column("category");
    const placement = `${this.numberOf("ring", rings)} * ${ringStep} + ${this.numberOf("stratum", strata)}`;
    const kinds = Object.entries(kind).map(([word, number]) => `WHEN '${word}' THEN ${number}`);
    // A failure without category, or with one that the plan does not name, has number 0; one that is no text has none.
    const named = categories
      .slice(1)
      .map((name, at) => `WHEN ${this.text("category")} = ${this.params.add("text", name)} THEN ${at + 1}`);
    return [
      `${this.text("source")} AS source`,
      `CASE WHEN ${vehicle} <> '' THEN ${vehicle} END AS vehicle`,
      `CASE ${this.text("kind")} ${kinds.join(" ")} END AS kind_no`,
      `${this.integer("atMs")} AS at_ms`,
      `${this.integer("receivedMs")} AS received_ms`,
      `${this.integer("seq")} AS seq`,
      `${placement} AS placement`,
      `CASE WHEN ${category} IS NULL THEN 0 ${named.join(" ")} WHEN ${this.text("category")} <> '' THEN 0 END AS category_no`,
      `${this.integer("retractedSeq")} AS retracted_seq`,
      `${this.numberOf("metric", exposureMetrics)} AS exposure_no`,
      `${this.numberOf("metric", continuousMetrics)} AS value_no`,
      `${this.integer("events", 0, maxMeasure)} AS events`,
      `${this.integer("exposure", 0, maxMeasure)} AS exposure`,
      `${this.integer("value", -maxMeasure, maxMeasure)} AS value`,
    ].join(", ");
  }

  /** The number of a name, NULL for one that the plan does not have. */
  private numberOf(member: keyof EventColumns, names: readonly string[]): string {
    if (names.length === 0) return "CAST(NULL AS BIGINT)";
    const cases = names.map((name, at) => `WHEN ${this.text(member)} = ${this.params.add("text", name)} THEN ${at}`);
    return `CASE ${cases.join(" ")} END`;
  }

  /** A text that compares byte by byte, NULL where the cell holds none. */
  private text(member: keyof EventColumns): string {
    const column = this.column(member);
    return this.dialect.binary(`(${this.guarded(column, this.dialect.textGuards(column), column)})`);
  }

  private integer(member: keyof EventColumns, least = 0, most = Number.MAX_SAFE_INTEGER): string {
    const column = this.column(member);
    const guards = [...this.dialect.integerGuards(column), `${column} BETWEEN ${least} AND ${most}`];
    return this.guarded(column, guards, `CAST(${column} AS BIGINT)`);
  }

  private guarded(column: string, guards: readonly string[], value: string): string {
    return guards.length === 0 ? column : `CASE WHEN ${guards.join(" AND ")} THEN ${value} END`;
  }

  private column(member: keyof EventColumns): string {
    return this.name(this.columns[member]);
  }

  private name(name: string): string {
    if (isSafeName(name)) return this.dialect.quote(name);
    throw new CohortError(
      "ERR_COHORT_SQL_COLUMN",
      "Cannot write an aggregation: the name of a table or column is none that can be quoted",
    );
  }
}
