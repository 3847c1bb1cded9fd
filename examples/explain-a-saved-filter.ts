import { type AttributeCatalogue, compileSelector, funnel, importRsql, lintRsql } from "otakit/cohort";

const day = 86_400_000;
const now = Date.UTC(2026, 6, 1);

// What the fleet's records hold. Older than `maxAgeMs`, a value counts as unknown.
const catalogue: AttributeCatalogue = {
  schema: "otakit.attribute-catalogue/1",
  idField: "vin",
  attributes: {
    model: { type: "enum", values: ["A3", "A4", "Q5"] },
    region: { type: "enum", values: ["EU", "US", "CN"] },
    firmware: { type: "version", scheme: "semver", observedAtField: "seenAt", maxAgeMs: 30 * day },
    connectivity: { type: "enum", values: ["wifi", "cellular", "none"] },
    dailyKm: { type: "number" },
    customerType: { type: "enum", values: ["private", "fleet", "rental"], piiClass: "personal" },
    riskProfile: { type: "enum", values: ["low", "medium", "high"] },
  },
};

// A filter as hawkBit has it, and where its meaning would change.
const saved = "region==EU;firmware=lt=2.0.0;riskProfile!=high";
for (const { code, offset, message } of lintRsql(saved, catalogue)) console.log(`${offset} ${code}: ${message}`);
// 0 missing_is_false: Vehicles without "region" are out for hawkBit, and unknown for a selector
// 11 missing_is_false: Vehicles without "firmware" are out for hawkBit, and unknown for a selector
// 11 version_order: hawkBit compares "firmware" as text, a selector by the order of versions
// 29 missing_selected: hawkBit selects vehicles without "riskProfile" here; a selector does not

const fleet = [
  { vin: "v1", region: "EU", firmware: "1.10.0", seenAt: now - day, riskProfile: "low" },
  { vin: "v2", region: "EU", firmware: "1.10.0", seenAt: now - day },
  { vin: "v3", region: "EU", firmware: "1.9.0", seenAt: now - 90 * day, riskProfile: "low" },
  { vin: "v4", region: "US", firmware: "1.9.0", seenAt: now - day, riskProfile: "high" },
];

// The same filter in both meanings: hawkBit takes the vehicle whose risk nobody knows.
for (const semantics of ["hawkbit", "kleene"] as const) {
  const { truth } = compileSelector(importRsql(saved, catalogue, { semantics }), catalogue);
  console.log(
    semantics,
    fleet.filter((vehicle) => truth(vehicle, now) === 2).map(({ vin }) => vin),
  );
}
// hawkbit [ 'v1', 'v2' ]
// kleene [ 'v1' ]

const selector = compileSelector(importRsql(saved, catalogue), catalogue);
for (const vehicle of fleet) {
  const { decision, reasons } = selector.decide(vehicle, now);
  console.log(vehicle.vin, decision, reasons.map(({ message }) => message).join("; "));
}
// v1 in The vehicle fits the selector, and no rule keeps it out
// v2 unknown Attribute "riskProfile" is missing
// v3 unknown Attribute "firmware" is stale
// v4 out The vehicle does not fit the selector

// Why is v4 out? The leaves that decide; the first of those that suffice is decisive.
console.log(selector.explain(fleet[3]!, now).because.map(({ path, decisive }) => `${path} ${decisive}`));
// [ '/include/args/0 true', '/include/args/2 false' ]

// Where the fleet is lost.
for (const { path, lost, unknown } of funnel(selector, fleet, now).steps) console.log(path, { lost, unknown });
// /include/args/0 { lost: 1, unknown: 0 }
// /include/args/1 { lost: 0, unknown: 1 }
// /include/args/2 { lost: 0, unknown: 1 }
