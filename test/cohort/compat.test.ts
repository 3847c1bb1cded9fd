import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { murmur3 } from "../../src/cohort/compat/murmur3.ts";
import {
  flagdBucket,
  growthbookBucket,
  launchdarklyBucket,
  posthogBucket,
  statsigBucket,
  unleashBucket,
} from "../../src/cohort/index.ts";

describe("murmur3", () => {
  it.each([
    ["", 0, 0],
    ["", 1, 0x514e28b7],
    ["", 0xffffffff, 0x81f16f39],
    ["hello", 0, 0x248bfa47],
    ["hello, world", 0, 0x149bbb7f],
    ["The quick brown fox jumps over the lazy dog", 0, 0x2e4ff723],
  ])("of %j with seed %i is as published", (text, seed, hash) => {
    expect(murmur3(text, seed)).toBe(hash);
  });
});

describe("buckets of other systems", () => {
  it("are those of Unleash's clients", () => {
    expect(unleashBucket("gr1", "123")).toBe(73);
    expect(unleashBucket("groupX", "999")).toBe(25);
    expect(() => unleashBucket("a", "b", 0)).toThrow(RangeError);
    expect(() => unleashBucket("a", "b", 100, -1)).toThrow(RangeError);
  });

  it.each([
    ["", "a", 1, 0.22],
    ["", "b", 1, 0.077],
    ["b", "a", 1, 0.946],
    ["ef", "d", 1, 0.652],
    ["asdf", "8952klfjas09ujk", 1, 0.549],
    ["", "123", 1, 0.011],
    ["", '___)((*":&', 1, 0.563],
    ["seed", "a", 2, 0.0505],
    ["seed", "b", 2, 0.2696],
    ["foo", "ab", 2, 0.2575],
    ["foo", "def", 2, 0.2019],
    ["89123klj", "8952klfjas09ujkasdf", 2, 0.124],
    ["90850943850283058242805", "123", 2, 0.7516],
    ["()**(%$##$%#$#", '___)((*":&', 2, 0.0128],
  ] as const)("are GrowthBook's for %j, %j, version %i", (seed, value, version, bucket) => {
    expect(growthbookBucket(seed, value, version)).toBe(bucket);
  });

  it("are no other version's of GrowthBook", () => {
    expect(() => growthbookBucket("abc", "def", 99 as 1)).toThrow(RangeError);
  });

  it("are those of LaunchDarkly's SDKs and of PostHog's documentation", () => {
    expect(launchdarklyBucket("hashKey", "saltyA", "userKeyA")).toBeCloseTo(0.42157587, 8);
    expect(launchdarklyBucket("hashKey", "saltyA", "userKeyB")).toBeCloseTo(0.6708485, 7);
    expect(launchdarklyBucket("hashKey", "saltyA", "userKeyC")).toBeCloseTo(0.10343106, 8);
    expect(launchdarklyBucket("hashKey", "saltyA", "userKeyA", 61)).toBeCloseTo(0.09801207, 8);
    expect(posthogBucket("a", "b")).toBe(0.4139158829615955);
    expect(posthogBucket("a", "b", "variant")).not.toBe(posthogBucket("a", "b"));
  });

  it("refuse a missing key, which LaunchDarkly would put first into every rollout", () => {
    expect(() => launchdarklyBucket("f", "s", undefined as unknown as string)).toThrow(TypeError);
    expect(() => launchdarklyBucket("f", "s", "")).toThrow(TypeError);
    expect(() => posthogBucket("f", "")).toThrow(TypeError);
  });

  it("give the variants of flagd's test bed", () => {
    const variant = (key: string, ...names: string[]): string => {
      const bucket = flagdBucket(key, 100);
      return names[Math.floor((bucket * names.length) / 100)]!;
    };
    const suits = ["clubs", "diamonds", "hearts", "spades"];
    const expected = { jack: "hearts", queen: "spades", ten: "clubs", nine: "diamonds", 3: "clubs" };
    for (const [name, suit] of Object.entries(expected)) expect(variant(`fractional-flag${name}`, ...suits)).toBe(suit);
    for (const key of ["ejOoVL", "bY9fO-", "SI7p-"]) expect(variant(key, "lower", "upper")).toBe("lower");
    for (const key of ["6LvT0", "ceQdGm"]) expect(variant(key, "lower", "upper")).toBe("upper");
  });

  it("are exact for every weight that flagd takes", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 2 ** 31 - 1 }), (key, weight) => {
        const bucket = (BigInt(murmur3(key, 0)) * BigInt(weight)) >> 32n;
        expect(BigInt(flagdBucket(key, weight))).toBe(bucket);
      }),
    );
    for (const weight of [0, 2 ** 31, 0.5]) expect(() => flagdBucket("a", weight)).toThrow(RangeError);
  });

  it("are 64 bits modulo 10,000 for Statsig", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (salt, ruleSalt, unitId) => {
        const digest = createHash("sha256").update(`${salt}.${ruleSalt}.${unitId}`).digest();
        expect(BigInt(statsigBucket(salt, ruleSalt, unitId))).toBe(digest.readBigUInt64BE() % 10_000n);
      }),
    );
  });
});
