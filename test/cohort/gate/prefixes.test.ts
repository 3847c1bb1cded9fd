import { expect, test } from "vitest";
import { sumPrefixes } from "../../../src/cohort/gate/prefixes.ts";
import { aggregateOf, series, startMs } from "./sample-aggregate.ts";
import { samplePlan } from "./sample-plan.ts";

test("categories that no metric counts take no memory, and those that one counts are summed up", () => {
  const cells = [
    { hour: 0, enrolled: 10, failure: 3, categories: { brakes: 2, radio: 1 } },
    { hour: 1, enrolled: 10, failure: 1, categories: { brakes: 1 } },
  ];
  const { strata } = sumPrefixes(aggregateOf(samplePlan, 1, [series("pilot", "EU", cells)]), ["EU"], 0, 0, ["brakes"]);
  for (const key of ["", "EU"]) {
    expect([...strata.get(key)!.categories]).toEqual([["brakes", Float64Array.of(2, 3)]]);
  }
});

test("a bucket is mature from the instant on at which its last vehicle can be", () => {
  const aggregate = aggregateOf(samplePlan, 1, [
    series("pilot", "EU", [
      { hour: 0, enrolled: 1 },
      { hour: 1, enrolled: 1 },
    ]),
  ]);
  const matureAt = (beforeMs: number) => sumPrefixes(aggregate, ["EU"], 0, beforeMs, []).matureCount;
  const endMs = startMs + 3_600_000;
  expect([matureAt(endMs - 1), matureAt(endMs), matureAt(endMs + 3_600_000)]).toEqual([0, 1, 2]);
});

test("buckets that begin together and end apart have one end, the later", () => {
  const hours = (enrolled: number) => [
    { hour: 0, enrolled },
    { hour: 1, enrolled },
  ];
  const [eu, jp] = [series("pilot", "EU", hours(1)), series("pilot", "JP", hours(10))];
  const [first, last] = eu.endMs as readonly [number, number];
  const longer = { ...jp, endMs: [first, last + 1] };
  const { endMs, strata } = sumPrefixes(aggregateOf(samplePlan, 1, [eu, longer]), ["EU", "JP"], 0, 0, []);
  expect(endMs).toEqual([first, last + 1]);
  expect(strata.get("")!.enrolled).toEqual(Float64Array.of(11, 22));
});
