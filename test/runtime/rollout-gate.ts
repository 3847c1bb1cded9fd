/**
 * What a rollout gate decides has to be the same on every runtime, to the byte: verdicts in whole numbers and words, counters of folded
 * events, integer boundaries. Logarithms and bounds may differ in their last bit, and are in no digest.
 */

import {
  aggregateDigest,
  checkPlan,
  coarsenAggregate,
  evaluate,
  mergeAggregates,
  OutcomeFold,
  type RolloutPlan,
  rolloutPlanDigest,
} from "otakit/cohort";
import { bytesToHex, createHash, utf8ToBytes } from "otakit/core";
import {
  createGoTest,
  createStopTest,
  eventGoBoundary,
  eventStopBoundary,
  goBoundary,
  maxSprtCriticalValue,
  stopBoundary,
  tabulateGoBoundary,
  tabulateStopBoundary,
} from "otakit/statistics";
import { seededRandom } from "../../scripts/random.ts";
import { countedPlan, randomDeliveries, startMs } from "../cohort/aggregate/random-events.ts";
import { playRollouts, rolloutPlans, rolloutsOfEach, wholeNumbersOf } from "../cohort/gate/rollouts.ts";
import { errorTriples } from "../statistics/error-triples.ts";
import { assertEqual, type RuntimeCheck } from "./check.ts";

/** Checks of the gate and of the statistics under it. */
export const rolloutGateChecks: readonly RuntimeCheck[] = [
  ...Object.entries(rolloutPlans).map(
    ([name, plan]): RuntimeCheck => ({
      subpath: "otakit/cohort",
      what: `verdicts on rollouts are the same everywhere: ${name}`,
      run() {
        const verdicts = playRollouts({ OutcomeFold, evaluate, rolloutPlanDigest }, plan, rolloutsOfEach);
        assertEqual([verdicts.length, digestOf(verdicts.map(wholeNumbersOf))], rolloutDigests[name]);
      },
    }),
  ),
  {
    subpath: "otakit/cohort",
    what: "events are counted the same everywhere: folded, divided and merged, over fewer buckets",
    run() {
      const digests = Array.from({ length: 30 }, (_, seed) => {
        const random = seededRandom(`runtime/fold ${seed}`);
        const folds = [1, 2, 3].map(() => new OutcomeFold(countedPlan));
        for (const { source, event } of randomDeliveries(random, 120, 8)) random.pick(folds).add(source, event);
        for (const fold of folds) {
          for (const name of ["ledger", "telematics", "workshop"]) fold.observe(name, { watermarkMs: startMs + seed });
        }
        const parts = folds.map((fold) => fold.aggregate());
        folds[0]!.merge(folds[1]!);
        folds[0]!.merge(folds[2]!);
        const whole = folds[0]!.aggregate();
        return [...parts, mergeAggregates(parts), whole, coarsenAggregate(whole, 8)].map((one) => aggregateDigest(one));
      });
      assertEqual(digestOf(digests), foldDigest);
    },
  },
  {
    subpath: "otakit/cohort",
    what: "plans are checked the same everywhere",
    run() {
      const hasty = { ...countedPlan.observation, maturityMs: countedPlan.observation.soakMs };
      const worst = { betaPpm: 1_000, overdueFailedPpm: 1_000_000 };
      const plans: readonly RolloutPlan[] = [
        ...Object.values(rolloutPlans),
        countedPlan,
        { ...countedPlan, go: { betaPpm: 50_000, overdueFailedPpm: 0 }, strata: [] },
        { ...countedPlan, go: worst, observation: hasty, metrics: [countedPlan.metrics[0]!] },
        { ...countedPlan, go: worst, rings: [{ name: "pilot", vehicles: 100, maxVehicles: 250, approval: "none" }] },
      ];
      const found = plans.map((plan) => {
        const { decision, reasons, evidence } = checkPlan(plan, 0);
        return { decision, reasons, gates: evidence.gates };
      });
      assertEqual(new Set(found.map(({ decision }) => decision)).size, 2);
      assertEqual(digestOf(found), planDigest);
    },
  },
  {
    subpath: "otakit/statistics",
    what: "boundaries of all tests are the same everywhere",
    run() {
      const boundaries = errorTriples.map(([p0, p1, level]) => {
        const stop = createStopTest({ p0, pMax: p1, alpha: level });
        const go = createGoTest({ p1, beta: level });
        const [rate0, rate1] = [40 * p0, 40 * p1];
        const prior = { a: 1, b: 1 / rate1 };
        const far = [50_000, 1_000_000, 1_000_000_000];
        return [
          tabulateStopBoundary(stop, 3_000).lastN,
          tabulateGoBoundary(go, 3_000).firstN,
          far.map((n) => [stopBoundary(n, stop), goBoundary(n, go)]),
          [1, 77, 1_234, 500_000].map((exposure) => [
            eventStopBoundary(exposure, { rate0, alpha: level, prior }),
            eventGoBoundary(exposure, { rate1, beta: level, prior }),
          ]),
        ];
      });
      assertEqual(digestOf(boundaries), boundaryDigest);
    },
  },
  {
    subpath: "otakit/statistics",
    what: "critical values of MaxSPRT are the same everywhere, to the digits that are published",
    run() {
      const values = [1, 2, 5, 10, 20].map((expected) => maxSprtCriticalValue(expected, 0.05).toFixed(6));
      assertEqual(values, ["2.853937", "3.046977", "3.297183", "3.467952", "3.628123"]);
    },
  },
];

/** SHA-256 over the JSON texts of values, whose members stand in the order in which they are made. */
function digestOf(values: readonly unknown[]): string {
  const hash = createHash("sha256");
  for (const value of values) hash.update(utf8ToBytes(`${JSON.stringify(value)}\n`));
  return bytesToHex(hash.digest());
}

/** Number of verdicts, and their digest. */
const rolloutDigests: Readonly<Record<string, readonly [number, string]>> = {
  "failure, its category and silence, by strata": [
    153,
    "a49951be742f5e74193fb234c71f0c82dc2880f08fbf9533b0f80d3890b26332",
  ],
  "comparison, exposure and mean": [139, "30e4cae063ae57ef9f4ffc25d2bed4dbdc6266e78bde7984c7609ff549deb00c"],
  "silence against a number that nobody measured": [
    184,
    "cee959a83f5d0cd3b434a594491ad3acc738fd39a10b9b755026a0b6c57ff934",
  ],
};
const foldDigest = "51888ec5e4a9e62d6eb1a8adef8648d87a62e920b748dc63a5324d79f489491d";
const planDigest = "ca6ff3da5ae1d90760359502b813942551013873ab25f66849dfd776938d4c1f";
const boundaryDigest = "94f9db80cc95c61ed5f1691954212e71108acc717578d9b244136abd2e28abc8";
