/**
 * Makes `otadelta` patches: covers on the bytes as they are, then references re-targeted, then covers again on the predicted
 * bytes; map and blocks through one adaptive coder. Where both images have a table of types, its covers come from what the types say.
 */

import { assertBytes, type Bytes, defaultHashProvider, type HashProvider, sha256 } from "../../core/index.ts";
import { DeltaError } from "../errors.ts";
import { enforceInteger } from "../limits.ts";
import { type MakeObserver, type Report, reportTo } from "../make-progress.ts";
import type { Core } from "../wasm/core.ts";
import { type DiffExports, openDiffCore } from "../wasm/diff-core.ts";
import { voteBases } from "./bases.ts";
import { segmentsOf } from "./elf.ts";
import { blockBitsBounds, blockDigest, maxImageSize, type Otadelta, type PatchBlock, writeOtadelta } from "./header.ts";
import { fitMaking, type MakePlaces, predictionLead } from "./make-memory.ts";
import { otadeltaMemory } from "./memory.ts";
import { setTargets, setTypeTable } from "./model.ts";
import { type CoderProfile, type DeltaProfile, profiles } from "./profile.ts";
import { matchTypes, type TypeCovers } from "./type-covers.ts";

/** How much time to spend on a patch. */
export type DeltaLevel = "fast" | "default" | "smallest";

/** Options of {@link makePatch}. */
export interface MakePatchOptions extends MakeObserver {
  /** How much time to spend; when absent `default`. */
  readonly level?: DeltaLevel;
  /** How much memory the vehicle's coder may take: 0.6, 1.8 or 7.1 MB, and the map; when absent `default`. */
  readonly profile?: DeltaProfile;
  /**
   * Most working memory that the vehicle has for applying, in bytes, the map counted: a smaller profile is taken in place of
   * `profile` where that needs more.
   */
  readonly maxApplyMemory?: number;
  /**
   * Bytes of the new image that are made and verified as one: a power of two from 64 KiB to 16 MiB; when absent 1 MiB. Less is lost
   * to a power cut with small ones, and a few per cent of the patch.
   */
  readonly blockSize?: number;
  /**
   * Most bytes of WebAssembly memory, beside the caller's images and the patch; when absent 4 GiB. Where that is less than the level would take, fewer
   * positions of the old image are indexed, each second or fourth: the patch grows by some per cent.
   */
  readonly maxMemory?: number;
  /** Hash back end in place of the runtime's. */
  readonly hashProvider?: HashProvider;
}

/** What a level does. */
interface Effort {
  /** How often covers are found again on predicted bytes. */
  readonly rematches: number;
  /** Whether they are even where few would change: in a large image whose covers are long. */
  readonly always: boolean;
  /** How many positions of a bucket are looked at. */
  readonly depth: number;
  /** Every so manieth old position is indexed, in a small image and in a large one. */
  readonly step: number;
  readonly largeStep: number;
  /** After so many matching bytes no other stretch is looked for. */
  readonly calm: number;
  /** Whether half of the new positions are passed over, so that each diagonal is still met at every second indexed one. */
  readonly restful: boolean;
  /** A patch above this share of the new image may be beaten by coding that alone. */
  readonly poorRatio: number;
}

const levels: Readonly<Record<DeltaLevel, Effort>> = {
  fast: { rematches: 1, always: false, depth: 16, step: 2, largeStep: 4, calm: 8, restful: true, poorRatio: 1 / 2 },
  default: { rematches: 1, always: true, depth: 32, step: 1, largeStep: 2, calm: 16, restful: false, poorRatio: 1 / 4 },
  smallest: {
    rematches: 3,
    always: true,
    depth: 128,
    step: 1,
    largeStep: 1,
    calm: 24,
    restful: false,
    poorRatio: 1 / 4,
  },
};
/** From this size on an image is large: ARM code loses nothing by every second position, x86 code 7 %, and both half of the time. */
const largeImage = 8 << 20;
/**
 * Covers of this mean length leave little to find again, and finding takes longer than coding what is left: level `fast` lets it be in new images from
 * that size on. Where covers are shorter, what is found again takes less time than it saves the coder.
 */
const largeForFast = 1 << 20;
const longCover = 1024;

/**
 * What things cost while covers are found, in sixteenths of a bit: a byte that differs, an inserted one, a change of diagonal, a
 * change to insertion. On raw bytes what differs may be a reference that prediction will mend, so it costs little.
 */
