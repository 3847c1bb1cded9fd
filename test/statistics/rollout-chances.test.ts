import { describe, expect, it } from "vitest";
import {
  computeRolloutChances,
  createGoTest,
  createStopTest,
  goBoundary,
  stopBoundary,
  tabulateGoBoundary,
  tabulateStopBoundary,
} from "../../src/statistics/index.ts";
import { errorTriples } from "./error-triples.ts";
import { crossingProbabilities } from "./operating-characteristics.ts";

const table = tabulateStopBoundary(createStopTest({ p0: 0.005, pMax: 0.02, alpha: 0.05 }), 20_000);
const stopsAt = (n: number) => stopBoundary(n, table);
const never = () => undefined;

describe("computeRolloutChances", () => {
  it("has the published chances to stop", () => {
    const gates = [100, 1_000, 5_000, 20_000].map((n) => ({ n, maxFailures: n }));
    const stopped = (rate: number) => computeRolloutChances(rate, stopsAt, gates).gates.map((gate) => gate.stopped);
    const digits = (values: readonly number[]) => values.map((value) => value.toFixed(4));
    expect(digits(stopped(0.002))).toEqual(["0.0008", "0.0010", "0.0010", "0.0010"]);
    expect(digits(stopped(0.005))).toEqual(["0.0083", "0.0217", "0.0273", "0.0300"]);
    expect(stopped(0.02)[1]!.toFixed(3)).toBe("0.977");
  });

  it("passes a gate with the mass of a binomial tail where nothing stops", () => {
    const { gates, ...rest } = computeRolloutChances(0.1, never, [{ n: 20, maxFailures: 2 }]);
    let term = 0.9 ** 20;
    let tail = 0;
    for (let f = 0; f <= 2; f++, term *= ((20 - f + 1) * 0.1) / (f * 0.9)) tail += term;
    expect(gates[0]!.passed).toBeCloseTo(tail, 14);
    expect(gates[0]!.held).toBeCloseTo(1 - tail, 14);
    expect(rest.expectedFailures).toBeCloseTo(2, 12);
    expect(rest).toMatchObject({ expectedFailuresBeforeStop: null, expectedVehicles: 20 });
  });

  it("accounts for every path, and for failures by Wald's identity", () => {
    const gates = [
      { n: 400, maxFailures: 1 },
      { n: 3_000, maxFailures: 40 },
    ];
    for (const rate of [0.002, 0.01, 0.05]) {
      const chances = computeRolloutChances(rate, stopsAt, gates);
      const [first, second] = chances.gates;
      expect(first!.stopped + first!.passed + first!.held).toBeCloseTo(1, 12);
      expect(second!.stopped + second!.passed + first!.held + second!.held).toBeCloseTo(1, 12);
      expect(chances.expectedFailures).toBeCloseTo(rate * chances.expectedVehicles, 8);
    }
  });

  it("stops nobody who was held before", () => {
    const { gates } = computeRolloutChances(0.05, stopsAt, [
      { n: 10, maxFailures: -1 },
      { n: 5_000, maxFailures: 5_000 },
    ]);
    expect(gates[0]!.passed).toBe(0);
    expect(gates[1]!.stopped).toBe(gates[0]!.stopped);
  });

  it("refuses gates that do not rise", () => {
    expect(() => computeRolloutChances(0.1, never, [{ n: 0, maxFailures: 0 }])).toThrow(RangeError);
    const twice = [
      { n: 5, maxFailures: 0 },
      { n: 5, maxFailures: 0 },
    ];
    expect(() => computeRolloutChances(0.1, never, twice)).toThrow(RangeError);
    expect(() => computeRolloutChances(1, never, [{ n: 5, maxFailures: 0 }])).toThrow(RangeError);
  });
});

describe("error rates, exactly, with a look after each of 4,000 vehicles", () => {
  it.each(errorTriples)("tolerable %d, maximum %d: at most %d of either wrong decision", (p0, p1, level) => {
    const stop = tabulateStopBoundary(createStopTest({ p0, pMax: p1, alpha: level }), 4_000);
    const go = tabulateGoBoundary(createGoTest({ p1, beta: level }), 4_000);
    const last = [{ n: 4_000, maxFailures: 4_000 }];
    const falseStop = computeRolloutChances(p0, (n) => stopBoundary(n, stop), last).gates[0]!.stopped;
    expect(falseStop).toBeLessThanOrEqual(level);
    const [missedStop] = crossingProbabilities(p1, [4_000], (n) => ({ to: goBoundary(n, go) ?? -1 }));
    expect(missedStop).toBeLessThanOrEqual(level);
    // Bounds that nothing comes near would be kept by a test that does nothing.
    expect(falseStop).toBeGreaterThan(level / 20);
    expect(missedStop).toBeGreaterThan(level / 20);
  });
});
