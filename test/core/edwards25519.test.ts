import { mulAddUnsafe } from "@noble/curves/abstract/curve.js";
import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE, numberToBytesLE } from "@noble/curves/utils.js";
import { sha512 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AffinePoint,
  decodePoint,
  encodePoint,
  multiplesOf,
  signedDigits,
  sumOf,
} from "../../src/core/crypto/edwards25519.ts";
import { importEd25519PublicKey } from "../../src/core/crypto/pure-ed25519.ts";
import { bytesToHex, concatBytes, equalBytes, hexToBytes } from "../../src/core/index.ts";

const { Point } = ed25519;
const order = Point.Fn.ORDER;
const p = Point.Fp.ORDER;

/** The eight points whose order divides 8, encoded canonically. */
const smallOrder = [
  "0100000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0000000000000000000000000000000000000000000000000000000000000080",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
].map(hexToBytes);

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
/** Points of any order: a multiple of the base, with a point of small order added. */
const anyPoint = fc
  .tuple(fc.bigInt({ min: 1n, max: order - 1n }), fc.constantFrom(...smallOrder))
  .map(([factor, small]) => Point.BASE.multiplyUnsafe(factor).add(Point.fromBytes(small)));
const edgeFactors = [0n, 1n, 2n, 15n, 16n, 2n ** 64n - 1n, 2n ** 64n, order - 1n, order, 2n ** 253n, 2n ** 254n - 1n];
const factor = fc.oneof(fc.constantFrom(...edgeFactors), fc.bigInt({ min: 0n, max: 2n ** 254n - 1n }));

/** What noble makes of an encoding. */
function decodedByNoble(encoded: Uint8Array): AffinePoint | undefined {
  try {
    return Point.fromBytes(encoded).toAffine();
  } catch {
    return undefined;
  }
}

/** The oracle: the equation as a reader of RFC 8032 writes it, on noble's points. */
function equationByNoble(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const [r, s] = [signature.subarray(0, 32), bytesToNumberLE(signature.subarray(32))];
  if (s >= order || decodedByNoble(publicKey) === undefined) return false;
  const k = bytesToNumberLE(sha512(concatBytes(r, publicKey, message))) % order;
  const sum = mulAddUnsafe(Point, [Point.BASE, Point.fromBytes(publicKey).negate()], [s, k]);
  return equalBytes(sum.toBytes(), r);
}

const ours = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean =>
  importEd25519PublicKey(publicKey)?.verify(message, signature) ?? false;

describe("points of edwards25519", () => {
  it.each([
    ...smallOrder.map((encoded) => [bytesToHex(encoded)]),
    ["0100000000000000000000000000000000000000000000000000000000000080"], // (0, 1) as x = "-0"
    ["ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"], // (0, -1) as x = "-0"
    ["edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"], // y = p
    ["eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"], // y = p + 1
    ["ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"],
    ["0200000000000000000000000000000000000000000000000000000000000000"],
    ["5866666666666666666666666666666666666666666666666666666666666666"],
    ["58666666666666666666666666666666666666666666666666666666666666e6"],
  ])("decodes %s as noble does", (hex) => {
    expect(decodePoint(hexToBytes(hex))).toEqual(decodedByNoble(hexToBytes(hex)));
  });

  it("decodes any 32 bytes as noble does, and encodes what it decoded", () => {
    fc.assert(
      fc.property(bytes32, (encoded) => {
        const point = decodePoint(encoded);
        expect(point).toEqual(decodedByNoble(encoded));
        if (point !== undefined) expect(encodePoint(point)).toEqual(encoded);
      }),
    );
  });

  it.each([0, 31, 33])("does not take %i bytes for a point", (length) => {
    expect(decodePoint(new Uint8Array(length))).toBeUndefined();
  });

  it.each([2, 3, 5, 6, 8])(
    "adds up multiples with digits of width %i as noble does, of points of any order",
    (width) => {
      fc.assert(
        fc.property(anyPoint, anyPoint, factor, factor, (left, right, a, b) => {
          const sum = sumOf([
            { factor: numberToBytesLE(a, 32), multiples: multiplesOf(left.toAffine(), width) },
            { factor: numberToBytesLE(b, 32), multiples: multiplesOf(right.toAffine(), 5) },
          ]);
          // noble's joint multiplication takes factors below the order only, which is no order of these points.
          expect(sum).toEqual(timesUnsafe(left, a).add(timesUnsafe(right, b)).toAffine());
        }),
        { numRuns: 12 },
      );
    },
  );

  it("adds up equal and opposite points, and nothing at all", () => {
    const base = Point.BASE.toAffine();
    const opposite = { x: p - base.x, y: base.y };
    const term = (point: AffinePoint, times: bigint) => ({
      factor: numberToBytesLE(times, 32),
      multiples: multiplesOf(point, 5),
    });
    expect(sumOf([term(base, 7n), term(base, 7n)])).toEqual(Point.BASE.multiply(14n).toAffine());
    expect(sumOf([term(base, 7n), term(opposite, 7n)])).toEqual({ x: 0n, y: 1n });
    expect(sumOf([term({ x: -base.x, y: base.y }, 7n)])).toEqual(Point.BASE.multiply(7n).negate().toAffine());
    expect(sumOf([term(base, order)])).toEqual({ x: 0n, y: 1n });
    expect(sumOf([])).toEqual({ x: 0n, y: 1n });
  });

  it("cuts a number into digits of the non-adjacent form", () => {
    fc.assert(
      fc.property(factor, fc.integer({ min: 2, max: 8 }), (number, width) => {
        const digits = signedDigits(numberToBytesLE(number, 32), width);
        expect(digits.length).toBe(256);
        expect(digits.reduceRight((sum, digit) => 2n * sum + BigInt(digit), 0n)).toBe(number);
        const places = [...digits.keys()].filter((place) => digits[place] !== 0);
        for (const [index, place] of places.entries()) {
          expect(Math.abs(digits[place]! % 2)).toBe(1);
          expect(Math.abs(digits[place]!)).toBeLessThan(2 ** (width - 1));
          if (index > 0) expect(place - places[index - 1]!).toBeGreaterThanOrEqual(width);
        }
      }),
    );
  });

  function timesUnsafe(point: InstanceType<typeof Point>, times: bigint): InstanceType<typeof Point> {
    let sum = Point.ZERO;
    for (const bit of times.toString(2)) sum = bit === "1" ? sum.double().add(point) : sum.double();
    return sum;
  }
});

