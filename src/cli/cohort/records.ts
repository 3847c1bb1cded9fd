/** Vehicles from a file or standard input, one at a time: JSON objects a line, or CSV with a header. */

import { createReadStream } from "node:fs";
import type { Attribute, AttributeCatalogue, VehicleRecord } from "otakit/cohort";
import { CliError } from "../errors.ts";
import { fileError } from "../files.ts";
import { type Cell, CsvReader, type CsvRecord } from "./csv.ts";

/** Form of an input. */
export type RecordFormat = "jsonl" | "csv";

/** Longest line of JSON, in UTF-16 code units. */
const maxLineLength = 1 << 20;

/** The form that a file's name promises; lines of JSON when it promises none. */
export function formatOf(path: string): RecordFormat {
  return /\.csv$/i.test(path) ? "csv" : "jsonl";
}

/**
 * Reads vehicles; `-` is standard input.
 *
 * @param required - columns without which CSV is refused
 * @throws {@link CliError} `ERR_CLI_FILE`, `ERR_CLI_COHORT_INPUT`
 */
export async function* readVehicles(
  path: string,
  format: RecordFormat,
  catalogue: AttributeCatalogue,
  required: readonly string[] = [],
): AsyncGenerator<VehicleRecord> {
  if (format === "csv") yield* readCsv(path, cellReaders(catalogue), required);
  else {
    for await (const { line, text } of linesOf(path)) yield parseLine(line, text);
  }
}

async function* readCsv(
  path: string,
  readers: ReadonlyMap<string, CellReader>,
  required: readonly string[],
): AsyncGenerator<VehicleRecord> {
  const reader = new CsvReader();
  let header: readonly string[] | undefined;
  const take = function* (records: readonly CsvRecord[]): Generator<VehicleRecord> {
    for (const record of records) {
      if (header === undefined) header = headerOf(record, required);
      else yield rowOf(record, header, readers);
    }
  };
  for await (const piece of piecesOf(path)) yield* take(reader.push(piece));
  yield* take(reader.finish());
}

function headerOf({ line, cells }: CsvRecord, required: readonly string[]): readonly string[] {
  const names = cells.map((cell) => cell ?? "");
  if (names.includes("")) throw inputError(line, "a column without a name");
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw inputError(line, `two columns are called "${twice}"`);
  const absent = required.find((name) => !names.includes(name));
  // The first row of a file without a header would be lost, and with it an enrolment.
  if (absent !== undefined) throw inputError(line, `the header has no column "${absent}"`);
  return names;
}

function rowOf(
  { line, cells }: CsvRecord,
  header: readonly string[],
  readers: ReadonlyMap<string, CellReader>,
): VehicleRecord {
  if (cells.length !== header.length) {
    throw inputError(line, `${cells.length} cells under a header of ${header.length}`);
  }
  const record: Record<string, unknown> = {};
  header.forEach((name, index) => {
    const cell = cells[index];
    if (cell === undefined) return;
    // Not by assignment, which would make something else of a column "__proto__".
    const value = (readers.get(name) ?? asText)(cell);
    Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true });
  });
  return record;
}

/** Reads a cell for its attribute. What is none of its type stays text, which a selector then finds unreadable. */
type CellReader = (cell: Exclude<Cell, undefined>) => unknown;

const asText: CellReader = (cell) => cell;
const asNumber: CellReader = (cell) => (/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(cell) ? Number(cell) : cell);
const asBool: CellReader = (cell) => (cell === "true" ? true : cell === "false" ? false : cell);
const asSet: CellReader = (cell) => {
  try {
    return JSON.parse(cell);
  } catch {
    return cell;
  }
};

const readerOfType: Readonly<Record<Attribute["type"], CellReader>> = {
  string: asText,
  enum: asText,
  version: asText,
  int: asNumber,
  number: asNumber,
  timestamp: asNumber,
  bool: asBool,
  "set<string>": asSet,
};

function cellReaders({ attributes }: AttributeCatalogue): ReadonlyMap<string, CellReader> {
  const readers = new Map<string, CellReader>();
  for (const [name, { type, field = name, observedAtField, contradictionField }] of Object.entries(attributes)) {
    readers.set(field, readerOfType[type]);
    if (observedAtField !== undefined) readers.set(observedAtField, asNumber);
    if (contradictionField !== undefined) readers.set(contradictionField, asBool);
  }
  return readers;
}

function parseLine(line: number, text: string): VehicleRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw inputError(line, "no JSON");
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as VehicleRecord;
  throw inputError(line, "no JSON object");
}

/** A line that is not empty. */
export interface TextLine {
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/** Lines of a file, without the empty ones. */
export async function* linesOf(path: string): AsyncGenerator<TextLine> {
  let rest = "";
  let line = 0;
  for await (const piece of piecesOf(path)) {
    const parts = (rest + piece).split("\n");
    rest = parts.pop()!;
    if (rest.length > maxLineLength)
      throw inputError(line + parts.length + 1, `longer than ${maxLineLength} characters`);
    for (const text of parts) {
      line++;
      if (text.trim() !== "") yield { line, text };
    }
  }
  if (rest.trim() !== "") yield { line: line + 1, text: rest };
}

/** Text of a file in pieces, without a byte order mark. */
async function* piecesOf(path: string): AsyncGenerator<string> {
  const stream = path === "-" ? process.stdin : createReadStream(path, { highWaterMark: 1 << 18 });
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for await (const bytes of stream) yield decode(decoder, bytes as Uint8Array);
  } catch (error) {
    throw error instanceof CliError ? error : fileError("read", path, error);
  }
  const last = decode(decoder);
  if (last !== "") yield last;
}

function decode(decoder: InstanceType<typeof TextDecoder>, bytes?: Uint8Array): string {
  try {
    return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
  } catch (cause) {
    throw new CliError("ERR_CLI_COHORT_INPUT", "Cannot read vehicles: the input is no UTF-8 text", { cause });
  }
}

/** The refusal of a line. */
export function inputError(line: number, what: string): CliError {
  return new CliError("ERR_CLI_COHORT_INPUT", `Cannot read line ${line}: ${what}`, { details: { line } });
}
