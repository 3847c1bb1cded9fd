/** Verdicts in words: what was decided and why, what it may be a sign of, what became of the floors, and what helps. */

import { own } from "./own.ts";
import type { Attack, Verdict, VerdictReason } from "./verdict.ts";

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

/** What helps where the rule itself says it better than the attack it stops. */
const adviceByCode: Readonly<Record<string, string>> = {
  time_unknown: "Give the vehicle a verified time.",
  uptane_time_missing: "Give the vehicle a verified time.",
  time_below_floor: "Look at the clock; wait for a time that is attested.",
  floor_unknown: "Provision the ECU; if it had a floor, find out who took it away.",
  installed_image_unknown: "Read what the ECU runs.",
  ecu_listed_twice: "Correct the inventory.",
  vehicle_unknown: "Provision the floors with the identifier of the vehicle.",
  candidate_expired: "Fetch what is offered now.",
  image_failed_before: "Build it anew under the next release counter, when the cause is found.",
  image_changed_at_same_counter: "Keep both images as evidence, and find out which of them was released.",
  security_epoch_below_floor: "No authorisation helps: build the old software anew with the weakness closed.",
  source_too_old: "Install an image in between first.",
  rollback_expired: "Ask for a new authorisation.",
};

/** What helps against an attack. */
const adviceByAttack: Readonly<Record<Exclude<Attack, "none">, string>> = {
  arbitrary_software: "Compare what both repositories publish, and revoke the keys of the one that is wrong.",
  endless_data: "Look at the server, and at the network in between.",
  equivocation:
    "Keep both files as evidence. Its key is misused, or two machines sign without knowing of each other: replace the key.",
  fast_forward: "Replace the role's keys: clients then start its versions anew.",
  forged_report: "Compare the inventory with the vehicle: an ECU that was replaced has another key.",
  freeze:
    "Perhaps nobody has renewed the metadata, or the vehicle has no time: sign it again, and look at what is served.",
  key_compromise: "Find out who signed it before anything else is signed.",
  malformed_metadata: "Compare the file with the one that was published.",
  mix_and_match: "A cache can do that as well as an attacker: compare with what was published last.",
  rollback: "A repository that was restored from a backup looks alike: publish it under higher versions.",
  slow_retrieval: "Look at the network, or allow more time.",
  wrong_ecu: "Compare the Director's inventory with the vehicle.",
  wrong_vehicle: "Look at how the server tells its vehicles apart.",
  downgrade: "If it is wanted, it needs a rollback authorisation.",
  replay: "Ask for a new one.",
};

/** Most further reasons that are told in words; a hostile document can have many. */
const mostTold = 5;

/** Most ECUs whose floors are told. */
const mostEcus = 5;

/**
 * Tells a verdict in one paragraph: what it means, why, by which rule, what it may be a sign of, what the floors were and are, and what
 * helps.
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
export function explainVerdict({ decision, reasons, evidence }: Verdict): string {
  const [first, ...others] = reasons;
  const told = others.slice(0, mostTold).map(({ message }) => stripped(message));
  const left = others.length - told.length;
  return [
    own(meanings, decision) ?? `The answer is "${decision}".`,
    ...(first === undefined ? [] : tell(first)),
    ...(told.length === 0 ? [] : [`Besides: ${told.join("; ")}${left > 0 ? `; and ${left} more` : ""}.`]),
    ...tellFloors(evidence),
    ...(first === undefined ? [] : advice(first)),
  ].join(" ");
}

/** The decisive reason, with everything that is known of it. */
function tell({ message, repository, role, clause, attack = "none", evidence }: VerdictReason): readonly string[] {
  const where = [
    ...(repository === undefined ? [] : [`${repository === "director" ? "Director" : "Image"} repository`]),
    ...(role === undefined ? [] : [`role ${role}`]),
  ].join(", ");
  const numbers = evidence === undefined ? [] : numbersOf(evidence);
  const sign = own<string>(attackWords, attack);
  return [
    `${stripped(message)}.`,
    ...(where === "" ? [] : [`It concerns ${where}.`]),
    ...(clause === undefined ? [] : [`The rule is ${clause}.`]),
    ...(numbers.length === 0 ? [] : [`Found: ${numbers.join(", ")}.`]),
    ...(sign === undefined ? [] : [`This can be a sign of ${sign}.`]),
  ];
}

function advice({ code, attack = "none" }: VerdictReason): readonly string[] {
  return [own(adviceByCode, code) ?? own<string>(adviceByAttack, attack) ?? []].flat();
}

/** Facts of one line: names of members are the evidence's own. */
function numbersOf(evidence: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(evidence)
    .filter(([, value]) => ["number", "string", "boolean"].includes(typeof value))
    .map(([name, value]) => `${name} ${String(value)}`);
}

/** Floors before and after, as an update decision has them; a verdict that was read from a file may hold anything. */
function tellFloors(evidence: object | undefined): readonly string[] {
  const { ecus } = (evidence ?? {}) as { readonly ecus?: unknown };
  const known = (Array.isArray(ecus) ? (ecus as readonly unknown[]) : []).flatMap((ecu) => floorsOf(ecu) ?? []);
  if (known.length === 0) return [];
  const left = known.length - mostEcus;
  return [`Floors: ${known.slice(0, mostEcus).join("; ")}${left > 0 ? `; and of ${left} more` : ""}.`];
}

function floorsOf(ecu: unknown): string | undefined {
  if (typeof ecu !== "object" || ecu === null) return undefined;
  const { ecuId, floor, floorAfter = floor } = ecu as { readonly [name: string]: unknown };
  if (typeof ecuId !== "string" || !isFloor(floor) || !isFloor(floorAfter)) return undefined;
  const change = (before: number, after: number): string =>
    before === after ? `stays ${before}` : `rises from ${before} to ${after} when it is installed`;
  const counter = change(floor.releaseCounter, floorAfter.releaseCounter);
  return `"${ecuId}": release counter ${counter}, security epoch ${change(floor.securityEpoch, floorAfter.securityEpoch)}`;
}

function isFloor(value: unknown): value is { readonly releaseCounter: number; readonly securityEpoch: number } {
  if (typeof value !== "object" || value === null) return false;
  const { releaseCounter, securityEpoch } = value as { readonly [name: string]: unknown };
  return typeof releaseCounter === "number" && typeof securityEpoch === "number";
}

const stripped = (message: string): string => message.replace(/\.$/, "");
