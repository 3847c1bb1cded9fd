/** What the Director's targets must be beyond TUF's own rules (Uptane 5.4.4.6 steps 6 to 8, 5.2.3.1). */

import { excerpt, type JsonObject, type JsonValue } from "../../core/index.ts";
import { own } from "../own.ts";
import type { TufTargetFile, TufTargets } from "../tuf/metadata.ts";
import { isObject, readEcuIdentifiers, readReleaseCounter } from "./custom-fields.ts";
import type { DirectorEntry, UptaneInstalled } from "./director-entry.ts";
import { countsForImages } from "./image-hashes.ts";
import type { UptaneProfile } from "./profile.ts";
import { type ReasonPlace, type UptaneReason, type UptaneReasonCode, uptaneReason } from "./reasons.ts";
import type { CheckedVehicle } from "./vehicle.ts";

/** The Director's targets after their checks; nothing of `images` may be used while there are faults. */
export interface CheckedDirector {
  readonly images: readonly DirectorEntry[];
  readonly faults: readonly UptaneReason[];
}

const place = { repository: "director", role: "targets" } as const satisfies ReasonPlace;

/** Most reasons that a file of thousands of faults can make. */
const mostFaults = 64;

/** Whose targets they must be. */
export interface DirectorKnowledge {
  readonly profile: UptaneProfile;
  readonly vehicle: CheckedVehicle;
  /** Release counters that the ECUs must not fall below. */
  readonly releaseCounters: ReadonlyMap<string, number>;
  /** The one ECU that a Secondary knows of: what is assigned to others is none of its business. */
  readonly onlyEcu?: string;
}

/**
 * Reads and checks the Director's targets for this vehicle; every rule is tried, and all that fail are listed.
 *
 * @param previous - the Director's targets before, which were verified
 */
export function checkDirectorTargets(
  client: DirectorKnowledge,
  signed: TufTargets,
  previous: TufTargets | undefined,
): CheckedDirector {
  const faults: UptaneReason[] = [];
  // 5.4.4.6 step 6; a list of no delegations is none.
  const { roles = [], succinct_roles: bins } = signed.delegations ?? {};
  if (roles.length > 0 || bins !== undefined) {
    faults.push(uptaneReason("uptane_delegation_forbidden", "5.4.4.6", place, { got: roles.length }));
  }
  faults.push(...checkVehicle(client, signed));
  const { images, faults: malformed } = readImages(signed, client.profile);
  faults.push(...malformed, ...checkEcus(client, images), ...checkCounters(client, images, previous));
  return { images, faults: faults.slice(0, mostFaults) };
}

/** 5.2.3.1: the vehicle identifier, so that what was meant for one vehicle cannot be replayed to another. */
function checkVehicle({ profile, vehicle }: DirectorKnowledge, signed: TufTargets) {
  const custom = own(signed as unknown as JsonObject, "custom");
  const found: JsonValue | undefined = isObject(custom) ? own(custom, "vehicleIdentifier") : undefined;
  if (found === undefined) {
    const isEmpty = Object.keys(signed.targets).length === 0;
    const demanded =
      profile.vehicleIdentifier === "required" || (profile.vehicleIdentifier === "when_empty" && isEmpty);
    return demanded ? [uptaneReason("uptane_vehicle_missing", "5.2.3.1", place, { had: vehicle.vehicleId })] : [];
  }
  if (found === vehicle.vehicleId) return [];
  const got = typeof found === "string" ? excerpt(found) : typeof found;
  return [uptaneReason("uptane_vehicle_mismatch", "5.2.3.1", place, { had: vehicle.vehicleId, got })];
}

