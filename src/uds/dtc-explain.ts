/**
 * Tells a person what a trouble code and its status say: the structure of the code, the story of its bits, what does
 * not fit, and where each sentence comes from. English; other languages and titles come from a catalogue.
 *
 * Standard: ISO 14229-1 (DTC status bit definitions), SAE J2012 (structure of the code). The wording is this project's
 * own.
 */

import { type DtcControl, type DtcSystem, describeDtc } from "./dtc.ts";
import type { DtcCatalogue, DtcTextSource } from "./dtc-catalogue.ts";
import { describeFailureType, type FailureTypeDescription } from "./dtc-failure-type.ts";
import { defaultDtcFormat, displayDtc, dtcFormatName } from "./dtc-format.ts";
import { lintStatus, type StatusFinding } from "./dtc-lint.ts";
import type { DtcRecord } from "./dtc-list.ts";
import { type DtcSeverityName, decodeDtcSeverity } from "./dtc-severity.ts";
import { type DtcStatusFlags, decodeDtcStatus, isAfterClear } from "./dtc-status.ts";

/** A code to explain: a record of a response with the mask of that response. */
export interface DtcToExplain extends DtcRecord {
  /** DTCStatusAvailabilityMask, 0 .. 255. */
  readonly availabilityMask: number;
  /** DTCFormatIdentifier; without it, ISO 14229-1. */
  readonly formatIdentifier?: number;
  /** Severity byte, where the ECU gave one. */
  readonly severity?: number;
}

/** One sentence and where it comes from. */
export interface DtcStatement {
  readonly text: string;
  readonly source: DtcTextSource;
}

/** What a code and its status say. */
export interface DtcExplanation {
  readonly code: number;
  readonly display: string;
  /** Part of the vehicle; absent in formats without a letter. */
  readonly system?: DtcSystem;
  readonly controlledBy?: DtcControl;
  readonly failureType?: FailureTypeDescription;
  /** Title of the catalogue, if it knows the code. */
  readonly title?: string;
  /** The state in one sentence. */
  readonly summary: string;
  /** What is known of the code, then what its status bits tell in the order of events, then what to do. */
  readonly story: readonly DtcStatement[];
  /** Combinations of bits that do not go together; when there are any, do not trust the story. */
  readonly findings: readonly StatusFinding[];
}

const iso: DtcTextSource = { name: "ISO 14229-1" };
const sae: DtcTextSource = { name: "SAE J2012" };
const own: DtcTextSource = { name: "otakit", licence: "Apache-2.0" };

const systemTexts: Readonly<Record<DtcSystem, string>> = {
  powertrain: "The code belongs to the powertrain.",
  chassis: "The code belongs to the chassis.",
  body: "The code belongs to the body.",
  network: "The code belongs to the network and the communication of the vehicle.",
};

const controlTexts: Readonly<Record<DtcControl, string>> = {
  isoSae: "ISO and SAE define its meaning for all vehicles.",
  manufacturer: "The manufacturer defines its meaning.",
  reserved: "Its range is reserved: no meaning is assigned yet.",
};

const severityTexts: Readonly<Record<DtcSeverityName, string>> = {
  checkImmediately: "Have it checked at once.",
  checkAtNextHalt: "Have it checked at the next halt.",
  maintenanceOnly: "It matters for maintenance only.",
};

/**
 * Explains a trouble code and its status.
 *
 * @throws RangeError when code, status, mask or severity is out of range
 * @example
 * ```ts
 * explainDtc({ code: 0x042016, status: 0x2f, availabilityMask: 0xff }).summary;
 * // "Active and confirmed: the last test failed"
 * ```
 */
export function explainDtc(dtc: DtcToExplain, options: { readonly catalogue?: DtcCatalogue } = {}): DtcExplanation {
  const { code, status, availabilityMask, formatIdentifier = defaultDtcFormat } = dtc;
  const display = displayDtc(code, formatIdentifier);
  const findings = lintStatus(status, availabilityMask);
  const structure = structureOf(code, formatIdentifier);
  const entry = options.catalogue?.lookUp(display) ?? options.catalogue?.lookUp(display.split("-")[0]!);
  const story = [...structureStory(structure)];
  if (entry?.text !== undefined) story.push({ text: entry.text, source: options.catalogue!.source });
  const flags = decodeDtcStatus(status, availabilityMask);
  story.push(...statusStory(flags, status, availabilityMask));
  for (const name of decodeDtcSeverity(dtc.severity ?? 0).severities) {
    story.push({ text: severityTexts[name], source: iso });
  }
  for (const { message } of findings) story.push({ text: message, source: own });
  return {
    code,
    display,
    ...structure,
    ...(entry === undefined ? {} : { title: entry.title }),
    summary: summaryOf(flags, isAfterClear(status, availabilityMask)),
    story,
    findings,
  };
}

