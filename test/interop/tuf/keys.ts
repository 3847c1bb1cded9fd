/** A pool of private keys of every type, for repositories that several writers sign. */

import { generateKeyPairSync } from "node:crypto";
import { createLocalSigner, generateLocalKey, type SignatureScheme, type Signer } from "otakit/signing";
import { seededRandom } from "../../../scripts/random.ts";

/** A key that every writer can use. */
export interface PoolKey {
  readonly scheme: SignatureScheme;
  /** PKCS #8, unencrypted. */
  readonly pem: string;
  readonly signer: Signer;
  readonly keyId: string;
}

/** Ed25519 and ECDSA keys depend on their place alone; RSA keys are new in each run, like the salts of their signatures. */
const schemes: readonly SignatureScheme[] = [
  "ed25519",
  "ed25519",
  "ed25519",
  "ed25519",
  "ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "rsassa-pss-sha256",
  "rsassa-pss-sha256",
  "rsassa-pss-sha512",
];

/** Makes the pool. */
export function makeKeyPool(): readonly PoolKey[] {
  return schemes.map((scheme, index) => {
    const pem = scheme.startsWith("rsa") ? rsaPem() : localPem(scheme, index);
    const signer = createLocalSigner(pem, { scheme });
    return { scheme, pem, signer, keyId: signer.publicKey.keyId };
  });
}

function rsaPem(): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return privateKey.export({ type: "pkcs8", format: "pem" }) as string;
}

function localPem(scheme: SignatureScheme, index: number): string {
  const random = seededRandom(`interop/tuf/key/${index}`);
  return generateLocalKey((length) => random.bytes(length), {
    scheme: scheme as "ed25519" | "ecdsa-sha2-nistp256" | "ecdsa-sha2-nistp384",
  }).pem;
}
