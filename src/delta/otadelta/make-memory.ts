/**
 * Where in memory a patch is made: both images and the covers stay, and the phases use what lies behind them one after the other. Finding covers takes
 * most, for its index; the larger its step, the less.
 */

import { DeltaError } from "../errors.ts";
import { defaultMaxTriples } from "../limits.ts";
import { pageSize } from "../wasm/core.ts";
import type { OtadeltaMakeExports } from "./exports.ts";
import type { TypeTable } from "./header.ts";
import { coverBytes, modelSizes, typesBytes } from "./model.ts";
import type { CoderProfile } from "./profile.ts";

/** Readable bytes around an image. */
const margin = 64;
/** How far in front of the old image its prediction is written over it: a chunk behind what is still read of it, at least. */
export const predictionLead = 2048;
const recordBytes = 16;
/** The largest step that is taken to save memory; more saves hardly anything. */
const largestStep = 16;

/** What the layout depends on. */
interface MakeSizes {
  readonly oldSize: number;
  readonly newSize: number;
  readonly blockBits: number;
  readonly profile: CoderProfile;
  readonly typeTable: TypeTable | undefined;
}

/** Addresses, and how much room there is at some of them. */
export interface MakePlaces {
  /** The old image; its prediction begins `predictionLead` bytes in front of it. */
  readonly old: number;
  readonly fresh: number;
  readonly covers: number;
  readonly mostCovers: number;
  readonly kinds: number;
  readonly chunks: number;
  /** While covers are found. */
  readonly index: number;
  readonly records: number;
  readonly mostRecords: number;
  /** After that: the map turned round. */
  readonly turned: number;
  /** What is known about types. */
  readonly types: number;
  /** While kinds are chosen. */
  readonly scores: number;
  /** While bytes are coded. */
  readonly model: number;
  readonly used: number;
  readonly out: number;
  readonly outRoom: number;
  /** Behind everything. */
  readonly end: number;
}

/** Pieces one behind the other, each at a multiple of 64. */
class Pieces {
  at: number;

  constructor(at: number) {
    this.at = at;
  }

  take(size: number): number {
    const start = Math.ceil(this.at / 64) * 64;
    this.at = start + size;
    return start;
  }
}

/** Lays everything out from `base` on, with each `step`-th old position indexed. */
function layOutMaking(
  { oldSize, newSize, blockBits, profile, typeTable }: MakeSizes,
  step: number,
  exports: OtadeltaMakeExports,
  base: number,
): MakePlaces {
  const chunks = Math.floor(oldSize / 1024) + 1;
  const mostRecords = 4096 + Math.floor(newSize / 32);
  const mostCovers = Math.min(mostRecords, defaultMaxTriples(newSize));
  const outRoom = Math.max(mostCovers * 24 + chunks, Math.min(newSize, 2 ** blockBits)) + 1024;
  const all = new Pieces(base);
  const old = all.take(predictionLead + 2 * margin + oldSize) + predictionLead + margin;
  const fresh = all.take(2 * margin + newSize) + margin;
  const covers = all.take(mostCovers * coverBytes);
  const kinds = all.take(chunks);
  const types = all.take(typesBytes(typeTable, mostCovers));
  const finding = new Pieces(all.at);
  const records = finding.take(mostRecords * recordBytes);
  const index = finding.take(exports.headBytes(Math.floor(oldSize / step)) + 4 * Math.ceil(oldSize / step));
  const turned = all.take(exports.turnedBytes(mostCovers, oldSize));
  const choosing = new Pieces(all.at);
  const scores = choosing.take(exports.scoreBytes(chunks));
  const coding = new Pieces(all.at);
  const model = coding.take(modelSizes({ profile, coverCount: mostCovers, oldSize, typeTable }).model);
  const used = coding.take(chunks);
  const out = coding.take(outRoom);
  const end = Math.max(finding.at, choosing.at, coding.at);
  return {
    old,
    fresh,
    covers,
    mostCovers,
    kinds,
    chunks,
    index,
    records,
    mostRecords,
    turned,
    types,
    scores,
    model,
    used,
    out,
    outRoom,
    end,
  };
}

/**
 * The layout with the smallest step, from `step` on, that fits into `maxMemory`.
 *
 * @throws {@link DeltaError} `ERR_DELTA_MEMORY_LIMIT` when none does, with the least that would do as `found`
 */
export function fitMaking(
  sizes: MakeSizes,
  step: number,
  maxMemory: number,
  exports: OtadeltaMakeExports,
  base: number,
): { readonly step: number; readonly places: MakePlaces } {
  for (let each = step; ; each *= 2) {
    const places = layOutMaking(sizes, each, exports, base);
    const found = Math.ceil(places.end / pageSize) * pageSize;
    if (found <= maxMemory) return { step: each, places };
    if (each < largestStep) continue;
    throw new DeltaError(
      "ERR_DELTA_MEMORY_LIMIT",
      `Cannot make patch: "maxMemory" allows ${maxMemory}, needs ${found}`,
      {
        details: { limit: "maxMemory", allowed: maxMemory, found },
      },
    );
  }
}
