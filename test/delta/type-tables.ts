/** Images with a table of types (BTF), written apart from what reads them: the same types in any order, which changes all their numbers. */

import { type Random, seededRandom } from "../../scripts/random.ts";
import { concatBytes, utf8ToBytes } from "../../src/core/index.ts";

/** A type whose references are indexes of other types, whatever their numbers will be; -1 is none. */
export interface TypeSpec {
  readonly kind: number;
  readonly name: string;
  /** Third word where that is no reference. */
  readonly size: number;
  /** Reference in the third word, or -1. */
  readonly refersTo: number;
  /** What follows, as names, references and numbers. */
  readonly parts: readonly { readonly name?: string; readonly type?: number; readonly value?: number }[];
}

/** Kinds that have one part or several, by what a part is made of; the others have none. */
const partsOf: Readonly<Record<number, string>> = {
  1: "v",
  3: "ttv",
  4: "ntv",
  5: "ntv",
  6: "nv",
  13: "nt",
  14: "v",
  15: "tvv",
  17: "v",
  19: "nvv",
};
const repeated = new Set([4, 5, 6, 13, 15, 19]);
const referring = new Set([2, 8, 9, 10, 11, 12, 13, 14, 17, 18]);
/** Kinds of Linux that have no name. */
const nameless = new Set([2, 3, 9, 10, 11, 13]);

/** A type of some kind that refers to types below `count`. */
export function typeOf(kind: number, index: number, count: number, random: Random): TypeSpec {
  const shape = partsOf[kind] ?? "";
  const often = repeated.has(kind) ? random.below(5) : shape === "" ? 0 : 1;
  const parts = Array.from({ length: often }, (_, at) =>
    [...shape].map((word) => {
      if (word === "n") return { name: `part_${index}_${at}` };
      return word === "t" ? { type: random.below(count) } : { value: random.below(4_096) };
    }),
  ).flat();
  const refersTo = referring.has(kind) ? random.below(count) : -1;
  return { kind, name: nameless.has(kind) ? "" : `type_${index}`, size: random.below(64), refersTo, parts };
}

/** Types and strings in the order that `order` says, which may leave types out. */
export function tableOf(types: readonly TypeSpec[], order: readonly number[]): Uint8Array {
  const numbers = new Map(order.map((index, at) => [index, at + 1]));
  const strings = new Map<string, number>([["", 0]]);
  let stringBytes = 1;
  const placeOf = (name: string): number => {
    const known = strings.get(name);
    if (known !== undefined) return known;
    strings.set(name, stringBytes);
    stringBytes += name.length + 1;
    return stringBytes - name.length - 1;
  };
  const numberOf = (index: number): number => numbers.get(index) ?? 0;
  const words = order.flatMap((index) => {
    const { kind, name, size, refersTo, parts } = types[index]!;
    const often = repeated.has(kind) ? parts.length / partsOf[kind]!.length : 0;
    return [
      placeOf(name),
      kind * 2 ** 24 + often,
      refersTo < 0 ? size : numberOf(refersTo),
      ...parts.map((part) => {
        if (part.name !== undefined) return placeOf(part.name);
        return part.type === undefined ? part.value! : numberOf(part.type);
      }),
    ];
  });
  const typeBytes = words.length * 4;
  const view = new DataView(new ArrayBuffer(24 + typeBytes));
  for (const [at, word] of [0x0001_eb9f, 24, 0, typeBytes, typeBytes, stringBytes, ...words].entries())
    view.setUint32(4 * at, word, true);
  return concatBytes(new Uint8Array(view.buffer), ...[...strings.keys()].map((name) => utf8ToBytes(`${name}\0`)));
}

/** Numbers below `count` in runs of up to `longest`, the runs in any order. */
export function inOtherOrder(count: number, longest: number, random: Random): number[] {
  const runs: number[][] = [];
  for (let from = 0; from < count; ) {
    const length = 1 + random.below(longest);
    runs.push(Array.from({ length: Math.min(length, count - from) }, (_, at) => from + at));
    from += length;
  }
  const keyed = runs.map((run) => ({ run, key: random.u32() }));
  return keyed.sort((left, right) => left.key - right.key).flatMap(({ run }) => run);
}

/** Two images with the same types in two orders: one that a build gave, and the one of the next. */
export function imagesOfTypes(count: number): readonly [old: Uint8Array, fresh: Uint8Array] {
  const random = seededRandom("type tables");
  const types = Array.from({ length: count }, (_, index) => typeOf(1 + (index % 19), index, count, random));
  const head = random.bytes(64);
  const order = inOtherOrder(count, count / 40, random);
  const inOrder = Array.from({ length: count }, (_, index) => index);
  return [concatBytes(head, tableOf(types, inOrder)), concatBytes(head, tableOf(types, order))];
}
