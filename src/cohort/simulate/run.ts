/** One simulated rollout, from the first vehicle to its end. */

import { type HashProvider, openIntervals, type TimeInterval } from "../../core/index.ts";
import type { ControlCounts } from "../gate/aggregate.ts";
import { localWindows, ratePerMinute } from "../gate/pace.ts";
import { parseRolloutPlan, rolloutPlanDigest } from "../gate/parse-plan.ts";
import type { RolloutPlan } from "../gate/plan.ts";
import { Counters, type Report } from "./counters.ts";
import { type Fate, Fleet } from "./fleet.ts";
import { parseRolloutScenario } from "./parse-scenario.ts";
import { gatePolicy, type PolicyRun, type RolloutPolicy } from "./policy.ts";
import { Random, thresholdOf } from "./random.ts";
import type { RolloutScenario } from "./scenario.ts";

/** How a rollout is simulated. */
export interface SimulationOptions {
  /** Names the chance: with the number of the run it decides every vehicle. */
  readonly seed: string;
  /** Time between two looks: one minute .. one year. */
  readonly lookEveryMs: number;
  /** When a run ends that nobody ended: up to one year, at most 100,000 looks. */
  readonly horizonMs: number;
  /** Start of the rollout, epoch milliseconds; only windows depend on it. 0, a Thursday, when absent. */
  readonly startMs?: number;
  /** Who decides; `evaluate` when absent. */
  readonly policy?: RolloutPolicy;
  readonly provider?: HashProvider;
}

/** What became of one simulated rollout. */
export interface SimulatedRun {
  /** `open`: still undecided at the horizon. */
  readonly end: "stopped" | "completed" | "open";
  /** What stopped it, or what it waited for at the last look; `"complete"`. */
  readonly why: string;
  /** From the start to the end. */
  readonly durationMs: number;
  /** Vehicles that had been enrolled by then. */
  readonly enrolled: number;
  /** Those of them that failed, whether or not anybody was told. */
  readonly failed: number;
  /** Rings that had been opened. */
  readonly rings: number;
}

const yearMs = 31_536_000_000;
const minuteMs = 60_000;
const firstCapacity = 1_024;
/** Most vehicles of one run: each takes some 40 bytes. */
const most = 20_000_000;

/**
 * Simulates one rollout.
 *
 * At each look the policy sees the counters of all vehicles enrolled and reports received by then, less the scenario's lag. Enrolments
 * are spread evenly over the scenario's time, or as the plan's rate allows at the last look; a vehicle installs when the plan's next
 * window opens.
 *
 * @param run - number of the run, an integer from 0: each is another history of the same seed
 * @throws {@link CohortError} what `parseRolloutPlan` and `parseRolloutScenario` throw
 * @throws RangeError when an option is out of range, a policy extends by no integer from 1, or a run has more than 20,000,000 vehicles
 * @example
 * ```ts
 * const day = 86_400_000;
 * simulateRun(plan, scenario, 0, { seed: "2026-07", lookEveryMs: day / 4, horizonMs: 60 * day }).end; // "completed"
 * ```
 */
export function simulateRun(
  plan: RolloutPlan,
  scenario: RolloutScenario,
  run: number,
  options: SimulationOptions,
): SimulatedRun {
  const { lookEveryMs, horizonMs, startMs = 0 } = options;
  requireWhole("run", run, 0, Number.MAX_SAFE_INTEGER);
  requireWhole("lookEveryMs", lookEveryMs, minuteMs, yearMs);
  requireWhole("horizonMs", horizonMs, lookEveryMs, Math.min(yearMs, 100_000 * lookEveryMs));
  requireWhole("startMs", startMs, 0, 100 * yearMs);
  const checkedPlan = parseRolloutPlan(plan);
  const checkedScenario = parseRolloutScenario(scenario, checkedPlan);
  return new Simulation(checkedPlan, checkedScenario, run, { ...options, startMs }).run();
}

function requireWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`"${name}" expected integer ${least} to ${most}, got ${value}`);
}

