/** The attacker's workshop: signs anything with any keys, where the library's own builders would refuse. */

import { bytesToHex, encodeCanonicalJson, type JsonValue } from "otakit/core";
import {
  buildTufSnapshot,
  buildTufTimestamp,
  bumpTufVersion,
  describeTufFile,
  encodeTufMetadata,
  readTufRepository,
  type TufAnySigned,
  type TufRepositoryView,
  type TufTargets,
} from "otakit/manifest";
import type { Signer } from "otakit/signing";
import type { PairFiles, PairSigners } from "./pair.ts";

const day = 86_400_000;

/** A file, signed by whoever is given, each under the id of its key. */
export async function sealed(signed: TufAnySigned, ...signers: readonly Signer[]): Promise<Uint8Array> {
  const message = encodeCanonicalJson(signed as unknown as JsonValue);
  const signatures = await Promise.all(
    signers.map(async ({ publicKey, sign }) => ({ keyid: publicKey.keyId, sig: bytesToHex(await sign(message)) })),
  );
  return encodeTufMetadata({ signed, signatures });
}

/** Keys with which a forgery is signed. */
type ForgeryKeys = Pick<PairSigners, "targets" | "snapshot" | "timestamp">;

/** What is forged: each part made from what is published. */
export interface Forgery {
  readonly keys: ForgeryKeys;
  readonly now: number;
  /** The next top-level targets, whatever they say. */
  readonly targets: (published: TufTargets) => TufTargets;
  /** Further targets roles, signed by the key that is given. */
  readonly delegated?: Readonly<
    Record<string, { readonly signed: (published: TufTargets) => TufTargets; readonly by: Signer }>
  >;
}

/** Publishes a forgery over what a repository serves: its targets, a snapshot that lists them, a timestamp that names it. */
export async function forge(files: PairFiles, { keys, now, targets, delegated = {} }: Forgery): Promise<void> {
  const view = readTufRepository(files);
  const listed = { ...view.snapshot.signed.meta };
  const write = async (role: string, signed: TufTargets, by: Signer): Promise<void> => {
    const bytes = await sealed(signed, by);
    files.set(`${signed.version}.${role}.json`, bytes);
    listed[`${role}.json`] = describeTufFile(signed.version, bytes);
  };
  for (const [role, { signed, by }] of Object.entries(delegated))
    await write(role, signed(view.targets[role]!.signed), by);
  await write("targets", targets(view.targets["targets"]!.signed), keys.targets);
  await forgeSnapshot(files, view, listed, { keys, now });
}

/** A new snapshot with what it lists, and the timestamp that names it. */
export async function forgeSnapshot(
  files: PairFiles,
  { snapshot, timestamp }: TufRepositoryView,
  meta: TufRepositoryView["snapshot"]["signed"]["meta"],
  { keys, now }: Pick<Forgery, "keys" | "now">,
): Promise<void> {
  const version = snapshot.signed.version + 1;
  const signed = {
    ...buildTufSnapshot({ version, expires: now + 30 * day, files: { targets: meta["targets.json"] } }),
    meta,
  };
  const bytes = await sealed(signed, keys.snapshot);
  files.set(`${version}.snapshot.json`, bytes);
  const next = buildTufTimestamp({
    version: timestamp.signed.version + 1,
    expires: now + day,
    snapshot: describeTufFile(version, bytes),
  });
  files.set("timestamp.json", await sealed(next, keys.timestamp));
}

/** The next version of targets with changes. */
export function altered(targets: TufTargets, now: number, change: object): TufTargets {
  return { ...bumpTufVersion(targets, { expires: now + 30 * day }), ...change };
}
