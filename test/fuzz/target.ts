/** What a fuzz target is: one parser of hostile input and the laws that any input must leave standing. */

/** One target. */
export interface FuzzTarget {
  /** Module and function, for example `uds/decodeResponse`. */
  readonly name: string;
  /** Well-formed inputs to mutate from; at least one. */
  readonly seeds: readonly Uint8Array[];
  /** Tokens of the grammar that mutations splice in. */
  readonly dictionary?: readonly Uint8Array[];
  /** Largest input in bytes; 4,096 when absent. */
  readonly maxLength?: number;
  /**
   * Parses one input; throws only when a law is broken (an error that is no `OtaError`, a failed round trip ...). A text that it gives is what came of
   * the input, such as the code of a refusal, and is counted.
   */
  run(input: Uint8Array): unknown;
  /** Share of `--inputs` beside those of other targets; 1 when absent. */
  readonly share?: number;
  /** Bound on one input's CPU time in milliseconds; 1,000 when absent. */
  readonly maxMillis?: number;
  /** Bound on the heap and array-buffer growth of one input in bytes; 64 MiB when absent. */
  readonly maxBytes?: number;
}
