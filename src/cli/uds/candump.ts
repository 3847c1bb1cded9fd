/** Logs of candump, in the form of its files and of its screen. Frames of classic CAN alone; others are counted, not guessed. */

import { hexToBytes, type Reason } from "otakit/core";
import { warning } from "../inspect/report.ts";
import type { CliReasonCode } from "../reasons.ts";
import { type CanFrame, reassemble } from "./isotp.ts";
import { type Input, type Line, wrongLine } from "./lines.ts";

/** `(1700000000.000000) can0 7E8#0659…`; after a second `#`, a frame of CAN FD; `#R`, a remote frame. */
const fileLine = /^\(\s*\d+\.\d+\)\s+(\S+)\s+([0-9A-F]{3}|[0-9A-F]{8})(##?)([0-9A-F]*|R\d?)(?:\s+[RT])?\s*$/i;

/** `can0  7E8   [8]  06 59 …`; more than eight bytes are a frame of CAN FD. */
const screenLine =
  /^\s*(?:\([^)]*\)\s+)?(\S+)\s+([0-9A-F]{3}|[0-9A-F]{8})\s+\[(\d+)\]\s+((?:[0-9A-F]{2}\s*)*|remote request\s*)(?:'.*)?$/i;

/** Whether a line is one of a log. */
export function isCandumpLine(text: string): boolean {
  return fileLine.test(text) || screenLine.test(text);
}

/**
 * Reads a log: the messages in the frames of the given CAN identifiers, or of those that ISO 15765-4 gives to diagnostics.
 *
 * @throws {@link CliError} `ERR_CLI_UDS_INPUT`
 */
export function readCandump(lines: readonly Line[], ids: readonly number[]): Input {
  const isWanted = ids.length === 0 ? isDiagnosticId : (id: number) => ids.includes(id);
  const frames: CanFrame[] = [];
  const others = new Set<string>();
  let otherFrames = 0;
  let unread = 0;
  for (const line of lines) {
    const frame = readLine(line);
    if (!isWanted(Number.parseInt(frame.id, 16))) {
      otherFrames++;
      others.add(frame.id);
    } else if (frame.data === undefined) unread++;
    else frames.push({ ...frame, data: frame.data });
  }
  const { messages, warnings } = reassemble(frames);
  const leftOut: Reason<CliReasonCode>[] = [];
  if (unread > 0) leftOut.push(warning("uds_frame_not_classic", "", { frames: unread }));
  if (otherFrames > 0) {
    const evidence = { frames: otherFrames, ids: [...others].sort().slice(0, 20) };
    leftOut.push(warning("uds_frames_of_other_ids", "", evidence));
  }
  return { messages, warnings: [...warnings, ...leftOut] };
}

/** The data are absent for a frame that is none of classic CAN with data. */
function readLine(line: Line): Omit<CanFrame, "data"> & Partial<Pick<CanFrame, "data">> {
  const ofFile = fileLine.exec(line.text);
  const ofScreen = ofFile === null ? screenLine.exec(line.text) : null;
  const [, channel, id, mark, content] = ofFile ?? ofScreen ?? [];
  if (channel === undefined) throw wrongLine(line, "expected a frame as candump writes it");
  const frame = { line: line.number, channel, id: id!.toUpperCase() };
  if (mark === "##" || /^r/i.test(content!)) return frame;
  const digits = content!.replace(/\s+/g, "");
  if (digits.length % 2 === 1) throw wrongLine(line, "expected pairs of hexadecimal digits");
  if (ofScreen !== null && Number(mark) !== digits.length / 2) throw wrongLine(line, `expected ${mark} bytes`);
  return digits.length > 16 ? frame : { ...frame, data: hexToBytes(digits) };
}

/** Identifiers of ISO 15765-4: 0x7DF and 0x7E0 .. 0x7EF, 0x18DA.... and 0x18DB..... */
function isDiagnosticId(id: number): boolean {
  const upper = id >>> 16;
  return id === 0x7df || (id >= 0x7e0 && id <= 0x7ef) || upper === 0x18da || upper === 0x18db;
}
