/** The attributes of the scenario: model, region, firmware version, connectivity, usage, customer type, risk profile. */

import type { AttributeCatalogue } from "../../src/cohort/index.ts";

const day = 86_400_000;

export const sampleCatalogue: AttributeCatalogue = {
  schema: "otakit.attribute-catalogue/1",
  idField: "vehicleId",
  idColumn: "vehicle_id",
  attributes: {
    model: { type: "enum", values: ["A3", "A4", "Q5"] },
    region: { type: "enum", values: ["EU", "US", "CN"], column: "sales_region" },
    firmware: {
      type: "version",
      scheme: "semver",
      keyColumn: "firmware_key",
      observedAtField: "firmwareAt",
      observedAtColumn: "firmware_at",
      maxAgeMs: 30 * day,
      contradictionField: "firmwareDisputed",
      contradictionColumn: "firmware_disputed",
    },
    connectivity: {
      type: "enum",
      values: ["wifi", "cellular", "none"],
      observedAtField: "seenAt",
      observedAtColumn: "seen_at",
    },
    dailyKm: { type: "number", column: "daily_km" },
    customerType: {
      type: "enum",
      values: ["private", "fleet", "rental"],
      column: "customer_type",
      piiClass: "personal",
    },
    riskProfile: { type: "enum", values: ["low", "medium", "high"], column: "risk_profile" },
    tags: { type: "set<string>" },
    doors: { type: "int" },
    electric: { type: "bool" },
    dealer: { type: "string" },
    builtAt: { type: "timestamp", column: "built_at" },
    level: { type: "version", scheme: "ilevel" },
  },
};

/** The moment at which tests look. */
export const sampleNow: number = 1_790_000_000_000;
