/** SoftHSM2 by way of OpenSC's pkcs11-tool: envelopes signed with keys on a token, verified by otakit and by openssl. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isOtaError } from "otakit/core";
import {
  type DsseEnvelope,
  encodeDsseEnvelope,
  encodePublicKeyPem,
  type PublicKey,
  parseDsseEnvelope,
  preAuthEncoding,
  signDsse,
  verifyDsse,
} from "otakit/signing";
import { createPkcs11Signer } from "../../../examples/hsm/pkcs11-signer.ts";
import { createSoftToken, type SoftToken, whatIsMissing } from "../../../examples/hsm/soft-token.ts";
import { seededRandom } from "../../../scripts/random.ts";
import { startComparison } from "../compare.ts";
import { type Found, findProgram } from "../environment.ts";
import type { InteropPeer, PeerOutcome } from "../peer.ts";

const payloadType = "application/vnd.example+json";
const keyTypes = ["EC:edwards25519", "EC:prime256v1", "RSA:2048"] as const;

export const peers: readonly InteropPeer[] = [
  {
    name: "SoftHSM2",
    find: findToken,
    async run({ full }) {
      const token = createSoftToken();
      const folder = mkdtempSync(join(tmpdir(), "otakit-softhsm-"));
      try {
        return await Promise.all(keyTypes.map((type) => compare(token, type, folder, full ? 100 : 10)));
      } finally {
        rmSync(folder, { recursive: true });
        token.remove();
      }
    },
  },
];

function findToken(): Found {
  const missing = whatIsMissing();
  if (missing !== undefined) return { missing };
  return findProgram("softhsm2-util", ["--version"], "softhsm2-util is not installed");
}

/** One key on the token: envelopes of random payloads, as signed and with one bit of the signature changed. */
async function compare(
  token: SoftToken,
  type: (typeof keyTypes)[number],
  folder: string,
  count: number,
): Promise<PeerOutcome> {
  const verdicts = startComparison(
    `${type}: envelope signed on the token, or with one bit changed: verdict of openssl`,
  );
  const random = seededRandom(type);
  const signer = createPkcs11Signer(token.generate(type));
  for (let left = count; left > 0; left--) {
    const signed = await signDsse(payloadType, random.bytes(random.below(900)), [signer]);
    const envelope = parseDsseEnvelope(signed);
    const changed = new Uint8Array(envelope.signatures[0]!.sig);
    changed[random.below(changed.length)]! ^= 1 << random.below(8);
    const broken = { ...envelope, signatures: [{ ...envelope.signatures[0]!, sig: changed }] };
    verdicts.add(
      "as signed",
      [accepts(envelope, signer.publicKey), true],
      [asksOpenssl(envelope, signer.publicKey, folder), true],
    );
    verdicts.add("changed", accepts(broken, signer.publicKey), asksOpenssl(broken, signer.publicKey, folder));
  }
  return verdicts.outcome();
}

function accepts(envelope: DsseEnvelope, key: PublicKey): boolean {
  try {
    verifyDsse(encodeDsseEnvelope(envelope), { keys: [key], threshold: 1 }, { payloadType });
    return true;
  } catch (error) {
    if (isOtaError(error) && error.code === "ERR_SIGNING_THRESHOLD") return false;
    throw error;
  }
}

function asksOpenssl(envelope: DsseEnvelope, key: PublicKey, folder: string): boolean {
  const file = (name: string): string => join(folder, `${key.scheme}.${name}`);
  writeFileSync(file("key"), encodePublicKeyPem(key));
  writeFileSync(file("message"), preAuthEncoding(envelope.payloadType, envelope.payload));
  writeFileSync(file("signature"), envelope.signatures[0]!.sig);
  const inputs = ["-pubin", "-inkey", file("key"), "-rawin", "-in", file("message"), "-sigfile", file("signature")];
  const digest = key.scheme === "ed25519" ? [] : ["-digest", "sha256"];
  const padding = key.scheme.startsWith("rsa")
    ? ["-pkeyopt", "rsa_padding_mode:pss", "-pkeyopt", "rsa_pss_saltlen:32"]
    : [];
  return spawnSync("openssl", ["pkeyutl", "-verify", ...inputs, ...digest, ...padding]).status === 0;
}
