import { describe, expect, test } from "vitest";
import { type OutcomeEvent, OutcomeFold } from "../../../src/cohort/index.ts";
import { countedPlan as plan, startMs } from "./random-events.ts";

const hour = 3_600_000;
const day = 24 * hour;
const at = (ageMs: number, delayMs = hour) => ({
  vehicleId: "v1",
  atMs: startMs + ageMs,
  receivedMs: startMs + ageMs + delayMs,
});
const enrolled: OutcomeEvent = { kind: "enrolled", ...at(0), ring: "pilot", stratum: "EU" };

/** Counters of one vehicle that are not 0. */
function countersOf(events: readonly OutcomeEvent[], enrolment = enrolled): Readonly<Record<string, unknown>> {
  const fold = new OutcomeFold(plan);
  for (const event of [enrolment, ...events]) expect(fold.add("telematics", event)).toBe(true);
  const [series] = fold.aggregate().series;
  const { ring, stratum, startMs: start, endMs, categories, measures, ...columns } = series!;
  expect([ring, stratum, start, endMs]).toEqual(["pilot", "EU", [startMs], [startMs + hour]]);
  const filled = Object.entries(columns).flatMap(([name, [count]]) => (count === 0 ? [] : [[name, count]]));
  const named = Object.entries(categories).map(([name, [count]]) => [name, count]);
  return { ...Object.fromEntries(filled), ...Object.fromEntries(named), ...measures };
}

