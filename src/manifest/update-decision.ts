/** The vehicle's answer to "may I install this release?": identity, then the two floors, then what is installed. */

import type { Decision, Reason } from "../core/index.ts";
import { type EcuFloor, floorOf, type UpdateFloors } from "./floors.ts";
import type { ManifestReasonCode } from "./reasons.ts";
import type { ReleaseImage } from "./release-image.ts";
import type { VerifiedRelease } from "./verified-release.ts";

/** What an ECU runs, as its own report says. */
export interface InstalledImage {
  /** SHA-256 of the image, lower-case hexadecimal. */
  readonly sha256: string;
  readonly releaseCounter: number;
  readonly securityEpoch: number;
}

/** One ECU of the vehicle. */
export interface VehicleEcu {
  /** Uptane ECU identifier, unique in the vehicle. */
  readonly ecuId: string;
  /** Uptane hardware identifier. */
  readonly hardwareId: string;
  /** Absent when not known; that never counts as "nothing installed". */
  readonly installed?: InstalledImage;
}

/** Input of {@link decideUpdate}. */
export interface UpdateRequest {
  readonly candidate: VerifiedRelease;
  readonly ecus: readonly VehicleEcu[];
  readonly floors: UpdateFloors;
}

/**
 * `install`: at least one ECU should change and all may. `up_to_date`: nothing to do. `not_applicable`: no image fits.
 * `refuse`: a rule forbids it. `unknown`: something needed is not known or contradicts itself.
 */
export type UpdateWord = "install" | "up_to_date" | "not_applicable" | "refuse" | "unknown";

/** Facts for one ECU. */
export interface EcuEvidence {
  readonly ecuId: string;
  readonly hardwareId: string;
  readonly decision: UpdateWord;
  readonly installed?: InstalledImage;
  /** The higher of the stored floor and the installed image, as far as they are known. */
  readonly floor?: EcuFloor;
  readonly image?: OfferedImage;
}

/** What the release offers to an ECU. */
export type OfferedImage = Pick<ReleaseImage, "version" | "releaseCounter" | "securityEpoch" | "hashes">;

/** Facts that the decision rests on. */
export interface UpdateEvidence {
  readonly releaseId: string;
  readonly releaseDigest: string;
  readonly ecus: readonly EcuEvidence[];
}

/** Answer of {@link decideUpdate}. */
export type UpdateDecision = Decision<UpdateWord, ManifestReasonCode, UpdateEvidence>;

type UpdateReason = Reason<ManifestReasonCode>;

/** Strongest first: one ECU that must refuse decides for the vehicle, because a release is installed as a whole. */
const strength: readonly UpdateWord[] = ["refuse", "unknown", "install", "up_to_date", "not_applicable"];

/**
 * Decides whether a vehicle may install a verified release. Total and pure; ECUs are answered in the order given.
 *
 * Every rule is evaluated for every ECU; `reasons` lists them by strength, so the first one is decisive.
 *
 * Standard: Uptane 2.1.0 section 5.4.3.4 (hardware identifier and release counter of an image); the security epoch is an
 * addition of this project.
 *
 * @example
 * ```ts
 * const { decision, reasons } = decideUpdate({ candidate: release, ecus, floors });
 * if (decision !== "install") console.log(reasons[0].message);
 * ```
 */
export function decideUpdate({ candidate, ecus, floors }: UpdateRequest): UpdateDecision {
  const { manifest, digest } = candidate;
  const listed = new Map<string, number>();
  for (const { ecuId } of ecus) listed.set(ecuId, (listed.get(ecuId) ?? 0) + 1);
  const answers = ecus.map((ecu, index) =>
    decideEcu(ecu, `/ecus/${index}`, candidate, floors, listed.get(ecu.ecuId)! > 1),
  );
  const byStrength = strength.map((word) => answers.filter(({ evidence }) => evidence.decision === word));
  const decisive = byStrength.findIndex((group) => group.length > 0);
  const decision = strength[decisive] ?? "not_applicable";
  const reasons = byStrength.flatMap((group) => group.flatMap((answer) => answer.reasons));
  if (decision === "not_applicable") {
    reasons.unshift({
      code: "no_ecu_for_release",
      message: `No ECU of the vehicle has a hardware id of release "${manifest.releaseId}"`,
      path: "/ecus",
    });
  }
  return {
    decision,
    reasons,
    evidence: { releaseId: manifest.releaseId, releaseDigest: digest, ecus: answers.map(({ evidence }) => evidence) },
  };
}

