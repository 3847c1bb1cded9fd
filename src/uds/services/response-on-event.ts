/**
 * ResponseOnEvent (0x86): has the ECU answer a request whenever something happens.
 *
 * Standard: ISO 14229-1 (ResponseOnEvent); names and layout as mdabrowski1990/uds has them for the editions of 2013 and 2020. An open
 * server of AUTOSAR's adaptive platform agrees on bit 6, the window and the events 0x00, 0x01 and 0x03 to 0x07; the others, and the
 * responses, stand in the first alone.
 */

import type { Bytes } from "../../core/index.ts";
import type { DecodeOptions, UdsResult } from "../decoding.ts";
import type { EncodeOptions } from "../editions.ts";
import type { Encodable } from "../messages.ts";
import { PduReader } from "../pdu-reader.ts";
import { PduWriter } from "../pdu-writer.ts";
import type {
  ActivatedEvent,
  EncodableResponseOnEventRequest,
  EncodableResponseOnEventResponse,
  EventSetup,
  EventType,
  ReportActivatedEventsResponse,
  ResponseOnEventRequest,
  ResponseOnEventResponse,
  ServiceToRespondTo,
} from "../response-on-event-messages.ts";
import {
  isAnswering,
  isRecorded,
  type RecordedEvent,
  readEventTypeRecord,
  writeEventTypeRecord,
} from "../response-on-event-records.ts";
import { SubFunctionNames } from "../sub-functions.ts";
import type { Undecoded } from "../undecoded.ts";
import { otherRequest, type UnknownRequest, unknownSubFunctionRequest } from "../unknown-request.ts";
import { otherResponse, type UnknownResponse, unknownSubFunctionResponse } from "../unknown-response.ts";

export type {
  ActivatedAnsweringEvent,
  ActivatedEvent,
  ActivatedReportingEvent,
  AnsweringEventRequest,
  AnsweringEventResponse,
  EncodableResponseOnEventRequest,
  EncodableResponseOnEventResponse,
  EventControl,
  EventControlRequest,
  EventControlResponse,
  EventType,
  ReportActivatedEventsResponse,
  ReportingEventRequest,
  ReportingEventResponse,
  ResponseOnEventRequest,
  ResponseOnEventResponse,
} from "../response-on-event-messages.ts";

const names: SubFunctionNames<EventType> = /* @__PURE__ */ new SubFunctionNames<EventType>(
  {
    0x00: "stopResponseOnEvent",
    0x01: "onDTCStatusChange",
    0x02: "onTimerInterrupt",
    0x03: "onChangeOfDataIdentifier",
    0x04: "reportActivatedEvents",
    0x05: "startResponseOnEvent",
    0x06: "clearResponseOnEvent",
    0x07: "onComparisonOfValues",
    0x08: "reportMostRecentDtcOnStatusChange",
    0x09: "reportDTCRecordInformationOnDtcStatusChange",
  },
  "reservedOnly",
);

const storageBit = 0x40;
const eventBits = 0x3f;

/**
 * Reads a request; that of another service, and reserved event types, come back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`.
 */
