/** Checks a document against its zod schema; the value itself is never copied or changed. */

import type * as z from "zod/mini";
import { excerpt, jsonPointer } from "../core/index.ts";
import { ManifestError } from "./errors.ts";

/**
 * Throws unless a value has the shape of a schema; the value itself is not copied, because unknown fields are part of what was
 * signed.
 *
 * zod collects every fault, so a schema must not look into lists or records that a document can make long: check those
 * element by element.
 *
 * @param at - names and indices that lead to the value in the document
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA` with the JSON pointer of the first fault
 */
export function requireShape<T>(
  schema: z.ZodMiniType<T>,
  what: string,
  value: unknown,
  at: readonly (string | number)[] = [],
): asserts value is T {
  const result = schema.safeParse(value);
  if (result.success) return;
  const issue = result.error.issues[0]!;
  const inside = issue.path.map((segment) => (typeof segment === "number" ? segment : String(segment)));
  // A hostile name must not make a message of its own size.
  const segments = [...at, ...inside].map((segment) => (typeof segment === "string" ? excerpt(segment) : segment));
  const path = jsonPointer(...segments);
  const fault = isMissing(value, issue.path) ? `is missing, ${wordsOf(issue)}` : wordsOf(issue);
  throw new ManifestError("ERR_MANIFEST_SCHEMA", `Cannot use ${what}: "${path}" ${fault}`, {
    path,
    details: { rule: issue.code },
  });
}

/** What a rule wants: its own words, or those of the type; schemas name what is not plain from these. */
function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.message !== "Invalid input") return `expected ${issue.message}`;
  return issue.code === "invalid_type" ? `expected ${issue.expected}` : `is wrong (${issue.code})`;
}

function isMissing(value: unknown, path: readonly PropertyKey[]): boolean {
  let found = value;
  for (const segment of path) found = (found as Record<PropertyKey, unknown> | undefined)?.[segment];
  return found === undefined;
}

/** A document of another schema version gets its own code: it is not malformed, it is not for this reader. */
export function requireSchemaId(id: string, what: string, value: unknown): void {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, "schema")) return;
  const found = (value as { schema: unknown }).schema;
  if (typeof found !== "string" || found === id) return;
  throw new ManifestError("ERR_MANIFEST_SCHEMA_VERSION", `Cannot use ${what}: schema is not "${id}"`, {
    path: "/schema",
    details: { expected: id, found: excerpt(found, 64) },
  });
}
