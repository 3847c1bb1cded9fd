/** The digests of a release's file as target verifiers take them. */

import type { FileReference } from "../release-file.ts";

/** Length and hashes by algorithm. */
export function targetOf({ length, hashes }: FileReference): { length: number; hashes: Record<string, string> } {
  return { length, hashes: { ...hashes } };
}
