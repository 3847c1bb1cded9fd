/**
 * A release as a signed DSSE envelope: `signRelease` on the backend, `verifyRelease` in the vehicle.
 *
 * Trust is a set of keys and a threshold. A release that is not signed by that many distinct keys, is malformed, or has
 * expired gives no value at all.
 */

import type { Bytes, Limits, SignatureProvider } from "../core/index.ts";
import { bytesToHex, encodeJcs, freezeJson, parseUtcTime, sha256 } from "../core/index.ts";
import {
  type Signer,
  signDsse,
  type TrustedKeys,
  type Verified,
  type VerifiedDsse,
  verifyDsse,
} from "../signing/index.ts";
import { ManifestError } from "./errors.ts";
import { parseReleaseManifest } from "./parse-release.ts";
import { requirePlausibleTime } from "./plausible-time.ts";
import type { ReleaseManifest } from "./release.ts";

/** DSSE payload type of a release manifest. */
export const releasePayloadType = "application/vnd.otakit.release+json";

/** A release whose signatures, shape and expiry were checked; as {@link verifyRelease} gives it; frozen. */
export interface VerifiedRelease extends Verified<"release"> {
  readonly manifest: ReleaseManifest;
  /** SHA-256 of the signed bytes, lower-case hexadecimal: names this release in logs and approvals. */
  readonly digest: string;
  /** Who signed, and which signatures did not count. */
  readonly envelope: VerifiedDsse;
}

/** What a verification depends on besides trust and bytes. */
export interface VerifyReleaseOptions {
  /** Wall time in epoch milliseconds; a vehicle without a trustworthy time must not verify. */
  readonly now: number;
  /** Signature back end; the runtime's default when absent. */
  readonly provider?: SignatureProvider;
  /** Bounds for the envelope and the manifest. */
  readonly limits?: Partial<Limits>;
}

/**
 * Signs a release with every given signer.
 *
 * The signed bytes are the RFC 8785 form of the manifest, so that equal manifests give equal bytes.
 *
 * @returns the DSSE envelope as bytes, to be stored or sent as they are
 * @throws {@link ManifestError} `ERR_MANIFEST_*` when the manifest breaks a rule of `ota-release/1`
 * @example
 * ```ts
 * const envelope = await signRelease(manifest, [alice, bob]);
 * ```
 */
export async function signRelease(manifest: ReleaseManifest, signers: readonly Signer[]): Promise<Bytes> {
  const payload = encodeJcs(manifest);
  // What is checked are the bytes that are going to be signed, as a vehicle will read them.
  expiryOf(parseReleaseManifest(payload));
  return signDsse(releasePayloadType, payload, signers);
}

/**
 * Verifies a signed release.
 *
 * Order: envelope shape, payload type, threshold of distinct keys, strict JSON, schema, critical fields, expiry.
 *
 * @param envelope - DSSE envelope as received
 * @param trust - keys that may sign releases, and how many distinct ones must
 * @throws `SigningError` when the envelope is malformed or fewer distinct keys than the threshold signed
 * @throws `CoreError` `ERR_CORE_JSON_*` or `ERR_CORE_LIMIT` when envelope or payload is no strict JSON
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA`, `ERR_MANIFEST_SCHEMA_VERSION`, `ERR_MANIFEST_DUPLICATE_IMAGE`,
 * `ERR_MANIFEST_CRITICAL`, `ERR_MANIFEST_TIME` or `ERR_MANIFEST_EXPIRED`
 * @example
 * ```ts
 * const release = verifyRelease(envelope, { keys: [a, b, c], threshold: 2 }, { now: Date.now() });
 * release.manifest.images[0].version;
 * ```
 */
export function verifyRelease(
  envelope: Uint8Array,
  trust: TrustedKeys,
  options: VerifyReleaseOptions,
): VerifiedRelease {
  const { now, provider, limits } = options;
  requirePlausibleTime(now, earliestTime);
  const signed = verifyDsse(envelope, trust, {
    payloadType: releasePayloadType,
    ...(provider === undefined ? {} : { provider }),
    ...(limits === undefined ? {} : { limits }),
  });
  const manifest = parseReleaseManifest(signed.payload, limits);
  if (now >= expiryOf(manifest)) {
    throw new ManifestError("ERR_MANIFEST_EXPIRED", `Cannot accept release: it expired at ${manifest.expires}`, {
      path: "/expires",
      details: { expires: manifest.expires, now },
    });
  }
  const digest = bytesToHex(sha256(signed.payload));
  return Object.freeze({ manifest: freezeJson(manifest), digest, envelope: signed }) as VerifiedRelease;
}

/** 2026-01-01T00:00:00Z, before the first release manifest was ever signed. */
const earliestTime = 1_767_225_600_000;

function expiryOf(manifest: ReleaseManifest): number {
  try {
    return parseUtcTime(manifest.expires);
  } catch (cause) {
    throw new ManifestError("ERR_MANIFEST_SCHEMA", 'Cannot use release: "/expires" is no UTC time', {
      path: "/expires",
      cause,
    });
  }
}
