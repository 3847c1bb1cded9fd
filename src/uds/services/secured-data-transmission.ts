/**
 * SecuredDataTransmission (0x84): carries another message signed or encrypted.
 *
 * The editions before 2020 leave the record open; since then it has a layout of its own. The wire does not say which of them
 * it is, so the record is always kept as bytes, and its fields are read where it fits the layout. Nothing is decrypted, and no
 * signature is checked.
 *
 * Standard: ISO 14229-1 (SecuredDataTransmission); layout as mdabrowski1990/uds and Wireshark agree on it.
 */

import type { Bytes } from "../../core/index.ts";
import type { DecodeOptions, UdsResult } from "../decoding.ts";
import { type EncodeOptions, requireEdition } from "../editions.ts";
import type { Encodable, RequestMessage, ResponseMessage } from "../messages.ts";
import { PduReader } from "../pdu-reader.ts";
import { PduWriter } from "../pdu-writer.ts";
import { otherRequest, type UnknownRequest } from "../unknown-request.ts";
import { otherResponse, type UnknownResponse } from "../unknown-response.ts";

/** Request 0x84. */
export interface SecuredDataTransmissionRequest extends RequestMessage<"securedDataTransmission", 0x84> {
  /** All bytes after the SID, at least one: a view of the message, not a copy. */
  readonly securityDataRecord: Uint8Array;
  /** The record by the layout of 2020, where it fits. */
  readonly secured?: SecuredData;
}

/** Positive response 0xC4. */
export interface SecuredDataTransmissionResponse extends ResponseMessage<"securedDataTransmission", 0xc4> {
  /** All bytes after the SID, at least one: a view of the message, not a copy. */
  readonly securityDataRecord: Uint8Array;
  /** The record by the layout of 2020, where it fits. */
  readonly secured?: SecuredData;
}

/** Fields of a secured message. Byte arrays are views of the message, not copies. */
export interface SecuredData {
  /** 0 .. 0xFFFF; {@link describeAdministrativeParameter} takes it apart. */
  readonly administrativeParameter: number;
  /** signatureEncryptionCalculation, 0 .. 255: the algorithm, by agreement. */
  readonly signatureEncryptionCalculation: number;
  /** 0 .. 0xFFFF. */
  readonly antiReplayCounter: number;
  /** SID of the message inside, of its request or of its response, 0 .. 255. */
  readonly internalSid: number;
  /** The message inside after its SID; encrypted where the administrative parameter says so. */
  readonly serviceSpecificParameters: Uint8Array;
  /** Signature or message authentication code; empty if there is none. */
  readonly signature: Uint8Array;
}

/** What {@link describeAdministrativeParameter} says. */
export interface AdministrativeParameter {
  /** Bit 0. */
  readonly isRequestMessage: boolean;
  /** Bit 3. */
  readonly isPreEstablishedKeyUsed: boolean;
  /** Bit 4. */
  readonly isMessageEncrypted: boolean;
  /** Bit 5. */
  readonly isMessageSigned: boolean;
  /** Bit 6. */
  readonly isSignatureOnResponseRequested: boolean;
}

/** What is needed to write a request: `secured` or, without it, `securityDataRecord`. */
export type EncodableSecuredDataTransmissionRequest = Encodable<SecuredDataTransmissionRequest, "securityDataRecord">;

/** What is needed to write a response: `secured` or, without it, `securityDataRecord`. */
export type EncodableSecuredDataTransmissionResponse = Encodable<SecuredDataTransmissionResponse, "securityDataRecord">;

/** Bytes of the fields but for the parameters and the signature. */
const fixedLength = 8;
const signatureLengthOffset = 3;

/**
 * Reads a request; that of another service comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`. A record that does not fit the layout of 2020 is a warning, unless `options.securedDataForm` says
 * which form is meant.
 */
