/** The answer of an ECU to a diagnostic request, whatever it is: the entry to the decoders and encoders of all services. */

import type { Bytes } from "../core/index.ts";
import { type DecodeOptions, short, type UdsResult } from "./decoding.ts";
import type { EncodeOptions } from "./editions.ts";
import { UdsError } from "./errors.ts";
import {
  decodeNegativeResponse,
  type EncodableNegativeResponse,
  encodeNegativeResponse,
  type NegativeResponse,
} from "./negative-response.ts";
import {
  type AccessTimingParameterResponse,
  decodeAccessTimingParameterResponse,
  type EncodableAccessTimingParameterResponse,
  encodeAccessTimingParameterResponse,
} from "./services/access-timing-parameter.ts";
import {
  type AuthenticationResponse,
  decodeAuthenticationResponse,
  type EncodableAuthenticationResponse,
  encodeAuthenticationResponse,
} from "./services/authentication.ts";
import {
  type ClearDiagnosticInformationResponse,
  decodeClearDiagnosticInformationResponse,
  type EncodableClearDiagnosticInformationResponse,
  encodeClearDiagnosticInformationResponse,
} from "./services/clear-diagnostic-information.ts";
import {
  type CommunicationControlResponse,
  decodeCommunicationControlResponse,
  type EncodableCommunicationControlResponse,
  encodeCommunicationControlResponse,
} from "./services/communication-control.ts";
import {
  type ControlDTCSettingResponse,
  decodeControlDTCSettingResponse,
  type EncodableControlDTCSettingResponse,
  encodeControlDTCSettingResponse,
} from "./services/control-dtc-setting.ts";
import {
  type DiagnosticSessionControlResponse,
  decodeDiagnosticSessionControlResponse,
  type EncodableDiagnosticSessionControlResponse,
  encodeDiagnosticSessionControlResponse,
} from "./services/diagnostic-session-control.ts";
import {
  type DynamicallyDefineDataIdentifierResponse,
  decodeDynamicallyDefineDataIdentifierResponse,
  type EncodableDynamicallyDefineDataIdentifierResponse,
  encodeDynamicallyDefineDataIdentifierResponse,
} from "./services/dynamically-define-data-identifier.ts";
import {
  decodeEcuResetResponse,
  type EcuResetResponse,
  type EncodableEcuResetResponse,
  encodeEcuResetResponse,
} from "./services/ecu-reset.ts";
import {
  decodeInputOutputControlByIdentifierResponse,
  type EncodableInputOutputControlByIdentifierResponse,
  encodeInputOutputControlByIdentifierResponse,
  type InputOutputControlByIdentifierResponse,
} from "./services/input-output-control-by-identifier.ts";
import {
  decodeLinkControlResponse,
  type EncodableLinkControlResponse,
  encodeLinkControlResponse,
  type LinkControlResponse,
} from "./services/link-control.ts";
import {
  decodeReadDataByIdentifierResponse,
  type EncodableReadDataByIdentifierResponse,
  encodeReadDataByIdentifierResponse,
  type ReadDataByIdentifierResponse,
} from "./services/read-data-by-identifier.ts";
import {
  decodeReadDataByPeriodicIdentifierResponse,
  type EncodableReadDataByPeriodicIdentifierResponse,
  encodeReadDataByPeriodicIdentifierResponse,
  type ReadDataByPeriodicIdentifierResponse,
} from "./services/read-data-by-periodic-identifier.ts";
import {
  decodeReadDTCInformationResponse,
  type EncodableReadDTCInformationResponse,
  encodeReadDTCInformationResponse,
  type ReadDTCInformationResponse,
} from "./services/read-dtc-information.ts";
import {
  decodeReadMemoryByAddressResponse,
  type EncodableReadMemoryByAddressResponse,
  encodeReadMemoryByAddressResponse,
  type ReadMemoryByAddressResponse,
} from "./services/read-memory-by-address.ts";
import {
  decodeReadScalingDataByIdentifierResponse,
  type EncodableReadScalingDataByIdentifierResponse,
  encodeReadScalingDataByIdentifierResponse,
  type ReadScalingDataByIdentifierResponse,
} from "./services/read-scaling-data-by-identifier.ts";
import {
  decodeRequestDownloadResponse,
  type EncodableRequestDownloadResponse,
  encodeRequestDownloadResponse,
  type RequestDownloadResponse,
} from "./services/request-download.ts";
import {
  decodeRequestFileTransferResponse,
  type EncodableRequestFileTransferResponse,
  encodeRequestFileTransferResponse,
  type RequestFileTransferResponse,
} from "./services/request-file-transfer.ts";
import {
  decodeRequestTransferExitResponse,
  type EncodableRequestTransferExitResponse,
  encodeRequestTransferExitResponse,
  type RequestTransferExitResponse,
} from "./services/request-transfer-exit.ts";
import {
  decodeRequestUploadResponse,
  type EncodableRequestUploadResponse,
  encodeRequestUploadResponse,
  type RequestUploadResponse,
} from "./services/request-upload.ts";
import {
  decodeResponseOnEventResponse,
  type EncodableResponseOnEventResponse,
  encodeResponseOnEventResponse,
  type ResponseOnEventResponse,
} from "./services/response-on-event.ts";
import {
  decodeRoutineControlResponse,
  type EncodableRoutineControlResponse,
  encodeRoutineControlResponse,
  type RoutineControlResponse,
} from "./services/routine-control.ts";
import {
  decodeSecuredDataTransmissionResponse,
  type EncodableSecuredDataTransmissionResponse,
  encodeSecuredDataTransmissionResponse,
  type SecuredDataTransmissionResponse,
} from "./services/secured-data-transmission.ts";
import {
  decodeSecurityAccessResponse,
  type EncodableSecurityAccessResponse,
  encodeSecurityAccessResponse,
  type SecurityAccessResponse,
} from "./services/security-access.ts";
import {
  decodeTesterPresentResponse,
  type EncodableTesterPresentResponse,
  encodeTesterPresentResponse,
  type TesterPresentResponse,
} from "./services/tester-present.ts";
import {
  decodeTransferDataResponse,
  type EncodableTransferDataResponse,
  encodeTransferDataResponse,
  type TransferDataResponse,
} from "./services/transfer-data.ts";
import {
  decodeWriteDataByIdentifierResponse,
  type EncodableWriteDataByIdentifierResponse,
  encodeWriteDataByIdentifierResponse,
  type WriteDataByIdentifierResponse,
} from "./services/write-data-by-identifier.ts";
import {
  decodeWriteMemoryByAddressResponse,
  type EncodableWriteMemoryByAddressResponse,
  encodeWriteMemoryByAddressResponse,
  type WriteMemoryByAddressResponse,
} from "./services/write-memory-by-address.ts";
import { otherResponse, type UnknownResponse } from "./unknown-response.ts";

