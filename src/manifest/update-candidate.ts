/** What is offered to a vehicle, whichever door it came through: one shape for the decision. */

import { type JsonObject, parseUtcTime } from "../core/index.ts";
import { own } from "./own.ts";
import type { ReleaseManifest } from "./release.ts";
import type { ReleaseImage } from "./release-image.ts";
import type { AssignedImage, VerifiedAssignment } from "./uptane/assignment.ts";
import type { PartialImage } from "./uptane/partial.ts";
import type { VerifiedRelease } from "./verified-release.ts";

/**
 * A release without a repository, an Uptane assignment, the one image that a Secondary verified partially, or one of these two beside
 * a release that describes its images.
 */
export type CandidateSource =
  | VerifiedRelease
  | VerifiedAssignment
  | PartialImage
  | { readonly assignment: VerifiedAssignment | PartialImage; readonly release: VerifiedRelease };

/** An image that is offered. */
export interface CandidateImage {
  /** The ECU it is assigned to. Absent: every ECU of the hardware id. */
  readonly ecuId?: string;
  readonly hardwareId: string;
  /** For people. */
  readonly version?: string;
  readonly length: number;
  /** Lower-case hexadecimal. Absent when metadata lists other algorithms only. */
  readonly sha256?: string;
  readonly releaseCounter?: number;
  readonly securityEpoch?: number;
  /** What a release says of the image. */
  readonly release?: ReleaseImage;
}

/** What is offered. */
export interface UpdateCandidate {
  /** Name for people and logs. */
  readonly id: string;
  /** Digest of the verified bytes: the release's, or the assignment's. */
  readonly digest: string;
  /** Vehicle that it was made for. Absent: any. */
  readonly vehicleId?: string;
  /** Epoch milliseconds from which on it may not be installed. */
  readonly expiresMs?: number;
  /** Whether a release describes it: that has a place in the row of releases, or leaves it open. */
  readonly isRelease: boolean;
  /** Versions of the metadata that vouches for it, by the names of the floors. */
  readonly versions: Readonly<Record<string, number>>;
  /** By repository: digests of the keys whose revocation lets versions begin anew. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  readonly images: readonly CandidateImage[];
  readonly rxswin?: ReleaseManifest["rxswin"];
  /** Hardware ids of assigned images that the release beside the assignment describes otherwise, or not at all. */
  readonly contradictions: readonly string[];
}

/** Brings verified content into the one shape. */
export function candidateOf(source: CandidateSource): UpdateCandidate {
  if ("manifest" in source) return ofRelease(source);
  if ("assignment" in source) return withRelease(ofAssignment(source.assignment), source.release);
  return ofAssignment(source);
}

/** The image that is meant for an ECU: one that is assigned to it, else one for its hardware id. */
export function imageFor(
  { images }: UpdateCandidate,
  ecu: { readonly ecuId: string; readonly hardwareId: string },
): CandidateImage | undefined {
  return images.find(({ ecuId, hardwareId }) => hardwareId === ecu.hardwareId && (ecuId ?? ecu.ecuId) === ecu.ecuId);
}

function ofRelease({ manifest, digest }: VerifiedRelease): UpdateCandidate {
  const { releaseId, expires, sequence, images, rxswin } = manifest;
  return {
    id: releaseId,
    digest,
    expiresMs: parseUtcTime(expires),
    isRelease: true,
    versions: sequence === undefined ? {} : { release: sequence },
    keys: {},
    images: images.map((release) => {
      const { hardwareId, version, length, hashes, releaseCounter, securityEpoch } = release;
      return { hardwareId, version, length, sha256: hashes.sha256, releaseCounter, securityEpoch, release };
    }),
    ...(rxswin === undefined ? {} : { rxswin }),
    contradictions: [],
  };
}

function ofAssignment(source: VerifiedAssignment | PartialImage): UpdateCandidate {
  const { digest, vehicleId, versions, keys, expires } = source;
  const named = Object.entries(versions).flatMap(([repository, roles]) =>
    Object.entries<number>({ ...roles }).map(([role, version]) => [`${repository}/${role}`, version]),
  );
  return {
    id: `assignment ${versions.director.targets}`,
    digest,
    vehicleId,
    expiresMs: parseUtcTime(expires),
    isRelease: false,
    versions: Object.fromEntries(named) as Record<string, number>,
    keys: { ...keys },
    images: "images" in source ? source.images.map(ofAssigned) : [ofPartial(source)],
    contradictions: [],
  };
}

function ofAssigned({ custom, ...image }: AssignedImage): CandidateImage {
  // What both repositories must agree on; that of the Image repository, whose keys are offline.
  return describedBy(image, custom.image);
}

function ofPartial({ custom, ...image }: PartialImage): CandidateImage {
  return describedBy(image, custom);
}

function describedBy(image: Omit<AssignedImage | PartialImage, "custom">, custom: JsonObject): CandidateImage {
  const { ecuId, hardwareId, length, hashes, releaseCounter } = image;
  const { securityEpoch, version } = (own(custom, "otakit") ?? {}) as JsonObject;
  return {
    ecuId,
    hardwareId,
    length,
    ...(Object.hasOwn(hashes, "sha256") ? { sha256: hashes["sha256"]! } : {}),
    ...(releaseCounter === undefined ? {} : { releaseCounter }),
    ...(typeof securityEpoch === "number" ? { securityEpoch } : {}),
    ...(typeof version === "string" ? { version } : {}),
  };
}

/** The assignment says which ECU gets what, the release what that is; both must mean the same bytes. */
function withRelease(candidate: UpdateCandidate, release: VerifiedRelease): UpdateCandidate {
  const described = ofRelease(release);
  const contradictions: string[] = [];
  const images = candidate.images.map((image): CandidateImage => {
    const same = described.images.find(({ hardwareId }) => hardwareId === image.hardwareId);
    const agrees =
      same !== undefined &&
      same.sha256 === image.sha256 &&
      same.length === image.length &&
      (image.releaseCounter ?? same.releaseCounter) === same.releaseCounter &&
      (image.securityEpoch ?? same.securityEpoch) === same.securityEpoch;
    if (!agrees) contradictions.push(image.hardwareId);
    return { ...image, ...(agrees ? { ...same, ecuId: image.ecuId! } : {}) };
  });
  return {
    ...described,
    vehicleId: candidate.vehicleId!,
    expiresMs: Math.min(described.expiresMs!, candidate.expiresMs!),
    versions: { ...described.versions, ...candidate.versions },
    keys: candidate.keys,
    images,
    contradictions,
  };
}
