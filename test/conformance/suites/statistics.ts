/**
 * Reference values of the stop and the go test: log E to 1e-9, boundaries exactly, and the exact chance of every wrong verdict
 * up to 20,000 vehicles, each of them a look.
 */

import {
  clopperPearsonInterval,
  createGoTest,
  createStopTest,
  goBoundary,
  logEEventStop,
  logEGo,
  logESampleRatio,
  logEStop,
  maxSprtCriticalValue,
  stopBoundary,
  tabulateGoBoundary,
  tabulateStopBoundary,
  wilsonInterval,
} from "otakit/statistics";
import { crossingProbabilities } from "../../statistics/operating-characteristics.ts";
import type { ConformanceSuite, SuiteOutcome } from "../suite.ts";

const stop = createStopTest({ p0: 0.005, pMax: 0.02, alpha: 0.05 });
const go = createGoTest({ p1: 0.02, beta: 0.05 });

function outcomeOf(failures: readonly string[], total: number, why: string): SuiteOutcome {
  return { total, passed: total - failures.length, failed: failures.length, skipped: 0, why, failures };
}

/** n, f, log E_stop, log E_go; from 60-digit arithmetic. */
const logValues: readonly (readonly [number, number, number, number])[] = [
  [40, 2, 2.166439914007294, -1.4012484176950095],
  [250, 0, -1.791759469228055, 3.9393416653254167],
  [700, 6, -0.3915950413120891, 2.049799752127565],
  [3000, 27, 2.1581382071701762, 10.01814674565],
  [60000, 420, 18.19043026906984, 341.2100304543815],
];

const eProcessReference: ConformanceSuite = {
  suite: "statistics/e-process-reference",
  run() {
    let worst = 0;
    const failures = logValues.flatMap(([n, f, logStop, logGo]) => {
      const errors = [logEStop(n, f, stop) - logStop, logEGo(n, f, go) - logGo].map(Math.abs);
      worst = Math.max(worst, ...errors);
      return errors.flatMap((error, test) =>
        error <= 1e-9 ? [] : [`${test === 0 ? "stop" : "go"} (${n}, ${f}): off by ${error}`],
      );
    });
    return outcomeOf(failures, 2 * logValues.length, `largest error of log E ${worst.toExponential(1)}, allowed 1e-9`);
  },
};

type Boundaries = readonly (readonly [number, number])[];

/** Vehicles, failures at which the rollout stops. */
// biome-ignore format: a table
const stops: Boundaries = [
  [5, 2], [10, 2], [20, 3], [50, 3], [100, 4], [200, 5], [500, 9], [1000, 13], [2000, 21], [5000, 43], [10000, 75], [20000, 136],
];

/** Vehicles, most failures at which it may expand; none for 194. */
// biome-ignore format: a table
const goes: Boundaries = [
  [195, 0], [319, 1], [500, 2], [1000, 8], [2000, 22], [5000, 69], [10000, 155], [20000, 333],
];

const boundaryReference: ConformanceSuite = {
  suite: "statistics/boundary-reference",
  run() {
    const stopTable = tabulateStopBoundary(stop, 20_000);
    const goTable = tabulateGoBoundary(go, 20_000);
    const failures: string[] = [];
    const check = (what: string, n: number, expected: number | undefined, ...found: (number | undefined)[]) => {
      if (found.some((boundary) => boundary !== expected)) failures.push(`${what} ${n}: ${expected}, found ${found}`);
    };
    for (const [n, f] of stops) check("stop", n, f, stopBoundary(n, stop), stopBoundary(n, stopTable));
    for (const [n, f] of goes) check("go", n, f, goBoundary(n, go), goBoundary(n, goTable));
    check("go", 194, undefined, goBoundary(194, go), goBoundary(194, goTable));
    return outcomeOf(failures, stops.length + goes.length + 1, "each computed from the test and read from its table");
  },
};

/** Failure rate, then the chance to have crossed by 100, 1,000, 5,000 and 20,000 vehicles, as published to these digits. */
const stopChances: readonly (readonly [number, readonly (string | undefined)[]])[] = [
  [0.002, ["0.0008", "0.0010", "0.0010", "0.0010"]],
  [0.005, ["0.0083", "0.0217", "0.0273", "0.0300"]],
  [0.01, ["0.047", "0.336", "0.923", undefined]],
  [0.02, ["0.220", "0.977", "1", "1"]],
  [0.05, ["0.800", "1", "1", "1"]],
];
const goChances: readonly (readonly [number, readonly (string | undefined)[]])[] = [
  [0.002, [undefined, "0.9999", "1", "1"]],
  [0.005, [undefined, "0.968", "1", "1"]],
  [0.01, [undefined, "0.538", "0.9985", undefined]],
  [0.02, [undefined, "0.0368", "0.0446", "0.0472"]],
];

