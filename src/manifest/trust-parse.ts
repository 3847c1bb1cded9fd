/** Reads trust files: the shape by zod, then the rules across roles. Nothing is verified here. */

import * as z from "zod/mini";
import { jsonPointer, type Limits, parseStrictJson, parseUtcTime } from "../core/index.ts";
import { checkTrustedKeys, type PublicKey, sameKey, type TrustedKeys } from "../signing/index.ts";
import { ManifestError } from "./errors.ts";
import { requireSchemaId, requireShape } from "./require-shape.ts";
import type { ReleaseTrust, ReleaseTrustRole } from "./trust.ts";

const what = "trust file";

/** Most keys of a role: each is tried with signatures that name none. */
const mostKeys = 32;

const rolesSchema = /* @__PURE__ */ z.strictObject({
  trust: z.unknown(),
  release: z.unknown(),
  rollback: z.exactOptional(z.unknown()),
});

const trustSchema = /* @__PURE__ */ z.strictObject({
  schema: z.literal("ota-release-trust/1"),
  version: z.int().check(z.gte(1)),
  expires: z.string().check(z.maxLength(20)),
  roles: rolesSchema,
});

const roleSchema = /* @__PURE__ */ z.strictObject({
  keys: z.array(z.unknown()).check(z.minLength(1), z.maxLength(mostKeys)),
  threshold: z.int().check(z.gte(1)),
});

const keySchema = /* @__PURE__ */ z.strictObject({
  scheme: z.string(),
  keyId: z.string().check(z.regex(/^[\x21-\x7e]{1,128}$/)),
  material: z.string(),
});

/**
 * Reads a trust file from its signed bytes. Members that this reader does not know are refused: what they grant or forbid
 * would be lost.
 *
 * This checks shape only. Use `openReleaseTrust` and `followReleaseTrust` for anything that is going to be trusted.
 *
 * @param limits - `maxBytes`, `maxDepth` and `maxEntries` apply
 * @throws `CoreError` `ERR_CORE_JSON_*`, `ERR_CORE_UTF8` or `ERR_CORE_LIMIT` when the bytes are no strict JSON
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA`, `ERR_MANIFEST_SCHEMA_VERSION`, or `ERR_MANIFEST_TRUST_ROLES` when a key may
 * both release and authorise going back
 * @throws `SigningError` `ERR_SIGNING_TRUST_*` or `ERR_SIGNING_KEY_*` when the keys of a role cannot reach its threshold
 */
export function parseReleaseTrust(bytes: Uint8Array, limits?: Partial<Limits>): ReleaseTrust {
  const value = parseStrictJson(bytes, limits) as unknown;
  requireSchemaId("ota-release-trust/1", what, value);
  requireShape(trustSchema, what, value);
  requireTime(value.expires);
  const { roles } = value;
  for (const name of Object.keys(roles) as ReleaseTrustRole[]) requireRole(roles[name], name);
  const trust = value as ReleaseTrust;
  requireSeparation(trust.roles);
  return trust;
}

function requireTime(expires: string): void {
  try {
    parseUtcTime(expires);
  } catch (cause) {
    const path = "/expires";
    throw new ManifestError("ERR_MANIFEST_SCHEMA", `Cannot use ${what}: "${path}" is no UTC time`, { path, cause });
  }
}

function requireRole(role: unknown, name: ReleaseTrustRole): void {
  const at = ["roles", name];
  requireShape(roleSchema, what, role, at);
  role.keys.forEach((key, index) => {
    requireShape(keySchema, what, key, [...at, "keys", index]);
  });
  checkTrustedKeys(role as TrustedKeys, jsonPointer(...at));
}

/** Whoever could do both would go back without asking anybody: the second signature is the whole point of the role. */
function requireSeparation({ release, rollback }: ReleaseTrust["roles"]): void {
  rollback?.keys.forEach((key: PublicKey, index) => {
    if (!release.keys.some((other) => sameKey(key, other))) return;
    throw new ManifestError(
      "ERR_MANIFEST_TRUST_ROLES",
      `Cannot use ${what}: key "${key.keyId}" may both sign releases and authorise a rollback`,
      { path: jsonPointer("roles", "rollback", "keys", index) },
    );
  });
}
