/**
 * SQLite 3.38 or later. Texts are TEXT, numbers INTEGER or REAL, booleans 0 and 1, sets JSON lists in TEXT. A column may hold a
 * value of any type, so each value is asked for its own.
 */

import type { Dialect } from "./dialect.ts";

const isNumber = (column: string): string => `typeof(${column}) IN ('integer', 'real')`;

export const sqlite: Dialect = {
  // Backquotes, because a name in double quotes that is no column is read as a text.
  quote: (name) => `\`${name}\``,
  param: (number) => `?${number}`,
  binary: (text) => `${text} COLLATE BINARY`,
  textGuards: (column) => [`typeof(${column}) = 'text'`],
  boolGuards: (column) => [`typeof(${column}) = 'integer'`, `${column} IN (0, 1)`],
  numberGuards: (column) => [isNumber(column)],
  // 5.0 is an integer in JSON and in JavaScript, whatever the column says.
  integerGuards: (column) => [isNumber(column), `${column} = CAST(${column} AS INTEGER)`],
  setGuards: (column) => [
    `typeof(${column}) = 'text'`,
    `json_valid(${column})`,
    `json_type(${column}) = 'array'`,
    `NOT EXISTS (SELECT 1 FROM json_each(${column}) WHERE type <> 'text')`,
  ],
  isOneOf: (value, list) => `${value} IN (${list})`,
  startsWith: (text, part) => `substr(${text}, 1, length(${part})) = ${part} COLLATE BINARY`,
  // As bytes, because a text is counted from its end to the first U+0000; after one, because the end of an empty blob is NULL. No part
  // has a U+0000 that could meet it.
  endsWith: (text, part) =>
    `substr(CAST(char(0) || ${text} AS BLOB), -length(CAST(${part} AS BLOB))) = CAST(${part} AS BLOB)`,
  contains: (text, part) => `instr(${text}, ${part}) > 0`,
  hasAny: (set, params) => countOf(set, params, "> 0"),
  hasAll: (set, params) => countOf(set, params, `= ${params.length}`),
  // The caller registers it: SQLite has no SHA-256.
  bucket: () => undefined,
  indexed: (column) => column,
};

/** How many of the parameters are in a set; NULL for NULL, of which json_each makes no rows. */
function countOf(set: string, params: readonly string[], condition: string): string {
  const count = `(SELECT count(DISTINCT value) FROM json_each(${set}) WHERE value IN (${params.join(", ")})) ${condition}`;
  return `CASE WHEN ${set} IS NOT NULL THEN ${count} END`;
}
