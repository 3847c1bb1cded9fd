/** Measures what a run holds in array buffers: the memory that patches could make grow. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Peak of array buffers above the start, at the moments when `run` calls `sample`, in bytes. */
export function peakArrayBuffers(run: (sample: () => void) => void): number {
  collectGarbage();
  const start = process.memoryUsage().arrayBuffers;
  let peak = start;
  const sample = (): void => {
    peak = Math.max(peak, process.memoryUsage().arrayBuffers);
  };
  run(sample);
  sample();
  return peak - start;
}
