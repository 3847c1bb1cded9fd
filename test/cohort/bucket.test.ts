import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucketCount, bucketOf, campaignSalt } from "../../src/cohort/index.ts";
import { pureHashProvider } from "../../src/core/index.ts";
import { errorOf } from "../error-of.ts";

/** Reference values, computed independently and confirmed by PostgreSQL. */
const vectors = [
  ["ota-2026-07", "192289bceb0360f2", "WVWZZZ1KZAW000001", 470461254],
  ["ota-2026-07", "192289bceb0360f2", "WVWZZZ1KZAW000002", 233812309],
  ["ota-2026-07", "192289bceb0360f2", "veh-日本-1", 3307662230],
  ["ota-2026-08", "9ff114c2b09b4ad5", "WVWZZZ1KZAW000001", 1837839180],
  ["Kampagne-Ü", "ebf6b77cbc195fd4", "veh-日本-1", 2384861487],
] as const;

describe("campaignSalt and bucketOf", () => {
  it.each(vectors)("give %s the salt %s, and vehicle %s the bucket %i", (saltId, salt, vehicleId, bucket) => {
    expect(campaignSalt(saltId)).toBe(salt);
    expect(bucketOf(salt, vehicleId)).toBe(bucket);
    expect(campaignSalt(saltId, pureHashProvider)).toBe(salt);
    expect(bucketOf(salt, vehicleId, pureHashProvider)).toBe(bucket);
  });

  it("keep apart ids that colons or composition could confuse", () => {
    const salt = campaignSalt("s");
    const ids = ["a", ":a", "a:", "é", "e\u0301", "A", " a"];
    expect(new Set(ids.map((id) => bucketOf(salt, id))).size).toBe(ids.length);
  });

  it.each(["", "192289BCEB0360F2", "192289bceb0360f", "192289bceb0360f20", "192289bceb0360f2\n"])(
    "refuse the salt %j",
    (salt) => {
      expect(errorOf(() => bucketOf(salt, "v"))).toMatchObject({ code: "ERR_COHORT_SALT" });
    },
  );

  it("refuse an id that is missing or has no bytes", () => {
    const salt = campaignSalt("s");
    expect(errorOf(() => bucketOf(salt, ""))).toMatchObject({ code: "ERR_COHORT_ID", offset: 0 });
    expect(errorOf(() => bucketOf(salt, "ab\ud800"))).toMatchObject({ code: "ERR_COHORT_ID", offset: 2 });
    expect(errorOf(() => campaignSalt(""))).toMatchObject({ code: "ERR_COHORT_ID", offset: 0 });
    expect(errorOf(() => campaignSalt("\udfff"))).toMatchObject({ code: "ERR_COHORT_ID", offset: 0 });
    expect(() => bucketOf(salt, undefined as unknown as string)).toThrow(TypeError);
  });

  it("give any id an integer bucket, alike on both providers", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (id) => {
        const bucket = bucketOf("192289bceb0360f2", id);
        expect(Number.isSafeInteger(bucket) && bucket >= 0 && bucket < bucketCount).toBe(true);
        expect(bucketOf("192289bceb0360f2", id, pureHashProvider)).toBe(bucket);
      }),
    );
  });

  it("give ids of every length around the ends of blocks the bucket of a general implementation", () => {
    for (let length = 1; length <= 300; length++) {
      for (const character of ["a", "é", "日", "\u{1f600}"]) {
        const id = character.repeat(length);
        const bucket = bucketOf("192289bceb0360f2", id);
        if (bucket !== bucketOf("192289bceb0360f2", id, pureHashProvider)) throw new Error(`differs at ${id}`);
      }
    }
  });

  it("spread vehicles evenly, and independently of any other campaign", () => {
    const vehicles = Array.from({ length: 4_000 }, (_, index) => `VEHICLE-${index}`);
    const cells = 16;
    const cellOf = (bucket: number) => Math.floor((bucket / bucketCount) * cells);
    const base = campaignSalt("base");
    const baseCells = vehicles.map((id) => cellOf(bucketOf(base, id)));
    const expected = vehicles.length / cells;
    const squares: number[] = [];
    for (let campaign = 0; campaign < 200; campaign++) {
      const salt = campaignSalt(`campaign-${campaign}`);
      // Among the vehicles of one cell of the base campaign and over all: chi-square of the cells here.
      const counts = new Array<number>(cells).fill(0);
      const joint = new Array<number>(cells * cells).fill(0);
      vehicles.forEach((id, index) => {
        const cell = cellOf(bucketOf(salt, id));
        counts[cell]!++;
        joint[baseCells[index]! * cells + cell]!++;
      });
      const uniform = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
      const cellExpected = expected / cells;
      const independent = joint.reduce((sum, count) => sum + (count - cellExpected) ** 2 / cellExpected, 0);
      // The ids are fixed, so this is no gamble: 15 and 255 degrees of freedom, quantiles of 1 in 10^7.
      expect(uniform).toBeLessThan(62);
      expect(independent).toBeLessThan(395);
      squares.push(uniform);
    }
    const mean = squares.reduce((sum, value) => sum + value, 0) / squares.length;
    expect(mean).toBeGreaterThan(13);
    expect(mean).toBeLessThan(17);
  });
});
