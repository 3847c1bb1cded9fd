/**
 * The fold of a dashboard: events and reports into a state. Late events never overwrite newer ones, duplicates change
 * nothing, and the order makes no difference until the state is full.
 */

import type { FaultCode, FaultEcu, FaultEvent, FaultSource } from "./event.ts";
import { changesBetween, type FaultChange, type Readings } from "./fault-changes.ts";
import { faultSourceId } from "./fault-id.ts";
import { type FaultCoverage, type FaultEntry, type FaultReading, type FaultState, stands } from "./fault-state.ts";
import { mergeReadings, mergeSeverities, sameReading } from "./merge.ts";
import type { FaultReport } from "./report.ts";

/** What became of events. */
export interface FaultStep {
  /** `full`: some had no room; what was known already was updated all the same. */
  readonly decision: "applied" | "full";
  readonly state: FaultState;
  /** What happened to faults, as far as this call shows it; nothing for what came late or twice. */
  readonly changes: readonly FaultChange[];
  /** Events that were older than what was known, or the same. */
  readonly withoutEffect: number;
  /** Faults and sources that had no room. */
  readonly refused: { readonly faults: number; readonly sources: number };
}

/**
 * Folds events and reports into a state.
 *
 * A report tells more than its events: that a control unit answered, and (when it is `complete`) which faults are gone. The
 * order of `items`, and of calls, makes no difference to the state, and the same items twice are as good as once; `changes`
 * are those that this call shows, by the rules of `diffDtcs`. A full state takes no new fault, says so, and keeps what it has.
 *
 * Items come from the builders of this module or from {@link parseFaultEvent}.
 *
 * @example
 * ```ts
 * const step = reduceFaults(createFaultState(), [report]);
 * if (step.decision === "full") log(step.refused);
 * faultSummary(step.state, { now }).conditions.active; // 1
 * ```
 */
export function reduceFaults(state: FaultState, items: Iterable<FaultEvent | FaultReport>): FaultStep {
  const fold = new Fold(state);
  for (const item of items) {
    if ("outcome" in item) fold.addReport(item);
    else fold.addEvent(item);
  }
  return fold.finish();
}

/** A fold under way: copies of the two tables, and what is found on the way. */
class Fold {
  readonly #state: FaultState;
  readonly #faults: Record<string, FaultEntry>;
  readonly #sources: Record<string, FaultCoverage>;
  #faultCount: number;
  #sourceCount: number;
  readonly #changes: FaultChange[] = [];
  #withoutEffect = 0;
  readonly #refusedFaults = new Set<string>();
  readonly #refusedSources = new Set<string>();
  /** Names of the faults of each source, made when a complete report first asks for it. */
  #bySource: Map<string, Set<string>> | undefined;

  constructor(state: FaultState) {
    this.#state = state;
    this.#faults = { ...state.faults };
    this.#sources = { ...state.sources };
    this.#faultCount = Object.keys(state.faults).length;
    this.#sourceCount = Object.keys(state.sources).length;
  }

