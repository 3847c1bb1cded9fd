/**
 * Applies an `otadelta` patch as a run of steps: the map first, then block after block, each checked before it counts.
 *
 * A block is coded by itself and made in stretches of at most 16 KiB; the model that decodes lives in WebAssembly.
 */

import { type Bytes, createHash, equalBytes, type HashProvider, type StreamingHash } from "../../core/index.ts";
import { DeltaError } from "../errors.ts";
import { checkOldImage, type ExpectedImages, enforceExpectedSizes } from "../expected-images.ts";
import { enforcePatchLimits, type PatchLimits } from "../limits.ts";
import { OldPages } from "../old-pages.ts";
import { type PatchSteps, pause } from "../steps.ts";
import { type ApplyExports, openApplyCore } from "../wasm/apply-core.ts";
import type { Core } from "../wasm/core.ts";
import { type OpenedOtadelta, type Otadelta, openOtadelta } from "./header.ts";
import { layOutMap, type ModelSizes, mapFaults, modelSizes, setTargets } from "./model.ts";
import type { CoderProfile } from "./profile.ts";

const inputBytes = 4 * 1024;
/** Longest stretch. */
const stretchBytes = 16 * 1024;
/** How far around a stretch the predictor looks, and what an insertion looks at behind it. */
const oldMargin = 64;
const oldAhead = 32;
const oldBufferBytes = stretchBytes + 2 * oldMargin + oldAhead + 8;
/** Pages of the old image that are kept. */
const pageSlots = 8;
const pageBytes = 4 * 1024;

/** Bytes between two reads while the old image is hashed. */
const hashBlockSize = 16 * 1024;

/** Working memory in bytes, beside the patch, that applying takes; the map counts. */
export function otadeltaMemory(patch: Otadelta): number {
  const { model, map } = modelSizes(patch.profile, patch.coverCount, patch.oldSize);
  const buffers = inputBytes + windowBytes(patch.profile) + oldBufferBytes + pageSlots * pageBytes + hashBlockSize;
  return model + map + buffers;
}

/** What is kept of a block, and room for a stretch. */
function windowBytes({ windowBits }: CoderProfile): number {
  return 2 ** windowBits + oldMargin + stretchBytes;
}

/** Makes the new image of `expected`, or throws; gives its digest. */
export function* applyOtadelta(
  bytes: Uint8Array,
  oldSize: number,
  expected: ExpectedImages,
  limits: PatchLimits,
  hashProvider: HashProvider,
): PatchSteps<Bytes> {
  const patch = openOtadelta(bytes, hashProvider);
  const { newSize, newSizeOffset } = patch;
  enforcePatchLimits({ newSize, patchLength: bytes.length, memory: otadeltaMemory(patch), newSizeOffset }, limits);
  enforceExpected(patch, oldSize, expected);
  yield* checkOldImage(oldSize, patch.oldSha256, hashBlockSize, hashProvider);
  const digest = yield* new BlockMaker(patch, limits.maxMemory, hashProvider).run();
  if (!equalBytes(digest, patch.newSha256)) {
    throw new DeltaError("ERR_DELTA_NEW_HASH", "Cannot apply patch: the new image is not the expected one");
  }
  return digest;
}

/** Refuses a patch for other images than the expected ones. */
function enforceExpected(patch: OpenedOtadelta, oldSize: number, expected: ExpectedImages): void {
  enforceExpectedSizes(patch, oldSize, { ...expected, oldSize: patch.oldSize });
  enforceExpectedSizes(patch, oldSize, expected);
  if (!equalBytes(patch.newSha256, expected.newSha256)) {
    throw new DeltaError("ERR_DELTA_NEW_HASH", "Cannot apply patch: it makes another image than the expected one");
  }
  if (!equalBytes(patch.oldSha256, expected.oldSha256)) {
    throw new DeltaError(
      "ERR_DELTA_OLD_HASH",
      "Cannot apply patch: it was made for another old image than the expected one",
    );
  }
}

/** Makes one block after the other, with the model in WebAssembly. */
class BlockMaker {
  readonly #patch: Otadelta;
  readonly #hashProvider: HashProvider;
  readonly #core: Core<ApplyExports>;
  readonly #old: OldPages;
  readonly #sizes: ModelSizes;
  readonly #at: { readonly input: number; readonly model: number; readonly window: number; readonly old: number };
  readonly #kinds: number;
  /** Coded bytes that the model has not been given yet. */
  #coded: Uint8Array = new Uint8Array(0);

