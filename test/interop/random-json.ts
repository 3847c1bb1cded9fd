/** Random JSON documents for comparisons of writers: short or odd names, texts of every kind, a few levels deep. */

import type { Random } from "../../scripts/random.ts";

/** Code points that writers of JSON treat differently. */
const oddCharacters = [
  '"',
  "\\",
  "/",
  "\b",
  "\t",
  "\n",
  "\f",
  "\r",
  "\u0000",
  "\u001f",
  "\u007f",
  "\u2028",
  "é",
  "\ufb33",
  "\uffff",
  "\u{1f600}",
  "\u{10ffff}",
];

/** Well-formed text of 0 to 11 characters: ASCII, odd ones, and any other code point. */
export function randomText(random: Random): string {
  return Array.from({ length: random.below(12) }, () => {
    const kind = random.below(3);
    if (kind === 0) return String.fromCharCode(0x20 + random.below(0x5f));
    return kind === 1 ? random.pick(oddCharacters) : String.fromCodePoint(randomScalar(random));
  }).join("");
}

/** A document of at most `depth` levels whose numbers come from `number`. */
export function randomDocument(random: Random, number: () => number, depth = 4): unknown {
  const kind = random.below(depth > 0 ? 7 : 5);
  if (kind === 0) return random.pick([null, true, false]);
  if (kind <= 2) return number();
  if (kind <= 4) return randomText(random);
  const children = Array.from({ length: random.below(6) }, () => randomDocument(random, number, depth - 1));
  if (kind === 5) return children;
  // fromEntries defines members, so that a name like "__proto__" is one.
  return Object.fromEntries(children.map((child) => [randomName(random), child]));
}

function randomName(random: Random): string {
  const kind = random.below(10);
  if (kind === 0) return random.pick(["__proto__", "constructor", "", "0", "10", "9"]);
  return randomText(random);
}

function randomScalar(random: Random): number {
  const value = random.below(0x110000 - 0x800);
  return value < 0xd800 ? value : value + 0x800;
}
