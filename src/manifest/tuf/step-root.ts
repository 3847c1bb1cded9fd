/** The root of trust: the first one, and the chain of its successors (TUF 1.0.34 sections 5.2 and 5.3). */

import { assertBytes } from "../../core/index.ts";
import { type PublicKey, sameKey } from "../../signing/index.ts";
import { ManifestError } from "../errors.ts";
import type { TrustedTuf, TufClient, TufFileChange, TufPhase, TufStep } from "./client.ts";
import type { TufRole, TufRoot } from "./metadata.ts";
import { checkExpiry, readOffer, rootDelegation } from "./offer.ts";
import { resolveTufPolicy, type TufPolicy } from "./policy.ts";
import { tufReason } from "./reasons.ts";
import { proceed, refuse, type StepContext } from "./step-context.ts";

/**
 * Starts a client from its trusted root: the one it was shipped with, or the last one it stored as `root.json`.
 *
 * The root must be signed by its own keys; its expiry does not count yet, because a newer one may follow.
 *
 * Start from the stored one whenever there is one: from the shipped one the whole chain is walked again, and a revocation in it
 * drops the timestamp and snapshot that protect against rollback. The shipped one is the way back when the stored is broken.
 *
 * Standard: TUF 1.0.34 section 5.2.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_TUF_ROOT`, with every failed check in `details.reasons`
 * @throws RangeError when the policy has an impossible value
 * @example
 * ```ts
 * let client = createTufClient(trustedRoot);
 * for (let request = nextTufRequest(client); request !== undefined; request = nextTufRequest(client)) {
 *   const step = stepTufClient(client, { request, bytes: await read(request) }, Date.now());
 *   if (step.decision === "refuse") throw new Error(step.reasons[0].message);
 *   await store(step.persist);
 *   client = step.state;
 * }
 * ```
 */
export function createTufClient(trustedRoot: Uint8Array, policy: TufPolicy = {}): TufClient {
  const resolved = resolveTufPolicy(policy);
  assertBytes(trustedRoot, "trustedRoot");
  const expected = { role: "root", type: "root", maxBytes: resolved.maxRootBytes, delegations: [] } as const;
  const offer = readOffer<TufRoot>(trustedRoot, expected, resolved);
  if (offer.metadata === undefined || offer.refusals.length > 0) {
    const reasons = offer.refusals.map((reason) => ({ ...reason, clause: "TUF 5.2" }));
    throw new ManifestError("ERR_MANIFEST_TUF_ROOT", `Cannot trust root: ${reasons[0]!.message}`, {
      details: { reasons },
    });
  }
  return Object.freeze({
    phase: "root",
    rules: { keyIds: resolved.keyIds, pssSalt: resolved.pssSalt, wire: resolved.wire },
    rootRotations: 0,
    revoked: "none",
    root: offer.metadata,
    targets: Object.create(null),
  }) as unknown as TufClient;
}

/** Takes the next root, or its absence. */
export function stepRoot(context: StepContext, bytes: Uint8Array | undefined): TufStep {
  const { state, policy } = context;
  const { root } = state;
  if (bytes === undefined) return endOfChain(context);
  const expected = {
    role: "root",
    type: "root",
    maxBytes: policy.maxRootBytes,
    // 5.3.4: by the trusted root's keys, and by its own.
    delegations: [rootDelegation(root.signed, root)],
  } as const;
  const { metadata, refusals, ignored } = readOffer<TufRoot>(bytes, expected, policy);
  const faults = [...refusals];
  // 5.3.5: exactly the next version, neither older nor a leap.
  if (metadata !== undefined && metadata.signed.version !== root.signed.version + 1) {
    const evidence = { had: root.signed.version, got: metadata.signed.version };
    faults.push(tufReason("tuf_root_version_not_next", "root", "5.3.5", evidence));
  }
  if (metadata === undefined || faults.length > 0) return refuse(context, faults);

  // 5.3.6: the expiry of an intermediate root does not count. 5.3.7 and 5.3.8: trust it, and store it.
  const revoked = revokedBy(root, metadata);
  const evidence = { had: root.signed.version, got: metadata.signed.version };
  const reasons = [tufReason("tuf_root_accepted", "root", "5.3.7", evidence)];
  const persist: TufFileChange[] = [{ file: "root.json", bytes }];
  // Removed first: a power cut between the two must not leave fast-forwarded versions beside the root that ends them.
  if (revoked === "snapshot") persist.unshift({ file: "snapshot.json", bytes: undefined });
  if (revoked !== "none") {
    persist.unshift({ file: "timestamp.json", bytes: undefined });
    reasons.push(tufReason("tuf_keys_rotated", "root", "5.3.11", { revoked }));
  }
  const rootRotations = state.rootRotations + 1;
  const change = { root: metadata, rootRotations, revoked: furthest(state.revoked, revoked) };
  reasons.push(...ignored);
  if (rootRotations < policy.maxRootRotations) return proceed("accept", context, change, reasons, { persist });
  // 5.3.3: no more than so many roots in one refresh; the expiry of the last is checked with the next step.
  reasons.push(tufReason("tuf_root_limit", "root", "5.3.3", { had: policy.maxRootRotations }));
  return proceed("accept", context, { ...change, phase: phaseAfterRoot(context, change.revoked) }, reasons, {
    persist,
  });
}

/** The chain has ended: 5.3.10, its last root must not have expired. */
function endOfChain(context: StepContext): TufStep {
  const { state, startedAt } = context;
  const expired = checkExpiry(state.root.signed, "root", startedAt);
  if (expired.length > 0) return refuse(context, expired);
  const reasons = [tufReason("tuf_root_newest", "root", "5.3.3", { had: state.root.signed.version })];
  return proceed("keep", context, { phase: phaseAfterRoot(context, state.revoked) }, reasons);
}

/** 5.3.11: a timestamp of revoked keys, or one that names a snapshot of revoked keys, is not read back from the store. */
function phaseAfterRoot({ policy }: StepContext, revoked: TufClient["revoked"]): TufPhase {
  if (policy.wire.roles === "root_and_targets") return "stored_targets";
  return revoked === "none" ? "stored_timestamp" : "timestamp";
}

/**
 * The role that loses a key by a new root. Adding a key ends no attack, so that it costs no rollback protection.
 *
 * A compromised timestamp key can fast-forward the timestamp alone, because snapshots need their own key; a compromised
 * snapshot key makes the versions in both suspect.
 */
function revokedBy(before: TrustedTuf<TufRoot>, after: TrustedTuf<TufRoot>): TufClient["revoked"] {
  if (losesKey("snapshot", before, after)) return "snapshot";
  return losesKey("timestamp", before, after) ? "timestamp" : "none";
}

function losesKey(role: "timestamp" | "snapshot", before: TrustedTuf<TufRoot>, after: TrustedTuf<TufRoot>): boolean {
  const kept = keysOf(after, role);
  return keysOf(before, role).some((key) => !kept.some((other) => sameKey(key, other)));
}

function keysOf({ signed, keyring }: TrustedTuf<TufRoot>, role: "timestamp" | "snapshot"): readonly PublicKey[] {
  // A root of a dialect without these roles has none.
  const { keyids = [] } = (signed.roles[role] as TufRole | undefined) ?? {};
  return keyids.flatMap((keyid) => (keyid in keyring ? [keyring[keyid]!] : []));
}

function furthest(left: TufClient["revoked"], right: TufClient["revoked"]): TufClient["revoked"] {
  const order = ["none", "timestamp", "snapshot"] as const;
  return order[Math.max(order.indexOf(left), order.indexOf(right))]!;
}
