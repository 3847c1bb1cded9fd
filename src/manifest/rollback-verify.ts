/** Verifies authorisations to go back, and revocations, by the keys of their own role. */

import { bytesToHex, freezeJson, type Limits, type SignatureProvider, sha256 } from "../core/index.ts";
import { sameKey, type TrustedKeys, type VerifiedDsse, verifyDsse } from "../signing/index.ts";
import { ManifestError } from "./errors.ts";
import {
  rollbackAuthorisationPayloadType,
  rollbackRevocationPayloadType,
  type VerifiedRollbackAuthorisation,
  type VerifiedRollbackRevocation,
} from "./rollback-authorisation.ts";
import { parseRollbackAuthorisation, parseRollbackRevocation } from "./rollback-parse.ts";
import type { VerifiedReleaseTrust } from "./trust.ts";
import { trustedKeysOf } from "./trust-chain.ts";

/**
 * Whose authorisations count: the role of a trust file, or keys of their own beside those of releases. Both are asked for, so that
 * nobody gives the same keys twice unseen.
 */
export type RollbackTrust =
  | VerifiedReleaseTrust
  | {
      readonly rollback: TrustedKeys;
      /** Keys that vouch for images: of releases, or of the targets roles of the repositories. */
      readonly release: TrustedKeys;
    };

/** What a verification depends on besides trust and bytes. */
export interface VerifyRollbackOptions {
  /** Wall time in epoch milliseconds, against which a trust file's expiry is measured. */
  readonly now: number;
  readonly provider?: SignatureProvider;
  readonly limits?: Partial<Limits>;
}

/**
 * Verifies an authorisation. Whether it may be used now, here, and for what, is for `decideUpdate` to say.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_TRUST_ROLES` when trust has no keys for it, or a key that may sign releases too;
 * `ERR_MANIFEST_EXPIRED` for an expired trust file; `ERR_MANIFEST_SCHEMA*` or `ERR_MANIFEST_ROLLBACK` for its content
 * @throws `SigningError` when the envelope is malformed, of another type, or not signed by enough distinct keys
 * @throws `CoreError` `ERR_CORE_JSON_*`, `ERR_CORE_UTF8` or `ERR_CORE_LIMIT`
 * @example
 * ```ts
 * const authorisation = verifyRollbackAuthorisation(envelope, trust, { now });
 * decideUpdate({ candidate, ecus, floors, now, authorisations: [authorisation] });
 * ```
 */
export function verifyRollbackAuthorisation(
  envelope: Uint8Array,
  trust: RollbackTrust,
  options: VerifyRollbackOptions,
): VerifiedRollbackAuthorisation {
  const signed = verifyAs(rollbackAuthorisationPayloadType, envelope, trust, options);
  const authorisation = freezeJson(parseRollbackAuthorisation(signed.payload, options.limits));
  const { signedBy } = signed;
  return Object.freeze({ authorisation, digest: digestOf(signed), signedBy }) as VerifiedRollbackAuthorisation;
}

/** Verifies a revocation; the errors are those of {@link verifyRollbackAuthorisation}. */
export function verifyRollbackRevocation(
  envelope: Uint8Array,
  trust: RollbackTrust,
  options: VerifyRollbackOptions,
): VerifiedRollbackRevocation {
  const signed = verifyAs(rollbackRevocationPayloadType, envelope, trust, options);
  const revocation = freezeJson(parseRollbackRevocation(signed.payload, options.limits));
  return Object.freeze({ revocation, digest: digestOf(signed) }) as VerifiedRollbackRevocation;
}

function verifyAs(
  payloadType: string,
  envelope: Uint8Array,
  trust: RollbackTrust,
  { now, provider, limits }: VerifyRollbackOptions,
): VerifiedDsse {
  const keys = "trust" in trust ? trustedKeysOf(trust, "rollback", now) : separateKeys(trust);
  return verifyDsse(envelope, keys, {
    payloadType,
    ...(provider === undefined ? {} : { provider }),
    ...(limits === undefined ? {} : { limits }),
  });
}

/** Least privilege: one person alone must not both release and go back. */
function separateKeys({ rollback, release }: Exclude<RollbackTrust, VerifiedReleaseTrust>): TrustedKeys {
  const shared = rollback.keys.findIndex((key) => release.keys.some((other) => sameKey(key, other)));
  if (shared < 0) return rollback;
  throw new ManifestError("ERR_MANIFEST_TRUST_ROLES", "Cannot use trust: a key may both sign releases and go back", {
    path: `/rollback/keys/${shared}`,
  });
}

function digestOf({ payload }: VerifiedDsse): string {
  return bytesToHex(sha256(payload));
}
