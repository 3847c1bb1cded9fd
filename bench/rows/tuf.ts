/** The TUF client against tuf-js, and against the models of tuf-js alone. */

import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesToHex, encodeCanonicalJson, formatUtcTime, type JsonObject, sha256, utf8ToBytes } from "otakit/core";
import {
  buildTufRoot,
  buildTufTargets,
  createTufClient,
  delegateTufBins,
  describeTufTarget,
  distributeTufTargets,
  findTufTarget,
  nextTufRequest,
  restartTufClient,
  signTufMetadata,
  stepTufClient,
  type TufClient,
  type TufPolicy,
  type TufTargetFile,
  type TufTargets,
  updateTufRepository,
} from "otakit/manifest";
import { createLocalSigner, pureSignatureProvider, type Signer } from "otakit/signing";
import { findPeer, importPeer } from "../peers.ts";
import type { BenchRow, BenchRowFactory, Contender } from "../row.ts";

const roles = ["root", "timestamp", "snapshot", "targets"] as const;
const expires = formatUtcTime(Date.UTC(2099, 0, 1));

/** The files of a repository by name, with one Ed25519 key for each role. */
async function publish(targets: number): Promise<Map<string, Uint8Array>> {
  const signers = Object.fromEntries(
    roles.map((role, index) => [role, createLocalSigner(new Uint8Array(32).fill(index + 1))]),
  ) as Record<(typeof roles)[number], Signer>;
  const keyObject = ({ publicKey }: Signer) => ({
    keytype: "ed25519",
    keyval: { public: publicKey.material },
    scheme: "ed25519",
  });
  const keyids = Object.fromEntries(
    roles.map((role) => [role, bytesToHex(sha256(encodeCanonicalJson(keyObject(signers[role]))))]),
  );
  const files = new Map<string, Uint8Array>();
  const write = async (role: (typeof roles)[number], body: JsonObject) => {
    const signed = { _type: role, expires, spec_version: "1.0.34", version: 1, ...body };
    const sig = bytesToHex(await signers[role].sign(encodeCanonicalJson(signed)));
    const bytes = utf8ToBytes(JSON.stringify({ signatures: [{ keyid: keyids[role]!, sig }], signed }, undefined, 1));
    files.set(role === "timestamp" ? "timestamp.json" : `1.${role}.json`, bytes);
    return { hashes: { sha256: bytesToHex(sha256(bytes)) }, length: bytes.length, version: 1 };
  };
  const entries = Array.from({ length: targets }, (_, index) => {
    const path = `ecu/${index % 60}/firmware-${String(index).padStart(6, "0")}.bin`;
    return [
      path,
      {
        custom: { hardwareIds: [`ecu-${index % 60}`] },
        hashes: { sha256: bytesToHex(sha256(utf8ToBytes(path))) },
        length: 262_144 + index,
      },
    ];
  });
  const listed = await write("targets", { targets: Object.fromEntries(entries) });
  const snapshot = await write("snapshot", { meta: { "targets.json": listed } });
  await write("timestamp", { meta: { "snapshot.json": snapshot } });
  await write("root", {
    consistent_snapshot: true,
    keys: Object.fromEntries(roles.map((role) => [keyids[role]!, keyObject(signers[role])])),
    roles: Object.fromEntries(roles.map((role) => [role, { keyids: [keyids[role]!], threshold: 1 }])),
  });
  return files;
}

/** A refresh with nothing stored but the root, and one look-up; from a client that trusts the root already, or from its bytes. */
function refresh(files: ReadonlyMap<string, Uint8Array>, path: string, policy: TufPolicy, running?: TufClient): number {
  const now = Date.now();
  let client = running ?? createTufClient(files.get("1.root.json")!, policy);
  for (let request = nextTufRequest(client, policy); request !== undefined; request = nextTufRequest(client, policy)) {
    const bytes = request.kind === "load" ? undefined : files.get(request.file);
    const step = stepTufClient(client, { request, bytes }, now, policy);
    if (step.decision === "refuse") throw new Error(step.reasons[0]!.message);
    client = step.state;
  }
  let lookup = findTufTarget(client, path, policy);
  while (lookup.decision === "needs") {
    const { request } = lookup;
    const bytes = request.kind === "load" ? undefined : files.get(request.file);
    const step = stepTufClient(client, { request, bytes }, now, policy);
    if (step.decision === "refuse") throw new Error(step.reasons[0]!.message);
    client = step.state;
    lookup = findTufTarget(client, path, policy);
  }
  return lookup.decision === "found" ? lookup.target.length : -1;
}

