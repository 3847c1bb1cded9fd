/** The `openssl` program: keys made by it, and signatures of every scheme both ways, through files as an operator would. */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesToHex, hexToBytes } from "otakit/core";
import {
  createLocalSigner,
  encodePublicKeyPem,
  isValidEd25519,
  isValidSignature,
  parsePublicKey,
  type SignatureScheme,
} from "otakit/signing";
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
        return [...(await compare(folder, full ? 200 : 20)), ...(await compareSchemes(folder, full ? 20 : 2))];
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

const [p256, p384] = ["P-256", "P-384"].map((curve) => ["EC", "-pkeyopt", `ec_paramgen_curve:${curve}`]);
const rsa = (bits: number): readonly string[] => ["RSA", "-pkeyopt", `rsa_keygen_bits:${bits}`];

/** What `openssl genpkey -algorithm` takes for keys of each scheme. */
const schemes: readonly (readonly [SignatureScheme, readonly string[]])[] = [
  ["ecdsa-sha2-nistp256", p256!],
  ["ecdsa-sha2-nistp384", p384!],
  ["rsassa-pss-sha256", rsa(2048)],
  ["rsassa-pss-sha384", rsa(3072)],
  ["rsassa-pss-sha512", rsa(4096)],
];

async function compareSchemes(folder: string, count: number): Promise<PeerOutcome[]> {
  const keys = startComparison("ECDSA and RSA public keys as SPKI PEM");
  const theirs = startComparison("ECDSA and RSA-PSS signatures by openssl");
  const ours = startComparison("ECDSA and RSA-PSS signatures by otakit, honest or one bit flipped");
  const random = seededRandom("openssl schemes");
  const [privateKey, publicKey, message, signature] = ["key", "pub", "message", "sig"].map((name) =>
    join(folder, name),
  );
  for (const [scheme, algorithm] of Array.from({ length: count }, () => schemes).flat()) {
    execFileSync("openssl", ["genpkey", "-algorithm", ...algorithm, "-out", privateKey!], { stdio: "ignore" });
    execFileSync("openssl", ["pkey", "-in", privateKey!, "-pubout", "-out", publicKey!]);
    const pem = readFileSync(publicKey!, "utf8");
    const key = parsePublicKey(pem, { scheme });
    keys.add(pem, encodePublicKeyPem(key), pem);

    const text = random.bytes(1 + random.below(300));
    writeFileSync(message!, text);
    const pss = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"];
    const digest = [`-sha${scheme.slice(-3)}`, ...(scheme.startsWith("rsa") ? pss : [])];
    execFileSync("openssl", ["dgst", ...digest, "-sign", privateKey!, "-out", signature!, message!]);
    theirs.add(scheme, isValidSignature(key, text, new Uint8Array(readFileSync(signature!))), true);

    const made = await createLocalSigner(readFileSync(privateKey!, "utf8"), { scheme }).sign(text);
    if (random.below(2) === 0) made[random.below(made.length)]! ^= 1 << random.below(8);
    writeFileSync(signature!, made);
    const { status } = spawnSync("openssl", [
      "dgst",
      ...digest,
      "-verify",
      publicKey!,
      "-signature",
      signature!,
      message!,
    ]);
    ours.add([scheme, bytesToHex(made)], isValidSignature(key, text, made), status === 0);
  }
  return [keys.outcome(), theirs.outcome(), ours.outcome()];
}
