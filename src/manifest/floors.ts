/**
 * Floors against downgrades: for a vehicle the highest versions, counters, epochs and times that verified content has shown.
 *
 * Plain JSON state that the caller keeps in protected storage; see `sealState`. A floor rises with what was verified or installed and
 * never sinks, not even by an authorised rollback: the ledger beside the floors excuses the image below. What a function of this
 * module returns was checked as what it takes: floors that can be stored can be read back.
 */

import { bytesToHex, encodeJcs, excerpt, sha256 } from "../core/index.ts";
import { checkFloors } from "./floors-parse.ts";
import type { EcuFloor, RollbackUse, UpdateFloors } from "./floors-state.ts";
import { own } from "./own.ts";
import { type CandidateImage, type CandidateSource, candidateOf, imageFor } from "./update-candidate.ts";
import type { VerifiedEcuReport } from "./uptane/ecu-report.ts";
import type { VerifiedTime } from "./uptane/time.ts";
import type { VerifiedVehicleManifest } from "./uptane/vehicle-manifest.ts";

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
  return floors.schema === "otakit.update-floors/2" ? own(floors.ecus, ecuId) : undefined;
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
 * Raises an ECU's floors after the image of verified content was installed and committed on it. It closes the rollback that the
 * installation was, and ends one that lies behind.
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
  return checkFloors(raisedTo(checked, ecu.ecuId, image));
}

/**
 * Raises the floors of every ECU whose own verified report says that it runs its image of verified content, and remembers the image.
 *
 * The numbers are those that the signed content has for the ECU itself, never those of the report or of another ECU's image: a
 * compromised ECU that names an image which it does not run cannot raise its floor out of reach. Reports of other images, of ECUs
 * whose hardware is not known, and of ECUs without a floor, change nothing.
 *
 * @param ecus - the inventory: what hardware each ECU is, which its report does not say; one that it lists with two is not known
 * @throws RangeError when the manifest is of another vehicle than the floors
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA*` when the floors are wrong
 * @example
 * ```ts
 * const { manifest } = evaluateVehicleManifest(bytes, inventory, state, { now });
 * if (manifest !== undefined) floors = raiseInstalledFloors(floors, manifest, release, inventory.ecus);
 * ```
 */
export function raiseInstalledFloors(
  floors: UpdateFloors,
  reported: VerifiedEcuReport | VerifiedVehicleManifest,
  source: CandidateSource,
  ecus: readonly { readonly ecuId: string; readonly hardwareId: string }[],
): UpdateFloors {
  let raised = checkFloors(floors);
  const isManifest = "reports" in reported;
  if (isManifest && raised.vehicleId !== undefined && raised.vehicleId !== reported.vehicleId) {
    throw new RangeError(`"reported" expected vehicle ${raised.vehicleId}, got ${reported.vehicleId}`);
  }
  const candidate = candidateOf(source);
  for (const { ecuId, installedImage } of isManifest ? reported.reports : [reported]) {
    const hardwareId = hardwareIdOf(ecuId, ecus);
    const image = hardwareId === undefined ? undefined : imageFor(candidate, { ecuId, hardwareId });
    const { length, hashes } = installedImage;
    if (image?.length !== length || image.sha256 !== own(hashes, "sha256")) continue;
    const old = floorOf(raised, ecuId);
    const { sha256, releaseCounter } = image;
    if (sha256 === undefined || releaseCounter === undefined || old === undefined) continue;
    raised = raisedTo(raised, ecuId, image);
    // At one counter the first image stays, so that another one is seen as such.
    if (old.installed !== undefined && old.installed.releaseCounter >= releaseCounter) continue;
    const seen = { ...raised.ecus[ecuId]!, installed: { releaseCounter, sha256 } };
    raised = { ...raised, ecus: { ...raised.ecus, [ecuId]: seen } };
  }
  return checkFloors(raised);
}

/** What kind an ECU is; `undefined` when the inventory does not say, or says two things. */
function hardwareIdOf(
  ecuId: string,
  ecus: readonly { readonly ecuId: string; readonly hardwareId: string }[],
): string | undefined {
  const [first, ...others] = ecus.filter((ecu) => ecu.ecuId === ecuId);
  return others.every(({ hardwareId }) => hardwareId === first?.hardwareId) ? first?.hardwareId : undefined;
}

/** Floors with an image installed on an ECU. */
function raisedTo(floors: UpdateFloors, ecuId: string, image: CandidateImage): UpdateFloors {
  const old = requireFloor(floors, ecuId);
  const raised: EcuFloor = {
    ...old,
    releaseCounter: Math.max(old.releaseCounter, image.releaseCounter ?? 0),
    securityEpoch: Math.max(old.securityEpoch, image.securityEpoch ?? 0),
  };
  const { rollback } = floors;
  const use = own(rollback.ecus, ecuId);
  return {
    ...floors,
    ecus: { ...floors.ecus, [ecuId]: raised },
    rollback:
      use === undefined ? rollback : { ...rollback, ecus: { ...rollback.ecus, [ecuId]: afterInstall(use, image) } },
  };
}

/** One that was begun is spent as well when something else was installed in its place. */
function afterInstall(use: RollbackUse, { sha256 }: CandidateImage): RollbackUse {
  if (use.sha256 !== sha256) return { ...use, state: "left" };
  return use.state === "begun" ? { ...use, state: "installed" } : use;
}

/**
 * Remembers that an image failed on an ECU, so that it is not offered there again. A rollback to it that was begun is over and spent,
 * also when its authorisation names the image: going on takes a new one.
 *
 * @param sha256 - digest of the image, 64 lower-case hexadecimal digits
 * @throws RangeError when the ECU has no floor
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA*`
 */
export function rememberFailure(floors: UpdateFloors, ecuId: string, sha256: string): UpdateFloors {
  const checked = checkFloors(floors);
  const old = requireFloor(checked, ecuId);
  const failed = [...(old.failed ?? []).filter((digest) => digest !== sha256), sha256].slice(-mostFailed);
  const { rollback } = checked;
  const use = own(rollback.ecus, ecuId);
  const isOver = use?.state === "begun" && use.sha256 === sha256;
  return checkFloors({
    ...checked,
    ecus: { ...checked.ecus, [ecuId]: { ...old, failed } },
    rollback: isOver ? { ...rollback, ecus: { ...rollback.ecus, [ecuId]: { ...use, state: "left" } } } : rollback,
  });
}

/** Raises the time floor to a verified time. */
export function raiseTimeFloor(floors: UpdateFloors, time: VerifiedTime): UpdateFloors {
  const checked = checkFloors(floors);
  return checkFloors({ ...checked, timeMs: Math.max(checked.timeMs, time.now) });
}

function requireFloor(floors: UpdateFloors, ecuId: string): EcuFloor {
  const floor = floorOf(floors, ecuId);
  if (floor === undefined) throw new RangeError(`"ecuId" expected an ECU with a floor, got ${excerpt(ecuId)}`);
  return floor;
}
