/** Options that the commands of `otakit rollout` share, and the documents that they name. */

import {
  type Aggregate,
  evaluate,
  type GateContext,
  parseAggregate,
  parseGateContext,
  parseGateState,
  parseRolloutPlan,
  type RolloutPlan,
  type Verdict,
} from "otakit/cohort";
import { parseUtcTime } from "otakit/core";
import { readDocument } from "../cohort/options.ts";

/** What a look at a rollout is made of. */
export const lookOptions = {
  plan: { value: "FILE", required: true, help: "rollout plan, as JSON" },
  aggregate: { value: "FILE", required: true, help: "counters, as `otakit rollout aggregate` writes them" },
  context: {
    value: "FILE",
    required: true,
    help: "ring, digest of the approved plan, approvals, acknowledgements and kill switch, as JSON",
  },
  state: { value: "FILE", help: "state of the last verdict, or that verdict, as JSON; none before the first" },
  now: { value: "TIME", help: "the time of the look, as 2026-11-30T12:00:00Z; now when absent" },
} as const;

/** Values of {@link lookOptions}. */
export interface LookValues {
  readonly plan: string;
  readonly aggregate: string;
  readonly context: string;
  readonly state: string | undefined;
  readonly now: string | undefined;
}

/** A look, judged. */
export interface Look {
  readonly plan: RolloutPlan;
  readonly aggregate: Aggregate;
  readonly context: GateContext;
  readonly verdict: Verdict;
}

/**
 * Reads what a look is made of, and asks the gate.
 *
 * @throws {@link CliError} `ERR_CLI_FILE`, `ERR_CLI_FILE_TOO_LONG`, `ERR_CLI_COHORT_INPUT`; `CoreError`; `CohortError`
 */
export function takeLook(values: LookValues): Look {
  const plan = parseRolloutPlan(readDocument(values.plan));
  const aggregate = parseAggregate(readDocument(values.aggregate));
  const given = readDocument(values.context);
  const context = parseGateContext({
    killSwitch: false,
    approvals: [],
    acknowledgements: [],
    ...(typeof given === "object" ? given : { context: given }),
    nowMs: values.now === undefined ? Date.now() : parseUtcTime(values.now),
    state: values.state === undefined ? null : stateOf(readDocument(values.state)),
  });
  return { plan, aggregate, context, verdict: evaluate(plan, aggregate, context) };
}

/** A state, or the one in a verdict. */
function stateOf(document: unknown) {
  const { evidence } = (document ?? {}) as { readonly evidence?: { readonly state?: unknown } };
  return parseGateState(evidence?.state ?? document);
}
