/** What an otadelta patch must not do: each refusal by its code, and nothing written before the base is proven. */

import { describe, expect, it } from "vitest";
import { loadFirmware } from "../../../examples/demo/firmware.ts";
import { seededRandom } from "../../../scripts/random.ts";
import { defaultHashProvider, sha256 } from "../../../src/core/index.ts";
import { applyPatchSync } from "../../../src/delta/apply.ts";
import { readAtFromBytes } from "../../../src/delta/images.ts";
import { blockDigest, type Otadelta, openOtadelta, writeOtadelta } from "../../../src/delta/otadelta/header.ts";
import { makePatch } from "../../../src/delta/otadelta/make.ts";
import { errorOf } from "../../error-of.ts";
import { applyWith, type Changes } from "./apply-with.ts";

const [old, fresh] = [loadFirmware("cityhub", "7.27"), loadFirmware("cityhub", "7.28")];
const patch = makePatch(old, fresh, { profile: "tiny" });
const opened = openOtadelta(patch, defaultHashProvider);

/** A patch whose header and map have the right digest, and still something wrong. */
function forged(changes: Partial<Otadelta>): Uint8Array {
  return writeOtadelta({ ...opened, ...changes }, defaultHashProvider);
}

function refusal(bytes: Uint8Array, changes: Changes = {}): { readonly code: unknown; readonly written: number } {
  let written = 0;
  const error = errorOf(() => applyWith(bytes, old, fresh, changes, (count) => (written += count)));
  return { code: (error as { code?: unknown }).code, written };
}

