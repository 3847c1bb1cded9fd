/** The entry to the decoders and encoders of the requests of all services. */

import type { Bytes } from "../core/index.ts";
import { type DecodeOptions, short, type UdsResult } from "./decoding.ts";
import type { EncodeOptions } from "./editions.ts";
import { UdsError } from "./errors.ts";
import {
  type AccessTimingParameterRequest,
  decodeAccessTimingParameterRequest,
  type EncodableAccessTimingParameterRequest,
  encodeAccessTimingParameterRequest,
} from "./services/access-timing-parameter.ts";
import {
  type AuthenticationRequest,
  decodeAuthenticationRequest,
  type EncodableAuthenticationRequest,
  encodeAuthenticationRequest,
} from "./services/authentication.ts";
import {
  type ClearDiagnosticInformationRequest,
  decodeClearDiagnosticInformationRequest,
  type EncodableClearDiagnosticInformationRequest,
  encodeClearDiagnosticInformationRequest,
} from "./services/clear-diagnostic-information.ts";
import {
  type CommunicationControlRequest,
  decodeCommunicationControlRequest,
  type EncodableCommunicationControlRequest,
  encodeCommunicationControlRequest,
} from "./services/communication-control.ts";
import {
  type ControlDTCSettingRequest,
  decodeControlDTCSettingRequest,
  type EncodableControlDTCSettingRequest,
  encodeControlDTCSettingRequest,
} from "./services/control-dtc-setting.ts";
import {
  type DiagnosticSessionControlRequest,
  decodeDiagnosticSessionControlRequest,
  type EncodableDiagnosticSessionControlRequest,
  encodeDiagnosticSessionControlRequest,
} from "./services/diagnostic-session-control.ts";
import {
  type DynamicallyDefineDataIdentifierRequest,
  decodeDynamicallyDefineDataIdentifierRequest,
  type EncodableDynamicallyDefineDataIdentifierRequest,
  encodeDynamicallyDefineDataIdentifierRequest,
} from "./services/dynamically-define-data-identifier.ts";
import {
  decodeEcuResetRequest,
  type EcuResetRequest,
  type EncodableEcuResetRequest,
  encodeEcuResetRequest,
} from "./services/ecu-reset.ts";
import {
  decodeInputOutputControlByIdentifierRequest,
  type EncodableInputOutputControlByIdentifierRequest,
  encodeInputOutputControlByIdentifierRequest,
  type InputOutputControlByIdentifierRequest,
} from "./services/input-output-control-by-identifier.ts";
import {
  decodeLinkControlRequest,
  type EncodableLinkControlRequest,
  encodeLinkControlRequest,
  type LinkControlRequest,
} from "./services/link-control.ts";
import {
  decodeReadDataByIdentifierRequest,
  type EncodableReadDataByIdentifierRequest,
  encodeReadDataByIdentifierRequest,
  type ReadDataByIdentifierRequest,
} from "./services/read-data-by-identifier.ts";
import {
  decodeReadDataByPeriodicIdentifierRequest,
  type EncodableReadDataByPeriodicIdentifierRequest,
  encodeReadDataByPeriodicIdentifierRequest,
  type ReadDataByPeriodicIdentifierRequest,
} from "./services/read-data-by-periodic-identifier.ts";
import {
  decodeReadDTCInformationRequest,
  type EncodableReadDTCInformationRequest,
  encodeReadDTCInformationRequest,
  type ReadDTCInformationRequest,
} from "./services/read-dtc-information.ts";
import {
  decodeReadMemoryByAddressRequest,
  type EncodableReadMemoryByAddressRequest,
  encodeReadMemoryByAddressRequest,
  type ReadMemoryByAddressRequest,
} from "./services/read-memory-by-address.ts";
import {
  decodeReadScalingDataByIdentifierRequest,
  type EncodableReadScalingDataByIdentifierRequest,
  encodeReadScalingDataByIdentifierRequest,
  type ReadScalingDataByIdentifierRequest,
} from "./services/read-scaling-data-by-identifier.ts";
import {
  decodeRequestDownloadRequest,
  type EncodableRequestDownloadRequest,
  encodeRequestDownloadRequest,
  type RequestDownloadRequest,
} from "./services/request-download.ts";
import {
  decodeRequestFileTransferRequest,
  type EncodableRequestFileTransferRequest,
  encodeRequestFileTransferRequest,
  type RequestFileTransferRequest,
} from "./services/request-file-transfer.ts";
import {
  decodeRequestTransferExitRequest,
  type EncodableRequestTransferExitRequest,
  encodeRequestTransferExitRequest,
  type RequestTransferExitRequest,
} from "./services/request-transfer-exit.ts";
import {
  decodeRequestUploadRequest,
  type EncodableRequestUploadRequest,
  encodeRequestUploadRequest,
  type RequestUploadRequest,
} from "./services/request-upload.ts";
import {
  decodeResponseOnEventRequest,
  type EncodableResponseOnEventRequest,
  encodeResponseOnEventRequest,
  type ResponseOnEventRequest,
} from "./services/response-on-event.ts";
import {
  decodeRoutineControlRequest,
  type EncodableRoutineControlRequest,
  encodeRoutineControlRequest,
  type RoutineControlRequest,
} from "./services/routine-control.ts";
import {
  decodeSecuredDataTransmissionRequest,
  type EncodableSecuredDataTransmissionRequest,
  encodeSecuredDataTransmissionRequest,
  type SecuredDataTransmissionRequest,
} from "./services/secured-data-transmission.ts";
import {
  decodeSecurityAccessRequest,
  type EncodableSecurityAccessRequest,
  encodeSecurityAccessRequest,
  type SecurityAccessRequest,
} from "./services/security-access.ts";
import {
  decodeTesterPresentRequest,
  type EncodableTesterPresentRequest,
  encodeTesterPresentRequest,
  type TesterPresentRequest,
} from "./services/tester-present.ts";
import {
  decodeTransferDataRequest,
  type EncodableTransferDataRequest,
  encodeTransferDataRequest,
  type TransferDataRequest,
} from "./services/transfer-data.ts";
import {
  decodeWriteDataByIdentifierRequest,
  type EncodableWriteDataByIdentifierRequest,
  encodeWriteDataByIdentifierRequest,
  type WriteDataByIdentifierRequest,
} from "./services/write-data-by-identifier.ts";
import {
  decodeWriteMemoryByAddressRequest,
  type EncodableWriteMemoryByAddressRequest,
  encodeWriteMemoryByAddressRequest,
  type WriteMemoryByAddressRequest,
} from "./services/write-memory-by-address.ts";
import { otherRequest, type UnknownRequest } from "./unknown-request.ts";

