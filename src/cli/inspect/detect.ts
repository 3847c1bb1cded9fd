/** Finds out what a file is, by its content alone, and has it explained. */

import { bytesToUtf8, isOtaError, type JsonObject } from "otakit/core";
import { detectPatchFormat } from "otakit/delta";
import { signingRequestSchema, statementType } from "otakit/signing";
import { usageError } from "../command.ts";
import { CliError } from "../errors.ts";
import {
  hasMembers,
  inspectEnvelope,
  inspectFloors,
  inspectSigningRequest,
  inspectStatement,
  readJson,
} from "./documents.ts";
import { inspectHexKey, inspectKeyObject, inspectPrivateKey, inspectPublicKey } from "./keys.ts";
import { inspectDelta } from "./patch.ts";
import { inspectRelease, inspectTrust } from "./release.ts";
import { isObject, type Report } from "./report.ts";
import { inspectTufMetadata } from "./tuf-metadata.ts";

/**
 * Explains a file.
 *
 * @param rootFile - a trusted root, for TUF metadata
 * @throws {@link CliError} `ERR_CLI_INSPECT` for what is not known; what is known and malformed gives its own error
 */
export function inspectFile(bytes: Uint8Array, now: number, rootFile?: Uint8Array): Report {
  const document = detectPatchFormat(bytes) === undefined ? readJson(bytes) : undefined;
  if (hasMembers(document, "signed", "signatures")) return inspectTufMetadata(bytes, now, rootFile);
  if (rootFile !== undefined) throw usageError("--root is for TUF metadata, and the file is none", "inspect");
  const report = isObject(document) ? inspectDocument(document, bytes, now) : inspectBytes(bytes);
  if (report !== undefined) return report;
  throw new CliError("ERR_CLI_INSPECT", "Cannot explain file: it is nothing that is known here", {
    details: { bytes: bytes.length, isJson: document !== undefined },
  });
}

function inspectDocument(document: JsonObject, bytes: Uint8Array, now: number): Report | undefined {
  if (hasMembers(document, "payloadType", "payload")) return inspectEnvelope(bytes, now);
  if (hasMembers(document, "keytype", "scheme", "keyval")) return inspectKeyObject(document);
  if (hasMembers(document, "kty")) {
    return Object.hasOwn(document, "d") ? inspectPrivateKey(bytes) : inspectPublicKey(bytes);
  }
  if (document["_type"] === statementType) return inspectStatement(bytes);
  const { schema } = document;
  if (typeof schema !== "string") return undefined;
  if (schema.startsWith(familyOf(signingRequestSchema))) return inspectSigningRequest(bytes);
  if (schema.startsWith("ota-release/")) return inspectRelease(bytes, now);
  if (schema.startsWith("ota-release-trust/")) return inspectTrust(bytes, now);
  if (schema.startsWith("otakit.update-floors/")) return inspectFloors(bytes);
  return undefined;
}

/** Longest file that can be a key. */
const maxKeyBytes = 16_384;

/** A schema without its version: an unknown version is told by the reader of the document. */
function familyOf(schema: string): string {
  return schema.replace(/\d+$/, "");
}

function inspectBytes(bytes: Uint8Array): Report | undefined {
  if (detectPatchFormat(bytes) !== undefined) return inspectDelta(bytes);
  if (bytes[0] === 0x30 && bytes.length <= maxKeyBytes && !isHexText(bytes)) {
    // In the outer DER sequence PKCS #8 starts with its version, an SPKI with its algorithm.
    const header = bytes[1]! < 0x80 ? 2 : 2 + (bytes[1]! & 0x7f);
    return bytes[header] === 0x02 ? inspectPrivateKey(bytes) : inspectPublicKey(bytes);
  }
  const text = shortText(bytes);
  if (text === undefined) return undefined;
  if (text.startsWith("-----BEGIN PUBLIC KEY-----")) return inspectPublicKey(text);
  if (/^-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(text)) return inspectPrivateKey(text);
  return isHexText(bytes) ? inspectHexKey(text) : undefined;
}

function isHexText(bytes: Uint8Array): boolean {
  return /^[0-9A-Fa-f]{64}\r?\n?$/.test(shortText(bytes) ?? "");
}

/** Text of the length of a key. */
function shortText(bytes: Uint8Array): string | undefined {
  try {
    return bytes.length > maxKeyBytes ? undefined : bytesToUtf8(bytes);
  } catch (error) {
    if (!isOtaError(error)) throw error;
    return undefined;
  }
}
