/** Reason codes of the decisions of `otakit/core`. */

/** Reason codes of `evaluateWindow`: the rule of each. */
export const coreReasonCodes = {
  window_open: "A window is open and stays open until the work is done.",
  window_closed: "No window is open now.",
  window_too_short: "A window is open now, but it closes before the work is done.",
  window_never_fits: "No window to come is long enough for the work.",
  window_all_past: "Every window is in the past.",
  window_list_empty: "No window is given, which means never; `always` must be said.",
  window_time_unknown: "The current time is not known.",
  window_duration_unknown: "The duration of the work is not known.",
} as const;

/** Reason code of a decision of `otakit/core`. */
export type CoreReasonCode = keyof typeof coreReasonCodes;
