/** A stored state of faults, read back: it is untrusted input. */

import * as z from "zod/mini";
import { excerpt, type Fault, jsonPointer, type Result, resultOf } from "../../core/index.ts";
import { UdsError, type UdsErrorCode } from "../errors.ts";
import { objectOf, requireShape, type Schema } from "./bounded.ts";
import { faultId, faultSourceId } from "./fault-id.ts";
import {
  type FaultCoverage,
  type FaultEntry,
  type FaultReading,
  type FaultState,
  highestMaxFaults,
  stateSchema,
} from "./fault-state.ts";
import { instant, integer, key, oneOf, text } from "./leaves.ts";
import { requireSchemaId } from "./parse.ts";
import { codeSchema, conditionSchema, ecuSchema, originSchema, qualitySchema } from "./schema.ts";

/** Most channels of one fault or source. */
const mostChannels = 64;

interface StateHead {
  readonly schema: FaultState["schema"];
  readonly maxFaults: number;
  readonly faults: Readonly<Record<string, unknown>>;
  readonly sources: Readonly<Record<string, unknown>>;
}

const schemas = /* @__PURE__ */ makeSchemas();

function makeSchemas(): {
  readonly head: Schema<StateHead>;
  readonly entry: Schema<FaultEntry>;
  readonly coverage: Schema<FaultCoverage>;
  readonly reading: Schema<FaultReading>;
} {
  const optional = z.exactOptional;
  const table = z.custom<Readonly<Record<string, unknown>>>(isTable, "object");
  const channels = z.custom<Readonly<Record<string, never>>>(isChannels, `object of at most ${mostChannels} members`);
  const nullableByte = z.nullable(integer(0, 255));
  const severity = objectOf<NonNullable<FaultEntry["severity"]>>({
    observedAt: instant(),
    value: oneOf(["immediate", "next-halt", "maintenance", "none"]),
  });
  return {
    head: objectOf<StateHead>({
      schema: z.literal(stateSchema, `"${stateSchema}"`),
      maxFaults: integer(1, highestMaxFaults),
      faults: table,
      sources: table,
    }),
    entry: objectOf<FaultEntry>({
      id: text(66),
      sourceId: text(32),
      code: codeSchema(),
      firstSeenAt: instant(),
      lastSeenAt: instant(),
      severity: optional(severity),
      readings: channels,
    }),
    coverage: objectOf<FaultCoverage>({
      vehicleId: optional(key()),
      ecu: ecuSchema(),
      source: originSchema(),
      answeredAt: optional(instant()),
      refusedAt: optional(instant()),
      unreadableAt: optional(instant()),
      completeAt: channels,
    }),
    reading: objectOf<FaultReading>({
      observedAt: instant(),
      condition: conditionSchema(),
      byte: nullableByte,
      availability: nullableByte,
      quality: qualitySchema(),
      contradicted: optional(z.literal(true)),
    }),
  };
}

function isTable(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isChannels(value: unknown): boolean {
  return isTable(value) && Object.keys(value as object).length <= mostChannels;
}

/**
 * Checks a value that claims to be a stored {@link FaultState}, for example out of `JSON.parse`, and gives it as one.
 *
 * Names have to be those of their members, and each fault has to have its source. The value is not copied. Version 1 is the
 * first; a later release reads it and lifts it to its own.
 *
 * @throws UdsError `ERR_UDS_FAULT_STATE_VERSION` for a schema version that this release does not read,
 * `ERR_UDS_FAULT_STATE` with the JSON pointer of the first fault for anything else
 * @example
 * ```ts
 * const state = parseFaultState(JSON.parse(stored));
 * ```
 */
export function parseFaultState(value: unknown): FaultState {
  requireSchemaId(stateSchema, "ERR_UDS_FAULT_STATE_VERSION", "state of faults", value);
  requirePart(schemas.head, value, "");
  for (const [id, coverage] of Object.entries(value.sources)) requireCoverage(id, coverage);
  for (const [id, entry] of Object.entries(value.faults)) requireEntry(id, entry, value.sources);
  if (Object.keys(value.faults).length > value.maxFaults) throw wrong("/faults", `at most ${value.maxFaults} members`);
  if (Object.keys(value.sources).length > value.maxFaults)
    throw wrong("/sources", `at most ${value.maxFaults} members`);
  return value as FaultState;
}

/** {@link parseFaultState} with a refusal as data. */
export function safeParseFaultState(value: unknown): Result<FaultState, Fault<UdsErrorCode>> {
  return resultOf<FaultState, UdsErrorCode>(() => parseFaultState(value));
}

function requirePart<T>(schema: Schema<T>, value: unknown, path: string): asserts value is T {
  requireShape(schema, "ERR_UDS_FAULT_STATE", "state of faults", value, path);
}

function requireCoverage(id: string, value: unknown): void {
  const path = `/sources${jsonPointer(excerpt(id))}`;
  requirePart<FaultCoverage>(schemas.coverage, value, path);
  if (id !== faultSourceId(value)) throw wrong(path, "the name of its members");
  for (const [channel, at] of Object.entries(value.completeAt)) {
    requirePart(instant(), at, `${path}/completeAt${jsonPointer(excerpt(channel))}`);
  }
}

function requireEntry(id: string, value: unknown, sources: StateHead["sources"]): void {
  const path = `/faults${jsonPointer(excerpt(id))}`;
  requirePart<FaultEntry>(schemas.entry, value, path);
  if (id !== value.id || id !== faultId(value.sourceId, value.code.native))
    throw wrong(path, "the name of its members");
  if (!Object.hasOwn(sources, value.sourceId)) throw wrong(`${path}/sourceId`, "the name of a source");
  for (const [channel, reading] of Object.entries(value.readings)) {
    requirePart(schemas.reading, reading, `${path}/readings${jsonPointer(excerpt(channel))}`);
  }
}

function wrong(path: string, expected: string): UdsError {
  return new UdsError("ERR_UDS_FAULT_STATE", `Cannot use state of faults: "${path}" expected ${expected}`, { path });
}
