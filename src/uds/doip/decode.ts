/** Decodes one message of DoIP. */

import { type DecodeOptions, short, tooLong, type UdsResult } from "../decoding.ts";
import { PduReader } from "../pdu-reader.ts";
import {
  codeName,
  doipAckNames,
  doipActivationTypeNames,
  doipFurtherActionNames,
  doipHeaderNackNames,
  doipNackNames,
  doipNodeTypeNames,
  doipPowerModeNames,
  doipRoutingResponseNames,
  doipSynchronizationNames,
} from "./codes.ts";
import { headerLength, headerNack, isPatternAt, messageLengthAt, patternFault, payloadTypeAt } from "./header.ts";
import {
  type DoipMessage,
  type DoipMessageBase,
  type DoipMessageName,
  type DoipVin,
  doipMessageName,
} from "./messages.ts";

/** Options of {@link decodeDoip}. */
export type DoipDecodeOptions = Pick<DecodeOptions, "leniency">;

/**
 * Decodes one message with its header. Never throws for bytes, whatever they are.
 *
 * A payload type without a layout comes back as `unknown` with its payload. {@link DoipSplitter} cuts a stream into messages.
 *
 * Standard: ISO 13400-2; layouts as doipclient, scapy and Wireshark agree on them.
 *
 * @returns or a fault: `ERR_UDS_SHORT`, `ERR_UDS_DOIP_PATTERN` or `ERR_UDS_TRAILING_BYTES`; `details.nackCode` is there where the standard
 * has a generic negative acknowledge for it
 * @example
 * ```ts
 * const result = decodeDoip(hexToBytes("02fd8001000000060e8040101002"));
 * if (result.ok && result.value.message === "diagnosticMessage") decodeRequest(result.value.userData); // diagnosticSessionControl
 * ```
 */
export function decodeDoip(bytes: Uint8Array, options: DoipDecodeOptions = {}): UdsResult<DoipMessage> {
  if (bytes.length >= 2 && !isPatternAt(bytes, 0)) {
    return { ok: false, error: patternFault(bytes[0]!, bytes[1]!, 0) };
  }
  if (bytes.length < headerLength) return short(bytes, "/header", headerLength);
  const length = messageLengthAt(bytes, 0);
  if (length > bytes.length) return short(bytes, "/payload", length);
  const result = readMessage(new PduReader(bytes.subarray(0, length), options, headerLength), bytes);
  if (!result.ok) {
    // The header counts the bytes rightly, and still they are not the layout of the payload type.
    const details = { ...result.error.details, nackCode: headerNack.payloadLength };
    return { ...result, error: { ...result.error, details } };
  }
  return length === bytes.length ? result : tooLong(bytes, length, result.value);
}

function readMessage(pdu: PduReader, bytes: Uint8Array): UdsResult<DoipMessage> {
  const version = bytes[0]!;
  const payloadType = payloadTypeAt(bytes, 0);
  const message = doipMessageName(payloadType);
  if (message === undefined) {
    return pdu.finish<DoipMessage>({ message: "unknown", payloadType, version, payload: pdu.rest(), bytes });
  }
  const members = payloads[message](pdu, version);
  return pdu.finish({ message, payloadType, version, ...members, bytes } as DoipMessage);
}

type Payload<Name extends DoipMessageName> = Omit<
  Extract<DoipMessage, { readonly message: Name }>,
  keyof DoipMessageBase<Name>
>;

const nothing = () => ({});

