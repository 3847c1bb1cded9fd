/** From trouble codes of OBD-II, services 03, 07 and 0A, to events. */

import type { Reason } from "../../core/index.ts";
import { twoByteCode } from "./code.ts";
import type { FaultCondition, FaultFlagName, FaultMemoryName } from "./event.ts";
import { type DecodedCodes, readCodes, reportOf, unreadable } from "./listed.ts";
import type { FaultContext, FaultReport } from "./report.ts";
import { statusWithout } from "./status.ts";
import { hexOf } from "./stored-data.ts";

/** Trouble codes that a control unit answered to an OBD-II service. */
export interface ObdTroubleCodes {
  /** Service of the request: 0x03 stored, 0x07 pending, 0x0A permanent. */
  readonly service: 0x03 | 0x07 | 0x0a;
  /** Each code, 0 .. 0xFFFF, with the offset of its two bytes in the message. */
  readonly dtcs: readonly { readonly code: number; readonly offset: number }[];
  /** Whether a byte with the number of codes follows the service, as it does on CAN. */
  readonly counted: boolean;
  /** The whole message. */
  readonly bytes: Uint8Array;
  /** What the decoder tolerated. */
  readonly warnings?: readonly Pick<Reason, "code" | "message">[];
}

/** What each service says about its codes. */
interface ObdService {
  readonly report: string;
  readonly memory: FaultMemoryName;
  readonly condition: FaultCondition;
  readonly known: Partial<Readonly<Record<FaultFlagName, boolean>>>;
}

const services: Readonly<Record<ObdTroubleCodes["service"], ObdService>> = {
  // A stored code is confirmed; whether its last test failed is not said.
  3: { report: "service03", memory: "primary", condition: "confirmed", known: { confirmedDTC: true } },
  7: { report: "service07", memory: "primary", condition: "pending", known: { pendingDTC: true } },
  10: { report: "service0A", memory: "permanent", condition: "permanent", known: {} },
};

/**
 * Turns the trouble codes of an OBD-II service into a report with one event for each.
 *
 * Each of the three services lists all codes of its kind, so that the report is complete.
 *
 * Standard: SAE J1979 / ISO 15031-5 (services 03, 07 and 0A).
 *
 * @param decoded codes, or the answer of a decoder that has them as value or `partial`
 * @throws RangeError when a member of the context, or a code, is out of range
 * @example
 * ```ts
 * const codes = { service: 0x03, dtcs: [{ code: 0x0420, offset: 2 }], counted: true, bytes: hexToBytes("43010420") } as const;
 * toObdFaultReport(codes, { observedAt: now, ecu: { addressing: "obd", address: 0x7e8 } }).events[0].code.display; // "P0420"
 * ```
 */
export function toObdFaultReport(decoded: DecodedCodes<ObdTroubleCodes>, context: FaultContext): FaultReport {
  const { codes, ...noticed } = readCodes(decoded);
  if (codes === undefined) return unreadable("obd2", noticed.fault, context);
  const { report, memory, condition, known } = services[codes.service];
  const head = hexOf(codes.bytes.subarray(0, 1)) + (codes.counted ? "01" : "");
  return reportOf(
    {
      source: { protocol: "obd2", memory, report },
      condition,
      status: statusWithout(known),
      complete: true,
      head,
      ...noticed,
      records: codes.dtcs.map(({ code, offset }) => {
        const hex = hexOf(codes.bytes.subarray(offset, offset + 2));
        return { code: twoByteCode(code, hex), counters: {}, flags: [], hex, offset };
      }),
    },
    context,
  );
}
