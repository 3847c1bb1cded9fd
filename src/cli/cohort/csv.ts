/**
 * CSV as RFC 4180 says it, piece by piece: memory is bounded by the longest record, whatever the size of the file.
 *
 * A reader of our own, because the command has no other use for a library: the grammar is one page, and a table of vehicles must tell an
 * empty cell (not delivered) from an empty text in quotes, which common readers do not.
 */

import { CliError } from "../errors.ts";

/** A cell: its text, or `undefined` when nothing stands between the commas. */
export type Cell = string | undefined;

/** A record and the line that it begins on, from 1. */
export interface CsvRecord {
  readonly line: number;
  readonly cells: readonly Cell[];
}

/** Longest record, in UTF-16 code units. */
const maxRecordLength = 1 << 20;
const maxCells = 10_000;

type State = "cell start" | "plain" | "quoted" | "after quote";

/** Reads CSV from pieces of text. */
export class CsvReader {
  private state: State = "cell start";
  private cells: Cell[] = [];
  private text = "";
  private length = 0;
  private line = 1;
  private startLine = 1;
  private sawReturn = false;

  /**
   * Takes a piece.
   *
   * @returns the records that end in it
   * @throws {@link CliError} `ERR_CLI_COHORT_INPUT` with the line
   */
  push(piece: string): readonly CsvRecord[] {
    const records: CsvRecord[] = [];
    for (let index = 0; index < piece.length; index++) {
      const character = piece[index]!;
      // A line feed after a carriage return belongs to it, also when a piece ends between them.
      if (this.sawReturn) {
        this.sawReturn = false;
        if (character === "\n") continue;
      }
      if (character === "\n" || character === "\r") {
        this.line++;
        this.sawReturn = character === "\r";
        if (this.state === "quoted") this.grow("\n");
        else this.endRecord(records);
      } else this.take(character);
    }
    return records;
  }

  /**
   * Ends the input.
   *
   * @returns the last record, if it has no line end
   */
  finish(): readonly CsvRecord[] {
    if (this.state === "quoted") throw this.fault("the input ends inside of quotes", this.startLine);
    const records: CsvRecord[] = [];
    this.endRecord(records);
    return records;
  }

  private take(character: string): void {
    switch (this.state) {
      case "cell start":
        if (character === '"') this.state = "quoted";
        else if (character === ",") this.endCell(undefined);
        else {
          this.state = "plain";
          this.grow(character);
        }
        return;
      case "plain":
        if (character === ",") this.endCell(this.text);
        else if (character === '"') throw this.fault("a quote inside of a cell that does not begin with one");
        else this.grow(character);
        return;
      case "quoted":
        if (character === '"') this.state = "after quote";
        else this.grow(character);
        return;
      case "after quote":
        if (character === ",") this.endCell(this.text);
        else if (character === '"') {
          this.state = "quoted";
          this.grow('"');
        } else throw this.fault("text after the closing quote of a cell");
    }
  }

  private grow(character: string): void {
    this.text += character;
    if (++this.length > maxRecordLength) throw this.fault(`a record of more than ${maxRecordLength} characters`);
  }

  private endCell(cell: Cell): void {
    if (this.cells.length >= maxCells) throw this.fault(`a record of more than ${maxCells} cells`);
    this.cells.push(cell);
    this.text = "";
    this.state = "cell start";
  }

  private endRecord(records: CsvRecord[]): void {
    const isEmpty = this.state === "cell start" && this.cells.length === 0;
    this.endCell(this.state === "cell start" ? undefined : this.text);
    // An empty line is none of the grammar's records; editors leave one at the end.
    if (!isEmpty) records.push({ line: this.startLine, cells: this.cells });
    this.cells = [];
    this.length = 0;
    this.startLine = this.line;
  }

  private fault(what: string, line: number = this.line): CliError {
    return new CliError("ERR_CLI_COHORT_INPUT", `Cannot read line ${line}: ${what}`, { details: { line } });
  }
}
