/** Filters of hawkBit: import, export and what would change. */

export { exportRsql } from "./export.ts";
export type { RsqlDifference, RsqlOptions, RsqlSemantics } from "./import.ts";
export { importRsql, lintRsql } from "./import.ts";
