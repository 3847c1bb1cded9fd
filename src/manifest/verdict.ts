/** What every refusal of this module has in common, and how it is told to people. */

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
}

/** Makes a reason with its own words. */
export function reasonFor(
  code: ManifestReasonCode,
  message: string,
  rest: Omit<VerdictReason, "code" | "message">,
): VerdictReason {
  return { code, message, attack: "none", ...rest };
}

/** What words of verdicts mean to somebody who never read this module. */
const meanings: Readonly<Record<string, string>> = {
  accept: "Accepted: more is trusted than before.",
  keep: "Nothing new: what was trusted before is kept.",
  refuse: "Refused: nothing was changed, and nothing may be installed from it.",
  needs: "Not decided: something must be fetched first.",
  update: "An update is assigned and verified.",
  none: "Nothing is to be done.",
  install: "The update may be installed.",
  up_to_date: "Every ECU runs what is offered.",
  not_applicable: "The offer is not for this vehicle.",
  complete: "Every ECU has reported, and every report is genuine.",
  partial: "Some ECUs have not reported, or not credibly: nothing is known of them.",
  unknown: "Not decided: something that is needed is not known, which never counts as a yes.",
};

/** Attacks in words that complete "This can be a sign of …". */
const attackWords: Readonly<Record<Exclude<Attack, "none">, string>> = {
  arbitrary_software: "somebody who wants software installed that was never released",
  endless_data: "somebody who sends more data than is bearable",
  equivocation: "somebody who shows different vehicles different contents under one version",
  fast_forward: "somebody who raises version numbers so far that honest metadata cannot follow",
  forged_report: "somebody who speaks for an ECU or a vehicle that is not theirs",
  freeze: "somebody who withholds newer metadata",
  key_compromise: "a key in the wrong hands",
  malformed_metadata: "damage on the way, or somebody who probes the parser",
  mix_and_match: "somebody who combines files that never belonged together",
  rollback: "somebody who offers older metadata again",
  slow_retrieval: "somebody who delays the transfer",
  wrong_ecu: "somebody who directs an image to an ECU it is not for",
  wrong_vehicle: "somebody who directs another vehicle's update here",
  downgrade: "somebody who wants older software installed, with its known weaknesses",
  replay: "somebody who sends again what was valid once",
};

/** Most further reasons that are told in words; a hostile document can have many. */
const mostTold = 5;

/**
 * Tells a verdict in one paragraph: what it means, why, by which rule, what it may be a sign of, and what the floors were.
 *
 * For people: log the verdict itself beside it. Texts from hostile documents are shortened where reasons are made; a terminal must still
 * escape control characters.
 *
 * @example
 * ```ts
 * explainVerdict(decideUpdate({ candidate, ecus, floors, now }));
 * // 'Refused: nothing was changed, and nothing may be installed from it. ECU "gw-1": release counter 6 is below the floor 7 …'
 * ```
 */
export function explainVerdict({ decision, reasons }: Verdict): string {
  const [first, ...others] = reasons;
  const meaning = Object.hasOwn(meanings, decision) ? meanings[decision]! : `The answer is "${decision}".`;
  const told = others.slice(0, mostTold).map(({ message }) => stripped(message));
  const left = others.length - told.length;
  return [
    meaning,
    ...(first === undefined ? [] : tell(first)),
    ...(told.length === 0 ? [] : [`Besides: ${told.join("; ")}${left > 0 ? `; and ${left} more` : ""}.`]),
  ].join(" ");
}

/** The decisive reason, with everything that is known of it. */
function tell({ message, repository, role, clause, attack, evidence }: VerdictReason): readonly string[] {
  const where = [
    ...(repository === undefined ? [] : [`${repository === "director" ? "Director" : "Image"} repository`]),
    ...(role === undefined ? [] : [`role ${role}`]),
  ].join(", ");
  const numbers = evidence === undefined ? [] : numbersOf(evidence);
  return [
    `${stripped(message)}.`,
    ...(where === "" ? [] : [`It concerns ${where}.`]),
    ...(clause === undefined ? [] : [`The rule is ${clause}.`]),
    ...(numbers.length === 0 ? [] : [`Found: ${numbers.join(", ")}.`]),
    ...(attack === undefined || attack === "none" ? [] : [`This can be a sign of ${attackWords[attack]}.`]),
  ];
}

/** Facts of one line: names of members are the evidence's own. */
function numbersOf(evidence: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(evidence)
    .filter(([, value]) => ["number", "string", "boolean"].includes(typeof value))
    .map(([name, value]) => `${name} ${String(value)}`);
}

const stripped = (message: string): string => message.replace(/\.$/, "");
