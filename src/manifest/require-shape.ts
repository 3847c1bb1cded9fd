/** Checks a document against its zod schema; the value itself is never copied or changed. */

import type * as z from "zod/mini";
import { jsonPointer } from "../core/index.ts";
import { ManifestError } from "./errors.ts";

/**
 * Gives the value as what its schema says it is, unchanged.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA` with the JSON pointer of the fault, or `ERR_MANIFEST_SCHEMA_VERSION`
 */
export function requireShape<T>(schema: z.ZodMiniType<T>, id: string, what: string, value: unknown): T {
  requireSchemaId(id, what, value);
  const result = schema.safeParse(value);
  // The value itself, not zod's copy: unknown fields are part of what was signed.
  if (result.success) return value as T;
  const issue = result.error.issues[0]!;
  const path = jsonPointer(...issue.path.map((segment) => (typeof segment === "number" ? segment : String(segment))));
  throw shapeError(what, path, issue.code);
}

/** The error of a document whose member at `path` breaks `rule`. */
export function shapeError(what: string, path: string, rule: string): ManifestError {
  return new ManifestError("ERR_MANIFEST_SCHEMA", `Cannot use ${what}: "${path}" is wrong (${rule})`, {
    path,
    details: { rule },
  });
}

/** A document of another schema version gets its own code: it is not malformed, it is not for this reader. */
function requireSchemaId(id: string, what: string, value: unknown): void {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, "schema")) return;
  const found = (value as { schema: unknown }).schema;
  if (typeof found !== "string" || found === id) return;
  throw new ManifestError("ERR_MANIFEST_SCHEMA_VERSION", `Cannot use ${what}: schema is not "${id}"`, {
    path: "/schema",
    details: { expected: id, found: found.slice(0, 64) },
  });
}
