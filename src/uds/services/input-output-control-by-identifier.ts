/**
 * InputOutputControlByIdentifier (0x2F): takes control of an input or an output.
 *
 * Standard: ISO 14229-1 (InputOutputControlByIdentifier); names as mdabrowski1990/uds and python-udsoncan agree on them.
 */

import type { Bytes } from "../../core/index.ts";
import type { DecodeOptions, UdsResult } from "../decoding.ts";
import type { Encodable, RequestMessage, ResponseMessage } from "../messages.ts";
import { PduReader } from "../pdu-reader.ts";
import { PduWriter } from "../pdu-writer.ts";
import { SubFunctionNames } from "../sub-functions.ts";
import { otherRequest, type UnknownRequest } from "../unknown-request.ts";
import { otherResponse, type UnknownResponse } from "../unknown-response.ts";

/** inputOutputControlParameter. */
export type InputOutputControlParameter =
  | "returnControlToECU"
  | "resetToDefault"
  | "freezeCurrentState"
  | "shortTermAdjustment"
  | "isoSaeReserved";

/** Request 0x2F. */
export interface InputOutputControlByIdentifierRequest extends RequestMessage<"inputOutputControlByIdentifier", 0x2f> {
  /** 0 .. 0xFFFF. */
  readonly dataIdentifier: number;
  /** What is done to the input or output: a name, or `isoSaeReserved`. */
  readonly inputOutputControlParameter: InputOutputControlParameter;
  /** 0 .. 255. */
  readonly inputOutputControlParameterId: number;
  /**
   * Bytes of the state to set. Where the data end and the enable mask starts, the message does not say: without a
   * dictionary that has the identifier, all bytes are here. A view of the message, not a copy.
   */
  readonly controlState: Uint8Array;
  /** Which of the values take part, where a dictionary says how long the state is and bytes follow it. */
  readonly controlEnableMask?: Uint8Array;
}

/** Positive response 0x6F. */
export interface InputOutputControlByIdentifierResponse
  extends ResponseMessage<"inputOutputControlByIdentifier", 0x6f> {
  /** 0 .. 0xFFFF. */
  readonly dataIdentifier: number;
  /** What is done to the input or output: a name, or `isoSaeReserved`. */
  readonly inputOutputControlParameter: InputOutputControlParameter;
  /** 0 .. 255. */
  readonly inputOutputControlParameterId: number;
  /** Bytes of the state now: a view of the message, not a copy. */
  readonly controlState: Uint8Array;
}

/** What is needed to write a request; an absent state or mask is empty. */
export type EncodableInputOutputControlByIdentifierRequest = Encodable<
  InputOutputControlByIdentifierRequest,
  "inputOutputControlParameterId" | "controlState"
>;

/** What is needed to write a response; an absent state is empty. */
export type EncodableInputOutputControlByIdentifierResponse = Encodable<
  InputOutputControlByIdentifierResponse,
  "inputOutputControlParameterId" | "controlState"
>;

const names: SubFunctionNames<InputOutputControlParameter> =
  /* @__PURE__ */ new SubFunctionNames<InputOutputControlParameter>(
    { 0x00: "returnControlToECU", 0x01: "resetToDefault", 0x02: "freezeCurrentState", 0x03: "shortTermAdjustment" },
    "reservedOnly",
    256,
  );

/**
 * Reads a request; that of another service comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`.
 */
export function decodeInputOutputControlByIdentifierRequest(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<InputOutputControlByIdentifierRequest | UnknownRequest> {
  if (bytes[0] !== 0x2f) return otherRequest(bytes);
  const pdu = new PduReader(bytes, options);
  const dataIdentifier = pdu.u16("/dataIdentifier");
  const inputOutputControlParameterId = pdu.u8("/inputOutputControlParameterId");
  const layout = pdu.remaining > 0 ? options.dictionary?.dataIdentifier(dataIdentifier) : undefined;
  const controlState =
    layout === undefined ? pdu.rest() : pdu.take(layout.measure(bytes, pdu.position, bytes.length), "/controlState");
  const mask = pdu.remaining > 0 ? { controlEnableMask: pdu.rest() } : {};
  return pdu.finish<InputOutputControlByIdentifierRequest>({
    kind: "request",
    service: "inputOutputControlByIdentifier",
    sid: 0x2f,
    dataIdentifier,
    inputOutputControlParameter: names.nameOf(inputOutputControlParameterId) as InputOutputControlParameter,
    inputOutputControlParameterId,
    controlState,
    ...mask,
    bytes,
  });
}

/**
 * Writes a request.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`
 */
export function encodeInputOutputControlByIdentifierRequest(
  request: EncodableInputOutputControlByIdentifierRequest,
): Bytes {
  const { controlState, controlEnableMask } = request;
  const pdu = writeControl(
    new PduWriter(0x2f, 4 + (controlState?.length ?? 0) + (controlEnableMask?.length ?? 0)),
    request,
  );
  return (controlEnableMask === undefined ? pdu : pdu.bytes(controlEnableMask, "/controlEnableMask")).finish();
}

/**
 * Reads a positive response; another message comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`.
 */
export function decodeInputOutputControlByIdentifierResponse(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<InputOutputControlByIdentifierResponse | UnknownResponse> {
  if (bytes[0] !== 0x6f) return otherResponse(bytes);
  const pdu = new PduReader(bytes, options);
  const dataIdentifier = pdu.u16("/dataIdentifier");
  const inputOutputControlParameterId = pdu.u8("/inputOutputControlParameterId");
  const layout = pdu.remaining > 0 ? options.dictionary?.dataIdentifier(dataIdentifier) : undefined;
  const controlState =
    layout === undefined ? pdu.rest() : pdu.take(layout.measure(bytes, pdu.position, bytes.length), "/controlState");
  return pdu.finish<InputOutputControlByIdentifierResponse>({
    kind: "positive",
    service: "inputOutputControlByIdentifier",
    sid: 0x6f,
    dataIdentifier,
    inputOutputControlParameter: names.nameOf(inputOutputControlParameterId) as InputOutputControlParameter,
    inputOutputControlParameterId,
    controlState,
    bytes,
  });
}

/**
 * Writes a response.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`
 */
export function encodeInputOutputControlByIdentifierResponse(
  response: EncodableInputOutputControlByIdentifierResponse,
): Bytes {
  return writeControl(new PduWriter(0x6f, 4 + (response.controlState?.length ?? 0)), response).finish();
}

function writeControl(
  pdu: PduWriter,
  message: EncodableInputOutputControlByIdentifierResponse | EncodableInputOutputControlByIdentifierRequest,
): PduWriter {
  const {
    dataIdentifier,
    inputOutputControlParameter: name,
    inputOutputControlParameterId: id,
    controlState,
  } = message;
  pdu
    .u16(dataIdentifier, "/dataIdentifier")
    .u8(names.idOfMember(name, id, "/inputOutputControlParameter"), "/inputOutputControlParameterId");
  return controlState === undefined ? pdu : pdu.bytes(controlState, "/controlState");
}
