/** Sorts pairs of answers into agreement and classes of disagreement; what is in no class is a failure. */

import { bytesToHex } from "otakit/core";
import type { UdsFault, UdsRequest, UdsResponse } from "otakit/uds";
import type { PeerOutcome } from "../../peer.ts";
import { decodeEither } from "./messages.ts";

/** What otakit reads; undefined when it refuses the message or does not know its layout. */
export type OurReading = UdsRequest | UdsResponse | undefined;

/** A class of disagreements. */
export interface Disagreement<Answer, Ours = OurReading> {
  /** Who is right, and why; or why both are. */
  readonly verdict: string;
  /** Whether a disagreement is of this class; `fault` is why otakit refuses the message. */
  fits(message: Uint8Array, ours: Ours, theirs: Answer, fault: UdsFault | undefined): boolean;
}

/** Says in words how two readings differ, if they do. */
export type DifferenceOf<Answer, Ours> = (
  ours: Ours,
  theirs: Answer,
  message: Uint8Array,
  fault: UdsFault | undefined,
) => string | undefined;

/** What otakit makes of a message, and why it refuses it. */
export type Read<Ours> = (message: Uint8Array) => { readonly ours: Ours; readonly fault: UdsFault | undefined };

const readUds: Read<OurReading> = (message) => {
  const result = decodeEither(message);
  const ours = result.ok && result.value.kind !== "unknown" ? result.value : undefined;
  return { ours, fault: result.ok ? undefined : result.error };
};

/** Counts agreement and each class of messages of UDS. */
export function classify<Answer>(
  messages: readonly Uint8Array[],
  answers: readonly Answer[],
  classes: readonly Disagreement<Answer>[],
  differenceOf: DifferenceOf<Answer, OurReading>,
): readonly PeerOutcome[] {
  return classifyReadings(messages, answers, classes, differenceOf, readUds);
}

/** Counts agreement and each class of messages that `read` reads. */
export function classifyReadings<Answer, Ours>(
  messages: readonly Uint8Array[],
  answers: readonly Answer[],
  classes: readonly Disagreement<Answer, Ours>[],
  differenceOf: DifferenceOf<Answer, Ours>,
  read: Read<Ours>,
): readonly PeerOutcome[] {
  const counts = new Map<string, number>();
  const failures: string[] = [];
  messages.forEach((message, index) => {
    const theirs = answers[index]!;
    const { ours, fault } = read(message);
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
