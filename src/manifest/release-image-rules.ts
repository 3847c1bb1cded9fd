/** The rules of one image of a release: its source, its deltas, its encryption and its relations. */

import { compareVersions, excerpt } from "../core/index.ts";
import type { ReleaseManifest } from "./release.ts";
import { contradiction, type Place } from "./release-contradiction.ts";
import type { DownloadFile } from "./release-file.ts";
import type { ReleaseImage } from "./release-image.ts";
import { inComponentRange, isVersionOf, readComponentRange, schemeOf } from "./release-range.ts";
import type { ComponentCondition } from "./release-relation.ts";

/** Refuses an image that contradicts itself. */
export function requireImageRules(manifest: ReleaseManifest, image: ReleaseImage, at: Place): void {
  requireSourceRules(image, at);
  requireDataFormatRules(image, at);
  requireEncryptionRules(image, at);
  requireDeltaRules(image, at);
  requireHardwareRules(image, at);
  requireRelationRules(manifest, image, at);
}

function requireSourceRules(image: ReleaseImage, at: Place): void {
  const { version, versionScheme, releaseCounter, minimumSource } = image;
  if (versionScheme !== undefined && !isVersionOf(versionScheme, version)) {
    throw contradiction("ERR_MANIFEST_VERSION", "the version is none of its scheme", ...at, "version");
  }
  if (minimumSource === undefined) return;
  const refuse = (what: string, ...inside: Place) =>
    contradiction("ERR_MANIFEST_MINIMUM_SOURCE", what, ...at, "minimumSource", ...inside);
  const { releaseCounter: least, version: oldest } = minimumSource;
  if (least === undefined && oldest === undefined) throw refuse("the minimum source has no bound");
  if (least !== undefined && least > releaseCounter) {
    throw refuse("the minimum source is above the image itself", "releaseCounter");
  }
  if (oldest === undefined) return;
  if (versionScheme === undefined || versionScheme === "opaque") {
    throw refuse("a minimum version needs an order: versionScheme", "version");
  }
  const order = compareVersions(versionScheme, oldest, version);
  if (order === undefined) throw refuse("the minimum version has no order with the image's", "version");
  if (order > 0) throw refuse("the minimum source is above the image itself", "version");
}

function requireDataFormatRules({ dataFormat }: ReleaseImage, at: Place): void {
  if (dataFormat === undefined || dataFormat.minimumRead <= dataFormat.produced) return;
  const what = "the image cannot read the data that it produces";
  throw contradiction("ERR_MANIFEST_DATA_FORMAT", what, ...at, "dataFormat", "minimumRead");
}

function requireEncryptionRules(image: ReleaseImage, at: Place): void {
  const check = ({ hashes, encryption }: DownloadFile, place: Place): void => {
    if (encryption?.ciphertext.hashes.sha256 !== hashes.sha256) return;
    const what = "plaintext and ciphertext are the same file";
    throw contradiction("ERR_MANIFEST_ENCRYPTION", what, ...place, "encryption", "ciphertext");
  };
  check(image, at);
  image.deltas?.forEach((delta, index) => {
    check(delta, [...at, "deltas", index]);
  });
}

function requireDeltaRules(image: ReleaseImage, at: Place): void {
  const { deltas = [], hashes } = image;
  const seen = new Set<string>();
  // Where a file can be turned into the image, found backwards from it.
  const leading = new Set([hashes.sha256]);
  const resultOf = (delta: (typeof deltas)[number]): string => (delta.result ?? image).hashes.sha256;
  deltas.forEach((delta, index) => {
    const place = [...at, "deltas", index];
    const [base, result] = [delta.base.hashes.sha256, resultOf(delta)];
    if (base === result) {
      throw contradiction("ERR_MANIFEST_DELTA", "the base of a delta is its own result", ...place, "base");
    }
    const edge = `${base} ${result} ${delta.format}`;
    if (seen.has(edge)) {
      throw contradiction("ERR_MANIFEST_DELTA", "two deltas of one format have the same base and result", ...place);
    }
    seen.add(edge);
  });
  for (let before = 0; before < leading.size; ) {
    before = leading.size;
    for (const delta of deltas) if (leading.has(resultOf(delta))) leading.add(delta.base.hashes.sha256);
  }
  deltas.forEach((delta, index) => {
    if (leading.has(resultOf(delta))) return;
    const what = "no other delta leads on from the result of a delta";
    throw contradiction("ERR_MANIFEST_DELTA", what, ...at, "deltas", index, "result");
  });
}

function requireHardwareRules({ requiresHw, notHw = [] }: ReleaseImage, at: Place): void {
  requiresHw?.forEach((variant, index) => {
    if (!notHw.includes(variant)) return;
    const what = `hardware "${excerpt(variant)}" is required and excluded`;
    throw contradiction("ERR_MANIFEST_RELATION", what, ...at, "requiresHw", index);
  });
}

function requireRelationRules(manifest: ReleaseManifest, image: ReleaseImage, at: Place): void {
  const { requires = [], conflicts = [], provides = {} } = image;
  for (const [component, version] of Object.entries(provides)) {
    if (isVersionOf(schemeOf(manifest, component), version)) continue;
    throw contradiction("ERR_MANIFEST_VERSION", "the version is none of its scheme", ...at, "provides", component);
  }
  const seen = new Set<string>();
  const check = (kind: "requires" | "conflicts", condition: ComponentCondition, index: number): void => {
    const place = [...at, kind, index];
    const { component, range, hardwareId = "" } = condition;
    const found = readComponentRange(schemeOf(manifest, component), range);
    if (found === undefined) {
      throw contradiction("ERR_MANIFEST_RANGE", "the range is none of the component's scheme", ...place, "range");
    }
    const refuse = (what: string) => contradiction("ERR_MANIFEST_RELATION", `${what} "${component}"`, ...place);
    const name = `${component} ${hardwareId} ${range}`;
    if (seen.has(name)) throw refuse("twice in the relations of an image is");
    seen.add(name);
    const own = Object.hasOwn(provides, component) ? provides[component] : undefined;
    if (own === undefined || (hardwareId !== "" && hardwareId !== image.hardwareId)) return;
    if (kind === "requires") throw refuse("the image requires what it provides itself:");
    if (inComponentRange(found, own)) throw refuse("the image conflicts with what it provides itself:");
  };
  requires.forEach((condition, index) => {
    check("requires", condition, index);
  });
  conflicts.forEach((condition, index) => {
    check("conflicts", condition, index);
  });
}
