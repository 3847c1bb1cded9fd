/**
 * ECDSA inputs at the edges of FIPS 186-5 and of DER, each with its verdict, which is known without verifying.
 *
 * For any point R and number s, the key Q = (s R - e G) / r, with r the x of R and e the hash, makes (r, s) a valid signature: so
 * every r and s can be had, also those that no honest signer meets in the age of the universe.
 */

import { mulAddUnsafe } from "@noble/curves/abstract/curve.js";
import { p256, p384 } from "@noble/curves/nist.js";
import { bytesToNumberBE, concatBytes, numberToBytesBE } from "@noble/curves/utils.js";
import { sha256, sha384 } from "@noble/hashes/sha2.js";
import type { Random } from "../../scripts/random.ts";

export type EcdsaScheme = "ecdsa-sha2-nistp256" | "ecdsa-sha2-nistp384";

export interface EcdsaInput {
  /** What is special about the input. */
  readonly kind: string;
  /** Always the same object for the same key. */
  readonly key: { readonly scheme: EcdsaScheme; readonly keyId: string; readonly material: string };
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  readonly ecdsaEncoding: "der" | "p1363";
  readonly valid: boolean;
}

/** A key, a message and the numbers of a signature. */
interface Known {
  readonly kind: string;
  readonly key: EcdsaInput["key"];
  readonly message: Uint8Array;
  readonly r: bigint;
  readonly s: bigint;
  readonly valid: boolean;
}

const zero = Uint8Array.of(0);

type Point = InstanceType<typeof p256.Point>;

/** DER of SEQUENCE { INTEGER, INTEGER } whose numbers fit. */
export function derOf(r: bigint, s: bigint): Uint8Array {
  return element(0x30, integer(r), integer(s));
}

function element(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const bytes = concatBytes(...contents);
  return concatBytes(Uint8Array.from(bytes.length < 128 ? [tag, bytes.length] : [tag, 0x81, bytes.length]), bytes);
}

function integer(value: bigint): Uint8Array {
  return element(0x02, contentsOf(value));
}

/** The shortest two's complement form of a number that is not negative. */
function contentsOf(value: bigint): Uint8Array {
  const hex = value.toString(16);
  const bytes = numberToBytesBE(value, Math.ceil(hex.length / 2));
  return bytes[0]! >= 0x80 ? concatBytes(zero, bytes) : bytes;
}

/** The curve of a scheme, its hash, and the length of its numbers. */
export function curveOf(scheme: EcdsaScheme) {
  return scheme === "ecdsa-sha2-nistp256"
    ? { Point: p256.Point, hash: sha256, size: 32, order: p256.Point.Fn.ORDER, prime: p256.Point.Fp.ORDER }
    : { Point: p384.Point, hash: sha384, size: 48, order: p384.Point.Fn.ORDER, prime: p384.Point.Fp.ORDER };
}

