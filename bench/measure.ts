/**
 * Pairwise measurement: the contenders of a row take turns, so that a slower minute of the machine hits all of them, and
 * ratios are taken turn by turn before their median is.
 */

import type { BenchRow, Contender } from "./row.ts";

/** How long to measure. */
export interface Effort {
  /** Turns of each contender. */
  readonly runs: number;
  /** Shortest turn; the work is repeated within a turn to fill it. */
  readonly turnMillis: number;
  /** Untimed running of each contender before its first turn. */
  readonly warmUpMillis: number;
}

/** Middle and spread of a series. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** What was measured of one contender. */
export interface Measured {
  readonly contender: string;
  /** Repetitions of the work in one turn. */
  readonly repetitions: number;
  /** Milliseconds for the work once. */
  readonly millis: Spread;
  /** Bytes or operations per second, from the median. */
  readonly perSecond: number;
  /** Time of this contender over the time of the row's first, turn by turn: above 1, the first is faster. */
  readonly ratio: Spread;
}

/** Milliseconds of the calibration loop before and after a row. */
export interface Calibration {
  readonly before: number;
  readonly after: number;
}

/** Holds the last result, so that an optimiser cannot drop the work. */
const sink: { result?: unknown } = {};

/** Measures every contender of a row in turn; checks every contender's result first. */
export async function measureRow(
  row: BenchRow,
  effort: Effort,
  report: (step: string) => void = () => {},
): Promise<{ readonly measured: readonly Measured[]; readonly calibration: Calibration }> {
  for (const contender of row.contenders) {
    report(`check ${contender.name}`);
    row.check?.(await contender.run(), contender.name);
  }
  const repetitions: number[] = [];
  for (const contender of row.contenders) {
    report(`warm up ${contender.name}`);
    repetitions.push(await calibrateRepetitions(contender, effort));
  }
  const before = calibrationLoop();
  const turns: number[][] = row.contenders.map(() => []);
  for (let run = 0; run < effort.runs; run++) {
    report(`run ${run + 1} of ${effort.runs}`);
    for (const [index, contender] of row.contenders.entries()) {
      turns[index]!.push((await timeTurn(contender, repetitions[index]!)) / repetitions[index]!);
    }
  }
  const after = calibrationLoop();
  const amount = "bytes" in row.work ? row.work.bytes : row.work.operations;
  const measured = row.contenders.map((contender, index): Measured => {
    const millis = spread(turns[index]!);
    return {
      contender: contender.name,
      repetitions: repetitions[index]!,
      millis,
      perSecond: (amount * 1000) / millis.median,
      ratio: spread(turns[index]!.map((time, run) => time / turns[0]![run]!)),
    };
  });
  return { measured, calibration: { before, after } };
}

/** Median (mean of the two middle values of an even count), least and greatest of at least one value. */
export function spread(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError('"values" expected at least one value');
  const sorted = [...values].sort((left, right) => left - right);
  const median = (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}

/** Steps of one calibration loop. */
export const calibrationSteps = 30_000_000;
/** State of xorshift32 (13, 17, 5) from seed 1 after that many steps. */
const calibrationResult = 2_019_420_948;

/**
 * Milliseconds of a fixed amount of dependent 32-bit integer work (xorshift32): the machine's speed at that moment.
 *
 * Its result is known, so the loop cannot be skipped or be wrong unnoticed.
 */
export function calibrationLoop(): number {
  const start = performance.now();
  let state = 1;
  for (let step = 0; step < calibrationSteps; step++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
  }
  const millis = performance.now() - start;
  if (state >>> 0 !== calibrationResult) throw new Error(`Calibration loop gave ${state >>> 0}`);
  return millis;
}

async function timeTurn(contender: Contender, repetitions: number): Promise<number> {
  const start = performance.now();
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const result = contender.run();
    // A contender that does not wait must not pay for waiting.
    sink.result = result instanceof Promise ? await result : result;
  }
  return performance.now() - start;
}

/** Warms a contender up, then gives the repetitions that fill a turn. */
async function calibrateRepetitions(contender: Contender, { turnMillis, warmUpMillis }: Effort): Promise<number> {
  let repetitions = 1;
  let spent = 0;
  for (;;) {
    const millis = await timeTurn(contender, repetitions);
    spent += millis;
    if (millis < turnMillis / 2) repetitions *= 2;
    else if (spent >= warmUpMillis) return Math.max(1, Math.ceil((repetitions * turnMillis) / millis));
  }
}
