/** The check of an argument that must be bytes. */

/**
 * Gives the value if it is a Uint8Array, also one of another realm (frame, worker, test environment).
 *
 * @param name - name of the argument, for the message
 * @throws TypeError when it is anything else, other typed arrays included
 */
export function assertBytes(value: Uint8Array, name: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  const tag = Object.prototype.toString.call(value);
  // Any object can have that tag; only one of the engine is a view.
  if (tag === "[object Uint8Array]" && ArrayBuffer.isView(value)) return value;
  throw new TypeError(`"${name}" expected Uint8Array, got ${tag.slice(8, -1)}`);
}
