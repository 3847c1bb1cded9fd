/**
 * m-of-n: how many distinct keys signed one message.
 *
 * Distinct means distinct key material. Key ids are labels that neither DSSE nor TUF authenticates, so counting them would
 * let one key under two ids reach a threshold of two.
 */

import type { Bytes, Reason, SignatureProvider } from "../core/index.ts";
import { isValidEd25519 } from "./ed25519.ts";
import { SigningError } from "./errors.ts";
import { shortened } from "./hostile-text.ts";
import { keyBytes, type PublicKey } from "./keys.ts";
import type { SigningReasonCode } from "./reasons.ts";

/** Whom to believe: the keys that may sign, and how many distinct ones must. */
export interface TrustedKeys {
  /** Trusted keys; the same key listed twice, even under two key ids, counts once. */
  readonly keys: readonly PublicKey[];
  /** How many distinct keys must have signed: an integer >= 1. */
  readonly threshold: number;
}

/** A signature over one message, with the hint whose it is. */
export interface HintedSignature {
  /** Key id of the signer, not authenticated; empty when the signer gave none. */
  readonly keyid: string;
  readonly sig: Uint8Array;
}

/** Who signed, and what did not count. */
export interface ThresholdOutcome {
  /** Key ids of the distinct trusted keys that signed, in the order of trust. */
  readonly signedBy: readonly string[];
  readonly ignored: readonly Reason<SigningReasonCode>[];
}

/** A trusted key by its material. */
interface DistinctKey {
  readonly keyId: string;
  readonly bytes: Bytes;
}

/** Trust after its checks. */
export interface CheckedTrust {
  readonly threshold: number;
  readonly distinct: readonly DistinctKey[];
  /** Indices into `distinct` of the keys that trust lists under a key id. */
  readonly byKeyId: ReadonlyMap<string, ReadonlySet<number>>;
  readonly repeated: readonly Reason<SigningReasonCode>[];
}

/**
 * Checks trust before anything is verified with it, and joins entries of the same material.
 *
 * @throws {@link SigningError} `ERR_SIGNING_TRUST_THRESHOLD`, `ERR_SIGNING_TRUST_UNSATISFIABLE`, or the error of a key's data
 */
export function checkTrust({ keys, threshold }: TrustedKeys): CheckedTrust {
  // A threshold of 0 (or NaN) would accept a document that nobody signed.
  if (!Number.isSafeInteger(threshold) || threshold < 1) {
    throw new SigningError("ERR_SIGNING_TRUST_THRESHOLD", `Cannot use trust: threshold ${threshold} is not >= 1`, {
      path: "/threshold",
    });
  }
  const distinct: DistinctKey[] = [];
  const byMaterial = new Map<string, number>();
  const byKeyId = new Map<string, Set<number>>();
  const repeated: Reason<SigningReasonCode>[] = [];
  keys.forEach((key, place) => {
    const path = `/keys/${place}`;
    const bytes = keyBytes(key, path);
    let index = byMaterial.get(key.material);
    if (index === undefined) {
      index = distinct.push({ keyId: key.keyId, bytes }) - 1;
      byMaterial.set(key.material, index);
    } else {
      repeated.push(sameKeyTwice("Trust lists a key twice", path, distinct[index]!.keyId, key.keyId));
    }
    byKeyId.set(key.keyId, (byKeyId.get(key.keyId) ?? new Set()).add(index));
  });
  if (threshold > distinct.length) {
    throw new SigningError(
      "ERR_SIGNING_TRUST_UNSATISFIABLE",
      `Cannot use trust: threshold ${threshold} is above its ${distinct.length} distinct keys`,
      { path: "/threshold", details: { threshold, distinctKeys: distinct.length, reasons: repeated } },
    );
  }
  return { threshold, distinct, byKeyId, repeated };
}

/**
 * Counts the distinct trusted keys that signed a message.
 *
 * A key id narrows the keys that a signature is tried with and decides nothing else; a signature without one is tried with
 * all of them. Signatures that do not count are listed and otherwise ignored, so that a stranger's signature spoils nothing
 * until there are more than `maxChecks`. The verdict does not depend on the order of the signatures.
 *
 * Standard: DSSE 1.0.2 protocol, multi-signature verification; TUF 1.0.34 section 5.3.4.
 *
 * @param maxChecks - most pairs of signature and key; a signature counts at least one
 * @throws {@link SigningError} `ERR_SIGNING_TOO_MANY_SIGNATURES` or `ERR_SIGNING_THRESHOLD`
 */
export function verifyThreshold(
  message: Uint8Array,
  signatures: readonly HintedSignature[],
  trust: CheckedTrust,
  provider: SignatureProvider,
  maxChecks: number,
): ThresholdOutcome {
  const { threshold, distinct, byKeyId, repeated } = trust;
  const everyKey = distinct.map((_, index) => index);
  const candidates = signatures.map(({ keyid }) => (keyid === "" ? everyKey : [...(byKeyId.get(keyid) ?? [])]));
  limitChecks(candidates, maxChecks);

  const signed = new Set<number>();
  const ignored = [...repeated];
  signatures.forEach(({ keyid, sig }, place) => {
    const path = `/signatures/${place}`;
    const indices = candidates[place]!;
    const signer = indices.find((index) => isValidEd25519(distinct[index]!.bytes, message, sig, provider));
    if (signer === undefined) ignored.push(notCounted(indices.length > 0, path, keyid));
    else if (signed.has(signer)) ignored.push(sameKeyTwice("A key signed twice", path, distinct[signer]!.keyId, keyid));
    else signed.add(signer);
  });

  const signedBy = everyKey.filter((index) => signed.has(index)).map((index) => distinct[index]!.keyId);
  if (signed.size >= threshold) return { signedBy, ignored };
  throw new SigningError(
    "ERR_SIGNING_THRESHOLD",
    `Cannot accept signatures: ${signed.size} distinct trusted keys signed, ${threshold} must`,
    { path: "/signatures", details: { threshold, signedBy, reasons: ignored } },
  );
}

/** Refuses in advance what would be too much work, whatever the signatures turn out to be. */
function limitChecks(candidates: readonly (readonly number[])[], maxChecks: number): void {
  const checks = candidates.reduce((sum, { length }) => sum + Math.max(1, length), 0);
  if (checks <= maxChecks) return;
  throw new SigningError(
    "ERR_SIGNING_TOO_MANY_SIGNATURES",
    `Cannot check signatures: ${checks} checks are needed, ${maxChecks} allowed`,
    { path: "/signatures", details: { checks, maxChecks } },
  );
}

function notCounted(hasCandidates: boolean, path: string, keyid: string): Reason<SigningReasonCode> {
  const evidence = { keyid: shortened(keyid) };
  return hasCandidates
    ? { code: "signature_invalid", message: "No trusted key verifies the signature", path, evidence }
    : { code: "unknown_key", message: "The signature names a key that is not trusted", path, evidence };
}

function sameKeyTwice(message: string, path: string, keyId: string, keyid: string): Reason<SigningReasonCode> {
  return { code: "same_key_twice", message, path, evidence: { keyId, keyid: shortened(keyid) } };
}
