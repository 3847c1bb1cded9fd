/** Who decides in the benchmark: our gate, and rules of others that look at the same counters of the same vehicles. */

import {
  type Aggregate,
  askForeignRule,
  type ForeignRule,
  gatePolicy,
  type PolicyRun,
  type RolloutPlan,
  type RolloutPolicy,
  type RolloutScenario,
} from "otakit/cohort";
import { clopperPearsonInterval, wilsonInterval } from "otakit/statistics";
import { type GateScenario, plans } from "./scenarios.ts";

/** A column of the table. */
export interface Contender {
  readonly name: string;
  /** The plan that it follows in a scenario: rings, pace and what is observed. */
  plan(scenario: GateScenario): RolloutPlan;
  policy(plan: RolloutPlan): RolloutPolicy;
  /** The scenario in the words of that plan; null where it has none. */
  scenario(scenario: GateScenario): RolloutScenario | null;
}

const million = 1_000_000;
const own = ({ plan }: GateScenario): RolloutPlan => plans[plan];
const asItIs = ({ scenario }: GateScenario): RolloutScenario => scenario;

/** Ours first. */
export const contenders: readonly Contender[] = [
  { name: "otakit", plan: own, policy: (plan) => gatePolicy(plan), scenario: asItIs },
  {
    name: "otakit, failures overall only",
    plan: () => plans.overall,
    policy: (plan) => gatePolicy(plan),
    scenario: withoutStrata,
  },
  hawkbit("hawkBit, defaults: error > 50 %, success >= 50 %", 50, 50),
  hawkbit("hawkBit, error > 2 %, success >= 90 %", 2, 90),
  hawkbit("hawkBit, error > 1 %, success >= 90 %", 1, 90),
  aws("AWS IoT Jobs, FAILED >= 2 %, min 100, of executed", {
    failureType: "FAILED",
    thresholdHundredths: 200,
    minThings: 100,
    of: "executed",
  }),
  aws("AWS IoT Jobs, FAILED >= 1 %, min 1,000, of notified", {
    failureType: "FAILED",
    thresholdHundredths: 100,
    minThings: 1_000,
    of: "notified",
  }),
  aws("AWS IoT Jobs, ALL >= 5 %, min 1,000, timeout 7 d", {
    failureType: "ALL",
    thresholdHundredths: 500,
    minThings: 1_000,
    of: "executed",
  }),
  bounds("Clopper-Pearson 95 %", (n, f) => clopperPearsonInterval(n, f, 0.9)),
  bounds("Wilson 95 %", (n, f) => wilsonInterval(n, f, 0.9)),
  bounds("3 sigma", threeSigma),
];

/** A plan without strata meets the vehicles of a stratum that fails as lots, mixed: as often, and with the same failures. */
function withoutStrata({ scenario }: GateScenario): RolloutScenario {
  const { failurePpmByStratum, ...rest } = scenario;
  const failurePpm = failurePpmByStratum?.["B"];
  if (failurePpm === undefined) return scenario;
  return { ...rest, lots: { lotPpm: 10_000, failurePpm, successive: 1 } };
}

/** Every started group is watched, also a finished one; the group of the open ring starts the next. */
function hawkbit(name: string, errorPercent: number, successPercent: number): Contender {
  return {
    name,
    plan: own,
    scenario: asItIs,
    policy: (plan) => () => (look) => {
      const started = plan.rings.slice(0, placeOf(look.ring.name, plan) + 1);
      const answers = started.map(({ name: ring, vehicles }) =>
        askForeignRule({ system: "hawkbit", ring, vehicles, errorPercent, successPercent }, look.aggregate, 0),
      );
      if (answers.some(({ decision }) => decision === "stop")) return { step: "stop", why: "error threshold" };
      return answers.at(-1)!.decision === "open_next" ? { step: "open_next" } : { step: "wait", why: "below both" };
    },
  };
}

