/** Reads release manifests: the shape by zod, then the rules across fields. */

import * as z from "zod/mini";
import { type Limits, parseStrictJson } from "../core/index.ts";
import { ManifestError } from "./errors.ts";
import type { ReleaseManifest } from "./release.ts";
import { requireShape } from "./require-shape.ts";
import { counter, identifier } from "./shapes.ts";

const file = {
  length: /* @__PURE__ */ z.int().check(z.gte(1)),
  hashes: /* @__PURE__ */ z.looseObject({ sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)) }),
};

const delta = /* @__PURE__ */ z.looseObject({
  ...file,
  format: z.string().check(z.regex(/^[a-z0-9.-]{1,32}$/)),
  base: z.looseObject(file),
});

const image = /* @__PURE__ */ z.looseObject({
  ...file,
  hardwareId: identifier,
  version: z.string().check(z.minLength(1), z.maxLength(256)),
  releaseCounter: counter,
  securityEpoch: counter,
  deltas: z.exactOptional(z.array(delta).check(z.maxLength(100))),
});

const schema: z.ZodMiniType<ReleaseManifest> = /* @__PURE__ */ z.looseObject({
  schema: z.literal("ota-release/1"),
  releaseId: identifier,
  expires: z.string(),
  images: z.array(image).check(z.minLength(1), z.maxLength(10_000)),
  critical: z.exactOptional(z.array(z.string()).check(z.minLength(1), z.maxLength(100))),
});

/** Fields that `critical` may name because this reader carries them out. */
const understoodFields: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "releaseId",
  "expires",
  "images",
  "hardwareId",
  "releaseCounter",
  "securityEpoch",
  "length",
  "hashes",
  "deltas",
]);

/**
 * Reads a release manifest from its signed bytes.
 *
 * This checks shape only. Use `verifyRelease` for anything that is going to be installed.
 *
 * @param bytes - strict JSON, UTF-8
 * @param limits - `maxBytes`, `maxDepth` and `maxEntries` apply
 * @returns the document as signed, with fields this reader does not know
 * @throws `CoreError` `ERR_CORE_JSON_*` or `ERR_CORE_LIMIT` when the bytes are no strict JSON
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA_VERSION`, `ERR_MANIFEST_SCHEMA`, `ERR_MANIFEST_DUPLICATE_IMAGE` or
 * `ERR_MANIFEST_CRITICAL`, with the JSON pointer of the fault
 */
export function parseReleaseManifest(bytes: Uint8Array, limits?: Partial<Limits>): ReleaseManifest {
  return checkReleaseManifest(parseStrictJson(bytes, limits));
}

/** Checks a value against the schema `ota-release/1` and its rules across fields; gives the same value. */
export function checkReleaseManifest(value: unknown): ReleaseManifest {
  const manifest = requireShape(schema, "ota-release/1", "release manifest", value);
  const seen = new Set<string>();
  manifest.images.forEach((image, index) => {
    if (seen.has(image.hardwareId)) {
      throw new ManifestError(
        "ERR_MANIFEST_DUPLICATE_IMAGE",
        `Cannot use release: two images for hardware id "${image.hardwareId}"`,
        { path: `/images/${index}/hardwareId` },
      );
    }
    seen.add(image.hardwareId);
  });
  manifest.critical?.forEach((field, index) => {
    if (understoodFields.has(field)) return;
    throw new ManifestError(
      "ERR_MANIFEST_CRITICAL",
      `Cannot use release: critical field "${field}" is not understood`,
      {
        path: `/critical/${index}`,
        details: { field },
      },
    );
  });
  return manifest;
}
