/**
 * The frames of ISO-TP: what the data field of one CAN or CAN FD frame says of a longer message, both directions.
 *
 * One frame at a time, without memory and without time: what belongs together, and when, is for a transport.
 *
 * Standard: ISO 15765-2; frame forms as python-can-isotp, scapy and Wireshark agree on them.
 */

import { short, type UdsResult } from "../decoding.ts";
import type { UdsFault } from "../errors.ts";
import { separationTimeUs } from "./separation-time.ts";

/** A message that fits its frame. */
export interface IsoTpSingleFrame {
  readonly frame: "single";
  /** Whether the length has a byte of its own, as in frames of CAN FD of more than eight bytes. */
  readonly escaped: boolean;
  /** The message: a view, not a copy. */
  readonly data: Uint8Array;
  /** What fills the frame up: a view. */
  readonly padding: Uint8Array;
}

/** The start of a message that takes several frames. */
export interface IsoTpFirstFrame {
  readonly frame: "first";
  /** Whether the length has four bytes of its own, as it must above 4,095. */
  readonly escaped: boolean;
  /** Bytes of the whole message as the sender says, 0 .. 2^32 - 1: nothing to allocate by. */
  readonly length: number;
  /** Its first bytes: a view. */
  readonly data: Uint8Array;
}

/** The next bytes of a message. */
export interface IsoTpConsecutiveFrame {
  readonly frame: "consecutive";
  /** Counts from 1, 0 after 15. */
  readonly sequenceNumber: number;
  /** The bytes, in the last frame with what fills it up: a view. */
  readonly data: Uint8Array;
}

/** What the receiver of a message asks of its sender. */
export interface IsoTpFlowControlFrame {
  readonly frame: "flowControl";
  /** 0 .. 15. */
  readonly flowStatusCode: number;
  readonly flowStatus: IsoTpFlowStatus;
  /** Consecutive frames up to the next flow control; 0: all. */
  readonly blockSize: number;
  /** 0 .. 255 as it stands in the frame. */
  readonly separationTime: number;
  /** Shortest time between two consecutive frames; a reserved code counts as 127 ms, as the standard has it. */
  readonly separationTimeUs: number;
  /** What fills the frame up: a view. */
  readonly padding: Uint8Array;
}

/** Name of a flow status. */
export type IsoTpFlowStatus = "continueToSend" | "wait" | "overflow" | "reserved";

/** A frame of ISO-TP. */
export type IsoTpFrame = IsoTpSingleFrame | IsoTpFirstFrame | IsoTpConsecutiveFrame | IsoTpFlowControlFrame;

/** Longest message of a single frame without a byte of its own for the length. */
export const longestInNibble = 7;

const flowStatuses = ["continueToSend", "wait", "overflow"] as const;

/**
 * Decodes the data field of one frame, without the address byte that some addressing modes put before it. Never throws for bytes.
 *
 * It says what stands there. Whether a length fits the frame or the transfer, as the least length of a first frame, is for who puts the
 * message together.
 *
 * @returns or a fault: `ERR_UDS_SHORT`, `ERR_UDS_LENGTH_FORMAT` for a length that its form cannot say, `ERR_UDS_RESERVED_VALUE` for another frame type
 * @example
 * ```ts
 * const result = decodeIsoTpFrame(hexToBytes("1014620102030405"));
 * if (result.ok && result.value.frame === "first") result.value.length; // 20
 * ```
 */
export function decodeIsoTpFrame(bytes: Uint8Array): UdsResult<IsoTpFrame> {
  if (bytes.length === 0) return short(bytes, "/frame", 1);
  const low = bytes[0]! & 15;
  switch (bytes[0]! >>> 4) {
    case 0:
      return singleFrame(bytes, low);
    case 1:
      return firstFrame(bytes, low);
    case 2:
      return read({ frame: "consecutive", sequenceNumber: low, data: bytes.subarray(1) });
    case 3:
      return flowControl(bytes, low);
    default:
      return fault("ERR_UDS_RESERVED_VALUE", "/frame", `type ${bytes[0]! >>> 4} is not one of the four`, 0);
  }
}

function singleFrame(bytes: Uint8Array, low: number): UdsResult<IsoTpFrame> {
  const escaped = low === 0;
  if (escaped && bytes.length < 2) return short(bytes, "/data", 2);
  const length = escaped ? bytes[1]! : low;
  if (length === 0) return fault("ERR_UDS_LENGTH_FORMAT", "/data", "a single frame holds at least one byte", 1);
  if (low > longestInNibble)
    return fault("ERR_UDS_LENGTH_FORMAT", "/data", "more than 7 bytes need a byte of length", 0);
  const start = escaped ? 2 : 1;
  const end = start + length;
  if (bytes.length < end) return short(bytes, "/data", end);
  return read({ frame: "single", escaped, data: bytes.subarray(start, end), padding: bytes.subarray(end) });
}

function firstFrame(bytes: Uint8Array, low: number): UdsResult<IsoTpFrame> {
  if (bytes.length < 2) return short(bytes, "/length", 2);
  const length = (low << 8) | bytes[1]!;
  if (length > 0) return read({ frame: "first", escaped: false, length, data: bytes.subarray(2) });
  if (bytes.length < 6) return short(bytes, "/length", 6);
  const long = ((bytes[2]! << 24) | (bytes[3]! << 16) | (bytes[4]! << 8) | bytes[5]!) >>> 0;
  return read({ frame: "first", escaped: true, length: long, data: bytes.subarray(6) });
}

function flowControl(bytes: Uint8Array, flowStatusCode: number): UdsResult<IsoTpFrame> {
  if (bytes.length < 3) return short(bytes, "/separationTime", 3);
  return read({
    frame: "flowControl",
    flowStatusCode,
    flowStatus: flowStatuses[flowStatusCode] ?? "reserved",
    blockSize: bytes[1]!,
    separationTime: bytes[2]!,
    separationTimeUs: separationTimeUs(bytes[2]!),
    padding: bytes.subarray(3),
  });
}

function read(value: IsoTpFrame): UdsResult<IsoTpFrame> {
  return { ok: true, value, warnings: [] };
}

function fault(code: UdsFault["code"], path: string, what: string, offset: number): UdsResult<IsoTpFrame> {
  return { ok: false, error: { code, message: `Cannot decode ${path}: ${what}`, offset, path } };
}
