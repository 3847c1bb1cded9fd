/**
 * The rollout gate: both error rates exactly for 20 pairs of shares and levels, and the law that no schedule of reports stops a rollout
 * that its complete outcomes do not stop.
 */

import { evaluate, rolloutPlanDigest } from "otakit/cohort";
import {
  computeRolloutChances,
  createGoTest,
  createStopTest,
  goBoundary,
  stopBoundary,
  tabulateGoBoundary,
  tabulateStopBoundary,
} from "otakit/statistics";
import { countScheduleViolations } from "../../cohort/gate/schedules.ts";
import { errorTriples } from "../../statistics/error-triples.ts";
import { crossingProbabilities } from "../../statistics/operating-characteristics.ts";
import type { ConformanceSuite } from "../suite.ts";

const errorRates: ConformanceSuite = {
  suite: "gate/error-rates",
  run() {
    const vehicles = 20_000;
    const failures: string[] = [];
    let nearest = 0;
    for (const [p0, p1, level] of errorTriples) {
      const stop = tabulateStopBoundary(createStopTest({ p0, pMax: p1, alpha: level }), vehicles);
      const go = tabulateGoBoundary(createGoTest({ p1, beta: level }), vehicles);
      const last = [{ n: vehicles, maxFailures: vehicles }];
      const falseStop = computeRolloutChances(p0, (n) => stopBoundary(n, stop), last).gates[0]!.stopped;
      const [missedStop] = crossingProbabilities(p1, [vehicles], (n) => ({ to: goBoundary(n, go) ?? -1 }));
      nearest = Math.max(nearest, falseStop / level, missedStop! / level);
      if (falseStop > level) failures.push(`false stop at ${p0} against ${p1}: ${falseStop}, allowed ${level}`);
      if (missedStop! > level) failures.push(`missed stop at ${p1}: ${missedStop}, allowed ${level}`);
    }
    const total = 2 * errorTriples.length;
    const why = `a look after each of ${vehicles} vehicles; at most ${(100 * nearest).toFixed(0)} % of the bound is used`;
    return { total, passed: total - failures.length, failed: failures.length, skipped: 0, why, failures };
  },
};

/** Outcome vectors; about three in four are not stopped by their complete outcomes, each of which is shown by five schedules. */
const vectors = 28_000;

const schedules: ConformanceSuite = {
  suite: "gate/schedules",
  run() {
    const { quiet, stopping, looks, violations } = countScheduleViolations({ evaluate, rolloutPlanDigest }, 1, vectors);
    const why = `schedules of ${quiet} fixed outcomes that do not stop; ${stopping} more that do were left out`;
    const failed = violations.length;
    return { total: looks, passed: looks - failed, failed, skipped: 0, why, failures: violations };
  },
};

export const suites: readonly ConformanceSuite[] = [errorRates, schedules];
