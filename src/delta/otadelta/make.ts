/**
 * Makes `otadelta` patches: covers on the bytes as they are, then references re-targeted, then covers again on the predicted
 * bytes; map and blocks through one adaptive coder.
 */

import { assertBytes, type Bytes, defaultHashProvider, type HashProvider, sha256 } from "../../core/index.ts";
import { DeltaError } from "../errors.ts";
import { defaultMaxTriples, enforceInteger } from "../limits.ts";
import { type MakeObserver, type Report, reportTo } from "../make-progress.ts";
import type { Core } from "../wasm/core.ts";
import { type DiffExports, openDiffCore } from "../wasm/diff-core.ts";
import { voteBases } from "./bases.ts";
import { segmentsOf } from "./elf.ts";
import { blockBitsBounds, blockDigest, maxImageSize, type Otadelta, type PatchBlock, writeOtadelta } from "./header.ts";
import { otadeltaMemory } from "./memory.ts";
import { coverBytes, modelSizes, setTargets } from "./model.ts";
import { type CoderProfile, type DeltaProfile, profiles } from "./profile.ts";

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
  /** Most bytes of WebAssembly memory; when absent 4 GiB. */
  readonly maxMemory?: number;
  /** Hash back end in place of the runtime's. */
  readonly hashProvider?: HashProvider;
}

/** What a level does. */
interface Effort {
  /** How often covers are found again on predicted bytes. */
  readonly rematches: number;
  /** How many positions of a bucket are looked at. */
  readonly depth: number;
  /** Every so manieth old position is indexed, in a small image and in a large one. */
  readonly step: number;
  readonly largeStep: number;
}

const levels: Readonly<Record<DeltaLevel, Effort>> = {
  fast: { rematches: 0, depth: 16, step: 2, largeStep: 4 },
  default: { rematches: 1, depth: 32, step: 1, largeStep: 2 },
  smallest: { rematches: 3, depth: 128, step: 1, largeStep: 1 },
};
/** From this size on an image is large: ARM code loses nothing by every second position, x86 code 7 %, and both half of the time. */
const largeImage = 8 << 20;

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
/** Readable bytes around an image in memory. */
const margin = 64;
const allKinds = 0xff;
/** Addresses behind the last loaded part that may be referred to: zeroed data. */
const behindParts = 1 << 24;
/** A patch above this share of the new image may be beaten by coding that alone. */
const poorRatio = 1 / 4;

