import {
  campaignSalt,
  compileSelector,
  type EnrolmentPlan,
  enrolVehicles,
  planRings,
  ringSql,
  type SqlDialect,
  toSql,
  type VehicleRecord,
} from "otakit/cohort";

export const now = Date.parse("2026-11-30T12:00:00Z");
const day = 86_400_000;
const catalogue = {
  schema: "otakit.attribute-catalogue/1",
  idColumn: "vehicle_id",
  attributes: {
    region: { type: "enum", values: ["EU", "US", "CN"] },
    firmware: {
      type: "version",
      scheme: "semver",
      keyColumn: "firmware_key",
      observedAtField: "seenAt",
      observedAtColumn: "seen_at",
      maxAgeMs: 30 * day,
    },
    dailyKm: { type: "int", column: "daily_km" },
    riskProfile: { type: "enum", values: ["low", "medium", "high"], column: "risk_profile" },
  },
} as const;
const selector = {
  schema: "otakit.selector/1",
  include: {
    op: "and",
    args: [
      { op: "eq", attr: "region", value: "EU" },
      { op: "ver", attr: "firmware", rel: "in", range: ">=1.2.0 <1.6.0" },
      { op: "lt", attr: "dailyKm", value: 120 },
    ],
  },
  exclude: { op: "eq", attr: "riskProfile", value: "high" },
} as const;
const rings = planRings(campaignSalt("ota-2026-11"), [
  { name: "pilot", ppm: 1_000 },
  { name: "early", ppm: 100_000 },
  { name: "all", ppm: 1_000_000 },
]);

// On one machine: a stream of records, in memory that does not grow.
export const plan: EnrolmentPlan = { selector: compileSelector(selector, catalogue), rings, openRing: 2, now };
export async function enrolHere(records: Iterable<VehicleRecord> | AsyncIterable<VehicleRecord>): Promise<string[]> {
  const members: string[] = [];
  for await (const { vehicleId, ring, member } of enrolVehicles(records, plan)) {
    if (member) members.push(`${vehicleId} ${ring}`);
  }
  return members;
}

// In an engine: the same cohort as a statement with parameters, to be run where the fleet is kept.
export function jobFor(dialect: SqlDialect): { readonly sql: string; readonly params: readonly (string | number)[] } {
  const { text, params } = toSql(selector, catalogue, dialect, { now });
  const ring = ringSql(dialect, rings, { idColumn: "vehicle_id" });
  return {
    sql: `SELECT vehicle_id, ${ring} AS ring FROM fleet WHERE ${text} ORDER BY vehicle_id`,
    params,
  };
}

if (import.meta.main) {
  const fresh = { region: "EU", dailyKm: 80, firmware: "1.4.0", seenAt: now, riskProfile: "low" };
  const records = [
    { vehicleId: "WVWZZZ1KZAW000001", ...fresh },
    { vehicleId: "WVWZZZ1KZAW000002", ...fresh, riskProfile: undefined },
    { vehicleId: "WVWZZZ1KZAW000003", ...fresh, seenAt: now - 31 * day },
    { vehicleId: "WVWZZZ1KZAW000004", ...fresh, firmware: "1.6.0" },
  ];
  console.log(await enrolHere(records));
  // [ 'WVWZZZ1KZAW000001 2' ]
  const { sql, params } = jobFor("spark");
  console.log(sql.includes("sha2("), params.length, params.slice(0, 3));
  // true 14 [ 'EU', 'US', 'CN' ]
}
