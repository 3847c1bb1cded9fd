/** What a plan will do, before it starts: whether its gates can be passed, how often, and what a bad release costs until it stops. */

import type { Decision, Reason } from "../../core/index.ts";
import {
  computeRolloutChances,
  type GateChances,
  goBoundary,
  type RolloutChances,
  stopBoundary,
  tabulateGoBoundary,
  tabulateStopBoundary,
} from "../../statistics/index.ts";
import type { CohortReasonCode } from "../reasons.ts";
import { goTestOf } from "./go-tests.ts";
import { toleratedPpmOf } from "./parse-metrics.ts";
import { parseRolloutPlan } from "./parse-plan.ts";
import type { FailureMetric, PlanRing, RolloutPlan, SilenceMetric } from "./plan.ts";
import { holdsOnly, isShareMetric, shareTest, stopPairs } from "./stop-tests.ts";

const million = 1_000_000;

/** Answer of {@link checkPlan}: `unfit` plans hold or stop releases that they promise to let through. */
export type PlanCheck = Decision<"fit" | "unfit", PlanCheckCode, PlanForecast>;

/** Reason code of a {@link PlanCheck}. */
export type PlanCheckCode = Extract<CohortReasonCode, `rollout_plan_${string}`>;

/** What the failures of all vehicles alone will do, exactly; other metrics and strata stop earlier or hold longer. */
export interface PlanForecast {
  readonly gates: readonly GateForecast[];
  /** At the tolerated share of failures; null where even the first gate is beyond `maxVehicles`. */
  readonly atTolerated: RolloutChances | null;
  /** At the share that must not expand. */
  readonly atMax: RolloutChances | null;
}

/** A gate as planned: without extensions, every outcome reported. */
export interface GateForecast {
  readonly ring: string;
  /** Vehicles up to and including the ring. */
  readonly vehicles: number;
  /** Most failures that pass; null where none do. */
  readonly maxFailures: number | null;
  /** Vehicles that pass without a failure: fewer never do. Null where it takes more than 10^7. */
  readonly neededVehicles: number | null;
  /** Chances at the tolerated share and at the maximum; null beyond `maxVehicles`. */
  readonly atTolerated: GateChances | null;
  readonly atMax: GateChances | null;
}

/**
 * Judges a plan before it starts: every gate has to be reachable, also with the silence that is normal, and silence needs a baseline that
 * was measured at the age of maturity.
 *
 * The chances are exact for vehicles that fail independently, by dynamic programming; with a look after every vehicle.
 *
 * @param maxVehicles - gates beyond it get no chances, because those take a time that grows with vehicles times failures: an integer
 * from 0 to 1,000,000
 * @throws {@link CohortError} `ERR_COHORT_ROLLOUT_PLAN` or `ERR_COHORT_ROLLOUT_PLAN_VERSION`
 * @throws RangeError when `maxVehicles` is out of range
 * @example
 * ```ts
 * const check = checkPlan(plan);
 * check.reasons[0]?.message; // 'Ring "pilot": "failure" needs at least 195 vehicles to pass 20000 ppm, and has 100'
 * check.evidence.atMax?.expectedFailuresBeforeStop; // 5.9
 * ```
 */
export function checkPlan(plan: RolloutPlan, maxVehicles = 200_000): PlanCheck {
  if (!(Number.isInteger(maxVehicles) && maxVehicles >= 0 && maxVehicles <= 1_000_000)) {
    throw new RangeError(`"maxVehicles" expected integer 0 to 1000000, got ${maxVehicles}`);
  }
  const checked = parseRolloutPlan(plan);
  const rings = cumulate(checked);
  const reasons = [...findUnreachable(checked, rings), ...findSilenceFaults(checked)];
  return { decision: reasons.length === 0 ? "fit" : "unfit", reasons, evidence: forecast(checked, rings, maxVehicles) };
}

/** A ring with the vehicles up to and including it. */
interface RingAt {
  readonly ring: PlanRing;
  readonly vehicles: number;
  /** With every extension that the plan allows. */
  readonly most: number;
}

function cumulate({ rings }: RolloutPlan): readonly RingAt[] {
  let [vehicles, most] = [0, 0];
  return rings.map((ring) => {
    vehicles += ring.vehicles;
    most += ring.maxVehicles;
    return { ring, vehicles, most };
  });
}

function findUnreachable(plan: RolloutPlan, rings: readonly RingAt[]): readonly Reason<PlanCheckCode>[] {
  const required = plan.metrics.filter(isShareMetric).filter((metric) => metric.required);
  return rings.flatMap(({ ring, vehicles, most }) =>
    required.flatMap((metric) => [
      ...findTooFew(plan, ring, metric, vehicles),
      ...findTooSilent(plan, ring, metric, most),
    ]),
  );
}