/** Refreshes of a client that keeps running: with its last state, and a store in memory. */
function refreshAgain(files: ReadonlyMap<string, Uint8Array>, path: string, policy: TufPolicy): () => number {
  const now = Date.now();
  const store = new Map([["root.json", files.get("1.root.json")!]]);
  let client = createTufClient(store.get("root.json")!, policy);
  return () => {
    client = restartTufClient(client);
    for (
      let request = nextTufRequest(client, policy);
      request !== undefined;
      request = nextTufRequest(client, policy)
    ) {
      const bytes = (request.kind === "load" ? store : files).get(request.file);
      const step = stepTufClient(client, { request, bytes }, now, policy);
      if (step.decision === "refuse") throw new Error(step.reasons[0]!.message);
      for (const { file, bytes: stored } of step.persist) store.set(file, stored!);
      client = step.state;
    }
    const lookup = findTufTarget(client, path, policy);
    return lookup.decision === "found" ? lookup.target.length : -1;
  };
}

interface TufJs {
  readonly Updater: new (
    options: object,
  ) => {
    refresh(): Promise<void>;
    getTargetInfo(path: string): Promise<{ readonly length: number } | undefined>;
  };
}

interface TufJsErrors {
  readonly DownloadHTTPError: new (message: string, statusCode: number) => Error;
}

interface Models {
  readonly Metadata: { fromJSON(type: string, data: unknown): ModelMetadata };
}

interface ModelMetadata {
  readonly signed: { readonly targets: Readonly<Record<string, { readonly length: number }>> };
  verifyDelegate(role: string, metadata: ModelMetadata): void;
}

