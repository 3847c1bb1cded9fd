/** Fuzz targets of public keys, DSSE envelopes and signatures of every scheme. */

import { createPublicKey } from "node:crypto";
import { ed25519 } from "@noble/curves/ed25519.js";
import { p256, p384 } from "@noble/curves/nist.js";
import {
  bytesToHex,
  bytesToUtf8,
  concatBytes,
  equalBytes,
  hexToBytes,
  isOtaError,
  type JsonObject,
  parseStrictJson,
  utf8ToBytes,
} from "otakit/core";
import {
  createLocalSigner,
  defaultSignatureProvider,
  encodeDsseEnvelope,
  encodePublicKeyDer,
  encodePublicKeyJwk,
  encodePublicKeyPem,
  encodeTufKey,
  isValidEd25519,
  isValidSignature,
  type PublicKey,
  parseDsseEnvelope,
  parsePublicKey,
  parseTufKey,
  pureSignatureProvider,
  type Signer,
  sameKey,
  signDsse,
  verifyDsse,
} from "otakit/signing";
import { seededRandom } from "../../../scripts/random.ts";
import { type EcdsaScheme, ecdsaEdgeInputs } from "../../signing/ecdsa-inputs.ts";
import { edgeInputs } from "../../signing/ed25519-inputs.ts";
import { craftedSignatures, pairOf, rsaKey } from "../../signing/rsa-inputs.ts";
import type { FuzzTarget } from "../target.ts";

function check(law: boolean, what: string): void {
  if (!law) throw new Error(`broken law: ${what}`);
}

/** The value, or the code of a typed refusal; any other error is a finding. */
function attempt<T extends object>(action: () => T): T | string {
  try {
    return action();
  } catch (error) {
    if (!isOtaError(error)) throw error;
    return error.code;
  }
}

const payloadType = "application/vnd.example+json";
const payload = utf8ToBytes('{"release":7}');
const signerOf = (fill: number): Signer => createLocalSigner(new Uint8Array(32).fill(fill));
const [alice, bob, carol] = [signerOf(1), signerOf(2), signerOf(3)];
const trust = { keys: [alice, bob, carol].map(({ publicKey }) => publicKey), threshold: 2 };
const pem = encodePublicKeyPem(alice.publicKey);

/** One key of each kind, as documents. */
const keys = [
  alice.publicKey,
  parsePublicKey("0360fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6", {
    scheme: "ecdsa-sha2-nistp256",
  }),
  parsePublicKey(`02${"0".repeat(95)}2`, { scheme: "ecdsa-sha2-nistp384" }),
  parsePublicKey(encodePublicKeyPem(rsaKey("rsassa-pss-sha256", pairOf([0, 1])))),
];
const pems = keys.map(encodePublicKeyPem);
const ders = keys.map(encodePublicKeyDer);
const jwks = keys.map((key) => utf8ToBytes(JSON.stringify(encodePublicKeyJwk(key))));
const derTokens = [
  "3000",
  "0500",
  "0200",
  "020100",
  "02820101",
  "0303",
  "06072a8648ce3d0201",
  "06082a8648ce3d030107",
  "2b81040022",
];

const publicKey: FuzzTarget = {
  name: "signing/parsePublicKey",
  seeds: [
    ...[...pems, pem.replaceAll("\n", "\r\n"), alice.publicKey.material, `${bob.publicKey.material}\n`].map(
      utf8ToBytes,
    ),
    ...ders,
    ...jwks,
  ],
  dictionary: [
    ...["-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----", "\n", "\r", "=", "_", "MCowBQYDK2VwAyEA", "MFkw"].map(
      utf8ToBytes,
    ),
    ...["\ufeff", "00".repeat(32), "ed".padEnd(62, "f").concat("7f")].map(utf8ToBytes),
    ...['"kty":"RSA"', '"crv":"P-384"', '"alg":"ES256"', '"d":"AA"', '"use":"enc"', '"key_ops":[]', "AQAB"].map(
      utf8ToBytes,
    ),
    ...derTokens.map(hexToBytes),
  ],
  run(input) {
    const key = attempt(() => parsePublicKey(input));
    if (typeof key === "string") {
      return check(/^ERR_(SIGNING_KEY_[A-Z_]+|CORE_(UTF8|LIMIT|JSON_[A-Z_]+))$/.test(key), `code ${key}`);
    }
    checkKey(key);
    for (const again of [
      parsePublicKey(encodePublicKeyPem(key), key),
      parsePublicKey(encodePublicKeyDer(key), key),
      parsePublicKey(JSON.stringify(encodePublicKeyJwk(key))),
      parseTufKey(encodeTufKey(key), key.keyId),
    ]) {
      check(JSON.stringify(again) === JSON.stringify(key) && sameKey(key, again), "round trip");
    }
  },
};

