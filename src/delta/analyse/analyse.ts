/** Tells whether compression inside two images keeps a patch between them large, and what decompressing first would save. */

import { assertBytes, concatBytes, type Reason } from "../../core/index.ts";
import { enforceInteger } from "../limits.ts";
import { type DeltaLevel, type MakePatchOptions, makePatch } from "../otadelta/make.ts";
import { type DeltaReasonCode, deltaReasonCodes } from "../reasons.ts";
import { type CompressedContainer, findMarks } from "./containers.ts";
import { denseShare } from "./density.ts";
import { expandGzip, expandZip } from "./expand.ts";

/** Compressed data inside an image. */
export interface CompressedRegion {
  readonly container: CompressedContainer;
  /** Where it begins in the image. */
  readonly offset: number;
  /** Its bytes in the image, where it was looked into: gzip and zip. */
  readonly bytes?: number;
  /** Its bytes once decompressed, where it was looked into. */
  readonly expandedBytes?: number;
}

/** What an image is made of. */
export interface ImageAnalysis {
  readonly size: number;
  /** The first thousand, in rising order of their place. What begins by chance like compressed data is among them where it could not be looked into. */
  readonly regions: readonly CompressedRegion[];
  /** Share of the image, 0 to 1, that looks random: compressed or encrypted. */
  readonly denseShare: number;
}

/** What {@link analyseImages} tells. Plain data. */
export interface ImagesAnalysis {
  readonly old: ImageAnalysis;
  readonly new: ImageAnalysis;
  /** Bytes of a patch between the images as they are. */
  readonly patchBytes: number;
  /** The same for images of which gzip and zip are decompressed first; absent where there is none. */
  readonly expanded?: { readonly oldSize: number; readonly newSize: number; readonly patchBytes: number };
  /** What decompressing first would save, in bytes of the patch; 0 where it would save nothing or nothing is known. */
  readonly savedBytes: number;
  readonly findings: readonly Reason<DeltaReasonCode>[];
}

/** Options of {@link analyseImages}. */
export interface AnalyseImagesOptions extends Omit<MakePatchOptions, "level"> {
  /** Effort of the patches that are compared; when absent `fast`. */
  readonly level?: DeltaLevel;
  /** Most bytes that an image may grow to when it is decompressed; when absent 1 GiB. What is longer is left compressed. */
  readonly maxExpanded?: number;
}

const mostRegions = 1_000;
/** From this share of random-looking bytes on, no patch of an image can be much smaller than the image. */
const mostlyDense = 0.8;
/** A gain below this share of the patch is not worth a step more. */
const worthwhile = 0.05;

/**
 * Looks for compressed data in two images, looks into gzip and zip, and makes the patch twice: as the images are, and decompressed first.
 *
 * A small change in compressed data changes every byte that follows, so a patch of a compressed image is as large as the image. Where
 * `savedBytes` is large, ship the image uncompressed and let the vehicle or the file system compress it. Takes the memory of {@link makePatch}, and
 * at most `maxExpanded` for each image besides.
 *
 * @throws {@link DeltaError} the codes of {@link makePatch}
 * @throws TypeError when an image is no Uint8Array
 * @throws RangeError when a number or name of the options is no possible one
 * @example
 * ```ts
 * const { new: image, savedBytes, findings } = analyseImages(oldImage, newImage);
 * ```
 */
export function analyseImages(
  oldImage: Uint8Array,
  newImage: Uint8Array,
  options: AnalyseImagesOptions = {},
): ImagesAnalysis {
  const { maxExpanded = 2 ** 30, level = "fast", ...patchOptions } = options;
  enforceInteger("maxExpanded", maxExpanded);
  const old = lookInto(assertBytes(oldImage, "oldImage"), maxExpanded);
  const fresh = lookInto(assertBytes(newImage, "newImage"), maxExpanded);
  const settings = { ...patchOptions, level };
  const patchBytes = makePatch(oldImage, newImage, settings).length;
  const found = { old: old.analysis, new: fresh.analysis, patchBytes };
  if (old.expanded === undefined && fresh.expanded === undefined) {
    return { ...found, savedBytes: 0, findings: findingsOf(fresh.analysis, 0, patchBytes) };
  }
  const [expandedOld, expandedNew] = [old.expanded ?? oldImage, fresh.expanded ?? newImage];
  const expanded = {
    oldSize: expandedOld.length,
    newSize: expandedNew.length,
    patchBytes: makePatch(expandedOld, expandedNew, settings).length,
  };
  const savedBytes = Math.max(0, patchBytes - expanded.patchBytes);
  return { ...found, expanded, savedBytes, findings: findingsOf(fresh.analysis, savedBytes, patchBytes) };
}

function findingsOf(image: ImageAnalysis, savedBytes: number, patchBytes: number): Reason<DeltaReasonCode>[] {
  const findings: Reason<DeltaReasonCode>[] = [];
  const add = (code: DeltaReasonCode, evidence: Record<string, unknown>): void => {
    findings.push({ code, message: deltaReasonCodes[code], evidence });
  };
  const containers = [...new Set(image.regions.map(({ container }) => container))];
  if (containers.length > 0) add("delta_compressed_inside", { containers, regions: image.regions.length });
  if (savedBytes > patchBytes * worthwhile) add("delta_decompress_first", { savedBytes, patchBytes });
  if (image.denseShare >= mostlyDense) add("delta_dense_image", { denseShare: image.denseShare });
  return findings;
}

/** Finds what is compressed in an image, and the image with gzip and zip decompressed in their place; nothing where there is none. */
function lookInto(
  image: Uint8Array,
  maxExpanded: number,
): { readonly analysis: ImageAnalysis; readonly expanded?: Uint8Array } {
  const regions: CompressedRegion[] = [];
  const parts: Uint8Array[] = [];
  let room = Math.max(0, maxExpanded - image.length);
  let taken = 0;
  for (const { container, offset } of findMarks(image)) {
    if (offset < taken) continue;
    if (regions.length === mostRegions) break;
    const inside = expandAt(image, container, offset, room);
    if (inside === undefined) {
      // A gzip mark without a whole member is chance.
      if (container !== "gzip") regions.push({ container, offset });
      continue;
    }
    const { data, end } = inside;
    regions.push({ container, offset, bytes: end - offset, expandedBytes: data.length });
    parts.push(image.subarray(taken, offset), data);
    room -= data.length;
    taken = end;
  }
  const analysis = { size: image.length, regions, denseShare: denseShare(image) };
  return taken === 0 ? { analysis } : { analysis, expanded: concatBytes(...parts, image.subarray(taken)) };
}

function expandAt(image: Uint8Array, container: CompressedContainer, offset: number, maxBytes: number) {
  if (container === "gzip") return expandGzip(image, offset, maxBytes);
  if (container !== "zip" || offset !== 0) return undefined;
  const data = expandZip(image, maxBytes);
  return data === undefined ? undefined : { data, end: image.length };
}
