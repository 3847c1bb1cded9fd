/** PostgreSQL 11 or later. Texts are `text`, integers and times `bigint`, numbers `double precision`, sets `text[]`. */

import type { Dialect, ParamType } from "./dialect.ts";

const types: Readonly<Record<ParamType, string>> = { text: "text", integer: "bigint", float: "double precision" };

export const postgres: Dialect = {
  quote: (name) => `"${name}"`,
  param: (number, type) => `$${number}::${types[type]}`,
  // A column may have a collation of its own, even one that does not tell case apart.
  binary: (text) => `${text} COLLATE "C"`,
  textGuards: () => [],
  boolGuards: () => [],
  numberGuards: () => [],
  integerGuards: () => [],
  setGuards: (column) => [`array_position(${column}, NULL) IS NULL`],
  isOneOf: (value, list) => `${value} IN (${list})`,
  startsWith: (text, part) => `left(${text}, char_length(${part})) = ${part} COLLATE "C"`,
  endsWith: (text, part) => `right(${text}, char_length(${part})) = ${part} COLLATE "C"`,
  contains: (text, part) => `strpos(${text} COLLATE "C", ${part}) > 0`,
  hasAny: (set, params) => `${set} COLLATE "C" && ARRAY[${params.join(", ")}]`,
  hasAll: (set, params) => `${set} COLLATE "C" @> ARRAY[${params.join(", ")}]`,
  bucket: (salt, id) =>
    `('x' || encode(substring(sha256(convert_to(${salt} || ':' || ${id}, 'UTF8')) FROM 1 FOR 4), 'hex'))::bit(32)::bigint`,
  indexed: (column) => column,
};
