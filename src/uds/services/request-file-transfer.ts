/**
 * RequestFileTransfer (0x38): asks to add, delete, replace, read or resume a file of the ECU, or to list a directory.
 *
 * Standard: ISO 14229-1 (RequestFileTransfer); layout as mdabrowski1990/uds and python-udsoncan agree on it.
 */

import type { Bytes } from "../../core/index.ts";
import type { DecodeOptions, UdsResult } from "../decoding.ts";
import { type EncodeOptions, requireEdition } from "../editions.ts";
import type { Encodable, RequestMessage, ResponseMessage } from "../messages.ts";
import { PduReader, type WireInteger } from "../pdu-reader.ts";
import { PduWriter, shortestLength } from "../pdu-writer.ts";
import { otherRequest, type UnknownRequest } from "../unknown-request.ts";
import { otherResponse, type UnknownResponse } from "../unknown-response.ts";

/** modeOfOperation. */
export type ModeOfOperation = "addFile" | "deleteFile" | "replaceFile" | "readFile" | "readDir" | "resumeFile";

/** What every request has. */
interface FileRequest<Mode extends ModeOfOperation> extends RequestMessage<"requestFileTransfer", 0x38> {
  readonly modeOfOperation: Mode;
  /** One character for each byte, U+0000 .. U+00FF; the standard speaks of ASCII. 1 .. 65,535 characters. */
  readonly filePathAndName: string;
}

/** Request 0x38 01, 03 or 06: the tester will send a file, or the rest of one. */
export interface SendFileRequest extends FileRequest<"addFile" | "replaceFile" | "resumeFile"> {
  /** compressionMethod in the high half byte, encryptingMethod in the low one; 0: neither. */
  readonly dataFormatIdentifier: number;
  /** Bytes of each of the two sizes, 1 .. 15. */
  readonly fileSizeParameterLength: number;
  /** In bytes. */
  readonly fileSizeUncompressed: WireInteger;
  /** In bytes. */
  readonly fileSizeCompressed: WireInteger;
}

/** Request 0x38 04: the ECU is to send a file. */
export interface ReadFileRequest extends FileRequest<"readFile"> {
  /** compressionMethod in the high half byte, encryptingMethod in the low one; 0: neither. */
  readonly dataFormatIdentifier: number;
}

/** Request 0x38 02 or 05: the ECU is to delete a file, or to list a directory. */
export interface NameFileRequest extends FileRequest<"deleteFile" | "readDir"> {}

/** Request of RequestFileTransfer; tell them apart by `modeOfOperation`. */
export type RequestFileTransferRequest = SendFileRequest | ReadFileRequest | NameFileRequest;

/** What every response has. */
interface FileResponse<Mode extends ModeOfOperation> extends ResponseMessage<"requestFileTransfer", 0x78> {
  readonly modeOfOperation: Mode;
}

/** What every response has after which data are transferred. */
interface TransferResponse<Mode extends ModeOfOperation> extends FileResponse<Mode> {
  /** Bytes of `maxNumberOfBlockLength`, 1 .. 15. */
  readonly lengthFormatIdentifier: number;
  /** Longest message of transferData in bytes, its SID and block sequence counter included. */
  readonly maxNumberOfBlockLength: WireInteger;
  /** compressionMethod in the high half byte, encryptingMethod in the low one; 0: neither. */
  readonly dataFormatIdentifier: number;
}

/** Positive response 0x78 02: the file is deleted. */
export interface DeleteFileResponse extends FileResponse<"deleteFile"> {}

/** Positive response 0x78 01 or 03. */
export interface SendFileResponse extends TransferResponse<"addFile" | "replaceFile"> {}

/** Positive response 0x78 04. */
export interface ReadFileResponse extends TransferResponse<"readFile"> {
  /** Bytes of each of the two sizes, 1 .. 15. */
  readonly fileSizeOrDirInfoParameterLength: number;
  /** In bytes. */
  readonly fileSizeUncompressedOrDirInfoLength: WireInteger;
  /** In bytes. */
  readonly fileSizeCompressed: WireInteger;
}

/** Positive response 0x78 05. */
export interface ReadDirResponse extends TransferResponse<"readDir"> {
  /** Bytes of the length, 1 .. 15. */
  readonly fileSizeOrDirInfoParameterLength: number;
  /** Length of the list in bytes. */
  readonly fileSizeUncompressedOrDirInfoLength: WireInteger;
}

/** Positive response 0x78 06. */
export interface ResumeFileResponse extends TransferResponse<"resumeFile"> {
  /** Byte of the file at which the tester goes on, below 2^64. */
  readonly filePosition: WireInteger;
}

/** Positive response of RequestFileTransfer; tell them apart by `modeOfOperation`. */
export type RequestFileTransferResponse =
  | DeleteFileResponse
  | SendFileResponse
  | ReadFileResponse
  | ReadDirResponse
  | ResumeFileResponse;

