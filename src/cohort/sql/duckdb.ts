/** DuckDB 1.1 or later. Texts are `VARCHAR`, integers and times `BIGINT`, numbers `DOUBLE`, sets `VARCHAR[]`. */

import type { Dialect, ParamType } from "./dialect.ts";

const types: Readonly<Record<ParamType, string>> = { text: "VARCHAR", integer: "BIGINT", float: "DOUBLE" };

export const duckdb: Dialect = {
  quote: (name) => `"${name}"`,
  param: (number, type) => `CAST($${number} AS ${types[type]})`,
  // A column, or the default of the connection, may ignore case or accents.
  binary: (text) => `${text} COLLATE POSIX`,
  textGuards: () => [],
  boolGuards: () => [],
  numberGuards: () => [],
  integerGuards: () => [],
  setGuards: (column) => [`list_aggregate(${column}, 'count') = len(${column})`],
  isOneOf: (value, list) => `${value} IN (${list})`,
  startsWith: (text, part) => `starts_with(${text} COLLATE POSIX, ${part})`,
  endsWith: (text, part) => `ends_with(${text} COLLATE POSIX, ${part})`,
  contains: (text, part) => `contains(${text} COLLATE POSIX, ${part})`,
  hasAny: (set, params) => `list_has_any(${bytes(set)}, [${params.map((param) => `encode(${param})`).join(", ")}])`,
  hasAll: (set, params) => `list_has_all(${bytes(set)}, [${params.map((param) => `encode(${param})`).join(", ")}])`,
  bucket: (salt, id) => `CAST('0x' || substr(sha256(${salt} || ':' || ${id}), 1, 8) AS BIGINT)`,
  indexed: (column) => column,
};

/** Texts of a list as bytes: the default collation of a connection holds inside of lists too, and none can be given there. */
function bytes(set: string): string {
  return `[encode(x) for x in ${set}]`;
}
