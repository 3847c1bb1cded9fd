/** Reads messages in order; a request is the context of the responses that follow it. */

import type { Reason } from "otakit/core";
import { decodeRequest, decodeResponse, type UdsFault, type UdsRequest, type UdsResponse } from "otakit/uds";
import { warning } from "../inspect/report.ts";
import type { InputMessage, Place } from "./lines.ts";
import type { Reading } from "./options.ts";

/** A message that was read, or what is wrong with it. */
export interface ReadMessage {
  readonly place: Place;
  readonly bytes: Uint8Array;
  /** Absent when nothing of the message could be read. After a fault, what was complete before it. */
  readonly message?: UdsRequest | UdsResponse;
  readonly fault?: UdsFault;
  readonly warnings: readonly Reason[];
}

/** Distance between the first byte of a request and that of its positive response. */
const positiveResponseOffset = 0x40;

/** Reads messages: those whose first byte has bit 6 are responses, the others requests. */
export function decodeMessages(messages: readonly InputMessage[], reading: Reading): readonly ReadMessage[] {
  let { request } = reading;
  return messages.map(({ place, bytes }) => {
    const isResponse = ((bytes[0] ?? 0) & positiveResponseOffset) !== 0;
    const result = isResponse
      ? decodeResponse(bytes, { ...reading.options, ...identifiersOf(request) })
      : decodeRequest(bytes, reading.options);
    const message = result.ok ? result.value : result.partial;
    if (message?.kind === "request") request = message;
    return {
      place,
      bytes,
      ...(message === undefined ? {} : { message }),
      ...(result.ok ? {} : { fault: result.error }),
      warnings: [...(result.ok ? result.warnings : []), ...mismatch(reading.request, message)],
    };
  });
}

function identifiersOf(request: UdsRequest | undefined): { readonly dataIdentifiers?: readonly number[] } {
  return request?.kind === "request" && request.service === "readDataByIdentifier"
    ? { dataIdentifiers: request.dataIdentifiers }
    : {};
}

/** The warning that a message answers another request than that of the command line. */
function mismatch(request: UdsRequest | undefined, message: UdsRequest | UdsResponse | undefined): readonly Reason[] {
  if (request === undefined || message === undefined || message.kind === "request") return [];
  const answered = message.kind === "negative" ? message.requestSid : message.sid - positiveResponseOffset;
  return answered === request.sid ? [] : [warning("uds_request_mismatch", "", { answered, request: request.sid })];
}
