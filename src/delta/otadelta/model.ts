/** What making and applying share of the model in WebAssembly: how much memory it takes, where the map lies, where references point. */

import type { Core, CoreExports } from "../wasm/core.ts";
import type { ModelExports } from "./exports.ts";
import type { Otadelta } from "./header.ts";
import type { CoderProfile } from "./profile.ts";

/** Bytes of a cover in memory. */
export const coverBytes = 12;

/** Memory that the model and the map of a patch take, in bytes. */
export interface ModelSizes {
  readonly model: number;
  /** Covers, kinds and the map turned round, together. */
  readonly map: number;
  readonly covers: number;
  readonly chunks: number;
  readonly turned: number;
}

/** As `wasm/coder` and `wasm/patch/map.ts` lay it out. */
export function modelSizes(profile: CoderProfile, coverCount: number, oldSize: number): ModelSizes {
  const states =
    64 * 2 ** profile.lineBits +
    5 * profile.contexts * 512 +
    5 * 32 * 2 +
    (5 * 8 * 2 + 16 * 2 * 2 ** profile.contexts) * 16;
  const flags = 4 * 2 ** profile.flagBits + 20 * 33 * 16;
  const corrections = 8 * 2 ** profile.correctionBits + 256 * 8 * 4;
  const chunks = Math.floor(oldSize / 1024) + 1;
  const covers = coverCount * coverBytes;
  const turned = coverCount * 8 + (Math.floor(oldSize / 4096) + 2) * 4;
  return {
    model: states + flags + corrections + 4 * 2 ** 13,
    map: covers + 2 * chunks + turned,
    covers,
    chunks,
    turned,
  };
}

/** Where the parts of the map lie. */
export interface MapPlaces {
  readonly covers: number;
  readonly kinds: number;
  readonly used: number;
  readonly turned: number;
}

/** Lays out the map in the memory of an instance. */
export function layOutMap(core: Core<CoreExports>, { covers, chunks, turned }: ModelSizes): MapPlaces {
  return {
    covers: core.allocate(covers),
    kinds: core.allocate(chunks),
    used: core.allocate(chunks),
    turned: core.allocate(turned),
  };
}

/** Tells the predictor where the parts of both images run. */
export function setTargets(
  exports: ModelExports,
  { segments, bases, addressEnd }: Pick<Otadelta, "segments" | "bases" | "addressEnd">,
): void {
  exports.clearSegments();
  for (const each of segments) {
    exports.addSegment(each.oldOffset, each.oldSize, each.oldAddress, each.newOffset, each.newSize, each.newAddress);
  }
  const [old64, new64] = [bases.old64, bases.new64].map((base) => [Number(base & 0xffff_ffffn), Number(base >> 32n)]);
  exports.setBases(old64![0]!, old64![1]!, new64![0]!, new64![1]!, bases.old32, bases.new32, addressEnd);
}

/** What the numbers mean that reading coded bytes gives. */
export const mapFaults: readonly string[] = [
  "",
  "a cover reaches beyond the new image",
  "a cover reaches beyond the old image",
  "the coded bytes do not end where their code does",
];
