/** Bounds that every parser of hostile input keeps. */

import { CoreError } from "./errors.ts";

/** Upper bounds for one parse; every parser documents which of them it uses. */
export interface Limits {
  /** Longest input, in bytes. */
  readonly maxBytes: number;
  /** Deepest nesting of arrays and objects, at most 256; a scalar has depth 0, `[]` has depth 1. */
  readonly maxDepth: number;
  /** Most array elements and object members together; one can take some 200 bytes of memory. */
  readonly maxEntries: number;
  /** Largest ratio of decompressed to compressed bytes. */
  readonly maxExpansion: number;
}

/** Limits that hold where the caller gives none: 8 MiB, depth 64, 1,000,000 entries, expansion 1,000. */
export const defaultLimits: Limits = {
  maxBytes: 8 * 1024 * 1024,
  maxDepth: 64,
  maxEntries: 1_000_000,
  maxExpansion: 1_000,
};

/** Deepest `maxDepth` that may be asked for: readers and writers of nested documents recurse on the engine's stack. */
const deepest = 256;

/**
 * Fills in the default limits and checks each given one; `undefined` counts as not given.
 *
 * @throws RangeError when a limit is not a safe integer >= 0, or `maxDepth` is above 256
 * @example
 * ```ts
 * resolveLimits({ maxDepth: 8 }).maxBytes; // 8388608
 * ```
 */
export function resolveLimits(limits: Partial<Limits> = {}): Limits {
  const resolved: Record<keyof Limits, number> = { ...defaultLimits };
  for (const name of Object.keys(defaultLimits) as (keyof Limits)[]) {
    const value = limits[name];
    if (value === undefined) continue;
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new RangeError(`"${name}" expected integer >= 0, got ${value}`);
    }
    resolved[name] = value;
  }
  if (resolved.maxDepth > deepest) {
    throw new RangeError(`"maxDepth" expected integer <= ${deepest}, got ${resolved.maxDepth}`);
  }
  return resolved;
}

/**
 * Refuses a quantity above its limit, before anything is allocated for it.
 *
 * @param offset - byte offset of what is too much
 * @param path - JSON pointer of what is too much
 * @throws {@link CoreError} `ERR_CORE_LIMIT` with `details` `{ limit, allowed, found }`
 * @example
 * ```ts
 * enforceLimit("maxBytes", input.length, resolveLimits(limits));
 * ```
 */
export function enforceLimit(limit: keyof Limits, found: number, limits: Limits, offset?: number, path?: string): void {
  const allowed = limits[limit];
  if (found <= allowed) return;
  throw new CoreError("ERR_CORE_LIMIT", `Cannot accept input: "${limit}" allows ${allowed}, found ${found}`, {
    details: { limit, allowed, found },
    ...(offset === undefined ? {} : { offset }),
    ...(path === undefined ? {} : { path }),
  });
}