/** Makes edge inputs without end; about half of them reach the curve equation. */
export function ecdsaEdgeInputs(scheme: EcdsaScheme, random: Random): () => EcdsaInput {
  const { order } = curveOf(scheme);
  const known = knownSignatures(scheme, random);
  const valid = known.filter((input) => input.valid);
  const wrongKeys = valid.slice(-4).flatMap(({ key }) => [negated(key), offCurve(key)]);

  const refused = (input: Known, kind: string, change: Partial<Known>): Known => ({
    ...input,
    kind,
    valid: false,
    ...change,
  });
  const makers: readonly (() => Known)[] = [
    () => random.pick(known),
    () => changed(random.pick(known), "n - s", ({ s }) => ({ s: order - s })),
    () => refused(random.pick(valid), "another message", { message: random.bytes(random.below(60)) }),
    () =>
      changed(refused(random.pick(valid), "", {}), "bit of r", ({ r }) => ({
        r: r ^ (1n << BigInt(random.below(250))),
      })),
    () =>
      changed(refused(random.pick(valid), "", {}), "bit of s", ({ s }) => ({
        s: s ^ (1n << BigInt(random.below(250))),
      })),
    () =>
      changed(refused(random.pick(valid), "", {}), "r and s swapped", ({ r, s }) => ({ r: s, s: r === s ? 1n : r })),
    () => refused(random.pick(valid), "another key", { key: random.pick(wrongKeys) }),
    () => refused(random.pick(valid), "r out of range", { r: outOfRange() }),
    () => refused(random.pick(valid), "s out of range", { s: outOfRange() }),
    () => changed(refused(random.pick(valid), "", {}), "r + n", ({ r }) => ({ r: r + order })),
    () => changed(refused(random.pick(valid), "", {}), "s + n", ({ s }) => ({ s: s + order })),
  ];

  function changed(input: Known, kind: string, change: (input: Known) => Partial<Known>): Known {
    return { ...input, kind, ...change(input) };
  }

  function outOfRange(): bigint {
    return random.pick([0n, order, order + 1n, order + BigInt(random.below(1000)), 2n * order - 1n]);
  }

  const malformed = malformedSignatures(scheme, random, valid);
  let given = 0;
  return () => {
    // Each of the known ones comes once for sure.
    if (given < known.length) return encoded(scheme, known[given++]!, random);
    return random.below(3) === 0 ? malformed() : encoded(scheme, random.pick(makers)(), random);
  };
}

/** Makes inputs without end that byte comparisons alone must refuse, cheaply. */
export function ecdsaHopelessInputs(scheme: EcdsaScheme, random: Random): () => EcdsaInput {
  return malformedSignatures(
    scheme,
    random,
    knownSignatures(scheme, random).filter(({ valid }) => valid),
  );
}

/** The key whose point has the other y. */
function negated(key: EcdsaInput["key"]): EcdsaInput["key"] {
  const { Point } = curveOf(key.scheme);
  return { ...key, material: Point.fromHex(key.material).negate().toHex(false) };
}

/** Bytes of a point with a y that does not belong to its x. */
function offCurve(key: EcdsaInput["key"]): EcdsaInput["key"] {
  const last = Number.parseInt(key.material.slice(-1), 16) ^ 1;
  return { ...key, material: key.material.slice(0, -1) + last.toString(16) };
}

/** Gives a signature one of its two forms; a number that does not fit r || s has DER. */
function encoded(scheme: EcdsaScheme, { kind, key, message, r, s, valid }: Known, random: Random): EcdsaInput {
  const { size } = curveOf(scheme);
  const fits = r < 1n << BigInt(8 * size) && s < 1n << BigInt(8 * size);
  if (fits && random.below(2) === 0) {
    const signature = concatBytes(numberToBytesBE(r, size), numberToBytesBE(s, size));
    return { kind, key, message, signature, ecdsaEncoding: "p1363", valid };
  }
  return { kind, key, message, signature: derOf(r, s), ecdsaEncoding: "der", valid };
}

