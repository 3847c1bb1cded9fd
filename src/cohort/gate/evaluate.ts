/**
 * The gate: from a plan, counters and circumstances to one word, by a strict precedence of rules.
 *
 * Pure and total: the same input gives the same verdict to the byte, and no input makes it throw.
 */

import { type HashProvider, isOtaError, jcsSha256Hex, type QualityFlag, type Reason } from "../../core/index.ts";
import type { Aggregate } from "./aggregate.ts";
import type { GateContext, GateState } from "./context.ts";
import { findQualityFlags, isRed, type QualityFinding, watermarkOf } from "./data-quality.ts";
import { aggregateDigest } from "./digests.ts";
import { checkGate } from "./go-checks.ts";
import { parseAggregate } from "./parse-aggregate.ts";
import { parseGateContext, parseGateState } from "./parse-context.ts";
import type { PlanRing, RolloutPlan } from "./plan.ts";
import { type Prefixes, sumPrefixes } from "./prefixes.ts";
import { type PreparedPlan, preparePlan } from "./prepared-plan.ts";
import { assumptionsOf, estimateRates } from "./rates.ts";
import { type RingProgress, ringProgress, suggestExtension } from "./ring-progress.ts";
import { type Finding, findInputFaults, findRollback, findStop } from "./rules.ts";
import { checkStops, type StopFindings } from "./stop-checks.ts";
import type {
  CombinedCheck,
  GateEvidence,
  GateReasonCode,
  GateRule,
  GateWord,
  GoCheck,
  StopCheck,
  Verdict,
} from "./verdict.ts";

type GateReason = Reason<GateReasonCode>;

/**
 * Decides what to do with a rollout.
 *
 * The first rule that applies wins; what else applies is among the reasons. `invalid`: an input does not parse, is of another plan, or
 * older than the last one. `rollback`: by order, by a safety limit, or by evidence; it stays for ever. `pause`: the evidence of all metrics
 * and strata reaches 1 / alpha at any prefix of enrolment; it stays until acknowledged. `data_quality`: red data never expand, but
 * still roll back and pause. `soak`, `extend`, `insufficient`: the gate's evidence is not there yet. `approval`: a person is missing. `expand`.
 *
 * Looks may come at any time and as often as wanted: a release whose vehicles fail with at most the tolerated probability, given what
 * happened before, is ever paused with probability at most alpha for each acknowledged pause and one; one at or above a gate's maximum
 * passes that gate with probability at most beta (with `overdueFailedPpm` of 1,000,000, whatever is missing).
 *
 * @returns never throws; with rule `invalid` the reasons say what is wrong with which input
 * @example
 * ```ts
 * const verdict = evaluate(plan, aggregate, { ...context, state: lastVerdict.evidence.state });
 * if (verdict.decision === "expand") openRing(verdict.evidence.next.openRing);
 * ```
 */
export function evaluate(
  plan: RolloutPlan,
  aggregate: Aggregate,
  context: GateContext,
  provider?: HashProvider,
): Verdict {
  const faults: GateReason[] = [];
  const prepared = attempt(() => preparePlan(plan), "gate_plan_invalid", faults);
  const checkedAggregate = attempt(() => parseAggregate(aggregate), "gate_aggregate_invalid", faults);
  const checkedContext = attempt(() => parseGateContext(context), "gate_context_invalid", faults);
  const planDigest = prepared === undefined ? null : prepared.digestBy(provider);
  const counters = checkedAggregate === undefined ? null : aggregateDigest(checkedAggregate, provider);
  if (prepared !== undefined && checkedAggregate !== undefined && checkedContext !== undefined) {
    faults.push(...findInputFaults(prepared.plan, planDigest!, checkedAggregate, checkedContext));
    if (faults.length === 0) {
      return new Look(prepared, planDigest!, checkedAggregate, checkedContext, provider).verdict(counters!);
    }
  }
  return invalidVerdict(faults, context, planDigest, counters, checkedAggregate);
}

/** What a verdict comes to. */
export interface GateStep {
  readonly decision: GateWord;
  readonly rule: GateRule;
  readonly reasons: readonly Reason<GateReasonCode>[];
  readonly combined: CombinedCheck | null;
  readonly extendBy: number | null;
}

/**
 * Decides as {@link evaluate} does for a rollout that was never paused and whose approvals are all given, and leaves out what people and
 * auditors need: estimates and digests take half of the time.
 */
