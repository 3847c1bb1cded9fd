/** Ranges of component versions: those of `otakit/core`, and equality alone for components whose versions have no order. */

import { parseVersionRange, satisfiesVersionRange, type VersionRange, versionKey } from "../core/index.ts";
import type { ReleaseManifest } from "./release.ts";
import type { ReleaseVersionScheme } from "./release-relation.ts";

/** A range that was read; `any` version, exactly one, or those of the comparisons. */
export type ComponentRange =
  | { readonly kind: "any" }
  | { readonly kind: "equal"; readonly version: string }
  | { readonly kind: "ordered"; readonly range: VersionRange };

/**
 * Reads a range of a component's versions: `*` for any, `=2024-b` alone where the scheme is `opaque`, else comparisons as
 * `parseVersionRange` reads them.
 *
 * @returns `undefined` when the text is no range of the scheme
 */
export function readComponentRange(scheme: ReleaseVersionScheme, text: string): ComponentRange | undefined {
  if (text === "*") return { kind: "any" };
  if (scheme === "opaque") {
    const version = /^=([^<>= ][^ ]*)$/.exec(text)?.[1];
    return version === undefined ? undefined : { kind: "equal", version };
  }
  try {
    return { kind: "ordered", range: parseVersionRange(scheme, text) };
  } catch {
    // The only argument that can be wrong is the text: the scheme was checked.
    return undefined;
  }
}

/**
 * Tells whether a version lies in a range.
 *
 * @param version - `undefined` when it is not known
 * @returns `undefined` when that cannot be told
 */
export function inComponentRange(range: ComponentRange, version: string | undefined): boolean | undefined {
  if (range.kind === "any") return true;
  if (version === undefined) return undefined;
  return range.kind === "equal" ? version === range.version : satisfiesVersionRange(range.range, version);
}

/** Tells whether a text is a version of the scheme. */
export function isVersionOf(scheme: ReleaseVersionScheme, text: string): boolean {
  return scheme === "opaque" || versionKey(scheme, text) !== undefined;
}

/** Order of a component's versions; none when the release does not say. */
export function schemeOf({ versionSchemes }: ReleaseManifest, component: string): ReleaseVersionScheme {
  return versionSchemes !== undefined && Object.hasOwn(versionSchemes, component)
    ? versionSchemes[component]!
    : "opaque";
}
