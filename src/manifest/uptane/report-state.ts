/** What a Director remembers of the reports of one vehicle, so that an old one is told from a new one (Uptane 2.1.0 section 5.3.2.1 step 4). */

import * as z from "zod/mini";
import { type Limits, parseStrictJson } from "../../core/index.ts";
import { listOf, objectOf, recordOf, requireDocument } from "../bounded-schema.ts";
import { requireSchemaId } from "../require-shape.ts";
import { counter, identifier } from "../shapes.ts";
import type { EcuReport } from "./ecu-report.ts";

/** What is remembered of one ECU. */
export interface EcuReportState {
  /** Counter of its last report. */
  readonly counter?: number;
  /** Latest time that it reported, in epoch milliseconds. */
  readonly timeMs?: number;
  /** Nonces of its reports of that time, where they have no counter: earlier reports are refused by their time. */
  readonly nonces?: readonly string[];
}

/** What is remembered of one vehicle: plain JSON, to be stored in one transaction with what the manifest led to. */
export interface UptaneReportState {
  readonly schema: "otakit.uptane-report-state/1";
  readonly vehicleId: string;
  /** By ECU id; also of ECUs that are not in the vehicle any more. */
  readonly ecus: Readonly<Record<string, EcuReportState>>;
}

/** Most nonces that are remembered of one ECU. */
export const mostNonces = 256;

const schemaId = "otakit.uptane-report-state/1";

const ecuSchema = /* @__PURE__ */ objectOf<EcuReportState>({
  counter: /* @__PURE__ */ z.exactOptional(counter),
  timeMs: /* @__PURE__ */ z.exactOptional(counter),
  nonces: /* @__PURE__ */ z.exactOptional(/* @__PURE__ */ listOf(identifier, 0, mostNonces)),
});

const stateSchema = /* @__PURE__ */ objectOf<UptaneReportState>({
  schema: /* @__PURE__ */ z.literal(schemaId),
  vehicleId: identifier,
  ecus: /* @__PURE__ */ recordOf(identifier, ecuSchema, 10_000),
});

/** A vehicle that has not reported yet. */
export function createReportState(vehicleId: string): UptaneReportState {
  return checkReportState({ schema: schemaId, vehicleId, ecus: {} });
}

/**
 * Reads a state back from storage; it is untrusted input.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA`, or `ERR_MANIFEST_SCHEMA_VERSION` for a version that this reader does not know
 * @throws `CoreError` `ERR_CORE_JSON_*`, `ERR_CORE_UTF8` or `ERR_CORE_LIMIT`
 * @example
 * ```ts
 * const state = row === undefined ? createReportState("veh-17") : parseReportState(row.bytes);
 * ```
 */
export function parseReportState(bytes: Uint8Array, limits?: Partial<Limits>): UptaneReportState {
  return checkReportState(parseStrictJson(bytes, limits));
}

/** Checks a state, which may be any JSON. */
export function checkReportState(value: unknown): UptaneReportState {
  requireSchemaId(schemaId, "report state", value);
  requireDocument(stateSchema, "report state", value);
  return value;
}

/** What is remembered of an ECU; nothing when it has not reported. */
export function reportsOf({ ecus }: UptaneReportState, ecuId: string): EcuReportState {
  return Object.hasOwn(ecus, ecuId) ? ecus[ecuId]! : {};
}

/** What is remembered after reports that passed their checks; nothing in it is ever lower than before. */
export function rememberReports(state: UptaneReportState, reports: readonly EcuReport[]): UptaneReportState {
  const ecus = { ...state.ecus };
  for (const report of reports) ecus[report.ecuId] = remember(reportsOf(state, report.ecuId), report);
  return { schema: schemaId, vehicleId: state.vehicleId, ecus };
}

function remember(before: EcuReportState, { counter: reported, timeMs: time, nonce }: EcuReport): EcuReportState {
  const highest = larger(before.counter, reported);
  const timeMs = larger(before.timeMs, time);
  const isLater = timeMs !== before.timeMs;
  const kept = isLater ? [] : (before.nonces ?? []);
  const nonces = nonce === undefined || reported !== undefined ? kept : [...kept, nonce];
  return {
    ...(highest === undefined ? {} : { counter: highest }),
    ...(timeMs === undefined ? {} : { timeMs }),
    ...(nonces.length === 0 ? {} : { nonces }),
  };
}

function larger(left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return Math.max(left, right);
}
