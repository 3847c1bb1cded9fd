/** The answer of one ECU: identity, floors, what the release demands of what is installed, and authorised rollbacks. */

import { excerpt } from "../core/index.ts";
import { floorOf } from "./floors.ts";
import type { EcuFloor, UpdateFloors } from "./floors-state.ts";
import { own } from "./own.ts";
import { dataFormatReasons, minimumSourceReasons } from "./release-checks.ts";
import type { VerifiedRollbackAuthorisation } from "./rollback-authorisation.ts";
import { type PlannedRollback, rollbackReasons } from "./rollback-rules.ts";
import { type CandidateImage, imageFor, type UpdateCandidate } from "./update-candidate.ts";
import { reasonFor, type VerdictReason } from "./verdict.ts";

/**
 * `install`: at least one ECU should change and all may. `up_to_date`: nothing to do. `not_applicable`: no image fits.
 * `refuse`: a rule forbids it. `unknown`: something needed is not known or contradicts itself.
 */
export type UpdateWord = "install" | "up_to_date" | "not_applicable" | "refuse" | "unknown";

/** What an ECU runs, as its own report says. */
export interface InstalledImage {
  /** SHA-256 of the image, lower-case hexadecimal. */
  readonly sha256: string;
  readonly releaseCounter: number;
  readonly securityEpoch: number;
  /** In the order of the offered image's `versionScheme`; needed when that has a minimum source. */
  readonly version?: string;
  /** Format of the data that it keeps; needed when the offered image has a data format. */
  readonly dataFormat?: number;
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

/** Two of an ECU's floors, with which a decision compares. */
export type EffectiveFloor = Pick<EcuFloor, "releaseCounter" | "securityEpoch">;

/** The answer of one ECU. */
export interface EcuAnswer {
  readonly reasons: readonly VerdictReason[];
  readonly evidence: {
    readonly ecuId: string;
    readonly hardwareId: string;
    readonly decision: UpdateWord;
    readonly installed?: InstalledImage;
    /** The higher of the stored floor and the installed image, as far as they are known. */
    readonly floor?: EffectiveFloor;
    /** What the floors will be when the image is installed. */
    readonly floorAfter?: EffectiveFloor;
    readonly image?: Omit<CandidateImage, "release">;
  };
  readonly rollback?: PlannedRollback;
}

/** What the answer of an ECU depends on besides the ECU. */
export interface EcuContext {
  /** JSON pointer of the ECU in the request. */
  readonly path: string;
  readonly candidate: UpdateCandidate;
  readonly floors: UpdateFloors;
  readonly now: number | undefined;
  readonly authorisations: readonly VerifiedRollbackAuthorisation[];
  /** Rollbacks of the ECUs that were answered before. */
  readonly planned: readonly PlannedRollback[];
  /** Whether the inventory lists the ECU more than once. */
  readonly repeated: boolean;
}

/** Answers for one ECU. */
export function decideEcu(ecu: VehicleEcu, context: EcuContext): EcuAnswer {
  const { path, candidate, floors } = context;
  const { ecuId, hardwareId } = ecu;
  // The ECU's own report: what is not well-formed is not known.
  const installed = isInstalledImage(ecu.installed) ? ecu.installed : undefined;
  const image = imageFor(candidate, ecu);
  const stored = floorOf(floors, ecuId);
  const floor = effectiveFloor(stored, installed);
  const answer = (decision: UpdateWord, reasons: readonly VerdictReason[], rollback?: PlannedRollback): EcuAnswer => ({
    reasons: [...reasons, ...signsOfDowngrade(ecuId, path, installed, stored, floors)],
    evidence: {
      ecuId,
      hardwareId,
      decision,
      ...(installed && { installed }),
      ...(floor && { floor }),
      ...(floor && image && decision === "install" ? { floorAfter: floorAfter(floor, image) } : {}),
      ...(image && { image: offered(image) }),
    },
    ...(rollback && { rollback }),
  });

  const gaps = knowledgeGaps(ecu, context, installed, stored);
  if (image === undefined) {
    if (context.repeated) return answer("unknown", gaps);
    const what = `ECU "${ecuId}": no image for hardware id "${hardwareId}"`;
    return answer("not_applicable", [reasonFor("hardware_not_in_release", what, { path })]);
  }
  // After an authorised rollback the ECU rightly runs what lies below its floor.
  const known = gaps.length === 0 && image.sha256 !== undefined;
  if (known && installed!.sha256 === image.sha256 && isExcused(floors, ecuId, image.sha256)) {
    const what = `ECU "${ecuId}": "${versionText(image)}" is installed by an authorised rollback`;
    return answer("up_to_date", [reasonFor("image_already_installed", what, { path })]);
  }
  const below = floor === undefined ? undefined : counterReason(ecuId, path, image, floor);
  const failed = image.sha256 !== undefined && stored?.failed?.includes(image.sha256) === true;
  const authorised = below === undefined ? undefined : authorisedRollback(ecu, image, floor!, failed, context);
  const isForbidden = failed && authorised?.rollback === undefined;
  const { refusals, unknowns } = imageReasons(ecu, image, installed, stored, { path, failed: isForbidden });
  if (below !== undefined && authorised?.rollback === undefined)
    refusals.unshift(below, ...(authorised?.reasons ?? []));
  if (refusals.length > 0) return answer("refuse", [...refusals, ...gaps, ...unknowns]);
  if (gaps.length > 0 || unknowns.length > 0) return answer("unknown", [...gaps, ...unknowns]);
  if (installed!.sha256 === image.sha256) {
    const what = `ECU "${ecuId}": "${versionText(image)}" is installed`;
    return answer("up_to_date", [reasonFor("image_already_installed", what, { path })]);
  }
  if (authorised?.rollback !== undefined) return answer("install", authorised.reasons, authorised.rollback);
  const what = `ECU "${ecuId}": "${versionText(image)}" with release counter ${image.releaseCounter} may be installed`;
  return answer("install", [reasonFor("image_newer", what, { path })]);
}

/** Every rule but the release counter's, so that an operator sees all that is wrong. */
function imageReasons(
  { ecuId }: VehicleEcu,
  image: CandidateImage,
  installed: InstalledImage | undefined,
  stored: EcuFloor | undefined,
  { path, failed }: { readonly path: string; readonly failed: boolean },
): { readonly refusals: VerdictReason[]; readonly unknowns: VerdictReason[] } {
  const refusals: VerdictReason[] = [];
  const unknowns: VerdictReason[] = [];
  const floor = effectiveFloor(stored, installed);
  if (image.sha256 === undefined) {
    unknowns.push(reasonFor("image_digest_unknown", `ECU "${ecuId}": the image has no SHA-256`, { path }));
  }
  if (image.releaseCounter === undefined) {
    unknowns.push(reasonFor("image_counter_unknown", `ECU "${ecuId}": the image has no release counter`, { path }));
  }
  if (image.securityEpoch === undefined && floor !== undefined && floor.securityEpoch > 0) {
    const what = `ECU "${ecuId}": the image says no security epoch, and the floor is ${floor.securityEpoch}`;
    unknowns.push(reasonFor("image_epoch_unknown", what, { path, evidence: { floor: floor.securityEpoch } }));
  }
  // Stated as what is wanted, so that a number that is none could never pass. No authorisation reaches below this floor.
  if (image.securityEpoch !== undefined && floor !== undefined && !(image.securityEpoch >= floor.securityEpoch)) {
    const what = `ECU "${ecuId}": security epoch ${image.securityEpoch} is below the floor ${floor.securityEpoch}`;
    const evidence = { floor: floor.securityEpoch, found: image.securityEpoch };
    refusals.push(reasonFor("security_epoch_below_floor", what, { path, attack: "downgrade", evidence }));
  }
  const differs = installed !== undefined && image.sha256 !== undefined && installed.sha256 !== image.sha256;
  // What it runs now, and the highest image that it ever reported.
  const seen = [installed, stored?.installed].filter((known) => known !== undefined);
  const other = seen.find((known) => known.releaseCounter === image.releaseCounter && known.sha256 !== image.sha256);
  if (other !== undefined && image.sha256 !== undefined) {
    const what = `ECU "${ecuId}": release counter ${image.releaseCounter} is installed with another digest`;
    const evidence = { installed: other.sha256, offered: image.sha256 };
    refusals.push(reasonFor("image_changed_at_same_counter", what, { path, attack: "equivocation", evidence }));
  }
  if (failed && (installed === undefined || differs)) {
    const what = `ECU "${ecuId}": "${versionText(image)}" failed here before`;
    refusals.push(reasonFor("image_failed_before", what, { path, evidence: { sha256: image.sha256 } }));
  }
  if (image.release !== undefined && differs) {
    const rules = [
      ...minimumSourceReasons(image.release, installed),
      ...dataFormatReasons(image.release.dataFormat, installed.dataFormat),
    ];
    for (const reason of rules) {
      const told = { ...reason, message: `ECU "${ecuId}": ${reason.message}`, path, attack: "none" } as const;
      (reason.code.endsWith("_unknown") ? unknowns : refusals).push(told);
    }
  }
  return { refusals, unknowns };
}

function counterReason(
  ecuId: string,
  path: string,
  { releaseCounter }: CandidateImage,
  floor: EffectiveFloor,
): VerdictReason | undefined {
  if (releaseCounter === undefined || releaseCounter >= floor.releaseCounter) return undefined;
  const what = `ECU "${ecuId}": release counter ${releaseCounter} is below the floor ${floor.releaseCounter}`;
  return reasonFor("release_counter_below_floor", what, {
    path,
    clause: "Uptane 2.1.0 5.4.3.4",
    attack: "downgrade",
    evidence: { floor: floor.releaseCounter, found: releaseCounter },
  });
}

/** The first authorisation that lets the ECU go back, or why none does. */
function authorisedRollback(
  ecu: VehicleEcu,
  image: CandidateImage,
  floor: EffectiveFloor,
  failed: boolean,
  { authorisations, floors, now, path, planned }: EcuContext,
): { readonly reasons: readonly VerdictReason[]; readonly rollback?: PlannedRollback } {
  if (!Number.isSafeInteger(now) || image.sha256 === undefined) return { reasons: [] };
  const { sha256 } = image;
  const beside = planned.map(({ authorisation }) => authorisation);
  const question = { ecu, image, floorCounter: floor.releaseCounter, now: now!, floors, failed, beside };
  const reasons: VerdictReason[] = [];
  for (const [index, authorisation] of authorisations.entries()) {
    const against = rollbackReasons(authorisation, question, `/authorisations/${index}`);
    if (against.length === 0) {
      const { serial, reason } = authorisation.authorisation;
      const what = `ECU "${ecu.ecuId}": authorisation ${serial} allows release counter ${image.releaseCounter} (${excerpt(reason)})`;
      const evidence = { authorisation: authorisation.digest, floor: floor.releaseCounter };
      return {
        reasons: [reasonFor("rollback_authorised", what, { path, evidence })],
        rollback: { ecuId: ecu.ecuId, sha256, authorisation },
      };
    }
    reasons.push(...against);
  }
  return { reasons };
}

function knowledgeGaps(
  { ecuId }: VehicleEcu,
  { path, repeated }: EcuContext,
  installed: InstalledImage | undefined,
  floor: EcuFloor | undefined,
): VerdictReason[] {
  return [
    ...(repeated ? [reasonFor("ecu_listed_twice", `ECU "${ecuId}": listed twice in the inventory`, { path })] : []),
    ...(floor ? [] : [reasonFor("floor_unknown", `ECU "${ecuId}": no floor is stored`, { path })]),
    ...(installed
      ? []
      : [reasonFor("installed_image_unknown", `ECU "${ecuId}": the installed image is not known`, { path })]),
  ];
}

/** Whether an authorised rollback to this image was begun or completed on the ECU, and nothing else was installed since. */
function isExcused({ rollback }: UpdateFloors, ecuId: string, sha256: string): boolean {
  const use = own(rollback.ecus, ecuId);
  return use !== undefined && use.state !== "left" && use.sha256 === sha256;
}

/** An ECU that went back without anybody's permission: no reason to refuse what is newer, but one to look at the vehicle. */
function signsOfDowngrade(
  ecuId: string,
  path: string,
  installed: InstalledImage | undefined,
  stored: EcuFloor | undefined,
  floors: UpdateFloors,
): readonly VerdictReason[] {
  if (installed === undefined || stored === undefined || isExcused(floors, ecuId, installed.sha256)) return [];
  // Not what else the ECU may have put beside it.
  const { sha256, releaseCounter, securityEpoch } = installed;
  if (releaseCounter >= stored.releaseCounter && securityEpoch >= stored.securityEpoch) return [];
  const floor = { releaseCounter: stored.releaseCounter, securityEpoch: stored.securityEpoch };
  const what = `ECU "${ecuId}": it runs release counter ${releaseCounter}, below its floor, and nothing allowed it`;
  const evidence = { floor, found: { sha256, releaseCounter, securityEpoch } };
  return [reasonFor("installed_below_floor", what, { path, attack: "downgrade", evidence })];
}

function isInstalledImage(value: InstalledImage | undefined): value is InstalledImage {
  if (value === undefined || value === null) return false;
  const { sha256, releaseCounter, securityEpoch } = value;
  const isCounter = (count: number): boolean => Number.isSafeInteger(count) && count >= 0;
  return (
    typeof sha256 === "string" && /^[0-9a-f]{64}$/.test(sha256) && isCounter(releaseCounter) && isCounter(securityEpoch)
  );
}

/** A stored floor below what the ECU itself reports, now or earlier, is stale; the highest value holds. */
function effectiveFloor(
  stored: EcuFloor | undefined,
  installed: InstalledImage | undefined,
): EffectiveFloor | undefined {
  if (!stored && !installed) return undefined;
  return {
    releaseCounter: Math.max(...[stored, stored?.installed, installed].map((floor) => floor?.releaseCounter ?? 0)),
    securityEpoch: Math.max(stored?.securityEpoch ?? 0, installed?.securityEpoch ?? 0),
  };
}

function floorAfter(floor: EffectiveFloor, image: CandidateImage): EffectiveFloor {
  return {
    releaseCounter: Math.max(floor.releaseCounter, image.releaseCounter ?? 0),
    securityEpoch: Math.max(floor.securityEpoch, image.securityEpoch ?? 0),
  };
}

function offered({ release: _release, ...image }: CandidateImage): Omit<CandidateImage, "release"> {
  return image;
}

const versionText = ({ version, sha256 }: CandidateImage): string => version ?? sha256?.slice(0, 12) ?? "the image";
