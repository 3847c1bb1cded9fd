import { describe, expect, it } from "vitest";
import { normalOf, poissonOf, Random, thresholdOf } from "../../../src/cohort/simulate/random.ts";

describe("Random", () => {
  it("gives the numbers of xoshiro128**", () => {
    // The first outputs for the state 1, 2, 3, 4 by the authors' reference code, as the tests of the Rust crate rand_xoshiro list them.
    const random = new Random([1, 2, 3, 4]);
    expect(Array.from({ length: 10 }, () => random.next())).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  it("makes normal and Poisson numbers of the right mean and variance", () => {
    const random = Random.fromText("moments");
    const moments = (draw: () => number) => {
      const values = Array.from({ length: 100_000 }, draw);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
    };
    const normal = moments(() => normalOf(random.next(), random.next()));
    expect(Math.abs(normal.mean)).toBeLessThan(0.02);
    expect(Math.abs(normal.variance - 1)).toBeLessThan(0.03);
    for (const mean of [0.02, 3, 100]) {
      const poisson = moments(() => poissonOf(mean, random.next()));
      expect(Math.abs(poisson.mean / mean - 1)).toBeLessThan(0.15 / Math.sqrt(10 * mean) + 0.005);
      expect(Math.abs(poisson.variance / mean - 1)).toBeLessThan(0.15);
    }
  });

  it("never reaches a share of nothing and always one of a million", () => {
    expect([thresholdOf(0), thresholdOf(1_000_000)]).toEqual([0, 2 ** 32]);
  });
});
