/** Publishing: complete the next state, rehearse it with clients, set it aside whole, and bring it out file by file. */

import { closeSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Bytes, type JsonObject, parseStrictJson, parseUtcTime, type Reason, utf8ToBytes } from "otakit/core";
import {
  buildTufSnapshot,
  buildTufTimestamp,
  bumpTufVersion,
  describeTufFile,
  encodeTufName,
  type Publication,
  planPublication,
  signTufMetadata,
  type TufAnySigned,
  type TufMetadata,
  tufMetadataFile,
} from "otakit/manifest";
import type { Signer } from "otakit/signing";
import { CliError } from "../errors.ts";
import { fileError, makeFolder, maxFileBytes, nodeDisk, openPlainFile, readPlainFile, writeAll } from "../files.ts";
import { checkTarget, isGenuine } from "../verified-file.ts";
import { signersOf } from "./keys.ts";
import { quorumsOf } from "./signatures.ts";
import type { Workspace } from "./workspace.ts";

/**
 * Makes the next state from what is staged, or renews snapshot and timestamp when nothing is, and rehearses it.
 *
 * @throws {@link CliError} `ERR_CLI_NOT_PUBLISHABLE` with every reason for which a client would refuse; `ManifestError`
 * `ERR_MANIFEST_TUF_UNSIGNED` when signatures are missing
 */
export async function preparePublication(
  workspace: Workspace,
  signers: readonly Signer[],
  now: number,
): Promise<Publication> {
  const published = workspace.publishedFiles();
  const changes = await nextState(workspace, signers, now);
  const publication = planPublication({ published, changes, now });
  if (publication.decision === "publish") return publication;
  throw new CliError("ERR_CLI_NOT_PUBLISHABLE", "Cannot publish: a client would refuse it", {
    details: { reasons: publication.reasons.flatMap(withInner) },
  });
}

/** A reason with those that it rests on. */
function withInner(reason: Reason): readonly Reason[] {
  const { reasons: inner, ...evidence } = reason.evidence ?? {};
  return Array.isArray(inner) ? [{ ...reason, evidence }, ...(inner as readonly Reason[])] : [reason];
}

async function nextState(workspace: Workspace, signers: readonly Signer[], now: number) {
  const before = workspace.published();
  const previous = before?.root.signed;
  const stagedRoot = workspace.staged("root");
  const stagedTargets = workspace.staged("targets");
  const root = stagedRoot?.signed ?? previous;
  if (root === undefined || (before === undefined && stagedTargets === undefined)) {
    throw new CliError(
      "ERR_CLI_REPOSITORY",
      "Cannot publish: there is no root or no targets, neither published nor staged",
    );
  }
  const changes = new Map<string, Bytes>();
  const sign = async ({ signed, signatures }: TufMetadata<TufAnySigned>, versioned = true) => {
    const quorums = quorumsOf(signed, root, previous);
    const chosen = signersOf(quorums, signers);
    const bytes = await signTufMetadata(signed, { quorums, signers: chosen, existing: signatures });
    const isVersioned = signed._type === "root" || (versioned && root.consistent_snapshot === true);
    changes.set(tufMetadataFile(signed._type, isVersioned ? signed.version : undefined), bytes);
    return describeTufFile(signed.version, bytes);
  };
  if (stagedRoot !== undefined) await sign(stagedRoot);
  const targetsFile = stagedTargets === undefined ? undefined : await sign(stagedTargets);

  let snapshotFile = before?.timestamp.signed.meta["snapshot.json"];
  const expires = workspace.expiryOf("snapshot", now);
  if (before === undefined) {
    const snapshot = buildTufSnapshot({ expires, files: { targets: targetsFile! } });
    snapshotFile = await sign({ signed: snapshot, signatures: [] });
  } else if (
    targetsFile !== undefined ||
    stagedRoot !== undefined ||
    isHalfWay(workspace, before.snapshot.signed, now)
  ) {
    const { signed } = before.snapshot;
    const meta = { ...signed.meta, ...(targetsFile === undefined ? {} : { "targets.json": targetsFile }) };
    snapshotFile = await sign({ signed: { ...bumpTufVersion(signed, { expires }), meta }, signatures: [] });
  }
  const timestampExpires = workspace.expiryOf("timestamp", now);
  const timestamp =
    before === undefined
      ? buildTufTimestamp({ expires: timestampExpires, snapshot: snapshotFile! })
      : {
          ...bumpTufVersion(before.timestamp.signed, { expires: timestampExpires }),
          meta: { "snapshot.json": snapshotFile! },
        };
  await sign({ signed: timestamp, signatures: [] }, false);
  return changes;
}