export function decodeSecuredDataTransmissionRequest(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<SecuredDataTransmissionRequest | UnknownRequest> {
  if (bytes[0] !== 0x84) return otherRequest(bytes);
  const pdu = new PduReader(bytes, options);
  return pdu.finish<SecuredDataTransmissionRequest>({
    kind: "request",
    service: "securedDataTransmission",
    sid: 0x84,
    ...readRecord(pdu, options),
    bytes,
  });
}

/**
 * Writes a request.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`, `ERR_UDS_EDITION`
 */
export function encodeSecuredDataTransmissionRequest(
  request: EncodableSecuredDataTransmissionRequest,
  options: EncodeOptions = {},
): Bytes {
  return writeRecord(new PduWriter(0x84, 64), request, options).finish();
}

/**
 * Reads a positive response; another message comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`. A record that does not fit the layout of 2020 is a warning, unless `options.securedDataForm` says
 * which form is meant.
 */
export function decodeSecuredDataTransmissionResponse(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<SecuredDataTransmissionResponse | UnknownResponse> {
  if (bytes[0] !== 0xc4) return otherResponse(bytes);
  const pdu = new PduReader(bytes, options);
  return pdu.finish<SecuredDataTransmissionResponse>({
    kind: "positive",
    service: "securedDataTransmission",
    sid: 0xc4,
    ...readRecord(pdu, options),
    bytes,
  });
}

/**
 * Writes a response.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`, `ERR_UDS_EDITION`
 */
export function encodeSecuredDataTransmissionResponse(
  response: EncodableSecuredDataTransmissionResponse,
  options: EncodeOptions = {},
): Bytes {
  return writeRecord(new PduWriter(0xc4, 64), response, options).finish();
}

/**
 * Takes an administrative parameter apart.
 *
 * @param administrativeParameter - 0 .. 0xFFFF; the other bits are reserved and not looked at
 * @example
 * ```ts
 * describeAdministrativeParameter(0x0021).isMessageSigned; // true
 * ```
 */
export function describeAdministrativeParameter(administrativeParameter: number): AdministrativeParameter {
  return {
    isRequestMessage: (administrativeParameter & 0x01) !== 0,
    isPreEstablishedKeyUsed: (administrativeParameter & 0x08) !== 0,
    isMessageEncrypted: (administrativeParameter & 0x10) !== 0,
    isMessageSigned: (administrativeParameter & 0x20) !== 0,
    isSignatureOnResponseRequested: (administrativeParameter & 0x40) !== 0,
  };
}

type SecuredRecord = Pick<SecuredDataTransmissionRequest, "securityDataRecord" | "secured">;

function readRecord(pdu: PduReader, { securedDataForm: form }: DecodeOptions): SecuredRecord {
  const record = pdu.bytes.subarray(1);
  if (form === "2020" || (form === undefined && fits(record))) {
    return { securityDataRecord: record, secured: readSecured(pdu) };
  }
  if (form === undefined && record.length > 0) {
    const message = "Secured data do not fit the layout of the 2020 edition and are kept as bytes";
    pdu.warnings.push({ code: "secured_data_opaque", message, path: "/securityDataRecord" });
  }
  return { securityDataRecord: pdu.rest("/securityDataRecord", 1) };
}

/** Whether a record is long enough for the layout of 2020 with the signature that it speaks of. */
function fits(record: Uint8Array): boolean {
  if (record.length < fixedLength) return false;
  const signatureLength = (record[signatureLengthOffset]! << 8) | record[signatureLengthOffset + 1]!;
  return record.length >= fixedLength + signatureLength;
}

function readSecured(pdu: PduReader): SecuredData {
  const administrativeParameter = pdu.u16("/secured/administrativeParameter");
  const signatureEncryptionCalculation = pdu.u8("/secured/signatureEncryptionCalculation");
  const signatureLength = pdu.u16("/secured/signature");
  return {
    administrativeParameter,
    signatureEncryptionCalculation,
    antiReplayCounter: pdu.u16("/secured/antiReplayCounter"),
    internalSid: pdu.u8("/secured/internalSid"),
    serviceSpecificParameters: pdu.take(Math.max(0, pdu.remaining - signatureLength)),
    signature: pdu.take(signatureLength, "/secured/signature"),
  };
}

function writeRecord(
  pdu: PduWriter,
  message: EncodableSecuredDataTransmissionRequest | EncodableSecuredDataTransmissionResponse,
  options: EncodeOptions,
): PduWriter {
  const { secured, securityDataRecord } = message;
  if (secured === undefined) {
    requireEdition(
      { until: "2013", instead: "secured" },
      options,
      "an open security data record",
      "/securityDataRecord",
    );
    return pdu.bytes(securityDataRecord as Uint8Array, "/securityDataRecord", 1);
  }
  requireEdition({ since: "2020", instead: "securityDataRecord" }, options, "a secured message in fields", "/secured");
  const { signature, serviceSpecificParameters } = secured;
  return pdu
    .u16(secured.administrativeParameter, "/secured/administrativeParameter")
    .u8(secured.signatureEncryptionCalculation, "/secured/signatureEncryptionCalculation")
    .u16(signature.length, "/secured/signature")
    .u16(secured.antiReplayCounter, "/secured/antiReplayCounter")
    .u8(secured.internalSid, "/secured/internalSid")
    .bytes(serviceSpecificParameters, "/secured/serviceSpecificParameters")
    .bytes(signature, "/secured/signature");
}
