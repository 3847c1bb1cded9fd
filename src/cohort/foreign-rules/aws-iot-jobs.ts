/** Abort and rollout configurations of AWS IoT Jobs as a plan. */

import { isPlainObject, type Place } from "../faults.ts";
import type { PlanRing, RolloutRate } from "../gate/plan.ts";
import { PlanReader } from "../plan-document.ts";
import { type ImportedPlan, type PlanFrame, planOf } from "./import-plan.ts";
import type { AwsAbortRule } from "./rule.ts";

const reader = /* @__PURE__ */ new PlanReader("AWS IoT job", "ERR_COHORT_FOREIGN_RULES", "ERR_COHORT_FOREIGN_RULES");

/** The parts of a job that say how it rolls out; other members of a job are not looked at. */
export interface AwsJobRules {
  readonly abortConfig?: unknown;
  readonly jobExecutionsRolloutConfig?: unknown;
}

/**
 * Translates how a job of AWS IoT rolls out and aborts.
 *
 * The smallest abort threshold becomes the share that must not expand. A job has no rings: the caller gives them, and the frame's pace
 * takes the job's rate.
 *
 * Source: AWS IoT API reference, `AbortConfig`, `JobExecutionsRolloutConfig`.
 *
 * @param of - what thresholds are shares of: the documentation does not say
 * @throws {@link CohortError} `ERR_COHORT_FOREIGN_RULES` with the JSON pointer of the fault; `ERR_COHORT_ROLLOUT_PLAN` when frame and thresholds make
 * no plan
 * @example
 * ```ts
 * const { plan, rules } = importAwsJob(job, frame, rings, "notified");
 * ```
 */
export function importAwsJob(
  job: AwsJobRules,
  frame: PlanFrame,
  rings: readonly PlanRing[],
  of: AwsAbortRule["of"],
): ImportedPlan {
  const notes = [
    "A job of AWS IoT has no gate: it goes on while nothing aborts it. This plan opens no ring without evidence.",
  ];
  // A description of a job has many more members, which say nothing of when it stops.
  reader.require(isPlainObject(job), [], "a job as an object");
  const { abortConfig, jobExecutionsRolloutConfig } = job;
  reader.require(
    abortConfig !== undefined,
    ["abortConfig"],
    "an abort configuration: a plan without a stop condition is none",
  );
  const { criteriaList } = reader.members(abortConfig, ["criteriaList"], ["abortConfig"]);
  const rules = reader.list(criteriaList, 1, 100, ["abortConfig", "criteriaList"], "criteria", (entry, path) =>
    readCriterion(entry, of, path),
  );
  if (!rules.some(({ failureType }) => failureType === "TIMED_OUT" || failureType === "ALL")) {
    notes.push(
      "No criterion counts timeouts: silent vehicles are never seen. Add a metric of kind silence, with a measured baseline.",
    );
  }
  const rate = jobExecutionsRolloutConfig === undefined ? undefined : importAwsRate(jobExecutionsRolloutConfig);
  if (rate !== undefined && frame.pace === undefined) {
    notes.push("The rate is left out: give the frame a pace, whose waves bound what a bad release costs.");
  }
  const maxPpm = Math.min(999_999, ...rules.map(({ thresholdHundredths }) => thresholdHundredths * 100));
  return { plan: planOf(frame, rings, maxPpm, rate), rules, notes };
}

/**
 * Translates a rollout configuration: a constant `maximumPerMinute`, or an `exponentialRate` up to it.
 *
 * @throws {@link CohortError} `ERR_COHORT_FOREIGN_RULES` with the JSON pointer of the fault
 * @example
 * ```ts
 * importAwsRate({ maximumPerMinute: 50 });
 * // { basePerMinute: 50, factorTenths: 10, maxPerMinute: 50, counts: "notified", vehiclesPerStep: 1 }
 * ```
 */
export function importAwsRate(config: unknown): RolloutRate {
  const place = ["jobExecutionsRolloutConfig"];
  const { maximumPerMinute, exponentialRate } = reader.members(config, ["maximumPerMinute", "exponentialRate"], place);
  // Without a maximum the service's own bound holds.
  const most = maximumPerMinute === undefined ? 1_000 : maximumPerMinute;
  const maxPerMinute = reader.integer(most, 1, 1_000, [...place, "maximumPerMinute"]);
  if (exponentialRate === undefined) {
    reader.require(maximumPerMinute !== undefined, place, "maximumPerMinute or exponentialRate");
    return { basePerMinute: maxPerMinute, factorTenths: 10, maxPerMinute, counts: "notified", vehiclesPerStep: 1 };
  }
  const at = [...place, "exponentialRate"];
  const known = ["baseRatePerMinute", "incrementFactor", "rateIncreaseCriteria"];
  const { baseRatePerMinute, incrementFactor, rateIncreaseCriteria } = reader.members(exponentialRate, known, at);
  const tenths = typeof incrementFactor === "number" ? Math.round(incrementFactor * 10) : Number.NaN;
  const isTenths = tenths >= 11 && tenths <= 50 && tenths / 10 === incrementFactor;
  reader.require(isTenths, [...at, "incrementFactor"], "1.1 .. 5 with one decimal");
  const criteria = reader.members(
    rateIncreaseCriteria,
    ["numberOfNotifiedThings", "numberOfSucceededThings"],
    [...at, "rateIncreaseCriteria"],
  );
  const { numberOfNotifiedThings: notified, numberOfSucceededThings: succeeded } = criteria;
  reader.require(
    (notified === undefined) !== (succeeded === undefined),
    [...at, "rateIncreaseCriteria"],
    "one criterion",
  );
  return {
    basePerMinute: reader.integer(baseRatePerMinute, 1, maxPerMinute, [...at, "baseRatePerMinute"]),
    factorTenths: tenths,
    maxPerMinute,
    counts: notified === undefined ? "succeeded" : "notified",
    vehiclesPerStep: reader.integer(notified ?? succeeded, 1, 1_000_000_000, [...at, "rateIncreaseCriteria"]),
  };
}

function readCriterion(value: unknown, of: AwsAbortRule["of"], path: Place): AwsAbortRule {
  const known = ["action", "failureType", "minNumberOfExecutedThings", "thresholdPercentage"];
  const { action, failureType, minNumberOfExecutedThings, thresholdPercentage } = reader.members(value, known, path);
  reader.require(action === "CANCEL", [...path, "action"], "CANCEL");
  const isKnown = ["FAILED", "REJECTED", "TIMED_OUT", "ALL"].includes(failureType as string);
  reader.require(isKnown, [...path, "failureType"], "FAILED, REJECTED, TIMED_OUT or ALL");
  const hundredths = typeof thresholdPercentage === "number" ? Math.round(thresholdPercentage * 100) : Number.NaN;
  const isShare = hundredths >= 1 && hundredths <= 10_000 && hundredths / 100 === thresholdPercentage;
  reader.require(isShare, [...path, "thresholdPercentage"], "above 0, at most 100, with two decimals");
  return {
    system: "aws_iot_jobs",
    failureType: failureType as AwsAbortRule["failureType"],
    thresholdHundredths: hundredths,
    minThings: reader.integer(minNumberOfExecutedThings, 1, 1_000_000_000, [...path, "minNumberOfExecutedThings"]),
    of,
  };
}
