/** What making and applying share of the model in WebAssembly: how much memory it takes, where the map lies, where references point. */

import type { Core, CoreExports } from "../wasm/core.ts";
import type { ModelExports } from "./exports.ts";
import type { Otadelta, TypeTable } from "./header.ts";

/** Bytes of a cover in memory. */
export const coverBytes = 12;

/** Memory that the model and the map of a patch take, in bytes. */
export interface ModelSizes {
  readonly model: number;
  /** Covers, kinds, the map turned round and what is known about types, together. */
  readonly map: number;
  readonly covers: number;
  readonly chunks: number;
  readonly turned: number;
  readonly types: number;
}

/** As `wasm/coder` and `wasm/patch/map.ts` lay it out. */
export function modelSizes({
  profile,
  coverCount,
  oldSize,
  typeTable,
}: Pick<Otadelta, "profile" | "coverCount" | "oldSize" | "typeTable">): ModelSizes {
  const states =
    64 * 2 ** profile.lineBits +
    5 * profile.contexts * 512 +
    5 * 32 * 2 +
    (5 * 8 * 2 + 16 * 2 * 2 ** profile.contexts) * 16;
  const flags = 4 * 2 ** profile.flagBits + 20 * 33 * 16;
  const corrections = 8 * 2 ** profile.correctionBits + 256 * 8 * 4;
  const chunks = Math.floor(oldSize / 1024) + 1;
  const covers = coverCount * coverBytes;
  const types = typesBytes(typeTable, coverCount);
  const turned = coverCount * 8 + (Math.floor(oldSize / 4096) + 2) * 4;
  return {
    model: states + flags + corrections + 4 * 2 ** 13,
    map: covers + 2 * chunks + turned + types,
    covers,
    chunks,
    turned,
    types,
  };
}

/** Bytes that are known about the old types and how the map moves them, as `wasm/patch/btf.ts` lays it out. */
export function typesBytes(typeTable: TypeTable | undefined, coverCount: number): number {
  if (typeTable === undefined) return 0;
  return (Math.floor(typeTable.oldTypeBytes / 1024) + 1) * 68 + coverCount * 12;
}

/** Where the parts of the map lie. */
export interface MapPlaces {
  readonly covers: number;
  readonly kinds: number;
  readonly used: number;
  readonly turned: number;
  readonly types: number;
}

/** Lays out the map in the memory of an instance. */
export function layOutMap(core: Core<CoreExports>, { covers, chunks, turned, types }: ModelSizes): MapPlaces {
  const places = {
    covers: core.allocate(covers),
    kinds: core.allocate(chunks),
    used: core.allocate(chunks),
    turned: core.allocate(turned + types),
  };
  return { ...places, types: places.turned + turned };
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

/** Tells the predictor where both images have their table of types; what it knows about the old one will be at `at`, for up to `covers` covers. */
export function setTypeTable(
  exports: ModelExports,
  at = 0,
  covers = 0,
  { oldTypes, oldTypeBytes, oldStrings, oldStringBytes, newTypes, newTypeBytes, newStrings }: TypeTable = noTypeTable,
): void {
  exports.setBtf(at, covers, oldTypes, oldTypeBytes, oldStrings, oldStringBytes, newTypes, newTypeBytes, newStrings);
}

const noTypeTable: TypeTable = {
  oldTypes: 0,
  oldTypeBytes: 0,
  oldStrings: 0,
  oldStringBytes: 0,
  newTypes: 0,
  newTypeBytes: 0,
  newStrings: 0,
};

/** What the numbers mean that reading coded bytes gives. */
export const mapFaults: readonly string[] = [
  "",
  "a cover reaches beyond the new image",
  "a cover reaches beyond the old image",
  "the coded bytes do not end where their code does",
];
