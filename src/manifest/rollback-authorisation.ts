/**
 * A signed permission to go back: which vehicles, which ECUs, from which release counter to which, and for how long.
 *
 * Its keys are a role of their own: whoever signs releases cannot allow to undo them. It never reaches below the security epoch, and the
 * ledger of the floors lets each vehicle use it once for each ECU.
 */

import type { Verified } from "../signing/index.ts";

/** One ECU that may go back. */
export interface RollbackEcu {
  /** 1 .. 128 of `A-Z a-z 0-9 . _ : -`. */
  readonly ecuId: string;
  /** The kind that the ECU must be. Absent: any. */
  readonly hardwareId?: string;
  /** Highest release counter that may be left; a vehicle whose floor is above it has moved on. */
  readonly fromCounter: number;
  /** Release counter of the image to go back to, exactly; below `fromCounter`. */
  readonly toCounter: number;
  /** SHA-256 of that image, lower-case hexadecimal. Absent: any image of the counter that a verified release offers. */
  readonly sha256?: string;
}

/** Content of an authorisation. */
export interface RollbackAuthorisation {
  readonly schema: "ota-rollback-authorisation/1";
  /** Integer >= 1, higher than that of every authorisation before: a newer one ends the older ones. */
  readonly serial: number;
  /** Random, 32 .. 128 lower-case hexadecimal digits; never used twice. */
  readonly nonce: string;
  /** First time at which it may be used, `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly notBefore: string;
  /** It may not be used at or after this time. */
  readonly notAfter: string;
  /** Why, for people and the audit log; 1 .. 2,000 characters. */
  readonly reason: string;
  /** Who is answerable for it; 1 .. 256 characters. */
  readonly issuer: string;
  /**
   * Pseudonymous identifiers of the vehicles, 1 .. 100,000. Never vehicle identification numbers, which are refused, and never hashes of
   * them, which nothing can tell here but which anybody can reverse in a second: random identifiers.
   */
  readonly vehicles: readonly string[];
  /** 1 .. 1,000 ECUs, each once. */
  readonly ecus: readonly RollbackEcu[];
}

/** Content of a revocation. */
export interface RollbackRevocation {
  readonly schema: "ota-rollback-revocation/1";
  /** Every authorisation with a lower serial is void. */
  readonly leastSerial: number;
  /** Serials that are void besides, at most 256. */
  readonly serials?: readonly number[];
  /** Why; 1 .. 2,000 characters. */
  readonly reason: string;
}

/** An authorisation whose signatures and shape were checked; as `verifyRollbackAuthorisation` gives it; frozen. */
export interface VerifiedRollbackAuthorisation extends Verified<"rollback-authorisation"> {
  readonly authorisation: RollbackAuthorisation;
  /** SHA-256 of the signed bytes, lower-case hexadecimal: names it in ledger and logs. */
  readonly digest: string;
  /** Key ids of the distinct keys that signed. */
  readonly signedBy: readonly string[];
}

/** A revocation whose signatures and shape were checked; as `verifyRollbackRevocation` gives it; frozen. */
export interface VerifiedRollbackRevocation extends Verified<"rollback-revocation"> {
  readonly revocation: RollbackRevocation;
  /** SHA-256 of the signed bytes, lower-case hexadecimal. */
  readonly digest: string;
}

/** DSSE payload type of an authorisation. */
export const rollbackAuthorisationPayloadType = "application/vnd.otakit.rollback-authorisation+json";

/** DSSE payload type of a revocation. */
export const rollbackRevocationPayloadType = "application/vnd.otakit.rollback-revocation+json";
