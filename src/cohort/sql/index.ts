/** Selectors in SQL. */

export { type BucketSource, bucketSql, ringSql } from "./bucket.ts";
export type { SqlDialect } from "./dialect.ts";
export { type SqlExpression, type StratifiedSource, stratifiedRingSql } from "./stratified.ts";
export type { SqlListTable, SqlOptions, SqlPredicate } from "./to-sql.ts";
export { toSql } from "./to-sql.ts";
