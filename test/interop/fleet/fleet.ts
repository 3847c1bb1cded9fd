/** A fleet by arithmetic, so that JavaScript and a database make the same one without moving it; values are missing and stale in it. */

import type { VehicleRecord } from "otakit/cohort";
import { versionKey } from "otakit/core";
import { now } from "../../../examples/from-one-machine-to-spark.ts";

const day = 86_400_000;
const regions = ["EU", "US", "CN"];
const risks = ["low", "medium", "high"];
const versions = Array.from({ length: 48 }, (_, index) => `1.${Math.floor(index / 4)}.${index % 4}`);

/** The vehicles one after another; none is kept. */
export function* records(count: number): Generator<VehicleRecord> {
  for (let index = 0; index < count; index++) {
    const mixed = (index * 48_271) % 2_147_483_647;
    yield {
      vehicleId: `SIM${String(index).padStart(14, "0")}`,
      ...(mixed % 11 === 0 ? {} : { region: regions[mixed % 3] }),
      firmware: versions[mixed % 48],
      ...(mixed % 17 === 0 ? {} : { seenAt: now - (mixed % 60) * day }),
      ...(mixed % 13 === 0 ? {} : { dailyKm: mixed % 200 }),
      ...(mixed % 10 === 0 ? {} : { riskProfile: risks[(mixed % 7) % 3] }),
    };
  }
}

/** The same for DuckDB: a query that makes the table. */
export function fleetQuery(count: number): string {
  const list = (texts: readonly string[]): string => `[${texts.map((text) => `'${text}'`).join(", ")}]`;
  const keys = versions.map((version) => versionKey("semver", version)!);
  return `
    SELECT 'SIM' || lpad(index::VARCHAR, 14, '0') AS vehicle_id,
      CASE WHEN mixed % 11 <> 0 THEN ${list(regions)}[mixed % 3 + 1] END AS region,
      ${list(versions)}[mixed % 48 + 1] AS firmware,
      ${list(keys)}[mixed % 48 + 1] AS firmware_key,
      CASE WHEN mixed % 17 <> 0 THEN ${now}::BIGINT - (mixed % 60) * ${day} END AS seen_at,
      CASE WHEN mixed % 13 <> 0 THEN mixed % 200 END AS daily_km,
      CASE WHEN mixed % 10 <> 0 THEN ${list(risks)}[mixed % 7 % 3 + 1] END AS risk_profile
    FROM (SELECT range AS index, range * 48271 % 2147483647 AS mixed FROM range(${count}))`;
}
