/** What the steps of all roles share: their input, and the three ways in which they end. */

import type { TrustedTuf, TufClient, TufEquivocation, TufFileChange, TufStep } from "./client.ts";
import { sameSigned } from "./offer.ts";
import type { ResolvedTufPolicy } from "./policy.ts";
import type { TufReason } from "./reasons.ts";

/** Input of one step. */
export interface StepContext {
  readonly state: TufClient;
  readonly startedAt: number;
  readonly policy: ResolvedTufPolicy;
}

/** Changes of a state. */
export type StateChange = { readonly [Name in keyof TufClient]?: TufClient[Name] | undefined };

/** What a step may hand on beside its decision. */
export interface StepExtras {
  readonly persist?: readonly TufFileChange[];
  readonly equivocation?: TufEquivocation | undefined;
}

/** Ends a step with a changed state. */
export function proceed(
  decision: "accept" | "keep",
  context: StepContext,
  change: StateChange,
  reasons: readonly TufReason[],
  extras: StepExtras = {},
): TufStep {
  const state = Object.freeze({ ...context.state, startedAt: context.startedAt, ...change }) as TufClient;
  return { decision, reasons, state, ...withExtras(extras) };
}

/** Ends a step without any change. */
export function refuse(context: StepContext, reasons: readonly TufReason[], extras: StepExtras = {}): TufStep {
  return { decision: "refuse", reasons, state: context.state, ...withExtras({ ...extras, persist: [] }) };
}

function withExtras({ persist = [], equivocation }: StepExtras): Pick<TufStep, "persist" | "equivocation"> {
  return equivocation === undefined ? { persist } : { persist, equivocation };
}

/**
 * The evidence that one role signed two contents under one version, if it did. Other signatures or another layout of the same
 * content are no equivocation.
 *
 * Both must have passed the signature check.
 */
export function equivocationOf(
  role: string,
  before: TrustedTuf | undefined,
  after: TrustedTuf,
): TufEquivocation | undefined {
  if (before === undefined || before.signed.version !== after.signed.version) return undefined;
  if (before.text === after.text || sameSigned(before.signed, after.signed)) return undefined;
  return { role, version: after.signed.version, files: [before.text, after.text] };
}
