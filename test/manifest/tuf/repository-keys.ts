/** Signers of every kind for tests of the repository side. */

import { generateKeyPairSync } from "node:crypto";
import { seededRandom } from "../../../scripts/random.ts";
import { createLocalSigner, generateLocalKey, type Signer } from "../../../src/signing/index.ts";

type LocalScheme = "ed25519" | "ecdsa-sha2-nistp256" | "ecdsa-sha2-nistp384";

/** A signer that depends on its name alone. */
export function signerOf(name: string, scheme: LocalScheme = "ed25519"): Signer {
  const random = seededRandom(`tuf-repository/${name}`);
  return generateLocalKey((length) => random.bytes(length), { scheme }).signer;
}

/** A new RSA signer. */
export function rsaSigner(scheme: "rsassa-pss-sha256" | "rsassa-pss-sha512" = "rsassa-pss-sha256"): Signer {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return createLocalSigner(privateKey.export({ type: "pkcs8", format: "pem" }) as string, { scheme });
}
