/**
 * What a dashboard shows: faults with their condition and how far that can be relied on, counts, and which control units
 * said nothing. No bytes of any message.
 */

import { assessQuality, type DataQuality, type QualityFlag, qualityFlag, worstQuality } from "../../core/index.ts";
import type { DtcSystem } from "../dtc.ts";
import { requireInteger } from "./draft.ts";
import { type FaultCondition, type FaultEcu, type FaultSeverity, faultConditions } from "./event.ts";
import { type FaultCoverage, type FaultEntry, type FaultReading, type FaultState, stands } from "./fault-state.ts";

/** A fault as a dashboard shows it. */
export interface FaultSummaryEntry {
  readonly id: string;
  /** Opaque key of the vehicle, where there is one. */
  readonly vehicleId?: string;
  readonly ecu: FaultEcu;
  readonly source: FaultCoverage["source"];
  readonly code: FaultEntry["code"];
  /** The most urgent condition that still stands; `gone` when complete reports no longer list the fault. */
  readonly condition: FaultCondition | "gone";
  readonly severity: FaultSeverity;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  readonly quality: DataQuality;
  readonly flags: readonly QualityFlag[];
}

/** What is known of the answers of a control unit's memory. */
export interface FaultSummarySource {
  readonly vehicleId?: string;
  readonly ecu: FaultEcu;
  /** Absent for an expected control unit that never reported. */
  readonly source?: FaultCoverage["source"];
  /**
   * `answered`: its last word was an answer. `refused`, `unreadable`: that came after the last answer. `stale`: the answer is
   * too old. `silent`: it never reported.
   */
  readonly state: "answered" | "refused" | "unreadable" | "stale" | "silent";
  /** Whether its last answer, or one before that is not stale, listed every fault of its kind. */
  readonly isComplete: boolean;
  readonly answeredAt?: number;
}

/** What a dashboard shows. */
export interface FaultSummary {
  /**
   * `faults`: at least one fault stands. `clear`: every expected control unit gave a complete answer that is fresh, and none
   * lists a fault. `unknown`: no fault stands, and that is no proof.
   */
  readonly verdict: "faults" | "clear" | "unknown";
  /** The worst quality of all faults that are not gone. */
  readonly quality: DataQuality;
  readonly conditions: Readonly<Record<FaultCondition | "gone", number>>;
  /** Faults that are not gone. */
  readonly severities: Readonly<Record<Exclude<FaultSeverity, null> | "unknown", number>>;
  /** Faults that are not gone. */
  readonly systems: Readonly<Record<DtcSystem | "unknown", number>>;
  /** The most urgent first, then the latest; those that are gone last. */
  readonly faults: readonly FaultSummaryEntry[];
  readonly sources: readonly FaultSummarySource[];
}

/** A control unit that has to report. */
export interface ExpectedEcu {
  readonly vehicleId?: string;
  readonly ecu: FaultEcu;
}

/** How to sum up. */
export interface FaultSummaryOptions {
  /** Epoch milliseconds. */
  readonly now: number;
  /** Age from which a reading is stale; 86,400,000 (a day) when absent. */
  readonly maxAgeMs?: number;
  /** Control units that have to report; without any, the verdict is never `clear`. */
  readonly expected?: readonly ExpectedEcu[];
}

const day = 86_400_000;

/**
 * Sums up a state for a dashboard.
 *
 * What is stale, dated in the future or contradicted stays in the counts and is marked in `quality` and `flags`: that a fault
 * is not known for certain is no reason to hide it.
 *
 * @throws RangeError when a time is no integer >= 0
 * @example
 * ```ts
 * const summary = faultSummary(state, { now, expected: [{ vehicleId: "v-1", ecu }] });
 * summary.verdict; // "clear" only when `ecu` has said so itself
 * ```
 */
export function faultSummary(state: FaultState, options: FaultSummaryOptions): FaultSummary {
  const { now, maxAgeMs = day, expected = [] } = options;
  requireInteger("now", now, Number.MAX_SAFE_INTEGER);
  requireInteger("maxAgeMs", maxAgeMs, Number.MAX_SAFE_INTEGER);
  const faults = Object.values(state.faults)
    .map((entry) => summaryEntry(entry, state.sources[entry.sourceId]!, now, maxAgeMs))
    .sort(compareEntries);
  const present = faults.filter(({ condition }) => condition !== "gone");
  const sources = Object.values(state.sources).map((coverage) => summarySource(coverage, now, maxAgeMs));
  const silent = expected.filter((wanted) => !sources.some((source) => isOf(wanted, source)));
  const isHeard = expected.every((wanted) => sources.some((source) => isOf(wanted, source) && speaksForAll(source)));
  return {
    verdict: verdictOf(present, expected.length > 0 && isHeard),
    quality: present.reduce((worst: DataQuality, { quality }) => worstQuality(worst, quality), "good"),
    conditions: countsOf([...faultConditions, "gone"], faults, ({ condition }) => condition),
    severities: countsOf(severityNames, present, ({ severity }) => severity ?? "unknown"),
    systems: countsOf(systemNames, present, ({ code }) => code.system ?? "unknown"),
    faults,
    sources: [
      ...sources,
      ...silent.map(
        ({ vehicleId, ecu }) => ({ ...keyOf(vehicleId), ecu, state: "silent", isComplete: false }) as const,
      ),
    ],
  };
}

