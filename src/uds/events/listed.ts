/** Reports of protocols whose records are a code and a place: what OBD-II and J1939 have in common. */

import { type QualityFlag, qualityFlag, type Reason } from "../../core/index.ts";
import type { UdsResult } from "../decoding.ts";
import type { UdsFault } from "../errors.ts";
import { checkContext, eventSchema, plainWarning, qualityOf, reportHead, vehicleOf } from "./draft.ts";
import type {
  FaultCode,
  FaultCondition,
  FaultCounters,
  FaultEvent,
  FaultLamps,
  FaultProtocol,
  FaultSnapshot,
  FaultSource,
  FaultStatus,
  FaultWarning,
} from "./event.ts";
import { faultId, sourceIdOf } from "./fault-id.ts";
import type { FaultContext, FaultReport } from "./report.ts";

/** Codes as a decoder gives them: those alone, or its whole answer, also that a message is broken. */
export type DecodedCodes<Codes> = Codes | UdsResult<Codes>;

/** The codes of a decoder's answer, if there are any, and what it noticed. */
export function readCodes<Codes extends object>(
  decoded: DecodedCodes<Codes>,
): { readonly codes: Codes | undefined } & Pick<FaultList, "warnings" | "fault"> {
  if (!("ok" in decoded)) {
    const { warnings = [] } = decoded as { readonly warnings?: FaultList["warnings"] };
    return { codes: decoded, warnings };
  }
  if (decoded.ok) return { codes: decoded.value, warnings: decoded.warnings };
  return { codes: decoded.partial, warnings: [], fault: decoded.error };
}

/** Report of a message of which nothing could be read. */
export function unreadable(protocol: FaultProtocol, fault: UdsFault | undefined, context: FaultContext): FaultReport {
  checkContext(context);
  return {
    ...reportHead(context, { protocol, memory: "primary", report: "unknown" }),
    outcome: "unreadable",
    complete: false,
    events: [],
    flags: [],
    warnings: fault === undefined ? [] : [plainWarning(fault)],
  };
}

/** A list of faults of one kind. */
export interface FaultList {
  readonly source: FaultSource;
  readonly condition: FaultCondition;
  readonly status: FaultStatus;
  readonly complete: boolean;
  readonly lamps?: FaultLamps;
  /** Upper-case hexadecimal of what stands before one record in a message that holds it alone. */
  readonly head: string;
  readonly warnings: readonly Pick<Reason, "code" | "message">[];
  /** Where the message is broken, if it is; the records are those before it. */
  readonly fault?: UdsFault;
  readonly records: readonly FaultListRecord[];
}

/** One record of a list. */
export interface FaultListRecord {
  readonly code: FaultCode;
  readonly counters: FaultCounters;
  readonly flags: readonly QualityFlag[];
  /** Lamps of this code alone. */
  readonly lamps?: FaultLamps;
  readonly snapshots?: readonly FaultSnapshot[];
  /** What is odd about this record alone. */
  readonly warnings?: readonly FaultWarning[];
  /** Upper-case hexadecimal. */
  readonly hex: string;
  readonly offset: number;
}

/** A report of a list. */
export function reportOf(list: FaultList, context: FaultContext): FaultReport {
  checkContext(context);
  const { source, complete, head, fault } = list;
  const warnings = list.warnings.map(plainWarning);
  const sourceId = sourceIdOf(context, source);
  const events = list.records.map(
    ({ code, counters, flags, lamps = list.lamps, snapshots = [], warnings: own = [], hex, offset }): FaultEvent => ({
      schema: eventSchema,
      id: faultId(sourceId, code.native),
      observedAt: context.observedAt,
      ...vehicleOf(context.vehicleId),
      ecu: context.ecu,
      source,
      code,
      condition: list.condition,
      status: list.status,
      ...(lamps === undefined ? {} : { lamps }),
      severity: null,
      dtcClass: null,
      counters,
      snapshots,
      extended: [],
      quality: qualityOf(flags),
      flags,
      warnings: own.length === 0 ? warnings : [...warnings, ...own],
      raw: { hex, head, offset },
    }),
  );
  const reported = { ...reportHead(context, source), events };
  if (fault === undefined) return { ...reported, outcome: "answered", complete, flags: [], warnings };
  const flags = [qualityFlag("partial", { missingFields: [fault.path] })];
  return { ...reported, outcome: "unreadable", complete: false, flags, warnings: [...warnings, plainWarning(fault)] };
}
