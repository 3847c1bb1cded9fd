/** Text of a document in messages and logs: it is hostile, of any length, and may be meant for a terminal to obey. */

import { excerpt } from "../core/index.ts";

/** The start of a text, with a mark where it goes on. */
export function shortened(text: string): string {
  return text.length > 128 ? `${excerpt(text)}…` : text;
}

/** A text with all but printable ASCII escaped as in JSON. */
export function printable(text: string): string {
  return text.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
