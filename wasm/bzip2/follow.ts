/**
 * The inverse Burrows-Wheeler transform: each entry leads to the one before it, and the walk from the origin gives the bytes backwards.
 *
 * A step waits for memory, as entries are visited at random. So many walks go side by side: from the origin and from entries all over the
 * block, each until it meets the start of another. Strung together they are the one walk that was asked for.
 */

/** Walks side by side, the one from the origin included. */
const walkCount: u32 = 17;
/** Walks write pieces of this size, as nobody knows how far they go. */
const pieceSize: usize = 1024;
/** Marks the link of an entry at which a walk starts; entries have 20 bits, bytes 8. */
const startMark: u32 = 0x80000000;
const placeMask: u32 = 0xfffff;
/** Blocks below this are walked once. */
const leastLength: u32 = 4096;

@unmanaged
class Walk {
  /** The entry that is visited next. */
  place: u32;
  /** Start of the piece being filled, and how far: from its end down. */
  piece: usize;
  at: usize;
  /** Bytes in the pieces that are full. */
  full: u32;
  /** The entry at which it starts, and the one at which it ended. */
  start: u32;
  end: u32;
}
const walkSize: usize = 24;

let walks: usize = 0;
/** Walks under way, as addresses. */
let active: usize = 0;
/** For each piece the one that its walk filled next, as an address. */
let nextPieces: usize = 0;

/** Takes 5 KiB for its lists. */
export function initFollow(area: usize): void {
  walks = area;
  active = walks + <usize>walkCount * walkSize;
  nextPieces = active + <usize>walkCount * 4;
}

/** Writes the bytes of the block to `entries`; needs `walkCount` pieces of room behind them. Links are used up. */
export function follow(counts: usize, links: usize, length: u32, origin: u32, entries: usize): void {
  sumCounts(counts);
  const end = links + ((<usize>length) << 2);
  for (let at = links; at < end; at += 4) {
    const entry = load<u32>(at);
    store<u32>(at, entry + (load<u32>(counts + ((<usize>(entry & 255)) << 2)) << 8));
  }
  let done: bool;
  if (length < leastLength) done = walkOnce(links, length, origin, entries);
  else {
    const count = walkSideBySide(links, length, origin, entries);
    done = join(links, length, entries, count);
  }
  // The walk of a damaged block may be more than one cycle; then its bytes are those of the forward walk, the defined one.
  if (!done) walkForward(counts, links, length, origin, entries);
}

/** Turns counts into the first place of each byte value. */
function sumCounts(counts: usize): void {
  let start: u32 = 0;
  for (let at = counts; at < counts + 256 * 4; at += 4) {
    const count = load<u32>(at);
    store<u32>(at, start);
    start += count;
  }
}

/** One walk; whether it came back to the origin. */
function walkOnce(links: usize, length: u32, origin: u32, entries: usize): bool {
  let place = origin;
  for (let at = entries + length; at > entries; ) {
    const link = load<u32>(links + ((<usize>place) << 2));
    store<u8>(--at, link);
    place = link >>> 8;
  }
  return place === origin;
}

/** All walks; gives their number. */
function walkSideBySide(links: usize, length: u32, origin: u32, entries: usize): u32 {
  let count: u32 = 0;
  for (let index: u32 = 0; index < walkCount; index++) {
    const start = index === 0 ? origin : <u32>((<u64>length * index) / walkCount);
    const link = links + ((<usize>start) << 2);
    if ((load<u32>(link) & startMark) !== 0) continue;
    store<u32>(link, load<u32>(link) | startMark);
    const walk = changetype<Walk>(walks + <usize>count * walkSize);
    walk.place = walk.start = start;
    walk.piece = entries + <usize>count * pieceSize;
    walk.at = walk.piece + pieceSize;
    walk.full = 0;
    store<u32>(active + ((<usize>count) << 2), changetype<usize>(walk));
    count++;
  }
  let pieces = <usize>count;
  let left = count;
  // The first step of each is from a marked entry.
  for (let index: u32 = 0; index < left; index++)
    step(links, changetype<Walk>(load<u32>(active + ((<usize>index) << 2))));
  while (left > 0) {
    for (let index: u32 = 0; index < left; ) {
      const slot = active + ((<usize>index) << 2);
      const walk = changetype<Walk>(load<u32>(slot));
      const place = walk.place;
      const link = load<u32>(links + ((<usize>place) << 2));
      if ((link & startMark) !== 0) {
        walk.end = place;
        store<u32>(slot, load<u32>(active + ((<usize>--left) << 2)));
        continue;
      }
      let at = walk.at;
      if (at === walk.piece) {
        const piece = entries + pieces++ * pieceSize;
        store<u32>(nextPieces + ((walk.piece - entries) / pieceSize) * 4, piece);
        walk.piece = piece;
        walk.full += <u32>pieceSize;
        at = piece + pieceSize;
      }
      store<u8>(--at, link);
      walk.at = at;
      walk.place = link >>> 8;
      index++;
    }
  }
  return count;
}

/** One step of a walk whose piece has room. */
function step(links: usize, walk: Walk): void {
  const link = load<u32>(links + ((<usize>walk.place) << 2));
  store<u8>(--walk.at, link);
  walk.place = (link >>> 8) & placeMask;
}

/** Strings the walks together, over the links, if those that follow one another from the origin on make the whole block. */
function join(links: usize, length: u32, entries: usize, count: u32): bool {
  const first = changetype<Walk>(walks);
  let total: u32 = 0;
  let walk = first;
  do {
    total += walk.full + <u32>(walk.piece + pieceSize - walk.at);
    walk = walkFrom(walk.end, count);
  } while (walk !== first);
  if (total !== length) return false;
  let out = links + length;
  do {
    let piece = entries + ((changetype<usize>(walk) - walks) / walkSize) * pieceSize;
    while (piece !== walk.piece) {
      out -= pieceSize;
      memory.copy(out, piece, pieceSize);
      piece = load<u32>(nextPieces + ((piece - entries) / pieceSize) * 4);
    }
    const last = piece + pieceSize - walk.at;
    out -= last;
    memory.copy(out, walk.at, last);
    walk = walkFrom(walk.end, count);
  } while (walk !== first);
  memory.copy(entries, links, length);
  return true;
}

/** The walk that starts at an entry; every end of a walk is one. */
function walkFrom(start: u32, count: u32): Walk {
  let index: u32 = 0;
  while (index < count - 1 && changetype<Walk>(walks + <usize>index * walkSize).start !== start) index++;
  return changetype<Walk>(walks + <usize>index * walkSize);
}

/** The links the other way round, and one walk along those. */
function walkForward(counts: usize, links: usize, length: u32, origin: u32, entries: usize): void {
  const end = links + ((<usize>length) << 2);
  for (let at = links; at < end; at += 4) store<u32>(at, load<u32>(at) & 255);
  for (let index: u32 = 0, at = links; at < end; at += 4, index++) {
    const start = counts + ((<usize>load<u8>(at)) << 2);
    const place = load<u32>(start);
    store<u32>(start, place + 1);
    const other = links + ((<usize>place) << 2);
    store<u32>(other, load<u32>(other) | (index << 8));
  }
  let place = load<u32>(links + ((<usize>origin) << 2)) >>> 8;
  for (let at = entries; at < entries + length; at++) {
    const link = load<u32>(links + ((<usize>place) << 2));
    store<u8>(at, link);
    place = link >>> 8;
  }
}
