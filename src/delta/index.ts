/**
 * Applies binary patches between firmware images: checked base, bounded memory, nothing half-written.
 *
 * The device half applies and explains BSDIFF40 patches, in WebAssembly where the host has it; the server half, which makes them, is in no
 * bundle that does not name it. A format of its own joins later behind the same names.
 *
 * @packageDocumentation
 */

export {
  type AppliedPatch,
  type ApplyPatchOptions,
  type AsyncApplyPatchOptions,
  applyPatch,
  applyPatchSync,
  type CancelSignal,
} from "./apply.ts";
export { type MakeBsdiff40Options, makeBsdiff40Patch } from "./bsdiff/make.ts";
export type { MakeProgress } from "./bsdiff/triples.ts";
export { decompressBzip2 } from "./bzip2/decompress.ts";
export * from "./errors.ts";
export type { ExpectedImages } from "./expected-images.ts";
export { detectPatchFormat, type PatchFormat } from "./format.ts";
export {
  type AsyncReadAt,
  type AsyncScratchSink,
  createMemorySink,
  type MemorySink,
  type ReadAt,
  readAtFromBytes,
  type ScratchSink,
} from "./images.ts";
export { type InspectPatchOptions, inspectPatch, type PatchInfo, type PatchStream } from "./inspect.ts";
export { type ApplyLimits, defaultPatchLimits, type PatchLimits } from "./limits.ts";
export * from "./reasons.ts";
export type { PatchProgress } from "./steps.ts";
export { type DeltaBackend, deltaBackend } from "./wasm/apply-core.ts";
export { type DeltaModules, initDelta } from "./wasm/modules.ts";
