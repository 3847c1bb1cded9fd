/** A stream of DoIP as a gateway sends it, several messages in each segment: cut apart, and read. */

import { concatBytes, hexToBytes } from "otakit/core";
import { DoipSplitter, decodeDoip } from "otakit/uds/doip";
import type { BenchRowFactory } from "../row.ts";

const segments = 100;
const segment = concatBytes(
  ...["02fd80020000000540100e8000", "02fd80010000000740100e807f1078", "02fd80010000000a40100e805003003201f4"].map(
    hexToBytes,
  ),
  hexToBytes("02fd000700000000"),
);
const perSegment = 4;

/** Takes the segments one after another and gives the number of messages that `read` accepts. */
function count(read: (message: Uint8Array) => boolean): number {
  const splitter = new DoipSplitter();
  let found = 0;
  for (let index = 0; index < segments; index++) {
    const result = splitter.push(segment);
    if (result.ok) for (const message of result.value) if (read(message)) found++;
  }
  return found;
}

const stream: BenchRowFactory = () => ({
  name: "uds/doip-stream",
  work: { operations: segments * perSegment },
  contenders: [
    { name: "otakit DoipSplitter", run: () => count(() => true) },
    { name: "otakit DoipSplitter, decodeDoip", run: () => count((message) => decodeDoip(message).ok) },
  ],
  check(result, contender) {
    if (result !== segments * perSegment) throw new Error(`${contender} found ${String(result)} messages`);
  },
  note: "one operation is one message",
});

export const rows: Readonly<Record<string, BenchRowFactory>> = { "uds/doip-stream": stream };
