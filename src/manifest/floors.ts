/**
 * Floors against downgrades: for each ECU the highest release counter and security epoch that verified content has shown.
 *
 * Floors are plain JSON state that the caller keeps in protected storage. They rise with what was installed and never sink.
 */

import * as z from "zod/mini";
import { type Limits, parseStrictJson } from "../core/index.ts";
import type { VerifiedRelease } from "./release-envelope.ts";
import { requireSchemaId, requireShape } from "./require-shape.ts";
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

const what = "update floors";

const floorsSchema: z.ZodMiniType<{ schema: "otakit.update-floors/1"; ecus: unknown }> = /* @__PURE__ */ z.strictObject(
  {
    schema: z.literal("otakit.update-floors/1"),
    ecus: z.unknown(),
  },
);

/** Any object; its members are checked one by one. */
const recordSchema: z.ZodMiniType<Record<string, unknown>> = /* @__PURE__ */ z.custom<Record<string, unknown>>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
);

const floorSchema: z.ZodMiniType<EcuFloor> = /* @__PURE__ */ z.strictObject({
  releaseCounter: counter,
  securityEpoch: counter,
});

/**
 * Makes floors as they leave the factory, each ECU at its provisioned image. Also the step that provisions a replaced ECU.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA` with the JSON pointer of an identifier or number that is none
 * @example
 * ```ts
 * createUpdateFloors({ "gw-1": { releaseCounter: 6, securityEpoch: 3 } });
 * ```
 */
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

/** The floor of one ECU, or `undefined` when none is stored, or none that is well-formed: that is not a floor of zero. */
export function floorOf(floors: UpdateFloors, ecuId: string): EcuFloor | undefined {
  const known = floors.schema === "otakit.update-floors/1" && Object.hasOwn(floors.ecus, ecuId);
  const floor = known ? floors.ecus[ecuId] : undefined;
  return floor !== undefined && floorSchema.safeParse(floor).success ? floor : undefined;
}

/**
 * Raises an ECU's floors after the image of a verified release was installed and committed on it.
 *
 * @returns new floors; equal to the old ones where the release is not higher
 * @throws RangeError when the release has no image for the hardware id, or the ECU has no floor yet: provision it with
 * {@link createUpdateFloors}, so that a lost floor cannot come back as a low one
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA` or `ERR_MANIFEST_SCHEMA_VERSION` when the floors themselves are wrong
 */
export function raiseFloors(
  floors: UpdateFloors,
  ecu: { readonly ecuId: string; readonly hardwareId: string },
  release: VerifiedRelease,
): UpdateFloors {
  const { ecus } = checkFloors(floors);
  const image = release.manifest.images.find(({ hardwareId }) => hardwareId === ecu.hardwareId);
  if (image === undefined) throw new RangeError(`"hardwareId" expected one of the release, got ${ecu.hardwareId}`);
  const old = floorOf(floors, ecu.ecuId);
  if (old === undefined) throw new RangeError(`"ecuId" expected an ECU with a floor, got ${ecu.ecuId}`);
  const raised: EcuFloor = {
    releaseCounter: Math.max(old.releaseCounter, image.releaseCounter),
    securityEpoch: Math.max(old.securityEpoch, image.securityEpoch),
  };
  return { schema: "otakit.update-floors/1", ecus: { ...ecus, [ecu.ecuId]: raised } };
}

/** Checks floors and gives a copy, which nobody else can lower. */
function checkFloors(value: unknown): UpdateFloors {
  requireSchemaId("otakit.update-floors/1", what, value);
  requireShape(floorsSchema, what, value);
  const { ecus } = value;
  requireShape(recordSchema, what, ecus, ["ecus"]);
  const checked = Object.keys(ecus).map((ecuId): [string, EcuFloor] => {
    const floor = ecus[ecuId];
    requireShape(identifier, what, ecuId, ["ecus", ecuId]);
    requireShape(floorSchema, what, floor, ["ecus", ecuId]);
    return [ecuId, { releaseCounter: floor.releaseCounter, securityEpoch: floor.securityEpoch }];
  });
  return { schema: "otakit.update-floors/1", ecus: Object.fromEntries(checked) };
}