/** No rings: a rate that starts at 60 an hour and doubles with 2,000 successes, and one rule that aborts. */
function aws(name: string, rule: Omit<Extract<ForeignRule, { system: "aws_iot_jobs" }>, "system">): Contender {
  return {
    name,
    scenario: ({ scenario }) => (scenario.failurePpmByRing === undefined ? scenario : null),
    plan: ({ plan, scenario: { fleetVehicles } }) => ({
      ...plans[plan],
      rings: [
        { name: plans[plan].rings.at(-1)!.name, vehicles: fleetVehicles, maxVehicles: fleetVehicles, approval: "none" },
      ],
      pace: {
        failuresPerWave: million,
        maxGrowth: 100,
        rate: { basePerMinute: 1, factorTenths: 20, maxPerMinute: 1_000, counts: "succeeded", vehiclesPerStep: 2_000 },
      },
    }),
    policy:
      ({ observation, rings }) =>
      () =>
      ({ aggregate, nowMs }) => {
        const dueBeforeMs = nowMs - observation.maturityMs;
        const { decision } = askForeignRule({ system: "aws_iot_jobs", ...rule }, aggregate, dueBeforeMs);
        if (decision === "stop") return { step: "stop", why: "abort criterion" };
        const { enrolled } = totals(aggregate);
        const done = enrolled >= rings[0]!.vehicles && lastEnd(aggregate) <= dueBeforeMs;
        return done ? { step: "open_next" } : { step: "wait", why: "rollout goes on" };
      },
  };
}

/**
 * Bounds that are right for one look, watched at every look: stops when the lower bound of the share of failures passes what is
 * tolerated, from 30 reports on; goes on when the upper bound is below the ring's gate and nine tenths of the vehicles have reported.
 */
function bounds(
  name: string,
  interval: (n: number, f: number) => { readonly lower: number; readonly upper: number },
): Contender {
  return {
    name,
    plan: own,
    scenario: asItIs,
    policy: (plan) => {
      const { metrics, rings } = plan;
      const metric = metrics.find(({ kind }) => kind === "failure") as Extract<
        (typeof metrics)[0],
        { kind: "failure" }
      >;
      return (): PolicyRun =>
        ({ aggregate, ring, ringVehicles }) => {
          const { enrolled, success, failure } = totals(aggregate);
          const n = success + failure;
          if (n < 30) return { step: "wait", why: "few reports" };
          const { lower, upper } = interval(n, failure);
          if (lower > metric.toleratedPpm / million) return { step: "stop", why: "lower bound" };
          const gate = ring.maxPpm?.[metric.id] ?? metric.maxPpm;
          const expected = rings
            .slice(0, placeOf(ring.name, plan))
            .reduce((sum, { vehicles }) => sum + vehicles, ringVehicles);
          if (enrolled < expected || n < 0.9 * enrolled) return { step: "wait", why: "reports are missing" };
          if (upper < gate / million) return { step: "open_next" };
          const room = ring.maxVehicles - ringVehicles;
          return room > 0
            ? { step: "extend", by: Math.min(room, ring.vehicles) }
            : { step: "wait", why: "upper bound above the gate" };
        };
    },
  };
}

/** What a policy sees is a copy of the plan's ring. */
function placeOf(name: string, { rings }: RolloutPlan): number {
  return rings.findIndex((ring) => ring.name === name);
}

function threeSigma(n: number, f: number): { readonly lower: number; readonly upper: number } {
  const share = f / n;
  const sigma = Math.sqrt((share * (1 - share)) / n);
  return { lower: share - 3 * sigma, upper: share + 3 * sigma };
}

interface Totals {
  readonly enrolled: number;
  readonly success: number;
  readonly failure: number;
}

function totals({ series }: Aggregate): Totals {
  const sum = (column: readonly number[]): number => column.reduce((all, count) => all + count, 0);
  return series.reduce(
    (all, { enrolled, success, failure }) => ({
      enrolled: all.enrolled + sum(enrolled),
      success: all.success + sum(success),
      failure: all.failure + sum(failure),
    }),
    { enrolled: 0, success: 0, failure: 0 },
  );
}

function lastEnd({ series }: Aggregate): number {
  return series.reduce((last, { endMs }) => Math.max(last, endMs.at(-1) ?? 0), 0);
}
