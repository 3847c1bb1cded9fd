/** Keys of Semantic Versioning 2.0.0: the strict grammar, and the precedence of clause 11 as byte order. */

import { joinKeys, numberKey } from "./number-key.ts";

/** Core, pre-release and build metadata; the identifiers within the first two are checked one by one. */
const shape = /^([0-9.]+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

/**
 * `1.10.0` is `a1.b10.a0~`, `1.10.0-rc.2` is `a1.b10.a0!2rc!1a2`; build metadata has no precedence and is dropped.
 *
 * `!` sorts before every character of an identifier, so fewer fields come first, and `~` after all, so a release
 * comes last.
 */
export function semverKey(text: string): string | undefined {
  const [, core = "", preRelease] = shape.exec(text) ?? [];
  const numbers = core.split(".");
  if (numbers.length !== 3) return undefined;
  const release = joinKeys(numbers.map(strictNumberKey), ".");
  const rest = preRelease === undefined ? "~" : joinKeys(preRelease.split(".").map(identifierKey), "");
  return joinKeys([release, rest], "");
}

/** Clauses 2 and 9: no leading zeros in a number. */
function strictNumberKey(digits: string): string | undefined {
  return digits.length > 1 && digits.startsWith("0") ? undefined : numberKey(digits);
}

/** Clause 11.4: numeric identifiers by value and before all others; others in ASCII order. */
function identifierKey(identifier: string): string | undefined {
  if (identifier === "") return undefined;
  if (!/^[0-9]+$/.test(identifier)) return `!2${identifier}`;
  return joinKeys(["!1", strictNumberKey(identifier)], "");
}
