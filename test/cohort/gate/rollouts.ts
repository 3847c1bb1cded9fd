/**
 * Rollouts from the first vehicle to their end, as the gate sees them: events folded look after look, persons who approve and
 * acknowledge, and what each verdict says in whole numbers and words. All runtimes have to say the same, to the byte.
 */

import { type Random, seededRandom } from "../../../scripts/random.ts";
import type {
  Aggregate,
  ControlCounts,
  GateContext,
  GateMetric,
  OutcomeEvent,
  OutcomeFold,
  RolloutPlan,
  Verdict,
} from "../../../src/cohort/index.ts";
import { samplePlan } from "./sample-plan.ts";
import type { GateUnderTest } from "./schedules.ts";

/** What is under test: the sources, or the built package. */
export interface RolloutsUnderTest extends GateUnderTest {
  readonly OutcomeFold: new (plan: RolloutPlan) => OutcomeFold;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const startMs = 20_000 * dayMs;
const maxLooks = 12;

/** Rollouts of each plan that have every rule between them. */
export const rolloutsOfEach = 12;

const [failure, silence] = samplePlan.metrics as readonly [GateMetric, GateMetric];
const shared: RolloutPlan = {
  ...samplePlan,
  stop: { ...samplePlan.stop, safetyLimits: [{ category: "brake_warning", atLeast: 2 }] },
  go: { betaPpm: 50_000, overdueFailedPpm: 250_000 },
  rings: [
    { name: "pilot", vehicles: 500, maxVehicles: 600, approval: "required" },
    { name: "all", vehicles: 700, maxVehicles: 900, approval: "required", maxPpm: { failure: 15_000 } },
  ],
  pace: { failuresPerWave: 25, maxGrowth: 4 },
};

/** Plans that have every kind of metric between them. */
export const rolloutPlans: Readonly<Record<string, RolloutPlan>> = {
  "failure, its category and silence, by strata": {
    ...shared,
    metrics: [
      failure,
      { id: "radio", kind: "failure", weight: 1, required: false, toleratedPpm: 500, maxPpm: 5_000, category: "radio" },
      { ...silence, required: true } as GateMetric,
    ],
    strata: [
      { key: "EU", size: 60_000, go: "own" },
      { key: "JP", size: 40_000, go: "pooled", stopPrior: { a: 1, b: 10 } },
    ],
  },
  "comparison, exposure and mean": {
    ...shared,
    metrics: [
      failure,
      { id: "codes", kind: "exposure", weight: 2, required: true, toleratedPerMillion: 1_000, maxPerMillion: 4_000 },
      {
        id: "minutes",
        kind: "continuous",
        weight: 1,
        required: false,
        toleratedMean: 20,
        maxMean: 24,
        minVehicles: 1_000,
      },
      {
        id: "failing",
        kind: "comparison",
        weight: 1,
        required: true,
        of: "failure",
        marginPpm: 2_000,
        nonInferiorityPpm: 40_000,
      },
      {
        id: "silent",
        kind: "comparison",
        weight: 1,
        required: false,
        of: "silence",
        marginPpm: 5_000,
        nonInferiorityPpm: 90_000,
      },
    ],
    strata: [],
  },
  "silence against a number that nobody measured": {
    ...shared,
    go: { betaPpm: 50_000, overdueFailedPpm: 0 },
    metrics: [
      failure,
      { ...silence, baseline: { source: "stated", ageMs: 7 * dayMs, silentPpm: 30_000 } } as GateMetric,
    ],
    strata: [],
  },
};

/** What a vehicle reports, with the source that delivers it. */
interface Delivery {
  readonly source: "ledger" | "telematics";
  readonly event: OutcomeEvent;
}

/** The release of one rollout. */
interface Release {
  readonly failing: number;
  readonly silent: number;
  /** What is worse than tolerated besides. */
  readonly fault: "none" | "codes" | "minutes";
}

/**
 * Plays rollouts of a plan, each with its own seed.
 *
 * @returns the verdicts of each, in order
 */
export function playRollouts(gate: RolloutsUnderTest, plan: RolloutPlan, rollouts: number): readonly Verdict[] {
  return Array.from({ length: rollouts }, (_, seed) => playRollout(gate, plan, seed)).flat();
}

/** A verdict without what floating point computes: no bound, no estimate, no logarithm. */
export function wholeNumbersOf({ decision, reasons, evidence }: Verdict): unknown {
  const { rates, combined, stopChecks, ...rest } = evidence;
  return {
    decision,
    reasons,
    ...rest,
    stopChecks: stopChecks.map(({ logE, ...integers }) => integers),
    combined: combined === null ? null : { ...combined, logE: null },
    rates: rates.map(({ rate, ...integers }) => ({ ...integers, quality: rate.quality })),
  };
}

function playRollout(gate: RolloutsUnderTest, plan: RolloutPlan, seed: number): readonly Verdict[] {
  const random = seededRandom(`rollout ${seed}`);
  const planDigest = gate.rolloutPlanDigest(plan);
  const fold = new gate.OutcomeFold(plan);
  const release: Release = {
    failing: [0, 0, 0.004, 0.01, 0.05, 0.2][seed % 6]!,
    silent: [0, 0.02, 0.15][(seed + Math.floor(seed / 6)) % 3]!,
    fault: (["minutes", "none", "codes"] as const)[(seed + Math.floor(seed / 3)) % 3]!,
  };
  const controls = controlsOf(plan, random);
  const verdicts: Verdict[] = [];
  let pending: readonly Delivery[] = [];
  const distinct = new Set<OutcomeEvent>();
  let [vehicles, wanted] = [0, plan.rings[0]!.vehicles];
  let context: GateContext = {
    nowMs: 0,
    approvedPlanDigest: planDigest,
    ring: plan.rings[0]!.name,
    state: null,
    killSwitch: false,
    approvals: [],
    acknowledgements: [],
  };
  for (let look = 0; look < maxLooks; look++) {
    const fromMs = startMs + 2 * look * dayMs;
    const watermarkMs = fromMs + 2 * dayMs;
    const joining = Array.from({ length: wanted }, () =>
      reportsOf(plan, context.ring, `v${vehicles++}`, fromMs, release, random),
    );
    wanted = 0;
    const all = [...pending, ...joining.flat()];
    pending = all.filter(({ event }) => event.receivedMs > watermarkMs);
    for (const { source, event } of all) {
      if (event.receivedMs > watermarkMs) continue;
      fold.add(source, event);
      if (source === "telematics") distinct.add(event);
    }
    // Now and then a part of the reports is missing, or nobody knows how many there should be.
    const missing = random.pick([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2_000]);
    const expected = random.below(40) === 0 ? {} : { expected: distinct.size + missing };
    fold.observe("telematics", { watermarkMs, ...expected });
    fold.observe("ledger", { watermarkMs: watermarkMs + hourMs, expected: vehicles });
    const aggregate = fold.aggregate(controls);
    context = {
      ...context,
      nowMs: watermarkMs + (random.below(15) === 0 ? 2 * dayMs : hourMs),
      killSwitch: random.below(40) === 0,
    };
    const shown = gate.evaluate(plan, aggregate, context);
    verdicts.push(shown, ...misfits(gate, plan, aggregate, context, shown, random));
    context = { ...answered(context, shown, random), state: shown.evidence.state };
    // Who was asked for an approval answers at once: what is approved are these counters.
    const verdict = shown.evidence.rule === "approval" ? gate.evaluate(plan, aggregate, context) : shown;
    if (verdict !== shown) verdicts.push(verdict);
    const { evidence, decision } = verdict;
    if (decision === "expand") {
      context = { ...context, ring: evidence.next.openRing! };
      wanted = plan.rings.find(({ name }) => name === context.ring)!.vehicles;
    } else if (decision === "extend") wanted = evidence.next.extendBy!;
    else if (decision === "complete" || (decision === "rollback" && random.below(3) === 0)) break;
  }
  return verdicts;
}

/** What persons say to a verdict: most approve, some may not; half of the pauses are acknowledged, some with another's evidence. */
function answered(context: GateContext, { decision, evidence }: Verdict, random: Random): GateContext {
  const evidenceDigest = evidence.evidenceDigest!;
  if (evidence.rule === "approval") {
    const approver = random.below(3) === 0 ? "r.meier" : "a.kern";
    const expiresMs = context.nowMs + random.pick([0, dayMs, dayMs, dayMs]);
    const named = random.below(4) === 0 ? "00".repeat(32) : evidenceDigest;
    const approval = { approver, ring: context.ring, evidenceDigest: named, atMs: context.nowMs, expiresMs };
    return { ...context, approvals: [...context.approvals, approval] };
  }
  if (decision !== "pause" || random.below(2) === 0) return context;
  const named = random.below(5) === 0 ? evidenceDigest : evidence.state!.latch!.evidenceDigest;
  const acknowledgement = { who: "a.kern", why: "a supplier's batch", evidenceDigest: named };
  return { ...context, acknowledgements: [...context.acknowledgements, acknowledgement] };
}

/** Now and then the same look with an input that does not fit. */
function misfits(
  gate: GateUnderTest,
  plan: RolloutPlan,
  aggregate: Aggregate,
  context: GateContext,
  { evidence }: Verdict,
  random: Random,
): readonly Verdict[] {
  if (random.below(12) > 0) return [];
  const elsewhere = { ...aggregate.series[0]!, ring: "moon" };
  const ahead = { ...evidence.state!, watermarkMs: aggregate.sources[0]!.watermarkMs + dayMs };
  return [
    gate.evaluate({ ...plan, owner: "" }, aggregate, context),
    gate.evaluate(plan, { ...aggregate, planDigest: "00".repeat(32), series: [elsewhere] }, context),
    gate.evaluate(plan, aggregate, { ...context, state: ahead, ring: "moon", approvedPlanDigest: "00".repeat(32) }),
    gate.evaluate(plan, aggregate, { ...context, state: { ...evidence.state!, planDigest: "00".repeat(32) } }),
  ];
}

function controlsOf({ metrics }: RolloutPlan, random: Random): readonly ControlCounts[] {
  return metrics
    .filter(({ kind }) => kind === "comparison")
    .filter(() => random.below(12) > 0)
    .map(({ id }): ControlCounts => {
      const count = id === "silent" ? random.below(200) : random.below(60);
      return { metric: id, stratum: "", vehicles: 10_000, count, overdue: id === "silent" ? 0 : random.below(40) };
    });
}

/** Everything that one vehicle will ever tell. */
function reportsOf(
  { strata, metrics }: RolloutPlan,
  ring: string,
  vehicleId: string,
  fromMs: number,
  { failing, silent, fault }: Release,
  random: Random,
): readonly Delivery[] {
  const atMs = fromMs + random.below(52) * hourMs;
  const stratum = strata.length === 0 ? "" : random.below(10) < 6 ? strata[0]!.key : strata[1]!.key;
  const enrolled: OutcomeEvent = { kind: "enrolled", vehicleId, atMs, receivedMs: atMs, ring, stratum };
  const deliveries: Delivery[] = [{ source: "ledger", event: enrolled }];
  const report = (seq: number, ageMs: number, delayMs: number) => {
    const reportMs = atMs + ageMs;
    return { vehicleId, seq, atMs: reportMs, receivedMs: reportMs + delayMs };
  };
  const tell = (event: OutcomeEvent): void => {
    deliveries.push({ source: "telematics", event });
    if (random.below(50) === 0) deliveries.push({ source: "telematics", event });
  };
  if (random.unit() < silent) return deliveries;
  const delayMs = random.below(30) * hourMs;
  if (random.unit() < failing) {
    const category = random.pick(["radio", "other", "other", "other"]);
    tell({ kind: "failed", ...report(1, random.below(5 * 24) * hourMs, delayMs), category });
    if (random.below(30) === 0) tell({ kind: "retracted", ...report(2, 5 * dayMs, delayMs), retractedSeq: 1 });
  } else if (random.below(100) === 0) {
    tell({ kind: "failed", ...report(1, dayMs, delayMs), category: "infrastructure" });
  } else {
    tell({ kind: "healthy", ...report(1, random.below(3 * 24) * hourMs + dayMs, delayMs) });
    if (random.below(6_000) === 0) tell({ kind: "failed", ...report(1, 2 * dayMs, delayMs) });
  }
  if (random.below(2_500) === 0) tell({ kind: "failed", ...report(3, dayMs, delayMs), category: "brake_warning" });
  if (metrics.some(({ kind }) => kind === "exposure")) {
    const events = random.below(1_000) < (fault === "codes" ? 600 : 60) ? 1 : 0;
    tell({ kind: "exposed", ...report(4, 2 * dayMs, 0), metric: "codes", events, exposure: 50 + random.below(100) });
    tell({
      kind: "measured",
      ...report(5, dayMs, 0),
      metric: "minutes",
      value: (fault === "minutes" ? 20 : 15) + random.below(8),
    });
  }
  return deliveries;
}
