/**
 * The block of a stream in WebAssembly: headers are read here, symbols and runs are undone there (`wasm/bzip2/decode.ts`). Everything is
 * laid out once, so that views on the memory last.
 */

import type { DeltaErrorCode } from "../errors.ts";
import type { Core, CoreExports } from "../wasm/core.ts";
import type { BitReader } from "./bits.ts";
import { refuseEntries, refuseOrigin } from "./block.ts";
import { BlockHeaderReader, maxSelectors } from "./block-header.ts";
import type { Bzip2Block } from "./blocks.ts";
import { crcStart } from "./crc32.ts";
import { HuffmanTables, huffmanLengths } from "./huffman.ts";

/** What `wasm/bzip2/decode.ts` exports; the states are arrays of 32-bit integers at an address. */
export interface Bzip2Exports extends CoreExports {
  bzip2Init(area: number): void;
  bzip2Begin(): void;
  /** Gives why it ended, an index of {@link faults}. */
  bzip2Entries(state: number): number;
  bzip2Follow(links: number, length: number, origin: number, entries: number): void;
  bzip2Unfold(state: number, out: number, outEnd: number): number;
}

/** Input that is copied at a time; zeros follow its end, as many as a group of symbols may take. */
const windowSize = 16 * 1024;
const windowPadding = 192;
/** Bytes of a stream that are unfolded ahead. */
const pieceSize = 4 * 1024;
/** Room behind the entries in which the walks of the transform are strung together. */
const entriesPadding = 17 * 1024;
const initArea = 14 * 1024;

/** Bytes beside entries and links: tables, window, one page for what the compiler lays out, and rounding up. */
export const wasmBlocksOverhead: number = 208 * 1024;

/** Order of the numbers of an `EntriesState`. */
const at = {
  lookup: 0,
  limits: 1,
  shifts: 2,
  sorted: 3,
  selectors: 4,
  recent: 5,
  links: 6,
  selectorCount: 7,
  endSymbol: 8,
  capacity: 9,
  input: 10,
  inputEnd: 11,
  lastInput: 12,
  position: 13,
  held: 14,
  available: 15,
  group: 16,
  length: 17,
  runLength: 18,
  runDigit: 19,
} as const;
const stateLength = 20;

const needsInput = 1;
/** What `bzip2Entries` may end with besides the end of the block and of the window. */
const faults: readonly (DeltaErrorCode | undefined)[] = [
  undefined,
  undefined,
  "ERR_DELTA_BZIP2_SELECTORS",
  "ERR_DELTA_BZIP2_CODE",
  "ERR_DELTA_BZIP2_RUN",
];

/** Makes room for one block of each capacity in an instance of its own. */
export function openWasmBlocks(core: Core<Bzip2Exports>, capacities: readonly number[]): readonly Bzip2Block[] {
  const decoder = new WasmDecoder(core, Math.max(...capacities));
  const rooms = capacities.map((capacity) => ({
    capacity,
    entries: core.allocate(capacity + entriesPadding),
    state: core.allocate(6 * 4),
    piece: core.allocate(pieceSize),
  }));
  decoder.layOut();
  return rooms.map((room) => new WasmBlock(core, decoder, room));
}

interface Room {
  readonly capacity: number;
  readonly entries: number;
  readonly state: number;
  readonly piece: number;
}

type AddressName = "lookup" | "limits" | "shifts" | "sorted" | "selectors" | "recent";

/** Decodes blocks of any stream of the instance. */
class WasmDecoder {
  readonly #core: Core<Bzip2Exports>;
  readonly #stateAddress: number;
  readonly #addresses: Readonly<Record<AddressName, number>>;
  readonly #links: number;
  readonly #windowAddress: number;
  #state!: Int32Array;
  #window!: Uint8Array;
  #header!: BlockHeaderReader;

