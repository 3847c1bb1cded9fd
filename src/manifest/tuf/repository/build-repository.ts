/** A complete signed repository in one call, from a map of files and a handful of signers: for a start, for tests and demos. */

import type { Bytes, SignatureProvider } from "../../../core/index.ts";
import type { Signer } from "../../../signing/index.ts";
import { tufTargetFile } from "../file-names.ts";
import type { TufTargetFile, TufTargets, TufTopLevelRole } from "../metadata.ts";
import { delegateTufBins, distributeTufTargets, type TufBinsInput } from "./bins.ts";
import { buildTufRoot, buildTufTargets } from "./build-metadata.ts";
import { delegateTufRole, type TufDelegationInput } from "./delegate.ts";
import { signTufMetadata } from "./sign-metadata.ts";
import { addTufTargets, describeTufTarget } from "./target-files.ts";
import { updateTufRepository } from "./update-repository.ts";

/** Who signs for a role. */
export interface RoleSigners {
  readonly signers: readonly Signer[];
  /** As many as there are signers when absent. */
  readonly threshold?: number;
}

/** Files by target path. */
export type TargetContents = Readonly<Record<string, Uint8Array>>;

/** A delegated role with the files that it lists. */
export interface DelegatedTargets extends RoleSigners, Omit<TufDelegationInput, "keys" | "threshold" | "before"> {
  readonly targets: TargetContents;
}

/** What a repository is made of. */
export interface BuildRepositoryInput {
  /** Files that the top-level role lists, or that its bins do. */
  readonly targets: TargetContents;
  readonly roles: Readonly<Record<TufTopLevelRole, RoleSigners>>;
  /** When each role expires, in epoch milliseconds; delegated roles and bins as `targets`. */
  readonly expires: Readonly<Record<TufTopLevelRole, number>>;
  /** Delegated roles, first asked first; not together with `bins`. */
  readonly delegations?: readonly DelegatedTargets[];
  /** Hash bins that list the targets in place of the top-level role. */
  readonly bins?: RoleSigners & Pick<TufBinsInput, "bitLength" | "namePrefix">;
  /** Whether file names carry versions and hashes; true when absent. */
  readonly consistentSnapshot?: boolean;
  /** Whether snapshot and timestamp list lengths and hashes; true when absent. */
  readonly listHashes?: boolean;
  /** Back end that checks signatures; the runtime's default when absent. */
  readonly provider?: SignatureProvider;
}

/** A repository, ready to be served. */
export interface BuiltRepository {
  /** The first root, to be shipped with clients. */
  readonly root: Bytes;
  /** Metadata by file name. */
  readonly metadata: ReadonlyMap<string, Bytes>;
  /** Targets by file name, as clients ask for them. */
  readonly targets: ReadonlyMap<string, Uint8Array>;
}

/**
 * Builds a repository at version 1.
 *
 * Larger ones, and every later version, are made with the parts: `addTufTargets`, `delegateTufRole`, `updateTufRepository`.
 *
 * @throws `ManifestError` those of the parts
 * @throws RangeError when an expiry or the bits of bins are out of range
 * @example
 * ```ts
 * const online = { signers: [kms] };
 * const repository = await buildTufRepository({
 *   targets: { "brake/v2.bin": image },
 *   roles: { root: { signers: [alice, bob], threshold: 2 }, targets: { signers: [alice] }, snapshot: online, timestamp: online },
 *   expires: { root: inAYear, targets: inAMonth, snapshot: inAMonth, timestamp: tomorrow },
 * });
 * repository.metadata.get("timestamp.json");
 * ```
 */
export async function buildTufRepository(input: BuildRepositoryInput): Promise<BuiltRepository> {
  const { roles, expires, consistentSnapshot = true, listHashes = true } = input;
  const options = input.provider === undefined ? {} : { provider: input.provider };
  const root = buildTufRoot({
    expires: expires.root,
    consistentSnapshot,
    roles: {
      root: keysOf(roles.root),
      timestamp: keysOf(roles.timestamp),
      snapshot: keysOf(roles.snapshot),
      targets: keysOf(roles.targets),
    },
  });
  const rootFile = await signTufMetadata(root, { quorums: [], signers: roles.root.signers, ...options });
  const { bins, delegations = [] } = input;
  const signers = [roles.timestamp, roles.snapshot, roles.targets, ...delegations, ...(bins ? [bins] : [])].flatMap(
    (role) => role.signers,
  );
  const metadata = await updateTufRepository({
    published: new Map(),
    root: rootFile,
    targets: targetsRoles(input),
    signers: [...new Set(signers)],
    expires,
    listHashes,
    ...options,
  });
  const contents = [input.targets, ...delegations.map(({ targets }) => targets)].flatMap((files) =>
    Object.entries(files),
  );
  return {
    root: rootFile,
    metadata,
    targets: new Map(contents.flatMap((file) => servedTargets(file, consistentSnapshot))),
  };
}

function targetsRoles({ targets, expires, delegations = [], bins }: BuildRepositoryInput): Record<string, TufTargets> {
  const empty = buildTufTargets({ expires: expires.targets });
  const roles: Record<string, TufTargets> = Object.create(null);
  if (bins !== undefined) {
    const { bitLength, namePrefix } = bins;
    const delegator = delegateTufBins(empty, { ...keysOf(bins), bitLength, namePrefix });
    const listed = distributeTufTargets(described(targets), delegator.delegations!.succinct_roles!);
    for (const [name, files] of listed) roles[name] = { ...empty, targets: files };
    roles["targets"] = delegator;
  } else roles["targets"] = addTufTargets(empty, described(targets));
  for (const { targets: files, signers, threshold, ...delegation } of delegations) {
    const keys = keysOf({ signers, ...(threshold === undefined ? {} : { threshold }) });
    roles["targets"] = delegateTufRole(roles["targets"], { ...delegation, ...keys });
    roles[delegation.name] = addTufTargets(empty, described(files));
  }
  return roles;
}

function keysOf({ signers, threshold = signers.length }: RoleSigners) {
  return { keys: signers.map(({ publicKey }) => publicKey), threshold };
}

function described(files: TargetContents): readonly (readonly [string, TufTargetFile])[] {
  return Object.entries(files).map(([path, bytes]) => [path, describeTufTarget(bytes)]);
}

function servedTargets([path, bytes]: readonly [string, Uint8Array], consistent: boolean) {
  if (!consistent) return [[tufTargetFile(path), bytes] as const];
  return Object.values(describeTufTarget(bytes).hashes).map((hash) => [tufTargetFile(path, hash), bytes] as const);
}
