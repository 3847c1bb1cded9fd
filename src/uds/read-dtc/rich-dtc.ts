/** A DTC with its text and the meaning of its status: what every response about codes is made of. */

import { statusFlags } from "../dtc-status.ts";
import type { DtcAndStatusRecord } from "./response-types.ts";

/** Makes a record from numbers that were just read. */
export function richDtc(
  code: number,
  status: number,
  availabilityMask: number,
  display: (code: number) => string,
): DtcAndStatusRecord {
  return { code, display: display(code), status, flags: statusFlags(status, availabilityMask) };
}
