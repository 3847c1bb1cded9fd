/**
 * The trust file `ota-release-trust/1`: whose signatures a vehicle without a repository accepts, and how that changes.
 *
 * It does for the simple door what a root of TUF does for the full one: each version is signed by the keys of the version before
 * it and by its own, so that keys can be replaced without touching a vehicle.
 */

import type { TrustedKeys, Verified } from "../signing/index.ts";

/** What keys may sign: the next trust file, releases, and authorisations to go back. */
export type ReleaseTrustRole = "trust" | "release" | "rollback";

/** Content of a trust file. */
export interface ReleaseTrust {
  readonly schema: "ota-release-trust/1";
  /** Integer >= 1; the successor has the next one. */
  readonly version: number;
  /** Nothing is accepted by these keys at or after this time, `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly expires: string;
  readonly roles: {
    /** Who signs the next trust file. */
    readonly trust: TrustedKeys;
    /** Who signs releases. */
    readonly release: TrustedKeys;
    /** Who authorises a rollback; no key of `release` may be here. Absent: nobody does. */
    readonly rollback?: TrustedKeys;
  };
}

/** A trust file whose signatures were checked; as `openReleaseTrust` and `followReleaseTrust` give it; frozen. */
export interface VerifiedReleaseTrust extends Verified<"release-trust"> {
  readonly trust: ReleaseTrust;
  /** SHA-256 of the signed bytes, lower-case hexadecimal. */
  readonly digest: string;
}

/** DSSE payload type of a trust file. */
export const releaseTrustPayloadType = "application/vnd.otakit.release-trust+json";
