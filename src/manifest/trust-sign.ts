/** Signs trust files. */

import { type Bytes, encodeJcs } from "../core/index.ts";
import { type Signer, signDsse } from "../signing/index.ts";
import { type ReleaseTrust, releaseTrustPayloadType } from "./trust.ts";
import { parseReleaseTrust } from "./trust-parse.ts";

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
