/** Carries a blueprint out with otakit's own repository side. */

import {
  addTufTargets,
  buildTufRoot,
  buildTufTargets,
  delegateTufBins,
  delegateTufRole,
  signTufMetadata,
  type TufRoleKeys,
  type TufRoot,
  type TufTargets,
  tufRootQuorums,
  updateTufRepository,
} from "otakit/manifest";
import type { Blueprint, PlannedKeys, PlannedRole } from "./blueprint.ts";
import type { PoolKey } from "./keys.ts";

/** Metadata files by name. */
export type Files = ReadonlyMap<string, Uint8Array>;

/** Writes and signs every file. */
export async function writeWithOtakit(plan: Blueprint, pool: readonly PoolKey[]): Promise<Files> {
  const expires = Date.parse(plan.expires);
  const keysOf = ({ keys, threshold }: PlannedKeys) => ({
    keys: keys.map((key) => pool[key]!.signer.publicKey),
    threshold,
  });
  const files = new Map<string, Uint8Array>();
  let previous: TufRoot | undefined;
  let rootFile: Uint8Array | undefined;
  for (const [index, roles] of plan.roots.entries()) {
    const root = buildTufRoot({
      version: index + 1,
      expires,
      consistentSnapshot: plan.consistent,
      roles: {
        root: keysOf(roles.root),
        timestamp: keysOf(roles.timestamp),
        snapshot: keysOf(roles.snapshot),
        targets: keysOf(roles.targets),
      },
    });
    const signers = new Set([...roles.root.keys, ...(plan.roots[index - 1]?.root.keys ?? [])]);
    rootFile = await signTufMetadata(root, {
      quorums: tufRootQuorums(root, previous),
      signers: [...signers].map((key) => pool[key]!.signer),
    });
    files.set(`${index + 1}.root.json`, rootFile);
    previous = root;
  }
  const targets: Record<string, TufTargets> = {};
  for (const role of plan.roles) targets[role.name] = targetsOf(role, expires, keysOf);
  const changes = await updateTufRepository({
    published: new Map(),
    root: rootFile!,
    targets,
    signers: pool.map(({ signer }) => signer),
    expires: { snapshot: expires, timestamp: expires },
    listHashes: plan.listHashes,
  });
  return new Map([...files, ...changes]);
}

function targetsOf(role: PlannedRole, expires: number, keysOf: (keys: PlannedKeys) => TufRoleKeys): TufTargets {
  let targets = addTufTargets(buildTufTargets({ version: role.version, expires }), Object.entries(role.targets));
  if (role.bins !== undefined) targets = delegateTufBins(targets, { ...role.bins, ...keysOf(role.bins) });
  for (const delegation of role.delegations ?? []) {
    const { prefixes, ...rest } = delegation;
    const scope = prefixes === undefined ? {} : { pathHashPrefixes: prefixes };
    targets = delegateTufRole(targets, { ...rest, ...scope, ...keysOf(delegation) });
  }
  return targets;
}
