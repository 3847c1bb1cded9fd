/** Keys of plain dotted numbers, as many ECU suppliers use them: `4.12`, `1.2.0.7`. */

import { joinKeys, numberKey } from "./number-key.ts";

const maxComponents = 8;

/**
 * `1.10` is `a1.b10`. A missing component counts as zero, so trailing zeros go: `1.2`, `1.2.0` and `01.2` are one
 * version.
 */
export function dottedKey(text: string): string | undefined {
  const components = text.split(".");
  if (components.length > maxComponents) return undefined;
  const keys = components.map(numberKey);
  // The first component stays, so that a key is never the empty text (some databases store that as NULL).
  while (keys.length > 1 && keys.at(-1) === "a0") keys.pop();
  return joinKeys(keys, ".");
}
