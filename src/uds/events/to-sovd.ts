/** From events to faults of SOVD. */

import type { DtcCatalogue } from "../dtc-catalogue.ts";
import type { FaultCode, FaultEvent } from "./event.ts";
import { writeSovdStatus } from "./sovd-status.ts";
import type { SovdFault } from "./sovd-types.ts";

/**
 * Writes an event as a fault of SOVD.
 *
 * What `fromSovdFaults` reads of a fault, this writes again. A fault of SOVD has no place for: the time, the vehicle and the
 * control unit (they are where the fault is found), protocol, report, memory selection, format and functional group, the
 * structure of the code (letter, failure type byte, SPN and FMI apart from their text), the condition where there are flags,
 * the availability mask (flags that are not supported are absent), lamps, severity in words, class, counters, snapshots,
 * extended data, quality, warnings and raw bytes. A memory other than the primary is written as scope.
 *
 * Standard: ISO 17978-3 (SOVD); the shape as Eclipse OpenSOVD's Classic Diagnostic Adapter writes it.
 *
 * @param options `catalogue` names faults that the event has no name for; without it, the name is the text of the code
 * @example
 * ```ts
 * toSovdFault(event); // { code: "042016", display_code: "P0420-16", fault_name: "P0420-16", status: { test_failed: true, … } }
 * ```
 */
export function toSovdFault(event: FaultEvent, options: { readonly catalogue?: DtcCatalogue } = {}): SovdFault {
  const { source, code, severityValue } = event;
  const scope = source.scope ?? (source.memory === "primary" ? undefined : source.memory);
  const status = writeSovdStatus(event.status, event.condition);
  return {
    code: code.native,
    ...(scope === undefined ? {} : { scope }),
    ...(code.display === code.native ? {} : { display_code: code.display }),
    fault_name: code.name ?? titleOf(code, options.catalogue),
    ...(code.translationId === undefined ? {} : { fault_translation_id: code.translationId }),
    ...(severityValue === undefined ? {} : { severity: severityValue }),
    ...(status === undefined ? {} : { status }),
  };
}

/** Title of the whole code, or of its first two bytes, or the code itself. */
function titleOf({ display }: FaultCode, catalogue: DtcCatalogue | undefined): string {
  const entry = catalogue?.lookUp(display) ?? catalogue?.lookUp(display.split("-")[0]!);
  return entry?.title ?? display;
}
