/** Bounds on what a patch may make of the vehicle's memory, storage and time. */

import { DeltaError, type DeltaErrorCode } from "./errors.ts";

/** Upper bounds for applying or inspecting one patch. */
export interface PatchLimits {
  /** Largest new image, in bytes. */
  readonly maxOutput: number;
  /** Most working memory beside the patch itself, in bytes; counted before anything is allocated. */
  readonly maxMemory: number;
  /**
   * Largest ratio of the new image to the patch.
   *
   * Must be generous: a patch between two nearly equal images of 64 MiB is some 200 bytes long.
   */
  readonly maxExpansion: number;
  /**
   * Most control triples or, of an `otadelta` patch, covers: each may cost a read of the old image. When absent 1,000 and one for 8 bytes of the
   * new image, at most 10,000,000. bsdiff makes up to some 20 for each KiB of machine code.
   */
  readonly maxTriples?: number;
  /**
   * By how many the control triples that write nothing may outnumber the others. When absent only `maxTriples` bounds them: they cost no read,
   * and bsdiff makes a few in a hundred of machine code, but up to one for 20 bytes of images that repeat themselves.
   */
  readonly maxIdleTriples?: number;
}

/** Limits of {@link applyPatch}: storage and memory are the caller's to say, the others have defaults. */
export interface ApplyLimits extends Partial<PatchLimits> {
  readonly maxOutput: number;
  readonly maxMemory: number;
}

/** Limits that hold where the caller gives none: expansion 1,000,000. */
export const defaultPatchLimits: Pick<PatchLimits, "maxExpansion"> = {
  maxExpansion: 1_000_000,
};

const names = ["maxOutput", "maxMemory", "maxExpansion"] as const;
const optionalNames = ["maxTriples", "maxIdleTriples"] as const;

/** Most control triples of a new image of this size, where the caller does not say. */
export function defaultMaxTriples(newSize: number): number {
  return Math.min(10_000_000, 1_000 + Math.floor(newSize / 8));
}

/** Fills in what is not given from `absent`, and refuses a limit that is not an integer >= 0 or in neither. */
export function resolvePatchLimits(given: Partial<PatchLimits>, absent: Partial<PatchLimits>): PatchLimits {
  const resolved = { ...absent } as Record<(typeof names)[number], number>;
  for (const name of names) {
    resolved[name] = given[name] ?? resolved[name];
    enforceInteger(name, resolved[name]);
  }
  const optional = optionalNames.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]] as const]));
  for (const [name, value] of optional) enforceInteger(name, value);
  return { ...resolved, ...Object.fromEntries(optional) };
}

/** What a patch declares to need, in bytes. */
export interface PatchDemand {
  readonly newSize: number;
  readonly patchLength: number;
  /** Working memory beside the patch. */
  readonly memory: number;
  /** Where in the patch the new size stands. */
  readonly newSizeOffset: number;
  /** Covers, where the header tells their number. */
  readonly covers?: number;
}

/** Refuses a patch that would break a limit, before anything is allocated for it. */
export function enforcePatchLimits(demand: PatchDemand, limits: PatchLimits): void {
  const { newSize, patchLength, memory, covers = 0 } = demand;
  const all = { maxTriples: defaultMaxTriples(newSize), ...limits };
  const refuse = (code: DeltaErrorCode, limit: Exclude<keyof PatchLimits, "maxIdleTriples">, found: number): never => {
    throw new DeltaError(code, `Cannot apply patch: "${limit}" allows ${all[limit]}, found ${found}`, {
      offset: demand.newSizeOffset,
      details: { limit, allowed: all[limit], found },
    });
  };
  if (newSize > limits.maxOutput) refuse("ERR_DELTA_OUTPUT_LIMIT", "maxOutput", newSize);
  const expansion = Math.ceil(newSize / patchLength);
  if (expansion > limits.maxExpansion) refuse("ERR_DELTA_EXPANSION", "maxExpansion", expansion);
  if (memory > limits.maxMemory) refuse("ERR_DELTA_MEMORY_LIMIT", "maxMemory", memory);
  if (covers > all.maxTriples) refuse("ERR_DELTA_TRIPLES", "maxTriples", covers);
}

/** Refuses an argument that is not an integer from 0 to 2^53 - 1. */
export function enforceInteger(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`"${name}" expected integer >= 0, got ${value}`);
}
