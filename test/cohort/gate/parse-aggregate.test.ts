import { describe, expect, it } from "vitest";
import { parseAggregate, parseGateContext, parseGateState } from "../../../src/cohort/index.ts";
import { errorOf } from "../../error-of.ts";
import { changed } from "./changed.ts";
import { aggregateOf, contextOf, series } from "./sample-aggregate.ts";
import { samplePlan } from "./sample-plan.ts";

const cells = [
  { hour: 0, enrolled: 500, success: 400, failure: 2, conflict: 1, excluded: 1, categories: { brakes: 2 } },
  { hour: 1, enrolled: 500, success: 300 },
];
const aggregate = {
  ...aggregateOf(samplePlan, 8, [series("early", "EU", cells), series("pilot", "", cells), series("pilot", "EU", [])]),
  controls: [{ metric: "control", stratum: "", vehicles: 1_000, count: 5, overdue: 10 }],
};
const measures = {
  codes: { kind: "exposure", events: [1, 2], exposure: [1_000, 3_000] },
  minutes: { kind: "continuous", vehicles: [2, 0], sum: [-10, 0], sumOfSquares: [50, 0] },
};

describe("parseAggregate", () => {
  it("gives the aggregate as it was written", () => {
    expect(parseAggregate(JSON.parse(JSON.stringify(aggregate)))).toEqual(aggregate);
    const measured = changed(aggregate, "/series/1/measures", measures);
    expect(parseAggregate(measured)).toEqual(measured);
  });

  it.each([
    ["/planDigest", "x"],
    ["/series/0/startMs", [1]],
    ["/series/0/startMs/1", 0],
    ["/series/0/endMs/0", 0],
    ["/series/0/enrolled/1", 1.5],
    ["/series/0/enrolled/0", -1],
    ["/series/0/enrolled/0", null],
    ["/series/0/started/0", 403],
    ["/series/0/started/0", 501],
    ["/series/0/onTime/0", 405],
    ["/series/0/categories/brakes/0", 501],
    ["/series/0/categories/brakes", [1]],
    ["/series/1/ring", "aaa"],
    ["/series/1/stratum", 1],
    ["/series/1/measures", []],
    ["/series/1/surprise", 1],
    ["/controls/0/count", 1_001],
    ["/controls/0/overdue", 996],
    ["/sources", []],
    ["/sources/0/watermarkMs", -1],
    ["/sources/0/duplicate", 100_001],
    ["/sources/0/expected", "many"],
    ["/surprise", 1],
  ])("refuses %s = %j", (pointer, value) => {
    expect(errorOf(() => parseAggregate(changed(aggregate, pointer, value)))).toMatchObject({
      code: "ERR_COHORT_AGGREGATE",
    });
  });

  it("takes as many categories as a plan can watch, and no more", () => {
    const categories = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`c${index}`, aggregate.series[0]!.startMs.map(() => 0)]),
      );
    const read = (count: number) => parseAggregate(changed(aggregate, "/series/0/categories", categories(count)));
    expect(Object.keys(read(132).series[0]!.categories)).toHaveLength(132);
    expect(errorOf(() => read(133))).toMatchObject({ code: "ERR_COHORT_AGGREGATE", path: "/series/0/categories" });
  });

  it.each([
    ["/codes/kind", "guess"],
    ["/codes/events", [1]],
    ["/codes/exposure/0", 2 ** 50],
    ["/minutes/vehicles/0", 1],
    ["/minutes/sum/1", 1],
    ["/minutes/sumOfSquares/0", 49],
  ])("refuses the measure %s = %j", (pointer, value) => {
    const measured = changed(aggregate, "/series/1/measures", changed(measures, pointer, value));
    expect(errorOf(() => parseAggregate(measured))).toMatchObject({ code: "ERR_COHORT_AGGREGATE" });
  });

  it("says where the counters cannot be true", () => {
    const error = errorOf(() => parseAggregate(changed(aggregate, "/series/0/success/0", 497)));
    expect(error).toMatchObject({ code: "ERR_COHORT_AGGREGATE", path: "/series/0/started/0" });
    const many = errorOf(() => parseAggregate(changed(aggregate, "/series/0/enrolled/0", 1_000_000_001)));
    expect(many).toMatchObject({ path: "/series/0/enrolled" });
    const twice = errorOf(() => parseAggregate(changed(aggregate, "/series/2/stratum", "")));
    expect(twice).toMatchObject({ path: "/series/2" });
  });

  it("does not read an aggregate of another version", () => {
    const error = errorOf(() => parseAggregate({ ...aggregate, schema: "otakit.aggregate/2" }));
    expect(error).toMatchObject({ code: "ERR_COHORT_AGGREGATE_VERSION", path: "/schema" });
  });
});

describe("parseGateContext and parseGateState", () => {
  const digest = "cd".repeat(32);
  const state = {
    schema: "otakit.gate-state/1",
    planDigest: digest,
    watermarkMs: 5,
    acknowledged: 1,
    countFromMs: null,
    latch: { decision: "pause", evidenceDigest: digest, countedToMs: 9 },
  } as const;
  const context = contextOf(samplePlan, 8, {
    state,
    approvals: [{ approver: "a.kern", ring: "pilot", evidenceDigest: digest, atMs: 1, expiresMs: 2 }],
    acknowledgements: [{ who: "a.kern", why: "a server was down", evidenceDigest: digest }],
  });

  it("give what was written", () => {
    expect(parseGateContext(JSON.parse(JSON.stringify(context)))).toEqual(context);
    expect(parseGateState({ ...state, latch: null })).toEqual({ ...state, latch: null });
  });

  it.each([
    ["/nowMs", -1],
    ["/approvedPlanDigest", ""],
    ["/ring", ""],
    ["/state", undefined],
    ["/state/acknowledged", 0.5],
    ["/state/watermarkMs", "0"],
    ["/state/latch/decision", "expand"],
    ["/state/latch/evidenceDigest", 1],
    ["/state/latch/countedToMs", -1],
    ["/killSwitch", "no"],
    ["/approvals/0/approver", ""],
    ["/approvals/0/evidenceDigest", "CD".repeat(32)],
    ["/acknowledgements/0/why", ""],
    ["/acknowledgements/0/who", 5],
    ["/surprise", 1],
  ])("refuse %s = %j", (pointer, value) => {
    expect(errorOf(() => parseGateContext(changed(context, pointer, value)))).toMatchObject({
      code: "ERR_COHORT_GATE_CONTEXT",
    });
  });

  it("do not read a state of another version", () => {
    const error = errorOf(() => parseGateState({ ...state, schema: "otakit.gate-state/9" }));
    expect(error).toMatchObject({ code: "ERR_COHORT_GATE_STATE_VERSION" });
  });
});