  constructor(core: Core<Bzip2Exports>, capacity: number) {
    this.#core = core;
    this.#stateAddress = core.allocate(stateLength * 4);
    this.#addresses = {
      lookup: core.allocate(huffmanLengths.lookup * 2),
      limits: core.allocate(huffmanLengths.limits * 4),
      shifts: core.allocate(huffmanLengths.shifts * 4),
      sorted: core.allocate(huffmanLengths.sorted * 2),
      selectors: core.allocate(maxSelectors),
      recent: core.allocate(256),
    };
    this.#links = core.allocate(capacity * 4);
    this.#windowAddress = core.allocate(windowSize + windowPadding);
    core.exports.bzip2Init(core.allocate(initArea));
  }

  /** Takes the views, once the memory has its final size. */
  layOut(): void {
    const core = this.#core;
    const { lookup, limits, shifts, sorted, selectors, recent } = this.#addresses;
    const huffman = new HuffmanTables({
      lookup: core.halfWords(lookup, huffmanLengths.lookup),
      limits: core.words(limits, huffmanLengths.limits),
      shifts: core.words(shifts, huffmanLengths.shifts),
      sorted: core.halfWords(sorted, huffmanLengths.sorted),
    });
    this.#header = new BlockHeaderReader(huffman, core.bytes(selectors, maxSelectors), core.bytes(recent, 256));
    this.#state = core.words(this.#stateAddress, stateLength);
    this.#window = core.bytes(this.#windowAddress, windowSize + windowPadding);
    for (const [name, address] of Object.entries(this.#addresses)) {
      this.#state[at[name as AddressName]] = address;
    }
    this.#state[at.links] = this.#links;
  }

  /** Reads a block; gives the number of its entries. */
  read(bits: BitReader, blockSize: number, { capacity, entries }: Room): number {
    const { origin, originOffset, selectorCount, endSymbol } = this.#header.read(bits);
    const state = this.#state;
    const { exports } = this.#core;
    state[at.selectorCount] = selectorCount;
    state[at.endSymbol] = endSymbol;
    state[at.capacity] = capacity;
    state[at.held] = bits.held & ((1 << bits.available) - 1);
    state[at.available] = bits.available;
    for (const name of ["group", "length", "runLength"] as const) state[at[name]] = 0;
    state[at.runDigit] = 1;
    exports.bzip2Begin();
    let position = bits.position;
    let ended: number;
    do {
      const start = this.#fillWindow(bits.input, position);
      ended = exports.bzip2Entries(this.#stateAddress);
      position = start + state[at.position]! - this.#windowAddress;
    } while (ended === needsInput);
    bits.resume(position, state[at.held]!, state[at.available]!);
    const length = state[at.length]!;
    const fault = faults[ended];
    if (fault !== undefined) refuseEntries(bits, fault, length, blockSize);
    if (origin >= length) refuseOrigin(bits, origin, length, originOffset);
    exports.bzip2Follow(this.#links, length, origin, entries);
    return length;
  }

  /** Copies the input from `position` on; gives its place. */
  #fillWindow(input: Uint8Array, position: number): number {
    const part = input.subarray(position, position + windowSize);
    const state = this.#state;
    this.#window.set(part);
    this.#window.fill(0, part.length, part.length + windowPadding);
    state[at.position] = this.#windowAddress;
    state[at.inputEnd] = this.#windowAddress + part.length;
    state[at.lastInput] = position + part.length === input.length ? 1 : 0;
    return position;
  }
}

/** Order of the numbers of a `RunsState`. */
const runsAt = { next: 0, end: 1, runByte: 2, runLength: 3, repeats: 4, crc: 5 } as const;
const runTrigger = 4;

class WasmBlock implements Bzip2Block {
  readonly #core: Core<Bzip2Exports>;
  readonly #decoder: WasmDecoder;
  readonly #room: Room;
  readonly #state: Int32Array;
  readonly #piece: Uint8Array;
  /** What of the piece is to be handed out. */
  #start = 0;
  #end = 0;

  constructor(core: Core<Bzip2Exports>, decoder: WasmDecoder, room: Room) {
    this.#core = core;
    this.#decoder = decoder;
    this.#room = room;
    this.#state = core.words(room.state, 6);
    this.#piece = core.bytes(room.piece, pieceSize);
  }

  get handedOut(): boolean {
    const state = this.#state;
    return this.#start === this.#end && state[runsAt.next] === state[runsAt.end] && state[runsAt.repeats] === 0;
  }

  get crc(): number {
    return this.#state[runsAt.crc]!;
  }

  get inRun(): boolean {
    return this.#state[runsAt.runLength] === runTrigger;
  }

  read(bits: BitReader, blockSize: number): void {
    const { entries } = this.#room;
    const length = this.#decoder.read(bits, blockSize, this.#room);
    this.#state.set([entries, entries + length, 0, 0, 0, crcStart]);
  }

  hand(target: Uint8Array, start: number, end: number): number {
    const { state, piece } = this.#room;
    let reached = start;
    do {
      if (this.#start === this.#end) {
        this.#start = 0;
        this.#end = this.#core.exports.bzip2Unfold(state, piece, piece + pieceSize);
      }
      reached = this.#copy(target, reached, end);
    } while (reached < end && !this.handedOut);
    return reached - start;
  }

  #copy(target: Uint8Array, start: number, end: number): number {
    const from = this.#start;
    const length = Math.min(end - start, this.#end - from);
    const piece = this.#piece;
    this.#start = from + length;
    // A view costs as much as copying some 40 bytes one by one.
    if (length > 40) target.set(piece.subarray(from, from + length), start);
    else for (let index = 0; index < length; index++) target[start + index] = piece[from + index]!;
    return start + length;
  }
}
