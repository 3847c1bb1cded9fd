/**
 * ReadScalingDataByIdentifier (0x24): says how the data of an identifier are to be read.
 *
 * Standard: ISO 14229-1 (ReadScalingDataByIdentifier); types as mdabrowski1990/uds and Wireshark agree on them, masks, units and
 * formulas as mdabrowski1990/uds and an open Rust implementation do. The byte after stateAndConnectionType stands in the first alone.
 */

import type { Bytes } from "../../core/index.ts";
import type { DecodeOptions, UdsResult } from "../decoding.ts";
import type { Encodable, RequestMessage, ResponseMessage } from "../messages.ts";
import { PduReader } from "../pdu-reader.ts";
import { PduWriter } from "../pdu-writer.ts";
import type { Undecoded } from "../undecoded.ts";
import { otherRequest, type UnknownRequest } from "../unknown-request.ts";
import { otherResponse, type UnknownResponse } from "../unknown-response.ts";

/** Request 0x24. */
export interface ReadScalingDataByIdentifierRequest extends RequestMessage<"readScalingDataByIdentifier", 0x24> {
  /** 0 .. 0xFFFF. */
  readonly dataIdentifier: number;
}

/** Positive response 0x64. */
export interface ReadScalingDataByIdentifierResponse extends ResponseMessage<"readScalingDataByIdentifier", 0x64> {
  /** 0 .. 0xFFFF. */
  readonly dataIdentifier: number;
  /** In the order of the message. */
  readonly scaling: readonly ScalingByte[];
  /** From the first scaling byte on that no edition explains. */
  readonly undecoded?: Undecoded;
}

/** A scaling byte with its extension; tell them apart by `type`. */
export type ScalingByte = PlainScaling | BitMappedScaling | FormulaScaling | UnitScaling | StateAndConnectionScaling;

/** What every scaling byte says. */
interface ScalingByteOf<Type extends string> {
  readonly type: Type;
  /** Bytes of the data, or of the extension, that the scaling byte speaks of, 0 .. 15. */
  readonly numberOfBytes: number;
}

/** A scaling byte without extension. */
export interface PlainScaling
  extends ScalingByteOf<
    | "unSignedNumeric"
    | "signedNumeric"
    | "bitMappedReportedWithMask"
    | "binaryCodedDecimal"
    | "stateEncodedVariable"
    | "ascii"
    | "signedFloatingPoint"
    | "packet"
  > {}

/** Bits, and which of them mean something. */
export interface BitMappedScaling extends ScalingByteOf<"bitMappedReportedWithoutMask"> {
  /** `numberOfBytes` bytes: a view of the message, not a copy. */
  readonly validityMask: Uint8Array;
}

/** A formula over the number before it. */
export interface FormulaScaling extends ScalingByteOf<"formula"> {
  /**
   * 0: C0 x + C1; 1: C0 (x + C1); 2: C0 / (x + C1) + C2; 3: x / C0 + C1; 4: (x + C0) / C1; 5: (x + C0) / C1 + C2; 6: C0 x;
   * 7: x / C0; 8: x + C0; 9: x C0 / C1.
   */
  readonly formulaIdentifier: number;
  /** C0, C1, C2, as many as the formula has. */
  readonly constants: readonly FormulaConstant[];
}

/** A constant of a formula: `mantissa` times ten to the `exponent`. */
export interface FormulaConstant {
  /** -2048 .. 2047. */
  readonly mantissa: number;
  /** -8 .. 7. */
  readonly exponent: number;
}

/** The unit of the number before it, or how it is to be shown. */
export interface UnitScaling extends ScalingByteOf<"unitFormat"> {
  /** 0 .. 255, as the standard lists them. */
  readonly unit: number;
}

/** How an input or output is connected, and its state. */
export interface StateAndConnectionScaling extends ScalingByteOf<"stateAndConnectionType"> {
  /** Bits 6 .. 7 type of signal, 5 direction, 3 .. 4 level, 0 .. 2 state. */
  readonly stateAndConnection: number;
}

