/** Which file an Uptane client needs next, and what its verification came to. */

import { nextTufRequest } from "../tuf/request.ts";
import type { UptaneClient, UptaneOutcome, UptaneRequest } from "./client.ts";
import { type UptanePolicy, uptaneTufPolicy } from "./profile.ts";

/**
 * The file that the verification needs next, or `undefined` when it is complete.
 *
 * @throws RangeError when the policy has an impossible value
 */
export function nextUptaneRequest(state: UptaneClient, policy: UptanePolicy = {}): UptaneRequest | undefined {
  const { phase, profile, needed } = state;
  if (phase === "done") return undefined;
  if (phase === "resolve") return { repository: "image", ...needed! };
  const request = nextTufRequest(state[phase], uptaneTufPolicy(profile, phase, policy));
  return request && { repository: phase, ...request };
}

/**
 * What the verification came to: an assignment on which both repositories agree, nothing to do, or more to ask for.
 *
 * @example
 * ```ts
 * const outcome = uptaneAssignment(client);
 * if (outcome.decision === "update") await download(outcome.assignment.images);
 * ```
 */
export function uptaneAssignment(state: UptaneClient): UptaneOutcome | { readonly decision: "needs" } {
  return state.outcome ?? { decision: "needs" };
}
