/**
 * DynamicallyDefineDataIdentifier (0x2C): puts a data identifier together from parts of others or of the memory.
 *
 * Standard: ISO 14229-1 (DynamicallyDefineDataIdentifier); layout as mdabrowski1990/uds and python-udsoncan agree on it.
 */

import type { Bytes } from "../../core/index.ts";
import type { DecodeOptions, UdsResult } from "../decoding.ts";
import {
  type MemoryLocation,
  readMemoryAddress,
  readMemoryFormat,
  readMemorySize,
  shortestFormat,
  writeAddressAndSize,
  writeMemoryFormat,
} from "../memory-location.ts";
import type { Encodable, RequestMessage, ResponseMessage, SubFunction } from "../messages.ts";
import { PduReader } from "../pdu-reader.ts";
import { PduWriter } from "../pdu-writer.ts";
import { SubFunctionNames } from "../sub-functions.ts";
import { otherRequest, type UnknownRequest, unknownSubFunctionRequest } from "../unknown-request.ts";
import { otherResponse, type UnknownResponse, unknownSubFunctionResponse } from "../unknown-response.ts";

/** definitionType. */
export type DefinitionType = "defineByIdentifier" | "defineByMemoryAddress" | "clearDynamicallyDefinedDataIdentifier";

/** What every request has. */
interface DynamicallyDefineRequest<Name extends DefinitionType>
  extends RequestMessage<"dynamicallyDefineDataIdentifier", 0x2c>,
    SubFunction<Name> {}

/** Request 0x2C 01: from the data of other identifiers. */
export interface DefineByIdentifierRequest extends DynamicallyDefineRequest<"defineByIdentifier"> {
  /** 0 .. 0xFFFF. */
  readonly dynamicallyDefinedDataIdentifier: number;
  /** At least one. */
  readonly sources: readonly SourceDataIdentifier[];
}

/** A part of the data of another identifier. */
export interface SourceDataIdentifier {
  /** 0 .. 0xFFFF. */
  readonly sourceDataIdentifier: number;
  /** First byte that is taken, 1 .. 255 for the first to the last; 0 has no meaning. */
  readonly positionInSourceDataRecord: number;
  /** Bytes that are taken, 0 .. 255. */
  readonly memorySize: number;
}

/** Request 0x2C 02: from parts of the memory. */
export interface DefineByMemoryAddressRequest extends DynamicallyDefineRequest<"defineByMemoryAddress"> {
  /** 0 .. 0xFFFF. */
  readonly dynamicallyDefinedDataIdentifier: number;
  /** Bytes of each size in the high half byte, of each address in the low one. */
  readonly addressAndLengthFormatIdentifier: number;
  /** At least one. */
  readonly sources: readonly Pick<MemoryLocation, "memoryAddress" | "memorySize">[];
}

/** Request 0x2C 03: takes the definition of one identifier back, or of all. */
export interface ClearDynamicallyDefinedDataIdentifierRequest
  extends DynamicallyDefineRequest<"clearDynamicallyDefinedDataIdentifier"> {
  /** 0 .. 0xFFFF; absent: all. */
  readonly dynamicallyDefinedDataIdentifier?: number;
}

/** Request of DynamicallyDefineDataIdentifier; tell them apart by `subFunction`. */
export type DynamicallyDefineDataIdentifierRequest =
  | DefineByIdentifierRequest
  | DefineByMemoryAddressRequest
  | ClearDynamicallyDefinedDataIdentifierRequest;

/** Positive response 0x6C. */
export interface DynamicallyDefineDataIdentifierResponse
  extends ResponseMessage<"dynamicallyDefineDataIdentifier", 0x6c>,
    SubFunction<DefinitionType> {
  /** 0 .. 0xFFFF; absent only when all were cleared. */
  readonly dynamicallyDefinedDataIdentifier?: number;
}

