/** Levels and profiles of patches, and what was measured of one way to make and apply them. */

/** How much time is spent on a patch. */
export type Level = "fast" | "default" | "smallest";
export const levels: readonly Level[] = ["fast", "default", "smallest"];

/** How much memory the vehicle's coder takes. */
export type Profile = "tiny" | "default" | "smallest";
export const profiles: readonly Profile[] = ["tiny", "default", "smallest"];

/** Short work is repeated until it took so much CPU time, but no more often than that. */
export interface Effort {
  readonly fillSeconds: number;
  readonly mostRuns: number;
}

/** One kind of work, measured. */
export interface Cost {
  /** User and system time; the median where the work was done several times. */
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  /** How often it was done. */
  readonly runs: number;
  /** Largest resident size of the process, where the machine can tell. */
  readonly rssBytes?: number;
  /** WebAssembly pages and buffers; ours only. */
  readonly memoryBytes?: number;
  /** What of it is the control map; ours only, of applying. */
  readonly mapBytes?: number;
  /** CPU time of the first run, when nothing was compiled yet; ours only. */
  readonly firstCpuSeconds?: number;
}

/** A patch, made and applied. */
export interface Outcome {
  readonly tool: string;
  readonly version: string;
  readonly patchBytes: number;
  readonly make: Cost;
  readonly apply: Cost;
}

/** Why there is no outcome, in words. */
export interface Failure {
  readonly tool: string;
  readonly failure: string;
}
