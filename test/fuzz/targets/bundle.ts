/** Fuzz targets of trust files and bundles. */

import { bytesToHex, concatBytes, isOtaError, sha256, utf8ToBytes } from "otakit/core";
import {
  type BundleEvent,
  createBundleReader,
  openReleaseTrust,
  parseReleaseTrust,
  signRelease,
  signReleaseTrust,
  writeBundle,
} from "otakit/manifest";
import { createLocalSigner } from "otakit/signing";
import type { FuzzTarget } from "../target.ts";

const now = Date.UTC(2026, 10, 1);
const [alice, bob, carol] = [1, 2, 3].map((fill) => createLocalSigner(new Uint8Array(32).fill(fill)));
const owners = { keys: [alice!.publicKey, bob!.publicKey], threshold: 1 };
const trust = {
  schema: "ota-release-trust/1",
  version: 1,
  expires: "2027-01-01T00:00:00Z",
  roles: { trust: owners, release: owners, rollback: { keys: [carol!.publicKey], threshold: 1 } },
} as const;
const shippedFile = await signReleaseTrust(trust, [alice!]);
const shipped = openReleaseTrust(shippedFile);

const contents = ["an image", "another image, PK\x01\x02PK\x03\x04"].map(utf8ToBytes);
const sources = contents.map((bytes) => ({ sha256: bytesToHex(sha256(bytes)), open: () => [bytes] }));
const images = contents.map((bytes, index) => ({
  hardwareId: `ecu-${index}`,
  version: "1",
  releaseCounter: 1,
  securityEpoch: 0,
  length: bytes.length,
  hashes: { sha256: sources[index]!.sha256 },
}));
const release = await signRelease(
  { schema: "ota-release/1", releaseId: "r-1", expires: "2026-12-01T00:00:00Z", images },
  [bob!],
);

async function bundleOf(files: typeof sources): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  await writeBundle({ trust: [shippedFile], release, files }, (piece) => pieces.push(piece));
  return concatBytes(...pieces);
}
const bundles = [await bundleOf(sources), await bundleOf(sources.slice(1)), await bundleOf([])];

const records = ["PK\x03\x04", "PK\x01\x02", "PK\x05\x06", "PK\x06\x06", "trust/1.json", "release.json", "files/"];

export const targets: readonly FuzzTarget[] = [
  {
    name: "manifest/parseReleaseTrust",
    seeds: [utf8ToBytes(JSON.stringify(trust))],
    dictionary: ['"roles":', '"rollback":', '"__proto__":', '"threshold":0', "null", "[]", "{}"].map(utf8ToBytes),
    run(input) {
      try {
        const { roles } = parseReleaseTrust(input);
        const shared = roles.release.keys.some(({ material }) =>
          roles.rollback?.keys.some((key) => key.material === material),
        );
        if (shared) throw new Error("one key may release and go back");
      } catch (error) {
        if (!isOtaError(error)) throw error;
      }
    },
  },
  {
    name: "manifest/createBundleReader",
    seeds: bundles,
    dictionary: records.map(utf8ToBytes),
    maxLength: 16_384,
    run(input) {
      const events: BundleEvent[] = [];
      try {
        const reader = createBundleReader(shipped, { now });
        // In two pieces, because a record may be cut anywhere.
        for (const piece of [input.subarray(0, input.length >> 1), input.subarray(input.length >> 1)]) {
          events.push(...reader.push(piece));
        }
        reader.finish();
        // One content has one archive; a change that is accepted is a second one.
        if (!bundles.some((bundle) => bytesToHex(bundle) === bytesToHex(input))) throw new Error("a forged archive");
      } catch (error) {
        if (!isOtaError(error)) throw error;
      }
    },
  },
];
