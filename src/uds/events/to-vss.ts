/** From events to the signals of the COVESA Vehicle Signal Specification. */

import type { FaultCondition } from "./event.ts";

/** What is needed of an event, or of a fault of a summary. */
export interface VssFault {
  readonly code: { readonly display: string; readonly system: string | null };
  readonly condition: FaultCondition | "gone";
}

/** The two signals, and what has no place in them. */
export interface VssDtcs {
  /** Codes by SAE J2012 without failure type byte, each once, in ascending order. */
  readonly "Vehicle.Diagnostics.DTCList": readonly string[];
  /** Length of the list, 255 for a longer one: the signal is a `uint8`. */
  readonly "Vehicle.Diagnostics.DTCCount": number;
  /** Faults that are not in the list. */
  readonly leftOut: {
    /** Their code has no letter: J1939, or a format of the manufacturer. */
    readonly codeWithoutLetter: number;
    /** Their condition is not one of those asked for. */
    readonly otherCondition: number;
  };
}

/** Conditions that are active, or may be for all that is known. */
const activeConditions: readonly FaultCondition[] = ["active", "confirmed", "permanent"];

/**
 * Lists the codes of faults as VSS signals.
 *
 * VSS wants the codes that are active. By default these are the faults `active`, `confirmed` and `permanent`, because for the
 * latter two the source does not say that they are not active.
 *
 * Standard: COVESA VSS 4 to 6, `Vehicle.Diagnostics`.
 *
 * @param faults events, or faults of a summary
 * @param options `conditions` to list instead
 * @example
 * ```ts
 * toVssDtcs(events)["Vehicle.Diagnostics.DTCList"]; // ["P0420"]
 * ```
 */
export function toVssDtcs(
  faults: Iterable<VssFault>,
  options: { readonly conditions?: readonly FaultCondition[] } = {},
): VssDtcs {
  const conditions: readonly string[] = options.conditions ?? activeConditions;
  const codes = new Set<string>();
  let codeWithoutLetter = 0;
  let otherCondition = 0;
  for (const { code, condition } of faults) {
    if (!conditions.includes(condition)) otherCondition++;
    else if (code.system === null) codeWithoutLetter++;
    else codes.add(code.display.slice(0, 5));
  }
  const list = [...codes].sort();
  return {
    "Vehicle.Diagnostics.DTCList": list,
    "Vehicle.Diagnostics.DTCCount": Math.min(list.length, 255),
    leftOut: { codeWithoutLetter, otherCondition },
  };
}
