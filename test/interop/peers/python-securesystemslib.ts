/** Python's `securesystemslib`, under python-tuf and in-toto: OLPC canonical JSON, key ids, DSSE envelopes and thresholds. */

import { generateKeyPairSync, type KeyPairKeyObjectResult } from "node:crypto";
import {
  bytesToHex,
  bytesToUtf8,
  encodeCanonicalJson,
  hexToBytes,
  type JsonObject,
  type JsonValue,
  utf8ToBytes,
} from "otakit/core";
import {
  createLocalSigner,
  encodePublicKeyPem,
  encodeTufKey,
  isValidSignature,
  type PublicKey,
  parseTufKey,
  type SignatureScheme,
  signDsse,
  signWith,
  verifyDsse,
} from "otakit/signing";
import { type Random, seededRandom } from "../../../scripts/random.ts";
import { startComparison } from "../compare.ts";
import { askPython, findPython } from "../environment.ts";
import type { InteropPeer, PeerOutcome } from "../peer.ts";
import { randomDocument, randomText } from "../random-json.ts";

export const peers: readonly InteropPeer[] = [
  {
    name: "python securesystemslib",
    find: () => findPython("securesystemslib"),
    run: async ({ full }) => [
      canonicalJson(full ? 50_000 : 5_000),
      keyIds(full ? 5_000 : 500),
      ...(await envelopes(full ? 5_000 : 500)),
      ...(await metadataSignatures(full ? 2_000 : 200)),
    ],
  },
];

function ask<Answer>(questions: readonly Readonly<Record<string, unknown>>[]): Answer[] {
  return askPython<Answer>("ask_securesystemslib.py", questions);
}

function canonicalJson(count: number): PeerOutcome {
  const comparison = startComparison("OLPC canonical JSON of documents");
  const random = seededRandom("olpc");
  const integer = (): number => {
    const magnitude = random.below(2 ** random.pick([1, 8, 32, 53]));
    return random.below(2) === 0 || magnitude === 0 ? magnitude : -magnitude;
  };
  const documents = Array.from({ length: count }, () => randomDocument(random, integer) as JsonValue);
  const theirs = ask(documents.map((document) => ({ kind: "canonical", document })));
  documents.forEach((document, index) => {
    comparison.add(document, bytesToHex(encodeCanonicalJson(document)), theirs[index]);
  });
  return comparison.outcome();
}

function keyIds(count: number): PeerOutcome {
  const comparison = startComparison("public key and TUF key id of a seed");
  const random = seededRandom("keyid");
  const seeds = Array.from({ length: count }, () => random.bytes(32));
  const theirs = ask(seeds.map((seed) => ({ kind: "key", seed: bytesToHex(seed) })));
  seeds.forEach((seed, index) => {
    const { material, keyId } = createLocalSigner(seed).publicKey;
    comparison.add(bytesToHex(seed), [material, keyId], theirs[index]);
  });
  return comparison.outcome();
}

/** Who signs what, and whom a verifier trusts. */
interface Scenario {
  readonly payload: Uint8Array;
  readonly payloadType: string;
  readonly seeds: readonly Uint8Array[];
  readonly trusted: readonly PublicKey[];
  readonly threshold: number;
}

interface EnvelopeJson {
  payload: string;
  payloadType: string;
  signatures: { keyid: string; sig: string }[];
}

async function envelopes(count: number): Promise<PeerOutcome[]> {
  const made = startComparison("DSSE envelope of a payload");
  const verdicts = startComparison("DSSE verdict: m of n, some spoilt");
  const random = seededRandom("dsse");
  const scenarios = Array.from({ length: count }, () => randomScenario(random));
  const theirs = ask<EnvelopeJson>(
    scenarios.map(({ payload, payloadType, seeds }) => ({
      kind: "sign",
      payload: bytesToHex(payload),
      payloadType,
      seeds: seeds.map(bytesToHex),
    })),
  );
  const spoilt: EnvelopeJson[] = [];
  for (const [index, { payload, payloadType, seeds }] of scenarios.entries()) {
    const bytes = await signDsse(
      payloadType,
      payload,
      seeds.map((seed) => createLocalSigner(seed)),
    );
    const ours = JSON.parse(bytesToUtf8(bytes)) as EnvelopeJson;
    made.add([payloadType, bytesToHex(payload)], parts(ours), parts(theirs[index]!));
    // Verified are their envelopes and ours in turn.
    spoilt.push(spoil(index % 2 === 0 ? ours : theirs[index]!, random));
  }
  const accepted = ask<boolean>(
    scenarios.map(({ trusted, threshold }, index) => ({
      kind: "verify",
      envelope: spoilt[index],
      keys: trusted.map(({ material }) => material),
      threshold,
    })),
  );
  scenarios.forEach(({ trusted, threshold }, index) => {
    verdicts.add(spoilt[index], accepts(spoilt[index]!, trusted, threshold), accepted[index]);
  });
  return [made.outcome(), verdicts.outcome()];
}

function randomScenario(random: Random): Scenario {
  const seeds = Array.from({ length: 1 + random.below(4) }, () => random.bytes(32));
  const strangers = Array.from({ length: random.below(3) }, () => random.bytes(32));
  // Mostly every signer is trusted.
  const known = seeds.filter(() => random.below(4) > 0);
  const trusted = [...known, ...strangers, random.bytes(32)].map((seed) => createLocalSigner(seed).publicKey);
  const threshold = 1 + random.below(Math.min(trusted.length, known.length + 1));
  const payloadType = `application/vnd.example+${randomText(random)}`;
  return { payload: random.bytes(random.below(200)), payloadType, seeds, trusted, threshold };
}

