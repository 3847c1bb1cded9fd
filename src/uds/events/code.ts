/** Trouble codes as events show them. */

import { type DtcControl, dtcStructure, formatTwoByteDtc } from "../dtc.ts";
import { displayOf, dtcFormatName } from "../dtc-format.ts";
import { decodeJ1939Code } from "../dtc-j1939.ts";
import type { FaultCode } from "./event.ts";

/** How three-byte codes of one format become the code of an event. */
export function codeReader(formatIdentifier: number): (code: number, native: string) => FaultCode {
  const display = displayOf(formatIdentifier);
  switch (dtcFormatName(formatIdentifier)) {
    case "saeJ1939-73":
      return (code, native) => {
        const { spn, fmi } = decodeJ1939Code(code);
        return { native, display: display(code), system: null, standardised: null, spn, fmi };
      };
    case "iso11992-4":
    case "unknown":
      return (code, native) => ({ native, display: display(code), system: null, standardised: null });
    case "saeJ2012Da00":
      // This format has no failure type byte.
      return (code, native) => letteredCode(code, native, display(code));
    default:
      return (code, native) => {
        const { system, controlledBy } = dtcStructure(code);
        const standardised = isStandardised(controlledBy);
        return { native, display: display(code), system, standardised, ftb: code & 255 };
      };
  }
}

/** A two-byte code of OBD-II. */
export function twoByteCode(code: number, native: string): FaultCode {
  return letteredCode(code << 8, native, formatTwoByteDtc(code));
}

/** A code with a letter, in the upper two of three bytes. */
export function letteredCode(code: number, native: string, display: string): FaultCode {
  const { system, controlledBy } = dtcStructure(code);
  return { native, display, system, standardised: isStandardised(controlledBy) };
}

function isStandardised(control: DtcControl): boolean | null {
  return control === "reserved" ? null : control === "isoSae";
}
