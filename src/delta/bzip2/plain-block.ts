/** The block of a stream in plain TypeScript. */

import type { BitReader } from "./bits.ts";
import { BlockDecoder } from "./block.ts";
import type { Bzip2Block } from "./blocks.ts";
import { crcStart, crcUpdate } from "./crc32.ts";

/** Equal bytes after which a count of further ones follows. */
const runTrigger = 4;

/** Makes room for one block of each capacity, over one decoder. */
export function openPlainBlocks(capacities: readonly number[]): readonly Bzip2Block[] {
  const decoder = new BlockDecoder(Math.max(...capacities));
  return capacities.map((capacity) => new PlainBlock(decoder, capacity));
}

class PlainBlock implements Bzip2Block {
  readonly #decoder: BlockDecoder;
  readonly #entries: Uint8Array;
  // The entries from `next` to `end` are to be handed out; the run is the one that the next entry belongs to.
  #next = 0;
  #end = 0;
  #runByte = 0;
  #runLength = 0;
  #repeats = 0;
  crc: number = crcStart;

  constructor(decoder: BlockDecoder, capacity: number) {
    this.#decoder = decoder;
    this.#entries = new Uint8Array(capacity);
  }

  get handedOut(): boolean {
    return this.#next === this.#end && this.#repeats === 0;
  }

  get inRun(): boolean {
    return this.#runLength === runTrigger;
  }

  read(bits: BitReader, blockSize: number): void {
    this.crc = crcStart;
    this.#end = this.#decoder.read(bits, blockSize, this.#entries);
    this.#next = 0;
    this.#runLength = 0;
  }

  hand(target: Uint8Array, start: number, end: number): number {
    const reached = this.#unfold(target, start, end);
    this.crc = crcUpdate(this.crc, target, start, reached);
    return reached - start;
  }

  /** Undoes the first run-length coding: four equal bytes, then a count of further ones. Gives the new end. */
  #unfold(target: Uint8Array, start: number, end: number): number {
    const entries = this.#entries;
    const entriesEnd = this.#end;
    let next = this.#next;
    let runByte = this.#runByte;
    let runLength = this.#runLength;
    let repeats = this.#repeats;
    let reached = start;
    for (;;) {
      if (repeats > 0) {
        const until = Math.min(end, reached + repeats);
        target.fill(runByte, reached, until);
        repeats -= until - reached;
        reached = until;
      }
      // A count is taken at once, so that a piece never ends with nothing to show for it.
      if (next === entriesEnd || (reached === end && runLength !== runTrigger)) break;
      const byte = entries[next++]!;
      if (runLength === runTrigger) {
        repeats = byte;
        runLength = 0;
      } else {
        runLength = byte === runByte ? runLength + 1 : 1;
        runByte = byte;
        target[reached++] = byte;
      }
    }
    this.#next = next;
    this.#runByte = runByte;
    this.#runLength = runLength;
    this.#repeats = repeats;
    return reached;
  }
}
