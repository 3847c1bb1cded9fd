/** Python's `cryptography` (PyCA): Ed25519 signatures and SPKI PEM, both ways. */

import { bytesToHex, hexToBytes } from "otakit/core";
import { createLocalSigner, encodePublicKeyPem, isValidEd25519, parsePublicKey } from "otakit/signing";
import { seededRandom } from "../../../scripts/random.ts";
import { startComparison } from "../compare.ts";
import { askPython, findPython } from "../environment.ts";
import type { InteropPeer, PeerOutcome } from "../peer.ts";

export const peers: readonly InteropPeer[] = [
  {
    name: "python cryptography",
    find: () => findPython("cryptography"),
    run: async ({ full }) => compare(full ? 10_000 : 1_000),
  },
];

interface Answer {
  readonly publicKey: string;
  readonly pem: string;
  readonly signature: string;
  readonly verdict: boolean;
}

async function compare(count: number): Promise<PeerOutcome[]> {
  const keys = startComparison("public key as SPKI PEM");
  const signatures = startComparison("Ed25519 signature");
  const verdicts = startComparison("Ed25519 verdict, honest or one bit flipped");
  const random = seededRandom("cryptography");
  const questions: { seed: string; message: string; pem: string; signature: string }[] = [];
  const honest: string[] = [];
  for (let left = count; left > 0; left--) {
    const [seed, message] = [random.bytes(32), random.bytes(random.below(300))];
    const signer = createLocalSigner(seed);
    const signature = await signer.sign(message);
    honest.push(bytesToHex(signature));
    if (random.below(2) === 0) signature[random.below(64)]! ^= 1 << random.below(8);
    questions.push({
      seed: bytesToHex(seed),
      message: bytesToHex(message),
      pem: encodePublicKeyPem(signer.publicKey),
      signature: bytesToHex(signature),
    });
  }
  const answers = askPython<Answer>("ask_cryptography.py", questions);
  questions.forEach(({ seed, message, pem, signature }, index) => {
    const theirs = answers[index]!;
    const publicKey = parsePublicKey(theirs.pem).material;
    keys.add(seed, [publicKey, pem], [theirs.publicKey, theirs.pem]);
    signatures.add(seed, honest[index], theirs.signature);
    const ours = isValidEd25519(hexToBytes(publicKey), hexToBytes(message), hexToBytes(signature));
    verdicts.add(signature, ours, theirs.verdict);
  });
  return [keys.outcome(), signatures.outcome(), verdicts.outcome()];
}
