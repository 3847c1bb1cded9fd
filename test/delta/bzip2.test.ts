import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Bzip2Decoder } from "../../src/delta/bzip2/decoder.ts";
import { openBlocks } from "../../src/delta/bzip2/open-blocks.ts";
import { decompressBzip2 } from "../../src/delta/index.ts";
import {
  type BlockParts,
  blockParts,
  bzip2,
  entriesParts,
  type StreamParts,
  streamParts,
  writeStream,
} from "./bzip2-encoder.ts";
import { fixture, refusal } from "./harness.ts";
import { peakMemory } from "./memory.ts";
import { runs, words } from "./samples.ts";

const hello = new TextEncoder().encode("hello, hello, hello");
const roomy = 1 << 20;

/** The stream of `hello` with its only block changed. */
function withBlock(change: Partial<BlockParts>): Uint8Array {
  const parts = streamParts(hello);
  return writeStream({ ...parts, blocks: [{ ...parts.blocks[0]!, ...change }] });
}

function withStream(change: Partial<StreamParts>): Uint8Array {
  return writeStream({ ...streamParts(hello), ...change });
}

/** A stream of one block of these entries, which need not make sense. */
function ofEntries(entries: readonly number[], level = 1): Uint8Array {
  const block = entriesParts(entries, 0);
  return writeStream({ ...streamParts(hello, level), blocks: [block] });
}

/** Refusal of a stream, with room for 1 MiB. */
function refused(stream: Uint8Array, maxOutput = roomy) {
  return refusal(() => decompressBzip2(stream, maxOutput));
}

describe("decompressBzip2", () => {
  test("gives the bytes of streams by bzip2 1.0.8", () => {
    expect(decompressBzip2(fixture("words-120000.bz2"), 120_000)).toEqual(words(120_000));
    expect(decompressBzip2(fixture("runs.bz2"), roomy)).toEqual(runs());
  });

  test("gives an empty stream's nothing, and needs no room for it", () => {
    expect(decompressBzip2(bzip2(new Uint8Array(0)), 0)).toEqual(new Uint8Array(0));
  });

  test("gives what was compressed, whatever the bytes and the lengths of blocks", () => {
    const bytes = fc.array(fc.tuple(fc.nat(255), fc.oneof(fc.constant(1), fc.nat(9), fc.nat(300))), { maxLength: 60 });
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 700 }), fc.integer({ min: 1, max: 9 }), (pieces, length, level) => {
        const input = Uint8Array.from(pieces.flatMap(([byte, count]) => Array<number>(count).fill(byte)));
        expect(decompressBzip2(bzip2(input, level, length), input.length)).toEqual(input);
      }),
      { numRuns: 150 },
    );
  });

  test("gives all 256 byte values, and codes longer than the lookup", () => {
    const input = Uint8Array.from({ length: 512 }, (_, index) => (index * 89) & 255);
    const parts = streamParts(input);
    const block = parts.blocks[0]!;
    expect(decompressBzip2(writeStream(parts), 512)).toEqual(input);
    // 15 codes of 4 bits, 7 of 7, and 236 of 12 to 20 bits share what is left.
    const lengths = [...Array<number>(15).fill(4), ...Array<number>(7).fill(7), ...Array<number>(235).fill(15), 20];
    const long = { ...block, lengths: [lengths, lengths] };
    expect(decompressBzip2(writeStream({ ...parts, blocks: [long] }), 512)).toEqual(input);
  });

  test("gives the same in pieces of any length, and then 0 for ever", () => {
    const stream = fixture("runs.bz2");
    const whole = runs();
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 8 }), (lengths) => {
        const decoder = new Bzip2Decoder({ bytes: stream, offset: 0 }, whole.length, openBlocks([900_000])[0]!);
        const target = new Uint8Array(whole.length + 600);
        let reached = 0;
        for (let turn = 0; ; turn++) {
          const length = decoder.read(target, reached, reached + lengths[turn % lengths.length]!);
          if (length === 0) break;
          reached += length;
        }
        expect(target.subarray(0, reached)).toEqual(whole);
        expect(decoder.produced).toBe(whole.length);
        expect(decoder.offset).toBe(stream.length);
        expect(decoder.read(target, 0, 1)).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  test("gives no empty piece before the end, though a block ends with a count of zero", () => {
    const whole = Uint8Array.of(1, 1, 1, 1, 2, 2, 2, 2);
    const input = { bytes: bzip2(whole, 1, 4), offset: 0 };
    const decoder = new Bzip2Decoder(input, whole.length, openBlocks([900_000])[0]!);
    const target = new Uint8Array(whole.length);
    for (let index = 0; index < whole.length; index++) expect(decoder.read(target, index, index + 1)).toBe(1);
    expect(target).toEqual(whole);
    expect(decoder.read(target, 0, 1)).toBe(0);
  });

  test("writes nothing outside the piece", () => {
    const decoder = new Bzip2Decoder({ bytes: bzip2(hello), offset: 0 }, 100, openBlocks([900_000])[0]!);
    const target = new Uint8Array(10);
    expect(decoder.read(target, 3, 7)).toBe(4);
    expect([...target]).toEqual([0, 0, 0, ...hello.subarray(0, 4), 0, 0, 0]);
  });
});

