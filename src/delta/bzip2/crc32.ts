/** CRC-32 of bzip2: polynomial 0x04c11db7, most significant bit first, four bytes at a time. */

/** Table 0 carries a byte through 8 bit steps, table k through 8 more than table k - 1; 256 words each. */
const tables: Int32Array = /* @__PURE__ */ makeTables();

function makeTables(): Int32Array {
  const made = new Int32Array(4 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0);
    made[byte] = crc;
  }
  for (let index = 256; index < made.length; index++) {
    const previous = made[index - 256]!;
    made[index] = (previous << 8) ^ made[previous >>> 24]!;
  }
  return made;
}

/** The CRC of no bytes. */
export const crcStart = 0;

/** Carries `crc`, a signed integer of 32 bits, over `bytes[start..end)`. */
export function crcUpdate(crc: number, bytes: Uint8Array, start: number, end: number): number {
  let value = ~crc;
  let index = start;
  for (; index + 4 <= end; index += 4) {
    value ^= (bytes[index]! << 24) | (bytes[index + 1]! << 16) | (bytes[index + 2]! << 8) | bytes[index + 3]!;
    value =
      tables[768 + (value >>> 24)]! ^
      tables[512 + ((value >>> 16) & 255)]! ^
      tables[256 + ((value >>> 8) & 255)]! ^
      tables[value & 255]!;
  }
  for (; index < end; index++) value = (value << 8) ^ tables[(value >>> 24) ^ bytes[index]!]!;
  return ~value;
}
