/** What an inspection gives, and the words that all of them share. */

import { isOtaError, type JsonObject, type JsonValue, parseUtcTime, type Reason } from "otakit/core";
import { type CliReasonCode, cliReasonCodes } from "../reasons.ts";

/** A file explained: for people in `lines`, for programs in `data`. */
export interface Report {
  /** What the file is, for example `tuf-metadata`. */
  readonly kind: string;
  readonly lines: readonly string[];
  readonly data: JsonObject;
  readonly warnings: readonly Reason[];
}

/** Makes a warning; `what` says where, in front of the code's meaning. */
export function warning(code: CliReasonCode, what = "", evidence: Reason["evidence"] = {}): Reason<CliReasonCode> {
  const message = `${what === "" ? "" : `${what}: `}${cliReasonCodes[code]}`;
  return { code, message, ...(Object.keys(evidence).length === 0 ? {} : { evidence }) };
}

const hour = 3_600_000;
const day = 24 * hour;

/** A span of time in its largest fitting unit. */
export function spanText(ms: number): string {
  const span = Math.abs(ms);
  const [count, unit] =
    span >= 2 * day ? [span / day, "days"] : span >= 2 * hour ? [span / hour, "hours"] : [span / 60_000, "minutes"];
  return `${Math.floor(count)} ${unit}`;
}

/** An expiry in words and, when it is past or near, as a warning. */
export function expiryOf(
  expires: string,
  now: number,
): { readonly line: string; readonly warnings: readonly Reason[] } {
  let left: number;
  try {
    left = parseUtcTime(expires) - now;
  } catch (error) {
    if (!isOtaError(error)) throw error;
    return { line: `Expires: ${expires}, which is no UTC time`, warnings: [] };
  }
  if (left <= 0) {
    return {
      line: `Expired: ${expires}, ${spanText(left)} ago`,
      warnings: [warning("inspect_expired", "", { expires })],
    };
  }
  return {
    line: `Expires: ${expires}, in ${spanText(left)}`,
    warnings: left < 7 * day ? [warning("inspect_expires_soon", "", { expires })] : [],
  };
}

/** The first of many lines, and how many more there are. */
export function firstOf(lines: readonly string[], atMost = 20): readonly string[] {
  return lines.length <= atMost ? lines : [...lines.slice(0, atMost), `… and ${lines.length - atMost} more`];
}

/** Lines set in. */
export function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

/** A value as data of a report: without members that are absent. */
export function asJson(value: unknown): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}

/** Whether a value is a JSON object. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