/** Reads the payload of each message. After a fault every read is empty, and the message is not used. */
const payloads: { readonly [Name in DoipMessageName]: (pdu: PduReader, version: number) => Payload<Name> } = {
  genericNegativeAcknowledge(pdu) {
    const nackCode = pdu.u8("/nackCode");
    return { nackCode, nack: codeName(doipHeaderNackNames, nackCode) };
  },
  vehicleIdentificationRequest: nothing,
  vehicleIdentificationRequestWithEid: (pdu) => ({ eid: pdu.take(6, "/eid") }),
  vehicleIdentificationRequestWithVin: (pdu) => ({ vin: readVin(pdu) }),
  vehicleIdentificationResponse(pdu) {
    const vin = readVin(pdu);
    const logicalAddress = pdu.u16("/logicalAddress");
    const eid = pdu.take(6, "/eid");
    const gid = pdu.take(6, "/gid");
    const furtherActionCode = pdu.u8("/furtherActionCode");
    const furtherAction = codeName(doipFurtherActionNames, furtherActionCode);
    const common = { vin, logicalAddress, eid, gid, furtherActionCode, furtherAction };
    if (pdu.remaining === 0) return common;
    const synchronizationCode = pdu.u8("/synchronizationCode");
    const synchronization = codeName(doipSynchronizationNames, synchronizationCode);
    return { ...common, synchronizationCode, synchronization };
  },
  routingActivationRequest(pdu, version) {
    // In the draft of 2010 the type may have two bytes; then the length of the payload is even.
    const activationTypeLength = version === 1 && pdu.remaining % 2 === 0 ? 2 : 1;
    const sourceAddress = pdu.u16("/sourceAddress");
    const activationType = activationTypeLength === 2 ? pdu.u16("/activationType") : pdu.u8("/activationType");
    const activation = codeName(doipActivationTypeNames, activationType);
    return { sourceAddress, activationType, activation, activationTypeLength, ...readReserved(pdu) };
  },
  routingActivationResponse(pdu) {
    const clientAddress = pdu.u16("/clientAddress");
    const entityAddress = pdu.u16("/entityAddress");
    const responseCode = pdu.u8("/responseCode");
    const response = codeName(doipRoutingResponseNames, responseCode);
    return { clientAddress, entityAddress, responseCode, response, ...readReserved(pdu) };
  },
  aliveCheckRequest: nothing,
  aliveCheckResponse: (pdu) => ({ sourceAddress: pdu.u16("/sourceAddress") }),
  entityStatusRequest: nothing,
  entityStatusResponse(pdu) {
    const nodeTypeCode = pdu.u8("/nodeTypeCode");
    const maxConcurrentSockets = pdu.u8("/maxConcurrentSockets");
    const openSockets = pdu.u8("/openSockets");
    const common = {
      nodeTypeCode,
      nodeType: codeName(doipNodeTypeNames, nodeTypeCode),
      maxConcurrentSockets,
      openSockets,
    };
    return pdu.remaining === 0 ? common : { ...common, maxDataSizeBytes: pdu.u32("/maxDataSizeBytes") };
  },
  powerModeRequest: nothing,
  powerModeResponse(pdu) {
    const powerModeCode = pdu.u8("/powerModeCode");
    return { powerModeCode, powerMode: codeName(doipPowerModeNames, powerModeCode) };
  },
  diagnosticMessage: (pdu) => ({ ...readAddresses(pdu), userData: pdu.rest("/userData") }),
  diagnosticMessagePositiveAcknowledge(pdu) {
    const addresses = readAddresses(pdu);
    const ackCode = pdu.u8("/ackCode");
    return { ...addresses, ackCode, ack: codeName(doipAckNames, ackCode), previousMessage: pdu.rest() };
  },
  diagnosticMessageNegativeAcknowledge(pdu) {
    const addresses = readAddresses(pdu);
    const nackCode = pdu.u8("/nackCode");
    return { ...addresses, nackCode, nack: codeName(doipNackNames, nackCode), previousMessage: pdu.rest() };
  },
};

function readVin(pdu: PduReader): DoipVin {
  const bytes = pdu.take(17, "/vin");
  return bytes.every((byte) => byte >= 0x20 && byte < 0x7f) ? String.fromCharCode(...bytes) : bytes;
}

function readReserved(pdu: PduReader): { readonly reserved: number; readonly manufacturerData?: Uint8Array } {
  const reserved = pdu.u32("/reserved");
  return pdu.remaining === 0 ? { reserved } : { reserved, manufacturerData: pdu.take(4, "/manufacturerData") };
}

function readAddresses(pdu: PduReader): { readonly sourceAddress: number; readonly targetAddress: number } {
  return { sourceAddress: pdu.u16("/sourceAddress"), targetAddress: pdu.u16("/targetAddress") };
}

/**
 * Whether a VIN, an EID or a GID is set: neither 0x00 nor 0xFF throughout.
 *
 * @example
 * ```ts
 * isDoipIdentifierSet(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff)); // false
 * ```
 */
export function isDoipIdentifierSet(identifier: string | Uint8Array): boolean {
  if (typeof identifier === "string") return true;
  const first = identifier[0];
  return (first !== 0 && first !== 0xff) || identifier.some((byte) => byte !== first);
}
