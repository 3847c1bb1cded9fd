/** What JSON documents are made of, and the names of places in them (RFC 6901). */

/** A JSON value. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** A JSON object; one from {@link parseStrictJson} has no prototype, so that a name is a member or absent. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/**
 * Freezes a value and everything in it, so that what was verified stays what was verified.
 *
 * @param value - a tree of plain data, as a parser gives it: not too deep to recurse into
 * @returns the same value
 * @example
 * ```ts
 * freezeJson(parseStrictJson('{"images": []}')); // neither the object nor its list can change
 * ```
 */
export function freezeJson<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(freezeJson);
  return value;
}

/**
 * Writes the JSON pointer of a place; without segments it is the whole document, `""`.
 *
 * Standard: RFC 6901 sections 3 and 4.
 *
 * @param segments - member names and element indices from the root inwards
 * @example
 * ```ts
 * jsonPointer("images", 0, "a/b~c"); // "/images/0/a~1b~0c"
 * ```
 */
export function jsonPointer(...segments: readonly (string | number)[]): string {
  let pointer = "";
  for (const segment of segments) pointer += `/${String(segment).replaceAll("~", "~0").replaceAll("/", "~1")}`;
  return pointer;
}
