/** Whether a new root can be signed and followed, before anybody signs it. */

import { type Decision, isOtaError, parseUtcTime, type Reason } from "../../../core/index.ts";
import { type PublicKey, type Quorum, sameKey } from "../../../signing/index.ts";
import type { TufClient } from "../client.ts";
import type { TufRoot, TufTopLevelRole } from "../metadata.ts";
import { parseTufMetadata } from "../parse-metadata.ts";
import { nextTufRequest } from "../request.ts";
import { stepTufClient } from "../step.ts";
import { createTufClient } from "../step-root.ts";
import { encodeTufMetadata, fileLimits } from "./encode-metadata.ts";
import { repositoryReason, type TufRepositoryReasonCode } from "./reasons.ts";
import { distinctKeys, readRoleKeys, signsAlike, topLevelRoles, tufRootQuorums } from "./role-keys.ts";

/** What a rotation is planned with. */
export interface RotationInput {
  /** Every root file that clients may still hold and that is published, oldest first; at least one. */
  readonly roots: readonly Uint8Array[];
  /** The next root, not signed yet. */
  readonly proposed: TufRoot;
  /** Keys whose holders can sign. */
  readonly availableKeys: readonly PublicKey[];
  /** Wall time at which it is published, in epoch milliseconds. */
  readonly now: number;
}

/** One quorum of a new root, and who of it can sign. */
export interface RotationQuorum extends Quorum {
  /** Key ids of its distinct keys that are at hand. */
  readonly available: readonly string[];
}

/** What a plan rests on. */
export interface RotationEvidence {
  /** The new root's own quorum and that of the root before it: both must be reached. */
  readonly quorums: readonly RotationQuorum[];
  /** Roles whose metadata must be signed again under the new root, in this order. */
  readonly resign: readonly TufTopLevelRole[];
  /** Whether clients drop their stored timestamp and snapshot. */
  readonly recovers: boolean;
  /** Whether file names change between with and without version. */
  readonly renames: boolean;
  /** Roots that a client with the oldest one takes to get to the new one. */
  readonly steps: number;
}

/**
 * - `ready`: the keys at hand can sign it, and every client that holds one of the roots follows.
 * - `needs_keys`: every client would follow, but the keys at hand do not reach its quorums.
 * - `strands_clients`: some clients could never follow, or could do nothing after it, whoever signs.
 */
export type RotationWord = "ready" | "needs_keys" | "strands_clients";

/** A plan; what speaks against it comes first in `reasons`. */
export type RotationPlan = Decision<RotationWord, TufRepositoryReasonCode, RotationEvidence>;

/**
 * Plans a rotation: can the new root be signed, and can every old client follow?
 *
 * The published chain is walked with the client itself. A client takes every root in turn, each signed by the one before, so it
 * needs all of them, whatever their expiry; only the last must be valid. One refresh takes 256 of them.
 *
 * Standard: TUF 1.0.34 sections 5.3 and 6.1.
 *
 * @throws RangeError when there is no root, or `now` is no integer; `ManifestError` `ERR_MANIFEST_TIME` when it is before 2020
 * @example
 * ```ts
 * const plan = planRotation({ roots, proposed: rotateTufRoot(root, changes), availableKeys: [alice, bob], now });
 * if (plan.decision !== "ready") console.log(plan.reasons[0].code); // "tuf_rotation_keys_missing"
 * ```
 */
export function planRotation({ roots, proposed, availableKeys, now }: RotationInput): RotationPlan {
  if (roots.length === 0) throw new RangeError('"roots" expected at least one');
  if (!Number.isSafeInteger(now)) throw new RangeError(`"now" expected integer epoch milliseconds, got ${now}`);
  const { oldest, newest, breaks } = walkChain(roots, now);
  const stranding = [...breaks, ...checkProposed(proposed, newest, now)];
  const isReadable = !stranding.some(({ code }) => code === "tuf_rotation_malformed");
  const evidence = isReadable && newest ? compareRoots(newest, proposed, availableKeys) : nothingKnown;
  const steps = oldest === undefined ? 0 : proposed.version - oldest.version;
  const missing = evidence.quorums
    .filter(({ available, threshold }) => available.length < threshold)
    .map(({ name, available, threshold }) =>
      repositoryReason("tuf_rotation_keys_missing", { quorum: name, had: threshold, got: available.length, available }),
    );
  const decision = stranding.length > 0 ? "strands_clients" : missing.length > 0 ? "needs_keys" : "ready";
  const reasons = [
    ...stranding,
    ...missing,
    ...(decision === "ready" ? [repositoryReason("tuf_rotation_complete")] : []),
    ...(evidence.recovers ? [repositoryReason("tuf_rotation_recovery")] : []),
    ...(evidence.resign.length > 0 ? [repositoryReason("tuf_rotation_resign", { roles: evidence.resign })] : []),
    ...(evidence.renames ? [repositoryReason("tuf_rotation_naming")] : []),
    ...(steps > 256 ? [repositoryReason("tuf_rotation_chain_long", { steps })] : []),
    ...(isReadable ? weakKeys(proposed) : []),
  ];
  return { decision, reasons, evidence: { ...evidence, steps } };
}

const nothingKnown = { quorums: [], resign: [], recovers: false, renames: false } as const;

