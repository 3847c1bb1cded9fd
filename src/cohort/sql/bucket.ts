/** Buckets and rings as SQL expressions, so that a fleet is placed where it is kept. */

import { CohortError } from "../errors.ts";
import { type RingPlan, ringThreshold } from "../rings.ts";
import { isSalt } from "../salt.ts";
import { bucketGuards, guarded, isSafeName, type SqlDialect } from "./dialect.ts";
import { dialects } from "./to-sql.ts";

/**
 * Writes the bucket of a vehicle as an SQL expression: the same integer that `bucketOf` gives, NULL for no id.
 *
 * The salt stands in the text, which is safe because it is nothing but hexadecimal digits. SQLite has no SHA-256: there the expression
 * is a call of `cohort_bucket(salt, id)`, which the caller registers as `bucketOf`.
 *
 * To place a fleet many times, compute it once for a campaign into a column, and index it.
 *
 * @param salt - from `campaignSalt` or `layerSalt`
 * @param idColumn - column of the vehicle's id: a letter or `_`, then letters, digits, blank, `_`, `.`, `$` or `-`; at most 63
 * @throws {@link CohortError} `ERR_COHORT_SALT` or `ERR_COHORT_SQL_COLUMN`
 * @throws RangeError for a dialect that does not exist
 * @example
 * ```ts
 * bucketSql("duckdb", campaignSalt("ota-2026-07"), "vehicle_id");
 * // CASE WHEN "vehicle_id" <> '' THEN CAST('0x' || substr(sha256('192289bceb0360f2' || ':' || "vehicle_id"), 1, 8) AS BIGINT) END
 * ```
 */
export function bucketSql(dialect: SqlDialect, salt: string, idColumn: string): string {
  if (!isSalt(salt)) {
    throw new CohortError("ERR_COHORT_SALT", "Cannot write a bucket: the salt is not 16 lower-case hexadecimal digits");
  }
  const column = quoted(dialect, idColumn);
  const bucket = dialects[dialect].bucket(`'${salt}'`, column) ?? `cohort_bucket('${salt}', ${column})`;
  // An id that is empty is a missing one. ClickHouse's expression would give NULL a bucket.
  return `CASE WHEN ${column} <> '' THEN ${bucket} END`;
}

/** Where a statement finds buckets: in a column, or by hashing the column of ids. */
export type BucketSource = { readonly bucketColumn: string } | { readonly idColumn: string };

/**
 * Writes the innermost ring of a vehicle as an SQL expression: the index that `ringOf` gives, NULL for a vehicle in no ring, and for
 * one whose column holds no bucket.
 *
 * @throws {@link CohortError} `ERR_COHORT_SALT` or `ERR_COHORT_SQL_COLUMN`
 * @throws RangeError for a dialect that does not exist
 * @example
 * ```ts
 * const ring = ringSql("spark", plan, { idColumn: "vehicle_id" });
 * `SELECT vehicle_id, ${ring} AS ring FROM fleet WHERE ${predicate.text}`;
 * ```
 */
export function ringSql(dialect: SqlDialect, plan: RingPlan, source: BucketSource): string {
  const bucket = bucketExpression(dialect, plan.salt, source);
  const cases = plan.rings.map(({ ppm }, index) => `WHEN ${bucket} < ${ringThreshold(ppm)} THEN ${index}`);
  return `CASE ${cases.join(" ")} END`;
}

/** The bucket, wherever the statement finds it. */
export function bucketExpression(dialect: SqlDialect, salt: string, source: BucketSource): string {
  if (!("bucketColumn" in source)) return bucketSql(dialect, salt, source.idColumn);
  const column = quoted(dialect, source.bucketColumn);
  return guarded(bucketGuards(dialects[dialect], column), column);
}

/**
 * A column's name as a dialect writes it.
 *
 * @throws {@link CohortError} `ERR_COHORT_SQL_COLUMN`
 * @throws RangeError for a dialect that does not exist
 */
export function quoted(dialect: SqlDialect, column: string): string {
  if (!Object.hasOwn(dialects, dialect)) {
    throw new RangeError(`"dialect" expected one of ${Object.keys(dialects).join(", ")}, got ${dialect}`);
  }
  if (isSafeName(column)) return dialects[dialect].quote(column);
  throw new CohortError("ERR_COHORT_SQL_COLUMN", "Cannot write a bucket: the column's name is none that can be quoted");
}
