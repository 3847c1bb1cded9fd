/** Fuzz targets of release manifests, their envelopes and stored floors. */

import { isOtaError, parseStrictJson, utf8ToBytes } from "otakit/core";
import {
  createUpdateFloors,
  decideUpdate,
  parseReleaseManifest,
  parseUpdateFloors,
  releasePayloadType,
  signRelease,
  verifyRelease,
} from "otakit/manifest";
import { createLocalSigner, verifyDsse } from "otakit/signing";
import type { FuzzTarget } from "../target.ts";

const signers = [1, 2].map((fill) => createLocalSigner(new Uint8Array(32).fill(fill)));
const trust = { keys: signers.map(({ publicKey }) => publicKey), threshold: 2 };
const now = Date.UTC(2026, 10, 1);

const file = { length: 9, hashes: { sha256: "ab".repeat(32) } };
const delta = { format: "bsdiff40", base: { length: 8, hashes: { sha256: "cd".repeat(32) } }, ...file };
const manifest = {
  schema: "ota-release/1",
  releaseId: "r-1",
  expires: "2026-12-01T00:00:00Z",
  critical: ["/images/*/hashes"],
  images: [{ hardwareId: "gw", version: "1", releaseCounter: 1, securityEpoch: 0, ...file, deltas: [delta] }],
} as const;
const floors = createUpdateFloors({ gw: { releaseCounter: 1, securityEpoch: 0 } });
const envelope = await signRelease(manifest, signers);
const signed = verifyRelease(envelope, trust, { now }).digest;

const json = (value: unknown): Uint8Array => utf8ToBytes(JSON.stringify(value));
const names = ["schema", "images", "critical", "__proto__", "constructor", "hashes", "deltas", "ecus"];
const dictionary = [...names.map((name) => `"${name}":`), "null", "[]", "{}", "-1", "9007199254740993", '""'].map(
  utf8ToBytes,
);

/** The value, or nothing for a typed refusal; any other error is a finding. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (!isOtaError(error)) throw error;
    return undefined;
  }
}

export const targets: readonly FuzzTarget[] = [
  {
    name: "manifest/parseReleaseManifest",
    seeds: [json(manifest), json({ ...manifest, critical: undefined, note: { kept: [1, "two"] } })],
    dictionary,
    run(input) {
      const parsed = attempt(() => parseReleaseManifest(input));
      if (parsed === undefined) return;
      const ids = parsed.images.map(({ hardwareId }) => hardwareId);
      if (new Set(ids).size !== ids.length) throw new Error("two images for one hardware id");
      // Nothing that was signed may get lost on the way, whatever its name.
      if (JSON.stringify(parsed) !== JSON.stringify(parseStrictJson(input))) throw new Error("content changed");
    },
  },
  {
    name: "manifest/parseUpdateFloors",
    seeds: [json(floors), json(createUpdateFloors({})), json({ ...floors, ecus: { a: {}, b: {}, c: 1 } })],
    dictionary,
    run(input) {
      const parsed = attempt(() => parseUpdateFloors(input));
      if (parsed === undefined) return;
      for (const { releaseCounter, securityEpoch } of Object.values(parsed.ecus)) {
        if (!(releaseCounter >= 0 && securityEpoch >= 0)) throw new Error("a floor is no number");
      }
      const ecus = Object.keys(parsed.ecus).map((ecuId) => ({ ecuId, hardwareId: "gw" }));
      const candidate = verifyRelease(envelope, trust, { now });
      // No installed image is known, so no floors whatever may say yes.
      if (decideUpdate({ candidate, ecus, floors: parsed, now }).decision === "install")
        throw new Error("unknown means yes");
    },
  },
  {
    name: "manifest/verifyRelease",
    seeds: [envelope],
    dictionary,
    run(input) {
      const release = attempt(() => verifyRelease(input, trust, { now }));
      if (release === undefined) return;
      if (release.digest !== signed) throw new Error("accepted what nobody signed");
      verifyDsse(input, trust, { payloadType: releasePayloadType });
    },
  },
];
