/** Words for a value of any kind in an error message; short whatever the value is. Not part of the public face. */

/** A scalar as JSON writes it, a long text cut after 64 characters; of anything else only its kind. */
export function describeValue(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 64 ? `${value.slice(0, 64)}…` : value);
  if (Array.isArray(value)) return `array of ${value.length}`;
  if (typeof value === "number" || typeof value === "boolean" || value === null) return String(value);
  return typeof value;
}
