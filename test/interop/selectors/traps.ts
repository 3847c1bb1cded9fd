/** Where databases differ from each other and from JavaScript: one row and one selector for each trap. */

import type { AttributeCatalogue, Expression } from "otakit/cohort";
import { compileSelector, type SqlDialect } from "otakit/cohort";
import { listIds, now } from "../../cohort/random-fleet.ts";
import { type Batch, cells, query } from "./cases.ts";

interface Trap {
  readonly name: string;
  readonly vehicle: Readonly<Record<string, unknown>>;
  readonly include: Expression;
  readonly answer: "0" | "1" | "2";
}

const catalogue: AttributeCatalogue = {
  schema: "otakit.attribute-catalogue/1",
  idField: "id",
  attributes: {
    name: { type: "string", contradictionField: "name_doubt" },
    colour: { type: "enum", values: ["red", "green", "blue"] },
    count: { type: "int" },
    load: { type: "number", observedAtField: "load_at", maxAgeMs: 1_000 },
    number: { type: "number", field: "load" },
    connected: { type: "bool", observedAtField: "connected_at" },
    firmware: { type: "version", scheme: "semver", keyColumn: "firmware_key" },
    level: { type: "version", scheme: "ilevel", keyField: "level_key" },
    tags: { type: "set<string>" },
  },
};

const eq = (attr: string, value: string | number | boolean): Expression => ({ op: "eq", attr, value });
const not = (arg: Expression): Expression => ({ op: "not", arg });

