/** The snapshot: stored and fetched (TUF 1.0.34 section 5.5). */

import { excerpt } from "../../core/index.ts";
import type { TufRequest, TufStep } from "./client.ts";
import { knownOf } from "./known.ts";
import type { TufMetaFile, TufSnapshot } from "./metadata.ts";
import { checkExpiry, type Offer, readOffer } from "./offer.ts";
import { mostReasons, type TufReason, tufReason } from "./reasons.ts";
import { longestFile } from "./request.ts";
import { delegationBy } from "./role-keys.ts";
import { equivocationOf, proceed, refuse, type StepContext } from "./step-context.ts";

/** Takes the stored snapshot: it is used if it is the one that the timestamp names, and otherwise serves against rollback. */
export function stepStoredSnapshot(context: StepContext, bytes: Uint8Array | undefined): TufStep {
  const phase = "snapshot";
  if (bytes === undefined)
    return proceed("keep", context, { phase }, [tufReason("tuf_local_absent", "snapshot", "5.5")]);
  const { metadata, authentic, refusals } = readSnapshot(context, "load", bytes);
  // A version above the policy's highest is no base: this is the way out of a fast-forward attack.
  const tooHigh = refusals.some(({ code }) => code === "tuf_version_too_high");
  if (metadata === undefined || !authentic || tooHigh) {
    const evidence = { why: refusals.map(({ code }) => code) };
    return proceed("keep", context, { phase }, [tufReason("tuf_local_unusable", "snapshot", "5.5", evidence)]);
  }
  const faults = [
    ...refusals,
    ...checkNamed(context, metadata.signed),
    ...checkExpiry(metadata.signed, "snapshot", context.startedAt),
  ];
  if (faults.length > 0) {
    const evidence = { had: metadata.signed.version, why: faults.map(({ code }) => code) };
    return proceed("keep", context, { phase, snapshot: metadata }, [
      tufReason("tuf_local_for_rollback", "snapshot", "5.5.5", evidence),
    ]);
  }
  const reasons = [tufReason("tuf_local_used", "snapshot", "5.5", { had: metadata.signed.version })];
  return proceed("accept", context, { phase: "stored_targets", snapshot: metadata }, reasons);
}

/** Takes the repository's snapshot. */
export function stepSnapshot(context: StepContext, bytes: Uint8Array | undefined): TufStep {
  const { state, startedAt } = context;
  if (bytes === undefined) return refuse(context, [tufReason("tuf_file_missing", "snapshot", "5.5.1")]);
  const { metadata, authentic, refusals, ignored } = readSnapshot(context, "fetch", bytes);
  if (metadata === undefined) return refuse(context, refusals);
  const faults = [
    ...refusals,
    ...checkNamed(context, metadata.signed),
    ...checkRollback(state.snapshot?.signed, metadata.signed),
    ...checkExpiry(metadata.signed, "snapshot", startedAt),
  ];
  const equivocation = authentic ? equivocationOf("snapshot", state.snapshot, metadata) : undefined;
  if (faults.length > 0) return refuse(context, faults, { equivocation });

  const evidence = { ...(state.snapshot ? { had: state.snapshot.signed.version } : {}), got: metadata.signed.version };
  const reasons = [tufReason("tuf_metadata_accepted", "snapshot", "5.5.7", evidence), ...ignored];
  if (equivocation) reasons.push(tufReason("tuf_equivocation", "snapshot", "5.5.4", { got: equivocation.version }));
  const persist = [{ file: "snapshot.json", bytes }];
  return proceed("accept", context, { phase: "stored_targets", snapshot: metadata }, reasons, {
    persist,
    equivocation,
  });
}

function readSnapshot({ state, policy }: StepContext, kind: TufRequest["kind"], bytes: Uint8Array): Offer<TufSnapshot> {
  const { root, timestamp } = state;
  const listed = timestamp!.signed.meta["snapshot.json"];
  const delegations = [delegationBy(root, root.signed.roles.snapshot)];
  const maxBytes = longestFile(kind, listed, policy.maxSnapshotBytes, policy);
  const known = knownOf(state, "snapshot", "root");
  const expected = { role: "snapshot", type: "snapshot", maxBytes, delegations, listed, known } as const;
  return readOffer<TufSnapshot>(bytes, expected, policy);
}

/** 5.5.4: the version is the one that the timestamp names. */
function checkNamed({ state }: StepContext, snapshot: TufSnapshot): readonly TufReason[] {
  const had = state.timestamp!.signed.meta["snapshot.json"].version;
  if (snapshot.version === had) return [];
  return [tufReason("tuf_version_mismatch", "snapshot", "5.5.4", { had, got: snapshot.version })];
}

/**
 * 5.5.5: no role that was listed disappears, and none goes back. Nor does the snapshot itself, which 5.4.3.2 alone would not
 * see when the stored timestamp was lost.
 */
function checkRollback(before: TufSnapshot | undefined, after: TufSnapshot): readonly TufReason[] {
  if (before === undefined) return [];
  const faults: TufReason[] = [];
  if (after.version < before.version) {
    faults.push(tufReason("tuf_version_rollback", "snapshot", "5.5.5", { had: before.version, got: after.version }));
  }
  for (const [name, { version: had }] of Object.entries(before.meta)) {
    const file = excerpt(name);
    const listed: TufMetaFile | undefined = Object.hasOwn(after.meta, name) ? after.meta[name] : undefined;
    if (listed === undefined) {
      faults.push(tufReason("tuf_listed_role_removed", "snapshot", "5.5.5", { had, file }));
    } else if (listed.version < had) {
      faults.push(tufReason("tuf_listed_version_rollback", "snapshot", "5.5.5", { had, got: listed.version, file }));
    }
    if (faults.length >= mostReasons) break;
  }
  return faults;
}
