/**
 * The first four bytes of SHA-256: for a short message one block and no allocation.
 *
 * Hashing is most of the work of a bucket, and a general implementation spends most of its time around the block; it is most of a
 * browser's bundle, too. Standard: FIPS 180-4.
 */

import { loneSurrogate, utf8ToBytes } from "../core/index.ts";

/** Longest message that fits one block with its padding, in bytes. */
const maxBlockMessage = 55;

/** FIPS 180-4 section 4.2.2: the first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const roundConstants = /* @__PURE__ */ Int32Array.of(
  0x428a2f98,
  0x71374491,
  0xb5c0fbcf,
  0xe9b5dba5,
  0x3956c25b,
  0x59f111f1,
  0x923f82a4,
  0xab1c5ed5,
  0xd807aa98,
  0x12835b01,
  0x243185be,
  0x550c7dc3,
  0x72be5d74,
  0x80deb1fe,
  0x9bdc06a7,
  0xc19bf174,
  0xe49b69c1,
  0xefbe4786,
  0x0fc19dc6,
  0x240ca1cc,
  0x2de92c6f,
  0x4a7484aa,
  0x5cb0a9dc,
  0x76f988da,
  0x983e5152,
  0xa831c66d,
  0xb00327c8,
  0xbf597fc7,
  0xc6e00bf3,
  0xd5a79147,
  0x06ca6351,
  0x14292967,
  0x27b70a85,
  0x2e1b2138,
  0x4d2c6dfc,
  0x53380d13,
  0x650a7354,
  0x766a0abb,
  0x81c2c92e,
  0x92722c85,
  0xa2bfe8a1,
  0xa81a664b,
  0xc24b8b70,
  0xc76c51a3,
  0xd192e819,
  0xd6990624,
  0xf40e3585,
  0x106aa070,
  0x19a4c116,
  0x1e376c08,
  0x2748774c,
  0x34b0bcb5,
  0x391c0cb3,
  0x4ed8aa4a,
  0x5b9cca4f,
  0x682e6ff3,
  0x748f82ee,
  0x78a5636f,
  0x84c87814,
  0x8cc70208,
  0x90befffa,
  0xa4506ceb,
  0xbef9a3f7,
  0xc67178f2,
);

/** FIPS 180-4 section 5.3.3: the same of the square roots of the first eight primes. */
const initialState = /* @__PURE__ */ Int32Array.of(
  0x6a09e667,
  0xbb67ae85,
  0x3c6ef372,
  0xa54ff53a,
  0x510e527f,
  0x9b05688c,
  0x1f83d9ab,
  0x5be0cd19,
);

/** The hash under way; used within one call. */
const state = /* @__PURE__ */ new Int32Array(8);

/** The block as big-endian words, then the message schedule; filled and used within one call. */
const words = /* @__PURE__ */ new Int32Array(64);

/**
 * Writes text into the block.
 *
 * @returns bytes of the message so far; more than {@link maxBlockMessage} when it does not fit, -1 at a lone surrogate
 */
function writeUtf8(text: string, start: number): number {
  let place = start;
  for (let index = 0; index < text.length; index++) {
    let point = text.charCodeAt(index);
    if (point < 0x80) {
      if (place >= maxBlockMessage) return maxBlockMessage + 1;
      words[place >> 2]! |= point << (~place << 3);
      place++;
      continue;
    }
    if (point >= 0xd800 && point <= 0xdfff) {
      const low = text.charCodeAt(index + 1);
      if (point > 0xdbff || !(low >= 0xdc00 && low <= 0xdfff)) return -1;
      point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
      index++;
    }
    const length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (place + length > maxBlockMessage) return maxBlockMessage + 1;
    for (let shift = 6 * (length - 1); shift >= 0; shift -= 6) {
      const lead = shift === 6 * (length - 1);
      const byte = lead ? ((0xf00 >> length) & 0xff) | (point >> shift) : 0x80 | ((point >> shift) & 0x3f);
      words[place >> 2]! |= byte << (~place << 3);
      place++;
    }
  }
  return place;
}

/** Messages that begin alike: the beginning is written once. */
export class PrefixedHash {
  private readonly prefix: string;
  private readonly head: Int32Array;

  /** @param prefix - at most 55 characters of ASCII */
  constructor(prefix: string) {
    words.fill(0, 0, 16);
    writeUtf8(prefix, 0);
    this.prefix = prefix;
    this.head = words.slice(0, 16);
  }

  /**
   * The first 32 bits of SHA-256 over the prefix and a text in UTF-8.
   *
   * @param text - without lone surrogates, or `undefined` is given
   * @returns an integer from 0 to 2^32 - 1
   */
  firstWord(text: string): number | undefined {
    const start = this.prefix.length;
    // A text has at least as many bytes as code units: this spares long ones the attempt.
    if (start + text.length > maxBlockMessage) return firstWordOfLong(this.prefix + text);
    for (let t = 0; t < 16; t++) words[t] = this.head[t]!;
    const length = writeUtf8(text, start);
    if (length < 0) return undefined;
    if (length > maxBlockMessage) return firstWordOfLong(this.prefix + text);
    words[length >> 2]! |= 0x80 << (~length << 3);
    words[15] = length << 3;
    state.set(initialState);
    compress();
    return state[0]! >>> 0;
  }
}

function firstWordOfLong(text: string): number | undefined {
  if (loneSurrogate(text) >= 0) return undefined;
  const bytes = utf8ToBytes(text);
  // The message, a one, zeros, and 64 bits of length.
  const padded = new DataView(new ArrayBuffer(64 * (((bytes.length + 8) >>> 6) + 1)));
  new Uint8Array(padded.buffer).set(bytes);
  padded.setUint8(bytes.length, 0x80);
  padded.setUint32(padded.byteLength - 8, bytes.length / 2 ** 29);
  padded.setUint32(padded.byteLength - 4, bytes.length << 3);
  state.set(initialState);
  for (let block = 0; block < padded.byteLength; block += 64) {
    for (let t = 0; t < 16; t++) words[t] = padded.getInt32(block + 4 * t);
    compress();
  }
  return state[0]! >>> 0;
}

/** FIPS 180-4 section 6.2.2: takes the block into the state. */
function compress(): void {
  for (let t = 16; t < 64; t++) {
    const w15 = words[t - 15]!;
    const w2 = words[t - 2]!;
    const sigma0 = ((w15 >>> 7) | (w15 << 25)) ^ ((w15 >>> 18) | (w15 << 14)) ^ (w15 >>> 3);
    const sigma1 = ((w2 >>> 17) | (w2 << 15)) ^ ((w2 >>> 19) | (w2 << 13)) ^ (w2 >>> 10);
    words[t] = (words[t - 16]! + sigma0 + words[t - 7]! + sigma1) | 0;
  }
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let f = state[5]!;
  let g = state[6]!;
  let h = state[7]!;
  for (let t = 0; t < 64; t++) {
    const sum1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + sum1 + (g ^ (e & (f ^ g))) + roundConstants[t]! + words[t]!) | 0;
    const sum0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (sum0 + ((a & b) | (c & (a | b)))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
  state[4]! += e;
  state[5]! += f;
  state[6]! += g;
  state[7]! += h;
}
