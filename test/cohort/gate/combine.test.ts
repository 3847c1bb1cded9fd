import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Aggregate, type AggregateSeries, evaluate, type RolloutPlan } from "../../../src/cohort/index.ts";
import { createStopTest, logEStop } from "../../../src/statistics/index.ts";
import { aggregateOf, contextOf, type SampleCell, series, startMs } from "./sample-aggregate.ts";
import { samplePlan } from "./sample-plan.ts";

/** Small numbers of vehicles, a high tolerance: boundaries are near. */
const plan: RolloutPlan = {
  ...samplePlan,
  stop: { alphaPpm: 200_000, safetyLimits: [] },
  metrics: [
    { id: "failure", kind: "failure", weight: 3, required: true, toleratedPpm: 50_000, maxPpm: 200_000 },
    { id: "brakes", kind: "failure", weight: 1, required: false, toleratedPpm: 10_000, maxPpm: 100_000, category: "b" },
  ],
  strata: [
    { key: "EU", size: 40_000, go: "pooled" },
    { key: "JP", size: 10_000, go: "pooled" },
  ],
  rings: samplePlan.rings.slice(0, 1),
  dataQuality: { ...samplePlan.dataQuality, sampleRatioAlphaPpm: 0 },
};

const cell = fc.record({
  hour: fc.integer({ min: 0, max: 5 }),
  enrolled: fc.integer({ min: 0, max: 12 }),
  failure: fc.integer({ min: 0, max: 3 }),
  brakes: fc.integer({ min: 0, max: 1 }),
});
const cells = fc.uniqueArray(cell, { selector: ({ hour }) => hour, maxLength: 6 }).map((all): readonly SampleCell[] =>
  [...all]
    .sort((left, right) => left.hour - right.hour)
    .map(({ hour, enrolled, failure, brakes }) => {
      const failed = Math.min(enrolled, failure);
      return { hour, enrolled, failure: failed, categories: { b: Math.min(failed, brakes) } };
    }),
);
const fleet = fc.tuple(cells, cells, cells);

function aggregate([eu, jp, none]: readonly (readonly SampleCell[])[]): Aggregate {
  const all = [series("pilot", "", none!), series("pilot", "EU", eu!), series("pilot", "JP", jp!)];
  return aggregateOf(plan, 1, all);
}

/** The largest weighted sum over all ends of hours, from the counters themselves. */
function largestSum({ series: all }: Aggregate): number {
  const weights = { "": 1 / 2, EU: 1 / 3, JP: 1 / 6 };
  let largest = Number.NEGATIVE_INFINITY;
  for (let hour = 1; hour <= 6; hour++) {
    let sum = 0;
    const upTo = (column: keyof AggregateSeries | "b", stratum: string) => {
      let total = 0;
      for (const one of all) {
        if (stratum !== "" && one.stratum !== stratum) continue;
        const values = column === "b" ? (one.categories["b"] ?? []) : (one[column] as readonly number[]);
        one.endMs.forEach((end, at) => {
          if (end <= startMs + hour * 3_600_000) total += values[at] ?? 0;
        });
      }
      return total;
    };
    for (const [column, share, p0, pMax] of [
      ["failure", 0.75, 0.05, 0.2],
      ["b", 0.25, 0.01, 0.1],
    ] as const) {
      for (const [stratum, weight] of Object.entries(weights)) {
        // sqrt(40,000) : sqrt(10,000) = 2 : 1, of one half.
        const test = createStopTest({ p0, pMax, alpha: 0.2 });
        const part = stratum === "" ? 1 / 2 : weight;
        sum += share * part * Math.exp(logEStop(upTo("enrolled", stratum), upTo(column, stratum), test));
      }
    }
    largest = Math.max(largest, sum);
  }
  return Math.log(largest);
}

