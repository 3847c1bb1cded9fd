/** A signing request in words, for the person who is about to sign it: what the bytes are, not what the requester says. */

import { type Bytes, bytesToHex, equalBytes, type JsonObject, safeParseStrictJson, sha256 } from "../core/index.ts";
import { progressOf } from "./ceremony.ts";
import { checkRequest } from "./ceremony-check.ts";
import type { SigningRequest, SigningRequestOptions } from "./ceremony-types.ts";
import { preAuthEncoding } from "./dsse-envelope.ts";
import { printable, shortened } from "./hostile-text.ts";
import type { PublicKey } from "./keys-material.ts";
import { tufKeyId } from "./tuf-keys.ts";

/**
 * Explains a request: purpose, what the bytes to sign are, and how far each quorum is. For people: the text may change.
 *
 * The message is recognised by its bytes alone: the pre-authentication encoding of DSSE, or JSON with the members `_type`, `version`
 * and `expires` of TUF metadata. Texts of the request stand in quotation marks, other characters than printable ASCII escaped.
 * A key whose key id is not its TUF one is shown with that, too: a label can be another key's.
 *
 * @returns lines of text, each with a line feed
 * @throws {@link SigningError} every code of {@link parseSigningRequest}
 * @example
 * ```ts
 * console.log(explainSigningRequest(parseSigningRequest(file)));
 * ```
 */
export function explainSigningRequest(request: SigningRequest, options: SigningRequestOptions = {}): string {
  const checked = checkRequest(request, options.provider);
  const { purpose, message } = checked;
  const lines = [
    `Purpose, as the requester says: ${quoted(purpose)}`,
    `Message: ${message.length} bytes, SHA-256 ${bytesToHex(sha256(message))}`,
    `Found in it: ${describeMessage(message)}`,
  ];
  for (const { name, threshold, signedBy, notSignedBy, remaining } of progressOf(checked)) {
    const state = remaining === 0 ? "reached" : `${remaining} more must sign`;
    lines.push(`Quorum ${quoted(name)}: ${signedBy.length} of ${threshold} signed, ${state}`);
    for (const keyId of signedBy) lines.push(`  signed ${describeKey(checked.keys.get(keyId)!)}`);
    for (const keyId of notSignedBy) lines.push(`  not signed ${describeKey(checked.keys.get(keyId)!)}`);
  }
  return lines.map((line) => `${line}\n`).join("");
}

/** The label of a key is the requester's word; the TUF key id is made of the key itself. */
function describeKey({ scheme, keyId, material }: PublicKey): string {
  const own = tufKeyId(scheme, material);
  return keyId === own ? quoted(keyId) : `${quoted(keyId)}, which is key ${own}`;
}

function describeMessage(message: Bytes): string {
  const dsse = readPreAuthEncoding(message);
  if (dsse === undefined) return describeDocument(message);
  return `DSSE payload of type ${quoted(shortened(dsse.payloadType))}: ${describeDocument(dsse.payload)}`;
}

/** The members that tell people which document it is. */
function describeDocument(bytes: Uint8Array): string {
  const members = readMembers(bytes);
  if (members === undefined) return `${bytes.length} bytes that are no JSON object`;
  const telling = ["_type", "schema", "predicateType", "releaseId", "version", "expires"].flatMap((name) => {
    const value = members[name];
    if (typeof value === "string") return [`${name} ${quoted(shortened(value))}`];
    return typeof value === "number" ? [`${name} ${value}`] : [];
  });
  return telling.length === 0 ? "a JSON object" : `a JSON object with ${telling.join(", ")}`;
}

function readMembers(bytes: Uint8Array): JsonObject | undefined {
  const document = safeParseStrictJson(bytes, { maxBytes: bytes.length });
  if (!document.ok || typeof document.value !== "object" || document.value === null) return undefined;
  return Array.isArray(document.value) ? undefined : (document.value as JsonObject);
}

/** Type and payload of `DSSEv1 <length> <type> <length> <payload>`, if the bytes are exactly that. */
function readPreAuthEncoding(message: Bytes): { readonly payloadType: string; readonly payload: Bytes } | undefined {
  const header = new TextDecoder("latin1").decode(message.subarray(0, 64));
  const typeLength = /^DSSEv1 (\d{1,9}) /.exec(header)?.[1];
  if (typeLength === undefined) return undefined;
  const start = "DSSEv1 ".length + typeLength.length + 1;
  const type = message.subarray(start, start + Number(typeLength));
  const separator = new TextDecoder("latin1").decode(message.subarray(start + type.length, start + type.length + 32));
  const payloadLength = /^ (\d{1,16}) /.exec(separator)?.[1];
  if (payloadLength === undefined) return undefined;
  const payload = message.slice(start + type.length + payloadLength.length + 2);
  // What is no UTF-8, or has another number in front, encodes to other bytes.
  const payloadType = new TextDecoder("utf-8", { ignoreBOM: true }).decode(type);
  return equalBytes(preAuthEncoding(payloadType, payload), message) ? { payloadType, payload } : undefined;
}

/** A text of the request where it cannot be mistaken for ours. */
function quoted(text: string): string {
  // A run of spaces could carry what follows to the start of a terminal's next line.
  return printable(JSON.stringify(text)).replace(/ {2,}/g, (run) => "\\u0020".repeat(run.length));
}
