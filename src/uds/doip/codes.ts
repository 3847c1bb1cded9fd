/**
 * What the one-byte codes of DoIP mean. A code without an entry is reserved or the manufacturer's own.
 *
 * Standard: ISO 13400-2; codes as doipclient, scapy and Wireshark agree on them, names in our own words. For "central security" doipclient
 * has 0xE1, scapy and Wireshark have 0xE0.
 */

/** Names of the codes of one field. */
export type DoipCodeNames = Readonly<Record<number, string>>;

/** Why a header was refused (payload type 0x0000). */
export const doipHeaderNackNames = {
  0: "incorrectPatternFormat",
  1: "unknownPayloadType",
  2: "messageTooLarge",
  3: "outOfMemory",
  4: "invalidPayloadLength",
} as const;

/** What an entity asks for before it can be reached (payload type 0x0004). */
export const doipFurtherActionNames = { 0: "none", 16: "routingActivationForCentralSecurity" } as const;

/** Whether the entities of a vehicle agree on its VIN or group (payload type 0x0004). */
export const doipSynchronizationNames = { 0: "synchronized", 16: "incomplete" } as const;

/** What routing is asked for (payload type 0x0005). */
export const doipActivationTypeNames = { 0: "default", 1: "regulatoryDiagnostics", 224: "centralSecurity" } as const;

/** Whether routing is granted (payload type 0x0006). */
export const doipRoutingResponseNames = {
  0: "unknownSourceAddress",
  1: "allSocketsActive",
  2: "sourceAddressDiffers",
  3: "sourceAddressActiveElsewhere",
  4: "missingAuthentication",
  5: "rejectedConfirmation",
  6: "unsupportedActivationType",
  7: "secureSocketRequired",
  16: "activated",
  17: "confirmationRequired",
} as const;

/** What an entity is (payload type 0x4002). */
export const doipNodeTypeNames = { 0: "gateway", 1: "node" } as const;

/** Whether the vehicle can be diagnosed (payload type 0x4004). */
export const doipPowerModeNames = { 0: "notReady", 1: "ready", 2: "notSupported" } as const;

/** That a diagnostic message was taken (payload type 0x8002). */
export const doipAckNames = { 0: "acknowledged" } as const;

/** Why a diagnostic message was not taken (payload type 0x8003). */
export const doipNackNames = {
  2: "invalidSourceAddress",
  3: "unknownTargetAddress",
  4: "messageTooLarge",
  5: "outOfMemory",
  6: "targetUnreachable",
  7: "unknownNetwork",
  8: "transportProtocolError",
} as const;

/** The name of a code, or that it has none. */
export function codeName<Names extends DoipCodeNames>(names: Names, code: number): DoipName<Names> {
  return (names[code] as Names[keyof Names] | undefined) ?? "other";
}

/** A name of a table; `"other"`: reserved, or the manufacturer's own. */
export type DoipName<Names extends DoipCodeNames> = Names[keyof Names] | "other";
