import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  assessQuality,
  type DataQuality,
  type FlagSeverity,
  hasValue,
  type QualityFlag,
  qualify,
  qualityFlag,
  qualityFlags,
  withhold,
  worstQuality,
} from "../../src/core/index.ts";

const order: readonly DataQuality[] = ["good", "degraded", "unreliable", "unusable"];
const quality = fc.constantFrom(...order);
const rank = (word: DataQuality) => order.indexOf(word);

const everyFlag: readonly QualityFlag[] = [
  qualityFlag("stale", { ageMs: 95_000, maxAgeMs: 60_000 }),
  qualityFlag("duplicated", { count: 2 }),
  qualityFlag("out_of_order", { count: 1 }),
  qualityFlag("gap", { missing: 3 }),
  qualityFlag("partial", { missingFields: ["location"] }),
  qualityFlag("clock_future", { aheadMs: 5_000 }),
  qualityFlag("clock_unset", {}),
  qualityFlag("late", { lateMs: 86_400_000 }),
  qualityFlag("inconsistent", { rule: "completed_after_rolled_back" }),
  qualityFlag("unrepresentative", { attribute: "region" }),
  qualityFlag("baseline_missing", { baseline: "silence before the update" }),
  qualityFlag("invalid", { path: "/time" }),
];
const flag: fc.Arbitrary<QualityFlag> = fc
  .tuple(fc.constantFrom(...everyFlag), fc.constantFrom<FlagSeverity>("degraded", "unreliable", "unusable"))
  .map(([given, severity]) => ({ ...given, severity }));

describe("worstQuality", () => {
  it("is the maximum of the order good > degraded > unreliable > unusable", () => {
    for (const left of order) {
      for (const right of order) {
        expect(worstQuality(left, right)).toBe(order[Math.max(rank(left), rank(right))]);
      }
    }
  });

  it("obeys the laws of a join", () => {
    fc.assert(
      fc.property(quality, quality, quality, (a, b, c) => {
        expect(worstQuality(a, b)).toBe(worstQuality(b, a));
        expect(worstQuality(worstQuality(a, b), c)).toBe(worstQuality(a, worstQuality(b, c)));
        expect(worstQuality(a, b, c)).toBe(worstQuality(worstQuality(a, b), c));
        expect(worstQuality(a, a)).toBe(a);
        expect(worstQuality(a)).toBe(a);
        expect(worstQuality(a, "good")).toBe(a);
        expect(worstQuality(a, "unusable")).toBe("unusable");
        expect(rank(worstQuality(a, b))).toBeGreaterThanOrEqual(rank(a));
        if (rank(a) <= rank(b)) expect(rank(worstQuality(a, c))).toBeLessThanOrEqual(rank(worstQuality(b, c)));
      }),
    );
    expect(worstQuality()).toBe("good");
  });

  it("takes a word that it does not know as the worst", () => {
    for (const word of ["perfect", "", "__proto__", undefined])
      expect(worstQuality(word as DataQuality)).toBe("unusable");
  });
});

describe("qualityFlag", () => {
  it("gives each flag its default severity", () => {
    expect(Object.fromEntries(everyFlag.map(({ code, severity }) => [code, severity]))).toEqual({
      stale: "unreliable",
      duplicated: "degraded",
      out_of_order: "degraded",
      gap: "unreliable",
      partial: "degraded",
      clock_future: "unreliable",
      clock_unset: "unreliable",
      late: "degraded",
      inconsistent: "unreliable",
      unrepresentative: "unreliable",
      baseline_missing: "unreliable",
      invalid: "unusable",
    });
    expect(everyFlag.map(({ code }) => code)).toEqual(Object.keys(qualityFlags));
  });

  it("keeps the details, and takes the caller's severity", () => {
    expect(qualityFlag("gap", { missing: 1 }, "degraded")).toEqual({
      code: "gap",
      severity: "degraded",
      details: { missing: 1 },
    });
    expect(everyFlag[0]).toEqual({
      code: "stale",
      severity: "unreliable",
      details: { ageMs: 95_000, maxAgeMs: 60_000 },
    });
  });

  it("refuses a code that does not exist", () => {
    for (const code of ["old", "__proto__", "constructor", "toString"]) {
      expect(() => qualityFlag(code as "stale", { ageMs: 1, maxAgeMs: 0 })).toThrow(
        new RangeError(`"code" expected a quality flag, got ${code}`),
      );
    }
  });
});

