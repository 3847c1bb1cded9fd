/** Reads release manifests: the shape, then the rules across fields. */

import { type Limits, parseStrictJson } from "../core/index.ts";
import { requireDocument } from "./bounded-schema.ts";
import type { ReleaseManifest } from "./release.ts";
import { requireReleaseRules } from "./release-rules.ts";
import { releaseSchema } from "./release-schema.ts";
import { requireSchemaId } from "./require-shape.ts";

const what = "release manifest";

/**
 * Reads a release manifest from its signed bytes.
 *
 * This checks the document alone, as a tool that shows or stores releases needs it. Use `verifyRelease` or `releaseFromTarget`
 * for anything that is going to be installed: only these ask whether the critical fields are understood.
 *
 * @param bytes - strict JSON, UTF-8
 * @param limits - `maxBytes`, `maxDepth` and `maxEntries` apply
 * @returns the document as signed, with fields this reader does not know
 * @throws `CoreError` `ERR_CORE_JSON_*` or `ERR_CORE_LIMIT` when the bytes are no strict JSON
 * @throws `ManifestError` with the JSON pointer of the fault: `ERR_MANIFEST_SCHEMA_VERSION`, `ERR_MANIFEST_SCHEMA`; a rule
 * across fields: `ERR_MANIFEST_DUPLICATE_IMAGE`, `_VALIDITY`, `_FILE`, `_VERSION`, `_MINIMUM_SOURCE`, `_DATA_FORMAT`,
 * `_ENCRYPTION`, `_DELTA`, `_RELATION`, `_RANGE`, `_GROUP`, `_RXSWIN`, `_NOTICE`, `_STATEMENT`; or `ERR_MANIFEST_CRITICAL` when
 * a critical field is not there
 * @example
 * ```ts
 * parseReleaseManifest(bytes).images[0].version;
 * ```
 */
export function parseReleaseManifest(bytes: Uint8Array, limits?: Partial<Limits>): ReleaseManifest {
  const value: unknown = parseStrictJson(bytes, limits);
  requireSchemaId("ota-release/1", what, value);
  requireDocument(releaseSchema, what, value);
  requireReleaseRules(value);
  return value;
}
