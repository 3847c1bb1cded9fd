/**
 * Re-targets references: what the bytes of the old image would be if all they refer to had moved as the map says.
 *
 * A reference is predicted from the old image within 64 bytes of it and from the map alone, so that any stretch can be predicted
 * by itself. Total: any bytes in, defined bytes out.
 */

import { predictBtf, touchesBtf } from "./btf";
import { mapAddress } from "./map";
import { newAddressOf, oldAddressOf } from "./segments";

/** How far a prediction looks back and ahead. */
export const margin: u32 = 64;

/** Kinds of reference that a chunk of the old image is taken to hold. */
export const kindNone: u32 = 0;
export const kindA64: u32 = 1;
export const kindArm32: u32 = 2;
export const kindThumb2: u32 = 3;
export const kindX86: u32 = 4;
export const kindAbsolute64: u32 = 5;
export const kindAbsolute32: u32 = 6;
export const kindRelative32: u32 = 7;
export const kinds: u32 = 8;

/** Bytes of the old image that share a kind. */
export const chunkBits: u32 = 10;

/** What a predicted word is; 0 is no reference. */
const typeBranch: u32 = 1;
const typePage: u32 = 2;
const typeLow: u32 = 3;
const typeAbsolute: u32 = 4;
const typeRelative: u32 = 5;
const typeHalf: u32 = 6;
const typeConditional: u32 = 7;

/** Address 0 of the images as absolute pointers see it. */
let oldBase64: u64 = 0;
let newBase64: u64 = 0;
let oldBase32: u32 = 0;
let newBase32: u32 = 0;
/** Addresses from here on are no references. */
let addressEnd: u32 = 0;

/** Byte `o` of the old image is at `view + o`; a multiple of 4. */
let view: usize = 0;

/** Bases of 64 bits come in halves: JavaScript has no such integers to call with. */
export function setBases(oldLow: u32, oldHigh: u32, newLow: u32, newHigh: u32, old32: u32, new32: u32, end: u32): void {
  oldBase64 = (<u64>oldHigh << 32) | oldLow;
  newBase64 = (<u64>newHigh << 32) | newLow;
  oldBase32 = old32;
  newBase32 = new32;
  addressEnd = end;
}

export function setView(at: usize): void {
  view = at;
}

/** The word at a multiple of 4. */
// @ts-expect-error: decorator
@inline
function wordAt(offset: u32): u32 {
  return load<u32>(view + offset);
}

/**
 * Predicts `length` bytes of the old image from `from` on, which start at a multiple of 4 and lie in one chunk of kind `kind` and
 * go to `newFrom` of the new image; writes them to `out` and the type of each word to `types`.
 */
export function predict(kind: u32, from: u32, length: u32, newFrom: u32, out: usize, types: usize): void {
  const words = (length + 3) >> 2;
  predictKind(kind, from, words, newFrom, out, types);
  if (touchesBtf(from, from + (words << 2))) predictBtf(view, from, from + (words << 2), out, types);
}

