/** JSON Schemas (draft 2020-12) of the documents of cohort selection: what can be said without the catalogue that gives a selector its types. */

import { selectorLimits } from "../../src/cohort/selector/selector.ts";
import type { JsonSchema } from "./release-schema.ts";

const dialect = "https://json-schema.org/draft/2020-12/schema";
/** Text that every database can keep: a NUL ends it in some. */
const text = (least: number, most: number): JsonSchema => ({
  type: "string",
  minLength: least,
  maxLength: most,
  pattern: "^[^\\u0000]*$",
});
const value = text(0, 4_096);
const millis = { type: "integer", minimum: 0, maximum: 10 ** 13 };
const attr = { type: "string" };
const expression = { $ref: "#/$defs/expression" };
const bucket = { type: "integer", minimum: 0, maximum: 2 ** 32 };

/** An object of exactly these members; those whose name ends with "?" may be absent. */
function closed(members: Readonly<Record<string, unknown>>): JsonSchema {
  const names = Object.keys(members);
  return {
    type: "object",
    properties: Object.fromEntries(names.map((name) => [name.replace(/\?$/, ""), members[name]])),
    required: names.filter((name) => !name.endsWith("?")),
    additionalProperties: false,
  };
}

function listOf(items: unknown): JsonSchema {
  return { type: "array", items, minItems: 1, maxItems: selectorLimits.maxListLength };
}

/** One of some operations. */
function op(...names: readonly string[]): JsonSchema {
  return { enum: names };
}

const scheme = { $ref: "#/$defs/versionScheme" };
const versionScheme: JsonSchema = {
  anyOf: [
    { enum: ["semver", "dotted", "calver", "alnum", "ilevel"] },
    closed({
      custom: {
        type: "array",
        minItems: 1,
        maxItems: 16,
        items: closed({
          name: { type: "string", pattern: "^[A-Za-z][A-Za-z0-9_]{0,63}$" },
          type: { enum: ["int", "alpha"] },
          "separator?": { type: "string", pattern: "^[!-;?-~]{0,8}$" },
        }),
      },
    }),
  ],
};

const expressions: readonly JsonSchema[] = [
  closed({
    op: op("and", "or"),
    args: { type: "array", items: expression, minItems: 1, maxItems: selectorLimits.maxNodes },
  }),
  closed({ op: op("not", "isTrue", "isFalse", "isUnknown"), arg: expression }),
  closed({
    op: op("eq", "ne", "lt", "le", "gt", "ge"),
    attr,
    value: { anyOf: [value, { type: "number" }, { type: "boolean" }] },
  }),
  closed({ op: op("in", "notIn"), attr, values: listOf({ anyOf: [value, { type: "number" }] }) }),
  closed({ op: op("startsWith", "endsWith", "contains"), attr, value: text(1, 4_096) }),
  closed({ op: op("ver"), attr, rel: op("eq", "lt", "le", "gt", "ge"), value, "scheme?": scheme }),
  closed({ op: op("ver"), attr, rel: op("in"), range: value, "scheme?": scheme }),
  closed({ op: op("has"), attr }),
  closed({ op: op("age"), attr, maxMs: millis }),
  closed({ op: op("anyOf", "allOf", "noneOf"), attr, values: listOf(value) }),
  closed({ op: op("inList"), listId: { type: "string" } }),
  closed({ op: op("bucket"), salt: { type: "string", pattern: "^[0-9a-f]{16}$" }, lo: bucket, hi: bucket }),
];

/** The shape of `otakit.selector/1`. */
export function selectorJsonSchema(): JsonSchema {
  return {
    $schema: dialect,
    title: "otakit.selector/1",
    $comment: `Shape alone: types come from the catalogue. compileSelector also bounds depth (${selectorLimits.maxDepth}) and nodes (${selectorLimits.maxNodes}).`,
    ...closed({ schema: { const: "otakit.selector/1" }, include: expression, "exclude?": expression }),
    $defs: { expression: { anyOf: expressions }, versionScheme },
  };
}

const field = text(1, 256);
const column = { type: "string", pattern: "^[A-Za-z_][A-Za-z0-9_ .$-]{0,62}$" };
const base = {
  "field?": field,
  "contradictionField?": field,
  "column?": column,
  "observedAtColumn?": column,
  "contradictionColumn?": column,
  "piiClass?": text(1, 1_000),
  "description?": text(1, 1_000),
};
/** Without an observation time nothing is ever fresh. */
const ages = [{ "observedAtField?": field }, { observedAtField: field, maxAgeMs: millis }];

const kinds = [
  { type: { enum: ["string", "int", "number", "timestamp", "bool", "set<string>"] } },
  {
    type: { const: "enum" },
    values: { type: "array", items: text(0, 2 ** 31), minItems: 1, maxItems: 1_000, uniqueItems: true },
  },
  { type: { const: "version" }, scheme, "keyField?": field, "keyColumn?": column },
];
const attributes = kinds.flatMap((kind) => ages.map((age) => closed({ ...kind, ...base, ...age })));

/** The shape of `otakit.attribute-catalogue/1`. */
export function catalogueJsonSchema(): JsonSchema {
  return {
    $schema: dialect,
    title: "otakit.attribute-catalogue/1",
    $comment:
      "parseAttributeCatalogue also refuses lone surrogates and custom version schemes that can be read in two ways.",
    ...closed({
      schema: { const: "otakit.attribute-catalogue/1" },
      "idField?": field,
      "idColumn?": column,
      "maxAheadMs?": millis,
      attributes: {
        type: "object",
        propertyNames: { pattern: "^[A-Za-z][A-Za-z0-9_.-]{0,63}$" },
        additionalProperties: { anyOf: attributes },
        minProperties: 1,
        maxProperties: 1_000,
      },
    }),
    $defs: { versionScheme },
  };
}
