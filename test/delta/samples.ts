/** Images that fixtures are made from: computed, so that only the patches need to be stored. */

import { seededRandom } from "../../scripts/random.ts";

/** Text of `length` bytes from a small vocabulary: compresses well, yet not to runs. */
export function words(length: number): Uint8Array<ArrayBuffer> {
  const random = seededRandom("delta/words");
  const vocabulary = Array.from({ length: 300 }, () => random.u32().toString(36));
  let text = "";
  while (text.length < length) text += `${random.pick(vocabulary)} `;
  return new TextEncoder().encode(text.slice(0, length));
}

/** An old image of 5,000 bytes, and a new one with changed, inserted, removed and moved parts. */
export function wordsPair(): {
  readonly oldImage: Uint8Array<ArrayBuffer>;
  readonly newImage: Uint8Array<ArrayBuffer>;
} {
  const oldImage = words(5_000);
  const random = seededRandom("delta/words pair");
  const part = (start: number, end: number): number[] => [...oldImage.subarray(start, end)];
  const changed = part(0, 1_500).map((byte, index) => (index % 97 === 5 ? (byte + 7) & 255 : byte));
  const newImage = [...changed, ...random.bytes(60), ...part(3_000, 5_000), ...part(1_600, 3_000)];
  return { oldImage, newImage: Uint8Array.from(newImage) };
}

/** Bytes whose runs have every length about the limits of bzip2's first run-length coding (4 and 259). */
export function runs(): Uint8Array<ArrayBuffer> {
  const lengths = [1, 2, 3, 4, 5, 6, 254, 255, 256, 258, 259, 260, 263, 264, 518, 519, 1_000];
  return Uint8Array.from(lengths.flatMap((length, index) => Array<number>(length).fill(index * 15)));
}
