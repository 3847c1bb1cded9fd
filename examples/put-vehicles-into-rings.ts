import { bucketOf, campaignSalt, planRings, ringMembership, ringOf } from "otakit/cohort";

// Shares of the fleet in parts per million; each ring contains the one before it. Keep the plan: it holds the salt.
const plan = planRings(campaignSalt("ota-2026-07"), [
  { name: "pilot", ppm: 1_000 },
  { name: "early", ppm: 100_000 },
  { name: "all", ppm: 1_000_000 },
]);

for (const vehicleId of ["WVWZZZ1KZAW000001", "WVWZZZ1KZAW000002"]) {
  const bucket = bucketOf(plan.salt, vehicleId);
  const ring = ringOf(plan, bucket);
  console.log(vehicleId, bucket, ring === undefined ? "in no ring" : plan.rings[ring]?.name);
}
// WVWZZZ1KZAW000001 470461254 all
// WVWZZZ1KZAW000002 233812309 early

// A vehicle that your ledger has enrolled stays, whatever its bucket says.
const enrolled = true;
console.log(ringMembership(plan, 0, bucketOf(plan.salt, "WVWZZZ1KZAW000001"), enrolled)); // enrolled
