/** One step of the client: a file arrived, or there is none. */

import { assertBytes, utf8ToBytes } from "../../core/index.ts";
import { requirePlausibleTime } from "../plausible-time.ts";
import type { TufAnswer, TufClient, TufRequest, TufStep } from "./client.ts";
import { delegationOf, listedFile, targetsEntry } from "./delegations.ts";
import { knownOf } from "./known.ts";
import { checkExpiry } from "./offer.ts";
import { type ResolvedTufPolicy, resolveTufPolicy, type TufPolicy } from "./policy.ts";
import { tufReason } from "./reasons.ts";
import { delegatedRequest, refreshRequest } from "./request.ts";
import { refuse, type StepContext } from "./step-context.ts";
import { stepRoot } from "./step-root.ts";
import { stepSnapshot, stepStoredSnapshot } from "./step-snapshot.ts";
import { stepStoredTargets, stepTargets } from "./step-targets.ts";
import { stepStoredTimestamp, stepTimestamp } from "./step-timestamp.ts";
import { sameTufWire } from "./wire.ts";

/** 2020-01-01T00:00:00Z, before the repositories of today were signed. */
const earliestTime = 1_577_836_800_000;

/**
 * Takes the answer to a request of `nextTufRequest` or `findTufTarget`.
 *
 * Every check of the role's section is made, and all that fail are listed in the standard's order. A refusal changes nothing:
 * end the refresh, report the reasons, start again later from the store. Expiry is measured against the time of the first
 * step, so that a slow repository cannot have metadata expire meanwhile, and no longer than `maxRefreshMs` after it.
 *
 * Standard: TUF 1.0.34 section 5.
 *
 * @param answer - the request, and the bytes of the file or `undefined` when there is none (HTTP 403 or 404)
 * @param now - wall time in epoch milliseconds, of a clock that the vehicle trusts
 * @throws RangeError when the answer is to no open request, `now` is no integer, or the policy has an impossible value or another
 * `keyIds` or `pssSalt` than the client was created with;
 * TypeError when the bytes are none
 * @throws `ManifestError` `ERR_MANIFEST_TIME` when `now` is before 2020: the clock is not set
 * @example
 * ```ts
 * const step = stepTufClient(client, { request, bytes }, now);
 * if (step.decision === "refuse") report(step.reasons); // [{ code: "tuf_expired", attack: "freeze", clause: "TUF 5.4.4", … }]
 * ```
 */
export function stepTufClient(state: TufClient, answer: TufAnswer, now: number, policy: TufPolicy = {}): TufStep {
  requirePlausibleTime(now, earliestTime);
  const resolved = resolveTufPolicy(policy);
  requireSameRules(state, resolved);
  const { request, bytes } = answer;
  if (bytes !== undefined) assertBytes(bytes, "bytes");
  requireOpen(state, request, resolved);
  const startedAt = state.startedAt ?? now;
  const context: StepContext = { state, startedAt, policy: resolved };
  if (now - startedAt > resolved.maxRefreshMs) {
    return refuse(context, [
      tufReason("tuf_refresh_too_slow", request.role, "5.1", { had: resolved.maxRefreshMs, got: now - startedAt }),
    ]);
  }
  // 5.3.10, also when the chain was cut off by the limit on its length.
  const expired = request.role === "root" ? [] : checkExpiry(state.root.signed, "root", startedAt);
  if (expired.length > 0) return refuse(context, expired);
  // Copied, so that nobody writes into them between the checks.
  return dispatch(context, request, bytes === undefined ? undefined : new Uint8Array(bytes));
}

function dispatch(
  context: StepContext,
  { kind, role, delegator }: TufRequest,
  answered: Uint8Array | undefined,
): TufStep {
  const isLoad = kind === "load";
  const bytes = isLoad ? (knownBytes(context.state, role, delegator) ?? answered) : answered;
  if (role === "root") return stepRoot(context, bytes);
  if (role === "timestamp") return isLoad ? stepStoredTimestamp(context, bytes) : stepTimestamp(context, bytes);
  if (role === "snapshot") return isLoad ? stepStoredSnapshot(context, bytes) : stepSnapshot(context, bytes);
  return isLoad ? stepStoredTargets(context, role, delegator, bytes) : stepTargets(context, role, delegator, bytes);
}

/** What a client that was not stopped in between need not read from its store. */
function knownBytes(state: TufClient, role: string, delegator: string): Uint8Array | undefined {
  const known = knownOf(state, role, delegator);
  return known === undefined ? undefined : utf8ToBytes(known.text);
}

/**
 * The request for a role that is listed, vouched for by this delegator and not trusted yet. What is trusted is not replaced in
 * one refresh: roles below it were checked with the keys that it lists.
 */
function openDelegation(state: TufClient, role: string, delegator: string, policy: ResolvedTufPolicy) {
  if (targetsEntry(state, role)?.trusted !== undefined) return undefined;
  if (listedFile(state, role) === undefined || delegationOf(state, delegator, role) === undefined) return undefined;
  return delegatedRequest(state, role, delegator, policy);
}

/** What was trusted by one rule must not stand beside what is trusted by another. */
function requireSameRules({ rules }: TufClient, { keyIds, pssSalt, wire }: ResolvedTufPolicy): void {
  if (rules.keyIds === keyIds && rules.pssSalt === pssSalt && sameTufWire(rules.wire, wire)) return;
  throw new RangeError(
    `"policy" expected keyIds "${rules.keyIds}", pssSalt "${rules.pssSalt}" and the wire that the client was created with`,
  );
}

/** An answer out of turn would be checked against the wrong state. */
function requireOpen(state: TufClient, request: TufRequest, policy: ResolvedTufPolicy): void {
  const { kind, role, delegator, file } = request;
  const open = refreshRequest(state, policy) ?? openDelegation(state, role, delegator, policy);
  if (open?.kind === kind && open.role === role && open.delegator === delegator && open.file === file) return;
  throw new RangeError(
    `"request" expected the one that the client asks for next, got ${kind} ${String(role).slice(0, 128)}`,
  );
}