/** A positive response of a service that is decoded; tell them apart by `service`, then by `subFunction`. */
export type PositiveResponse =
  | DiagnosticSessionControlResponse
  | EcuResetResponse
  | ClearDiagnosticInformationResponse
  | ReadDTCInformationResponse
  | ReadDataByIdentifierResponse
  | ReadMemoryByAddressResponse
  | ReadScalingDataByIdentifierResponse
  | SecurityAccessResponse
  | CommunicationControlResponse
  | AuthenticationResponse
  | ReadDataByPeriodicIdentifierResponse
  | DynamicallyDefineDataIdentifierResponse
  | WriteDataByIdentifierResponse
  | InputOutputControlByIdentifierResponse
  | RoutineControlResponse
  | RequestDownloadResponse
  | RequestUploadResponse
  | TransferDataResponse
  | RequestTransferExitResponse
  | RequestFileTransferResponse
  | WriteMemoryByAddressResponse
  | TesterPresentResponse
  | AccessTimingParameterResponse
  | SecuredDataTransmissionResponse
  | ControlDTCSettingResponse
  | ResponseOnEventResponse
  | LinkControlResponse;

/** A response; tell them apart by `kind`. */
export type UdsResponse = PositiveResponse | NegativeResponse | UnknownResponse;

/** What is needed to write a response: one that was decoded, or its members by hand. */
export type EncodableResponse =
  | EncodableDiagnosticSessionControlResponse
  | EncodableEcuResetResponse
  | EncodableClearDiagnosticInformationResponse
  | EncodableReadDTCInformationResponse
  | EncodableReadDataByIdentifierResponse
  | EncodableReadMemoryByAddressResponse
  | EncodableReadScalingDataByIdentifierResponse
  | EncodableSecurityAccessResponse
  | EncodableCommunicationControlResponse
  | EncodableAuthenticationResponse
  | EncodableReadDataByPeriodicIdentifierResponse
  | EncodableDynamicallyDefineDataIdentifierResponse
  | EncodableWriteDataByIdentifierResponse
  | EncodableInputOutputControlByIdentifierResponse
  | EncodableRoutineControlResponse
  | EncodableRequestDownloadResponse
  | EncodableRequestUploadResponse
  | EncodableTransferDataResponse
  | EncodableRequestTransferExitResponse
  | EncodableRequestFileTransferResponse
  | EncodableWriteMemoryByAddressResponse
  | EncodableTesterPresentResponse
  | EncodableAccessTimingParameterResponse
  | EncodableSecuredDataTransmissionResponse
  | EncodableControlDTCSettingResponse
  | EncodableResponseOnEventResponse
  | EncodableLinkControlResponse
  | EncodableNegativeResponse
  | Pick<UnknownResponse, "kind" | "bytes">;

