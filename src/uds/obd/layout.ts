/** How the data of a parameter are read: fields of one or more bytes with a unit, and words for what is no number. */

/** A reading: a number in `unit`, a word, a switch, or why there is none. */
export interface ObdReading {
  /** In camelCase, unique in its parameter. */
  readonly name: string;
  /**
   * The value. `"notAvailable"`: the vehicle says that it has none; never shown as a number. `"reserved"`: a number that the standard
   * gives no meaning.
   */
  readonly value: number | boolean | string;
  /** The bits as they stand in the message. */
  readonly raw: number;
  readonly unit?: string;
}

/** One field of a layout. */
export interface ObdField {
  readonly name: string;
  /** Offset of its first byte in the data. */
  readonly at: number;
  /** Bytes, most significant first. */
  readonly size: number;
  readonly signed?: boolean;
  /** Single bit of the byte that it is. */
  readonly bit?: number;
  /** The value is `raw * factor / divisor + offset`. */
  readonly factor?: number;
  readonly divisor?: number;
  readonly offset?: number;
  readonly unit?: string;
  /** Words for raw values; those without one are `"reserved"`. */
  readonly words?: Readonly<Record<number, string>>;
  /** Bit of the first data byte that says whether the vehicle has this field. */
  readonly supportBit?: number;
  /** Raw value that stands for "not available". */
  readonly none?: number;
}

/** Reads one field of the data that begin at `start`. */
export function readField(field: ObdField, bytes: Uint8Array, start: number): ObdReading {
  const raw = rawOf(field, bytes, start + field.at);
  const { name, unit } = field;
  const reading = { name, value: readingOf(field, raw, bytes[start]!), raw };
  return unit === undefined ? reading : { ...reading, unit };
}

function rawOf(field: ObdField, bytes: Uint8Array, at: number): number {
  if (field.bit !== undefined) return (bytes[at]! >>> field.bit) & 1;
  let raw = 0;
  for (let index = at; index < at + field.size; index++) raw = raw * 256 + bytes[index]!;
  const half = 256 ** field.size / 2;
  return field.signed === true && raw >= half ? raw - 2 * half : raw;
}

function readingOf(field: ObdField, raw: number, support: number): ObdReading["value"] {
  const { supportBit, words } = field;
  if (raw === field.none || (supportBit !== undefined && ((support >>> supportBit) & 1) === 0)) return "notAvailable";
  if (words !== undefined) return words[raw] ?? "reserved";
  return field.bit === undefined ? scale(raw, field) : raw === 1;
}

/** A raw number in its unit. */
export function scale(
  raw: number,
  { factor = 1, divisor = 1, offset = 0 }: Pick<ObdField, "factor" | "divisor" | "offset">,
): number {
  return (raw * factor) / divisor + offset;
}

/** Lowest and highest value that a numeric field can say; `undefined` for words and switches. */
export function boundsOf(field: ObdField): { readonly minimum: number; readonly maximum: number } | undefined {
  if (field.words !== undefined || field.bit !== undefined) return undefined;
  const values = 256 ** field.size;
  const lowest = field.signed === true ? -values / 2 : 0;
  return { minimum: scale(lowest, field), maximum: scale(lowest + values - 1, field) };
}

/**
 * Numbers that a bitmap of four bytes says are supported: the most significant bit is the number after `base`.
 *
 * @param base - number of the bitmap itself: 0x00, 0x20 .. 0xE0
 */
export function supportedIn(base: number, bytes: Uint8Array): readonly number[] {
  const numbers: number[] = [];
  for (let index = 0; index < 32; index++) {
    if (((bytes[index >>> 3]! >>> (7 - (index & 7))) & 1) === 1) numbers.push(base + index + 1);
  }
  return numbers;
}

/** Whether a number is that of a bitmap. */
export function isBitmap(identifier: number): boolean {
  return (identifier & 0x1f) === 0;
}