const severityNames = ["immediate", "next-halt", "maintenance", "none", "unknown"] as const;
const systemNames = ["powertrain", "chassis", "body", "network", "unknown"] as const;

function verdictOf(present: readonly FaultSummaryEntry[], isHeard: boolean): FaultSummary["verdict"] {
  const others = present.filter(({ condition }) => condition !== "passive");
  if (others.some(({ condition }) => condition !== "unknown")) return "faults";
  return isHeard && others.length === 0 ? "clear" : "unknown";
}

function countsOf<Word extends string, T>(
  words: readonly Word[],
  list: readonly T[],
  wordOf: (element: T) => Word,
): Readonly<Record<Word, number>> {
  const counts = Object.fromEntries(words.map((word) => [word, 0])) as Record<Word, number>;
  for (const element of list) counts[wordOf(element)]++;
  return counts;
}

function keyOf(vehicleId: string | undefined): { readonly vehicleId?: string } {
  return vehicleId === undefined ? {} : { vehicleId };
}

function summaryEntry(entry: FaultEntry, coverage: FaultCoverage, now: number, maxAgeMs: number): FaultSummaryEntry {
  const { id, code, severity, firstSeenAt, lastSeenAt, readings } = entry;
  const standing = Object.entries(readings).filter(([channel, reading]) => stands(channel, reading, coverage));
  const flags = standing.flatMap(([, reading]) => flagsOf(reading, now, maxAgeMs));
  const conditions = standing.map(([, { condition }]) => condition);
  const qualities = standing.map(([, { quality }]) => quality);
  return {
    id,
    ...keyOf(coverage.vehicleId),
    ecu: coverage.ecu,
    source: coverage.source,
    code,
    condition: faultConditions.find((condition) => conditions.includes(condition)) ?? "gone",
    severity: severity?.value ?? null,
    firstSeenAt,
    lastSeenAt,
    quality: worstQuality(...qualities, assessQuality(flags).quality),
    flags,
  };
}

/** What is wrong with a reading now. */
function flagsOf({ observedAt, contradicted }: FaultReading, now: number, maxAgeMs: number): readonly QualityFlag[] {
  const flags: QualityFlag[] = [];
  const ageMs = now - observedAt;
  if (ageMs > maxAgeMs) flags.push(qualityFlag("stale", { ageMs, maxAgeMs }));
  if (ageMs < 0) flags.push(qualityFlag("clock_future", { aheadMs: -ageMs }));
  if (contradicted === true) flags.push(qualityFlag("inconsistent", { rule: "reports_of_one_instant_differ" }));
  return flags;
}

/** Channels whose complete report speaks for all faults that can be active. */
const mainChannels: readonly string[] = ["status", "report:service03", "report:DM1", "report:faults"];

function summarySource(coverage: FaultCoverage, now: number, maxAgeMs: number): FaultSummarySource {
  const { vehicleId, ecu, source, answeredAt, refusedAt = -1, unreadableAt = -1, completeAt } = coverage;
  const isFresh = (at: number): boolean => at <= now && now - at <= maxAgeMs;
  const isComplete =
    source.memory === "primary" &&
    mainChannels.some((channel) => completeAt[channel] !== undefined && isFresh(completeAt[channel]));
  return {
    ...keyOf(vehicleId),
    ecu,
    source,
    state: stateOf(answeredAt ?? -1, refusedAt, unreadableAt, isFresh),
    isComplete,
    ...(answeredAt === undefined ? {} : { answeredAt }),
  };
}

/** The last word; of one instant, the worse. */
function stateOf(
  answeredAt: number,
  refusedAt: number,
  unreadableAt: number,
  isFresh: (at: number) => boolean,
): FaultSummarySource["state"] {
  if (unreadableAt >= Math.max(answeredAt, refusedAt)) return "unreadable";
  if (refusedAt >= answeredAt) return "refused";
  return isFresh(answeredAt) ? "answered" : "stale";
}

function isOf(wanted: ExpectedEcu, { vehicleId, ecu }: FaultSummarySource): boolean {
  const isSameEcu = wanted.ecu.addressing === ecu.addressing && wanted.ecu.address === ecu.address;
  return isSameEcu && wanted.vehicleId === vehicleId;
}

function speaksForAll({ state, isComplete }: FaultSummarySource): boolean {
  return state === "answered" && isComplete;
}

/** The most urgent first, then the latest, then by name: the same faults in the same order, whatever the state came from. */
function compareEntries(left: FaultSummaryEntry, right: FaultSummaryEntry): number {
  return (
    rankOf(left.condition) - rankOf(right.condition) ||
    right.lastSeenAt - left.lastSeenAt ||
    (left.id < right.id ? -1 : 1)
  );
}

function rankOf(condition: FaultCondition | "gone"): number {
  return condition === "gone" ? faultConditions.length : faultConditions.indexOf(condition);
}