/** Signatures with extreme numbers and extreme sums, the same ones for one seed. */
function knownSignatures(scheme: EcdsaScheme, random: Random): Known[] {
  const { Point, hash, size, order, prime } = curveOf(scheme);
  const { BASE, Fn } = Point;
  const hashOf = (message: Uint8Array): bigint => Fn.create(bytesToNumberBE(hash(message)));
  const randomScalar = (): bigint => (bytesToNumberBE(random.bytes(size + 8)) % (order - 1n)) + 1n;
  const keyOf = (point: Point): EcdsaInput["key"] => ({ scheme, keyId: "", material: point.toHex(false) });

  /** The key under which (x of R, s) is a signature of the message. */
  function recovered(kind: string, R: Point, s: bigint): Known {
    const message = random.bytes(random.below(60));
    const r = Fn.create(R.toAffine().x);
    const inverse = Fn.inv(r);
    const Q = mulAddUnsafe(Point, [R, BASE], [Fn.mul(s, inverse), Fn.neg(Fn.mul(hashOf(message), inverse))]);
    return { kind, key: keyOf(Q), message, r, s, valid: true };
  }

  /** The key e / r or -e / r: both addends of the last sum are equal, or their sum is the point at infinity. */
  function degenerate(sign: 1n | -1n): Known {
    const message = random.bytes(20);
    const t = randomScalar();
    const r = Fn.create(BASE.multiply(t).toAffine().x);
    const e = hashOf(message);
    const s = Fn.div(Fn.mul(2n, e), t);
    const Q = BASE.multiply(Fn.create(sign * Fn.div(e, r)));
    const kind = sign === 1n ? "addends equal" : "sum at infinity";
    return { kind, key: keyOf(Q), message, r, s, valid: sign === 1n };
  }

  const extremes = [1n, 2n, 3n, 127n, 128n, 255n, 256n, order - 1n, order - 2n, (order - 1n) / 2n, (order + 1n) / 2n];
  const points = [
    ...[BASE, BASE.negate(), BASE.double()],
    ...pointsFrom(Point, 1n, 3),
    // x of n and more: r is what is left of it modulo n.
    ...pointsFrom(Point, order + 1n, 3),
    ...pointsFrom(Point, prime - 20n, 3),
  ];
  return [
    ...extremes.map((s) => recovered(`s = ${s}`, BASE.multiply(randomScalar()), s)),
    ...points.map((R) => recovered(`x of R = ${R.toAffine().x}`, R, randomScalar())),
    ...points.slice(3).map((R, index) => recovered("both extreme", R, extremes[index]!)),
    ...Array.from({ length: 24 }, () => recovered("random", BASE.multiply(randomScalar()), randomScalar())),
    ...Array.from({ length: 4 }, () => degenerate(1n)),
    ...Array.from({ length: 4 }, () => degenerate(-1n)),
  ];
}

/** The first points with x from a number on. */
function pointsFrom(curve: typeof p256.Point, from: bigint, count: number): Point[] {
  const found: Point[] = [];
  for (let x = from; found.length < count; x++) {
    try {
      found.push(curve.fromBytes(Uint8Array.of(2 + (found.length & 1), ...curve.Fp.toBytes(x))));
    } catch {
      // No point has this x.
    }
  }
  return found;
}

