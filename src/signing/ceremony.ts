/** Collecting the signatures of a request: sign it, merge what came back, see what is missing, finish. */

import { type Bytes, compareBytes, encodeJcs, equalBytes } from "../core/index.ts";
import { type CheckedRequest, checkRequest, foreignKey, requestOf } from "./ceremony-check.ts";
import type { SigningRequest, SigningRequestOptions } from "./ceremony-types.ts";
import type { DsseSignature } from "./dsse-envelope.ts";
import { SigningError } from "./errors.ts";
import { sameKey } from "./keys.ts";
import { type Signer, signWith } from "./signers.ts";
import { checkTrust } from "./threshold.ts";

/** How far one quorum of a request is. */
export interface QuorumProgress {
  readonly name: string;
  readonly threshold: number;
  /** Key ids of the distinct keys that have signed. */
  readonly signedBy: readonly string[];
  /** Key ids of the distinct keys that have not. */
  readonly notSignedBy: readonly string[];
  /** How many more of them must sign; 0 when the quorum is reached. */
  readonly remaining: number;
}

/**
 * Signs a request, where the private key is.
 *
 * Look at the request before: {@link explainSigningRequest}. A key that has signed already is not asked again.
 *
 * @returns the request with the signature; send it back as a file
 * @throws {@link SigningError} `ERR_SIGNING_REQUEST_KEY` when the signer's key is in no quorum, or only under another scheme, `ERR_SIGNING_SIGNER_FAULT`, and
 * every code of {@link parseSigningRequest}
 * @example
 * ```ts
 * const signed = await addSignature(parseSigningRequest(file), hsm);
 * ```
 */
export async function addSignature(
  request: SigningRequest,
  signer: Signer,
  options: SigningRequestOptions = {},
): Promise<SigningRequest> {
  const checked = checkRequest(request, options.provider);
  const { publicKey } = signer;
  // One key may have several key ids; a verifier looks for the one that its quorum lists, and by the scheme that it lists.
  const keyIds = [...checked.keys]
    .filter(([, key]) => sameKey(key, publicKey) && key.scheme === publicKey.scheme)
    .map(([keyId]) => keyId);
  if (keyIds.length === 0) throw foreignKey(publicKey.keyId);
  const missing = keyIds.filter((keyId) => !checked.signatures.has(keyId));
  if (missing.length === 0) return requestOf(checked);
  const { provider } = options;
  const signature = await signWith(signer, checked.message, provider === undefined ? {} : { provider });
  const added = missing.map((keyId) => [keyId, signature] as const);
  return requestOf({ ...checked, signatures: new Map([...checked.signatures, ...added]) });
}

/**
 * Joins the signatures of returned files into one's own request.
 *
 * The result is the same for any order of the files, and for files that were merged before. Of two valid signatures of one key the
 * bytewise smaller one is kept.
 *
 * @param own - the request as it was sent out, from one's own storage: it alone says what is signed and by whom
 * @param returned - what came back; each is checked like a file
 * @throws {@link SigningError} `ERR_SIGNING_REQUEST_OTHER` when a file answers another request, and every code of
 * {@link parseSigningRequest}; a path starts with the index in `returned`
 * @example
 * ```ts
 * const merged = mergeSigningRequests(request, [fromAlice, fromBob]);
 * ```
 */
export function mergeSigningRequests(
  own: SigningRequest,
  returned: readonly SigningRequest[],
  options: SigningRequestOptions = {},
): SigningRequest {
  const checked = checkRequest(own, options.provider);
  const signatures = new Map(checked.signatures);
  returned.forEach((request, index) => {
    const answer = checkRequest(request, options.provider, `/${index}`);
    assertSameRequest(checked, answer, `/${index}`);
    for (const [keyId, signature] of answer.signatures) {
      const known = signatures.get(keyId);
      if (known === undefined || compareBytes(signature, known) < 0) signatures.set(keyId, signature);
    }
  });
  return requestOf({ ...checked, signatures });
}

/** A returned file must not change what is signed, what it is said to be, or who must sign. */
function assertSameRequest(own: CheckedRequest, answer: CheckedRequest, path: string): void {
  const same: Readonly<Record<string, boolean>> = {
    message: equalBytes(own.message, answer.message),
    quorums: equalBytes(encodeJcs(own.quorums), encodeJcs(answer.quorums)),
    purpose: own.purpose === answer.purpose,
  };
  const changed = Object.keys(same).find((member) => !same[member]);
  if (changed === undefined) return;
  throw new SigningError(
    "ERR_SIGNING_REQUEST_OTHER",
    `Cannot merge file: it answers a request with another ${changed}`,
    {
      path: `${path}/${changed}`,
    },
  );
}

/**
 * Tells for each quorum who has signed and how many are missing.
 *
 * @throws {@link SigningError} every code of {@link parseSigningRequest}
 * @example
 * ```ts
 * signingProgress(request).filter(({ remaining }) => remaining > 0);
 * ```
 */
export function signingProgress(
  request: SigningRequest,
  options: SigningRequestOptions = {},
): readonly QuorumProgress[] {
  return progressOf(checkRequest(request, options.provider));
}

/** Counts distinct key material, as {@link verifyThreshold} does: a signature counts for the quorums that list its key id. */
export function progressOf({ quorums, signatures }: CheckedRequest): readonly QuorumProgress[] {
  return quorums.map((quorum) => {
    const signed = new Set(quorum.keys.filter(({ keyId }) => signatures.has(keyId)).map(({ material }) => material));
    const distinct = [...checkTrust(quorum).distinct];
    const signedBy = distinct.filter(([material]) => signed.has(material)).map(([, keyId]) => keyId);
    const notSignedBy = distinct.filter(([material]) => !signed.has(material)).map(([, keyId]) => keyId);
    const { name, threshold } = quorum;
    return { name, threshold, signedBy, notSignedBy, remaining: Math.max(0, threshold - signedBy.length) };
  });
}

/**
 * Gives the signatures of a request of which every quorum is reached, for the envelope or the metadata file that they belong
 * in.
 *
 * @returns all signatures, in the order of the quorums' keys
 * @throws {@link SigningError} `ERR_SIGNING_REQUEST_INCOMPLETE` with the {@link QuorumProgress} of each quorum in
 * `details.quorums`, and every code of {@link parseSigningRequest}
 * @example
 * ```ts
 * const envelope = encodeDsseEnvelope({ payloadType, payload, signatures: finishSigningRequest(merged) });
 * ```
 */
export function finishSigningRequest(
  request: SigningRequest,
  options: SigningRequestOptions = {},
): readonly DsseSignature[] {
  const checked = checkRequest(request, options.provider);
  const quorums = progressOf(checked);
  const short = quorums.find(({ remaining }) => remaining > 0);
  if (short !== undefined) {
    throw new SigningError(
      "ERR_SIGNING_REQUEST_INCOMPLETE",
      `Cannot finish signing request: quorum "${short.name}" has ${short.signedBy.length} of ${short.threshold} signatures`,
      { path: "/signatures", details: { quorums } },
    );
  }
  return [...checked.keys.keys()].flatMap((keyid) => {
    const sig: Bytes | undefined = checked.signatures.get(keyid);
    return sig === undefined ? [] : [{ keyid, sig }];
  });
}