const rawCosts = { differ: 48, insert: 48, change: 500, insertChange: 150 };
const predictedCosts = { differ: 80, insert: 48, change: 500, insertChange: 80 };
const rawMatch = 8;
const predictedMatch = 6;

/** Bytes of the new image between two looks at the signal. */
const scanStep = 1 << 20;
const allKinds = 0xff;
/** Addresses behind the last loaded part that may be referred to: zeroed data. */
const behindParts = 1 << 24;

/**
 * Makes an `otadelta` patch, which {@link applyPatch} applies. The same images and options always give the same patch.
 *
 * Takes at most 10 bytes of WebAssembly memory for each of the old image when both are alike long and not below 0.5 MB, 7 from 8 MiB on but at level
 * `smallest`; with `maxMemory` 5 from 8 MiB on, or less. While two tables of types (BTF) are matched, some 13 bytes of
 * JavaScript's memory for each byte of the old table come on top. Never larger than the new image and 0.5 KB; images that are compressed inside gain nothing ({@link analyseImages}).
 *
 * @throws {@link DeltaError} `ERR_DELTA_NO_WASM` where the host has no WebAssembly, `ERR_DELTA_MEMORY_LIMIT` when `maxMemory` (with the least that would do as `details.found`) or the host
 *   does not allow what the images take, or `maxApplyMemory` is less than the smallest profile needs, `ERR_DELTA_CANCELLED` when the signal
 *   asked to stop
 * @throws TypeError when an image is no Uint8Array
 * @throws RangeError when an image is larger than 2 GiB, or a number or name of the options is no possible one
 * @example
 * ```ts
 * const patch = makePatch(oldImage, newImage, { level: "smallest", maxApplyMemory: 2 << 20 });
 * ```
 */
export function makePatch(oldImage: Uint8Array, newImage: Uint8Array, options: MakePatchOptions = {}): Bytes {
  for (const [name, image] of Object.entries({ oldImage, newImage })) {
    if (assertBytes(image, name).length > maxImageSize) {
      throw new RangeError(`"${name}" expected at most ${maxImageSize} bytes, got ${image.length}`);
    }
  }
  const { level = "default", profile = "default", blockSize = 2 ** 20 } = options;
  const { maxMemory = 2 ** 32, maxApplyMemory = 2 ** 32 } = options;
  enforceName("level", level, levels);
  enforceName("profile", profile, profiles);
  const blockBits = Math.log2(blockSize);
  const [leastBits, mostBits] = blockBitsBounds;
  if (!Number.isInteger(blockBits) || blockBits < leastBits || blockBits > mostBits) {
    throw new RangeError(`"blockSize" expected a power of two from 64 KiB to 16 MiB, got ${blockSize}`);
  }
  enforceInteger("maxMemory", maxMemory);
  enforceInteger("maxApplyMemory", maxApplyMemory);
  return new PatchMaker(oldImage, newImage, {
    ...options,
    level,
    profile,
    blockBits,
    maxMemory,
    maxApplyMemory,
  }).make();
}

function enforceName(option: string, name: string, names: object): void {
  if (Object.hasOwn(names, name)) return;
  throw new RangeError(`"${option}" expected one of ${Object.keys(names).join(", ")}, got ${String(name)}`);
}

type Settings = MakePatchOptions &
  Required<Pick<MakePatchOptions, "level" | "profile" | "maxMemory" | "maxApplyMemory">> & {
    readonly blockBits: number;
  };

/** What was found out about a pair of images, but for what is coded. */
type Found = Pick<Otadelta, "segments" | "bases" | "addressEnd" | "typeTable" | "coverCount">;

class PatchMaker {
  readonly #old: Uint8Array;
  readonly #new: Uint8Array;
  readonly #settings: Settings;
  readonly #report: Report;
  readonly #hashProvider: HashProvider;
  readonly #core: Core<DiffExports>;
  readonly #at: MakePlaces;
  readonly #step: number;
  /** How the types of both images go together, when both have a table of them and the vehicle has room for what is known about it. */
  #types: TypeCovers | undefined;