/** What holds for any key that is accepted, by other readers of keys than ours. */
function checkKey({ scheme, material }: PublicKey): void {
  if (scheme === "ed25519") check(!ed25519.Point.fromHex(material).isSmallOrder(), "a point of large order");
  else if (scheme.startsWith("rsa")) checkRsaKey(Buffer.from(material, "hex"));
  else {
    const { Point } = scheme === "ecdsa-sha2-nistp256" ? p256 : p384;
    check(Point.fromHex(material).toHex(false) === material, "an uncompressed point");
  }
}

function checkRsaKey(der: Buffer): void {
  const { n, e } = createPublicKey({ key: der, format: "der", type: "pkcs1" }).export({ format: "jwk" });
  const [modulus, exponent] = [n!, e!].map((number) => BigInt(`0x${Buffer.from(number, "base64url").toString("hex")}`));
  const bits = modulus!.toString(2).length;
  check(bits >= 2048 && bits <= 8192 && modulus! % 2n === 1n, `modulus of ${bits} bits`);
  check(exponent! >= 65_537n && exponent! < 2n ** 31n && exponent! % 2n === 1n, `exponent ${exponent}`);
}

const tufKey: FuzzTarget = {
  name: "signing/parseTufKey",
  seeds: [
    ...keys.map((key) => utf8ToBytes(JSON.stringify(encodeTufKey(key)))),
    ...keys.slice(0, 3).map(({ scheme, material }) => {
      const keytype = scheme === "ed25519" ? "ed25519" : scheme;
      return utf8ToBytes(
        JSON.stringify({ keytype, scheme, keyval: { public: material, private: "" }, "x-owner": "@a" }),
      );
    }),
  ],
  dictionary: [
    ...[
      '"keytype":',
      '"scheme":',
      '"keyval":',
      '"public":',
      '"ed25519"',
      '"ecdsa"',
      '"rsa"',
      '"__proto__":',
      "null",
      "{}",
      "\\n",
    ],
    ...keys.map(({ scheme }) => `"${scheme}"`),
    ...['"rsa-pkcs1v15-sha256"', '"hmac-sha256"', "04", "02"],
  ].map(utf8ToBytes),
  run(input) {
    const document = attempt(() => Object(parseStrictJson(input)) as JsonObject);
    if (typeof document === "string") return;
    const key = attempt(() => parseTufKey(document, "label"));
    if (typeof key === "string") return check(/^ERR_SIGNING_KEY_[A-Z_]+$/.test(key), `code ${key}`);
    check(key.keyId === "label" && key.scheme === document["scheme"], "label and scheme");
    checkKey(key);
    check(JSON.stringify(parseTufKey(encodeTufKey(key), "label")) === JSON.stringify(key), "round trip");
  },
};

const envelopes = [
  await signDsse(payloadType, payload, [alice, bob]),
  await signDsse(payloadType, payload, [carol, carol]),
  encodeDsseEnvelope({ payloadType: "", payload: new Uint8Array(0), signatures: [{ keyid: "", sig: payload }] }),
];
const envelopeTokens = [
  ...[
    '"payload":',
    '"payloadType":',
    '"signatures":',
    '"keyid":',
    '"sig":',
    '{"sig":""},',
    '"__proto__":',
    '""',
    "null",
  ],
  ...[payloadType, ...trust.keys.map(({ keyId }) => keyId), "-_", "+/", "==", "A==="],
].map(utf8ToBytes);

const envelope: FuzzTarget = {
  name: "signing/parseDsseEnvelope",
  seeds: envelopes,
  dictionary: envelopeTokens,
  run(input) {
    const parsed = attempt(() => parseDsseEnvelope(input));
    if (typeof parsed === "string") return;
    const again = parseDsseEnvelope(encodeDsseEnvelope(parsed));
    check(JSON.stringify(again) === JSON.stringify(parsed), "round trip");
  },
};

