/**
 * Reference values of buckets and ring thresholds, computed independently and confirmed by PostgreSQL: a bucket that moves would
 * move vehicles between rings of running campaigns.
 */

import { bucketOf, campaignSalt, ringThreshold } from "otakit/cohort";
import { pureHashProvider } from "otakit/core";
import type { ConformanceSuite, SuiteOutcome } from "../suite.ts";

/** Campaign salt id, salt, vehicle id, bucket. */
const buckets: readonly (readonly [string, string, string, number])[] = [
  ["ota-2026-07", "192289bceb0360f2", "WVWZZZ1KZAW000001", 470461254],
  ["ota-2026-07", "192289bceb0360f2", "WVWZZZ1KZAW000002", 233812309],
  ["ota-2026-07", "192289bceb0360f2", "veh-日本-1", 3307662230],
  ["ota-2026-08", "9ff114c2b09b4ad5", "WVWZZZ1KZAW000001", 1837839180],
  ["Kampagne-Ü", "ebf6b77cbc195fd4", "veh-日本-1", 2384861487],
];

/** Share in parts per million, threshold. */
const thresholds: readonly (readonly [number, number])[] = [
  [1, 4294],
  [100, 429496],
  [1_000, 4294967],
  [10_000, 42949672],
  [333_333, 1431654333],
  [500_000, 2147483648],
  [1_000_000, 4294967296],
];

function outcomeOf(failures: readonly string[], total: number, why: string): SuiteOutcome {
  return { total, passed: total - failures.length, failed: failures.length, skipped: 0, why, failures };
}

const bucketReference: ConformanceSuite = {
  suite: "cohort/bucket-reference",
  run() {
    const failures = buckets.flatMap(([saltId, salt, vehicleId, bucket]) => {
      const found = [undefined, pureHashProvider].map((provider) => [
        campaignSalt(saltId, provider),
        bucketOf(salt, vehicleId, provider),
      ]);
      const right = found.every(([foundSalt, foundBucket]) => foundSalt === salt && foundBucket === bucket);
      return right ? [] : [`${saltId} / ${vehicleId}: expected ${salt}, ${bucket}, found ${JSON.stringify(found)}`];
    });
    return outcomeOf(failures, buckets.length, "each with the runtime's provider and with noble");
  },
};

const thresholdReference: ConformanceSuite = {
  suite: "cohort/threshold-reference",
  run() {
    const failures = thresholds.flatMap(([ppm, threshold]) => {
      const found = ringThreshold(ppm);
      return found === threshold ? [] : [`${ppm} ppm: expected ${threshold}, found ${found}`];
    });
    for (let ppm = 0; ppm <= 1_000_000; ppm++) {
      const exact = (BigInt(ppm) << 32n) / 1_000_000n;
      if (BigInt(ringThreshold(ppm)) !== exact) failures.push(`${ppm} ppm: expected ${exact}`);
    }
    return outcomeOf(
      failures,
      thresholds.length + 1_000_001,
      "published values, and every share against exact integers",
    );
  },
};

export const suites: readonly ConformanceSuite[] = [bucketReference, thresholdReference];
