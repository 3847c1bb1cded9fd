/**
 * Sub-functions of ReadDTCInformation: names, and the editions that have them.
 *
 * Standard: ISO 14229-1:2006, :2013, :2020; as mdabrowski1990/uds, python-udsoncan and Wireshark agree on them.
 */

import type { EditionRule } from "../editions.ts";
import { SubFunctionNames } from "../sub-functions.ts";

/** Sub-function without bit 7 to its name; 0x0F .. 0x13 are of older editions. */
export const readDTCInformationSubFunctions = {
  0x01: "reportNumberOfDTCByStatusMask",
  0x02: "reportDTCByStatusMask",
  0x03: "reportDTCSnapshotIdentification",
  0x04: "reportDTCSnapshotRecordByDTCNumber",
  0x05: "reportDTCStoredDataByRecordNumber",
  0x06: "reportDTCExtDataRecordByDTCNumber",
  0x07: "reportNumberOfDTCBySeverityMaskRecord",
  0x08: "reportDTCBySeverityMaskRecord",
  0x09: "reportSeverityInformationOfDTC",
  0x0a: "reportSupportedDTC",
  0x0b: "reportFirstTestFailedDTC",
  0x0c: "reportFirstConfirmedDTC",
  0x0d: "reportMostRecentTestFailedDTC",
  0x0e: "reportMostRecentConfirmedDTC",
  0x0f: "reportMirrorMemoryDTCByStatusMask",
  0x10: "reportMirrorMemoryDTCExtDataRecordByDTCNumber",
  0x11: "reportNumberOfMirrorMemoryDTCByStatusMask",
  0x12: "reportNumberOfEmissionsOBDDTCByStatusMask",
  0x13: "reportEmissionsOBDDTCByStatusMask",
  0x14: "reportDTCFaultDetectionCounter",
  0x15: "reportDTCWithPermanentStatus",
  0x16: "reportDTCExtDataRecordByRecordNumber",
  0x17: "reportUserDefMemoryDTCByStatusMask",
  0x18: "reportUserDefMemoryDTCSnapshotRecordByDTCNumber",
  0x19: "reportUserDefMemoryDTCExtDataRecordByDTCNumber",
  0x1a: "reportSupportedDTCExtDataRecord",
  0x42: "reportWWHOBDDTCByMaskRecord",
  0x55: "reportWWHOBDDTCWithPermanentStatus",
  0x56: "reportDTCInformationByDTCReadinessGroupIdentifier",
} as const;

/** Name of a sub-function of ReadDTCInformation. */
export type ReadDTCInformationSubFunction =
  (typeof readDTCInformationSubFunctions)[keyof typeof readDTCInformationSubFunctions];

/** Both ways between names and numbers. */
export const subFunctionNames: SubFunctionNames<ReadDTCInformationSubFunction> = /* @__PURE__ */ new SubFunctionNames(
  readDTCInformationSubFunctions,
  "reservedOnly",
);

/** Name of a sub-function without bit 7, if ReadDTCInformation has it. */
export function subFunctionName(id: number): ReadDTCInformationSubFunction | undefined {
  return (readDTCInformationSubFunctions as Readonly<Record<number, ReadDTCInformationSubFunction>>)[id];
}

const mirrorMemory: EditionRule = { until: "2013", instead: "reportUserDefMemoryDTCByStatusMask" };
const emissions: EditionRule = { until: "2013", instead: "reportWWHOBDDTCByMaskRecord" };
const since2013: EditionRule = { since: "2013" };
const since2020: EditionRule = { since: "2020" };

/** What does not stand in every edition. */
export const subFunctionEditions: Readonly<Record<number, EditionRule>> = {
  0x0f: mirrorMemory,
  0x10: { until: "2013", instead: "reportUserDefMemoryDTCExtDataRecordByDTCNumber" },
  0x11: mirrorMemory,
  0x12: emissions,
  0x13: emissions,
  0x16: since2013,
  0x17: since2013,
  0x18: since2013,
  0x19: since2013,
  0x1a: since2020,
  0x42: since2013,
  0x55: since2013,
  0x56: since2020,
};