const verification: FuzzTarget = {
  name: "signing/verifyDsse",
  seeds: envelopes,
  dictionary: envelopeTokens,
  run(input) {
    const verdicts = [defaultSignatureProvider, pureSignatureProvider].map((provider) =>
      attempt(() => verifyDsse(input, trust, { payloadType, provider })),
    );
    check(JSON.stringify(verdicts[0]) === JSON.stringify(verdicts[1]), "both providers give one verdict");
    const verified = verdicts[0]!;
    if (typeof verified === "string") return;
    // Nobody here can forge: whatever is accepted was signed by two of the three.
    check(equalBytes(verified.payload, payload), `payload ${bytesToUtf8(verified.payload)}`);
    check(verified.payloadType === payloadType && verified.signedBy.length >= 2, "type and signers");
  },
};

const signature: FuzzTarget = {
  name: "signing/isValidEd25519",
  get seeds() {
    return Array.from({ length: 24 }, edgeInputs(seededRandom("fuzz"))).map((input) =>
      concatBytes(input.publicKey, input.signature, input.message),
    );
  },
  dictionary: [0x00, 0x01, 0x7f, 0x80, 0xec, 0xed, 0xee, 0xff].map((byte) => Uint8Array.of(byte)),
  maxLength: 256,
  run(input) {
    const [key, sig, message] = [input.subarray(0, 32), input.subarray(32, 96), input.subarray(96)];
    const native = isValidEd25519(key, message, sig, defaultSignatureProvider);
    check(native === isValidEd25519(key, message, sig, pureSignatureProvider), "both providers give one verdict");
    // The strict rule accepts less than RFC 8032 with the cofactor, never more.
    check(!native || ed25519.verify(sig, message, key, { zip215: false }), `accepted ${bytesToHex(input)}`);
  },
};

/** Makes a value at its first use: a worker loads every target of a file and runs one. */
function lazy<Value>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** A key of P-256 or P-384 that is known, and a signature in one of the two forms. */
function ecdsaTarget(scheme: EcdsaScheme): FuzzTarget {
  const inputs = lazy(() => {
    const next = ecdsaEdgeInputs(scheme, seededRandom(`fuzz ${scheme}`));
    return Array.from({ length: 60 }, next).filter(({ valid }) => valid);
  });
  const curve = scheme === "ecdsa-sha2-nistp256" ? p256 : p384;
  return {
    name: `signing/isValidSignature ${scheme}`,
    get seeds() {
      return inputs().map(({ signature, ecdsaEncoding }) =>
        concatBytes(Uint8Array.of(ecdsaEncoding === "der" ? 0 : 1), signature),
      );
    },
    dictionary: ["30", "02", "0200", "020100", "0281", "3081", "3080", "00", "ff", "0500"].map(hexToBytes),
    maxLength: 160,
    run(input) {
      const ecdsaEncoding = (input[0] ?? 0) % 2 === 0 ? "der" : "p1363";
      const signature = input.subarray(1);
      const { key, message } = inputs()[0]!;
      const [native, pure] = [defaultSignatureProvider, pureSignatureProvider].map((provider) =>
        isValidSignature(key, message, signature, { provider, ecdsaEncoding }),
      );
      check(native === pure, "both providers give one verdict");
      const format = ecdsaEncoding === "der" ? "der" : "compact";
      const theirs = (): boolean => curve.verify(signature, message, hexToBytes(key.material), { lowS: false, format });
      check(!native || theirs(), `accepted ${bytesToHex(signature)}`);
    },
  };
}

const rsaInputs = lazy(() => craftedSignatures("rsassa-pss-sha384", pairOf([0, 8]), seededRandom("fuzz rsa")));

const rsaSignature: FuzzTarget = {
  name: "signing/isValidSignature rsassa-pss",
  get seeds() {
    return rsaInputs()
      .slice(0, 40)
      .map(({ signature, message }) => concatBytes(signature, message));
  },
  maxLength: 400,
  run(input) {
    const [signature, message] = [input.subarray(0, 257), input.subarray(257)];
    const { key } = rsaInputs()[0]!;
    for (const pssSalt of ["hash", "any"] as const) {
      const [native, pure] = [defaultSignatureProvider, pureSignatureProvider].map((provider) =>
        isValidSignature(key, message, signature, { provider, pssSalt }),
      );
      check(native === pure, "both providers give one verdict");
      // The private key is ours, so that every acceptable encoding of a message was made here.
      const known = (): boolean => rsaInputs().some((made) => made.valid && equalBytes(made.signature, signature));
      check(!native || known(), `accepted ${bytesToHex(signature)}`);
    }
  },
};

export const targets: readonly FuzzTarget[] = [
  publicKey,
  tufKey,
  envelope,
  verification,
  signature,
  ecdsaTarget("ecdsa-sha2-nistp256"),
  ecdsaTarget("ecdsa-sha2-nistp384"),
  rsaSignature,
];
