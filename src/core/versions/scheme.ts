/** What a version scheme is: plain data that names the order, and the check of such data from a document. */

import { describeValue } from "../describe.ts";
import { CoreError } from "../errors.ts";

/** One part of a custom version. */
export interface VersionPart {
  /** Name of the part: a letter, then letters, digits and `_`; 64 characters at most, unique in the scheme. */
  readonly name: string;
  /**
   * `int`: all following digits, by value. `alpha`: all following letters A-Z a-z, without regard to case, `A` < `AA`
   * < `B`.
   */
  readonly type: "int" | "alpha";
  /** Text that stands before the part; none when absent. */
  readonly separator?: string;
}

/** A version made of the caller's own parts; all of them must be there, and the first difference decides. */
export interface CustomVersionScheme {
  /** The parts in order of weight, 1 to 16. */
  readonly custom: readonly VersionPart[];
}

/**
 * How versions of one component are written and ordered.
 *
 * - `semver`: Semantic Versioning 2.0.0, strict; build metadata has no weight.
 * - `dotted`: 1 to 8 numbers, `4.12.0`; a missing one counts as zero.
 * - `calver`: `2026.07`, `26.7.1`, `2026.10.05.2`, `2026.1.0-rc2`: a year of four digits, or of two since 2000; one
 *   to three numbers (month, week, day, minor, micro), a missing one counts as zero; and perhaps a modifier `-dev`,
 *   `-alpha`, `-beta` or `-rc` with or without a number, in this order before the plain version. Other modifiers have
 *   no agreed order and are not read.
 * - `alnum`: a software part index of four letters and digits, `H024`; case does not count, digits come before letters.
 * - `ilevel`: an integration level `S18A-21-07-550`; levels of different series (`S18A`) have no order.
 * - custom: parts that the caller names.
 *
 * No number may have more than 26 digits after its leading zeros.
 *
 * Standard: SemVer 2.0.0 (`semver`); calver.org terms (`calver`). The other forms are common practice, not a
 * published standard.
 */
export type VersionScheme = "semver" | "dotted" | "calver" | "alnum" | "ilevel" | CustomVersionScheme;

/** What a part takes from the text that follows. */
export const leadingRun: Readonly<Record<VersionPart["type"], RegExp>> = { int: /^[0-9]+/, alpha: /^[A-Za-z]+/ };

const namedSchemes: readonly unknown[] = ["semver", "dotted", "calver", "alnum", "ilevel"];
const maxParts = 16;
const partMembers: readonly string[] = ["name", "type", "separator"];

/**
 * Checks a version scheme that comes from a document.
 *
 * A custom scheme whose versions could be read in two ways is refused: adjacent parts of one type need a separator, and
 * a separator must not begin with a character that the part before it would take.
 *
 * @throws {@link CoreError} `ERR_CORE_VERSION_SCHEME` with the JSON pointer of the fault
 * @example
 * ```ts
 * parseVersionScheme("semver"); // "semver"
 * parseVersionScheme({ custom: [{ name: "release", type: "int" }, { name: "patch", type: "alpha" }] }); // reads "12b"
 * ```
 */
export function parseVersionScheme(value: unknown): VersionScheme {
  if (namedSchemes.includes(value)) return value as VersionScheme;
  const parts =
    typeof value === "object" && value !== null ? (value as Partial<CustomVersionScheme>).custom : undefined;
  if (parts === undefined) fail("", `one of ${namedSchemes.join(", ")} or an object with "custom"`, value);
  requireMembers(value as object, ["custom"], "");
  if (!Array.isArray(parts) || parts.length < 1 || parts.length > maxParts) {
    fail("/custom", `array of 1 to ${maxParts} parts`, parts);
  }
  const names = new Set<string>();
  for (const [index, part] of parts.entries()) {
    const path = `/custom/${index}`;
    requirePart(part, path);
    if (names.has(part.name)) fail(`${path}/name`, "name used once", part.name);
    names.add(part.name);
    if (index > 0) requireBoundary(parts[index - 1], part, path);
  }
  return value as CustomVersionScheme;
}

function requirePart(part: unknown, path: string): asserts part is VersionPart {
  if (typeof part !== "object" || part === null || Array.isArray(part)) fail(path, "object", part);
  requireMembers(part, partMembers, path);
  const { name, type, separator = "" } = part as Partial<VersionPart>;
  if (typeof name !== "string" || !/^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(name)) fail(`${path}/name`, "identifier", name);
  if (type !== "int" && type !== "alpha") fail(`${path}/type`, '"int" or "alpha"', type);
  // Blanks and comparison signs would make a range ambiguous.
  if (typeof separator !== "string" || !/^[!-;?-~]{0,8}$/.test(separator)) {
    fail(`${path}/separator`, "at most 8 printable ASCII characters without blank, <, = and >", separator);
  }
}

/** Where one part ends must be plain from the text: a part takes all that follows of its type. */
function requireBoundary(before: VersionPart, part: VersionPart, path: string): void {
  const { separator = "" } = part;
  if (separator === "" ? before.type === part.type : leadingRun[before.type].test(separator)) {
    fail(`${path}/separator`, `separator that ends the ${before.type} before it`, separator);
  }
}

/** A member that is not known could be a misspelt one that changes the order. */
function requireMembers(value: object, known: readonly string[], path: string): void {
  const other = Object.keys(value).find((name) => !known.includes(name));
  if (other !== undefined) fail(path, `no other members than ${known.join(", ")}`, other);
}

function fail(path: string, expected: string, found: unknown): never {
  const message = `Cannot accept version scheme: "${path || "scheme"}" expected ${expected}, got ${describeValue(found)}`;
  throw new CoreError("ERR_CORE_VERSION_SCHEME", message, { path });
}
