/** Fuzz target of the rollout gate: whatever plan, counters and context are, there is a verdict, and the same one again. */

import {
  checkPlan,
  evaluate,
  parseAggregate,
  parseGateContext,
  parseRolloutPlan,
  type RolloutPlan,
  rolloutPlanDigest,
} from "otakit/cohort";
import { isOtaError, utf8ToBytes } from "otakit/core";
import { samplePlan } from "../../cohort/gate/sample-plan.ts";
import type { FuzzTarget } from "../target.ts";

const dayMs = 86_400_000;
const hours = [0, 3_600_000, 7_200_000];
const column = (...entries: number[]) => entries;
const counters = {
  enrolled: column(400, 500, 300),
  started: column(400, 500, 200),
  success: column(390, 480, 100),
  failure: column(2, 3, 0),
  conflict: column(0, 1, 0),
  excluded: column(1, 0, 0),
  provisional: column(0, 5, 9),
  onTime: column(390, 480, 100),
};
const series = (ring: string, stratum: string) => ({
  ring,
  stratum,
  startMs: hours,
  endMs: hours.map((hour) => hour + 3_600_000),
  ...counters,
  categories: { brake_warning: column(0, 0, 0), "9": column(1, 1, 0) },
  measures: {},
});
const source = { source: "s", watermarkMs: 8 * dayMs, expected: 10, received: 10, duplicate: 0, conflicting: 0 };
const aggregate = {
  schema: "otakit.aggregate/1",
  planDigest: "",
  series: [series("early", "EU"), series("pilot", ""), series("pilot", "JP")],
  controls: [],
  sources: [{ ...source, outOfOrder: 1, skewed: 0, rejected: 0 }],
};
const context = { nowMs: 8 * dayMs, approvedPlanDigest: "", ring: "pilot", state: null, killSwitch: false };
const seed = { plan: samplePlan, aggregate, context: { ...context, approvals: [], acknowledgements: [] } };
const others = [
  { id: "codes", kind: "exposure", weight: 1, required: true, toleratedPerMillion: 10, maxPerMillion: 20 },
  { id: "minutes", kind: "continuous", weight: 1, required: true, toleratedMean: 1, maxMean: 2, minVehicles: 1_000 },
  {
    id: "control",
    kind: "comparison",
    weight: 1,
    required: true,
    of: "failure",
    marginPpm: 1,
    nonInferiorityPpm: 10,
  },
];
const measures = {
  codes: { kind: "exposure", events: column(1, 2, 3), exposure: column(1_000, 20_000, 0) },
  minutes: {
    kind: "continuous",
    vehicles: column(2, 0, 1_000),
    sum: column(3, 0, 1_500),
    sumOfSquares: column(5, 0, 2_500),
  },
};
const control = { metric: "control", stratum: "", vehicles: 1_000, count: 3, overdue: 10 };
const measured = {
  ...seed,
  plan: { ...samplePlan, metrics: [...samplePlan.metrics, ...others] },
  aggregate: { ...aggregate, series: [{ ...series("pilot", "EU"), measures }], controls: [control] },
};

/** Runs a parser that may refuse, but by its own errors only. */
function attempt(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch (error) {
    if (isOtaError(error)) return false;
    throw error;
  }
}

export const targets: readonly FuzzTarget[] = [
  {
    name: "cohort/evaluate",
    seeds: [seed, measured].map((value) => utf8ToBytes(JSON.stringify(value))),
    dictionary: ['"failure":', '"weight":', "1000000", "999999999", "0", "-1", "1e9", "null", '"stated"', '"own"'].map(
      utf8ToBytes,
    ),
    run(input) {
      let value: { plan?: unknown; aggregate?: Record<string, unknown>; context?: Record<string, unknown> } | null;
      try {
        value = JSON.parse(new TextDecoder().decode(input));
      } catch {
        return;
      }
      const plan = value?.plan as RolloutPlan;
      if (attempt(() => parseRolloutPlan(plan))) {
        checkPlan(plan, 2_000);
        // Digests that nobody could guess would keep the fuzzer from the gate.
        const digest = rolloutPlanDigest(plan);
        if (typeof value?.aggregate === "object" && value.aggregate !== null) value.aggregate["planDigest"] = digest;
        if (typeof value?.context === "object" && value.context !== null) value.context["approvedPlanDigest"] = digest;
      }
      attempt(() => parseAggregate(value?.aggregate));
      attempt(() => parseGateContext(value?.context));
      const verdicts = [1, 2].map(() =>
        JSON.stringify(evaluate(plan, value?.aggregate as never, value?.context as never)),
      );
      if (verdicts[0] !== verdicts[1]) throw new Error("a replay gives another verdict");
    },
  },
];
