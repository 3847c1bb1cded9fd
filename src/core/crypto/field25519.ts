/**
 * Arithmetic modulo p = 2^255 - 19 in double-precision floating point: exact, and in variable time, for public data alone.
 *
 * An element is the sum of twelve limbs of either sign; limb i is a multiple of its unit, 2^ceil(21.25 i). Products need no
 * shifting: limb i times limb j is a multiple of the unit of limb i + j. IEEE 754 arithmetic is exact as long as a result has
 * at most 53 bits, and every sum of products has: with carried factors (limbs of half the next unit, and a little) it stays
 * below 2^49 units. So a factor may also be a sum of carried elements that was not carried itself, as long as the numbers of
 * summands of both factors multiply to 15 at most.
 *
 * After D. J. Bernstein, "Curve25519: new Diffie-Hellman speed records" (2006), which has ten limbs for a longer mantissa.
 */

/** An element of the field. */
export type FieldElement = Float64Array;

/** p. */
export const fieldPrime = 0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffedn;

/** The exponent of each limb's unit, and 255. */
const unitExponents = [0, 22, 43, 64, 85, 107, 128, 149, 170, 192, 213, 234, 255];

/** What is beyond 2^255 goes to the lower end, because 2^255 = 19 modulo p. */
const wrap = 19 * 2 ** -255;

// Adding and then subtracting such a constant rounds a limb to a multiple of the next limb's unit, 2^22 for the first one:
// doubles around the constant have that spacing.
const r0 = 1.5 * 2 ** 74;
const r1 = 1.5 * 2 ** 95;
const r2 = 1.5 * 2 ** 116;
const r3 = 1.5 * 2 ** 137;
const r4 = 1.5 * 2 ** 159;
const r5 = 1.5 * 2 ** 180;
const r6 = 1.5 * 2 ** 201;
const r7 = 1.5 * 2 ** 222;
const r8 = 1.5 * 2 ** 244;
const r9 = 1.5 * 2 ** 265;
const r10 = 1.5 * 2 ** 286;
const r11 = 1.5 * 2 ** 307;

/** Makes room for one element. */
export function newElement(): FieldElement {
  return new Float64Array(12);
}

/** The element of an integer of magnitude below 2^255, carried. */
export function elementOf(value: bigint): FieldElement {
  const out = newElement();
  const [magnitude, sign] = value < 0n ? [-value, -1] : [value, 1];
  for (let limb = 0; limb < 12; limb++) {
    const unit = unitExponents[limb]!;
    out[limb] = Number(BigInt.asUintN(unitExponents[limb + 1]! - unit, magnitude >> BigInt(unit))) * sign * 2 ** unit;
  }
  carry(out);
  return out;
}

/** The integer of 0 .. p - 1 that an element stands for; it need not be carried. */
export function integerOf(element: FieldElement): bigint {
  let sum = 0n;
  for (const limb of element) sum += BigInt(limb);
  const remainder = sum % fieldPrime;
  return remainder < 0n ? remainder + fieldPrime : remainder;
}

/** out = f + g, not carried. */
export function add(out: FieldElement, f: FieldElement, g: FieldElement): void {
  for (let limb = 0; limb < 12; limb++) out[limb] = f[limb]! + g[limb]!;
}

/** out = f - g, not carried. */
export function subtract(out: FieldElement, f: FieldElement, g: FieldElement): void {
  for (let limb = 0; limb < 12; limb++) out[limb] = f[limb]! - g[limb]!;
}

