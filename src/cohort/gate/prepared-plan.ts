/**
 * A plan that was checked, with what follows from it alone: a rollout asks one plan at every look, and a simulation of it a million times.
 *
 * What is kept hangs on the caller's object, and is used only as long as that object says what it said when it was checked.
 */

import { type HashProvider, jcsSha256Hex } from "../../core/index.ts";
import type { GoTest, StopTest } from "../../statistics/index.ts";
import { goTestOf } from "./go-tests.ts";
import { parseRolloutPlan } from "./parse-plan.ts";
import type { FailureMetric, PlanRing, RolloutPlan, SilenceMetric } from "./plan.ts";
import {
  holdsOnly,
  isShareMetric,
  rollbackTest,
  type ShareTest,
  type StopPair,
  shareTest,
  stopPairs,
} from "./stop-tests.ts";

/** Everything of a plan that does not depend on what happens. */
export class PreparedPlan {
  readonly plan: RolloutPlan;
  /** Keys of the strata, in the order of the plan. */
  readonly strata: readonly string[];
  /** Failure categories that a metric counts. */
  readonly categories: readonly string[];
  /** Stop tests on the clock of enrolments. */
  readonly shareTests: readonly ShareTest[];
  /** Places of those whose evidence is added up: silence against a number that nobody measured must not stop. */
  readonly summed: readonly number[];
  /** All other stop tests. */
  readonly otherPairs: readonly StopPair[];
  readonly rollbackTest: StopTest | undefined;
  private readonly goTests = new Map<PlanRing, Map<string, GoTest>>();
  private digest: { readonly provider: HashProvider | undefined; readonly hex: string } | undefined;

  constructor(plan: RolloutPlan) {
    this.plan = plan;
    this.strata = plan.strata.map(({ key }) => key);
    const counted = plan.metrics.flatMap((metric) => (metric.kind === "failure" ? (metric.category ?? []) : []));
    this.categories = [...new Set(counted)];
    const pairs = stopPairs(plan);
    this.shareTests = pairs.flatMap((pair) => {
      const { metric } = pair;
      return isShareMetric(metric) ? [shareTest({ ...pair, metric }, plan)] : [];
    });
    this.summed = this.shareTests.flatMap(({ metric }, index) => (holdsOnly(metric, plan) ? [] : [index]));
    this.otherPairs = pairs.filter(({ metric }) => !isShareMetric(metric));
    this.rollbackTest = rollbackTest(plan);
  }

  digestBy(provider: HashProvider | undefined): string {
    if (this.digest === undefined || this.digest.provider !== provider) {
      this.digest = { provider, hex: jcsSha256Hex(this.plan, provider) };
    }
    return this.digest.hex;
  }

  /** {@link goTestOf}. */
  goTest(ring: PlanRing, metric: FailureMetric | SilenceMetric): GoTest {
    const tests = this.goTests.get(ring) ?? new Map<string, GoTest>();
    const test = tests.get(metric.id) ?? goTestOf(this.plan, ring, metric);
    this.goTests.set(ring, tests.set(metric.id, test));
    return test;
  }
}

const prepared = /* @__PURE__ */ new WeakMap<object, PreparedPlan>();

/**
 * Checks a plan, or recognises it.
 *
 * @throws {@link CohortError} as `parseRolloutPlan`
 */
export function preparePlan(value: unknown): PreparedPlan {
  const isObject = typeof value === "object" && value !== null;
  const known = isObject ? prepared.get(value) : undefined;
  if (known !== undefined && isSameData(known.plan, value)) return known;
  const plan = new PreparedPlan(parseRolloutPlan(value));
  if (isObject) prepared.set(value, plan);
  return plan;
}

/** Whether a value has the members and elements of checked data, and no others. */
function isSameData(checked: unknown, value: unknown): boolean {
  if (typeof checked !== "object" || checked === null) return Object.is(checked, value);
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(checked)) {
    return (
      Array.isArray(value) &&
      value.length === checked.length &&
      checked.every((entry, index) => isSameData(entry, value[index]))
    );
  }
  const names = Object.keys(checked);
  if (Array.isArray(value) || Object.getOwnPropertyNames(value).length !== names.length) return false;
  for (const name of names) {
    if (!Object.hasOwn(value, name)) return false;
    const found = (value as Readonly<Record<string, unknown>>)[name];
    if (!isSameData((checked as Readonly<Record<string, unknown>>)[name], found)) return false;
  }
  return true;
}
