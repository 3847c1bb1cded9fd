/** Numbers and powers modulo a prime, for checks of public keys: nothing here is secret, so variable time is safe. */

import { bytesToHex } from "../core/index.ts";

/** The number that bytes write, most significant first; at least one byte. */
export function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${bytesToHex(bytes)}`);
}

/** base ^ exponent mod modulus, for base and exponent >= 0. */
export function powerModulo(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let power = 1n;
  for (let square = base % modulus, rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) power = (power * square) % modulus;
    square = (square * square) % modulus;
  }
  return power;
}
