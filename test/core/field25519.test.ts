import fc from "fast-check";
import { describe, expect, it } from "vitest";
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
} from "../../src/core/crypto/field25519.ts";

const p = 2n ** 255n - 19n;
const modulo = (value: bigint): bigint => ((value % p) + p) % p;
const edges = [0n, 1n, 2n, 19n, p - 1n, p - 2n, (p - 1n) / 2n, 2n ** 254n, 2n ** 22n - 1n, 2n ** 22n, 2n ** 234n - 1n];
const integer = fc.oneof(fc.constantFrom(...edges), fc.bigInt({ min: 0n, max: p - 1n }));

/** The unit of each limb, and 2^255. */
const units = Array.from({ length: 13 }, (_, limb) => 2 ** Math.ceil(21.25 * limb));

/** The largest carried limbs, as the header of the module has them: half the next unit and a little, in whole units. */
const largest = units.slice(0, 12).map((unit, limb) => (units[limb + 1]! / unit / 2) * (1 + 2 ** -6));

/** Elements with limbs up to `summands` times the largest carried ones; half of the limbs are at the edge, of either sign. */
function loose(summands: number): fc.Arbitrary<FieldElement> {
  const limbs = largest.map((limit, limb) => {
    const most = Math.floor(limit * summands);
    const value = fc.oneof(fc.constantFrom(most, -most), fc.integer({ min: -most, max: most }));
    return value.map((count) => count * units[limb]!);
  });
  return fc.tuple(...limbs).map((values) => Float64Array.from(values));
}

/** The integer that limbs stand for, before reduction. */
const exact = (element: FieldElement): bigint => element.reduce((sum, limb) => sum + BigInt(limb), 0n);

function expectCarried(element: FieldElement): void {
  element.forEach((limb, index) => {
    expect(Number.isInteger(limb / units[index]!)).toBe(true);
    expect(Math.abs(limb / units[index]!)).toBeLessThanOrEqual(largest[index]!);
  });
}

describe("field25519", () => {
  it("has the prime of RFC 7748", () => {
    expect(fieldPrime).toBe(p);
  });

  it("reads and writes integers, also negative ones", () => {
    fc.assert(
      fc.property(integer, (value) => {
        const element = elementOf(value);
        expectCarried(element);
        expect(integerOf(element)).toBe(value);
        expect(integerOf(elementOf(-value))).toBe(modulo(-value));
      }),
    );
    expect(integerOf(elementOf(2n ** 255n - 1n))).toBe(18n);
    expect(integerOf(Float64Array.of(-1, ...new Array(11).fill(0)))).toBe(p - 1n);
  });

  it("adds and subtracts", () => {
    fc.assert(
      fc.property(integer, integer, (left, right) => {
        const out = newElement();
        add(out, elementOf(left), elementOf(right));
        expect(integerOf(out)).toBe(modulo(left + right));
        subtract(out, elementOf(left), elementOf(right));
        expect(integerOf(out)).toBe(modulo(left - right));
      }),
    );
  });

  it.each([
    [1, 1],
    [1, 15],
    [2, 7],
    [3, 5],
    [4, 3],
    [15, 1],
  ])("multiplies exactly factors of %i and %i summands, at the edge of a double's 53 bits", (left, right) => {
    fc.assert(
      fc.property(loose(left), loose(right), (f, g) => {
        const out = newElement();
        multiply(out, f, g);
        expect(integerOf(out)).toBe(modulo(exact(f) * exact(g)));
        expectCarried(out);
      }),
      { numRuns: 500 },
    );
    // Every limb at its greatest, of one sign: every sum of products is at its greatest.
    const [f, g, out] = [left, right, 0].map((count) =>
      Float64Array.from(largest, (limit, limb) => Math.floor(limit * count) * units[limb]!),
    ) as [FieldElement, FieldElement, FieldElement];
    multiply(out, f, g);
    expect(integerOf(out)).toBe(modulo(exact(f) * exact(g)));
    expectCarried(out);
  });

  it("squares as it multiplies, up to three summands", () => {
    fc.assert(
      fc.property(loose(3), (f) => {
        const out = newElement();
        square(out, f);
        expect(integerOf(out)).toBe(modulo(exact(f) ** 2n));
        expectCarried(out);
      }),
      { numRuns: 500 },
    );
  });

  it("writes over its own operands", () => {
    fc.assert(
      fc.property(integer, integer, (left, right) => {
        const [f, g] = [elementOf(left), elementOf(right)];
        multiply(f, f, g);
        expect(integerOf(f)).toBe(modulo(left * right));
        multiply(g, f, g);
        expect(integerOf(g)).toBe(modulo(left * right * right));
        square(g, g);
        expect(integerOf(g)).toBe(modulo((left * right * right) ** 2n));
        add(f, f, f);
        expect(integerOf(f)).toBe(modulo(2n * left * right));
        subtract(f, f, f);
        expect(integerOf(f)).toBe(0n);
      }),
    );
  });

  it("inverts, and raises to 2^252 - 3", () => {
    const power = (base: bigint, exponent: bigint): bigint => {
      let result = 1n;
      for (const bit of exponent.toString(2)) result = modulo(result * result * (bit === "1" ? base : 1n));
      return result;
    };
    fc.assert(
      fc.property(integer, (value) => {
        expect(modulo(integerOf(invert(elementOf(value))) * value)).toBe(value === 0n ? 0n : 1n);
        expect(integerOf(powerForRoots(elementOf(value)))).toBe(power(value, 2n ** 252n - 3n));
      }),
      { numRuns: 40 },
    );
  });
});
