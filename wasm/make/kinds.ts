/** Chooses for each chunk of the old image the kind of reference whose prediction is right most often, and predicts whole images. */

import { touchesBtf } from "../patch/btf";
import { coverBytes, mapOffset } from "../patch/map";
import { chunkBits, kindNone, kinds, predict, setView } from "../patch/predict";

const predicted = memory.data(1 << 10, 16);
const types = memory.data(1 << 8, 16);

/** Bytes of the scores for `chunks` chunks. */
export function scoreBytes(chunks: u32): u32 {
  return chunks * kinds * 2;
}

/**
 * Writes the best kind of each of `chunks` chunks to `out`, of those in `mask` (a bit each), by what the `count` covers copy; `scores` is room
 * for as many as {@link scoreBytes} says.
 */
export function chooseKinds(
  covers: usize,
  count: u32,
  old: usize,
  fresh: usize,
  out: usize,
  scores: usize,
  chunks: u32,
  mask: u32,
): void {
  memory.fill(scores, 0, scoreBytes(chunks));
  setView(old);
  // Types of a table are predicted whatever the kind.
  for (let chunk: u32 = 0; chunk < chunks; chunk++) {
    if (inBtf(chunk)) store<u16>(scores + chunk * kinds * 2, 0xfff0);
  }
  for (let i: u32 = 0; i < count; i++) {
    const cover = covers + i * coverBytes;
    let at = load<u32>(cover);
    const end = at + load<u32>(cover, 4);
    let from = load<u32>(cover, 8);
    while (at < end) {
      const chunk = from >> chunkBits;
      const size = min(end - at, ((chunk + 1) << chunkBits) - from);
      if (!inBtf(chunk)) scorePiece(from, size, at, fresh + at, scores + chunk * kinds * 2, mask);
      at += size;
      from += size;
    }
  }
  let last: u32 = kindNone;
  for (let chunk: u32 = 0; chunk < chunks; chunk++) {
    const row = scores + chunk * kinds * 2;
    let best: u32 = kindNone;
    let most = <u32>load<u16>(row);
    // To change the kind costs something too.
    for (let kind: u32 = 1; kind < kinds; kind++) {
      const score = <u32>load<u16>(row + (kind << 1)) + (kind === last ? 1 : 0);
      if (score > most) {
        most = score;
        best = kind;
      }
    }
    store<u8>(out + chunk, <u8>best);
    if (load<u16>(row)) last = best;
  }
}

// @ts-expect-error: decorator
@inline
function inBtf(chunk: u32): bool {
  return touchesBtf(chunk << chunkBits, (chunk + 1) << chunkBits);
}

/** Adds to the scores of a chunk how many words of one piece each kind gets right. */
function scorePiece(from: u32, size: u32, newFrom: u32, fresh: usize, row: usize, mask: u32): void {
  const first = (from + 3) & ~3;
  const skipped = first - from;
  if (size < skipped + 4) return;
  const words = (size - skipped) >> 2;
  for (let kind: u32 = 0; kind < kinds; kind++) {
    if (!((mask >> kind) & 1)) continue;
    predict(kind, first, words << 2, newFrom + skipped, predicted, types);
    let right: u32 = 0;
    for (let word: u32 = 0; word < words; word++) {
      if (load<u32>(predicted + (word << 2)) === load<u32>(fresh + skipped + (word << 2))) right++;
    }
    const score = row + (kind << 1);
    store<u16>(score, <u16>min(<u32>load<u16>(score) + right, 0xfff0));
  }
}

/** Predicts the whole old image, each stretch where the map says that it went. */
export function predictImage(old: usize, size: u32, kindsAt: usize, out: usize): void {
  setView(old);
  for (let from: u32 = 0; from < size; ) {
    const chunk = from >> chunkBits;
    const chunkEnd = min(size, (chunk + 1) << chunkBits);
    const place = mapOffset(from);
    // As far as the map keeps its shift, found by trying the words at which it may change.
    let end = from + 4;
    while (end < chunkEnd && mapOffset(end) - end === place - from) end += 4;
    end = min(end, chunkEnd);
    predict(load<u8>(kindsAt + chunk), from, end - from, place, predicted, types);
    memory.copy(out + from, predicted, end - from);
    from = end;
  }
}
