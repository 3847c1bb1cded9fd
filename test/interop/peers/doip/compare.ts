/** How the fields of other programs are named in ours, and how two readings differ. */

import { bytesToHex } from "otakit/core";
import { type DoipMessage, decodeDoip } from "otakit/uds/doip";

/** What otakit reads; undefined when it refuses the message. */
export type DoipReading = DoipMessage | undefined;

/** Fields of another program: numbers, and bytes as hexadecimal digits. */
export type DoipFields = readonly (readonly [name: string, value: number | string])[];

/** Reads a message for `classifyReadings`. */
export function readDoip(message: Uint8Array) {
  const result = decodeDoip(message);
  return result.ok ? { ours: result.value, fault: undefined } : { ours: undefined, fault: result.error };
}

/** Members with a value of their own; the others are names of codes. */
const members = [
  "nackCode",
  "vin",
  "logicalAddress",
  "eid",
  "gid",
  "furtherActionCode",
  "synchronizationCode",
  "sourceAddress",
  "targetAddress",
  "activationType",
  "reserved",
  "manufacturerData",
  "clientAddress",
  "entityAddress",
  "responseCode",
  "nodeTypeCode",
  "maxConcurrentSockets",
  "openSockets",
  "maxDataSizeBytes",
  "powerModeCode",
  "userData",
  "ackCode",
  "previousMessage",
  "payload",
] as const;

function plain(value: unknown): number | string {
  if (value instanceof Uint8Array) return bytesToHex(value);
  return typeof value === "string" ? bytesToHex(new TextEncoder().encode(value)) : (value as number);
}

/**
 * How the readings of one message differ, if they do: a field of theirs with another value or none in ours, or a member of ours that they do
 * not have. Empty bytes and absent ones are the same here, for not every program tells them apart.
 *
 * @param names - member of ours for each field of theirs
 * @param unseen - members that they never show
 */
export function fieldDifference(
  ours: DoipMessage,
  theirs: DoipFields,
  names: Readonly<Record<string, (typeof members)[number]>>,
  unseen: readonly string[] = [],
): string | undefined {
  const own = ours as unknown as Readonly<Record<string, unknown>>;
  const found = new Map<string, number | string>(
    members.flatMap((name) => (own[name] === undefined ? [] : [[name, plain(own[name])] as const])),
  );
  for (const [field, wanted] of theirs) {
    const name = names[field];
    if (name === undefined) return `no member for ${field}`;
    const value = found.get(name) ?? "";
    if (value !== wanted) return `${field}: ${wanted}, otakit ${value === "" ? "has none" : value}`;
    found.delete(name);
  }
  const more = [...found].find(([name, value]) => value !== "" && !unseen.includes(name));
  return more === undefined ? undefined : `only otakit reads ${more[0]}`;
}