function predictKind(kind: u32, from: u32, words: u32, newFrom: u32, out: usize, types: usize): void {
  if (kind === kindA64 || kind === kindArm32) {
    const place = newFrom - from;
    if (kind === kindA64) notePagesBefore(from);
    for (let i: u32 = 0; i < words; i++) {
      const offset = from + (i << 2);
      const word = kind === kindA64 ? predictA64(offset, offset + place) : predictArm32(offset, offset + place);
      store<u32>(out + (i << 2), word);
      store<u8>(types + i, type);
    }
    return;
  }
  memory.copy(out, view + from, words << 2);
  memory.fill(types, 0, words);
  if (kind === kindNone) return;
  const end = from + (words << 2);
  if (kind === kindAbsolute64) {
    for (let offset = (from + 7) & ~7; offset + 8 <= end; offset += 8) {
      const address = load<u64>(view + offset) - oldBase64;
      if (address >= <u64>addressEnd || address === 0) continue;
      store<u64>(out + (offset - from), newBase64 + mapAddress(<u32>address));
      store<u8>(types + ((offset - from) >> 2), typeAbsolute);
    }
  } else if (kind === kindAbsolute32) {
    for (let offset = from; offset < end; offset += 4) {
      const address = wordAt(offset) - oldBase32;
      if (address >= addressEnd || address === 0) continue;
      store<u32>(out + (offset - from), newBase32 + mapAddress(address));
      store<u8>(types + ((offset - from) >> 2), typeAbsolute);
    }
  } else if (kind === kindRelative32) {
    for (let offset = from; offset < end; offset += 4) {
      const word = wordAt(offset);
      if (word === 0) continue;
      const target = oldAddressOf(offset) + word;
      if (target >= addressEnd) continue;
      store<u32>(out + (offset - from), mapAddress(target) - newAddressOf(newFrom + (offset - from)));
      store<u8>(types + ((offset - from) >> 2), typeRelative);
    }
  } else if (kind === kindThumb2) {
    predictThumb2(from, end, newFrom, out, types);
  } else {
    predictX86(from, end, newFrom, out, types);
  }
}

let type: u32 = 0;

/** Sign-extends the low `bits` of a value. */
// @ts-expect-error: decorator
@inline
function signed(value: u32, bits: u32): u32 {
  const shift = 32 - bits;
  return <u32>((<i32>(value << shift)) >> shift);
}

/** Arm ARM (DDI 0487) C4: branches, literal loads, ADR, and ADRP with the ADD, load or store that completes the address. */
function predictA64(offset: u32, newOffset: u32): u32 {
  const word = wordAt(offset);
  type = 0;
  if ((word & 0x7c000000) === 0x14000000) {
    const target = oldAddressOf(offset) + (signed(word, 26) << 2);
    if (target >= addressEnd) return word;
    type = typeBranch;
    const distance = mapAddress(target) - newAddressOf(newOffset);
    return (word & 0xfc000000) | ((distance >> 2) & 0x03ffffff);
  }
  if ((word & 0x9f000000) === 0x90000000) {
    notePage(offset, word);
    const completing = completionOf(offset, word & 31);
    const target = pageOf(offset, word) + completing;
    if (target >= addressEnd) return word;
    type = typePage;
    const distance = (mapAddress(target) >> 12) - (newAddressOf(newOffset) >> 12);
    return (word & 0x9f00001f) | ((distance & 3) << 29) | (((distance >> 2) & 0x7ffff) << 5);
  }
  if ((word & 0xffc00000) === 0x91000000 || (word & 0x3b000000) === 0x39000000) {
    const page = load<u32>(pages + (((word >> 5) & 31) << 2));
    if (page === 0 || offset + 1 - page > margin) return word;
    const scale = scaleOf(word);
    const target = pageOf(page - 1, wordAt(page - 1)) + (((word >> 10) & 0xfff) << scale);
    if (target >= addressEnd) return word;
    type = typeLow;
    return (word & 0xffc003ff) | (((mapAddress(target) & 0xfff) >> scale) << 10);
  }
  if ((word & 0xff000010) === 0x54000000 || (word & 0x7e000000) === 0x34000000 || (word & 0x3b000000) === 0x18000000) {
    const target = oldAddressOf(offset) + (signed(word >> 5, 19) << 2);
    if (target >= addressEnd) return word;
    type = typeConditional;
    const distance = mapAddress(target) - newAddressOf(newOffset);
    return (word & 0xff00001f) | (((distance >> 2) & 0x7ffff) << 5);
  }
  if ((word & 0x9f000000) === 0x10000000) {
    const target = oldAddressOf(offset) + ((signed(word >> 5, 19) << 2) | ((word >> 29) & 3));
    if (target >= addressEnd) return word;
    type = typeConditional;
    const distance = mapAddress(target) - newAddressOf(newOffset);
    return (word & 0x9f00001f) | ((distance & 3) << 29) | (((distance >> 2) & 0x7ffff) << 5);
  }
  return word;
}

/** For each register one more than where the last ADRP to it is, or 0. */
const pages = memory.data(32 * 4, 4);

