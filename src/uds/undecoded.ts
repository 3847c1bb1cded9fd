/** What a decoder leaves as bytes because it cannot know the layout: kept whole and named, never guessed at. */

import type { UdsReasonCode } from "./reasons.ts";

/** Why bytes stayed bytes; the meaning of each is in `udsReasonCodes`. */
export type UndecodedReason = Extract<
  UdsReasonCode,
  | "unknown_data_identifier"
  | "unknown_parameter"
  | "unknown_extended_data_record"
  | "malformed_digits"
  | "malformed_text"
  | "malformed_number"
  | "unknown_scaling_byte"
  | "unknown_event"
  | "unknown_record_length"
>;

/** Bytes that were not decoded. */
export interface Undecoded {
  /** Offset of the first byte in the message. */
  readonly offset: number;
  /** A view of the message, not a copy. */
  readonly bytes: Uint8Array;
  readonly reason: UndecodedReason;
}
