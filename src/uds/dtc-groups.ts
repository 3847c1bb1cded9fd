/**
 * Functional groups of trouble codes: whose faults a WWH-OBD request asks for, and which a clear request erases.
 *
 * Standard: ISO 14229-1 (functionalGroupIdentifier, groupOfDTC); values as mdabrowski1990/uds and Wireshark agree on them.
 */

/** Functional group identifier to its name in camelCase. */
export const functionalGroups = {
  0x33: "emissionsSystemGroup",
  0xd0: "safetySystemGroup",
  0xfe: "vobdSystem",
  0xff: "allGroups",
} as const;

/** Name of a functional group, or `unknown`. */
export type FunctionalGroupName = (typeof functionalGroups)[keyof typeof functionalGroups] | "unknown";

/**
 * Names a functional group identifier (FGID).
 *
 * @example
 * ```ts
 * functionalGroupName(0x33); // "emissionsSystemGroup"
 * ```
 */
export function functionalGroupName(identifier: number): FunctionalGroupName {
  return (functionalGroups as Readonly<Record<number, FunctionalGroupName>>)[identifier] ?? "unknown";
}

/** groupOfDTC that stands for all trouble codes. */
export const allDtcs = 0xffffff;

/**
 * groupOfDTC of a functional group, for a request that clears its trouble codes: 0xFFFF33 for emissions.
 *
 * @param identifier functional group identifier, 0 .. 255
 * @throws RangeError when `identifier` is no byte
 * @example
 * ```ts
 * groupOfDtc(0x33); // 0xFFFF33
 * ```
 */
export function groupOfDtc(identifier: number): number {
  if (!Number.isInteger(identifier) || identifier < 0 || identifier > 0xff) {
    throw new RangeError(`"identifier" expected integer 0..255, got ${identifier}`);
  }
  return 0xffff00 + identifier;
}
