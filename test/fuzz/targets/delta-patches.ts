/**
 * Fuzz targets for many inputs: mutated patches of small images, applied with the digests that a manifest would give, all parts of a patch in turn.
 * `npm run fuzz -- --target delta/patches/ --inputs 10000000` counts what comes of them.
 *
 * What is done with an input depends on nothing but its bytes, so that an input that was found is all that a repetition needs.
 */

import { equalBytes, isOtaError, sha256, utf8ToBytes } from "otakit/core";
import {
  applyPatchSync,
  type DeltaError,
  deltaErrorCodes,
  inspectPatch,
  makeBsdiff40Patch,
  makePatch,
  type ResumableSink,
  readAtFromBytes,
  type ScratchSink,
} from "otakit/delta";
import { seededRandom } from "../../../scripts/random.ts";
import { bsdiff40, triplesBytes } from "../../delta/bsdiff-writer.ts";
import { bzip2 } from "../../delta/bzip2-encoder.ts";
import { words } from "../../delta/samples.ts";
import { imagesOfTypes } from "../../delta/type-tables.ts";
import { fitLastBlock, type Layout, layoutOf, replaced, seal } from "../otadelta-seal.ts";
import type { FuzzTarget } from "../target.ts";
import { type ModelSizes, withModelSizes, withRecycledMemories } from "../wasm-hooks.ts";

interface Pair {
  readonly oldImage: Uint8Array;
  readonly newImage: Uint8Array;
  readonly oldSha256: Uint8Array;
  readonly newSha256: Uint8Array;
}

const pairs: readonly Pair[] = [
  text(),
  code(),
  elf(),
  noise(),
  // Types in another order.
  pairOf(...imagesOfTypes(40)),
  pairOf(new Uint8Array(0), words(400)),
  // Stored as it is: any damage makes a wrong block.
  pairOf(words(50), seededRandom("fuzz/stored").bytes(300)),
];

function pairOf(oldImage: Uint8Array, newImage: Uint8Array): Pair {
  return { oldImage, newImage, oldSha256: sha256(oldImage), newSha256: sha256(newImage) };
}

/** Changed, inserted, removed and moved words. */
function text(): Pair {
  const oldImage = words(1_200);
  const changed = oldImage.slice(0, 500).map((byte, index) => (index % 61 === 5 ? byte + 7 : byte));
  const inserted = utf8ToBytes("what was never there before");
  return pairOf(oldImage, Uint8Array.of(...changed, ...inserted, ...oldImage.slice(800), ...oldImage.slice(550, 750)));
}

/** Calls and pointers of several architectures, across an insertion. */
function code(): Pair {
  return pairOf(references(0, 0), references(36, 0));
}

/** `head` zeros, then references of four kinds; `inserted` bytes in the middle. */
function references(inserted: number, head: number): Uint8Array {
  const size = 1_024;
  const bytes = new Uint8Array(head + size + inserted);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < size; at += 4) {
    const place = at < size / 2 ? at : at + inserted;
    const distance = (((at * 7) % size) - at + (at < size / 2 ? inserted : 0)) >> 2;
    const opcode = [0x9400_0000, 0xeb00_0000, 0x9000_0003, 0x0801_0000][at >> 8]!;
    view.setUint32(head + place, (opcode | (distance & 0xffff)) >>> 0, true);
  }
  return bytes;
}

/** An ELF file of two loaded parts, which move apart. */
function elf(): Pair {
  const image = (inserted: number): Uint8Array => {
    const bytes = references(inserted, 128);
    const view = new DataView(bytes.buffer);
    bytes.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
    view.setUint32(28, 52, true);
    view.setUint16(42, 32, true);
    view.setUint16(44, 2, true);
    const middle = 128 + 512 + inserted;
    for (const [index, numbers] of [
      [1, 0, 0x801_0000, 0, middle],
      [1, middle, 0x802_0000 + inserted, 0, bytes.length - middle],
    ].entries()) {
      for (const [field, value] of numbers.entries()) view.setUint32(52 + 32 * index + 4 * field, value, true);
    }
    return bytes;
  };
  return pairOf(image(0), image(64));
}