class Simulation {
  private readonly plan: RolloutPlan;
  private readonly scenario: RolloutScenario;
  private readonly lookEveryMs: number;
  private readonly horizonMs: number;
  private readonly startMs: number;
  private readonly policy: PolicyRun;
  private readonly fleet: Fleet;
  private readonly counters: Counters;
  private readonly reports: ReportQueue;
  private readonly windows: readonly TimeInterval[] | undefined;
  private window = 0;
  private ring = 0;
  /** Vehicles of the open ring that are not enrolled yet. */
  private pending: number;
  private ringVehicles: number;
  /** Time between two enrolments as the scenario spreads them, and as the plan's rate lets them be. */
  private evenMs: number;
  private spacingMs: number;
  private nextMs = 0;
  private enrolled = 0;
  private failed = 0;

  constructor(
    plan: RolloutPlan,
    scenario: RolloutScenario,
    run: number,
    options: SimulationOptions & { startMs: number },
  ) {
    const { provider } = options;
    this.plan = plan;
    this.scenario = scenario;
    this.lookEveryMs = options.lookEveryMs;
    this.horizonMs = options.horizonMs;
    this.startMs = options.startMs;
    this.policy = (options.policy ?? gatePolicy(plan, provider))();
    this.fleet = new Fleet(plan, scenario, Random.fromText(JSON.stringify([options.seed, run, "fleet"]), provider));
    const controls = drawControls(scenario, Random.fromText(JSON.stringify([options.seed, run, "controls"]), provider));
    this.counters = new Counters(plan, rolloutPlanDigest(plan, provider), this.fleet.measures, controls);
    this.reports = new ReportQueue(Math.ceil(options.horizonMs / options.lookEveryMs), this.fleet.measures.length);
    this.windows =
      plan.pace?.windows &&
      openIntervals(
        localWindows(plan.pace.windows, scenario.utcOffsetMinutes ?? 0),
        this.startMs,
        this.startMs + this.horizonMs,
      );
    this.ringVehicles = plan.rings[0]!.vehicles;
    this.pending = this.ringVehicles;
    this.evenMs = scenario.enrolOverMs / this.pending;
    this.spacingMs = this.spacing();
  }

  run(): SimulatedRun {
    const { lookEveryMs, horizonMs, scenario } = this;
    let why = "";
    for (let look = 1; look * lookEveryMs <= horizonMs; look++) {
      const dataMs = look * lookEveryMs;
      const nowMs = dataMs + scenario.dataLagMs;
      this.enrolUntil(dataMs);
      this.reports.take(look, (bucket, report) => this.counters.report(bucket, report));
      const step = this.policy({
        nowMs: this.startMs + nowMs,
        aggregate: this.counters.aggregate(this.startMs + dataMs),
        ring: this.plan.rings[this.ring]!,
        ringVehicles: this.ringVehicles,
      });
      if (step.step === "stop") return this.end("stopped", step.why, nowMs);
      if (step.step === "open_next" && this.ring === this.plan.rings.length - 1) {
        return this.end("completed", "complete", nowMs);
      }
      if (step.step === "open_next") this.openNext(nowMs);
      if (step.step === "extend") this.extend(step.by, nowMs);
      why = step.step === "wait" ? step.why : "";
      if (this.plan.pace?.rate !== undefined) this.spacingMs = this.spacing();
    }
    return this.end("open", why, horizonMs);
  }

  private end(end: SimulatedRun["end"], why: string, atMs: number): SimulatedRun {
    this.enrolUntil(atMs);
    const { enrolled, failed } = this;
    return { end, why, durationMs: atMs, enrolled, failed, rings: this.ring + 1 };
  }

  private openNext(nowMs: number): void {
    this.ring++;
    const { vehicles } = this.plan.rings[this.ring]!;
    this.ringVehicles = 0;
    this.extend(vehicles, nowMs);
  }

  /** Vehicles of an earlier step that are still to be enrolled come first: nobody is left out. */
  private extend(by: number, nowMs: number): void {
    requireWhole("by", by, 1, most);
    this.pending += by;
    this.ringVehicles += by;
    this.evenMs = this.scenario.enrolOverMs / this.pending;
    this.spacingMs = this.spacing();
    this.nextMs = Math.max(this.nextMs, nowMs);
  }

  /** Time between two enrolments. */
  private spacing(): number {
    const rate = this.plan.pace?.rate;
    if (rate === undefined) return this.evenMs;
    const counted = rate.counts === "notified" ? this.enrolled : this.counters.succeeded;
    return Math.max(this.evenMs, minuteMs / ratePerMinute(rate, counted));
  }

