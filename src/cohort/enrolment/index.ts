/** Enrolment: who takes part, who would, and who may start now. */

export * from "./admit.ts";
export {
  compileEnrolment,
  type Enrolment,
  type EnrolmentLedger,
  type EnrolmentPlan,
  type EnrolmentProgress,
  type EnrolmentWord,
  enrolVehicles,
  type StratifiedRings,
  type StreamOptions,
} from "./enrol.ts";
export * from "./preview.ts";
