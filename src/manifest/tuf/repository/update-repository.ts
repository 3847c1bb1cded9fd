/** The next state of a repository: changed targets roles signed, listed in a new snapshot, named by a new timestamp. */

import { type Bytes, excerpt, type SignatureProvider } from "../../../core/index.ts";
import type { Quorum, Signer } from "../../../signing/index.ts";
import { ManifestError } from "../../errors.ts";
import { tufMetadataFile } from "../file-names.ts";
import type { TufAnySigned, TufMetaFile, TufRoot, TufTargets } from "../metadata.ts";
import { parseTufMetadata } from "../parse-metadata.ts";
import { buildTufSnapshot, buildTufTimestamp, bumpTufVersion, describeTufFile } from "./build-metadata.ts";
import { fileLimits } from "./encode-metadata.ts";
import { readTufRepository, type TufFiles, type TufRepositoryView } from "./repository-view.ts";
import { roleOf, signsAlike, tufQuorum } from "./role-keys.ts";
import { signTufMetadata } from "./sign-metadata.ts";

/** What changes, and who signs it. */
export interface UpdateTufInput {
  /** Metadata that is published; empty for the first state. */
  readonly published: TufFiles;
  /** A root file, signed: the first one, or the next after a rotation. */
  readonly root?: Uint8Array;
  /** New and changed targets roles by name, versions bumped already, `targets` among them at first. */
  readonly targets?: Readonly<Record<string, TufTargets>>;
  /** Each signs the files of which its key is to sign. */
  readonly signers: readonly Signer[];
  /** In epoch milliseconds. Without that of the snapshot only the timestamp is renewed. */
  readonly expires: { readonly timestamp: number; readonly snapshot?: number };
  /** Whether snapshot and timestamp list lengths and hashes of what they list; true when absent. */
  readonly listHashes?: boolean;
  /** Back end that checks signatures; the runtime's default when absent. */
  readonly provider?: SignatureProvider;
}

/**
 * Makes the files of a repository's next state.
 *
 * A role to which several roles delegate is signed so that each of them is satisfied. Roles that do not change are not signed
 * again: when a new root or delegator takes their keys away, bump them and pass them too. Rehearse the result with
 * `planPublication`.
 *
 * @returns new files by name, to be published beside the old ones
 * @throws {@link ManifestError} `ERR_MANIFEST_TUF_REPOSITORY` when what is published is no repository and no root or no `targets`
 * is given; `ERR_MANIFEST_TUF_VERSION` for a role whose version does not grow; `ERR_MANIFEST_TUF_DELEGATION` for one that nobody
 * delegates to; those of `signTufMetadata`
 * @throws RangeError when an expiry is out of range, TypeError when roles change and the snapshot has no expiry
 * @example
 * ```ts
 * const next = addTufTarget(bumpTufVersion(targets, { expires }), "brake/v3.bin", describeTufTarget(image));
 * const changes = await updateTufRepository({ published, targets: { targets: next }, signers, expires: { snapshot, timestamp } });
 * ```
 */
export async function updateTufRepository(input: UpdateTufInput): Promise<ReadonlyMap<string, Bytes>> {
  const { published, targets = {}, expires } = input;
  const isFirst = input.root !== undefined && !published.has("timestamp.json");
  const before = isFirst ? undefined : readTufRepository(published);
  const root = input.root === undefined ? before!.root.signed : readRoot(input.root);
  if (expires.snapshot === undefined && (before === undefined || Object.keys(targets).length > 0)) {
    throw new TypeError('"expires.snapshot" expected epoch milliseconds, because targets change');
  }
  const consistent = root.consistent_snapshot === true;
  const changes = new Map<string, Bytes>();
  if (input.root !== undefined) changes.set(tufMetadataFile("root", root.version), new Uint8Array(input.root));
  const sign = async (role: string, signed: TufAnySigned, quorums: readonly Quorum[]): Promise<TufMetaFile> => {
    const bytes = await signTufMetadata(signed, { ...input, quorums, signers: signersOf(quorums, input.signers) });
    const isVersioned = consistent && signed._type !== "timestamp";
    changes.set(tufMetadataFile(role, isVersioned ? signed.version : undefined), bytes);
    return describeTufFile(signed.version, (input.listHashes ?? true) ? bytes : undefined);
  };

  const delegators = delegatorsOf(root, before, targets);
  const files: Record<string, TufMetaFile> = Object.create(null);
  for (const [role, signed] of Object.entries(targets)) {
    requireGrowth(role, signed, before);
    const quorums = delegators.filter((by) => roleOf(by, role) !== undefined).map((by) => tufQuorum(by, role));
    if (quorums.length === 0) throw undelegated(role);
    files[role] = await sign(role, signed, quorums);
  }
  let snapshotFile = before?.timestamp.signed.meta["snapshot.json"];
  if (expires.snapshot !== undefined) {
    const snapshot = nextSnapshot(before, files, expires.snapshot);
    snapshotFile = await sign("snapshot", snapshot, [tufQuorum(root, "snapshot")]);
  }
  const timestamp =
    before === undefined
      ? buildTufTimestamp({ expires: expires.timestamp, snapshot: snapshotFile! })
      : {
          ...bumpTufVersion(before.timestamp.signed, { expires: expires.timestamp }),
          meta: { "snapshot.json": snapshotFile! },
        };
  await sign("timestamp", timestamp, [tufQuorum(root, "timestamp")]);
  return changes;
}

function readRoot(bytes: Uint8Array): TufRoot {
  const { signed } = parseTufMetadata(bytes, fileLimits);
  if (signed._type === "root") return signed;
  throw new ManifestError("ERR_MANIFEST_TUF_REPOSITORY", "Cannot update repository: the given root is none", {
    details: { file: "root.json", found: signed._type },
  });
}

/** Everything that delegates in the next state. */
function delegatorsOf(
  root: TufRoot,
  before: TufRepositoryView | undefined,
  targets: Readonly<Record<string, TufTargets>>,
) {
  const unchanged = Object.entries(before?.targets ?? {}).filter(([role]) => !Object.hasOwn(targets, role));
  const all = [...Object.values(targets), ...unchanged.map(([, { signed }]) => signed)];
  return [root, ...all.filter(({ delegations }) => delegations !== undefined)];
}

function signersOf(quorums: readonly Quorum[], signers: readonly Signer[]): readonly Signer[] {
  return signers.filter(({ publicKey }) => quorums.some(({ keys }) => keys.some((key) => signsAlike(key, publicKey))));
}

function requireGrowth(role: string, { version }: TufTargets, before: TufRepositoryView | undefined): void {
  const had = before !== undefined && Object.hasOwn(before.targets, role) ? before.targets[role]!.signed.version : 0;
  if (version > had) return;
  throw new ManifestError("ERR_MANIFEST_TUF_VERSION", `Cannot update ${role}: its version must be above ${had}`, {
    path: "/signed/version",
    details: { role: excerpt(role), had, got: version },
  });
}

function nextSnapshot(
  before: TufRepositoryView | undefined,
  files: Readonly<Record<string, TufMetaFile>>,
  expires: number,
) {
  if (before === undefined) return buildTufSnapshot({ expires, files });
  const { signed } = before.snapshot;
  const { meta } = buildTufSnapshot({ expires, files: { targets: signed.meta["targets.json"], ...files } });
  return { ...bumpTufVersion(signed, { expires }), meta: { ...signed.meta, ...meta } };
}

function undelegated(role: string): ManifestError {
  return new ManifestError("ERR_MANIFEST_TUF_DELEGATION", `Cannot update ${role}: no role delegates to it`, {
    details: { role: excerpt(role) },
  });
}
