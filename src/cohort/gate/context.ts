/** What a verdict needs besides plan and counters: the time, what persons said, and what the last verdict left behind. */

/** The circumstances of one look. */
export interface GateContext {
  /** Wall time, epoch milliseconds. */
  readonly nowMs: number;
  /** Digest of the plan that was approved before the start, from `rolloutPlanDigest`. */
  readonly approvedPlanDigest: string;
  /** Name of the innermost ring that is not wholly judged: the one whose gate is asked. */
  readonly ring: string;
  /** What the last verdict gave as `evidence.state`; null before the first. */
  readonly state: GateState | null;
  /** A person ordered a rollback. */
  readonly killSwitch: boolean;
  /** Consents to what comes after a ring; at most 100. */
  readonly approvals: readonly GateApproval[];
  /** Answers to pauses; at most 100. */
  readonly acknowledgements: readonly PauseAcknowledgement[];
}

/** What the next verdict has to know of the earlier ones. Keep it with the plan; it survives `JSON.stringify`. */
export interface GateState {
  readonly schema: "otakit.gate-state/1";
  readonly planDigest: string;
  /** Watermark of the last verdict that could be reached, or null. */
  readonly watermarkMs: number | null;
  /** Pauses that were acknowledged: each added one alpha to what the campaign may have stopped wrongly. */
  readonly acknowledged: number;
  /**
   * Vehicles of buckets that begin before this instant are out of the stop tests; null: none are. An acknowledgement moves it behind the
   * vehicles that were counted when the rollout paused, because the person who acknowledged has seen those.
   */
  readonly countFromMs: number | null;
  /** A stop that nobody has answered yet. */
  readonly latch: GateLatch | null;
}

/** A stop that stays, whatever the counters say later. */
export interface GateLatch {
  /** A rollback stays for ever; a pause until it is acknowledged. */
  readonly decision: "pause" | "rollback";
  /** What an acknowledgement has to name: `evidence.evidenceDigest` of the first verdict that stopped. */
  readonly evidenceDigest: string;
  /** End of the last bucket that this verdict counted, at most one bucket after its watermark; null when no vehicle was enrolled. */
  readonly countedToMs: number | null;
}

/** A person's consent to open what comes after a ring. */
export interface GateApproval {
  /** 1 .. 64 characters; not the plan's owner. */
  readonly approver: string;
  readonly ring: string;
  /** `evidence.evidenceDigest` of the verdict that was looked at. */
  readonly evidenceDigest: string;
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** First instant at which it does not hold any more. */
  readonly expiresMs: number;
}

/** A person's answer to a pause: the rollout may go on, for a reason that is kept. */
export interface PauseAcknowledgement {
  /** 1 .. 64 characters. */
  readonly who: string;
  /** 1 .. 1,000 characters. */
  readonly why: string;
  /** `evidence.evidenceDigest` of the verdict that paused. */
  readonly evidenceDigest: string;
}
