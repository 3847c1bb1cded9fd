/**
 * The `critical` lists of a release: fields that a reader must understand or refuse the release, so that an old vehicle cannot
 * pass over a new safety rule.
 *
 * A field is understood when this package carries out its rule, or when the application says that it does. A field that is
 * named and not there is refused by every reader.
 */

import type * as z from "zod/mini";
import { excerpt, jsonPointer } from "../core/index.ts";
import { compositeOf, required } from "./bounded-schema.ts";
import { ManifestError } from "./errors.ts";
import type { ReleaseManifest } from "./release.ts";
import type { Place } from "./release-contradiction.ts";
import { releaseSchema } from "./release-schema.ts";

/** Names from the document inwards; `*` for every element of a list or member of a record. */
type FieldPath = readonly string[];

/** Fields that this package reads and hands on, whose rule only the application can carry out. */
export const applicationFields: readonly string[] = [
  "groups",
  "conditions",
  "recovery",
  "approvals",
  "evidence",
  "installDurationMs",
  "notices",
  "/images/*/evidence",
];

/**
 * Refuses a release that names a critical field which is not there: its writer took for granted what nobody signed.
 *
 * @throws `ManifestError` `ERR_MANIFEST_CRITICAL`
 */
export function requireCriticalPresent(manifest: ReleaseManifest): void {
  forEachCritical(manifest, (path, { owner }) => (isPresent(owner, path) ? undefined : "is not there"));
}

/**
 * Refuses a release with a critical field that the reader does not understand.
 *
 * @param understands - paths of fields that the application acts on, each with everything below it
 * @throws `ManifestError` `ERR_MANIFEST_CRITICAL`
 */
export function requireUnderstood(manifest: ReleaseManifest, understands: readonly string[]): void {
  const own = understands.map(readPath);
  const apart = applicationFields.map(readPath);
  forEachCritical(manifest, (inside, { at }) => {
    const path = [...at.map(String), ...inside];
    const isUnderstood = isKnown(path) && !apart.some((field) => covers(field, path));
    return isUnderstood || own.some((field) => covers(field, path)) ? undefined : "is not understood";
  });
}

/** An object with a `critical` list, and its place. */
interface Owner {
  readonly owner: { readonly critical?: readonly string[] };
  readonly at: Place;
}

/** Goes through all lists; throws for the first entry in which `faultOf` finds one. */
function forEachCritical(
  manifest: ReleaseManifest,
  faultOf: (path: FieldPath, owner: Owner) => string | undefined,
): void {
  const owners: readonly Owner[] = [
    { owner: manifest, at: [] },
    ...manifest.images.map((image, index) => ({ owner: image, at: ["images", index] })),
  ];
  for (const entry of owners) {
    entry.owner.critical?.forEach((name, index) => {
      const fault = faultOf(readPath(name), entry);
      if (fault === undefined) return;
      const field = excerpt(name);
      throw new ManifestError("ERR_MANIFEST_CRITICAL", `Cannot use release: critical field "${field}" ${fault}`, {
        path: jsonPointer(...entry.at, "critical", index),
        details: { field },
      });
    });
  }
}

/** A bare name is a member of the object that has the list; a path begins with a slash (escapes of RFC 6901 section 4). */
function readPath(name: string): FieldPath {
  if (!name.startsWith("/")) return [name];
  return name
    .slice(1)
    .split("/")
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Tells whether a field is the given one or below it; a `*` of the field stands for any segment. */
function covers(field: FieldPath, path: FieldPath): boolean {
  return field.length <= path.length && field.every((segment, index) => segment === "*" || segment === path[index]);
}

/** Tells whether the schema names the field, so that this reader knows its meaning. */
function isKnown(path: FieldPath): boolean {
  let schema: z.ZodMiniType<unknown> = releaseSchema;
  for (const segment of path) {
    const composite = compositeOf(schema);
    if (composite === undefined) return false;
    if (composite.kind === "object") {
      if (!Object.hasOwn(composite.members, segment)) return false;
      schema = required(composite.members[segment]!);
    } else if (composite.kind === "record") schema = composite.member;
    else if (segment === "*" || /^[0-9]+$/.test(segment)) schema = composite.element;
    else return false;
  }
  return true;
}

/** Tells whether at least one field of the path is in the document. */
function isPresent(value: unknown, path: FieldPath, from = 0): boolean {
  const segment = path[from];
  if (segment === undefined) return true;
  if (typeof value !== "object" || value === null) return false;
  if (segment === "*") return Object.values(value).some((member) => isPresent(member, path, from + 1));
  if (!Object.hasOwn(value, segment)) return false;
  return isPresent((value as Record<string, unknown>)[segment], path, from + 1);
}
