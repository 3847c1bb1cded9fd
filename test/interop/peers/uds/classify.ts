/** Sorts pairs of answers into agreement and classes of disagreement; what is in no class is a failure. */

import { bytesToHex } from "otakit/core";
import type { UdsFault, UdsRequest, UdsResponse } from "otakit/uds";
import type { PeerOutcome } from "../../peer.ts";
import { decodeEither } from "./messages.ts";

/** What otakit reads; undefined when it refuses the message or does not know its layout. */
export type OurReading = UdsRequest | UdsResponse | undefined;

/** A class of disagreements. */
export interface Disagreement<Answer> {
  /** Who is right, and why; or why both are. */
  readonly verdict: string;
  /** Whether a disagreement is of this class; `fault` is why otakit refuses the message. */
  fits(message: Uint8Array, ours: OurReading, theirs: Answer, fault: UdsFault | undefined): boolean;
}

/** Counts agreement and each class; `differenceOf` says in words how two readings differ, if they do. */
export function classify<Answer>(
  messages: readonly Uint8Array[],
  answers: readonly Answer[],
  classes: readonly Disagreement<Answer>[],
  differenceOf: (
    ours: OurReading,
    theirs: Answer,
    message: Uint8Array,
    fault: UdsFault | undefined,
  ) => string | undefined,
): readonly PeerOutcome[] {
  const counts = new Map<string, number>();
  const failures: string[] = [];
  messages.forEach((message, index) => {
    const theirs = answers[index]!;
    const result = decodeEither(message);
    const ours = result.ok && result.value.kind !== "unknown" ? result.value : undefined;
    const fault = result.ok ? undefined : result.error;
    const difference = differenceOf(ours, theirs, message, fault);
    const verdict =
      difference === undefined
        ? ours === undefined
          ? "both refuse it or do not know it"
          : "the same values"
        : classes.find(({ fits }) => fits(message, ours, theirs, fault))?.verdict;
    if (verdict === undefined)
      failures.push(`${bytesToHex(message)}: ${difference}${fault === undefined ? "" : ` (${fault.code})`}`);
    else counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  });
  const outcomes = [...counts].map(([what, total]) => ({ what, total, passed: total, failed: 0 }));
  const failed = failures.length;
  if (failed === 0) return outcomes;
  return [...outcomes, { what: "unexplained", total: failed, passed: 0, failed, failures: failures.slice(0, 100) }];
}
