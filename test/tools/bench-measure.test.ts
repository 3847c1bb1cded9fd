import { describe, expect, it } from "vitest";
import { calibrationLoop, measureRow, spread } from "../../bench/measure.ts";
import type { BenchRow } from "../../bench/row.ts";

const effort = { runs: 4, turnMillis: 1, warmUpMillis: 0 };

/** Burns integer steps; gives how often it ran. */
function worker(steps: number): () => number {
  let calls = 0;
  return () => {
    for (let step = 0, state = 1; step < steps; step++) state = Math.imul(state, 5) + 1;
    return ++calls;
  };
}

describe("spread", () => {
  it("takes the middle of an odd and of an even count", () => {
    expect(spread([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
    expect(spread([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1, max: 4 });
    expect(spread([7])).toEqual({ median: 7, min: 7, max: 7 });
  });

  it("refuses an empty series", () => {
    expect(() => spread([])).toThrow(RangeError);
  });
});

describe("measureRow", () => {
  const row: BenchRow = {
    name: "test/row",
    work: { operations: 10 },
    contenders: [
      { name: "ours", run: worker(1_000) },
      { name: "peer", run: worker(1_000) },
    ],
  };

  it("gives every contender's time once, rate and ratio to the first", async () => {
    const { measured, calibration } = await measureRow(row, effort);
    expect(measured.map(({ contender }) => contender)).toEqual(["ours", "peer"]);
    expect(measured[0]!.ratio).toEqual({ median: 1, min: 1, max: 1 });
    for (const { millis, perSecond, repetitions, ratio } of measured) {
      expect(millis.min).toBeLessThanOrEqual(millis.median);
      expect(millis.median).toBeLessThanOrEqual(millis.max);
      expect(perSecond).toBeCloseTo(10_000 / millis.median, 6);
      expect(repetitions).toBeGreaterThanOrEqual(1);
      expect(ratio.min).toBeGreaterThan(0);
    }
    expect(calibration.before).toBeGreaterThan(0);
    expect(calibration.after).toBeGreaterThan(0);
  });

  it("lets contenders take turns", async () => {
    const order: string[] = [];
    const track = (name: string) => ({ name, run: () => order.at(-1) !== name && order.push(name) });
    await measureRow({ ...row, contenders: [track("a"), track("b")] }, { ...effort, runs: 3 });
    // One check, one warm-up, then the turns.
    expect(order.slice(-6)).toEqual(["a", "b", "a", "b", "a", "b"]);
  });

  it("checks each contender's result before it measures", async () => {
    const seen: [unknown, string][] = [];
    await measureRow(
      { ...row, contenders: [{ name: "x", run: () => 42 }], check: (...found) => seen.push(found) },
      effort,
    );
    expect(seen).toEqual([[42, "x"]]);
    const wrong = () => {
      throw new Error("wrong answer");
    };
    await expect(measureRow({ ...row, check: wrong }, effort)).rejects.toThrow("wrong answer");
  });

  it("waits for a contender that gives a promise", async () => {
    const seen: unknown[] = [];
    const late = { name: "late", run: () => new Promise((resolve) => setTimeout(resolve, 2, 1)) };
    const { measured } = await measureRow({ ...row, contenders: [late], check: (found) => seen.push(found) }, effort);
    expect(seen).toEqual([1]);
    expect(measured[0]!.millis.min).toBeGreaterThan(1);
  });
});

describe("calibrationLoop", () => {
  it("reaches the known state", () => {
    expect(calibrationLoop()).toBeGreaterThan(0);
  });
});
