/** Writes the lists of trouble codes, for simulated control units and tests. Version 4 of the conversion method, as all new senders. */

import type { Bytes } from "../../core/index.ts";
import type { J1939Dtc } from "../dtc-j1939.ts";
import { encodeJ1939Code } from "../dtc-j1939.ts";
import { type J1939Lamps, lampBytes } from "./lamps.ts";
import { codeLength } from "./trouble-code.ts";

/**
 * Writes lamps and trouble codes as the content of DM1, DM2, DM6, DM12, DM23, DM27, DM28 or DM35. None at all are four zero bytes; a message that
 * fits a frame is filled to eight bytes.
 *
 * Standard: SAE J1939-73.
 *
 * @throws RangeError when an SPN, FMI or occurrence count is out of range
 * @example
 * ```ts
 * encodeJ1939TroubleCodes({ mil: "on", red: "off", amber: "off", protect: "off" }, [{ spn: 1208, fmi: 3, occurrenceCount: 1 }]);
 * // bytes 40 ff b8 04 03 01 ff ff
 * ```
 */
export function encodeJ1939TroubleCodes(lamps: J1939Lamps, dtcs: readonly J1939Dtc[]): Bytes {
  const used = 2 + codeLength * Math.max(1, dtcs.length);
  const bytes = new Uint8Array(Math.max(8, used)).fill(0xff);
  bytes.set(lampBytes(lamps), 0);
  if (dtcs.length === 0) bytes.fill(0, 2, used);
  dtcs.forEach(({ spn, fmi, occurrenceCount = 127 }, index) => {
    if (!Number.isInteger(occurrenceCount) || occurrenceCount < 0 || occurrenceCount > 127) {
      throw new RangeError(`"occurrenceCount" expected integer 0..127, got ${occurrenceCount}`);
    }
    const code = encodeJ1939Code({ spn, fmi });
    bytes.set([code >>> 16, (code >>> 8) & 0xff, code & 0xff, occurrenceCount], 2 + codeLength * index);
  });
  return bytes;
}
