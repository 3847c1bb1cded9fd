/** Messages of DoIP for peers that read them as well: of every payload type, most of them damaged. */

import { type Random, seededRandom } from "../../../../scripts/random.ts";

/** Lengths that the payload of each type may have, and some that it may not. */
const lengths: readonly (readonly [payloadType: number, ...lengths: number[]])[] = [
  [0x0000, 1],
  [0x0001, 0],
  [0x0002, 6],
  [0x0003, 17],
  [0x0004, 32, 33],
  [0x0005, 7, 11],
  [0x0006, 9, 13],
  [0x0007, 0],
  [0x0008, 2],
  [0x4001, 0],
  [0x4002, 3, 7],
  [0x4003, 0],
  [0x4004, 1],
  [0x8001, 5, 6, 12],
  [0x8002, 5, 9],
  [0x8003, 5, 9],
  [0x8004, 3],
  [0xf00d, 4],
];

const versions = [1, 2, 2, 2, 3, 4, 0xff];

function randomMessage(random: Random): Uint8Array {
  const [payloadType, ...right] = random.pick(lengths) as [number, ...number[]];
  const isDamaged = random.below(3) === 0;
  const length = Math.max(0, random.pick(right) + (isDamaged ? random.below(5) - 2 : 0));
  const payload = random.bytes(length);
  // Codes are small, and text is text.
  if (random.below(2) === 0) for (let at = 0; at < length; at++) payload[at] = 0x30 + (payload[at]! % 0x20);
  for (const at of [0, 2, 4, 31, 32]) if (at < length && random.below(2) === 0) payload[at] = payload[at]! % 0x12;
  const declared = random.below(12) === 0 ? Math.max(0, length + random.below(3) - 1) : length;
  const version = random.pick(versions);
  const inverse = random.below(20) === 0 ? version : version ^ 0xff;
  return Uint8Array.of(version, inverse, payloadType >>> 8, payloadType & 0xff, 0, 0, 0, declared, ...payload);
}

/** The same messages in every run. */
export function randomDoipMessages(seed: string, count: number): readonly Uint8Array[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => randomMessage(random));
}
