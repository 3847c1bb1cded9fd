/** Reads floors back from storage: untrusted input, of this version or an older one. */

import * as z from "zod/mini";
import { jsonPointer, type Limits, parseStrictJson } from "../core/index.ts";
import { listOf, objectOf, recordOf, requireDocument } from "./bounded-schema.ts";
import { ManifestError } from "./errors.ts";
import type { EcuFloor, RollbackLedger, RollbackUse, SeenImage, UpdateFloors } from "./floors-state.ts";
import { requireSchemaId } from "./require-shape.ts";
import { counter, identifier } from "./shapes.ts";
import { mostRootRoleKeys } from "./tuf/metadata.ts";

const what = "update floors";

/** Most ECUs: floors of as many, each with all that it may have, are sealed and read within the default limits. */
const mostEcus = 1000;

const digest: z.ZodMiniType<string> = /* @__PURE__ */ z.string().check(z.regex(/^[0-9a-f]{64}$/));
const serial: z.ZodMiniType<number> = /* @__PURE__ */ z.int().check(z.gte(1));

const seenSchema: z.ZodMiniType<SeenImage> = /* @__PURE__ */ objectOf<SeenImage>({
  releaseCounter: counter,
  sha256: digest,
});

const ecuSchema: z.ZodMiniType<EcuFloor> = /* @__PURE__ */ objectOf<EcuFloor>({
  releaseCounter: counter,
  securityEpoch: counter,
  installed: z.exactOptional(seenSchema),
  failed: z.exactOptional(listOf(digest, 0, 32)),
});

const useSchema: z.ZodMiniType<RollbackUse> = /* @__PURE__ */ objectOf<RollbackUse>({
  authorisation: digest,
  sha256: digest,
  state: z.enum(["begun", "installed", "left"]),
});

const ledgerSchema: z.ZodMiniType<RollbackLedger> = /* @__PURE__ */ objectOf<RollbackLedger>({
  serial: counter,
  authorisation: z.exactOptional(digest),
  leastSerial: serial,
  revoked: listOf(serial, 0, 256),
  nonces: listOf(z.string().check(z.regex(/^([0-9a-f]{2}){16,64}$/)), 0, 64),
  ecus: recordOf(identifier, useSchema, mostEcus),
});

const metadataName: z.ZodMiniType<string> = /* @__PURE__ */ z.string().check(z.regex(/^[a-z]{1,64}(\/[a-z]{1,64})?$/));

const repositoryName: z.ZodMiniType<string> = /* @__PURE__ */ z.string().check(z.regex(/^[a-z]{1,64}$/));

const floorsSchema: z.ZodMiniType<UpdateFloors> = /* @__PURE__ */ objectOf<UpdateFloors>({
  schema: z.literal("otakit.update-floors/2"),
  vehicleId: z.exactOptional(identifier),
  timeMs: counter,
  metadata: recordOf(metadataName, counter, 64),
  keys: z.exactOptional(recordOf(repositoryName, listOf(digest, 0, 2 * mostRootRoleKeys), 8)),
  ecus: recordOf(identifier, ecuSchema, mostEcus),
  rollback: ledgerSchema,
});

/** Members of each object: a rule that this reader does not know must not be passed over. */
const members = {
  floors: ["schema", "vehicleId", "timeMs", "metadata", "keys", "ecus", "rollback"],
  ecu: ["releaseCounter", "securityEpoch", "installed", "failed"],
  seen: ["releaseCounter", "sha256"],
  ledger: ["serial", "authorisation", "leastSerial", "revoked", "nonces", "ecus"],
  use: ["authorisation", "sha256", "state"],
} as const;

/**
 * Reads floors back from storage; they are untrusted input. Floors of `otakit.update-floors/1` become those of version 2, with a
 * time floor of 0 and an empty ledger.
 *
 * @param limits - `maxBytes`, `maxDepth` and `maxEntries` apply
 * @throws `CoreError` `ERR_CORE_JSON_*` or `ERR_CORE_LIMIT`
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA`, or `ERR_MANIFEST_SCHEMA_VERSION` for a version this reader does not know
 */
export function parseUpdateFloors(bytes: Uint8Array, limits?: Partial<Limits>): UpdateFloors {
  return checkFloors(upcast(parseStrictJson(bytes, limits)));
}

/** Version 1 had the floors of ECUs alone. */
function upcast(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, "schema")) return value;
  if ((value as { schema: unknown }).schema !== "otakit.update-floors/1") return value;
  const rollback = { serial: 0, leastSerial: 1, revoked: [], nonces: [], ecus: {} };
  return { ...value, schema: "otakit.update-floors/2", timeMs: 0, metadata: {}, rollback };
}

/** Checks floors and gives a copy, which nobody else can lower. */
export function checkFloors(value: unknown): UpdateFloors {
  requireSchemaId("otakit.update-floors/2", what, value);
  requireDocument(floorsSchema, what, value);
  onlyMembers(value, members.floors, []);
  onlyMembers(value.rollback, members.ledger, ["rollback"]);
  for (const [ecuId, ecu] of Object.entries(value.ecus)) {
    onlyMembers(ecu, members.ecu, ["ecus", ecuId]);
    if (ecu.installed !== undefined) onlyMembers(ecu.installed, members.seen, ["ecus", ecuId, "installed"]);
  }
  for (const [ecuId, use] of Object.entries(value.rollback.ecus)) {
    onlyMembers(use, members.use, ["rollback", "ecus", ecuId]);
  }
  return copyOf(value);
}

/** Every list and record anew; what they hold are texts, numbers and truth values. */
function copyOf({ metadata, keys, ecus, rollback, ...rest }: UpdateFloors): UpdateFloors {
  const { revoked, nonces, ecus: uses } = rollback;
  const copies = <T>(record: Readonly<Record<string, T>>, copy: (item: T) => T): Record<string, T> =>
    Object.fromEntries(Object.entries(record).map(([name, item]) => [name, copy(item)]));
  return {
    ...rest,
    metadata: { ...metadata },
    ...(keys === undefined ? {} : { keys: copies(keys, (digests) => [...digests]) }),
    ecus: copies(ecus, ({ installed, failed, ...floor }) => ({
      ...floor,
      ...(installed === undefined ? {} : { installed: { ...installed } }),
      ...(failed === undefined ? {} : { failed: [...failed] }),
    })),
    rollback: { ...rollback, revoked: [...revoked], nonces: [...nonces], ecus: copies(uses, (use) => ({ ...use })) },
  };
}

function onlyMembers(value: object, known: readonly string[], at: readonly string[]): void {
  if (Object.keys(value).every((name) => known.includes(name))) return;
  const path = jsonPointer(...at);
  throw new ManifestError("ERR_MANIFEST_SCHEMA", `Cannot use ${what}: "${path}" has a member that is not known`, {
    path,
    details: { rule: "unrecognized_keys" },
  });
}
