/** The machine that a figure was measured on, in words. */

import { availableParallelism, cpus, totalmem } from "node:os";

/** What a reader needs to judge a figure. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly platform: string;
  readonly node: string;
  /** UTC date of the run, RFC 3339. */
  readonly date: string;
}

/** Describes this machine at this moment. */
export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGib: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform}-${process.arch}`,
    node: process.version,
    date: new Date().toISOString(),
  };
}

/** One line for people. */
export function machineLine({ cpu, cores, memoryGib, platform, node, date }: Machine): string {
  return `${cpu}, ${cores} cores, ${memoryGib} GiB, ${platform}, Node ${node}, ${date}`;
}
