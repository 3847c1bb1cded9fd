/** What JSON documents are made of, and the names of places in them (RFC 6901). */

/** A JSON value. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** A JSON object; one from {@link parseStrictJson} has no prototype, so that a name is a member or absent. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
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
