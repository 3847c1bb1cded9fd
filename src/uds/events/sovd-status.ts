/** The status map of a SOVD fault, both ways. */

import { type QualityFlag, qualityFlag } from "../../core/index.ts";
import { dtcStatusBits } from "../dtc-status.ts";
import type { UdsReasonCode } from "../reasons.ts";
import { qualityOf } from "./draft.ts";
import type { FaultCondition, FaultFlagName, FaultMemoryName, FaultStatus, FaultWarning } from "./event.ts";
import type { SovdFaultStatus } from "./sovd-types.ts";
import { readStatus, type StatusReading, statusWithout } from "./status.ts";

const flagNames = /* @__PURE__ */ Object.keys(dtcStatusBits) as readonly FaultFlagName[];

/** A name without the differences of spelling between servers: `test_failed`, `testFailed`. */
function plainName(name: string): string {
  return name.replaceAll("_", "").toLowerCase();
}

/** Name of a flag as OpenSOVD writes it. */
const sovdNames: Readonly<Record<FaultFlagName, keyof SovdFaultStatus>> = {
  testFailed: "test_failed",
  testFailedThisOperationCycle: "test_failed_this_operation_cycle",
  pendingDTC: "pending_dtc",
  confirmedDTC: "confirmed_dtc",
  testNotCompletedSinceLastClear: "test_not_completed_since_last_clear",
  testFailedSinceLastClear: "test_failed_since_last_clear",
  testNotCompletedThisOperationCycle: "test_not_completed_this_operation_cycle",
  warningIndicatorRequested: "warning_indicator_requested",
};

/** Words of `aggregatedStatus` that are conditions too. */
const aggregated: ReadonlyMap<unknown, FaultCondition> = /* @__PURE__ */ new Map<unknown, FaultCondition>([
  ["active", "active"],
  ["passive", "passive"],
]);

/** What a status map says, by plain name. */
class StatusMap {
  readonly warnings: FaultWarning[] = [];
  readonly #entries: Map<string, unknown>;

  constructor(entries: readonly (readonly [string, unknown])[]) {
    this.#entries = new Map(entries.map(([name, value]) => [plainName(name), value]));
  }

  /** Takes a member out of the map. */
  take(name: string): unknown {
    const value = this.#entries.get(plainName(name));
    this.#entries.delete(plainName(name));
    return value;
  }

  takeFlag(name: FaultFlagName): boolean | null {
    const value = this.take(name);
    if (value === undefined || value === null) return null;
    if (value === true || value === 1 || value === "1" || value === "true") return true;
    if (value === false || value === 0 || value === "0" || value === "false") return false;
    this.warn("sovd_status_unreadable", `Status ${name} is neither true nor false`);
    return null;
  }

  /** The status byte, null when there is none. */
  takeMask(): number | null {
    const value = this.take("mask");
    if (value === undefined || value === null) return null;
    if (typeof value === "string" && /^(?:0x)?[0-9a-f]{2}$/i.test(value)) return Number.parseInt(value.slice(-2), 16);
    this.warn("sovd_status_unreadable", "Status mask is no byte in hexadecimal");
    return null;
  }

  warn(code: UdsReasonCode, message: string): void {
    this.warnings.push({ code, message });
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }
}

/**
 * Reads a status map. Flags that it names are supported; with `mask` alone, nobody knows which clear bits are.
 *
 * @param entries members of the map
 */
export function readSovdStatus(
  entries: readonly (readonly [string, unknown])[],
  memory: FaultMemoryName,
): StatusReading {
  const map = new StatusMap(entries);
  let named = 0;
  let set = 0;
  for (const name of flagNames) {
    const flag = map.takeFlag(name);
    if (flag !== null) named |= dtcStatusBits[name];
    if (flag === true) set |= dtcStatusBits[name];
  }
  const mask = map.takeMask();
  const word = map.take("aggregatedStatus");
  if (!map.isEmpty) map.warn("sovd_member_left_out", "Status has members without a place in an event");
  const flags: QualityFlag[] = [];
  const contradict = (message: string): void => {
    map.warn("sovd_status_contradiction", message);
    flags.push(qualityFlag("inconsistent", { rule: "sovd_status_contradiction" }));
  };
  if (mask !== null && (mask & named) !== set) contradict("Status mask and flags differ");
  const reading =
    named === 0 && mask === null
      ? withoutByte(aggregated.get(word), memory)
      : readStatus(set | ((mask ?? 0) & ~named), named === 0 ? null : named, memory);
  if (reading.status.byte !== null && !fits(word, reading.status)) contradict("Aggregated status and flags differ");
  const all = [...reading.flags, ...flags];
  return { ...reading, quality: qualityOf(all), flags: all, warnings: [...reading.warnings, ...map.warnings] };
}

function withoutByte(condition: FaultCondition | undefined, memory: FaultMemoryName): StatusReading {
  const known = memory === "permanent" ? "permanent" : (condition ?? "unknown");
  return { status: statusWithout({}), condition: known, quality: "good", flags: [], warnings: [] };
}

/** Whether the word can stand beside the flags; a word of which the meaning is not known can. */
function fits(word: unknown, { testFailed }: FaultStatus): boolean {
  if (word === "active") return testFailed !== false;
  return word === "passive" ? testFailed !== true : true;
}

/** Writes a status map, or nothing where there is nothing to say. */
export function writeSovdStatus(status: FaultStatus, condition: FaultCondition): SovdFaultStatus | undefined {
  const map: Record<string, boolean | string> = {};
  for (const name of flagNames) {
    const flag = status[name];
    // Without a mask, a set bit of the status byte does not mean that the flags were named one by one.
    if (flag !== null && !(status.byte !== null && status.availability === null)) map[sovdNames[name]] = flag;
  }
  if (status.byte !== null) map["mask"] = status.byte.toString(16).toUpperCase().padStart(2, "0");
  else if (condition === "active" || condition === "passive") map["aggregatedStatus"] = condition;
  return Object.keys(map).length === 0 ? undefined : map;
}
