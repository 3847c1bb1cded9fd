/** Events that come from outside: their shape, and that their members do not contradict each other. */

import { type Fault, type Result, resultOf } from "../../core/index.ts";
import { UdsError, type UdsErrorCode } from "../errors.ts";
import { requireShape } from "./bounded.ts";
import { eventSchema, qualityOf } from "./draft.ts";
import type { FaultEvent, FaultFlagName } from "./event.ts";
import { faultId, faultSourceId } from "./fault-id.ts";
import { faultEventSchema } from "./schema.ts";
import { readStatus } from "./status.ts";

/**
 * Checks a value that claims to be a {@link FaultEvent}, for example out of `JSON.parse`, and gives it as one.
 *
 * Beyond the shape: `id` has to be the name of its members, so that no event stands for another fault; flags and condition
 * have to follow from the status byte, where there is one; `quality` has to be the worst of `flags`. The value is not copied;
 * members that are not known are kept, as a later version may have added them. A list has at most 4,096 elements.
 *
 * @throws UdsError `ERR_UDS_EVENT_VERSION` for another schema version, `ERR_UDS_EVENT` with the JSON pointer of the
 * first fault for anything else
 * @example
 * ```ts
 * parseFaultEvent(JSON.parse(line)).code.display; // "P0420-16"
 * ```
 */
export function parseFaultEvent(value: unknown): FaultEvent {
  requireSchemaId(eventSchema, "ERR_UDS_EVENT_VERSION", "fault event", value);
  requireShape(faultEventSchema, "ERR_UDS_EVENT", "fault event", value);
  requireConsistent(value);
  return value;
}

/** {@link parseFaultEvent} with a refusal as data. */
export function safeParseFaultEvent(value: unknown): Result<FaultEvent, Fault<UdsErrorCode>> {
  return resultOf<FaultEvent, UdsErrorCode>(() => parseFaultEvent(value));
}

/** A document of another schema version is not malformed, it is not for this reader. */
export function requireSchemaId(id: string, code: UdsErrorCode, what: string, value: unknown): void {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, "schema")) return;
  const found = (value as { readonly schema: unknown }).schema;
  const [wantedName] = id.split("/");
  if (typeof found !== "string" || found === id || found.split("/")[0] !== wantedName) return;
  throw new UdsError(code, `Cannot use ${what}: schema is not "${id}"`, {
    path: "/schema",
    details: { expected: id, found: found.slice(0, 64) },
  });
}

function requireConsistent(event: FaultEvent): void {
  const { vehicle, ecu, source, code, status, flags } = event;
  const origin = { ...(vehicle === undefined ? {} : { vehicleId: vehicle.id }), ecu, source };
  if (event.id !== faultId(faultSourceId(origin), code.native)) throw contradiction("/id", "the name of its members");
  if (event.quality !== qualityOf(flags)) throw contradiction("/quality", "the worst of its flags");
  if (status.byte === null) return;
  const reading = readStatus(status.byte, status.availability, source.memory);
  for (const [name, state] of Object.entries(reading.status)) {
    if (status[name as FaultFlagName] !== state) throw contradiction(`/status/${name}`, "what its status byte says");
  }
  if (event.condition !== reading.condition) throw contradiction("/condition", "what its status byte says");
}

function contradiction(path: string, expected: string): UdsError {
  return new UdsError("ERR_UDS_EVENT", `Cannot use fault event: "${path}" expected ${expected}`, {
    path,
    details: { rule: "contradiction" },
  });
}
