/** A row of the UDS vectors, and the steps that its checks share. */

import { bytesToHex, hexToBytes } from "otakit/core";
import {
  type DecodeOptions,
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  type UdsRequest,
  type UdsResponse,
} from "otakit/uds";

/** One line of the file. */
export interface Row {
  readonly source: string;
  readonly description: string;
  readonly op: "decode" | "encode" | "envelope" | "build";
  readonly hex: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly expected?: unknown;
  readonly error?: string;
}

/** Says what is wrong, or nothing. */
export type Verdict = string | undefined;

/** A decoded message by its members, for checks that look them up by name. */
export type Members = Readonly<Record<string, unknown>>;

/** Whether the first byte is that of a response. */
function isResponse({ hex }: Row): boolean {
  const first = Number.parseInt(hex.slice(0, 2), 16);
  return (first >= 0x50 && first <= 0x7f) || (first >= 0xc3 && first <= 0xc7);
}

/** Reads the message of a row. */
export function decodeRow(
  row: Row,
  options: DecodeOptions = {},
): ReturnType<typeof decodeRequest> | ReturnType<typeof decodeResponse> {
  const bytes = hexToBytes(row.hex);
  return isResponse(row) ? decodeResponse(bytes, options) : decodeRequest(bytes, options);
}

/** Reads the message of a row, checks that its members alone write the same bytes, and hands them on. */
export function readBack(row: Row, check: (members: Members) => Verdict, options: DecodeOptions = {}): Verdict {
  const result = decodeRow(row, options);
  if (!result.ok) return result.error.message;
  const { value, warnings } = result;
  // What was tolerated is gone, as it should be.
  const tolerated = warnings.some(({ code }) => /trimmed|ignored|dropped/.test(code));
  const written = bytesToHex(encodeMembers(row, value));
  if (!tolerated && written !== row.hex.toLowerCase()) return `written again as ${written}`;
  return check(value as unknown as Members);
}

/** Writes a decoded message without the members that would give its bytes away. */
function encodeMembers(row: Row, message: UdsRequest | UdsResponse): Uint8Array {
  if (message.kind === "unknown") return isResponse(row) ? encodeResponse(message) : encodeRequest(message);
  const { bytes: _, ...members } = message;
  return isResponse(row) ? encodeResponse(members as UdsResponse) : encodeRequest(members as UdsRequest);
}

/** The first wanted member that is not found so; a member nobody computes differs too. */
export function differs(wanted: Members, found: Members): Verdict {
  for (const [key, value] of Object.entries(wanted)) {
    if (found[key] !== value) return `${key}: wanted ${String(value)}, found ${String(found[key])}`;
  }
  return undefined;
}

/** Bytes as text, anything else as it is. */
export function plain(value: unknown): unknown {
  return value instanceof Uint8Array ? bytesToHex(value) : value;
}

/** A value of the vectors, where bytes are `{ "$hex": ... }`, likewise. */
export function plainVector(value: unknown): unknown {
  return typeof value === "object" && value !== null && "$hex" in value ? value.$hex : value;
}

/** Bytes of a vector value. */
export function vectorBytes(value: unknown): Uint8Array {
  return hexToBytes(String(plainVector(value)));
}
