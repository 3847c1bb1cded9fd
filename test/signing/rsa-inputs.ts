/**
 * RSA keys and RSASSA-PSS signatures at the edges of RFC 8017, each with its verdict, which is known without verifying.
 *
 * The primes are fixed, so that a signature can be made of any encoded message, honest or not. A modulus is the product of two of
 * them or more; a verifier cannot tell.
 */

import { bytesToHex, bytesToNumberBE, concatBytes, numberToBytesBE } from "@noble/curves/utils.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import type { Random } from "../../scripts/random.ts";
import { primes } from "./rsa-primes.ts";

export type RsaScheme = "rsassa-pss-sha256" | "rsassa-pss-sha384" | "rsassa-pss-sha512";

export interface RsaInput {
  /** What is special about the input. */
  readonly kind: string;
  /** Always the same object for the same key. */
  readonly key: { readonly scheme: RsaScheme; readonly keyId: string; readonly material: string };
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  readonly pssSalt: "hash" | "any";
  readonly valid: boolean;
}

const hashes = { "rsassa-pss-sha256": sha256, "rsassa-pss-sha384": sha384, "rsassa-pss-sha512": sha512 };

/** A key whose prime factors are known. */
export interface RsaPair {
  readonly factors: readonly bigint[];
  readonly modulus: bigint;
  readonly exponent: bigint;
}

/** A key of the primes with these numbers: 0 to 7 have 1,024 bits; 8 to 11 have 1,025, 1,026, 1,031 and 1,032. */
export function pairOf(numbers: readonly number[], exponent = 65_537n): RsaPair {
  const factors = numbers.map((number) => primes[number]!);
  return { factors, exponent, modulus: factors.reduce((product, prime) => product * prime, 1n) };
}

/** DER of SEQUENCE { INTEGER, ... }. */
export function rsaDer(...numbers: readonly bigint[]): Uint8Array {
  return derElement(0x30, concatBytes(...numbers.map((number) => derElement(0x02, bytesOf(number)))));
}

/** The shortest form of a number that is not negative, with a zero before a set top bit. */
function bytesOf(number: bigint): Uint8Array {
  const hex = number.toString(16);
  const bytes = numberToBytesBE(number, Math.ceil(hex.length / 2));
  return bytes[0]! >= 0x80 ? concatBytes(Uint8Array.of(0), bytes) : bytes;
}

/** One element of DER. */
export function derElement(tag: number, contents: Uint8Array): Uint8Array {
  const { length } = contents;
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return concatBytes(Uint8Array.of(tag, ...head), contents);
}

/** The public key as otakit has it. */
export function rsaKey(scheme: RsaScheme, { modulus, exponent }: RsaPair): RsaInput["key"] {
  return { scheme, keyId: "", material: bytesToHex(rsaDer(modulus, exponent)) };
}

/** RSASP1 of RFC 8017 section 5.2.1, one prime after another and joined by the Chinese remainder theorem. */
export function rawSign({ factors, exponent, modulus }: RsaPair, message: bigint): Uint8Array {
  let [result, product] = [0n, 1n];
  for (const prime of factors) {
    const root = power(message, inverse(exponent, prime - 1n), prime);
    const step = ((root - (result % prime) + prime) * inverse(product % prime, prime)) % prime;
    result += step * product;
    product *= prime;
  }
  return numberToBytesBE(result, byteLength(modulus));
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let square = base % modulus, rest = exponent; rest > 0n; rest >>= 1n, square = (square * square) % modulus) {
    if (rest & 1n) result = (result * square) % modulus;
  }
  return result;
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [value, modulus, 1n, 0n];
  while (b > 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  return ((x % modulus) + modulus) % modulus;
}

function bitLength(number: bigint): number {
  return number.toString(2).length;
}

function byteLength(number: bigint): number {
  return Math.ceil(bitLength(number) / 8);
}

