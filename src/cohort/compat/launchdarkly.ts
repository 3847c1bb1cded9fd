/** Buckets as LaunchDarkly and PostHog have them: 60 bits of SHA-1. Source: LaunchDarkly's js-core, PostHog's documentation. */

import { sha1 } from "@noble/hashes/legacy.js";
import { bytesToHex, utf8ToBytes } from "../../core/index.ts";

/**
 * Gives the bucket of LaunchDarkly: SHA-1 of `flagKey.salt.contextKey`, or of `seed.contextKey` where a rollout has a seed.
 *
 * LaunchDarkly puts a context without the bucketing attribute at 0, first into every rollout; here a missing key is refused.
 *
 * @returns a number from 0 to 1
 * @throws TypeError when the key is no text or empty
 * @example
 * ```ts
 * launchdarklyBucket("hashKey", "saltyA", "userKeyA"); // 0.42157587...
 * ```
 */
export function launchdarklyBucket(flagKey: string, salt: string, contextKey: string, seed?: number): number {
  requireKey("contextKey", contextKey);
  return fraction(seed === undefined ? `${flagKey}.${salt}.${contextKey}` : `${seed}.${contextKey}`);
}

/**
 * Gives the bucket of PostHog: SHA-1 of `flagKey.distinctId`, with a salt behind it for variants.
 *
 * @returns a number from 0 to 1
 * @throws TypeError when the id is no text or empty
 * @example
 * ```ts
 * posthogBucket("a", "b"); // 0.4139158829615955
 * ```
 */
export function posthogBucket(flagKey: string, distinctId: string, salt = ""): number {
  requireKey("distinctId", distinctId);
  return fraction(`${flagKey}.${distinctId}${salt}`);
}

/** The first 15 hexadecimal digits over the largest number of as many, which both are rounded to 53 bits there too. */
function fraction(text: string): number {
  return Number.parseInt(bytesToHex(sha1(utf8ToBytes(text)).subarray(0, 8)).slice(0, 15), 16) / 2 ** 60;
}

function requireKey(name: string, key: string): void {
  if (typeof key !== "string" || key === "") throw new TypeError(`"${name}" expected text that is not empty`);
}