/** What is needed to write a request; without a length, sizes take as few bytes as the larger needs. */
export type EncodableRequestFileTransferRequest = Encodable<RequestFileTransferRequest, "fileSizeParameterLength">;

/** What is needed to write a response; without a length, an integer takes as few bytes as it can. */
export type EncodableRequestFileTransferResponse = Encodable<
  RequestFileTransferResponse,
  "lengthFormatIdentifier" | "fileSizeOrDirInfoParameterLength"
>;

/** Modes by their number less one. */
const modes: readonly ModeOfOperation[] = ["addFile", "deleteFile", "replaceFile", "readFile", "readDir", "resumeFile"];

/**
 * Reads a request; that of another service, and reserved modes, come back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`, `ERR_UDS_LENGTH_FORMAT`.
 */
export function decodeRequestFileTransferRequest(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<RequestFileTransferRequest | UnknownRequest> {
  if (bytes[0] !== 0x38) return otherRequest(bytes);
  const pdu = new PduReader(bytes, options);
  const mode = pdu.u8("/modeOfOperation");
  if (pdu.failed) return pdu.fail();
  const modeOfOperation = modes[mode - 1];
  if (modeOfOperation === undefined) return otherRequest(bytes);
  const filePathAndName = textOf(pdu.counted("/filePathAndName", "notEmpty"));
  const head = { kind: "request", service: "requestFileTransfer", sid: 0x38 } as const;
  switch (modeOfOperation) {
    case "deleteFile":
    case "readDir":
      return pdu.finish({ ...head, modeOfOperation, filePathAndName, bytes });
    case "readFile": {
      const dataFormatIdentifier = pdu.u8("/dataFormatIdentifier");
      return pdu.finish({ ...head, modeOfOperation, filePathAndName, dataFormatIdentifier, bytes });
    }
    default:
      return pdu.finish({ ...head, modeOfOperation, filePathAndName, ...readFileSizes(pdu), bytes });
  }
}

function readFileSizes(
  pdu: PduReader,
): Pick<
  SendFileRequest,
  "dataFormatIdentifier" | "fileSizeParameterLength" | "fileSizeUncompressed" | "fileSizeCompressed"
> {
  const dataFormatIdentifier = pdu.u8("/dataFormatIdentifier");
  const length = pdu.integerLength(pdu.u8("/fileSizeParameterLength"), 1, "/fileSizeParameterLength");
  return {
    dataFormatIdentifier,
    fileSizeParameterLength: length,
    fileSizeUncompressed: pdu.uint(length, "/fileSizeUncompressed"),
    fileSizeCompressed: pdu.uint(length, "/fileSizeCompressed"),
  };
}

/**
 * Writes a request.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`, `ERR_UDS_EDITION`
 */
export function encodeRequestFileTransferRequest(
  request: EncodableRequestFileTransferRequest,
  options: EncodeOptions = {},
): Bytes {
  const { modeOfOperation, filePathAndName } = request;
  const pdu = startMessage(0x38, modeOfOperation, 16 + filePathAndName.length, options);
  pdu.counted(bytesOf(pdu, filePathAndName), "/filePathAndName", 1);
  switch (request.modeOfOperation) {
    case "deleteFile":
    case "readDir":
      return pdu.finish();
    case "readFile":
      return pdu.u8(request.dataFormatIdentifier, "/dataFormatIdentifier").finish();
    default:
      return writeFileSizes(pdu, request).finish();
  }
}

function writeFileSizes(pdu: PduWriter, request: Encodable<SendFileRequest, "fileSizeParameterLength">): PduWriter {
  const { dataFormatIdentifier, fileSizeUncompressed, fileSizeCompressed } = request;
  const least = Math.max(shortestLength(fileSizeUncompressed), shortestLength(fileSizeCompressed));
  const length = request.fileSizeParameterLength ?? least;
  pdu.u8(dataFormatIdentifier, "/dataFormatIdentifier");
  return writeLength(pdu, length, 1, "/fileSizeParameterLength")
    .uint(fileSizeUncompressed, length, "/fileSizeUncompressed")
    .uint(fileSizeCompressed, length, "/fileSizeCompressed");
}

/**
 * Reads a positive response; another message, and reserved modes, come back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`, `ERR_UDS_LENGTH_FORMAT`.
 */
export function decodeRequestFileTransferResponse(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<RequestFileTransferResponse | UnknownResponse> {
  if (bytes[0] !== 0x78) return otherResponse(bytes);
  const pdu = new PduReader(bytes, options);
  const mode = pdu.u8("/modeOfOperation");
  if (pdu.failed) return pdu.fail();
  const modeOfOperation = modes[mode - 1];
  if (modeOfOperation === undefined) return otherResponse(bytes);
  const head = { kind: "positive", service: "requestFileTransfer", sid: 0x78 } as const;
  if (modeOfOperation === "deleteFile") return pdu.finish({ ...head, modeOfOperation, bytes });
  const lengthFormatIdentifier = pdu.integerLength(pdu.u8("/lengthFormatIdentifier"), 1, "/lengthFormatIdentifier");
  const transfer = {
    lengthFormatIdentifier,
    maxNumberOfBlockLength: pdu.uint(lengthFormatIdentifier, "/maxNumberOfBlockLength"),
    dataFormatIdentifier: pdu.u8("/dataFormatIdentifier"),
  };
  switch (modeOfOperation) {
    case "readFile": {
      const info = readInfoLength(pdu);
      const length = info.fileSizeOrDirInfoParameterLength;
      const fileSizeCompressed = pdu.uint(length, "/fileSizeCompressed");
      return pdu.finish({ ...head, modeOfOperation, ...transfer, ...info, fileSizeCompressed, bytes });
    }
    case "readDir":
      return pdu.finish({ ...head, modeOfOperation, ...transfer, ...readInfoLength(pdu), bytes });
    case "resumeFile": {
      const filePosition = pdu.uint(8, "/filePosition");
      return pdu.finish({ ...head, modeOfOperation, ...transfer, filePosition, bytes });
    }
    default:
      return pdu.finish({ ...head, modeOfOperation, ...transfer, bytes });
  }
}

/** Members that say how large a file or the list of a directory is. */
type InfoMember = "fileSizeOrDirInfoParameterLength" | "fileSizeUncompressedOrDirInfoLength";

function readInfoLength(pdu: PduReader): Pick<ReadDirResponse, InfoMember> {
  const path = "/fileSizeOrDirInfoParameterLength";
  const length = pdu.integerLength(pdu.u16(path), 2, path);
  return {
    fileSizeOrDirInfoParameterLength: length,
    fileSizeUncompressedOrDirInfoLength: pdu.uint(length, "/fileSizeUncompressedOrDirInfoLength"),
  };
}

/**
 * Writes a response.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`, `ERR_UDS_EDITION`
 */
export function encodeRequestFileTransferResponse(
  response: EncodableRequestFileTransferResponse,
  options: EncodeOptions = {},
): Bytes {
  const pdu = startMessage(0x78, response.modeOfOperation, 32, options);
  if (response.modeOfOperation === "deleteFile") return pdu.finish();
  const { maxNumberOfBlockLength, dataFormatIdentifier } = response;
  const blockLength = response.lengthFormatIdentifier ?? shortestLength(maxNumberOfBlockLength);
  writeLength(pdu, blockLength, 1, "/lengthFormatIdentifier")
    .uint(maxNumberOfBlockLength, blockLength, "/maxNumberOfBlockLength")
    .u8(dataFormatIdentifier, "/dataFormatIdentifier");
  switch (response.modeOfOperation) {
    case "readFile": {
      const { fileSizeCompressed } = response;
      const length = writeInfoLength(pdu, response, shortestLength(fileSizeCompressed));
      return pdu.uint(fileSizeCompressed, length, "/fileSizeCompressed").finish();
    }
    case "readDir":
      writeInfoLength(pdu, response, 1);
      return pdu.finish();
    case "resumeFile":
      return pdu.uint(response.filePosition, 8, "/filePosition").finish();
    default:
      return pdu.finish();
  }
}

/** Writes the length of sizes, and the first of them; gives the length, which is at least `least`. */
function writeInfoLength(
  pdu: PduWriter,
  info: Encodable<Pick<ReadDirResponse, InfoMember>, "fileSizeOrDirInfoParameterLength">,
  least: number,
): number {
  const { fileSizeUncompressedOrDirInfoLength: size, fileSizeOrDirInfoParameterLength } = info;
  const length = fileSizeOrDirInfoParameterLength ?? Math.max(least, shortestLength(size));
  writeLength(pdu, length, 2, "/fileSizeOrDirInfoParameterLength");
  pdu.uint(size, length, "/fileSizeUncompressedOrDirInfoLength");
  return length;
}

/** Starts a message with its mode, if the edition has it. */
function startMessage(sid: number, mode: ModeOfOperation, length: number, options: EncodeOptions): PduWriter {
  const pdu = new PduWriter(sid, length);
  const id = modes.indexOf(mode) + 1;
  if (id === 0) throw pdu.wrong("/modeOfOperation", `"${String(mode)}" is no mode`);
  requireEdition({ since: "2013" }, options, "requestFileTransfer", "/service");
  if (mode === "resumeFile") requireEdition({ since: "2020" }, options, "resumeFile", "/modeOfOperation");
  return pdu.u8(id);
}

/** Writes the length of the integers that follow. */
function writeLength(pdu: PduWriter, length: number, bytes: 1 | 2, path: string): PduWriter {
  if (!Number.isInteger(length) || length < 1 || length > 15) {
    throw pdu.wrong(path, `expected integer 1..15, got ${String(length)}`);
  }
  return bytes === 1 ? pdu.u8(length) : pdu.u16(length);
}

/** One character for each byte. */
function textOf(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function bytesOf(pdu: PduWriter, text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0xff) throw pdu.wrong("/filePathAndName", `character ${index} does not fit into a byte`);
    bytes[index] = code;
  }
  return bytes;
}
