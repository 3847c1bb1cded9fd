/** Python's `cryptography` (PyCA): keys in PEM and signatures of every scheme, both ways. */

import { bytesToHex, hexToBytes } from "otakit/core";
import {
  createLocalSigner,
  encodePublicKeyPem,
  isValidEd25519,
  isValidSignature,
  parsePublicKey,
  type SignatureScheme,
  type Signer,
} from "otakit/signing";
import { type Random, seededRandom } from "../../../scripts/random.ts";
import { startComparison } from "../compare.ts";
import { askPython, findPython } from "../environment.ts";
import type { InteropPeer, PeerOutcome } from "../peer.ts";

export const peers: readonly InteropPeer[] = [
  {
    name: "python cryptography",
    find: () => findPython("cryptography"),
    run: async ({ full }) => [
      ...(await compare(full ? 10_000 : 1_000)),
      ...(await compareSchemes(full ? 10_000 : 1_000)),
    ],
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

/** A key that PyCA made. */
interface ForeignKey {
  readonly pkcs8: string;
  readonly spki: string;
}

/** A message under a key, and what the two of us made of it. */
interface Exchange {
  readonly scheme: SignatureScheme;
  readonly key: ForeignKey;
  readonly signer: Signer;
  readonly message: Uint8Array;
  readonly ours: Uint8Array;
}

const ask = <Answer>(questions: readonly unknown[]): Answer[] =>
  askPython<Answer>("ask_signature_schemes.py", questions);

/** ECDSA and RSASSA-PSS: signatures differ from one time to the next, so each is verified by the other. */
async function compareSchemes(count: number): Promise<PeerOutcome[]> {
  const keys = startComparison("ECDSA and RSA public keys as SPKI PEM");
  const ours = startComparison("our ECDSA and RSA-PSS signatures, honest or one bit flipped");
  const theirs = startComparison("their ECDSA and RSA-PSS signatures, honest or one bit flipped");
  const random = seededRandom("cryptography schemes");
  const exchanges = await startExchanges(random, count, keys.add);
  const question = ({ scheme, key, message }: Exchange) => ({ ...key, scheme, message: bytesToHex(message) });
  const spoilt = exchanges.map(({ ours: signature }) => spoil(signature, random));
  const signatures = ask<string>(exchanges.map((exchange) => ({ ...question(exchange), kind: "sign" })));
  const spoiltTheirs = signatures.map((signature) => spoil(hexToBytes(signature), random));
  const verdicts = (list: readonly Uint8Array[]): boolean[] =>
    ask(
      exchanges.map((exchange, index) => ({
        ...question(exchange),
        kind: "verify",
        signature: bytesToHex(list[index]!),
      })),
    );
  const [onOurs, onTheirs] = [verdicts(spoilt), verdicts(spoiltTheirs)];
  exchanges.forEach(({ signer, scheme, message }, index) => {
    const verdict = (signature: Uint8Array): boolean => isValidSignature(signer.publicKey, message, signature);
    ours.add([scheme, bytesToHex(spoilt[index]!)], verdict(spoilt[index]!), onOurs[index]);
    theirs.add([scheme, bytesToHex(spoiltTheirs[index]!)], verdict(spoiltTheirs[index]!), onTheirs[index]);
  });
  return [keys.outcome(), ours.outcome(), theirs.outcome()];
}

async function startExchanges(
  random: Random,
  count: number,
  addKey: (input: unknown, ours: unknown, theirs: unknown) => void,
): Promise<Exchange[]> {
  const wanted: readonly { readonly scheme: SignatureScheme; readonly bits?: number; readonly exponent?: number }[] = [
    ...Array.from({ length: 20 }, () => ({ scheme: "ecdsa-sha2-nistp256" }) as const),
    ...Array.from({ length: 20 }, () => ({ scheme: "ecdsa-sha2-nistp384" }) as const),
    ...[2048, 2056, 2049, 3072].map((bits) => ({ scheme: "rsassa-pss-sha256", bits, exponent: 65_537 }) as const),
    { scheme: "rsassa-pss-sha384", bits: 2050, exponent: 65_537 },
    { scheme: "rsassa-pss-sha512", bits: 4096, exponent: 65_537 },
  ];
  const foreign = ask<ForeignKey>(wanted.map((key) => ({ ...key, kind: "key" })));
  const pairs = wanted.map(({ scheme }, index) => {
    const key = foreign[index]!;
    const publicKey = parsePublicKey(key.spki, { scheme });
    addKey(key.spki, encodePublicKeyPem(publicKey), key.spki);
    return { scheme, key, signer: createLocalSigner(key.pkcs8, { scheme }) };
  });
  const exchanges: Exchange[] = [];
  for (let left = count; left > 0; left--) {
    const pair = random.pick(pairs);
    const message = random.bytes(random.below(300));
    exchanges.push({ ...pair, message, ours: await pair.signer.sign(message) });
  }
  return exchanges;
}

/** The signature, or a copy with one bit flipped. */
function spoil(signature: Uint8Array, random: Random): Uint8Array {
  const copy = Uint8Array.from(signature);
  if (random.below(2) === 0) copy[random.below(copy.length)]! ^= 1 << random.below(8);
  return copy;
}