/** Words around what can not be compressed. */
function noise(): Pair {
  const random = seededRandom("fuzz/noise").bytes(1_100);
  return pairOf(words(600), Uint8Array.of(...words(200), ...random, ...words(600).slice(250)));
}

function check(law: boolean, what: string): void {
  if (!law) throw new Error(`broken law: ${what}`);
}

/** A number that depends on every byte of an input. */
function checksumOf(bytes: Uint8Array): number {
  let sum = 0x811c_9dc5;
  for (const byte of bytes) sum = Math.imul(sum ^ byte, 0x0100_0193);
  return (sum ^ (sum >>> 15)) >>> 0;
}

/** Scratch that notes how a run ended; with kept bytes it is one that an earlier run left. */
class Scratch {
  bytes: Uint8Array;
  size: number;
  ends: string[] = [];

  constructor(room: number, kept: Uint8Array) {
    this.bytes = new Uint8Array(room);
    this.bytes.set(kept);
    this.size = kept.length;
  }

  get written(): Uint8Array {
    return this.bytes.subarray(0, this.size);
  }

  sink(): ScratchSink {
    return {
      write: (bytes) => {
        check(this.size + bytes.length <= this.bytes.length, "more bytes than the new image has");
        check(this.ends.length === 0, "written after the end");
        this.bytes.set(bytes, this.size);
        this.size += bytes.length;
        return bytes.length;
      },
      commit: () => void this.ends.push("commit"),
      discard: () => void this.ends.push("discard"),
    };
  }

  resumable(): ResumableSink {
    return {
      ...this.sink(),
      keptBytes: this.size,
      readKept: (offset, target) => {
        const found = this.bytes.subarray(offset, Math.min(offset + target.length, this.size));
        target.set(found);
        return found.length;
      },
      truncate: (size) => {
        check(size <= this.size, "truncated to more than there is");
        this.size = size;
      },
      flush: () => {},
      suspend: () => void this.ends.push("suspend"),
    };
  }
}

interface Attempt {
  readonly outcome: string;
  readonly written: Uint8Array;
}

/** Applies a patch as a manifest with the digests of `pair` would have it. What is committed is the new image; nothing else ever is. */
function attempt(patch: Uint8Array, pair: Pair, maxMemory: number, kept: Uint8Array | undefined): Attempt {
  const { oldImage, newImage, oldSha256, newSha256 } = pair;
  const scratch = new Scratch(newImage.length, kept ?? new Uint8Array(0));
  const sink = kept === undefined ? scratch.sink() : scratch.resumable();
  const expected = { oldSha256, newSha256, newSize: newImage.length };
  const limits = { maxOutput: 1 << 20, maxMemory };
  try {
    applyPatchSync(patch, readAtFromBytes(oldImage), sink, { expected, limits });
  } catch (error) {
    check(!scratch.ends.includes("commit") && scratch.ends.length === 1, `refused after ${scratch.ends.join()}`);
    return { outcome: refusalOf(error, patch.length), written: scratch.written };
  }
  check(scratch.ends.join() === "commit", `accepted with ${scratch.ends.join()}`);
  check(equalBytes(scratch.written, newImage), "a wrong image");
  return { outcome: kept === undefined ? "the right image" : "the right image, resumed", written: scratch.written };
}

/** The code of a typed refusal; anything else is thrown on. */
function refusalOf(error: unknown, patchLength: number): string {
  if (!isOtaError(error) || !(error.code in deltaErrorCodes)) throw error;
  const { code: found, offset } = error as DeltaError;
  check(offset === undefined || (offset >= 0 && offset <= patchLength), `offset ${offset}`);
  return found;
}

/** What a power cut may have left: a part of the new image, sometimes with a damaged byte or with garbage behind it. */
function keptOf({ newImage }: Pair, choice: number): Uint8Array {
  const size = choice % 3 === 0 ? newImage.length : choice % (newImage.length + 1);
  const kept = newImage.slice(0, size);
  if (choice % 2 === 0 && size > 0) kept[choice % size]! ^= 1 << (choice % 8);
  return kept;
}

