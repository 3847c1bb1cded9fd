/** The least time between two consecutive frames, as one byte says it. */

/** What a reserved code counts as. */
const longestUs = 127_000;

/**
 * Microseconds of a separation time (STmin): 0x00 .. 0x7F milliseconds, 0xF1 .. 0xF9 hundreds of microseconds; a reserved code counts as
 * 127 ms.
 *
 * Standard: ISO 15765-2, as python-can-isotp and scapy read it.
 *
 * @throws RangeError when the code is no byte
 * @example
 * ```ts
 * separationTimeUs(0xf3); // 300
 * ```
 */
export function separationTimeUs(code: number): number {
  if (!Number.isInteger(code) || code < 0 || code > 0xff) {
    throw new RangeError(`"code" expected integer 0..255, got ${code}`);
  }
  if (code <= 0x7f) return code * 1_000;
  return code >= 0xf1 && code <= 0xf9 ? (code - 0xf0) * 100 : longestUs;
}