/** Notes where the last ADRP to each register is, in front of an offset from which on words are predicted one after the other. */
function notePagesBefore(from: u32): void {
  memory.fill(pages, 0, 32 * 4);
  for (let offset = from > margin ? from - margin : 0; offset < from; offset += 4) {
    const word = wordAt(offset);
    if ((word & 0x9f000000) === 0x90000000) notePage(offset, word);
  }
}

// @ts-expect-error: decorator
@inline
function notePage(offset: u32, word: u32): void {
  store<u32>(pages + ((word & 31) << 2), offset + 1);
}

/** The page that an ADRP at `offset` names. */
// @ts-expect-error: decorator
@inline
function pageOf(offset: u32, word: u32): u32 {
  const immediate = (signed(word >> 5, 19) << 2) | ((word >> 29) & 3);
  return (oldAddressOf(offset) & 0xfffff000) + (immediate << 12);
}

/** log2 of the unit that the immediate of an ADD, load or store counts in. */
// @ts-expect-error: decorator
@inline
function scaleOf(word: u32): u32 {
  if ((word & 0xffc00000) === 0x91000000) return 0;
  // 128-bit vector registers.
  if ((word & 0xff800000) === 0x3d800000) return 4;
  return word >> 30;
}

/** What the first ADD, load or store behind an ADRP adds to its page. */
function completionOf(offset: u32, register: u32): u32 {
  for (let ahead: u32 = 4; ahead < margin; ahead += 4) {
    const word = wordAt(offset + ahead);
    if (((word >> 5) & 31) !== register) continue;
    if ((word & 0xffc00000) === 0x91000000 || (word & 0x3b000000) === 0x39000000) {
      return ((word >> 10) & 0xfff) << scaleOf(word);
    }
  }
  return 0;
}

/** Arm ARM (DDI 0406) A5: branches, MOVW with MOVT, and words of literal pools that are addresses. */
function predictArm32(offset: u32, newOffset: u32): u32 {
  const word = wordAt(offset);
  type = 0;
  if ((word & 0x0e000000) === 0x0a000000) {
    const target = oldAddressOf(offset) + 8 + (signed(word, 24) << 2);
    if (target < addressEnd) {
      type = typeBranch;
      const distance = mapAddress(target) - newAddressOf(newOffset) - 8;
      return (word & 0xff000000) | ((distance >> 2) & 0x00ffffff);
    }
  }
  const isHigh = (word & 0x0ff00000) === 0x03400000;
  if (isHigh || (word & 0x0ff00000) === 0x03000000) {
    const partner = isHigh ? 0x03000000 : 0x03400000;
    const register = word & 0xf000;
    for (let distance: u32 = 4; distance < margin; distance += 4) {
      if (isHigh && distance > offset) break;
      const other = wordAt(isHigh ? offset - distance : offset + distance);
      if ((other & 0x0ff0f000) !== (partner | register)) continue;
      const mine = immediate16(word);
      const its = immediate16(other);
      const value = isHigh ? (mine << 16) | its : (its << 16) | mine;
      const address = value - oldBase32;
      if (address >= addressEnd) return word;
      type = typeHalf;
      const moved = newBase32 + mapAddress(address);
      const half = isHigh ? moved >> 16 : moved & 0xffff;
      return (word & 0xfff0f000) | ((half >> 12) << 16) | (half & 0xfff);
    }
    return word;
  }
  const address = word - oldBase32;
  if (address >= addressEnd || address === 0) return word;
  type = typeAbsolute;
  return newBase32 + mapAddress(address);
}

// @ts-expect-error: decorator
@inline
function immediate16(word: u32): u32 {
  return ((word >> 4) & 0xf000) | (word & 0xfff);
}

