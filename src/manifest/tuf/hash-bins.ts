/** Delegation by the hash of a path: prefixes (TUF 1.0.34 section 4.5) and equal bins (TAP 15). */

import { bytesToHex, type HashProvider, sha256, utf8ToBytes } from "../../core/index.ts";
import type { TufSuccinctRoles } from "./metadata.ts";

/** SHA-256 of a target path, lower-case hexadecimal: what `path_hash_prefixes` are prefixes of. */
export function tufPathHash(path: string, provider?: HashProvider): string {
  return bytesToHex(sha256(utf8ToBytes(path), provider));
}

/**
 * Name of the bin that lists a path.
 *
 * Standard: TAP 15, "succinct_roles": the leading `bit_length` bits of the path's SHA-256, in hexadecimal with leading zeros.
 *
 * @param pathHash - {@link tufPathHash} of the path
 */
export function tufBinOf(pathHash: string, bins: Pick<TufSuccinctRoles, "bit_length" | "name_prefix">): string {
  const leading = Number.parseInt(pathHash.slice(0, 8), 16);
  return tufBinName(Math.floor(leading / 2 ** (32 - bins.bit_length)), bins);
}

/** Name of a bin by its number, 0 .. `2 ** bit_length - 1`. */
export function tufBinName(number: number, bins: Pick<TufSuccinctRoles, "bit_length" | "name_prefix">): string {
  const digits = Math.ceil(bins.bit_length / 4);
  return `${bins.name_prefix}-${number.toString(16).padStart(digits, "0")}`;
}
