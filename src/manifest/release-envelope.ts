/**
 * A release as a signed DSSE envelope: `signRelease` on the backend, `verifyRelease` in the vehicle.
 *
 * Trust is a set of keys and a threshold. A release that is not signed by that many distinct keys, is malformed, or has
 * expired gives no value at all.
 */

import type { Bytes, SignatureProvider } from "../core/index.ts";
import { type Signer, signDsse, type TrustedKeys, verifyDsse } from "../signing/index.ts";
import { type BuildReleaseOptions, encodeRelease } from "./build-release.ts";
import type { ReleaseManifest } from "./release.ts";
import type { VerifiedReleaseTrust } from "./trust.ts";
import { trustedKeysOf } from "./trust-chain.ts";
import {
  type AcceptReleaseOptions,
  acceptRelease,
  type EnvelopeOrigin,
  requireReleaseTime,
  type VerifiedRelease,
} from "./verified-release.ts";

/** DSSE payload type of a release manifest. */
export const releasePayloadType = "application/vnd.otakit.release+json";

/** What a verification depends on besides trust and bytes. */
export interface VerifyReleaseOptions extends AcceptReleaseOptions {
  /** Signature back end; the runtime's default when absent. */
  readonly provider?: SignatureProvider;
}

/**
 * Signs a release with every given signer.
 *
 * The signed bytes are the RFC 8785 form of the manifest, so that equal manifests give equal bytes.
 *
 * @returns the DSSE envelope as bytes, to be stored or sent as they are
 * @throws `ManifestError` with the JSON pointer of the mistake when the manifest breaks a rule of `ota-release/1`, see
 * `parseReleaseManifest`
 * @example
 * ```ts
 * const envelope = await signRelease(manifest, [alice, bob]);
 * ```
 */
export async function signRelease(
  manifest: ReleaseManifest,
  signers: readonly Signer[],
  options?: BuildReleaseOptions,
): Promise<Bytes> {
  return signDsse(releasePayloadType, encodeRelease(manifest, options), signers);
}

/**
 * Verifies a signed release.
 *
 * Order: envelope shape, payload type, threshold of distinct keys, strict JSON, schema, rules across fields, critical
 * fields, expiry.
 *
 * @param envelope - DSSE envelope as received
 * @param trust - keys that may sign releases, and how many distinct ones must; or a trust file, which says so and may expire
 * @throws `SigningError` when the envelope is malformed or fewer distinct keys than the threshold signed
 * @throws `CoreError` `ERR_CORE_JSON_*` or `ERR_CORE_LIMIT` when envelope or payload is no strict JSON
 * @throws `ManifestError` `ERR_MANIFEST_TIME`, a code of `parseReleaseManifest`, `ERR_MANIFEST_CRITICAL` or
 * `ERR_MANIFEST_EXPIRED`
 * @example
 * ```ts
 * const release = verifyRelease(envelope, { keys: [a, b, c], threshold: 2 }, { now: Date.now() });
 * release.manifest.images[0].version;
 * ```
 */
export function verifyRelease(
  envelope: Uint8Array,
  trust: TrustedKeys | VerifiedReleaseTrust,
  options: VerifyReleaseOptions,
): VerifiedRelease<EnvelopeOrigin> {
  const { now, provider, limits } = options;
  requireReleaseTime(now);
  const keys = "trust" in trust ? trustedKeysOf(trust, "release", now) : trust;
  const envelopeOptions = {
    payloadType: releasePayloadType,
    ...(provider === undefined ? {} : { provider }),
    ...(limits === undefined ? {} : { limits }),
  };
  const signed = verifyDsse(envelope, keys, envelopeOptions);
  return acceptRelease(signed.payload, { kind: "envelope", envelope: signed }, options);
}
