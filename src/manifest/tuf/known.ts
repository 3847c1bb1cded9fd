/**
 * The next refresh of a client that keeps running: what the last one verified need not be verified again.
 *
 * Only the signatures are spared, and only for the very same bytes under the very same delegator. Everything that depends on the
 * refresh (length, hashes and version as listed now, expiry, rollback) is checked as ever.
 */

import type { KnownTuf, TrustedTuf, TufClient } from "./client.ts";
import { targetsEntry } from "./delegations.ts";

/**
 * Starts another refresh of a client that was not stopped in between: with its newest root, and with what it has verified.
 *
 * It asks for the same files as a new client. Bytes that were verified in the refresh before, by the keys that count now, are
 * recognised instead of verified, and stand in for whatever the store gives: a store that was set back meanwhile is not believed. A
 * service that asks for news every minute does nearly no work while there are none. After a restart of the process, and when
 * another client may have used the store meanwhile, use `createTufClient` with the stored root: this one does not know of newer
 * files there, and would let itself be served older ones.
 *
 * @example
 * ```ts
 * client = restartTufClient(client);
 * nextTufRequest(client); // the root after the newest one
 * ```
 */
export function restartTufClient(state: TufClient): TufClient {
  const known: Record<string, KnownTuf> = Object.create(null);
  const { root, timestamp, snapshot } = state;
  if (timestamp !== undefined) known["timestamp"] = { trusted: timestamp, by: root };
  if (snapshot !== undefined) known["snapshot"] = { trusted: snapshot, by: root };
  for (const [role, { trusted, delegator }] of Object.entries(state.targets)) {
    const by = delegator === "root" ? root : state.targets[delegator]?.trusted;
    if (trusted !== undefined && by !== undefined) known[role] = { trusted, by };
  }
  return Object.freeze({
    phase: "root",
    rules: state.rules,
    rootRotations: 0,
    revoked: "none",
    root,
    targets: Object.create(null),
    known,
  }) as unknown as TufClient;
}

/**
 * What was verified of a role by the keys of this delegator: by the same object, because another version of the delegator may list
 * other keys.
 */
export function knownOf(state: TufClient, role: string, delegator: string): TrustedTuf | undefined {
  const entry = state.known !== undefined && role in state.known ? state.known[role] : undefined;
  const by = delegator === "root" ? state.root : targetsEntry(state, delegator)?.trusted;
  return entry?.by === by ? entry?.trusted : undefined;
}
