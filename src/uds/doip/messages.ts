/** The messages of DoIP, told apart by `message`, and their payload types. */

import type {
  DoipName,
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

/** Version of the protocol that a client uses that does not know the vehicle's: 0xFF. */
export const doipDefaultVersion = 0xff;

/** Payload types that have a layout here. */
export const doipPayloadTypes = {
  genericNegativeAcknowledge: 0x0000,
  vehicleIdentificationRequest: 0x0001,
  vehicleIdentificationRequestWithEid: 0x0002,
  vehicleIdentificationRequestWithVin: 0x0003,
  vehicleIdentificationResponse: 0x0004,
  routingActivationRequest: 0x0005,
  routingActivationResponse: 0x0006,
  aliveCheckRequest: 0x0007,
  aliveCheckResponse: 0x0008,
  entityStatusRequest: 0x4001,
  entityStatusResponse: 0x4002,
  powerModeRequest: 0x4003,
  powerModeResponse: 0x4004,
  diagnosticMessage: 0x8001,
  diagnosticMessagePositiveAcknowledge: 0x8002,
  diagnosticMessageNegativeAcknowledge: 0x8003,
} as const;

/** Name of a message that has a layout here. */
export type DoipMessageName = keyof typeof doipPayloadTypes;

const namesByType: ReadonlyMap<number, DoipMessageName> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ Object.entries(doipPayloadTypes).map(([name, type]) => [type, name as DoipMessageName]),
);

/**
 * Name of the message of a payload type; `undefined` for a type without a layout here.
 *
 * @example
 * ```ts
 * doipMessageName(0x8001); // "diagnosticMessage"
 * ```
 */
export function doipMessageName(payloadType: number): DoipMessageName | undefined {
  return namesByType.get(payloadType);
}

/** What every message with a layout has. */
export interface DoipMessageBase<Name extends DoipMessageName> {
  readonly message: Name;
  /** The payload type, 0 .. 0xFFFF. */
  readonly payloadType: (typeof doipPayloadTypes)[Name];
  /** Version of the protocol: 1 (draft of 2010), 2 (2012), 3 (2019), 4 (2019 with amendment 1), 0xFF (any); all others are data. */
  readonly version: number;
  /** The whole message with its header: the input itself, not a copy. */
  readonly bytes: Uint8Array;
}

/** Messages that say nothing but their kind. */
export type DoipEmptyMessageName =
  | "vehicleIdentificationRequest"
  | "aliveCheckRequest"
  | "entityStatusRequest"
  | "powerModeRequest";

/** A request that says nothing but its kind. */
export type DoipEmptyMessage<Name extends DoipEmptyMessageName = DoipEmptyMessageName> = Name extends unknown
  ? DoipMessageBase<Name>
  : never;

/** The header of a message was refused. */
export interface DoipGenericNegativeAcknowledge extends DoipMessageBase<"genericNegativeAcknowledge"> {
  readonly nackCode: number;
  readonly nack: DoipName<typeof doipHeaderNackNames>;
}

/** Asks the entity with this identification. */
export interface DoipIdentificationRequestWithEid extends DoipMessageBase<"vehicleIdentificationRequestWithEid"> {
  /** Six bytes, usually a MAC address. */
  readonly eid: Uint8Array;
}

/**
 * A vehicle identification number: 17 characters, or the 17 bytes where they are no printable ASCII, such as 0x00 or 0xFF
 * throughout for "not set". {@link isDoipIdentifierSet} tells.
 */
export type DoipVin = string | Uint8Array;

/** Asks the entities of the vehicle with this number. */
export interface DoipIdentificationRequestWithVin extends DoipMessageBase<"vehicleIdentificationRequestWithVin"> {
  readonly vin: DoipVin;
}

/** An entity says which it is: unasked, or to any of the three requests. */
export interface DoipIdentificationResponse extends DoipMessageBase<"vehicleIdentificationResponse"> {
  readonly vin: DoipVin;
  /** 0 .. 0xFFFF. */
  readonly logicalAddress: number;
  /** Identification of the entity, six bytes; all 0x00 or all 0xFF: not set. */
  readonly eid: Uint8Array;
  /** Identification of the group of entities in one vehicle, six bytes; all 0x00 or all 0xFF: not set. */
  readonly gid: Uint8Array;
  readonly furtherActionCode: number;
  readonly furtherAction: DoipName<typeof doipFurtherActionNames>;
  /** Absent where the entity does not send it. */
  readonly synchronizationCode?: number;
  readonly synchronization?: DoipName<typeof doipSynchronizationNames>;
}

/** A client asks for the way to the control units. */
export interface DoipRoutingActivationRequest extends DoipMessageBase<"routingActivationRequest"> {
  /** Logical address of the client, 0 .. 0xFFFF. */
  readonly sourceAddress: number;
  /** 0 .. 255; in version 1 up to 0xFFFF. */
  readonly activationType: number;
  readonly activation: DoipName<typeof doipActivationTypeNames>;
  /** Four bytes of the standard as a number; 0 so far. */
  readonly reserved: number;
  /** Four bytes of the manufacturer. */
  readonly manufacturerData?: Uint8Array;
  /** Bytes of the activation type: 2 in some requests of version 1, as Wireshark reads them. */
  readonly activationTypeLength: 1 | 2;
}

