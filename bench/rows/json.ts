/** Strict and canonical JSON of TUF metadata, alone and as part of verifying a signature, against what others use for it. */

import { createPublicKey, verify } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ed25519 } from "@noble/curves/ed25519.js";
import {
  bytesToHex,
  encodeCanonicalJson,
  encodeJcs,
  hexToBytes,
  type JsonObject,
  parseStrictJson,
  sha256,
  utf8ToBytes,
} from "otakit/core";
import {
  createLocalSigner,
  defaultSignatureProvider,
  encodePublicKeyDer,
  isValidSignature,
  pureSignatureProvider,
  type SignatureProvider,
} from "otakit/signing";
import { findPeer, importPeer } from "../peers.ts";
import type { BenchRow, BenchRowFactory, Contender } from "../row.ts";

/** Targets metadata with this many targets, 206 bytes each in canonical form. */
function targetsMetadata(count: number): JsonObject {
  const entries = Array.from({ length: count }, (_, index) => {
    const path = `ecu/${String(index % 60).padStart(2, "0")}/firmware-${String(index).padStart(6, "0")}.bin`;
    const hashes = { sha256: bytesToHex(sha256(utf8ToBytes(path))) };
    return [path, { custom: { hardwareIds: [`ecu-${index % 60}`], release: 7 }, hashes, length: 262_144 + index }];
  });
  return {
    _type: "targets",
    expires: "2099-01-01T00:00:00Z",
    spec_version: "1.0.34",
    targets: Object.fromEntries(entries),
    version: 1,
  };
}

/** Contenders of peers that are installed, and in words those that are not. */
async function fromPeers(
  peers: Readonly<Record<string, () => Promise<Contender>>>,
): Promise<{ readonly contenders: readonly Contender[]; readonly missing: readonly string[] }> {
  const contenders: Contender[] = [];
  const missing: string[] = [];
  for (const [name, make] of Object.entries(peers)) {
    const found = findPeer(name);
    if ("missing" in found) missing.push(found.missing);
    else contenders.push(await make());
  }
  return { contenders, missing };
}

/** Throws unless a contender's bytes or text are as expected. */
function checkAgainst(expected: string): (result: unknown, contender: string) => void {
  return (result, contender) => {
    const text = typeof result === "string" ? result : new TextDecoder().decode(result as Uint8Array);
    if (text !== expected) throw new Error(`${contender} wrote something else`);
  };
}

async function canonicalRow(): Promise<BenchRow> {
  const expected = encodeCanonicalJson(targetsMetadata(5_000));
  const parsed = parseStrictJson(expected);
  // As every JSON library holds what python-tuf writes: plain objects, names in order already.
  const value = JSON.parse(new TextDecoder().decode(expected)) as JsonObject;
  const { contenders, missing } = await fromPeers({
    "@tufjs/canonical-json": async () => {
      const peer = await importPeer<{ canonicalize(value: unknown): string }>("@tufjs/canonical-json");
      return { name: "@tufjs/canonical-json 2.0.0", run: () => utf8ToBytes(peer.canonicalize(value)) };
    },
  });
  return {
    name: "core/canonical-json",
    work: { bytes: expected.length },
    contenders: [
      { name: "otakit", run: () => encodeCanonicalJson(value) },
      { name: "otakit (value of parseStrictJson)", run: () => encodeCanonicalJson(parsed) },
      ...contenders,
      { name: "JSON.stringify", run: () => utf8ToBytes(JSON.stringify(value)) },
    ],
    check: checkAgainst(new TextDecoder().decode(expected)),
    note: "5,000 targets, names in order already; JSON.stringify is native code that neither sorts nor checks: a bound for any writer",
    missing,
  };
}

async function jcsRow(): Promise<BenchRow> {
  const value = JSON.parse(JSON.stringify(targetsMetadata(5_000))) as JsonObject;
  const expected = encodeJcs(value);
  const { contenders, missing } = await fromPeers({
    canonicalize: async () => {
      const peer = await importPeer<{ default(value: unknown): string }>("canonicalize");
      return { name: "canonicalize 5.1.0", run: () => utf8ToBytes(peer.default(value)) };
    },
  });
  return {
    name: "core/jcs",
    work: { bytes: expected.length },
    contenders: [{ name: "otakit", run: () => encodeJcs(value) }, ...contenders],
    check: checkAgainst(new TextDecoder().decode(expected)),
    note: "RFC 8785; 5,000 targets",
    missing,
  };
}

