/** What a Director has to remember of a vehicle, so that versions rise and nothing is directed that was directed past. */

import * as z from "zod/mini";
import { type Limits, parseStrictJson } from "../../../core/index.ts";
import { objectOf, recordOf, requireDocument } from "../../bounded-schema.ts";
import { requireSchemaId } from "../../require-shape.ts";
import { counter, identifier } from "../../shapes.ts";
import type { TufMetaFile } from "../../tuf/metadata.ts";
import type { DirectorAssignment } from "./assignment.ts";

/** The newest image that was directed to an ECU. */
export interface DirectedImage {
  /** Highest release counter that was ever directed to the ECU. */
  readonly releaseCounter: number;
  /** SHA-256 of the image, or its SHA-512 where that alone is listed; lower-case hexadecimal. */
  readonly digest: string;
}

/** What was signed last, as far as it is needed to go on from there. */
export interface DirectorSigned {
  /** Version of the root by whose keys it was signed. */
  readonly root: number;
  /** SHA-256 of the RFC 8785 form of the listed images. */
  readonly content: string;
  /** The snapshot as the timestamp lists it. */
  readonly snapshot: TufMetaFile;
  /** Epoch milliseconds until which both targets and snapshot are valid. */
  readonly validUntil: number;
}

/** State of one vehicle, plain JSON: keep it where the vehicle's record is, and replace it together with the published files. */
export interface DirectorVehicleState {
  readonly schema: "otakit.director-vehicle/1";
  readonly vehicleId: string;
  /** Versions signed last; 0 before the first. */
  readonly versions: { readonly targets: number; readonly snapshot: number; readonly timestamp: number };
  readonly signed?: DirectorSigned;
  /** By ECU identifier. */
  readonly ecus: Readonly<Record<string, DirectedImage>>;
}

const schemaId = "otakit.director-vehicle/1";
const what = "Director state";
const digest = /* @__PURE__ */ z.string().check(z.regex(/^[0-9a-f]{64}([0-9a-f]{64})?$/));
const version = /* @__PURE__ */ z.int().check(z.gte(1));

const directedSchema = /* @__PURE__ */ objectOf<DirectedImage>({ releaseCounter: counter, digest });

const signedSchema = /* @__PURE__ */ objectOf<DirectorSigned>({
  root: version,
  content: digest,
  snapshot: /* @__PURE__ */ objectOf<TufMetaFile>({
    version,
    length: z.exactOptional(counter),
    hashes: z.exactOptional(z.record(z.string(), digest)),
  }),
  validUntil: z.int(),
});

const stateSchema = /* @__PURE__ */ objectOf<DirectorVehicleState>({
  schema: z.literal(schemaId),
  vehicleId: identifier,
  versions: /* @__PURE__ */ objectOf<DirectorVehicleState["versions"]>({
    targets: counter,
    snapshot: counter,
    timestamp: counter,
  }),
  signed: z.exactOptional(signedSchema),
  ecus: /* @__PURE__ */ recordOf(identifier, directedSchema, 10_000),
});

/**
 * Starts the state of a vehicle.
 *
 * @param version - what all versions are to be above: 0 for a new vehicle; where a state was lost, a number at least as high as
 * any that the vehicle may have seen, or it refuses everything as a rollback
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA` for an identifier or a version that is none
 * @example
 * ```ts
 * startDirectorVehicle("veh-17").versions.targets; // 0
 * ```
 */
export function startDirectorVehicle(vehicleId: string, version = 0): DirectorVehicleState {
  const versions = { targets: version, snapshot: version, timestamp: version };
  return checkDirectorState({ schema: schemaId, vehicleId, versions, ecus: {} });
}

/**
 * Reads a state back from storage; it is untrusted input.
 *
 * @throws `CoreError` `ERR_CORE_JSON_*` or `ERR_CORE_LIMIT`
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA`, or `ERR_MANIFEST_SCHEMA_VERSION` for a version this reader does not know
 */
export function parseDirectorState(bytes: Uint8Array, limits?: Partial<Limits>): DirectorVehicleState {
  return checkDirectorState(parseStrictJson(bytes, limits));
}

/** Checks a state, which anybody may have written. */
export function checkDirectorState(value: unknown): DirectorVehicleState {
  requireSchemaId(schemaId, what, value);
  requireDocument(stateSchema, what, value);
  return value;
}

/** What was directed to an ECU before; no name of Object's prototype is one. */
export function directedTo({ ecus }: DirectorVehicleState, ecuId: string): DirectedImage | undefined {
  return Object.hasOwn(ecus, ecuId) ? ecus[ecuId] : undefined;
}

/** The ECUs after an assignment was signed; those that it does not name stay as they were. */
export function ecusAfter(
  { ecus }: DirectorVehicleState,
  { images }: DirectorAssignment,
): DirectorVehicleState["ecus"] {
  const directed = images.map(
    (image) => [image.ecuId, { releaseCounter: image.releaseCounter, digest: digestOf(image) }] as const,
  );
  return { ...ecus, ...Object.fromEntries(directed) };
}

/** The hash by which an image is remembered. */
export function digestOf({ hashes }: DirectorAssignment["images"][number]): string {
  return hashes["sha256"] ?? hashes["sha512"]!;
}