/** Applies a mutant of an `otadelta` patch, most of them with what stands at the door made right again: digests of images, lengths, the digest of the header. */
function applyOtadelta(input: Uint8Array, maxMemory: number): string {
  const choice = checksumOf(input);
  const layout = layoutOf(input);
  const named = layout && pairs.find(({ newSha256 }) => input[layout.newSha256At] === newSha256[0]);
  const pair = named ?? pairs[choice % pairs.length]!;
  const isMended = layout !== undefined && choice % 16 !== 0;
  const patch = isMended ? mended(input, layout, pair) : input;
  const kept = (choice >>> 4) % 8 === 0 ? keptOf(pair, choice >>> 7) : undefined;
  const run = (bytes: Uint8Array): Attempt => attempt(bytes, pair, maxMemory, kept);
  // Memories of earlier runs must make no difference.
  const { outcome, written } = withRecycledMemories(() => run(patch));
  if ((choice >>> 4) % 256 === 1) {
    const fresh = run(patch);
    check(
      fresh.outcome === outcome && equalBytes(fresh.written, written),
      `${fresh.outcome} in fresh memory, ${outcome}`,
    );
  }
  if (!isMended || outcome !== "ERR_DELTA_BLOCK_HASH" || (choice >>> 8) % 8 !== 0) return outcome;
  // The digest of the block is made right, too: only the one of the whole image is left.
  const block = Math.floor((written.length - 1) / layout.blockSize);
  const digest = sha256(written.subarray(block * layout.blockSize)).subarray(0, 4);
  const forged = seal(replaced(patch, layout.digestsAt + 4 * block, digest), layout);
  return `${withRecycledMemories(() => run(forged)).outcome} behind a forged block`;
}

/** Magic and version of an `otadelta` patch. */
const magic = Uint8Array.of(...utf8ToBytes("OTADELTA"), 1);

function mended(input: Uint8Array, layout: Layout, { oldSha256, newSha256 }: Pair): Uint8Array {
  const patch = fitLastBlock(input, layout).slice();
  patch.set(magic);
  patch.set(oldSha256, layout.oldSha256At);
  patch.set(newSha256, layout.newSha256At);
  return seal(patch, layout);
}

/** Explains a mutant, which takes little, and applies it with the digests of some pair. */
function inspect(input: Uint8Array): string {
  const choice = checksumOf(input);
  const layout = choice % 2 === 0 ? layoutOf(input) : undefined;
  const patch = layout === undefined ? input : seal(input, layout);
  const limits = { maxOutput: 1 << 16, maxMemory: 1 << 20 };
  try {
    const info = inspectPatch(patch, { limits });
    check(info.newSize <= limits.maxOutput, `newSize ${info.newSize}`);
    return `explained as ${info.format}`;
  } catch (error) {
    return refusalOf(error, patch.length);
  }
}

const bsdiffMemory = 16 << 20;

function applyBsdiff40(input: Uint8Array): string {
  const choice = checksumOf(input);
  const pair = bsdiffPairs[choice % bsdiffPairs.length]!;
  const patch = choice % 16 === 0 ? input : withNewSize(input, pair.newImage.length);
  const kept = (choice >>> 4) % 8 === 0 ? keptOf(pair, choice >>> 7) : undefined;
  return withRecycledMemories(() => attempt(patch, pair, bsdiffMemory, kept)).outcome;
}

/** Gives a patch the size that is expected, or nothing would be read of it. */
function withNewSize(input: Uint8Array, size: number): Uint8Array {
  if (input.length < 32) return input;
  const patch = input.slice();
  new DataView(patch.buffer).setBigUint64(24, BigInt(size), true);
  return patch;
}