/** tuf-js over a folder in memory, with a fetcher that gives the bytes at once; emptied before each run, or kept. */
async function tufJs(files: ReadonlyMap<string, Uint8Array>, path: string, keep = false): Promise<Contender> {
  const { Updater } = await importPeer<TufJs>("tuf-js");
  const { DownloadHTTPError } = await importPeer<TufJsErrors>("tuf-js/dist/error.js");
  const folder = mkdtempSync(join(process.platform === "linux" ? "/dev/shm" : tmpdir(), "tuf-js-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const fetcher = {
    async downloadBytes(url: string): Promise<Buffer> {
      const bytes = files.get(url.slice(url.lastIndexOf("/") + 1));
      if (bytes === undefined) throw new DownloadHTTPError("absent", 404);
      return Buffer.from(bytes);
    },
  };
  return {
    name: "tuf-js 6.0.2 (folder in memory)",
    async run() {
      if (!keep || !existsSync(join(folder, "root.json"))) {
        for (const role of ["timestamp", "snapshot", "targets"]) rmSync(join(folder, `${role}.json`), { force: true });
        writeFileSync(join(folder, "root.json"), files.get("1.root.json")!);
      }
      const updater = new Updater({ metadataDir: folder, metadataBaseUrl: "http://localhost", fetcher });
      await updater.refresh();
      return (await updater.getTargetInfo(path))?.length;
    },
  };
}

/** The models alone: the same parsing and verifying, without any of the client's rules. */
async function models(files: ReadonlyMap<string, Uint8Array>, path: string, keepRoot: boolean): Promise<Contender> {
  const { Metadata } = await importPeer<Models>("@tufjs/models");
  const read = (role: string, file: string) => {
    const text = Buffer.from(files.get(file)!).toString("utf8");
    return Metadata.fromJSON(role, JSON.parse(text));
  };
  const readRoot = () => {
    const root = read("root", "1.root.json");
    root.verifyDelegate("root", root);
    return root;
  };
  const kept = readRoot();
  return {
    name: `@tufjs/models 5.0.2 (parse and verify alone${keepRoot ? ", root kept" : ""})`,
    run() {
      const root = keepRoot ? kept : readRoot();
      root.verifyDelegate("timestamp", read("timestamp", "timestamp.json"));
      root.verifyDelegate("snapshot", read("snapshot", "1.snapshot.json"));
      const targets = read("targets", "1.targets.json");
      root.verifyDelegate("targets", targets);
      return targets.signed.targets[path]?.length;
    },
  };
}

async function refreshRow(name: string, targets: number, note: string, withPeers = true): Promise<BenchRow> {
  const files = await publish(targets);
  const path = "ecu/7/firmware-000007.bin";
  const policy: TufPolicy = { maxListedBytes: 2 ** 30 };
  const peers: Contender[] = [];
  const missing: string[] = [];
  const makers = [
    ["tuf-js", () => tufJs(files, path)],
    ["@tufjs/models", () => models(files, path, false)],
    ["@tufjs/models", () => models(files, path, true)],
  ] as const;
  for (const [peer, make] of withPeers ? makers : []) {
    const found = findPeer(peer);
    if ("missing" in found) missing.push(found.missing);
    else peers.push(await make());
  }
  const pure = { ...policy, provider: pureSignatureProvider };
  const root = files.get("1.root.json")!;
  const running = createTufClient(root, policy);
  const runningPure = createTufClient(root, pure);
  return {
    name,
    work: { operations: 1 },
    contenders: [
      { name: "otakit (node), running", run: () => refresh(files, path, policy, running) },
      { name: "otakit (pure), running", run: () => refresh(files, path, pure, runningPure) },
      { name: "otakit (node), from the root's bytes", run: () => refresh(files, path, policy) },
      { name: "otakit (pure), from the root's bytes", run: () => refresh(files, path, pure) },
      ...peers,
    ],
    check(result, contender) {
      if (result !== 262_151) throw new Error(`${contender} found ${String(result)}`);
    },
    note:
      `${note}; four roles of one Ed25519 key each, everything but the root is new, then one look-up. A running client keeps its root ` +
      "with its prepared keys; tuf-js reads and verifies it each time",
    missing,
  };
}

async function refreshAgainRow(): Promise<BenchRow> {
  const files = await publish(10);
  const path = "ecu/7/firmware-000007.bin";
  const found = findPeer("tuf-js");
  return {
    name: "manifest/tuf-refresh-again",
    work: { operations: 1 },
    contenders: [
      { name: "otakit (node)", run: refreshAgain(files, path, {}) },
      { name: "otakit (pure)", run: refreshAgain(files, path, { provider: pureSignatureProvider }) },
      ...("missing" in found ? [] : [await tufJs(files, path, true)]),
    ],
    check(result, contender) {
      if (result !== 262_151) throw new Error(`${contender} found ${String(result)}`);
    },
    note:
      "10 targets, nothing new since the last refresh: otakit keeps its state in memory and recognises what it verified; tuf-js has " +
      "all files in its folder in memory and verifies them again",
    missing: "missing" in found ? [found.missing] : [],
  };
}

/** A million targets in 4,096 hash bins: what one vehicle pays for one of them. */
async function binsRow(): Promise<BenchRow> {
  const million = 1_000_000;
  const signers = [createLocalSigner(new Uint8Array(32).fill(1))];
  const role = { keys: signers.map(({ publicKey }) => publicKey), threshold: 1 };
  const soon = Date.UTC(2099, 0, 1);
  const expires = { targets: soon, snapshot: soon, timestamp: soon };
  const root = await signTufMetadata(
    buildTufRoot({ expires: soon, roles: { root: role, timestamp: role, snapshot: role, targets: role } }),
    { quorums: [], signers },
  );
  const bins = delegateTufBins(buildTufTargets({ expires: soon }), { ...role, bitLength: 12, namePrefix: "bin" });
  const file = describeTufTarget(utf8ToBytes("firmware"));
  const pathOf = (index: number) => `fleet/${index % 60}/firmware-${index}.bin`;
  function* files(): Iterable<readonly [string, TufTargetFile]> {
    for (let index = 0; index < million; index++) yield [pathOf(index), file];
  }
  const targets: Record<string, TufTargets> = { targets: bins };
  for (const [name, listed] of distributeTufTargets(files(), bins.delegations!.succinct_roles!)) {
    targets[name] = { ...buildTufTargets({ expires: soon }), targets: listed };
  }
  const changes = await updateTufRepository({ published: new Map(), root, targets, signers, expires });
  const served = new Map([...changes]);
  let index = 0;
  const nextPath = (): string => {
    index = (index + 7_919) % million;
    return pathOf(index);
  };
  return {
    name: "manifest/tuf-bins-1m",
    work: { operations: 1 },
    contenders: [
      { name: "otakit (node)", run: () => refresh(served, nextPath(), {}) },
      {
        name: "otakit (pure)",
        run: () => refresh(served, nextPath(), { provider: pureSignatureProvider }),
      },
    ],
    check(result, contender) {
      if (result !== 8) throw new Error(`${contender} found ${String(result)}`);
    },
    note: "10^6 targets in 4,096 bins: a whole refresh with nothing stored, and the bin of one target; the snapshot lists every bin",
  };
}

export const rows: Readonly<Record<string, BenchRowFactory>> = {
  "manifest/tuf-refresh": () => refreshRow("manifest/tuf-refresh", 10, "10 targets"),
  "manifest/tuf-refresh-again": refreshAgainRow,
  "manifest/tuf-refresh-1k": () => refreshRow("manifest/tuf-refresh-1k", 1_000, "1,000 targets"),
  "manifest/tuf-bins-1m": binsRow,
  "manifest/tuf-refresh-100k": () =>
    refreshRow(
      "manifest/tuf-refresh-100k",
      100_000,
      "100,000 targets; without peers, because the time of tuf-js grows with the square: 19 to 37 s were seen for 8,000",
      false,
    ),
};
