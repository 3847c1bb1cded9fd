/**
 * RoutineControl (0x31): starts and stops a routine of the ECU and asks for its results.
 *
 * Standard: ISO 14229-1 (RoutineControl); names as mdabrowski1990/uds and python-udsoncan agree on them.
 */

import type { Bytes } from "../../core/index.ts";
import { explainRecord } from "../data-record.ts";
import type { DecodeOptions, UdsResult } from "../decoding.ts";
import type { FieldValue } from "../dictionary/types.ts";
import type { Encodable, RequestMessage, ResponseMessage, SubFunction } from "../messages.ts";
import { PduReader } from "../pdu-reader.ts";
import { PduWriter } from "../pdu-writer.ts";
import { SubFunctionNames, type SubFunctionRange } from "../sub-functions.ts";
import { otherRequest, type UnknownRequest } from "../unknown-request.ts";
import { otherResponse, type UnknownResponse } from "../unknown-response.ts";

/** routineControlType. */
export type RoutineControlType = "startRoutine" | "stopRoutine" | "requestRoutineResults" | SubFunctionRange;

/** What a dictionary says about a routine. */
interface RoutineExplanation {
  /** Name of the routine, where the dictionary has it. */
  readonly name?: string;
  /** The fields of the record, where the dictionary has its layout and it is as long as that says. */
  readonly values?: readonly FieldValue[];
}

/** Request 0x31. */
export interface RoutineControlRequest
  extends RequestMessage<"routineControl", 0x31>,
    SubFunction<RoutineControlType>,
    RoutineExplanation {
  /** routineIdentifier, 0 .. 0xFFFF. */
  readonly routineIdentifier: number;
  /** routineControlOptionRecord, often empty: a view of the message, not a copy. */
  readonly routineControlOptionRecord: Uint8Array;
}

/** Positive response 0x71. */
export interface RoutineControlResponse
  extends ResponseMessage<"routineControl", 0x71>,
    SubFunction<RoutineControlType>,
    RoutineExplanation {
  /** routineIdentifier, 0 .. 0xFFFF. */
  readonly routineIdentifier: number;
  /** routineInfo and routineStatusRecord as they follow each other, often empty: a view of the message, not a copy. */
  readonly routineStatusRecord: Uint8Array;
}

/** What is needed to write a request; an absent record is empty. */
export type EncodableRoutineControlRequest = Encodable<
  RoutineControlRequest,
  "routineControlOptionRecord" | "name" | "values"
>;

/** What is needed to write a response; an absent record is empty. */
export type EncodableRoutineControlResponse = Encodable<
  RoutineControlResponse,
  "routineStatusRecord" | "name" | "values"
>;

const names: SubFunctionNames<RoutineControlType> = /* @__PURE__ */ new SubFunctionNames<RoutineControlType>(
  { 0x01: "startRoutine", 0x02: "stopRoutine", 0x03: "requestRoutineResults" },
  "reservedOnly",
);

/**
 * Reads a request; that of another service comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`.
 */
export function decodeRoutineControlRequest(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<RoutineControlRequest | UnknownRequest> {
  if (bytes[0] !== 0x31) return otherRequest(bytes);
  const pdu = new PduReader(bytes, options);
  const subFunctionId = pdu.subFunction();
  const routineIdentifier = pdu.u16("/routineIdentifier");
  const start = pdu.position;
  const routineControlOptionRecord = pdu.rest();
  const explained = pdu.failed
    ? {}
    : explainRoutine(options, subFunctionId, routineIdentifier, "request", bytes, start);
  return pdu.finish<RoutineControlRequest>({
    kind: "request",
    service: "routineControl",
    sid: 0x31,
    subFunction: names.nameOf(subFunctionId),
    subFunctionId,
    suppressPosRspMsgIndicationBit: pdu.suppress,
    routineIdentifier,
    routineControlOptionRecord,
    ...explained,
    bytes,
  });
}

/**
 * Writes a request.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`
 */
export function encodeRoutineControlRequest(request: EncodableRoutineControlRequest): Bytes {
  const { routineIdentifier, routineControlOptionRecord: record } = request;
  const pdu = new PduWriter(0x31, 4 + (record?.length ?? 0))
    .subFunction(names.idOf(request), request.suppressPosRspMsgIndicationBit)
    .u16(routineIdentifier, "/routineIdentifier");
  return (record === undefined ? pdu : pdu.bytes(record, "/routineControlOptionRecord")).finish();
}

/**
 * Reads a positive response; another message comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`.
 */
export function decodeRoutineControlResponse(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<RoutineControlResponse | UnknownResponse> {
  if (bytes[0] !== 0x71) return otherResponse(bytes);
  const pdu = new PduReader(bytes, options);
  const subFunctionId = pdu.echoedSubFunction();
  const routineIdentifier = pdu.u16("/routineIdentifier");
  const start = pdu.position;
  const routineStatusRecord = pdu.rest();
  const explained = pdu.failed
    ? {}
    : explainRoutine(options, subFunctionId, routineIdentifier, "response", bytes, start);
  return pdu.finish<RoutineControlResponse>({
    kind: "positive",
    service: "routineControl",
    sid: 0x71,
    subFunction: names.nameOf(subFunctionId),
    subFunctionId,
    suppressPosRspMsgIndicationBit: pdu.suppress,
    routineIdentifier,
    routineStatusRecord,
    ...explained,
    bytes,
  });
}

/**
 * Writes a response.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`
 */
export function encodeRoutineControlResponse(response: EncodableRoutineControlResponse): Bytes {
  const { routineIdentifier, routineStatusRecord: record } = response;
  const pdu = new PduWriter(0x71, 4 + (record?.length ?? 0))
    .subFunction(names.idOf(response), response.suppressPosRspMsgIndicationBit)
    .u16(routineIdentifier, "/routineIdentifier");
  return (record === undefined ? pdu : pdu.bytes(record, "/routineStatusRecord")).finish();
}

/** What the dictionary says about the record from `start` to the end of the message. */
function explainRoutine(
  { dictionary }: DecodeOptions,
  subFunctionId: number,
  routineIdentifier: number,
  direction: "request" | "response",
  bytes: Uint8Array,
  start: number,
): RoutineExplanation {
  const routine = dictionary?.routine(routineIdentifier);
  if (routine === undefined) return {};
  const data = [undefined, routine.start, routine.stop, routine.results][subFunctionId];
  return { name: routine.name, ...explainRecord(data?.[direction], bytes, start, bytes.length) };
}
