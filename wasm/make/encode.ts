/** Codes a map or a block of the new image. */

import { resetFlags } from "../coder/counters";
import { finishWriting, isFull, startWriting } from "../coder/range";
import { codeCovers, codeKinds, markUsed } from "../patch/map-code";
import { resetPayload } from "../patch/payload";
import { codeStretch, nextStretch, startStretches, stretchLength } from "../patch/unit";

/** Codes covers and kinds into `room` bytes at `out`; gives how many they take, or -1 when there is no room. */
export function encodeMap(
  model: usize,
  flagBits: u32,
  covers: usize,
  count: u32,
  kinds: usize,
  used: usize,
  chunks: u32,
  oldSize: u32,
  newSize: u32,
  out: usize,
  room: u32,
): i32 {
  resetFlags(model, flagBits);
  startWriting(out, room);
  codeCovers(covers, count, oldSize, newSize);
  markUsed(covers, count, used, chunks);
  codeKinds(kinds, used, chunks);
  return sizeFrom(out);
}

/** Codes the bytes [from, to) of the new image into `room` bytes at `out`; gives how many they take, or -1 when there is no room. */
export function encodeBlock(
  model: usize,
  flagBits: u32,
  lineBits: u32,
  correctionBits: u32,
  contexts: u32,
  window: u32,
  old: usize,
  oldSize: u32,
  fresh: usize,
  kinds: usize,
  from: u32,
  to: u32,
  out: usize,
  room: u32,
): i32 {
  resetPayload(model, flagBits, lineBits, correctionBits, contexts, window, fresh + from);
  startWriting(out, room);
  startStretches(from, to);
  let at = fresh + from;
  while (nextStretch() && !isFull()) {
    const length = stretchLength;
    codeStretch(at, old, oldSize, kinds);
    at += length;
  }
  return sizeFrom(out);
}

function sizeFrom(out: usize): i32 {
  const end = finishWriting();
  return end === 0 ? -1 : <i32>(end - out);
}