/**
 * Makes an `otadelta` patch, which {@link applyPatch} applies. The same images and options always give the same patch.
 *
 * Takes some 6 bytes of WebAssembly memory for each of a large old image, 10 for each of one below 8 MiB or at level `smallest`, and
 * 4 for each of the new one. Never larger than the new image and 0.5 KB; images that are compressed inside gain nothing ({@link analyseImages}).
 *
 * @throws {@link DeltaError} `ERR_DELTA_NO_WASM` where the host has no WebAssembly, `ERR_DELTA_MEMORY_LIMIT` when `maxMemory` or the host
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
type Found = Pick<Otadelta, "segments" | "bases" | "addressEnd" | "coverCount">;

class PatchMaker {
  readonly #old: Uint8Array;
  readonly #new: Uint8Array;
  readonly #settings: Settings;
  readonly #report: Report;
  readonly #hashProvider: HashProvider;
  readonly #core: Core<DiffExports>;
  readonly #at: { readonly old: number; readonly fresh: number; readonly predicted: number; readonly kinds: number };
  readonly #covers: number;
  readonly #mostCovers: number;
  readonly #chunks: number;

  constructor(oldImage: Uint8Array, newImage: Uint8Array, settings: Settings) {
    this.#old = oldImage;
    this.#new = newImage;
    this.#settings = settings;
    this.#report = reportTo(settings);
    this.#hashProvider = settings.hashProvider ?? defaultHashProvider;
    const core = openDiffCore(settings.maxMemory);
    this.#core = core;
    core.exports.initCoder();
    this.#chunks = Math.floor(oldImage.length / 1024) + 1;
    this.#mostCovers = Math.min(4096 + Math.floor(newImage.length / 16), defaultMaxTriples(newImage.length));
    this.#covers = core.allocate(this.#mostCovers * coverBytes);
    this.#at = {
      old: this.#load(oldImage),
      fresh: this.#load(newImage),
      predicted: core.allocate(oldImage.length + 2 * margin) + margin,
      kinds: core.allocate(this.#chunks),
    };
  }

  /** Puts an image into memory, zeros around it, and gives its address. */
  #load(image: Uint8Array): number {
    const address = this.#core.allocate(image.length + 2 * margin) + margin;
    this.#core.bytes(address, image.length).set(image);
    return address;
  }

  make(): Bytes {
    const found = this.#find();
    const patch = this.#encode(found);
    if (patch.length < this.#new.length * poorRatio || found.coverCount === 0) return patch;
    const alone = this.#encode({ ...found, coverCount: 0 });
    return alone.length < patch.length ? alone : patch;
  }

  /** Finds covers, on the bytes as they are and then on predicted ones, and the kinds of the chunks. */
  #find(): Found {
    const { rematches, depth, ...steps } = levels[this.#settings.level];
    const { exports } = this.#core;
    const oldSize = this.#old.length;
    const step = oldSize < largeImage ? steps.step : steps.largeStep;
    const segments = segmentsOf(this.#old, this.#new);
    const last = segments.at(-1)!;
    const raw = segments.length === 1 && last.oldAddress === 0 && last.oldSize === oldSize;
    const addressEnd = raw ? oldSize : Math.min(0xffff_ffff, last.oldAddress + last.oldSize + behindParts);

    const turned = this.#core.allocate(exports.turnedBytes(this.#mostCovers, oldSize));
    const scores = this.#core.allocate(exports.scoreBytes(this.#chunks));
    const index = this.#core.allocate(exports.headBytes(Math.floor(oldSize / step)) + 4 * Math.ceil(oldSize / step));
    const mostRecords = 4096 + Math.floor(this.#new.length / 16);
    const records = this.#core.allocate(mostRecords * 16);

    const rounds = rematches + 1;
    const find = (round: number, image: number, match: number, costs: typeof rawCosts): number => {
      const { differ, insert, change, insertChange } = costs;
      this.#report("index-old", round * oldSize, rounds * oldSize);
      exports.indexImage(image, oldSize, match, step, index);
      exports.setCosts(differ, insert, change, insertChange, depth);
      const { fresh } = this.#at;
      const size = this.#new.length;
      exports.scanStart(image, oldSize, fresh, size, records, mostRecords);
      for (let reached = 0; reached < size; ) {
        this.#report("scan-new", round * size + reached, rounds * size);
        reached = exports.scanTo(Math.min(size, reached + scanStep)) >>> 0;
      }
      const count = exports.scanEnd(this.#covers, this.#mostCovers);
      return exports.refine(this.#covers, count, image, oldSize, fresh, size, differ, insert, change);
    };
    const turn = (count: number): void => {
      exports.setCovers(this.#covers, count);
      exports.turnMap(turned, oldSize);
      const { old, fresh, kinds } = this.#at;
      exports.chooseKinds(this.#covers, count, old, fresh, kinds, scores, this.#chunks, allKinds);
    };

    let coverCount = find(0, this.#at.old, rawMatch, rawCosts);
    const covers = new Uint32Array(this.#core.words(this.#covers, coverCount * 3));
    const bases = raw ? voteBases(this.#old, this.#new, covers) : { old64: 0n, new64: 0n, old32: 0, new32: 0 };
    setTargets(exports, { segments, bases, addressEnd });
    turn(coverCount);
    for (let round = 1; round < rounds; round++) {
      exports.predictImage(this.#at.old, oldSize, this.#at.kinds, this.#at.predicted);
      coverCount = find(round, this.#at.predicted, predictedMatch, predictedCosts);
      turn(coverCount);
    }
    return { segments, bases, addressEnd, coverCount };
  }

  /** The largest profile up to the one asked for that the vehicle has room for. */
  #profileFor(coverCount: number): CoderProfile {
    const { profile, maxApplyMemory } = this.#settings;
    const names = Object.keys(profiles) as DeltaProfile[];
    const fitting = names.slice(0, names.indexOf(profile) + 1).map((name) => profiles[name]);
    const needs = (each: CoderProfile): number =>
      otadeltaMemory({
        profile: each,
        coverCount,
        oldSize: this.#old.length,
        newSize: this.#new.length,
        blockBits: this.#settings.blockBits,
      });
    const chosen = fitting.findLast((each) => needs(each) <= maxApplyMemory);
    if (chosen !== undefined) return chosen;
    const details = { limit: "maxApplyMemory", allowed: maxApplyMemory, found: needs(fitting[0]!) };
    throw new DeltaError("ERR_DELTA_MEMORY_LIMIT", "Cannot make patch: the vehicle has no room for the least profile", {
      details,
    });
  }

  #encode(found: Found): Bytes {
    const { exports } = this.#core;
    const { coverCount } = found;
    const profile = this.#profileFor(coverCount);
    const { blockBits } = this.#settings;
    const { flagBits, lineBits, correctionBits, contexts, windowBits } = profile;
    const [oldSize, newSize] = [this.#old.length, this.#new.length];
    const { old, fresh, kinds } = this.#at;
    exports.setCovers(this.#covers, coverCount);
    const model = this.#core.allocate(modelSizes(profile, coverCount, oldSize).model);
    const used = this.#core.allocate(this.#chunks);
    const room = Math.max(coverCount * 24 + this.#chunks + 1024, 2 ** blockBits + 1024);
    const out = this.#core.allocate(room);
    const mapBytes = exports.encodeMap(
      model,
      flagBits,
      this.#covers,
      coverCount,
      kinds,
      used,
      this.#chunks,
      oldSize,
      newSize,
      out,
      room,
    );
    const map = this.#core.bytes(out, mapBytes).slice();
    const blocks: PatchBlock[] = [];
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
        bytes.length,
      );
      // What does not compress is stored.
      const stored = coded < 0 || coded >= bytes.length;
      const digest = blockDigest(bytes, this.#hashProvider);
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
      coverCount,
      map,
      blocks,
    };
    return writeOtadelta(patch, this.#hashProvider);
  }
}
