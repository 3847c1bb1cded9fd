/**
 * Metadata files as bytes: the RFC 8785 form of the whole document, signatures in order of their key ids.
 *
 * Equal documents are equal files, whoever collected the signatures in whichever order. The form in which TUF signs, OLPC
 * canonical JSON, would not do: it leaves the line feeds of PEM keys raw, which is no JSON.
 */

import { type Bytes, encodeJcs, type Limits } from "../../../core/index.ts";
import type { TufMetadata } from "../metadata.ts";

/** Most JSON members and elements of one file: as many as clients take (`TufPolicy.maxEntries`). */
export const fileLimits: Partial<Limits> = { maxBytes: 2 ** 30, maxEntries: 2_000_000 };

/**
 * Writes a metadata file.
 *
 * It checks nothing: `signTufMetadata` does, and is what gives files that may be published.
 *
 * @throws `CoreError` `ERR_CORE_JSON_*` for a value that has no JSON form, `ERR_CORE_LIMIT` above 2,000,000 members and elements
 * @example
 * ```ts
 * encodeTufMetadata(parseTufMetadata(bytes)); // the same document, in the one layout that otakit writes
 * ```
 */
export function encodeTufMetadata({ signed, signatures }: TufMetadata): Bytes {
  const sorted = [...signatures].sort((left, right) => (left.keyid < right.keyid ? -1 : 1));
  return encodeJcs({ signatures: sorted, signed }, fileLimits);
}
