/** Signatures of version reports: by one ECU's own key, which is asymmetric or shared (Uptane 2.1.0 section 5.4.1). */

import {
  type Bytes,
  base64ToBytes,
  bytesToHex,
  encodeCanonicalJson,
  encodeJcs,
  hexToBytes,
  type JsonObject,
  type SignatureProvider,
  sha256,
} from "../../core/index.ts";
import {
  hmacSha256,
  isValidHmacSha256,
  isValidSignature,
  type Signer,
  type SymmetricKey,
  signWith,
} from "../../signing/index.ts";
import type { EcuKey, ReportSignature, SignedReport } from "./ecu-report.ts";
import type { UptaneReportRules } from "./report-rules.ts";

/** What signs a report: a signer, or the secret that the ECU shares with the Director. */
export type ReportSigner = Signer | SymmetricKey;

/** Why a key's signature does not hold. */
export type SignatureFault = "unknown_key" | "method" | "payload_hash" | "signature_invalid";

/** The bytes that signatures of a report cover: its canonical JSON, as of all metadata. */
export function reportMessage(signed: JsonObject): Bytes {
  // The reader's limits have held; a message of its own limits could only fail here.
  return encodeCanonicalJson(signed, { maxEntries: Number.MAX_SAFE_INTEGER, maxDepth: 256 });
}

/**
 * Checks whether a key signed, and nothing about who should have; at most one signature is tried, that of the key's id.
 *
 * The standard has the hash signed. Here the signature covers the content itself, which the schemes hash, so that the listed hash is a
 * second check: no weakness of it is one of the signature.
 *
 * @returns `undefined` when it did
 */
export function reportSignatureFault(
  { signatures }: Pick<SignedReport, "signatures">,
  message: Uint8Array,
  key: EcuKey,
  rules: UptaneReportRules,
  provider?: SignatureProvider,
): SignatureFault | undefined {
  const signature = signatures.find(({ keyid }) => keyid === key.keyId);
  if (signature === undefined) return "unknown_key";
  if (rules.signatureDetails === "required") {
    // 5.4.2.1.2: what the signature says of itself must be true, or two readers would believe different things.
    if (signature.method !== key.scheme) return "method";
    const { sha256: listed } = signature.hashes ?? {};
    if (listed !== bytesToHex(sha256(message))) return "payload_hash";
  }
  const sig = signatureBytes(signature, rules);
  if (sig === undefined) return "signature_invalid";
  const options = provider === undefined ? {} : { provider };
  const valid =
    key.scheme === "hmac-sha256" ? isValidHmacSha256(key, message, sig) : isValidSignature(key, message, sig, options);
  return valid ? undefined : "signature_invalid";
}

function signatureBytes({ sig }: ReportSignature, { signatures }: UptaneReportRules): Bytes | undefined {
  const decoders = signatures === "hex" ? [hexToBytes] : [hexToBytes, base64ToBytes];
  for (const decode of decoders) {
    try {
      return decode(sig);
    } catch {
      // Perhaps the next encoding.
    }
  }
  return undefined;
}

/**
 * Signs a content and gives the document.
 *
 * @throws `SigningError` `ERR_SIGNING_SIGNER_FAULT` when the signer's answer does not verify
 */
export async function signReport(
  signed: JsonObject,
  signer: ReportSigner,
  rules: UptaneReportRules,
  provider?: SignatureProvider,
): Promise<Bytes> {
  const message = reportMessage(signed);
  const { keyId: keyid, scheme: method } = "secret" in signer ? signer : signer.publicKey;
  const options = provider === undefined ? {} : { provider };
  const sig = "secret" in signer ? hmacSha256(signer.secret, message) : await signWith(signer, message, options);
  const details = rules.signatureDetails === "required" ? { hashes: { sha256: bytesToHex(sha256(message)) } } : {};
  return encodeJcs({ signatures: [{ keyid, method, ...details, sig: bytesToHex(sig) }], signed });
}
