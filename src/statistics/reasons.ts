/** Reason codes of the decisions of `otakit/statistics`. */

/** Reason codes of `decideStop` and `decideGo`: the rule of each. */
export const statisticsReasonCodes = {
  failures_reach_stop_boundary: "There are as many failures as stop this number of vehicles, or more.",
  failures_below_stop_boundary: "There are fewer failures than stop this number of vehicles.",
  too_few_vehicles_to_stop: "No number of failures among so few vehicles is enough evidence to stop.",
  failures_within_go_boundary: "There are no more failures than allow a go for this number of vehicles.",
  failures_above_go_boundary: "There are more failures than allow a go for this number of vehicles.",
  too_few_vehicles_to_go: "Not even a clean record of so few vehicles is enough evidence for a go.",
} as const;

/** Reason code of a decision of `otakit/statistics`. */
export type StatisticsReasonCode = keyof typeof statisticsReasonCodes;
