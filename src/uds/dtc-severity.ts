/**
 * The severity byte of a DTC: three bits that say when the vehicle has to be looked at, and five that give the class of
 * the emission regulation. The raw byte stays beside it, because some tools keep only the upper bits.
 *
 * Standard: ISO 14229-1 (DTC severity and class definition); bits as python-udsoncan and mdabrowski1990/uds agree on them.
 */

/** The standard's name of each severity bit, and its value. */
export const dtcSeverityBits = { maintenanceOnly: 0x20, checkAtNextHalt: 0x40, checkImmediately: 0x80 } as const;

/** When the vehicle has to be looked at. */
export type DtcSeverityName = keyof typeof dtcSeverityBits;

/** The class bits, lowest first: class 0 is unclassified, 1 to 4 are classes A, B1, B2 and C of GTR No. 5. */
export const dtcClassBits = { class0: 0x01, class1: 0x02, class2: 0x04, class3: 0x08, class4: 0x10 } as const;

/** Class of a DTC in the emission regulation. */
export type DtcClassName = keyof typeof dtcClassBits;

/** What a severity byte says; a mask can set any number of bits. */
export interface DtcSeverity {
  /** The byte as it is on the wire, 0 .. 255. */
  readonly byte: number;
  /** Set severity bits, most urgent first; empty: no statement. */
  readonly severities: readonly DtcSeverityName[];
  /** Set class bits, lowest first. */
  readonly classes: readonly DtcClassName[];
}

/**
 * Reads a severity byte or a severity mask.
 *
 * @param byte 0 .. 255
 * @throws RangeError when `byte` is no byte
 * @example
 * ```ts
 * decodeDtcSeverity(0x82); // { byte: 130, severities: ["checkImmediately"], classes: ["class1"] }
 * ```
 */
export function decodeDtcSeverity(byte: number): DtcSeverity {
  if (!Number.isInteger(byte) || byte < 0 || byte > 0xff) {
    throw new RangeError(`"byte" expected integer 0..255, got ${byte}`);
  }
  return { byte, severities: namesIn(dtcSeverityBits, byte).reverse(), classes: namesIn(dtcClassBits, byte) };
}

function namesIn<Name extends string>(bits: Readonly<Record<Name, number>>, byte: number): Name[] {
  return (Object.keys(bits) as Name[]).filter((name) => (byte & bits[name]) !== 0);
}

/**
 * Writes severities and classes as a byte, for a record or for the mask of a request.
 *
 * @example
 * ```ts
 * encodeDtcSeverity({ severities: ["checkImmediately"], classes: ["class1"] }); // 0x82
 * ```
 */
export function encodeDtcSeverity({ severities, classes }: Omit<DtcSeverity, "byte">): number {
  let byte = 0;
  for (const name of severities) byte |= dtcSeverityBits[name];
  for (const name of classes) byte |= dtcClassBits[name];
  return byte;
}
