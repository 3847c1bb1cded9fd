/** Messages as JSON and back: bytes as hexadecimal digits, integers beyond 2^53 - 1 as decimal digits. */

import { bytesToHex, hexToBytes, isOtaError } from "otakit/core";
import { CliError } from "../errors.ts";

/** Members that hold bytes, wherever they stand. */
const byteMembers: ReadonlySet<string> = new Set([
  "additionalParameter",
  "algorithmIndicator",
  "bytes",
  "certificateClient",
  "certificateData",
  "certificateServer",
  "challengeClient",
  "challengeServer",
  "controlEnableMask",
  "controlState",
  "data",
  "dataRecord",
  "dtcSettingControlOptionRecord",
  "ephemeralPublicKeyClient",
  "ephemeralPublicKeyServer",
  "neededAdditionalParameter",
  "proofOfOwnershipClient",
  "proofOfOwnershipServer",
  "routineControlOptionRecord",
  "routineStatusRecord",
  "securityAccessDataRecord",
  "securityDataRecord",
  "securityKey",
  "securitySeed",
  "serviceSpecificParameters",
  "serviceToRespondToRecord",
  "sessionKeyInfo",
  "signature",
  "timingParameterRequestRecord",
  "timingParameterResponseRecord",
  "transferRequestParameterRecord",
  "transferResponseParameterRecord",
  "validityMask",
]);

/** Members that hold an integer of any size. */
const integerMembers: ReadonlySet<string> = new Set([
  "filePosition",
  "fileSizeCompressed",
  "fileSizeUncompressed",
  "fileSizeUncompressedOrDirInfoLength",
  "maxNumberOfBlockLength",
  "memoryAddress",
  "memorySize",
]);

/** A message, or a part of one, as a JSON value. */
export function messageToJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return bytesToHex(value);
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map(messageToJson);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, messageToJson(member)]));
}

/**
 * The message that a JSON value describes; what it lacks is the encoder's to say.
 *
 * @throws {@link CliError} `ERR_CLI_UDS_INPUT` with the path of digits that are none
 */
export function messageFromJson(value: unknown, path = ""): unknown {
  if (Array.isArray(value)) return value.map((item, index) => messageFromJson(item, `${path}/${index}`));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, memberFromJson(name, member, `${path}/${name}`)]),
  );
}

function memberFromJson(name: string, value: unknown, path: string): unknown {
  if (typeof value !== "string") return messageFromJson(value, path);
  if (byteMembers.has(name)) return bytesFromJson(value, path);
  if (!integerMembers.has(name)) return value;
  if (!/^\d{1,40}$/.test(value)) throw wrongDigits(path, "decimal");
  const integer = BigInt(value);
  return integer <= Number.MAX_SAFE_INTEGER ? Number(integer) : integer;
}

function bytesFromJson(text: string, path: string): Uint8Array {
  try {
    return hexToBytes(text);
  } catch (error) {
    throw isOtaError(error) ? wrongDigits(path, "pairs of hexadecimal") : error;
  }
}

function wrongDigits(path: string, kind: string): CliError {
  return new CliError("ERR_CLI_UDS_INPUT", `Cannot read ${path}: expected ${kind} digits`, { path });
}
