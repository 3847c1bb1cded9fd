import { describe, expect, it } from "vitest";
import {
  createGoTest,
  createStopTest,
  goBoundary,
  logEGo,
  logEStop,
  stopBoundary,
  tabulateStopBoundary,
} from "../../src/statistics/index.ts";

const stop = createStopTest({ p0: 0.005, pMax: 0.02, alpha: 0.05 });
const go = createGoTest({ p1: 0.02, beta: 0.05 });

/** The level whose threshold a given log E exceeds by a margin. */
const levelBelow = (logE: number, margin: number): number => Math.exp(margin - logE);

describe("the guard band in log E", () => {
  // A margin of 0 is a tie: the rule does not act on it, whichever side the last bit of a logarithm falls.
  it.each([
    [-1e-12, 4],
    [0, 4],
    [0.99e-6, 4],
    [1.01e-6, 3],
  ])("stops on a margin of %d at %i failures among 40", (margin, boundary) => {
    const test = { ...stop, alpha: levelBelow(logEStop(40, 3, stop), margin) };
    expect(stopBoundary(40, test)).toBe(boundary);
    expect(stopBoundary(40, tabulateStopBoundary(test, 40))).toBe(boundary);
  });

  it.each([
    [-1e-12, 1],
    [0, 1],
    [0.99e-6, 1],
    [1.01e-6, 2],
  ])("expands on a margin of %d at %i failures among 500", (margin, boundary) => {
    expect(goBoundary(500, { ...go, beta: levelBelow(logEGo(500, 2, go), margin) })).toBe(boundary);
  });
});

it("all vehicles failing can be just enough to stop", () => {
  const table = tabulateStopBoundary(stop, 3);
  for (const source of [stop, table]) {
    expect([1, 2, 3].map((n) => stopBoundary(n, source))).toEqual([undefined, 2, 2]);
  }
});
