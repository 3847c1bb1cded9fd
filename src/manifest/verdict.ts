/** What every refusal of this module has in common. */

import type { Reason } from "../core/index.ts";
import type { ManifestReasonCode } from "./reasons.ts";
import type { UptaneAttack } from "./uptane/reasons.ts";

/**
 * What a refusal may be a sign of: attacks on metadata (TUF 1.0.34 section 1.5.2, Uptane 2.1.0 section 5.4.4.2) and on the state and the
 * decisions of a vehicle. `none` for what is no refusal, or no attack.
 */
export type Attack =
  | UptaneAttack
  /** Something older or weaker than what was there before. */
  | "downgrade";

/** One reason of a verdict: the rule, where it stands, whose metadata it speaks of, and what was found. */
export interface VerdictReason<Code extends ManifestReasonCode = ManifestReasonCode> extends Reason<Code> {
  /** Repository whose metadata is at fault. */
  readonly repository?: "director" | "image";
  /** Role whose metadata is at fault. */
  readonly role?: string;
  readonly attack?: Attack;
}

/** Any verdict of this module: of a TUF or Uptane step, a vehicle manifest, or an update decision. */
export interface Verdict {
  /** Its word, for example `refuse`. */
  readonly decision: string;
  /** The first one is decisive. */
  readonly reasons: readonly VerdictReason[];
  /** Facts that it rests on; of an update decision the floors before and after. */
  readonly evidence?: object;
}

/** Makes a reason with its own words. */
export function reasonFor(
  code: ManifestReasonCode,
  message: string,
  rest: Omit<VerdictReason, "code" | "message">,
): VerdictReason {
  return { code, message, attack: "none", ...rest };
}
