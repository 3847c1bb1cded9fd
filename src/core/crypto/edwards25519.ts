/**
 * Points of the curve edwards25519 (RFC 8032 section 5.1) and sums of their multiples, for verification: variable time.
 *
 * The formulas are those of Hisil, Wong, Carter and Dawson, "Twisted Edwards Curves Revisited" (2008), for a = -1. They are
 * complete: right for any two points of the curve, also for equal ones and those of small order.
 */

import { bytesToNumberLE, numberToBytesLE } from "@noble/curves/utils.js";
import {
  add,
  elementOf,
  type FieldElement,
  fieldPrime,
  integerOf,
  invert,
  multiply,
  newElement,
  powerForRoots,
  square,
  subtract,
} from "./field25519.ts";

/** The curve is -x^2 + y^2 = 1 + d x^2 y^2 with d = -121665 / 121666. */
const d = 0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3n;
/** 2 d. */
const doubleD = /* @__PURE__ */ elementOf(0x2406d9dc56dffce7198e80f2eef3d13000e0149a8283b156ebd69b9426b2f159n);

/** 2^((p - 1) / 4), a square root of -1. */
const rootOfMinusOne = 0x2b8324804fc1df0b2b4d00993dfbd7a72f431806ad2fe478c4ee1b274a0ea0b0n;

/** Affine coordinates, each of magnitude below p. */
export interface AffinePoint {
  readonly x: bigint;
  readonly y: bigint;
}

/** A point that is added to others, as y - x, y + x, 2 z and 2 d t of its extended coordinates. */
interface Addend {
  readonly difference: FieldElement;
  readonly total: FieldElement;
  readonly doubleZ: FieldElement;
  readonly doubleDt: FieldElement;
}

/**
 * A point that changes: it is doubled, and others are added to it.
 *
 * In extended coordinates x : y : z : t with x y = z t, kept as the factors that each formula ends with, x = e f, y = g h,
 * z = f g and t = e h, because doubling does without t. Numbers of summands: e 3, f 4, g 2, h 2 after doubling, 2 each after
 * adding.
 */
class MovingPoint {
  readonly e: FieldElement;
  readonly f: FieldElement;
  readonly g: FieldElement;
  readonly h: FieldElement;
  readonly x: FieldElement = newElement();
  readonly y: FieldElement = newElement();
  readonly z: FieldElement = newElement();
  readonly t: FieldElement = newElement();

  constructor({ x, y }: AffinePoint) {
    this.e = elementOf(x);
    this.f = elementOf(1n);
    this.g = elementOf(1n);
    this.h = elementOf(y);
  }

  copy(): MovingPoint {
    const copy = new MovingPoint({ x: 0n, y: 1n });
    for (const factor of ["e", "f", "g", "h"] as const) copy[factor].set(this[factor]);
    return copy;
  }

  double(): void {
    const { e, f, g, h, x, y, z } = this;
    this.multiplyOut();
    add(e, x, y);
    square(e, e);
    square(x, x);
    square(y, y);
    square(z, z);
    add(h, x, y);
    subtract(e, h, e);
    subtract(g, x, y);
    add(f, z, z);
    add(f, f, g);
  }

  add(addend: Addend): void {
    this.multiplyWith(addend.difference, addend.total, addend);
    subtract(this.f, this.z, this.t);
    add(this.g, this.z, this.t);
  }

  /** Adds the opposite point, (-x, y). */
  subtract(addend: Addend): void {
    this.multiplyWith(addend.total, addend.difference, addend);
    add(this.f, this.z, this.t);
    subtract(this.g, this.z, this.t);
  }

  multiplyWith(difference: FieldElement, total: FieldElement, { doubleZ, doubleDt }: Addend): void {
    const { e, h, x, y, z, t } = this;
    this.multiplyOut();
    multiply(t, e, h);
    subtract(e, y, x);
    add(h, y, x);
    multiply(x, e, difference);
    multiply(y, h, total);
    multiply(z, z, doubleZ);
    multiply(t, t, doubleDt);
    subtract(e, y, x);
    add(h, y, x);
  }

  toAddend(): Addend {
    const [difference, total, doubleZ, doubleDt] = [newElement(), newElement(), newElement(), newElement()];
    const { e, h, x, y, z, t } = this;
    this.multiplyOut();
    multiply(t, e, h);
    subtract(difference, y, x);
    add(total, y, x);
    add(doubleZ, z, z);
    multiply(doubleDt, t, doubleD);
    return { difference, total, doubleZ, doubleDt };
  }

  toAffine(): AffinePoint {
    const { x, y, z } = this;
    this.multiplyOut();
    const inverse = invert(z);
    multiply(x, x, inverse);
    multiply(y, y, inverse);
    return { x: integerOf(x), y: integerOf(y) };
  }

