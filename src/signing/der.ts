/**
 * A strict reader of DER (ITU-T X.690): definite lengths in their shortest form, one-byte tags, nothing left over.
 * Only as large as public keys need.
 */

import { ByteReader } from "../core/index.ts";
import { SigningError } from "./errors.ts";

/** Tags of the elements that occur in public keys. */
export const derTag = { bitString: 0x03, objectIdentifier: 0x06, sequence: 0x30 } as const;

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

/** The octets of a BIT STRING of whole bytes. */
export function readBitString(reader: ByteReader): Uint8Array {
  const contents = readDer(reader, derTag.bitString);
  const start = offsetOf(contents);
  if (contents.remaining < 1 || contents.u8() !== 0) throw derError(start, "bit string is not of whole bytes");
  return contents.take(contents.remaining);
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
  return new SigningError("ERR_SIGNING_KEY_DER", `Cannot read public key: ${what} at offset ${offset}`, { offset });
}
