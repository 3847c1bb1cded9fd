/** Reason codes of the decisions of `otakit/cohort`. */

/** Reason codes of selection, admission, `conflicts` and the rollout gate: the rule of each. */
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
  gate_plan_invalid: "The rollout plan does not parse.",
  gate_aggregate_invalid: "The aggregate does not parse, or its counters cannot be true.",
  gate_context_invalid: "The context of the look does not parse, or names a ring that the plan does not have.",
  gate_plan_not_approved: "The plan is not the one that was approved.",
  gate_aggregate_of_other_plan: "The counters were made by the rules of another plan.",
  gate_state_of_other_plan: "The state of the last verdict is of another plan.",
  gate_watermark_behind: "The watermark is behind that of the last verdict.",
  gate_kill_switch: "A person ordered a rollback.",
  gate_safety_limit: "As many vehicles failed with a safety-critical category as the plan rolls back for.",
  gate_rollback_evidence: "The failures prove more than the share that the plan rolls back for.",
  gate_rollback_latched: "An earlier verdict rolled back; that stays.",
  gate_stop_evidence: "Metrics and strata together prove that more vehicles fail than the plan tolerates.",
  gate_stop_metric: "One metric proves by its own part of alpha that the plan's tolerance is exceeded.",
  gate_pause_latched: "An earlier verdict paused, and nobody has acknowledged it.",
  gate_data_red: "The data are too late, incomplete, contradictory or unrepresentative to expand on.",
  gate_silence_unmeasured:
    "More vehicles are silent than was stated, but nobody measured how many are silent without the update.",
  gate_ring_filling: "Fewer vehicles are enrolled in the ring than the plan has for it.",
  gate_outcomes_immature: "Outcomes that the gate needs are not due yet.",
  gate_evidence_missing: "All outcomes are due, and a required metric does not pass its gate.",
  gate_extension_exhausted:
    "The ring has as many vehicles as the plan allows, and a required metric does not pass its gate.",
  gate_approval_missing: "No approval is given for what comes after the ring.",
  gate_approval_expired: "An approval does not hold yet, or not any more.",
  gate_approval_by_owner: "An approval is by the plan's owner.",
  gate_approval_of_other_evidence: "An approval names other evidence than this.",
  gate_passed: "Every required metric passes its gate, overall and in each stratum that has to.",
  rollout_plan_gate_unreachable: "Not even a ring without a failure has enough vehicles to pass the gate.",
  rollout_plan_silence_shuts_gate:
    "The vehicles that are normally silent are taken for failures, and are too many to pass the gate.",
  rollout_plan_silence_baseline_missing:
    "No metric of silence has a baseline that was measured at the age of maturity.",
  rollout_plan_no_time_to_report: "The age from which a success counts is the age at which it is due.",
} as const;

/** Reason code of a decision of `otakit/cohort`. */
export type CohortReasonCode = keyof typeof cohortReasonCodes;
