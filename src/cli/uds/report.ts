/** Messages as lines for people: what they are, then their members, in the words of the standard. */

import { bytesToHex } from "otakit/core";
import type { DtcStatusFlags, UdsRequest, UdsResponse } from "otakit/uds";
import { indent } from "../inspect/report.ts";
import type { ReadMessage } from "./decode.ts";
import type { Place } from "./lines.ts";

/** Where a message stands, for the start of a line; empty on the command line. */
export function placeText({ line, channel, id }: Place): string {
  if (line === undefined) return "";
  return channel === undefined ? `line ${line}: ` : `line ${line}, ${channel} ${id}: `;
}

/** A message, or how far it could be read and why not further. */
export function messageLines({ place, bytes, message, fault, warnings }: ReadMessage): readonly string[] {
  const title = message === undefined ? `cannot be read: ${bytesToHex(bytes) || "no bytes"}` : titleOf(message);
  return [
    `${placeText(place)}${title}`,
    ...indent(message === undefined || message.kind === "negative" ? [] : membersOf(message)),
    ...(fault === undefined ? [] : [`  fault at byte ${fault.offset}: ${fault.message} [${fault.code}]`]),
    ...warnings.map(({ message: text, code }) => `  warning: ${text} [${code}]`),
  ];
}

/** What a message is, in one line. */
export function titleOf(message: UdsRequest | UdsResponse): string {
  switch (message.kind) {
    case "negative": {
      const { requestService, requestSid, name, nrc, nrcKind } = message;
      const service = requestService === "unknown" ? hexByte(requestSid) : requestService;
      return `${service}: negative response ${name} (${hexByte(nrc)}, ${nrcKind})`;
    }
    case "unknown":
      return `${message.service === "unknown" ? `service ${hexByte(message.sid)}` : message.service}: not decoded`;
    default: {
      const subFunction = "subFunction" in message ? ` ${message.subFunction} (${hexByte(message.subFunctionId)})` : "";
      return `${message.service}${subFunction}: ${message.kind === "request" ? "request" : "positive response"}`;
    }
  }
}

/** Members that the title says, or that only repeat it. */
const inTitle: ReadonlySet<string> = new Set(["kind", "service", "sid", "subFunction", "subFunctionId", "bytes"]);

function membersOf(message: UdsRequest | UdsResponse): readonly string[] {
  if (message.kind === "unknown") return [`bytes: ${bytesToHex(message.bytes)}`];
  return Object.entries(message).flatMap(([name, value]) => {
    if (inTitle.has(name) || (name === "suppressPosRspMsgIndicationBit" && value === false)) return [];
    return linesOf(name, value);
  });
}

/** A member of a message, or of a part of one. */
function linesOf(name: string, value: unknown): readonly string[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return listLines(name, value);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return [`${name}: ${plain(value)}`];
  if (isDtc(value)) return [`${name}: ${dtcText(value)}`];
  return [`${name}:`, ...indent(Object.entries(value).flatMap(([inner, member]) => linesOf(inner, member)))];
}

function listLines(name: string, list: readonly unknown[]): readonly string[] {
  if (list.length === 0) return [`${name}: none`];
  if (list.every((item) => typeof item !== "object")) return [`${name}: ${list.map(plain).join(", ")}`];
  return [`${name}: ${list.length}`, ...indent(list.flatMap(itemLines))];
}

function itemLines(item: unknown): readonly string[] {
  if (isDtc(item)) {
    const { code: _, display: __, status: ___, flags: ____, ...rest } = item;
    return [dtcText(item), ...indent(Object.entries(rest).flatMap(([name, value]) => linesOf(name, value)))];
  }
  const members = Object.entries(item as object);
  // A field that a dictionary names.
  const field = item as { readonly name?: string; readonly value?: unknown; readonly unit?: string };
  if (field.name !== undefined && field.value !== undefined) {
    return [`${field.name}: ${String(field.value)}${field.unit === undefined ? "" : ` ${field.unit}`}`];
  }
  const [first, ...others] = members.flatMap(([name, value]) => linesOf(name, value));
  return first === undefined ? ["-"] : [`- ${first}`, ...indent(others)];
}

/** A trouble code with a status, as every list of them has it. */
interface Dtc {
  readonly code: number;
  readonly display: string;
  readonly status: number;
  readonly flags: DtcStatusFlags;
}

function isDtc(value: unknown): value is Dtc {
  return typeof value === "object" && value !== null && "display" in value && "flags" in value;
}

function dtcText({ display, status, flags }: Dtc): string {
  const named = (state: boolean | "unsupported") =>
    Object.entries(flags).flatMap(([name, flag]) => (flag === state ? [name] : []));
  const set = named(true);
  const unsupported = named("unsupported");
  const text = `${display}, status ${hexByte(status)}: ${set.length === 0 ? "no bit set" : set.join(", ")}`;
  return unsupported.length === 0 ? text : `${text} (unsupported: ${unsupported.join(", ")})`;
}

function plain(value: unknown): string {
  if (value instanceof Uint8Array) return bytesToHex(value) || "no bytes";
  if (typeof value !== "number" || !Number.isInteger(value) || (value > -1 && value < 10)) return String(value);
  return value < 0 ? String(value) : `${value} (0x${value.toString(16)})`;
}

function hexByte(value: number): string {
  return `0x${value.toString(16).padStart(2, "0")}`;
}