  constructor(oldImage: Uint8Array, newImage: Uint8Array, settings: Settings) {
    this.#old = oldImage;
    this.#new = newImage;
    this.#settings = settings;
    this.#report = reportTo(settings);
    this.#hashProvider = settings.hashProvider ?? defaultHashProvider;
    const core = openDiffCore(settings.maxMemory);
    this.#core = core;
    core.exports.initCoder();
    const { blockBits, profile, level, maxMemory } = settings;
    this.#types = matchTypes(oldImage, newImage);
    const sizes = {
      oldSize: oldImage.length,
      newSize: newImage.length,
      blockBits,
      profile: profiles[profile],
      typeTable: this.#types?.table,
    };
    const effort = levels[level];
    const step = oldImage.length < largeImage ? effort.step : effort.largeStep;
    const { step: chosen, places } = fitMaking(sizes, step, maxMemory, core.exports, core.allocate(0));
    core.allocate(places.end - core.allocate(0));
    this.#step = chosen;
    this.#at = places;
    core.bytes(places.fresh, newImage.length).set(newImage);
    this.#putOld();
  }

  /** Puts the old image where its prediction may have been, zeros in front of it. */
  #putOld(): void {
    const { old } = this.#at;
    this.#core.bytes(old - predictionLead, predictionLead).fill(0);
    this.#core.bytes(old, this.#old.length).set(this.#old);
  }

  make(): Bytes {
    const found = this.#find();
    const patch = this.#encode(found, Number.POSITIVE_INFINITY)!;
    const { poorRatio } = levels[this.#settings.level];
    if (patch.length < this.#new.length * poorRatio || found.coverCount === 0) return patch;
    return this.#encode({ ...found, typeTable: undefined, coverCount: 0 }, patch.length) ?? patch;
  }

  /** Finds covers, on the bytes as they are and then on predicted ones, and the kinds of the chunks. */
  #find(): Found {
    const { rematches, always, depth, calm, restful } = levels[this.#settings.level];
    const { exports } = this.#core;
    const { old, fresh, covers, mostCovers, kinds, chunks, index, records, mostRecords, turned, types, scores } =
      this.#at;
    const typeTable = this.#types?.table;
    const predicted = old - predictionLead;
    const [oldSize, size] = [this.#old.length, this.#new.length];
    const segments = segmentsOf(this.#old, this.#new);
    const last = segments.at(-1)!;
    const raw = segments.length === 1 && last.oldAddress === 0 && last.oldSize === oldSize;
    const addressEnd = raw ? oldSize : Math.min(0xffff_ffff, last.oldAddress + last.oldSize + behindParts);

    const rounds = rematches + 1;
    const find = (round: number, image: number, match: number, costs: typeof rawCosts): number => {
      const { differ, insert, change, insertChange } = costs;
      this.#report("index-old", round * oldSize, rounds * oldSize);
      exports.indexImage(image, oldSize, match, this.#step, index);
      exports.setCosts(differ, insert, change, insertChange, depth, calm, restful ? this.#step : 0);
      exports.scanStart(image, oldSize, fresh, size, records, mostRecords);
      for (let reached = 0; reached < size; ) {
        this.#report("scan-new", round * size + reached, rounds * size);
        reached = exports.scanTo(Math.min(size, reached + scanStep)) >>> 0;
      }
      const count = exports.scanEnd(covers, mostCovers);
      return this.#placeTypes(exports.refine(covers, count, image, oldSize, fresh, size, differ, insert, change));
    };
    const turn = (count: number): void => {
      exports.setCovers(covers, count);
      exports.turnMap(turned, oldSize);
      exports.turnBtf();
      exports.chooseKinds(covers, count, old, fresh, kinds, scores, chunks, allKinds);
    };

    setTypeTable(exports, types, mostCovers, typeTable);
    if (typeTable !== undefined) exports.readBtf(old + typeTable.oldTypes, typeTable.oldTypeBytes);
    let coverCount = find(0, old, rawMatch, rawCosts);
    const found = new Uint32Array(this.#core.words(covers, coverCount * 3));
    const bases = raw ? voteBases(this.#old, this.#new, found) : { old64: 0n, new64: 0n, old32: 0, new32: 0 };
    setTargets(exports, { segments, bases, addressEnd });
    turn(coverCount);
    const few = size >= largeForFast && coverCount * longCover < size;
    for (let round = 1; round < rounds && (always || !few); round++) {
      exports.predictImage(old, oldSize, kinds, predicted);
      coverCount = find(round, predicted, predictedMatch, predictedCosts);
      this.#putOld();
      turn(coverCount);
    }
    return { segments, bases, addressEnd, typeTable: this.#types?.table, coverCount };
  }

  /** Puts the covers of types in place of what was found there; gives how many covers there are then. */
  #placeTypes(count: number): number {
    if (this.#types === undefined) return count;
    const { covers: place, mostCovers } = this.#at;
    const { table } = this.#types;
    const covers = this.#types.placeInto(this.#core.words(place, count * 3), mostCovers);
    const { maxApplyMemory } = this.#settings;
    if (this.#needs(profiles.tiny, { coverCount: covers.length, typeTable: table }) > maxApplyMemory) {
      // Covers of types are many: better a larger patch than none.
      this.#types = undefined;
      setTypeTable(this.#core.exports);
      return count;
    }
    this.#core.words(place, covers.length * 3).set(covers.flatMap(({ start, length, old }) => [start, length, old]));
    let end = 0;
    for (const [index, { start, length }] of covers.entries()) {
      this.#core.exports.setInsertedTypes(index, this.#types.beginningBefore(start) - this.#types.beginningBefore(end));
      end = start + length;
    }
    return covers.length;
  }

  /** The largest profile up to the one asked for that the vehicle has room for. */
  #profileFor(found: Found): CoderProfile {
    const { profile, maxApplyMemory } = this.#settings;
    const names = Object.keys(profiles) as DeltaProfile[];
    const fitting = names.slice(0, names.indexOf(profile) + 1).map((name) => profiles[name]);
    const chosen = fitting.findLast((each) => this.#needs(each, found) <= maxApplyMemory);
    if (chosen !== undefined) return chosen;
    const details = { limit: "maxApplyMemory", allowed: maxApplyMemory, found: this.#needs(fitting[0]!, found) };
    throw new DeltaError("ERR_DELTA_MEMORY_LIMIT", "Cannot make patch: the vehicle has no room for the least profile", {
      details,
    });
  }

  /** Bytes that the vehicle takes for applying with a profile. */
  #needs(profile: CoderProfile, { coverCount, typeTable }: Pick<Found, "coverCount" | "typeTable">): number {
    const [oldSize, newSize] = [this.#old.length, this.#new.length];
    return otadeltaMemory({
      profile,
      coverCount,
      typeTable,
      oldSize,
      newSize,
      blockBits: this.#settings.blockBits,
    });
  }

  /** Codes what was found; nothing when the patch would not be shorter than `limit` bytes. */
  #encode(found: Found, limit: number): Bytes | undefined {
    const { exports } = this.#core;
    const { coverCount, typeTable } = found;
    const profile = this.#profileFor(found);
    const { blockBits } = this.#settings;
    const { flagBits, lineBits, correctionBits, contexts, windowBits } = profile;
    const [oldSize, newSize] = [this.#old.length, this.#new.length];
    const { old, fresh, covers, kinds, chunks, turned, model, used, out, outRoom } = this.#at;
    if (typeTable === undefined) setTypeTable(exports);
    exports.setCovers(covers, coverCount);
    exports.turnMap(turned, oldSize);
    exports.turnBtf();
    const mapBytes = exports.encodeMap(
      model,
      flagBits,
      covers,
      coverCount,
      kinds,
      used,
      chunks,
      oldSize,
      newSize,
      out,
      outRoom,
    );
    const map = this.#core.bytes(out, mapBytes).slice();
    const blocks: PatchBlock[] = [];
    let left = limit - map.length;
    for (let from = 0; from < newSize; from += 2 ** blockBits) {
      this.#report("compress", from, newSize);
      const to = Math.min(newSize, from + 2 ** blockBits);
      const bytes = this.#new.subarray(from, to);
      const coded = exports.encodeBlock(
        model,
        flagBits,
        lineBits,
        correctionBits,
        contexts,
        2 ** windowBits,
        old,
        oldSize,
        fresh,
        kinds,
        from,
        to,
        out,
        Math.min(bytes.length, left),
      );
      // What does not compress is stored.
      const stored = coded < 0 || coded >= bytes.length;
      const digest = blockDigest(bytes, this.#hashProvider);
      left -= stored ? bytes.length : coded;
      if (left <= 0) return undefined;
      blocks.push({ coded: stored ? bytes : this.#core.bytes(out, coded).slice(), stored, digest });
    }
    const { segments, bases, addressEnd } = found;
    const patch: Otadelta = {
      profile,
      blockBits,
      oldSize,
      oldSha256: sha256(this.#old, this.#hashProvider),
      newSize,
      newSha256: sha256(this.#new, this.#hashProvider),
      segments,
      bases,
      addressEnd,
      typeTable,
      coverCount,
      map,
      blocks,
    };
    const bytes = writeOtadelta(patch, this.#hashProvider);
    return bytes.length < limit ? bytes : undefined;
  }
}
