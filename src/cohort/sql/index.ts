/** Selectors in SQL. */

export type { SqlDialect } from "./dialect.ts";
export type { SqlListTable, SqlOptions, SqlPredicate } from "./to-sql.ts";
export { toSql } from "./to-sql.ts";