export function decideStep(
  prepared: PreparedPlan,
  aggregate: Aggregate,
  ring: string,
  nowMs: number,
  provider?: HashProvider,
): GateStep {
  const planDigest = prepared.digestBy(provider);
  const circumstances = { nowMs, ring, killSwitch: false, state: null, acknowledgements: [], approvals: [] };
  const context: GateContext = { ...circumstances, approvedPlanDigest: planDigest };
  const reasons: GateReason[] = [];
  const checked = attempt(() => parseAggregate(aggregate), "gate_aggregate_invalid", reasons);
  if (checked !== undefined) reasons.push(...findInputFaults(prepared.plan, planDigest, checked, context));
  if (checked === undefined || reasons.length > 0) {
    return { decision: "hold", rule: "invalid", reasons, combined: null, extendBy: null };
  }
  return new Look(prepared, planDigest, checked, context, provider).step();
}

/** Reads an input; what is wrong with it becomes a reason. Even a getter that throws is only an input that does not parse. */
function attempt<T>(read: () => T, code: GateReasonCode, faults: GateReason[]): T | undefined {
  try {
    return read();
  } catch (error) {
    faults.push({ code, ...describeFault(error) });
    return undefined;
  }
}

/** A getter can throw anything, also what throws again when it is looked at. */
function describeFault(error: unknown): { readonly message: string; readonly path: string } {
  try {
    if (isOtaError(error)) return { message: `${error.message}`, path: `${error.path ?? ""}` };
  } catch {
    // As below.
  }
  return { message: "The input is not plain data", path: "" };
}

function invalidVerdict(
  reasons: readonly GateReason[],
  context: unknown,
  planDigest: string | null,
  counters: string | null,
  aggregate: Aggregate | undefined,
): Verdict {
  const state = attempt(() => parseGateState((context as GateContext).state), "gate_context_invalid", []);
  return {
    decision: "hold",
    reasons,
    evidence: {
      rule: "invalid",
      evidenceDigest: null,
      verdictDigest: null,
      planDigest,
      aggregateDigest: counters,
      watermarkMs: aggregate === undefined ? null : watermarkOf(aggregate),
      state: state ?? null,
      budget: null,
      stopChecks: [],
      combined: null,
      goChecks: [],
      rates: [],
      flags: [],
      next: { earliestDecisionMs: null, extendBy: null, openRing: null },
      assumptions: [],
    },
  };
}

/** What the rules but that of approval found. */
interface Judgement extends StopFindings {
  readonly state: GateState;
  readonly goChecks: readonly GoCheck[];
  readonly quality: readonly QualityFinding[];
  readonly progress: RingProgress;
  readonly findings: readonly Finding[];
}

/** One look at valid inputs. */
class Look {
  private readonly prepared: PreparedPlan;
  private readonly plan: RolloutPlan;
  private readonly planDigest: string;
  private readonly aggregate: Aggregate;
  private readonly context: GateContext;
  private readonly provider: HashProvider | undefined;
  private readonly watermarkMs: number;
  private readonly ring: PlanRing;
  private readonly all: Prefixes;

  constructor(
    prepared: PreparedPlan,
    planDigest: string,
    aggregate: Aggregate,
    context: GateContext,
    provider: HashProvider | undefined,
  ) {
    const { plan } = prepared;
    this.prepared = prepared;
    this.plan = plan;
    this.planDigest = planDigest;
    this.aggregate = aggregate;
    this.context = context;
    this.provider = provider;
    this.watermarkMs = watermarkOf(aggregate);
    this.ring = plan.rings.find(({ name }) => name === context.ring)!;
    this.all = this.sum(Number.NEGATIVE_INFINITY);
  }

  /** @param counters - digest of the aggregate */
  verdict(counters: string): Verdict {
    const { plan, context } = this;
    const judged = this.judge();
    const { state, checks: stopChecks, combined, goChecks, quality, progress } = judged;
    const flags = quality.map(({ flag }) => flag);
    const evidenceDigest = jcsSha256Hex(
      {
        planDigest: this.planDigest,
        aggregateDigest: counters,
        acknowledged: state.acknowledged,
        countFromMs: state.countFromMs,
        latch: state.latch,
        ring: this.ring.name,
        killSwitch: context.killSwitch,
        stopChecks: stopChecks.map(integersOf),
        stopReached: combined?.reached ?? false,
        goChecks,
        flags,
        rule: ruleOf(judged.findings),
      },
      this.provider,
    );
    const findings = judged.findings.length > 0 ? judged.findings : this.approvalFindings(evidenceDigest);
    const rule = ruleOf(findings);
    const decision = this.wordOf(rule);
    const reasons = this.reasonsOf(findings);
    const { alphaPpm } = plan.stop;
    const evidence: GateEvidence = {
      rule,
      evidenceDigest,
      verdictDigest: jcsSha256Hex(
        { evidenceDigest, context, decision, codes: reasons.map(({ code }) => code) },
        this.provider,
      ),
      planDigest: this.planDigest,
      aggregateDigest: counters,
      watermarkMs: this.watermarkMs,
      state: this.nextState(state, rule, evidenceDigest),
      budget: { alphaPpm, alphaSpentPpm: alphaPpm * (1 + state.acknowledged), betaPpm: plan.go.betaPpm },
      stopChecks,
      combined,
      goChecks,
      rates: estimateRates(plan, this.all, flags as readonly QualityFlag[]),
      flags,
      next: {
        earliestDecisionMs: rule === "soak" ? progress.earliestDecisionMs : null,
        extendBy: this.extendBy(rule, judged),
        openRing: decision === "expand" ? this.plan.rings[this.plan.rings.indexOf(this.ring) + 1]!.name : null,
      },
      assumptions: assumptionsOf(plan),
    };
    return { decision, reasons, evidence };
  }

