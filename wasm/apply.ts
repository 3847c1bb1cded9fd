/** The vehicle's module: applies patches. */

export { allocate, resetArena } from "./arena";
export { bzip2Begin, bzip2Entries, bzip2Follow, bzip2Init, bzip2Unfold } from "./bzip2/decode";
export { initCoder } from "./coder/index";
export { decodeMap, finishReading, startBlock } from "./decode/decode";
export { btfBytes, readBtf, setBtf, turnBtf } from "./patch/btf";
export { setCovers, turnedBytes, turnMap } from "./patch/map";
export { moveBlock, payloadBytes } from "./patch/payload";
export { setBases } from "./patch/predict";
export { addSegment, clearSegments } from "./patch/segments";
export { codeStretch, nextStretch, stretchCopied, stretchLength, stretchOld } from "./patch/unit";

/** Marks the module as this half of the core; the value tells whether it uses SIMD. */
export const applyCore: bool = ASC_FEATURE_SIMD;
