import { describe, expect, it } from "vitest";
import { defaultLimits, enforceLimit, type Limits, resolveLimits } from "../../src/core/index.ts";

describe("resolveLimits", () => {
  it("gives the defaults", () => {
    const defaults = { maxBytes: 8_388_608, maxDepth: 64, maxEntries: 1_000_000, maxExpansion: 1_000 };
    expect(defaultLimits).toEqual(defaults);
    expect(resolveLimits()).toEqual(defaults);
    expect(resolveLimits({})).toEqual(defaults);
  });

  it("takes each given limit and leaves the others", () => {
    for (const name of Object.keys(defaultLimits) as (keyof Limits)[]) {
      expect(resolveLimits({ [name]: 0 })).toEqual({ ...defaultLimits, [name]: 0 });
      expect(resolveLimits({ [name]: 200 })).toEqual({ ...defaultLimits, [name]: 200 });
    }
    expect(resolveLimits({ maxBytes: Number.MAX_SAFE_INTEGER }).maxBytes).toBe(Number.MAX_SAFE_INTEGER);
    expect(defaultLimits.maxDepth).toBe(64);
  });

  it("takes undefined for not given, and nothing from other properties", () => {
    expect(resolveLimits({ maxDepth: undefined } as unknown as Partial<Limits>)).toEqual(defaultLimits);
    expect(resolveLimits({ maxDepth: 1, now: -1 } as Partial<Limits>)).toEqual({ ...defaultLimits, maxDepth: 1 });
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, "8", null])("refuses the limit %s", (value) => {
    for (const name of Object.keys(defaultLimits)) {
      const limits = { [name]: value } as unknown as Partial<Limits>;
      expect(() => resolveLimits(limits)).toThrow(RangeError);
      expect(() => resolveLimits(limits)).toThrow(`"${name}" expected integer >= 0, got ${value}`);
    }
  });

  it("keeps the depth within what an engine's stack holds", () => {
    expect(resolveLimits({ maxDepth: 256 }).maxDepth).toBe(256);
    expect(() => resolveLimits({ maxDepth: 257 })).toThrow('"maxDepth" expected integer <= 256, got 257');
    expect(() => resolveLimits({ maxDepth: 257 })).toThrow(RangeError);
  });
});

describe("enforceLimit", () => {
  const limits = resolveLimits({ maxBytes: 10 });

  it("lets through what is within the limit", () => {
    expect(() => enforceLimit("maxBytes", 0, limits)).not.toThrow();
    expect(() => enforceLimit("maxBytes", 10, limits)).not.toThrow();
  });

  it("refuses what is above it, or no number", () => {
    expect(() => enforceLimit("maxBytes", 11, limits)).toThrow(
      expect.objectContaining({
        name: "CoreError",
        code: "ERR_CORE_LIMIT",
        message: 'Cannot accept input: "maxBytes" allows 10, found 11',
        details: { limit: "maxBytes", allowed: 10, found: 11 },
        offset: undefined,
        path: undefined,
      }),
    );
    expect(() => enforceLimit("maxBytes", Number.NaN, limits)).toThrow("found NaN");
    expect(() => enforceLimit("maxDepth", 65, limits)).toThrow('"maxDepth" allows 64, found 65');
  });

  it("says where", () => {
    expect(() => enforceLimit("maxBytes", 11, limits, 0)).toThrow(
      expect.objectContaining({ offset: 0, path: undefined }),
    );
    expect(() => enforceLimit("maxBytes", 11, limits, 7, "/a")).toThrow(
      expect.objectContaining({ offset: 7, path: "/a" }),
    );
  });
});
