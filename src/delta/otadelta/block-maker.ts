/** Makes blocks of the new image with the model that decodes them, in WebAssembly or translated from it. */

import { createHash, equalBytes, type HashProvider, type StreamingHash } from "../../core/index.ts";
import { DeltaError } from "../errors.ts";
import { OldPages, readOld } from "../old-pages.ts";
import { type PatchSteps, writeNew } from "../steps.ts";
import { openOtadeltaCore } from "../wasm/apply-core.ts";
import type { Core } from "../wasm/core.ts";
import type { OtadeltaExports } from "./exports.ts";
import { blockEnd, blockStart, type Otadelta } from "./header.ts";
import {
  coreBytes,
  inputBytes,
  oldAhead,
  oldBufferBytes,
  oldMargin,
  pagesBytes,
  stretchBytes,
  windowBytes,
} from "./memory.ts";
import { layOutMap, type ModelSizes, mapFaults, modelSizes, setTargets, setTypeTable } from "./model.ts";

/** Has read the map of a patch, and makes any of its blocks in any order. */
export class BlockMaker {
  readonly #patch: Otadelta;
  readonly #hashProvider: HashProvider;
  readonly #core: Core<OtadeltaExports>;
  readonly #old: OldPages;
  readonly #at: { readonly input: number; readonly model: number; readonly window: number; readonly old: number };
  readonly #kinds: number;
  /** Coded bytes that the model has not been given yet. */
  #coded: Uint8Array = new Uint8Array(0);

  /** Reads the map of a patch, and what that has to know of the old image. */
  static *open(patch: Otadelta, hashProvider: HashProvider): PatchSteps<BlockMaker> {
    const maker = new BlockMaker(patch, hashProvider);
    yield* maker.#readTypes();
    return maker;
  }

  private constructor(patch: Otadelta, hashProvider: HashProvider) {
    this.#patch = patch;
    this.#hashProvider = hashProvider;
    const core = openOtadeltaCore(coreBytes(patch), () => this.#refill());
    this.#core = core;
    const sizes = modelSizes(patch);
    core.exports.initCoder();
    this.#at = {
      input: core.allocate(inputBytes),
      model: core.allocate(sizes.model),
      window: core.allocate(windowBytes(patch.profile)),
      old: core.allocate(oldBufferBytes),
    };
    const pages = core.allocate(pagesBytes);
    this.#kinds = this.#readMap(sizes);
    // The memory grows no more, so that views on it stay.
    this.#old = new OldPages(patch.oldSize, core.bytes(pages, pagesBytes));
  }

  /** Hands the model the next coded bytes. */
  #refill(): number {
    const part = this.#coded.subarray(0, inputBytes);
    this.#coded = this.#coded.subarray(part.length);
    this.#core.bytes(this.#at.input, part.length).set(part);
    return part.length;
  }

  /** Reads the map and gives the address of the kinds. */
  #readMap(sizes: ModelSizes): number {
    const { exports } = this.#core;
    const { model, input } = this.#at;
    const { profile, coverCount, oldSize, newSize, map } = this.#patch;
    const { covers, kinds, used, turned, types } = layOutMap(this.#core, sizes);
    setTargets(exports, this.#patch);
    setTypeTable(exports, types, coverCount, this.#patch.typeTable);
    this.#coded = map;
    const fault = exports.decodeMap(
      model,
      profile.flagBits,
      input,
      covers,
      coverCount,
      kinds,
      used,
      sizes.chunks,
      oldSize,
      newSize,
    );
    if (fault !== 0) throw new DeltaError("ERR_DELTA_MAP", `Cannot apply patch: ${mapFaults[fault]}`);
    exports.setCovers(covers, coverCount);
    exports.turnMap(turned, oldSize);
    return kinds;
  }

  /** Reads the old table of types, if there is one. */
  *#readTypes(): PatchSteps<void> {
    const { typeTable } = this.#patch;
    if (typeTable === undefined) return;
    const { exports } = this.#core;
    const { oldTypes, oldTypeBytes } = typeTable;
    for (let done = 0; done < oldTypeBytes; done += stretchBytes) {
      const length = Math.min(stretchBytes, oldTypeBytes - done);
      yield* readOld(oldTypes + done, this.#core.bytes(this.#at.old, length));
      exports.readBtf(this.#at.old, length);
    }
    exports.turnBtf();
  }

  /** Makes block `index`, writes it as it is made, and when it is to be verified refuses one that has not the digest that the patch names. `whole` is over it, too. */
  *make(
    index: number,
    { verify, whole }: { readonly verify: boolean; readonly whole?: StreamingHash },
  ): PatchSteps<void> {
    const { coded, stored, digest } = this.#patch.blocks[index]!;
    const hash = verify ? createHash("sha256", this.#hashProvider) : undefined;
    function* write(bytes: Uint8Array): PatchSteps<void> {
      hash?.update(bytes);
      whole?.update(bytes);
      yield* writeNew(bytes);
    }
    if (stored) yield* write(coded);
    else yield* this.#decode(index, write);
    if (hash === undefined || equalBytes(hash.digest().subarray(0, digest.length), digest)) return;
    throw new DeltaError(
      "ERR_DELTA_BLOCK_HASH",
      `Cannot apply patch: block ${index} does not have the digest that it names`,
      { details: { block: index } },
    );
  }

  /**
   * Decodes a block, stretch by stretch; the last bytes stay in the window, for inserted ones to be compared with. Stretches may be a few bytes
   * long, and hashing and writing one costs as much as making it: they are handed on together.
   */
  *#decode(index: number, write: (bytes: Uint8Array) => PatchSteps<void>): PatchSteps<void> {
    const { exports } = this.#core;
    const { profile, oldSize } = this.#patch;
    const { model, input, window, old } = this.#at;
    const { flagBits, lineBits, correctionBits, contexts } = profile;
    const history = 2 ** profile.windowBits + oldMargin;
    const room = windowBytes(profile);
    this.#coded = this.#patch.blocks[index]!.coded;
    let start = window;
    let filled = 0;
    let handedOn = 0;
    exports.startBlock(
      model,
      flagBits,
      lineBits,
      correctionBits,
      contexts,
      2 ** profile.windowBits,
      input,
      start,
      blockStart(this.#patch, index),
      blockEnd(this.#patch, index),
    );
    while (exports.nextStretch()) {
      const length = exports.stretchLength.value >>> 0;
      if (filled + length > room) {
        if (handedOn < filled) yield* write(this.#core.bytes(window + handedOn, filled - handedOn));
        this.#core.bytes(window, room).copyWithin(0, filled - history, filled);
        start -= filled - history;
        filled = history;
        handedOn = history;
        exports.moveBlock(start);
      }
      let view = 0;
      if (exports.stretchCopied.value) {
        const first = (exports.stretchOld.value >>> 0) - ((exports.stretchOld.value >>> 0) % 4) - oldMargin;
        const around = this.#core.bytes(old, length + 2 * oldMargin + oldAhead + 8);
        around.fill(0);
        yield* this.#old.copy(first, around, 0, around.length);
        view = old - first;
      }
      exports.codeStretch(window + filled, view, oldSize, this.#kinds);
      filled += length;
      if (filled - handedOn < stretchBytes) continue;
      yield* write(this.#core.bytes(window + handedOn, filled - handedOn));
      handedOn = filled;
    }
    if (handedOn < filled) yield* write(this.#core.bytes(window + handedOn, filled - handedOn));
    const fault = exports.finishReading();
    if (fault !== 0) throw new DeltaError("ERR_DELTA_BLOCK_LENGTH", `Cannot apply patch: ${mapFaults[fault]}`);
  }
}
