/** The keys that a delegator lists, and whether enough of them signed. */

import {
  base64ToBytes,
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
import type { TufWire } from "./wire.ts";

/** Keys by the key id that their delegator gives them; only usable ones. */
type TufKeyring = Readonly<Record<string, PublicKey>>;

/** The keys that trusted metadata lists for others. */
export interface TufKeys {
  readonly keyring: TufKeyring;
  /** The same keys under the other scheme of their type, where a dialect lets metadata name none. */
  readonly alternatives?: TufKeyring;
}

/** Whom a role's signatures are checked against. */
export interface TufDelegation extends TufKeys {
  readonly role: TufRole;
}

/** The delegation by keys that trusted metadata lists. */
export function delegationBy({ keyring, alternatives }: TufKeys, role: TufRole): TufDelegation {
  return alternatives === undefined ? { keyring, role } : { keyring, alternatives, role };
}

/** The usable keys of a list, and why the others are not. */
export interface ReadKeyring extends TufKeys {
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
  const alternatives: Record<string, PublicKey> = Object.create(null);
  const unusable: TufReason[] = [];
  for (const [keyid, key] of Object.entries(keys)) {
    const label = excerpt(keyid);
    try {
      if (policy.keyIds === "strict" && !isKeyIdOf(keyid, key, policy.wire)) {
        unusable.push(tufReason("tuf_key_id_mismatch", role, "4.2.2", { got: label }));
        continue;
      }
      if (key.scheme === undefined) {
        const [first, second] = readKeyWithoutScheme(key, keyid);
        keyring[keyid] = first!;
        if (second !== undefined) alternatives[keyid] = second;
      } else keyring[keyid] = parseTufKey(key as unknown as JsonValue, keyid);
    } catch (error) {
      if (!isOtaError(error)) throw error;
      unusable.push(tufReason("tuf_key_unusable", role, "4.2.2", { got: label, error: error.code }));
    }
  }
  return Object.keys(alternatives).length === 0 ? { keyring, unusable } : { keyring, alternatives, unusable };
}

/** TUF 1.0.34 section 4.2.2: the key id is the SHA-256 of the canonical form of the key object; of its text in another dialect. */
function isKeyIdOf(keyid: string, key: TufKeyObject, { keyIdOf }: TufWire): boolean {
  const named = keyIdOf === "key_object" ? (key as unknown as JsonValue) : (key.keyval["public"] ?? null);
  return keyid === bytesToHex(sha256(encodeCanonicalJson(named)));
}

/** Schemes of a key type that is named without one, in the spellings of ota-tuf: an RSA key signs with either hash. */
const schemesOf: readonly (readonly [RegExp, string, readonly string[]])[] = [
  [/^ed25519$/i, "ed25519", ["ed25519"]],
  [/^rsa(2048|3072|4096)?$/i, "rsa", ["rsassa-pss-sha256", "rsassa-pss-sha512"]],
  [/^(ecdsa|ecprime256v1|ecdsa-sha2-nistp256)$/i, "ecdsa", ["ecdsa-sha2-nistp256"]],
  [/^(ecprime384v1|ecdsa-sha2-nistp384)$/i, "ecdsa", ["ecdsa-sha2-nistp384"]],
];

/** A key that leaves its scheme to each signature: once for each scheme that its type can have. */
function readKeyWithoutScheme({ keytype, keyval }: TufKeyObject, keyid: string): readonly PublicKey[] {
  const [, type, schemes] = schemesOf.find(([pattern]) => pattern.test(keytype)) ?? [undefined, keytype, [""]];
  return schemes.map((scheme) => parseTufKey({ keytype: type, scheme, keyval }, keyid));
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
  const { keyring, alternatives = {} } = delegation;
  const { keyids, threshold } = delegation.role;
  const keys = keyids.flatMap((keyid) => [keyring, alternatives].flatMap((ring) => ownKey(ring, keyid)));
  const listed = new Set(keyids);
  const ignored: TufReason[] = [];
  const signatures: HintedSignature[] = [];
  for (const { keyid, sig } of metadata.signatures) {
    const usable = listed.has(keyid) && keyid in keyring;
    if (usable) signatures.push({ keyid, sig: signatureBytes(sig, policy.wire) });
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

function ownKey(ring: TufKeyring, keyid: string): readonly PublicKey[] {
  return Object.hasOwn(ring, keyid) ? [ring[keyid]!] : [];
}

/** Text in no known encoding is a signature that does not verify, no reason to refuse the good ones beside it. */
function signatureBytes(text: string, { signatures }: TufWire): Uint8Array {
  const decoders = signatures === "hex" ? [hexToBytes] : [hexToBytes, base64ToBytes];
  for (const decode of decoders) {
    try {
      return decode(text);
    } catch {
      // Perhaps the next encoding.
    }
  }
  return new Uint8Array(0);
}