/** A request of a service that is decoded; tell them apart by `service`, then by `subFunction`. */
export type KnownRequest =
  | DiagnosticSessionControlRequest
  | EcuResetRequest
  | ClearDiagnosticInformationRequest
  | ReadDTCInformationRequest
  | ReadDataByIdentifierRequest
  | ReadMemoryByAddressRequest
  | ReadScalingDataByIdentifierRequest
  | SecurityAccessRequest
  | CommunicationControlRequest
  | AuthenticationRequest
  | ReadDataByPeriodicIdentifierRequest
  | DynamicallyDefineDataIdentifierRequest
  | WriteDataByIdentifierRequest
  | InputOutputControlByIdentifierRequest
  | RoutineControlRequest
  | RequestDownloadRequest
  | RequestUploadRequest
  | TransferDataRequest
  | RequestTransferExitRequest
  | RequestFileTransferRequest
  | WriteMemoryByAddressRequest
  | TesterPresentRequest
  | AccessTimingParameterRequest
  | SecuredDataTransmissionRequest
  | ControlDTCSettingRequest
  | ResponseOnEventRequest
  | LinkControlRequest;

/** A request; tell them apart by `kind`. */
export type UdsRequest = KnownRequest | UnknownRequest;

/** What is needed to write a request: one that was decoded, or its members by hand. */
export type EncodableRequest =
  | EncodableDiagnosticSessionControlRequest
  | EncodableEcuResetRequest
  | EncodableClearDiagnosticInformationRequest
  | EncodableReadDTCInformationRequest
  | EncodableReadDataByIdentifierRequest
  | EncodableReadMemoryByAddressRequest
  | EncodableReadScalingDataByIdentifierRequest
  | EncodableSecurityAccessRequest
  | EncodableCommunicationControlRequest
  | EncodableAuthenticationRequest
  | EncodableReadDataByPeriodicIdentifierRequest
  | EncodableDynamicallyDefineDataIdentifierRequest
  | EncodableWriteDataByIdentifierRequest
  | EncodableInputOutputControlByIdentifierRequest
  | EncodableRoutineControlRequest
  | EncodableRequestDownloadRequest
  | EncodableRequestUploadRequest
  | EncodableTransferDataRequest
  | EncodableRequestTransferExitRequest
  | EncodableRequestFileTransferRequest
  | EncodableWriteMemoryByAddressRequest
  | EncodableTesterPresentRequest
  | EncodableAccessTimingParameterRequest
  | EncodableSecuredDataTransmissionRequest
  | EncodableControlDTCSettingRequest
  | EncodableResponseOnEventRequest
  | EncodableLinkControlRequest
  | Pick<UnknownRequest, "kind" | "bytes">;

