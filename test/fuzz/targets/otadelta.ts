/** Fuzz targets of `otadelta` patches: damage of every part, also under digests that are right again. */

import { bytesToHex, concatBytes, isOtaError, sha256 } from "otakit/core";
import {
  applyBlocksSync,
  applyPatchSync,
  createMemorySink,
  type DeltaError,
  initDelta,
  inspectPatch,
  makePatch,
  readAtFromBytes,
} from "otakit/delta";
import { words, wordsPair } from "../../delta/samples.ts";
import { imagesOfTypes } from "../../delta/type-tables.ts";
import { fitLastBlock, type Layout, layoutOf, replaced, seal } from "../otadelta-seal.ts";
import type { FuzzTarget } from "../target.ts";

const limits = { maxOutput: 200_000, maxMemory: 3_000_000 };

interface Pair {
  readonly oldImage: Uint8Array;
  readonly newImage: Uint8Array;
}

const pairs: readonly Pair[] = [
  wordsPair(),
  code(),
  twoBlocks(),
  types(),
  { oldImage: new Uint8Array(0), newImage: words(900) },
];

/** Calls and pointers of several architectures, across an insertion. */
function code(): Pair {
  const image = (inserted: number): Uint8Array => {
    const bytes = new Uint8Array(4_096 + inserted);
    const view = new DataView(bytes.buffer);
    for (let at = 0; at < 4_096; at += 4) {
      const place = at < 2_048 ? at : at + inserted;
      const distance = (((at * 7) % 4_096) - at + (at < 2_048 ? inserted : 0)) >> 2;
      const opcode = [0x9400_0000, 0xeb00_0000, 0x9000_0003, 0x0801_0000][at >> 10]!;
      view.setUint32(place, (opcode | (distance & 0xffff)) >>> 0, true);
    }
    return bytes;
  };
  return { oldImage: image(0), newImage: image(92) };
}

/** Types in another order. */
function types(): Pair {
  const [oldImage, newImage] = imagesOfTypes(150);
  return { oldImage, newImage };
}

/** An image of two blocks, the second of which begins inside a cover. */
function twoBlocks(): Pair {
  const oldImage = new Uint8Array(70_000);
  oldImage.set(words(9_000), 60_000);
  const newImage = oldImage.slice(300);
  newImage.set(words(500), 67_000);
  return { oldImage, newImage };
}

function check(law: boolean, what: string): void {
  if (!law) throw new Error(`broken law: ${what}`);
}

/** What a run wrote, and the refusal that it ended with, if any. */
interface Attempt {
  readonly written: Uint8Array;
  readonly refusal?: DeltaError;
}

/** Applies a patch as a manifest with this digest would have it. */
function attempt(patch: Uint8Array, oldImage: Uint8Array, newSha256: Uint8Array, newSize: number): Attempt {
  const memory = createMemorySink();
  const written: Uint8Array[] = [];
  const sink = {
    ...memory,
    write(bytes: Uint8Array): number {
      written.push(bytes.slice());
      return memory.write(bytes);
    },
  };
  const whole = (): Uint8Array => concatBytes(...written);
  try {
    const expected = { oldSha256: sha256(oldImage), newSha256, newSize };
    applyPatchSync(patch, readAtFromBytes(oldImage), sink, { expected, limits });
  } catch (error) {
    if (!isOtaError(error)) throw error;
    check(error.code.startsWith("ERR_DELTA_"), `code ${error.code}`);
    check(memory.committed === undefined, "committed and refused");
    check(error.offset === undefined || error.offset <= patch.length, `offset ${error.offset}`);
    return { written: whole(), refusal: error as DeltaError };
  }
  check(bytesToHex(sha256(memory.committed!)) === bytesToHex(newSha256), "a wrong image");
  return { written: memory.committed! };
}

