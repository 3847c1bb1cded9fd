/**
 * ReadDataByIdentifier (0x22): reads the data of one or more identifiers.
 *
 * The response does not say how long the data of each identifier are. So only what a dictionary knows, and the data of the
 * identifier that was asked for last, are read; the rest stays bytes.
 *
 * Standard: ISO 14229-1 (ReadDataByIdentifier); layout as mdabrowski1990/uds and python-udsoncan agree on it.
 */

import type { Bytes } from "../../core/index.ts";
import { type DataRecord, explainData } from "../data-record.ts";
import type { DecodeOptions, UdsResult } from "../decoding.ts";
import type { Encodable, RequestMessage, ResponseMessage } from "../messages.ts";
import { PduReader } from "../pdu-reader.ts";
import { PduWriter } from "../pdu-writer.ts";
import type { Undecoded } from "../undecoded.ts";
import { otherRequest, type UnknownRequest } from "../unknown-request.ts";
import { otherResponse, type UnknownResponse } from "../unknown-response.ts";

/** Request 0x22. */
export interface ReadDataByIdentifierRequest extends RequestMessage<"readDataByIdentifier", 0x22> {
  /** At least one, each 0 .. 0xFFFF. */
  readonly dataIdentifiers: readonly number[];
}

/** Positive response 0x62. */
export interface ReadDataByIdentifierResponse extends ResponseMessage<"readDataByIdentifier", 0x62> {
  /** In the order of the message. */
  readonly records: readonly DataRecord[];
  /** From the first identifier on whose data could not be told from what follows. */
  readonly undecoded?: Undecoded;
}

/** What is needed to write a request. */
export type EncodableReadDataByIdentifierRequest = Encodable<ReadDataByIdentifierRequest>;

/** What is needed to write a response: the bytes of each record, then those that were not decoded. */
export interface EncodableReadDataByIdentifierResponse
  extends Encodable<Omit<ReadDataByIdentifierResponse, "records" | "undecoded">> {
  readonly records: readonly Pick<DataRecord, "dataIdentifier" | "dataRecord">[];
  readonly undecoded?: Pick<Undecoded, "bytes">;
}

/**
 * Reads a request; that of another service comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT` (with the complete identifiers in `partial`), `ERR_UDS_LIMIT` (`maxEntries` identifiers).
 */
export function decodeReadDataByIdentifierRequest(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<ReadDataByIdentifierRequest | UnknownRequest> {
  if (bytes[0] !== 0x22) return otherRequest(bytes);
  const pdu = new PduReader(bytes, options);
  const dataIdentifiers = [pdu.u16("/dataIdentifiers/0")];
  for (let index = 1; pdu.item("/dataIdentifiers", index); index++) dataIdentifiers.push(pdu.u16());
  if (pdu.failed) dataIdentifiers.pop();
  return pdu.finishPartly<ReadDataByIdentifierRequest>({
    kind: "request",
    service: "readDataByIdentifier",
    sid: 0x22,
    dataIdentifiers,
    bytes,
  });
}

/**
 * Writes a request.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`
 */
export function encodeReadDataByIdentifierRequest({ dataIdentifiers }: EncodableReadDataByIdentifierRequest): Bytes {
  const pdu = new PduWriter(0x22, 1 + 2 * dataIdentifiers.length);
  if (dataIdentifiers.length === 0) throw pdu.wrong("/dataIdentifiers", "expected at least one");
  for (const [index, identifier] of dataIdentifiers.entries()) pdu.item("/dataIdentifiers", index).u16(identifier);
  return pdu.finish();
}

/**
 * Reads a positive response; another message comes back as `unknown`. Never throws.
 *
 * Where one record ends, `options.dictionary` says for the identifiers it has, and `options.dataIdentifiers` for the last
 * one that the request asked for. Without either, the whole content is `undecoded`.
 *
 * Faults: `ERR_UDS_SHORT` (with the complete records in `partial`), `ERR_UDS_TRAILING_BYTES`, `ERR_UDS_LIMIT`.
 *
 * @example
 * ```ts
 * const response = decodeReadDataByIdentifierResponse(hexToBytes("62f18601"), { dataIdentifiers: [0xf186] });
 * if (response.ok && response.value.kind === "positive") response.value.records; // [{ dataIdentifier: 0xf186, dataRecord: [1] }]
 * ```
 */
export function decodeReadDataByIdentifierResponse(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<ReadDataByIdentifierResponse | UnknownResponse> {
  if (bytes[0] !== 0x62) return otherResponse(bytes);
  const pdu = new PduReader(bytes, options);
  const { dataIdentifiers: asked } = options;
  const records: DataRecord[] = [];
  let undecoded: Undecoded | undefined;
  if (pdu.remaining === 0) pdu.u16("/records/0/dataIdentifier");
  while (undecoded === undefined && records.length !== asked?.length && pdu.item("/records", records.length)) {
    const isLast = asked !== undefined && records.length === asked.length - 1;
    const start = pdu.position;
    if (records.length > 0 && isPadding(bytes, start, options)) break;
    const record = readRecord(pdu, isLast ? asked[records.length] : undefined, options);
    if (pdu.failed) break;
    if (record !== undefined) records.push(record);
    else undecoded = { offset: start, bytes: pdu.rest(), reason: "unknown_data_identifier" };
  }
  pdu.leave();
  return pdu.finishPartly<ReadDataByIdentifierResponse>({
    kind: "positive",
    service: "readDataByIdentifier",
    sid: 0x62,
    records,
    ...(undecoded === undefined ? {} : { undecoded }),
    bytes,
  });
}

/** The next record; undefined, with nothing read, when nobody knows how long it is. */
function readRecord(pdu: PduReader, last: number | undefined, { dictionary }: DecodeOptions): DataRecord | undefined {
  const { bytes } = pdu;
  const dataIdentifier = pdu.peekU16("/dataIdentifier");
  if (pdu.failed) return undefined;
  const start = pdu.position + 2;
  const known = dictionary?.dataIdentifier(dataIdentifier)?.measure(bytes, start, bytes.length);
  if (known === undefined && dataIdentifier !== last) return undefined;
  pdu.take(2);
  const dataRecord = known === undefined ? pdu.rest("/dataRecord", 1) : pdu.take(known, "/dataRecord");
  if (pdu.failed) return undefined;
  return { dataIdentifier, dataRecord, ...explainData(dictionary, dataIdentifier, bytes, start, pdu.position) };
}

/** Whether the rest of the message is padding that `finish` may trim, and no data of an identifier 0x0000. */
function isPadding(bytes: Uint8Array, start: number, { leniency, dictionary }: DecodeOptions): boolean {
  if (leniency?.zeroPadding !== "trim" || dictionary?.dataIdentifier(0) !== undefined) return false;
  return bytes.subarray(start).every((byte) => byte === 0);
}

/**
 * Writes a response.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`
 */
export function encodeReadDataByIdentifierResponse(response: EncodableReadDataByIdentifierResponse): Bytes {
  const { records, undecoded } = response;
  const pdu = new PduWriter(0x62, 64);
  for (const [index, { dataIdentifier, dataRecord }] of records.entries()) {
    pdu.item("/records", index).u16(dataIdentifier, "/dataIdentifier").bytes(dataRecord, "/dataRecord");
  }
  pdu.leave();
  if (undecoded !== undefined) pdu.bytes(undecoded.bytes, "/undecoded/bytes", 2);
  else if (records.length === 0) throw pdu.wrong("/records", "expected at least one");
  return pdu.finish();
}
