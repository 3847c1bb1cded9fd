/**
 * ClickHouse 24 or later. Columns are Nullable: String, Int64, Float64, Bool; sets are JSON lists in Nullable(String), because an
 * Array cannot be Nullable and an empty set is not a missing one.
 */

import type { Dialect, ParamType } from "./dialect.ts";

const types: Readonly<Record<ParamType, string>> = { text: "String", integer: "Int64", float: "Float64" };

export const clickhouse: Dialect = {
  quote: (name) => `\`${name}\``,
  param: (number, type) => `{p${number}:${types[type]}}`,
  // Strings are bytes, without collations.
  binary: (text) => text,
  textGuards: () => [],
  boolGuards: () => [],
  numberGuards: () => [],
  integerGuards: () => [],
  setGuards: (column) => [
    `JSONType(ifNull(${column}, '')) = 'Array'`,
    `arrayAll(x -> JSONType(x) = 'String', JSONExtractArrayRaw(ifNull(${column}, '')))`,
  ],
  // NULL IN (…) is 0 in ClickHouse, and NOT of that would select.
  isOneOf: (value, list) => `CASE WHEN ${value} IS NOT NULL THEN ${value} IN (${list}) END`,
  startsWith: (text, part) => `startsWith(${text}, ${part})`,
  endsWith: (text, part) => `endsWith(${text}, ${part})`,
  contains: (text, part) => `position(${text}, ${part}) > 0`,
  hasAny: (set, params) => setTest("hasAny", set, params),
  hasAll: (set, params) => setTest("hasAll", set, params),
  bucket: (salt, id) =>
    `reinterpretAsUInt32(reverse(substring(SHA256(concat(${salt}, ':', ifNull(${id}, ''))), 1, 4)))`,
  indexed: (column) => column,
};

function setTest(test: "hasAny" | "hasAll", set: string, params: readonly string[]): string {
  const texts = `JSONExtract(ifNull(${set}, '[]'), 'Array(String)')`;
  return `CASE WHEN ${set} IS NOT NULL THEN ${test}(${texts}, [${params.join(", ")}]) END`;
}
