/**
 * Ed25519 inputs at the edges of RFC 8032, each with the verdict of the strict rule, which is known without verifying.
 *
 * Keys are A = a B + i T and nonces are R = r B + j T, with T of order 8 and all of a, r, i, j known. With S = r + k a the
 * cofactorless equation S B = R + k A comes down to (j + k i) T = 0, that is, to j + k i being a multiple of 8.
 */

import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE, concatBytes, numberToBytesLE } from "@noble/curves/utils.js";
import { sha512 } from "@noble/hashes/sha2.js";
import type { Random } from "../../scripts/random.ts";

export interface Ed25519Input {
  /** What is special about the input. */
  readonly kind: string;
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  /** Verdict of the strict rule. */
  readonly valid: boolean;
}

const { Point } = ed25519;
const order = Point.Fn.ORDER;
const prime = Point.Fp.ORDER;
const torsionGenerator = Point.fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");

/** 0 T, 1 T, ... 7 T. */
const torsion = [Point.ZERO];
while (torsion.length < 8) torsion.push(torsion.at(-1)!.add(torsionGenerator));

/** The encodings of the points of small order: the canonical eight, (0, 1) and (0, -1) as "-0", and those with y + p. */
export const smallOrderEncodings: readonly { readonly bytes: Uint8Array; readonly index: number }[] = torsion.flatMap(
  (point, index) => {
    const canonical = point.toBytes();
    const { x, y } = point.toAffine();
    const lifted = y < 19n ? [withSign(numberToBytesLE(y + prime, 32), canonical[31]! >> 7)] : [];
    const forms = [canonical, ...lifted];
    const negativeZero = x === 0n ? forms.map((form) => withSign(form, 1)) : [];
    return [...forms, ...negativeZero].map((bytes) => ({ bytes, index }));
  },
);

/** Every encoding with y >= p, of both signs: p + 0 ... p + 18, on the curve or not. */
export const nonCanonicalEncodings: readonly Uint8Array[] = Array.from({ length: 38 }, (_, index) =>
  withSign(numberToBytesLE(prime + BigInt(index >> 1), 32), index & 1),
);

interface KnownPoint {
  /** Multiple of B. */
  readonly scalar: bigint;
  /** Encodings of scalar B + 0 T, ... + 7 T. */
  readonly encodings: readonly Uint8Array[];
}

/** Makes edge inputs without end; most of them reach the curve equation. */
export function edgeInputs(random: Random): () => Ed25519Input {
  const keys = Array.from({ length: 8 }, () => knownPoint(random));
  const nonces = Array.from({ length: 16 }, () => knownPoint(random));

  /** A key and a signature that satisfies the equation but for the components of small order. */
  function mixedOrder(i: number, j: number): Ed25519Input {
    const key = random.pick(keys);
    const nonce = random.pick(nonces);
    return signed("mixed order", key.encodings[i]!, nonce.encodings[j]!, key.scalar, nonce.scalar, i, j);
  }

  function signed(
    kind: string,
    publicKey: Uint8Array,
    encodedR: Uint8Array,
    a: bigint,
    r: bigint,
    i: number,
    j: number,
  ): Ed25519Input {
    const message = random.bytes(random.below(48));
    const k = challenge(encodedR, publicKey, message);
    const signature = concatBytes(encodedR, numberToBytesLE((r + k * a) % order, 32));
    return { kind, publicKey, message, signature, valid: (BigInt(j) + k * BigInt(i)) % 8n === 0n };
  }

  /** Tries messages until the equation holds, so that only the rule about small order refuses. */
  function forged(make: () => Ed25519Input): Ed25519Input {
    let input = make();
    for (let attempt = 0; attempt < 64 && !input.valid; attempt++) input = make();
    return { ...input, valid: false };
  }

  const makers: readonly (() => Ed25519Input)[] = [
    () => ({ ...mixedOrder(0, 0), kind: "honest" }),
    () => mixedOrder(random.below(8), random.below(8)),
    () => mixedOrder(1 + random.below(7), 0),
    () => mixedOrder(0, 1 + random.below(7)),
    () => forged(() => smallOrderKey()),
    () => forged(() => smallOrderNonce()),
    () => withS("S + n L", mixedOrder(0, 0), (s) => s + order * BigInt(1 + random.below(15))),
    () => withS("S at an edge", mixedOrder(0, 0), () => random.pick([0n, 1n, order - 1n, order, order + 1n])),
    () => changed("sign of A", mixedOrder(random.below(8), 0), ({ publicKey }) => flipBit(publicKey, 255)),
    () => changed("sign of R", mixedOrder(0, random.below(8)), ({ signature }) => flipBit(signature, 255)),
    () => changed("bit of A", mixedOrder(0, 0), ({ publicKey }) => flipBit(publicKey, random.below(256))),
    () => changed("bit of R or S", mixedOrder(0, 0), ({ signature }) => flipBit(signature, random.below(512))),
    () => replaced("y of A >= p", mixedOrder(0, 0), "publicKey", random.pick(nonCanonicalEncodings)),
    () => replaced("y of R >= p", mixedOrder(0, 0), "signature", random.pick(nonCanonicalEncodings)),
    () => replaced("random A", mixedOrder(0, 0), "publicKey", random.bytes(32)),
    () => replaced("random R", mixedOrder(0, 0), "signature", random.bytes(32)),
  ];

  function smallOrderKey(): Ed25519Input {
    const { bytes, index } = random.pick(smallOrderEncodings);
    const nonce = random.pick(nonces);
    const j = random.below(8);
    return signed("A of small order", bytes, nonce.encodings[j]!, 0n, nonce.scalar, index, j);
  }

  function smallOrderNonce(): Ed25519Input {
    const { bytes, index } = random.pick(smallOrderEncodings);
    const key = random.pick(keys);
    const i = random.below(8);
    return signed("R of small order", key.encodings[i]!, bytes, key.scalar, 0n, i, index);
  }

  return () => random.pick(makers)();
}

