/**
 * Signs metadata: with signers at hand, with signatures collected as files, with those of the file before, or all of these.
 *
 * A finished file is read and checked as clients do before it is given out: a repository must never publish what its clients
 * refuse.
 */

import {
  type Bytes,
  base64ToBytes,
  bytesToBase64,
  bytesToHex,
  encodeCanonicalJson,
  equalBytes,
  excerpt,
  hexToBytes,
  isOtaError,
  type JsonValue,
  type SignatureProvider,
} from "../../../core/index.ts";
import {
  createSigningRequest,
  isValidSignature,
  mergeSigningRequests,
  type PublicKey,
  type Quorum,
  type Signer,
  type SigningRequest,
  signWith,
} from "../../../signing/index.ts";
import { ManifestError } from "../../errors.ts";
import type { TufAnySigned, TufSignature } from "../metadata.ts";
import { parseTufMetadata } from "../parse-metadata.ts";
import { resolveTufPolicy } from "../policy.ts";
import { checkSignatures } from "../role-keys.ts";
import { encodeTufMetadata, fileLimits } from "./encode-metadata.ts";
import { signsAlike, tufRootQuorums } from "./role-keys.ts";

/** Who must sign, and where signatures come from. */
export interface SignTufInput {
  /** All of them must be reached: see `tufQuorum` and, for a root, `tufRootQuorums`; a root's own is added when it is not there. */
  readonly quorums: readonly Quorum[];
  /** Asked for a signature, unless there is a good one of the key. */
  readonly signers?: readonly Signer[];
  /** Returned requests; only their signatures count, whatever else they say. */
  readonly collected?: readonly SigningRequest[];
  /** Signatures of the file as it stands; those that are still good are kept. */
  readonly existing?: readonly TufSignature[];
  /** Back end that checks signatures; the runtime's default when absent. */
  readonly provider?: SignatureProvider;
}

/**
 * Signs a signed object and gives the file, ready to be published.
 *
 * Standard: TUF 1.0.34 sections 4.2.1 and 5.3.4.
 *
 * @returns the bytes of the file; the same for the same signatures, in whatever order they came
 * @throws {@link ManifestError} `ERR_MANIFEST_TUF_FORMAT` or `ERR_MANIFEST_TUF_SPEC_VERSION` when clients could not read it, before
 * anyone is asked to sign; `ERR_MANIFEST_TUF_SIGNER` for a signer whose key is in no quorum; `ERR_MANIFEST_TUF_REQUEST` for a
 * collected request that is for other bytes; `ERR_MANIFEST_TUF_UNSIGNED` when a quorum is not reached, with
 * `details.quorums`
 * @throws `SigningError` `ERR_SIGNING_SIGNER_FAULT` when a signer's answer does not verify
 * @throws `CoreError` `ERR_CORE_JSON_*` for a value that has no JSON form
 * @example
 * ```ts
 * const file = await signTufMetadata(timestamp, { quorums: [tufQuorum(root, "timestamp")], signers: [kms] });
 * ```
 */
export async function signTufMetadata(signed: TufAnySigned, input: SignTufInput): Promise<Bytes> {
  const quorums = allQuorums(signed, input.quorums);
  const message = messageOf(signed);
  const keys = keysById(quorums);
  const signatures = goodSignatures(input, keys, message);
  // All of them before the first one signs.
  const asked = (input.signers ?? []).map((signer) => ({ signer, keyids: keyIdsOf(signer, keys, quorums) }));
  for (const { signer, keyids } of asked) {
    const missing = keyids.filter((keyid) => !signatures.has(keyid));
    if (missing.length === 0) continue;
    const sig = bytesToHex(await signWith(signer, message, withProvider(input.provider)));
    for (const keyid of missing) signatures.set(keyid, sig);
  }
  const file = encodeTufMetadata({ signed, signatures: [...signatures].map(([keyid, sig]) => ({ keyid, sig })) });
  checkFile(file, message, quorums, input.provider);
  return file;
}

/** Who must sign, and what those who do are told. */
export interface RequestTufSignaturesInput extends Pick<SignTufInput, "quorums" | "existing" | "provider"> {
  /** For those who sign; type, version and expiry when absent. */
  readonly purpose?: string;
}

/**
 * Makes the request by which people at other places and times sign: a plain JSON document, to be sent as a file.
 *
 * Each signs it with `addSignature`; what comes back goes to {@link signTufMetadata} as `collected`, one by one or merged.
 * Signatures that are there and still good are in it already.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_TUF_FORMAT` or `ERR_MANIFEST_TUF_SPEC_VERSION`; `SigningError` `ERR_SIGNING_REQUEST` or
 * that of a quorum's keys or threshold
 * @example
 * ```ts
 * const request = requestTufSignatures(newRoot, { quorums: tufRootQuorums(newRoot, oldRoot) });
 * send(encodeSigningRequest(request)); // later: signTufMetadata(newRoot, { quorums, collected: [fromAlice, fromBob] })
 * ```
 */
export function requestTufSignatures(signed: TufAnySigned, input: RequestTufSignaturesInput): SigningRequest {
  const { purpose = `TUF ${signed._type} version ${signed.version}, valid until ${signed.expires}`, provider } = input;
  const quorums = allQuorums(signed, input.quorums);
  const message = messageOf(signed);
  const request = createSigningRequest({ purpose, message, quorums });
  const keys = keysById(quorums);
  const good = (input.existing ?? []).filter(({ keyid, sig }) => {
    const key = keys.get(keyid);
    return key !== undefined && isGood(key, message, sig, provider);
  });
  const signatures = good.map(({ keyid, sig }) => ({ keyid, sig: base64OfHex(sig) }));
  return mergeSigningRequests(request, [{ ...request, signatures }], withProvider(provider));
}

