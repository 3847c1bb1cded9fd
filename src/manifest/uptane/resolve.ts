/** Which role of the Image repository lists an image (Uptane 5.4.4.7), and what several roles agree on (5.4.4.8). */

import { bytesToUtf8, encodeCanonicalJson, type JsonValue } from "../../core/index.ts";
import { own } from "../own.ts";
import type { TrustedTuf, TufClient, TufRequest } from "../tuf/client.ts";
import { coversPath, delegationEntries, lazyPathHash, targetsEntry } from "../tuf/delegations.ts";
import { tufBinOf } from "../tuf/hash-bins.ts";
import { readTargetsRole } from "../tuf/lookup.ts";
import type { TufDelegations, TufMultiRoleDelegation, TufTargetFile, TufTargets } from "../tuf/metadata.ts";
import type { ResolvedTufPolicy } from "../tuf/policy.ts";
import { type TufReason, tufReason } from "../tuf/reasons.ts";
import type { UptaneProfile } from "./profile.ts";

/** What the Image repository says of an image for one hardware id. */
export interface ResolvedTarget {
  readonly hardwareId: string;
  readonly file: TufTargetFile;
  /** Roles from `targets` to the one that lists it. */
  readonly roles: readonly string[];
}

/** How far the resolution is. */
export type Resolution =
  | { readonly decision: "needs"; readonly request: TufRequest }
  | { readonly decision: "found"; readonly target: ResolvedTarget }
  /** No role that has the authority lists it. */
  | { readonly decision: "not_found"; readonly visited: readonly string[] }
  | { readonly decision: "refuse"; readonly reasons: readonly TufReason[] };

/** What one branch of the search came to; `stop` is `not_found` by a terminating delegation, after which nobody is asked. */
type Branch = Exclude<Resolution, { readonly decision: "not_found" }> | { readonly decision: "not_found" | "stop" };

/** Deepest chain of delegations, whatever the policy allows: the search recurses. */
const deepest = 256;

/** What a resolution depends on besides state and image. */
export interface ResolutionOptions {
  readonly profile: UptaneProfile;
  readonly policy: ResolvedTufPolicy;
  /** Delegated roles that count as listing nothing. */
  readonly expired: readonly string[];
  /** What roles came to for their delegators, empty at first: of one state, whose images share it. */
  readonly read: Map<string, ReturnType<typeof readTargetsRole>>;
}

/**
 * Resolves the delegations for one image and hardware id, depth first in the order of the delegations. Every delegation on the way
 * must cover filename and hardware id; a terminating one ends the search; a role that is missing or invalid aborts it.
 *
 * Standard: Uptane 2.1.0 sections 5.4.4.7 and 5.4.4.8.
 */
export function resolveDelegations(
  state: TufClient,
  path: string,
  hardwareId: string,
  options: ResolutionOptions,
): Resolution {
  const search = new Search(state, path, hardwareId, options);
  const branch = search.visit({ role: "targets", delegator: "root", terminating: false, above: [] }, new Set());
  if (branch.decision === "needs" || branch.decision === "found" || branch.decision === "refuse") return branch;
  return { decision: "not_found", visited: search.visited };
}

/** A role to be visited. */
interface Visit {
  readonly role: string;
  readonly delegator: string;
  readonly terminating: boolean;
  /** The roles that lead to it. */
  readonly above: readonly string[];
}

class Search {
  readonly visited: string[] = [];
  readonly #state: TufClient;
  readonly #path: string;
  readonly #hardwareId: string;
  readonly #options: ResolutionOptions;
  readonly #pathHash: () => string;

  constructor(state: TufClient, path: string, hardwareId: string, options: ResolutionOptions) {
    this.#state = state;
    this.#path = path;
    this.#hardwareId = hardwareId;
    this.#options = options;
    this.#pathHash = lazyPathHash(path);
  }

