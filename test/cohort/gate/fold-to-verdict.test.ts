import { expect, it } from "vitest";
import { coarsenAggregate, evaluate, OutcomeFold, type RolloutPlan } from "../../../src/cohort/index.ts";
import { contextOf, dayMs, startMs } from "./sample-aggregate.ts";
import { samplePlan } from "./sample-plan.ts";

const plan: RolloutPlan = {
  ...samplePlan,
  strata: [],
  dataQuality: { ...samplePlan.dataQuality, minReceivedPpm: 0 },
  rings: [{ name: "pilot", vehicles: 1_000, maxVehicles: 1_000, approval: "none" }],
};

/** A pilot of 1,000 vehicles over four days, of which each so many fails two days after its enrolment. */
function foldOf(everyFails: number): OutcomeFold {
  const fold = new OutcomeFold(plan);
  for (let vehicle = 0; vehicle < 1_000; vehicle++) {
    const vehicleId = `V${vehicle}`;
    const atMs = startMs + vehicle * 345_600;
    const reportMs = atMs + 2 * dayMs;
    const report = { vehicleId, atMs: reportMs, receivedMs: reportMs, seq: 1 } as const;
    fold.add("telematics", { kind: "enrolled", vehicleId, atMs, receivedMs: atMs, ring: "pilot", stratum: "" });
    fold.add("telematics", { kind: vehicle % everyFails === 0 ? "failed" : "healthy", ...report });
  }
  fold.observe("telematics", { watermarkMs: startMs + 12 * dayMs });
  return fold;
}

it("folded events lead to a verdict, and to the same one from fewer buckets", () => {
  const fine = foldOf(250).aggregate();
  const verdict = evaluate(plan, fine, contextOf(plan, 12));
  expect([verdict.decision, verdict.evidence.goChecks[0]]).toMatchObject([
    "complete",
    { n: 1_000, count: 4, overdue: 0, passed: true },
  ]);
  expect(evaluate(plan, coarsenAggregate(fine, 8), contextOf(plan, 12)).decision).toBe("complete");
  const bad = evaluate(plan, foldOf(40).aggregate(), contextOf(plan, 12));
  expect([bad.decision, bad.evidence.stopChecks[0]]).toMatchObject(["pause", { n: 1_000, count: 25, reached: true }]);
});
