/** Signs evidence of attacks. */

import { type Bytes, encodeJcs } from "../core/index.ts";
import { type Signer, signDsse } from "../signing/index.ts";
import { type AttackEvidence, attackEvidencePayloadType } from "./attack-evidence.ts";
import { parseAttackEvidence } from "./attack-evidence-verify.ts";

/**
 * Signs evidence as a DSSE envelope over its RFC 8785 form. It is read back first, so that nothing is signed which its receiver refuses.
 *
 * @throws `CoreError` and {@link ManifestError} as `parseAttackEvidence`
 * @throws `SigningError` `ERR_SIGNING_SIGNER_FAULT`
 */
export async function signAttackEvidence(evidence: AttackEvidence, signers: readonly Signer[]): Promise<Bytes> {
  const payload = encodeJcs(evidence);
  parseAttackEvidence(payload);
  return signDsse(attackEvidencePayloadType, payload, signers);
}