/** What is needed to write a request; without a format, addresses and sizes take as few bytes as the largest needs. */
export type EncodableDynamicallyDefineDataIdentifierRequest = Encodable<
  DynamicallyDefineDataIdentifierRequest,
  "addressAndLengthFormatIdentifier"
>;

/** What is needed to write a response. */
export type EncodableDynamicallyDefineDataIdentifierResponse = Encodable<DynamicallyDefineDataIdentifierResponse>;

const names: SubFunctionNames<DefinitionType> = /* @__PURE__ */ new SubFunctionNames<DefinitionType>(
  { 0x01: "defineByIdentifier", 0x02: "defineByMemoryAddress", 0x03: "clearDynamicallyDefinedDataIdentifier" },
  "reservedOnly",
);

const identifierPath = "/dynamicallyDefinedDataIdentifier";

/**
 * Reads a request; that of another service, and reserved sub-functions, come back as `unknown`. Never throws.
 *
 * Faults, with the complete sources in `partial`: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`, `ERR_UDS_LENGTH_FORMAT`,
 * `ERR_UDS_LIMIT` (`maxEntries` sources).
 */
export function decodeDynamicallyDefineDataIdentifierRequest(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<DynamicallyDefineDataIdentifierRequest | UnknownRequest> {
  if (bytes[0] !== 0x2c) return otherRequest(bytes);
  const pdu = new PduReader(bytes, options);
  const subFunctionId = pdu.subFunction();
  const subFunction = names.nameOf(subFunctionId);
  const head = { kind: "request", service: "dynamicallyDefineDataIdentifier", sid: 0x2c } as const;
  const id = { subFunctionId, suppressPosRspMsgIndicationBit: pdu.suppress };
  switch (subFunction) {
    case "defineByIdentifier": {
      const dynamicallyDefinedDataIdentifier = pdu.u16(identifierPath);
      const sources = readIdentifierSources(pdu);
      return finishSources(pdu, { ...head, subFunction, ...id, dynamicallyDefinedDataIdentifier, sources, bytes });
    }
    case "defineByMemoryAddress": {
      const dynamicallyDefinedDataIdentifier = pdu.u16(identifierPath);
      const addressAndLengthFormatIdentifier = readMemoryFormat(pdu);
      const sources = readMemorySources(pdu, addressAndLengthFormatIdentifier);
      const target = { dynamicallyDefinedDataIdentifier, addressAndLengthFormatIdentifier };
      return finishSources(pdu, { ...head, subFunction, ...id, ...target, sources, bytes });
    }
    case "clearDynamicallyDefinedDataIdentifier":
      return pdu.finish({ ...head, subFunction, ...id, ...readOptionalIdentifier(pdu), bytes });
    default:
      return pdu.failed ? pdu.fail() : unknownSubFunctionRequest(bytes, subFunctionId);
  }
}

function readIdentifierSources(pdu: PduReader): SourceDataIdentifier[] {
  const sources: SourceDataIdentifier[] = [];
  // The first is read in any case, so that its lack is a fault.
  for (let index = 0; pdu.item("/sources", index) || pdu.missing("/sources", index); index++) {
    const source: SourceDataIdentifier = {
      sourceDataIdentifier: pdu.u16("/sourceDataIdentifier"),
      positionInSourceDataRecord: pdu.u8("/positionInSourceDataRecord"),
      memorySize: pdu.u8("/memorySize"),
    };
    if (!pdu.failed) sources.push(source);
  }
  return sources;
}

function readMemorySources(pdu: PduReader, format: number): Pick<MemoryLocation, "memoryAddress" | "memorySize">[] {
  const sources: Pick<MemoryLocation, "memoryAddress" | "memorySize">[] = [];
  for (let index = 0; pdu.item("/sources", index) || pdu.missing("/sources", index); index++) {
    const source = { memoryAddress: readMemoryAddress(pdu, format), memorySize: readMemorySize(pdu, format) };
    if (!pdu.failed) sources.push(source);
  }
  return sources;
}

/** The result; before the first source, what stands at the head may be missing as well. */
function finishSources<T extends { readonly sources: readonly unknown[] }>(pdu: PduReader, request: T): UdsResult<T> {
  return request.sources.length > 0 ? pdu.finishPartly(request) : pdu.finish(request);
}

/** An identifier, if the message goes on. */
function readOptionalIdentifier(pdu: PduReader): { readonly dynamicallyDefinedDataIdentifier?: number } {
  return pdu.remaining > 0 ? { dynamicallyDefinedDataIdentifier: pdu.u16(identifierPath) } : {};
}

/**
 * Writes a request.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`
 */
export function encodeDynamicallyDefineDataIdentifierRequest(
  request: EncodableDynamicallyDefineDataIdentifierRequest,
): Bytes {
  const id = names.idOf(request);
  const pdu = new PduWriter(0x2c, 32).subFunction(id, request.suppressPosRspMsgIndicationBit);
  if (request.subFunction === "clearDynamicallyDefinedDataIdentifier") {
    const { dynamicallyDefinedDataIdentifier: identifier } = request;
    return (identifier === undefined ? pdu : pdu.u16(identifier, identifierPath)).finish();
  }
  pdu.u16(request.dynamicallyDefinedDataIdentifier, identifierPath);
  if (request.sources.length === 0) throw pdu.wrong("/sources", "expected at least one");
  if (request.subFunction === "defineByIdentifier") {
    for (const [index, source] of request.sources.entries()) {
      pdu
        .item("/sources", index)
        .u16(source.sourceDataIdentifier, "/sourceDataIdentifier")
        .u8(source.positionInSourceDataRecord, "/positionInSourceDataRecord")
        .u8(source.memorySize, "/memorySize");
    }
    return pdu.finish();
  }
  const format = request.addressAndLengthFormatIdentifier ?? shortestFormat(request.sources);
  writeMemoryFormat(pdu, format);
  for (const [index, source] of request.sources.entries()) {
    writeAddressAndSize(pdu.item("/sources", index), source, format);
  }
  return pdu.finish();
}

/**
 * Reads a positive response; another message, and reserved sub-functions, come back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`.
 */
export function decodeDynamicallyDefineDataIdentifierResponse(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<DynamicallyDefineDataIdentifierResponse | UnknownResponse> {
  if (bytes[0] !== 0x6c) return otherResponse(bytes);
  const pdu = new PduReader(bytes, options);
  const subFunctionId = pdu.echoedSubFunction();
  const subFunction = names.nameOf(subFunctionId);
  if (!pdu.failed && !isDefinitionType(subFunction)) {
    return unknownSubFunctionResponse(bytes, subFunctionId, pdu.warnings);
  }
  const identifier =
    subFunction === "clearDynamicallyDefinedDataIdentifier"
      ? readOptionalIdentifier(pdu)
      : { dynamicallyDefinedDataIdentifier: pdu.u16(identifierPath) };
  return pdu.finish<DynamicallyDefineDataIdentifierResponse>({
    kind: "positive",
    service: "dynamicallyDefineDataIdentifier",
    sid: 0x6c,
    subFunction: subFunction as DefinitionType,
    subFunctionId,
    suppressPosRspMsgIndicationBit: pdu.suppress,
    ...identifier,
    bytes,
  });
}

function isDefinitionType(name: string): name is DefinitionType {
  return name !== "isoSaeReserved";
}

/**
 * Writes a response.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`
 */
export function encodeDynamicallyDefineDataIdentifierResponse(
  response: EncodableDynamicallyDefineDataIdentifierResponse,
): Bytes {
  const { subFunction, dynamicallyDefinedDataIdentifier: identifier, suppressPosRspMsgIndicationBit } = response;
  const pdu = new PduWriter(0x6c, 4).subFunction(names.idOf(response), suppressPosRspMsgIndicationBit);
  if (identifier === undefined && subFunction === "clearDynamicallyDefinedDataIdentifier") return pdu.finish();
  return pdu.u16(identifier as number, identifierPath).finish();
}