describe("outcome of a vehicle", () => {
  test.each<[string, readonly OutcomeEvent[], object]>([
    ["nothing came", [], {}],
    ["started", [{ kind: "started", ...at(0), seq: 0 }], { started: 1 }],
    ["healthy at the soak", [{ kind: "healthy", ...at(day), seq: 1 }], { started: 1, success: 1, onTime: 1 }],
    ["healthy just before the soak", [{ kind: "healthy", ...at(day - 1), seq: 1 }], { started: 1, provisional: 1 }],
    ["failed at maturity, told late", [{ kind: "failed", ...at(7 * day), seq: 1 }], { started: 1, failure: 1 }],
    [
      "failed at maturity, told then",
      [{ kind: "failed", ...at(7 * day, 0), seq: 1 }],
      { started: 1, failure: 1, onTime: 1 },
    ],
    [
      "failed after maturity",
      [{ kind: "failed", ...at(7 * day + 1), seq: 1, category: "brakes" }],
      { started: 1, brakes: 1 },
    ],
    [
      "healthy at the soak, failed later",
      [
        { kind: "healthy", ...at(day), seq: 1 },
        { kind: "failed", ...at(3 * day), seq: 2, category: "other" },
      ],
      { started: 1, failure: 1, onTime: 1 },
    ],
    [
      "failed first, healthy later",
      [
        { kind: "failed", ...at(hour), seq: 1 },
        { kind: "healthy", ...at(2 * day), seq: 2 },
      ],
      { started: 1, failure: 1, onTime: 1 },
    ],
    [
      "failed by infrastructure only",
      [{ kind: "failed", ...at(hour), seq: 1, category: "infrastructure" }],
      { started: 1, excluded: 1, onTime: 1 },
    ],
    [
      "failed by infrastructure and else",
      [
        { kind: "failed", ...at(hour), seq: 1, category: "infrastructure" },
        { kind: "failed", ...at(hour), seq: 2 },
      ],
      { started: 1, failure: 1, onTime: 1 },
    ],
    [
      "both outcomes under one number",
      [
        { kind: "healthy", ...at(2 * day), seq: 1 },
        { kind: "failed", ...at(2 * day), seq: 1, category: "brakes" },
      ],
      { started: 1, conflict: 1, onTime: 1 },
    ],
    [
      "both outcomes under one number, and another failure",
      [
        { kind: "healthy", ...at(2 * day), seq: 1 },
        { kind: "failed", ...at(2 * day), seq: 1 },
        { kind: "failed", ...at(3 * day), seq: 2, category: "brakes" },
      ],
      { started: 1, failure: 1, onTime: 1, brakes: 1 },
    ],
    [
      "failure retracted, healthy",
      [
        { kind: "failed", ...at(hour), seq: 1, category: "brake_warning" },
        { kind: "retracted", ...at(hour), seq: 2, retractedSeq: 1 },
        { kind: "healthy", ...at(day), seq: 3 },
      ],
      { started: 1, success: 1, onTime: 1 },
    ],
    [
      "conflict retracted",
      [
        { kind: "healthy", ...at(2 * day), seq: 1 },
        { kind: "failed", ...at(2 * day), seq: 1 },
        { kind: "retracted", ...at(2 * day), seq: 2, retractedSeq: 1 },
      ],
      {},
    ],
    [
      "exposures add up, once each; a number used twice says nothing",
      [
        { kind: "exposed", ...at(hour), seq: 1, metric: "codes", events: 1, exposure: 100 },
        { kind: "exposed", ...at(hour, day), seq: 1, metric: "codes", events: 1, exposure: 100 },
        { kind: "exposed", ...at(day), seq: 2, metric: "codes", events: 2, exposure: 50 },
        { kind: "exposed", ...at(day), seq: 3, metric: "codes", events: 2, exposure: 50 },
        { kind: "exposed", ...at(day), seq: 3, metric: "codes", events: 9, exposure: 50 },
      ],
      { codes: { kind: "exposure", events: [3], exposure: [150] } },
    ],
    [
      "the latest value counts",
      [
        { kind: "measured", ...at(day), seq: 4, metric: "minutes", value: -7 },
        { kind: "measured", ...at(2 * day), seq: 3, metric: "minutes", value: 9 },
      ],
      { minutes: { kind: "continuous", vehicles: [1], sum: [-7], sumOfSquares: [49] } },
    ],
  ])("%s", (_, events, expected) => {
    expect(countersOf(events)).toEqual({ enrolled: 1, ...expected });
  });

  test("of several enrolments the earliest instant and the innermost ring count, and they contradict each other", () => {
    const fold = new OutcomeFold(plan);
    fold.add("ledger", { ...enrolled, ring: "early", stratum: "" });
    fold.add("ledger", { ...enrolled, atMs: startMs + 5 * hour });
    const { series, sources } = fold.aggregate();
    expect(series.map(({ ring, stratum, startMs: [start] }) => [ring, stratum, start])).toEqual([
      ["pilot", "EU", startMs],
    ]);
    expect(sources[0]).toMatchObject({ received: 2, duplicate: 0, conflicting: 2 });
  });

  test("a measure that came by two ways counts once", () => {
    const fold = new OutcomeFold(plan);
    fold.add("ledger", enrolled);
    for (const source of ["telematics", "workshop"]) {
      fold.add(source, { kind: "exposed", ...at(hour), seq: 1, metric: "codes", events: 1, exposure: 100 });
    }
    const { series, sources } = fold.aggregate();
    expect(series[0]?.measures).toEqual({ codes: { kind: "exposure", events: [1], exposure: [100] } });
    expect(sources.map(({ duplicate, conflicting }) => duplicate + conflicting)).toEqual([0, 0, 0]);
  });

  test("a vehicle with more reports than are remembered is a conflict, unless a failure of it is remembered", () => {
    const healthy = Array.from(
      { length: 64 },
      (_, seq): OutcomeEvent => ({ kind: "healthy", ...at(2 * day), seq: seq + 1 }),
    );
    const failed: OutcomeEvent = { kind: "failed", ...at(2 * day), seq: 0 };
    expect(countersOf(healthy, enrolled)).toMatchObject({ conflict: 1 });
    const other = (events: readonly OutcomeEvent[]) => {
      const fold = new OutcomeFold(plan);
      fold.add("ledger", enrolled);
      for (const event of events) fold.add("telematics", event);
      return fold.aggregate();
    };
    expect(other(healthy).series[0]).toMatchObject({ success: [1], conflict: [0] });
    expect(other([failed, ...healthy])).toEqual(other([...healthy, failed]));
    expect(other([failed, ...healthy]).series[0]).toMatchObject({ success: [0], conflict: [1], started: [1] });
    expect(other([{ ...failed, seq: 100 }, ...healthy]).series[0]).toMatchObject({ failure: [1], conflict: [0] });
  });
});

