/** What a client decides for itself: the bounds that TUF leaves to applications (1.0.34 section 5). */

import type { SignatureProvider } from "../../core/index.ts";
import { resolveTufWire, strictTufWire, type TufWire } from "./wire.ts";

/** Choices of a client; each has a default. */
export interface TufPolicy {
  /** Longest root file in bytes (section 5.3.3, "W"); 512,000 when absent. */
  readonly maxRootBytes?: number;
  /** Longest timestamp file in bytes (section 5.4.1, "X"); 16,384 when absent. */
  readonly maxTimestampBytes?: number;
  /** Longest snapshot file in bytes when the timestamp lists no length (section 5.5.1, "Y"); 2,000,000 when absent. */
  readonly maxSnapshotBytes?: number;
  /** Longest targets file in bytes when the snapshot lists no length (section 5.6.1, "Z"); 5,000,000 when absent. */
  readonly maxTargetsBytes?: number;
  /** Longest snapshot or targets file in bytes when its length is listed; 67,108,864 when absent. */
  readonly maxListedBytes?: number;
  /** Most root files in one refresh (section 5.3.3, "Y"); 256 when absent. */
  readonly maxRootRotations?: number;
  /** Most delegated roles visited in the search for one target (section 5.6.7); 32 when absent. */
  readonly maxDelegations?: number;
  /** Most JSON members and elements in one file; 2,000,000 when absent, which is some 400,000 targets. */
  readonly maxEntries?: number;
  /**
   * Highest version that any role may have or be listed with; 2^53 - 1 when absent. A cap far above honest numbers leaves room
   * to recover from a fast-forward attack without new keys; what is stored above it is ignored.
   */
  readonly maxVersion?: number;
  /** Longest refresh in milliseconds, because expiry is measured against its start; one hour when absent. */
  readonly maxRefreshMs?: number;
  /**
   * Whether key ids are labels (TAP 12, the default), or must be the SHA-256 of the key (`strict`; sigstore's root has a key
   * whose id is not).
   */
  readonly keyIds?: "opaque" | "strict";
  /** Salt of RSA-PSS signatures: as long as the hash (the default), or of any length. */
  readonly pssSalt?: "hash" | "any";
  /** Where the repository's dialect differs from TUF 1.0.34; each member that is absent is the standard's own. */
  readonly wire?: Partial<TufWire>;
  /** Signature back end; the runtime's default when absent. */
  readonly provider?: SignatureProvider;
}

/** A policy with its defaults filled in. */
export type ResolvedTufPolicy = Required<Omit<TufPolicy, "provider" | "wire">> &
  Pick<TufPolicy, "provider"> & { readonly wire: TufWire };

const defaults: Required<Omit<TufPolicy, "provider">> = {
  wire: strictTufWire,
  maxRootBytes: 512_000,
  maxTimestampBytes: 16_384,
  maxSnapshotBytes: 2_000_000,
  maxTargetsBytes: 5_000_000,
  maxListedBytes: 64 * 1024 * 1024,
  maxRootRotations: 256,
  maxDelegations: 32,
  maxEntries: 2_000_000,
  maxVersion: Number.MAX_SAFE_INTEGER,
  maxRefreshMs: 3_600_000,
  keyIds: "opaque",
  pssSalt: "hash",
};

/**
 * Fills in the defaults and checks each given choice.
 *
 * @throws RangeError when a number is not a safe integer >= 1, or a word is none of its choices
 */
export function resolveTufPolicy(policy: TufPolicy = {}): ResolvedTufPolicy {
  const { keyIds = defaults.keyIds, pssSalt = defaults.pssSalt, provider } = policy;
  if (keyIds !== "opaque" && keyIds !== "strict") {
    throw new RangeError(`"keyIds" expected "opaque" or "strict", got ${String(keyIds)}`);
  }
  if (pssSalt !== "hash" && pssSalt !== "any") {
    throw new RangeError(`"pssSalt" expected "hash" or "any", got ${String(pssSalt)}`);
  }
  return {
    maxRootBytes: bound("maxRootBytes", policy),
    maxTimestampBytes: bound("maxTimestampBytes", policy),
    maxSnapshotBytes: bound("maxSnapshotBytes", policy),
    maxTargetsBytes: bound("maxTargetsBytes", policy),
    maxListedBytes: bound("maxListedBytes", policy),
    maxRootRotations: bound("maxRootRotations", policy),
    maxDelegations: bound("maxDelegations", policy),
    maxEntries: bound("maxEntries", policy),
    maxVersion: bound("maxVersion", policy),
    maxRefreshMs: bound("maxRefreshMs", policy),
    keyIds,
    pssSalt,
    wire: resolveTufWire(policy.wire),
    ...(provider === undefined ? {} : { provider }),
  };
}

function bound(name: Exclude<keyof typeof defaults, "keyIds" | "pssSalt" | "wire">, policy: TufPolicy): number {
  const value = policy[name] ?? defaults[name];
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new RangeError(`"${name}" expected integer >= 1, got ${String(value)}`);
}
