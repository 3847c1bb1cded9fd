/** Fuzz targets of messages on their way: DoIP, as one message and as a stream in any pieces, and frames of ISO-TP. */

import { concatBytes, equalBytes, hexToBytes } from "otakit/core";
import { DoipSplitter, decodeDoip, encodeDoip } from "otakit/uds/doip";
import { decodeIsoTpFrame, encodeIsoTpFrame } from "otakit/uds/isotp";
import type { FuzzTarget } from "../target.ts";

const messages = (
  "02fd00000000000104 ff00000100000000 03fc000200000006001a37bfee74 02fd00050000000b0e80000000000001020304 " +
  "02fd0006000000090e8040101000000000 02fd40020000000700100100001000 02fd8001000000060e8040101002 " +
  "02fd80030000000740100e80061002 01fe0005000000080e80000100000000 " +
  "03fc0004000000215756575a5a5a314b5a41573030303030311000001a37bfee74ffffffffffff1010"
)
  .split(" ")
  .map(hexToBytes);
const tokens = ["02fd", "03fc", "8001", "0004", "00000006", "ffffffff", "007fffff"].map(hexToBytes);

function holds(condition: boolean, law: string): void {
  if (!condition) throw new Error(`Broken: ${law}`);
}

/** The messages of a stream that comes in pieces of `step` bytes. */
function split(bytes: Uint8Array, step: number): readonly Uint8Array[] {
  const splitter = new DoipSplitter({ maxBytes: 1 << 20 });
  const found: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += step) {
    const result = splitter.push(bytes.subarray(at, at + step));
    found.push(...(result.ok ? result.value : result.partial!));
    if (!result.ok) {
      holds(result.error.offset <= bytes.length, "a fault lies inside the stream");
      break;
    }
  }
  return found;
}

export const targets: readonly FuzzTarget[] = [
  {
    name: "uds/decodeDoip",
    seeds: messages,
    dictionary: tokens,
    run(bytes) {
      const result = decodeDoip(bytes);
      if (result.ok) holds(equalBytes(encodeDoip(result.value), bytes), "what is accepted is written again");
      else holds(result.error.offset <= bytes.length, "a fault lies inside the message");
    },
  },
  {
    name: "uds/DoipSplitter",
    seeds: [concatBytes(...messages), concatBytes(...messages.slice(3))],
    dictionary: tokens,
    run(bytes) {
      const whole = split(bytes, Math.max(1, bytes.length));
      for (const step of [1, 7, 64]) {
        const pieces = split(bytes, step);
        holds(pieces.length === whole.length, "pieces make no difference");
        holds(equalBytes(concatBytes(...pieces), concatBytes(...whole)), "pieces make no difference");
      }
      holds(equalBytes(concatBytes(...whole), bytes.subarray(0, concatBytes(...whole).length)), "nothing is lost");
    },
  },
  {
    name: "uds/decodeIsoTpFrame",
    seeds: ["023e00aaaaaaaaaa", "00081122334455667788cc", "1014620102030405", "1000ffff0000", "2106", "300805"].map(
      hexToBytes,
    ),
    run(bytes) {
      const result = decodeIsoTpFrame(bytes);
      if (result.ok) holds(equalBytes(encodeIsoTpFrame(result.value), bytes), "what is accepted is written again");
      else holds(result.error.offset <= bytes.length, "a fault lies inside the frame");
    },
  },
];
