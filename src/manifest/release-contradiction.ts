/** How a release is refused that contradicts itself. */

import { jsonPointer } from "../core/index.ts";
import { ManifestError, type ManifestErrorCode } from "./errors.ts";

/** Names and indices that lead to a value in the document. */
export type Place = readonly (string | number)[];

/** The refusal of a release, with the place of the fault. */
export function contradiction(code: ManifestErrorCode, what: string, ...at: Place): ManifestError {
  return new ManifestError(code, `Cannot use release: ${what}`, { path: jsonPointer(...at) });
}