describe("decompressBzip2 refuses", () => {
  test("what is no bzip2 stream", () => {
    expect(refused(withStream({ magic: "BZx" }))).toEqual(["ERR_DELTA_BZIP2_MAGIC", 0]);
    expect(refused(withStream({ magic: "PK\u0003" }))).toEqual(["ERR_DELTA_BZIP2_MAGIC", 0]);
  });

  test("a block size other than 1 to 9", () => {
    expect(refused(withStream({ level: "0" }))).toEqual(["ERR_DELTA_BZIP2_BLOCK_SIZE", 3]);
    expect(refused(withStream({ level: ":" }))).toEqual(["ERR_DELTA_BZIP2_BLOCK_SIZE", 3]);
  });

  test("anything but a block or the end", () => {
    expect(refused(withBlock({ magic: [0x314159, 0x265358] }))).toEqual(["ERR_DELTA_BZIP2_BLOCK_MAGIC", 4]);
    expect(refused(withBlock({ magic: [0x314158, 0x265359] }))).toEqual(["ERR_DELTA_BZIP2_BLOCK_MAGIC", 4]);
    expect(refused(withStream({ blocks: [], endMagic: [0x177245, 0x385091] }))).toEqual([
      "ERR_DELTA_BZIP2_BLOCK_MAGIC",
      4,
    ]);
    expect(refused(withStream({ blocks: [], endMagic: [0x177244, 0x385090] }))).toEqual([
      "ERR_DELTA_BZIP2_BLOCK_MAGIC",
      4,
    ]);
  });

  test("a randomised block", () => {
    expect(refused(withBlock({ randomised: 1 }))).toEqual(["ERR_DELTA_BZIP2_RANDOMISED", 14]);
  });

  test("an origin pointer outside the block", () => {
    expect(refused(withBlock({ origin: hello.length }))).toEqual(["ERR_DELTA_BZIP2_ORIGIN", 14]);
    expect(refused(withBlock({ origin: 0xffffff }))).toEqual(["ERR_DELTA_BZIP2_ORIGIN", 14]);
  });

  test("a block without entries", () => {
    const { used } = blockParts(hello);
    expect(refused(withBlock({ symbols: [used.length + 1], origin: 0 }))).toEqual(["ERR_DELTA_BZIP2_ORIGIN", 14]);
  });

  test("a block that uses no byte value", () => {
    expect(refused(withBlock({ used: [] }))).toEqual(["ERR_DELTA_BZIP2_SYMBOLS", 19]);
  });

  test.each([0, 1, 7])("%i code tables", (tableCount) => {
    expect(refused(withBlock({ tableCount }))[0]).toBe("ERR_DELTA_BZIP2_TABLES");
  });

  test("selectors that are none, too few or of no table", () => {
    expect(refused(withBlock({ selectors: [] }))[0]).toBe("ERR_DELTA_BZIP2_SELECTORS");
    expect(refused(withBlock({ selectors: [2] }))[0]).toBe("ERR_DELTA_BZIP2_SELECTORS");
    const parts = streamParts(words(400));
    const block = parts.blocks[0]!;
    const few = { ...block, selectors: block.selectors.slice(1) };
    expect(refused(writeStream({ ...parts, blocks: [few] }))[0]).toBe("ERR_DELTA_BZIP2_SELECTORS");
  });

  test("accepts selectors that are never used", () => {
    const { selectors } = blockParts(hello);
    expect(decompressBzip2(withBlock({ selectors: [...selectors, 1, 1, 0] }), 100)).toEqual(hello);
  });

  test("code lengths of 0 and 21, even in passing", () => {
    const { lengths } = blockParts(hello);
    const first = lengths[0]!;
    for (const wrong of [0, 21]) {
      const changed = [...first.slice(0, -1), wrong];
      expect(refused(withBlock({ lengths: [first, changed] }))[0]).toBe("ERR_DELTA_BZIP2_CODE_LENGTHS");
    }
    for (const wrong of [0, 21, 31]) {
      expect(refused(withBlock({ lengths: [first, [wrong, ...first.slice(1)]] }))[0]).toBe(
        "ERR_DELTA_BZIP2_CODE_LENGTHS",
      );
    }
  });

  test("over-subscribed code lengths", () => {
    const { lengths } = blockParts(hello);
    const first = lengths[0]!;
    const over = [first[0]! - 1, ...first.slice(1)];
    expect(refused(withBlock({ lengths: [first, over] }))[0]).toBe("ERR_DELTA_BZIP2_OVERSUBSCRIBED");
    expect(refused(withBlock({ lengths: [first, first.map(() => 1)] }))[0]).toBe("ERR_DELTA_BZIP2_OVERSUBSCRIBED");
  });

  test("a code that an incomplete table does not assign, but not an incomplete table", () => {
    const { lengths, symbols } = blockParts(hello);
    const first = lengths[0]!.map((length) => length + 1);
    expect(decompressBzip2(withBlock({ lengths: [first, first] }), 100)).toEqual(hello);
    const parts = streamParts(hello);
    const stream = writeStream({ ...parts, blocks: [{ ...parts.blocks[0]!, lengths: [first, first] }] });
    // Codes of the incomplete table start with 0: a 1 in place of the last one is unassigned.
    const endBits = 80;
    const at = stream.length * 8 - paddingOf(stream) - endBits - first[symbols.at(-1)!]!;
    stream[at >>> 3]! |= 0x80 >>> (at & 7);
    expect(refused(stream)[0]).toBe("ERR_DELTA_BZIP2_CODE");
  });

  test("runs that overflow the block", () => {
    // Nineteen digits of value two are a run of 1,048,574.
    const block = { ...entriesParts([7], 0), symbols: [...Array<number>(19).fill(1), 2], selectors: [0] };
    for (const level of [1, 9]) {
      const stream = writeStream({ ...streamParts(hello, level), blocks: [block] });
      expect(refused(stream, 2 ** 30)[0]).toBe("ERR_DELTA_BZIP2_RUN");
    }
    const endless = { ...block, symbols: [...Array<number>(300).fill(1), 2], selectors: Array<number>(7).fill(0) };
    expect(refused(writeStream({ ...streamParts(hello, 9), blocks: [endless] }), 2 ** 30)[0]).toBe(
      "ERR_DELTA_BZIP2_RUN",
    );
  });

  test("a block of one entry more than its size, but not one of exactly its size", () => {
    /** A run of `count` sevens, then these symbols: 0 is a further digit of the run, 2 is one eight. */
    const filled = (count: number, tail: readonly number[]): Uint8Array => {
      const digits: number[] = [];
      for (let left = count; left > 0; left = (left - 1) >>> 1) digits.push((left - 1) & 1);
      const block = { ...entriesParts([7, 8], 0), symbols: [...digits, ...tail, 3], selectors: [0] };
      return writeStream({ ...streamParts(hello), blocks: [block] });
    };
    expect(refused(filled(99_999, [2]), 2 ** 30)[0]).toBe("ERR_DELTA_BZIP2_BLOCK_CRC");
    expect(refused(filled(100_000, []), 2 ** 30)[0]).toBe("ERR_DELTA_BZIP2_BLOCK_CRC");
    expect(refused(filled(100_001, []), 2 ** 30)[0]).toBe("ERR_DELTA_BZIP2_RUN");
    expect(refused(filled(99_999, [2, 2]), 2 ** 30)[0]).toBe("ERR_DELTA_BZIP2_RUN");
    // A full block that the caller has no room for is not a malformed one.
    expect(refused(filled(100_000, []), 10)[0]).toBe("ERR_DELTA_BZIP2_OUTPUT");
    expect(refused(filled(100_000, []), 79_998)[0]).toBe("ERR_DELTA_BZIP2_OUTPUT");
    expect(refused(filled(10, [2, 2, 2, 2]), 10)[0]).toBe("ERR_DELTA_BZIP2_OUTPUT");
  });

  test("a block that ends inside a run of its bytes", () => {
    expect(refused(ofEntries([5, 5, 5, 5]))[0]).toBe("ERR_DELTA_BZIP2_RUN");
    expect(refused(ofEntries([5, 5, 5]))[0]).toBe("ERR_DELTA_BZIP2_BLOCK_CRC");
  });

  test("wrong CRCs of block and stream", () => {
    expect(refused(withBlock({ crc: blockParts(hello).crc ^ 1 }))[0]).toBe("ERR_DELTA_BZIP2_BLOCK_CRC");
    expect(refused(withStream({ crc: streamParts(hello).crc ^ 0x80000000 }))[0]).toBe("ERR_DELTA_BZIP2_STREAM_CRC");
    expect(refused(withStream({ blocks: [], crc: 1 }))).toEqual(["ERR_DELTA_BZIP2_STREAM_CRC", 4]);
    const swapped = streamParts(words(100), 1, 50);
    const stream = writeStream({ ...swapped, blocks: [...swapped.blocks].reverse() });
    expect(refused(stream)[0]).toBe("ERR_DELTA_BZIP2_STREAM_CRC");
  });

  test("a stream cut at any byte", () => {
    const stream = bzip2(words(300), 1, 120);
    for (let length = 0; length < stream.length; length++) {
      expect(refused(stream.subarray(0, length))).toEqual(["ERR_DELTA_BZIP2_TRUNCATED", length]);
    }
  });

  test("bytes behind the stream, another stream among them, and bits in its padding", () => {
    const stream = bzip2(hello);
    const longer = Uint8Array.from([...stream, 0]);
    expect(refused(longer)).toEqual(["ERR_DELTA_BZIP2_TRAILING", stream.length]);
    expect(refused(Uint8Array.from([...stream, ...stream]))).toEqual(["ERR_DELTA_BZIP2_TRAILING", stream.length]);
    expect(paddingOf(stream)).toBeGreaterThan(0);
    const marked = stream.slice();
    marked[marked.length - 1]! |= 1;
    expect(refused(marked)).toEqual(["ERR_DELTA_BZIP2_TRAILING", stream.length]);
  });

  test("every flipped bit, unless the bytes come out the same", () => {
    const input = Uint8Array.from([...words(150), ...Array<number>(300).fill(9)]);
    const stream = bzip2(input, 1, 250);
    let same = 0;
    for (let bit = 0; bit < stream.length * 8; bit++) {
      const flipped = stream.slice();
      flipped[bit >>> 3]! ^= 0x80 >>> (bit & 7);
      try {
        expect(decompressBzip2(flipped, roomy)).toEqual(input);
        same++;
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^ERR_DELTA_BZIP2_/), offset: expect.any(Number) });
      }
    }
    // Both code tables are equal, so that it does not matter which of them a selector names.
    expect(same).toBeLessThan(16);
  });

  test("more bytes than allowed: one too many, and 1 GiB from 785 bytes in little memory", () => {
    const stream = bzip2(hello);
    expect(decompressBzip2(stream, hello.length)).toEqual(hello);
    expect(refused(stream, hello.length - 1)[0]).toBe("ERR_DELTA_BZIP2_OUTPUT");
    expect(refused(stream, 0)[0]).toBe("ERR_DELTA_BZIP2_OUTPUT");
    const zeros = fixture("zeros-1GiB.bz2");
    const peak = peakMemory(() => {
      expect(refused(zeros, 64 * 1024)[0]).toBe("ERR_DELTA_BZIP2_OUTPUT");
      expect(refused(zeros, 10_000_000)[0]).toBe("ERR_DELTA_BZIP2_OUTPUT");
    });
    expect(peak.arrayBuffers).toBeLessThan(40_000_000);
  });

  test("arguments that are no bytes or no size", () => {
    expect(() => decompressBzip2([] as unknown as Uint8Array, 1)).toThrow(TypeError);
    for (const size of [-1, 0.5, Number.NaN, 2 ** 53]) {
      expect(() => decompressBzip2(bzip2(hello), size)).toThrow(
        new RangeError(`"maxOutput" expected integer >= 0, got ${size}`),
      );
    }
  });
});

/** Padding bits of a stream that ends with its CRC. */
function paddingOf(stream: Uint8Array): number {
  const bits = [...stream.subarray(-20)].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const end = bits.lastIndexOf((0x177245385090).toString(2).padStart(48, "0"));
  return bits.length - end - 80;
}
