/** The search for a target through the delegations (TUF 1.0.34 section 5.6.7). */

import { encodeCanonicalJson, freezeJson, type JsonObject, type JsonValue } from "../../core/index.ts";
import type { TrustedTuf, TufClient, TufRequest } from "./client.ts";
import {
  type DelegatedSearch,
  delegatedRolesFor,
  delegationOf,
  lazyPathHash,
  listedFile,
  targetsEntry,
} from "./delegations.ts";
import type { TufHashes, TufTargets } from "./metadata.ts";
import { type ResolvedTufPolicy, resolveTufPolicy, type TufPolicy } from "./policy.ts";
import { type TufReason, tufReason } from "./reasons.ts";
import { delegatedRequest, refreshRequest } from "./request.ts";
import { checkSignatures } from "./role-keys.ts";

/** A class that exists for the type checker alone: a target can be had from {@link findTufTarget} only. */
declare class Found {
  private readonly found: true;
}

/** What trusted metadata says of a target; frozen. */
export interface TufTarget extends Found {
  readonly path: string;
  /** Exact length in bytes. */
  readonly length: number;
  /** Every one that is known must match. */
  readonly hashes: TufHashes;
  readonly custom?: JsonObject;
  /** Names of the roles from `targets` to the one that lists it. */
  readonly roles: readonly string[];
}

/** How far the search for a target is. */
export type TufLookup =
  /** The answer to this request is needed first; give it to `stepTufClient` and search again. */
  | { readonly decision: "needs"; readonly request: TufRequest }
  | { readonly decision: "found"; readonly target: TufTarget }
  /** No role that may list the path does. */
  | { readonly decision: "not_found"; readonly visited: readonly string[] }
  /** The search cannot be completed, so that nothing is known of the target. */
  | { readonly decision: "refuse"; readonly reasons: readonly TufReason[] };

/**
 * Searches a target: depth first, in the order of the delegations, each role at most once; a terminating delegation ends the
 * search, and every delegation on the way must match the path.
 *
 * Pure: it looks at the state alone and asks for one file at a time, first for those of the refresh. No clock is asked either:
 * what is found is as fresh as the refresh, so refresh before each decision.
 *
 * Standard: TUF 1.0.34 section 5.6.7; TAP 15.
 *
 * @param path - target path, as the metadata spells it
 * @throws RangeError when the policy has an impossible value
 * @throws `CoreError` `ERR_CORE_UTF8` when the path has a lone surrogate and a delegation asks for its hash
 * @example
 * ```ts
 * const lookup = findTufTarget(client, "firmware/brake/v2.bin");
 * if (lookup.decision === "found") lookup.target.length; // 262144
 * ```
 */
export function findTufTarget(state: TufClient, path: string, policy: TufPolicy = {}): TufLookup {
  if (typeof path !== "string") throw new TypeError(`"path" expected text, got ${typeof path}`);
  const resolved = resolveTufPolicy(policy);
  const refresh = refreshRequest(state, resolved);
  if (refresh !== undefined) return { decision: "needs", request: refresh };

  const pathHash = lazyPathHash(path);
  const visited = new Set<string>();
  let pending: readonly SearchStep[] = [{ role: "targets", terminating: false, delegator: "root", above: [] }];
  while (pending.length > 0) {
    const [next, ...rest] = pending as [SearchStep, ...SearchStep[]];
    pending = rest;
    // 5.6.7.1: a role that was visited is not visited again, so that cycles end.
    if (visited.has(next.role)) continue;
    if (visited.size > resolved.maxDelegations) {
      return {
        decision: "refuse",
        reasons: [tufReason("tuf_too_many_delegations", next.role, "5.6.7", { had: resolved.maxDelegations })],
      };
    }
    const read = readTargetsRole(state, next, resolved);
    if ("decision" in read) return read;
    visited.add(next.role);
    const roles = [...next.above, next.role];
    const listed = ownEntry(read.signed, path);
    if (listed !== undefined) return { decision: "found", target: targetOf(path, listed, roles) };
    const below = delegatedRolesFor(read.signed, path, pathHash);
    const last = below.findIndex(({ terminating }) => terminating);
    const asked = (last < 0 ? below : below.slice(0, last + 1)).map((child) => ({
      ...child,
      delegator: next.role,
      above: roles,
    }));
    // 5.6.7.2.1: nothing after a terminating delegation is asked, neither here nor further up.
    pending = last < 0 ? [...asked, ...pending] : asked;
  }
  return { decision: "not_found", visited: [...visited] };
}

/** A role to be visited. */
interface SearchStep extends DelegatedSearch {
  readonly delegator: string;
  /** The roles that lead to it. */
  readonly above: readonly string[];
}

/** The trusted metadata of a role for this delegator, or what is needed for it. */
export function readTargetsRole(
  state: TufClient,
  { role, delegator }: Pick<SearchStep, "role" | "delegator">,
  policy: ResolvedTufPolicy,
): TrustedTuf<TufTargets> | Extract<TufLookup, { decision: "needs" | "refuse" }> {
  const entry = targetsEntry(state, role);
  const { trusted } = entry ?? {};
  // Top-level targets of a dialect without snapshot are listed nowhere.
  if (listedFile(state, role) === undefined && !(role === "targets" && trusted !== undefined)) {
    return { decision: "refuse", reasons: [tufReason("tuf_role_not_listed", role, "5.6.1")] };
  }
  if (trusted !== undefined) {
    if (entry!.delegator === delegator) return trusted;
    // Another delegator vouched for it; that says nothing about this one's keys.
    const message = encodeCanonicalJson(trusted.signed as unknown as JsonValue, { maxEntries: policy.maxEntries });
    const delegation = delegationOf(state, delegator, role)!;
    const { refusals } = checkSignatures(trusted, message, delegation, role, "5.6.3", policy);
    return refusals.length === 0 ? trusted : { decision: "refuse", reasons: refusals };
  }
  return { decision: "needs", request: delegatedRequest(state, role, delegator, policy) };
}

/** An entry of the metadata itself: no name of Object's prototype is a target. */
function ownEntry({ targets }: TufTargets, path: string) {
  return Object.hasOwn(targets, path) ? targets[path] : undefined;
}

function targetOf(path: string, listed: NonNullable<ReturnType<typeof ownEntry>>, roles: readonly string[]): TufTarget {
  const { length, hashes, custom } = listed;
  const target = { path, length, hashes, ...(custom === undefined ? {} : { custom }), roles };
  return freezeJson(target) as unknown as TufTarget;
}
