/**
 * Floors against downgrades: for each ECU the highest release counter and security epoch that verified content has shown.
 *
 * Floors are plain JSON state that the caller keeps in protected storage. They rise with what was installed and never sink.
 */

import * as z from "zod/mini";
import { type Limits, parseStrictJson } from "../core/index.ts";
import type { VerifiedRelease } from "./release-envelope.ts";
import { requireShape, shapeError } from "./require-shape.ts";
import { counter, identifier } from "./shapes.ts";

/** Floors of one ECU. */
export interface EcuFloor {
  /** Highest release counter installed so far, 0 .. 2^53-1. */
  readonly releaseCounter: number;
  /** Highest security epoch installed so far, 0 .. 2^53-1. */
  readonly securityEpoch: number;
}

/** Floors of a vehicle, keyed by ECU identifier. */
export interface UpdateFloors {
  readonly schema: "otakit.update-floors/1";
  readonly ecus: Readonly<Record<string, EcuFloor>>;
}

const schema: z.ZodMiniType<UpdateFloors> = /* @__PURE__ */ z.strictObject({
  schema: z.literal("otakit.update-floors/1"),
  ecus: z.record(identifier, z.strictObject({ releaseCounter: counter, securityEpoch: counter })),
});

/** Floors as they leave the factory: each ECU at its provisioned image. */
export function createUpdateFloors(ecus: Readonly<Record<string, EcuFloor>>): UpdateFloors {
  return checkFloors({ schema: "otakit.update-floors/1", ecus });
}

/**
 * Reads floors back from storage; they are untrusted input.
 *
 * @throws `CoreError` `ERR_CORE_JSON_*` or `ERR_CORE_LIMIT`
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA`, or `ERR_MANIFEST_SCHEMA_VERSION` for a version this reader does not know
 */
export function parseUpdateFloors(bytes: Uint8Array, limits?: Partial<Limits>): UpdateFloors {
  return checkFloors(parseStrictJson(bytes, limits));
}

/** The floor of one ECU, or `undefined` when none is stored: that is not a floor of zero. */
export function floorOf(floors: UpdateFloors, ecuId: string): EcuFloor | undefined {
  return Object.hasOwn(floors.ecus, ecuId) ? floors.ecus[ecuId] : undefined;
}

/**
 * Raises an ECU's floors after the image of a verified release was installed and committed on it.
 *
 * @returns new floors; equal to the old ones where the release is not higher
 * @throws RangeError when the release has no image for the hardware id
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA` when the ECU identifier is not 1 .. 128 of `A-Z a-z 0-9 . _ : -`
 */
export function raiseFloors(
  floors: UpdateFloors,
  ecu: { readonly ecuId: string; readonly hardwareId: string },
  release: VerifiedRelease,
): UpdateFloors {
  const image = release.manifest.images.find(({ hardwareId }) => hardwareId === ecu.hardwareId);
  if (image === undefined) throw new RangeError(`"hardwareId" expected one of the release, got ${ecu.hardwareId}`);
  const old = floorOf(floors, ecu.ecuId);
  const raised: EcuFloor = {
    releaseCounter: Math.max(old?.releaseCounter ?? 0, image.releaseCounter),
    securityEpoch: Math.max(old?.securityEpoch ?? 0, image.securityEpoch),
  };
  return checkFloors({ ...floors, ecus: { ...floors.ecus, [ecu.ecuId]: raised } });
}

function checkFloors(value: unknown): UpdateFloors {
  const floors = requireShape(schema, "otakit.update-floors/1", "update floors", value);
  // zod passes over a member of this name, so that its value would go unchecked.
  if (Object.hasOwn(floors.ecus, "__proto__")) throw shapeError("update floors", "/ecus/__proto__", "invalid_key");
  return floors;
}