describe("evidence of metrics and strata together", () => {
  it("stops where the largest weighted sum at a common prefix reaches 1 / alpha, by an oracle", () => {
    let stopped = 0;
    fc.assert(
      fc.property(fleet, (counters) => {
        const data = aggregate(counters);
        const { decision, evidence } = evaluate(plan, data, contextOf(plan, 1));
        const expected = largestSum(data);
        expect(evidence.combined!.reached).toBe(expected >= Math.log(5) + 1e-6);
        expect(decision === "pause").toBe(evidence.combined!.reached);
        if (!evidence.combined!.reached) return;
        stopped++;
        expect(evidence.combined!.logE).toBeCloseTo(expected, 9);
      }),
      { numRuns: 400, seed: 7 },
    );
    expect(stopped).toBeGreaterThan(40);
  });

  it("does not add up what strata had at different times", () => {
    // Each stratum was suspicious in an hour of its own; at no common prefix both were.
    const early: SampleCell = { hour: 0, enrolled: 3, failure: 2 };
    const late: SampleCell = { hour: 1, enrolled: 40 };
    const both = aggregate([
      [early, late],
      [
        { hour: 0, enrolled: 40 },
        { hour: 1, enrolled: 3, failure: 2 },
      ],
      [],
    ]);
    const { evidence } = evaluate(plan, both, contextOf(plan, 1));
    expect(evidence.combined!.logE).toBeLessThanOrEqual(largestSum(both) + 1e-9);
    expect(evidence.combined!.reached).toBe(largestSum(both) >= Math.log(5));
  });

  it("ends no prefix where a bucket of another series lies across", () => {
    const rings = ["early", "pilot"].map((name) => ({ ...plan.rings[0]!, name }));
    const two = { ...plan, strata: [], rings };
    const failing = series("pilot", "", [{ hour: 1, enrolled: 4, failure: 4 }]);
    const apart = series("early", "", [{ hour: 2, enrolled: 500 }]);
    const across = { ...series("early", "", [{ hour: 0, enrolled: 500 }]), endMs: [startMs + 9 * 3_600_000] };
    const combinedOf = (other: AggregateSeries) =>
      evaluate(two, aggregateOf(two, 1, [other, failing]), contextOf(two, 1)).evidence.combined!;
    expect(combinedOf(apart)).toMatchObject({ reached: true, prefixEndMs: startMs + 2 * 3_600_000 });
    expect(combinedOf(across)).toMatchObject({ reached: false, prefixEndMs: startMs + 9 * 3_600_000 });
  });

  it("is the same, or less, after buckets are merged", () => {
    fc.assert(
      fc.property(fleet, (counters) => {
        const data = aggregate(counters);
        const merged = { ...data, series: data.series.map(mergePairs) };
        const [fine, coarse] = [data, merged].map((one) => evaluate(plan, one, contextOf(plan, 1)).evidence);
        if (coarse!.combined!.reached) expect(fine!.combined!.reached).toBe(true);
        expect(coarse!.stopChecks).toEqual(fine!.stopChecks);
      }),
    );
  });
});

/** Merges the buckets of each two hours. */
function mergePairs(one: AggregateSeries): AggregateSeries {
  const slots = [...new Set(one.startMs.map((start) => Math.floor((start - startMs) / 7_200_000)))];
  const merge = (column: readonly number[]) =>
    slots.map((slot) =>
      one.startMs.reduce(
        (sum, start, at) => sum + (Math.floor((start - startMs) / 7_200_000) === slot ? column[at]! : 0),
        0,
      ),
    );
  return {
    ...one,
    startMs: slots.map((slot) => startMs + slot * 7_200_000),
    endMs: slots.map((slot) => startMs + (slot + 1) * 7_200_000),
    enrolled: merge(one.enrolled),
    started: merge(one.started),
    success: merge(one.success),
    failure: merge(one.failure),
    conflict: merge(one.conflict),
    excluded: merge(one.excluded),
    provisional: merge(one.provisional),
    onTime: merge(one.onTime),
    categories: Object.fromEntries(Object.entries(one.categories).map(([name, column]) => [name, merge(column)])),
  };
}
