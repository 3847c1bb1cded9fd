/** Warning codes of the decoders of `otakit/uds`: what was tolerated or looked odd, though the answer stands. */

import type { Reason } from "../core/index.ts";

/** Codes of {@link UdsWarning}: the meaning of each. */
export const udsReasonCodes = {
  zero_padding_trimmed: "Zero bytes after the end of the layout were left out, as `leniency.zeroPadding` allows.",
  trailing_bytes_ignored: "Bytes after the end of the layout were left out, as `leniency.trailing` allows.",
  all_zero_dtc_dropped: "Records of four zero bytes were left out, as `leniency.allZeroDtc` allows.",
  suppress_bit_echoed: "The ECU echoed bit 7 of the sub-function, which only a request carries.",
  status_bit_outside_availability: "A status sets bits that the ECU says it does not support; the flags ignore them.",
  more_than_one_dtc: "A response that holds at most one DTC lists more.",
  record_undecoded: "The rest of the message is kept as bytes: no dictionary entry says how long a record is.",
  unknown_data_identifier: "No dictionary entry says how long the data of this identifier is.",
  unknown_parameter: "No public table and no message says what stands for this parameter, or how long it is.",
  unknown_extended_data_record: "No dictionary entry says how long this extended data record is.",
  unknown_scaling_byte: "A scaling byte is of a kind that the standard keeps free, so that no length follows from it.",
  unknown_event: "No edition says what follows this type of event.",
  unknown_record_length: "The message does not say where this record ends and the next one starts.",
  malformed_digits: "A half byte of a decimal number is no digit.",
  malformed_text: "The bytes are no text in the encoding that the dictionary says.",
  malformed_number: "The bytes are no finite number.",
  status_failed_and_not_tested_this_cycle:
    "Impossible: a test failed in this operation cycle, and no test was completed in it.",
  status_failed_and_not_tested_since_clear:
    "Impossible: a test failed since the last clear, and no test was completed since.",
  status_tested_this_cycle_and_not_since_clear:
    "Impossible: a test was completed in this operation cycle, and none since the last clear, which starts the count of both.",
  status_failed_after_passed_cycle:
    "Impossible: the last test failed, one was completed in this operation cycle, and none failed in it.",
  status_failed_this_cycle_not_since_clear:
    "Impossible: a test failed in this operation cycle, and none since the last clear.",
  status_failed_this_cycle_not_pending:
    "Impossible: a test failed in this operation cycle, and the code is not pending.",
  status_failed_not_since_clear: "Impossible: the last test failed, and none failed since the last clear.",
  status_confirmed_and_not_tested_since_clear:
    "Impossible: the code is confirmed, and no test was completed since the last clear.",
  status_pending_and_not_tested_since_clear:
    "Impossible: the code is pending, and no test was completed since the last clear.",
  status_failed_not_this_cycle:
    "Suspicious: the last test failed, none in this operation cycle; possible only until the test runs again.",
  memory_size_mismatch: "The data of a write are not as many bytes as its memory size says.",
  secured_data_opaque: "A secured message does not fit the layout of the 2020 edition; its record is kept as bytes.",
  sovd_fault_malformed: "A fault of a SOVD document has a missing or impossible member; it gave no event.",
  sovd_status_unreadable: "A status of a SOVD fault is neither true nor false; its flag counts as not known.",
  sovd_status_contradiction: "Two statuses of a SOVD fault contradict each other; the single flags count.",
  sovd_member_left_out: "A member of a SOVD fault has no place in an event and was left out.",
} as const;

/** Why an edition refuses what is to be written: `details.reason` of `ERR_UDS_EDITION`. */
export const editionReasonCodes = {
  not_yet_in_edition: "A later edition added it.",
  no_longer_in_edition: "A later edition took it out; `details.instead` may say what replaces it.",
} as const;

/** Code in `details.reason` of `ERR_UDS_EDITION`. */
export type EditionReasonCode = keyof typeof editionReasonCodes;

/** Code of a {@link UdsWarning}. */
export type UdsReasonCode = keyof typeof udsReasonCodes;

/** What a decoder tolerated or noticed. */
export type UdsWarning = Reason<UdsReasonCode>;
