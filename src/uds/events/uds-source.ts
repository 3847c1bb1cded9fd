/** What a response of ReadDTCInformation says of its own source: which memory, and whether the list is whole. */

import { dtcStatusBits } from "../dtc-status.ts";
import type { ReadDTCInformationResponse } from "../read-dtc/response-types.ts";
import type { ReadDTCInformationSubFunction } from "../read-dtc/sub-functions.ts";
import type { FaultMemoryName, FaultProtocol, FaultSource } from "./event.ts";
import type { UdsFaultContext } from "./report.ts";

const memories: Partial<Readonly<Record<ReadDTCInformationSubFunction, FaultMemoryName>>> = {
  reportMirrorMemoryDTCByStatusMask: "mirror",
  reportMirrorMemoryDTCExtDataRecordByDTCNumber: "mirror",
  reportNumberOfMirrorMemoryDTCByStatusMask: "mirror",
  reportDTCWithPermanentStatus: "permanent",
  reportWWHOBDDTCWithPermanentStatus: "permanent",
  reportUserDefMemoryDTCByStatusMask: "user",
  reportUserDefMemoryDTCSnapshotRecordByDTCNumber: "user",
  reportUserDefMemoryDTCExtDataRecordByDTCNumber: "user",
};

/** The source of the events of a response. */
export function sourceOf(response: ReadDTCInformationResponse, context: UdsFaultContext): FaultSource {
  const formatId = "formatIdentifier" in response ? response.formatIdentifier : context.formatIdentifier;
  // Responses of WWH-OBD alone name a functional group.
  const protocol: FaultProtocol = "functionalGroup" in response ? "wwh-obd" : "uds";
  return {
    protocol,
    memory: memories[response.subFunction] ?? "primary",
    report: response.subFunction,
    ...("memorySelection" in response ? { memorySelection: response.memorySelection } : {}),
    ...(formatId === undefined ? {} : { formatId }),
    ...("functionalGroup" in response ? { functionalGroup: response.functionalGroup } : {}),
    ...("readinessGroup" in response ? { readinessGroup: response.readinessGroup } : {}),
  };
}

/** Status bits that each show a failure. */
const failureBits =
  dtcStatusBits.testFailed |
  dtcStatusBits.testFailedThisOperationCycle |
  dtcStatusBits.pendingDTC |
  dtcStatusBits.confirmedDTC |
  dtcStatusBits.testFailedSinceLastClear;

/** Whether a response lists every code that shows a failure, so that one which it does not list shows none. */
export function listsAll(response: ReadDTCInformationResponse, context: UdsFaultContext): boolean {
  switch (response.subFunction) {
    case "reportSupportedDTC":
    case "reportDTCWithPermanentStatus":
    case "reportWWHOBDDTCWithPermanentStatus":
      return true;
    case "reportDTCByStatusMask":
    case "reportMirrorMemoryDTCByStatusMask":
    case "reportUserDefMemoryDTCByStatusMask":
      return asksForFailures(context.statusMask, response.availabilityMask);
    default:
      return false;
  }
}

/** Whether a request asked for each failure bit that the control unit supports, of which there has to be one. */
function asksForFailures(statusMask: number | undefined, availabilityMask: number): boolean {
  const wanted = availabilityMask & failureBits;
  return statusMask !== undefined && wanted !== 0 && (statusMask & wanted) === wanted;
}
