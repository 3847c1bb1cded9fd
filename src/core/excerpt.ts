/** Hostile text in messages and logs. */

/**
 * The start of a text, which is enough of it for a message or a log.
 *
 * Never half of a surrogate pair, which no JSON document of a log could carry.
 *
 * @param longest - in UTF-16 code units; 128 when absent
 * @example
 * ```ts
 * excerpt("a".repeat(1_000)).length; // 128
 * ```
 */
export function excerpt(text: string, longest = 128): string {
  return text.length > longest ? text.slice(0, longest).replace(/[\ud800-\udbff]$/, "") : text;
}