export function decodeResponseOnEventRequest(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<ResponseOnEventRequest | UnknownRequest> {
  if (bytes[0] !== 0x86) return otherRequest(bytes);
  const pdu = new PduReader(bytes, options);
  const subFunctionId = pdu.subFunction();
  if (pdu.failed) return pdu.fail();
  const subFunction = names.nameOf(subFunctionId & eventBits);
  if (subFunction === "isoSaeReserved") return unknownSubFunctionRequest(bytes, subFunctionId);
  // Record and event type go together, as the union demands; the compiler sees them apart.
  return pdu.finish({
    kind: "request",
    service: "responseOnEvent",
    sid: 0x86,
    subFunction,
    subFunctionId,
    suppressPosRspMsgIndicationBit: pdu.suppress,
    storeEvent: (subFunctionId & storageBit) !== 0,
    eventWindowTime: pdu.u8("/eventWindowTime"),
    ...(isRecorded(subFunction) ? readSetup(pdu, subFunction) : {}),
    bytes,
  } as ResponseOnEventRequest);
}

/** Reads what comes after the window time of an event with a record. */
function readSetup(pdu: PduReader, event: RecordedEvent): Partial<EventSetup<RecordedEvent> & ServiceToRespondTo> {
  const eventTypeRecord = readEventTypeRecord(pdu, event);
  return isAnswering(event)
    ? { eventTypeRecord, serviceToRespondToRecord: pdu.rest("/serviceToRespondToRecord", 1) }
    : { eventTypeRecord };
}

/**
 * Writes a request.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`, `ERR_UDS_EDITION`
 */
export function encodeResponseOnEventRequest(
  request: EncodableResponseOnEventRequest,
  options: EncodeOptions = {},
): Bytes {
  const pdu = startMessage(0x86, request).u8(request.eventWindowTime, "/eventWindowTime");
  return writeSetup(pdu, request.subFunction, request, options).finish();
}

/** Starts a message with the sub-function that event type and storage state make. */
function startMessage(
  sid: number,
  message: EncodableResponseOnEventRequest | EncodableResponseOnEventResponse,
): PduWriter {
  const pdu = new PduWriter(sid, 32);
  const id = eventId(message.subFunction, message.storeEvent, "/subFunction");
  if (message.subFunctionId !== undefined && message.subFunctionId !== id) {
    throw pdu.wrong("/subFunctionId", `${String(message.subFunctionId)} is another event type or storage state`);
  }
  return pdu.subFunction(id, message.suppressPosRspMsgIndicationBit);
}

function eventId(name: EventType, storeEvent: boolean | undefined, path: string): number {
  return names.idOfMember(name, undefined, path) | (storeEvent === true ? storageBit : 0);
}

/** Writes what comes after the window time, if the event type has a record. */
function writeSetup(pdu: PduWriter, event: EventType, message: object, options: EncodeOptions): PduWriter {
  if (!isRecorded(event)) return pdu;
  // The types of the messages go with their event types; the compiler sees them apart.
  const { eventTypeRecord, serviceToRespondToRecord } = message as EventSetup<RecordedEvent> & ServiceToRespondTo;
  if (eventTypeRecord === undefined) throw pdu.wrong("/eventTypeRecord", `${event} has one`);
  writeEventTypeRecord(pdu, event, eventTypeRecord, options);
  return isAnswering(event) ? pdu.bytes(serviceToRespondToRecord, "/serviceToRespondToRecord", 1) : pdu;
}

/**
 * Reads a positive response; another message, and reserved event types, come back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`.
 */
export function decodeResponseOnEventResponse(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<ResponseOnEventResponse | UnknownResponse> {
  if (bytes[0] !== 0xc6) return otherResponse(bytes);
  const pdu = new PduReader(bytes, options);
  const subFunctionId = pdu.echoedSubFunction();
  if (pdu.failed) return pdu.fail();
  const subFunction = names.nameOf(subFunctionId & eventBits);
  if (subFunction === "isoSaeReserved") return unknownSubFunctionResponse(bytes, subFunctionId, pdu.warnings);
  const content = subFunction === "reportActivatedEvents" ? readActivatedEvents(pdu) : readResult(pdu, subFunction);
  // Content and event type go together, as the union demands; the compiler sees them apart.
  return pdu.finish({
    kind: "positive",
    service: "responseOnEvent",
    sid: 0xc6,
    subFunction,
    subFunctionId,
    suppressPosRspMsgIndicationBit: pdu.suppress,
    storeEvent: (subFunctionId & storageBit) !== 0,
    ...content,
    bytes,
  } as ResponseOnEventResponse);
}

function readResult(pdu: PduReader, event: string): object {
  const numberOfIdentifiedEvents = pdu.u8("/numberOfIdentifiedEvents");
  const eventWindowTime = pdu.u8("/eventWindowTime");
  const setup = isRecorded(event) ? readSetup(pdu, event) : {};
  return { numberOfIdentifiedEvents, eventWindowTime, ...setup };
}

function readActivatedEvents(pdu: PduReader): object {
  const numberOfActivatedEvents = pdu.u8("/numberOfActivatedEvents");
  const activatedEvents: ActivatedEvent[] = [];
  for (let index = 0; index < numberOfActivatedEvents; index++) {
    if (!pdu.item("/activatedEvents", index)) pdu.u8(`/activatedEvents/${index}/eventType`);
    if (pdu.failed) break;
    const start = pdu.position;
    const event = readActivatedEvent(pdu, index === numberOfActivatedEvents - 1);
    if (typeof event === "object") {
      activatedEvents.push(event);
      continue;
    }
    pdu.rest();
    const undecoded: Undecoded = { offset: start, bytes: pdu.bytes.subarray(start), reason: event };
    return { numberOfActivatedEvents, activatedEvents, undecoded };
  }
  pdu.leave();
  return { numberOfActivatedEvents, activatedEvents };
}

/** The next event of the list, or why it cannot be told from what follows. */
function readActivatedEvent(pdu: PduReader, isLast: boolean): ActivatedEvent | Undecoded["reason"] {
  const id = pdu.u8("/eventType");
  // Bit 7 is reserved here, so an event with it has no name.
  const eventType = id > 0x7f ? "isoSaeReserved" : names.nameOf(id & eventBits);
  if (!isRecorded(eventType)) return "unknown_event";
  if (isAnswering(eventType) && !isLast) return "unknown_record_length";
  return {
    eventType,
    storeEvent: (id & storageBit) !== 0,
    eventWindowTime: pdu.u8("/eventWindowTime"),
    ...readSetup(pdu, eventType),
  } as ActivatedEvent;
}

/**
 * Writes a response.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`, `ERR_UDS_EDITION`
 */
export function encodeResponseOnEventResponse(
  response: EncodableResponseOnEventResponse,
  options: EncodeOptions = {},
): Bytes {
  const pdu = startMessage(0xc6, response);
  if (response.subFunction === "reportActivatedEvents") return writeActivatedEvents(pdu, response, options).finish();
  pdu
    .u8(response.numberOfIdentifiedEvents, "/numberOfIdentifiedEvents")
    .u8(response.eventWindowTime, "/eventWindowTime");
  return writeSetup(pdu, response.subFunction, response, options).finish();
}

function writeActivatedEvents(
  pdu: PduWriter,
  response: Encodable<ReportActivatedEventsResponse, "storeEvent" | "numberOfActivatedEvents">,
  options: EncodeOptions,
): PduWriter {
  const { activatedEvents, undecoded, numberOfActivatedEvents = activatedEvents.length } = response;
  if (undecoded === undefined && numberOfActivatedEvents !== activatedEvents.length) {
    throw pdu.wrong("/numberOfActivatedEvents", `${numberOfActivatedEvents} is not ${activatedEvents.length}`);
  }
  pdu.u8(numberOfActivatedEvents, "/numberOfActivatedEvents");
  for (const [index, event] of activatedEvents.entries()) {
    pdu.item("/activatedEvents", index);
    pdu.u8(eventId(event.eventType, event.storeEvent, `/activatedEvents/${index}/eventType`));
    pdu.u8(event.eventWindowTime, "/eventWindowTime");
    writeSetup(pdu, event.eventType, event, options);
  }
  pdu.leave();
  return undecoded === undefined ? pdu : pdu.bytes(undecoded.bytes, "/undecoded/bytes", 1);
}
