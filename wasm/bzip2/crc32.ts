/** CRC-32 of bzip2 (polynomial 0x04c11db7, most significant bit first), eight bytes at a time. */

/** Table 0 carries a byte through 8 bit steps, table k through 8 more than table k - 1; 256 words each. */
let tables: usize = 0;
/** Bytes of the tables. */
export const crcTablesSize: usize = 8 * 1024;

/** Fills the tables at `area`; before the first update. */
export function initCrc(area: usize): void {
  tables = area;
  for (let byte: u32 = 0; byte < 256; byte++) {
    let crc = byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (<i32>crc < 0 ? 0x04c11db7 : 0);
    store<u32>(tables + ((<usize>byte) << 2), crc);
  }
  for (let at = tables + 1024; at < tables + crcTablesSize; at += 4) {
    const previous = load<u32>(at - 1024);
    store<u32>(at, (previous << 8) ^ load<u32>(tables + ((<usize>(previous >>> 24)) << 2)));
  }
}

/** Entry of table `table` for the low 8 bits of `value`. */
function entry(tables: usize, table: usize, value: u32): u32 {
  return load<u32>(tables + table * 1024 + ((<usize>(value & 255)) << 2));
}

/** Reverses the bytes of a word. */
export function bigEndian(word: u32): u32 {
  return rotl<u32>(word & 0x00ff00ff, 24) | rotl<u32>(word & 0xff00ff00, 8);
}

/** Carries `crc` over the bytes from `at` to before `end`. */
export function crcUpdate(crc: u32, at: usize, end: usize): u32 {
  const base = tables;
  let value = ~crc;
  for (; at + 8 <= end; at += 8) {
    const high = value ^ bigEndian(load<u32>(at));
    const low = bigEndian(load<u32>(at, 4));
    value =
      entry(base, 7, high >>> 24) ^
      entry(base, 6, high >>> 16) ^
      entry(base, 5, high >>> 8) ^
      entry(base, 4, high) ^
      entry(base, 3, low >>> 24) ^
      entry(base, 2, low >>> 16) ^
      entry(base, 1, low >>> 8) ^
      entry(base, 0, low);
  }
  for (; at < end; at++) value = (value << 8) ^ entry(base, 0, (value >>> 24) ^ load<u8>(at));
  return ~value;
}
