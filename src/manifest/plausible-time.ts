/** Refuses times that no honest clock shows. */

import { ManifestError } from "./errors.ts";

/**
 * Refuses a time before the first document of its kind: a clock that starts at 1970, or seconds in place of milliseconds,
 * would make everything that ever expired look fresh. A time that is no integer would compare as "not expired" without a word.
 *
 * @param earliest - epoch milliseconds
 * @throws RangeError when `now` is no integer
 * @throws {@link ManifestError} `ERR_MANIFEST_TIME`
 */
export function requirePlausibleTime(now: number, earliest: number): void {
  if (!Number.isSafeInteger(now)) throw new RangeError(`"now" expected integer epoch milliseconds, got ${now}`);
  if (now >= earliest) return;
  throw new ManifestError("ERR_MANIFEST_TIME", `Cannot verify: the time ${now} is before ${earliest}`, {
    details: { now, earliest },
  });
}
