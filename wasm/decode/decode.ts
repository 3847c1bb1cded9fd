/** Reads a map or a block of the new image. */

import { resetFlags } from "../coder/counters";
import { endsWell, startReading } from "../coder/range";
import { codeCovers, codeKinds, faultLength, mapFault, markUsed } from "../patch/map-code";
import { resetPayload } from "../patch/payload";
import { startStretches } from "../patch/unit";

/** Reads covers and kinds; gives 0, or what is wrong. */
export function decodeMap(
  model: usize,
  flagBits: u32,
  input: usize,
  covers: usize,
  count: u32,
  kinds: usize,
  used: usize,
  chunks: u32,
  oldSize: u32,
  newSize: u32,
): u32 {
  resetFlags(model, flagBits);
  startReading(input);
  codeCovers(covers, count, oldSize, newSize);
  if (mapFault !== 0) return mapFault;
  markUsed(covers, count, used, chunks);
  codeKinds(kinds, used, chunks);
  return finishReading();
}

/** Starts to read the block [from, to) of the new image, whose bytes will begin at `start`. */
export function startBlock(
  model: usize,
  flagBits: u32,
  lineBits: u32,
  correctionBits: u32,
  contexts: u32,
  window: u32,
  input: usize,
  start: usize,
  from: u32,
  to: u32,
): void {
  resetPayload(model, flagBits, lineBits, correctionBits, contexts, window, start);
  startReading(input);
  startStretches(from, to);
}

/** 0 when the coded bytes end where their code does, or what is wrong. */
export function finishReading(): u32 {
  return endsWell() ? 0 : faultLength;
}