  /** Computes x, y and z. */
  multiplyOut(): void {
    const { e, f, g, h, x, y, z } = this;
    multiply(x, e, f);
    multiply(y, g, h);
    multiply(z, f, g);
  }
}

/**
 * Decompresses an encoded point; `undefined` when it is none, or its y is not below p.
 *
 * Standard: RFC 8032 section 5.1.3.
 */
export function decodePoint(encoded: Uint8Array): AffinePoint | undefined {
  if (encoded.length !== 32) return undefined;
  const number = bytesToNumberLE(encoded);
  const y = BigInt.asUintN(255, number);
  if (y >= fieldPrime) return undefined;
  const u = y * y - 1n;
  const v = modulo(d * y * y + 1n);
  // x^2 = u/v. If that has a root, one is u v^3 (u v^7)^((p - 5) / 8), or this times the root of -1.
  const uv3 = modulo(u * v ** 3n);
  const power = integerOf(powerForRoots(elementOf(modulo(uv3 * v ** 4n))));
  let x = modulo(uv3 * power);
  const square = modulo(v * x * x);
  if (square === modulo(-u)) x = modulo(x * rootOfMinusOne);
  else if (square !== modulo(u)) return undefined;
  const odd = number >> 255n;
  if (x === 0n && odd === 1n) return undefined;
  return { x: (x & 1n) === odd ? x : modulo(-x), y };
}

/** Encodes a point with coordinates of 0 .. p - 1 (RFC 8032 section 5.1.2): y, and the lowest bit of x as the highest one. */
export function encodePoint({ x, y }: AffinePoint): Uint8Array {
  return numberToBytesLE(y | ((x & 1n) << 255n), 32);
}

function modulo(value: bigint): bigint {
  const remainder = value % fieldPrime;
  return remainder < 0n ? remainder + fieldPrime : remainder;
}

/** The 256 digits of a factor are cut into pieces, which share their doublings. */
const pieces = 4;
const pieceLength = 64;

/** What a sum picks multiples of a point from: for each piece, the odd multiples of the point times 2^(64 piece). */
export interface Multiples {
  /** Digits are below 2^(width - 1) in magnitude. */
  readonly width: number;
  readonly tables: readonly (readonly Addend[])[];
}

/** Prepares the multiples of a point; a greater width makes them twice as many and sums a little faster. */
export function multiplesOf(point: AffinePoint, width: number): Multiples {
  const base = new MovingPoint(point);
  const tables: Addend[][] = [];
  for (let piece = 0; piece < pieces; piece++) {
    if (piece > 0) for (let digit = 0; digit < pieceLength; digit++) base.double();
    tables.push(oddMultiples(base, 2 ** (width - 2)));
  }
  return { width, tables };
}

function oddMultiples(point: MovingPoint, count: number): Addend[] {
  const table = [point.toAddend()];
  const multiple = point.copy();
  multiple.double();
  const twice = multiple.toAddend();
  multiple.subtract(table[0]!);
  while (table.length < count) {
    multiple.add(twice);
    table.push(multiple.toAddend());
  }
  return table;
}

/** A factor, 32 bytes little-endian and below 2^254, and what it multiplies. */
export interface Term {
  readonly factor: Uint8Array;
  readonly multiples: Multiples;
}

/** Adds up the terms, all of them in one go. */
export function sumOf(terms: readonly Term[]): AffinePoint {
  const sum = new MovingPoint({ x: 0n, y: 1n });
  const digits = terms.map(({ factor, multiples }) => signedDigits(factor, multiples.width));
  for (let place = pieceLength - 1; place >= 0; place--) {
    sum.double();
    for (let term = 0; term < terms.length; term++) {
      const { tables } = terms[term]!.multiples;
      for (let piece = 0; piece < pieces; piece++) {
        const digit = digits[term]![piece * pieceLength + place]!;
        if (digit > 0) sum.add(tables[piece]![digit >> 1]!);
        else if (digit < 0) sum.subtract(tables[piece]![-digit >> 1]!);
      }
    }
  }
  return sum.toAffine();
}

/**
 * Digits of a number to the base 2, the lowest first: each is 0, or odd and below 2^(width - 1) in magnitude, and of `width`
 * neighbours one at most is not 0 (the non-adjacent form).
 */
export function signedDigits(number: Uint8Array, width: number): Int8Array {
  const digits = new Int8Array(pieces * pieceLength);
  let carry = 0;
  for (let place = 0; place < digits.length; ) {
    const byte = place >> 3;
    const bits = ((number[byte]! | ((number[byte + 1] ?? 0) << 8)) >> (place & 7)) + carry;
    if (bits % 2 === 0) {
      place++;
      continue;
    }
    const value = bits % 2 ** width;
    carry = value >> (width - 1);
    digits[place] = value - (carry << width);
    place += width;
  }
  return digits;
}
