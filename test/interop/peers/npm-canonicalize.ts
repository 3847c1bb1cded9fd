/** npm's `canonicalize`, by an author of RFC 8785: canonical JSON with floating-point numbers. */

import { bytesToUtf8, encodeJcs } from "otakit/core";
import { type Random, seededRandom } from "../../../scripts/random.ts";
import { startComparison } from "../compare.ts";
import { findNpm, importNpm } from "../environment.ts";
import type { InteropPeer } from "../peer.ts";
import { randomDocument } from "../random-json.ts";

export const peers: readonly InteropPeer[] = [
  {
    name: "npm canonicalize",
    find: () => findNpm("canonicalize"),
    async run({ full }) {
      const { default: canonicalize } = await importNpm<{ default(value: unknown): string }>("canonicalize");
      const random = seededRandom("canonicalize");
      const documents = startComparison("RFC 8785 form of documents");
      for (let left = full ? 100_000 : 10_000; left > 0; left--) {
        const document = randomDocument(random, () => randomDouble(random));
        documents.add(document, bytesToUtf8(encodeJcs(document)), canonicalize(document));
      }
      return [documents.outcome()];
    },
  },
];

/** A finite number: any bit pattern, or a short decimal. */
function randomDouble(random: Random): number {
  if (random.below(3) === 0) return (random.below(20_001) - 10_000) / 10 ** random.below(8);
  const value = new DataView(random.bytes(8).buffer).getFloat64(0);
  return Number.isFinite(value) ? value : 0;
}
