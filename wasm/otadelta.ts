/** What `otadelta` patches are applied with where the host has no WebAssembly: the build translates this module to JavaScript. */

export { allocate } from "./arena";
export { initCoder } from "./coder/index";
export { decodeMap, finishReading, startBlock } from "./decode/decode";
export { readBtf, setBtf, turnBtf } from "./patch/btf";
export { setCovers, turnMap } from "./patch/map";
export { moveBlock } from "./patch/payload";
export { setBases } from "./patch/predict";
export { addSegment, clearSegments } from "./patch/segments";
export { codeStretch, nextStretch, stretchCopied, stretchLength, stretchOld } from "./patch/unit";
