/**
 * A bzip2 encoder for tests: no speed, but every field of every block can be replaced by a wrong one.
 *
 * Codes are of one or two lengths; rotations are sorted naively, so keep blocks under some thousand bytes.
 */

/** What a block is written from. */
export interface BlockParts {
  readonly magic: readonly [number, number];
  readonly crc: number;
  readonly randomised: number;
  readonly origin: number;
  /** Byte values that the block uses, ascending. */
  readonly used: readonly number[];
  readonly tableCount: number;
  /** Move-to-front positions, one for each group of 50 symbols. */
  readonly selectors: readonly number[];
  /** Code lengths of each table that is written. */
  readonly lengths: readonly (readonly number[])[];
  readonly symbols: readonly number[];
}

/** What a stream is written from. */
export interface StreamParts {
  readonly magic: string;
  readonly level: string;
  readonly blocks: readonly BlockParts[];
  readonly endMagic: readonly [number, number];
  readonly crc: number;
}

/** Compresses bytes to one stream, in blocks of at most `blockLength` bytes. */
export function bzip2(bytes: Uint8Array, level = 1, blockLength = 2_000): Uint8Array<ArrayBuffer> {
  return writeStream(streamParts(bytes, level, blockLength));
}

/** Parts of the stream of these bytes. */
export function streamParts(bytes: Uint8Array, level = 1, blockLength = 2_000): StreamParts {
  const blocks: BlockParts[] = [];
  for (let start = 0; start < bytes.length; start += blockLength) {
    blocks.push(blockParts(bytes.subarray(start, start + blockLength)));
  }
  const crc = blocks.reduce((combined, block) => ((combined << 1) | (combined >>> 31)) ^ block.crc, 0) >>> 0;
  return { magic: "BZh", level: String(level), blocks, endMagic: [0x177245, 0x385090], crc };
}

/** Parts of the block of these bytes, one at least. */
export function blockParts(bytes: Uint8Array): BlockParts {
  return entriesParts(countRuns(bytes), crc32(bytes));
}

/** Parts of the block of these entries: bytes whose runs are counted already. */
export function entriesParts(entries: readonly number[], crc: number): BlockParts {
  const { last, origin } = sortRotations(entries);
  const used = [...new Set(entries)].sort((left, right) => left - right);
  const symbols = toSymbols(last, used);
  const lengths = codeLengths(used.length + 2);
  return {
    magic: [0x314159, 0x265359],
    crc,
    randomised: 0,
    origin,
    used,
    tableCount: 2,
    // Each group takes the other table than the one before.
    selectors: Array<number>(Math.ceil(symbols.length / 50)).fill(1),
    lengths: [lengths, lengths],
    symbols,
  };
}

/** Writes a stream, right or wrong. */
export function writeStream(parts: StreamParts): Uint8Array<ArrayBuffer> {
  const out = new BitWriter();
  for (const character of parts.magic + parts.level) out.bits(8, character.charCodeAt(0));
  for (const block of parts.blocks) writeBlock(out, block);
  out.bits(24, parts.endMagic[0]);
  out.bits(24, parts.endMagic[1]);
  out.bits(32, parts.crc);
  return out.finish();
}

function writeBlock(out: BitWriter, block: BlockParts): void {
  out.bits(24, block.magic[0]);
  out.bits(24, block.magic[1]);
  out.bits(32, block.crc);
  out.bits(1, block.randomised);
  out.bits(24, block.origin);
  const ranges = Array.from({ length: 16 }, (_, range) => block.used.filter((byte) => byte >>> 4 === range));
  for (const range of ranges) out.bits(1, range.length > 0 ? 1 : 0);
  for (const range of ranges) {
    if (range.length > 0)
      for (let low = 0; low < 16; low++) out.bits(1, range.some((byte) => byte % 16 === low) ? 1 : 0);
  }
  out.bits(3, block.tableCount);
  out.bits(15, block.selectors.length);
  for (const position of block.selectors) {
    for (let one = 0; one < position; one++) out.bits(1, 1);
    out.bits(1, 0);
  }
  for (const lengths of block.lengths) {
    let length = lengths[0]!;
    out.bits(5, length);
    for (const wanted of lengths) {
      for (; length !== wanted; length += Math.sign(wanted - length)) out.bits(2, wanted > length ? 0b10 : 0b11);
      out.bits(1, 0);
    }
  }
  const codes = canonicalCodes(block.lengths[0]!);
  for (const symbol of block.symbols) out.bits(block.lengths[0]![symbol]!, codes[symbol]!);
}

/** Four equal bytes become four and the count of further ones, up to 255. */
function countRuns(bytes: Uint8Array): number[] {
  const entries: number[] = [];
  for (let index = 0; index < bytes.length; ) {
    let length = 1;
    while (length < 259 && bytes[index + length] === bytes[index]) length++;
    entries.push(...Array<number>(Math.min(length, 4)).fill(bytes[index]!));
    if (length >= 4) entries.push(length - 4);
    index += length;
  }
  return entries;
}

function sortRotations(entries: readonly number[]): { last: number[]; origin: number } {
  const { length } = entries;
  const starts = entries.map((_, index) => index);
  starts.sort((left, right) => {
    for (let step = 0; step < length; step++) {
      const difference = entries[(left + step) % length]! - entries[(right + step) % length]!;
      if (difference !== 0) return difference;
    }
    return left - right;
  });
  return { last: starts.map((start) => entries[(start + length - 1) % length]!), origin: starts.indexOf(0) };
}

/** Move-to-front, with runs of place 0 in digits of value 1 and 2, and the end symbol. */
function toSymbols(last: readonly number[], used: readonly number[]): number[] {
  const recent = [...used];
  const symbols: number[] = [];
  let zeros = 0;
  const flush = (): void => {
    for (; zeros > 0; zeros = (zeros - 1) >>> 1) symbols.push((zeros - 1) & 1);
  };
  for (const byte of last) {
    const place = recent.indexOf(byte);
    if (place === 0) {
      zeros++;
      continue;
    }
    flush();
    symbols.push(place + 1);
    recent.splice(place, 1);
    recent.unshift(byte);
  }
  flush();
  symbols.push(used.length + 1);
  return symbols;
}

/** Lengths of a complete code of `count` symbols: some of `k` bits, the others of `k + 1`. */
function codeLengths(count: number): number[] {
  const short = Math.floor(Math.log2(count));
  const shortCount = 2 ** (short + 1) - count;
  return Array.from({ length: count }, (_, symbol) => (symbol < shortCount ? short : short + 1));
}

function canonicalCodes(lengths: readonly number[]): number[] {
  const codes: number[] = [];
  let code = 0;
  for (let length = 1; length <= 20; length++) {
    for (const [symbol, own] of lengths.entries()) if (own === length) codes[symbol] = code++;
    code *= 2;
  }
  return codes;
}

/** CRC-32 of bzip2, bit by bit. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return ~crc >>> 0;
}

class BitWriter {
  readonly #bytes: number[] = [];
  #pending = 0;
  #count = 0;

  bits(count: number, value: number): void {
    for (let bit = count - 1; bit >= 0; bit--) {
      this.#pending = (this.#pending << 1) | ((value >>> bit) & 1);
      if (++this.#count % 8 === 0) {
        this.#bytes.push(this.#pending);
        this.#pending = 0;
      }
    }
  }

  finish(): Uint8Array<ArrayBuffer> {
    while (this.#count % 8 !== 0) this.bits(1, 0);
    return Uint8Array.from(this.#bytes);
  }
}
