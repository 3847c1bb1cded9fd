/** Puts 100,000 simulated vehicles into nested rings, twice, with two salts. */

import { bucketOf, campaignSalt, planRings, ringOf } from "otakit/cohort";
import type { Report } from "./report.ts";

const vehicles = 100_000;
const shares = [
  { name: "pilot", ppm: 1_000 },
  { name: "early", ppm: 10_000 },
  { name: "broad", ppm: 100_000 },
  { name: "all", ppm: 1_000_000 },
];

export function showRings(report: Report, progress: (text: string) => void): void {
  report.section(`Cohort: ${vehicles.toLocaleString("en-US")} simulated vehicles in nested rings`);
  const plan = planRings(campaignSalt("ota-2026-11"), shares);
  const members: Set<number>[] = shares.map(() => new Set());
  const other = campaignSalt("ota-2026-12");
  let both = 0;
  for (let vehicle = 0; vehicle < vehicles; vehicle++) {
    if (vehicle % 10_000 === 0) progress(`vehicle ${vehicle} of ${vehicles}`);
    const id = `SIM${String(vehicle).padStart(14, "0")}`;
    const innermost = ringOf(plan, bucketOf(plan.salt, id))!;
    for (let ring = innermost; ring < shares.length; ring++) members[ring]!.add(vehicle);
    if (innermost <= 2 && ringOf(plan, bucketOf(other, id))! <= 2) both++;
  }
  progress("");
  const rings = shares.map(({ name, ppm }, ring) => {
    const size = members[ring]!.size;
    // Five standard deviations of a fair draw.
    const expected = (vehicles * ppm) / 1e6;
    const margin = 5 * Math.sqrt(expected * (1 - ppm / 1e6));
    const fair = Math.abs(size - expected) <= margin;
    report.expect(`${name.padEnd(5)} (${ppm / 1e4} %)`, "fair", fair ? "fair" : "skewed");
    report.line(`       ${size.toLocaleString("en-US")} vehicles`);
    return { name, ppm, size };
  });
  const nested = members.every((ring, index) => index === 0 || [...members[index - 1]!].every((id) => ring.has(id)));
  report.expect("each ring holds the ring before it", "yes", nested ? "yes" : "no");
  report.line(
    `in the first 10 % of this campaign and of the next: ${both} vehicles; a fair draw expects ${vehicles / 100}`,
  );
  report.expect(
    "known bucket of WVWZZZ1KZAW000001",
    "470461254",
    String(bucketOf(campaignSalt("ota-2026-07"), "WVWZZZ1KZAW000001")),
  );
  report.facts["rings"] = { plan, rings, inBothCampaigns: both };
}
