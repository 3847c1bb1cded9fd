/** Warning codes of the decoders of `otakit/uds`: what was tolerated or looked odd, though the answer stands. */

import type { Reason } from "../core/index.ts";

/** Codes of {@link UdsWarning}: the meaning of each. */
export const udsReasonCodes = {
  zero_padding_trimmed: "Zero bytes after the end of the layout were left out, as `leniency.zeroPadding` allows.",
  trailing_bytes_ignored: "Bytes after the end of the layout were left out, as `leniency.trailing` allows.",
  all_zero_dtc_dropped: "Records of four zero bytes were left out, as `leniency.allZeroDtc` allows.",
  suppress_bit_echoed: "The ECU echoed bit 7 of the sub-function, which only a request carries.",
  status_bit_outside_availability: "A status sets bits that the ECU says it does not support; the flags ignore them.",
} as const;

/** Code of a {@link UdsWarning}. */
export type UdsReasonCode = keyof typeof udsReasonCodes;

/** What a decoder tolerated or noticed. */
export type UdsWarning = Reason<UdsReasonCode>;
