/** The `openssl` program: keys made by it, SPKI PEM and Ed25519 signatures both ways, through files as an operator would. */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesToHex, hexToBytes } from "otakit/core";
import { createLocalSigner, encodePublicKeyPem, isValidEd25519, parsePublicKey } from "otakit/signing";
import { seededRandom } from "../../../scripts/random.ts";
import { startComparison } from "../compare.ts";
import { findProgram } from "../environment.ts";
import type { InteropPeer, PeerOutcome } from "../peer.ts";

export const peers: readonly InteropPeer[] = [
  {
    name: "openssl",
    find: () => findProgram("openssl", ["version"], "the openssl program is not installed"),
    async run({ full }) {
      const folder = mkdtempSync(join(tmpdir(), "otakit-openssl-"));
      try {
        return await compare(folder, full ? 200 : 20);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  },
];

async function compare(folder: string, count: number): Promise<PeerOutcome[]> {
  const keys = startComparison("public key as SPKI PEM");
  const signatures = startComparison("Ed25519 signature");
  const verdicts = startComparison("Ed25519 verdict, honest or one bit flipped");
  const random = seededRandom("openssl");
  const file = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): Uint8Array => new Uint8Array(execFileSync("openssl", args));
  for (let left = count; left > 0; left--) {
    openssl("genpkey", "-algorithm", "ed25519", "-out", file("private.pem"));
    // RFC 8410 section 7: the last 32 bytes of the PKCS #8 document are the seed.
    const seed = openssl("pkey", "-in", file("private.pem"), "-outform", "DER").slice(-32);
    const signer = createLocalSigner(seed);
    const pem = new TextDecoder().decode(openssl("pkey", "-in", file("private.pem"), "-pubout"));
    keys.add(
      pem,
      [encodePublicKeyPem(signer.publicKey), signer.publicKey.material],
      [pem, parsePublicKey(pem).material],
    );

    const message = random.bytes(1 + random.below(300));
    writeFileSync(file("message"), message);
    openssl(
      "pkeyutl",
      "-sign",
      "-rawin",
      "-inkey",
      file("private.pem"),
      "-in",
      file("message"),
      "-out",
      file("signature"),
    );
    const signature = await signer.sign(message);
    signatures.add(bytesToHex(message), bytesToHex(signature), readFileSync(file("signature")).toString("hex"));

    if (random.below(2) === 0) signature[random.below(64)]! ^= 1 << random.below(8);
    writeFileSync(file("public.pem"), encodePublicKeyPem(signer.publicKey));
    writeFileSync(file("signature"), signature);
    const verify = ["-verify", "-rawin", "-pubin", "-inkey", file("public.pem"), "-sigfile", file("signature")];
    const { status } = spawnSync("openssl", ["pkeyutl", ...verify, "-in", file("message")]);
    const ours = isValidEd25519(hexToBytes(signer.publicKey.material), message, signature);
    verdicts.add(bytesToHex(signature), ours, status === 0);
  }
  return [keys.outcome(), signatures.outcome(), verdicts.outcome()];
}