describe("otadelta refuses", () => {
  const other = old.slice();
  other[1_000]! ^= 1;
  const digest = new Uint8Array(32);

  it.each([
    ["another base", { base: other }, "ERR_DELTA_OLD_HASH"],
    ["a base that is too short", { base: old.subarray(1) }, "ERR_DELTA_OLD_SIZE"],
    ["to be for another base", { expected: { oldSha256: digest } }, "ERR_DELTA_OLD_HASH"],
    ["to make another image", { expected: { newSha256: digest } }, "ERR_DELTA_NEW_HASH"],
    ["to make another size", { expected: { newSize: fresh.length - 1 } }, "ERR_DELTA_NEW_SIZE"],
    ["more storage than allowed", { limits: { maxOutput: fresh.length - 1 } }, "ERR_DELTA_OUTPUT_LIMIT"],
    ["more memory than allowed", { limits: { maxMemory: 400_000 } }, "ERR_DELTA_MEMORY_LIMIT"],
    ["more for its size than allowed", { limits: { maxExpansion: 2 } }, "ERR_DELTA_EXPANSION"],
  ] as const)("%s, before the first write", (_, changes, code) => {
    expect(refusal(patch, changes)).toEqual({ code, written: 0 });
  });

  it.each([
    ["a segment beyond its image", { segments: [{ ...opened.segments[0]!, oldSize: old.length + 1 }] }],
    ["segments that overlap", { segments: [opened.segments[0]!, opened.segments[0]!] }],
    [
      "segments whose addresses do not rise as their offsets do",
      {
        segments: [
          { oldOffset: 0, oldSize: 8, oldAddress: 4_096, newOffset: 0, newSize: 8, newAddress: 0 },
          { oldOffset: 8, oldSize: 8, oldAddress: 0, newOffset: 8, newSize: 8, newAddress: 8 },
        ],
      },
    ],
    ["no segment", { segments: [] }],
    ["a profile without contexts", { profile: { ...opened.profile, contexts: 0 } }],
    ["a profile of a gigabyte", { profile: { ...opened.profile, lineBits: 24 } }],
    ["blocks of a gigabyte", { blockBits: 30 }],
    ["more covers than bytes", { coverCount: fresh.length + 1 }],
    ["a stored block of another size", { blocks: [{ ...opened.blocks[0]!, stored: true }] }],
    ["an image of four gigabytes", { newSize: 2 ** 32 }],
  ] as const)("%s in the header", (_, changes) => {
    expect(refusal(forged(changes))).toEqual({ code: "ERR_DELTA_HEADER", written: 0 });
  });

  it("bytes behind the last block, and a number with a byte too many", () => {
    expect(refusal(Uint8Array.of(...patch, 0)).code).toBe("ERR_DELTA_HEADER");
    // The old size begins at byte 15 with three bytes; a fourth group of zeros means the same number.
    const padded = Uint8Array.of(...patch.subarray(0, 17), patch[17]! | 128, 0, ...patch.subarray(18));
    expect(refusal(padded).code).toBe("ERR_DELTA_HEADER");
  });

  it("another version, and header or map without their digest", () => {
    expect(refusal(patch.with(8, 2)).code).toBe("ERR_DELTA_VERSION");
    const mapAt = opened.map.byteOffset - patch.byteOffset;
    expect(refusal(patch.with(mapAt, patch[mapAt]! ^ 1))).toEqual({ code: "ERR_DELTA_HEADER_HASH", written: 0 });
  });

  it("every patch that is cut off", () => {
    for (let length = 0; length < patch.length; length += length < 300 ? 1 : 97) {
      // In front of the eighth byte it is no patch at all.
      const code = length < 8 ? "ERR_DELTA_FORMAT" : "ERR_DELTA_TRUNCATED";
      expect(refusal(patch.subarray(0, length)).code).toBe(code);
    }
  });

  it("a map that reaches beyond an image, or is longer or shorter than its covers", () => {
    for (const map of [
      new Uint8Array(opened.map.length).fill(0xff),
      Uint8Array.of(...opened.map, 0, 0, 0, 0, 0),
      opened.map.subarray(0, opened.map.length - 8),
    ]) {
      expect(refusal(forged({ map }))).toEqual({ code: "ERR_DELTA_MAP", written: 0 });
    }
  });

  it("a cover that ends one byte behind the old or the new image", () => {
    const size = old.length;
    const same = openOtadelta(makePatch(old, old), defaultHashProvider);
    const [segment] = same.segments;
    const short = old.subarray(0, size - 1);
    const behindOld = {
      ...same,
      oldSize: size - 1,
      oldSha256: sha256(short),
      segments: [{ ...segment!, oldSize: size - 1 }],
    };
    const behindNew = {
      ...same,
      newSize: size - 1,
      newSha256: sha256(short),
      segments: [{ ...segment!, newSize: size - 1 }],
    };
    for (const [forgery, base, made] of [
      [behindOld, short, old],
      [behindNew, old, short],
    ] as const) {
      const bytes = writeOtadelta(forgery, defaultHashProvider);
      expect(errorOf(() => applyWith(bytes, base, made))).toMatchObject({ code: "ERR_DELTA_MAP" });
    }
  });

  it("bytes left over behind a block that fills the input buffer exactly", () => {
    // Seven bits of chance a byte: long enough to take 4,096 coded bytes, which one of these lengths does.
    const noise = seededRandom("otadelta/left over")
      .bytes(5_200)
      .map((byte) => byte & 127);
    const empty = new Uint8Array(0);
    for (let length = 4_300; length < noise.length; length++) {
      const image = noise.subarray(0, length);
      const whole = openOtadelta(makePatch(empty, image, { profile: "tiny" }), defaultHashProvider);
      const [block] = whole.blocks;
      if (block!.stored || block!.coded.length !== 4_096) continue;
      const longer = { ...block!, coded: Uint8Array.of(...block!.coded, 0) };
      const bytes = writeOtadelta({ ...whole, blocks: [longer] }, defaultHashProvider);
      expect(errorOf(() => applyWith(bytes, empty, image))).toMatchObject({ code: "ERR_DELTA_BLOCK_LENGTH" });
      return;
    }
    expect.fail("no length takes 4,096 coded bytes");
  });

  it("a block of which bytes are left over, and one that makes other bytes", () => {
    const [block] = opened.blocks;
    const longer = { ...block!, coded: Uint8Array.of(...block!.coded, 1) };
    expect(refusal(forged({ blocks: [longer] })).code).toBe("ERR_DELTA_BLOCK_LENGTH");
    const wrong = { ...block!, digest: block!.digest.slice().fill(7) };
    expect(refusal(forged({ blocks: [wrong] })).code).toBe("ERR_DELTA_BLOCK_HASH");
    const stored = { coded: fresh.slice().fill(1), stored: true, digest: sha256(fresh.slice().fill(1)).slice(0, 4) };
    expect(refusal(forged({ blocks: [stored] })).code).toBe("ERR_DELTA_NEW_HASH");
  });

  it("kept bytes that count as a block and are none: the whole image is hashed, and nothing is left", () => {
    const wrong = fresh.slice();
    wrong[5]! ^= 1;
    const lying = { ...opened.blocks[0]!, digest: blockDigest(wrong, defaultHashProvider) };
    const ended: string[] = [];
    const sink = {
      keptBytes: wrong.length,
      readKept(offset: number, target: Uint8Array): number {
        target.set(wrong.subarray(offset, offset + target.length));
        return target.length;
      },
      write: () => 0,
      truncate: () => {},
      flush: () => {},
      commit: () => void ended.push("commit"),
      discard: () => void ended.push("discard"),
      suspend: () => void ended.push("suspend"),
    };
    const expected = { oldSha256: sha256(old), newSha256: sha256(fresh), newSize: fresh.length };
    const options = { expected, limits: { maxOutput: 1 << 20, maxMemory: 1 << 20 } };
    const bytes = forged({ blocks: [lying] });
    expect(errorOf(() => applyPatchSync(bytes, readAtFromBytes(old), sink, options))).toMatchObject({
      code: "ERR_DELTA_NEW_HASH",
    });
    expect(ended).toEqual(["discard"]);
  });

  it("has four bytes of digest for each block", () => {
    const more = makePatch(fresh, fresh, { profile: "tiny", blockSize: 2 ** 16 });
    const one = makePatch(fresh, fresh, { profile: "tiny", blockSize: 2 ** 18 });
    const coded = (bytes: Uint8Array): number =>
      openOtadelta(bytes, defaultHashProvider).blocks.reduce((sum, block) => sum + block.coded.length, 0);
    // Two blocks more: each has one byte of length, too.
    expect(more.length - coded(more) - (one.length - coded(one))).toBe(2 * 5);
  });
});
