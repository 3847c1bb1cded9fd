/** Fuzz targets of public keys, DSSE envelopes and strict Ed25519. */

import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToHex, bytesToUtf8, concatBytes, equalBytes, isOtaError, utf8ToBytes } from "otakit/core";
import {
  createLocalSigner,
  defaultSignatureProvider,
  encodeDsseEnvelope,
  encodePublicKeyPem,
  isValidEd25519,
  parseDsseEnvelope,
  parsePublicKey,
  pureSignatureProvider,
  type Signer,
  sameKey,
  signDsse,
  verifyDsse,
} from "otakit/signing";
import { seededRandom } from "../../../scripts/random.ts";
import { edgeInputs } from "../../signing/ed25519-inputs.ts";
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

const publicKey: FuzzTarget = {
  name: "signing/parsePublicKey",
  seeds: [pem, pem.replaceAll("\n", "\r\n"), alice.publicKey.material, `${bob.publicKey.material}\n`].map(utf8ToBytes),
  dictionary: [
    ...["-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----", "\n", "\r", "=", "_", "MCowBQYDK2VwAyEA", "MFkw"],
    ...["\ufeff", "00".repeat(32), "ed".padEnd(62, "f").concat("7f")],
  ].map(utf8ToBytes),
  run(input) {
    const key = attempt(() => parsePublicKey(input));
    if (typeof key === "string") return check(/^ERR_(SIGNING_KEY_[A-Z_]+|CORE_UTF8)$/.test(key), `code ${key}`);
    check(/^[0-9a-f]{64}$/.test(key.keyId) && /^[0-9a-f]{64}$/.test(key.material), "form of key id and material");
    check(isPoint(key.material), "an accepted key is a point of large order");
    for (const again of [parsePublicKey(key.material), parsePublicKey(encodePublicKeyPem(key))]) {
      check(sameKey(key, again) && again.keyId === key.keyId, "round trip");
    }
  },
};

/** By noble, which is another reader of points than ours. */
function isPoint(material: string): boolean {
  return !ed25519.Point.fromHex(material).isSmallOrder();
}

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

const edge = edgeInputs(seededRandom("fuzz"));

const signature: FuzzTarget = {
  name: "signing/isValidEd25519",
  seeds: Array.from({ length: 24 }, () => {
    const input = edge();
    return concatBytes(input.publicKey, input.signature, input.message);
  }),
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

export const targets: readonly FuzzTarget[] = [publicKey, envelope, verification, signature];