/** Makes inputs without end that byte comparisons alone must refuse, cheaply. */
export function hopelessInputs(random: Random): () => Ed25519Input {
  const makeValid = edgeInputs(random);
  const valid: Ed25519Input[] = [];
  while (valid.length < 16) {
    const input = makeValid();
    if (input.valid) valid.push(input);
  }
  const badPoints = [...nonCanonicalEncodings, ...smallOrderEncodings.map(({ bytes }) => bytes)];
  const makers: readonly ((input: Ed25519Input) => Ed25519Input)[] = [
    (input) => replaced("A", input, "publicKey", random.pick(badPoints)),
    (input) => replaced("R", input, "signature", random.pick(badPoints)),
    // 2^253 is above L, so any of the three top bits will do.
    (input) => refused("S", { ...input, signature: withTopBits(input.signature, 32 << random.below(3)) }),
    (input) => withS("S", input, () => order + BigInt(random.below(3))),
    (input) => refused("length of A", { ...input, publicKey: resized(input.publicKey, random.below(65), 32) }),
    (input) => refused("length of signature", { ...input, signature: resized(input.signature, random.below(129), 64) }),
  ];
  return () => {
    const input = random.pick(valid);
    const message = random.below(2) === 0 ? input.message : random.bytes(random.below(8));
    return random.pick(makers)({ ...input, message });
  };
}

function knownPoint(random: Random): KnownPoint {
  const scalar = (bytesToNumberLE(random.bytes(40)) % (order - 1n)) + 1n;
  const point = Point.BASE.multiply(scalar);
  return { scalar, encodings: torsion.map((part) => point.add(part).toBytes()) };
}

function challenge(encodedR: Uint8Array, publicKey: Uint8Array, message: Uint8Array): bigint {
  return bytesToNumberLE(sha512(concatBytes(encodedR, publicKey, message))) % order;
}

function withSign(encoded: Uint8Array, sign: number): Uint8Array {
  const bytes = Uint8Array.from(encoded);
  bytes[31] = (bytes[31]! & 0x7f) | (sign << 7);
  return bytes;
}

function withTopBits(signature: Uint8Array, bits: number): Uint8Array {
  const bytes = Uint8Array.from(signature);
  bytes[63]! |= bits;
  return bytes;
}

function withS(kind: string, input: Ed25519Input, change: (s: bigint) => bigint): Ed25519Input {
  const s = change(bytesToNumberLE(input.signature.subarray(32)));
  return refused(kind, {
    ...input,
    signature: concatBytes(input.signature.subarray(0, 32), numberToBytesLE(s, 32)),
  });
}

/** Lets `change` write to the bytes of a copy. */
function changed(kind: string, input: Ed25519Input, change: (copy: Ed25519Input) => void): Ed25519Input {
  const { publicKey, signature } = input;
  const copy = { ...input, publicKey: Uint8Array.from(publicKey), signature: Uint8Array.from(signature) };
  change(copy);
  return refused(kind, copy);
}

/** Puts a point in the place of A or R. */
function replaced(
  kind: string,
  input: Ed25519Input,
  where: "publicKey" | "signature",
  point: Uint8Array,
): Ed25519Input {
  return refused(kind, { ...input, [where]: concatBytes(point, input[where].subarray(32)) });
}

function refused(kind: string, input: Ed25519Input): Ed25519Input {
  return { ...input, kind, valid: false };
}

function flipBit(bytes: Uint8Array, bit: number): void {
  bytes[bit >> 3]! ^= 1 << (bit & 7);
}

/** The bytes cut or filled up to a length other than the right one. */
function resized(bytes: Uint8Array, length: number, right: number): Uint8Array {
  const resizedBytes = new Uint8Array(length === right ? right + 1 : length);
  resizedBytes.set(bytes.subarray(0, resizedBytes.length));
  return resizedBytes;
}
