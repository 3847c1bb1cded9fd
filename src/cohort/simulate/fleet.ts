/** The vehicles of a simulated rollout: what becomes of the next one that is enrolled. */

import type { PlanRing, RolloutPlan } from "../gate/plan.ts";
import { normalOf, poissonOf, type Random, thresholdOf, turn } from "./random.ts";
import type { ReportDelay, RolloutScenario, SimulatedMeasure } from "./scenario.ts";

/** What becomes of a vehicle. */
export interface Fate {
  /** Index of its stratum in the plan; one past the last for a vehicle that is in none. */
  stratum: number;
  failed: boolean;
  /** Category of its failure, or undefined. */
  category: string | undefined;
  /** Time from its installation to its report; Infinity when it never comes. */
  delayMs: number;
  /** What its report brings for each measure, in the order of {@link Fleet.measures}: events, or the value. */
  readonly measured: number[];
}

/**
 * Draws vehicles in the order of enrolment.
 *
 * Each takes the same number of draws whatever a policy did before, so that the vehicles of one seed have one fate under all policies:
 * only what depends on ring and time of enrolment differs.
 */
export class Fleet {
  /** Measures that reports bring, by metric id. */
  readonly measures: readonly (readonly [string, SimulatedMeasure])[];
  private readonly random: Random;
  private readonly scenario: RolloutScenario;
  /** Where each stratum's share of the outputs ends. */
  private readonly strataBelow: readonly number[];
  /** By ring: outputs below which a vehicle fails, by stratum, and last of none. */
  private readonly failingBelow = new Map<string, readonly number[]>();
  private readonly strataKeys: readonly string[];
  private readonly categories: readonly { readonly name: string; readonly below: number }[];
  private readonly silentBelow: number;
  private readonly silentFailureBelow: number;
  private readonly fate: Fate;
  private drawn = 0;
  private failingLot = false;

  constructor(plan: RolloutPlan, scenario: RolloutScenario, random: Random) {
    this.random = random;
    this.scenario = scenario;
    this.measures = Object.entries(scenario.measures ?? {});
    this.strataKeys = plan.strata.map(({ key }) => key);
    const sizes = plan.strata.reduce((sum, { size }) => sum + size, 0);
    const all = Math.max(sizes, scenario.fleetVehicles);
    let [upTo, share] = [0, 0];
    this.strataBelow = plan.strata.map(({ size }) => {
      upTo += size;
      return (upTo / all) * turn;
    });
    this.categories = Object.entries(scenario.categories ?? {}).map(([name, ppm]) => {
      share += ppm;
      return { name, below: thresholdOf(share) };
    });
    this.silentBelow = thresholdOf(scenario.silentPpm);
    this.silentFailureBelow = thresholdOf(scenario.silentFailurePpm);
    const measured = this.measures.map(() => 0);
    this.fate = { stratum: 0, failed: false, category: undefined, delayMs: 0, measured };
  }

  /**
   * Draws the next vehicle.
   *
   * @param atMs - instant of its enrolment since the start of the rollout
   * @returns the same object each time
   */
  draw(ring: PlanRing, atMs: number): Fate {
    const { random, scenario, fate } = this;
    const { lots, outage } = scenario;
    const place = random.next();
    const luck = random.next();
    const silence = random.next();
    const first = random.next();
    const second = random.next();
    const lotLuck = lots === undefined ? 0 : random.next();
    const outageLuck = outage === undefined ? 0 : random.next();
    const kind = this.categories.length === 0 ? 0 : random.next();
    for (let index = 0; index < fate.measured.length; index++) fate.measured[index] = this.measure(index);

    fate.stratum = 0;
    while (fate.stratum < this.strataBelow.length && place >= this.strataBelow[fate.stratum]!) fate.stratum++;
    if (lots !== undefined && this.drawn++ % lots.successive === 0) {
      this.failingLot = lotLuck < thresholdOf(lots.lotPpm);
    }
    const failing = this.failingLot ? thresholdOf(lots!.failurePpm) : this.failingIn(ring)[fate.stratum]!;
    fate.failed = luck < failing;
    fate.category = fate.failed ? this.categories.find(({ below }) => kind < below)?.name : undefined;
    const struck = outage !== undefined && atMs >= outage.fromMs && atMs < outage.fromMs + outage.durationMs;
    if (struck && !fate.failed && outageLuck < thresholdOf(outage.failurePpm)) {
      fate.failed = true;
      fate.category = outage.category;
    }
    const silent = silence < (fate.failed ? this.silentFailureBelow : this.silentBelow);
    const delay = fate.failed ? scenario.failureDelay : scenario.successDelay;
    fate.delayMs = silent ? Number.POSITIVE_INFINITY : delayOf(delay, first, second);
    return fate;
  }

  private failingIn({ name }: PlanRing): readonly number[] {
    let found = this.failingBelow.get(name);
    if (found === undefined) {
      const { failurePpm, failurePpmByRing, failurePpmByStratum } = this.scenario;
      const ppm = memberOf(failurePpmByRing, name) ?? failurePpm;
      found = [...this.strataKeys.map((key) => memberOf(failurePpmByStratum, key) ?? ppm), ppm].map(thresholdOf);
      this.failingBelow.set(name, found);
    }
    return found;
  }

  private measure(index: number): number {
    const [, measure] = this.measures[index]!;
    if (measure.kind === "exposure") {
      return poissonOf((measure.exposure * measure.eventsPerMillion) / 1_000_000, this.random.next());
    }
    return Math.round(measure.mean + measure.deviation * normalOf(this.random.next(), this.random.next()));
  }
}

function delayOf(delay: ReportDelay, first: number, second: number): number {
  if (delay.kind === "uniform") return Math.floor(delay.fromMs + ((delay.toMs - delay.fromMs) * second) / turn);
  return Math.ceil(delay.medianMs * Math.exp((delay.sigmaPermille / 1_000) * normalOf(first, second)));
}

function memberOf(record: Readonly<Record<string, number>> | undefined, name: string): number | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}
