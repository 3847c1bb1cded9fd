/** Values of options that the commands of patches share: sizes, digests, words. */

import { type Bytes, hexToBytes } from "otakit/core";
import { usageError } from "../command.ts";

/** Longest image that is read whole; the format of patches ends there. */
export const maxImageBytes = 0x7fff_0000;

/** Options of the effort and memory of an `otadelta` patch. */
export const effortOption = {
  level: { value: "WORD", help: "time to spend: fast, default or smallest" },
} as const;

/** The words that `--level` takes. */
export const levels = ["fast", "default", "smallest"] as const;

/** The words that `--profile` takes. */
export const profiles = ["tiny", "default", "smallest"] as const;

/** An option of one of some words; nothing when it is not given. */
export function wordOption<Word extends string>(
  name: string,
  given: string | undefined,
  words: readonly Word[],
  command: string,
): Word | undefined {
  if (given === undefined || (words as readonly string[]).includes(given)) return given as Word | undefined;
  throw usageError(`--${name} expected one of ${words.join(", ")}, got "${given}"`, command);
}

const units: Readonly<Record<string, number>> = { "": 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/** An option of a number of bytes, with `K`, `M` or `G` for powers of 1024. */
export function sizeOption(name: string, given: string | undefined, command: string): number | undefined {
  if (given === undefined) return undefined;
  const [, digits, unit] = /^(\d{1,15})([KMG]?)$/.exec(given) ?? [];
  const size = digits === undefined ? Number.NaN : Number(digits) * units[unit!]!;
  if (Number.isSafeInteger(size)) return size;
  throw usageError(`--${name} expected bytes, as 65536, 64K, 16M or 1G, got "${given}"`, command);
}

/** An option of a SHA-256. */
export function digestOption(name: string, given: string | undefined, command: string): Bytes | undefined {
  if (given === undefined) return undefined;
  if (/^[0-9A-Fa-f]{64}$/.test(given)) return hexToBytes(given);
  throw usageError(`--${name} expected 64 hexadecimal digits, got "${given}"`, command);
}
