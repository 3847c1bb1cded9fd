/** Targets, top-level and delegated: stored and fetched (TUF 1.0.34 section 5.6). */

import type {
  TrustedTuf,
  TufClient,
  TufEquivocation,
  TufFileChange,
  TufRequest,
  TufStep,
  TufTargetsRole,
} from "./client.ts";
import { delegationOf, listedFile, targetsEntry } from "./delegations.ts";
import { tufMetadataFile } from "./file-names.ts";
import { knownOf } from "./known.ts";
import type { TufTargets } from "./metadata.ts";
import { checkExpiry, type Offer, readOffer } from "./offer.ts";
import { type TufReason, tufReason } from "./reasons.ts";
import { longestFile } from "./request.ts";
import { equivocationOf, proceed, refuse, type StateChange, type StepContext } from "./step-context.ts";

/** Takes stored metadata of a targets role: used if it is what the snapshot names, and otherwise fetched anew. */
export function stepStoredTargets(
  context: StepContext,
  role: string,
  delegator: string,
  bytes: Uint8Array | undefined,
): TufStep {
  const { state } = context;
  const fetchNext = (stored: Pick<TufTargetsRole, "stored">): StateChange => ({
    ...(delegator === "root" ? { phase: "targets" } : {}),
    targets: withRole(state, role, { delegator, ...stored }),
  });
  if (bytes === undefined) return proceed("keep", context, fetchNext({}), [tufReason("tuf_local_absent", role, "5.6")]);
  const { metadata, authentic, faults } = readTargets(context, "load", role, delegator, bytes);
  const unlisted = listedFile(state, role) === undefined;
  if (unlisted && metadata !== undefined && authentic && !faults.some(({ code }) => code === "tuf_version_too_high")) {
    // Without a snapshot nothing says that it is the newest one: it serves against rollback only.
    const reasons = [tufReason("tuf_local_for_rollback", role, "5.6.4", { had: metadata.signed.version })];
    return proceed("keep", context, fetchNext({ stored: metadata }), reasons);
  }
  if (metadata === undefined || faults.length > 0) {
    const evidence = { why: faults.map(({ code }) => code) };
    // Authentic metadata is kept apart: its content can prove that two were signed under one version.
    const entry = metadata !== undefined && authentic ? { stored: metadata } : {};
    return proceed("keep", context, fetchNext(entry), [tufReason("tuf_local_unusable", role, "5.6", evidence)]);
  }
  const reasons = [tufReason("tuf_local_used", role, "5.6", { had: metadata.signed.version })];
  return proceed("accept", context, trust(context, role, delegator, metadata), reasons);
}

/** Takes the repository's metadata of a targets role. */
export function stepTargets(
  context: StepContext,
  role: string,
  delegator: string,
  bytes: Uint8Array | undefined,
): TufStep {
  if (bytes === undefined) return refuse(context, [tufReason("tuf_file_missing", role, "5.6.1")]);
  const { metadata, authentic, faults: found, ignored } = readTargets(context, "fetch", role, delegator, bytes);
  if (metadata === undefined) return refuse(context, found);
  const stored = targetsEntry(context.state, role)?.stored;
  const equivocation = authentic ? equivocationOf(role, stored, metadata) : undefined;
  const unlisted = listedFile(context.state, role) === undefined;
  const faults = [...found, ...(unlisted ? checkUnlisted(context, role, stored, metadata, equivocation) : [])];
  if (faults.length > 0) return refuse(context, faults, { equivocation });

  const reasons = [tufReason("tuf_metadata_accepted", role, "5.6.6", { got: metadata.signed.version }), ...ignored];
  if (equivocation) reasons.push(tufReason("tuf_equivocation", role, "5.6.4", { got: equivocation.version }));
  const persist: TufFileChange[] = [{ file: tufMetadataFile(role), bytes }];
  return proceed("accept", context, trust(context, role, delegator, metadata), reasons, { persist, equivocation });
}

interface ReadTargets extends Pick<Offer<TufTargets>, "metadata" | "authentic" | "ignored"> {
  readonly faults: readonly TufReason[];
}

function readTargets(
  context: StepContext,
  kind: TufRequest["kind"],
  role: string,
  delegator: string,
  bytes: Uint8Array,
): ReadTargets {
  const { state, startedAt, policy } = context;
  const listed = listedFile(state, role);
  const expected = {
    role,
    type: "targets",
    maxBytes: longestFile(kind, listed ?? {}, policy.maxTargetsBytes, policy),
    // 5.6.3: by the keys of this delegator, whoever else may have vouched for the role.
    delegations: [delegationOf(state, delegator, role)!],
    listed,
    known: knownOf(state, role, delegator),
  } as const;
  const { metadata, authentic, refusals, ignored } = readOffer<TufTargets>(bytes, expected, policy);
  const faults = [...refusals];
  if (metadata !== undefined) {
    const { signed } = metadata;
    // 5.6.4: the version is the one that the snapshot lists.
    if (listed !== undefined && signed.version !== listed.version) {
      faults.push(tufReason("tuf_version_mismatch", role, "5.6.4", { had: listed.version, got: signed.version }));
    }
    faults.push(...checkExpiry(signed, role, startedAt));
  }
  return { ...(metadata ? { metadata } : {}), authentic, ignored, faults };
}

/**
 * Uptane 5.4.4.6 step 4, where no snapshot names the version: not below the stored one. Nor may the content of a version change, but
 * in dialects that allow it.
 */
function checkUnlisted(
  { policy }: StepContext,
  role: string,
  stored: TrustedTuf<TufTargets> | undefined,
  metadata: TrustedTuf<TufTargets>,
  equivocation: TufEquivocation | undefined,
): readonly TufReason[] {
  const got = metadata.signed.version;
  if (stored !== undefined && got < stored.signed.version) {
    return [tufReason("tuf_version_rollback", role, "5.6.4", { had: stored.signed.version, got })];
  }
  if (equivocation === undefined || policy.wire.sameVersion === "replace") return [];
  return [tufReason("tuf_equivocation", role, "5.6.4", { got })];
}

function trust({ state }: StepContext, role: string, delegator: string, trusted: TrustedTuf<TufTargets>): StateChange {
  const targets = withRole(state, role, { delegator, trusted });
  return delegator === "root" ? { phase: "ready", targets } : { targets };
}

function withRole({ targets }: TufClient, role: string, entry: TufTargetsRole): TufClient["targets"] {
  return Object.assign(Object.create(null), targets, { [role]: entry });
}
