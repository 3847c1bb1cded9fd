/**
 * The messages of ResponseOnEvent (0x86). Types alone.
 *
 * Standard: ISO 14229-1 (ResponseOnEvent); see `services/response-on-event.ts` for who agrees on what.
 */

import type { Encodable, RequestMessage, ResponseMessage, SubFunction } from "./messages.ts";
import type { AnsweringEvent, EventTypeRecords, RecordedEvent } from "./response-on-event-records.ts";
import type { Undecoded } from "./undecoded.ts";

/** Name of an event type without a record, which starts, stops or clears what was set up. */
export type EventControl = "stopResponseOnEvent" | "startResponseOnEvent" | "clearResponseOnEvent";

/** Name of an event type; bits 0 .. 5 of the sub-function. */
export type EventType = EventControl | "reportActivatedEvents" | RecordedEvent;

/** Bit 6 of the sub-function. */
interface StorageState {
  /** storageState: whether the event outlasts a restart of the ECU. */
  readonly storeEvent: boolean;
}

/** An event that is watched. */
export interface EventSetup<Name extends RecordedEvent> {
  /** 0 .. 255; 2: for ever. */
  readonly eventWindowTime: number;
  readonly eventTypeRecord: EventTypeRecords[Name];
}

/** The request that the ECU answers each time the event happens. */
export interface ServiceToRespondTo {
  /** At least one byte, the SID first: a view of the message, not a copy. */
  readonly serviceToRespondToRecord: Uint8Array;
}

/** What every request has. */
interface EventRequest<Name extends EventType>
  extends RequestMessage<"responseOnEvent", 0x86>,
    SubFunction<Name>,
    StorageState {
  /** 0 .. 255; 2: for ever. */
  readonly eventWindowTime: number;
}

/** Request 0x86 without a record. */
export interface EventControlRequest extends EventRequest<EventControl | "reportActivatedEvents"> {}

/** Request 0x86 that sets up an event and the answer to it. */
export interface AnsweringEventRequest<Name extends AnsweringEvent>
  extends EventRequest<Name>,
    EventSetup<Name>,
    ServiceToRespondTo {}

/** Request 0x86 that sets up an event whose answer the record says. */
export interface ReportingEventRequest<Name extends Exclude<RecordedEvent, AnsweringEvent>>
  extends EventRequest<Name>,
    EventSetup<Name> {}

/** Request of ResponseOnEvent; tell them apart by `subFunction`. */
export type ResponseOnEventRequest =
  | EventControlRequest
  | AnsweringEventRequest<"onDTCStatusChange">
  | AnsweringEventRequest<"onTimerInterrupt">
  | AnsweringEventRequest<"onChangeOfDataIdentifier">
  | AnsweringEventRequest<"onComparisonOfValues">
  | ReportingEventRequest<"reportMostRecentDtcOnStatusChange">
  | ReportingEventRequest<"reportDTCRecordInformationOnDtcStatusChange">;

/** What every response has. */
interface EventResponseHead<Name extends EventType>
  extends ResponseMessage<"responseOnEvent", 0xc6>,
    SubFunction<Name>,
    StorageState {}

/** What every response has but the list of active events. */
interface EventResponse<Name extends EventType> extends EventResponseHead<Name> {
  /** 0 .. 255: how often the event happened, when its window is over. */
  readonly numberOfIdentifiedEvents: number;
  /** 0 .. 255; 2: for ever. */
  readonly eventWindowTime: number;
}

/** Positive response 0xC6 without a record. */
export interface EventControlResponse extends EventResponse<EventControl> {}

/** Positive response 0xC6 about an event and the answer to it. */
export interface AnsweringEventResponse<Name extends AnsweringEvent>
  extends EventResponse<Name>,
    EventSetup<Name>,
    ServiceToRespondTo {}

/** Positive response 0xC6 about an event whose answer the record says. */
export interface ReportingEventResponse<Name extends Exclude<RecordedEvent, AnsweringEvent>>
  extends EventResponse<Name>,
    EventSetup<Name> {}

/** Positive response 0xC6 04: the events that are set up. */
export interface ReportActivatedEventsResponse extends EventResponseHead<"reportActivatedEvents"> {
  /** 0 .. 255. */
  readonly numberOfActivatedEvents: number;
  readonly activatedEvents: readonly ActivatedEvent[];
  /**
   * From the first event on that could not be told from what follows: the message does not say how long a request to be
   * answered is, so one that is not the last ends nowhere.
   */
  readonly undecoded?: Undecoded;
}

/** An event that is set up; tell them apart by `eventType`. */
export type ActivatedEvent =
  | ActivatedAnsweringEvent<"onDTCStatusChange">
  | ActivatedAnsweringEvent<"onTimerInterrupt">
  | ActivatedAnsweringEvent<"onChangeOfDataIdentifier">
  | ActivatedAnsweringEvent<"onComparisonOfValues">
  | ActivatedReportingEvent<"reportMostRecentDtcOnStatusChange">
  | ActivatedReportingEvent<"reportDTCRecordInformationOnDtcStatusChange">;

/** An event that is set up, and the answer to it. */
export interface ActivatedAnsweringEvent<Name extends AnsweringEvent>
  extends EventSetup<Name>,
    StorageState,
    ServiceToRespondTo {
  readonly eventType: Name;
}

/** An event that is set up and whose answer the record says. */
export interface ActivatedReportingEvent<Name extends Exclude<RecordedEvent, AnsweringEvent>>
  extends EventSetup<Name>,
    StorageState {
  readonly eventType: Name;
}

/** Positive response of ResponseOnEvent; tell them apart by `subFunction`. */
export type ResponseOnEventResponse =
  | EventControlResponse
  | AnsweringEventResponse<"onDTCStatusChange">
  | AnsweringEventResponse<"onTimerInterrupt">
  | AnsweringEventResponse<"onChangeOfDataIdentifier">
  | AnsweringEventResponse<"onComparisonOfValues">
  | ReportingEventResponse<"reportMostRecentDtcOnStatusChange">
  | ReportingEventResponse<"reportDTCRecordInformationOnDtcStatusChange">
  | ReportActivatedEventsResponse;

/** What is needed to write a request; an absent `storeEvent` is false. */
export type EncodableResponseOnEventRequest = Encodable<ResponseOnEventRequest, "storeEvent">;

/** What is needed to write a response; an absent `storeEvent` is false, an absent number that of the events. */
export type EncodableResponseOnEventResponse = Encodable<
  ResponseOnEventResponse,
  "storeEvent" | "numberOfActivatedEvents"
>;
