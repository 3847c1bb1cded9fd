/** The time server: answers the nonces of ECUs with the time (Uptane 2.1.0 section 5.4.2.2). */

import {
  type Bytes,
  bytesToHex,
  encodeCanonicalJson,
  encodeJcs,
  formatUtcTime,
  type SignatureProvider,
} from "../../../core/index.ts";
import { type Signer, signWith } from "../../../signing/index.ts";

/** What a time server attests. */
export interface TimeAttestationContent {
  /** Wall time in epoch milliseconds, rounded down to whole seconds. */
  readonly now: number;
  /** The nonces that ECUs have sent since the last answer: integers >= 0, 1 to 10,000 of them. */
  readonly nonces: readonly number[];
}

/**
 * Attests the time.
 *
 * The keys must serve nothing else: what they sign has no type that would tell it from other documents.
 *
 * Standard: Uptane 2.1.0 section 5.4.2.2; the form is that of its reference implementation.
 *
 * @throws RangeError when a nonce is no integer >= 0, there is none or there are more than 10,000, or `now` is no time
 * @throws `SigningError` `ERR_SIGNING_SIGNER_FAULT` when a signer's answer does not verify
 * @example
 * ```ts
 * const attestation = await signTimeAttestation({ now: Date.now(), nonces: [nonce] }, [timeServer]);
 * ```
 */
export async function signTimeAttestation(
  { now, nonces }: TimeAttestationContent,
  signers: readonly Signer[],
  options: { readonly provider?: SignatureProvider } = {},
): Promise<Bytes> {
  if (nonces.length < 1 || nonces.length > 10_000) {
    throw new RangeError(`"nonces" expected 1 to 10000 of them, got ${nonces.length}`);
  }
  const wrong = nonces.find((nonce) => !Number.isSafeInteger(nonce) || nonce < 0);
  if (wrong !== undefined) throw new RangeError(`"nonces" expected integers >= 0, got ${wrong}`);
  const signed = { nonces, time: formatUtcTime(Math.floor(now / 1000) * 1000) };
  const message = encodeCanonicalJson(signed);
  const signatures = await Promise.all(
    signers.map(async (signer) => ({
      keyid: signer.publicKey.keyId,
      sig: bytesToHex(await signWith(signer, message, options)),
    })),
  );
  return encodeJcs({ signatures, signed });
}
