/**
 * Puts diagnostic messages together from the frames of a log: normal addressing on classic CAN, frames in order and complete. Whatever
 * is not so is a warning and gives no message: nothing is guessed. No timing, no flow control: this reads what was said.
 *
 * Standard: ISO 15765-2 (network layer); frame forms as python-can-isotp and Wireshark agree on them.
 */

import type { Bytes, Reason } from "otakit/core";
import { decodeIsoTpFrame, type IsoTpConsecutiveFrame, type IsoTpFirstFrame } from "otakit/uds/isotp";
import { warning } from "../inspect/report.ts";
import type { CliReasonCode } from "../reasons.ts";
import type { Input, InputMessage } from "./lines.ts";

/** A frame of classic CAN. */
export interface CanFrame {
  /** Number of its line. */
  readonly line: number;
  readonly channel: string;
  /** In hexadecimal digits. */
  readonly id: string;
  /** At most eight bytes. */
  readonly data: Bytes;
}

/** Puts messages together; they come in the order in which they were complete. */
export function reassemble(frames: readonly CanFrame[]): Input {
  const work = new Reassembly();
  for (const frame of frames) work.take(frame);
  work.end();
  return work;
}

/** Longest message of a single frame on classic CAN. */
const longestSingle = 7;

/** Longest message that is put together; longer ones have a form of their own, which no log of diagnostics shows. */
const longestMessage = 0xfff;

/** A message of which the first frame was read. */
interface Transfer {
  readonly first: CanFrame;
  readonly bytes: Bytes;
  /** Bytes that are there. */
  filled: number;
  /** Low half byte of the next frame's first byte: counts from 1, 0 after 15. */
  next: number;
}

class Reassembly {
  readonly messages: InputMessage[] = [];
  readonly warnings: Reason<CliReasonCode>[] = [];
  /** At most one transfer under way for each identifier of each bus. */
  readonly #open = new Map<string, Transfer>();

  take(frame: CanFrame): void {
    const result = decodeIsoTpFrame(frame.data);
    const read = result.ok ? result.value : undefined;
    // Single and first frames end what is under way, also those that cannot be read.
    if (frame.data.length > 0 && frame.data[0]! < 0x20) this.#abandon(frame);
    if (read === undefined) this.#warn("uds_frame_malformed", frame);
    else if (read.frame === "single") this.#deliver(frame, read.data.slice());
    else if (read.frame === "first") this.#takeFirst(frame, read);
    else if (read.frame === "consecutive") this.#takeConsecutive(frame, read);
    // The fourth form, flow control, belongs to the transport and says nothing of the message.
  }

  end(): void {
    for (const { first } of [...this.#open.values()]) this.#abandon(first);
  }

  /** A first frame fills its CAN frame, and its message is longer than a single frame could carry. */
  #takeFirst(frame: CanFrame, { length, data }: IsoTpFirstFrame): void {
    if (frame.data.length < 8 || length <= longestSingle || length > longestMessage) {
      this.#warn("uds_frame_malformed", frame);
      return;
    }
    const bytes = new Uint8Array(length);
    bytes.set(data);
    this.#open.set(keyOf(frame), { first: frame, bytes, filled: data.length, next: 1 });
  }

  #takeConsecutive(frame: CanFrame, read: IsoTpConsecutiveFrame): void {
    const transfer = this.#open.get(keyOf(frame));
    if (transfer === undefined) this.#warn("uds_frame_without_start", frame);
    else if (!append(transfer, read)) this.#abandon(frame);
    else if (transfer.filled === transfer.bytes.length) {
      this.#open.delete(keyOf(frame));
      this.#deliver(transfer.first, transfer.bytes);
    }
  }

  #deliver({ line, channel, id }: CanFrame, bytes: Bytes): void {
    this.messages.push({ place: { line, channel, id }, bytes });
  }

  /** Gives up what is under way for the identifier of a frame. */
  #abandon(frame: CanFrame): void {
    const transfer = this.#open.get(keyOf(frame));
    if (transfer === undefined) return;
    this.#open.delete(keyOf(frame));
    const { first, bytes, filled } = transfer;
    this.#warn("uds_transfer_incomplete", first, { wanted: bytes.length, found: filled });
  }

  #warn(code: CliReasonCode, { line, channel, id }: CanFrame, evidence: Reason["evidence"] = {}): void {
    this.warnings.push(warning(code, `Line ${line}, ${channel} ${id}`, evidence));
  }
}

/** Takes the bytes of a consecutive frame; false when it is not the next one, or too short. */
function append(transfer: Transfer, { sequenceNumber, data }: IsoTpConsecutiveFrame): boolean {
  const wanted = Math.min(7, transfer.bytes.length - transfer.filled);
  if (sequenceNumber !== transfer.next || data.length < wanted) return false;
  transfer.bytes.set(data.subarray(0, wanted), transfer.filled);
  transfer.filled += wanted;
  transfer.next = (transfer.next + 1) & 15;
  return true;
}

function keyOf({ channel, id }: CanFrame): string {
  return `${channel} ${id}`;
}
