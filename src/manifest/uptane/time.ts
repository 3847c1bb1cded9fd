/**
 * Verified time: from a clock that the ECU trusts, or from the attestation of a time server (Uptane 2.1.0 sections 5.4.2.2, 5.4.3.1).
 *
 * The standard leaves open how a time is attested; this is the form of its reference implementation. A time never goes back: the
 * latest one is stored as a floor.
 */

import { isOtaError } from "../../core/index.ts";
import {
  type HintedSignature,
  type SignatureOptions,
  type TrustedKeys,
  type Verified,
  verifyThreshold,
} from "../../signing/index.ts";
import { ManifestError } from "../errors.ts";
import { requirePlausibleTime } from "../plausible-time.ts";
import { type UptaneReason, uptaneReason } from "./reasons.ts";
import { readTimeAttestation } from "./time-attestation.ts";

/** A time that may be used to tell what has expired. */
export interface VerifiedTime extends Verified<"time"> {
  /** Epoch milliseconds: the floor of the next one. */
  readonly now: number;
  readonly source: "attestation" | "clock";
}

/** 2020-01-01T00:00:00Z: before then no clock of today is set. */
const earliestTime = 1_577_836_800_000;

/**
 * Takes the time of a clock that an attacker cannot set, such as one of a secure element or of satellites.
 *
 * Standard: Uptane 2.1.0 section 5.4.2.2.
 *
 * @param now - epoch milliseconds
 * @param floorMs - the latest time that was verified before, from storage; 0 when there is none
 * @throws {@link ManifestError} `ERR_MANIFEST_UPTANE_TIME` when it is before the floor, `ERR_MANIFEST_TIME` when it is before 2020
 * @throws RangeError when a time is no integer
 * @example
 * ```ts
 * const time = timeFromClock(Date.now(), stored.timeMs);
 * ```
 */
export function timeFromClock(now: number, floorMs: number): VerifiedTime {
  requirePlausibleTime(now, earliestTime);
  return aboveFloor(now, floorMs, "clock");
}

/** Whom an ECU believes about the time, and what it asked. */
export interface TimeAttestationInput extends Pick<SignatureOptions, "provider" | "pssSalt"> {
  /** Keys of the time server. */
  readonly trust: TrustedKeys;
  /** The random number that the ECU sent with its question: integer >= 0. An answer without it can be an old one. */
  readonly nonce: number;
  /** The latest time that was verified before, from storage; 0 when there is none. */
  readonly floorMs: number;
}

/**
 * Verifies the time server's answer to an ECU's nonce.
 *
 * Standard: Uptane 2.1.0 section 5.4.2.2 and 5.4.3.1; the form is that of its reference implementation.
 *
 * @param attestation - `{"signatures": […], "signed": {"nonces": […], "time": "…"}}`, at most 65,536 bytes
 * @throws {@link ManifestError} `ERR_MANIFEST_UPTANE_TIME`, with every failed check in `details.reasons`
 * @throws `SigningError` `ERR_SIGNING_TRUST_*` when trust itself is at fault
 * @throws RangeError when nonce or floor is no integer >= 0
 * @example
 * ```ts
 * const time = verifyTimeAttestation(bytes, { trust: { keys: [timeServer], threshold: 1 }, nonce, floorMs: stored.timeMs });
 * ```
 */
export function verifyTimeAttestation(attestation: Uint8Array, input: TimeAttestationInput): VerifiedTime {
  const { trust, nonce, floorMs, ...options } = input;
  requireCount("nonce", nonce);
  const { message, signatures, nonces, time } = readTimeAttestation(attestation);
  const reasons = [...signatureFaults(message, signatures, trust, options)];
  if (!nonces.includes(nonce)) {
    reasons.push(uptaneReason("uptane_time_nonce_missing", "5.4.3.1", { path: "/signed/nonces" }, { had: nonce }));
  }
  if (reasons.length > 0) throw refusal(reasons);
  return aboveFloor(time, floorMs, "attestation");
}

function signatureFaults(
  message: Uint8Array,
  signatures: readonly HintedSignature[],
  trust: TrustedKeys,
  options: Pick<SignatureOptions, "provider" | "pssSalt">,
): readonly UptaneReason[] {
  try {
    verifyThreshold(message, signatures, trust, options);
    return [];
  } catch (error) {
    if (!isOtaError(error) || error.code.startsWith("ERR_SIGNING_TRUST_")) throw error;
    const signedBy = (error.details?.["signedBy"] ?? []) as readonly string[];
    const evidence = { had: trust.threshold, got: signedBy.length, signedBy, error: error.code };
    return [uptaneReason("uptane_time_untrusted", "5.4.3.1", { path: "/signatures" }, evidence)];
  }
}

function aboveFloor(now: number, floorMs: number, source: VerifiedTime["source"]): VerifiedTime {
  requireCount("floorMs", floorMs);
  if (now >= floorMs) return Object.freeze({ now, source }) as VerifiedTime;
  throw refusal([uptaneReason("uptane_time_rollback", "5.4.3.1", {}, { had: floorMs, got: now })]);
}

function refusal(reasons: readonly UptaneReason[]): ManifestError {
  return new ManifestError("ERR_MANIFEST_UPTANE_TIME", `Cannot use time: ${reasons[0]!.message.slice(0, -1)}`, {
    details: { reasons },
  });
}

function requireCount(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new RangeError(`"${name}" expected integer >= 0, got ${value}`);
}
