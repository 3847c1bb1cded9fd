/** What a vehicle may install: images on which Director and Image repository agree. */

import {
  bytesToHex,
  encodeCanonicalJson,
  freezeJson,
  type JsonObject,
  type JsonValue,
  sha256,
} from "../../core/index.ts";
import { encodePublicKeyDer, type Verified } from "../../signing/index.ts";
import { own } from "../own.ts";
import type { TufClient } from "../tuf/client.ts";
import { targetsEntry } from "../tuf/delegations.ts";
import type { TufHashes, TufTargets } from "../tuf/metadata.ts";
import type { DirectorEntry } from "./director-entry.ts";
import { hashesOfBoth } from "./image-hashes.ts";
import type { UptaneProfile } from "./profile.ts";
import type { ResolvedTarget } from "./resolve.ts";
import type { CheckedVehicle } from "./vehicle.ts";

/** One image for one ECU, as a {@link VerifiedAssignment} lists it; frozen. */
export interface AssignedImage extends Verified<"assigned-image"> {
  /** The image's filename, the same on both repositories. */
  readonly path: string;
  readonly ecuId: string;
  readonly hardwareId: string;
  /** Exact length in bytes. */
  readonly length: number;
  /** The digests of both repositories by algorithm; every one that is known must match. */
  readonly hashes: TufHashes;
  /** Absent only in profiles that do not demand it. */
  readonly releaseCounter?: number;
  /** Custom metadata of both repositories; that of the Director is one online key's word. */
  readonly custom: { readonly director: JsonObject; readonly image: JsonObject };
  /** Roles of the Image repository, from `targets` to the one that lists the image. */
  readonly roles: readonly string[];
}

/** Versions of the metadata of one repository, by role. */
export interface VerifiedVersions {
  readonly root: number;
  readonly timestamp?: number;
  readonly snapshot?: number;
  readonly targets: number;
}

/** What full verification gives, and nothing else does; frozen. */
export interface VerifiedAssignment extends Verified<"assignment"> {
  /** Name of the profile by which it was verified. */
  readonly profile: string;
  readonly vehicleId: string;
  /** SHA-256 of the canonical JSON of the Director's targets, lower-case hexadecimal: names this very assignment. */
  readonly digest: string;
  readonly versions: { readonly director: VerifiedVersions; readonly image: VerifiedVersions };
  /**
   * SHA-256 of the keys that may sign timestamp and snapshot (targets, where the dialect has none), lower-case hexadecimal: when one
   * is revoked, versions begin anew.
   */
  readonly keys: { readonly director: readonly string[]; readonly image: readonly string[] };
  /** The first time at which targets that list one of the images expire, `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly expires: string;
  /** In the Director's order; one entry for each ECU. All or none may be installed. */
  readonly images: readonly AssignedImage[];
}

/** What a client has when all its checks have passed. */
export interface Agreement {
  readonly profile: UptaneProfile;
  readonly vehicle: CheckedVehicle;
  readonly director: TufClient;
  readonly image: TufClient;
  readonly assigned: readonly DirectorEntry[];
  /** For each assigned entry, what the Image repository says of it for each hardware id. */
  readonly resolved: readonly (readonly ResolvedTarget[])[];
}

/** SHA-256 of the canonical JSON of signed metadata, lower-case hexadecimal: names this very content. */
export function signedDigest(signed: TufTargets): string {
  const message = encodeCanonicalJson(signed as unknown as JsonValue, { maxEntries: Number.MAX_SAFE_INTEGER });
  return bytesToHex(sha256(message));
}

/** Makes the assignment of a client whose checks have all passed. */
export function assignmentOf({ profile, vehicle, director, image, assigned, resolved }: Agreement): VerifiedAssignment {
  const { signed } = director.targets["targets"]!.trusted!;
  const assignment = {
    profile: profile.name,
    vehicleId: vehicle.vehicleId,
    digest: signedDigest(signed),
    versions: { director: versionsOf(director), image: versionsOf(image) },
    keys: { director: onlineKeysOf(director), image: onlineKeysOf(image) },
    expires: firstExpiry(signed, image, resolved.flat()),
    images: assigned.flatMap((entry, index) => imagesOf(entry, resolved[index]!)),
  };
  return freezeJson(assignment) as unknown as VerifiedAssignment;
}

/** Digests of the keys that may sign timestamp and snapshot, or targets: of what they are, because key ids are labels. */
export function onlineKeysOf({ root, rules }: TufClient): readonly string[] {
  const roles = rules.wire.roles === "root_and_targets" ? (["targets"] as const) : (["timestamp", "snapshot"] as const);
  const keys = roles.flatMap((role) =>
    root.signed.roles[role].keyids.flatMap((keyid) => own(root.keyring, keyid) ?? []),
  );
  return [...new Set(keys.map((key) => bytesToHex(sha256(encodePublicKeyDer(key)))))].sort();
}

function firstExpiry(targets: TufTargets, image: TufClient, resolved: readonly ResolvedTarget[]): string {
  const roles = new Set(resolved.flatMap((target) => target.roles));
  const expiries = [...roles].flatMap((role) => targetsEntry(image, role)?.trusted?.signed.expires ?? []);
  // Times of the one form that TUF has sort as text.
  return [targets.expires, ...expiries].sort()[0]!;
}

function versionsOf({ root, timestamp, snapshot, targets }: TufClient): VerifiedVersions {
  return {
    root: root.signed.version,
    ...(timestamp === undefined ? {} : { timestamp: timestamp.signed.version }),
    ...(snapshot === undefined ? {} : { snapshot: snapshot.signed.version }),
    targets: targets["targets"]!.trusted!.signed.version,
  };
}

function imagesOf(
  entry: DirectorEntry,
  resolved: readonly ResolvedTarget[],
): readonly Omit<AssignedImage, "verified">[] {
  const { path, file, releaseCounter } = entry;
  return entry.ecus.map(({ ecuId, hardwareId }) => {
    const found = resolved.find((target) => target.hardwareId === hardwareId)!;
    return {
      path,
      ecuId,
      hardwareId,
      length: file.length,
      // Where only one has an algorithm in common, the other digests bind the download to that side's image too.
      hashes: hashesOfBoth(file.hashes, found.file.hashes),
      ...(releaseCounter === undefined ? {} : { releaseCounter }),
      custom: { director: file.custom ?? {}, image: found.file.custom ?? {} },
      roles: found.roles,
    };
  });
}