/** Whether more than half of a snapshot's days are over. */
function isHalfWay(workspace: Workspace, { expires }: { readonly expires: string }, now: number): boolean {
  return parseUtcTime(expires) - now < (workspace.expiryOf("snapshot", now) - now) / 2;
}

/** One file of a publication that was set aside. */
type OutboxEntry =
  | { readonly kind: "metadata"; readonly file: string }
  | {
      readonly kind: "target";
      readonly file: string;
      readonly path: string;
      readonly length: number;
      readonly hashes: Readonly<Record<string, string>>;
    };

/**
 * Sets a publication aside, whole: from here on it can only be completed, never made again with other signatures or times.
 * The list comes last and makes it count.
 */
export function fillOutbox(workspace: Workspace, { uploads }: Publication): void {
  workspace.remove("outbox");
  const entries = uploads.map((upload): OutboxEntry => {
    if (upload.kind === "target") return upload;
    workspace.write(upload.bytes as Bytes, "outbox", "metadata", upload.file);
    return { kind: "metadata", file: upload.file };
  });
  const list = { schema: "otakit.repo.outbox/1", entries };
  workspace.write(utf8ToBytes(JSON.stringify(list)), "outbox", "list.json");
}

/** Whether a publication was set aside and is not out yet. */
export function hasOutbox(workspace: Workspace): boolean {
  return readPlainFile(workspace.path("outbox", "list.json"), 0) !== undefined;
}

/** Path of a published file below the folder of what is published. */
export function uploadPath(kind: OutboxEntry["kind"], file: string): string {
  return `${kind === "target" ? "targets" : "metadata"}/${file}`;
}

/**
 * Brings out what was set aside, in its order, each file durably before the next; files that are out already do not change.
 *
 * @param onFile - hears each file, as its path below `published`
 */
export function emptyOutbox(workspace: Workspace, onFile: (file: string) => void): void {
  const bytes = readPlainFile(workspace.path("outbox", "list.json"), maxFileBytes)!;
  const { entries } = parseStrictJson(bytes, { maxBytes: maxFileBytes }) as JsonObject;
  for (const entry of entries as unknown as readonly OutboxEntry[]) {
    if (entry.kind === "target") bringOutTarget(workspace, entry);
    else {
      const path = workspace.path("outbox", "metadata", entry.file);
      const metadata = readPlainFile(path, maxFileBytes);
      if (metadata === undefined) throw fileError("read", path, { code: "ENOENT" }, "ERR_CLI_REPOSITORY");
      workspace.write(metadata, "published", "metadata", entry.file);
    }
    onFile(uploadPath(entry.kind, entry.file));
  }
  // The staged files go first: with the list gone they would be taken for the next publication.
  workspace.remove("staged");
  workspace.remove("requests");
  workspace.remove("outbox");
}

/** Copies a target to its published name, checked against what is signed on the way. */
function bringOutTarget(workspace: Workspace, { path, file, length, hashes }: OutboxEntry & { kind: "target" }): void {
  const staged = workspace.path("staged", "targets", encodeTufName(path));
  const to = workspace.path("published", "targets", ...file.split("/"));
  const temporary = join(dirname(to), ".otakit-new");
  if (isGenuine(to, { length, hashes })) return;
  makeFolder(dirname(to));
  rmSync(temporary, { force: true });
  const source = openPlainFile(staged);
  if (source === undefined) throw fileError("read", staged, { code: "ENOENT" }, "ERR_CLI_REPOSITORY");
  const copy = openSync(temporary, "wx", 0o644);
  try {
    checkTarget(source, { length, hashes }, (chunk) => writeAll(copy, chunk));
    fsyncSync(copy);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(source);
    closeSync(copy);
  }
  renameSync(temporary, to);
  nodeDisk.syncFolder(dirname(to));
}
