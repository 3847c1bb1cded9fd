/** What a signing request looks like: plain JSON, version 1. */

import type { Limits, SignatureProvider } from "../core/index.ts";
import type { PublicKey } from "./keys-material.ts";

/** `schema` of a signing request of this version. */
export const signingRequestSchema = "otakit.signing-request/1";

/** Keys of which so many must sign. A request may need several quorums: a new TUF root needs the old root's and its own. */
export interface Quorum {
  /** For people, 1 to 128 characters. */
  readonly name: string;
  /** A key id means the same key in all quorums of a request; at most 100 key ids in all of them together. */
  readonly keys: readonly PublicKey[];
  /** How many distinct keys must sign: an integer >= 1. */
  readonly threshold: number;
}

/** A signature of a request. */
export interface CollectedSignature {
  /** Key id of a key in a quorum. */
  readonly keyid: string;
  /** As a {@link Signer} gives it, base64. */
  readonly sig: string;
}

/** A request to sign, with the signatures collected so far: plain JSON, to be stored and sent as a file. */
export interface SigningRequest {
  readonly schema: typeof signingRequestSchema;
  /** What the requester says that it is, 1 to 1,000 characters. Nobody vouches for it: see {@link explainSigningRequest}. */
  readonly purpose: string;
  /** The bytes to sign, base64: of a DSSE payload its {@link preAuthEncoding}, of TUF metadata the canonical form of `signed`. */
  readonly message: string;
  /** SHA-256 of the bytes, lower-case hexadecimal, for people to compare. */
  readonly sha256: string;
  /** All of them must be reached; 1 to 16. */
  readonly quorums: readonly Quorum[];
  /** At most one for each key id, in the order of the quorums' keys. */
  readonly signatures: readonly CollectedSignature[];
}

/** What a request is made of. */
export interface SigningRequestInput {
  /** What is going to be signed, in a few words for those who sign. */
  readonly purpose: string;
  /** The bytes to sign. */
  readonly message: Uint8Array;
  readonly quorums: readonly Quorum[];
}

/** What the functions on signing requests depend on besides the request. */
export interface SigningRequestOptions {
  /** Back end that checks signatures; the runtime's default when absent. */
  readonly provider?: SignatureProvider;
}

/** What {@link parseSigningRequest} depends on besides the bytes. */
export interface ParseSigningRequestOptions extends SigningRequestOptions {
  /** `maxBytes`, `maxDepth` and `maxEntries` (10,000 when absent) bound the document. */
  readonly limits?: Partial<Limits>;
}
