/** What a benchmark row is: one amount of work, done by otakit and by its peers in alternation in the same run. */

/** One way to do the work. */
export interface Contender {
  /** For example `otakit (node)` or `Debian bspatch 4.3`. */
  readonly name: string;
  /**
   * Does the work once; its result, or a promise of it, is returned so that it cannot be optimised away and may be checked by
   * `check`.
   */
  run(): unknown;
}

/** One row. */
export interface BenchRow {
  /** For example `signing/ed25519-verify`. */
  readonly name: string;
  /** Work of one `run`: bytes of output or number of operations. */
  readonly work: { readonly bytes: number } | { readonly operations: number };
  /** First the contender that ratios are given for, then its peers. */
  readonly contenders: readonly Contender[];
  /** Throws when a contender's result is wrong: a fast wrong answer is no answer. */
  check?(result: unknown, contender: string): void;
  /** In words, what the comparison leaves out (process start, conversion ...). */
  readonly note?: string;
  /** Peers that are not installed, in words. */
  readonly missing?: readonly string[];
}

/** Prepares its inputs lazily, so that a filtered run pays only for its own rows. */
export type BenchRowFactory = () => BenchRow | Promise<BenchRow>;
