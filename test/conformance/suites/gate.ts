/**
 * The rollout gate: both error rates exactly for 20 pairs of shares and levels, the law that no schedule of reports stops a rollout that
 * its complete outcomes do not stop, the laws of counting, and the chances that were computed elsewhere.
 */

import { aggregateDigest, evaluate, mergeAggregates, OutcomeFold, rolloutPlanDigest } from "otakit/cohort";
import {
  computeRolloutChances,
  createGoTest,
  createStopTest,
  goBoundary,
  stopBoundary,
  tabulateGoBoundary,
  tabulateStopBoundary,
} from "otakit/statistics";
import { foldLaws } from "../../cohort/aggregate/fold-laws.ts";
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

const foldLawsSuite: ConformanceSuite = {
  suite: "gate/fold-laws",
  run(_load, effort) {
    const seeds = effort === "full" ? 100_000 : 10_000;
    const under = { OutcomeFold, mergeAggregates, aggregateDigest };
    const failures: string[] = [];
    for (let seed = 0; seed < seeds; seed++) {
      for (const law of Object.values(foldLaws)) {
        const fault = law(under, seed);
        if (fault !== undefined) failures.push(fault);
      }
    }
    const total = seeds * Object.keys(foldLaws).length;
    const why = `${Object.keys(foldLaws).length} laws on the random events of ${seeds} seeds each`;
    return { total, passed: total - failures.length, failed: failures.length, skipped: 0, why, failures };
  },
};

/**
 * Share of failures; chance of a stop by so many vehicles, and of evidence to expand, for 0.5 % against 2 % at 5 % with a look after each
 * vehicle: from a lattice program in another language, to the digits that it printed.
 */
const chances: readonly {
  readonly p: number;
  readonly stop: readonly (readonly [vehicles: number, chance: number])[];
  readonly go: readonly (readonly [vehicles: number, chance: number])[];
}[] = [
  {
    p: 0.002,
    stop: [
      [100, 0.0008],
      [1_000, 0.001],
      [5_000, 0.001],
      [20_000, 0.001],
    ],
    go: [
      [1_000, 0.9999],
      [5_000, 1],
    ],
  },
  {
    p: 0.005,
    stop: [
      [100, 0.0083],
      [1_000, 0.0217],
      [5_000, 0.0273],
      [20_000, 0.03],
    ],
    go: [
      [1_000, 0.968],
      [5_000, 1],
      [20_000, 1],
    ],
  },
  {
    p: 0.01,
    stop: [
      [100, 0.047],
      [1_000, 0.336],
      [5_000, 0.923],
    ],
    go: [
      [1_000, 0.538],
      [5_000, 0.9985],
    ],
  },
  {
    p: 0.02,
    stop: [
      [100, 0.22],
      [1_000, 0.977],
      [5_000, 1],
      [20_000, 1],
    ],
    go: [
      [1_000, 0.0368],
      [5_000, 0.0446],
      [20_000, 0.0472],
    ],
  },
  {
    p: 0.05,
    stop: [
      [100, 0.8],
      [1_000, 1],
      [5_000, 1],
      [20_000, 1],
    ],
    go: [[20_000, 0]],
  },
];

const chancesSuite: ConformanceSuite = {
  suite: "gate/chances",
  run() {
    const stop = tabulateStopBoundary(createStopTest({ p0: 0.005, pMax: 0.02, alpha: 0.05 }), 20_000);
    const go = tabulateGoBoundary(createGoTest({ p1: 0.02, beta: 0.05 }), 20_000);
    const failures: string[] = [];
    let total = 0;
    const compare = (what: string, p: number, n: number, expected: number, found: number): void => {
      total++;
      // The table prints two to four digits of each chance.
      const digits = Math.max(2, `${expected}`.length - 2);
      if (Math.abs(found - expected) > 0.6 * 10 ** -digits) {
        failures.push(`${what} by ${n} at ${p}: ${found}, expected ${expected}`);
      }
    };
    for (const { p, stop: stops, go: goes } of chances) {
      for (const [n, expected] of stops) {
        const found = computeRolloutChances(p, (vehicles) => stopBoundary(vehicles, stop), [{ n, maxFailures: n }]);
        compare("stop", p, n, expected, found.gates[0]!.stopped);
      }
      const found = crossingProbabilities(
        p,
        goes.map(([n]) => n),
        (n) => ({ to: goBoundary(n, go) ?? -1 }),
      );
      for (const [index, [n, expected]] of goes.entries()) compare("go", p, n, expected, found[index]!);
    }
    return {
      total,
      passed: total - failures.length,
      failed: failures.length,
      skipped: 0,
      why: "exact, no chance",
      failures,
    };
  },
};

export const suites: readonly ConformanceSuite[] = [errorRates, chancesSuite, schedules, foldLawsSuite];
