/** What a gate answers: one word, every reason, and evidence that can be replayed to the byte. */

import type { Decision, QualifiedValue, QualityFlag } from "../../core/index.ts";
import type { CohortReasonCode } from "../reasons.ts";
import type { GateState } from "./context.ts";

/**
 * What to do. `rollback`: bring vehicles back by the recovery path. `pause`: enrol nobody, a person has to answer. `hold`: wait, `rule`
 * says for what. `extend`: enrol more vehicles in the same ring. `expand`: open the next ring. `complete`: the last ring passed.
 */
export type GateWord = "rollback" | "pause" | "hold" | "extend" | "expand" | "complete";

/** The rule that decided, in order of precedence: the first that applies wins. */
export type GateRule =
  | "invalid"
  | "rollback"
  | "pause"
  | "data_quality"
  | "soak"
  | "extend"
  | "insufficient"
  | "approval"
  | "expand";

/** Answer of `evaluate`. Reasons are ordered by precedence: the first is decisive, the others hold as well. */
export type Verdict = Decision<GateWord, GateReasonCode, GateEvidence>;

/** Reason code of a {@link Verdict}. */
export type GateReasonCode = Extract<CohortReasonCode, `gate_${string}`>;

/** What a verdict rests on. */
export interface GateEvidence {
  readonly rule: GateRule;
  /**
   * SHA-256 over the RFC 8785 form of plan and aggregate digests, state, ring, kill switch, integer checks, flags and the rule that the
   * data alone lead to: what approvals and acknowledgements name. Null with rule `invalid`.
   */
  readonly evidenceDigest: string | null;
  /** The same over the evidence digest, the whole context, the word and the reason codes: equal for an equal replay. Null with rule `invalid`. */
  readonly verdictDigest: string | null;
  /** Digests of the inputs; null where an input could not be read. */
  readonly planDigest: string | null;
  readonly aggregateDigest: string | null;
  readonly watermarkMs: number | null;
  /** Pass it to the next look. With rule `invalid` it is the one that was given, or null where that could not be read: keep the last. */
  readonly state: GateState | null;
  /** Bounds of wrong decisions for the campaign: alpha grows by one share with each acknowledged pause. */
  readonly budget: GateBudget | null;
  readonly stopChecks: readonly StopCheck[];
  /** The weighted sum over metrics and strata; null where no metric is on the clock of enrolments. */
  readonly combined: CombinedCheck | null;
  readonly goChecks: readonly GoCheck[];
  readonly rates: readonly GateRate[];
  /** What is wrong with the data. */
  readonly flags: readonly QualityFlag[];
  readonly next: GateNext;
  /** In words: what the error rates of this verdict assume. */
  readonly assumptions: readonly string[];
}

/** Bounds on the probability of wrong decisions, in parts per million. */
export interface GateBudget {
  /** That a tolerable release is stopped, since the last acknowledged pause. */
  readonly alphaPpm: number;
  /** The same over the whole campaign so far. */
  readonly alphaSpentPpm: number;
  /** That a release at or above a gate's maximum passes that gate. */
  readonly betaPpm: number;
}

/** One stop test on one metric and stratum, in whole numbers. */
export interface StopCheck {
  readonly metric: string;
  /** Key of the stratum, or `""` for all vehicles. */
  readonly stratum: string;
  /** Vehicles, or units of exposure. */
  readonly n: number;
  /** Failures, silent vehicles or events among them. */
  readonly count: number;
  /** Count that stops by itself, with this test's own part of alpha; null where none does, or the test compares no counts. */
  readonly boundary: number | null;
  /** Whether this test by itself stops, at this look. */
  readonly reached: boolean;
  /** Natural logarithm of the evidence; not digested. Null where the test is a comparison of bounds. */
  readonly logE: number | null;
  /** Whether its bound holds for large numbers only. */
  readonly asymptotic: boolean;
  /** Whether silence against a baseline that nobody measured: then it holds, and does not pause. */
  readonly holdsOnly: boolean;
}

/** The weighted sum of the evidence over metrics and strata, at the enrolment prefix where it was largest. */
export interface CombinedCheck {
  readonly reached: boolean;
  /** End of the prefix: vehicles enrolled before it were counted; null where none is enrolled. */
  readonly prefixEndMs: number | null;
  /** Natural logarithm of the largest sum; not digested. */
  readonly logE: number;
  /** Whose evidence is large enough by itself, at the false discovery rate alpha (e-BH); by falling evidence. */
  readonly offenders: readonly { readonly metric: string; readonly stratum: string }[];
  /** Who adds the most; null where no vehicle is enrolled. */
  readonly largest: { readonly metric: string; readonly stratum: string } | null;
}

/** One gate test on one metric and stratum, in whole numbers, over vehicles that are mature. */
export interface GoCheck {
  readonly metric: string;
  readonly stratum: string;
  /** Mature vehicles, or units of exposure. */
  readonly n: number;
  /** Confirmed failures, silent vehicles or events among them, conflicting outcomes included. */
  readonly count: number;
  /** Mature vehicles without an outcome. */
  readonly overdue: number;
  /** `count` and the part of the overdue that is taken to have failed: what was compared. */
  readonly counted: number;
  /** Largest count that passes; null where none does, or the test compares no counts. */
  readonly boundary: number | null;
  readonly passed: boolean;
  /** How many of the overdue would have to be failures for the gate not to pass: 0 when it fails without any; null when not even all would do. */
  readonly tippingPoint: number | null;
  readonly asymptotic: boolean;
}

/** A share for people to read. While the data are red there is no estimate: `value` is absent by type. */
export interface GateRate {
  /** Id of a metric of kind `failure` or `silence`. */
  readonly metric: string;
  /** Mature vehicles. */
  readonly n: number;
  readonly overdue: number;
  /** Failures if no overdue vehicle failed, and if all did. */
  readonly countRange: readonly [number, number];
  readonly rate: QualifiedValue<RateEstimate>;
}

/** Shares of mature vehicles, 0 .. 1; not digested. */
export interface RateEstimate {
  /** Confirmed failures by mature vehicles. */
  readonly estimate: number;
  /** Bounds that hold at all looks together, each at error alpha and beta; the upper one takes overdue vehicles as failed. */
  readonly lower: number;
  readonly upper: number;
}

/** What comes next. */
export interface GateNext {
  /** First instant at which waiting for outcomes may be over, epoch milliseconds; null when nothing enrolled is still to come. */
  readonly earliestDecisionMs: number | null;
  /** Vehicles to enrol in the same ring; null unless the word is `extend`. */
  readonly extendBy: number | null;
  /** Ring to open; null unless the word is `expand`. */
  readonly openRing: string | null;
}
