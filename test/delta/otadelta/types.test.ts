/** Tables of types: numbers that all change cost next to nothing, and no table, true or not, makes a wrong image. */

import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { seededRandom } from "../../../scripts/random.ts";
import { bytesToHex, concatBytes, defaultHashProvider, isOtaError, sha256 } from "../../../src/core/index.ts";
import { applyPatchSync } from "../../../src/delta/apply.ts";
import type { DeltaError } from "../../../src/delta/errors.ts";
import { createMemorySink } from "../../../src/delta/images.ts";
import { openOtadelta, type TypeTable, writeOtadelta } from "../../../src/delta/otadelta/header.ts";
import { makePatch } from "../../../src/delta/otadelta/make.ts";
import { profiles } from "../../../src/delta/otadelta/profile.ts";
import { matchTypes } from "../../../src/delta/otadelta/type-covers.ts";
import { findTypes } from "../../../src/delta/otadelta/type-table.ts";
import { initDelta } from "../../../src/delta/wasm/modules.ts";
import { errorOf } from "../../error-of.ts";
import { withRecycledMemories } from "../../fuzz/wasm-hooks.ts";
import { inOtherOrder, type TypeSpec, tableOf, typeOf } from "../type-tables.ts";
import { applyWith } from "./apply-with.ts";
import { encodePlan, type Plan } from "./covers.ts";

const kinds = Array.from({ length: 19 }, (_, index) => index + 1);

/** Types of some kinds in turn, and one in three a basic one that others refer to. */
function typesOf(count: number, ofKinds: readonly number[]): TypeSpec[] {
  const random = seededRandom(`types/${ofKinds.join()}`);
  return Array.from({ length: count }, (_, index) => {
    const kind = index % 3 === 0 ? 1 : ofKinds[index % ofKinds.length]!;
    return typeOf(kind, index, count, random);
  });
}

const noise = seededRandom("types/noise");
const [lead, tail] = [noise.bytes(4_000), noise.bytes(3_001)];
const imageOf = (types: readonly TypeSpec[], order: readonly number[]): Uint8Array =>
  concatBytes(lead, tableOf(types, order), tail);
const patchBytes = (old: Uint8Array, fresh: Uint8Array): number => {
  const patch = makePatch(old, fresh);
  expect(bytesToHex(sha256(applyWith(patch, old, fresh)))).toBe(bytesToHex(sha256(fresh)));
  return patch.length;
};

