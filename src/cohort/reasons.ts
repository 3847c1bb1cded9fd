/** Reason codes of the decisions of `otakit/cohort`. */

/** Reason codes of `decide`: the rule of each. */
export const cohortReasonCodes = {
  selector_include_true: "The vehicle fits the selector's `include`, no rule excludes it and it is not held back.",
  selector_include_false: "The vehicle does not fit the selector's `include`.",
  selector_exclude_true: "A rule of the selector's `exclude` applies to the vehicle.",
  selector_held_back: "The vehicle is in the global holdback.",
  selector_attribute_missing: "An attribute that decides was not delivered.",
  selector_attribute_stale: "An attribute that decides is older than its maximum age.",
  selector_attribute_ahead: "An attribute that decides is dated ahead of now: the clock that dated it is wrong.",
  selector_attribute_unreadable: "An attribute that decides has a value that is none of its type.",
  selector_version_incomparable: "A version that decides is of another series than that of the selector.",
  selector_attribute_contradictory: "Sources contradict each other about an attribute that decides.",
  selector_vehicle_id_unusable: "The vehicle has no id that can be hashed or looked up.",
} as const;

/** Reason code of a decision of `otakit/cohort`. */
export type CohortReasonCode = keyof typeof cohortReasonCodes;
