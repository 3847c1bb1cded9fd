/** From events to the trouble codes of the AWS IoT FleetWise edge agent. */

import type { FaultEvent } from "./event.ts";

/** One code with what was stored for it. */
export interface FleetWiseDtc {
  /** Six hexadecimal digits. */
  readonly DTC: string;
  /** Body of a response 0x59 04: code, status, records. */
  readonly DTCSnapshotRecord?: string;
  /** Body of a response 0x59 06: code, status, records. */
  readonly DTCExtendedData?: string;
}

/** Codes of one control unit. */
export interface FleetWiseEcuDtcs {
  /** Address in hexadecimal. */
  readonly ECUID: string;
  readonly DTCAndSnapshot: { readonly DTCStatusAvailabilityMask?: string; readonly dtcCodes: readonly FleetWiseDtc[] };
}

/** The document of `udsDtcSchema.json`. */
export interface FleetWiseDtcs {
  readonly DetectedDTCs: readonly FleetWiseEcuDtcs[];
}

/** Members by what was reported. */
const members: Readonly<Record<string, "DTCSnapshotRecord" | "DTCExtendedData">> = {
  reportDTCSnapshotRecordByDTCNumber: "DTCSnapshotRecord",
  reportDTCExtDataRecordByDTCNumber: "DTCExtendedData",
};

/**
 * Writes the UDS events of the primary memory as the document of the FleetWise edge agent; other events are left out.
 *
 * Standard: AWS IoT FleetWise edge agent, `interfaces/uds-dtc/udsDtcSchema.json`.
 *
 * @example
 * ```ts
 * toFleetWiseDtcs(events).DetectedDTCs[0].ECUID; // "7E8"
 * ```
 */
export function toFleetWiseDtcs(events: Iterable<FaultEvent>): FleetWiseDtcs {
  const ecus = new Map<string, { mask?: string; readonly codes: Map<string, Record<string, string>> }>();
  for (const { ecu, source, code, status, raw } of events) {
    if (source.protocol !== "uds" || source.memory !== "primary") continue;
    const id = typeof ecu.address === "number" ? hexNumber(ecu.address) : ecu.address;
    const found = ecus.get(id) ?? { codes: new Map<string, Record<string, string>>() };
    ecus.set(id, found);
    if (status.availability !== null) found.mask ??= hexNumber(status.availability).padStart(2, "0");
    const entry = found.codes.get(code.native) ?? { DTC: code.native };
    found.codes.set(code.native, entry);
    const member = Object.hasOwn(members, source.report) ? members[source.report] : undefined;
    if (member !== undefined && raw !== undefined) entry[member] = raw.hex;
  }
  return {
    DetectedDTCs: [...ecus].map(([ECUID, { mask, codes }]) => ({
      ECUID,
      DTCAndSnapshot: {
        ...(mask === undefined ? {} : { DTCStatusAvailabilityMask: mask }),
        dtcCodes: [...codes.values()] as unknown as readonly FleetWiseDtc[],
      },
    })),
  };
}

function hexNumber(value: number): string {
  return value.toString(16).toUpperCase();
}