/** Signatures that are malformed, whatever their numbers. */
function malformedSignatures(scheme: EcdsaScheme, random: Random, valid: readonly Known[]): () => EcdsaInput {
  const { size, order } = curveOf(scheme);
  const prepared = valid.map(({ key, message, r, s }) => {
    const [rContents, sContents] = [contentsOf(r), contentsOf(s)];
    const raw = concatBytes(numberToBytesBE(r, size), numberToBytesBE(s, size));
    return { key, message, rContents, sContents, raw, der: derOf(r, s) };
  });
  const bound = numberToBytesBE(order, size);
  const top = (bytes: Uint8Array): Uint8Array =>
    concatBytes(
      zero,
      bytes.map((byte) => byte | 0x80),
    );
  type Prepared = (typeof prepared)[number];
  const ders: readonly ((input: Prepared) => Uint8Array)[] = [
    ({ der }) => concatBytes(Uint8Array.of(0x30, 0x81), der.subarray(1)),
    ({ der }) => concatBytes(Uint8Array.of(0x30, 0x82, 0), der.subarray(1)),
    ({ der }) => concatBytes(Uint8Array.of(0x30, 0x80), der.subarray(2), new Uint8Array(2)),
    ({ der }) => concatBytes(der, random.bytes(1)),
    ({ der }) => der.subarray(0, random.below(der.length)),
    ({ der }) => replaced(der, 0, random.pick([0x31, 0x10, 0x02, 0x70, 0xb0, 0x3f, 0x00])),
    ({ der }) => replaced(der, 1, (der[1]! + 1 + random.below(255)) & 255),
    ({ der }) => replaced(der, 2, random.pick([0x22, 0x03, 0x0a, 0x82, 0x42, 0x00])),
    ({ rContents, sContents }) => element(0x30, element(2, zero, rContents), element(2, sContents)),
    ({ rContents, sContents }) => element(0x30, element(2, rContents), element(2, zero, sContents)),
    ({ rContents, sContents }) => element(0x30, element(2, negative(rContents)), element(2, sContents)),
    ({ rContents, sContents }) => element(0x30, element(2, rContents), element(2, negative(sContents))),
    ({ rContents, sContents }) => element(0x30, long(rContents), element(2, sContents)),
    ({ rContents, sContents }) => element(0x30, element(2, rContents), long(sContents)),
    ({ sContents }) => element(0x30, Uint8Array.of(2, 0), element(2, sContents)),
    ({ rContents }) => element(0x30, element(2, rContents), Uint8Array.of(2, 0)),
    ({ sContents }) => element(0x30, Uint8Array.of(2, 1, 0), element(2, sContents)),
    ({ rContents }) => element(0x30, element(2, rContents), Uint8Array.of(2, 1, 0)),
    ({ rContents }) => element(0x30, element(2, rContents)),
    ({ rContents, sContents }) => element(0x30, element(2, rContents), element(2, sContents), element(2, sContents)),
    ({ rContents, sContents }) => element(0x30, element(2, rContents), element(2, sContents), Uint8Array.of(5, 0)),
    ({ rContents, sContents }) => element(0x30, element(2, top(rContents), bound), element(2, sContents)),
    ({ rContents, sContents }) => element(0x30, element(2, rContents), element(2, top(sContents), bound)),
    ({ der }) => element(0x30, der),
    ({ raw }) => raw,
  ];
  const raws: readonly ((input: Prepared) => Uint8Array)[] = [
    ({ raw }) => raw.subarray(0, random.below(2 * size)),
    ({ raw }) => concatBytes(raw, random.bytes(1 + random.below(3))),
    ({ raw }) => concatBytes(zero, raw),
    ({ raw }) => concatBytes(zero, raw.subarray(0, size), zero, raw.subarray(size)),
    ({ raw }) => joined(new Uint8Array(size), raw.subarray(size)),
    ({ raw }) => joined(raw.subarray(0, size), new Uint8Array(size)),
    ({ raw }) => joined(above(bound, random.below(4)), raw.subarray(size)),
    ({ raw }) => joined(raw.subarray(0, size), above(bound, random.below(4))),
    ({ raw }) => joined(raw.subarray(0, size), new Uint8Array(size).fill(255)),
    ({ der }) => (der.length === 2 * size ? concatBytes(der, zero) : der),
  ];
  return () => {
    const input = random.pick(prepared);
    const ecdsaEncoding = random.below(3) > 0 ? "der" : "p1363";
    const maker = random.below(ecdsaEncoding === "der" ? ders.length : raws.length);
    const signature = (ecdsaEncoding === "der" ? ders : raws)[maker]!(input);
    const { key, message } = input;
    return { kind: `malformed ${ecdsaEncoding} ${maker}`, key, message, signature, ecdsaEncoding, valid: false };
  };
}

function replaced(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = value;
  return copy;
}

/** The same digits read as a negative number. */
function negative(contents: Uint8Array): Uint8Array {
  return contents[0] === 0 ? contents.subarray(1) : replaced(contents, 0, contents[0]! | 0x80);
}

/** An INTEGER whose length takes more bytes than it needs. */
function long(contents: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(0x02, 0x81, contents.length), contents);
}

function joined(left: Uint8Array, right: Uint8Array): Uint8Array {
  return concatBytes(left, right);
}

/** A little more than a number; its last byte does not overflow. */
function above(bound: Uint8Array, more: number): Uint8Array {
  return replaced(bound, bound.length - 1, bound.at(-1)! + more);
}
