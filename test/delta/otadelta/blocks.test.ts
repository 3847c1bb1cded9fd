/** Each block is coded by itself: whatever was decoded in front of it, even nothing, it gives the same bytes. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../scripts/random.ts";
import { bytesToHex, defaultHashProvider, sha256 } from "../../../src/core/index.ts";
import { writeOtadelta } from "../../../src/delta/otadelta/header.ts";
import { profiles } from "../../../src/delta/otadelta/profile.ts";
import { initDelta } from "../../../src/delta/wasm/modules.ts";
import { applyWith } from "./apply-with.ts";
import { encodePlan, type Plan, rawSegment, storeBlocks } from "./covers.ts";

/** Applies a patch of which some blocks are stored, and compares by digest: the difference of two long arrays takes minutes to print. */
function expectMade(plan: Plan, isStored: (index: number) => boolean): void {
  const { old, fresh } = plan;
  const patch = storeBlocks(encodePlan(plan), fresh, isStored);
  const made = applyWith(writeOtadelta(patch, defaultHashProvider), old, fresh);
  expect(bytesToHex(sha256(made))).toBe(bytesToHex(sha256(fresh)));
}

const block = 2 ** 16;

const u32 = fc.oneof(fc.constantFrom(0, 1, 4096, 2 ** 31, 0xffff_ffff), fc.nat(0xffff_ffff), fc.nat(2 ** 18));

/** Images of up to three blocks that share words, and covers that have little to do with what they share. */
const plans: fc.Arbitrary<Plan> = fc
  .record({
    seed: fc.nat(),
    sizes: fc.tuple(fc.nat(150_000), fc.integer({ min: 1, max: 150_000 })),
    covers: fc.array(
      fc.record({
        inserted: fc.oneof(fc.constant(0), fc.nat(9), fc.nat(20_000)),
        length: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.nat(1_100), fc.nat(20_000), fc.nat(70_000)),
        old: fc.oneof(fc.nat(200), fc.nat(150_000)),
      }),
      { maxLength: 60 },
    ),
    kinds: fc.array(fc.nat(7), { minLength: 1, maxLength: 20 }),
    contexts: fc.integer({ min: 1, max: 7 }),
    windowBits: fc.integer({ min: 12, max: 16 }),
    bases: fc.record({
      old64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      new64: fc.constant(7n),
      old32: u32,
      new32: u32,
    }),
    addressEnd: u32,
    raw: fc.boolean(),
    addresses: fc.tuple(u32, u32),
  })
  .map(({ seed, sizes, addresses, raw, contexts, windowBits, ...rest }) => {
    const random = seededRandom(`otadelta/plan ${seed}`);
    const noise = random.bytes(Math.max(...sizes));
    const old = noise.slice(0, sizes[0]);
    // Instructions that refer to something, among noise.
    for (let at = 3; at < old.length; at += 4)
      old[at] = [0x94, 0x90, 0x91, 0xeb, 0xe8, 0, 0xff, old[at]!][(at % 32) >> 2]!;
    const fresh = noise.slice(0, sizes[1]).map((byte, at) => (at % 50 === 0 ? byte & 3 : (old[at] ?? byte & 31)));
    const half = [old.length >> 1, fresh.length >> 1] as const;
    const [oldAddress, newAddress] = addresses.map((each) => Math.min(each, 0x7fff_ffff)) as [number, number];
    const segments = [
      { ...rawSegment(...half), oldAddress, newAddress },
      {
        oldOffset: half[0],
        oldSize: old.length - half[0],
        oldAddress: oldAddress + 2 ** 18,
        newOffset: half[1],
        newSize: fresh.length - half[1],
        newAddress: newAddress + 2 ** 20,
      },
    ];
    const profile = { flagBits: 10, lineBits: 8, correctionBits: 8, contexts, windowBits };
    return { old, fresh, profile, ...rest, ...(raw ? {} : { segments }) };
  });

describe("a block of an otadelta patch", () => {
  it("begins with inserted bytes as if nothing had been coded", () => {
    const random = seededRandom("otadelta/blocks");
    const old = random.bytes(block);
    const fresh = new Uint8Array(2 * block);
    fresh.set(old);
    for (let at = 3; at < block; at += 7) fresh[at]! += 1;
    fresh.set(
      random.bytes(block).map((byte) => byte & 15),
      block,
    );
    const covers = [{ inserted: 0, length: block, old: 0 }];
    for (const profile of Object.values(profiles)) {
      expectMade({ old, fresh, covers, kinds: [0], profile }, (index) => index === 0);
    }
  });

  it("looks at no old bytes behind a copy that the block in front of it made", () => {
    const random = seededRandom("otadelta/ahead");
    // Inserted is what a copy would have gone on with: with seven contexts, one of them looks there.
    const old = random.bytes(block + 32);
    const fresh = new Uint8Array(block + 32);
    fresh.set(old);
    const plan = {
      old,
      fresh,
      covers: [{ inserted: 0, length: block, old: 0 }],
      kinds: [0],
      profile: profiles.smallest,
    };
    expectMade(plan, () => false);
    expectMade(plan, (index) => index === 0);
  });

  it("looks at no words behind a copied piece", () => {
    const random = seededRandom("otadelta/pieces");
    // Words that all look the same but for what was left behind the piece, and each second one of them is wrong.
    const old = random.bytes(block + 4096);
    for (let at = block; at < old.length; at++) old[at] = at % 4 === 3 ? 17 : old[at]! & 1;
    const covers = [{ inserted: 0, length: block, old: 0 }];
    for (let words = 1; words < 64; words++)
      covers.push({ inserted: 0, length: 4 * words, old: block + 1024 * (words % 3) });
    const fresh = new Uint8Array(block + 4 * 2016);
    let at = 0;
    for (const { length, old: from } of covers) {
      fresh.set(old.subarray(from, from + length), at);
      at += length;
      if (at > block) fresh[at - 3]! += length % 8 === 0 ? 1 : 2;
    }
    const plan = { old, fresh, covers, kinds: [0], profile: profiles.tiny };
    expectMade(plan, () => false);
    expectMade(plan, (index) => index === 0);
  });

  it("needs no other one, whatever the covers, kinds, segments and bases are", () => {
    fc.assert(
      fc.property(plans, fc.infiniteStream(fc.boolean()), (plan, stored) => {
        const choice = [...Array(4)].map(() => stored.next().value as boolean);
        expectMade(plan, () => false);
        expectMade(plan, (index) => choice[index]!);
      }),
      { numRuns: 12 },
    );
  });

  it("is the same in the translation to JavaScript, wherever words begin", () => {
    initDelta("typescript");
    try {
      fc.assert(
        fc.property(plans, (plan) => expectMade(plan, () => false)),
        { numRuns: 6 },
      );
    } finally {
      initDelta("embedded");
    }
  });
});
