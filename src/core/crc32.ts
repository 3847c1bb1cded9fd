/** CRC-32 of ISO 3309, as zip archives carry it: against damage, not against people. */

const table: Uint32Array = /* @__PURE__ */ makeTable();

function makeTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    return crc;
  });
}

/**
 * CRC-32 of bytes, or of bytes that follow others: against damage, not against people.
 *
 * Standard: ISO 3309, as RFC 1952 clause 8 writes it out.
 *
 * @param before - CRC of all bytes before; 0 at the start
 * @example
 * ```ts
 * crc32(utf8ToBytes("123456789")); // 0xcbf43926
 * ```
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  for (let index = 0; index < bytes.length; index++) crc = table[(crc ^ bytes[index]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}
