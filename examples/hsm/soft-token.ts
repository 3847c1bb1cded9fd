/** A SoftHSM2 token in a folder of its own, to try PKCS #11 without hardware. */

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { callToken, type Pkcs11Key } from "./pkcs11-signer.ts";

/** Where Debian, Fedora and Homebrew put the library. */
const libraries = [
  "/usr/lib/softhsm/libsofthsm2.so",
  "/usr/lib64/pkcs11/libsofthsm2.so",
  "/opt/homebrew/lib/softhsm/libsofthsm2.so",
];

/** A token and how to be rid of it. */
export interface SoftToken {
  /** Makes a key pair on the token; it cannot be exported. */
  generate(keyType: "EC:edwards25519" | "EC:prime256v1" | "RSA:2048" | "RSA:3072"): Pkcs11Key;
  remove(): void;
}

/** What is missing for a token, in words; `undefined` when nothing is. */
export function whatIsMissing(): string | undefined {
  if (!libraries.some(existsSync)) return "SoftHSM2 is not installed (Debian: softhsm2)";
  for (const program of ["softhsm2-util", "pkcs11-tool"]) {
    if (spawnSync(program, ["--help"]).error !== undefined)
      return `${program} is not installed (Debian: softhsm2, opensc)`;
  }
  return undefined;
}

/** Makes an empty token. */
export function createSoftToken(): SoftToken {
  const folder = mkdtempSync(join(tmpdir(), "otakit-softhsm-"));
  mkdirSync(join(folder, "tokens"));
  const configuration = join(folder, "softhsm2.conf");
  writeFileSync(configuration, `directories.tokendir = ${join(folder, "tokens")}\nobjectstore.backend = file\n`);
  const environment = { SOFTHSM2_CONF: configuration };
  const token = {
    module: libraries.find(existsSync)!,
    token: "otakit",
    pin: "1234",
    environment,
  };
  const label = ["--init-token", "--free", "--label", token.token, "--so-pin", token.pin, "--pin", token.pin];
  execFileSync("softhsm2-util", label, { env: { ...process.env, ...environment }, stdio: "ignore" });
  let count = 0;
  return {
    generate(keyType) {
      const id = (++count).toString(16).padStart(2, "0");
      callToken(token, ["--keypairgen", "--key-type", keyType, "--id", id, "--sensitive"]);
      return { ...token, id };
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
