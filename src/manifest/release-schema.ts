/** The shape of `ota-release/1`: each schema has exactly the members of its type, see {@link objectOf}. */

import * as z from "zod/mini";
import type { JsonObject, JsonValue } from "../core/index.ts";
import { listOf, objectOf, recordOf } from "./bounded-schema.ts";
import type { ReleaseGroup, ReleaseManifest, ReleaseNotice, RxswinChange } from "./release.ts";
import type {
  DocumentReference,
  FileEncryption,
  FileHashes,
  FileReference,
  StatementReference,
} from "./release-file.ts";
import type { DataFormat, MinimumSource, ReleaseDelta, ReleaseImage } from "./release-image.ts";
import {
  componentGlob,
  criticalPath,
  filePath,
  formatName,
  itemText,
  languageTag,
  longText,
  positive,
  rangeText,
  regulationName,
  sha256Hex,
  sha512Hex,
  shortLine,
  titleText,
  uri,
  utcTime,
  versionScheme,
  versionText,
} from "./release-leaves.ts";
import type { ComponentCondition } from "./release-relation.ts";
import { counter, identifier } from "./shapes.ts";

/** Most names in one `critical` list. */
const mostCritical = 32;

const optional = z.exactOptional;

const hashes = /* @__PURE__ */ objectOf<FileHashes>({ sha256: sha256Hex, sha512: optional(sha512Hex) });

const file = /* @__PURE__ */ objectOf<FileReference>({ length: positive, hashes });

const parameters: z.ZodMiniType<JsonObject> = /* @__PURE__ */ recordOf(
  shortLine,
  /* @__PURE__ */ z.unknown() as z.ZodMiniType<unknown> as z.ZodMiniType<JsonValue>,
  100,
);

const encryption = /* @__PURE__ */ objectOf<FileEncryption>({
  scheme: formatName,
  keyId: optional(identifier),
  ciphertext: file,
  parameters: optional(parameters),
});

const download = () => ({
  length: positive,
  hashes,
  path: optional(filePath),
  encryption: optional(encryption),
});

const document = /* @__PURE__ */ objectOf<DocumentReference>({
  uri,
  hashes,
  length: optional(positive),
  mediaType: optional(shortLine),
});

const statement = /* @__PURE__ */ objectOf<StatementReference>({ predicateType: uri, hashes, uri: optional(uri) });

const delta = /* @__PURE__ */ objectOf<ReleaseDelta>({
  ...download(),
  format: formatName,
  base: file,
  result: optional(file),
  memoryBytes: optional(counter),
});

const condition = /* @__PURE__ */ objectOf<ComponentCondition>({
  component: identifier,
  range: rangeText,
  hardwareId: optional(identifier),
  slot: optional(z.literal("active", "active")),
});

const image = /* @__PURE__ */ objectOf<ReleaseImage>({
  ...download(),
  hardwareId: identifier,
  version: versionText,
  versionScheme: optional(versionScheme),
  releaseCounter: counter,
  securityEpoch: counter,
  deltas: optional(listOf(delta, 0, 100)),
  minimumSource: optional(
    objectOf<MinimumSource>({ releaseCounter: optional(counter), version: optional(versionText) }),
  ),
  dataFormat: optional(objectOf<DataFormat>({ produced: counter, minimumRead: counter })),
  requires: optional(listOf(condition, 0, 100)),
  conflicts: optional(listOf(condition, 0, 100)),
  provides: optional(recordOf(identifier, versionText, 1_000)),
  clears: optional(listOf(componentGlob, 0, 100)),
  requiresHw: optional(listOf(shortLine, 1, 100)),
  notHw: optional(listOf(shortLine, 1, 100)),
  evidence: optional(listOf(statement, 0, 1_000)),
  critical: optional(listOf(criticalPath, 1, mostCritical)),
});

const notice = /* @__PURE__ */ objectOf<ReleaseNotice>({
  title: titleText,
  text: longText,
  changedFunctions: optional(listOf(itemText, 0, 100)),
  unavailableFunctions: optional(listOf(itemText, 0, 100)),
  instructions: optional(longText),
});

/** The whole document. */
export const releaseSchema: z.ZodMiniType<ReleaseManifest> = /* @__PURE__ */ objectOf<ReleaseManifest>({
  schema: z.literal("ota-release/1"),
  releaseId: identifier,
  sequence: optional(counter),
  issued: optional(utcTime),
  expires: utcTime,
  images: listOf(image, 1, 10_000),
  groups: optional(
    listOf(objectOf<ReleaseGroup>({ name: identifier, hardwareIds: listOf(identifier, 2, 1_000) }), 0, 1_000),
  ),
  versionSchemes: optional(recordOf(identifier, versionScheme, 1_000)),
  rxswin: optional(
    listOf(
      objectOf<RxswinChange>({ regulation: regulationName, before: optional(shortLine), after: shortLine }),
      0,
      100,
    ),
  ),
  conditions: optional(document),
  recovery: optional(document),
  approvals: optional(listOf(statement, 0, 100)),
  evidence: optional(listOf(statement, 0, 1_000)),
  installDurationMs: optional(positive),
  notices: optional(recordOf(languageTag, notice, 200)),
  critical: optional(listOf(criticalPath, 1, mostCritical)),
});
