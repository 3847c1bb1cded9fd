/** The zod schema of `FaultEvent`. */

import * as z from "zod/mini";
import { type DataQuality, type QualityFlag, qualityFlags } from "../../core/index.ts";
import { type DtcClassName, dtcClassBits } from "../dtc-severity.ts";
import { listOf, objectOf, type Schema, type ShapeOf } from "./bounded.ts";
import { eventSchema } from "./draft.ts";
import {
  type FaultCode,
  type FaultCodeCandidate,
  type FaultCounters,
  type FaultEcu,
  type FaultEvent,
  type FaultExtendedData,
  type FaultLamps,
  type FaultRaw,
  type FaultSnapshot,
  type FaultSnapshotEntry,
  type FaultSource,
  type FaultStatus,
  type FaultUndecoded,
  type FaultValue,
  type FaultWarning,
  faultConditions,
} from "./event.ts";
import { byte, hex, instant, integer, key, name, oneOf, text, triState } from "./leaves.ts";

/** Most elements of any list: more than one message holds. */
const most = 4096;

const optional = z.exactOptional;

/** Schema of {@link FaultEvent}; lists are checked apart, by `requireShape`. */
export const faultEventSchema: Schema<FaultEvent> = /* @__PURE__ */ makeEventSchema();

function makeEventSchema(): Schema<FaultEvent> {
  return objectOf<FaultEvent>({
    schema: z.literal(eventSchema, `"${eventSchema}"`),
    id: text(66),
    observedAt: instant(),
    vehicle: optional(objectOf<{ readonly id: string }>({ id: key() })),
    ecu: ecuSchema(),
    source: sourceSchema(),
    code: codeSchema(),
    condition: conditionSchema(),
    status: statusSchema(),
    lamps: optional(lampsSchema()),
    severity: severitySchema(),
    severityValue: optional(integer(0, 0xffffffff)),
    functionalUnit: optional(byte()),
    dtcClass: z.nullable(oneOf(Object.keys(dtcClassBits) as DtcClassName[])),
    counters: objectOf<FaultCounters>({
      occurrence: optional(integer(0, 0xffffffff)),
      faultDetection: optional(integer(-128, 127)),
    }),
    ...storedDataSchemas(),
    quality: qualitySchema(),
    flags: listOf(flagSchema(), most),
    warnings: listOf(objectOf<FaultWarning>({ code: name(), message: text(1024) }), most),
    raw: optional(objectOf<FaultRaw>({ hex: hex(), head: hex(), offset: integer(0, 0xffffffff) })),
  });
}

function storedDataSchemas(): {
  readonly snapshots: Schema<readonly FaultSnapshot[]>;
  readonly extended: Schema<readonly FaultExtendedData[]>;
} {
  const undecoded = objectOf<FaultUndecoded>({ offset: integer(0, 0xffffffff), hex: hex(), reason: name() });
  const value = z.union(
    [
      objectOf<Exclude<FaultValue, { undecoded: unknown }>>({
        name: name(),
        value: z.union([z.number(), text(65_536), z.boolean()]),
        unit: optional(name()),
        outOfRange: optional(z.literal(true)),
      }),
      objectOf<Extract<FaultValue, { undecoded: unknown }>>({ name: name(), undecoded }),
    ],
    "value with a name, or undecoded bytes with one",
  ) as Schema<FaultValue>;
  const entry = objectOf<FaultSnapshotEntry>({
    id: integer(0, 0xffff),
    name: optional(name()),
    hex: hex(),
    values: listOf(value, most),
  });
  const snapshot = objectOf<FaultSnapshot>({
    record: byte(),
    entries: listOf(entry, most),
    undecoded: optional(undecoded),
  });
  const extended = objectOf<FaultExtendedData>({
    record: byte(),
    name: optional(name()),
    hex: optional(hex()),
    values: listOf(value, most),
    undecoded: optional(undecoded),
  });
  return { snapshots: listOf(snapshot, most), extended: listOf(extended, most) };
}

