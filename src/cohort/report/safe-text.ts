/** Names of others in reports: a plan comes from outside, and its texts must neither move a cursor nor become markup. */

import { formatUtcTime } from "../../core/index.ts";

/** Characters that a terminal obeys, that turn the direction of writing around, or that break a line. */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

/** A text of one line that is shown as it is: unsafe characters become `\u{…}`. */
export function plainText(text: string): string {
  return text.replace(unsafe, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** The same as content of an HTML element, or as an attribute in double quotes. */
export function htmlText(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return plainText(text).replace(/[&<>"']/g, (character) => entities[character]!);
}

/** An instant as RFC 3339 writes it, to the second that it is in; one beyond the year 9999 as a number. */
export function instantText(atMs: number): string {
  return atMs <= 253_402_300_799_999 ? formatUtcTime(Math.floor(atMs / 1_000) * 1_000) : `${atMs} ms`;
}
