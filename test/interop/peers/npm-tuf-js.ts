/** `tuf-js` with `@tufjs/models`, the TUF client of npm itself: the models write, the Updater reads. */

import { constants, createHash, createPrivateKey, sign } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { encodeTufKey } from "otakit/signing";
import { findNpm, importNpm } from "../environment.ts";
import type { InteropPeer } from "../peer.ts";
import type { Blueprint, PlannedKeys, PlannedRole } from "../tuf/blueprint.ts";
import { entryText, readAt, type Scenario, type Verdict } from "../tuf/client-otakit.ts";
import { compareClients } from "../tuf/compare-clients.ts";
import type { PoolKey } from "../tuf/keys.ts";
import { tufJsDifferences } from "../tuf/known-differences.ts";
import type { Files } from "../tuf/write-otakit.ts";

export const peers: readonly InteropPeer[] = [
  {
    name: "npm tuf-js",
    find: () => findNpm("tuf-js"),
    run: ({ full }) =>
      compareClients(
        { seed: "tuf-js", write: writeWithModels, read: readWithUpdater, differences: tufJsDifferences },
        full ? { repositories: 500, mutants: 6_000 } : { repositories: 200, mutants: 2_000 },
      ),
  },
];

/** The parts of `@tufjs/models` that are used. */
interface Models {
  readonly Metadata: {
    fromJSON(kind: string, data: unknown): { sign(signer: (data: Uint8Array) => unknown): void; toJSON(): unknown };
  };
  readonly Signature: new (options: { keyID: string; sig: string }) => unknown;
}

/** The parts of `tuf-js` that are used. */
interface TufJs {
  readonly Updater: new (options: {
    metadataDir: string;
    metadataBaseUrl: string;
    fetcher: MemoryFetcher;
  }) => {
    trustedSet: { referenceTime: Date };
    refresh(): Promise<void>;
    getTargetInfo(path: string): Promise<Info | undefined>;
  };
}

interface Info {
  readonly length: number;
  readonly hashes: Readonly<Record<string, string>>;
  readonly custom: Readonly<Record<string, unknown>>;
}

interface TufJsErrors {
  readonly DownloadHTTPError: new (message: string, statusCode: number) => Error;
  readonly DownloadLengthMismatchError: new (message: string) => Error;
}

/** The one method of a fetcher that an Updater calls for metadata. */
interface MemoryFetcher {
  downloadBytes(url: string, maxLength: number): Promise<Buffer>;
}

const metadataUrl = "https://repository.example/metadata";

