/**
 * The trust file `ota-release-trust/1`: whose signatures a vehicle without a repository accepts, and how that changes.
 *
 * It does for the simple door what a root of TUF does for the full one: each version is signed by the keys of the version before
 * it and by its own, so that keys can be replaced without touching a vehicle.
 */

import { type Bytes, encodeJcs } from "../core/index.ts";
import { type Signer, signDsse, type TrustedKeys, type Verified } from "../signing/index.ts";
import { parseReleaseTrust } from "./trust-parse.ts";

/** What keys may sign: the next trust file, releases, and authorisations to go back. */
export type ReleaseTrustRole = "trust" | "release" | "rollback";

/** Content of a trust file. */
export interface ReleaseTrust {
  readonly schema: "ota-release-trust/1";
  /** Integer >= 1; the successor has the next one. */
  readonly version: number;
  /** Nothing is accepted by these keys at or after this time, `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly expires: string;
  readonly roles: {
    /** Who signs the next trust file. */
    readonly trust: TrustedKeys;
    /** Who signs releases. */
    readonly release: TrustedKeys;
    /** Who authorises a rollback; no key of `release` may be here. Absent: nobody does. */
    readonly rollback?: TrustedKeys;
  };
}

/** A trust file whose signatures were checked; as `openReleaseTrust` and `followReleaseTrust` give it; frozen. */
export interface VerifiedReleaseTrust extends Verified<"release-trust"> {
  readonly trust: ReleaseTrust;
  /** SHA-256 of the signed bytes, lower-case hexadecimal. */
  readonly digest: string;
}

/** DSSE payload type of a trust file. */
export const releaseTrustPayloadType = "application/vnd.otakit.release-trust+json";

/**
 * Signs a trust file: the first one with keys of its own `trust` role, a successor with those of its predecessor too.
 *
 * The signed bytes are the RFC 8785 form. More signatures can be added with `addDsseSignatures`.
 *
 * @returns the DSSE envelope as bytes, to be stored or sent as they are
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA`, `ERR_MANIFEST_SCHEMA_VERSION` or `ERR_MANIFEST_TRUST_ROLES`
 * @throws `SigningError` when a role's keys or threshold cannot work, or a signer fails
 * @example
 * ```ts
 * const first = await signReleaseTrust({ schema: "ota-release-trust/1", version: 1, expires, roles }, [alice, bob]);
 * ```
 */
export async function signReleaseTrust(trust: ReleaseTrust, signers: readonly Signer[]): Promise<Bytes> {
  const payload = encodeJcs(trust);
  // What is checked are the bytes that are going to be signed, as a vehicle will read them.
  parseReleaseTrust(payload);
  return signDsse(releaseTrustPayloadType, payload, signers);
}
