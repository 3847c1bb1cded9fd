/** Prints how many bytes of memory a decoded response keeps alive, beside its own; run with --expose-gc and the response in hex. */

import { hexToBytes } from "otakit/core";
import { decodeResponse } from "otakit/uds";

const bytes = hexToBytes(process.argv[2] ?? "");
const kept = new Array<unknown>(2_000).fill(undefined);
const used = (): number => {
  gc!();
  return process.memoryUsage().heapUsed;
};
// What is compiled on the way is no part of the results.
for (let index = 0; index < kept.length; index++) kept[index] = decodeResponse(bytes);
kept.fill(undefined);
const before = used();
for (let index = 0; index < kept.length; index++) kept[index] = decodeResponse(bytes);
const after = used();
console.log(kept.includes(undefined) ? "nothing was decoded" : Math.round((after - before) / kept.length));
