/** hawkBit's wildcards: `*` stands for any text, `\*` for itself. */

import { maxTextLength } from "../selector/check.ts";
import type { Expression } from "../selector/selector.ts";

/** The texts between the wildcards of a value; one element when it has none. */
export function patternParts(value: string): readonly string[] {
  const parts: string[] = [];
  let part = "";
  for (let at = 0; at < value.length; at++) {
    const isEscaped = value[at] === "\\" && value[at + 1] === "*";
    if (isEscaped) at++;
    if (value[at] === "*" && !isEscaped) {
      // Wildcards next to each other are one.
      if (part !== "" || parts.length === 0) parts.push(part);
      part = "";
    } else part += value[at]!;
  }
  return [...parts, part];
}

/** Whether a text fits a pattern. */
export function fitsPattern(text: string, parts: readonly string[]): boolean {
  if (parts.length === 1) return text === parts[0];
  const [first = "", ...rest] = parts;
  const last = rest.pop() ?? "";
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/** A text attribute fits a pattern, as an expression; `undefined` for one that no expression says. */
export function patternExpression(attr: string, parts: readonly string[]): Expression | undefined {
  if (parts.length === 1) return { op: "eq", attr, value: parts[0]! };
  const [first = "", ...rest] = parts;
  const last = rest.pop() ?? "";
  if (rest.length > 0) {
    return first === "" && last === "" && rest.length === 1 ? { op: "contains", attr, value: rest[0]! } : undefined;
  }
  const starts: Expression = { op: "startsWith", attr, value: first };
  const ends: Expression = { op: "endsWith", attr, value: last };
  if (last === "") return first === "" ? { op: "has", attr } : starts;
  if (first === "") return ends;
  // A text that is shorter than both parts together begins and ends right, and does not fit: there is one for each overlap.
  const short = overlaps(first, last);
  if (short.length > maxOverlaps) return undefined;
  return {
    op: "and",
    args: [starts, ends, ...(short.length > 0 ? [{ op: "notIn", attr, values: short } as const] : [])],
  };
}

/** More texts that begin and end right and are too short are no pattern that anybody saved; they would grow with its square. */
const maxOverlaps = 64;

/** At most one more than {@link maxOverlaps}. */
function overlaps(first: string, last: string): readonly string[] {
  const texts: string[] = [];
  const longest = Math.min(first.length, last.length, maxTextLength);
  for (let length = 1; length <= longest && texts.length <= maxOverlaps; length++) {
    if (first.endsWith(last.slice(0, length))) texts.push(first + last.slice(length));
  }
  return texts;
}
