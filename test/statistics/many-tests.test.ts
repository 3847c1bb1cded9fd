import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  asymptoticMeanBounds,
  combineLogE,
  logESampleRatio,
  maxSprtCriticalValue,
  maxSprtLogRatio,
  selectByEvidence,
} from "../../src/statistics/index.ts";

describe("combineLogE", () => {
  it("is the logarithm of the weighted mean", () => {
    expect(combineLogE([Math.log(30), 0], [0.5, 0.5])).toBeCloseTo(Math.log(15.5), 14);
    expect(combineLogE([2_000, -2_000], [0.25, 0.75])).toBeCloseTo(2_000 + Math.log(0.25), 10);
    expect(combineLogE([5, 7], [0, 1])).toBe(7);
    expect(combineLogE([5], [0])).toBe(Number.NEGATIVE_INFINITY);
    expect(combineLogE([], [])).toBe(Number.NEGATIVE_INFINITY);
  });

  it.each([
    [[1, 2], [1]],
    [
      [1, 2],
      [0.6, 0.5],
    ],
    [
      [1, 2],
      [-0.1, 0.5],
    ],
    [[1], [Number.NaN]],
  ])("refuses %j with weights %j", (logs, weights) => {
    expect(() => combineLogE(logs, weights)).toThrow(RangeError);
  });
});

describe("selectByEvidence", () => {
  it("is e-BH", () => {
    const logs = (...values: number[]) => values.map(Math.log);
    expect(selectByEvidence(logs(80, 1, 50), 0.05)).toEqual([0, 2]);
    // The weaker one alone would need 60, and carries with the stronger one 30.
    expect(selectByEvidence(logs(29, 1, 59), 0.05)).toEqual([]);
    expect(selectByEvidence(logs(20), 0.05)).toEqual([0]);
    expect(selectByEvidence([], 0.05)).toEqual([]);
  });

  it("names what a quadratic search over every number of names finds", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -3, max: 8, noNaN: true }), { maxLength: 12 }), (logs) => {
        let most = 0;
        for (let k = 1; k <= logs.length; k++) {
          const needed = logs.length / (0.1 * k);
          if (logs.filter((log) => Math.exp(log) >= needed).length >= k) most = k;
        }
        expect(selectByEvidence(logs, 0.1).length).toBe(most);
      }),
    );
  });
});

describe("logESampleRatio", () => {
  const shares = [0.6, 0.25, 0.15];
  it("has the published values", () => {
    expect(logESampleRatio([118, 52, 30], shares, [6, 3, 1])).toBeCloseTo(-3.336112018668173, 12);
    expect(logESampleRatio([310, 60, 30], shares, [6, 3, 1])).toBeCloseTo(23.61318311088156, 12);
  });

  it("is the product of its steps, for each vehicle the share that was foreseen over the planned one", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2), { maxLength: 60 }), (parts) => {
        const counts = [0, 0, 0];
        let expected = 0;
        parts.forEach((part, drawn) => {
          expected += Math.log(([6, 3, 1][part]! + counts[part]!) / (10 + drawn) / shares[part]!);
          counts[part]!++;
        });
        expect(logESampleRatio(counts, shares, [6, 3, 1])).toBeCloseTo(expected, 10);
      }),
    );
  });

  it("keeps its digits for large fleets", () => {
    // Exactly the planned shares: evidence against them falls like a power of the number of vehicles.
    const found = logESampleRatio([600_000_000, 250_000_000, 150_000_000], shares, [6, 3, 1]);
    const tenth = logESampleRatio([60_000_000, 25_000_000, 15_000_000], shares, [6, 3, 1]);
    expect(found - tenth).toBeCloseTo(-Math.log(10), 6);
  });

  it("refuses what is no sample of such shares", () => {
    for (const [counts, given, weights] of [
      [[1, 2], shares, [1, 1, 1]],
      [[], [], []],
      [
        [1, 1],
        [0.5, 0.6],
        [1, 1],
      ],
      [
        [1, 1],
        [1, 0],
        [1, 1],
      ],
      [
        [-1, 1],
        [0.5, 0.5],
        [1, 1],
      ],
      [
        [1, 1],
        [0.5, 0.5],
        [0.5, 1],
      ],
    ]) {
      expect(() => logESampleRatio(counts!, given!, weights!)).toThrow(RangeError);
    }
  });
});

