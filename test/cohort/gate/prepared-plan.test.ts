import { expect, test } from "vitest";
import { evaluate, type RolloutPlan, rolloutPlanDigest, type Verdict } from "../../../src/cohort/index.ts";
import { defaultHashProvider } from "../../../src/core/index.ts";
import { aggregateOf, contextOf, series } from "./sample-aggregate.ts";
import { samplePlan } from "./sample-plan.ts";

/** A plan whose members can be written to: what is remembered of a plan must never be seen. */
type Writable<T> = { -readonly [Name in keyof T]: Writable<T[Name]> };

const fresh = (): Writable<RolloutPlan> => structuredClone(samplePlan) as Writable<RolloutPlan>;
const counters = [series("pilot", "EU", [{ hour: 0, enrolled: 1_000, success: 990, failure: 9 }])];

/** A look with counters and context that name the plan as it is; or as the sample is, where it is none. */
function look(plan: RolloutPlan): Verdict {
  let named = plan;
  try {
    rolloutPlanDigest(plan);
  } catch {
    named = samplePlan;
  }
  return evaluate(plan, aggregateOf(named, 9, counters), contextOf(named, 9));
}

test.each<[string, (plan: Writable<RolloutPlan>) => void]>([
  [
    "a number",
    (plan) => {
      plan.stop.alphaPpm = 1;
    },
  ],
  [
    "a limit of a ring",
    (plan) => {
      plan.rings[0]!.vehicles = 999;
    },
  ],
  ["a new stratum", (plan) => void plan.strata.push({ key: "US", size: 1_000, go: "own" })],
  ["a stratum less", (plan) => void plan.strata.pop()],
  ["another order", (plan) => void plan.rings.reverse()],
  [
    "another kind of metric",
    (plan) => {
      plan.metrics[1] = { ...plan.metrics[0]!, id: "other" } as never;
    },
  ],
  [
    "a new member",
    (plan) => {
      plan.rings[0]!.maxPpm = { failure: 6_000 };
    },
  ],
  ["a member less", (plan) => void delete plan.pace],
  [
    "a member that is undefined",
    (plan) => {
      plan.pace = undefined as never;
    },
  ],
  ["an unknown member", (plan) => void Object.assign(plan.go, { more: 1 })],
  ["a member less that is needed", (plan) => void delete (plan.observation as { soakMs?: number }).soakMs],
  [
    "a member that is inherited",
    (plan) => {
      const { go } = plan;
      delete (plan as { go?: unknown }).go;
      Object.setPrototypeOf(plan, { go });
    },
  ],
  [
    "a hidden member",
    (plan) => {
      delete plan.pace;
      Object.defineProperty(plan, "pace", { value: { failuresPerWave: 1, maxGrowth: 1 }, writable: true });
    },
  ],
  [
    "a number in an object",
    (plan) => {
      plan.go.betaPpm = Object(plan.go.betaPpm);
    },
  ],
  [
    "a list that is none",
    (plan) => {
      plan.strata = { ...plan.strata, length: 2 } as never;
    },
  ],
  [
    "an object that is a list",
    (plan) => {
      plan.dataQuality = Object.assign([], plan.dataQuality) as never;
    },
  ],
])("a plan that changes between looks is another plan: %s", (_, change) => {
  const plan = fresh();
  const before = look(plan);
  expect(before.evidence.rule).not.toBe("invalid");
  change(plan);
  const other = fresh();
  change(other);
  const after = look(plan);
  expect(after).toEqual(look(other));
  expect(look(plan)).toEqual(after);
  Object.assign(plan, fresh());
  Object.setPrototypeOf(plan, Object.prototype);
  expect(look(plan)).toEqual(before);
});

test("a verdict that is written to changes no other", () => {
  const plan = fresh();
  const first = look(plan);
  const kept = structuredClone(first);
  (first.evidence.assumptions as string[]).push("x");
  Object.assign(first.evidence.stopChecks[0]!, { n: -1 });
  expect(look(plan)).toEqual(kept);
});

test("every look asks its own hash provider", () => {
  const plan = fresh();
  let asked = 0;
  const digest: typeof defaultHashProvider.digest = (algorithm, message) => {
    asked++;
    return defaultHashProvider.digest(algorithm, message);
  };
  const [aggregate, context] = [aggregateOf(plan, 9, counters), contextOf(plan, 9)];
  const first = evaluate(plan, aggregate, context);
  expect(evaluate(plan, aggregate, context, { ...defaultHashProvider, digest })).toEqual(first);
  // Plan, counters, evidence and verdict.
  expect(asked).toBe(4);
});
