/** Stratified rings as an SQL expression: the exact cuts of a plan, where the fleet is kept. */

import { CohortError } from "../errors.ts";
import type { Cut } from "../strata/census.ts";
import { parseStratifiedRingPlan, type StratifiedRingPlan } from "../strata/plan.ts";
import { type BucketSource, bucketExpression, quoted } from "./bucket.ts";
import { type Dialect, guarded, maxParams, ParamList, type SqlDialect } from "./dialect.ts";
import { dialects } from "./to-sql.ts";

/** Where a statement finds what a stratified plan asks of a vehicle. */
export interface StratifiedSource {
  /** Column of texts that holds the key of the vehicle's stratum, as the census counted it. */
  readonly stratumColumn: string;
  readonly idColumn: string;
  /** Column that holds the bucket of each vehicle under the plan's salt; without one, ids are hashed. */
  readonly bucketColumn?: string;
  /** Parameters that the statement has already, for example those of a selector; the expression's own are numbered after them. */
  readonly params?: readonly (string | number)[];
}

/** An expression with its parameters. */
export interface SqlExpression {
  readonly text: string;
  /** All parameters of the statement, in the order of their numbers: those that were given, then the expression's own. */
  readonly params: readonly (string | number)[];
}

/**
 * Writes the innermost stratified ring of a vehicle as an SQL expression: the index that `compileStratifiedRings` gives, NULL for a
 * vehicle in no ring, of a stratum that the plan does not know, or without an id.
 *
 * Keys of strata and ids are parameters; buckets are integers and stand in the text. The text grows with strata times rings, and a
 * database tries the strata of a vehicle in turn: beyond some hundred, load the cuts into a table and join it.
 *
 * @throws {@link CohortError} `ERR_COHORT_RING_PLAN`, `ERR_COHORT_RING_PLAN_VERSION`, `ERR_COHORT_SQL_COLUMN` or `ERR_COHORT_SQL_PARAMS`
 * @throws RangeError for a dialect that does not exist
 * @example
 * ```ts
 * const where = toSql(selector, catalogue, "postgres", { now });
 * const ring = stratifiedRingSql("postgres", plan, { stratumColumn: "region", idColumn: "vin", params: where.params });
 * await client.query(`SELECT vin, ${ring.text} AS ring FROM vehicle WHERE ${where.text}`, ring.params);
 * ```
 */
export function stratifiedRingSql(
  dialect: SqlDialect,
  plan: StratifiedRingPlan,
  source: StratifiedSource,
): SqlExpression {
  // The plan's integers stand in the text, so they are looked at again.
  const { salt, strata } = parseStratifiedRingPlan(plan);
  const { stratumColumn, idColumn, bucketColumn, params = [] } = source;
  const at: BucketSource = bucketColumn === undefined ? { idColumn } : { bucketColumn };
  const bucket = bucketExpression(dialect, salt, at);
  const id = quoted(dialect, idColumn);
  const stratum = quoted(dialect, stratumColumn);
  const words = dialects[dialect];
  const list = new ParamList(words, params);
  const cases = strata.map(({ key, cuts }) => {
    const rings = cuts.map((cut, ring) => `WHEN ${within(words, cut, bucket, id, list)} THEN ${ring}`);
    return `WHEN ${words.binary(stratum)} = ${list.add("text", key)} THEN CASE ${rings.join(" ")} END`;
  });
  if (list.values.length > maxParams) {
    const message = `Cannot write stratified rings: at most ${maxParams} parameters, got ${list.values.length}`;
    throw new CohortError("ERR_COHORT_SQL_PARAMS", message);
  }
  return { text: guarded(words.textGuards(stratum), `CASE ${cases.join(" ")} END`), params: list.values };
}

/** Whether a bucket is before a cut, or in the bucket of the cut with an id that is listed. */
function within(words: Dialect, { below, ids }: Cut, bucket: string, id: string, list: ParamList): string {
  const before = `${bucket} < ${below}`;
  if (ids === undefined) return before;
  const listed = words.isOneOf(words.binary(id), ids.map((one) => list.add("text", one)).join(", "));
  return `${before} OR ${bucket} = ${below} AND ${listed}`;
}
