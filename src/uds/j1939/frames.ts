/** Freeze frames: DM4, whose layout is fixed, and DM25, whose layout DM24 of the same sender gives. */

import { short, type UdsResult } from "../decoding.ts";
import type { ExpandedFreezeFrame, ExpandedFreezeFrameMessage, FreezeFrame, FreezeFrameMessage } from "./messages.ts";
import { decoded } from "./records.ts";
import { codeLength, isNoCode, readCode } from "./trouble-code.ts";
import { scaled, value8, value16 } from "./values.ts";

/** Bytes of a frame of DM4 behind its trouble code, without the manufacturer's. */
const standardData = 8;

/** DM4. */
export function decodeFreezeFrames(bytes: Uint8Array): UdsResult<FreezeFrameMessage> {
  const frames: FreezeFrame[] = [];
  const make = (): FreezeFrameMessage => ({ message: "DM4", bytes, frames });
  return framed(bytes, codeLength + standardData, make, (at, end) => {
    const data = at + codeLength;
    frames.push({
      dtc: readCode(bytes, at),
      engineTorqueMode: value8(bytes, data),
      boostPressure: scaled(value8(bytes, data + 1), 2),
      engineSpeed: scaled(value16(bytes, data + 2), 0.125),
      engineLoad: value8(bytes, data + 4),
      coolantTemperature: scaled(value8(bytes, data + 5), 1, -40),
      vehicleSpeed: scaled(value16(bytes, data + 6), 1 / 256),
      manufacturerData: bytes.subarray(data + standardData, end),
    });
  });
}

/** DM25. */
export function decodeExpandedFreezeFrames(bytes: Uint8Array): UdsResult<ExpandedFreezeFrameMessage> {
  const frames: ExpandedFreezeFrame[] = [];
  const make = (): ExpandedFreezeFrameMessage => ({ message: "DM25", bytes, frames });
  return framed(bytes, codeLength, make, (at, end) => {
    frames.push({ dtc: readCode(bytes, at), data: bytes.subarray(at + codeLength, end) });
  });
}

/**
 * Walks over frames that begin with their length. None at all is said by zeros where length and code would stand.
 *
 * @param least - bytes that a frame has at least, behind its length
 * @param read - reads the frame from its code to its end
 */
function framed<Message>(
  bytes: Uint8Array,
  least: number,
  make: () => Message,
  read: (at: number, end: number) => void,
): UdsResult<Message> {
  if (bytes.length < 1 + codeLength) return short(bytes, "", 1 + codeLength);
  if (bytes[0] === 0 && isNoCode(bytes, 1)) return decoded(make());
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + bytes[at]!;
    const wanted = Math.max(end, at + 1 + least);
    if (bytes.length < wanted) return { ...short(bytes, "/frames", wanted), partial: make() };
    if (end < at + 1 + least) {
      const message = "Cannot decode /frames: a frame says that it is shorter than its layout";
      const details = { found: bytes[at], least };
      return {
        ok: false,
        error: { code: "ERR_UDS_LENGTH_FORMAT", message, offset: at, path: "/frames", details },
        partial: make(),
      };
    }
    read(at + 1, end);
    at = end;
  }
  return decoded(make());
}
