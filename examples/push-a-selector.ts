import { type AttributeCatalogue, compileSelector, type Selector, selectColumns, toSql } from "otakit/cohort";

const day = 86_400_000;
const now = Date.UTC(2026, 6, 1);

// `keyColumn` holds `versionKey(scheme, text)`, written when the row was written: databases compare it as plain text.
const catalogue: AttributeCatalogue = {
  schema: "otakit.attribute-catalogue/1",
  idField: "vin",
  attributes: {
    model: { type: "enum", values: ["A3", "A4"] },
    firmware: {
      type: "version",
      scheme: "semver",
      keyColumn: "firmware_key",
      observedAtField: "seenAt",
      observedAtColumn: "seen_at",
      maxAgeMs: 30 * day,
    },
    riskProfile: { type: "enum", values: ["low", "high"], column: "risk_profile" },
  },
};

const selector: Selector = {
  schema: "otakit.selector/1",
  include: {
    op: "and",
    args: [
      { op: "eq", attr: "model", value: "A3" },
      { op: "ver", attr: "firmware", rel: "in", range: ">=1.2.0 <2.0.0" },
    ],
  },
  exclude: { op: "eq", attr: "riskProfile", value: "high" },
};

// `text` goes behind WHERE: true or false. `truth` has all three answers, to count what is unknown.
const { text, params, columns } = toSql(selector, catalogue, "postgres", { now });
console.log(`SELECT vin FROM vehicle WHERE ${text.slice(0, 18)} …`);
// SELECT vin FROM vehicle WHERE "model" = $1::text …
console.log(JSON.stringify(params));
// ["A3","A4",1780272000000,1782864300000,"","a1.a2.a0~","a2.a0.a0~","low","high"]
console.log(columns);
// [ 'firmware_key', 'model', 'risk_profile', 'seen_at' ]

// No word of the selector is in the text, whatever it says.
const hostile: Selector = { ...selector, include: { op: "eq", attr: "dealer", value: "'; DROP TABLE vehicle; --" } };
const withDealer = { ...catalogue, attributes: { ...catalogue.attributes, dealer: { type: "string" } } } as const;
console.log(toSql(hostile, withDealer, "duckdb", { now }).text.includes("DROP"));
// false

// The same selector over columns in memory, laid out as Arrow lays them out: 2 in, 1 unknown, 0 out.
const table = {
  length: 4,
  columns: {
    model: { kind: "dictionary", indices: Uint8Array.of(0, 0, 1, 0), values: ["A3", "A4"] },
    firmware: { kind: "dictionary", indices: Int8Array.of(0, 0, 0, -1), values: ["1.10.0"] },
    seenAt: { kind: "numbers", values: Float64Array.of(now, now, now, now) },
    riskProfile: { kind: "dictionary", indices: Uint8Array.of(0, 1, 0, 0), values: ["low", "high"] },
  },
} as const;
console.log(selectColumns(compileSelector(selector, catalogue), table, now));
// Uint8Array(4) [ 2, 0, 0, 1 ]
