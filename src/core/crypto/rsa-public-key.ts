/** Takes apart the DER of an RSAPublicKey (RFC 8017 A.1.1) for the back ends; the strict checks are those of `otakit/signing`. */

import { ByteReader } from "../byte-reader.ts";

/** The numbers of a key, big-endian, without leading zeros. */
export interface RsaPublicKeyNumbers {
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
}

/** The two numbers, or `undefined` when the bytes are no RSAPublicKey. */
export function readRsaPublicKey(der: Uint8Array): RsaPublicKeyNumbers | undefined {
  try {
    const numbers = new ByteReader(readElement(new ByteReader(der), 0x30));
    return { modulus: readNumber(numbers), exponent: readNumber(numbers) };
  } catch {
    return undefined;
  }
}

/** A positive number: a zero in front belongs before a set top bit. */
function readNumber(reader: ByteReader): Uint8Array {
  const contents = readElement(reader, 0x02);
  const number = contents[0] === 0 ? contents.subarray(1) : contents;
  if (number.length === 0) throw new RangeError("no positive number");
  return number;
}

function readElement(reader: ByteReader, tag: number): Uint8Array {
  if (reader.u8() !== tag) throw new RangeError("unexpected tag");
  const first = reader.u8();
  const length = first < 0x80 ? first : first === 0x81 ? reader.u8() : reader.u16be();
  return reader.take(length);
}
