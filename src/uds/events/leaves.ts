/** The values of the documents of this folder that have no inner parts: each with the words for what it must be. */

import * as z from "zod/mini";
import { loneSurrogate } from "../../core/index.ts";
import type { Schema } from "./bounded.ts";
import { longestKey } from "./draft.ts";

/** A whole number within bounds. */
export function integer(lowest: number, highest: number): Schema<number> {
  const words = `integer ${lowest} .. ${highest}`;
  return z.int(words).check(z.gte(lowest, words), z.lte(highest, words));
}

/** 0 .. 255. */
export function byte(): Schema<number> {
  return integer(0, 255);
}

/** Epoch milliseconds. */
export function instant(): Schema<number> {
  return integer(0, Number.MAX_SAFE_INTEGER);
}

/** Text with a bound, possibly empty. */
export function text(longest: number): Schema<string> {
  const words = `text of at most ${longest} characters`;
  return z.string(words).check(z.maxLength(longest, words));
}

/** Name of something, for people. */
export function name(): Schema<string> {
  return text(256);
}

/** Key of a vehicle, address of an entity, native code. */
export function key(): Schema<string> {
  const words = `well-formed text of 1 .. ${longestKey} characters`;
  const isWellFormed = z.refine((value) => loneSurrogate(value as string) < 0, words);
  return z.string(words).check(z.minLength(1, words), z.maxLength(longestKey, words), isWellFormed);
}

/** Whole bytes as upper-case hexadecimal. */
export function hex(): Schema<string> {
  const words = "pairs of upper-case hexadecimal digits";
  return z.string(words).check(z.regex(/^(?:[0-9A-F]{2})*$/, words));
}

/** True, false, or null where nobody knows. */
export function triState(): Schema<boolean | null> {
  return z.nullable(z.boolean("true, false or null"));
}

/** One of a few words. */
export function oneOf<const T extends string>(words: readonly T[]): Schema<T> {
  return z.enum(words as readonly string[], `one of ${words.join(", ")}`) as unknown as Schema<T>;
}
