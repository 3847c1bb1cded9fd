/** The server's module: makes patches. */

/** Makes the shared model write what it codes. */
// @ts-expect-error: decorator
@global
const ENCODER: bool = true;

export { allocate, resetArena } from "./arena";
export { bsdiffIndex, bsdiffOpen, bsdiffScan, bsdiffStart, bsdiffTake, bsdiffTriples } from "./bsdiff/scan";
export {
  bzip2EncodeFinish,
  bzip2EncodeOpen,
  bzip2EncodeOutput,
  bzip2EncodeTake,
  bzip2EncodeWrite,
} from "./bzip2/encode";
export { initCoder } from "./coder/index";
export { encodeBlock, encodeMap } from "./make/encode";
export { chooseKinds, predictImage, scoreBytes } from "./make/kinds";
export { headBytes, indexImage } from "./match/index";
export { refine } from "./match/refine";
export { scanEnd, scanStart, scanTo, setCosts } from "./match/scan";
export { btfBytes, readBtf, setBtf, setInsertedTypes, turnBtf } from "./patch/btf";
export { setCovers, turnedBytes, turnMap } from "./patch/map";
export { payloadBytes } from "./patch/payload";
export { setBases } from "./patch/predict";
export { addSegment, clearSegments } from "./patch/segments";

/** Marks the module as this half of the core; the value tells whether it uses SIMD. */
export const diffCore: bool = ASC_FEATURE_SIMD;
