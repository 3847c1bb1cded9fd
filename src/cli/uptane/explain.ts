/** Verdicts in words for people, found wherever they stand in a document. */

import type { JsonObject, JsonValue } from "otakit/core";
import { explainVerdict, type Verdict } from "otakit/manifest";

/** The verdicts in a document, at whatever place: objects with reasons, outermost first. */
export function findVerdicts(value: JsonValue): readonly Verdict[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return (value as readonly JsonValue[]).flatMap(findVerdicts);
  const { reasons, decision, evidence } = value as JsonObject;
  const listed = Array.isArray(reasons) ? (reasons as readonly JsonValue[]).filter(isReason) : [];
  if (listed.length === 0) return Object.values(value as JsonObject).flatMap(findVerdicts);
  // An error carries the reasons of a refusal without its word.
  const word = typeof decision === "string" ? decision : "refuse";
  const facts = typeof evidence === "object" && evidence !== null ? { evidence } : {};
  return [{ decision: word, reasons: listed as unknown as Verdict["reasons"], ...facts }];
}

/** A reason as every verdict has it; whatever else it holds, these are text. */
function isReason(value: JsonValue): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { code, message, attack = "none", evidence = {} } = value as JsonObject;
  return (
    typeof code === "string" &&
    typeof message === "string" &&
    typeof attack === "string" &&
    typeof evidence === "object" &&
    evidence !== null
  );
}

/** A verdict in one paragraph, with the code of its decisive reason. */
export function explainForPeople(verdict: Verdict): string {
  return `${explainVerdict(verdict)} [${verdict.reasons[0]!.code}]`;
}
