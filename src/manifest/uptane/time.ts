/** Verified time. */

import type { Verified } from "../../signing/index.ts";

/** A time that may be used to tell what has expired. */
export interface VerifiedTime extends Verified<"time"> {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly source: "attestation" | "clock";
}
