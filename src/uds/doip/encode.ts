/** Writes messages of DoIP. */

import { type Bytes, utf8ToBytes } from "../../core/index.ts";
import { PduWriter } from "../pdu-writer.ts";
import { headerLength } from "./header.ts";
import { type DoipVin, doipPayloadTypes, type EncodableDoipMessage } from "./messages.ts";

/**
 * Writes a message with its header; every decoded one becomes the message that it was decoded from.
 *
 * The names of codes are not looked at. Without `version`, it is 2 (ISO 13400-2:2012), as in doipclient and scapy.
 *
 * Standard: ISO 13400-2.
 *
 * @throws `UdsError` `ERR_UDS_VALUE` for a missing member, a number out of range or bytes of another length
 * @example
 * ```ts
 * encodeDoip({ message: "diagnosticMessage", sourceAddress: 0x0e80, targetAddress: 0x4010, userData: hexToBytes("1002") });
 * // bytes 02 fd 80 01 00 00 00 06 0e 80 40 10 10 02
 * ```
 */
export function encodeDoip(message: EncodableDoipMessage): Bytes {
  const { version = 2 } = message;
  const pdu = new PduWriter(version, 32);
  if (!Number.isInteger(version) || version < 0 || version > 0xff) {
    throw pdu.wrong("/version", `expected integer 0..255, got ${String(version)}`);
  }
  const payloadType = message.message === "unknown" ? message.payloadType : doipPayloadTypes[message.message];
  pdu.u8(version ^ 0xff).u16(payloadType, "/payloadType");
  // The length takes its place when it is known.
  pdu.uint(0, 4);
  writePayload(pdu, message);
  const bytes = pdu.finish();
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(4, bytes.length - headerLength);
  return bytes;
}

function writePayload(pdu: PduWriter, message: EncodableDoipMessage): void {
  switch (message.message) {
    case "genericNegativeAcknowledge":
      pdu.u8(message.nackCode, "/nackCode");
      break;
    case "vehicleIdentificationRequestWithEid":
      pdu.fixed(message.eid, 6, "/eid");
      break;
    case "vehicleIdentificationRequestWithVin":
      writeVin(pdu, message.vin);
      break;
    case "vehicleIdentificationResponse":
      writeVin(pdu, message.vin);
      pdu.u16(message.logicalAddress, "/logicalAddress").fixed(message.eid, 6, "/eid").fixed(message.gid, 6, "/gid");
      pdu.u8(message.furtherActionCode, "/furtherActionCode");
      if (message.synchronizationCode !== undefined) pdu.u8(message.synchronizationCode, "/synchronizationCode");
      break;
    case "routingActivationRequest":
      pdu.u16(message.sourceAddress, "/sourceAddress");
      pdu.uint(message.activationType, activationTypeLength(pdu, message), "/activationType");
      writeReserved(pdu, message);
      break;
    case "routingActivationResponse":
      pdu.u16(message.clientAddress, "/clientAddress").u16(message.entityAddress, "/entityAddress");
      pdu.u8(message.responseCode, "/responseCode");
      writeReserved(pdu, message);
      break;
    case "aliveCheckResponse":
      pdu.u16(message.sourceAddress, "/sourceAddress");
      break;
    case "entityStatusResponse":
      pdu.u8(message.nodeTypeCode, "/nodeTypeCode").u8(message.maxConcurrentSockets, "/maxConcurrentSockets");
      pdu.u8(message.openSockets, "/openSockets");
      if (message.maxDataSizeBytes !== undefined) pdu.uint(message.maxDataSizeBytes, 4, "/maxDataSizeBytes");
      break;
    case "powerModeResponse":
      pdu.u8(message.powerModeCode, "/powerModeCode");
      break;
    case "diagnosticMessage":
      writeAddresses(pdu, message);
      pdu.bytes(message.userData, "/userData");
      break;
    case "diagnosticMessagePositiveAcknowledge":
      writeAddresses(pdu, message);
      writeAnswer(pdu, message.ackCode, "/ackCode", message.previousMessage);
      break;
    case "diagnosticMessageNegativeAcknowledge":
      writeAddresses(pdu, message);
      writeAnswer(pdu, message.nackCode, "/nackCode", message.previousMessage);
      break;
    case "unknown":
      pdu.bytes(message.payload, "/payload");
      break;
    default:
  }
}

function writeVin(pdu: PduWriter, vin: DoipVin): void {
  if (typeof vin !== "string") pdu.fixed(vin, 17, "/vin");
  else if (/^[ -~]{17}$/.test(vin)) pdu.bytes(utf8ToBytes(vin));
  else throw pdu.wrong("/vin", "expected 17 characters of printable ASCII");
}

type RoutingRequest = EncodableDoipMessage & { readonly message: "routingActivationRequest" };

/** Two bytes are for the draft of 2010, as the decoder has it. */
function activationTypeLength(pdu: PduWriter, { activationTypeLength: length = 1, version }: RoutingRequest): 1 | 2 {
  if (length !== 1 && (length !== 2 || version !== 1)) {
    throw pdu.wrong("/activationTypeLength", "expected 1, or 2 in version 1");
  }
  return length;
}

function writeReserved(
  pdu: PduWriter,
  { reserved = 0, manufacturerData }: { readonly reserved?: number; readonly manufacturerData?: Uint8Array },
): void {
  pdu.uint(reserved, 4, "/reserved");
  if (manufacturerData !== undefined) pdu.fixed(manufacturerData, 4, "/manufacturerData");
}

function writeAddresses(
  pdu: PduWriter,
  { sourceAddress, targetAddress }: { readonly sourceAddress: number; readonly targetAddress: number },
): void {
  pdu.u16(sourceAddress, "/sourceAddress").u16(targetAddress, "/targetAddress");
}

function writeAnswer(pdu: PduWriter, code: number, path: string, previousMessage: Uint8Array | undefined): void {
  pdu.u8(code, path);
  if (previousMessage !== undefined) pdu.bytes(previousMessage, "/previousMessage");
}
