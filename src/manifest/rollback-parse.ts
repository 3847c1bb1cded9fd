/** Reads authorisations to go back, and revocations: the shape, then the rules across fields. Nothing is verified here. */

import * as z from "zod/mini";
import { excerpt, jsonPointer, type Limits, parseStrictJson, parseUtcTime } from "../core/index.ts";
import { listOf, objectOf, requireDocument } from "./bounded-schema.ts";
import { ManifestError } from "./errors.ts";
import { requireSchemaId } from "./require-shape.ts";
import type { RollbackAuthorisation, RollbackEcu, RollbackRevocation } from "./rollback-authorisation.ts";
import { counter, identifier } from "./shapes.ts";

const what = "rollback authorisation";

const text = (longest: number): z.ZodMiniType<string> =>
  /* @__PURE__ */ z.string().check(z.minLength(1), z.maxLength(longest), z.regex(/^[^\p{Cs}]*$/u));

const serial: z.ZodMiniType<number> = /* @__PURE__ */ z.int().check(z.gte(1));

const ecuSchema: z.ZodMiniType<RollbackEcu> = /* @__PURE__ */ objectOf<RollbackEcu>({
  ecuId: identifier,
  hardwareId: z.exactOptional(identifier),
  fromCounter: counter,
  toCounter: counter,
  sha256: z.exactOptional(z.string().check(z.regex(/^[0-9a-f]{64}$/))),
});

const authorisationSchema: z.ZodMiniType<RollbackAuthorisation> = /* @__PURE__ */ objectOf<RollbackAuthorisation>({
  schema: z.literal("ota-rollback-authorisation/1"),
  serial,
  nonce: z.string().check(z.regex(/^([0-9a-f]{2}){16,64}$/)),
  notBefore: z.string().check(z.maxLength(20)),
  notAfter: z.string().check(z.maxLength(20)),
  reason: text(2000),
  issuer: text(256),
  vehicles: listOf(identifier, 1, 100_000),
  ecus: listOf(ecuSchema, 1, 1000),
});

const revocationSchema: z.ZodMiniType<RollbackRevocation> = /* @__PURE__ */ objectOf<RollbackRevocation>({
  schema: z.literal("ota-rollback-revocation/1"),
  leastSerial: serial,
  serials: z.exactOptional(listOf(serial, 0, 256)),
  reason: text(2000),
});

const authorisationMembers = /* @__PURE__ */ "schema serial nonce notBefore notAfter reason issuer vehicles ecus".split(
  " ",
);
const ecuMembers = ["ecuId", "hardwareId", "fromCounter", "toCounter", "sha256"];
const revocationMembers = ["schema", "leastSerial", "serials", "reason"];

/**
 * Reads an authorisation from its signed bytes. Members that this reader does not know are refused: a limit that is passed over
 * would widen the permission.
 *
 * This checks shape only. Use `verifyRollbackAuthorisation` for anything that is going to be used.
 *
 * @param limits - `maxBytes`, `maxDepth` and `maxEntries` apply
 * @throws `CoreError` `ERR_CORE_JSON_*`, `ERR_CORE_UTF8` or `ERR_CORE_LIMIT` when the bytes are no strict JSON
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA`, `ERR_MANIFEST_SCHEMA_VERSION` or `ERR_MANIFEST_ROLLBACK`
 */
export function parseRollbackAuthorisation(bytes: Uint8Array, limits?: Partial<Limits>): RollbackAuthorisation {
  const value = parseStrictJson(bytes, limits) as unknown;
  requireSchemaId("ota-rollback-authorisation/1", what, value);
  requireDocument(authorisationSchema, what, value);
  onlyMembers(value, authorisationMembers, []);
  if (!(timeOf(value.notBefore, "/notBefore") < timeOf(value.notAfter, "/notAfter"))) {
    throw impossible("/notAfter", "it ends before it begins");
  }
  value.vehicles.forEach((vehicleId, index) => {
    if (hasVin(vehicleId)) throw impossible(`/vehicles/${index}`, "a vehicle identification number stands in it");
  });
  const seen = new Set<string>();
  value.ecus.forEach((ecu, index) => {
    const at = ["ecus", index] as const;
    onlyMembers(ecu, ecuMembers, at);
    if (seen.has(ecu.ecuId)) throw impossible(jsonPointer(...at, "ecuId"), "it lists an ECU twice");
    seen.add(ecu.ecuId);
    if (ecu.toCounter >= ecu.fromCounter) throw impossible(jsonPointer(...at, "toCounter"), "it does not go back");
  });
  return value;
}

/** Reads a revocation from its signed bytes; see {@link parseRollbackAuthorisation}. */
export function parseRollbackRevocation(bytes: Uint8Array, limits?: Partial<Limits>): RollbackRevocation {
  const value = parseStrictJson(bytes, limits) as unknown;
  requireSchemaId("ota-rollback-revocation/1", "rollback revocation", value);
  requireDocument(revocationSchema, "rollback revocation", value);
  onlyMembers(value, revocationMembers, []);
  return value;
}

/** Seventeen characters without I, O and Q (ISO 3779), alone or between separators: whoever has one has a person. */
function hasVin(vehicleId: string): boolean {
  return vehicleId.split(/[._:-]/).some((part) => /^[A-HJ-NPR-Z0-9]{17}$/i.test(part));
}

function onlyMembers(value: object, known: readonly string[], at: readonly (string | number)[]): void {
  const other = Object.keys(value).find((name) => !known.includes(name));
  if (other === undefined) return;
  const path = jsonPointer(...at, excerpt(other, 64));
  throw new ManifestError("ERR_MANIFEST_SCHEMA", `Cannot use ${what}: "${path}" is not known here`, { path });
}

function timeOf(time: string, path: string): number {
  try {
    return parseUtcTime(time);
  } catch (cause) {
    throw new ManifestError("ERR_MANIFEST_SCHEMA", `Cannot use ${what}: "${path}" is no UTC time`, { path, cause });
  }
}

function impossible(path: string, fault: string): ManifestError {
  return new ManifestError("ERR_MANIFEST_ROLLBACK", `Cannot use ${what}: ${fault}`, { path });
}