export const traps: readonly Trap[] = [
  { name: "NULL: differs from nothing", vehicle: {}, include: { op: "ne", attr: "name", value: "a" }, answer: "1" },
  { name: "NULL: not in a list", vehicle: {}, include: { op: "notIn", attr: "colour", values: ["red"] }, answer: "1" },
  { name: "NULL: not (in a list)", vehicle: {}, include: not({ op: "in", attr: "name", values: ["a"] }), answer: "1" },
  {
    name: "NULL: a set that is missing",
    vehicle: {},
    include: { op: "noneOf", attr: "tags", values: ["vip"] },
    answer: "1",
  },
  {
    name: "NULL: a set that is empty",
    vehicle: { tags: [] },
    include: { op: "noneOf", attr: "tags", values: ["vip"] },
    answer: "2",
  },
  {
    name: "NULL: all of a missing set",
    vehicle: {},
    include: { op: "allOf", attr: "tags", values: ["vip"] },
    answer: "1",
  },
  {
    name: "NULL: in a set",
    vehicle: { tags: ["vip", null] },
    include: { op: "anyOf", attr: "tags", values: ["vip"] },
    answer: "1",
  },
  {
    name: "NULL: in the table of a list",
    vehicle: { id: "v9" },
    include: not({ op: "inList", listId: "recall" }),
    answer: "2",
  },
  {
    name: "NULL: an id and an empty list",
    vehicle: { id: "v9" },
    include: not({ op: "inList", listId: "nobody" }),
    answer: "2",
  },
  { name: "NULL: no id and an empty list", vehicle: {}, include: { op: "inList", listId: "nobody" }, answer: "1" },
  { name: "empty text is a text", vehicle: { name: "" }, include: eq("name", ""), answer: "2" },
  {
    name: "empty id is none",
    vehicle: { id: "" },
    include: { op: "bucket", salt: "192289bceb0360f2", lo: 0, hi: 2 ** 32 },
    answer: "1",
  },
  { name: "empty version key is none", vehicle: { level_key: "" }, include: { op: "has", attr: "level" }, answer: "0" },
  {
    name: "integer overflow: 2^63 - 1024",
    vehicle: { count: 2 ** 63 - 1_024 },
    include: { op: "gt", attr: "count", value: 0 },
    answer: "1",
  },
  {
    name: "integer overflow: -2^63",
    vehicle: { count: -(2 ** 63) },
    include: { op: "lt", attr: "count", value: 0 },
    answer: "1",
  },
  {
    name: "integer overflow: 2^53",
    vehicle: { count: 2 ** 53 },
    include: { op: "ge", attr: "count", value: 2 ** 53 - 1 },
    answer: "1",
  },
  {
    name: "integer overflow: 2^53 - 1",
    vehicle: { count: 2 ** 53 - 1 },
    include: eq("count", 2 ** 53 - 1),
    answer: "2",
  },
  { name: "integer overflow: 2^31", vehicle: { count: 2 ** 31 }, include: eq("count", 2 ** 31), answer: "2" },
  {
    name: "integer overflow: age of -2^63",
    vehicle: { connected_at: -(2 ** 63) },
    include: { op: "age", attr: "connected", maxMs: 1 },
    answer: "1",
  },
  {
    name: "integer overflow: freshness of 2^63",
    vehicle: { load: 1, load_at: 2 ** 63 - 1_024 },
    include: { op: "has", attr: "load" },
    answer: "0",
  },
  {
    name: "NaN is no number",
    vehicle: { load: Number.NaN },
    include: { op: "gt", attr: "number", value: 1 },
    answer: "1",
  },
  {
    name: "infinity is no number",
    vehicle: { load: Number.POSITIVE_INFINITY },
    include: { op: "gt", attr: "number", value: 1 },
    answer: "1",
  },
  {
    name: "the largest number is one",
    vehicle: { load: Number.MAX_VALUE },
    include: eq("number", Number.MAX_VALUE),
    answer: "2",
  },
  { name: "the smallest number is not zero", vehicle: { load: 5e-324 }, include: eq("number", 0), answer: "0" },
  { name: "0.1 + 0.2 is not 0.3", vehicle: { load: 0.1 + 0.2 }, include: eq("number", 0.3), answer: "0" },
  {
    name: "Unicode: characters beyond 16 bits",
    vehicle: { name: "\u{1f600}x" },
    include: { op: "startsWith", attr: "name", value: "\u{1f600}" },
    answer: "2",
  },
  {
    name: "Unicode: half a character is none",
    vehicle: { name: "\u{1f600}" },
    include: { op: "endsWith", attr: "name", value: "\u{1f601}" },
    answer: "0",
  },
  { name: "Unicode: no normalisation", vehicle: { name: "\u00e9" }, include: eq("name", "e\u0301"), answer: "0" },
  {
    name: "Unicode: sharp s is not ss",
    vehicle: { name: "stra\u00dfe" },
    include: { op: "contains", attr: "name", value: "ss" },
    answer: "0",
  },
  {
    name: "Unicode order: a release after its candidate",
    vehicle: { firmware: "1.0.0" },
    include: { op: "ver", attr: "firmware", rel: "gt", value: "1.0.0-rc.1" },
    answer: "2",
  },
  {
    name: "Unicode order: -x before alpha",
    vehicle: { firmware: "1.0.0--x" },
    include: { op: "ver", attr: "firmware", rel: "lt", value: "1.0.0-alpha" },
    answer: "2",
  },
  {
    name: "Unicode order: Z before a",
    vehicle: { firmware: "1.0.0-Z" },
    include: { op: "ver", attr: "firmware", rel: "lt", value: "1.0.0-a" },
    answer: "2",
  },
  { name: "case: equal", vehicle: { name: "ABC" }, include: eq("name", "abc"), answer: "0" },
  {
    name: "case: in a list",
    vehicle: { name: "ABC" },
    include: { op: "in", attr: "name", values: ["abc", "x"] },
    answer: "0",
  },
  {
    name: "case: not in a list",
    vehicle: { name: "ABC" },
    include: { op: "notIn", attr: "name", values: ["abc"] },
    answer: "2",
  },
  {
    name: "case: tags",
    vehicle: { tags: ["VIP"] },
    include: { op: "anyOf", attr: "tags", values: ["vip"] },
    answer: "0",
  },
  {
    name: "LIKE: case of a prefix",
    vehicle: { name: "ABC" },
    include: { op: "startsWith", attr: "name", value: "ab" },
    answer: "0",
  },
  {
    name: "LIKE: case of a suffix",
    vehicle: { name: "ABC" },
    include: { op: "endsWith", attr: "name", value: "bc" },
    answer: "0",
  },
  {
    name: "LIKE: case of a part",
    vehicle: { name: "ABC" },
    include: { op: "contains", attr: "name", value: "b" },
    answer: "0",
  },
  {
    name: "LIKE: % is a character",
    vehicle: { name: "abc" },
    include: { op: "startsWith", attr: "name", value: "a%" },
    answer: "0",
  },
  {
    name: "LIKE: _ is a character",
    vehicle: { name: "abc" },
    include: { op: "contains", attr: "name", value: "_" },
    answer: "0",
  },
  {
    name: "LIKE: backslash is a character",
    vehicle: { name: "a\\b" },
    include: { op: "contains", attr: "name", value: "\\" },
    answer: "2",
  },
  {
    name: "a part longer than the text",
    vehicle: { name: "bc" },
    include: { op: "endsWith", attr: "name", value: "abc" },
    answer: "0",
  },
  { name: "blanks at the end count", vehicle: { name: "a " }, include: eq("name", "a"), answer: "0" },
  {
    name: "type order: text 10 is not 9 or less",
    vehicle: { name: "10" },
    include: { op: "in", attr: "name", values: ["9", "10"] },
    answer: "2",
  },
  {
    name: "a quote is a character",
    vehicle: { name: "'; DROP TABLE fleet; --" },
    include: eq("name", "'; DROP TABLE fleet; --"),
    answer: "2",
  },
  {
    name: "a place for a parameter is a text",
    vehicle: { name: "$1 ?1 :p1 {p1:String}" },
    include: eq("name", "$1 ?1 :p1 {p1:String}"),
    answer: "2",
  },
  {
    name: "a value outside the enum is unknown",
    vehicle: { colour: "Red" },
    include: { op: "ne", attr: "colour", value: "red" },
    answer: "1",
  },
  { name: "an open contradiction", vehicle: { name: "a", name_doubt: true }, include: eq("name", "a"), answer: "1" },
  {
    name: "another series",
    vehicle: { level_key: "S15A.b21.a7.c550" },
    include: { op: "ver", attr: "level", rel: "lt", value: "S18A-22-03-001" },
    answer: "1",
  },
  {
    name: "a series that begins alike",
    vehicle: { level_key: "S18AB.b21" },
    include: { op: "ver", attr: "level", rel: "gt", value: "S18A-22-03-001" },
    answer: "1",
  },
  {
    name: "true is not unknown",
    vehicle: { connected: false },
    include: { op: "isUnknown", arg: eq("connected", true) },
    answer: "0",
  },
  {
    name: "not unknown is unknown",
    vehicle: {},
    include: { op: "isFalse", arg: not(eq("connected", true)) },
    answer: "0",
  },
  {
    name: "buckets are unsigned",
    vehicle: { id: "veh-日本-1" },
    include: { op: "bucket", salt: "192289bceb0360f2", lo: 3_307_662_230, hi: 3_307_662_231 },
    answer: "2",
  },
];

/** The traps as a batch: every selector asked of every row, as JavaScript answers; {@link traps} says the answer that matters. */
export function trapBatch(dialect: SqlDialect, hasBucketFunction = false): Batch {
  const queries = traps.map(({ include }, index) => {
    const selector = { schema: "otakit.selector/1", include } as const;
    const { truth } = compileSelector(selector, catalogue, { lists: listIds });
    const expected = traps.map(({ vehicle }) => truth(vehicle, now)).join("");
    // A fault of the table above, not of a database.
    if (expected[index] !== traps[index]!.answer)
      throw new Error(`${traps[index]!.name}: otakit says ${expected[index]}`);
    return query(selector, catalogue, dialect, expected, hasBucketFunction, true);
  });
  return { rows: traps.map(({ vehicle }) => cells(vehicle)), queries };
}
