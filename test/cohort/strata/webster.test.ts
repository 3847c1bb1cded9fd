import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Stratum, websterSeats } from "../../../src/cohort/index.ts";
import { compareFractions } from "../../../src/cohort/strata/webster.ts";

const strata = fc
  .array(fc.record({ size: fc.nat(60), weight: fc.nat(40), floor: fc.nat(5) }, { requiredKeys: ["size"] }), {
    minLength: 1,
    maxLength: 9,
  })
  // Keys fall while places rise, so that an order by place would show.
  .map((list) => list.map((entry, index): Stratum => ({ key: `k${9 - index}`, ...entry })));

const total = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0);

/** The sequence itself, seat by seat, as its definition says: the oracle. */
function sequence(list: readonly Stratum[]): readonly number[] {
  const byKey = list.map((_, index) => index).sort((left, right) => (list[left]!.key < list[right]!.key ? -1 : 1));
  const seats = list.map(() => 0);
  const order: number[] = [];
  const give = (index: number): void => {
    seats[index]!++;
    order.push(index);
  };
  for (let turn = 0; turn < 100; turn++) {
    for (const index of byKey) {
      const { size, floor = 0 } = list[index]!;
      if (turn < Math.min(size, floor)) give(index);
    }
  }
  for (;;) {
    let best: number | undefined;
    for (const index of byKey) {
      const { size, weight = size } = list[index]!;
      if (weight === 0 || seats[index]! >= size) continue;
      const bestWeight = best === undefined ? 0 : (list[best]!.weight ?? list[best]!.size);
      if (best === undefined || weight * (2 * seats[best]! + 1) > bestWeight * (2 * seats[index]! + 1)) best = index;
    }
    if (best === undefined) return order;
    give(best);
  }
}

describe("websterSeats", () => {
  it("follows the sequence of Webster, with floors first and ties by key", () => {
    fc.assert(
      fc.property(strata, (list) => {
        const order = sequence(list);
        const seats = list.map(() => 0);
        for (let house = 0; house <= order.length + 2; house++) {
          if (house > 0 && house <= order.length) seats[order[house - 1]!]!++;
          expect(websterSeats(list, house)).toEqual(seats);
        }
      }),
    );
  });

  it("gives ten thousand equal strata their seats by key", () => {
    const equal = Array.from(
      { length: 10_000 },
      (_, index): Stratum => ({ key: `k${String(index).padStart(4, "0")}`, size: 100 }),
    );
    expect(websterSeats(equal, 15_000)).toEqual(equal.map((_, index) => (index < 5_000 ? 2 : 1)));
    expect(websterSeats(equal, 7)).toEqual(equal.map((_, index) => (index < 7 ? 1 : 0)));
  });

  it("grows by one seat at a time, and takes none back", () => {
    const fleet = fc.array(fc.nat(2_000_000), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(fleet, fc.nat(1_000_000), (sizes, start) => {
        const list = sizes.map((size, index): Stratum => ({ key: `${index}`, size, floor: index }));
        let before = websterSeats(list, start);
        for (let house = start + 1; house < start + 40; house++) {
          const after = websterSeats(list, house);
          expect(after.every((seats, index) => seats >= before[index]!)).toBe(true);
          expect(total(after) - total(before)).toBe(total(sizes) >= house ? 1 : 0);
          before = after;
        }
      }),
      { numRuns: 50 },
    );
  });

  it("gives the seats of Balinski and Young's example, on which the five divisor methods all differ", () => {
    const states = [
      { key: "A", size: 9_061 },
      { key: "B", size: 7_179 },
      { key: "C", size: 5_259 },
      { key: "D", size: 3_319 },
      { key: "E", size: 1_182 },
    ];
    expect(websterSeats(states, 26)).toEqual([9, 8, 5, 3, 1]);
  });

  it("takes no seat back where quotas by largest remainders do", () => {
    // The Alabama paradox: by largest remainders, C falls from 2 to 1 when the house grows from 10 to 11.
    const states = [
      { key: "A", size: 6 },
      { key: "B", size: 6 },
      { key: "C", size: 2 },
    ];
    expect(websterSeats(states, 10)).toEqual([5, 4, 1]);
    expect(websterSeats(states, 11)).toEqual([5, 5, 1]);
  });

  it("stays within one seat of a quota where every stratum has room", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 2, maxLength: 3 }),
        fc.nat(500),
        (sizes, house) => {
          // With three strata at most, Webster keeps the quota (Balinski and Young); with more it may leave it.
          const list = sizes.map((size, index): Stratum => ({ key: `${index}`, size }));
          const given = Math.min(house, total(sizes));
          websterSeats(list, house).forEach((seats, index) => {
            const quota = (given * sizes[index]!) / total(sizes);
            expect(Math.abs(seats - quota)).toBeLessThan(1);
          });
        },
      ),
    );
  });

  it("is exact where products pass 2^53", () => {
    const size = 2 ** 32;
    const list = [
      { key: "a", size, weight: 2 ** 32 - 1 },
      { key: "b", size, weight: 2 ** 32 },
    ];
    // The seat in the middle goes to the heavier one by a margin of one in 2^32.
    expect(websterSeats(list, 2 ** 32 - 1)).toEqual([2 ** 31 - 1, 2 ** 31]);
    fc.assert(
      fc.property(
        fc.maxSafeNat(),
        fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
        fc.maxSafeNat(),
        fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
        (a, b, c, d) => {
          const difference = BigInt(a) * BigInt(d) - BigInt(c) * BigInt(b);
          expect(Math.sign(compareFractions(a, b, c, d))).toBe(difference > 0n ? 1 : difference < 0n ? -1 : 0);
        },
      ),
    );
  });

  it.each([
    ["a size", [{ key: "a", size: -1 }], 1],
    ["a weight", [{ key: "a", size: 1, weight: 0.5 }], 1],
    ["a floor", [{ key: "a", size: 1, floor: Number.NaN }], 1],
    ["a house", [{ key: "a", size: 1 }], -1],
    [
      "a key twice",
      [
        { key: "a", size: 1 },
        { key: "a", size: 2 },
      ],
      1,
    ],
  ])("refuses %s that is none", (_, list, house) => {
    expect(() => websterSeats(list, house)).toThrow(RangeError);
  });
});
