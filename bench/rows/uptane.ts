/** Full verification of a large vehicle, beside nothing but the signature checks that it makes. */

import { ed25519 } from "@noble/curves/ed25519.js";
import {
  bytesToHex,
  encodeCanonicalJson,
  formatUtcTime,
  hexToBytes,
  type JsonObject,
  sha256,
  utf8ToBytes,
} from "otakit/core";
import {
  createUptaneClient,
  nextUptaneRequest,
  restartUptaneClient,
  stepUptaneClient,
  timeFromClock,
  type UptaneClient,
  type UptanePolicy,
  type UptaneRepository,
  uptaneAssignment,
} from "otakit/manifest";
import {
  createLocalSigner,
  encodeTufKey,
  isValidSignature,
  type PublicKey,
  pureSignatureProvider,
  type SignatureProvider,
  type Signer,
} from "otakit/signing";
import type { BenchRow, BenchRowFactory } from "../row.ts";

const ecuCount = 60;
const imageCount = 200;
const supplierCount = 10;
const expires = formatUtcTime(Date.UTC(2099, 0, 1));

/** A signature that full verification checks. */
interface Check {
  readonly key: PublicKey;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

type Files = Map<string, Uint8Array>;

/** Both repositories' files, and every signature in them. */
interface Pair {
  readonly files: Readonly<Record<UptaneRepository, Files>>;
  readonly checks: Check[];
}

let seed = 0;
const nextSigner = (): Signer => createLocalSigner(new Uint8Array(32).fill(++seed));

const keysOf = (signers: readonly Signer[]) =>
  Object.fromEntries(signers.map(({ publicKey }) => [publicKey.keyId, encodeTufKey(publicKey)]));

/** Writes one metadata file; gives the entry that lists it. */
async function write(pair: Pair, repository: UptaneRepository, file: string, signer: Signer, signed: JsonObject) {
  const message = encodeCanonicalJson(signed);
  const signature = await signer.sign(message);
  pair.checks.push({ key: signer.publicKey, message, signature });
  const signatures = [{ keyid: signer.publicKey.keyId, sig: bytesToHex(signature) }];
  const bytes = utf8ToBytes(JSON.stringify({ signatures, signed }));
  pair.files[repository].set(file, bytes);
  return { version: 1, length: bytes.length, hashes: { sha256: bytesToHex(sha256(bytes)) } };
}

const common = (type: string) => ({ _type: type, spec_version: "1.0.34", version: 1, expires });

/** Root, snapshot and timestamp over the targets of a repository. */
async function publish(
  pair: Pair,
  repository: UptaneRepository,
  targets: JsonObject,
  listed: Readonly<Record<string, JsonObject>> = {},
): Promise<void> {
  const [root, timestamp, snapshot, top] = [nextSigner(), nextSigner(), nextSigner(), nextSigner()];
  const role = ({ publicKey }: Signer) => ({ keyids: [publicKey.keyId], threshold: 1 });
  const body = {
    consistent_snapshot: true,
    keys: keysOf([root, timestamp, snapshot, top]),
    roles: { root: role(root), timestamp: role(timestamp), snapshot: role(snapshot), targets: role(top) },
  };
  await write(pair, repository, "1.root.json", root, { ...common("root"), ...body });
  const entry = await write(pair, repository, "1.targets.json", top, { ...common("targets"), ...targets });
  const meta = { ...listed, "targets.json": entry };
  const named = await write(pair, repository, "1.snapshot.json", snapshot, { ...common("snapshot"), meta });
  const timestamped = { ...common("timestamp"), meta: { "snapshot.json": named } };
  await write(pair, repository, "timestamp.json", timestamp, timestamped);
}

const pathOf = (index: number): string => `supplier-${index % supplierCount}/firmware-${index}.bin`;
const hardwareOf = (index: number): string => `model-${index % ecuCount}`;
const fileOf = (index: number) => ({
  length: 262_144 + index,
  hashes: { sha256: bytesToHex(sha256(utf8ToBytes(pathOf(index)))) },
});

/** 60 ECUs, each with one of 200 images, which ten suppliers list by delegation. */
async function makePair(): Promise<Pair> {
  const pair: Pair = { files: { director: new Map(), image: new Map() }, checks: [] };
  const assigned = Array.from({ length: ecuCount }, (_, index) => {
    const custom = { ecuIdentifiers: { [`ecu-${index}`]: { hardwareId: hardwareOf(index) } }, releaseCounter: 7 };
    return [pathOf(index), { ...fileOf(index), custom }];
  });
  const director = { custom: { vehicleIdentifier: "vehicle" }, targets: Object.fromEntries(assigned) };
  await publish(pair, "director", director);
  const suppliers = Array.from({ length: supplierCount }, nextSigner);
  const listed: Record<string, JsonObject> = {};
  for (const [number, signer] of suppliers.entries()) {
    const own = Array.from({ length: imageCount / supplierCount }, (_, index) => index * supplierCount + number);
    const targets = own.map((index) => [
      pathOf(index),
      { ...fileOf(index), custom: { hardwareIds: [hardwareOf(index)], releaseCounter: 7 } },
    ]);
    const signed = { ...common("targets"), targets: Object.fromEntries(targets) };
    listed[`supplier-${number}.json`] = await write(pair, "image", `1.supplier-${number}.json`, signer, signed);
  }
  const roles = suppliers.map(({ publicKey }, number) => ({
    name: `supplier-${number}`,
    keyids: [publicKey.keyId],
    threshold: 1,
    terminating: true,
    paths: [`supplier-${number}/*`],
  }));
  await publish(pair, "image", { targets: {}, delegations: { keys: keysOf(suppliers), roles } }, listed);
  return pair;
}

/** A whole verification with nothing stored but the roots. */
function verify({ files }: Pair, policy: UptanePolicy, running?: UptaneClient): number {
  const time = timeFromClock(Date.now(), 0);
  let client = running === undefined ? start(files, policy) : restartUptaneClient(running);
  for (
    let request = nextUptaneRequest(client, policy);
    request !== undefined;
    request = nextUptaneRequest(client, policy)
  ) {
    const bytes = request.kind === "load" ? undefined : files[request.repository].get(request.file);
    const step = stepUptaneClient(client, { request, bytes }, time, policy);
    if (step.decision === "refuse") throw new Error(step.reasons[0]!.message);
    client = step.state;
  }
  const outcome = uptaneAssignment(client);
  return outcome.decision === "update" ? outcome.assignment.images.length : -1;
}

function start(files: Pair["files"], policy: UptanePolicy): UptaneClient {
  const ecus = Array.from({ length: ecuCount }, (_, index) => ({
    ecuId: `ecu-${index}`,
    hardwareId: hardwareOf(index),
  }));
  const vehicle = { vehicleId: "vehicle", primary: "ecu-0", ecus };
  const [directorRoot, imageRoot] = [files.director.get("1.root.json")!, files.image.get("1.root.json")!];
  return createUptaneClient({ vehicle, directorRoot, imageRoot }, policy);
}

/** The equations alone, with keys that were imported before; counts those that hold, as the images do. */
function bareChecks(checks: readonly Check[], provider?: SignatureProvider): number {
  const options = provider === undefined ? {} : { provider };
  const valid = checks.filter(({ key, message, signature }) => isValidSignature(key, message, signature, options));
  return valid.length === checks.length ? ecuCount : -1;
}

/** With a key object that nobody has seen before: its import is part of the check, as with keys that arrive with new metadata. */
function anew({ key, ...rest }: Check): Check {
  return { key: { ...key }, ...rest };
}

/** By the library that a pure implementation would take off the shelf. */
function nobleChecks(checks: readonly Check[]): number {
  const isValid = ({ key, message, signature }: Check) => ed25519.verify(signature, message, hexToBytes(key.material));
  return checks.every(isValid) ? ecuCount : -1;
}

async function fullVerification(provider: SignatureProvider | undefined, name: string): Promise<BenchRow> {
  const pair = await makePair();
  const policy = provider === undefined ? {} : { provider };
  const isRoot = ({ message }: Check) => new TextDecoder().decode(message).includes('"_type":"root"');
  const withoutRoots = pair.checks.filter((check) => !isRoot(check));
  const running = start(pair.files, policy);
  return {
    name,
    work: { operations: 1 },
    contenders: [
      { name: "full verification, roots kept", run: () => verify(pair, policy, running) },
      { name: `its ${withoutRoots.length} signature checks alone`, run: () => bareChecks(withoutRoots, provider) },
      { name: "the same with keys imported anew", run: () => bareChecks(withoutRoots.map(anew), provider) },
      ...(provider === undefined ? [] : [{ name: "the same by @noble/curves", run: () => nobleChecks(withoutRoots) }]),
      { name: "full verification from the roots' bytes", run: () => verify(pair, policy) },
      { name: `its ${pair.checks.length} signature checks alone`, run: () => bareChecks(pair.checks, provider) },
    ],
    check(result, contender) {
      if (result !== ecuCount) throw new Error(`${contender} gave ${String(result)}`);
    },
    note:
      "60 ECUs, 200 images listed by ten delegated roles, Ed25519; nothing is stored but the roots. The checks alone are the equations " +
      "with keys imported before and messages at hand: no parsing, no canonical form, no rule",
  };
}

export const rows: Readonly<Record<string, BenchRowFactory>> = {
  "manifest/uptane-full-native": () => fullVerification(undefined, "manifest/uptane-full-native"),
  "manifest/uptane-full-pure": () => fullVerification(pureSignatureProvider, "manifest/uptane-full-pure"),
};
