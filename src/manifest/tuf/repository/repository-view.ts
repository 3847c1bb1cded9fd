/** A repository as its files stand: which is the newest of each role, found as a client would find it but trusting nobody. */

import { excerpt, isOtaError } from "../../../core/index.ts";
import { ManifestError } from "../../errors.ts";
import { tufMetadataFile } from "../file-names.ts";
import type { TufAnySigned, TufMetadata, TufRoot, TufSnapshot, TufTargets, TufTimestamp } from "../metadata.ts";
import { parseTufMetadata } from "../parse-metadata.ts";
import { fileLimits } from "./encode-metadata.ts";

/** Metadata files by the names under which they are served, see `tufMetadataFile`. */
export type TufFiles = ReadonlyMap<string, Uint8Array>;

/** A file, read. */
export interface TufFileView<Signed extends TufAnySigned = TufAnySigned> extends TufMetadata<Signed> {
  /** Name under which it is served. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** The files that make up a repository now. Nothing but their shape was checked. */
export interface TufRepositoryView {
  /** All of them that are there in one row up to the newest, oldest first; at least one. */
  readonly roots: readonly TufFileView<TufRoot>[];
  /** The newest. */
  readonly root: TufFileView<TufRoot>;
  readonly timestamp: TufFileView<TufTimestamp>;
  readonly snapshot: TufFileView<TufSnapshot>;
  /** Every targets role that the snapshot lists, by name, without a prototype. */
  readonly targets: Readonly<Record<string, TufFileView<TufTargets>>>;
}

/**
 * Reads a repository: the newest root, its timestamp, the snapshot that this names, and the targets roles that the snapshot lists.
 *
 * It checks no signature and no expiry: it is for those who maintain the repository, not for those who trust it.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_TUF_REPOSITORY` with `details.file` when a file is missing, malformed, or of another
 * role or version than the one that lists it says
 * @example
 * ```ts
 * const { root, targets } = readTufRepository(files);
 * targets["supplier-a"].signed.version; // 7
 * ```
 */
export function readTufRepository(files: TufFiles): TufRepositoryView {
  const roots = readRoots(files);
  const root = roots.at(-1)!;
  const consistent = root.signed.consistent_snapshot === true;
  const read = <Signed extends TufAnySigned>(role: string, type: Signed["_type"], version?: number) => {
    const view = readFile<Signed>(files, tufMetadataFile(role, consistent ? version : undefined), type);
    if (version === undefined || view.signed.version === version) return view;
    throw fault(view.file, `version ${view.signed.version} is not the listed ${version}`);
  };
  const timestamp = read<TufTimestamp>("timestamp", "timestamp");
  const snapshot = read<TufSnapshot>("snapshot", "snapshot", timestamp.signed.meta["snapshot.json"].version);
  const targets: Record<string, TufFileView<TufTargets>> = Object.create(null);
  for (const [name, { version }] of Object.entries(snapshot.signed.meta)) {
    const role = name.replace(/\.json$/, "");
    targets[role] = read<TufTargets>(role, "targets", version);
  }
  return { roots, root, timestamp, snapshot, targets };
}

/** Version in the name of a root file. */
export function rootVersionOf(file: string): number | undefined {
  const digits = /^([1-9]\d{0,15})\.root\.json$/.exec(file)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** From the newest root down to where the row breaks: older ones no client gets past. */
function readRoots(files: TufFiles): readonly TufFileView<TufRoot>[] {
  const versions = [...files.keys()].flatMap((file) => rootVersionOf(file) ?? []).sort((left, right) => left - right);
  const first = versions.findLastIndex((version, index) => index === 0 || versions[index - 1] !== version - 1);
  if (first < 0) throw fault("1.root.json", "there is none");
  return versions.slice(first).map((version) => {
    const view = readFile<TufRoot>(files, tufMetadataFile("root", version), "root");
    if (view.signed.version === version) return view;
    throw fault(view.file, `version ${view.signed.version} is not the one in its name`);
  });
}

function readFile<Signed extends TufAnySigned>(
  files: TufFiles,
  file: string,
  type: Signed["_type"],
): TufFileView<Signed> {
  const bytes = files.get(file);
  if (bytes === undefined) throw fault(file, "there is none");
  try {
    const metadata = parseTufMetadata(bytes, fileLimits);
    if (metadata.signed._type !== type) throw fault(file, `it is of type ${metadata.signed._type}`);
    return { file, bytes, ...(metadata as TufMetadata<Signed>) };
  } catch (cause) {
    if (!isOtaError(cause) || cause.code === "ERR_MANIFEST_TUF_REPOSITORY") throw cause;
    throw fault(file, cause.message, cause);
  }
}

function fault(file: string, what: string, cause?: unknown): ManifestError {
  return new ManifestError("ERR_MANIFEST_TUF_REPOSITORY", `Cannot read repository, file ${file}: ${what}`, {
    details: { file: excerpt(file, 256) },
    ...(cause === undefined ? {} : { cause }),
  });
}