/** What an encoded message is made with; each member has the value of RFC 8017 section 9.1.1 when absent. */
export interface PssFaults {
  readonly salt?: Uint8Array;
  readonly trailer?: number;
  readonly separator?: number;
  /** Changes the padding before the separator. */
  readonly padding?: (zeros: Uint8Array) => void;
  /** Changes M' before it is hashed. */
  readonly block?: (block: Uint8Array) => void;
  /** Changes the finished encoding. */
  readonly encoding?: (encoded: Uint8Array) => void;
  readonly messageHash?: (message: Uint8Array) => Uint8Array;
  readonly maskHash?: (message: Uint8Array) => Uint8Array;
}

/** EMSA-PSS-ENCODE of RFC 8017 section 9.1.1, with faults if asked; the salt fills with 7 as many bytes as the hash has. */
export function encodePss(scheme: RsaScheme, message: Uint8Array, bits: number, faults: PssFaults = {}): Uint8Array {
  const hash = hashes[scheme];
  const { messageHash = hash, maskHash = hash, trailer = 0xbc, separator = 1 } = faults;
  const salt = faults.salt ?? new Uint8Array(hash.outputLen).fill(7);
  const block = concatBytes(new Uint8Array(8), messageHash(message), salt);
  faults.block?.(block);
  const h = hash(block);
  const encoded = new Uint8Array(Math.ceil(bits / 8));
  const zeros = new Uint8Array(encoded.length - h.length - 2 - salt.length);
  faults.padding?.(zeros);
  const db = concatBytes(zeros, Uint8Array.of(separator), salt);
  const mask = mgf1(h, db.length, maskHash);
  encoded.set(db.map((byte, index) => byte ^ mask[index]!));
  encoded[0]! &= 0xff >> (8 * encoded.length - bits);
  encoded.set(h, db.length);
  encoded[encoded.length - 1] = trailer;
  faults.encoding?.(encoded);
  return encoded;
}

function mgf1(seed: Uint8Array, length: number, hash: (message: Uint8Array) => Uint8Array): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let counter = 0; blocks.length * 32 < length; counter++) {
    blocks.push(hash(concatBytes(seed, numberToBytesBE(BigInt(counter), 4))));
  }
  return concatBytes(...blocks).subarray(0, length);
}

/** Every kind of signature that is special for one key, and its verdict under either rule about salts. */
export function craftedSignatures(scheme: RsaScheme, pair: RsaPair, random: Random): RsaInput[] {
  const hash = hashes[scheme];
  const key = rsaKey(scheme, pair);
  const bits = bitLength(pair.modulus) - 1;
  const encodedLength = Math.ceil(bits / 8);
  const most = encodedLength - hash.outputLen - 2;
  const inputs: RsaInput[] = [];
  const add = (kind: string, message: Uint8Array, signature: Uint8Array, valid: boolean, validForAny = valid): void => {
    inputs.push({ kind, key, message, signature, pssSalt: "hash", valid });
    inputs.push({ kind: `${kind}, any salt`, key, message, signature, pssSalt: "any", valid: validForAny });
  };
  const crafted = (kind: string, faults: PssFaults, valid = false, validForAny = valid): void => {
    const message = random.bytes(random.below(60));
    const number = bytesToNumberBE(encodePss(scheme, message, bits, faults));
    // Not every faulty encoding is a number below the modulus.
    if (number < pair.modulus) add(kind, message, rawSign(pair, number), valid, validForAny);
  };

  for (let count = 0; count < 4; count++) crafted("honest", { salt: random.bytes(hash.outputLen) }, true);
  crafted("salt of zeros", { salt: new Uint8Array(hash.outputLen) }, true);
  crafted("salt like padding", { salt: new Uint8Array(hash.outputLen).fill(1) }, true);
  for (const length of [0, 1, 20, hash.outputLen - 1, hash.outputLen + 1, most - 1, most]) {
    if (length === hash.outputLen) continue;
    crafted(`salt of ${length} bytes`, { salt: random.bytes(length) }, false, true);
  }
  for (const trailer of [0x00, 0xcc, 0xbd, 0x3c]) crafted(`trailer ${trailer}`, { trailer });
  for (const separator of [0, 2, 0x81, 0xff]) crafted(`separator ${separator}`, { separator });
  const last = most - hash.outputLen - 1;
  for (const at of last > 0 ? [0, last >> 1, last] : []) {
    // A one in the padding is an earlier separator, but the salt that follows it is not the one that was hashed.
    for (const byte of [1, 2, 0x40]) {
      // The top bits of the first byte are not part of the encoding.
      if (at === 0 && byte > 0xff >> (8 * encodedLength - bits)) continue;
      crafted(`padding ${byte} at ${at}`, { padding: (zeros) => zeros.fill(byte, at, at + 1) });
    }
  }
  crafted("eight bytes of padding not zero", { block: (block) => block.fill(1, 7, 8) });
  crafted("salt that was not hashed", { block: (block) => block.fill(9, block.length - 1) });
  crafted("hash of another message", { messageHash: () => hash(Uint8Array.of(1, 2, 3)) });
  const other = scheme === "rsassa-pss-sha512" ? sha256 : sha512;
  crafted("mask of another hash", { maskHash: other });
  crafted("message hashed otherwise", { messageHash: (message) => other(message).slice(0, hash.outputLen) });
  crafted("no mask", { maskHash: () => new Uint8Array(32) });
  for (const bit of [0, 1, 7]) {
    crafted(`top bit ${bit}`, { encoding: (encoded) => flipBit(encoded, bit) });
  }
  for (const at of [1, most, most + 1, encodedLength - 2]) {
    crafted(`byte ${at} changed`, { encoding: (encoded) => flipBit(encoded, 8 * at + random.below(8)) });
  }
  crafted("zeros", { encoding: (encoded) => encoded.fill(0) });
  addNumbers(pair, bits, add, scheme);
  return inputs;
}

