/** What the benchmark found, before it is laid out. */

import type { ScenarioSummary } from "otakit/cohort";
import type { Contender } from "./policies.ts";
import type { GateScenario } from "./scenarios.ts";

/** Runs of one scenario under one contender. */
export interface GateResult {
  readonly scenario: GateScenario;
  readonly contender: Contender;
  readonly summary: ScenarioSummary;
}
