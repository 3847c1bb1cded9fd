/** From faults of SOVD to events. Each element is read by itself: what is wrong with one does not hide the others. */

import * as z from "zod/mini";
import { type QualityFlag, qualityFlag, type Result, resultOf } from "../../core/index.ts";
import { parseTwoByteDtc } from "../dtc.ts";
import { UdsError } from "../errors.ts";
import { objectOf, requireShape, type Schema } from "./bounded.ts";
import { letteredCode } from "./code.ts";
import { checkContext, eventSchema, reportHead, vehicleOf } from "./draft.ts";
import type { FaultCode, FaultEcu, FaultEvent, FaultMemoryName, FaultSource, FaultWarning } from "./event.ts";
import { faultId, sourceIdOf } from "./fault-id.ts";
import { integer, key, name, text } from "./leaves.ts";
import type { FaultContext, FaultReport } from "./report.ts";
import { readSovdStatus } from "./sovd-status.ts";

/** What the caller knows about a list of SOVD faults. */
export interface SovdFaultContext extends FaultContext {
  readonly ecu: Extract<FaultEcu, { readonly addressing: "sovd" }>;
  /** Memory of each scope; one that is not named is a memory of its name (`user`, `mirror`, `permanent`), or the primary. */
  readonly scopes?: Readonly<Record<string, FaultMemoryName>>;
  /** Scope that the request asked for; absent when it asked for none. */
  readonly scope?: string;
  /**
   * Whether the request had no other filter, so that a fault of the scope that is not listed is gone; false when absent. The
   * report is complete when, besides, every fault that it lists is of that scope.
   */
  readonly complete?: boolean;
}

/** Most faults of one list. */
const mostFaults = 65_536;

/** Memories that are scopes by their own name, as `toSovdFault` writes them. */
const memoryNames: readonly FaultMemoryName[] = ["user", "mirror", "permanent"];

/**
 * Turns the faults that a SOVD server lists, or the details of one, into a report with one event for each.
 *
 * A fault that is malformed gives no event; the report then has the flag `invalid` with its place and is not complete.
 * Members that have no place in an event (symptom, environment data, vendor statuses) are left out with a warning.
 *
 * Standard: ISO 17978-3 (SOVD); the shape as Eclipse OpenSOVD's Classic Diagnostic Adapter writes it.
 *
 * @param document value out of `JSON.parse`: `{ items: [...] }`, or `{ item: {...} }`
 * @throws UdsError `ERR_UDS_SOVD` when the document is neither, or lists more than 65,536 faults
 * @throws RangeError when a member of the context is out of range
 * @example
 * ```ts
 * const document = { items: [{ code: "042016", fault_name: "Catalyst", status: { test_failed: true } }] };
 * const ecu = { addressing: "sovd", address: "components/engine" } as const;
 * fromSovdFaults(document, { observedAt: now, ecu }).events[0].condition; // "active"
 * ```
 */
export function fromSovdFaults(document: unknown, context: SovdFaultContext): FaultReport {
  checkContext(context);
  const { faults, path, isList } = faultsOf(document);
  const events: FaultEvent[] = [];
  const flags: QualityFlag[] = [];
  const warnings: FaultWarning[] = [];
  const sourceIds = new Map<string, string>();
  for (const [index, fault] of faults.entries()) {
    const read = readFault(fault, isList ? `${path}/${index}` : path);
    if (read.ok) {
      events.push(eventOf(read.value, context, sourceIds));
    } else {
      flags.push(qualityFlag("invalid", { path: read.error.path }));
      warnings.push({ code: "sovd_fault_malformed", message: read.error.message });
    }
  }
  const source = sourceOf(context.scope, context);
  const isWhole = isList && flags.length === 0 && events.every((event) => event.source.scope === source.scope);
  const complete = context.complete === true && isWhole;
  return { ...reportHead(context, source), outcome: "answered", complete, events, flags, warnings };
}

const baseSource: FaultSource = { protocol: "sovd", memory: "primary", report: "faults" };

function faultsOf(document: unknown): {
  readonly faults: readonly unknown[];
  readonly path: string;
  readonly isList: boolean;
} {
  const { items, item } = isObject(document) ? document : {};
  if (Array.isArray(items)) {
    if (items.length <= mostFaults) return { faults: items, path: "/items", isList: true };
    throw wrongDocument("/items", `list of at most ${mostFaults}`);
  }
  if (item !== undefined) return { faults: [item], path: "/item", isList: false };
  throw wrongDocument("", 'object with "items" or "item"');
}

