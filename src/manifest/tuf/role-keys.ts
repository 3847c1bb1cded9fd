/** The keys that a delegator lists, and whether enough of them signed. */

import {
  bytesToHex,
  encodeCanonicalJson,
  excerpt,
  hexToBytes,
  isOtaError,
  type JsonValue,
  sha256,
} from "../../core/index.ts";
import { type HintedSignature, type PublicKey, parseTufKey, verifyThreshold } from "../../signing/index.ts";
import type { TufAnySigned, TufKeyObject, TufMetadata, TufRole } from "./metadata.ts";
import type { ResolvedTufPolicy } from "./policy.ts";
import { mostReasons, type TufReason, tufReason } from "./reasons.ts";

/** Keys by the key id that their delegator gives them; only usable ones. */
type TufKeyring = Readonly<Record<string, PublicKey>>;

/** Whom a role's signatures are checked against. */
export interface TufDelegation {
  readonly keyring: TufKeyring;
  readonly role: TufRole;
}

/** The usable keys of a list, and why the others are not. */
export interface ReadKeyring {
  readonly keyring: TufKeyring;
  readonly unusable: readonly TufReason[];
}

/**
 * Reads the keys that a role lists. One that cannot be used is no fault by itself: new key types must be able to stand beside
 * old ones. It simply cannot help to reach a threshold.
 *
 * @param role - the role that lists the keys, for reasons
 */
export function readKeyring(
  keys: Readonly<Record<string, TufKeyObject>>,
  role: string,
  policy: ResolvedTufPolicy,
): ReadKeyring {
  const keyring: Record<string, PublicKey> = Object.create(null);
  const unusable: TufReason[] = [];
  for (const [keyid, key] of Object.entries(keys)) {
    const label = excerpt(keyid);
    try {
      if (policy.keyIds === "strict" && !isKeyIdOf(keyid, key)) {
        unusable.push(tufReason("tuf_key_id_mismatch", role, "4.2.2", { got: label }));
        continue;
      }
      keyring[keyid] = parseTufKey(key as unknown as JsonValue, keyid);
    } catch (error) {
      if (!isOtaError(error)) throw error;
      unusable.push(tufReason("tuf_key_unusable", role, "4.2.2", { got: label, error: error.code }));
    }
  }
  return { keyring, unusable };
}

/** TUF 1.0.34 section 4.2.2: the key id is the SHA-256 of the canonical form of the key object. */
function isKeyIdOf(keyid: string, key: TufKeyObject): boolean {
  return keyid === bytesToHex(sha256(encodeCanonicalJson(key as unknown as JsonValue)));
}

/** What checking signatures gave. */
export interface SignatureCheck {
  /** Key ids of the distinct keys that signed. */
  readonly signedBy: readonly string[];
  /** Why the threshold is not met; empty when it is. */
  readonly refusals: readonly TufReason[];
  /** Signatures that did not count. */
  readonly ignored: readonly TufReason[];
}

/**
 * Checks whether enough distinct keys of a delegation signed: distinct key material, whatever the key ids.
 *
 * Standard: TUF 1.0.34 sections 4.2.1 and 5.3.4.
 *
 * @param message - canonical form of what is signed
 * @param role - the role that signed, for reasons
 * @param clause - clause that demands the check
 */
export function checkSignatures(
  metadata: TufMetadata<TufAnySigned>,
  message: Uint8Array,
  delegation: TufDelegation,
  role: string,
  clause: string,
  policy: ResolvedTufPolicy,
): SignatureCheck {
  const { keyring } = delegation;
  const { keyids, threshold } = delegation.role;
  const keys = keyids.flatMap((keyid) => (keyid in keyring ? [keyring[keyid]!] : []));
  const listed = new Set(keyids);
  const ignored: TufReason[] = [];
  const signatures: HintedSignature[] = [];
  for (const { keyid, sig } of metadata.signatures) {
    const usable = listed.has(keyid) && keyid in keyring;
    if (usable) signatures.push({ keyid, sig: hexOrNothing(sig) });
    else if (ignored.length < mostReasons) {
      ignored.push(tufReason("tuf_signature_ignored", role, clause, { got: excerpt(keyid), why: "unknown_key" }));
    }
  }
  try {
    const outcome = verifyThreshold(
      message,
      signatures,
      { keys, threshold },
      // A delegator that lists many keys allows as many checks: each signature is tried with one, that of key id "" with all.
      {
        maxChecks: signatures.length + keys.length,
        // The default would refuse a long targets file that three keys signed.
        maxCheckedBytes: 16 * Math.max(message.length, 8 * 1024 * 1024),
        pssSalt: policy.pssSalt,
        ...(policy.provider ? { provider: policy.provider } : {}),
      },
    );
    for (const { code, evidence } of outcome.ignored) {
      ignored.push(tufReason("tuf_signature_ignored", role, clause, { ...evidence, why: code }));
    }
    return { signedBy: outcome.signedBy, refusals: [], ignored };
  } catch (error) {
    if (!isOtaError(error)) throw error;
    const unreachable = error.code === "ERR_SIGNING_TRUST_UNSATISFIABLE";
    const code = unreachable ? "tuf_threshold_unreachable" : "tuf_threshold_not_met";
    const { signedBy = [], reasons } = (error.details ?? {}) as { signedBy?: readonly string[]; reasons?: unknown };
    const got = unreachable ? keys.length : signedBy.length;
    const refusal = tufReason(code, role, clause, { had: threshold, got, signedBy, reasons, error: error.code });
    return { signedBy, refusals: [refusal], ignored };
  }
}

/** Text that is no hexadecimal is a signature that does not verify, no reason to refuse the good ones beside it. */
function hexOrNothing(text: string): Uint8Array {
  try {
    return hexToBytes(text);
  } catch {
    return new Uint8Array(0);
  }
}
