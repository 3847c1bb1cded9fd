/** Lines of an input, and the messages that come out of them. */

import type { Bytes, Reason } from "otakit/core";
import { CliError } from "../errors.ts";
import type { CliReasonCode } from "../reasons.ts";

/** Where a message was found; for one of several frames, where the first of them stands. */
export interface Place {
  /** From 1; absent on the command line. */
  readonly line?: number;
  /** Name of the bus in a log, for example `can0`. */
  readonly channel?: string;
  /** CAN identifier in a log, in hexadecimal digits. */
  readonly id?: string;
}

/** One message after transport. */
export interface InputMessage {
  readonly place: Place;
  readonly bytes: Bytes;
}

/** What an input holds. */
export interface Input {
  readonly messages: readonly InputMessage[];
  /** What could not be put together or was left out. */
  readonly warnings: readonly Reason<CliReasonCode>[];
}

/** A line and its number, from 1. */
export interface Line {
  readonly number: number;
  readonly text: string;
}

/** The refusal of a line. */
export function wrongLine({ number, text }: Line, what: string): CliError {
  return new CliError("ERR_CLI_UDS_INPUT", `Cannot read line ${number}: ${what}`, {
    details: { line: number, text: text.length > 200 ? `${text.slice(0, 200)}…` : text },
  });
}
