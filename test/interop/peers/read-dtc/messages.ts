/** Messages of ReadDTCInformation at random, put together byte by byte from the layouts, then damaged now and then. */

import type { Random } from "../../../../scripts/random.ts";

/** First bytes of request and response. */
export const sids = { request: 0x19, response: 0x59 } as const;

/** Bytes of a request behind its sub-function. */
const requestLengths: Readonly<Record<number, number>> = {
  0x01: 1,
  0x02: 1,
  0x03: 0,
  0x04: 4,
  0x05: 1,
  0x06: 4,
  0x07: 2,
  0x08: 2,
  0x09: 3,
  0x0a: 0,
  0x0b: 0,
  0x0c: 0,
  0x0d: 0,
  0x0e: 0,
  0x0f: 1,
  0x10: 4,
  0x11: 1,
  0x12: 1,
  0x13: 1,
  0x14: 0,
  0x15: 0,
  0x16: 1,
  0x17: 2,
  0x18: 5,
  0x19: 5,
  0x1a: 1,
  0x42: 3,
  0x55: 1,
  0x56: 2,
};

/** Bytes of a response at its head, and of each record; the rest below. */
const listLayouts: Readonly<Record<number, readonly [head: number, record: number]>> = {
  0x01: [4, 0],
  0x02: [1, 4],
  0x03: [0, 4],
  0x07: [4, 0],
  0x08: [1, 6],
  0x09: [1, 6],
  0x0a: [1, 4],
  0x0b: [1, 4],
  0x0c: [1, 4],
  0x0d: [1, 4],
  0x0e: [1, 4],
  0x0f: [1, 4],
  0x11: [4, 0],
  0x12: [4, 0],
  0x13: [1, 4],
  0x14: [0, 4],
  0x15: [1, 4],
  0x17: [2, 4],
  0x1a: [2, 4],
  0x42: [4, 5],
  0x55: [3, 4],
  0x56: [4, 4],
};

/** Lengths of the data of the identifiers that both sides know. */
const identifiers: readonly (readonly [identifier: number, length: number])[] = [
  [0x4455, 2],
  [0x4711, 5],
  [0x6789, 3],
];
const extendedDataLength = 3;

/** A request, whole or damaged. */
export function randomRequest(random: Random): Uint8Array {
  const subFunction = Number(random.pick(Object.keys(requestLengths)));
  return damaged(random, [sids.request, subFunction, ...random.bytes(requestLengths[subFunction]!)]);
}

/** A response, whole or damaged. */
export function randomResponse(random: Random): Uint8Array {
  const subFunction = Number(random.pick(Object.keys(requestLengths)));
  return damaged(random, [sids.response, subFunction, ...body(random, subFunction)]);
}

function body(random: Random, subFunction: number): readonly number[] {
  const layout = listLayouts[subFunction];
  if (layout !== undefined) {
    const [head, record] = layout;
    const bytes = [...random.bytes(head), ...random.bytes(record * random.below(5))];
    // WWH-OBD: a format identifier that udsoncan reads as well, most of the time.
    if (subFunction === 0x42 && random.below(4) > 0) bytes[3] = random.pick([2, 4]);
    return bytes;
  }
  const memory = subFunction === 0x18 || subFunction === 0x19 ? [...random.bytes(1)] : [];
  const repeat = (make: () => readonly number[]): number[] => Array.from({ length: random.below(4) }, make).flat();
  switch (subFunction) {
    case 0x04:
    case 0x18:
      return [...memory, ...random.bytes(4), ...repeat(() => [...random.bytes(1), ...snapshot(random)])];
    case 0x05:
      return [
        ...repeat(() => [...random.bytes(5), ...snapshot(random)]),
        ...random.bytes(random.below(4) === 0 ? 1 : 0),
      ];
    case 0x16:
      return [...random.bytes(1), ...repeat(() => [...random.bytes(4 + extendedDataLength)])];
    default:
      return [...memory, ...random.bytes(4), ...repeat(() => [...random.bytes(1 + extendedDataLength)])];
  }
}

function snapshot(random: Random): readonly number[] {
  const count = random.below(12) === 0 ? 0 : 1 + random.below(3);
  const parts = Array.from({ length: count }, () => {
    const [identifier, length] = random.below(10) === 0 ? [0x1234, 2] : random.pick(identifiers);
    return [identifier >> 8, identifier & 255, ...random.bytes(length)];
  });
  return [count, ...parts.flat()];
}

function damaged(random: Random, message: readonly number[]): Uint8Array {
  const bytes = Uint8Array.from(message);
  switch (random.below(8)) {
    case 0:
      return bytes.slice(0, Math.max(2, bytes.length - 1 - random.below(4)));
    case 1:
      return Uint8Array.of(...bytes, ...random.bytes(1 + random.below(3)));
    case 2:
      return Uint8Array.of(...bytes, ...new Uint8Array(1 + random.below(8)));
    default:
      return bytes;
  }
}