/** Compresses control bytes that are damaged, so that no checksum of bzip2 stops them. */
function applyTriples(input: Uint8Array): string {
  const pair = bsdiffPairs[0]!;
  const zeros = new Uint8Array(pair.newImage.length);
  const patch = bsdiff40({ controlStream: bzip2(input), diff: zeros, extra: zeros, newSize: zeros.length });
  return withRecycledMemories(() => attempt(patch, pair, bsdiffMemory, undefined)).outcome;
}

const bsdiffPairs = [pairOf(words(200), words(260).slice(30)), text(), code()];

/** Seeds with models of the least size to some larger ones, and of one to seven contexts: a run takes as long as its model is large. */
const leastModels: readonly ModelSizes[] = [1, 2, 3, 4, 5, 6, 7].map((contexts) => [
  10 + (contexts % 3),
  8 + (contexts % 2),
  8 + (contexts % 4),
  contexts,
  12,
]);
const integers = ["ffffffff", "00000000", "ffffffff0f", "8080", "fe01", "0101010101"].map(fromHex);

function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}

function smallPatch({ oldImage, newImage }: Pair, sizes: ModelSizes): Uint8Array {
  const make = (): Uint8Array => makePatch(oldImage, newImage, { profile: "tiny", blockSize: 2 ** 16 });
  const patch = replaced(withModelSizes(sizes, make), 9, Uint8Array.from(sizes));
  return seal(patch, layoutOf(patch)!);
}

function wrongImage({ newImage }: Pair): Uint8Array {
  return newImage.map((byte, index) => (index % 200 === 150 ? byte ^ 1 : byte));
}

/** A patch that makes another image of the same size, and says that it were the right one. */
function lyingPatch(pair: Pair): Uint8Array {
  const patch = smallPatch({ ...pair, newImage: wrongImage(pair) }, leastModels[2]!);
  return mended(patch, layoutOf(patch)!, pair);
}

const profileTargets = (["tiny", "default", "smallest"] as const).map(
  (profile): FuzzTarget => ({
    name: `delta/patches/${profile}`,
    seeds: pairs.map(({ oldImage, newImage }) => makePatch(oldImage, newImage, { profile, blockSize: 2 ** 16 })),
    dictionary: integers,
    share: { tiny: 2, default: 0.4, smallest: 0.1 }[profile],
    run: (input) => applyOtadelta(input, { tiny: 600_000, default: 2_000_000, smallest: 8_000_000 }[profile]),
  }),
);

export const targets: readonly FuzzTarget[] = [
  {
    name: "delta/patches/otadelta",
    seeds: [...pairs.flatMap((pair) => leastModels.map((sizes) => smallPatch(pair, sizes))), ...pairs.map(lyingPatch)],
    dictionary: integers,
    share: 45,
    maxMillis: 200,
    run: (input) => applyOtadelta(input, 300_000),
  },
  ...profileTargets,
  {
    name: "delta/patches/bsdiff40",
    seeds: bsdiffPairs.flatMap((pair) =>
      [pair.newImage, wrongImage(pair)].map((image) => makeBsdiff40Patch(pair.oldImage, image)),
    ),
    dictionary: ["425a68", "314159265359", "177245385090", "0000000000000080", "ffffffffffffff7f"].map(fromHex),
    share: 14,
    run: applyBsdiff40,
  },
  {
    name: "delta/patches/triples",
    seeds: [
      triplesBytes([[230, 0, 0]]),
      triplesBytes([
        [40, 10, -5],
        [0, 0, 3],
        [100, 80, -400],
      ]),
    ],
    dictionary: ["0000000000000080", "ffffffffffffff7f", "ffffffffffff1f00", "0100000000000000"].map(fromHex),
    maxLength: 24 * 8,
    share: 0.3,
    run: applyTriples,
  },
  {
    name: "delta/patches/inspect",
    seeds: [
      ...pairs.map((pair) => smallPatch(pair, leastModels[2]!)),
      ...bsdiffPairs.map(({ oldImage, newImage }) => makeBsdiff40Patch(oldImage, newImage)),
    ],
    dictionary: integers,
    share: 38,
    run: inspect,
  },
];