/**
 * Reads one request of a tester: the complete message as ISO-TP or DoIP delivers it.
 *
 * A service or sub-function that no edition defines comes back as `kind: "unknown"` with its bytes. Never throws on any bytes.
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`, `ERR_UDS_LENGTH_FORMAT`, `ERR_UDS_LIMIT`; `offset` counts from the start
 * of the message, and `path` points into the value. Nothing missing is ever filled in.
 *
 * Standard: ISO 14229-1, the union of the editions of 2006, 2013 and 2020.
 *
 * @example
 * ```ts
 * const result = decodeRequest(hexToBytes("22f190"));
 * if (result.ok && result.value.kind === "request" && result.value.service === "readDataByIdentifier") {
 *   result.value.dataIdentifiers; // [0xf190]
 * }
 * ```
 */
export function decodeRequest(bytes: Uint8Array, options: DecodeOptions = {}): UdsResult<UdsRequest> {
  if (bytes.length === 0) return short(bytes, "/sid", 1);
  switch (bytes[0]) {
    case 0x10:
      return decodeDiagnosticSessionControlRequest(bytes, options);
    case 0x11:
      return decodeEcuResetRequest(bytes, options);
    case 0x14:
      return decodeClearDiagnosticInformationRequest(bytes, options);
    case 0x19:
      return decodeReadDTCInformationRequest(bytes, options);
    case 0x22:
      return decodeReadDataByIdentifierRequest(bytes, options);
    case 0x23:
      return decodeReadMemoryByAddressRequest(bytes, options);
    case 0x24:
      return decodeReadScalingDataByIdentifierRequest(bytes, options);
    case 0x27:
      return decodeSecurityAccessRequest(bytes, options);
    case 0x28:
      return decodeCommunicationControlRequest(bytes, options);
    case 0x29:
      return decodeAuthenticationRequest(bytes, options);
    case 0x2a:
      return decodeReadDataByPeriodicIdentifierRequest(bytes, options);
    case 0x2c:
      return decodeDynamicallyDefineDataIdentifierRequest(bytes, options);
    case 0x2e:
      return decodeWriteDataByIdentifierRequest(bytes, options);
    case 0x2f:
      return decodeInputOutputControlByIdentifierRequest(bytes, options);
    case 0x31:
      return decodeRoutineControlRequest(bytes, options);
    case 0x34:
      return decodeRequestDownloadRequest(bytes, options);
    case 0x35:
      return decodeRequestUploadRequest(bytes, options);
    case 0x36:
      return decodeTransferDataRequest(bytes, options);
    case 0x37:
      return decodeRequestTransferExitRequest(bytes, options);
    case 0x38:
      return decodeRequestFileTransferRequest(bytes, options);
    case 0x3d:
      return decodeWriteMemoryByAddressRequest(bytes, options);
    case 0x3e:
      return decodeTesterPresentRequest(bytes, options);
    case 0x83:
      return decodeAccessTimingParameterRequest(bytes, options);
    case 0x84:
      return decodeSecuredDataTransmissionRequest(bytes, options);
    case 0x85:
      return decodeControlDTCSettingRequest(bytes, options);
    case 0x86:
      return decodeResponseOnEventRequest(bytes, options);
    case 0x87:
      return decodeLinkControlRequest(bytes, options);
    default:
      return otherRequest(bytes);
  }
}