/**
 * Reads one response of an ECU: the complete message as ISO-TP or DoIP delivers it.
 *
 * A service or sub-function that no edition defines comes back as `kind: "unknown"` with its bytes. Never throws on any bytes.
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`, `ERR_UDS_LENGTH_FORMAT`, `ERR_UDS_LIMIT`; `offset` counts from the start
 * of the message, `path` points into the value, and `partial` holds what was complete. Nothing missing is ever filled in.
 *
 * Standard: ISO 14229-1, the union of the editions of 2006, 2013 and 2020.
 *
 * @example
 * ```ts
 * const result = decodeResponse(hexToBytes("59027f04201609"));
 * if (result.ok && result.value.kind === "positive" && result.value.service === "readDTCInformation") {
 *   if (result.value.subFunction === "reportDTCByStatusMask") {
 *     const [dtc] = result.value.dtcs;
 *     dtc.display; // "P0420-16"
 *     dtc.flags.confirmedDTC; // true
 *     dtc.flags.warningIndicatorRequested; // "unsupported"
 *   }
 * }
 * ```
 */
export function decodeResponse(bytes: Uint8Array, options: DecodeOptions = {}): UdsResult<UdsResponse> {
  if (bytes.length === 0) return short(bytes, "/sid", 1);
  switch (bytes[0]) {
    case 0x50:
      return decodeDiagnosticSessionControlResponse(bytes, options);
    case 0x51:
      return decodeEcuResetResponse(bytes, options);
    case 0x54:
      return decodeClearDiagnosticInformationResponse(bytes, options);
    case 0x59:
      return decodeReadDTCInformationResponse(bytes, options);
    case 0x62:
      return decodeReadDataByIdentifierResponse(bytes, options);
    case 0x63:
      return decodeReadMemoryByAddressResponse(bytes, options);
    case 0x64:
      return decodeReadScalingDataByIdentifierResponse(bytes, options);
    case 0x67:
      return decodeSecurityAccessResponse(bytes, options);
    case 0x68:
      return decodeCommunicationControlResponse(bytes, options);
    case 0x69:
      return decodeAuthenticationResponse(bytes, options);
    case 0x6a:
      return decodeReadDataByPeriodicIdentifierResponse(bytes, options);
    case 0x6c:
      return decodeDynamicallyDefineDataIdentifierResponse(bytes, options);
    case 0x6e:
      return decodeWriteDataByIdentifierResponse(bytes, options);
    case 0x6f:
      return decodeInputOutputControlByIdentifierResponse(bytes, options);
    case 0x71:
      return decodeRoutineControlResponse(bytes, options);
    case 0x74:
      return decodeRequestDownloadResponse(bytes, options);
    case 0x75:
      return decodeRequestUploadResponse(bytes, options);
    case 0x76:
      return decodeTransferDataResponse(bytes, options);
    case 0x77:
      return decodeRequestTransferExitResponse(bytes, options);
    case 0x78:
      return decodeRequestFileTransferResponse(bytes, options);
    case 0x7d:
      return decodeWriteMemoryByAddressResponse(bytes, options);
    case 0x7e:
      return decodeTesterPresentResponse(bytes, options);
    case 0xc3:
      return decodeAccessTimingParameterResponse(bytes, options);
    case 0xc4:
      return decodeSecuredDataTransmissionResponse(bytes, options);
    case 0xc5:
      return decodeControlDTCSettingResponse(bytes, options);
    case 0xc6:
      return decodeResponseOnEventResponse(bytes, options);
    case 0xc7:
      return decodeLinkControlResponse(bytes, options);
    case 0x7f:
      return decodeNegativeResponse(bytes, options);
    default:
      return otherResponse(bytes);
  }
}

