/** Refusals in words for people: what was refused and why, and what to do. */

import type { JsonObject, JsonValue } from "otakit/core";
import { type Attack, explainVerdict, type Verdict } from "otakit/manifest";

/** What helps against an attack; the paragraph above it has said what it is. */
const advice: Readonly<Record<Exclude<Attack, "none">, string>> = {
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

/** The verdicts in a document, at whatever place: objects with reasons, outermost first. */
export function findVerdicts(value: JsonValue): readonly Verdict[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return (value as readonly JsonValue[]).flatMap(findVerdicts);
  const { reasons, decision } = value as JsonObject;
  const listed = Array.isArray(reasons) ? (reasons as readonly JsonValue[]).filter(isReason) : [];
  if (listed.length === 0) return Object.values(value as JsonObject).flatMap(findVerdicts);
  // An error carries the reasons of a refusal without its word.
  const word = typeof decision === "string" ? decision : "refuse";
  return [{ decision: word, reasons: listed as unknown as Verdict["reasons"] }];
}

/** A reason as every verdict has it; whatever else it holds, these are text. */
function isReason(value: JsonValue): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { code, message, attack = "none", evidence = {} } = value as JsonObject;
  return (
    typeof code === "string" &&
    typeof message === "string" &&
    (attack === "none" || Object.hasOwn(advice, String(attack))) &&
    typeof evidence === "object" &&
    evidence !== null
  );
}

/** A verdict in one paragraph, with its code, and what to do. */
export function explainForPeople(verdict: Verdict): readonly string[] {
  const [{ code, attack = "none" }] = verdict.reasons as readonly [Verdict["reasons"][number]];
  return [`${explainVerdict(verdict)} [${code}]`, ...(attack === "none" ? [] : [advice[attack]])];
}
