/** Diagnostic messages as people have them: on the command line, as lines of hexadecimal digits, in a log of candump or a dump for text2pcap. */

import { type Bytes, bytesToUtf8, hexToBytes, isOtaError } from "otakit/core";
import { CliError } from "../errors.ts";
import { readUserFile } from "../files.ts";
import type { Terminal } from "../terminal.ts";
import { isCandumpLine, readCandump } from "./candump.ts";
import { type Input, type Line, wrongLine } from "./lines.ts";
import { isDumpStart, readDump } from "./text2pcap.ts";

/** Longest input that is read. */
const maxInputBytes = 64 * 1024 * 1024;

/**
 * Reads the words of a command line, which make one message, or else a file; `-` is standard input.
 *
 * @param ids CAN identifiers that a log is read for; the usual ones when there are none
 * @throws {@link CliError} `ERR_CLI_UDS_INPUT`, `ERR_CLI_FILE`, `ERR_CLI_FILE_TOO_LONG`
 */
export function readInput(words: readonly string[], file: string, ids: readonly number[]): Input {
  if (words.length > 0) return { messages: [{ place: {}, bytes: parseHex(words.join("")) }], warnings: [] };
  const lines = linesOf(readUserFile(file, maxInputBytes));
  const [first] = lines;
  if (first === undefined) throw new CliError("ERR_CLI_UDS_INPUT", "Cannot read messages: there are none");
  if (isCandumpLine(first.text)) return readCandump(lines, ids);
  if (isDumpStart(first.text)) return { messages: readDump(lines), warnings: [] };
  return { messages: lines.map((line) => ({ place: { line: line.number }, bytes: hexLine(line) })), warnings: [] };
}

/** Tells what could not be put together or was left out. */
export function warnOfInput({ warnings }: Input, terminal: Terminal): void {
  for (const { message, code, evidence } of warnings) {
    terminal.warn(`${message} [${code}]${evidence === undefined ? "" : ` ${JSON.stringify(evidence)}`}`);
  }
}

/** Whether something is missing that was asked for. */
export function isIncomplete({ warnings }: Input): boolean {
  return warnings.some(({ code }) => code !== "uds_frames_of_other_ids");
}

/** Lines that say something: no empty ones, no comments. */
function linesOf(bytes: Uint8Array): readonly Line[] {
  return textOf(bytes)
    .split(/\r?\n/)
    .map((text, index) => ({ number: index + 1, text }))
    .filter(({ text }) => !/^\s*(#|$)/.test(text));
}

/**
 * Text of an input.
 *
 * @throws {@link CliError} `ERR_CLI_UDS_INPUT` for bytes that are none
 */
export function textOf(bytes: Uint8Array): string {
  try {
    return bytesToUtf8(bytes);
  } catch (cause) {
    throw new CliError("ERR_CLI_UDS_INPUT", "Cannot read messages: the input is no text", { cause });
  }
}

function hexLine(line: Line): Bytes {
  try {
    return parseHex(line.text);
  } catch (error) {
    throw isOtaError(error) ? wrongLine(line, "expected hexadecimal digits") : error;
  }
}

/**
 * Reads a message as hexadecimal digits, with or without spaces.
 *
 * @throws {@link CliError} `ERR_CLI_UDS_INPUT`
 */
export function parseHex(text: string): Bytes {
  try {
    return hexToBytes(text.replace(/\s+/g, ""));
  } catch (cause) {
    throw new CliError("ERR_CLI_UDS_INPUT", "Cannot read message: expected pairs of hexadecimal digits", { cause });
  }
}
