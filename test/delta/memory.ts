/** Measures what a run holds: the memory that patches could make grow. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

declare const WebAssembly: { Memory: new (descriptor: object) => { readonly buffer: ArrayBuffer } };

/**
 * Peak above the start, in bytes, over the moments when `run` calls `sample`, and its end; array buffers include the largest memory of
 * a WebAssembly instance, which Node leaves out.
 */
export function peakMemory(run: (sample: () => void) => void): {
  readonly arrayBuffers: number;
  readonly heap: number;
} {
  const memories: { readonly buffer: ArrayBuffer }[] = [];
  const { Memory } = WebAssembly;
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: object) {
      super(descriptor);
      memories.push(this);
    }
  };
  // Twice, because what the first collection frees of array buffers is counted off only after it.
  collectGarbage();
  collectGarbage();
  const start = process.memoryUsage();
  const peak = { arrayBuffers: 0, heap: 0 };
  const sample = (): void => {
    const { arrayBuffers, heapUsed } = process.memoryUsage();
    peak.arrayBuffers = Math.max(peak.arrayBuffers, arrayBuffers - start.arrayBuffers);
    peak.heap = Math.max(peak.heap, heapUsed - start.heapUsed);
  };
  try {
    run(sample);
  } finally {
    WebAssembly.Memory = Memory;
  }
  sample();
  peak.arrayBuffers += Math.max(0, ...memories.map(({ buffer }) => buffer.byteLength));
  return peak;
}