type DtcStructure = Pick<DtcExplanation, "system" | "controlledBy" | "failureType">;

/** Only the formats of ISO 14229-1 and SAE J2012-DA have a letter and a failure type. */
function structureOf(code: number, formatIdentifier: number): DtcStructure {
  const format = dtcFormatName(formatIdentifier);
  if (format !== "iso14229-1" && format !== "saeJ2012Da00" && format !== "saeJ2012Da04") return {};
  const { system, controlledBy, failureType } = describeDtc(code);
  // Format 00 has no failure type byte.
  if (format === "saeJ2012Da00") return { system, controlledBy };
  return { system, controlledBy, failureType: describeFailureType(failureType) };
}

function structureStory({ system, controlledBy, failureType }: DtcStructure): DtcStatement[] {
  const story: DtcStatement[] = [];
  if (system !== undefined) story.push({ text: systemTexts[system], source: sae });
  if (controlledBy !== undefined) story.push({ text: controlTexts[controlledBy], source: sae });
  if (failureType !== undefined) story.push({ text: `Kind of failure: ${failureType.text}.`, source: own });
  return story;
}

function summaryOf(flags: DtcStatusFlags, afterClear: boolean): string {
  if (flags.testFailed === true) {
    return flags.confirmedDTC === true ? "Active and confirmed: the last test failed" : "Active: the last test failed";
  }
  if (flags.confirmedDTC === true) {
    return flags.testFailed === false
      ? "Stored, not active: confirmed before, and the last test did not fail"
      : "Stored: confirmed; the ECU does not say whether it is active";
  }
  if (flags.pendingDTC === true) return "Pending: a test failed in this or the last operation cycle";
  if (afterClear) return "Just cleared: not tested since";
  if (flags.testFailedSinceLastClear === true) return "Gone: a test failed since the last clear, and not lately";
  if (flags.testFailed === "unsupported") return "Unknown: the ECU does not say whether the last test failed";
  if (flags.testNotCompletedSinceLastClear === true) return "Unknown: not tested since the last clear";
  return "No failure: the last test did not fail";
}

/** For each flag: the sentence when it is set, and when it is clear; in the order of events. */
const flagTexts: readonly (readonly [flag: keyof DtcStatusFlags, set: string, clear: string])[] = [
  [
    "testNotCompletedSinceLastClear",
    "Since the last clear, no test was completed.",
    "Since the last clear, at least one test was completed.",
  ],
  ["testFailedSinceLastClear", "Since the last clear, a test failed.", "Since the last clear, no test failed."],
  ["confirmedDTC", "Failures came often enough to store the code: it is confirmed.", "The code is not confirmed."],
  [
    "pendingDTC",
    "A test failed in this operation cycle or the one before: it is pending.",
    "No test failed in this operation cycle or the one before.",
  ],
  [
    "testNotCompletedThisOperationCycle",
    "In this operation cycle, no test was completed yet.",
    "In this operation cycle, a test was completed.",
  ],
  [
    "testFailedThisOperationCycle",
    "In this operation cycle, a test failed.",
    "In this operation cycle, no test failed.",
  ],
  ["testFailed", "The last test failed.", "The last test did not fail."],
  ["warningIndicatorRequested", "A warning indicator is requested.", "No warning indicator is requested."],
];

function statusStory(flags: DtcStatusFlags, status: number, availabilityMask: number): DtcStatement[] {
  if (isAfterClear(status, availabilityMask)) {
    return [{ text: "The status is the one that a clear leaves: nothing was tested since.", source: iso }];
  }
  return flagTexts
    .filter(([flag]) => flags[flag] !== "unsupported")
    .map(([flag, set, clear]) => ({ text: flags[flag] === true ? set : clear, source: iso }));
}
