/** npm's `tweetnacl`: Ed25519 by another implementation than the package's own two. */

import { bytesToHex } from "otakit/core";
import { createLocalSigner, isValidEd25519 } from "otakit/signing";
import { seededRandom } from "../../../scripts/random.ts";
import { startComparison } from "../compare.ts";
import { findNpm, importNpm } from "../environment.ts";
import type { InteropPeer } from "../peer.ts";

interface Tweetnacl {
  readonly sign: {
    readonly detached: {
      (message: Uint8Array, secretKey: Uint8Array): Uint8Array;
      verify(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean;
    };
    readonly keyPair: { fromSeed(seed: Uint8Array): { publicKey: Uint8Array; secretKey: Uint8Array } };
  };
}

export const peers: readonly InteropPeer[] = [
  {
    name: "npm tweetnacl",
    find: () => findNpm("tweetnacl"),
    async run({ full }) {
      const { default: nacl } = await importNpm<{ default: Tweetnacl }>("tweetnacl");
      const random = seededRandom("tweetnacl");
      const signatures = startComparison("Ed25519 key and signature of a seed");
      const verdicts = startComparison("Ed25519 verdict, honest or one bit flipped");
      for (let left = full ? 2_000 : 500; left > 0; left--) {
        const [seed, message] = [random.bytes(32), random.bytes(random.below(300))];
        const signer = createLocalSigner(seed);
        const { publicKey, secretKey } = nacl.sign.keyPair.fromSeed(seed);
        const signature = nacl.sign.detached(message, secretKey);
        const ours = [signer.publicKey.material, bytesToHex(await signer.sign(message))];
        signatures.add(bytesToHex(seed), ours, [bytesToHex(publicKey), bytesToHex(signature)]);
        if (random.below(2) === 0) signature[random.below(64)]! ^= 1 << random.below(8);
        const theirs = nacl.sign.detached.verify(message, signature, publicKey);
        verdicts.add(bytesToHex(signature), isValidEd25519(publicKey, message, signature), theirs);
      }
      return [signatures.outcome(), verdicts.outcome()];
    },
  },
];
