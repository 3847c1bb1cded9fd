/** Spark SQL 4, with ANSI mode on or off. Texts are STRING, integers and times BIGINT, numbers DOUBLE, sets ARRAY<STRING>. */

import type { Dialect, ParamType } from "./dialect.ts";

const types: Readonly<Record<ParamType, string>> = { text: "STRING", integer: "BIGINT", float: "DOUBLE" };

export const spark: Dialect = {
  quote: (name) => `\`${name}\``,
  param: (number, type) => `CAST(:p${number} AS ${types[type]})`,
  // Since Spark 4 a column, or the session, may have a collation that ignores case.
  binary: (text) => `${text} COLLATE UTF8_BINARY`,
  textGuards: () => [],
  boolGuards: () => [],
  numberGuards: () => [],
  integerGuards: () => [],
  setGuards: (column) => [`NOT exists(${column}, x -> x IS NULL)`],
  isOneOf: (value, list) => `${value} IN (${list})`,
  startsWith: (text, part) => `startswith(${text} COLLATE UTF8_BINARY, ${part})`,
  endsWith: (text, part) => `endswith(${text} COLLATE UTF8_BINARY, ${part})`,
  contains: (text, part) => `contains(${text} COLLATE UTF8_BINARY, ${part})`,
  // Not arrays_overlap and size(array_except): the size of NULL is -1 when ANSI mode is off.
  hasAny: (set, params) => `exists(array(${params.join(", ")}), x -> array_contains(${set}, x))`,
  hasAll: (set, params) => `forall(array(${params.join(", ")}), x -> array_contains(${set}, x))`,
  bucket: (salt, id) =>
    `CAST(conv(substr(sha2(CAST(concat(${salt}, ':', ${id}) AS BINARY), 256), 1, 8), 16, 10) AS BIGINT)`,
  // A column with a collation of its own does not compare with a parameter without one.
  indexed: (column) => `${column} COLLATE UTF8_BINARY`,
};
