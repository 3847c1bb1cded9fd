/** From the trust file that a vehicle was shipped with to the newest one: each link is signed by both of its ends. */

import { bytesToHex, freezeJson, type Limits, parseUtcTime, type SignatureProvider, sha256 } from "../core/index.ts";
import { parseDsseEnvelope, type TrustedKeys, type VerifiedDsse, verifyDsse } from "../signing/index.ts";
import { ManifestError } from "./errors.ts";
import { requirePlausibleTime } from "./plausible-time.ts";
import {
  type ReleaseTrust,
  type ReleaseTrustRole,
  releaseTrustPayloadType,
  type VerifiedReleaseTrust,
} from "./trust.ts";
import { parseReleaseTrust } from "./trust-parse.ts";

/** What reading trust files depends on besides the files. */
export interface ReleaseTrustOptions {
  /**
   * Highest version that protected storage remembers; an older file is refused. Without it, whoever can write the vehicle's
   * files can bring revoked keys back.
   */
  readonly leastVersion?: number;
  /** Signature back end; the runtime's default when absent. */
  readonly provider?: SignatureProvider;
  /** Bounds of each envelope and its content; 256 KiB when absent. */
  readonly limits?: Partial<Limits>;
}

/** Most successors that are read at once. */
const mostSuccessors = 256;

/**
 * Opens the trust file that the caller vouches for: the one that the vehicle was shipped with, or the last one that it stored.
 *
 * It must be signed by its own `trust` keys. Its expiry does not count yet, because a successor may follow.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA*`, `ERR_MANIFEST_TRUST_ROLES`, or `ERR_MANIFEST_TRUST_VERSION` below `leastVersion`
 * @throws `SigningError` when the envelope is malformed or not signed by enough of its own keys
 * @throws `CoreError` `ERR_CORE_JSON_*`, `ERR_CORE_UTF8` or `ERR_CORE_LIMIT` when envelope or content is no strict JSON
 * @example
 * ```ts
 * let trust = openReleaseTrust(shippedFile);
 * trust = followReleaseTrust(trust, successors);
 * const release = verifyRelease(envelope, trust, { now });
 * ```
 */
export function openReleaseTrust(envelope: Uint8Array, options: ReleaseTrustOptions = {}): VerifiedReleaseTrust {
  const { leastVersion = 1 } = options;
  const trust = readReleaseTrust(envelope, options.limits);
  // A floor that is no number must not let everything pass.
  if (!(trust.version >= leastVersion)) {
    throw wrongVersion(trust.version, leastVersion, `is below the floor ${leastVersion}`);
  }
  return verifiedTrust(trust, verifyWith(envelope, trust.roles.trust, options));
}

/**
 * Follows signed successors from a trusted file to the newest one.
 *
 * Files of earlier versions are passed over, so that a whole history can be given. The next ones must follow one by one, each
 * signed by the `trust` keys of the file before it and by its own. All or nothing: a fault anywhere gives no value.
 *
 * @param successors - envelopes in ascending order of version, at most 256
 * @returns the newest; the given one when nothing newer is among them
 * @throws {@link ManifestError} `ERR_MANIFEST_TRUST_VERSION` for a gap or a wrong order, `ERR_MANIFEST_TRUST_EQUIVOCATION` when the
 * trusted keys signed another content under the trusted version, `ERR_MANIFEST_SCHEMA*`, `ERR_MANIFEST_TRUST_ROLES`
 * @throws `SigningError` when an envelope is malformed, or not signed by enough old or new keys
 * @throws `CoreError` `ERR_CORE_JSON_*`, `ERR_CORE_UTF8` or `ERR_CORE_LIMIT` when envelope or content is no strict JSON
 * @throws RangeError when there are more than 256 successors
 */
export function followReleaseTrust(
  trusted: VerifiedReleaseTrust,
  successors: readonly Uint8Array[],
  options: ReleaseTrustOptions = {},
): VerifiedReleaseTrust {
  if (successors.length > mostSuccessors) {
    throw new RangeError(`"successors" expected at most ${mostSuccessors}, got ${successors.length}`);
  }
  return successors.reduce((current, envelope) => followOne(current, envelope, options), trusted);
}

