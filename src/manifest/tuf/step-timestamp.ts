/** The timestamp: stored and fetched (TUF 1.0.34 section 5.4). */

import type { TufStep } from "./client.ts";
import { knownOf } from "./known.ts";
import type { TufTimestamp } from "./metadata.ts";
import { checkExpiry, type Offer, readOffer } from "./offer.ts";
import { type TufReason, tufReason } from "./reasons.ts";
import { delegationBy } from "./role-keys.ts";
import { equivocationOf, proceed, refuse, type StepContext } from "./step-context.ts";

/** Takes the stored timestamp: authentic, it serves against rollback, also when it has expired. */
export function stepStoredTimestamp(context: StepContext, bytes: Uint8Array | undefined): TufStep {
  const phase = "timestamp";
  if (bytes === undefined)
    return proceed("keep", context, { phase }, [tufReason("tuf_local_absent", "timestamp", "5.4")]);
  const { metadata, refusals } = readTimestamp(context, bytes);
  if (metadata === undefined || refusals.length > 0) {
    const evidence = { why: refusals.map(({ code }) => code) };
    return proceed("keep", context, { phase }, [tufReason("tuf_local_unusable", "timestamp", "5.4", evidence)]);
  }
  const reasons = [tufReason("tuf_local_for_rollback", "timestamp", "5.4.3", { had: metadata.signed.version })];
  return proceed("keep", context, { phase, timestamp: metadata }, reasons);
}

/** Takes the repository's timestamp. */
export function stepTimestamp(context: StepContext, bytes: Uint8Array | undefined): TufStep {
  const { state, startedAt, policy } = context;
  const trusted = state.timestamp;
  if (bytes === undefined) return refuse(context, [tufReason("tuf_file_missing", "timestamp", "5.4.1")]);
  const { metadata, refusals, ignored } = readTimestamp(context, bytes);
  if (metadata === undefined) return refuse(context, refusals);

  const equivocation = refusals.length === 0 ? equivocationOf("timestamp", trusted, metadata) : undefined;
  const replaces = equivocation !== undefined && policy.wire.sameVersion === "replace";
  // 5.4.3.1: the same version means that nothing is new; the trusted one stays.
  const unchanged = trusted !== undefined && metadata.signed.version === trusted.signed.version && !replaces;
  const faults: TufReason[] = [...refusals];
  if (trusted !== undefined && !unchanged) faults.push(...checkRollback(trusted.signed, metadata.signed));
  // 5.4.4: of the one that is going to be used.
  faults.push(...checkExpiry(unchanged ? trusted.signed : metadata.signed, "timestamp", startedAt));
  if (faults.length > 0) return refuse(context, faults, { equivocation });

  const phase = state.revoked === "snapshot" ? "snapshot" : "stored_snapshot";
  if (unchanged) {
    const reasons = [
      tufReason("tuf_timestamp_unchanged", "timestamp", "5.4.3.1", { had: trusted.signed.version }),
      ...ignored,
    ];
    if (equivocation)
      reasons.push(tufReason("tuf_equivocation", "timestamp", "5.4.3.1", { got: equivocation.version }));
    return proceed("keep", context, { phase }, reasons, { equivocation });
  }
  const evidence = { ...(trusted ? { had: trusted.signed.version } : {}), got: metadata.signed.version };
  const reasons = [tufReason("tuf_metadata_accepted", "timestamp", "5.4.5", evidence), ...ignored];
  if (replaces) reasons.push(tufReason("tuf_equivocation", "timestamp", "5.4.3.1", { got: equivocation.version }));
  const persist = [{ file: "timestamp.json", bytes }];
  return proceed("accept", context, { phase, timestamp: metadata }, reasons, { persist, equivocation });
}

function readTimestamp({ state, policy }: StepContext, bytes: Uint8Array): Offer<TufTimestamp> {
  const { root } = state;
  const delegations = [delegationBy(root, root.signed.roles.timestamp)];
  const expected = {
    role: "timestamp",
    type: "timestamp",
    maxBytes: policy.maxTimestampBytes,
    delegations,
    known: knownOf(state, "timestamp", "root"),
  } as const;
  return readOffer<TufTimestamp>(bytes, expected, policy);
}

/** 5.4.3.1 and 5.4.3.2: neither the timestamp nor the snapshot that it names goes back. */
function checkRollback(before: TufTimestamp, after: TufTimestamp): readonly TufReason[] {
  const faults: TufReason[] = [];
  if (after.version < before.version) {
    faults.push(tufReason("tuf_version_rollback", "timestamp", "5.4.3.1", { had: before.version, got: after.version }));
  }
  const had = before.meta["snapshot.json"].version;
  const got = after.meta["snapshot.json"].version;
  if (got < had) faults.push(tufReason("tuf_snapshot_version_rollback", "timestamp", "5.4.3.2", { had, got }));
  return faults;
}
