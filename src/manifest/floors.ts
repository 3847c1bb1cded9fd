/**
 * Floors against downgrades: for a vehicle the highest versions, counters, epochs and times that verified content has shown.
 *
 * Plain JSON state that the caller keeps in protected storage; see `sealState`. A floor rises with what was verified or installed and
 * never sinks, not even by an authorised rollback: the ledger beside the floors excuses the image below.
 */

import { bytesToHex, encodeJcs, excerpt, sha256 } from "../core/index.ts";
import { checkFloors } from "./floors-parse.ts";
import type { EcuFloor, UpdateFloors } from "./floors-state.ts";
import type { VerifiedReleaseTrust } from "./trust.ts";
import { type CandidateSource, candidateOf, imageFor } from "./update-candidate.ts";
import type { VerifiedTime } from "./uptane/time.ts";

/** What a vehicle knows when it leaves the factory, besides its ECUs. */
export interface CreateFloorsOptions {
  readonly vehicleId?: string;
  /** 0 when absent. */
  readonly timeMs?: number;
  readonly metadata?: Readonly<Record<string, number>>;
}

/** Most failed images that are remembered for an ECU. */
const mostFailed = 32;

/**
 * Makes floors as they leave the factory, each ECU at its provisioned image. Also the step that provisions a replaced ECU.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA` with the JSON pointer of an identifier or number that is none
 * @example
 * ```ts
 * createUpdateFloors({ "gw-1": { releaseCounter: 6, securityEpoch: 3 } }, { vehicleId: "veh-4f1c" });
 * ```
 */
export function createUpdateFloors(
  ecus: Readonly<Record<string, EcuFloor>>,
  { vehicleId, timeMs = 0, metadata = {} }: CreateFloorsOptions = {},
): UpdateFloors {
  return checkFloors({
    schema: "otakit.update-floors/2",
    ...(vehicleId === undefined ? {} : { vehicleId }),
    timeMs,
    metadata,
    ecus,
    rollback: { serial: 0, leastSerial: 1, revoked: [], nonces: [], ecus: {} },
  });
}

/** The floor of one ECU, or `undefined` when none is stored, or none that is well-formed: that is not a floor of zero. */
export function floorOf(floors: UpdateFloors, ecuId: string): EcuFloor | undefined {
  return floors.schema === "otakit.update-floors/2" && Object.hasOwn(floors.ecus, ecuId)
    ? floors.ecus[ecuId]
    : undefined;
}

/**
 * Names a state of floors: SHA-256 over its RFC 8785 form, lower-case hexadecimal. Equal floors have equal digests, so that a secure
 * element can hold the digest where it cannot hold the floors.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA*` when the floors are wrong
 */
export function floorsDigest(floors: UpdateFloors): string {
  return bytesToHex(sha256(encodeJcs(checkFloors(floors))));
}

/**
 * Raises an ECU's floors after the image of verified content was installed and committed on it, and closes the rollback that the
 * installation was, if it was one.
 *
 * @returns new floors; equal to the old ones where the image is not higher
 * @throws RangeError when the content has no image for the ECU, or the ECU has no floor yet: provision it with
 * {@link createUpdateFloors}, so that a lost floor cannot come back as a low one
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA` or `ERR_MANIFEST_SCHEMA_VERSION` when the floors themselves are wrong
 */
export function raiseFloors(
  floors: UpdateFloors,
  ecu: { readonly ecuId: string; readonly hardwareId: string },
  source: CandidateSource,
): UpdateFloors {
  const checked = checkFloors(floors);
  const image = imageFor(candidateOf(source), ecu);
  if (image === undefined) throw new RangeError(`"hardwareId" expected one of the release, got ${ecu.hardwareId}`);
  const old = requireFloor(checked, ecu.ecuId);
  const raised: EcuFloor = {
    ...old,
    releaseCounter: Math.max(old.releaseCounter, image.releaseCounter ?? 0),
    securityEpoch: Math.max(old.securityEpoch, image.securityEpoch ?? 0),
  };
  const { rollback } = checked;
  const use = Object.hasOwn(rollback.ecus, ecu.ecuId) ? rollback.ecus[ecu.ecuId] : undefined;
  const closed = use !== undefined && use.sha256 === image.sha256 ? { ...use, done: true } : use;
  return {
    ...checked,
    ecus: { ...checked.ecus, [ecu.ecuId]: raised },
    rollback: closed === undefined ? rollback : { ...rollback, ecus: { ...rollback.ecus, [ecu.ecuId]: closed } },
  };
}

/**
 * Remembers that an image failed on an ECU, so that it is not offered there again.
 *
 * @param sha256 - digest of the image, 64 lower-case hexadecimal digits
 * @throws RangeError when the ECU has no floor
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA*`
 */
export function rememberFailure(floors: UpdateFloors, ecuId: string, sha256: string): UpdateFloors {
  const checked = checkFloors(floors);
  const old = requireFloor(checked, ecuId);
  const failed = [...(old.failed ?? []).filter((digest) => digest !== sha256), sha256].slice(-mostFailed);
  return checkFloors({ ...checked, ecus: { ...checked.ecus, [ecuId]: { ...old, failed } } });
}

/** Raises the time floor to a verified time. */
export function raiseTimeFloor(floors: UpdateFloors, time: VerifiedTime): UpdateFloors {
  const checked = checkFloors(floors);
  return { ...checked, timeMs: Math.max(checked.timeMs, time.now) };
}

/**
 * Raises the floors of metadata to the versions of verified content; call it as soon as the content was verified.
 *
 * A root of a repository that is higher begins the other roles of its repository anew, because their keys may have been revoked and
 * their versions with them (TUF 1.0.34 section 5.3.11).
 */
export function raiseMetadataFloors(
  floors: UpdateFloors,
  verified: CandidateSource | VerifiedReleaseTrust,
): UpdateFloors {
  const checked = checkFloors(floors);
  const versions = "trust" in verified ? { trust: verified.trust.version } : candidateOf(verified).versions;
  const metadata: Record<string, number> = { ...checked.metadata };
  for (const name of Object.keys(versions).filter((version) => version.endsWith("/root"))) {
    const repository = name.slice(0, -"root".length);
    if (versions[name]! <= (metadata[name] ?? 0)) continue;
    for (const other of Object.keys(metadata)) if (other.startsWith(repository)) delete metadata[other];
  }
  for (const [name, version] of Object.entries(versions)) metadata[name] = Math.max(metadata[name] ?? 0, version);
  return { ...checked, metadata };
}

function requireFloor(floors: UpdateFloors, ecuId: string): EcuFloor {
  const floor = floorOf(floors, ecuId);
  if (floor === undefined) throw new RangeError(`"ecuId" expected an ECU with a floor, got ${excerpt(ecuId)}`);
  return floor;
}