/** Signatures that are numbers chosen by themselves, and encodings that are longer than they may be. */
function addNumbers(
  pair: RsaPair,
  bits: number,
  add: (kind: string, message: Uint8Array, signature: Uint8Array, valid: boolean) => void,
  scheme: RsaScheme,
): void {
  const { modulus } = pair;
  const message = Uint8Array.of(7);
  const length = byteLength(modulus);
  for (const number of [0n, 1n, 2n, modulus - 1n])
    add(`signature ${bitLength(number)} bits`, message, numberToBytesBE(number, length), false);
  const encoding = bytesToNumberBE(encodePss(scheme, message, bits));
  const honest = bytesToNumberBE(rawSign(pair, encoding));
  add("n - s", message, numberToBytesBE(modulus - honest, length), false);
  // The same encoding with a bit above those that it may have, where the modulus leaves room.
  const lifted = encoding + (1n << BigInt(bits));
  if (lifted < modulus) add("bit above the encoding", message, rawSign(pair, lifted), false);
  // RSASSA-PKCS1-v1_5 of the same message: RFC 8017 section 9.2 with the DigestInfo of SHA-256.
  const info = concatBytes(
    Uint8Array.of(0x30, 0x31, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 0x20),
    sha256(message),
  );
  const filling = new Uint8Array(length - info.length - 3).fill(0xff);
  const block = concatBytes(Uint8Array.of(0, 1), filling, Uint8Array.of(0), info);
  add("RSASSA-PKCS1-v1_5", message, rawSign(pair, bytesToNumberBE(block)), false);
}

/** Keys around every boundary of the lengths: encodings of one byte less than the modulus, and of bits that fill a byte or not. */
const factorsOfKeys = [
  [0, 1],
  [0, 8],
  [0, 9],
  [0, 10],
  [0, 11],
  [0, 1, 2],
  [0, 1, 2, 3],
  [0, 1, 2, 3, 4, 5, 6, 7],
];