/** Changes the payload, or one signature, or nothing. */
function spoil(envelope: EnvelopeJson, random: Random): EnvelopeJson {
  const flip = (base64: string): string => {
    const bytes = Buffer.from(base64, "base64");
    if (bytes.length > 0) bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
    return bytes.toString("base64");
  };
  const kind = random.below(4);
  if (kind === 0) return { ...envelope, payload: flip(envelope.payload) };
  if (kind > 1) return envelope;
  const chosen = random.below(envelope.signatures.length);
  const signatures = envelope.signatures.map(({ keyid, sig }, index) => ({
    keyid,
    sig: index === chosen ? flip(sig) : sig,
  }));
  return { ...envelope, signatures };
}

function accepts(envelope: EnvelopeJson, keys: readonly PublicKey[], threshold: number): boolean {
  try {
    const bytes = utf8ToBytes(JSON.stringify(envelope));
    verifyDsse(bytes, { keys, threshold }, { payloadType: envelope.payloadType });
    return true;
  } catch {
    return false;
  }
}

/** The fields of an envelope in one order. */
function parts({ payload, payloadType, signatures }: EnvelopeJson): unknown {
  return [payload, payloadType, signatures.map(({ keyid, sig }) => [keyid, sig])];
}

/** Schemes of python-tuf that are ours too, and a new private key of each. */
const schemes: readonly (readonly [SignatureScheme, () => string])[] = [
  ["ed25519", () => pkcs8Of(generateKeyPairSync("ed25519"))],
  ["ecdsa-sha2-nistp256", () => pkcs8Of(generateKeyPairSync("ec", { namedCurve: "P-256" }))],
  ["ecdsa-sha2-nistp384", () => pkcs8Of(generateKeyPairSync("ec", { namedCurve: "P-384" }))],
  ["rsassa-pss-sha256", () => pkcs8Of(generateKeyPairSync("rsa", { modulusLength: 2048 }))],
  ["rsassa-pss-sha384", () => pkcs8Of(generateKeyPairSync("rsa", { modulusLength: 2048 }))],
  ["rsassa-pss-sha512", () => pkcs8Of(generateKeyPairSync("rsa", { modulusLength: 3072 }))],
];

function pkcs8Of({ privateKey }: KeyPairKeyObjectResult): string {
  return privateKey.export({ format: "pem", type: "pkcs8" }).toString();
}

/** Keys and signatures as TUF metadata has them: our key object to them, theirs to us, then each verifies what the other signed. */
async function metadataSignatures(count: number): Promise<PeerOutcome[]> {
  const objects = startComparison("TUF key object and key id of every scheme");
  const ours = startComparison("our TUF signatures, honest or one bit flipped");
  const theirs = startComparison("their TUF signatures, honest or one bit flipped");
  const random = seededRandom("tuf signatures");
  const keys = schemes.map(([scheme, make]) => {
    const pkcs8 = make();
    return { scheme, pkcs8, signer: createLocalSigner(pkcs8, { scheme }) };
  });
  const foreign = ask<[JsonObject, string]>(
    keys.map(({ scheme, signer }) => ({ kind: "key_object", scheme, pem: encodePublicKeyPem(signer.publicKey) })),
  );
  keys.forEach(({ scheme, signer: { publicKey } }, index) => {
    const [object, keyid] = foreign[index]!;
    const canonical = (key: JsonObject): string => bytesToHex(encodeCanonicalJson(key));
    objects.add(scheme, [canonical(encodeTufKey(publicKey)), publicKey.keyId], [canonical(object), keyid]);
    objects.add(scheme, parseTufKey(object, keyid), publicKey);
  });

  const rounds = Array.from({ length: count }, () => ({
    ...random.pick(keys),
    message: random.bytes(random.below(300)),
  }));
  const made = ask<string>(
    rounds.map(({ scheme, pkcs8, message }) => ({
      kind: "sign_metadata",
      scheme,
      pkcs8,
      message: bytesToHex(message),
    })),
  );
  const signed: {
    readonly from: typeof ours;
    readonly signature: Uint8Array;
    readonly round: (typeof rounds)[number];
  }[] = [];
  for (const [index, round] of rounds.entries()) {
    const signature = await signWith(round.signer, round.message);
    signed.push({ from: ours, signature: flipped(signature, random), round });
    signed.push({ from: theirs, signature: flipped(hexToBytes(made[index]!), random), round });
  }
  const verdicts = ask<boolean>(
    signed.map(({ signature, round: { signer, message } }) => ({
      kind: "verify_metadata",
      keyid: signer.publicKey.keyId,
      key: encodeTufKey(signer.publicKey),
      signature: bytesToHex(signature),
      message: bytesToHex(message),
    })),
  );
  signed.forEach(({ from, signature, round: { scheme, signer, message } }, index) => {
    const verdict = isValidSignature(signer.publicKey, message, signature);
    from.add([scheme, bytesToHex(signature)], verdict, verdicts[index]);
  });
  return [objects.outcome(), ours.outcome(), theirs.outcome()];
}

/** The bytes, or a copy with one bit flipped. */
function flipped(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = Uint8Array.from(bytes);
  if (random.below(2) === 0) copy[random.below(copy.length)]! ^= 1 << random.below(8);
  return copy;
}
