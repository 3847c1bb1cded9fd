import { describe, expect, it } from "vitest";
import {
  createGoTest,
  createStopTest,
  decideGo,
  decideStop,
  tabulateGoBoundary,
  tabulateStopBoundary,
} from "../../src/statistics/index.ts";

const stop = createStopTest({ p0: 0.005, pMax: 0.02, alpha: 0.05 });
const go = createGoTest({ p1: 0.02, beta: 0.05 });

describe("decideStop", () => {
  it.each([
    [{ n: 1, f: 1 }, "continue", "too_few_vehicles_to_stop", null],
    [{ n: 500, f: 8 }, "continue", "failures_below_stop_boundary", 9],
    [{ n: 500, f: 9 }, "stop", "failures_reach_stop_boundary", 9],
    [{ n: 500, f: 500 }, "stop", "failures_reach_stop_boundary", 9],
  ])("on %j says %s", (counts, decision, code, boundary) => {
    for (const source of [stop, tabulateStopBoundary(stop, 500)]) {
      const answer = decideStop(counts, source);
      expect(answer).toMatchObject({ decision, reasons: [{ code }], evidence: { ...counts, boundary, test: stop } });
      expect(answer.reasons[0]?.message).toMatch(new RegExp(`^${counts.f} of ${counts.n} vehicles failed`));
    }
  });
});

describe("decideGo", () => {
  it.each([
    [{ n: 194, f: 0 }, "wait", "too_few_vehicles_to_go", null],
    [{ n: 500, f: 3 }, "wait", "failures_above_go_boundary", 2],
    [{ n: 500, f: 2 }, "go", "failures_within_go_boundary", 2],
    [{ n: 500, f: 0 }, "go", "failures_within_go_boundary", 2],
  ])("on %j says %s", (counts, decision, code, boundary) => {
    for (const source of [go, tabulateGoBoundary(go, 500)]) {
      const answer = decideGo(counts, source);
      expect(answer).toMatchObject({ decision, reasons: [{ code }], evidence: { ...counts, boundary, test: go } });
      expect(answer.reasons[0]?.message).toMatch(new RegExp(`^${counts.f} of ${counts.n} vehicles failed`));
    }
  });
});

it("counts that contradict each other are refused", () => {
  expect(() => decideStop({ n: 3, f: 4 }, stop)).toThrow(RangeError);
  expect(() => decideGo({ n: 3, f: 4 }, go)).toThrow(RangeError);
  expect(() => decideStop({ n: 3, f: Number.NaN }, tabulateStopBoundary(stop, 5))).toThrow(RangeError);
});