/** Gives the damaged patch every digest that it needs, from what it makes; nothing when something else is wrong about it. */
function forge(damaged: Uint8Array, layout: Layout, oldImage: Uint8Array): Uint8Array | undefined {
  const { newSize, blockSize, newSha256At, digestsAt } = layout;
  let patch = seal(damaged, layout);
  for (let left = newSize / blockSize + 2; left > 0; left--) {
    const { written, refusal } = attempt(patch, oldImage, patch.slice(newSha256At, newSha256At + 32), newSize);
    if (refusal === undefined) return patch;
    if (refusal.code === "ERR_DELTA_BLOCK_HASH") {
      const { block } = refusal.details as { readonly block: number };
      const digest = sha256(written.subarray(block * blockSize)).subarray(0, 4);
      patch = seal(replaced(patch, digestsAt + 4 * block, digest), layout);
    } else if (refusal.code === "ERR_DELTA_NEW_HASH") {
      patch = seal(replaced(patch, newSha256At, sha256(written)), layout);
    } else return undefined;
  }
  throw new Error("broken law: a patch does not make twice what it made once");
}

/** What is made without WebAssembly is the same, to the last byte in front of a refusal. That is slow, so one patch in eight shows it. */
function agreesWithTranslation(patch: Uint8Array, { newSize, newSha256At }: Layout, oldImage: Uint8Array): void {
  if (sha256(patch)[0]! % 8 !== 0) return;
  const [embedded, typescript] = (["embedded", "typescript"] as const).map((backend) => {
    initDelta(backend);
    try {
      const { written, refusal } = attempt(patch, oldImage, patch.slice(newSha256At, newSha256At + 32), newSize);
      return `${bytesToHex(sha256(written))} ${refusal?.code} ${refusal?.message}`;
    } finally {
      initDelta("embedded");
    }
  });
  check(embedded === typescript, `${embedded} with WebAssembly, ${typescript} without`);
}

/** A forged patch makes one image, block by block too. */
function holdsTogether(patch: Uint8Array, { newSize, blockSize, newSha256At }: Layout, oldImage: Uint8Array): void {
  const newSha256 = patch.slice(newSha256At, newSha256At + 32);
  const made = new Uint8Array(newSize);
  const sink = {
    writeAt(offset: number, bytes: Uint8Array): number {
      made.set(bytes, offset);
      return bytes.length;
    },
  };
  const expected = { oldSha256: sha256(oldImage), newSha256, newSize };
  for (let index = Math.ceil(newSize / blockSize) - 1; index >= 0; index--) {
    const blocks = { from: index, to: index + 1 };
    applyBlocksSync(patch, readAtFromBytes(oldImage), sink, { expected, limits, blocks });
  }
  check(bytesToHex(sha256(made)) === bytesToHex(newSha256), "blocks apart make another image");
  const info = inspectPatch(patch, { limits });
  check(info.format === "otadelta" && info.newSize === newSize, "inspected as another patch");
}

function run(input: Uint8Array): void {
  const layout = layoutOf(input);
  const sealed = layout && seal(fitLastBlock(input, layout), layout);
  for (const { oldImage, newImage } of pairs) {
    const digest = sha256(newImage);
    for (const patch of sealed === undefined ? [input] : [input, sealed])
      attempt(patch, oldImage, digest, newImage.length);
    if (layout === undefined || layout.newSize > limits.maxOutput) continue;
    agreesWithTranslation(sealed!, layout, oldImage);
    const forged = forge(sealed!, layout, oldImage);
    if (forged !== undefined) holdsTogether(forged, layout, oldImage);
  }
}

const options = { profile: "tiny", blockSize: 2 ** 16 } as const;

export const targets: readonly FuzzTarget[] = [
  {
    name: "delta/otadelta",
    seeds: pairs.map(({ oldImage, newImage }) => makePatch(oldImage, newImage, options)),
    dictionary: ["ffffffff", "00000000", "ffffffff0f", "8080", "fe01", "0101010101"].map((hex) =>
      Buffer.from(hex, "hex"),
    ),
    run,
  },
];