  step(): GateStep {
    const judged = this.judge();
    const rule = ruleOf(judged.findings);
    const { combined, findings } = judged;
    const extendBy = this.extendBy(rule, judged);
    return { decision: this.wordOf(rule), rule, reasons: this.reasonsOf(findings), combined, extendBy };
  }

  private judge(): Judgement {
    const { prepared, plan, aggregate, context } = this;
    const state = this.acknowledge();
    const fromMs = state.countFromMs ?? Number.NEGATIVE_INFINITY;
    const counted = state.countFromMs === null ? this.all : this.sum(fromMs);
    const { checks, combined } = checkStops(prepared, aggregate, counted, fromMs);
    const goChecks = checkGate(prepared, this.ring, aggregate, this.all);
    const quality = findQualityFlags(plan, aggregate, this.all, context.nowMs);
    const progress = ringProgress(plan, this.ring, aggregate, this.all);
    const findings = [
      ...findRollback(prepared, aggregate, this.all, context, state),
      ...findStop(checks, combined, plan, state),
      ...dataFindings(quality, checks),
      ...this.gateFindings(goChecks, progress),
    ];
    return { state, checks, combined, goChecks, quality, progress, findings };
  }

  private sum(fromMs: number): Prefixes {
    const { prepared, plan, aggregate, watermarkMs } = this;
    const matureBeforeMs = watermarkMs - plan.observation.maturityMs;
    return sumPrefixes(aggregate, prepared.strata, fromMs, matureBeforeMs, prepared.categories);
  }

  /** The state of this look: an acknowledged pause is over, and its successor counts the vehicles that were enrolled after it. */
  private acknowledge(): GateState {
    const { context, planDigest } = this;
    const state: GateState = context.state ?? {
      schema: "otakit.gate-state/1",
      planDigest,
      watermarkMs: null,
      acknowledged: 0,
      countFromMs: null,
      latch: null,
    };
    const { latch } = state;
    const named = context.acknowledgements.some(({ evidenceDigest }) => evidenceDigest === latch?.evidenceDigest);
    if (latch?.decision !== "pause" || !named) return state;
    return {
      ...state,
      acknowledged: state.acknowledged + 1,
      countFromMs: latch.countedToMs ?? state.countFromMs,
      latch: null,
    };
  }

  /** What the next look has to know. A rollback stays for ever, the first pause until it is acknowledged. */
  private nextState(state: GateState, rule: GateRule, evidenceDigest: string): GateState {
    const { watermarkMs, plan } = this;
    if (rule !== "rollback" && rule !== "pause") return { ...state, watermarkMs };
    if (state.latch !== null && (state.latch.decision === "rollback" || rule === "pause"))
      return { ...state, watermarkMs };
    const endMs = this.all.endMs.at(-1);
    // A bucket that ends later than one that was open could have must not put the vehicles to come out of the tests.
    const latest = watermarkMs + plan.observation.bucketMs;
    const countedToMs = endMs === undefined ? null : Math.min(endMs, latest);
    return { ...state, watermarkMs, latch: { decision: rule, evidenceDigest, countedToMs } };
  }

