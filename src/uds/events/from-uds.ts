/**
 * From decoded responses of ReadDTCInformation to events: every list, details of one code, WWH-OBD, permanent, mirror and
 * user memories. One event is one record of the message, also when two records are of the same code.
 */

import { bytesToHex, qualityFlag, type Reason } from "../../core/index.ts";
import type { UdsResult } from "../decoding.ts";
import { defaultDtcFormat } from "../dtc-format.ts";
import type { NegativeResponse } from "../negative-response.ts";
import type { ReadDTCInformationResponse } from "../read-dtc/response-types.ts";
import type { UdsResponse } from "../response.ts";
import type { UnknownResponse } from "../unknown-response.ts";
import { codeReader } from "./code.ts";
import {
  checkContext,
  eventSchema,
  type Mutable,
  plainWarning,
  qualityOf,
  reportHead,
  requireInteger,
  vehicleOf,
} from "./draft.ts";
import type { FaultEvent, FaultSource, FaultStatus, FaultWarning } from "./event.ts";
import { sourceIdOf } from "./fault-id.ts";
import type { FaultReport, UdsFaultContext } from "./report.ts";
import { classOf, severityOf } from "./severity.ts";
import { readStatus, type StatusReading, statusWithout } from "./status.ts";
import { extendedOf, snapshotsOf, undecodedFlags } from "./stored-data.ts";
import { headEnd, type UdsRecord, visitRecords } from "./uds-records.ts";
import { listsAll, sourceOf } from "./uds-source.ts";

/** A response as `decodeResponse` gives it, also one that is broken or a refusal. */
export type DecodedFaults = UdsResult<UdsResponse | ReadDTCInformationResponse | NegativeResponse | UnknownResponse>;

/**
 * Turns what a control unit answered to ReadDTCInformation into a report with one event for each record.
 *
 * Nothing is lost: the bytes of each record stand in its event, the warnings of the decoder and what a dictionary could not
 * read come along as data quality, and of a broken message the records before the break. A refusal, or a message that is no
 * report of faults, gives a report without events that says so.
 *
 * Standard: ISO 14229-1 (ReadDTCInformation), all sub-functions; those that only count give `count`.
 *
 * @param decoded what `decodeResponse` or `decodeReadDTCInformationResponse` gave
 * @throws RangeError when a member of the context is out of range
 * @example
 * ```ts
 * const decoded = decodeResponse(hexToBytes("5902ff0420162f"));
 * const ecu = { addressing: "uds-can", address: 0x7e8 } as const;
 * toFaultReport(decoded, { observedAt: now, vehicleId: "v-1", ecu, statusMask: 0xff }).events[0].condition; // "active"
 * ```
 */
export function toFaultReport(decoded: DecodedFaults, context: UdsFaultContext): FaultReport {
  checkUdsContext(context);
  const response = decoded.ok ? decoded.value : decoded.partial;
  const warnings = decoded.ok ? decoded.warnings.map(plainWarning) : [plainWarning(decoded.error)];
  const nothing = { complete: false, events: [], flags: [], warnings };
  if (response?.kind === "negative") {
    return { ...reportHead(context, unnamedSource), outcome: "refused", nrc: response.nrc, ...nothing };
  }
  if (response?.kind !== "positive" || response.service !== "readDTCInformation") {
    return { ...reportHead(context, unnamedSource), outcome: "unreadable", ...nothing };
  }
  const source = sourceOf(response, context);
  const events = eventsOf(response, context, source, decoded.ok ? decoded.warnings : []);
  return {
    ...reportHead(context, source),
    outcome: decoded.ok ? "answered" : "unreadable",
    complete: decoded.ok && listsAll(response, context),
    ...("count" in response ? { count: response.count } : {}),
    events,
    flags: decoded.ok ? [] : [qualityFlag("partial", { missingFields: [decoded.error.path] })],
    warnings,
  };
}

/**
 * The events of {@link toFaultReport} alone; only the report tells "no faults" from "no answer".
 *
 * @throws RangeError when a member of the context is out of range
 */
export function toFaultEvents(decoded: DecodedFaults, context: UdsFaultContext): readonly FaultEvent[] {
  return toFaultReport(decoded, context).events;
}

/** Source of an answer that does not say which report it is. */
const unnamedSource: FaultSource = { protocol: "uds", memory: "primary", report: "unknown" };

function checkUdsContext(context: UdsFaultContext): void {
  checkContext(context);
  for (const name of ["statusMask", "severityMask", "availabilityMask", "formatIdentifier"] as const) {
    if (context[name] !== undefined) requireInteger(name, context[name], 0xff);
  }
}

