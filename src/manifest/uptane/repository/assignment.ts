/**
 * What a Director is told to direct: the images of one vehicle, resolved already (Uptane 2.1.0 section 5.3.2.1).
 *
 * Which images a vehicle should have, and whether they fit together, is decided elsewhere; here the answer is plain data.
 */

import * as z from "zod/mini";
import { encodeJcs, equalBytes, excerpt, type JsonObject, type JsonValue, jsonPointer } from "../../../core/index.ts";
import { listOf, objectOf, requireDocument } from "../../bounded-schema.ts";
import { ManifestError } from "../../errors.ts";
import { counter, identifier } from "../../shapes.ts";
import type { TufHashes, TufTargetFile } from "../../tuf/metadata.ts";
import { type UptaneRepositoryReason, uptaneRepositoryReason } from "./reasons.ts";

/** An image for one ECU. */
export interface DirectorImage {
  /** Identifier of the ECU, unique in the vehicle: 1 .. 128 of `A-Z a-z 0-9 . _ : -`. */
  readonly ecuId: string;
  /** Hardware identifier of the ECU, of the same form. */
  readonly hardwareId: string;
  /** Target path, exactly as the Image repository lists it. */
  readonly path: string;
  /** Integer >= 0, in bytes. */
  readonly length: number;
  /** Lower-case hexadecimal; at least SHA-256 or SHA-512. */
  readonly hashes: TufHashes;
  /** Integer >= 0, as the Image repository lists it. */
  readonly releaseCounter: number;
  /** Further custom metadata of the image, for example under `otakit`; `ecuIdentifiers` and `releaseCounter` are written here. */
  readonly custom?: JsonObject;
}

/** What one vehicle is to run; ECUs that are not named keep what they have. */
export interface DirectorAssignment {
  /** Identifier of the vehicle, pseudonymous rather than its VIN: 1 .. 128 of `A-Z a-z 0-9 . _ : -`. */
  readonly vehicleId: string;
  /** Empty: the vehicle is to change nothing. */
  readonly images: readonly DirectorImage[];
}

const what = "assignment";

const digestForms: Readonly<Record<string, RegExp>> = Object.assign(Object.create(null), {
  sha256: /^[0-9a-f]{64}$/,
  sha512: /^[0-9a-f]{128}$/,
});

const otherDigest = /^[0-9a-f]{2,256}$/;

/** SHA-256, SHA-512 or both, each whole, because vehicles check every one; others may stand beside them. */
const isHashes = (value: unknown): value is TufHashes =>
  isRecord(value) &&
  (Object.hasOwn(value, "sha256") || Object.hasOwn(value, "sha512")) &&
  Object.entries(value).every(
    ([algorithm, digest]) => typeof digest === "string" && (digestForms[algorithm] ?? otherDigest).test(digest),
  );

/** 5.2: strings are in Unicode Normalization Form C, because they are compared code point by code point. */
export function isNormal(text: string): boolean {
  return text.normalize("NFC") === text;
}

/** Custom metadata that the builder writes itself. */
const reserved = ["ecuIdentifiers", "releaseCounter", "release_counter"];

const isCustom = (value: unknown): value is JsonObject =>
  isRecord(value) && reserved.every((name) => !Object.hasOwn(value, name));

const imageSchema = /* @__PURE__ */ objectOf<DirectorImage>({
  ecuId: identifier,
  hardwareId: identifier,
  path: z.string().check(z.minLength(1), z.maxLength(1_024), z.refine(isNormal)),
  length: counter,
  hashes: z.custom<TufHashes>(isHashes),
  releaseCounter: counter,
  custom: z.exactOptional(z.custom<JsonObject>(isCustom)),
});

const assignmentSchema = /* @__PURE__ */ objectOf<DirectorAssignment>({
  vehicleId: identifier,
  images: /* @__PURE__ */ listOf(imageSchema, 0, 10_000),
});

/**
 * Checks that an assignment is of its shape.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA` with the JSON pointer of the fault
 */
export function requireAssignment(value: unknown): asserts value is DirectorAssignment {
  requireDocument(assignmentSchema, what, value);
}

/**
 * Everything that makes an assignment contradict itself: an ECU twice, one path for two contents.
 *
 * Standard: Uptane 2.1.0 section 5.4.4.6 step 7 has every client check the first.
 */
export function contradictionsOf({ images }: DirectorAssignment): readonly UptaneRepositoryReason[] {
  const reasons: UptaneRepositoryReason[] = [];
  const ecus = new Set<string>();
  const byPath = new Map<string, DirectorImage>();
  images.forEach((image, index) => {
    const { ecuId, path } = image;
    const at = jsonPointer("images", index);
    if (ecus.has(ecuId)) reasons.push(uptaneRepositoryReason("uptane_director_ecu_twice", "5.4.4.6", { ecuId }, at));
    ecus.add(ecuId);
    const other = byPath.get(path);
    if (other === undefined) byPath.set(path, image);
    else if (!isOneEntry(other, image)) {
      const evidence = { path: excerpt(path), ecuIds: [other.ecuId, ecuId] };
      reasons.push(uptaneRepositoryReason("uptane_director_path_conflict", "5.2.3.1", evidence, at));
    }
  });
  return reasons;
}

/** Whether two entries are of the same bytes under the same set of hashes, as a vehicle demands of both repositories. */
export function isSameImage(
  left: Pick<TufTargetFile, "length" | "hashes">,
  right: TufTargetFile | DirectorImage,
): boolean {
  return left.length === right.length && sameJson(left.hashes, right.hashes);
}

/** Whether two JSON values are equal, whatever the order of their members. */
export function sameJson(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return equalBytes(encodeJcs(left), encodeJcs(right));
}

/** Whether two images can share the one entry that metadata has for their path. */
function isOneEntry(left: DirectorImage, right: DirectorImage): boolean {
  return (
    isSameImage(left, right) && left.releaseCounter === right.releaseCounter && sameJson(left.custom, right.custom)
  );
}

/** Refuses an assignment that contradicts itself. */
export function requireConsistent(assignment: DirectorAssignment): void {
  const reasons = contradictionsOf(assignment);
  if (reasons.length === 0) return;
  throw new ManifestError("ERR_MANIFEST_UPTANE_ASSIGNMENT", `Cannot direct: ${reasons[0]!.message.slice(0, -1)}`, {
    path: reasons[0]!.path!,
    details: { reasons },
  });
}

/** The entries of an assignment, one for each path with all the ECUs that are to run it. */
export function entriesOf({ images }: DirectorAssignment): readonly (readonly [string, TufTargetFile])[] {
  const ecusOf = new Map<string, Record<string, JsonObject>>();
  const entries: (readonly [string, TufTargetFile])[] = [];
  for (const { ecuId, hardwareId, path, length, hashes, releaseCounter, custom } of images) {
    let ecuIdentifiers = ecusOf.get(path);
    if (ecuIdentifiers === undefined) {
      ecuIdentifiers = Object.create(null) as Record<string, JsonObject>;
      ecusOf.set(path, ecuIdentifiers);
      entries.push([path, { length, hashes, custom: { ...custom, ecuIdentifiers, releaseCounter } }]);
    }
    ecuIdentifiers[ecuId] = { hardwareId };
  }
  return entries;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
