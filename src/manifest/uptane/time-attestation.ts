/** Reads a time attestation; nothing of it may be used before its signatures are checked. */

import * as z from "zod/mini";
import {
  type Bytes,
  encodeCanonicalJson,
  excerpt,
  hexToBytes,
  isOtaError,
  type JsonValue,
  parseStrictJson,
  parseUtcTime,
} from "../../core/index.ts";
import type { HintedSignature } from "../../signing/index.ts";
import { listOf, objectOf, requireDocument } from "../bounded-schema.ts";
import { ManifestError } from "../errors.ts";
import { counter } from "../shapes.ts";
import { uptaneReason } from "./reasons.ts";

/** A time attestation, not verified. */
export interface TimeAttestation {
  /** What is signed: the canonical form of `signed`. */
  readonly message: Bytes;
  readonly signatures: readonly HintedSignature[];
  /** Of all ECUs that the answer is for. */
  readonly nonces: readonly number[];
  /** Epoch milliseconds. */
  readonly time: number;
}

/** The document; other members of it are kept, because they are signed. */
interface AttestationDocument {
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
  readonly signed: { readonly nonces: readonly number[]; readonly time: string };
}

const text = /* @__PURE__ */ z.string().check(z.maxLength(8_192));
const signature = /* @__PURE__ */ objectOf<AttestationDocument["signatures"][number]>({ keyid: text, sig: text });

const attestationSchema = /* @__PURE__ */ objectOf<AttestationDocument>({
  signatures: /* @__PURE__ */ listOf(signature, 1, 16),
  signed: /* @__PURE__ */ objectOf<AttestationDocument["signed"]>({
    nonces: /* @__PURE__ */ listOf(counter, 1, 10_000),
    time: text,
  }),
});

/** Longest attestation: some thousands of nonces. */
const limits = { maxBytes: 65_536, maxEntries: 20_000 };

/**
 * Reads a time attestation.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_UPTANE_TIME` with reason `uptane_time_malformed`
 */
export function readTimeAttestation(bytes: Uint8Array): TimeAttestation {
  try {
    const document: unknown = parseStrictJson(bytes, limits);
    requireDocument(attestationSchema, "time attestation", document);
    const { signed, signatures } = document;
    return {
      message: encodeCanonicalJson(signed as unknown as JsonValue, limits),
      signatures: signatures.map(({ keyid, sig }) => ({ keyid, sig: hexToBytes(sig) })),
      nonces: signed.nonces,
      time: parseUtcTime(signed.time),
    };
  } catch (error) {
    if (!isOtaError(error)) throw error;
    const { code, path, message } = error;
    const evidence = { error: code, why: excerpt(message) };
    const reason = uptaneReason("uptane_time_malformed", "5.4.3.1", path === undefined ? {} : { path }, evidence);
    throw new ManifestError("ERR_MANIFEST_UPTANE_TIME", `Cannot use time: ${reason.message.slice(0, -1)}`, {
      details: { reasons: [reason] },
      cause: error,
    });
  }
}
