/**
 * Finds which type of the new table is which of the old one, whatever their numbers and order, and gives the covers that copy them.
 *
 * A type is known by what it says without any number: its kind, its names, and the same of the types it refers to. Structures, unions,
 * enumerations and sections with a name are known by that alone, so that one that has changed is found again, and with it all that refers to it.
 */

import type { TypeTable } from "./header.ts";
import { findTypes, kindOf, type TypePlaces, type TypeWord, typeBytesOf, typeShapes } from "./type-table.ts";

/** A stretch of types of both images: offsets in the image, bytes. */
export interface TypeCover {
  readonly start: number;
  readonly length: number;
  readonly old: number;
}

/** How deep a type without a name is looked into. */
const depth = 8;
/** Bytes of a type in front of its parts. */
const headBytes = 12;
/** How many types that look alike are told apart. */
const mostAlike = 16;

const kinds = { int: 1, struct: 4, union: 5, enum: 6, forward: 7, section: 15, float: 16, enum64: 19 } as const;
const namedKinds: ReadonlySet<number> = new Set([kinds.struct, kinds.union, kinds.enum, kinds.section, kinds.enum64]);
const simpleKinds: ReadonlySet<number> = new Set([kinds.int, kinds.forward, kinds.float]);

/** Mixes a word into a hash of 32 bits. */
function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e37_79b1);
  return Math.imul(mixed ^ (mixed >>> 15), 0x85eb_ca6b);
}

/** The types of one image. */
class Types {
  readonly count: number;
  /** Where each type begins, from number 1 on, in words; one more for the end. */
  readonly starts: Uint32Array;
  /** What each type says by itself. */
  readonly contents: Int32Array;
  /** What each type is known by. */
  readonly identities: Int32Array;
  readonly #words: Uint32Array;
  /** For each place among the strings a hash of what goes on from there to its end, never 0. */
  readonly #stringHashes: Int32Array;

