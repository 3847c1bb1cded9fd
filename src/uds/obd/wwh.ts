/**
 * WWH-OBD: the same parameters read by UDS. ReadDataByIdentifier has them as identifiers, and ReadDTCInformation 0x42, 0x55 and 0x56 gives
 * the codes of the emissions group.
 *
 * Standard: ISO 27145; classes of the Global Technical Regulation No. 5.
 */

import { decodeDtcSeverity } from "../dtc-severity.ts";
import type { ObdParameter } from "./messages.ts";
import { readParameter } from "./parameter.ts";
import { parameterLayout } from "./parameters.ts";

/** Functional group of emissions, for ReadDTCInformation 0x42, 0x55 and 0x56. */
export const emissionsGroup = 0x33;

/** What a data identifier of WWH-OBD stands for: a parameter, a monitor or an information type, 0 .. 0xFF. */
export interface WwhIdentifier {
  readonly kind: "parameter" | "monitor" | "information";
  readonly number: number;
}

const pages: Readonly<Record<number, WwhIdentifier["kind"]>> = {
  0xf4: "parameter",
  0xf6: "monitor",
  0xf8: "information",
};

/**
 * Says what a data identifier of service 0x22 stands for in OBD: 0xF4xx parameter, 0xF6xx monitor, 0xF8xx information type.
 *
 * @returns `undefined` for every other identifier
 * @example
 * ```ts
 * wwhIdentifier(0xf40c); // { kind: "parameter", number: 0x0c }
 * ```
 */
export function wwhIdentifier(dataIdentifier: number): WwhIdentifier | undefined {
  const kind = pages[Math.floor(dataIdentifier / 256)];
  return kind === undefined || !Number.isInteger(dataIdentifier) ? undefined : { kind, number: dataIdentifier & 0xff };
}

/**
 * Data identifier of a parameter, monitor or information type.
 *
 * @throws RangeError when the number is no byte
 * @example
 * ```ts
 * wwhDataIdentifier({ kind: "information", number: 0x02 }); // 0xF802
 * ```
 */
export function wwhDataIdentifier({ kind, number }: WwhIdentifier): number {
  if (!Number.isInteger(number) || number < 0 || number > 0xff) {
    throw new RangeError(`"number" expected integer 0..255, got ${number}`);
  }
  return { parameter: 0xf400, monitor: 0xf600, information: 0xf800 }[kind] + number;
}

/**
 * Reads the data of a parameter, as a record of ReadDataByIdentifier holds them.
 *
 * @returns `undefined` when the parameter is not known, or its data are not as long as the table says
 * @example
 * ```ts
 * readObdParameter(0x0c, hexToBytes("1af8"))?.readings[0].value; // 1726
 * ```
 */
export function readObdParameter(pid: number, data: Uint8Array): ObdParameter | undefined {
  const layout = parameterLayout(pid);
  return layout === undefined || layout.length !== data.length ? undefined : readParameter(pid, layout, data);
}

/** Class of a fault: A is the gravest, C the slightest. */
export type WwhClass = "A" | "B1" | "B2" | "C" | "unclassified";

const classNames = { class0: "unclassified", class1: "A", class2: "B1", class3: "B2", class4: "C" } as const;

/**
 * Class of a fault, from the severity byte of ReadDTCInformation 0x42.
 *
 * @returns `undefined` when no class bit is set, or several are
 * @throws RangeError when `severity` is no byte
 * @example
 * ```ts
 * wwhClass(0x82); // "A"
 * ```
 */
export function wwhClass(severity: number): WwhClass | undefined {
  const { classes } = decodeDtcSeverity(severity);
  return classes.length === 1 ? classNames[classes[0]!] : undefined;
}