function decideEcu(
  ecu: VehicleEcu,
  path: string,
  candidate: VerifiedRelease,
  floors: UpdateFloors,
  repeated: boolean,
): { readonly reasons: readonly UpdateReason[]; readonly evidence: EcuEvidence } {
  const { ecuId, hardwareId } = ecu;
  // The ECU's own report: what is not well-formed is not known.
  const installed = isInstalledImage(ecu.installed) ? ecu.installed : undefined;
  const image = candidate.manifest.images.find((entry) => entry.hardwareId === hardwareId);
  const floor = effectiveFloor(floorOf(floors, ecuId), installed);
  const answer = (decision: UpdateWord, reasons: readonly UpdateReason[]) => ({
    reasons,
    evidence: {
      ecuId,
      hardwareId,
      decision,
      ...(installed && { installed }),
      ...(floor && { floor }),
      ...(image && { image: pickImage(image) }),
    },
  });

  const gaps = knowledgeGaps(ecuId, path, installed, floorOf(floors, ecuId), repeated);
  if (image === undefined) {
    if (repeated) return answer("unknown", gaps);
    return answer("not_applicable", [
      { code: "hardware_not_in_release", message: `ECU "${ecuId}": no image for hardware id "${hardwareId}"`, path },
    ]);
  }
  const refusals = floor ? floorRefusals(ecuId, path, image, floor) : [];
  const changed = installed && installed.sha256 !== image.hashes.sha256;
  if (changed && installed.releaseCounter === image.releaseCounter) {
    refusals.push({
      code: "image_changed_at_same_counter",
      message: `ECU "${ecuId}": release counter ${image.releaseCounter} is installed with another digest`,
      path,
      evidence: { installed: installed.sha256, offered: image.hashes.sha256 },
    });
  }
  if (refusals.length > 0) return answer("refuse", [...refusals, ...gaps]);
  if (gaps.length > 0) return answer("unknown", gaps);
  if (changed) {
    const message = `ECU "${ecuId}": "${image.version}" with release counter ${image.releaseCounter} may be installed`;
    return answer("install", [{ code: "image_newer", message, path }]);
  }
  return answer("up_to_date", [
    { code: "image_already_installed", message: `ECU "${ecuId}": "${image.version}" is installed`, path },
  ]);
}

/** Both rules, so that an operator sees all that is wrong. */
function floorRefusals(ecuId: string, path: string, image: ReleaseImage, floor: EcuFloor): UpdateReason[] {
  const reasons: UpdateReason[] = [];
  // Stated as what is wanted, so that a number that is none could never pass.
  if (!(image.releaseCounter >= floor.releaseCounter)) {
    reasons.push({
      code: "release_counter_below_floor",
      message: `ECU "${ecuId}": release counter ${image.releaseCounter} is below the floor ${floor.releaseCounter}`,
      path,
      clause: "Uptane 2.1.0 5.4.3.4",
      evidence: { floor: floor.releaseCounter, found: image.releaseCounter },
    });
  }
  if (!(image.securityEpoch >= floor.securityEpoch)) {
    reasons.push({
      code: "security_epoch_below_floor",
      message: `ECU "${ecuId}": security epoch ${image.securityEpoch} is below the floor ${floor.securityEpoch}`,
      path,
      evidence: { floor: floor.securityEpoch, found: image.securityEpoch },
    });
  }
  return reasons;
}

function knowledgeGaps(
  ecuId: string,
  path: string,
  installed: InstalledImage | undefined,
  floor: EcuFloor | undefined,
  repeated: boolean,
): UpdateReason[] {
  const reasons: UpdateReason[] = [];
  const add = (code: ManifestReasonCode, what: string) =>
    reasons.push({ code, message: `ECU "${ecuId}": ${what}`, path });
  if (repeated) add("ecu_listed_twice", "listed twice in the inventory");
  if (!floor) add("floor_unknown", "no floor is stored");
  if (!installed) add("installed_image_unknown", "the installed image is not known");
  return reasons;
}

function isInstalledImage(value: InstalledImage | undefined): value is InstalledImage {
  if (value === undefined || value === null) return false;
  const { sha256, releaseCounter, securityEpoch } = value;
  const isCounter = (count: number): boolean => Number.isSafeInteger(count) && count >= 0;
  return /^[0-9a-f]{64}$/.test(sha256) && isCounter(releaseCounter) && isCounter(securityEpoch);
}

/** A stored floor below what the ECU itself reports is stale; the higher value holds. */
function effectiveFloor(stored: EcuFloor | undefined, installed: InstalledImage | undefined): EcuFloor | undefined {
  if (!stored && !installed) return undefined;
  return {
    releaseCounter: Math.max(stored?.releaseCounter ?? 0, installed?.releaseCounter ?? 0),
    securityEpoch: Math.max(stored?.securityEpoch ?? 0, installed?.securityEpoch ?? 0),
  };
}

function pickImage({ version, releaseCounter, securityEpoch, hashes }: ReleaseImage): OfferedImage {
  return { version, releaseCounter, securityEpoch, hashes };
}
