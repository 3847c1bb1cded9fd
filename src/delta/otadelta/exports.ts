/** What the WebAssembly modules export for `otadelta` patches; addresses and sizes are unsigned integers of 32 bits. */

import type { CoreExports } from "../wasm/core.ts";

/** What `wasm/coder` and `wasm/patch` export in both modules. */
export interface ModelExports extends CoreExports {
  initCoder(): void;
  payloadBytes(flagBits: number, lineBits: number, correctionBits: number, contexts: number): number;
  turnedBytes(coverCount: number, oldSize: number): number;
  clearSegments(): void;
  addSegment(
    oldOffset: number,
    oldSize: number,
    oldAddress: number,
    newOffset: number,
    newSize: number,
    newAddress: number,
  ): number;
  setBases(
    oldLow: number,
    oldHigh: number,
    newLow: number,
    newHigh: number,
    old32: number,
    new32: number,
    addressEnd: number,
  ): void;
  setCovers(covers: number, count: number): void;
  turnMap(at: number, oldSize: number): void;
  setBtf(
    at: number,
    covers: number,
    types: number,
    bytes: number,
    strings: number,
    stringBytes: number,
    typesInNew: number,
    bytesInNew: number,
    stringsInNew: number,
  ): void;
  btfBytes(bytes: number, covers: number): number;
  readBtf(at: number, length: number): void;
  turnBtf(): void;
}

/** What `wasm/decode` and `wasm/patch/unit.ts` export. */
export interface OtadeltaExports extends ModelExports {
  decodeMap(
    model: number,
    flagBits: number,
    input: number,
    covers: number,
    count: number,
    kinds: number,
    used: number,
    chunks: number,
    oldSize: number,
    newSize: number,
  ): number;
  startBlock(
    model: number,
    flagBits: number,
    lineBits: number,
    correctionBits: number,
    contexts: number,
    window: number,
    input: number,
    start: number,
    from: number,
    to: number,
  ): void;
  moveBlock(start: number): void;
  nextStretch(): number;
  codeStretch(out: number, view: number, oldSize: number, kinds: number): void;
  finishReading(): number;
  readonly stretchCopied: { readonly value: number };
  readonly stretchLength: { readonly value: number };
  readonly stretchOld: { readonly value: number };
}

/** What `wasm/match` and `wasm/make` export. */
export interface OtadeltaMakeExports extends ModelExports {
  headBytes(size: number): number;
  indexImage(image: number, size: number, length: number, step: number, at: number): void;
  setCosts(
    differ: number,
    insert: number,
    change: number,
    insertChange: number,
    depth: number,
    calm: number,
    idle: number,
  ): void;
  scanStart(old: number, oldSize: number, fresh: number, newSize: number, work: number, workRecords: number): void;
  /** Gives the place reached. */
  scanTo(limit: number): number;
  /** Gives the number of covers. */
  scanEnd(out: number, maxCovers: number): number;
  refine(
    covers: number,
    count: number,
    old: number,
    oldSize: number,
    fresh: number,
    newSize: number,
    differ: number,
    insert: number,
    change: number,
  ): number;
  setInsertedTypes(cover: number, count: number): void;
  scoreBytes(chunks: number): number;
  chooseKinds(
    covers: number,
    count: number,
    old: number,
    fresh: number,
    out: number,
    scores: number,
    chunks: number,
    mask: number,
  ): void;
  predictImage(old: number, size: number, kinds: number, out: number): void;
  encodeMap(
    model: number,
    flagBits: number,
    covers: number,
    count: number,
    kinds: number,
    used: number,
    chunks: number,
    oldSize: number,
    newSize: number,
    out: number,
    room: number,
  ): number;
  encodeBlock(
    model: number,
    flagBits: number,
    lineBits: number,
    correctionBits: number,
    contexts: number,
    window: number,
    old: number,
    oldSize: number,
    fresh: number,
    kinds: number,
    from: number,
    to: number,
    out: number,
    room: number,
  ): number;
}
