/** Bounds that every parser of hostile input keeps. */

import { CoreError } from "./errors.ts";

/** Upper bounds for one parse; every parser documents which of them it uses. */
export interface Limits {
  /** Longest input, in bytes. */
  readonly maxBytes: number;
  /** Deepest nesting of arrays and objects; a scalar has depth 0. */
  readonly maxDepth: number;
  /** Most array elements and object members together. */
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

/**
 * Fills in the default limits and checks that each given one is a non-negative integer.
 *
 * @throws RangeError when a limit is not a safe integer >= 0
 * @example
 * ```ts
 * resolveLimits({ maxDepth: 8 }).maxBytes; // 8388608
 * ```
 */
export function resolveLimits(limits: Partial<Limits> = {}): Limits {
  const resolved = { ...defaultLimits, ...limits };
  for (const [name, value] of Object.entries(resolved)) {
    if (!Number.isSafeInteger(value) || value < 0)
      throw new RangeError(`"${name}" expected integer >= 0, got ${value}`);
  }
  return resolved;
}

/**
 * Refuses a quantity above its limit, before anything is allocated for it.
 *
 * @throws {@link CoreError} `ERR_CORE_LIMIT` with `details` `{ limit, allowed, found }`
 */
export function enforceLimit(limit: keyof Limits, found: number, limits: Limits, offset?: number): void {
  const allowed = limits[limit];
  if (found <= allowed) return;
  throw new CoreError("ERR_CORE_LIMIT", `Cannot accept input: "${limit}" allows ${allowed}, found ${found}`, {
    details: { limit, allowed, found },
    ...(offset === undefined ? {} : { offset }),
  });
}
