/**
 * Strict DER (ITU-T X.690): definite lengths in their shortest form, one-byte tags, nothing left over.
 * Only as large as keys need.
 */

import { ByteReader, type Bytes, concatBytes } from "../core/index.ts";
import { SigningError } from "./errors.ts";

/** Tags of the elements that occur in keys. */
export const derTag = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  sequence: 0x30,
} as const;

/**
 * Steps over one element with the given tag and gives a reader over its contents.
 *
 * @throws {@link SigningError} `ERR_SIGNING_KEY_DER` with the offset of the fault
 */
export function readDer(reader: ByteReader, tag: number): ByteReader {
  const start = offsetOf(reader);
  if (reader.remaining < 2) throw derError(start, "truncated element");
  const found = reader.u8();
  if (found !== tag) throw derError(start, `tag ${found} where ${tag} belongs`);
  const length = readLength(reader);
  if (length > reader.remaining) throw derError(start, `${length} bytes declared, ${reader.remaining} left`);
  const contents = offsetOf(reader);
  return new ByteReader(reader.take(length), contents);
}

/**
 * Checks that all of an element was read.
 *
 * @throws {@link SigningError} `ERR_SIGNING_KEY_DER` with the offset of the first byte too many
 */
export function endDer(reader: ByteReader): void {
  if (reader.remaining > 0) throw derError(offsetOf(reader), `${reader.remaining} bytes too many`);
}

/**
 * Steps over a BIT STRING of whole bytes and gives a reader over them.
 *
 * @throws {@link SigningError} `ERR_SIGNING_KEY_DER` with the offset of the fault
 */
export function readBitString(reader: ByteReader): ByteReader {
  const contents = readDer(reader, derTag.bitString);
  const start = offsetOf(contents);
  if (contents.remaining < 1 || contents.u8() !== 0) throw derError(start, "bit string is not of whole bytes");
  return new ByteReader(contents.take(contents.remaining), start + 1);
}

/**
 * Steps over a positive INTEGER and gives its bytes, big-endian, without leading zeros.
 *
 * @throws {@link SigningError} `ERR_SIGNING_KEY_DER` with the offset of the fault
 */
export function readPositiveInteger(reader: ByteReader): Uint8Array {
  const { bytes, base } = readDer(reader, derTag.integer);
  if (bytes.length === 0) throw derError(base, "integer without contents");
  if (bytes[0]! >= 0x80) throw derError(base, "integer is negative");
  // X.690 section 8.3.2: a zero in front belongs before a set top bit only.
  if (bytes[0] === 0 && !(bytes.length > 1 && bytes[1]! >= 0x80)) {
    throw derError(base, bytes.length === 1 ? "integer is zero" : "integer is not in its shortest form");
  }
  return bytes[0] === 0 ? bytes.subarray(1) : bytes;
}

/** Writes one element, its contents given in parts; at most 65,535 bytes of them. */
export function encodeDer(tag: number, ...contents: readonly Uint8Array[]): Bytes {
  const { length } = concatBytes(...contents);
  const head =
    length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >>> 8, length & 0xff];
  return concatBytes(Uint8Array.from(head), ...contents);
}

/** Writes a positive INTEGER, given big-endian with or without leading zeros. */
export function encodePositiveInteger(bytes: Uint8Array): Bytes {
  let first = 0;
  while (first < bytes.length - 1 && bytes[first] === 0) first++;
  const sign = bytes[first]! >= 0x80 ? Uint8Array.of(0) : new Uint8Array(0);
  return encodeDer(derTag.integer, sign, bytes.subarray(first));
}

/** X.690 section 10.1: a length in the fewest octets, so that every value has one encoding. */
function readLength(reader: ByteReader): number {
  const start = offsetOf(reader);
  const first = reader.u8();
  if (first < 0x80) return first;
  const octets = first - 0x80;
  // Two octets reach 65,535, beyond every document that this reader is given; 0x80 alone is the indefinite form of BER.
  if (octets < 1 || octets > 2) throw derError(start, `length of ${octets} octets`);
  if (reader.remaining < octets) throw derError(start, "truncated length");
  const length = octets === 1 ? reader.u8() : reader.u16be();
  if (length < (octets === 1 ? 0x80 : 0x100)) throw derError(start, "length is not in its shortest form");
  return length;
}

function offsetOf(reader: ByteReader): number {
  return reader.base + reader.position;
}

/** The error of malformed DER at an offset. */
function derError(offset: number, what: string): SigningError {
  return new SigningError("ERR_SIGNING_KEY_DER", `Cannot read key: ${what} at offset ${offset}`, { offset });
}