/** What is needed to write a request. */
export type EncodableReadScalingDataByIdentifierRequest = Encodable<ReadScalingDataByIdentifierRequest>;

/** What is needed to write a response: the scaling bytes, then the bytes that were not decoded. */
export interface EncodableReadScalingDataByIdentifierResponse
  extends Encodable<Omit<ReadScalingDataByIdentifierResponse, "undecoded">> {
  readonly undecoded?: Pick<Undecoded, "bytes">;
}

/** Types by the high half byte of a scaling byte; those after them are reserved. */
const scalingTypes: readonly ScalingByte["type"][] = [
  "unSignedNumeric",
  "signedNumeric",
  "bitMappedReportedWithoutMask",
  "bitMappedReportedWithMask",
  "binaryCodedDecimal",
  "stateEncodedVariable",
  "ascii",
  "signedFloatingPoint",
  "packet",
  "formula",
  "unitFormat",
  "stateAndConnectionType",
];

/** Number of constants by formulaIdentifier; formulas after them are reserved or the manufacturer's. */
const constantsOfFormula: readonly number[] = [2, 2, 3, 2, 2, 3, 1, 1, 1, 2];

/**
 * Reads a request; that of another service comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`.
 */
export function decodeReadScalingDataByIdentifierRequest(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<ReadScalingDataByIdentifierRequest | UnknownRequest> {
  if (bytes[0] !== 0x24) return otherRequest(bytes);
  const pdu = new PduReader(bytes, options);
  return pdu.finish<ReadScalingDataByIdentifierRequest>({
    kind: "request",
    service: "readScalingDataByIdentifier",
    sid: 0x24,
    dataIdentifier: pdu.u16("/dataIdentifier"),
    bytes,
  });
}

/**
 * Writes a request.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`
 */
export function encodeReadScalingDataByIdentifierRequest(request: EncodableReadScalingDataByIdentifierRequest): Bytes {
  return new PduWriter(0x24, 3).u16(request.dataIdentifier, "/dataIdentifier").finish();
}

/**
 * Reads a positive response; another message comes back as `unknown`. Never throws.
 *
 * Faults, with the complete scaling bytes in `partial`: `ERR_UDS_SHORT`, `ERR_UDS_LENGTH_FORMAT` (a mask of no bytes),
 * `ERR_UDS_LIMIT` (`maxEntries` scaling bytes).
 */
export function decodeReadScalingDataByIdentifierResponse(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<ReadScalingDataByIdentifierResponse | UnknownResponse> {
  if (bytes[0] !== 0x64) return otherResponse(bytes);
  const pdu = new PduReader(bytes, options);
  const dataIdentifier = pdu.u16("/dataIdentifier");
  if (pdu.remaining === 0) pdu.u8("/scaling/0/type");
  const scaling: ScalingByte[] = [];
  let undecoded: Undecoded | undefined;
  while (undecoded === undefined && pdu.item("/scaling", scaling.length)) {
    const start = pdu.position;
    const entry = readScalingByte(pdu);
    if (pdu.failed) break;
    if (entry !== undefined) scaling.push(entry);
    else undecoded = { offset: start, bytes: bytes.subarray(start), reason: "unknown_scaling_byte" };
  }
  if (undecoded !== undefined) pdu.rest();
  const response: ReadScalingDataByIdentifierResponse = {
    kind: "positive",
    service: "readScalingDataByIdentifier",
    sid: 0x64,
    dataIdentifier,
    scaling,
    ...(undecoded === undefined ? {} : { undecoded }),
    bytes,
  };
  // Before the first scaling byte, the identifier may be missing as well.
  return scaling.length > 0 ? pdu.finishPartly(response) : pdu.finish(response);
}

/** The next scaling byte with its extension; undefined when nobody has said what it means. */
function readScalingByte(pdu: PduReader): ScalingByte | undefined {
  const byte = pdu.u8("/type");
  const type = scalingTypes[byte >>> 4];
  const numberOfBytes = byte & 15;
  switch (type) {
    case undefined:
      return undefined;
    case "bitMappedReportedWithoutMask":
      if (numberOfBytes === 0) pdu.badLength(0, pdu.position - 1, "/numberOfBytes");
      return { type, numberOfBytes, validityMask: pdu.take(numberOfBytes, "/validityMask") };
    case "formula":
      return readFormula(pdu, numberOfBytes);
    case "unitFormat":
      return { type, numberOfBytes, unit: pdu.u8("/unit") };
    case "stateAndConnectionType":
      return { type, numberOfBytes, stateAndConnection: pdu.u8("/stateAndConnection") };
    default:
      return { type, numberOfBytes };
  }
}

function readFormula(pdu: PduReader, numberOfBytes: number): FormulaScaling | undefined {
  const formulaIdentifier = pdu.u8("/formulaIdentifier");
  const count = constantsOfFormula[formulaIdentifier];
  if (count === undefined) return undefined;
  const constants: FormulaConstant[] = [];
  for (let index = 0; index < count; index++) {
    const word = pdu.u16(`/constants/${index}`);
    // Two's complement of four and of twelve bits.
    constants.push({ mantissa: (word << 20) >> 20, exponent: (word << 16) >> 28 });
  }
  return { type: "formula", numberOfBytes, formulaIdentifier, constants };
}

/**
 * Writes a response.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`
 */
export function encodeReadScalingDataByIdentifierResponse(
  response: EncodableReadScalingDataByIdentifierResponse,
): Bytes {
  const { dataIdentifier, scaling, undecoded } = response;
  const pdu = new PduWriter(0x64, 32).u16(dataIdentifier, "/dataIdentifier");
  for (const [index, entry] of scaling.entries()) writeScalingByte(pdu.item("/scaling", index), entry);
  pdu.leave();
  if (undecoded !== undefined) pdu.bytes(undecoded.bytes, "/undecoded/bytes", 1);
  else if (scaling.length === 0) throw pdu.wrong("/scaling", "expected at least one");
  return pdu.finish();
}

function writeScalingByte(pdu: PduWriter, entry: ScalingByte): void {
  const { type, numberOfBytes } = entry;
  const kind = scalingTypes.indexOf(type);
  if (kind < 0) throw pdu.wrong("/type", `"${String(type)}" is no type of scaling`);
  if (!isWithin(numberOfBytes, 0, 15))
    throw pdu.wrong("/numberOfBytes", `expected integer 0..15, got ${numberOfBytes}`);
  pdu.u8((kind << 4) | numberOfBytes);
  if (type === "bitMappedReportedWithoutMask") {
    if (numberOfBytes === 0) throw pdu.wrong("/numberOfBytes", "a mask has at least one byte");
    pdu.fixed(entry.validityMask, numberOfBytes, "/validityMask");
  } else if (type === "formula") {
    writeFormula(pdu, entry);
  } else if (type === "unitFormat") {
    pdu.u8(entry.unit, "/unit");
  } else if (type === "stateAndConnectionType") {
    pdu.u8(entry.stateAndConnection, "/stateAndConnection");
  }
}

function writeFormula(pdu: PduWriter, { formulaIdentifier, constants }: FormulaScaling): void {
  const count = constantsOfFormula[formulaIdentifier];
  if (count === undefined) throw pdu.wrong("/formulaIdentifier", `${String(formulaIdentifier)} is no formula`);
  if (constants.length !== count) throw pdu.wrong("/constants", `expected ${count}, got ${constants.length}`);
  pdu.u8(formulaIdentifier);
  for (const [index, { mantissa, exponent }] of constants.entries()) {
    if (!isWithin(mantissa, -2048, 2047) || !isWithin(exponent, -8, 7)) {
      throw pdu.wrong(`/constants/${index}`, `${mantissa} times ten to the ${exponent} does not fit`);
    }
    pdu.u16(((exponent & 15) << 12) | (mantissa & 0xfff));
  }
}

function isWithin(value: number, lowest: number, highest: number): boolean {
  return Number.isInteger(value) && value >= lowest && value <= highest;
}
