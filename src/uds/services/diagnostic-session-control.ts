/**
 * DiagnosticSessionControl (0x10): starts a diagnostic session; the response says how long the ECU may take to answer in it.
 *
 * Standard: ISO 14229-1 (DiagnosticSessionControl); names as mdabrowski1990/uds and python-udsoncan agree on them.
 */

import type { Bytes } from "../../core/index.ts";
import type { DecodeOptions, UdsResult } from "../decoding.ts";
import { type EncodeOptions, requireEdition } from "../editions.ts";
import type { Encodable, RequestMessage, ResponseMessage, SubFunction } from "../messages.ts";
import { PduReader } from "../pdu-reader.ts";
import { PduWriter } from "../pdu-writer.ts";
import { SubFunctionNames, type SubFunctionRange } from "../sub-functions.ts";
import { otherRequest, type UnknownRequest } from "../unknown-request.ts";
import { otherResponse, type UnknownResponse } from "../unknown-response.ts";

/** diagnosticSessionType. */
export type DiagnosticSessionType =
  | "defaultSession"
  | "programmingSession"
  | "extendedDiagnosticSession"
  | "safetySystemDiagnosticSession"
  | SubFunctionRange;

/** Request 0x10. */
export interface DiagnosticSessionControlRequest
  extends RequestMessage<"diagnosticSessionControl", 0x10>,
    SubFunction<DiagnosticSessionType> {}

/** Positive response 0x50. */
export interface DiagnosticSessionControlResponse
  extends ResponseMessage<"diagnosticSessionControl", 0x50>,
    SubFunction<DiagnosticSessionType> {
  /** The timing of the session; only an ECU after the edition of 2006 may leave it out. */
  readonly sessionParameterRecord?: SessionParameterRecord;
}

/** How long the ECU may take to answer in the session. */
export interface SessionParameterRecord {
  /** P2Server_max, 0 .. 65,535 ms. */
  readonly p2ServerMaxMs: number;
  /** P2*Server_max, after each response that the answer is pending: 0 .. 655,350 ms in steps of ten. */
  readonly p2StarServerMaxMs: number;
}

/** What is needed to write a request. */
export type EncodableDiagnosticSessionControlRequest = Encodable<DiagnosticSessionControlRequest>;

/** What is needed to write a response. */
export type EncodableDiagnosticSessionControlResponse = Encodable<DiagnosticSessionControlResponse>;

const names: SubFunctionNames<DiagnosticSessionType> = /* @__PURE__ */ new SubFunctionNames<DiagnosticSessionType>(
  {
    0x01: "defaultSession",
    0x02: "programmingSession",
    0x03: "extendedDiagnosticSession",
    0x04: "safetySystemDiagnosticSession",
  },
  "specificRanges",
);

/** Unit of P2*Server_max on the wire. */
const p2StarStepMs = 10;

/**
 * Reads a request; that of another service comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`.
 */
export function decodeDiagnosticSessionControlRequest(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<DiagnosticSessionControlRequest | UnknownRequest> {
  if (bytes[0] !== 0x10) return otherRequest(bytes);
  const pdu = new PduReader(bytes, options);
  const subFunctionId = pdu.subFunction();
  return pdu.finish<DiagnosticSessionControlRequest>({
    kind: "request",
    service: "diagnosticSessionControl",
    sid: 0x10,
    subFunction: names.nameOf(subFunctionId),
    subFunctionId,
    suppressPosRspMsgIndicationBit: pdu.suppress,
    bytes,
  });
}

/**
 * Writes a request.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`
 */
export function encodeDiagnosticSessionControlRequest(request: EncodableDiagnosticSessionControlRequest): Bytes {
  return new PduWriter(0x10, 2).subFunction(names.idOf(request), request.suppressPosRspMsgIndicationBit).finish();
}

/**
 * Reads a positive response; another message comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`. A response that ends with the sub-function has no timing.
 */
export function decodeDiagnosticSessionControlResponse(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<DiagnosticSessionControlResponse | UnknownResponse> {
  if (bytes[0] !== 0x50) return otherResponse(bytes);
  const pdu = new PduReader(bytes, options);
  const subFunctionId = pdu.echoedSubFunction();
  const timing = pdu.remaining > 0 ? { sessionParameterRecord: readTiming(pdu) } : {};
  return pdu.finish<DiagnosticSessionControlResponse>({
    kind: "positive",
    service: "diagnosticSessionControl",
    sid: 0x50,
    subFunction: names.nameOf(subFunctionId),
    subFunctionId,
    suppressPosRspMsgIndicationBit: pdu.suppress,
    ...timing,
    bytes,
  });
}

function readTiming(pdu: PduReader): SessionParameterRecord {
  return {
    p2ServerMaxMs: pdu.u16("/sessionParameterRecord/p2ServerMaxMs"),
    p2StarServerMaxMs: pdu.u16("/sessionParameterRecord/p2StarServerMaxMs") * p2StarStepMs,
  };
}

/**
 * Writes a positive response.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`; `ERR_UDS_EDITION` without timing after 2006
 */
export function encodeDiagnosticSessionControlResponse(
  response: EncodableDiagnosticSessionControlResponse,
  options: EncodeOptions = {},
): Bytes {
  const { sessionParameterRecord: timing } = response;
  const pdu = new PduWriter(0x50, timing === undefined ? 2 : 6);
  pdu.subFunction(names.idOf(response), response.suppressPosRspMsgIndicationBit);
  if (timing === undefined) {
    const rule = { until: "2006", instead: "sessionParameterRecord" } as const;
    requireEdition(rule, options, "a response without session parameters", "/sessionParameterRecord");
    return pdu.finish();
  }
  return pdu
    .u16(timing.p2ServerMaxMs, "/sessionParameterRecord/p2ServerMaxMs")
    .u16(timing.p2StarServerMaxMs / p2StarStepMs, "/sessionParameterRecord/p2StarServerMaxMs")
    .finish();
}
