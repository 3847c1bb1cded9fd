/** What a conformance suite is: one published vector file (or folder) and the check of every row in it. */

/** Counts of one suite; `passed + failed + skipped === total`. */
export interface SuiteOutcome {
  readonly total: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** In words: why rows were skipped, or which providers or readings a pass covers. */
  readonly why?: string;
  /** One line for each failed row, the first hundred. */
  readonly failures?: readonly string[];
}

/** How much of the suites that make their own inputs is run: on each of many runtimes, in `npm run conformance`, or with `--full`. */
export type SuiteEffort = "brief" | "usual" | "full";

/** Gives the bytes of a file below the vectors folder; throws when it is missing. */
export type LoadVectors = (path: string) => Uint8Array;

/** One suite: `suite` is the path of its vector file or folder without extension, for example `signing/ed25519_test`. */
export interface ConformanceSuite {
  readonly suite: string;
  /** Vector file below the vectors folder, or `undefined` for reference values that the suite itself carries. */
  readonly file?: string;
  run(load: LoadVectors, effort: SuiteEffort): SuiteOutcome | Promise<SuiteOutcome>;
}
