/** Signs authorisations to go back, and revocations. */

import { type Bytes, encodeJcs } from "../core/index.ts";
import { type Signer, signDsse } from "../signing/index.ts";
import {
  type RollbackAuthorisation,
  type RollbackRevocation,
  rollbackAuthorisationPayloadType,
  rollbackRevocationPayloadType,
} from "./rollback-authorisation.ts";
import { parseRollbackAuthorisation, parseRollbackRevocation } from "./rollback-parse.ts";

/**
 * Signs an authorisation, as a DSSE envelope over its RFC 8785 form.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA`, or `ERR_MANIFEST_ROLLBACK` for a scope that cannot be: a vehicle identification
 * number, an ECU twice, a window or a pair of counters the wrong way round
 * @throws `SigningError` `ERR_SIGNING_SIGNER_FAULT`
 * @example
 * ```ts
 * const envelope = await signRollbackAuthorisation(authorisation, [dora, emil]);
 * ```
 */
export async function signRollbackAuthorisation(
  authorisation: RollbackAuthorisation,
  signers: readonly Signer[],
): Promise<Bytes> {
  const payload = encodeJcs(authorisation);
  // What is checked are the bytes that are going to be signed, as a vehicle will read them.
  parseRollbackAuthorisation(payload);
  return signDsse(rollbackAuthorisationPayloadType, payload, signers);
}

/**
 * Signs a revocation, by the keys that authorise rollbacks.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA`
 * @throws `SigningError` `ERR_SIGNING_SIGNER_FAULT`
 */
export async function signRollbackRevocation(
  revocation: RollbackRevocation,
  signers: readonly Signer[],
): Promise<Bytes> {
  const payload = encodeJcs(revocation);
  parseRollbackRevocation(payload);
  return signDsse(rollbackRevocationPayloadType, payload, signers);
}
