/**
 * A `Signer` over PKCS #11, by way of OpenSC's `pkcs11-tool`: no native npm package, one process for each signature. For a
 * signing service, the same three mechanisms through a PKCS #11 library.
 *
 * The private key never leaves the token; the PIN is passed in the environment, so that it shows in no list of processes.
 */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256 } from "otakit/core";
import { parsePublicKey, type Signer } from "otakit/signing";

/** Where a key is. */
export interface Pkcs11Key {
  /** The vendor's PKCS #11 library, for example `/usr/lib/softhsm/libsofthsm2.so`. */
  readonly module: string;
  readonly token: string;
  /** `CKA_ID` of the key pair, hexadecimal. */
  readonly id: string;
  readonly pin: string;
  /** For the library, for example `SOFTHSM2_CONF`. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Makes a signer of a key pair on the token; its public key is read from there. */
export function createPkcs11Signer(key: Pkcs11Key): Signer {
  const publicKey = parsePublicKey(askToken(key, ["--read-object", "--type", "pubkey", "--id", key.id]));
  return {
    publicKey,
    sign: async (message) => {
      switch (publicKey.scheme) {
        case "ed25519":
          // pkcs11-tool hands messages over whole only up to this length; a library has no such bound.
          if (message.length > 1024) throw new RangeError("pkcs11-tool signs at most 1024 bytes with Ed25519");
          return askToken(key, ["--sign", "--id", key.id, "--mechanism", "EDDSA"], message);
        case "ecdsa-sha2-nistp256":
          // The token signs the digest; the signature is wanted in DER, not as r || s.
          return askToken(
            key,
            ["--sign", "--id", key.id, "--mechanism", "ECDSA", "--signature-format", "openssl"],
            sha256(message),
          );
        case "rsassa-pss-sha256":
          return askToken(
            key,
            [
              "--sign",
              "--id",
              key.id,
              "--mechanism",
              "SHA256-RSA-PKCS-PSS",
              "--mgf",
              "MGF1-SHA256",
              "--salt-len",
              "32",
            ],
            message,
          );
        default:
          throw new Error(`no mechanism for ${publicKey.scheme} in this example`);
      }
    },
  };
}

/** Gives bytes to pkcs11-tool and takes bytes from it, in files, because it prints words on its standard output. */
function askToken(key: Pkcs11Key, args: readonly string[], input: Uint8Array = new Uint8Array(0)): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "otakit-pkcs11-"));
  try {
    writeFileSync(join(folder, "in"), input);
    callToken(key, [...args, "--input-file", join(folder, "in"), "--output-file", join(folder, "out")]);
    return new Uint8Array(readFileSync(join(folder, "out")));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs pkcs11-tool, logged in to the token. */
export function callToken(token: Omit<Pkcs11Key, "id">, args: readonly string[]): void {
  const login = ["--module", token.module, "--token-label", token.token, "--login", "--pin", "env:OTAKIT_PIN"];
  execFileSync("pkcs11-tool", [...login, ...args], {
    env: { ...process.env, ...token.environment, OTAKIT_PIN: token.pin },
    stdio: ["ignore", "ignore", "pipe"],
  });
}