/** Arm ARM (DDI 0406) A6.3: BL, BLX and B.W; and literals that are addresses. */
function predictThumb2(from: u32, end: u32, newFrom: u32, out: usize, types: usize): void {
  for (let offset = from; offset < end; offset += 4) {
    const address = wordAt(offset) - oldBase32;
    // The lowest bit of a code address says "Thumb".
    if (oldBase32 === 0 || address >= addressEnd || address < 2) continue;
    store<u32>(out + (offset - from), newBase32 + (mapAddress(address & ~1) | (address & 1)));
    store<u8>(types + ((offset - from) >> 2), typeAbsolute);
  }
  // An instruction may begin in front of the stretch, or end behind it.
  for (let offset = from >= 2 ? from - 2 : from; offset < end; offset += 2) {
    const first = <u32>load<u16>(view + offset);
    if ((first & 0xf800) !== 0xf000) continue;
    const second = <u32>load<u16>(view + offset, 2);
    const exchange = (second & 0xd001) === 0xc000;
    if (!exchange && (second & 0xd000) !== 0xd000 && (second & 0xd000) !== 0x9000) continue;
    const sign = (first >> 10) & 1;
    const i1 = ~((second >> 13) ^ sign) & 1;
    const i2 = ~((second >> 11) ^ sign) & 1;
    const immediate = (sign << 24) | (i1 << 23) | (i2 << 22) | ((first & 0x3ff) << 12) | ((second & 0x7ff) << 1);
    let place = oldAddressOf(offset) + 4;
    let newPlace = newAddressOf(newFrom + (offset - from)) + 4;
    if (exchange) {
      place &= ~3;
      newPlace &= ~3;
    }
    const target = place + signed(immediate, 25);
    if (target >= addressEnd) continue;
    const moved = mapAddress(target) - newPlace;
    const newSign = (moved >> 24) & 1;
    const j1 = ~((moved >> 23) ^ newSign) & 1;
    const j2 = ~((moved >> 22) ^ newSign) & 1;
    const newFirst = 0xf000 | (newSign << 10) | ((moved >> 12) & 0x3ff);
    const newSecond = (second & 0xd000) | (j1 << 13) | (j2 << 11) | ((moved >> 1) & 0x7ff);
    if (offset >= from) {
      store<u16>(out + (offset - from), newFirst);
      store<u8>(types + ((offset - from) >> 2), typeBranch);
    }
    if (offset + 2 < end) {
      store<u16>(out + (offset - from) + 2, newSecond);
      store<u8>(types + ((offset - from + 2) >> 2), typeBranch);
    }
  }
}

/** Intel SDM 2: CALL, JMP and Jcc with a displacement of 32 bits, and operands relative to RIP. */
function predictX86(from: u32, end: u32, newFrom: u32, out: usize, types: usize): void {
  let offset = from >= 3 ? from - 3 : 0;
  for (; offset < end; offset++) {
    if (offset === 0 || !isDisplacement(offset)) continue;
    const value = load<u32>(view + offset, 0, 1);
    const target = oldAddressOf(offset) + 4 + value;
    // A displacement is small; addresses wrap so that a backward one is too.
    if (target >= addressEnd || value === 0) continue;
    const moved = mapAddress(target) - newAddressOf(newFrom + (offset - from)) - 4;
    for (let i: u32 = 0; i < 4; i++) {
      const at = offset + i;
      if (at < from || at >= end) continue;
      store<u8>(out + (at - from), <u8>(moved >> (i << 3)));
      store<u8>(types + ((at - from) >> 2), typeRelative);
    }
  }
}

/** Whether a displacement of 32 bits seems to begin here, by the bytes in front of it. */
// @ts-expect-error: decorator
@inline
function isDisplacement(offset: u32): bool {
  const top = load<u8>(view + offset, 3);
  if (top !== 0 && top !== 0xff) return false;
  const before = load<u8>(view + offset - 1);
  if (before === 0xe8 || before === 0xe9) return true;
  if (offset < 2) return false;
  const second = load<u8>(view + offset - 2);
  if ((before & 0xf0) === 0x80 && second === 0x0f) return true;
  if ((before & 0xc7) !== 0x05 || offset < 3) return false;
  return second === 0x8b || second === 0x8d || second === 0x89 || second === 0x3b || second === 0x39 || second === 0x03;
}