const operatingCharacteristics: ConformanceSuite = {
  suite: "statistics/operating-characteristics",
  run() {
    const looks = [100, 1_000, 5_000, 20_000];
    const stopTable = tabulateStopBoundary(stop, 20_000);
    const goTable = tabulateGoBoundary(go, 20_000);
    const failures: string[] = [];
    let total = 0;
    const check = (what: string, chances: readonly number[], expected: readonly (string | undefined)[]) => {
      expected.forEach((text, look) => {
        if (text === undefined) return;
        total++;
        const digits = text.split(".")[1]?.length ?? 0;
        const found = chances[look]!.toFixed(digits);
        if (found !== text) failures.push(`${what} by ${looks[look]}: ${text}, found ${found}`);
      });
    };
    for (const [p, expected] of stopChances) {
      const from = (n: number) => ({ from: stopBoundary(n, stopTable) ?? Number.POSITIVE_INFINITY });
      check(`stop at ${p}`, crossingProbabilities(p, looks, from), expected);
    }
    for (const [p, expected] of goChances) {
      const to = (n: number) => ({ to: goBoundary(n, goTable) ?? -1 });
      check(`go at ${p}`, crossingProbabilities(p, looks, to), expected);
    }
    return outcomeOf(failures, total, "exact dynamic programming, a look after every vehicle");
  },
};

/** Expected events at the end of surveillance, critical value at 0.05; as R's Sequential::CV.Poisson gives it. */
// biome-ignore format: a table
const criticalValues: readonly (readonly [number, string])[] = [
  [1, "2.853937"], [2, "3.046977"], [5, "3.297183"], [10, "3.467952"], [20, "3.628123"], [50, "3.819903"], [100, "3.952321"],
];

const maxSprtReference: ConformanceSuite = {
  suite: "statistics/maxsprt-reference",
  run() {
    const failures = criticalValues.flatMap(([expected, text]) => {
      const found = maxSprtCriticalValue(expected, 0.05).toFixed(6);
      return found === text ? [] : [`${expected} expected events: ${text}, found ${found}`];
    });
    return outcomeOf(failures, criticalValues.length, "critical values to 6 digits, exact dynamic programming");
  },
};

const eventTest = { rate0: 0.02, alpha: 0.05, prior: { a: 2, b: 30 } };
const shares = [0.6, 0.25, 0.15];

const otherReference: ConformanceSuite = {
  suite: "statistics/other-metrics-reference",
  run() {
    const exact = clopperPearsonInterval(640, 7, 0.05);
    const score = wilsonInterval(640, 7, 0.05);
    const values: readonly (readonly [string, number, number])[] = [
      ["events 5 in 80", logEEventStop(5, 80, eventTest), 1.760905492100887],
      ["events 9 in 600", logEEventStop(9, 600, eventTest), -2.904069704225354],
      ["events 30 in 900", logEEventStop(30, 900, eventTest), 1.656447871648409],
      ["sample 118, 52, 30", logESampleRatio([118, 52, 30], shares, [6, 3, 1]), -3.336112018668173],
      ["sample 310, 60, 30", logESampleRatio([310, 60, 30], shares, [6, 3, 1]), 23.61318311088156],
      ["Clopper-Pearson, lower", exact.lower, 0.0044084359881957],
      ["Clopper-Pearson, upper", exact.upper, 0.0224049271969648],
      ["Wilson, lower", score.lower, 0.0053080165466583],
      ["Wilson, upper", score.upper, 0.0224029339928951],
    ];
    const failures = values.flatMap(([what, found, expected]) =>
      Math.abs(found - expected) <= 1e-9 ? [] : [`${what}: ${expected}, found ${found}`],
    );
    return outcomeOf(failures, values.length, "events, sample ratio and intervals, within 1e-9");
  },
};

export const suites: readonly ConformanceSuite[] = [
  eProcessReference,
  boundaryReference,
  operatingCharacteristics,
  maxSprtReference,
  otherReference,
];
