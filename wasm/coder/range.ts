/**
 * Arithmetic coder of binary decisions: 32-bit range, 16-bit probabilities, carries as in LZMA.
 *
 * The two modules share one model: `code` writes the bit in the module that makes patches (it defines `ENCODER`) and reads it in
 * the one that applies them.
 */

import { refill } from "../host";

let range: u32 = 0;

// Reading: the coded bytes, which the host refills, zeros behind their end; `window` is the code less the bottom of the range.
let window: u32 = 0;
let inputStart: usize = 0;
let input: usize = 0;
let inputEnd: usize = 0;
let overread: bool = false;

// Writing: bytes below `low` wait while a carry may still change them.
let low: u64 = 0;
let held: u64 = 0;
let heldByte: u32 = 0;
let begun: bool = false;
let output: usize = 0;
let outputEnd: usize = 0;
let overflow: bool = false;

/** Starts to read what the host puts at `at`. */
export function startReading(at: usize): void {
  inputStart = at;
  input = at;
  inputEnd = at;
  overread = false;
  range = 0xffffffff;
  window = 0;
  for (let i = 0; i < 4; i++) window = (window << 8) | readByte();
  // No code begins above the range; one that did could come back into it, and mean the same as another.
  if (window === range) overread = true;
}

function readByte(): u32 {
  if (input === inputEnd) {
    input = inputStart;
    inputEnd = input + refill();
    if (input === inputEnd) {
      overread = true;
      return 0;
    }
  }
  return load<u8>(input++);
}

/** Whether what is read goes on behind the end of the coded bytes, or is no code: whatever follows, it will be refused. */
export function isSpent(): bool {
  return overread;
}

/**
 * Whether exactly the coded bytes were read, and they end as a writer ends them: of all values that mean the same it writes the lowest, so
 * that nothing is left. No bit of a code can be changed without notice.
 */
export function endsWell(): bool {
  return input === inputEnd && !overread && window === 0 && refill() === 0;
}

/** Starts to write to `size` bytes at `at`. */
export function startWriting(at: usize, size: u32): void {
  output = at;
  outputEnd = at + size;
  overflow = false;
  low = 0;
  held = 1;
  heldByte = 0;
  begun = false;
  range = 0xffffffff;
}

/** Ends the code, which a reader then reads to its last byte, and gives the address behind it, or 0 when there was no room. */
export function finishWriting(): usize {
  for (let i = 0; i < 5; i++) shiftLow();
  return overflow ? 0 : output;
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
  if (window < bound) {
    range = bound;
    found = 1;
  } else {
    window -= bound;
    range -= bound;
    found = 0;
  }
  while (range < 0x01000000) {
    range <<= 8;
    window = (window << 8) | readByte();
  }
  return found;
}