/** A root that its own keys did not sign is refused, so its own quorum is always one, whatever the caller says that it is. */
function allQuorums(signed: TufAnySigned, quorums: readonly Quorum[]): readonly Quorum[] {
  if (signed._type !== "root") return quorums;
  const [own] = tufRootQuorums(signed);
  return [own!, ...quorums.filter(({ name }) => name !== own!.name)];
}

/** The bytes to sign, of an object that clients can read: nobody is asked to sign what could not be used. */
function messageOf(signed: TufAnySigned): Bytes {
  parseTufMetadata(encodeTufMetadata({ signed, signatures: [] }), fileLimits);
  return encodeCanonicalJson(signed as unknown as JsonValue, fileLimits);
}

/** Signatures that are there already: of the file as it stands first, then of what was collected, whose order does not matter. */
function goodSignatures(
  { existing = [], collected = [], provider }: SignTufInput,
  keys: ReadonlyMap<string, PublicKey>,
  message: Uint8Array,
): Map<string, string> {
  const answers = collected.flatMap((request) => answersOf(request, message));
  const signatures = new Map<string, string>();
  for (const { keyid, sig } of [...existing, ...answers.sort((left, right) => (left.sig < right.sig ? -1 : 1))]) {
    const key = keys.get(keyid);
    if (key === undefined || signatures.has(keyid)) continue;
    if (isGood(key, message, sig, provider)) signatures.set(keyid, sig);
  }
  return signatures;
}

/** Every key id under which the quorums list a signer's key. */
function keyIdsOf(
  { publicKey }: Signer,
  keys: ReadonlyMap<string, PublicKey>,
  quorums: readonly Quorum[],
): readonly string[] {
  const keyids = [...keys].filter(([, key]) => signsAlike(key, publicKey)).map(([keyid]) => keyid);
  if (keyids.length > 0) return keyids;
  const names = quorums.map(({ name }) => name);
  throw new ManifestError("ERR_MANIFEST_TUF_SIGNER", `Cannot sign as ${names.join(", ")}: the key is in no quorum`, {
    details: { keyid: excerpt(publicKey.keyId), quorums: names },
  });
}

/** A key id names one key in all quorums, because a file has one signature for it. */
function keysById(quorums: readonly Quorum[]): ReadonlyMap<string, PublicKey> {
  const byId = new Map<string, PublicKey>();
  for (const key of quorums.flatMap(({ keys }) => keys)) {
    const known = byId.get(key.keyId);
    if (known !== undefined && !signsAlike(known, key)) {
      throw new ManifestError("ERR_MANIFEST_TUF_KEYS", "Cannot sign: one key id stands for two keys", {
        details: { keyid: excerpt(key.keyId) },
      });
    }
    byId.set(key.keyId, known ?? key);
  }
  return byId;
}

function answersOf(request: SigningRequest, message: Uint8Array): readonly TufSignature[] {
  if (!equalBytes(base64ToBytes(request.message), message)) {
    throw new ManifestError("ERR_MANIFEST_TUF_REQUEST", "Cannot use signing request: it is for other bytes", {
      details: { sha256: request.sha256 },
    });
  }
  return request.signatures.map(({ keyid, sig }) => ({ keyid, sig: bytesToHex(base64ToBytes(sig)) }));
}

function isGood(key: PublicKey, message: Uint8Array, sig: string, provider: SignatureProvider | undefined): boolean {
  try {
    return isValidSignature(key, message, hexToBytes(sig), withProvider(provider));
  } catch (error) {
    if (!isOtaError(error)) throw error;
    return false;
  }
}

/** Reads the file as a client would, and asks each quorum as the client's own check does. */
function checkFile(
  file: Bytes,
  message: Uint8Array,
  quorums: readonly Quorum[],
  provider: SignatureProvider | undefined,
): void {
  const metadata = parseTufMetadata(file, fileLimits);
  const policy = resolveTufPolicy(withProvider(provider));
  const checked = quorums.map(({ name, keys, threshold }) => {
    const keyring = Object.fromEntries(keys.map((key) => [key.keyId, key]));
    const delegation = { keyring, role: { keyids: keys.map(({ keyId }) => keyId), threshold } };
    const { signedBy, refusals } = checkSignatures(metadata, message, delegation, name, "4.2.1", policy);
    const missing = keys.map(({ keyId }) => keyId).filter((keyId) => !signedBy.includes(keyId));
    return { name, threshold, signedBy, missing, refusals };
  });
  const short = checked.find(({ refusals }) => refusals.length > 0);
  if (short === undefined) return;
  const { name, threshold, signedBy } = short;
  throw new ManifestError(
    "ERR_MANIFEST_TUF_UNSIGNED",
    `Cannot finish file: ${signedBy.length} of ${threshold} keys of "${name}" signed it`,
    { path: "/signatures", details: { quorums: checked.map(({ refusals: _, ...progress }) => progress) } },
  );
}

function withProvider(provider: SignatureProvider | undefined): { readonly provider?: SignatureProvider } {
  return provider === undefined ? {} : { provider };
}

function base64OfHex(hex: string): string {
  return bytesToBase64(hexToBytes(hex));
}