/** An entity grants or denies routing. */
export interface DoipRoutingActivationResponse extends DoipMessageBase<"routingActivationResponse"> {
  /** Logical address of the client. */
  readonly clientAddress: number;
  /** Logical address of the entity that answers. */
  readonly entityAddress: number;
  readonly responseCode: number;
  readonly response: DoipName<typeof doipRoutingResponseNames>;
  readonly reserved: number;
  /** Four bytes of the manufacturer. */
  readonly manufacturerData?: Uint8Array;
}

/** A client says that its connection is alive. */
export interface DoipAliveCheckResponse extends DoipMessageBase<"aliveCheckResponse"> {
  readonly sourceAddress: number;
}

/** An entity says how many connections it has. */
export interface DoipEntityStatusResponse extends DoipMessageBase<"entityStatusResponse"> {
  readonly nodeTypeCode: number;
  readonly nodeType: DoipName<typeof doipNodeTypeNames>;
  /** 0 .. 255. */
  readonly maxConcurrentSockets: number;
  /** 0 .. 255. */
  readonly openSockets: number;
  /** Longest request that the entity takes, in bytes, 0 .. 2^32 - 1; absent where it does not say. */
  readonly maxDataSizeBytes?: number;
}

/** An entity says whether the vehicle can be diagnosed. */
export interface DoipPowerModeResponse extends DoipMessageBase<"powerModeResponse"> {
  readonly powerModeCode: number;
  readonly powerMode: DoipName<typeof doipPowerModeNames>;
}

/** A message of UDS on its way. */
export interface DoipDiagnosticMessage extends DoipMessageBase<"diagnosticMessage"> {
  readonly sourceAddress: number;
  readonly targetAddress: number;
  /** The message of UDS: a view, not a copy. Empty where the sender put none in. */
  readonly userData: Uint8Array;
}

/** An entity took a diagnostic message: not yet what the control unit says. */
export interface DoipPositiveAcknowledge extends DoipMessageBase<"diagnosticMessagePositiveAcknowledge"> {
  readonly sourceAddress: number;
  readonly targetAddress: number;
  readonly ackCode: number;
  readonly ack: DoipName<typeof doipAckNames>;
  /** As much of the message as the entity sends back; usually none. */
  readonly previousMessage: Uint8Array;
}

/** An entity could not pass a diagnostic message on. */
export interface DoipNegativeAcknowledge extends DoipMessageBase<"diagnosticMessageNegativeAcknowledge"> {
  readonly sourceAddress: number;
  readonly targetAddress: number;
  readonly nackCode: number;
  readonly nack: DoipName<typeof doipNackNames>;
  /** As much of the message as the entity sends back; usually none. */
  readonly previousMessage: Uint8Array;
}

/** A message of a payload type without a layout here: reserved, newer or the manufacturer's own. */
export interface DoipUnknownMessage {
  readonly message: "unknown";
  readonly payloadType: number;
  readonly version: number;
  /** What follows the header: a view, not a copy. */
  readonly payload: Uint8Array;
  /** The whole message with its header: the input itself, not a copy. */
  readonly bytes: Uint8Array;
}

/** A message of DoIP. */
export type DoipMessage =
  | DoipEmptyMessage
  | DoipGenericNegativeAcknowledge
  | DoipIdentificationRequestWithEid
  | DoipIdentificationRequestWithVin
  | DoipIdentificationResponse
  | DoipRoutingActivationRequest
  | DoipRoutingActivationResponse
  | DoipAliveCheckResponse
  | DoipEntityStatusResponse
  | DoipPowerModeResponse
  | DoipDiagnosticMessage
  | DoipPositiveAcknowledge
  | DoipNegativeAcknowledge
  | DoipUnknownMessage;

/** Members that the encoder finds out by itself, and the names of codes, which it does not look at. */
export type DoipDerivedMember =
  | "payloadType"
  | "version"
  | "bytes"
  | "nack"
  | "ack"
  | "furtherAction"
  | "synchronization"
  | "activation"
  | "activationTypeLength"
  | "response"
  | "nodeType"
  | "powerMode"
  | "reserved"
  | "previousMessage";

/**
 * What is needed to write a message: every decoded one, or one put together by hand. Absent: `version` is 2, `reserved` 0,
 * `previousMessage` empty.
 */
export type EncodableDoipMessage = EncodableDoip<DoipMessage>;

/** What is needed to write one kind of message. */
export type EncodableDoip<Message extends DoipMessage> = Message extends { readonly message: "unknown" }
  ? Omit<Message, "version" | "bytes"> & Partial<Pick<Message, "version" | "bytes">>
  : Omit<Message, DoipDerivedMember> & Partial<Pick<Message, Extract<keyof Message, DoipDerivedMember>>>;