describe("types in another order", () => {
  const count = 3_000;
  const inOrder = Array.from({ length: count }, (_, index) => index);
  const order = inOtherOrder(count, 60, seededRandom("types/order"));

  it("cost next to nothing, with types added, taken away and changed", () => {
    const types = typesOf(count, kinds);
    const changed = types.map((type, index) => {
      if (type.kind !== 4 || index % 7 !== 0) return type;
      const added = [{ name: `new_${index}` }, { type: index >> 1 }, { value: 5 }];
      return { ...type, size: type.size + 8, parts: [...type.parts.slice(0, 3), ...added, ...type.parts.slice(3)] };
    });
    const more = [...changed, ...[4, 1, 13].map((kind) => typeOf(kind, count + kind, count, noise))];
    const fresh = imageOf(more, [
      ...order.slice(0, 50),
      count,
      count + 1,
      ...order.slice(50, 2_000),
      count + 2,
      ...order.slice(2_004),
    ]);
    const old = imageOf(types, inOrder);
    // 4,290 when the table is not known.
    expect(patchBytes(old, fresh)).toBeLessThan(1_300);
  });

  it.each(kinds)("are known by every reference that kind %i makes", (kind) => {
    const types = typesOf(count, [kind]);
    const found = patchBytes(imageOf(types, inOrder), imageOf(types, order));
    expect(found - lengthOfCovers(types)).toBeLessThan(0);

    /** What the patch of the same types costs when nothing refers to anything. */
    function lengthOfCovers(all: readonly TypeSpec[]): number {
      const alone = all.map((type) => ({
        ...type,
        refersTo: -1,
        parts: type.parts.map((part) => (part.type === undefined ? part : { type: -1 })),
      }));
      return patchBytes(imageOf(alone, inOrder), imageOf(alone, order)) * 1.3 + 100;
    }
  });

  it("need not fit into the room for covers", () => {
    const types = typesOf(16_000, [2, 12]);
    const shuffled = inOtherOrder(types.length, 1, seededRandom("types/single"));
    const old = imageOf(
      types,
      Array.from({ length: types.length }, (_, index) => index),
    );
    expect(patchBytes(old, imageOf(types, shuffled))).toBeLessThan(old.length);
  });

  it("leave room for the covers of what is behind them", () => {
    const types = typesOf(30_000, [2, 12]);
    const shuffled = inOtherOrder(types.length, 1, seededRandom("types/crowd"));
    const behind = seededRandom("types/behind").bytes(200_000);
    const [old, fresh] = [types.map((_, index) => index), shuffled].map((each) =>
      concatBytes(imageOf(types, each), behind),
    ) as [Uint8Array, Uint8Array];
    const patch = makePatch(old, fresh, { level: "fast" });
    // More by the whole of what is behind when that has no covers.
    expect(patch.length).toBeLessThan(imageOf(types, shuffled).length / 2);
    expect(bytesToHex(sha256(applyWith(patch, old, fresh)))).toBe(bytesToHex(sha256(fresh)));
  });

  it.each([4, 5, 6, 19])("of kind %i keep the parts that they had when some are added, changed and moved", (kind) => {
    const random = seededRandom(`types/parts ${kind}`);
    const words = { 4: 3, 5: 3, 6: 2, 19: 3 }[kind]!;
    const type = typeOf(kind, 0, 1, random);
    const part = () => typeOf(kind, random.u32(), 1, seededRandom(`types/part ${random.u32()}`)).parts.slice(0, words);
    const parts = Array.from({ length: 6_000 }, part).filter(({ length }) => length > 0);
    const changed = [part(), ...parts.slice(4, 900), ...parts.slice(901, 2_000), part(), ...parts.slice(2_000), part()];
    const [old, fresh] = [parts, changed].map((all) =>
      imageOf([{ ...type, name: "long", parts: all.flat() }], [0]),
    ) as [Uint8Array, Uint8Array];
    // 6,000 and more when only the first and the last parts are.
    expect(patchBytes(old, fresh)).toBeLessThan(500);
  });

  it("keep variables in their section when one is added", () => {
    const random = seededRandom("types/section");
    const variables = Array.from({ length: 2_001 }, (_, index) => ({ ...typeOf(14, index, 1, random), refersTo: -1 }));
    const names = variables.map((_, index) => index);
    const sizes = names.map(() => random.below(9_999));
    const [old, fresh] = [names.slice(1), [...names.slice(1, 900), 0, ...names.slice(900)]].map((held) => {
      const parts = held.flatMap((type, at) => [{ type }, { value: 5_000 * at }, { value: sizes[type]! }]);
      const section = { kind: 15, name: ".data", size: 8 * held.length, refersTo: -1, parts };
      return imageOf([...variables, section], [...held, variables.length]);
    }) as [Uint8Array, Uint8Array];
    // 10,100 when all of the section is inserted.
    expect(patchBytes(old, fresh)).toBeLessThan(1_000);
  });

  it("are left alone where the vehicle has no room for their covers", () => {
    const types = typesOf(16_000, [2, 12]);
    const old = imageOf(types, [...types.keys()]);
    const fresh = imageOf(types, inOtherOrder(types.length, 1, seededRandom("types/room")));
    const patchWithin = (maxApplyMemory: number): Uint8Array =>
      makePatch(old, fresh, { level: "fast", maxApplyMemory });
    const { typeTable } = openOtadelta(patchWithin(2_000_000), defaultHashProvider);
    expect(typeTable).toBeDefined();
    const small = patchWithin(1_000_000);
    expect(openOtadelta(small, defaultHashProvider).typeTable).toBeUndefined();
    expect(bytesToHex(sha256(applyWith(small, old, fresh, { limits: { maxMemory: 1_000_000 } })))).toBe(
      bytesToHex(sha256(fresh)),
    );
  });

  it("are applied alike without WebAssembly", () => {
    const types = typesOf(count, kinds);
    const [old, fresh] = [imageOf(types, inOrder), imageOf(types, order)];
    const patch = makePatch(old, fresh, { profile: "tiny" });
    initDelta("typescript");
    try {
      expect(bytesToHex(sha256(applyWith(patch, old, fresh)))).toBe(bytesToHex(sha256(fresh)));
    } finally {
      initDelta("embedded");
    }
  });

  it("are not read where the old image can not be", () => {
    const types = typesOf(count, kinds);
    const [old, fresh] = [imageOf(types, inOrder), imageOf(types, order)];
    const patch = makePatch(old, fresh);
    const { oldTypes } = openOtadelta(patch, defaultHashProvider).typeTable!;
    let hashed = 0;
    const source = {
      size: old.length,
      readAt(offset: number, target: Uint8Array): number {
        hashed += target.length;
        if (hashed > old.length && offset >= oldTypes) return 0;
        target.set(old.subarray(offset, offset + target.length));
        return target.length;
      },
    };
    const expected = { oldSha256: sha256(old), newSha256: sha256(fresh), newSize: fresh.length };
    const run = () =>
      applyPatchSync(patch, source, createMemorySink(), {
        expected,
        limits: { maxOutput: fresh.length, maxMemory: 2 ** 24 },
      });
    expect(errorOf(run)).toMatchObject({ code: "ERR_DELTA_OLD_READ", details: { oldOffset: oldTypes } });
  });
});

