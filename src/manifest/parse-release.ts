/** Reads release manifests: the shape by zod, then the rules across fields. */

import * as z from "zod/mini";
import { jsonPointer, type Limits, parseStrictJson } from "../core/index.ts";
import { ManifestError } from "./errors.ts";
import type { ReleaseDelta, ReleaseImage, ReleaseManifest } from "./release.ts";
import { requireSchemaId, requireShape } from "./require-shape.ts";
import { counter, identifier } from "./shapes.ts";

const what = "release manifest";

const file = {
  length: /* @__PURE__ */ z.int().check(z.gte(1)),
  hashes: /* @__PURE__ */ z.looseObject({ sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)) }),
};

const deltaSchema: z.ZodMiniType<ReleaseDelta> = /* @__PURE__ */ z.looseObject({
  ...file,
  format: z.string().check(z.regex(/^[a-z0-9.-]{1,32}$/)),
  base: z.looseObject(file),
});

/** A list by its length alone; its elements are checked one by one. */
const list = (atLeast: number, atMost: number) =>
  /* @__PURE__ */ z.array(z.unknown()).check(z.minLength(atLeast), z.maxLength(atMost));

type Unchecked<T, Lists extends keyof T> = Omit<T, Lists> & { readonly [Name in Lists]: T[Name] | readonly unknown[] };

const imageSchema: z.ZodMiniType<Unchecked<ReleaseImage, "deltas">> = /* @__PURE__ */ z.looseObject({
  ...file,
  hardwareId: identifier,
  version: z.string().check(z.regex(/^\P{Cc}{1,256}$/u)),
  releaseCounter: counter,
  securityEpoch: counter,
  deltas: z.exactOptional(list(0, 100)),
});

const manifestSchema: z.ZodMiniType<Unchecked<ReleaseManifest, "images" | "critical">> = /* @__PURE__ */ z.looseObject({
  schema: z.literal("ota-release/1"),
  releaseId: identifier,
  expires: z.string(),
  images: list(1, 10_000),
  critical: z.exactOptional(list(1, 100)),
});

const fieldName = /* @__PURE__ */ z.string().check(z.minLength(1), z.maxLength(128));

/** Fields that `critical` may name because this module reads them and hands them on. */
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
function checkReleaseManifest(value: unknown): ReleaseManifest {
  requireSchemaId("ota-release/1", what, value);
  requireShape(manifestSchema, what, value);
  const seen = new Set<string>();
  value.images.forEach((image, index) => {
    checkImage(image, ["images", index], seen);
  });
  value.critical?.forEach((field, index) => {
    requireShape(fieldName, what, field, ["critical", index]);
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
  return value as ReleaseManifest;
}

function checkImage(image: unknown, at: readonly (string | number)[], seen: Set<string>): void {
  requireShape(imageSchema, what, image, at);
  image.deltas?.forEach((delta, index) => {
    requireShape(deltaSchema, what, delta, [...at, "deltas", index]);
  });
  if (seen.has(image.hardwareId)) {
    throw new ManifestError(
      "ERR_MANIFEST_DUPLICATE_IMAGE",
      `Cannot use release: two images for hardware id "${image.hardwareId}"`,
      { path: jsonPointer(...at, "hardwareId") },
    );
  }
  seen.add(image.hardwareId);
}
