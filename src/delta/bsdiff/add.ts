/** Adds bytes modulo 256, four in one word: carries are kept out of the neighbour by adding 7 bits and then the top ones. */

/** Adds `addend` to `target`; both have the same length, a multiple of 4, and start their buffers. */
export function addBytes(target: Uint8Array<ArrayBuffer>, addend: Uint8Array<ArrayBuffer>): void {
  const sums = new Int32Array(target.buffer);
  const addends = new Int32Array(addend.buffer);
  for (let index = 0; index < sums.length; index++) {
    const left = sums[index]!;
    const right = addends[index]!;
    sums[index] = ((left & 0x7f7f7f7f) + (right & 0x7f7f7f7f)) ^ ((left ^ right) & 0x80808080);
  }
}
