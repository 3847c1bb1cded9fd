/** Lists of records of one length, and what may stand behind the last one. */

import { defaultLimits, resolveLimits } from "../../core/index.ts";
import { type DecodeOptions, short, tolerateTail, tooLong, type UdsResult } from "../decoding.ts";
import type { UdsWarning } from "../reasons.ts";

/** Options of the decoders of J1939. */
export type J1939DecodeOptions = Pick<DecodeOptions, "leniency" | "limits">;

/** Gives a decoded message with its warnings. */
export function decoded<T>(value: T, warnings: readonly UdsWarning[] = []): UdsResult<T> {
  return { ok: true, value, warnings };
}

/**
 * Ends a message of a fixed layout. Bytes 0xFF behind it fill a frame of eight bytes, as the standard has it.
 *
 * @param wanted - bytes of the layout
 */
export function fixed<T>(bytes: Uint8Array, wanted: number, options: J1939DecodeOptions, make: () => T): UdsResult<T> {
  if (bytes.length < wanted) return short(bytes, "", wanted);
  const value = make();
  const warnings: UdsWarning[] = [];
  if (isFilled(bytes, wanted) || tolerateTail(bytes, wanted, options.leniency, warnings))
    return decoded(value, warnings);
  return tooLong(bytes, wanted, value);
}

/**
 * Reads records of one length from an offset to the end of the message.
 *
 * @param read - reads a record at an offset; `undefined` leaves it out
 * @param make - makes the message of the records, also of those before a fault
 */
export function listed<Item, Message>(
  bytes: Uint8Array,
  start: number,
  length: number,
  options: J1939DecodeOptions,
  read: (at: number) => Item | undefined,
  make: (items: readonly Item[]) => Message,
): UdsResult<Message> {
  if (bytes.length < start) return short(bytes, "", start);
  const { maxEntries } = options.limits === undefined ? defaultLimits : resolveLimits(options.limits);
  const items: Item[] = [];
  let at = start;
  for (let count = 0; at + length <= bytes.length; at += length) {
    if (++count > maxEntries) {
      const message = "Cannot decode message: it has more records than the limit";
      const details = { limit: "maxEntries", allowed: maxEntries, found: Math.floor((bytes.length - start) / length) };
      return {
        ok: false,
        error: { code: "ERR_UDS_LIMIT", message, offset: at, path: "", details },
        partial: make(items),
      };
    }
    const item = read(at);
    if (item !== undefined) items.push(item);
  }
  const warnings: UdsWarning[] = [];
  if (at === bytes.length || isFilled(bytes, at) || tolerateTail(bytes, at, options.leniency, warnings)) {
    return decoded(make(items), warnings);
  }
  const fault = short(bytes, "", at + length);
  return { ...fault, partial: make(items) };
}

/** Whether the rest of a message of up to eight bytes is filled with ones. */
function isFilled(bytes: Uint8Array, from: number): boolean {
  return bytes.length <= 8 && bytes.subarray(from).every((byte) => byte === 0xff);
}