async function readWithUpdater(scenarios: readonly Scenario[]): Promise<readonly Verdict[]> {
  const { Updater } = await importNpm<TufJs>("tuf-js");
  const errors = await importNpm<TufJsErrors>("tuf-js/dist/error");
  const folder = mkdtempSync(`${tmpdir()}/otakit-tuf-js-`);
  try {
    const verdicts: Verdict[] = [];
    for (const [index, { root, files, lookups }] of scenarios.entries()) {
      const metadataDir = `${folder}/${index}`;
      mkdirSync(metadataDir);
      writeFileSync(`${metadataDir}/root.json`, root);
      const fetcher = memoryFetcher(files, errors);
      verdicts.push(await readOne(() => new Updater({ metadataDir, metadataBaseUrl: metadataUrl, fetcher }), lookups));
      rmSync(metadataDir, { recursive: true });
    }
    return verdicts;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function readOne(start: () => InstanceType<TufJs["Updater"]>, lookups: readonly string[]): Promise<Verdict> {
  let updater: InstanceType<TufJs["Updater"]>;
  try {
    updater = start();
    updater.trustedSet.referenceTime = new Date(readAt);
    await updater.refresh();
  } catch (error) {
    return { refreshed: false, lookups: [], why: String(error) };
  }
  let why = "";
  const found: string[] = [];
  for (const path of lookups) {
    try {
      const info = await updater.getTargetInfo(path);
      found.push(info === undefined ? "absent" : entryText(info.length, info.hashes, info.custom));
    } catch (error) {
      why ||= String(error);
      found.push("refused");
    }
  }
  return { refreshed: true, lookups: found, why };
}

function memoryFetcher(files: Files, errors: TufJsErrors): MemoryFetcher {
  return {
    async downloadBytes(url, maxLength) {
      const bytes = files.get(url.slice(metadataUrl.length + 1));
      if (bytes === undefined) throw new errors.DownloadHTTPError("not found", 404);
      if (bytes.length > maxLength) throw new errors.DownloadLengthMismatchError("Max length reached");
      return Buffer.from(bytes);
    },
  };
}

async function writeWithModels(plans: readonly Blueprint[], pool: readonly PoolKey[]): Promise<readonly Files[]> {
  const models = await importNpm<Models>("@tufjs/models");
  return plans.map((plan) => new ModelsWriter(models, plan, pool).write());
}

/** Writes one repository: objects of the models made of plain data, signed and serialised by them. */
class ModelsWriter {
  readonly #models: Models;
  readonly #plan: Blueprint;
  readonly #pool: readonly PoolKey[];
  readonly #files = new Map<string, Uint8Array>();

  constructor(models: Models, plan: Blueprint, pool: readonly PoolKey[]) {
    this.#models = models;
    this.#plan = plan;
    this.#pool = pool;
  }

  write(): Files {
    const { roots, roles, consistent } = this.#plan;
    roots.forEach((root, index) => {
      const signers = new Set([...(roots[index - 1]?.root.keys ?? []), ...root.root.keys]);
      const all = Object.values(root).flatMap(({ keys }) => keys);
      const signed = {
        consistent_snapshot: consistent,
        keys: this.#keyObjects(all),
        roles: Object.fromEntries(Object.entries(root).map(([role, keys]) => [role, this.#role(keys)])),
      };
      this.#put(`${index + 1}.root.json`, "root", index + 1, signed, [...signers]);
    });
    const top = roots.at(-1)!;
    const meta: Record<string, unknown> = {};
    for (const role of roles) {
      const file = this.#fileName(role.name, role.version);
      this.#put(file, "targets", role.version, this.#targets(role), role.signers);
      meta[`${role.name}.json`] = this.#listed(file, role.version);
    }
    const snapshot = this.#fileName("snapshot", 1);
    this.#put(snapshot, "snapshot", 1, { meta }, top.snapshot.keys);
    this.#put(
      "timestamp.json",
      "timestamp",
      1,
      { meta: { "snapshot.json": this.#listed(snapshot, 1) } },
      top.timestamp.keys,
    );
    return this.#files;
  }

  #put(file: string, kind: string, version: number, fields: object, signers: readonly number[]): void {
    const signed = { _type: kind, spec_version: "1.0.34", version, expires: this.#plan.expires, ...fields };
    const metadata = this.#models.Metadata.fromJSON(kind, { signatures: [], signed });
    for (const index of signers) {
      const { keyId, pem, scheme } = this.#pool[index]!;
      metadata.sign((data) => new this.#models.Signature({ keyID: keyId, sig: signHex(pem, scheme, data) }));
    }
    this.#files.set(file, Buffer.from(JSON.stringify(metadata.toJSON())));
  }

  #targets({ targets, delegations, bins }: PlannedRole): object {
    if (bins !== undefined) {
      const succinct = { ...this.#role(bins), bit_length: bins.bitLength, name_prefix: bins.namePrefix };
      return { targets, delegations: { keys: this.#keyObjects(bins.keys), succinct_roles: succinct } };
    }
    if (delegations === undefined) return { targets };
    const keys = this.#keyObjects(delegations.flatMap((role) => role.keys));
    const roles = delegations.map(({ name, terminating, paths, prefixes, ...role }) => ({
      name,
      terminating,
      ...this.#role(role),
      ...(paths === undefined ? { path_hash_prefixes: prefixes } : { paths }),
    }));
    return { targets, delegations: { keys, roles } };
  }

  #role({ keys, threshold }: PlannedKeys): object {
    return { keyids: keys.map((key) => this.#pool[key]!.keyId), threshold };
  }

  #keyObjects(keys: readonly number[]): object {
    return Object.fromEntries(
      keys.map((key) => [this.#pool[key]!.keyId, encodeTufKey(this.#pool[key]!.signer.publicKey)]),
    );
  }

  #listed(file: string, version: number): object {
    if (!this.#plan.listHashes) return { version };
    const bytes = this.#files.get(file)!;
    return { version, length: bytes.length, hashes: { sha256: createHash("sha256").update(bytes).digest("hex") } };
  }

  #fileName(role: string, version: number): string {
    const name = `${encodeURIComponent(role)}.json`;
    return this.#plan.consistent ? `${version}.${name}` : name;
  }
}

function signHex(pem: string, scheme: string, data: Uint8Array): string {
  const key = createPrivateKey(pem);
  // nistp256 and nistp384 hash with the function of their own size.
  const hash = scheme === "ed25519" ? undefined : `sha${/\d+$/.exec(scheme)![0]}`;
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  return sign(hash, data, scheme.startsWith("rsa") ? { key, ...padding } : key).toString("hex");
}