describe("assessQuality", () => {
  it("takes the worst flag and counts each code", () => {
    const flags = [everyFlag[1]!, everyFlag[7]!, everyFlag[1]!, everyFlag[0]!];
    expect(assessQuality(flags)).toEqual({ quality: "unreliable", counts: { duplicated: 2, late: 1, stale: 1 } });
    expect(assessQuality([])).toEqual({ quality: "good", counts: {} });
    expect(assessQuality(everyFlag).quality).toBe("unusable");
  });

  it("is a homomorphism: joining flags joins qualities and adds counts; more flags never improve it", () => {
    fc.assert(
      fc.property(fc.array(flag), fc.array(flag), (left, right) => {
        const [l, r, both] = [left, right, [...left, ...right]].map(assessQuality);
        expect(both!.quality).toBe(worstQuality(l!.quality, r!.quality));
        expect(assessQuality([...right, ...left])).toEqual(both);
        for (const { code } of both === undefined ? [] : [...left, ...right]) {
          expect(both!.counts[code]).toBe((l!.counts[code] ?? 0) + (r!.counts[code] ?? 0));
        }
        expect(Object.values(both!.counts).reduce((sum, count) => sum + count, 0)).toBe(left.length + right.length);
      }),
    );
  });

  it("takes a hundred thousand flags, and codes that look like object members", () => {
    const odd = ["__proto__", "constructor"].map((code) => ({ ...everyFlag[1]!, code }) as unknown as QualityFlag);
    const { quality: word, counts } = assessQuality([...Array<QualityFlag>(100_000).fill(everyFlag[3]!), ...odd]);
    expect(word).toBe("unreliable");
    expect(Object.entries(counts)).toEqual([
      ["gap", 100_000],
      ["__proto__", 1],
      ["constructor", 1],
    ]);
  });
});

describe("qualified values", () => {
  it("keep the value while it holds", () => {
    expect(qualify(0.004, [])).toEqual({ quality: "good", value: 0.004, flags: [] });
    const late = [everyFlag[7]!];
    expect(qualify(0, late)).toEqual({ quality: "degraded", value: 0, flags: late });
    for (const value of [null, false, "", Number.NaN]) expect(qualify(value, [])).toHaveProperty("value", value);
  });

  it("drop the value when it may be false", () => {
    for (const [severity, flags] of [
      ["unreliable", [everyFlag[0]!]],
      ["unusable", [everyFlag[11]!]],
    ] as const) {
      const qualified = qualify(0.004, flags);
      expect(qualified).toEqual({ quality: severity, flags });
      expect(Object.keys(qualified)).toEqual(["quality", "flags"]);
      expect(JSON.stringify(qualified)).not.toContain("0.004");
    }
  });

  it("have a value exactly when quality is good or degraded", () => {
    fc.assert(
      fc.property(fc.array(flag, { maxLength: 4 }), (flags) => {
        const qualified = qualify("value", flags);
        const usable = rank(assessQuality(flags).quality) <= 1;
        expect(qualified.quality).toBe(assessQuality(flags).quality);
        expect(hasValue(qualified)).toBe(usable);
        expect("value" in qualified).toBe(usable);
        expect(qualified.flags).toEqual(flags);
      }),
    );
  });

  it("refuse undefined, which would read as a good value that is not there", () => {
    expect(() => qualify(undefined, [])).toThrow(new TypeError('"value" expected a value, got undefined'));
  });

  it("are withheld only with a reason", () => {
    expect(withhold([everyFlag[1]!, everyFlag[10]!])).toEqual({
      quality: "unreliable",
      flags: [everyFlag[1]!, everyFlag[10]!],
    });
    expect(withhold([everyFlag[11]!]).quality).toBe("unusable");
    for (const [flags, found] of [
      [[], "good"],
      [[everyFlag[1]!], "degraded"],
    ] as const) {
      expect(() => withhold(flags)).toThrow(
        new RangeError(`"flags" expected an unreliable or unusable one, got ${found}`),
      );
    }
  });

  it("are not shown when the quality is a word of a later release", () => {
    const later = JSON.parse('{"quality":"excellent","value":1,"flags":[]}');
    expect(hasValue(later)).toBe(false);
  });
});
