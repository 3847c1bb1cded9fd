/**
 * Arithmetic coder of binary decisions: 32-bit range, 16-bit probabilities, carries as in LZMA.
 *
 * The two modules share one model: `code` writes the bit in the module that makes patches (it defines `ENCODER`) and reads it in
 * the one that applies them.
 */

import { refill } from "../host";

let range: u32 = 0;

// Reading: the next coded bytes, which the host refills; zeros behind the end, told by `overread`.
let code_: u32 = 0;
let inputStart: usize = 0;
let input: usize = 0;
let inputEnd: usize = 0;
let overread: u32 = 0;

// Writing: bytes below `low` wait while a carry may still change them.
let low: u64 = 0;
let held: u64 = 0;
let heldByte: u32 = 0;
let begun: bool = false;
let outputStart: usize = 0;
let output: usize = 0;
let outputEnd: usize = 0;
let overflow: bool = false;

/** Starts to read what the host puts at `at`. */
export function startReading(at: usize): void {
  inputStart = at;
  input = at;
  inputEnd = at;
  overread = 0;
  range = 0xffffffff;
  code_ = 0;
  for (let i = 0; i < 4; i++) code_ = (code_ << 8) | readByte();
}

function readByte(): u32 {
  if (input === inputEnd) {
    input = inputStart;
    inputEnd = input + refill();
    if (input === inputEnd) {
      overread += 1;
      return 0;
    }
  }
  return load<u8>(input++);
}

/** How many coded bytes were given and not read yet. */
export function unreadBytes(): u32 {
  return <u32>(inputEnd - input);
}

/** How many bytes were read behind the end of the coded bytes. */
export function overreadBytes(): u32 {
  return overread;
}

/** Starts to write to `size` bytes at `at`. */
export function startWriting(at: usize, size: u32): void {
  outputStart = at;
  output = at;
  outputEnd = at + size;
  overflow = false;
  low = 0;
  held = 1;
  heldByte = 0;
  begun = false;
  range = 0xffffffff;
}

/**
 * Ends the code and gives the address behind its last byte, or 0 when there was no room.
 *
 * Of all values that mean the same the one with the most zeros at its end is written, and the last of these, up to four bytes,
 * are left out: behind the end a reader finds zeros.
 */
export function finishWriting(): usize {
  const last = low + range - 1;
  for (let shift = 32; shift >= 0; shift--) {
    const value = (last >> shift) << shift;
    if (value < low) continue;
    low = value;
    break;
  }
  for (let i = 0; i < 5; i++) shiftLow();
  if (overflow) return 0;
  for (let i = 0; i < 4 && output > outputStart && load<u8>(output - 1) === 0; i++) output--;
  return output;
}

/** Whether there was no room for what was coded so far. */
export function isFull(): bool {
  return overflow;
}

function shiftLow(): void {
  if (<u32>low < 0xff000000 || low >> 32 !== 0) {
    const carry = <u32>(low >> 32);
    // The first held byte is a zero that every code would start with.
    if (begun) writeByte(heldByte + carry);
    begun = true;
    for (; held > 1; held--) writeByte(0xff + carry);
    held = 0;
    heldByte = (<u32>low) >> 24;
  }
  held += 1;
  low = (low & 0x00ffffff) << 8;
}

function writeByte(byte: u32): void {
  if (output === outputEnd) overflow = true;
  else store<u8>(output++, byte);
}

/** Codes one bit whose probability of being 1 is `p` / 65536, 22 <= p <= 65514. */
// @ts-expect-error: decorator
@inline
export function code(bit: u32, p: u32): u32 {
  const bound = (range >> 16) * p;
  if (isDefined(ENCODER)) {
    if (bit) range = bound;
    else {
      low += bound;
      range -= bound;
    }
    while (range < 0x01000000) {
      range <<= 8;
      shiftLow();
    }
    return bit;
  }
  let found: u32;
  if (code_ < bound) {
    range = bound;
    found = 1;
  } else {
    code_ -= bound;
    range -= bound;
    found = 0;
  }
  while (range < 0x01000000) {
    range <<= 8;
    code_ = (code_ << 8) | readByte();
  }
  return found;
}