describe("a table of types", () => {
  const types = typesOf(300, kinds);
  const table = tableOf(
    types,
    Array.from({ length: 300 }, (_, index) => index),
  );
  const view = new DataView(table.buffer);
  const [typeBytes, stringBytes] = [view.getUint32(12, true), view.getUint32(20, true)];
  const at = (offset: number, bytes: Uint8Array): Uint8Array => concatBytes(new Uint8Array(offset), bytes);
  const withWord = (offset: number, word: number): Uint8Array => {
    const copy = table.slice();
    new DataView(copy.buffer).setUint32(offset, word, true);
    return copy;
  };

  it("is found where it is, the largest of several", () => {
    const places = { types: 124, typeBytes, strings: 124 + typeBytes, stringBytes };
    expect(findTypes(at(100, table))).toEqual(places);
    const small = tableOf(types, [0, 3, 6]);
    const padding = new Uint8Array(-small.length & 3);
    expect(findTypes(concatBytes(at(100, table), new Uint8Array(-table.length & 3), small))).toEqual(places);
    const shift = small.length + padding.length;
    expect(findTypes(concatBytes(small, padding, at(100, table)))).toEqual({
      ...places,
      types: places.types + shift,
      strings: places.strings + shift,
    });
  });

  it.each([
    ["at an odd place", at(102, table)],
    [
      "whose types are at an odd place",
      concatBytes(
        withWord(8, 2).subarray(0, 16),
        withWord(16, typeBytes + 2).subarray(16, 24),
        new Uint8Array(2),
        table.subarray(24),
      ),
    ],
    ["cut off", table.subarray(0, table.length - 1)],
    ["without its last type", withWord(12, typeBytes - 4)],
    ["with a kind that is not known", withWord(24 + 4, 20 * 2 ** 24)],
    ["of another version", table.with(2, 2)],
    ["with a longer header", withWord(4, 28)],
    ["with strings that begin with no empty one", table.with(24 + typeBytes, 65)],
    ["with strings that do not end", table.with(table.length - 1, 65)],
    ["without strings", withWord(20, 0)],
    ["that is empty", new Uint8Array(0)],
  ])("is none %s", (_, image) => {
    expect(findTypes(image)).toBeUndefined();
  });

  /** An image that begins with a header and words, and ends with strings of one byte that never end but at the last place. */
  function withTypes(words: readonly number[], ownStringBytes: number): Uint8Array {
    const image = new Uint8Array(24 + words.length * 4 + ownStringBytes).fill(65);
    const bytes = words.length * 4;
    const into = new DataView(image.buffer);
    for (const [at, word] of [0x0001_eb9f, 24, 0, bytes, bytes, ownStringBytes, ...words].entries())
      into.setUint32(4 * at, word, true);
    image[24 + bytes] = 0;
    image[image.length - 1] = 0;
    return image;
  }
  const func = 12 * 2 ** 24;
  it("is none with more types or strings than Linux takes", () => {
    const most = Array.from({ length: 3 * 0xf_ffff }, (_, index) => (index % 3 === 1 ? func : 0));
    expect(findTypes(withTypes(most, 2))?.typeBytes).toBe(most.length * 4);
    expect(findTypes(withTypes([...most, 0, func, 0], 2))).toBeUndefined();
    expect(findTypes(withTypes([0, func, 0], 0x100_0000))?.typeBytes).toBe(12);
    expect(findTypes(withTypes([0, func, 0], 0x100_0001))).toBeUndefined();
  });

  it("is looked for in work that goes with the image, however many headers share types", () => {
    const count = 1_000;
    const image = new Uint8Array(24 * count + 24 * count + 4);
    const words = new DataView(image.buffer);
    for (let index = 0; index < count; index++) {
      // Types, and one string that is empty, behind all headers; the last type is cut off.
      const behind = 24 * (count - 1 - index);
      const header = [0x0001_eb9f, 24, behind, 24 * count - 4, behind, 1];
      for (const [at, word] of header.entries()) words.setUint32(24 * index + 4 * at, word, true);
    }
    for (let from = 24 * count; from + 8 < image.length; from += 12) words.setUint32(from + 4, func, true);
    const read = vi.spyOn(DataView.prototype, "getUint32");
    expect(findTypes(image)).toBeUndefined();
    // More than a million when each header has all types looked at.
    expect(read.mock.calls.length).toBeLessThan(image.length / 4);
    read.mockRestore();
  });

  it("is matched as fast with long names as with short ones of as many bytes", () => {
    const names = 10_000;
    const long = withTypes(
      Array.from({ length: 3 * names }, (_, index) => [1 + 10 * (index / 3), func, 0][index % 3]!),
      10 * names + 100,
    );
    const short = long.slice();
    for (let at = 24 + 12 * names; at < short.length; at += 10) short[at] = 0;
    const costOf = (image: Uint8Array): number => {
      const start = process.cpuUsage();
      expect(matchTypes(image, image)).toBeDefined();
      const { user, system } = process.cpuUsage(start);
      return user + system;
    };
    const leastOf = (image: Uint8Array): number => Math.min(...[1, 2, 3].map(() => costOf(image)));
    leastOf(short);
    // 100 times as long and more when each name is run through to its end.
    expect(leastOf(long) / leastOf(short)).toBeLessThan(5);
  });

  it("out of place is refused, before the first write", () => {
    const [old, fresh] = [imageOf(types, [0, 1, 2, 3, 4, 5, 6]), imageOf(types, [4, 5, 6, 0, 1, 2, 3])];
    const opened = openOtadelta(makePatch(old, fresh), defaultHashProvider);
    const right = opened.typeTable!;
    for (const changes of [
      { oldTypes: right.oldTypes + 2 },
      { oldTypeBytes: right.oldTypeBytes + 2 },
      { oldTypes: old.length - right.oldTypeBytes + 4 - (old.length % 4) },
      { oldStrings: old.length - right.oldStringBytes + 1 },
      { newTypes: fresh.length - right.newTypeBytes + 1 },
      { newStrings: fresh.length + 1 },
    ] satisfies Partial<TypeTable>[]) {
      const forged = writeOtadelta({ ...opened, typeTable: { ...right, ...changes } }, defaultHashProvider);
      let written = 0;
      expect(errorOf(() => applyWith(forged, old, fresh, {}, (count) => (written += count)))).toMatchObject({
        code: "ERR_DELTA_HEADER",
      });
      expect(written).toBe(0);
    }
  });

  const word = fc.nat(30_000).map((value) => value * 4);
  /** Images and tables that have to do with each other or not, and covers that have to do with neither. */
  const sketches = fc.record({
    seed: fc.nat(),
    covers: fc.array(
      fc.record({
        inserted: fc.oneof(fc.constant(0), fc.nat(9), fc.nat(2_000)),
        length: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.nat(5_000)),
        old: fc.oneof(word, fc.nat(60_000)),
      }),
      { maxLength: 60 },
    ),
    kinds: fc.array(fc.nat(7), { minLength: 1, maxLength: 20 }),
    insertedTypes: fc.array(fc.oneof(fc.nat(5), fc.nat(0xffff_ffff)), { minLength: 1, maxLength: 9 }),
    places: fc.record({
      oldTypes: word,
      oldTypeBytes: word,
      oldStrings: fc.nat(60_000),
      oldStringBytes: fc.nat(60_000),
      newTypes: fc.nat(60_000),
      newTypeBytes: fc.nat(60_000),
      newStrings: fc.nat(60_000),
    }),
    isTrue: fc.boolean(),
  });
  type Sketch = typeof sketches extends fc.Arbitrary<infer Value> ? Value : never;
  function planOf({ seed, places, isTrue, ...rest }: Sketch): Plan {
    const random = seededRandom(`types/plan ${seed}`);
    const some = Array.from({ length: 900 }, (_, index) => typeOf(kinds[index % 19]!, index, 900, random));
    const [old, fresh] = [500, 60].map((longest) => imageOf(some, inOtherOrder(900, longest, random))) as [
      Uint8Array,
      Uint8Array,
    ];
    const within = (value: number, most: number): number => Math.min(value, most - (most % 4));
    const oldTypes = within(places.oldTypes, old.length - 8);
    const oldStrings = Math.min(places.oldStrings, old.length);
    const newTypes = Math.min(places.newTypes, fresh.length);
    const made = {
      oldTypes,
      oldTypeBytes: Math.max(4, within(places.oldTypeBytes, old.length - oldTypes)),
      oldStrings,
      oldStringBytes: Math.min(places.oldStringBytes, old.length - oldStrings),
      newTypes,
      newTypeBytes: Math.min(places.newTypeBytes, fresh.length - newTypes),
      newStrings: Math.min(places.newStrings, fresh.length),
    };
    const [before, after] = [findTypes(old)!, findTypes(fresh)!];
    const found = {
      oldTypes: before.types,
      oldTypeBytes: before.typeBytes,
      oldStrings: before.strings,
      oldStringBytes: before.stringBytes,
      newTypes: after.types,
      newTypeBytes: after.typeBytes,
      newStrings: after.strings,
    };
    return { old, fresh, profile: profiles.tiny, typeTable: isTrue ? found : made, ...rest };
  }

  it("leaves nothing in an instance that later patches would meet", () => {
    const all = Array.from({ length: 300 }, (_, index) => index);
    const old = imageOf(types, all);
    const hidden = old.with(4_000, 0);
    const runs = [1, 2, 3].flatMap((run) => {
      const fresh = imageOf(types, inOtherOrder(300, 9, seededRandom(`types/left ${run}`)));
      return [old, hidden].map((base) => ({ base, fresh, patch: makePatch(base, fresh, { profile: "tiny" }) }));
    });
    const opened = openOtadelta(runs[0]!.patch, defaultHashProvider);
    const right = opened.typeTable!;
    // Tables that end inside a type, of each kind and at each of its words.
    const ends = Array.from({ length: 60 }, (_, index) => right.oldTypeBytes - 4 * index);
    for (const [index, oldTypeBytes] of ends.entries()) {
      const forged = writeOtadelta({ ...opened, typeTable: { ...right, oldTypeBytes } }, defaultHashProvider);
      try {
        withRecycledMemories(() => applyWith(forged, old, runs[0]!.fresh));
      } catch (error) {
        expect(isOtaError(error)).toBe(true);
      }
      const { base, fresh, patch } = runs[index % runs.length]!;
      const made = withRecycledMemories(() => applyWith(patch, base, fresh));
      expect(bytesToHex(sha256(made))).toBe(bytesToHex(sha256(fresh)));
    }
  });

  it("is no way for a map to do what it must not", () => {
    const all = Array.from({ length: 300 }, (_, index) => index);
    const old = imageOf(types, all);
    const fresh = imageOf(types, inOtherOrder(300, 2, seededRandom("types/maps")));
    const opened = openOtadelta(makePatch(old, fresh, { profile: "tiny" }), defaultHashProvider);
    const random = seededRandom("types/damage");
    const outcomeOf = (patch: Uint8Array): string => {
      const { code, message } = errorOf(() => applyWith(patch, old, fresh)) as DeltaError;
      return `${code}: ${message}`;
    };
    for (let run = 0; run < 300; run++) {
      const map = opened.map.slice();
      map.set(random.bytes(1 + random.below(3)), random.below(map.length - 3));
      const forged = writeOtadelta({ ...opened, map }, defaultHashProvider);
      const outcome = outcomeOf(forged);
      expect(outcome).toMatch(/^ERR_DELTA_/);
      if (run % 30 !== 0) continue;
      initDelta("typescript");
      try {
        expect(outcomeOf(forged)).toBe(outcome);
      } finally {
        initDelta("embedded");
      }
    }
  });

  it("may be there twice, in one image only, elsewhere in the other, or say things that can not be", () => {
    for (let seed = 0; seed < 60; seed++) {
      const random = seededRandom(`types/odd ${seed}`);
      const odd = Array.from({ length: 1 + random.below(120) }, (_, index) =>
        typeOf(kinds[random.below(19)]!, random.below(3) === 0 ? index % 5 : index, 240, random),
      );
      const filler = random.bytes(4 * random.below(500));
      const [old, fresh] = [0, 1].map(() => {
        const parts = [filler.subarray(0, 4 * random.below(2) * (filler.length >> 3))];
        for (let tables = random.below(3); tables >= 0; tables--) {
          const order = inOtherOrder(odd.length, 12, random).slice(0, 1 + random.below(2 * odd.length));
          const made = Uint8Array.from(tableOf(odd, order));
          const into = new DataView(made.buffer);
          for (let wrong = random.below(9); wrong > 0; wrong--) {
            const place = 16 + 4 * random.below((made.length - 16) >> 2);
            const before = into.getUint32(place, true);
            into.setUint32(place, random.below(2) === 0 ? random.u32() : random.below(4_000), true);
            if (findTypes(made) === undefined) into.setUint32(place, before, true);
          }
          if (random.below(6) > 0) parts.push(made, new Uint8Array(-made.length & 3));
        }
        return concatBytes(...parts, filler.subarray(0, random.below(filler.length + 1)));
      }) as [Uint8Array, Uint8Array];
      const level = (["fast", "default", "smallest"] as const)[seed % 3]!;
      const patch = makePatch(old, fresh, { profile: "tiny", level });
      const made = withRecycledMemories(() => applyWith(patch, old, fresh));
      expect(bytesToHex(sha256(made)), `${seed}`).toBe(bytesToHex(sha256(fresh)));
    }
  });

  it("makes no wrong image, wherever it is said to be and whatever the covers are", () => {
    const holds = (sketch: Sketch): void => {
      const plan = planOf(sketch);
      const made = applyWith(writeOtadelta(encodePlan(plan), defaultHashProvider), plan.old, plan.fresh);
      expect(bytesToHex(sha256(made))).toBe(bytesToHex(sha256(plan.fresh)));
    };
    fc.assert(fc.property(sketches, holds), { numRuns: 60 });
    initDelta("typescript");
    try {
      fc.assert(fc.property(sketches, holds), { numRuns: 15 });
    } finally {
      initDelta("embedded");
    }
  });
});
