/** Values of mdabrowski1990/uds as raw numbers: what a row of decoding gives, and what the arguments of encoding make. */

import type { Members, Row } from "./row.ts";
import { vectorBytes } from "./row.ts";

/** A raw value: a number that may be beyond 2^53, or the numbers of a field that is repeated. */
export type Raw = number | readonly number[];

/** Bits of each part of a value, by name. */
const partBits: Readonly<Record<string, number>> = {
  suppressPosRspMsgIndicationBit: 1,
  storageState: 1,
  event: 6,
  P2Server_max: 16,
  "P2*Server_max": 16,
  maxNumberOfBlockLengthBytesNumber: 4,
  compressionMethod: 4,
  encryptingMethod: 4,
  memorySizeLength: 4,
  memoryAddressLength: 4,
  type: 2,
  direction: 1,
  level: 2,
  state: 3,
  "unit/format": 8,
  formulaIdentifier: 8,
  validityMask: 16,
  stateAndConnectionType: 8,
  DID: 16,
  "Comparison logic": 8,
  "Compare Value": 32,
  "Hysteresis Value": 8,
  Localization: 16,
  "Compare Sign": 1,
  "Bits Number": 5,
  "Bit Offset": 10,
  "Timer schedule": 8,
  DTCStatusMask: 8,
  sourceDataIdentifier: 16,
  positionInSourceDataRecord: 8,
  memoryAddress: 16,
  memorySize: 8,
};

/** Flags of a status mask and names of sub-functions, which are one and seven bits. */
function bitsOf(name: string, siblings: Members): number {
  if (name === "reserved") return "reportType" in siblings || "eventType" in siblings ? 1 : 4;
  if (/^(warning|test|confirmed|pending)/.test(name)) return 1;
  return partBits[name] ?? 7;
}

/** Raw values by name, from what decoding gave or encoding was given. */
export function rawValues({ expected, params }: Row): ReadonlyMap<string, Raw> {
  if (Array.isArray(expected)) {
    return new Map(expected.map(({ name, raw_value }) => [String(name), raw_value as Raw]));
  }
  const given = params!["data_records_values"] as Members;
  const entries = Object.entries(given).filter(([, value]) => value !== null);
  return new Map(entries.map(([name, value]) => [name, rawOf(value)]));
}

function rawOf(value: unknown): Raw {
  if (typeof value !== "object" || value === null) return Number(value);
  if ("$hex" in value) return Array.from(vectorBytes(value));
  if (Array.isArray(value)) return value.map((part) => Number(bigOf(part)));
  return Number(bigOf(value));
}

/** Parts one behind the other, the first highest. */
export function bigOf(value: unknown): bigint {
  if (typeof value !== "object" || value === null) return BigInt(Number(value));
  const parts = value as Members;
  return Object.entries(parts).reduce((sum, [name, part]) => (sum << BigInt(bitsOf(name, parts))) | bigOf(part), 0n);
}

/** Whether two raw values are the same: bytes also as one number; the rows print large ones with sixteen digits. */
export function sameRaw(wanted: Raw, found: Raw | undefined): boolean {
  if (typeof wanted !== "number") return JSON.stringify(wanted) === JSON.stringify(found);
  if (typeof found === "object") return sameRaw(wanted, joinBytes(found));
  return wanted === found || (wanted > 2 ** 53 && Math.abs(wanted - (found ?? 0)) < wanted * 1e-14);
}

/** Bytes as one number, the first highest. */
export function joinBytes(bytes: readonly number[]): number {
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}