/** out = f g, carried. */
export function multiply(out: FieldElement, f: FieldElement, g: FieldElement): void {
  // biome-ignore format: a table, one row for each limb of the product
  {
    const f0 = f[0]!, f1 = f[1]!, f2 = f[2]!, f3 = f[3]!, f4 = f[4]!, f5 = f[5]!, f6 = f[6]!, f7 = f[7]!, f8 = f[8]!,
      f9 = f[9]!, f10 = f[10]!, f11 = f[11]!;
    const g0 = g[0]!, g1 = g[1]!, g2 = g[2]!, g3 = g[3]!, g4 = g[4]!, g5 = g[5]!, g6 = g[6]!, g7 = g[7]!, g8 = g[8]!,
      g9 = g[9]!, g10 = g[10]!, g11 = g[11]!;
    const w1 = wrap * g1, w2 = wrap * g2, w3 = wrap * g3, w4 = wrap * g4, w5 = wrap * g5, w6 = wrap * g6,
      w7 = wrap * g7, w8 = wrap * g8, w9 = wrap * g9, w10 = wrap * g10, w11 = wrap * g11;
    out[0] = f0*g0 + f1*w11 + f2*w10 + f3*w9 + f4*w8 + f5*w7 + f6*w6 + f7*w5 + f8*w4 + f9*w3 + f10*w2 + f11*w1;
    out[1] = f0*g1 + f1*g0 + f2*w11 + f3*w10 + f4*w9 + f5*w8 + f6*w7 + f7*w6 + f8*w5 + f9*w4 + f10*w3 + f11*w2;
    out[2] = f0*g2 + f1*g1 + f2*g0 + f3*w11 + f4*w10 + f5*w9 + f6*w8 + f7*w7 + f8*w6 + f9*w5 + f10*w4 + f11*w3;
    out[3] = f0*g3 + f1*g2 + f2*g1 + f3*g0 + f4*w11 + f5*w10 + f6*w9 + f7*w8 + f8*w7 + f9*w6 + f10*w5 + f11*w4;
    out[4] = f0*g4 + f1*g3 + f2*g2 + f3*g1 + f4*g0 + f5*w11 + f6*w10 + f7*w9 + f8*w8 + f9*w7 + f10*w6 + f11*w5;
    out[5] = f0*g5 + f1*g4 + f2*g3 + f3*g2 + f4*g1 + f5*g0 + f6*w11 + f7*w10 + f8*w9 + f9*w8 + f10*w7 + f11*w6;
    out[6] = f0*g6 + f1*g5 + f2*g4 + f3*g3 + f4*g2 + f5*g1 + f6*g0 + f7*w11 + f8*w10 + f9*w9 + f10*w8 + f11*w7;
    out[7] = f0*g7 + f1*g6 + f2*g5 + f3*g4 + f4*g3 + f5*g2 + f6*g1 + f7*g0 + f8*w11 + f9*w10 + f10*w9 + f11*w8;
    out[8] = f0*g8 + f1*g7 + f2*g6 + f3*g5 + f4*g4 + f5*g3 + f6*g2 + f7*g1 + f8*g0 + f9*w11 + f10*w10 + f11*w9;
    out[9] = f0*g9 + f1*g8 + f2*g7 + f3*g6 + f4*g5 + f5*g4 + f6*g3 + f7*g2 + f8*g1 + f9*g0 + f10*w11 + f11*w10;
    out[10] = f0*g10 + f1*g9 + f2*g8 + f3*g7 + f4*g6 + f5*g5 + f6*g4 + f7*g3 + f8*g2 + f9*g1 + f10*g0 + f11*w11;
    out[11] = f0*g11 + f1*g10 + f2*g9 + f3*g8 + f4*g7 + f5*g6 + f6*g5 + f7*g4 + f8*g3 + f9*g2 + f10*g1 + f11*g0;
  }
  carry(out);
}

/** out = f f, carried; products that occur twice are taken once. */
export function square(out: FieldElement, f: FieldElement): void {
  // biome-ignore format: a table, one row for each limb of the product
  {
    const f0 = f[0]!, f1 = f[1]!, f2 = f[2]!, f3 = f[3]!, f4 = f[4]!, f5 = f[5]!, f6 = f[6]!, f7 = f[7]!, f8 = f[8]!,
      f9 = f[9]!, f10 = f[10]!, f11 = f[11]!;
    const d0 = 2 * f0, d1 = 2 * f1, d2 = 2 * f2, d3 = 2 * f3, d4 = 2 * f4, d5 = 2 * f5, d6 = 2 * f6, d7 = 2 * f7,
      d8 = 2 * f8, d9 = 2 * f9, d10 = 2 * f10;
    const w6 = wrap * f6, w7 = wrap * f7, w8 = wrap * f8, w9 = wrap * f9, w10 = wrap * f10, w11 = wrap * f11;
    out[0] = f0*f0 + d1*w11 + d2*w10 + d3*w9 + d4*w8 + d5*w7 + f6*w6;
    out[1] = d0*f1 + d2*w11 + d3*w10 + d4*w9 + d5*w8 + d6*w7;
    out[2] = d0*f2 + f1*f1 + d3*w11 + d4*w10 + d5*w9 + d6*w8 + f7*w7;
    out[3] = d0*f3 + d1*f2 + d4*w11 + d5*w10 + d6*w9 + d7*w8;
    out[4] = d0*f4 + d1*f3 + f2*f2 + d5*w11 + d6*w10 + d7*w9 + f8*w8;
    out[5] = d0*f5 + d1*f4 + d2*f3 + d6*w11 + d7*w10 + d8*w9;
    out[6] = d0*f6 + d1*f5 + d2*f4 + f3*f3 + d7*w11 + d8*w10 + f9*w9;
    out[7] = d0*f7 + d1*f6 + d2*f5 + d3*f4 + d8*w11 + d9*w10;
    out[8] = d0*f8 + d1*f7 + d2*f6 + d3*f5 + f4*f4 + d9*w11 + f10*w10;
    out[9] = d0*f9 + d1*f8 + d2*f7 + d3*f6 + d4*f5 + d10*w11;
    out[10] = d0*f10 + d1*f9 + d2*f8 + d3*f7 + d4*f6 + f5*f5 + f11*w11;
    out[11] = d0*f11 + d1*f10 + d2*f9 + d3*f8 + d4*f7 + d5*f6;
  }
  carry(out);
}