  finish(): FaultStep {
    const refused = { faults: this.#refusedFaults.size, sources: this.#refusedSources.size };
    return {
      decision: refused.faults + refused.sources === 0 ? "applied" : "full",
      state: { ...this.#state, faults: this.#faults, sources: this.#sources },
      changes: this.#changes,
      withoutEffect: this.#withoutEffect,
      refused,
    };
  }

  addEvent(event: FaultEvent): void {
    const sourceId = event.id.slice(0, sourceIdLength);
    if (!this.#touch(sourceId, event, "answeredAt")) return;
    const channel = channelOf(event.source);
    const before = this.#standing(sourceId, channel, [event.id]);
    this.#put(event, sourceId, channel);
    this.#note(before, sourceId, channel, [event.id], event.observedAt);
  }

  addReport(report: FaultReport): void {
    const { vehicle, ecu, source, observedAt } = report;
    const sourceId = faultSourceId({ ...(vehicle === undefined ? {} : { vehicleId: vehicle.id }), ecu, source });
    if (!this.#touch(sourceId, report, momentOf[report.outcome])) return;
    const channel = channelOf(source);
    const ids = report.complete ? this.#idsOf(sourceId) : new Set<string>();
    // A SOVD server may list faults of several scopes at once, each of which is a source.
    const [own, others] = partition(report.events, ({ id }) => id.startsWith(sourceId));
    for (const { id } of own) ids.add(id);
    const before = this.#standing(sourceId, channel, ids);
    for (const event of own) this.#put(event, sourceId, channel);
    if (report.complete) this.#complete(sourceId, channel, observedAt);
    this.#note(before, sourceId, channel, ids, observedAt);
    for (const event of others) this.addEvent(event);
  }

  /** Notes that a source was heard of; false when there is no room for it. */
  #touch(sourceId: string, item: FaultEvent | FaultReport, moment: Moment): boolean {
    const known = this.#sources[sourceId];
    if (known === undefined && this.#sourceCount >= this.#state.maxFaults) {
      this.#refusedSources.add(sourceId);
      return false;
    }
    if (known === undefined) this.#sourceCount++;
    const base = known === undefined ? coverageOf(item) : { ...known, ecu: laterEcu(known, item) };
    this.#sources[sourceId] = { ...base, [moment]: Math.max(base[moment] ?? 0, item.observedAt) };
    return true;
  }

  #complete(sourceId: string, channel: string, observedAt: number): void {
    const coverage = this.#sources[sourceId]!;
    if ((coverage.completeAt[channel] ?? -1) >= observedAt) return;
    const completeAt = { ...coverage.completeAt, [channel]: observedAt };
    this.#sources[sourceId] = { ...coverage, completeAt };
  }

  /** Takes what an event says of its fault. */
  #put(event: FaultEvent, sourceId: string, channel: string): void {
    const known = this.#faults[event.id];
    if (known === undefined && this.#faultCount >= this.#state.maxFaults) {
      this.#refusedFaults.add(event.id);
      return;
    }
    if (known === undefined) {
      this.#faultCount++;
      this.#bySource?.get(sourceId)?.add(event.id);
    }
    const entry = known === undefined ? entryOf(event, sourceId, channel) : mergeEntry(known, event, channel);
    if (entry === known) this.#withoutEffect++;
    else this.#faults[event.id] = entry;
  }

  #idsOf(sourceId: string): Set<string> {
    if (this.#bySource === undefined) {
      this.#bySource = new Map();
      for (const { id, sourceId: own } of Object.values(this.#faults)) setIn(this.#bySource, own).add(id);
    }
    return new Set(setIn(this.#bySource, sourceId));
  }

  /** Readings of a channel that stand, of some faults. */
  #standing(sourceId: string, channel: string, ids: Iterable<string>): Map<string, FaultReading> {
    const coverage = this.#sources[sourceId]!;
    const readings = new Map<string, FaultReading>();
    for (const id of ids) {
      const reading = this.#faults[id]?.readings[channel];
      if (reading !== undefined && stands(channel, reading, coverage)) readings.set(id, reading);
    }
    return readings;
  }

  /** Notes what became of some faults. */
  #note(before: Readings, sourceId: string, channel: string, ids: Iterable<string>, observedAt: number): void {
    const after = this.#standing(sourceId, channel, ids);
    this.#changes.push(...changesBetween(before, after, observedAt));
  }
}

/** Length of the name of a source, before the full stop in the name of a fault. */
const sourceIdLength = 32;

type Moment = "answeredAt" | "refusedAt" | "unreadableAt";

const momentOf: Readonly<Record<FaultReport["outcome"], Moment>> = {
  answered: "answeredAt",
  refused: "refusedAt",
  unreadable: "unreadableAt",
};

/** Sub-functions of which the records have no status byte. */
const withoutStatus: readonly string[] = ["reportDTCSnapshotIdentification", "reportDTCFaultDetectionCounter"];

/** Reports that speak of the same status share a channel; lists of different kinds of faults do not. */
function channelOf({ protocol, report }: FaultSource): string {
  const isUds = protocol === "uds" || protocol === "wwh-obd";
  return isUds && !withoutStatus.includes(report) ? "status" : `report:${report}`;
}

function partition<T>(list: readonly T[], isFirst: (element: T) => boolean): readonly [readonly T[], readonly T[]] {
  const parts: [T[], T[]] = [[], []];
  for (const element of list) parts[isFirst(element) ? 0 : 1].push(element);
  return parts;
}

function setIn(sets: Map<string, Set<string>>, key: string): Set<string> {
  const found = sets.get(key);
  if (found !== undefined) return found;
  const made = new Set<string>();
  sets.set(key, made);
  return made;
}

function coverageOf({ vehicle, ecu, source }: FaultEvent | FaultReport): FaultCoverage {
  const { protocol, memory, memorySelection, scope } = source;
  return {
    ...(vehicle === undefined ? {} : { vehicleId: vehicle.id }),
    ecu,
    source: {
      protocol,
      memory,
      ...(memorySelection === undefined ? {} : { memorySelection }),
      ...(scope === undefined ? {} : { scope }),
    },
    completeAt: {},
  };
}

function readingOf({ observedAt, condition, status, quality }: FaultEvent): FaultReading {
  return { observedAt, condition, byte: status.byte, availability: status.availability, quality };
}

function severityOf({ observedAt, severity }: FaultEvent): FaultEntry["severity"] {
  return severity === null ? undefined : { observedAt, value: severity };
}

function entryOf(event: FaultEvent, sourceId: string, channel: string): FaultEntry {
  const { id, code, observedAt } = event;
  const severity = severityOf(event);
  return {
    id,
    sourceId,
    code,
    firstSeenAt: observedAt,
    lastSeenAt: observedAt,
    ...(severity === undefined ? {} : { severity }),
    readings: { [channel]: readingOf(event) },
  };
}

/** An entry with what an event says; the entry itself when that is nothing new. */
function mergeEntry(known: FaultEntry, event: FaultEvent, channel: string): FaultEntry {
  const { observedAt } = event;
  const severity = mergeSeverities(known.severity, severityOf(event));
  const reading = mergeReadings(known.readings[channel], readingOf(event));
  const code = laterCode(known, event);
  const firstSeenAt = Math.min(known.firstSeenAt, observedAt);
  const lastSeenAt = Math.max(known.lastSeenAt, observedAt);
  const isSame =
    firstSeenAt === known.firstSeenAt &&
    lastSeenAt === known.lastSeenAt &&
    severity === known.severity &&
    code === known.code &&
    sameReading(reading, known.readings[channel]);
  if (isSame) return known;
  return {
    ...known,
    code,
    firstSeenAt,
    lastSeenAt,
    ...(severity === undefined ? {} : { severity }),
    readings: { ...known.readings, [channel]: reading },
  };
}

/** The name of a control unit may change too: the later one counts, and of one instant always the same. */
function laterEcu(known: FaultCoverage, { ecu, observedAt }: FaultEvent | FaultReport): FaultEcu {
  const heardAt = Math.max(known.answeredAt ?? 0, known.refusedAt ?? 0, known.unreadableAt ?? 0);
  if (ecu === known.ecu || observedAt < heardAt) return known.ecu;
  return observedAt > heardAt || JSON.stringify(ecu) > JSON.stringify(known.ecu) ? ecu : known.ecu;
}

/** Texts of a code may change with the catalogue of the source: the later ones, and of one instant always the same. */
function laterCode(known: FaultEntry, { code, observedAt }: FaultEvent): FaultCode {
  if (code === known.code) return code;
  if (observedAt !== known.lastSeenAt) return observedAt > known.lastSeenAt ? code : known.code;
  const [own, other] = [JSON.stringify(known.code), JSON.stringify(code)];
  return other > own ? code : known.code;
}
