/** A repository for tests, by hand: independent of the library's own builders, and free to publish what no honest one would. */

import { seededRandom } from "../../../scripts/random.ts";
import {
  bytesToHex,
  encodeCanonicalJson,
  formatUtcTime,
  type JsonValue,
  sha256,
  utf8ToBytes,
} from "../../../src/core/index.ts";
import { generateLocalKey, type LocalKey } from "../../../src/signing/index.ts";

/** A JSON object that a test may change at will. */
// biome-ignore lint/suspicious/noExplicitAny: a test breaks metadata in ways that no type allows
export type Loose = any;

export const day = 86_400_000;
/** The time at which tests run their clients. */
export const now: number = Date.UTC(2026, 10, 25);

/** A key with its TUF key object. */
export interface TestKey extends LocalKey {
  readonly keyid: string;
  readonly object: Loose;
}

/** A key that depends on its name alone. */
export function testKey(name: string): TestKey {
  const random = seededRandom(`tuf/${name}`);
  const local = generateLocalKey((length) => random.bytes(length));
  const { material } = local.signer.publicKey;
  const object = { keytype: "ed25519", scheme: "ed25519", keyval: { public: material } };
  return { ...local, object, keyid: bytesToHex(sha256(encodeCanonicalJson(object))) };
}

/** Signs an object as the given keys. */
export async function signed(document: Loose, ...keys: readonly TestKey[]): Promise<Loose> {
  const message = encodeCanonicalJson(document as JsonValue);
  const signatures = await Promise.all(
    keys.map(async ({ keyid, signer }) => ({ keyid, sig: bytesToHex(await signer.sign(message)) })),
  );
  return { signatures, signed: document };
}

/** The bytes of a document, in the layout of python-tuf. */
export function fileOf(document: Loose): Uint8Array {
  return utf8ToBytes(JSON.stringify(document, undefined, 1));
}

export const base = { spec_version: "1.0.34", version: 1, expires: formatUtcTime(now + 30 * day) };

export const roleNames = ["root", "timestamp", "snapshot", "targets"] as const;

/** A root by the keys of each role, all with threshold 1. */
export function rootOf(
  keys: Readonly<Record<(typeof roleNames)[number], readonly TestKey[]>>,
  change: Loose = {},
): Loose {
  const all = roleNames.flatMap((role) => keys[role]);
  return {
    _type: "root",
    ...base,
    consistent_snapshot: true,
    keys: Object.fromEntries(all.map(({ keyid, object }) => [keyid, object])),
    roles: Object.fromEntries(
      roleNames.map((role) => [role, { keyids: keys[role].map(({ keyid }) => keyid), threshold: 1 }]),
    ),
    ...change,
  };
}

/** An entry of a snapshot or timestamp. */
export function metaOf(document: Loose, withHashes = true): Loose {
  const bytes = fileOf(document);
  const { version } = document.signed;
  return withHashes ? { version, length: bytes.length, hashes: { sha256: bytesToHex(sha256(bytes)) } } : { version };
}

/** An entry of targets. */
export function targetOf(text: string): Loose {
  const bytes = utf8ToBytes(text);
  return { length: bytes.length, hashes: { sha256: bytesToHex(sha256(bytes)) } };
}

/** The files that a repository serves, by name. */
export type Files = Map<string, Uint8Array>;

/** A repository with one key for each role, which publishes versions one after the other. */
export class TestRepository {
  readonly keys = {
    root: [testKey("root")],
    timestamp: [testKey("timestamp")],
    snapshot: [testKey("snapshot")],
    targets: [testKey("targets")],
  };
  readonly files: Files = new Map();
  /** Delegated targets by role name, with who signs them. */
  readonly delegated = new Map<string, { document: Loose; keys: readonly TestKey[] }>();
  root: Loose = rootOf(this.keys);
  targets: Loose = { _type: "targets", ...base, targets: {} };
  snapshot: Loose = { _type: "snapshot", ...base, meta: {} };
  timestamp: Loose = { _type: "timestamp", ...base, meta: {} };
  withHashes = true;

  /** Publishes the root at its version, signed by the given keys, by its own otherwise. */
  async publishRoot(...keys: readonly TestKey[]): Promise<Uint8Array> {
    const bytes = fileOf(await signed(this.root, ...(keys.length > 0 ? keys : this.keys.root)));
    this.files.set(`${this.root.version}.root.json`, bytes);
    return bytes;
  }

  /** Publishes everything but the root, at the versions that the documents have. */
  async publish(): Promise<void> {
    this.snapshot.meta = {};
    for (const [role, { document, keys }] of this.delegated) await this.#list(role, document, keys);
    await this.#list("targets", this.targets, this.keys.targets);
    const snapshot = await signed(this.snapshot, ...this.keys.snapshot);
    this.files.set(`${this.snapshot.version}.snapshot.json`, fileOf(snapshot));
    this.timestamp.meta = { "snapshot.json": metaOf(snapshot, this.withHashes) };
    await this.publishTimestamp();
  }

  async publishTimestamp(): Promise<void> {
    this.files.set("timestamp.json", fileOf(await signed(this.timestamp, ...this.keys.timestamp)));
  }

  async #list(role: string, document: Loose, keys: readonly TestKey[]): Promise<void> {
    const file = await signed(document, ...keys);
    this.files.set(`${document.version}.${encodeURIComponent(role)}.json`, fileOf(file));
    this.snapshot.meta[`${role}.json`] = metaOf(file, this.withHashes);
  }

  /** Raises the versions of targets, snapshot and timestamp, and publishes. */
  async publishNext(): Promise<void> {
    this.targets.version++;
    this.snapshot.version++;
    this.timestamp.version++;
    await this.publish();
  }
}