/** What the events of one message have in common. */
interface MessageReading {
  /** Upper-case hexadecimal of the message. */
  readonly hex: string;
  readonly head: string;
  readonly sourceId: string;
  readonly code: ReturnType<typeof codeReader>;
  readonly severityMask: number | undefined;
  /** By status byte, as a message has few of them and many records. */
  readonly statuses: Map<number, StatusReading>;
  readonly availability: number | null;
  readonly warnings: readonly FaultWarning[];
}

function eventsOf(
  response: ReadDTCInformationResponse,
  context: UdsFaultContext,
  source: FaultSource,
  warnings: readonly Reason[],
): readonly FaultEvent[] {
  const { observedAt, vehicleId, ecu } = context;
  const hex = bytesToHex(response.bytes).toUpperCase();
  const reading: MessageReading = {
    hex,
    head: hex.slice(0, 2 * headEnd(response)),
    sourceId: sourceIdOf(context, source),
    code: codeReader(source.formatId ?? defaultDtcFormat),
    severityMask: "severityAvailabilityMask" in response ? response.severityAvailabilityMask : undefined,
    statuses: new Map(),
    availability: "availabilityMask" in response ? response.availabilityMask : (context.availabilityMask ?? null),
    // Each event finds out for itself what is odd about its own status and data.
    warnings: warnings.filter(({ code }) => !ownWarnings.has(code)).map(plainWarning),
  };
  const shared = { observedAt, ...vehicleOf(vehicleId), ecu, source };
  const events: FaultEvent[] = [];
  visitRecords(response, (record) => events.push(eventOf(record, reading, shared)));
  return events;
}

const ownWarnings: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "status_bit_outside_availability",
  "record_undecoded",
]);

type SharedMembers = Pick<FaultEvent, "observedAt" | "vehicle" | "ecu" | "source">;

function eventOf(record: UdsRecord, reading: MessageReading, shared: SharedMembers): FaultEvent {
  const { code, severity, functionalUnit, faultDetectionCounter, start, codeAt, end } = record;
  const { hex, sourceId, severityMask } = reading;
  const native = hex.slice(2 * codeAt, 2 * codeAt + 6);
  const { status, condition, quality, flags, warnings } = statusOf(record, reading, shared.source);
  const snapshots = record.snapshots === undefined ? [] : snapshotsOf(record.snapshots, start);
  const extended = record.extendedData === undefined ? [] : extendedOf(record.extendedData, start);
  const undecoded = undecodedFlags(snapshots, extended);
  const allFlags = undecoded.flags.length === 0 ? flags : [...flags, ...undecoded.flags];
  const own = undecoded.warnings.length === 0 ? warnings : [...warnings, ...undecoded.warnings];
  const event: Mutable<FaultEvent> = {
    schema: eventSchema,
    // Six digits stand in a name as they are.
    id: `${sourceId}.${native}`,
    observedAt: shared.observedAt,
    ecu: shared.ecu,
    source: shared.source,
    code: reading.code(code, native),
    condition,
    status,
    severity: severityOf(severity, severityMask),
    dtcClass: classOf(severity, severityMask),
    counters: faultDetectionCounter === undefined ? noCounters : { faultDetection: faultDetectionCounter },
    snapshots,
    extended,
    quality: allFlags === flags ? quality : qualityOf(allFlags),
    flags: allFlags,
    warnings: own.length === 0 ? reading.warnings : [...reading.warnings, ...own],
    raw: { hex: hex.slice(2 * start, 2 * end), head: reading.head, offset: start },
  };
  // Members one by one: a literal with spread conditions takes several times as long.
  if (shared.vehicle !== undefined) event.vehicle = shared.vehicle;
  if (severity !== undefined) event.severityValue = severity;
  if (functionalUnit !== undefined) event.functionalUnit = functionalUnit;
  return event;
}

const noCounters = {};

function statusOf(record: UdsRecord, { statuses, availability }: MessageReading, source: FaultSource): StatusReading {
  if (record.status === undefined) return statusOfCounter(record.faultDetectionCounter);
  const known = statuses.get(record.status);
  if (known !== undefined) return known;
  const fresh = readStatus(record.status, availability, source.memory);
  statuses.set(record.status, fresh);
  return fresh;
}

/** A fault detection counter at either end says what the last test gave; in between it says nothing of the last test. */
function statusOfCounter(counter: number | undefined): StatusReading {
  const testFailed = counter === 127 ? true : counter === -128 ? false : undefined;
  const status: FaultStatus = statusWithout(testFailed === undefined ? {} : { testFailed });
  return { status, condition: testFailed === true ? "active" : "unknown", quality: "good", flags: [], warnings: [] };
}
