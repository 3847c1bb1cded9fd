/**
 * m-of-n: how many distinct keys signed one message.
 *
 * Distinct means distinct key material. Key ids are labels that neither DSSE nor TUF authenticates, so counting them would
 * let one key under two ids reach a threshold of two.
 */

import { assertBytes, type Reason } from "../core/index.ts";
import { SigningError } from "./errors.ts";
import { printable, shortened } from "./hostile-text.ts";
import { keyBytes, type PublicKey } from "./keys-material.ts";
import type { SigningReasonCode } from "./reasons.ts";
import { preparedKey, type SignatureOptions } from "./signature.ts";

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

/** What counting signatures depends on besides message, signatures and trust. */
export interface ThresholdOptions extends SignatureOptions {
  /**
   * Most checks of one signature with one key; 64 when absent. A signature with a key id needs one check for each trusted key of
   * that id, mostly one; a signature without needs one for each trusted key; any signature counts at least one.
   */
  readonly maxChecks?: number;
  /** Most bytes to hash: checks with a key times the length of the message; 128 MiB when absent. */
  readonly maxCheckedBytes?: number;
}

/** Trust after its checks. */
export interface CheckedTrust {
  readonly threshold: number;
  /** Entries of trust that differ in material or scheme. */
  readonly keys: readonly PublicKey[];
  /** Key ids of the distinct keys, by material, in the order of trust. */
  readonly distinct: ReadonlyMap<string, string>;
  /** The entries that trust lists under a key id. */
  readonly byKeyId: ReadonlyMap<string, readonly PublicKey[]>;
  readonly repeated: readonly Reason<SigningReasonCode>[];
}

/**
 * Checks trust before anything is verified with it, and joins entries of the same material.
 *
 * @param path - JSON pointer of the trust, for errors
 * @throws {@link SigningError} `ERR_SIGNING_TRUST_KEYS`, `ERR_SIGNING_TRUST_THRESHOLD`, `ERR_SIGNING_TRUST_UNSATISFIABLE`, or the error of
 * a key's data
 */
export function checkTrust({ keys, threshold }: TrustedKeys, path = ""): CheckedTrust {
  // Trust is configuration, often JSON that nobody checked.
  if (!Array.isArray(keys) || keys.some((key) => typeof key !== "object" || key === null)) {
    throw new SigningError("ERR_SIGNING_TRUST_KEYS", "Cannot use trust: its keys are no list of keys", {
      path: `${path}/keys`,
    });
  }
  // A threshold of 0 (or NaN) would accept a document that nobody signed.
  if (!Number.isSafeInteger(threshold) || threshold < 1) {
    // Of a stranger's signing request, too: any text. An object without prototype has none.
    const found = Object(threshold) === threshold ? "object" : printable(shortened(String(threshold)));
    throw new SigningError("ERR_SIGNING_TRUST_THRESHOLD", `Cannot use trust: threshold ${found} is not >= 1`, {
      path: `${path}/threshold`,
    });
  }
  const entries = new Map<string, PublicKey>();
  const distinct = new Map<string, string>();
  const byKeyId = new Map<string, PublicKey[]>();
  const repeated: Reason<SigningReasonCode>[] = [];
  keys.forEach((key, place) => {
    const keyPath = `${path}/keys/${place}`;
    keyBytes(key, keyPath);
    const { scheme, keyId, material } = key;
    // An RSA key under two schemes is one key that can sign in two ways. Material of different kinds of keys differs.
    const first = distinct.get(material);
    if (first === undefined) distinct.set(material, keyId);
    else repeated.push(sameKeyTwice("Trust lists a key twice", keyPath, first, keyId));
    const entry = entries.get(`${scheme} ${material}`) ?? key;
    entries.set(`${scheme} ${material}`, entry);
    const named = byKeyId.get(keyId) ?? [];
    if (!named.includes(entry)) byKeyId.set(keyId, [...named, entry]);
  });
  if (threshold > distinct.size) {
    throw new SigningError(
      "ERR_SIGNING_TRUST_UNSATISFIABLE",
      `Cannot use trust: threshold ${threshold} is above its ${distinct.size} distinct keys`,
      { path: `${path}/threshold`, details: { threshold, distinctKeys: distinct.size, reasons: repeated } },
    );
  }
  return { threshold, keys: [...entries.values()], distinct, byKeyId, repeated };
}

/**
 * Checks trust that is going to be stored, as every verification would: a list of keys, and a threshold that they can reach.
 *
 * @param path - JSON pointer of the trust in its document, for errors
 * @throws {@link SigningError} `ERR_SIGNING_TRUST_KEYS`, `ERR_SIGNING_TRUST_THRESHOLD`, `ERR_SIGNING_TRUST_UNSATISFIABLE`,
 * `ERR_SIGNING_KEY_FORMAT` or `ERR_SIGNING_KEY_ALGORITHM`
 * @example
 * ```ts
 * checkTrustedKeys({ keys: [alice, bob], threshold: 3 }); // throws: only two keys
 * ```
 */