/** Reads the published roots, and takes clients along them; where one cannot go on, another starts behind the break. */
function walkChain(roots: readonly Uint8Array[], now: number) {
  const breaks: Reason<TufRepositoryReasonCode>[] = [];
  let oldest: TufRoot | undefined;
  let client: TufClient | undefined;
  roots.forEach((bytes, index) => {
    const step =
      client && stepTufClient(client, { request: nextTufRequest(client, longChain)!, bytes }, now, longChain);
    if (step !== undefined && step.decision !== "refuse") {
      client = step.state;
      return;
    }
    const had = client?.root.signed.version;
    const why = [...(step?.reasons ?? [])];
    client = startClient(bytes, why);
    oldest ??= client?.root.signed;
    if (why.length > 0) breaks.push(repositoryReason("tuf_rotation_chain_broken", { index, had, reasons: why }));
  });
  return { oldest, newest: client?.root.signed, breaks };
}

/** Only the order of roots is looked at, so no refresh ends. */
const longChain = { maxRootRotations: Number.MAX_SAFE_INTEGER };

function startClient(root: Uint8Array, why: unknown[]): TufClient | undefined {
  try {
    return createTufClient(root, longChain);
  } catch (error) {
    if (!isOtaError(error)) throw error;
    why.push(...((error.details?.["reasons"] as readonly unknown[] | undefined) ?? [error.code]));
    return undefined;
  }
}

/** What would keep clients out even if everybody signed. */
function checkProposed(proposed: TufRoot, newest: TufRoot | undefined, now: number) {
  try {
    parseTufMetadata(encodeTufMetadata({ signed: proposed, signatures: [] }), fileLimits);
  } catch (error) {
    if (!isOtaError(error)) throw error;
    return [repositoryReason("tuf_rotation_malformed", { error: error.code, path: error.path })];
  }
  const faults: Reason<TufRepositoryReasonCode>[] = [];
  if (newest !== undefined && proposed.version !== newest.version + 1) {
    faults.push(repositoryReason("tuf_rotation_version", { had: newest.version, got: proposed.version }));
  }
  if (now >= parseUtcTime(proposed.expires)) {
    faults.push(repositoryReason("tuf_rotation_expired", { had: now, got: proposed.expires }));
  }
  for (const role of topLevelRoles) {
    const { threshold } = proposed.roles[role];
    const got = distinctKeys(readRoleKeys(proposed.keys, proposed.roles[role])).length;
    if (got < threshold) faults.push(repositoryReason("tuf_rotation_role_unreachable", { role, had: threshold, got }));
  }
  const before = new Map(newest && readRoleKeys(newest.keys, newest.roles.root).map((key) => [key.keyId, key]));
  for (const key of readRoleKeys(proposed.keys, proposed.roles.root)) {
    const known = before.get(key.keyId);
    if (known !== undefined && !signsAlike(known, key)) {
      faults.push(repositoryReason("tuf_rotation_key_id_reused", { keyid: key.keyId }));
    }
  }
  return faults;
}

function compareRoots(newest: TufRoot, proposed: TufRoot, availableKeys: readonly PublicKey[]) {
  const quorums = tufRootQuorums(proposed, newest).map((quorum) => {
    const atHand = quorum.keys.filter((key) => availableKeys.some((other) => signsAlike(key, other)));
    return { ...quorum, available: distinctKeys(atHand).map(({ keyId }) => keyId) };
  });
  const isRevoking = (role: TufTopLevelRole) => {
    const after = readRoleKeys(proposed.keys, proposed.roles[role]);
    return readRoleKeys(newest.keys, newest.roles[role]).some((key) => !after.some((other) => sameKey(key, other)));
  };
  const resign = (["targets", "snapshot", "timestamp"] as const).filter(
    (role) => isRevoking(role) || proposed.roles[role].threshold > newest.roles[role].threshold,
  );
  return {
    quorums,
    resign,
    recovers: isRevoking("timestamp") || isRevoking("snapshot"),
    renames: (newest.consistent_snapshot ?? false) !== (proposed.consistent_snapshot ?? false),
  };
}

/** What clients accept, and a maintainer should know. */
function weakKeys(root: TufRoot): readonly Reason<TufRepositoryReasonCode>[] {
  const notes: Reason<TufRepositoryReasonCode>[] = [];
  const rolesOf = new Map<string, { readonly keyid: string; readonly roles: string[] }>();
  for (const role of topLevelRoles) {
    const keys = readRoleKeys(root.keys, root.roles[role]);
    const unusable = root.roles[role].keyids.filter((keyid) => !keys.some(({ keyId }) => keyId === keyid));
    for (const keyid of unusable) notes.push(repositoryReason("tuf_rotation_key_unusable", { role, keyid }));
    const distinct = distinctKeys(keys);
    for (const { keyId } of keys.filter((key) => !distinct.includes(key))) {
      notes.push(repositoryReason("tuf_rotation_key_listed_twice", { role, keyid: keyId }));
    }
    for (const { material, keyId } of distinct) {
      const known = rolesOf.get(material) ?? { keyid: keyId, roles: [] };
      known.roles.push(role);
      rolesOf.set(material, known);
    }
  }
  const shared = [...rolesOf.values()].filter(({ roles }) => roles.length > 1);
  return [...notes, ...shared.map((evidence) => repositoryReason("tuf_rotation_key_shared", evidence))];
}