  constructor(image: Uint8Array, { types, typeBytes, strings, stringBytes }: TypePlaces) {
    const view = new DataView(image.buffer, image.byteOffset + types, typeBytes);
    this.#words = Uint32Array.from({ length: typeBytes / 4 }, (_, index) => view.getUint32(index * 4, true));
    this.#stringHashes = new Int32Array(stringBytes);
    // From the last one on, so that no string is run through twice: any place may be said to be the start of one.
    let hash = 0;
    for (let at = stringBytes - 1; at >= 0; at--) {
      const byte = image[strings + at]!;
      hash = byte === 0 ? 0x811c_9dc5 : mix(hash, byte);
      this.#stringHashes[at] = hash | 1;
    }
    const starts = [0];
    for (let at = 0; at < this.#words.length; at += typeBytesOf(this.#words[at + 1]!)! / 4) starts.push(at);
    this.count = starts.length - 1;
    this.starts = new Uint32Array(starts.length + 1);
    this.starts.set(starts);
    this.starts[starts.length] = this.#words.length;
    this.contents = Int32Array.from({ length: this.count + 1 }, (_, number) =>
      number === 0 ? 0 : this.#contentOf(number),
    );
    this.identities = this.#identify();
  }

  kindOf(number: number): number {
    return kindOf(this.#words[this.starts[number]! + 1]!);
  }

  /** Bytes of a type. */
  bytesOf(number: number): number {
    return (this.starts[number + 1]! - this.starts[number]!) * 4;
  }

  #identify(): Int32Array {
    let found = Int32Array.from({ length: this.count + 1 }, (_, number) => (number === 0 ? 0 : this.#nameOf(number)));
    const named = found.slice();
    for (let round = 0; round < depth; round++) {
      const next = named.slice();
      for (let number = 1; number <= this.count; number++) {
        if (named[number] !== 0) continue;
        let hash = this.contents[number]!;
        this.#each(number, (word, value) => {
          if (word === "type") hash = mix(hash, found[value] ?? value);
        });
        next[number] = hash | 1;
      }
      found = next;
    }
    return found;
  }

  /** Hash of a kind of type that its name tells apart, or 0. */
  #nameOf(number: number): number {
    const at = this.starts[number]!;
    const kind = this.kindOf(number);
    const name = this.#words[at]!;
    if (namedKinds.has(kind) && name !== 0) return mix(kind, this.#hashOf(name)) | 1;
    if (simpleKinds.has(kind)) return mix(mix(kind, this.#hashOf(name)), this.#words[at + 2]!) | 1;
    return 0;
  }

  /** Hash of what a type says but for what it refers to. */
  #contentOf(number: number): number {
    const at = this.starts[number]!;
    let hash = mix(this.#hashOf(this.#words[at]!), this.#words[at + 1]!);
    this.#each(number, (word, value) => {
      if (word === "number") hash = mix(hash, value);
      if (word === "string") hash = mix(hash, this.#hashOf(value));
    });
    return hash;
  }

  /** What the parts of a type that come as often as it says are known by: their name, or what they refer to in place of one, or their numbers. */
  unitsOf(number: number): number[] {
    const { unit } = typeShapes[this.kindOf(number)]!;
    const units: number[] = [];
    for (let at = this.starts[number]! + 3; at < this.starts[number + 1]!; at += unit.length) {
      const first = this.#words[at]!;
      if (unit[0] === "type") units.push(this.identities[first] ?? first);
      else units.push(first === 0 ? this.#numbersOf(unit, at) : this.#hashOf(first));
    }
    return units;
  }

  /** Hash of the words of a part that are numbers. */
  #numbersOf(unit: readonly TypeWord[], at: number): number {
    return unit.reduce((hash, word, offset) => (word === "number" ? mix(hash, this.#words[at + offset]!) : hash), 0);
  }

  /** Runs through the words of a type from the third one on. */
  #each(number: number, visit: (word: TypeWord, value: number) => void): void {
    const { third, unit } = typeShapes[this.kindOf(number)]!;
    const end = this.starts[number + 1]!;
    let at = this.starts[number]! + 2;
    visit(third, this.#words[at]!);
    for (at += 1; at < end; ) {
      for (const word of unit) visit(word, this.#words[at++]!);
    }
  }

  /** Hash of a string, never 0. */
  #hashOf(string: number): number {
    return this.#stringHashes[string] ?? 1;
  }
}

/** How the types of two images go together, or nothing unless both have a table of them. */
export function matchTypes(oldImage: Uint8Array, newImage: Uint8Array): TypeCovers | undefined {
  const old = findTypes(oldImage);
  const fresh = old && findTypes(newImage);
  if (old === undefined || fresh === undefined) return undefined;
  const table = {
    oldTypes: old.types,
    oldTypeBytes: old.typeBytes,
    oldStrings: old.strings,
    oldStringBytes: old.stringBytes,
    newTypes: fresh.types,
    newTypeBytes: fresh.typeBytes,
    newStrings: fresh.strings,
  };
  return new TypeCovers(table, new Types(oldImage, old), new Types(newImage, fresh));
}

/** Covers of the new types, and how many types begin in front of each place of the new image. */
export class TypeCovers {
  readonly table: TypeTable;
  readonly #fresh: Types;
  /** In rising order. */
  readonly #covers: readonly TypeCover[];

  constructor(table: TypeTable, old: Types, fresh: Types) {
    this.table = table;
    this.#fresh = fresh;
    this.#covers = this.#cover(old, match(old, fresh));
  }

  /**
   * The covers of an image with those of its types in place of what they were; three words each: start, bytes, place in the old image. Of types
   * no more than make `most` covers with the others, as far as these leave room: what is behind the types must not be lost to them.
   */
  placeInto(words: Int32Array, most: number): TypeCover[] {
    const { newTypes, newTypeBytes } = this.table;
    const newEnd = newTypes + newTypeBytes;
    const inFront: TypeCover[] = [];
    const behind: TypeCover[] = [];
    for (let at = 0; at < words.length; at += 3) {
      const [start, length, old] = words.subarray(at, at + 3) as unknown as [number, number, number];
      const end = start + length;
      if (start < newTypes) inFront.push({ start, length: Math.min(end, newTypes) - start, old });
      const cut = Math.max(start, newEnd);
      if (end > cut) behind.push({ start: cut, length: end - cut, old: old + cut - start });
    }
    const room = Math.max(0, most - inFront.length - behind.length);
    return [...inFront, ...this.#covers.slice(0, room), ...behind].slice(0, most);
  }

  /** How many types of the new image begin in front of a place of it. */
  beginningBefore(place: number): number {
    const word = (place - this.table.newTypes) / 4;
    const { starts, count } = this.#fresh;
    let [low, high] = [0, count];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! < word) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #cover(old: Types, matches: Uint32Array): TypeCover[] {
    const fresh = this.#fresh;
    const found: { start: number; length: number; old: number }[] = [];
    const add = (start: number, from: number, length: number): void => {
      const last = found.at(-1);
      if (last !== undefined && last.start + last.length === start && last.old + last.length === from)
        last.length += length;
      else if (length > 0) found.push({ start, length, old: from });
    };
    for (let number = 1; number <= fresh.count; number++) {
      const other = matches[number]!;
      if (other === 0) continue;
      const [start, from] = [
        this.table.newTypes + fresh.starts[number]! * 4,
        this.table.oldTypes + old.starts[other]! * 4,
      ];
      const [bytes, oldBytes] = [fresh.bytesOf(number), old.bytesOf(other)];
      if (bytes === oldBytes) {
        add(start, from, bytes);
        continue;
      }
      // Of a type that has changed, how it begins, and the parts that it had before, wherever they were.
      add(start, from, headBytes);
      const oldUnits = old.unitsOf(other);
      /** The last old part of each identity. */
      const places = new Map(oldUnits.map((unit, index) => [unit, index]));
      const unitBytes = 4 * typeShapes[fresh.kindOf(number)]!.unit.length;
      let place = -1;
      for (const [index, unit] of fresh.unitsOf(number).entries()) {
        const following = place + 1;
        const known = oldUnits[following] === unit ? following : places.get(unit);
        if (known === undefined) continue;
        add(start + headBytes + index * unitBytes, from + headBytes + known * unitBytes, unitBytes);
        place = known;
      }
    }
    return found;
  }
}

/** For each new type the number of the old one that it is, or 0. */
function match(old: Types, fresh: Types): Uint32Array {
  const [oldIdentities, newIdentities] = [old.identities, fresh.identities];
  /** The first old type of each identity, and for each the next one of the same. */
  const first = new Map<number, number>();
  const next = new Uint32Array(old.count + 1);
  for (let number = old.count; number > 0; number--) {
    next[number] = first.get(oldIdentities[number]!) ?? 0;
    first.set(oldIdentities[number]!, number);
  }
  const taken = new Uint8Array(old.count + 1);
  const matches = new Uint32Array(fresh.count + 1);
  for (let number = 1; number <= fresh.count; number++) {
    const identity = newIdentities[number]!;
    const following = matches[number - 1]! + 1;
    let found = 0;
    if (oldIdentities[following] === identity && taken[following] === 0) found = following;
    else {
      let candidate = first.get(identity) ?? 0;
      // Those in front that are taken are never looked at again.
      while (candidate !== 0 && taken[candidate] === 1) candidate = next[candidate]!;
      first.set(identity, candidate);
      found = candidate;
      for (let tries = 0; candidate !== 0 && tries < mostAlike; tries++, candidate = next[candidate]!) {
        if (taken[candidate] === 1 || old.contents[candidate] !== fresh.contents[number]) continue;
        found = candidate;
        break;
      }
    }
    if (found === 0) continue;
    // One that is alike by its hash only must not be of another kind.
    if (old.kindOf(found) !== fresh.kindOf(number)) continue;
    taken[found] = 1;
    matches[number] = found;
  }
  return matches;
}
