/** npm's `semver`: the order and the grammar of Semantic Versioning 2.0.0. */

import { compareVersions, versionKey } from "otakit/core";
import { type Random, seededRandom } from "../../../scripts/random.ts";
import { startComparison } from "../compare.ts";
import { findNpm, importNpm } from "../environment.ts";
import type { InteropPeer } from "../peer.ts";

interface Semver {
  compare(left: string, right: string): number;
  valid(text: string): string | null;
}

export const peers: readonly InteropPeer[] = [
  {
    name: "npm semver",
    find: () => findNpm("semver"),
    async run({ full }) {
      const { default: semver } = await importNpm<{ default: Semver }>("semver");
      const random = seededRandom("semver");
      const order = startComparison("order of two versions");
      for (let left = full ? 1_000_000 : 100_000; left > 0; left--) {
        const one = randomVersion(random);
        const other = random.below(2) === 0 ? randomVersion(random) : similar(one, random);
        order.add([one, other], compareVersions("semver", one, other), semver.compare(one, other));
      }
      const grammar = startComparison("which texts are versions");
      for (let left = full ? 200_000 : 20_000; left > 0; left--) {
        const text = misspelt(randomVersion(random), random);
        // npm keeps numbers in doubles and refuses those above 2^53 - 1; the standard sets no bound, ours is 26 digits.
        if (/[0-9]{16}/.test(text)) continue;
        grammar.add(text, versionKey("semver", text) !== undefined, semver.valid(text) !== null);
      }
      return [order.outcome(), grammar.outcome()];
    },
  },
];

function randomVersion(random: Random): string {
  const core = [number(random), number(random), number(random)].join(".");
  const preRelease = random.below(3) > 0 ? `-${identifiers(random, identifier)}` : "";
  const build = random.below(5) === 0 ? `+${identifiers(random, word)}` : "";
  return core + preRelease + build;
}

/** The same version with one dot-separated part replaced; it may become invalid, then it is left as it was. */
function similar(version: string, random: Random): string {
  const parts = version.split("+")[0]!.split(".");
  const place = random.below(parts.length);
  parts[place] = place < 2 ? number(random) : parts[place]!.replace(/[0-9A-Za-z]+$/, () => identifier(random));
  const candidate = parts.join(".");
  return versionKey("semver", candidate) === undefined ? version : candidate;
}

/** Up to 15 digits, so that npm reads it exactly. */
function number(random: Random): string {
  return String(random.below(10 ** random.pick([1, 1, 1, 2, 3, 8, 15])));
}

function identifiers(random: Random, one: (random: Random) => string): string {
  return Array.from({ length: 1 + random.below(4) }, () => one(random)).join(".");
}

function identifier(random: Random): string {
  if (random.below(2) === 0) return number(random);
  const text =
    random.below(2) === 0 ? random.pick(["alpha", "beta", "rc", "x", "X", "a-b", "-", "--1", "1a"]) : word(random);
  return /^0[0-9]+$/.test(text) ? `a${text}` : text;
}

function word(random: Random): string {
  const alphabet = "019azAZ-";
  return Array.from({ length: 1 + random.below(6) }, () => alphabet[random.below(alphabet.length)]!).join("");
}

/** One character more, less or other. No blanks and no leading `v` or `=`, which npm forgives and the standard does not. */
function misspelt(version: string, random: Random): string {
  const at = 1 + random.below(version.length);
  return (
    version.slice(0, at) +
    random.pick(["", "", "0", ".", "-", "+", "_", "a", "é"]) +
    version.slice(at + random.below(2))
  );
}
