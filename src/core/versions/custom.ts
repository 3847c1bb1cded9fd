/** Keys of versions whose parts the caller names; read from left to right in one pass, without a pattern language. */

import { joinKeys, numberKey } from "./number-key.ts";
import { leadingRun, type VersionPart } from "./scheme.ts";

/** Part keys joined by a dot, which sorts before letters and digits: a shorter text comes before its extensions. */
export function customKey(parts: readonly VersionPart[], text: string): string | undefined {
  const keys: (string | undefined)[] = [];
  let rest = text;
  for (const { type, separator = "" } of parts) {
    if (!rest.startsWith(separator)) return undefined;
    rest = rest.slice(separator.length);
    const run = leadingRun[type].exec(rest)?.[0];
    if (run === undefined) return undefined;
    keys.push(type === "int" ? numberKey(run) : run.toUpperCase());
    rest = rest.slice(run.length);
  }
  return rest === "" ? joinKeys(keys, ".") : undefined;
}
