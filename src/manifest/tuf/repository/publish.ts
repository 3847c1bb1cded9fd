/** Publishing: rehearsed with clients first, then in an order in which nothing is named before it is there. */

import { type Decision, equalBytes, isOtaError, type Reason } from "../../../core/index.ts";
import { sameSigned } from "../offer.ts";
import type { TufPolicy } from "../policy.ts";
import { repositoryReason, type TufRepositoryReasonCode } from "./reasons.ts";
import { RehearsedClient, storeAfter } from "./rehearse.ts";
import { readTufRepository, rootVersionOf, type TufFiles, type TufRepositoryView } from "./repository-view.ts";
import { isSameContent } from "./target-files.ts";
import { type TufUpload, uploadOrder } from "./upload-order.ts";

/** What a publication is made of. */
export interface PublicationInput {
  /** Metadata that is published; empty at first. */
  readonly published: TufFiles;
  /** New files, and those that change; what is published beside them stays. */
  readonly changes: TufFiles;
  /** Wall time of the publication in epoch milliseconds. */
  readonly now: number;
  /** Policy of the clients; their number of roots in one refresh does not count. */
  readonly policy?: TufPolicy;
  /** Most targets that are looked up, spread evenly over all; 1,000 when absent. */
  readonly maxLookups?: number;
}

/** What a rehearsal rests on. */
export interface PublicationEvidence {
  /** Clients that were taken through it. */
  readonly clients: readonly string[];
  /** Targets roles that they visited. */
  readonly visitedRoles: number;
  /** Targets that they looked up. */
  readonly lookups: number;
}

/** Whether a publication may go out; what speaks against it, or should be known, is in `reasons`. */
export type PublicationDecision = Decision<"publish" | "refuse", TufRepositoryReasonCode, PublicationEvidence>;

/** A rehearsed publication with its files. */
export interface Publication extends PublicationDecision {
  /** To be uploaded in this order, each before the next; empty when the publication is refused. */
  readonly uploads: readonly TufUpload[];
}

/**
 * Rehearses a publication and gives its new files in safe upload order.
 *
 * @throws RangeError when `now`, the policy or `maxLookups` is out of range; `ManifestError` `ERR_MANIFEST_TIME` when `now` is before
 * 2020
 * @example
 * ```ts
 * const { decision, reasons, uploads } = planPublication({ published, changes, now });
 * if (decision === "refuse") throw new Error(reasons[0].message);
 * for (const upload of uploads) await put(upload);
 * ```
 */
export function planPublication(input: PublicationInput): Publication {
  const { verdict, before, after } = rehearse(input);
  if (after === undefined || verdict.decision === "refuse") return { ...verdict, uploads: [] };
  return { ...verdict, uploads: uploadOrder(input.published, input.changes, before, after) };
}

/**
 * Takes clients through a publication: new ones from every root, and one that comes back with everything that is published now.
 *
 * All refresh; one visits every role that a delegation leads to and looks targets up, for what it sees from the newest root on all
 * see. Refused is what any of them would refuse, whatever would change a file or role that is published under its version, and what
 * one would report as equivocation. Notes, which do not refuse, name roles and targets that no client would ever find.
 *
 * @throws RangeError when `now`, the policy or `maxLookups` is out of range; `ManifestError` `ERR_MANIFEST_TIME` when `now` is before
 * 2020
 * @example
 * ```ts
 * rehearsePublication({ published: new Map(), changes, now }).decision; // "publish"
 * ```
 */
export function rehearsePublication(input: PublicationInput): PublicationDecision {
  return rehearse(input).verdict;
}

/** A verdict, and the repositories before and after, as far as they are any. */
interface RehearsedPublication {
  readonly verdict: PublicationDecision;
  readonly before?: TufRepositoryView | undefined;
  readonly after?: TufRepositoryView;
}

function rehearse(input: PublicationInput): RehearsedPublication {
  const { published, changes, maxLookups = 1_000 } = input;
  if (!Number.isSafeInteger(maxLookups) || maxLookups < 0) {
    throw new RangeError(`"maxLookups" expected integer >= 0, got ${maxLookups}`);
  }
  const served: TufFiles = new Map([...published, ...changes]);
  let after: TufRepositoryView;
  try {
    after = readTufRepository(served);
  } catch (error) {
    if (!isOtaError(error)) throw error;
    const { code, message, details } = error;
    const unreadable = repositoryReason("tuf_publication_unreadable", { error: code, message, ...details });
    return { verdict: verdictOf([unreadable], [], { clients: [], visitedRoles: 0, lookups: 0 }) };
  }
  const before = readIfWhole(published);
  const clients = [...newClients(input, served), ...returningClient(input, served, before)];
  const refusals = [
    ...changedFiles(published, changes, after),
    ...changedRoles(before, after),
    ...strandedClients(clients, after),
  ];
  const inspected = inspect(clients, after, maxLookups);
  for (const { name, client } of clients) {
    if (client.refusals.length > 0) {
      refusals.push(repositoryReason("tuf_publication_refused", { client: name, reasons: client.refusals }));
    }
    for (const evidence of client.equivocations) {
      refusals.push(repositoryReason("tuf_publication_equivocation", { client: name, ...evidence }));
    }
  }
  const evidence = { clients: clients.map(({ name }) => name), ...inspected.counts };
  return { verdict: verdictOf(refusals, inspected.notes, evidence), before, after };
}