/** A gate that not even a clean record passes at the planned size, overall or in a stratum that has to pass by itself. */
function findTooFew(
  plan: RolloutPlan,
  ring: PlanRing,
  metric: FailureMetric | SilenceMetric,
  vehicles: number,
): readonly Reason<PlanCheckCode>[] {
  const test = goTestOf(plan, ring, metric);
  const needed = neededVehicles(plan, ring, metric);
  const maxPpm = Math.round(test.p1 * million);
  const fleet = plan.strata.reduce((sum, { size }) => sum + size, 0);
  const own = plan.strata.filter(({ go }) => go === "own");
  // A stratum has its share of a ring; expected numbers are rounded down.
  const places = [
    { stratum: "", has: vehicles },
    ...own.map(({ key, size }) => ({ stratum: key, has: Math.min(size, Math.floor((vehicles * size) / fleet)) })),
  ];
  return places.flatMap(({ stratum, has }): readonly Reason<PlanCheckCode>[] => {
    if (needed !== null && has >= needed) return [];
    const where = stratum === "" ? "" : ` in stratum "${stratum}"`;
    const message = `Ring "${ring.name}": "${metric.id}"${where} needs at least ${needed ?? "10^7"} vehicles to pass ${maxPpm} ppm, and has ${has}`;
    const evidence = { ring: ring.name, metric: metric.id, stratum, needed, has, maxPpm };
    return [{ code: "rollout_plan_gate_unreachable", message, evidence }];
  });
}

/** A gate that the normal share of silent vehicles keeps shut, because the plan takes them for failures. */
function findTooSilent(
  plan: RolloutPlan,
  ring: PlanRing,
  metric: FailureMetric | SilenceMetric,
  most: number,
): readonly Reason<PlanCheckCode>[] {
  const silence = plan.metrics.find((candidate) => candidate.kind === "silence");
  if (metric.kind !== "failure" || silence === undefined) return [];
  const silentPpm = toleratedPpmOf(silence)! - silence.marginPpm;
  const takenPpm = (silentPpm * plan.go.overdueFailedPpm) / million;
  const counted = Math.ceil((most * takenPpm) / million);
  const boundary = goBoundary(Math.min(most, 1_000_000_000), goTestOf(plan, ring, metric)) ?? -1;
  // A gate that no size passes has been found before.
  if (boundary < 0 || counted <= boundary) return [];
  const message =
    `Ring "${ring.name}": of ${most} vehicles ${counted} are normally silent and taken for failures of "${metric.id}"; ` +
    `at most ${boundary} pass`;
  const evidence = { ring: ring.name, metric: metric.id, vehicles: most, counted, boundary };
  return [{ code: "rollout_plan_silence_shuts_gate", message, evidence }];
}

function findSilenceFaults(plan: RolloutPlan): readonly Reason<PlanCheckCode>[] {
  const reasons: Reason<PlanCheckCode>[] = [];
  const silence = plan.metrics.filter((metric) => metric.kind === "silence");
  if (silence.length === 0 || silence.some((metric) => holdsOnly(metric, plan))) {
    const path =
      silence.length === 0 ? "/metrics" : `/metrics/${plan.metrics.findIndex((metric) => holdsOnly(metric, plan))}`;
    const message = "Silent vehicles are invisible without a baseline that was measured on them at the age of maturity";
    reasons.push({ code: "rollout_plan_silence_baseline_missing", message, path });
  }
  if (plan.observation.maturityMs === plan.observation.soakMs) {
    const message = "An outcome is due at the age from which it counts: no vehicle has time to report";
    reasons.push({ code: "rollout_plan_no_time_to_report", message, path: "/observation/maturityMs" });
  }
  return reasons;
}

/** Vehicles that pass a gate without a failure. */
function neededVehicles(plan: RolloutPlan, ring: PlanRing, metric: FailureMetric | SilenceMetric): number | null {
  const test = goTestOf(plan, ring, metric);
  // With n about ln(1 / beta) / p1 and more for the weights, ten times that is beyond the first entry; the last doubling finds it.
  for (let maxN = Math.ceil(10 / test.p1); ; maxN = Math.min(10_000_000, 2 * maxN)) {
    const [first] = tabulateGoBoundary(test, Math.min(10_000_000, maxN)).firstN;
    if (first !== undefined) return first;
    if (maxN >= 10_000_000) return null;
  }
}

function forecast(plan: RolloutPlan, rings: readonly RingAt[], maxVehicles: number): PlanForecast {
  const metric = plan.metrics[0] as FailureMetric;
  const overall = stopPairs(plan).find((pair) => pair.metric === metric && pair.stratum === "")!;
  const { test } = shareTest({ ...overall, metric }, plan);
  const gates = rings.map(({ ring, vehicles }) => ({
    ring,
    n: vehicles,
    maxFailures: goBoundary(Math.min(vehicles, 1_000_000_000), goTestOf(plan, ring, metric)) ?? -1,
  }));
  const within = gates.filter(({ n }) => n <= maxVehicles);
  const table = tabulateStopBoundary(test, within.at(-1)?.n ?? 0);
  const chances = (ppm: number): RolloutChances | null =>
    within.length === 0 ? null : computeRolloutChances(ppm / million, (n) => stopBoundary(n, table), within);
  const [atTolerated, atMax] = [chances(metric.toleratedPpm), chances(metric.maxPpm)];
  return {
    gates: gates.map(({ ring, n, maxFailures }, index) => ({
      ring: ring.name,
      vehicles: n,
      maxFailures: maxFailures < 0 ? null : maxFailures,
      neededVehicles: neededVehicles(plan, ring, metric),
      atTolerated: atTolerated?.gates[index] ?? null,
      atMax: atMax?.gates[index] ?? null,
    })),
    atTolerated,
    atMax,
  };
}