  constructor(patch: Otadelta, maxMemory: number, hashProvider: HashProvider) {
    this.#patch = patch;
    this.#hashProvider = hashProvider;
    const core = openApplyCore(maxMemory + 2 ** 17, () => this.#refill());
    if (core === undefined) {
      throw new DeltaError(
        "ERR_DELTA_NO_WASM",
        "Cannot apply patch: the host runs no WebAssembly, which otadelta needs",
      );
    }
    this.#core = core;
    this.#old = new OldPages(patch.oldSize, pageSlots);
    this.#sizes = modelSizes(patch.profile, patch.coverCount, patch.oldSize);
    core.exports.initCoder();
    this.#at = {
      input: core.allocate(inputBytes),
      model: core.allocate(this.#sizes.model),
      window: core.allocate(windowBytes(patch.profile)),
      old: core.allocate(oldBufferBytes),
    };
    this.#kinds = this.#readMap();
  }

  /** Hands the model the next coded bytes. */
  #refill(): number {
    const part = this.#coded.subarray(0, inputBytes);
    this.#coded = this.#coded.subarray(part.length);
    this.#core.bytes(this.#at.input, part.length).set(part);
    return part.length;
  }

  /** Reads the map and gives the address of the kinds. */
  #readMap(): number {
    const { exports } = this.#core;
    const { model, input } = this.#at;
    const { profile, coverCount, oldSize, newSize, map } = this.#patch;
    const { covers, kinds, used, turned } = layOutMap(this.#core, this.#sizes);
    const { chunks } = this.#sizes;
    setTargets(exports, this.#patch);
    this.#coded = map;
    const fault = exports.decodeMap(
      model,
      profile.flagBits,
      input,
      covers,
      coverCount,
      kinds,
      used,
      chunks,
      oldSize,
      newSize,
    );
    if (fault !== 0) throw new DeltaError("ERR_DELTA_MAP", `Cannot apply patch: ${mapFaults[fault]}`);
    exports.setCovers(covers, coverCount);
    exports.turnMap(turned, oldSize);
    return kinds;
  }

  /** Makes all blocks and gives the digest of the whole. */
  *run(): PatchSteps<Bytes> {
    const whole = createHash("sha256", this.#hashProvider);
    for (const index of this.#patch.blocks.keys()) yield* this.#block(index, whole);
    return whole.digest();
  }

  *#block(index: number, whole: StreamingHash): PatchSteps<void> {
    const { blockBits, newSize, blocks } = this.#patch;
    const { coded, stored, digest } = blocks[index]!;
    const from = index * 2 ** blockBits;
    const hash = createHash("sha256", this.#hashProvider);
    const pieces = stored ? stretchesOf(coded) : this.#decode(coded, from, Math.min(newSize, from + 2 ** blockBits));
    let done = from;
    for (let piece = pieces.next(0); ; piece = pieces.next(yield piece.value)) {
      if (piece.done) break;
      if (piece.value.kind !== "write") continue;
      hash.update(piece.value.bytes);
      whole.update(piece.value.bytes);
      done += piece.value.bytes.length;
    }
    if (!equalBytes(hash.digest().subarray(0, digest.length), digest)) {
      throw new DeltaError(
        "ERR_DELTA_BLOCK_HASH",
        `Cannot apply patch: block ${index} does not have the digest that it names`,
        {
          details: { block: index },
        },
      );
    }
    yield pause("write-new", done, newSize);
  }

  /** Decodes a block, stretch by stretch; the last bytes stay in the window, for inserted ones to be compared with. */
  *#decode(coded: Uint8Array, from: number, to: number): PatchSteps<void> {
    const { exports } = this.#core;
    const { profile, oldSize } = this.#patch;
    const { model, input, window, old } = this.#at;
    const { flagBits, lineBits, correctionBits, contexts } = profile;
    const history = 2 ** profile.windowBits + oldMargin;
    const room = windowBytes(profile);
    this.#coded = coded;
    let start = window;
    let filled = 0;
    exports.startBlock(
      model,
      flagBits,
      lineBits,
      correctionBits,
      contexts,
      2 ** profile.windowBits,
      input,
      start,
      from,
      to,
    );
    while (exports.nextStretch()) {
      const length = exports.stretchLength.value >>> 0;
      if (filled + length > room) {
        this.#core.bytes(window, room).copyWithin(0, filled - history, filled);
        start -= filled - history;
        filled = history;
        exports.moveBlock(start);
      }
      let view = 0;
      if (exports.stretchCopied.value) {
        const first = (exports.stretchOld.value >>> 0) - ((exports.stretchOld.value >>> 0) % 4) - oldMargin;
        const buffer = this.#core.bytes(old, oldBufferBytes);
        buffer.fill(0);
        yield* this.#old.copy(first, buffer, 0, Math.min(oldBufferBytes, length + 2 * oldMargin + oldAhead + 8));
        view = old - first;
      }
      exports.codeStretch(window + filled, view, oldSize, this.#kinds);
      yield { kind: "write", bytes: this.#core.bytes(window + filled, length) };
      filled += length;
    }
    const fault = exports.finishReading();
    if (fault !== 0) throw new DeltaError("ERR_DELTA_BLOCK_LENGTH", `Cannot apply patch: ${mapFaults[fault]}`);
  }
}

/** Bytes that are in the patch as they are. */
function* stretchesOf(bytes: Uint8Array): PatchSteps<void> {
  for (let from = 0; from < bytes.length; from += stretchBytes) {
    yield { kind: "write", bytes: bytes.subarray(from, from + stretchBytes) };
  }
}