describe("asymptoticMeanBounds", () => {
  it("computes exactly where two large squares differ by little", () => {
    // A thousand values, half of them one more than the other half: variance 1/4.
    const n = 1_000;
    const value = 2_000_000;
    const sums = { n, sum: n * value + n / 2, sumOfSquares: (n / 2) * (value ** 2 + (value + 1) ** 2) };
    const { mean, lower, upper } = asymptoticMeanBounds(sums, 0.05, n);
    expect(mean).toBe(value + 0.5);
    const squaredRho = (-2 * Math.log(0.05) + Math.log(-2 * Math.log(0.05) + 1)) / n;
    const spread = n * squaredRho + 1;
    const deviation = Math.sqrt(0.25 * (n / (n - 1)));
    const width = deviation * Math.sqrt(((2 * spread) / (n * n * squaredRho)) * Math.log(Math.sqrt(spread) / 0.05));
    expect(upper - mean).toBeCloseTo(width, 8);
    expect(mean - lower).toBeCloseTo(width, 8);
  });

  it("refuses sums that no values have", () => {
    expect(() => asymptoticMeanBounds({ n: 2, sum: 10, sumOfSquares: 49 }, 0.05, 10)).toThrow(RangeError);
    expect(() => asymptoticMeanBounds({ n: 1, sum: 10, sumOfSquares: 100 }, 0.05, 10)).toThrow(RangeError);
    expect(() => asymptoticMeanBounds({ n: 2, sum: 2 ** 53, sumOfSquares: 100 }, 0.05, 10)).toThrow(RangeError);
    expect(asymptoticMeanBounds({ n: 2, sum: -10, sumOfSquares: 50 }, 0.05, 10)).toMatchObject({
      lower: -5,
      upper: -5,
    });
  });
});

describe("MaxSPRT", () => {
  it.each([
    [1, 2.853937],
    [2, 3.046977],
    [5, 3.297183],
    [10, 3.467952],
    [20, 3.628123],
    [50, 3.819903],
    [100, 3.952321],
  ])("has the published critical value for %i expected events", (expected, critical) => {
    expect(maxSprtCriticalValue(expected, 0.05).toFixed(6)).toBe(critical.toFixed(6));
  });

  it("signals with probability alpha: a walk in small steps comes from above to it", () => {
    // Looks at 4,000 instants instead of all; misses a little of the chance.
    const [end, alpha] = [4, 0.05];
    const critical = maxSprtCriticalValue(end, alpha, 2);
    const step = end / 4_000;
    let mass = [1];
    let signalled = 0;
    for (let look = 1; look <= 4_000; look++) {
      mass = Array.from({ length: Math.min(40, mass.length + 3) }, (_, k) => {
        let sum = 0;
        for (let more = 0, part = Math.exp(-step); more <= Math.min(k, 3); more++, part *= step / more) {
          sum += (mass[k - more] ?? 0) * part;
        }
        return sum;
      });
      mass = mass.map((part, events) => {
        if (events < 2 || maxSprtLogRatio(events, look * step) < critical) return part;
        signalled += part;
        return 0;
      });
    }
    expect(signalled).toBeLessThan(alpha);
    expect(signalled).toBeGreaterThan(alpha - 0.001);
  });

  it("is the sharper the more events a signal takes", () => {
    const values = [1, 2, 3, 4].map((least) => maxSprtCriticalValue(5, 0.05, least));
    expect([...values].sort((left, right) => right - left)).toEqual(values);
    expect(() => maxSprtCriticalValue(1, 0.5, 5)).toThrow(RangeError);
    expect(() => maxSprtCriticalValue(501, 0.05)).toThrow(RangeError);
    expect(() => maxSprtCriticalValue(0, 0.05)).toThrow(RangeError);
  });

  it("has a log ratio of zero at or below what is expected", () => {
    expect(maxSprtLogRatio(10, 4)).toBeCloseTo(-6 + 10 * Math.log(2.5), 14);
    expect([maxSprtLogRatio(4, 4), maxSprtLogRatio(0, 4)]).toEqual([0, 0]);
    expect(() => maxSprtLogRatio(1, 0)).toThrow(RangeError);
  });
});