/**
 * Moves from each limb to the next one what is beyond half of the next one's unit. Each step of such a chain waits for the step
 * before, so four chains run side by side; the last four lines take up what each chain left to its neighbour.
 */
function carry(out: FieldElement): void {
  // biome-ignore format: a table, one carry in a row
  {
    let h0 = out[0]!, h1 = out[1]!, h2 = out[2]!, h3 = out[3]!, h4 = out[4]!, h5 = out[5]!, h6 = out[6]!, h7 = out[7]!,
      h8 = out[8]!, h9 = out[9]!, h10 = out[10]!, h11 = out[11]!;
    let c: number;
    c = h0 + r0 - r0; h0 -= c; h1 += c;
    c = h3 + r3 - r3; h3 -= c; h4 += c;
    c = h6 + r6 - r6; h6 -= c; h7 += c;
    c = h9 + r9 - r9; h9 -= c; h10 += c;
    c = h1 + r1 - r1; h1 -= c; h2 += c;
    c = h4 + r4 - r4; h4 -= c; h5 += c;
    c = h7 + r7 - r7; h7 -= c; h8 += c;
    c = h10 + r10 - r10; h10 -= c; h11 += c;
    c = h2 + r2 - r2; h2 -= c; h3 += c;
    c = h5 + r5 - r5; h5 -= c; h6 += c;
    c = h8 + r8 - r8; h8 -= c; h9 += c;
    c = h11 + r11 - r11; h11 -= c; h0 += wrap * c;
    c = h3 + r3 - r3; h3 -= c; h4 += c;
    c = h6 + r6 - r6; h6 -= c; h7 += c;
    c = h9 + r9 - r9; h9 -= c; h10 += c;
    c = h0 + r0 - r0; h0 -= c; h1 += c;
    out[0] = h0; out[1] = h1; out[2] = h2; out[3] = h3;
    out[4] = h4; out[5] = h5; out[6] = h6; out[7] = h7;
    out[8] = h8; out[9] = h9; out[10] = h10; out[11] = h11;
  }
}

/** x^(2^252 - 3), of which square roots and inverses are made: in binary the exponent is a run of 250 ones, then 01. */
export function powerForRoots(x: FieldElement): FieldElement {
  const run2 = append(x, 1, x);
  const run5 = append(append(run2, 2, run2), 1, x);
  const run10 = append(run5, 5, run5);
  const run25 = append(append(run10, 10, run10), 5, run5);
  const run50 = append(run25, 25, run25);
  const run125 = append(append(run50, 50, run50), 25, run25);
  return append(append(run125, 125, run125), 2, x);
}

/** The inverse, x^(p - 2); 0 for 0. */
export function invert(x: FieldElement): FieldElement {
  return append(powerForRoots(x), 3, append(x, 1, x));
}

/** Puts the exponent of `low` behind that of `high`, moved up by a number of binary digits. */
function append(high: FieldElement, digits: number, low: FieldElement): FieldElement {
  const out = Float64Array.from(high);
  for (let digit = 0; digit < digits; digit++) square(out, out);
  multiply(out, out, low);
  return out;
}
