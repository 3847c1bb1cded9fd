/** SHA-256 and Ed25519: our two providers against what they stand on, used directly. */

import { createHash, createPublicKey, verify } from "node:crypto";
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, defaultHashProvider, hexToBytes, pureHashProvider, sha256 } from "otakit/core";
import { defaultSignatureProvider, isValidEd25519, pureSignatureProvider } from "otakit/signing";
import { seededRandom } from "../../scripts/random.ts";
import type { BenchRow, BenchRowFactory } from "../row.ts";

function sha256Row(): BenchRow {
  const message = seededRandom("signing/sha256").bytes(1024 * 1024);
  const expected = createHash("sha256").update(message).digest("hex");
  return {
    name: "signing/sha256",
    work: { bytes: message.length },
    contenders: [
      { name: "otakit (node)", run: () => sha256(message, defaultHashProvider) },
      { name: "otakit (pure)", run: () => sha256(message, pureHashProvider) },
      { name: "node:crypto raw", run: () => createHash("sha256").update(message).digest() },
      { name: "@noble/hashes raw", run: () => nobleSha256(message) },
    ],
    check(result, contender) {
      const found = bytesToHex(result as Uint8Array);
      if (found !== expected) throw new Error(`${contender} gave ${found}, expected ${expected}`);
    },
    note: "one message of 1 MiB",
  };
}

function ed25519Row(): BenchRow {
  const random = seededRandom("signing/ed25519-verify");
  const seed = random.bytes(32);
  const message = random.bytes(2_000);
  const publicKey = ed25519.getPublicKey(seed);
  const signature = ed25519.sign(message, seed);
  const der = Buffer.concat([hexToBytes("302a300506032b6570032100"), publicKey]);
  const key = createPublicKey({ key: der, format: "der", type: "spki" });
  return {
    name: "signing/ed25519-verify",
    work: { operations: 1 },
    contenders: [
      {
        name: "otakit (node)",
        run: () => isValidEd25519(publicKey, message, signature, defaultSignatureProvider),
      },
      { name: "otakit (pure)", run: () => isValidEd25519(publicKey, message, signature, pureSignatureProvider) },
      { name: "node:crypto raw", run: () => verify(null, message, key, signature) },
      { name: "@noble/curves default", run: () => ed25519.verify(signature, message, publicKey) },
    ],
    check(result, contender) {
      if (result !== true) throw new Error(`${contender} refuses a good signature`);
    },
    note:
      "one message of 2 kB; otakit checks the strict rule and imports the key each time, node:crypto has its key prepared, " +
      "noble's default accepts more",
  };
}

export const rows: Readonly<Record<string, BenchRowFactory>> = {
  "signing/sha256": sha256Row,
  "signing/ed25519-verify": ed25519Row,
};