  private gateFindings(goChecks: readonly GoCheck[], progress: RingProgress): readonly Finding[] {
    const { name, vehicles, maxVehicles } = this.ring;
    const { enrolled, mature, waiting } = progress;
    if (enrolled < vehicles) {
      const message = `${enrolled} of ${vehicles} vehicles of ring "${name}" are enrolled`;
      return [{ rule: "soak", reason: { code: "gate_ring_filling", message, evidence: { enrolled, vehicles } } }];
    }
    if (mature < vehicles) return [immature(`${mature} of ${vehicles} vehicles of ring "${name}" are mature`)];
    const failed = goChecks.filter(({ passed }) => !passed);
    if (failed.length === 0) return [];
    if (waiting > 0)
      return [immature(`${waiting} more vehicles are enrolled and not mature, and a gate does not pass`)];
    const exhausted = enrolled >= maxVehicles;
    const rule = exhausted ? "insufficient" : "extend";
    const code = exhausted ? "gate_extension_exhausted" : "gate_evidence_missing";
    return failed.map(({ metric, stratum, n, counted, boundary }) => {
      const where = stratum === "" ? "overall" : `in stratum "${stratum}"`;
      const most = boundary === null ? "" : `; at most ${boundary} pass`;
      const message = `"${metric}" does not pass ${where}: ${counted} of ${n}${most}`;
      return { rule, reason: { code, message, evidence: { metric, stratum, n, counted, boundary } } };
    });
  }

  /** What is wrong with the approvals; nothing when one of them holds, or none is asked for. */
  private approvalFindings(evidenceDigest: string): readonly Finding[] {
    const { ring, context, plan } = this;
    if (ring.approval === "none") return [];
    const given = context.approvals.filter((approval) => approval.ring === ring.name);
    const finding = (code: GateReasonCode, message: string): Finding => ({
      rule: "approval",
      reason: { code, message, evidence: { ring: ring.name, evidenceDigest } },
    });
    if (given.length === 0)
      return [finding("gate_approval_missing", `Nobody has approved what comes after "${ring.name}"`)];
    const faults = given.map((approval): Finding | undefined => {
      const { approver, atMs, expiresMs } = approval;
      if (approver === plan.owner) return finding("gate_approval_by_owner", `"${approver}" owns the plan`);
      if (context.nowMs < atMs || context.nowMs >= expiresMs) {
        return finding("gate_approval_expired", `The approval by "${approver}" does not hold now`);
      }
      if (approval.evidenceDigest === evidenceDigest) return undefined;
      return finding("gate_approval_of_other_evidence", `The approval by "${approver}" names other evidence`);
    });
    return faults.includes(undefined) ? [] : (faults as readonly Finding[]);
  }

  private reasonsOf(findings: readonly Finding[]): readonly GateReason[] {
    return findings.length === 0 ? [passedReason(this.ring)] : findings.map(({ reason }) => reason);
  }

  private extendBy(rule: GateRule, { goChecks, progress }: Judgement): number | null {
    return rule === "extend" ? suggestExtension(this.prepared, this.ring, goChecks, progress) : null;
  }

  private wordOf(rule: GateRule): GateWord {
    if (rule === "rollback" || rule === "pause" || rule === "extend") return rule;
    if (rule !== "expand") return "hold";
    return this.ring === this.plan.rings.at(-1) ? "complete" : "expand";
  }
}

/** The first rule that applies. */
function ruleOf(findings: readonly Finding[]): GateRule {
  return findings[0]?.rule ?? "expand";
}

/** Red flags, and silence above what was only stated. */
function dataFindings(
  quality: readonly QualityFinding[],
  stopChecks: Verdict["evidence"]["stopChecks"],
): readonly Finding[] {
  const red = quality.filter(isRed).map(({ flag, message, source }): Finding => {
    const evidence = { flag, ...(source === undefined ? {} : { source }) };
    return { rule: "data_quality", reason: { code: "gate_data_red", message, evidence } };
  });
  const silent = stopChecks
    .filter(({ holdsOnly, reached }) => holdsOnly && reached)
    .map(({ metric, stratum, n, count, boundary }): Finding => {
      const message = `${count} of ${n} vehicles are silent; ${boundary} are more than was stated, and nobody measured it`;
      const reason = {
        code: "gate_silence_unmeasured",
        message,
        evidence: { metric, stratum, n, count, boundary },
      } as const;
      return { rule: "data_quality", reason };
    });
  return [...red, ...silent];
}

/** A stop test without its logarithm, which engines may differ in. */
function integersOf(check: StopCheck): Omit<StopCheck, "logE"> {
  const { metric, stratum, n, count, boundary, reached, asymptotic, holdsOnly } = check;
  return { metric, stratum, n, count, boundary, reached, asymptotic, holdsOnly };
}

function immature(message: string): Finding {
  return { rule: "soak", reason: { code: "gate_outcomes_immature", message } };
}

function passedReason({ name }: PlanRing): GateReason {
  return { code: "gate_passed", message: `Ring "${name}" passes its gate` };
}
