/** Writes the RFC 8785 form of counters in columns, byte by byte: no texts are made of half a million numbers. */

/** Largest text of a safe integer, with a comma. */
const maxDigits = 18;

const encoder = /* @__PURE__ */ new TextEncoder();

/** Where a column was written. */
interface Written {
  readonly column: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** Writes texts, and safe integers. */
export class CanonicalWriter {
  private bytes: Uint8Array;
  private length = 0;
  private readonly last = new Map<string, Written>();

  /** @param expected - length that is likely, in bytes; more is made room for */
  constructor(expected: number) {
    this.bytes = new Uint8Array(expected);
  }

  /** What was written so far. */
  written(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  /** Writes text as it is, in UTF-8. */
  text(text: string): void {
    this.reserve(3 * text.length);
    const { bytes } = this;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code >= 0x80) {
        this.length += encoder.encodeInto(text.slice(at), bytes.subarray(this.length)).written;
        return;
      }
      bytes[this.length++] = code;
    }
  }

  /** Writes an object of these members, which are texts, safe integers or null, in this order. */
  record<Name extends string>(names: readonly Name[], record: Readonly<Record<Name, string | number | null>>): void {
    this.text(`{${names.map((name) => `"${name}":${JSON.stringify(record[name])}`).join()}}`);
  }

  /** Writes a label, and a list of safe integers. */
  column(label: string, column: readonly number[]): void {
    this.text(label);
    this.reserve(maxDigits * column.length + 2);
    const { bytes } = this;
    let place = this.length;
    bytes[place++] = 0x5b;
    for (let at = 0; at < column.length; at++) {
      if (at > 0) bytes[place++] = 0x2c;
      const value = column[at]!;
      if (value >= 0 && value < 10) bytes[place++] = 0x30 + value;
      else place = writeInteger(bytes, place, value);
    }
    bytes[place++] = 0x5d;
    this.length = place;
  }

  /** As {@link column}; what was written last with the label is copied if it was the same. */
  repeatedColumn(label: string, column: readonly number[]): void {
    const last = this.last.get(label);
    const start = this.length;
    if (last !== undefined && isSameColumn(last.column, column)) {
      this.reserve(last.end - last.start);
      this.bytes.copyWithin(start, last.start, last.end);
      this.length += last.end - last.start;
    } else {
      this.column(label, column);
      this.last.set(label, { column, start, end: this.length });
    }
  }

  private reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.bytes.length));
    grown.set(this.written());
    this.bytes = grown;
  }
}

/** Writes a safe integer; gives the place after it. */
function writeInteger(bytes: Uint8Array, start: number, value: number): number {
  let place = start;
  let rest = value;
  if (rest < 0) {
    bytes[place++] = 0x2d;
    rest = -rest;
  }
  if (rest < 100_000_000) return writeDigits(bytes, place, rest | 0, 1);
  // Two halves that 32-bit arithmetic takes: the quotient is below 2^27, so that no rounding lifts it to the next integer.
  const high = Math.floor(rest / 100_000_000);
  return writeDigits(bytes, writeDigits(bytes, place, high | 0, 1), (rest - high * 100_000_000) | 0, 8);
}

/** Writes a 32-bit integer from 0, with at least so many digits; gives the place after it. */
function writeDigits(bytes: Uint8Array, start: number, value: number, least: number): number {
  let count = least;
  for (let power = 10 ** least; value >= power; power *= 10) count++;
  let rest = value;
  for (let place = start + count - 1; place >= start; place--) {
    const next = (rest / 10) | 0;
    bytes[place] = 0x30 + rest - 10 * next;
    rest = next;
  }
  return start + count;
}

/** Whether two columns have the same entries. */
export function isSameColumn(left: readonly number[], right: readonly number[]): boolean {
  if (left === right) return true;
  const { length } = left;
  if (length !== right.length || left[length - 1] !== right[length - 1]) return false;
  for (let at = 0; at < length; at++) if (left[at] !== right[at]) return false;
  return true;
}