describe("counters of sources", () => {
  test("duplicates, rejected, skewed and overtaken events are told, and the watermark", () => {
    const fold = new OutcomeFold(plan);
    expect(fold.add("telematics", { kind: "healthy", ...at(day), seq: 2 })).toBe(true);
    expect(fold.add("telematics", { kind: "healthy", ...at(day, 2 * hour), seq: 2 })).toBe(true);
    expect(fold.add("telematics", { kind: "started", ...at(0, 2 * day), seq: 1 })).toBe(true);
    expect(fold.add("telematics", { kind: "started", ...at(0, -1), seq: 0 })).toBe(true);
    expect(fold.add("telematics", { kind: "healthy", ...at(0), seq: 1.5 })).toBe(false);
    expect(fold.add("telematics", { kind: "healthy", ...at(0), seq: 1, vehicleId: "\ud800" })).toBe(false);
    fold.observe("telematics", { watermarkMs: 20, expected: 9 });
    fold.observe("telematics", { watermarkMs: 10, expected: 8 });
    expect(fold.aggregate()).toMatchObject({
      series: [],
      sources: [
        {
          source: "telematics",
          watermarkMs: 20,
          expected: 8,
          received: 6,
          duplicate: 1,
          rejected: 2,
          skewed: 1,
          outOfOrder: 1,
          conflicting: 0,
        },
      ],
    });
    expect(fold.unplaced).toBe(1);
  });

  test("reports beyond the window of their vehicle and source count as duplicates", () => {
    const fold = new OutcomeFold(plan);
    const reports = Array.from({ length: 66 }, (_, seq): OutcomeEvent => ({ kind: "healthy", ...at(day), seq }));
    for (const event of [...reports.slice(2), reports[0]!, reports[1]!, reports[65]!]) fold.add("telematics", event);
    for (const event of reports.slice(2)) fold.add("workshop", event);
    expect(fold.aggregate().sources).toMatchObject([
      { received: 67, duplicate: 3 },
      { received: 64, duplicate: 0 },
    ]);
  });

  test("a source without a watermark is the oldest there is", () => {
    const fold = new OutcomeFold(plan);
    fold.add("telematics", enrolled);
    expect(fold.aggregate().sources[0]).toMatchObject({ watermarkMs: 0, expected: null });
  });

  test.each<unknown>([
    null,
    undefined,
    1,
    "x",
    [],
    {},
    { kind: "constructor" },
    { kind: "enrolled", ring: "__proto__" },
  ])("%j is rejected", (event) => {
    const fold = new OutcomeFold(plan);
    expect(fold.add("telematics", event as OutcomeEvent)).toBe(false);
    expect(fold.aggregate().sources[0]).toMatchObject({ received: 1, rejected: 1 });
  });
});

test("a measure may have any name, that of a prototype too", () => {
  const metric = {
    id: "__proto__",
    kind: "exposure",
    weight: 1,
    required: false,
    toleratedPerMillion: 1,
    maxPerMillion: 2,
  };
  const fold = new OutcomeFold({ ...plan, metrics: [...plan.metrics, metric as (typeof plan.metrics)[0]] });
  fold.add("telematics", enrolled);
  fold.add("telematics", { kind: "exposed", ...at(hour), seq: 1, metric: "__proto__", events: 3, exposure: 1 });
  const { measures } = fold.aggregate().series[0]!;
  expect(Object.entries(measures)).toEqual([["__proto__", { kind: "exposure", events: [3], exposure: [1] }]]);
});

describe("limits", () => {
  test("vehicles", () => {
    const fold = new OutcomeFold(plan, { maxVehicles: 1 });
    fold.add("ledger", enrolled);
    fold.add("ledger", enrolled);
    expect(() => fold.add("ledger", { ...enrolled, vehicleId: "v2" })).toThrow(
      expect.objectContaining({ code: "ERR_COHORT_AGGREGATE_LIMIT" }),
    );
  });

  test("names of sources, and progress", () => {
    const fold = new OutcomeFold(plan);
    for (const name of ["", "x".repeat(65), "\udc00"]) expect(() => fold.add(name, enrolled)).toThrow(RangeError);
    for (let index = 0; index < 1_000; index++) fold.add(`source ${index}`, enrolled);
    expect(() => fold.add("one more", enrolled)).toThrow(RangeError);
    expect(() => fold.observe("source 1", { watermarkMs: -1 })).toThrow(RangeError);
    expect(() => fold.observe("source 1", { watermarkMs: 1, expected: 0.5 })).toThrow(RangeError);
  });

  test("folds of other plans, and of itself", () => {
    const fold = new OutcomeFold(plan);
    expect(() => fold.merge(fold)).toThrow(RangeError);
    expect(() => fold.merge(new OutcomeFold({ ...plan, campaign: "other" }))).toThrow(RangeError);
  });
});