function parseRow(): BenchRow {
  const text = JSON.stringify(targetsMetadata(5_000), undefined, 1);
  const bytes = utf8ToBytes(text);
  return {
    name: "core/parse-json",
    work: { bytes: bytes.length },
    contenders: [
      { name: "otakit", run: () => parseStrictJson(bytes) },
      { name: "JSON.parse", run: () => JSON.parse(new TextDecoder().decode(bytes)) },
    ],
    check(result, contender) {
      if (JSON.stringify(result, undefined, 1) !== text) throw new Error(`${contender} read something else`);
    },
    note: "5,000 targets, indented; JSON.parse is native code that accepts names twice, rounds integers and tells no place",
  };
}

/** Bytes of heap that a value holds after garbage collection. */
function heapOf(make: () => unknown): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  const before = process.memoryUsage().heapUsed;
  const value = make();
  collect();
  const held = process.memoryUsage().heapUsed - before;
  return value === undefined ? 0 : held;
}

function parseLargeRow(): BenchRow {
  const bytes = encodeCanonicalJson(targetsMetadata(100_000));
  const limits = { maxBytes: 2 ** 25 };
  const strict = () => parseStrictJson(bytes, limits);
  const native = () => JSON.parse(new TextDecoder().decode(bytes));
  const [ours, theirs] = [heapOf(strict), heapOf(native)].map((held) => (held / bytes.length).toFixed(2));
  return {
    name: "core/parse-json-100k",
    work: { bytes: bytes.length },
    contenders: [
      { name: "otakit", run: strict },
      { name: "JSON.parse", run: native },
    ],
    check(result, contender) {
      const { targets } = result as { targets: JsonObject };
      if (Object.keys(targets).length !== 100_000) throw new Error(`${contender} read something else`);
    },
    note: `100,000 targets, ${bytes.length} bytes; heap held per byte of input: otakit ${ours}, JSON.parse ${theirs}`,
  };
}

/** Parse, canonicalise and verify, against the verification of the canonical bytes alone. */
async function verifyRow(name: string, targets: number, provider: SignatureProvider): Promise<BenchRow> {
  const signer = createLocalSigner(new Uint8Array(32).fill(1));
  const key = signer.publicKey;
  const signed = targetsMetadata(targets);
  const message = encodeCanonicalJson(signed);
  const signature = await signer.sign(message);
  const signatures = [{ keyid: key.keyId, sig: bytesToHex(signature) }];
  const document = utf8ToBytes(JSON.stringify({ signatures, signed }, undefined, 1));
  const native = createPublicKey({ key: Buffer.from(encodePublicKeyDer(key)), format: "der", type: "spki" });
  const publicKey = hexToBytes(key.material);
  const alone: Contender =
    provider === pureSignatureProvider
      ? { name: "@noble/curves, signature alone", run: () => ed25519.verify(signature, message, publicKey) }
      : { name: "node:crypto, signature alone", run: () => verify(null, message, native, signature) };
  return {
    name,
    work: { operations: 1 },
    contenders: [
      {
        name: `otakit (${provider === pureSignatureProvider ? "pure" : "node"}), whole document`,
        run() {
          const read = parseStrictJson(document) as { signed: JsonObject; signatures: readonly { sig: string }[] };
          return isValidSignature(key, encodeCanonicalJson(read.signed), hexToBytes(read.signatures[0]!.sig), {
            provider,
          });
        },
      },
      alone,
      {
        name: "otakit, parse and canonicalise alone",
        run: () => encodeCanonicalJson((parseStrictJson(document) as { signed: JsonObject }).signed).length > 0,
      },
    ],
    check(result, contender) {
      if (result !== true) throw new Error(`${contender} refuses a good signature`);
    },
    note: `one Ed25519 signature over metadata of ${document.length} bytes, with a key that is known`,
  };
}

const verifyRows = Object.fromEntries(
  (
    [
      ["2kb", 6],
      ["100kb", 375],
      ["1mb", 3_750],
    ] as const
  ).flatMap(([size, targets]) =>
    (
      [
        ["", defaultSignatureProvider],
        ["-pure", pureSignatureProvider],
      ] as const
    ).map(([suffix, provider]): [string, BenchRowFactory] => {
      const name = `core/verify-metadata-${size}${suffix}`;
      return [name, () => verifyRow(name, targets, provider)];
    }),
  ),
);

export const rows: Readonly<Record<string, BenchRowFactory>> = {
  "core/canonical-json": canonicalRow,
  "core/jcs": jcsRow,
  "core/parse-json": parseRow,
  "core/parse-json-100k": parseLargeRow,
  ...verifyRows,
};
