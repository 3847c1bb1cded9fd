/** SHA-256 and signatures of every scheme: our two providers against what they stand on, used directly. */

import { constants, createHash, generateKeyPairSync, type KeyPairKeyObjectResult, sign, verify } from "node:crypto";
import { ed25519 } from "@noble/curves/ed25519.js";
import { p256, p384 } from "@noble/curves/nist.js";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, defaultHashProvider, hexToBytes, pureHashProvider, sha256 } from "otakit/core";
import { isValidSignature, parsePublicKey, pureSignatureProvider, type SignatureScheme } from "otakit/signing";
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

/** How the peers verify one scheme. */
interface Verification {
  readonly scheme: SignatureScheme;
  readonly keys: KeyPairKeyObjectResult;
  /** Hash for `node:crypto`; null for Ed25519. */
  readonly hash: string | null;
  readonly options?: { readonly padding: number; readonly saltLength: number };
  /** noble's own verification, if it has the scheme. */
  readonly noble?: (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => boolean;
}

function verifyRow(name: string, { scheme, keys, hash, options = undefined, noble }: Verification): BenchRow {
  const message = seededRandom(name).bytes(2_000);
  const signature = sign(hash, message, { key: keys.privateKey, ...options });
  const key = parsePublicKey(keys.publicKey.export({ format: "pem", type: "spki" }).toString(), { scheme });
  const publicKey = hexToBytes(key.material);
  const raw = { key: keys.publicKey, ...options };
  return {
    name,
    work: { operations: 1 },
    contenders: [
      { name: "otakit (node)", run: () => isValidSignature(key, message, signature) },
      { name: "otakit (node), key imported each time", run: () => isValidSignature({ ...key }, message, signature) },
      { name: "node:crypto raw", run: () => verify(hash, message, raw, signature) },
      {
        name: "otakit (pure)",
        run: () => isValidSignature(key, message, signature, { provider: pureSignatureProvider }),
      },
      ...(noble ? [{ name: "@noble/curves", run: () => noble(signature, message, publicKey) }] : []),
    ],
    check(result, contender) {
      if (result !== true) throw new Error(`${contender} refuses a good signature`);
    },
    note: "one message of 2 kB; otakit checks its strict rule, the others accept more; node:crypto has its key prepared",
  };
}

function ed25519Row(): BenchRow {
  const keys = generateKeyPairSync("ed25519");
  return verifyRow("signing/ed25519-verify", { scheme: "ed25519", keys, hash: null, noble: ed25519.verify });
}

const strictCurve = { lowS: false, format: "der" } as const;

function ecdsaP256Row(): BenchRow {
  return verifyRow("signing/ecdsa-p256-verify", {
    scheme: "ecdsa-sha2-nistp256",
    keys: generateKeyPairSync("ec", { namedCurve: "P-256" }),
    hash: "sha256",
    noble: (signature, message, publicKey) => p256.verify(signature, message, publicKey, strictCurve),
  });
}

function ecdsaP384Row(): BenchRow {
  return verifyRow("signing/ecdsa-p384-verify", {
    scheme: "ecdsa-sha2-nistp384",
    keys: generateKeyPairSync("ec", { namedCurve: "P-384" }),
    hash: "sha384",
    noble: (signature, message, publicKey) => p384.verify(signature, message, publicKey, strictCurve),
  });
}

function rsaPssRow(modulusLength: number): BenchRow {
  return verifyRow(`signing/rsa-pss-${modulusLength}-verify`, {
    scheme: "rsassa-pss-sha256",
    keys: generateKeyPairSync("rsa", { modulusLength }),
    hash: "sha256",
    options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
  });
}

export const rows: Readonly<Record<string, BenchRowFactory>> = {
  "signing/sha256": sha256Row,
  "signing/ed25519-verify": ed25519Row,
  "signing/ecdsa-p256-verify": ecdsaP256Row,
  "signing/ecdsa-p384-verify": ecdsaP384Row,
  "signing/rsa-pss-2048-verify": () => rsaPssRow(2048),
  "signing/rsa-pss-4096-verify": () => rsaPssRow(4096),
};
