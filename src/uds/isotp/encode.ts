/** Writes frames of ISO-TP. */

import type { Bytes } from "../../core/index.ts";
import { PduWriter } from "../pdu-writer.ts";
import type { IsoTpConsecutiveFrame, IsoTpFirstFrame, IsoTpFlowControlFrame, IsoTpSingleFrame } from "./frames.ts";
import { longestInNibble } from "./frames.ts";

/** What is needed to write a frame: every decoded one, or one put together by hand. Absent padding is empty. */
export type EncodableIsoTpFrame =
  | (Pick<IsoTpSingleFrame, "frame" | "data"> & Partial<Pick<IsoTpSingleFrame, "escaped" | "padding">>)
  | (Pick<IsoTpFirstFrame, "frame" | "length" | "data"> & Partial<Pick<IsoTpFirstFrame, "escaped">>)
  | IsoTpConsecutiveFrame
  | (Pick<IsoTpFlowControlFrame, "frame" | "flowStatusCode" | "blockSize" | "separationTime"> &
      Partial<Pick<IsoTpFlowControlFrame, "padding">>);

type Of<Name extends EncodableIsoTpFrame["frame"]> = EncodableIsoTpFrame & { readonly frame: Name };

/** Longest message of a first frame whose length has twelve bits. */
const longestShort = 0xfff;

/**
 * Writes the data field of one frame; every decoded one becomes the bytes that it was decoded from.
 *
 * Without `escaped`, the short form of the length is taken where it can say it.
 *
 * Standard: ISO 15765-2.
 *
 * @throws `UdsError` `ERR_UDS_VALUE` for a number out of range, or a length that the form cannot say
 * @example
 * ```ts
 * encodeIsoTpFrame({ frame: "single", data: hexToBytes("3e00") }); // bytes 02 3e 00
 * ```
 */
export function encodeIsoTpFrame(frame: EncodableIsoTpFrame): Bytes {
  switch (frame.frame) {
    case "single":
      return singleFrame(frame);
    case "first":
      return firstFrame(frame);
    case "consecutive":
      return writer(0x20, frame.sequenceNumber, 15, "/sequenceNumber").bytes(frame.data, "/data").finish();
    default: {
      const { flowStatusCode, blockSize, separationTime, padding } = frame;
      const pdu = writer(0x30, flowStatusCode, 15, "/flowStatusCode");
      pdu.u8(blockSize, "/blockSize").u8(separationTime, "/separationTime");
      return padded(pdu, padding);
    }
  }
}

function singleFrame({ data, escaped = data.length > longestInNibble, padding }: Of<"single">): Bytes {
  if (escaped) {
    const pdu = writer(0, 0).u8(data.length, "/data");
    return padded(pdu.bytes(data, "/data", 1), padding);
  }
  return padded(writer(0, data.length, longestInNibble, "/data").bytes(data, "/data", 1), padding);
}

function firstFrame({ length, data, escaped = length > longestShort }: Of<"first">): Bytes {
  if (escaped) return writer(0x10, 0).u8(0).uint(length, 4, "/length").bytes(data, "/data").finish();
  // A length of zero in twelve bits says that four bytes follow.
  if (length === 0) throw writer(0, 0).wrong("/length", "expected at least 1, or `escaped`");
  return writer(0x10, Math.floor(length / 256), longestShort >>> 8, "/length")
    .u8(length & 0xff)
    .bytes(data, "/data")
    .finish();
}

function padded(pdu: PduWriter, padding: Uint8Array | undefined): Bytes {
  return (padding === undefined ? pdu : pdu.bytes(padding, "/padding")).finish();
}

/** A writer whose first byte is the type of the frame and a number of four bits. */
function writer(type: number, low: number, highest = 15, path = ""): PduWriter {
  const pdu = new PduWriter(type | low, 64);
  if (Number.isInteger(low) && low >= 0 && low <= highest) return pdu;
  throw pdu.wrong(path, `expected integer 0..${highest}, got ${String(low)}`);
}
