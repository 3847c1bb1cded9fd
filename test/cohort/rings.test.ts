import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bucketCount,
  campaignSalt,
  parseRingPlan,
  planRings,
  ringMembership,
  ringOf,
  ringThreshold,
} from "../../src/cohort/index.ts";
import { errorOf } from "../error-of.ts";

const salt = campaignSalt("ota-2026-07");
const shares = [
  { name: "none", ppm: 0 },
  { name: "pilot", ppm: 1_000 },
  { name: "early", ppm: 10_000 },
  { name: "again", ppm: 10_000 },
];
const plan = planRings(salt, shares);

describe("ringThreshold", () => {
  it.each([
    [0, 0],
    [1, 4294],
    [100, 429496],
    [1_000, 4294967],
    [10_000, 42949672],
    [333_333, 1431654333],
    [500_000, 2147483648],
    [1_000_000, 4294967296],
  ])("is floor(%i * 2^32 / 10^6) = %i", (ppm, threshold) => {
    expect(ringThreshold(ppm)).toBe(threshold);
  });

  it("is exact for every share", () => {
    for (let ppm = 0; ppm <= 1_000_000; ppm++) {
      if (BigInt(ringThreshold(ppm)) !== (BigInt(ppm) << 32n) / 1_000_000n) throw new Error(`differs at ${ppm}`);
    }
  });

  it.each([-1, 1_000_001, 0.5, Number.NaN])("refuses %d", (ppm) => {
    expect(() => ringThreshold(ppm)).toThrow(RangeError);
  });
});

describe("ringOf and ringMembership", () => {
  it("put a bucket into the innermost ring whose threshold is above it", () => {
    expect([0, 4294966].map((bucket) => ringOf(plan, bucket))).toEqual([1, 1]);
    expect([4294967, 42949671].map((bucket) => ringOf(plan, bucket))).toEqual([2, 2]);
    expect([42949672, bucketCount - 1].map((bucket) => ringOf(plan, bucket))).toEqual([undefined, undefined]);
  });

  it.each([-1, bucketCount, 1.5])("refuse the bucket %d", (bucket) => {
    expect(() => ringOf(plan, bucket)).toThrow(RangeError);
    expect(() => ringMembership(plan, 0, bucket, false)).toThrow(RangeError);
  });

  it("keep a vehicle that is enrolled", () => {
    expect(ringMembership(plan, 1, 4294966, false)).toBe("bucket");
    expect(ringMembership(plan, 1, 4294967, false)).toBe("out");
    expect(ringMembership(plan, 1, 4294967, true)).toBe("enrolled");
    expect(() => ringMembership(plan, 1, 0, "no" as unknown as boolean)).toThrow(TypeError);
    expect(() => ringMembership(plan, 4, 0, true)).toThrow(RangeError);
    expect(() => ringMembership(plan, -1, 0, true)).toThrow(RangeError);
  });

  it("nest: who is in a ring is in every later one", () => {
    const ppms = fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 20 }).map((list) => list.sort((a, b) => a - b));
    fc.assert(
      fc.property(ppms, fc.nat(bucketCount - 1), (list, bucket) => {
        const rings = planRings(
          salt,
          list.map((ppm, index) => ({ name: `ring ${index}`, ppm })),
        );
        const memberships = list.map((_, index) => ringMembership(rings, index, bucket, false));
        const first = ringOf(rings, bucket) ?? list.length;
        expect(memberships).toEqual(list.map((_, index) => (index < first ? "out" : "bucket")));
      }),
    );
  });
});

describe("parseRingPlan", () => {
  it("reads a plan back", () => {
    expect(parseRingPlan(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
  });

  it.each([
    ["no object", 1, ""],
    ["a list", [], ""],
    ["null", null, ""],
    ["no schema", {}, "/schema"],
    ["a bad salt", { ...plan, salt: "x" }, "/salt"],
    ["a salt that is no text", { ...plan, salt: 1 }, "/salt"],
    ["no rings", { ...plan, rings: [] }, "/rings"],
    ["101 rings", { ...plan, rings: Array.from({ length: 101 }, (_, ppm) => ({ name: `${ppm}`, ppm })) }, "/rings"],
    ["rings that are no list", { ...plan, rings: { length: 1 } }, "/rings"],
    ["a ring that is no object", { ...plan, rings: [1] }, "/rings/0"],
    ["a hole in the list", { ...plan, rings: new Array(1) }, "/rings/0"],
    ["a name that has no bytes", { ...plan, rings: [{ name: "\ud800", ppm: 1 }] }, "/rings/0/name"],
    ["a nameless ring", { ...plan, rings: [{ name: "", ppm: 1 }] }, "/rings/0/name"],
    ["a long name", { ...plan, rings: [{ name: "n".repeat(65), ppm: 1 }] }, "/rings/0/name"],
    ["a name twice", { ...plan, rings: [shares[1], shares[1]] }, "/rings/1/name"],
    ["a share above the fleet", { ...plan, rings: [{ name: "a", ppm: 1_000_001 }] }, "/rings/0/ppm"],
    ["a negative share", { ...plan, rings: [{ name: "a", ppm: -1 }] }, "/rings/0/ppm"],
    ["a broken share", { ...plan, rings: [{ name: "a", ppm: 0.5 }] }, "/rings/0/ppm"],
    ["a falling share", { ...plan, rings: [shares[2], shares[1]] }, "/rings/1/ppm"],
    ["a member it does not know", { ...plan, region: "EU" }, "/region"],
    ["a ring's member it does not know", { ...plan, rings: [{ ...shares[1], region: "EU" }] }, "/rings/0/region"],
    ["a prototype's name", JSON.parse(`{"__proto__":1,${JSON.stringify(plan).slice(1)}`), "/__proto__"],
  ])("refuses %s", (_, value, path) => {
    expect(errorOf(() => parseRingPlan(value))).toMatchObject({ code: "ERR_COHORT_RING_PLAN", path });
  });

  it("accepts 100 rings and names of 64 characters", () => {
    const rings = Array.from({ length: 100 }, (_, ppm) => ({ name: `${ppm}`.padEnd(64, "x"), ppm }));
    expect(parseRingPlan({ ...plan, rings }).rings).toEqual(rings);
  });

  it("refuses another version by its own code", () => {
    expect(errorOf(() => parseRingPlan({ ...plan, schema: "otakit.ring-plan/2" }))).toMatchObject({
      code: "ERR_COHORT_RING_PLAN_VERSION",
      path: "/schema",
    });
    expect(errorOf(() => parseRingPlan({ schema: "otakit.ring-plan/2", waves: [] }))).toMatchObject({
      code: "ERR_COHORT_RING_PLAN_VERSION",
    });
  });

  it("cuts a hostile name down in its message", () => {
    const error = errorOf(() => parseRingPlan({ ...plan, ["x".repeat(1_000_000)]: 1 })) as { message: string };
    expect(error.message.length).toBeLessThan(200);
  });
});
