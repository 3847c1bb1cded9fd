/**
 * The failure type byte, third byte of a trouble code: what kind of failure its category names. The wording is this
 * project's own; the subtypes of SAE J2012-DA are not given.
 *
 * Standard: SAE J2012-DA / ISO 15031-6 (failure type byte).
 */

/** Kind of failure, by the upper four bits of the failure type byte. */
export type FailureTypeCategory =
  | "general"
  | "electrical"
  | "signal"
  | "frequencyModulated"
  | "systemInternal"
  | "systemProgramming"
  | "algorithm"
  | "mechanical"
  | "busMessage"
  | "component"
  | "reserved"
  | "manufacturer";

/** What a failure type byte says. */
export interface FailureTypeDescription {
  /** 0 .. 255. */
  readonly failureType: number;
  readonly category: FailureTypeCategory;
  /** The category in a few words. */
  readonly text: string;
}

const categories: readonly (readonly [FailureTypeCategory, string])[] = [
  ["general", "no particular kind of failure is named"],
  ["electrical", "something is wrong with an electrical circuit"],
  ["signal", "a signal has a wrong level, shape or rate of change"],
  ["frequencyModulated", "a frequency or pulse-width signal is wrong"],
  ["systemInternal", "something inside the control unit failed"],
  ["systemProgramming", "software, calibration or configuration of the control unit is missing or wrong"],
  ["algorithm", "a calculated check found values that do not fit each other"],
  ["mechanical", "a mechanical part does not move or hold as it should"],
  ["busMessage", "a message on the bus is missing or wrong"],
  ["component", "a component works outside its conditions or is not the expected one"],
];

/**
 * Says what category a failure type byte lies in.
 *
 * @param failureType 0 .. 255
 * @throws RangeError when `failureType` is no byte
 * @example
 * ```ts
 * describeFailureType(0x16).category; // "electrical"
 * ```
 */
export function describeFailureType(failureType: number): FailureTypeDescription {
  if (!Number.isInteger(failureType) || failureType < 0 || failureType > 0xff) {
    throw new RangeError(`"failureType" expected integer 0..255, got ${failureType}`);
  }
  const [category, text] = categories[failureType >>> 4] ?? unassigned(failureType);
  return { failureType, category, text };
}

function unassigned(failureType: number): readonly [FailureTypeCategory, string] {
  if (failureType < 0xf0) return ["reserved", "no kind of failure is assigned to this value"];
  return ["manufacturer", "only the documents of the manufacturer or supplier say"];
}