/** Visits every role and looks targets up, with one client: what it sees from the newest root on, all see. */
function inspect(clients: readonly Rehearsal[], after: TufRepositoryView, maxLookups: number) {
  const client = clients.find((each) => each.refreshed && isNewest(each, after))?.client;
  if (client === undefined) return { notes: [], counts: { visitedRoles: 0, lookups: 0 } };
  const reached = client.visitRoles();
  if (client.refusals.length > 0) return { notes: [], counts: { visitedRoles: reached.size, lookups: 0 } };
  const looked = lookUp(client, after, maxLookups);
  return {
    notes: [...unreachedRoles(after, reached), ...looked.notes],
    counts: { visitedRoles: reached.size, lookups: looked.count },
  };
}

function isNewest({ client }: Rehearsal, { root }: TufRepositoryView): boolean {
  return client.rootVersions.at(-1) === root.signed.version;
}

/** A client and how its refresh ended. */
interface Rehearsal {
  readonly name: string;
  readonly client: RehearsedClient;
  readonly refreshed: boolean;
}

/** One from the oldest root; where it cannot go on, another from behind there: a client in the middle goes the same way. */
function newClients({ now, policy = {} }: PublicationInput, served: TufFiles): readonly Rehearsal[] {
  const clients: Rehearsal[] = [];
  const passed = new Set<number>();
  const roots = [...served].flatMap(([file, bytes]) => {
    const version = rootVersionOf(file);
    return version === undefined ? [] : [{ version, bytes }];
  });
  for (const { version, bytes } of roots.sort((left, right) => left.version - right.version)) {
    if (passed.has(version)) continue;
    const client = new RehearsedClient(bytes, served, new Map(), now, policy);
    clients.push({ name: `new client with root ${version}`, client, refreshed: client.refresh() });
    for (const trusted of client.rootVersions) passed.add(trusted);
  }
  return clients;
}

function returningClient(
  { now, policy = {} }: PublicationInput,
  served: TufFiles,
  before: TufRepositoryView | undefined,
): readonly Rehearsal[] {
  if (before === undefined) return [];
  const client = new RehearsedClient(before.root.bytes, served, storeAfter(before), now, policy);
  return [{ name: "returning client", client, refreshed: client.refresh() }];
}

/** A client that stops at an older root may go on with it, but its keys are not the repository's any more. */
function strandedClients(clients: readonly Rehearsal[], after: TufRepositoryView) {
  return clients
    .filter((each) => each.refreshed && !isNewest(each, after))
    .map(({ name, client }) =>
      repositoryReason("tuf_publication_root_unreachable", {
        client: name,
        had: after.root.signed.version,
        got: client.rootVersions.at(-1),
      }),
    );
}

/** Caches keep a file that is published under its version: it must never change. */
function changedFiles(published: TufFiles, changes: TufFiles, { root }: TufRepositoryView) {
  const isVersioned = (file: string) =>
    rootVersionOf(file) !== undefined || (root.signed.consistent_snapshot === true && /^[1-9]\d*\./.test(file));
  const reasons: Reason<TufRepositoryReasonCode>[] = [];
  for (const [file, bytes] of changes) {
    const known = published.get(file);
    if (known === undefined || equalBytes(known, bytes) || !isVersioned(file)) continue;
    reasons.push(repositoryReason("tuf_publication_file_changed", { file }));
  }
  return reasons;
}

/** Where names have no version, a client that has a role keeps it as long as its version stays: others would see another one. */
function changedRoles(before: TufRepositoryView | undefined, after: TufRepositoryView) {
  return Object.entries(after.targets).flatMap(([role, { file, signed }]) => {
    const known = before !== undefined && role in before.targets ? before.targets[role]!.signed : undefined;
    if (known === undefined || known.version !== signed.version || sameSigned(known, signed)) return [];
    return [repositoryReason("tuf_publication_equivocation", { file, role, version: signed.version })];
  });
}

function unreachedRoles({ targets }: TufRepositoryView, reached: ReadonlySet<string>) {
  return Object.keys(targets)
    .filter((role) => !reached.has(role))
    .map((role) => repositoryReason("tuf_publication_role_unreachable", { role }));
}

/** Looks targets up where the roles list them, evenly spread when there are too many. */
function lookUp(client: RehearsedClient, { targets }: TufRepositoryView, maxLookups: number) {
  const listed = Object.entries(targets).flatMap(([role, { signed }]) =>
    Object.entries(signed.targets).map(([path, target]) => ({ role, path, target })),
  );
  const count = Math.min(listed.length, maxLookups);
  const notes: Reason<TufRepositoryReasonCode>[] = [];
  for (let index = 0; index < count; index++) {
    const { role, path, target } = listed[Math.floor((index * listed.length) / count)]!;
    const lookup = client.find(path);
    if (lookup.decision === "refuse") client.refusals.push(...lookup.reasons);
    else if (lookup.decision === "not_found") {
      notes.push(repositoryReason("tuf_publication_target_unreachable", { role, path }));
    } else if (lookup.target.roles.at(-1) !== role && !isSameContent(lookup.target, target)) {
      notes.push(repositoryReason("tuf_publication_target_shadowed", { role, path, by: lookup.target.roles.at(-1) }));
    }
  }
  if (count < listed.length) {
    notes.push(repositoryReason("tuf_publication_lookups_limited", { had: maxLookups, got: listed.length }));
  }
  return { count, notes };
}

function readIfWhole(files: TufFiles): TufRepositoryView | undefined {
  try {
    return readTufRepository(files);
  } catch (error) {
    if (!isOtaError(error)) throw error;
    return undefined;
  }
}

function verdictOf(
  refusals: readonly Reason<TufRepositoryReasonCode>[],
  notes: readonly Reason<TufRepositoryReasonCode>[],
  evidence: PublicationEvidence,
): PublicationDecision {
  if (refusals.length > 0) return { decision: "refuse", reasons: [...refusals, ...notes], evidence };
  return { decision: "publish", reasons: [repositoryReason("tuf_publication_complete"), ...notes], evidence };
}