  /** @param seen - roles that this branch has asked, so that cycles end (TUF 5.6.7.1) */
  visit(visit: Visit, seen: Set<string>): Branch {
    const { role, terminating, above } = visit;
    if (seen.has(role)) return { decision: "not_found" };
    if (this.visited.length > this.#options.policy.maxDelegations || above.length > deepest) {
      const evidence = { had: this.#options.policy.maxDelegations };
      return { decision: "refuse", reasons: [tufReason("tuf_too_many_delegations", role, "5.6.7", evidence)] };
    }
    seen.add(role);
    const nothing = { decision: terminating ? "stop" : "not_found" } as const;
    if (this.#options.expired.includes(role)) {
      this.visited.push(role);
      return nothing;
    }
    // 5.4.4.7 step 1: a role that cannot be loaded or verified aborts the resolution.
    const read = this.#read(visit);
    if ("decision" in read) return read;
    this.visited.push(role);
    const roles = [...above, role];
    const { targets, delegations } = read.signed;
    // Step 2; an entry of the metadata itself: no name of Object's prototype is an image.
    if (Object.hasOwn(targets, this.#path)) {
      return { decision: "found", target: { hardwareId: this.#hardwareId, file: targets[this.#path]!, roles } };
    }
    // Step 3: a terminating role that does not list the image is asked for no delegations either.
    if (terminating || delegations === undefined) return nothing;
    return this.#descend(delegations, role, roles, seen);
  }

  /** A role for a delegator, verified once in all searches that share the options. */
  #read(visit: Visit): ReturnType<typeof readTargetsRole> {
    const { policy, read } = this.#options;
    const name = JSON.stringify([visit.delegator, visit.role]);
    const before = read.get(name);
    if (before !== undefined) return before;
    const found = readTargetsRole(this.#state, visit, policy);
    read.set(name, found);
    return found;
  }

  /** Step 4: the delegations in their order. */
  #descend(delegations: TufDelegations, delegator: string, above: readonly string[], seen: Set<string>): Branch {
    const { succinct_roles: bins } = delegations;
    if (bins !== undefined) {
      return this.visit({ role: tufBinOf(this.#pathHash(), bins), delegator, terminating: true, above }, seen);
    }
    for (const { kind, entry } of delegationEntries(delegations, this.#state.rules.wire)) {
      const { hardwareIds, terminating } = entry;
      // Step 4.1: without a list of hardware ids, any will match (5.2.3.2).
      const fits = hardwareIds === undefined || hardwareIds.includes(this.#hardwareId);
      if (!fits || !coversPath(entry, this.#path, this.#pathHash)) continue;
      const branch =
        kind === "several"
          ? this.#agree(entry, delegator, above, seen)
          : this.visit({ role: entry.name, delegator, terminating, above }, seen);
      if (branch.decision !== "not_found") return branch;
    }
    return { decision: "not_found" };
  }

  /**
   * 5.4.4.8: each role is resolved by itself; of the sets that agree and are large enough, that of the earliest role counts. A role
   * that is missing aborts, so that nobody can choose the set by withholding one. Roles that share a key count once: whoever holds it
   * would agree with himself.
   */
  #agree(entry: TufMultiRoleDelegation, delegator: string, above: readonly string[], seen: Set<string>): Branch {
    const sets = new Map<string, { readonly target: ResolvedTarget; readonly keys: Set<string>; size: number }>();
    const ring = targetsEntry(this.#state, delegator)!.trusted!;
    for (const { rolename, keyids } of entry.roleinfo) {
      const branch = this.visit({ role: rolename, delegator, terminating: false, above }, new Set(seen));
      if (branch.decision === "needs" || branch.decision === "refuse") return branch;
      if (branch.decision !== "found") continue;
      const key = agreementKey(branch.target.file, this.#options.profile);
      const set = sets.get(key) ?? { target: branch.target, keys: new Set<string>(), size: 0 };
      sets.set(key, set);
      const material = materialsOf(ring, keyids);
      if (material.some((each) => set.keys.has(each))) continue;
      for (const each of material) set.keys.add(each);
      set.size++;
    }
    for (const { target, size } of sets.values()) {
      if (size >= entry.min_roles_in_agreement) return { decision: "found", target };
    }
    return { decision: entry.terminating ? "stop" : "not_found" };
  }
}

/** The keys of a role as what they are: key ids are labels, and a key can have two. */
function materialsOf({ keyring }: TrustedTuf<TufTargets>, keyids: readonly string[]): readonly string[] {
  return keyids.flatMap((keyid) => own(keyring, keyid)?.material ?? []);
}

/** What roles must agree on: length, hashes, and the custom metadata that SHALL match. */
function agreementKey({ length, hashes, custom = {} }: TufTargetFile, profile: UptaneProfile): string {
  const names = ["hardwareIds", ...profile.releaseCounterNames, ...profile.shared];
  const shared = names.map((name) => [name, own(custom, name) ?? null]);
  return bytesToUtf8(encodeCanonicalJson([length, { ...hashes }, shared] as JsonValue));
}
