/**
 * The services of ISO 14229-1 by the service identifier (SID) of their request.
 *
 * Standard: ISO 14229-1:2020; identifiers and names as python-udsoncan, mdabrowski1990/uds and Wireshark agree on them.
 */

/** Request SID to the standard's name in camelCase: 26 services of the 2020 edition and accessTimingParameter. */
export const serviceNames = {
  0x10: "diagnosticSessionControl",
  0x11: "ecuReset",
  0x14: "clearDiagnosticInformation",
  0x19: "readDTCInformation",
  0x22: "readDataByIdentifier",
  0x23: "readMemoryByAddress",
  0x24: "readScalingDataByIdentifier",
  0x27: "securityAccess",
  0x28: "communicationControl",
  0x29: "authentication",
  0x2a: "readDataByPeriodicIdentifier",
  0x2c: "dynamicallyDefineDataIdentifier",
  0x2e: "writeDataByIdentifier",
  0x2f: "inputOutputControlByIdentifier",
  0x31: "routineControl",
  0x34: "requestDownload",
  0x35: "requestUpload",
  0x36: "transferData",
  0x37: "requestTransferExit",
  0x38: "requestFileTransfer",
  0x3d: "writeMemoryByAddress",
  0x3e: "testerPresent",
  0x83: "accessTimingParameter",
  0x84: "securedDataTransmission",
  0x85: "controlDTCSetting",
  0x86: "responseOnEvent",
  0x87: "linkControl",
} as const;

/** Name of a service. */
export type ServiceName = (typeof serviceNames)[keyof typeof serviceNames];

/** SID of a positive response minus SID of its request. */
export const positiveResponseOffset = 0x40;

/** Name of the service with a request SID (0x19, not 0x59), or `unknown`. */
export function serviceName(requestSid: number): ServiceName | "unknown" {
  return (serviceNames as Readonly<Record<number, ServiceName>>)[requestSid] ?? "unknown";
}
