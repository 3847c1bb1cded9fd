/** Fuzz targets of the release manifest: its parser, its relations and its download plan. */

import { readFileSync } from "node:fs";
import { isOtaError, parseStrictJson, utf8ToBytes } from "otakit/core";
import {
  checkRelations,
  encodeRelease,
  parseReleaseManifest,
  planDownload,
  type ReleaseManifest,
} from "otakit/manifest";
import type { FuzzTarget } from "../target.ts";

const complete = readFileSync(new URL("../../manifest/fixtures/ota-release-1.json", import.meta.url));
const document = JSON.parse(complete.toString()) as ReleaseManifest;
const json = (value: unknown): Uint8Array => utf8ToBytes(JSON.stringify(value));

/** The complete release without some of its fields, so that mutations reach the rest sooner. */
const seeds = [
  json(document),
  json({ ...document, notices: undefined, approvals: undefined, evidence: undefined, critical: undefined }),
  json({
    ...document,
    images: [{ ...document.images[0], evidence: undefined }],
    groups: undefined,
    critical: undefined,
  }),
  json({ ...document, images: document.images.slice(1), groups: undefined, rxswin: undefined, critical: ["images"] }),
];

const names = ["critical", "deltas", "result", "base", "requires", "conflicts", "provides", "clears", "__proto__"];
const values = [
  "/images/*/deltas/*/base",
  ">=1 <2",
  "=x",
  "*",
  "brake-a",
  "gateway-fw",
  "1".repeat(64),
  "2027-01-01T00:00:00Z",
];
const dictionary = [
  ...names.map((name) => `"${name}":`),
  ...values.map((value) => `"${value}"`),
  ...["null", "[]", "{}", "-1", "9007199254740991", '{"custom":[]}'],
].map(utf8ToBytes);

function parsed(input: Uint8Array): ReleaseManifest | undefined {
  try {
    return parseReleaseManifest(input);
  } catch (error) {
    if (!isOtaError(error)) throw error;
    return undefined;
  }
}

function law(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

export const targets: readonly FuzzTarget[] = [
  {
    name: "manifest/release",
    seeds,
    dictionary,
    maxLength: 8_192,
    run(input) {
      const release = parsed(input);
      if (release === undefined) return;
      law(JSON.stringify(release) === JSON.stringify(parseStrictJson(input)), "content changed");
      const ids = new Set(release.images.map(({ hardwareId }) => hardwareId));
      law(ids.size === release.images.length, "two images for one hardware id");
      law(
        (release.groups ?? []).every((group) => group.hardwareIds.every((id) => ids.has(id))),
        "group with a stranger",
      );
      for (const image of release.images) {
        const { minimumSource, releaseCounter, dataFormat, encryption, hashes, deltas = [] } = image;
        law((minimumSource?.releaseCounter ?? 0) <= releaseCounter, "a source above the image");
        law(dataFormat === undefined || dataFormat.minimumRead <= dataFormat.produced, "data that cannot be read");
        law(encryption?.ciphertext.hashes.sha256 !== hashes.sha256, "a ciphertext that is the plaintext");
        for (const { base, result } of deltas) {
          law(base.hashes.sha256 !== (result ?? image).hashes.sha256, "a delta to its own base");
        }
      }
      let bytes: Uint8Array;
      try {
        bytes = encodeRelease(release);
      } catch (error) {
        // What this reader does not understand, it does not write.
        law(isOtaError(error) && error.code === "ERR_MANIFEST_CRITICAL", "a release that cannot be written");
        return;
      }
      law(Buffer.from(bytes).equals(encodeRelease(parseReleaseManifest(bytes))), "bytes that are not canonical");
    },
  },
  {
    name: "manifest/release-plans",
    seeds,
    dictionary,
    maxLength: 8_192,
    run(input) {
      const release = parsed(input);
      if (release === undefined) return;
      const ecus = release.images.map(({ hardwareId, deltas = [] }) => ({
        ecuId: hardwareId,
        hardwareId,
        ...(deltas[0] === undefined ? {} : { installed: { sha256: deltas[0].base.hashes.sha256 } }),
      }));
      const unread = checkRelations(release, { complete: false, ecus });
      const asks = unread.evidence.relations.length > 0;
      law(!(asks && unread.decision === "satisfied"), "unknown means yes");
      const limits = { formats: ["bsdiff40"], stagingBytes: 5_000, streamsFullImages: true };
      const { evidence } = planDownload(release, ecus, limits);
      evidence.ecus.forEach(({ decision, steps, bytes }, index) => {
        const image = release.images[index]!;
        law(steps.reduce((sum, step) => sum + step.bytes, 0) === bytes, "bytes do not add up");
        if (decision === "none") return;
        law(steps.at(-1)?.result.hashes.sha256 === image.hashes.sha256, "a plan that leads elsewhere");
        const full = image.encryption?.ciphertext.length ?? image.length;
        law(decision !== "deltas" || bytes < full, "deltas that are not smaller");
      });
    },
  },
];
