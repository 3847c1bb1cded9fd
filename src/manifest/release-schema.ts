/** Shapes of `ota-release/1` and of the stored floors, checked by zod; the value itself is never copied or changed. */

import * as z from "zod/mini";
import { jsonPointer } from "../core/index.ts";
import { ManifestError } from "./errors.ts";
import type { UpdateFloors } from "./floors.ts";
import type { ReleaseManifest } from "./release.ts";

const identifier = /* @__PURE__ */ z.string().check(z.regex(/^[A-Za-z0-9._:-]{1,128}$/));
const counter = /* @__PURE__ */ z.int().check(z.gte(0));

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

const releaseManifest: z.ZodMiniType<ReleaseManifest> = /* @__PURE__ */ z.looseObject({
  schema: z.literal("ota-release/1"),
  releaseId: identifier,
  expires: z.string(),
  images: z.array(image).check(z.minLength(1), z.maxLength(10_000)),
  critical: z.exactOptional(z.array(z.string()).check(z.minLength(1), z.maxLength(100))),
});

const updateFloors: z.ZodMiniType<UpdateFloors> = /* @__PURE__ */ z.strictObject({
  schema: z.literal("otakit.update-floors/1"),
  ecus: z.record(identifier, z.strictObject({ releaseCounter: counter, securityEpoch: counter })),
});

/** Gives the value as a release manifest, unchanged, or throws `ERR_MANIFEST_SCHEMA` or `ERR_MANIFEST_SCHEMA_VERSION`. */
export function requireReleaseShape(value: unknown): ReleaseManifest {
  return requireShape(releaseManifest, "ota-release/1", "release manifest", value);
}

/** Gives the value as stored floors, unchanged, or throws `ERR_MANIFEST_SCHEMA` or `ERR_MANIFEST_SCHEMA_VERSION`. */
export function requireFloorsShape(value: unknown): UpdateFloors {
  const floors = requireShape(updateFloors, "otakit.update-floors/1", "update floors", value);
  // zod passes over a member of this name, so that its value would go unchecked.
  if (Object.hasOwn(floors.ecus, "__proto__")) throw shapeError("update floors", "/ecus/__proto__", "invalid_key");
  return floors;
}

function requireShape<T>(schema: z.ZodMiniType<T>, id: string, what: string, value: unknown): T {
  requireSchemaId(id, what, value);
  const result = schema.safeParse(value);
  // The value itself, not zod's copy: unknown fields are part of what was signed.
  if (result.success) return value as T;
  const issue = result.error.issues[0]!;
  const path = jsonPointer(...issue.path.map((segment) => (typeof segment === "number" ? segment : String(segment))));
  throw shapeError(what, path, issue.code);
}

function shapeError(what: string, path: string, rule: string): ManifestError {
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
