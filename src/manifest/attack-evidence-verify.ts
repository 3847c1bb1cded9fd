/** Reads evidence of attacks that a vehicle sent: its signer is known, what it says is still a claim, what it holds is proof or not. */

import * as z from "zod/mini";
import {
  base64ToBytes,
  bytesToHex,
  freezeJson,
  jsonPointer,
  type Limits,
  parseStrictJson,
  parseUtcTime,
  sha256,
} from "../core/index.ts";
import { type TrustedKeys, type Verified, type VerifyDsseOptions, verifyDsse } from "../signing/index.ts";
import { type AttackEvidence, attackEvidencePayloadType, type EvidenceFile } from "./attack-evidence.ts";
import { listOf, objectOf, requireDocument } from "./bounded-schema.ts";
import { ManifestError } from "./errors.ts";
import { requireSchemaId } from "./require-shape.ts";
import { counter, identifier } from "./shapes.ts";

const what = "attack evidence";

/** Evidence whose signatures and shape were checked, and whose files are those that its digests name; frozen. */
export interface VerifiedAttackEvidence extends Verified<"attack-evidence"> {
  readonly evidence: AttackEvidence;
  /** SHA-256 of the signed bytes, lower-case hexadecimal: names it in logs and cases. */
  readonly digest: string;
  /** Key ids of the distinct keys that signed. */
  readonly signedBy: readonly string[];
}

const text = (longest: number): z.ZodMiniType<string> => /* @__PURE__ */ z.string().check(z.maxLength(longest));

const fileSchema: z.ZodMiniType<EvidenceFile> = /* @__PURE__ */ objectOf<EvidenceFile>({
  name: text(1024),
  sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  length: counter,
  content: z.exactOptional(z.string()),
});

const evidenceSchema: z.ZodMiniType<AttackEvidence> = /* @__PURE__ */ objectOf<AttackEvidence>({
  schema: z.literal("otakit.attack-evidence/1"),
  observedAt: text(20),
  vehicleId: z.exactOptional(identifier),
  decision: text(64),
  reasons: listOf<AttackEvidence["reasons"][number]>(
    z.custom((value) => typeof value === "object" && value !== null && !Array.isArray(value), "object"),
    0,
    100,
  ),
  files: listOf(fileSchema, 0, 1000),
});

/** 8 MiB of content in base64, with what stands around it. */
const largest = 16 * 1024 * 1024;

/**
 * Reads evidence and compares the content of its files with their lengths and digests. Nothing says who wrote it.
 *
 * @param limits - 16 MiB unless `maxBytes` says otherwise
 * @throws `CoreError` `ERR_CORE_JSON_*`, `ERR_CORE_UTF8` or `ERR_CORE_LIMIT` when the bytes are no strict JSON
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA` with the JSON pointer of the fault, or `ERR_MANIFEST_SCHEMA_VERSION`
 */
export function parseAttackEvidence(bytes: Uint8Array, limits?: Partial<Limits>): AttackEvidence {
  const value = parseStrictJson(bytes, { maxBytes: largest, ...limits }) as unknown;
  requireSchemaId("otakit.attack-evidence/1", what, value);
  requireDocument(evidenceSchema, what, value);
  try {
    parseUtcTime(value.observedAt);
  } catch (cause) {
    throw wrong("/observedAt", "is no UTC time", cause);
  }
  value.files.forEach((file, index) => {
    if (file.content !== undefined) checkContent(file, file.content, jsonPointer("files", index));
  });
  return value;
}

function checkContent({ length, sha256: digest }: EvidenceFile, content: string, path: string): void {
  let bytes: Uint8Array;
  try {
    bytes = base64ToBytes(content);
  } catch (cause) {
    throw wrong(`${path}/content`, "is no base64", cause);
  }
  if (bytes.length !== length) throw wrong(`${path}/length`, "is not that of the content");
  if (bytesToHex(sha256(bytes)) !== digest) throw wrong(`${path}/sha256`, "is not that of the content");
}

/**
 * Verifies evidence that arrived. It proves who reports; whether the files prove an attack is for a client of the repository to say:
 * give them to `stepTufClient` one after the other.
 *
 * @param trust - keys of the vehicle or service that may report
 * @throws `SigningError` when the envelope is malformed, of another type, or not signed by enough distinct keys
 * @throws {@link ManifestError} and `CoreError` as {@link parseAttackEvidence}
 * @example
 * ```ts
 * const { evidence } = verifyAttackEvidence(envelope, { keys: [keyOf(vehicleId)], threshold: 1 });
 * ```
 */
export function verifyAttackEvidence(
  envelope: Uint8Array,
  trust: TrustedKeys,
  options: Pick<VerifyDsseOptions, "provider" | "limits"> = {},
): VerifiedAttackEvidence {
  // Base64 again, and the signatures.
  const limits = { maxBytes: 2 * largest, ...options.limits };
  const { payload, signedBy } = verifyDsse(envelope, trust, {
    ...options,
    limits,
    payloadType: attackEvidencePayloadType,
  });
  const evidence = freezeJson(parseAttackEvidence(payload, options.limits));
  return Object.freeze({ evidence, digest: bytesToHex(sha256(payload)), signedBy }) as VerifiedAttackEvidence;
}

function wrong(path: string, fault: string, cause?: unknown): ManifestError {
  return new ManifestError("ERR_MANIFEST_SCHEMA", `Cannot use ${what}: "${path}" ${fault}`, { path, cause });
}
