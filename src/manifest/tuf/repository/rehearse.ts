/** Takes clients through a publication before it goes out: the client machine itself, over files in memory. */

import { isOtaError } from "../../../core/index.ts";
import type { TufClient, TufRequest, TufStep } from "../client.ts";
import { tufMetadataFile } from "../file-names.ts";
import { findTufTarget, type TufLookup } from "../lookup.ts";
import { resolveTufPolicy, type TufPolicy } from "../policy.ts";
import { type TufReason, tufReason } from "../reasons.ts";
import { delegatedRequest, nextTufRequest } from "../request.ts";
import { stepTufClient } from "../step.ts";
import { createTufClient } from "../step-root.ts";
import { delegatedNames } from "./delegation-graph.ts";
import type { TufFiles, TufRepositoryView } from "./repository-view.ts";

/** A key that is wrong for 4,096 bins need not be told 4,096 times. */
const enoughRefusals = 16;

/** A client in rehearsal: where its files come from, and what it noticed. */
export class RehearsedClient {
  readonly #served: TufFiles;
  readonly #store: TufFiles;
  readonly #now: number;
  readonly #policy: TufPolicy;
  /** Versions of the roots it trusted, one after the other. */
  readonly rootVersions: number[] = [];
  /** Why it refused, and which contents contradict each other; empty when all is well. */
  readonly refusals: TufReason[] = [];
  readonly equivocations: { readonly role: string; readonly version: number }[] = [];
  #state: TufClient | undefined;

  /**
   * @param store - what it stored before, by names without version; empty for a new client
   * @param policy - of the fleet; the number of roots in one refresh does not count, because the next refresh goes on
   */
  constructor(root: Uint8Array, served: TufFiles, store: TufFiles, now: number, policy: TufPolicy) {
    this.#served = served;
    this.#store = store;
    this.#now = now;
    this.#policy = { ...policy, maxRootRotations: Number.MAX_SAFE_INTEGER };
    try {
      this.#state = createTufClient(root, this.#policy);
      this.rootVersions.push(this.#state.root.signed.version);
    } catch (error) {
      if (!isOtaError(error)) throw error;
      this.refusals.push(...((error.details?.["reasons"] as readonly TufReason[] | undefined) ?? []));
    }
  }

  /** Refreshes the top-level roles; tells whether it could. */
  refresh(): boolean {
    while (this.#state !== undefined && this.refusals.length === 0) {
      const request = nextTufRequest(this.#state, this.#policy);
      if (request === undefined) return true;
      const before = this.#state.root.signed.version;
      this.#state = this.#step(this.#state, request) ?? this.#state;
      const after = this.#state.root.signed.version;
      if (after !== before) this.rootVersions.push(after);
    }
    return false;
  }

  /**
   * Visits every role that a delegation leads to, each once for each delegator.
   *
   * The state of a role that delegates to nobody is dropped at once: with 65,536 bins, states that keep all of them would be
   * copied again and again.
   *
   * @returns names of the roles that were reached
   */
  visitRoles(): ReadonlySet<string> {
    const reached = new Set(["targets"]);
    const edges = new Set<string>();
    const listedRoles = new Set(
      Object.keys(this.#state!.snapshot!.signed.meta).map((name) => name.replace(/\.json$/, "")),
    );
    const policy = resolveTufPolicy(this.#policy);
    const pending = [{ state: this.#state!, delegator: "targets" }];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const { state, delegator } = next;
      const { listed, missing } = delegatedNames(state.targets[delegator]!.trusted!.signed, listedRoles);
      for (const role of missing) this.refusals.push(tufReason("tuf_role_not_listed", role, "5.6.1"));
      for (const role of listed) {
        const edge = JSON.stringify([delegator, role]);
        // A role on the way down was visited before its delegators, and a search never comes back to it.
        if (edges.has(edge) || role in state.targets) continue;
        edges.add(edge);
        reached.add(role);
        let after: TufClient | undefined = state;
        do after = this.#step(after, delegatedRequest(after, role, delegator, policy));
        while (after !== undefined && after.targets[role]?.trusted === undefined);
        if (this.refusals.length >= enoughRefusals) return reached;
        if (after?.targets[role]?.trusted?.signed.delegations !== undefined) {
          pending.push({ state: after, delegator: role });
        }
      }
    }
    return reached;
  }

  /** Looks a target up, as a client does that installs it. */
  find(path: string): Exclude<TufLookup, { decision: "needs" }> {
    for (;;) {
      const lookup = findTufTarget(this.#state!, path, this.#policy);
      if (lookup.decision !== "needs") return lookup;
      const after = this.#step(this.#state!, lookup.request);
      if (after === undefined) return { decision: "refuse", reasons: this.refusals.splice(0) };
      this.#state = after;
    }
  }

  /** One step; `undefined` when it was refused. */
  #step(state: TufClient, request: TufRequest): TufClient | undefined {
    const bytes = (request.kind === "load" ? this.#store : this.#served).get(request.file);
    const step: TufStep = stepTufClient(state, { request, bytes }, this.#now, this.#policy);
    if (step.equivocation) {
      const { role, version } = step.equivocation;
      this.equivocations.push({ role, version });
    }
    if (step.decision !== "refuse") return step.state;
    this.refusals.push(...step.reasons);
    return undefined;
  }
}

/** What a client has stored that refreshed from a repository and visited all its roles. */
export function storeAfter({ root, timestamp, snapshot, targets }: TufRepositoryView): TufFiles {
  return new Map([
    [tufMetadataFile("root"), root.bytes],
    [tufMetadataFile("timestamp"), timestamp.bytes],
    [tufMetadataFile("snapshot"), snapshot.bytes],
    ...Object.entries(targets).map(([role, { bytes }]) => [tufMetadataFile(role), bytes] as const),
  ]);
}