/** Makes edge inputs without end; most of them reach the equation. */
export function rsaEdgeInputs(random: Random): () => RsaInput {
  const schemes = Object.keys(hashes) as RsaScheme[];
  const crafted = schemes.flatMap((scheme, index) =>
    factorsOfKeys
      // One scheme for each of the long keys.
      .filter((factors, place) => factors.length < 3 || place % 3 === index)
      .flatMap((factors) => craftedSignatures(scheme, pairOf(factors), random)),
  );
  const honest = crafted.filter(({ valid }) => valid);
  const keys = [...new Set(crafted.map(({ key }) => key))];
  const refused = (kind: string, change: (input: RsaInput) => Partial<RsaInput>) => (): RsaInput => {
    const input = random.pick(honest);
    return { ...input, kind, valid: false, ...change(input) };
  };
  const makers: readonly (() => RsaInput)[] = [
    () => random.pick(crafted),
    () => random.pick(crafted),
    () => random.pick(honest),
    refused("another message", () => ({ message: random.bytes(1 + random.below(70)) })),
    refused("bit of the signature", ({ signature }) => ({
      signature: flipped(signature, random.below(8 * signature.length)),
    })),
    // Also the same numbers under another scheme.
    refused("another key", ({ key }) => ({ key: random.pick(keys.filter((other) => other !== key)) })),
    refused("another length", ({ signature }) => ({ signature: resized(signature, random) })),
    refused("not below the modulus", ({ key }) => ({ signature: atLeastModulus(key, random) })),
  ];
  let given = 0;
  // Each of the crafted ones comes once for sure.
  return () => (given < crafted.length ? crafted[given++]! : random.pick(makers)());
}

/** Makes inputs without end that byte comparisons alone must refuse, cheaply. */
export function rsaHopelessInputs(random: Random): () => RsaInput {
  const schemes = Object.keys(hashes) as RsaScheme[];
  const honest = schemes.flatMap((scheme) =>
    [pairOf([0, 1]), pairOf([0, 8]), pairOf([0, 1, 2, 3])].map((pair): RsaInput => {
      const message = random.bytes(8);
      const encoded = encodePss(scheme, message, bitLength(pair.modulus) - 1);
      const signature = rawSign(pair, bytesToNumberBE(encoded));
      return { kind: "honest", key: rsaKey(scheme, pair), message, signature, pssSalt: "hash", valid: true };
    }),
  );
  return () => {
    const input = random.pick(honest);
    const signature = random.below(2) === 0 ? resized(input.signature, random) : atLeastModulus(input.key, random);
    return { ...input, kind: "hopeless", valid: false, signature };
  };
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  flipBit(copy, bit);
  return copy;
}

/** Bits count from the top. */
function flipBit(bytes: Uint8Array, bit: number): void {
  bytes[bit >> 3]! ^= 0x80 >> (bit & 7);
}

/** Cut or filled up at either end. */
function resized(signature: Uint8Array, random: Random): Uint8Array {
  const less = 1 + random.below(random.below(4) === 0 ? signature.length : 4);
  const more = random.bytes(1 + random.below(4));
  const zeros = new Uint8Array(1 + random.below(4));
  return random.pick([
    () => signature.subarray(less),
    () => signature.subarray(0, -less),
    () => concatBytes(zeros, signature),
    () => concatBytes(signature, more),
  ])();
}

/** A number of the modulus's length that is the modulus or more. */
function atLeastModulus({ material }: RsaInput["key"], random: Random): Uint8Array {
  const modulus = modulusOf(material);
  const bytes = Uint8Array.from(modulus);
  if (random.below(4) === 0) return bytes;
  // Filling the end of the modulus with ones makes it larger, if there was a zero.
  bytes.fill(255, random.below(bytes.length));
  return bytes;
}

const moduli = new Map<string, Uint8Array>();

/** The modulus in the DER of a key of 2,048 bits or more, with an exponent of three bytes. */
function modulusOf(material: string): Uint8Array {
  const known = moduli.get(material);
  if (known !== undefined) return known;
  const bytes = Uint8Array.from(material.match(/../g)!, (pair) => Number.parseInt(pair, 16)).slice(8, -5);
  const modulus = bytes[0] === 0 ? bytes.subarray(1) : bytes;
  moduli.set(material, modulus);
  return modulus;
}