/** Schema of {@link FaultCode}. */
export function codeSchema(): Schema<FaultCode> {
  const spn = integer(0, 0x7ffff);
  const fmi = integer(0, 31);
  return objectOf<FaultCode>({
    native: key(),
    display: name(),
    system: z.nullable(oneOf(["powertrain", "chassis", "body", "network"])),
    standardised: triState(),
    ftb: optional(byte()),
    spn: optional(spn),
    fmi: optional(fmi),
    candidates: optional(listOf(objectOf<FaultCodeCandidate>({ version: byte(), spn, fmi }), 16)),
    name: optional(text(1024)),
    translationId: optional(name()),
  });
}

/** Schema of {@link FaultEcu}. */
export function ecuSchema(): Schema<FaultEcu> {
  return z.union(
    [
      objectOf<Exclude<FaultEcu, { addressing: "sovd" }>>({
        addressing: oneOf(["uds-can", "doip", "j1939-sa", "obd"]),
        address: integer(0, 0xffffffff),
        name: optional(name()),
      }),
      objectOf<Extract<FaultEcu, { addressing: "sovd" }>>({
        addressing: z.literal("sovd"),
        address: key(),
        name: optional(name()),
      }),
    ],
    "addressing with a number as address, or sovd with a path",
  ) as Schema<FaultEcu>;
}

/** The members of a source that name it. */
type Origin = Pick<FaultSource, "protocol" | "memory" | "memorySelection" | "scope">;

function originShape(): ShapeOf<Origin> {
  return {
    protocol: oneOf(["uds", "wwh-obd", "obd2", "j1939", "sovd"]),
    memory: oneOf(["primary", "user", "mirror", "permanent"]),
    memorySelection: optional(byte()),
    scope: optional(name()),
  };
}

/** Schema of the members of a source that name it. */
export function originSchema(): Schema<Origin> {
  return objectOf<Origin>(originShape());
}

function sourceSchema(): Schema<FaultSource> {
  return objectOf<FaultSource>({
    ...originShape(),
    report: name(),
    formatId: optional(byte()),
    functionalGroup: optional(byte()),
    readinessGroup: optional(byte()),
  });
}

/** Schema of a condition. */
export function conditionSchema(): Schema<FaultEvent["condition"]> {
  return oneOf(faultConditions);
}

function severitySchema(): Schema<FaultEvent["severity"]> {
  return z.nullable(oneOf(["immediate", "next-halt", "maintenance", "none"]));
}

/** Schema of a quality. */
export function qualitySchema(): Schema<DataQuality> {
  return oneOf(["good", "degraded", "unreliable", "unusable"]);
}

function statusSchema(): Schema<FaultStatus> {
  return objectOf<FaultStatus>({
    testFailed: triState(),
    testFailedThisOperationCycle: triState(),
    pendingDTC: triState(),
    confirmedDTC: triState(),
    testNotCompletedSinceLastClear: triState(),
    testFailedSinceLastClear: triState(),
    testNotCompletedThisOperationCycle: triState(),
    warningIndicatorRequested: triState(),
    byte: z.nullable(byte()),
    availability: z.nullable(byte()),
  });
}

function lampsSchema(): Schema<FaultLamps> {
  const state = optional(oneOf(["on", "off", "slow-flash", "fast-flash", "unknown"]));
  return objectOf<FaultLamps>({ mil: state, red: state, amber: state, protect: state });
}

function flagSchema(): Schema<QualityFlag> {
  return objectOf<Record<"code" | "severity" | "details", unknown>>({
    code: oneOf(Object.keys(qualityFlags)),
    severity: oneOf(["degraded", "unreliable", "unusable"]),
    details: z.custom(isDetails, "object of numbers, short texts and lists of them"),
  }) as unknown as Schema<QualityFlag>;
}

/** Details of a flag: few members; tested as one, so that a long list gives no long list of faults. */
function isDetails(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const parts: readonly unknown[] = Object.values(value);
  return parts.length <= 8 && parts.every((part) => isScalar(part) || isListOfScalars(part));
}

function isListOfScalars(value: unknown): boolean {
  return Array.isArray(value) && value.length <= most && value.every(isScalar);
}

function isScalar(value: unknown): boolean {
  return typeof value === "number" || (typeof value === "string" && value.length <= 256);
}