describe("the Ed25519 equation", () => {
  it("holds for what noble signs, and decides changed bytes as noble's points do", () => {
    fc.assert(
      fc.property(
        bytes32,
        fc.uint8Array({ maxLength: 100 }),
        fc.nat({ max: 95 }),
        fc.integer({ min: 1, max: 255 }),
        (seed, message, place, change) => {
          const publicKey = ed25519.getPublicKey(seed);
          const signature = ed25519.sign(message, seed);
          expect(ours(publicKey, message, signature)).toBe(true);
          const changed = concatBytes(publicKey, signature);
          changed[place]! ^= change;
          const [key, spoilt] = [changed.subarray(0, 32), changed.subarray(32)];
          expect(ours(key, message, spoilt)).toBe(equationByNoble(key, message, spoilt));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("is decided without the cofactor for keys and R of mixed order, as noble's points do", () => {
    const verdicts = new Set<boolean>();
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: order - 1n }),
        fc.bigInt({ min: 1n, max: order - 1n }),
        fc.constantFrom(...smallOrder),
        fc.constantFrom(...smallOrder),
        fc.nat(),
        (a, nonce, smallA, smallR, text) => {
          const publicKey = Point.BASE.multiplyUnsafe(a).add(Point.fromBytes(smallA)).toBytes();
          const r = Point.BASE.multiplyUnsafe(nonce).add(Point.fromBytes(smallR)).toBytes();
          const message = Uint8Array.of(text & 255, (text >> 8) & 255);
          const k = bytesToNumberLE(sha512(concatBytes(r, publicKey, message))) % order;
          const signature = concatBytes(r, numberToBytesLE((nonce + k * a) % order, 32));
          const verdict = ours(publicKey, message, signature);
          expect(verdict).toBe(equationByNoble(publicKey, message, signature));
          verdicts.add(verdict);
        },
      ),
      { numRuns: 100 },
    );
    expect(verdicts).toEqual(new Set([true, false]));
  });

  it("is decided for keys and R of small order as noble's points do", () => {
    for (const publicKey of smallOrder) {
      const key = importEd25519PublicKey(publicKey)!;
      for (const r of smallOrder) {
        for (const s of [0n, 1n, order - 1n]) {
          const signature = concatBytes(r, numberToBytesLE(s, 32));
          expect(key.verify(r, signature)).toBe(equationByNoble(publicKey, r, signature));
        }
      }
    }
  });

  it("does not hold for S from L on, whatever else fits", () => {
    const seed = new Uint8Array(32).fill(9);
    const key = importEd25519PublicKey(ed25519.getPublicKey(seed))!;
    const signature = ed25519.sign(seed, seed);
    expect(key.verify(seed, signature)).toBe(true);
    const s = bytesToNumberLE(signature.subarray(32));
    for (let times = 1n; s + times * order < 2n ** 256n; times++) {
      const malleable = concatBytes(signature.subarray(0, 32), numberToBytesLE(s + times * order, 32));
      expect(key.verify(seed, malleable)).toBe(false);
    }
  });

  it("keeps a copy of the key", () => {
    const seed = new Uint8Array(32).fill(9);
    const publicKey = ed25519.getPublicKey(seed);
    const signature = ed25519.sign(seed, seed);
    const key = importEd25519PublicKey(publicKey)!;
    publicKey.fill(0);
    expect(key.verify(seed, signature)).toBe(true);
  });
});