function wrongDocument(path: string, expected: string): UdsError {
  return new UdsError("ERR_UDS_SOVD", `Cannot read SOVD faults: "${path}" expected ${expected}`, { path });
}

/** A fault as servers write it: null where others leave a member out. */
interface ReadableFault {
  readonly code: string;
  readonly scope?: string | null;
  readonly display_code?: string | null;
  readonly fault_name?: string | null;
  readonly fault_translation_id?: string | null;
  readonly severity?: number | null;
  readonly status?: Readonly<Record<string, unknown>> | null;
}

const mostStatuses = 64;
const members: ReadonlySet<string> = /* @__PURE__ */ new Set<keyof ReadableFault>([
  "code",
  "scope",
  "display_code",
  "fault_name",
  "fault_translation_id",
  "severity",
  "status",
]);

const faultSchema: Schema<ReadableFault> = /* @__PURE__ */ makeFaultSchema();

function makeFaultSchema(): Schema<ReadableFault> {
  const optional = <T>(schema: Schema<T>) => z.exactOptional(z.nullable(schema));
  const isStatus = (value: unknown): boolean => isObject(value) && Object.keys(value).length <= mostStatuses;
  return objectOf<ReadableFault>({
    code: key(),
    scope: optional(name()),
    display_code: optional(name()),
    fault_name: optional(text(1024)),
    fault_translation_id: optional(name()),
    severity: optional(integer(0, 0xffffffff)),
    status: optional(
      z.custom<Readonly<Record<string, unknown>>>(isStatus, `object of at most ${mostStatuses} members`),
    ),
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readFault(fault: unknown, path: string): Result<ReadableFault> {
  return resultOf(() => {
    requireShape(faultSchema, "ERR_UDS_SOVD", "SOVD fault", fault, path);
    return fault;
  });
}

function eventOf(fault: ReadableFault, context: SovdFaultContext, sourceIds: Map<string, string>): FaultEvent {
  const { observedAt, vehicleId, ecu } = context;
  const source = sourceOf(fault.scope ?? undefined, context);
  const sourceId = sourceIds.get(source.scope ?? "") ?? sourceIdOf(context, source);
  sourceIds.set(source.scope ?? "", sourceId);
  const reading = readSovdStatus(Object.entries(fault.status ?? {}), source.memory);
  const others = Object.keys(fault).filter((member) => !members.has(member));
  const left = others.length === 0 ? [] : [leftOut(others)];
  return {
    schema: eventSchema,
    id: faultId(sourceId, fault.code),
    observedAt,
    ...vehicleOf(vehicleId),
    ecu,
    source,
    code: codeOf(fault),
    condition: reading.condition,
    status: reading.status,
    severity: null,
    ...(typeof fault.severity === "number" ? { severityValue: fault.severity } : {}),
    dtcClass: null,
    counters: {},
    snapshots: [],
    extended: [],
    quality: reading.quality,
    flags: reading.flags,
    warnings: [...reading.warnings, ...left],
  };
}

function leftOut(names: readonly string[]): FaultWarning {
  return { code: "sovd_member_left_out", message: `Members without a place in an event: ${names.length}` };
}

function sourceOf(scope: string | undefined, { scopes }: SovdFaultContext): FaultSource {
  if (scope === undefined) return baseSource;
  const named = scopes !== undefined && Object.hasOwn(scopes, scope) ? scopes[scope] : undefined;
  const memory = named ?? memoryNames.find((word) => word === scope) ?? "primary";
  return { ...baseSource, memory, scope };
}

/** Text of a code with a letter, with or without failure type. */
const lettered = /^[PCBU][0-3][0-9A-F]{3}(?:-?[0-9A-F]{2})?$/;

/** The code itself is in a form that only the entity knows; the text of it may have the structure of SAE J2012. */
function codeOf({ code, display_code, fault_name, fault_translation_id }: ReadableFault): FaultCode {
  const display = display_code ?? code;
  const names = {
    ...(isGiven(fault_name) ? { name: fault_name } : {}),
    ...(isGiven(fault_translation_id) ? { translationId: fault_translation_id } : {}),
  };
  if (!lettered.test(display)) return { native: code, display, system: null, standardised: null, ...names };
  const failureType = display.length === 5 ? {} : { ftb: Number.parseInt(display.slice(-2), 16) };
  const twoBytes = parseTwoByteDtc(display.slice(0, 5));
  return { ...letteredCode(twoBytes << 8, code, display), ...failureType, ...names };
}

function isGiven(text: string | null | undefined): text is string {
  return text !== undefined && text !== null;
}
