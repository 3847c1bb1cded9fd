/** A release that may be believed, and where that comes from: signatures of its own, or a repository that lists it. */

import { bytesToHex, freezeJson, type Limits, parseUtcTime, sha256 } from "../core/index.ts";
import type { Verified, VerifiedDsse } from "../signing/index.ts";
import { ManifestError } from "./errors.ts";
import { parseReleaseManifest } from "./parse-release.ts";
import { requirePlausibleTime } from "./plausible-time.ts";
import type { ReleaseManifest } from "./release.ts";
import { requireUnderstood } from "./release-critical.ts";

/** The release was signed by itself, as `verifyRelease` checks it. */
export interface EnvelopeOrigin {
  readonly kind: "envelope";
  /** Who signed, and which signatures did not count. */
  readonly envelope: VerifiedDsse;
}

/** The release is a target of a TUF or Uptane repository, as `releaseFromTarget` checks it. */
export interface TargetOrigin {
  readonly kind: "target";
  /** Target path, as the metadata spells it. */
  readonly path: string;
  /** Names of the roles from `targets` to the one that lists it. */
  readonly roles: readonly string[];
  /** Uptane: the ECU that the Director gave the release to. */
  readonly ecuId?: string;
}

/** Who vouches for a release. */
export type ReleaseOrigin = EnvelopeOrigin | TargetOrigin;

/**
 * A release whose origin, shape, rules, critical fields and expiry were checked; as `verifyRelease` and `releaseFromTarget`
 * give it; frozen.
 */
export interface VerifiedRelease<Origin extends ReleaseOrigin = ReleaseOrigin> extends Verified<"release"> {
  readonly manifest: ReleaseManifest;
  /** SHA-256 of the bytes of the manifest, lower-case hexadecimal: names this release in logs and approvals. */
  readonly digest: string;
  /** Who vouches for it. */
  readonly origin: Origin;
}

/** What the acceptance of a release depends on besides its origin. */
export interface AcceptReleaseOptions {
  /** Wall time in epoch milliseconds; a vehicle without a trustworthy time must not verify. */
  readonly now: number;
  /** Bounds for the envelope and the manifest. */
  readonly limits?: Partial<Limits>;
  /**
   * Fields that the application itself acts on, so that a release may call them critical: member names or paths from the top of
   * the document, each with everything below it. For fields of its own (`/images/*\/x-thermal`), and for `groups`, `conditions`,
   * `recovery`, `approvals`, `evidence`, `installDurationMs`, `notices` and `/images/*\/evidence`, which otakit hands on without
   * carrying them out.
   */
  readonly understands?: readonly string[];
}

/** 2026-01-01T00:00:00Z, before the first release manifest was ever signed. */
const earliestTime = 1_767_225_600_000;

/** Refuses a time that no honest clock shows; asked before anything of a release is looked at. */
export function requireReleaseTime(now: number): void {
  requirePlausibleTime(now, earliestTime);
}

/**
 * Accepts bytes that an origin vouches for: strict JSON, schema, rules, critical fields, expiry.
 *
 * @throws `CoreError` and {@link ManifestError}, see `verifyRelease`
 */
export function acceptRelease<Origin extends ReleaseOrigin>(
  bytes: Uint8Array,
  origin: Origin,
  { now, limits, understands = [] }: AcceptReleaseOptions,
): VerifiedRelease<Origin> {
  const manifest = parseReleaseManifest(bytes, limits);
  requireUnderstood(manifest, understands);
  if (now >= parseUtcTime(manifest.expires)) {
    throw new ManifestError("ERR_MANIFEST_EXPIRED", `Cannot accept release: it expired at ${manifest.expires}`, {
      path: "/expires",
      details: { expires: manifest.expires, now },
    });
  }
  const release = { manifest: freezeJson(manifest), digest: bytesToHex(sha256(bytes)), origin: Object.freeze(origin) };
  return Object.freeze(release) as VerifiedRelease<Origin>;
}
