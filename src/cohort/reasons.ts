/** Reason codes of the decisions of `otakit/cohort`. */

/** Reason codes of selection, admission and `conflicts`: the rule of each. */
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
  admission_cap_reached: "As many vehicles as a cap allows are under way or admitted.",
  admission_key_unknown: "It is not known for which value of a cap's key the vehicle counts.",
  admission_under_way: "The vehicle's update is under way already.",
  admission_named_twice: "A candidate of the same id was considered before.",
  campaigns_targets_shared: "Both campaigns write a target, or it is not known which ones they write.",
  campaigns_targets_apart: "The campaigns write no target in common.",
  campaigns_selectors_may_meet: "It cannot be proved that no vehicle fits both selectors.",
  campaigns_selectors_apart: "No vehicle can fit both selectors at one time.",
  campaigns_layer_overlap: "Both campaigns claim the same buckets of a layer.",
  campaigns_layer_apart: "The campaigns claim buckets of a layer that have none in common.",
} as const;

/** Reason code of a decision of `otakit/cohort`. */
export type CohortReasonCode = keyof typeof cohortReasonCodes;
