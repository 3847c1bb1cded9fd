/** A release manifest that a repository lists as a target: the second door, beside the signed envelope of `verifyRelease`. */

import { verifyTarget } from "../signing/index.ts";
import type { TufTarget } from "./tuf/lookup.ts";
import type { AssignedImage } from "./uptane/assignment.ts";
import {
  type AcceptReleaseOptions,
  acceptRelease,
  requireReleaseTime,
  type TargetOrigin,
  type VerifiedRelease,
} from "./verified-release.ts";

/**
 * Accepts a release manifest that came as a target of a TUF or Uptane repository: the same value as `verifyRelease` gives.
 *
 * The repository's metadata vouches for the bytes, so that they need no signature of their own. Order: time, length and hashes
 * of the target, strict JSON, schema, rules across fields, critical fields, expiry.
 *
 * Standard: TUF 1.0.34 section 5.7.3; Uptane 2.1.0 section 5.4.3.4.
 *
 * @param bytes - the target as downloaded: what `encodeRelease` wrote
 * @param target - from `findTufTarget`, or an image of a `VerifiedAssignment`; no literal has their types
 * @throws `SigningError` `ERR_SIGNING_TARGET_LENGTH`, `ERR_SIGNING_TARGET_HASH` or `ERR_SIGNING_TARGET_UNVERIFIABLE`
 * @throws `CoreError` `ERR_CORE_JSON_*` or `ERR_CORE_LIMIT` when the bytes are no strict JSON
 * @throws `ManifestError` `ERR_MANIFEST_TIME`, a code of `parseReleaseManifest`, `ERR_MANIFEST_CRITICAL` or
 * `ERR_MANIFEST_EXPIRED`
 * @example
 * ```ts
 * const lookup = findTufTarget(client, "releases/2026-11.json");
 * if (lookup.decision === "found") releaseFromTarget(bytes, lookup.target, { now }).manifest.releaseId; // "2026-11"
 * ```
 */
export function releaseFromTarget(
  bytes: Uint8Array,
  target: TufTarget | AssignedImage,
  options: AcceptReleaseOptions,
): VerifiedRelease<TargetOrigin> {
  requireReleaseTime(options.now);
  verifyTarget(bytes, target);
  const origin: TargetOrigin = {
    kind: "target",
    path: target.path,
    roles: target.roles,
    ...("ecuId" in target ? { ecuId: target.ecuId } : {}),
  };
  return acceptRelease(bytes, origin, options);
}