  private enrolUntil(untilMs: number): void {
    const ring = this.plan.rings[this.ring]!;
    while (this.pending > 0 && this.nextMs <= untilMs) {
      const atMs = Math.floor(this.nextMs);
      if (this.enrolled >= most) throw new RangeError(`a simulated rollout expected at most ${most} vehicles`);
      const fate = this.fleet.draw(ring, atMs);
      const bucket = this.counters.enrol(ring, fate.stratum, this.startMs + atMs);
      this.pending--;
      this.enrolled++;
      if (fate.failed) this.failed++;
      this.schedule(bucket, fate, atMs);
      this.nextMs += this.spacingMs;
    }
  }

  private schedule(bucket: number, fate: Fate, enrolledMs: number): void {
    const { soakMs, maturityMs } = this.plan.observation;
    const knownMs = this.installedMs(enrolledMs) + fate.delayMs;
    // A success reported before that says only that the installation ended; the report that counts comes at the end of the soak.
    const receivedMs = fate.failed ? knownMs : Math.max(knownMs, enrolledMs + soakMs);
    if (receivedMs > this.horizonMs) return;
    this.reports.add(
      Math.max(1, Math.ceil(receivedMs / this.lookEveryMs)),
      bucket,
      fate,
      receivedMs - enrolledMs <= maturityMs,
    );
  }

  /** When a vehicle that is enrolled now installs: in the first window that is open then or later. Instants must not fall. */
  private installedMs(enrolledMs: number): number {
    if (this.windows === undefined) return enrolledMs;
    const atMs = this.startMs + enrolledMs;
    while (this.window < this.windows.length && this.windows[this.window]!.endMs <= atMs) this.window++;
    const next = this.windows[this.window];
    return next === undefined ? Number.POSITIVE_INFINITY : Math.max(enrolledMs, next.startMs - this.startMs);
  }
}

/** Reports by the look that sees them first: lists in columns, because a run can have a million. */
class ReportQueue {
  private readonly newest: Int32Array;
  private readonly measures: number;
  private readonly categories: (string | undefined)[] = [];
  private buckets = new Int32Array(firstCapacity);
  private older = new Int32Array(firstCapacity);
  private flags = new Uint8Array(firstCapacity);
  private measured: Float64Array;
  private length = 0;

  constructor(looks: number, measures: number) {
    this.newest = new Int32Array(looks + 1).fill(-1);
    this.measures = measures;
    this.measured = new Float64Array(firstCapacity * measures);
  }

  add(look: number, bucket: number, { failed, category, measured }: Fate, onTime: boolean): void {
    if (look >= this.newest.length) return;
    if (this.length === this.flags.length) this.grow();
    const index = this.length++;
    this.buckets[index] = bucket;
    this.categories.push(category);
    this.flags[index] = (failed ? 1 : 0) | (onTime ? 2 : 0);
    if (measured.length > 0) this.measured.set(measured, index * this.measures);
    this.older[index] = this.newest[look]!;
    this.newest[look] = index;
  }

  take(look: number, receive: (bucket: number, report: Report) => void): void {
    for (let index = this.newest[look]!; index >= 0; index = this.older[index]!) {
      const flags = this.flags[index]!;
      const from = index * this.measures;
      const measured = this.measures === 0 ? none : [...this.measured.subarray(from, from + this.measures)];
      const category = this.categories[index];
      receive(this.buckets[index]!, { failed: (flags & 1) !== 0, category, onTime: (flags & 2) !== 0, measured });
    }
  }

  private grow(): void {
    const larger = <T extends Int32Array | Uint8Array | Float64Array>(old: T, make: (length: number) => T): T => {
      const grown = make(2 * old.length);
      grown.set(old);
      return grown;
    };
    this.buckets = larger(this.buckets, (length) => new Int32Array(length));
    this.older = larger(this.older, (length) => new Int32Array(length));
    this.flags = larger(this.flags, (length) => new Uint8Array(length));
    this.measured = larger(this.measured, (length) => new Float64Array(length));
  }
}

const none: readonly number[] = [];

function drawControls({ controls = [] }: RolloutScenario, random: Random): readonly ControlCounts[] {
  return controls.map(({ metric, stratum, vehicles, ppm }) => {
    const below = thresholdOf(ppm);
    let count = 0;
    for (let vehicle = 0; vehicle < vehicles; vehicle++) if (random.next() < below) count++;
    return { metric, stratum, vehicles, count, overdue: 0 };
  });
}