/**
 * Writes a request; that of a decoded message are its bytes again.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE` with the path of a member that has no place on the wire
 * @throws {@link UdsError} `ERR_UDS_EDITION` for what `options.edition` does not have
 * @example
 * ```ts
 * encodeRequest({ service: "ecuReset", subFunction: "hardReset" }); // 11 01
 * encodeRequest({ service: "readDataByIdentifier", dataIdentifiers: [0xf190] }); // 22 f1 90
 * ```
 */
export function encodeRequest(request: EncodableRequest, options: EncodeOptions = {}): Bytes {
  if (request.kind === "unknown") return new Uint8Array(request.bytes);
  switch (request.service) {
    case "diagnosticSessionControl":
      return encodeDiagnosticSessionControlRequest(request);
    case "ecuReset":
      return encodeEcuResetRequest(request);
    case "clearDiagnosticInformation":
      return encodeClearDiagnosticInformationRequest(request, options);
    case "readDTCInformation":
      return encodeReadDTCInformationRequest(request, options);
    case "readDataByIdentifier":
      return encodeReadDataByIdentifierRequest(request);
    case "readMemoryByAddress":
      return encodeReadMemoryByAddressRequest(request);
    case "readScalingDataByIdentifier":
      return encodeReadScalingDataByIdentifierRequest(request);
    case "securityAccess":
      return encodeSecurityAccessRequest(request);
    case "communicationControl":
      return encodeCommunicationControlRequest(request, options);
    case "authentication":
      return encodeAuthenticationRequest(request, options);
    case "readDataByPeriodicIdentifier":
      return encodeReadDataByPeriodicIdentifierRequest(request);
    case "dynamicallyDefineDataIdentifier":
      return encodeDynamicallyDefineDataIdentifierRequest(request);
    case "writeDataByIdentifier":
      return encodeWriteDataByIdentifierRequest(request);
    case "inputOutputControlByIdentifier":
      return encodeInputOutputControlByIdentifierRequest(request);
    case "routineControl":
      return encodeRoutineControlRequest(request);
    case "requestDownload":
      return encodeRequestDownloadRequest(request);
    case "requestUpload":
      return encodeRequestUploadRequest(request);
    case "transferData":
      return encodeTransferDataRequest(request);
    case "requestTransferExit":
      return encodeRequestTransferExitRequest(request);
    case "requestFileTransfer":
      return encodeRequestFileTransferRequest(request, options);
    case "writeMemoryByAddress":
      return encodeWriteMemoryByAddressRequest(request);
    case "testerPresent":
      return encodeTesterPresentRequest(request);
    case "accessTimingParameter":
      return encodeAccessTimingParameterRequest(request, options);
    case "securedDataTransmission":
      return encodeSecuredDataTransmissionRequest(request, options);
    case "controlDTCSetting":
      return encodeControlDTCSettingRequest(request);
    case "responseOnEvent":
      return encodeResponseOnEventRequest(request, options);
    case "linkControl":
      return encodeLinkControlRequest(request);
    default: {
      const { service } = request satisfies never as { readonly service: unknown };
      throw new UdsError("ERR_UDS_VALUE", `Cannot encode /service: "${String(service)}" is no service`, {
        path: "/service",
      });
    }
  }
}
