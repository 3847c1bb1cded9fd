/** Small parsers with known faults, for the tests of the fuzz runner. */

import type { FuzzTarget } from "../fuzz/target.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
let told = false;
let kept: unknown;

export const targets: readonly FuzzTarget[] = [
  { name: "toy/sound", seeds: [text("abc"), text('{"a":[1,2]}')], run: () => {} },
  {
    name: "toy/telling",
    seeds: [text("abcd")],
    run(input) {
      if (input.length <= 4) return "short";
      // The first long one takes long enough for a coarse clock of CPU time to see it.
      if (!told) for (const end = performance.now() + 200; performance.now() < end; );
      told = true;
      return "long";
    },
  },
  {
    name: "toy/contract",
    seeds: [text("abcdefgh")],
    run(input) {
      if (input.includes(0xff)) throw new TypeError("no 255, please");
    },
  },
  {
    name: "toy/slow",
    seeds: [text("abcd")],
    maxMillis: 20,
    run(input) {
      if (input.length >= 6) for (const end = performance.now() + 60; performance.now() < end; );
    },
  },
  {
    name: "toy/endless",
    seeds: [text("abcd")],
    maxMillis: 20,
    run(input) {
      while (input.length >= 6);
    },
  },
  {
    name: "toy/greedy",
    seeds: [text("abcd")],
    maxBytes: 2 ** 20,
    run(input) {
      if (input.length >= 6) kept = new Uint8Array(2 ** 22).length;
    },
  },
  {
    name: "toy/exhausting",
    seeds: [text("abcd")],
    maxBytes: 2 ** 20,
    run(input) {
      const list: number[][] = [];
      while (input.length >= 6) list.push(new Array(1_000).fill(list.length));
      kept = list;
    },
  },
  {
    name: "toy/slow-once",
    seeds: [text("abcd")],
    maxMillis: 20,
    run(input) {
      if (kept === input.length) return;
      kept = input.length;
      for (const end = performance.now() + 30; performance.now() < end; );
    },
  },
];
