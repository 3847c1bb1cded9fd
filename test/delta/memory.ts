/** Measures what a run holds: the memory that patches could make grow. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Peak above the start, in bytes, over the moments when `run` calls `sample`, and its end. */
export function peakMemory(run: (sample: () => void) => void): {
  readonly arrayBuffers: number;
  readonly heap: number;
} {
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
  run(sample);
  sample();
  return peak;
}
