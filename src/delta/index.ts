/**
 * Makes and applies binary patches between firmware images: the smallest patches, checked base, bounded memory, nothing half-written.
 *
 * The device half applies and explains `otadelta` and BSDIFF40 patches, in WebAssembly where the host has it; the server half, which makes
 * them, is in no bundle that does not name it.
 *
 * @packageDocumentation
 */

export {
  type AnalyseImagesOptions,
  analyseImages,
  type CompressedRegion,
  type ImageAnalysis,
  type ImagesAnalysis,
} from "./analyse/analyse.ts";
export type { CompressedContainer } from "./analyse/containers.ts";
export {
  type AppliedPatch,
  type ApplyPatchOptions,
  type AsyncApplyPatchOptions,
  applyPatch,
  applyPatchSync,
} from "./apply.ts";
export {
  type ApplyBlocksOptions,
  type AsyncApplyBlocksOptions,
  applyBlocks,
  applyBlocksSync,
  type NewBlockCheck,
  type OldImageCheck,
} from "./apply-blocks.ts";
export { type MakeBsdiff40Options, makeBsdiff40Patch } from "./bsdiff/make.ts";
export { decompressBzip2 } from "./bzip2/decompress.ts";
export type { CancelSignal } from "./cancel.ts";
export * from "./errors.ts";
export type { ExpectedImages } from "./expected-images.ts";
export { detectPatchFormat, type PatchFormat } from "./format.ts";
export {
  type AsyncBlockSink,
  type AsyncReadAt,
  type AsyncResumableSink,
  type AsyncScratchSink,
  type BlockSink,
  createMemorySink,
  type MemorySink,
  type ReadAt,
  type ResumableSink,
  readAtFromBytes,
  type ScratchSink,
} from "./images.ts";
export {
  type Bsdiff40Info,
  type InspectPatchOptions,
  inspectPatch,
  type OtadeltaInfo,
  type PatchInfo,
  type PatchStream,
} from "./inspect.ts";
export { type ApplyLimits, defaultPatchLimits, type PatchLimits } from "./limits.ts";
export type { MakeObserver, MakeProgress } from "./make-progress.ts";
export type { AppliedBlocks, BlockChoice, BlockRange } from "./otadelta/apply.ts";
export { type DeltaLevel, type MakePatchOptions, makePatch } from "./otadelta/make.ts";
export type { DeltaProfile } from "./otadelta/profile.ts";
export * from "./reasons.ts";
export { shareBlocks } from "./share-blocks.ts";
export type { PatchProgress } from "./steps.ts";
export { type DeltaBackend, deltaBackend } from "./wasm/apply-core.ts";
export { type DeltaModules, initDelta } from "./wasm/modules.ts";