/** Reads the images in the order of the file. */
function readImages({ targets }: TufTargets, profile: UptaneProfile): CheckedDirector {
  const images: DirectorEntry[] = [];
  const faults: UptaneReason[] = [];
  for (const path of Object.keys(targets)) {
    if (faults.length >= mostFaults) break;
    const file = targets[path]!;
    const ecus = readEcuIdentifiers(path, file);
    const counter = readReleaseCounter(path, file, profile);
    for (const { fault } of [ecus, counter]) {
      if (fault === undefined) continue;
      const evidence = { had: fault.expected, target: excerpt(path) };
      faults.push(uptaneReason("uptane_custom_malformed", "5.2.3.1.1", { ...place, path: fault.path }, evidence));
    }
    if (ecus.fault !== undefined || counter.fault !== undefined) continue;
    // 5.2.3.1.1: "An ECU identifier … SHALL be provided from the Director repository for each image".
    if (ecus.value.length === 0) faults.push(imageFault("uptane_ecu_missing", "5.2.3.1.1", path));
    if (counter.value === undefined && profile.releaseCounter === "required") {
      faults.push(imageFault("uptane_release_counter_missing", "5.2.3.1.1", path));
    }
    const releaseCounter = counter.value === undefined ? {} : { releaseCounter: counter.value };
    images.push({ path, file, ecus: ecus.value, ...releaseCounter });
  }
  return { images, faults };
}

/** 5.4.4.6 steps 7 and 8: no ECU twice, and only ECUs of this vehicle; 5.4.3.4 step 3: of the model that it has. */
function checkEcus({ vehicle, onlyEcu }: DirectorKnowledge, images: readonly DirectorEntry[]) {
  const faults: UptaneReason[] = [];
  const seen = new Set<string>();
  for (const { path, ecus } of images) {
    for (const { ecuId, hardwareId } of ecus) {
      if (faults.length >= mostFaults) return faults;
      if (seen.has(ecuId)) faults.push(imageFault("uptane_ecu_repeated", "5.4.4.6", path, { ecuId }));
      seen.add(ecuId);
      if (onlyEcu !== undefined && ecuId !== onlyEcu) continue;
      const had = vehicle.hardwareIds.get(ecuId);
      if (had === undefined) faults.push(imageFault("uptane_ecu_unknown", "5.4.4.6", path, { ecuId }));
      else if (had !== hardwareId) {
        const evidence = { had, got: hardwareId, ecuId };
        faults.push(imageFault("uptane_ecu_hardware_mismatch", "5.4.3.4", path, evidence));
      }
    }
  }
  return faults;
}

/** 5.4.4.2 step 10: no ECU's release counter below that of the previous metadata, nor below the caller's floor. */
function checkCounters(
  { profile, releaseCounters, onlyEcu }: DirectorKnowledge,
  images: readonly DirectorEntry[],
  previous: TufTargets | undefined,
) {
  const faults: UptaneReason[] = [];
  const before = previous === undefined ? [] : readImages(previous, profile).images;
  const floors = new Map(releaseCounters);
  for (const { ecus, releaseCounter = 0 } of before) {
    for (const { ecuId } of ecus) floors.set(ecuId, Math.max(floors.get(ecuId) ?? 0, releaseCounter));
  }
  for (const { path, ecus, releaseCounter: got } of images) {
    for (const { ecuId } of ecus) {
      if (onlyEcu !== undefined && ecuId !== onlyEcu) continue;
      const had = floors.get(ecuId) ?? 0;
      // Where a profile demands no counter, leaving it out must not be the way below a floor.
      if ((got ?? 0) >= had) continue;
      const evidence = { had, ...(got === undefined ? {} : { got }), ecuId };
      faults.push(imageFault("uptane_release_counter_rollback", "5.4.4.2", path, evidence));
      if (faults.length >= mostFaults) return faults;
    }
  }
  return faults;
}

/** 5.4.4.2 step 6: whether every ECU runs what the Director assigns; what is not known of an ECU is no yes. */
export function isInstalled(
  images: readonly DirectorEntry[],
  installed: ReadonlyMap<string, UptaneInstalled>,
): boolean {
  return images.every(({ file, ecus }) => ecus.every(({ ecuId }) => runs(installed.get(ecuId), file)));
}

function runs(installed: UptaneInstalled | undefined, { length, hashes }: TufTargetFile): boolean {
  if (installed === undefined || (installed.length ?? length) !== length) return false;
  const common = Object.keys(hashes).filter((algorithm) => Object.hasOwn(installed.hashes, algorithm));
  return common.some(countsForImages) && common.every((algorithm) => installed.hashes[algorithm] === hashes[algorithm]);
}

function imageFault(
  code: UptaneReasonCode,
  clause: string,
  path: string,
  evidence: UptaneReason["evidence"] = {},
): UptaneReason {
  return uptaneReason(code, clause, place, { ...evidence, target: excerpt(path) });
}
