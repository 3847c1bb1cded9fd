/** A release with every field of `ota-release/1`, and copies of it that differ in one place. */

import { readFileSync } from "node:fs";
import type { ReleaseManifest } from "../../src/manifest/index.ts";

/** The file as it was first written; it stays readable for ever. */
export const completeBytes: Uint8Array = readFileSync(new URL("fixtures/ota-release-1.json", import.meta.url));

export function completeRelease(): ReleaseManifest {
  return JSON.parse(new TextDecoder().decode(completeBytes)) as ReleaseManifest;
}

/** The complete release with the value at a place replaced, or removed where `value` is `undefined`. */
export function changed(path: string, value: unknown): ReleaseManifest {
  const release = completeRelease();
  const segments = path.slice(1).split("/");
  const last = segments.pop()!;
  let owner = release as unknown as Record<string, unknown>;
  for (const segment of segments) owner = owner[segment] as Record<string, unknown>;
  if (value === undefined) delete owner[last];
  else Object.defineProperty(owner, last, { value, enumerable: true, configurable: true, writable: true });
  return release;
}
