/**
 * Profiles: what Uptane 2.1.0 leaves to implementers, decided as data.
 *
 * Both run through the same checks; a profile never takes a signature, a version or an expiry check away.
 */

import type { TufPolicy } from "../tuf/policy.ts";
import { strictTufWire, type TufWire } from "../tuf/wire.ts";
import type { UptaneRepository } from "./reasons.ts";
import { atsReportRules, strictReportRules, type UptaneReportRules } from "./report-rules.ts";

/** The choices of a policy that decide about signatures, for one repository. */
export interface UptaneRepositoryRules {
  readonly wire: TufWire;
  readonly keyIds: "opaque" | "strict";
  readonly pssSalt: "hash" | "any";
}

/** A profile: how repositories are written, and which custom fields must be there. */
export interface UptaneProfile {
  readonly name: string;
  readonly director: UptaneRepositoryRules;
  readonly image: UptaneRepositoryRules;
  /** Whether the Director's targets must always name the vehicle; 5.2.3.1 demands it of empty ones, which `optional` does not. */
  readonly vehicleIdentifier: "required" | "when_empty" | "optional";
  /** Whether both repositories must give a release counter; where one does, the other must give the same. */
  readonly releaseCounter: "required" | "optional";
  /** Members of `custom` that hold the release counter; the first that is there counts. */
  readonly releaseCounterNames: readonly string[];
  /** Hardware ids of an image: `custom.hardwareIds` of the Image repository, or, where it is absent, those of its `ecuIdentifiers`. */
  readonly hardwareIds: "required" | "or_ecu_identifiers";
  /** Hashes of both repositories: the same algorithms; or one in common, and every common one the same. */
  readonly hashes: "same" | "common";
  /** Members of `custom` that SHALL match (5.2.3.1.1) beside hardware id and release counter: the same on both sides, or on neither. */
  readonly shared: readonly string[];
  /** A delegated role that has expired: the resolution is aborted (5.4.4.7 step 1), or goes on as if it listed nothing. */
  readonly expiredDelegation: "refuse" | "lists_nothing";
  /** Version reports of ECUs and vehicles. */
  readonly reports: UptaneReportRules;
}

const strictRules: UptaneRepositoryRules = {
  wire: { ...strictTufWire, delegations: "uptane" },
  keyIds: "opaque",
  pssSalt: "hash",
};

const atsWire: TufWire = {
  types: "capitalised",
  specVersion: "optional",
  keySchemes: "optional",
  keyIdOf: "public_text",
  signatures: "hex_or_base64",
  listedHashes: "canonical_json",
  sameVersion: "replace",
  roles: "all",
  delegationFolder: "delegations/",
  delegations: "tuf",
};

/**
 * The profiles that otakit knows.
 *
 * `uptane-2.1` is the default: TUF 1.0.34 metadata on both repositories, all four roles each, vehicle identifier and release counters
 * always. `uptane-ats` reads what aktualizr reads: repositories of ota-tuf and Torizon, whose Director has no timestamp and no snapshot.
 *
 * Standard: Uptane 2.1.0; aktualizr and ota-tuf for the second.
 */
export const uptaneProfiles: { readonly "uptane-2.1": UptaneProfile; readonly "uptane-ats": UptaneProfile } = {
  "uptane-2.1": {
    name: "uptane-2.1",
    director: strictRules,
    image: strictRules,
    vehicleIdentifier: "required",
    releaseCounter: "required",
    releaseCounterNames: ["releaseCounter"],
    hardwareIds: "required",
    hashes: "same",
    shared: ["otakit"],
    expiredDelegation: "refuse",
    reports: strictReportRules,
  },
  "uptane-ats": {
    name: "uptane-ats",
    director: { wire: { ...atsWire, roles: "root_and_targets" }, keyIds: "strict", pssSalt: "hash" },
    image: { wire: atsWire, keyIds: "strict", pssSalt: "hash" },
    vehicleIdentifier: "optional",
    releaseCounter: "optional",
    releaseCounterNames: ["releaseCounter", "release_counter"],
    hardwareIds: "or_ecu_identifiers",
    hashes: "common",
    shared: [],
    expiredDelegation: "lists_nothing",
    reports: atsReportRules,
  },
};

/** Name of a profile that otakit knows. */
export type UptaneProfileName = keyof typeof uptaneProfiles;

/** What an Uptane client decides for itself, for both repositories alike: the bounds of {@link TufPolicy}. */
export type UptanePolicy = Omit<TufPolicy, "keyIds" | "pssSalt" | "wire">;

/**
 * A profile by its name, or the one that is given.
 *
 * @throws RangeError when no profile has the name
 */
export function resolveProfile(profile: UptaneProfileName | UptaneProfile): UptaneProfile {
  if (typeof profile !== "string") return profile;
  if (Object.hasOwn(uptaneProfiles, profile)) return uptaneProfiles[profile];
  throw new RangeError(`"profile" expected one of ${Object.keys(uptaneProfiles).join(", ")}, got ${profile}`);
}

/** The policy of a TUF client of one repository. */
export function uptaneTufPolicy(
  profile: UptaneProfileName | UptaneProfile,
  repository: UptaneRepository,
  policy: UptanePolicy = {},
): TufPolicy {
  return { ...policy, ...resolveProfile(profile)[repository] };
}
