/** Fuzz targets of stratified ring plans, the seats they are made from, and layers. */

import {
  bucketCount,
  bucketOf,
  claimLayer,
  compileStratifiedRings,
  createLayer,
  freeRanges,
  layerSlot,
  parseLayer,
  parseStratifiedRingPlan,
  websterSeats,
} from "otakit/cohort";
import { isOtaError, utf8ToBytes } from "otakit/core";
import type { FuzzTarget } from "../target.ts";

const plan = {
  schema: "otakit.stratified-ring-plan/1",
  salt: "192289bceb0360f2",
  rings: [
    { name: "pilot", vehicles: 3 },
    { name: "all", vehicles: 9 },
  ],
  strata: [
    { key: "EU", size: 6, cuts: [{ below: 470461254, ids: ["WVWZZZ1KZAW000001"] }, { below: 4294967296 }] },
    { key: "JP", size: 3, cuts: [{ below: 0 }, { below: 4294967296 }] },
  ],
};
const layer = claimLayer(claimLayer(createLayer("l", 10_000), "a", 250_000).layer, "b", 100_000).layer;

/** Parses a document; gives nothing when it is no JSON or is refused as it should be. */
function accepted<T>(input: Uint8Array, parse: (value: unknown) => T): T | undefined {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(input));
  } catch {
    return undefined;
  }
  try {
    return parse(value);
  } catch (error) {
    if (isOtaError(error)) return undefined;
    throw error;
  }
}

export const targets: readonly FuzzTarget[] = [
  {
    name: "cohort/parseStratifiedRingPlan",
    seeds: [utf8ToBytes(JSON.stringify(plan))],
    dictionary: ['"below":', '"ids":', "4294967296", "4294967297", '"__proto__":', "null"].map(utf8ToBytes),
    run(input) {
      const parsed = accepted(input, parseStratifiedRingPlan);
      if (parsed === undefined) return;
      const ringOf = compileStratifiedRings(parsed);
      for (const { key, cuts } of parsed.strata) {
        // Whoever is in a ring is in every later one.
        for (const id of ["WVWZZZ1KZAW000001", "WVWZZZ1KZAW000002", ...(cuts[0]?.ids ?? [])]) {
          if (id === "" || !id.isWellFormed()) continue;
          const bucket = bucketOf(parsed.salt, id);
          const isIn = cuts.map(({ below, ids }) => bucket < below || (bucket === below && (ids ?? []).includes(id)));
          const first = isIn.indexOf(true);
          if (first >= 0 && isIn.slice(first).includes(false)) throw new Error("rings are not nested");
          if (ringOf(key, id) !== (first < 0 ? undefined : first)) throw new Error("another ring than the cuts say");
        }
      }
    },
  },
  {
    name: "cohort/parseLayer",
    seeds: [utf8ToBytes(JSON.stringify(layer))],
    dictionary: ['"holdback":', '"claims":', '"lo":', '"hi":', "4294967296", "-1"].map(utf8ToBytes),
    run(input) {
      const parsed = accepted(input, parseLayer);
      if (parsed === undefined) return;
      const taken = [...(parsed.holdback ? [parsed.holdback] : []), ...parsed.claims, ...freeRanges(parsed)];
      if (taken.reduce((sum, { lo, hi }) => sum + hi - lo, 0) !== bucketCount) throw new Error("buckets are lost");
      for (const { campaign, lo, hi } of parsed.claims) {
        for (const bucket of [lo, hi - 1]) {
          const slot = layerSlot(parsed, bucket);
          if (slot.slot !== "claimed" || slot.campaign !== campaign) throw new Error("a claim is not its campaign's");
        }
      }
    },
  },
  {
    name: "cohort/websterSeats",
    seeds: [Uint8Array.of(9, 7, 5, 3, 1, 26, 0, 0), Uint8Array.of(1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 0, 0)],
    maxLength: 64,
    run(input) {
      // Sizes of up to 2^24 from the first bytes, the first house from the last four; then a hundred steps of growth.
      const strata = Array.from(input.subarray(0, -4), (byte, index) => ({
        key: `${index}`,
        size: byte ** 3,
        floor: byte & 3,
      }));
      const total = strata.reduce((sum, { size }) => sum + size, 0);
      const start = input.subarray(-4).reduce((sum, byte) => 256 * sum + byte, 0) % (total + 1);
      let before = websterSeats(strata, start);
      for (let house = start + 1; house <= Math.min(total, start + 100); house++) {
        const after = websterSeats(strata, house);
        if (after.some((seats, index) => seats < before[index]!)) throw new Error("a seat is taken back");
        if (after.reduce((sum, seats) => sum + seats, 0) !== house) throw new Error("seats are lost");
        before = after;
      }
    },
  },
];
