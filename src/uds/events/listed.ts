/** Reports of protocols whose records are a code and a place: what OBD-II and J1939 have in common. */

import type { QualityFlag, Reason } from "../../core/index.ts";
import { checkContext, eventSchema, plainWarning, qualityOf, reportHead, vehicleOf } from "./draft.ts";
import type {
  FaultCode,
  FaultCondition,
  FaultCounters,
  FaultEvent,
  FaultLamps,
  FaultSource,
  FaultStatus,
} from "./event.ts";
import { faultId, sourceIdOf } from "./fault-id.ts";
import type { FaultContext, FaultReport } from "./report.ts";

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
  readonly records: readonly FaultListRecord[];
}

/** One record of a list. */
export interface FaultListRecord {
  readonly code: FaultCode;
  readonly counters: FaultCounters;
  readonly flags: readonly QualityFlag[];
  /** Upper-case hexadecimal. */
  readonly hex: string;
  readonly offset: number;
}

/** A report of a list. */
export function reportOf(list: FaultList, context: FaultContext): FaultReport {
  checkContext(context);
  const { source, complete, head, lamps } = list;
  const warnings = list.warnings.map(plainWarning);
  const sourceId = sourceIdOf(context, source);
  const events = list.records.map(
    ({ code, counters, flags, hex, offset }): FaultEvent => ({
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
      snapshots: [],
      extended: [],
      quality: qualityOf(flags),
      flags,
      warnings,
      raw: { hex, head, offset },
    }),
  );
  return { ...reportHead(context, source), outcome: "answered", complete, events, flags: [], warnings };
}
