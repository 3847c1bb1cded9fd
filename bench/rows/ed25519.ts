/** The pure Ed25519 and the streaming hash, each against the best that the same runtime offers. */

import { createHash as createNodeHash, createPublicKey, verify } from "node:crypto";
import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToHex, createHash, hexToBytes } from "otakit/core";
import { createLocalSigner, encodePublicKeyDer, isValidSignature, pureSignatureProvider } from "otakit/signing";
import { seededRandom } from "../../scripts/random.ts";
import { findPeer, importPeer } from "../peers.ts";
import type { BenchRow, BenchRowFactory, Contender } from "../row.ts";

interface Sodium {
  readonly ready: Promise<void>;
  crypto_sign_verify_detached(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean;
}

/** libsodium as WebAssembly. */
async function sodium(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): Promise<Contender> {
  const { default: library } = await importPeer<{ default: Sodium }>("libsodium-wrappers");
  await library.ready;
  return {
    name: "libsodium-wrappers 0.8.4",
    run: () => library.crypto_sign_verify_detached(signature, message, publicKey),
  };
}

async function pureRow(name: string, prepared: boolean): Promise<BenchRow> {
  const random = seededRandom(name);
  const message = random.bytes(2_000);
  const signer = createLocalSigner(random.bytes(32));
  const key = signer.publicKey;
  const publicKey = hexToBytes(key.material);
  const signature = await signer.sign(message);
  const native = createPublicKey({ key: Buffer.from(encodePublicKeyDer(key)), format: "der", type: "spki" });
  const found = findPeer("libsodium-wrappers");
  const options = { provider: pureSignatureProvider };
  return {
    name,
    work: { operations: 1 },
    contenders: [
      {
        name: prepared ? "otakit (pure)" : "otakit (pure), key prepared each time",
        run: () => isValidSignature(prepared ? key : { ...key }, message, signature, options),
      },
      { name: "@noble/curves", run: () => ed25519.verify(signature, message, publicKey) },
      ...("missing" in found ? [] : [await sodium(message, signature, publicKey)]),
      { name: "node:crypto", run: () => verify(null, message, native, signature) },
    ],
    check(result, contender) {
      if (result !== true) throw new Error(`${contender} refuses a good signature`);
    },
    note: "one message of 2 kB; otakit checks the strict rule, the others accept more",
    missing: "missing" in found ? [found.missing] : [],
  };
}

function streamRow(): BenchRow {
  const chunks = Array.from({ length: 64 }, (_, index) => seededRandom(index).bytes(65_536));
  const native = () => {
    const hash = createNodeHash("sha256");
    for (const chunk of chunks) hash.update(chunk);
    return hash.digest();
  };
  const expected = native().toString("hex");
  return {
    name: "core/sha256-stream",
    work: { bytes: 64 * 65_536 },
    contenders: [
      {
        name: "otakit (node)",
        run() {
          const hash = createHash("sha256");
          for (const chunk of chunks) hash.update(chunk);
          return hash.digest();
        },
      },
      { name: "node:crypto", run: native },
    ],
    check(result, contender) {
      if (bytesToHex(result as Uint8Array) !== expected) throw new Error(`${contender} gave another digest`);
    },
    note: "64 chunks of 64 kiB",
  };
}

export const rows: Readonly<Record<string, BenchRowFactory>> = {
  "signing/ed25519-pure": () => pureRow("signing/ed25519-pure", true),
  "signing/ed25519-pure-first": () => pureRow("signing/ed25519-pure-first", false),
  "core/sha256-stream": streamRow,
};
