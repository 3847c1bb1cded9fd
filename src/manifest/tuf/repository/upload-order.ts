/** In which order new files are uploaded, so that clients meet no metadata that names a file which is not there yet. */

import { equalBytes } from "../../../core/index.ts";
import { tufTargetFile } from "../file-names.ts";
import type { TufHashes, TufTargetFile } from "../metadata.ts";
import { delegationDepths } from "./delegation-graph.ts";
import { rootVersionOf, type TufFiles, type TufRepositoryView } from "./repository-view.ts";
import { isSameContent } from "./target-files.ts";

/** A file to be uploaded. */
export type TufUpload = TufTargetUpload | TufMetadataUpload;

/** A target; its bytes are with the caller, who checks them against `length` and `hashes`. */
export interface TufTargetUpload {
  readonly kind: "target";
  /** Name below the address of targets. */
  readonly file: string;
  /** Path under which metadata lists it. */
  readonly path: string;
  readonly length: number;
  readonly hashes: TufHashes;
}

/** A metadata file. */
export interface TufMetadataUpload {
  readonly kind: "metadata";
  /** Name below the address of metadata. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/**
 * The new files of a repository in the order of their upload.
 *
 * Everything is there before what names it: target files, delegated targets from the leaves up, targets, snapshot. Then the new
 * roots, oldest first, because a client takes them one after the other; so late, because a client that has a new root refuses an
 * old timestamp whose key it revokes, until the new timestamp is there. The timestamp comes last: it makes all of it visible.
 *
 * @param before - what is published, if that is a repository
 * @param after - what will be
 */
export function uploadOrder(
  published: TufFiles,
  changes: TufFiles,
  before: TufRepositoryView | undefined,
  after: TufRepositoryView,
): readonly TufUpload[] {
  const depths = delegationDepths(after.targets);
  const depthOf = new Map(Object.entries(after.targets).map(([role, { file }]) => [file, depths.get(role) ?? 0]));
  /** Rank of a file: of roles in the reach of delegations 1, 2 ..., of the rest what comes before or after them. */
  const rankOf = (file: string): readonly [number, number] => {
    const root = rootVersionOf(file);
    if (root !== undefined) return [4, root];
    if (file === after.timestamp.file) return [5, 0];
    if (file === after.snapshot.file) return [3, 0];
    if (file === after.targets["targets"]!.file) return [2, 0];
    return [1, -(depthOf.get(file) ?? 0)];
  };
  const metadata = [...changes]
    .filter(([file, bytes]) => !isPublished(published, file, bytes))
    .map(([file, bytes]) => ({ kind: "metadata" as const, file, bytes, rank: rankOf(file) }))
    .sort(
      (left, right) =>
        left.rank[0] - right.rank[0] || left.rank[1] - right.rank[1] || (left.file < right.file ? -1 : 1),
    )
    .map(({ rank: _, ...upload }) => upload);
  return [...newTargets(before, after), ...metadata];
}

function isPublished(published: TufFiles, file: string, bytes: Uint8Array): boolean {
  const known = published.get(file);
  return known !== undefined && equalBytes(known, bytes);
}

/** With consistent snapshots under every listed hash, because the client chooses one; it need not be there already. */
function newTargets(before: TufRepositoryView | undefined, after: TufRepositoryView): readonly TufTargetUpload[] {
  const known = new Map(before && targetFiles(before));
  return [...targetFiles(after)].flatMap(([file, { path, target }]) => {
    const { length, hashes } = target;
    const there = known.get(file);
    if (there !== undefined && isSameContent(there.target, target)) return [];
    return [{ kind: "target" as const, file, path, length, hashes }];
  });
}

function targetFiles({ root, targets }: TufRepositoryView) {
  const consistent = root.signed.consistent_snapshot === true;
  const files = new Map<string, { readonly path: string; readonly target: TufTargetFile }>();
  for (const { signed } of Object.values(targets)) {
    for (const [path, target] of Object.entries(signed.targets)) {
      const names = consistent
        ? Object.values(target.hashes).map((hash) => tufTargetFile(path, hash))
        : [tufTargetFile(path)];
      for (const name of names) files.set(name, { path, target });
    }
  }
  return files;
}
