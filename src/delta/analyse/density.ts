/** How much of an image looks random. */

const windowBytes = 4096;
/** Random bytes have 7.95 bits each in a window of 4 KiB, machine code 5 to 7. */
const randomBits = 7.9;

/** Share of an image, 0 to 1, in whole windows of 4 KiB whose bytes have at least 7.9 bits of entropy each. */
export function denseShare(image: Uint8Array): number {
  const windows = Math.floor(image.length / windowBytes);
  if (windows === 0) return 0;
  const counts = new Uint32Array(256);
  let dense = 0;
  for (let index = 0; index < windows; index++) {
    counts.fill(0);
    for (const byte of image.subarray(index * windowBytes, (index + 1) * windowBytes)) counts[byte]!++;
    let bits = 0;
    for (const count of counts) if (count > 0) bits += count * Math.log2(windowBytes / count);
    if (bits >= randomBits * windowBytes) dense++;
  }
  return dense / windows;
}