function followOne(
  current: VerifiedReleaseTrust,
  envelope: Uint8Array,
  options: ReleaseTrustOptions,
): VerifiedReleaseTrust {
  const { trust } = current;
  const offered = readReleaseTrust(envelope, options.limits);
  if (offered.version < trust.version) return current;
  const byPredecessor = verifyWith(envelope, trust.roles.trust, options);
  if (offered.version === trust.version) {
    if (digestOf(byPredecessor) === current.digest) return current;
    const message = `Cannot accept trust file: version ${trust.version} is trusted with another content`;
    throw new ManifestError("ERR_MANIFEST_TRUST_EQUIVOCATION", message, {
      path: "/version",
      details: { trusted: current.digest, offered: digestOf(byPredecessor) },
    });
  }
  const next = trust.version + 1;
  if (offered.version !== next) throw wrongVersion(offered.version, next, `does not follow ${trust.version}`);
  return verifiedTrust(offered, verifyWith(envelope, offered.roles.trust, options));
}

/**
 * The keys that a trust file gives a role, as long as it has not expired.
 *
 * @param now - wall time in epoch milliseconds, of a clock that the vehicle trusts
 * @throws {@link ManifestError} `ERR_MANIFEST_EXPIRED`, `ERR_MANIFEST_TIME`, or `ERR_MANIFEST_TRUST_ROLES` when the file has no such role
 * @throws RangeError when `now` is no integer
 */
export function trustedKeysOf({ trust }: VerifiedReleaseTrust, role: ReleaseTrustRole, now: number): TrustedKeys {
  requirePlausibleTime(now, earliestTime);
  if (now >= parseUtcTime(trust.expires)) {
    throw new ManifestError("ERR_MANIFEST_EXPIRED", `Cannot use trust file: it expired at ${trust.expires}`, {
      path: "/expires",
      details: { expires: trust.expires, now },
    });
  }
  const keys = trust.roles[role];
  if (keys !== undefined) return keys;
  throw new ManifestError("ERR_MANIFEST_TRUST_ROLES", `Cannot use trust file: it has no keys for ${role}`, {
    path: `/roles/${role}`,
  });
}

/** 2026-01-01T00:00:00Z, before the first trust file was ever signed. */
const earliestTime = 1_767_225_600_000;

/** Reads a signed trust file. Whom to ask is written in the file itself, so that it must be read before it is verified. */
export function readReleaseTrust(envelope: Uint8Array, limits: Partial<Limits> | undefined): ReleaseTrust {
  const bounds = boundsOf(limits);
  return parseReleaseTrust(parseDsseEnvelope(envelope, bounds).payload, bounds);
}

function verifyWith(envelope: Uint8Array, keys: TrustedKeys, options: ReleaseTrustOptions): VerifiedDsse {
  const { provider } = options;
  return verifyDsse(envelope, keys, {
    payloadType: releaseTrustPayloadType,
    limits: boundsOf(options.limits),
    ...(provider === undefined ? {} : { provider }),
  });
}

/** 3 roles of 32 keys of RSA with 8,192 bits, in base64, are 256 KiB. */
function boundsOf(limits: Partial<Limits> | undefined): Partial<Limits> {
  return { maxBytes: 256 * 1024, ...limits };
}

function digestOf({ payload }: VerifiedDsse): string {
  return bytesToHex(sha256(payload));
}

function verifiedTrust(trust: ReleaseTrust, verified: VerifiedDsse): VerifiedReleaseTrust {
  return Object.freeze({ trust: freezeJson(trust), digest: digestOf(verified) }) as VerifiedReleaseTrust;
}

function wrongVersion(found: number, expected: number, message: string): ManifestError {
  return new ManifestError("ERR_MANIFEST_TRUST_VERSION", `Cannot accept trust file: version ${found} ${message}`, {
    path: "/version",
    details: { expected, found },
  });
}
