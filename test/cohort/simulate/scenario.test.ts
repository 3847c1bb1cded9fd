import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRolloutScenario, standardScenarios } from "../../../src/cohort/index.ts";
import { samplePlan } from "../gate/sample-plan.ts";

const [scenario] = standardScenarios(samplePlan) as unknown as [Record<string, unknown>];
const read = (changes: Record<string, unknown>) => parseRolloutScenario({ ...scenario, ...changes }, samplePlan);

describe("parseRolloutScenario", () => {
  it("gives back what it is given", () => {
    for (const one of standardScenarios(samplePlan)) expect(parseRolloutScenario(one, samplePlan)).toEqual(one);
  });

  it.each([
    ["/schema", { schema: undefined }],
    ["/release", { release: "good" }],
    ["/failurePpm", { failurePpm: 1_000_001 }],
    ["/failurePpmByRing/inner", { failurePpmByRing: { inner: 1 } }],
    ["/failurePpmByStratum/US", { failurePpmByStratum: { US: 1 } }],
    ["/lots/successive", { lots: { lotPpm: 1, failurePpm: 1, successive: 0 } }],
    ["/outage/durationMs", { outage: { fromMs: 0, durationMs: 0, failurePpm: 1, category: "x" } }],
    ["/categories", { categories: { a: 600_000, b: 600_000 } }],
    ["/successDelay/kind", { successDelay: { kind: "normal", medianMs: 1, sigmaPermille: 1 } }],
    ["/successDelay/toMs", { successDelay: { kind: "uniform", fromMs: 2, toMs: 1 } }],
    ["/successDelay/fromMs", { successDelay: { kind: "lognormal", medianMs: 2, sigmaPermille: 1, fromMs: 1 } }],
    ["/measures/unknown", { measures: { unknown: 1 } }],
    ["/controls/0/metric", { controls: [{ metric: "failure", stratum: "", vehicles: 1, ppm: 1 }] }],
    ["/utcOffsetMinutes", { utcOffsetMinutes: 1_440 }],
    ["/surprise", { surprise: 1 }],
  ])("names the place of the fault: %s", (path, changes) => {
    expect(() => read(changes)).toThrow(expect.objectContaining({ code: "ERR_COHORT_SCENARIO", path }));
  });

  it("asks for what the plan measures and compares", () => {
    const measured = {
      ...samplePlan,
      metrics: [
        ...samplePlan.metrics,
        { id: "dtc", kind: "exposure", weight: 1, required: true, toleratedPerMillion: 1, maxPerMillion: 2 } as const,
      ],
    };
    expect(() => parseRolloutScenario(scenario, measured)).toThrow(expect.objectContaining({ path: "/measures" }));
    const compared = {
      ...samplePlan,
      metrics: [
        ...samplePlan.metrics,
        {
          id: "vs",
          kind: "comparison",
          of: "failure",
          weight: 1,
          required: true,
          marginPpm: 1,
          nonInferiorityPpm: 2,
        } as const,
      ],
    };
    expect(() => parseRolloutScenario({ ...scenario, controls: [] }, compared)).toThrow(
      expect.objectContaining({ path: "/controls" }),
    );
  });

  it("refuses measures whose sums no aggregate could hold", () => {
    const measured = {
      ...samplePlan,
      metrics: [
        ...samplePlan.metrics,
        {
          id: "m",
          kind: "continuous",
          weight: 1,
          required: true,
          toleratedMean: 20,
          maxMean: 30,
          minVehicles: 1_000,
        } as const,
      ],
    };
    const withMean = (mean: number) =>
      parseRolloutScenario({ ...scenario, measures: { m: { kind: "continuous", mean, deviation: 1 } } }, measured);
    expect(withMean(200_000).measures).toEqual({ m: { kind: "continuous", mean: 200_000, deviation: 1 } });
    expect(() => withMean(300_000)).toThrow(expect.objectContaining({ path: "/measures/m/mean" }));
  });

  it("refuses a later schema by another code", () => {
    expect(() => read({ schema: "otakit.rollout-scenario/2" })).toThrow(
      expect.objectContaining({ code: "ERR_COHORT_SCENARIO_VERSION" }),
    );
  });

  it("throws nothing but its own errors", () => {
    fc.assert(
      fc.property(fc.anything(), fc.constantFrom(...Object.keys(scenario)), (value, name) => {
        try {
          read({ [name]: value });
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^ERR_COHORT_SCENARIO/) });
        }
      }),
    );
  });
});