export function checkTrustedKeys(trust: TrustedKeys, path = ""): void {
  checkTrust(trust, path);
}

/**
 * Counts the distinct trusted keys that signed a message, and accepts when they reach the threshold.
 *
 * A key id narrows the keys that a signature is tried with and decides nothing else; a signature without one is tried with
 * all of them. Signatures that do not count are listed and otherwise ignored, so that a stranger's signature spoils nothing
 * until the work is above its bounds. The verdict does not depend on the order of the signatures.
 *
 * Standard: DSSE 1.0.2 protocol, multi-signature verification; TUF 1.0.34 sections 4.2.1 and 5.3.4.
 *
 * @throws {@link SigningError} `ERR_SIGNING_THRESHOLD` (`details.reasons` has one reason for each signature that did not count);
 * before any verification `ERR_SIGNING_TOO_MANY_SIGNATURES` or `ERR_SIGNING_TOO_MANY_BYTES`; and, when trust itself is at fault,
 * `ERR_SIGNING_TRUST_KEYS`, `ERR_SIGNING_TRUST_THRESHOLD`, `ERR_SIGNING_TRUST_UNSATISFIABLE`, `ERR_SIGNING_KEY_FORMAT` or
 * `ERR_SIGNING_KEY_ALGORITHM`
 * @throws TypeError when message or a signature is no Uint8Array, or an option is none of its choices
 * @example
 * ```ts
 * const { signedBy } = verifyThreshold(message, [{ keyid, sig }], { keys: [alice, bob, carol], threshold: 2 });
 * ```
 */
export function verifyThreshold(
  message: Uint8Array,
  signatures: readonly HintedSignature[],
  trust: TrustedKeys,
  options: ThresholdOptions = {},
): ThresholdOutcome {
  return verifyWithTrust(message, signatures, checkTrust(trust), options);
}

/** {@link verifyThreshold} for trust that was checked before. */
export function verifyWithTrust(
  message: Uint8Array,
  signatures: readonly HintedSignature[],
  trust: CheckedTrust,
  options: ThresholdOptions = {},
): ThresholdOutcome {
  const { threshold, keys, distinct, byKeyId, repeated } = trust;
  assertBytes(message, "message");
  const candidates = signatures.map(({ keyid }) => (keyid === "" ? keys : (byKeyId.get(keyid) ?? [])));
  limitWork(candidates, message.length, options);

  const signed = new Set<string>();
  const ignored = [...repeated];
  signatures.forEach(({ keyid, sig }, place) => {
    const path = `/signatures/${place}`;
    assertBytes(sig, "sig");
    const tried = candidates[place]!;
    const material = tried.find((key) => preparedKey(key, options)(message, sig, options))?.material;
    if (material === undefined) ignored.push(notCounted(tried.length > 0, path, keyid));
    else if (signed.has(material))
      ignored.push(sameKeyTwice("A key signed twice", path, distinct.get(material)!, keyid));
    else signed.add(material);
  });

  const signedBy = [...distinct].filter(([material]) => signed.has(material)).map(([, keyId]) => keyId);
  if (signed.size >= threshold) return { signedBy, ignored };
  throw new SigningError(
    "ERR_SIGNING_THRESHOLD",
    `Cannot accept signatures: ${signed.size} distinct trusted keys signed, ${threshold} must`,
    { path: "/signatures", details: { threshold, signedBy, reasons: ignored } },
  );
}

/** Refuses in advance what would be too much work, whatever the signatures turn out to be. */
function limitWork(
  candidates: readonly (readonly PublicKey[])[],
  messageLength: number,
  { maxChecks = 64, maxCheckedBytes = 128 * 1024 * 1024 }: ThresholdOptions,
): void {
  const checks = candidates.reduce((sum, { length }) => sum + Math.max(1, length), 0);
  // A bound that is no number bounds everything.
  if (!(checks <= maxChecks)) {
    throw new SigningError(
      "ERR_SIGNING_TOO_MANY_SIGNATURES",
      `Cannot check signatures: ${checks} checks are needed, ${maxChecks} allowed`,
      { path: "/signatures", details: { checks, maxChecks } },
    );
  }
  // Each check hashes the message, so that a few signatures without key ids on a large one are much work.
  const checkedBytes = candidates.reduce((sum, { length }) => sum + length, 0) * messageLength;
  if (!(checkedBytes <= maxCheckedBytes)) {
    throw new SigningError(
      "ERR_SIGNING_TOO_MANY_BYTES",
      `Cannot check signatures: ${checkedBytes} bytes would be hashed, ${maxCheckedBytes} allowed`,
      { path: "/signatures", details: { checkedBytes, maxCheckedBytes } },
    );
  }
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