/**
 * Writes a response; that of a decoded message are its bytes again.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE` with the path of a member that has no place on the wire
 * @throws {@link UdsError} `ERR_UDS_EDITION` for what `options.edition` does not have
 * @example
 * ```ts
 * encodeResponse({ kind: "negative", requestSid: 0x22, nrc: 0x31 }); // 7f 22 31
 * encodeResponse({ service: "testerPresent", subFunction: "zeroSubFunction" }); // 7e 00
 * ```
 */
export function encodeResponse(response: EncodableResponse, options: EncodeOptions = {}): Bytes {
  if (response.kind === "unknown") return new Uint8Array(response.bytes);
  if (response.kind === "negative") return encodeNegativeResponse(response);
  switch (response.service) {
    case "diagnosticSessionControl":
      return encodeDiagnosticSessionControlResponse(response, options);
    case "ecuReset":
      return encodeEcuResetResponse(response);
    case "clearDiagnosticInformation":
      return encodeClearDiagnosticInformationResponse(response);
    case "readDTCInformation":
      return encodeReadDTCInformationResponse(response, options);
    case "readDataByIdentifier":
      return encodeReadDataByIdentifierResponse(response);
    case "readMemoryByAddress":
      return encodeReadMemoryByAddressResponse(response);
    case "readScalingDataByIdentifier":
      return encodeReadScalingDataByIdentifierResponse(response);
    case "securityAccess":
      return encodeSecurityAccessResponse(response);
    case "communicationControl":
      return encodeCommunicationControlResponse(response);
    case "authentication":
      return encodeAuthenticationResponse(response, options);
    case "readDataByPeriodicIdentifier":
      return encodeReadDataByPeriodicIdentifierResponse(response);
    case "dynamicallyDefineDataIdentifier":
      return encodeDynamicallyDefineDataIdentifierResponse(response);
    case "writeDataByIdentifier":
      return encodeWriteDataByIdentifierResponse(response);
    case "inputOutputControlByIdentifier":
      return encodeInputOutputControlByIdentifierResponse(response);
    case "routineControl":
      return encodeRoutineControlResponse(response);
    case "requestDownload":
      return encodeRequestDownloadResponse(response);
    case "requestUpload":
      return encodeRequestUploadResponse(response);
    case "transferData":
      return encodeTransferDataResponse(response);
    case "requestTransferExit":
      return encodeRequestTransferExitResponse(response);
    case "requestFileTransfer":
      return encodeRequestFileTransferResponse(response, options);
    case "writeMemoryByAddress":
      return encodeWriteMemoryByAddressResponse(response);
    case "testerPresent":
      return encodeTesterPresentResponse(response);
    case "accessTimingParameter":
      return encodeAccessTimingParameterResponse(response, options);
    case "securedDataTransmission":
      return encodeSecuredDataTransmissionResponse(response, options);
    case "controlDTCSetting":
      return encodeControlDTCSettingResponse(response);
    case "responseOnEvent":
      return encodeResponseOnEventResponse(response, options);
    case "linkControl":
      return encodeLinkControlResponse(response);
    default: {
      const { service } = response satisfies never as { readonly service: unknown };
      throw new UdsError("ERR_UDS_VALUE", `Cannot encode /service: "${String(service)}" is no service`, {
        path: "/service",
      });
    }
  }
}
