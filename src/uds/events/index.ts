/**
 * Faults in one shape, over UDS, WWH-OBD, OBD-II, J1939 and SOVD: events, reports, their exchange with other systems, and a
 * fold of them for dashboards.
 *
 * @packageDocumentation
 */

export type * from "./event.ts";
export { faultConditions } from "./event.ts";
export type { FaultChange } from "./fault-changes.ts";
export { type FaultOrigin, faultId, faultSourceId } from "./fault-id.ts";
export {
  createFaultState,
  type FaultCoverage,
  type FaultEntry,
  type FaultReading,
  type FaultState,
  forgetGoneFaults,
} from "./fault-state.ts";
export {
  type J1939FaultMessage,
  type J1939TroubleCodes,
  toJ1939FaultReport,
} from "./from-j1939.ts";
export type { J1939DetailMessage } from "./from-j1939-frames.ts";
export { type ObdTroubleCodes, toObdFaultReport } from "./from-obd.ts";
export { fromSovdFaults, type SovdFaultContext } from "./from-sovd.ts";
export { type DecodedFaults, toFaultEvents, toFaultReport } from "./from-uds.ts";
export type { J1939FaultRecord } from "./j1939-record.ts";
export { faultEventJsonSchema } from "./json-schema.ts";
export type { DecodedCodes } from "./listed.ts";
export { createObdexCatalogue } from "./obdex.ts";
export { parseFaultEvent, safeParseFaultEvent } from "./parse.ts";
export { parseFaultState, safeParseFaultState } from "./parse-state.ts";
export { type FaultStep, reduceFaults } from "./reduce.ts";
export type * from "./report.ts";
export type * from "./sovd-types.ts";
export * from "./summary.ts";
export { type FleetWiseDtc, type FleetWiseDtcs, type FleetWiseEcuDtcs, toFleetWiseDtcs } from "./to-fleetwise.ts";
export { toSovdFault } from "./to-sovd.ts";
export { toVssDtcs, type VssDtcs, type VssFault } from "./to-vss.ts";
