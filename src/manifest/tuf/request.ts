/** Which file a client needs next (TUF 1.0.34 section 5, the downloads). */

import type { TufClient, TufRequest } from "./client.ts";
import { listedFile, targetsEntry } from "./delegations.ts";
import { tufMetadataFile } from "./file-names.ts";
import type { TufMetaFile } from "./metadata.ts";
import { type ResolvedTufPolicy, resolveTufPolicy, type TufPolicy } from "./policy.ts";

/**
 * The file that a refresh needs next, or `undefined` when it is complete.
 *
 * @throws RangeError when the policy has an impossible value
 */
export function nextTufRequest(state: TufClient, policy: TufPolicy = {}): TufRequest | undefined {
  return refreshRequest(state, resolveTufPolicy(policy));
}

/** {@link nextTufRequest} with a resolved policy. */
export function refreshRequest(state: TufClient, policy: ResolvedTufPolicy): TufRequest | undefined {
  switch (state.phase) {
    case "root": {
      // 5.3.3: N+1.root.json, whatever the naming of the other files.
      const version = state.root.signed.version + 1;
      const file = tufMetadataFile("root", version);
      return { kind: "fetch", role: "root", delegator: "root", file, version, maxBytes: policy.maxRootBytes };
    }
    case "stored_timestamp":
    case "timestamp": {
      const kind = state.phase === "timestamp" ? "fetch" : "load";
      const maxBytes = policy.maxTimestampBytes;
      return { kind, role: "timestamp", delegator: "root", file: "timestamp.json", maxBytes };
    }
    case "stored_snapshot":
    case "snapshot": {
      const kind = state.phase === "snapshot" ? "fetch" : "load";
      const listed = state.timestamp!.signed.meta["snapshot.json"];
      return listedRequest(
        state,
        kind,
        "snapshot",
        "root",
        listed,
        longestFile(kind, listed, policy.maxSnapshotBytes, policy),
      );
    }
    case "stored_targets":
      return targetsRequest(state, "load", "targets", "root", policy);
    case "targets":
      return targetsRequest(state, "fetch", "targets", "root", policy);
    case "ready":
      return undefined;
  }
}

/** The request for a targets role that the snapshot lists: first to the store, then to the repository. */
export function delegatedRequest(
  state: TufClient,
  role: string,
  delegator: string,
  policy: ResolvedTufPolicy,
): TufRequest {
  const kind = targetsEntry(state, role)?.delegator === delegator ? "fetch" : "load";
  return targetsRequest(state, kind, role, delegator, policy);
}

/** The request for a targets role that the snapshot lists. */
function targetsRequest(
  state: TufClient,
  kind: TufRequest["kind"],
  role: string,
  delegator: string,
  policy: ResolvedTufPolicy,
): TufRequest {
  const listed = listedFile(state, role) ?? {};
  return listedRequest(state, kind, role, delegator, listed, longestFile(kind, listed, policy.maxTargetsBytes, policy));
}

function listedRequest(
  { root, rules }: TufClient,
  kind: TufRequest["kind"],
  role: string,
  delegator: string,
  { version }: Partial<TufMetaFile>,
  maxBytes: number,
): TufRequest {
  // 5.5.1 and 5.6.1: names carry the version when snapshots are consistent; the client's own store has one file per role.
  const versioned = kind === "fetch" && root.signed.consistent_snapshot === true;
  const folder = kind === "fetch" && delegator !== "root" ? rules.wire.delegationFolder : "";
  const file = folder + tufMetadataFile(role, versioned ? version : undefined);
  return { kind, role, delegator, file, ...(version === undefined ? {} : { version }), maxBytes };
}

/**
 * Most bytes of a file that another one lists. What is fetched is at most as long as listed; what was stored may be an older
 * and longer version, which must be read to detect a rollback.
 */
export function longestFile(
  kind: TufRequest["kind"],
  { length }: Partial<TufMetaFile>,
  unlisted: number,
  policy: ResolvedTufPolicy,
): number {
  if (kind === "load") return Math.max(unlisted, policy.maxListedBytes);
  return length === undefined ? unlisted : Math.min(length, policy.maxListedBytes);
}
