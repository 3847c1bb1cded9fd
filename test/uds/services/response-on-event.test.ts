import { describe, expect, it } from "vitest";
import { hexToBytes } from "../../../src/core/index.ts";
import { decodeResponse, encodeResponse } from "../../../src/uds/index.ts";
import { checkRequest, checkResponse, requestError, requestFault, responseError, responseFault } from "./messages.ts";

const short = "ERR_UDS_SHORT";
const value = "ERR_UDS_VALUE";
const trailing = "ERR_UDS_TRAILING_BYTES";
const edition = "ERR_UDS_EDITION";
const service = "responseOnEvent";
const serviceToRespondToRecord = hexToBytes("1902ff");
const answer = "1902ff";

const comparison = {
  dataIdentifier: 0xf18c,
  comparisonLogic: 2,
  compareValue: 0xf247d31c,
  hysteresisValue: 0xd1,
  isSigned: false,
  bitsNumber: 31,
  bitOffset: 291,
};

/** Each event with a record: its number, its record, and whether an answer follows. */
const setups = [
  ["01", "onDTCStatusChange", { dtcStatusMask: 0xff }, "ff", true],
  ["02", "onTimerInterrupt", { timerSchedule: 3 }, "03", true],
  ["03", "onChangeOfDataIdentifier", { dataIdentifier: 0xf190 }, "f190", true],
  ["07", "onComparisonOfValues", comparison, "f18c02f247d31cd17d23", true],
  ["08", "reportMostRecentDtcOnStatusChange", { reportType: 0x0e }, "0e", false],
  ["09", "reportDTCRecordInformationOnDtcStatusChange", { dtcStatusMask: 9, reportType: 0x02 }, "0902", false],
] as const;

type Setup = readonly [string, string, object, string, boolean];

/** Members of a message of an event with a record. */
function membersOf([, subFunction, eventTypeRecord, , isAnswered]: Setup) {
  return { service, subFunction, eventTypeRecord, ...(isAnswered ? { serviceToRespondToRecord } : {}) };
}

describe("responseOnEvent requests", () => {
  it.each([
    ["860002", "stopResponseOnEvent"],
    ["860402", "reportActivatedEvents"],
    ["860502", "startResponseOnEvent"],
    ["860602", "clearResponseOnEvent"],
  ] as const)("reads and writes %s", (hex, subFunction) => {
    checkRequest([hex, { service, subFunction, eventWindowTime: 2 }, { storeEvent: false }]);
    expect(requestFault(`${hex}00`)).toEqual([trailing, "", 3]);
    expect(requestFault(hex.slice(0, 4))).toEqual([short, "/eventWindowTime", 2]);
  });

  it.each(setups)("reads and writes event %s, %s", (...setup) => {
    const [id, , , record, isAnswered] = setup;
    const message = { ...membersOf(setup), eventWindowTime: 8 } as never;
    checkRequest([`86${id}08${record}${isAnswered ? answer : ""}`, message, { storeEvent: false }]);
    if (isAnswered)
      expect(requestFault(`86${id}08${record}`)).toEqual([short, "/serviceToRespondToRecord", 3 + record.length / 2]);
    else expect(requestFault(`86${id}08${record}00`)).toEqual([trailing, "", 3 + record.length / 2]);
  });

  it("has the storage state in bit 6 and the suppression in bit 7", () => {
    const message = { service, subFunction: "onDTCStatusChange", eventTypeRecord: { dtcStatusMask: 1 } } as const;
    const rest = { eventWindowTime: 2, serviceToRespondToRecord };
    checkRequest(["864102011902ff", { ...message, ...rest, storeEvent: true }]);
    checkRequest([
      `86c10201${answer}`,
      { ...message, ...rest, storeEvent: true, suppressPosRspMsgIndicationBit: true },
    ]);
  });

  it.each([
    [0x04, "05"],
    [0x06, "05"],
    [0x18, "0507"],
    [0x19, "0507"],
    [0x84, "05"],
    [0x98, "0507"],
  ])("has the record number and the memory that report %i needs", (reportType, more) => {
    const numbers = more.length === 2 ? { recordNumber: 5 } : { recordNumber: 5, memorySelection: 7 };
    const subFunction = "reportDTCRecordInformationOnDtcStatusChange";
    const eventTypeRecord = { dtcStatusMask: 1, reportType, ...numbers };
    const head = `86090201${reportType.toString(16).padStart(2, "0")}`;
    checkRequest([head + more, { service, subFunction, eventWindowTime: 2, eventTypeRecord }, { storeEvent: false }]);
    expect(requestFault(head)).toEqual([short, "/eventTypeRecord/recordNumber", 5]);
    if (more.length === 4) expect(requestFault(`${head}05`)).toEqual([short, "/eventTypeRecord/memorySelection", 6]);
  });

  it("reads 32 bits where the five say none, and a sign", () => {
    const head = { service, subFunction: "onComparisonOfValues", eventWindowTime: 2 } as const;
    for (const [localization, bitOffset] of [
      ["8000", 0],
      ["83ff", 1023],
    ] as const) {
      const eventTypeRecord = { ...comparison, bitsNumber: 32, isSigned: true, bitOffset };
      checkRequest([
        `860702f18c02f247d31cd1${localization}${answer}`,
        { ...head, eventTypeRecord, serviceToRespondToRecord },
        { storeEvent: false },
      ]);
    }
  });

  it.each([
    ["86", "/subFunctionId"],
    ["860102", "/eventTypeRecord/dtcStatusMask"],
    ["860202", "/eventTypeRecord/timerSchedule"],
    ["860302f1", "/eventTypeRecord/dataIdentifier"],
    ["860702f1", "/eventTypeRecord/dataIdentifier"],
    ["860702f18c", "/eventTypeRecord/comparisonLogic"],
    ["860702f18c02f247d3", "/eventTypeRecord/compareValue"],
    ["860702f18c02f247d31c", "/eventTypeRecord/hysteresisValue"],
    ["860702f18c02f247d31cd17d", "/eventTypeRecord/bitsNumber"],
    ["860802", "/eventTypeRecord/reportType"],
    ["860902", "/eventTypeRecord/dtcStatusMask"],
    ["86090201", "/eventTypeRecord/reportType"],
  ])("refuses %s", (hex, path) => {
    expect(requestFault(hex)).toEqual([short, path, hex.length / 2]);
  });

  it("keeps reserved event types as bytes", () => {
    for (const [hex, subFunctionId] of [
      ["860a02", 0x0a],
      ["863f", 0x3f],
      ["864a02", 0x4a],
    ] as const) {
      checkRequest([hex, { kind: "unknown", bytes: hexToBytes(hex) }, { service, subFunctionId }]);
    }
  });

  it("knows which edition has which event", () => {
    const timer = { ...membersOf(setups[1]), eventWindowTime: 2 };
    expect(requestError(timer, { edition: "2020" })).toEqual([edition, "/subFunction"]);
    for (const setup of [setups[4], setups[5]]) {
      expect(requestError({ ...membersOf(setup), eventWindowTime: 2 }, { edition: "2013" })).toEqual([
        edition,
        "/subFunction",
      ]);
    }
  });

  const odd = (members: object) => ({ ...membersOf(setups[0]), eventWindowTime: 2, ...members });
  const compare = (members: object) => ({
    ...membersOf(setups[3]),
    eventWindowTime: 2,
    eventTypeRecord: { ...comparison, ...members },
  });
  const record = (eventTypeRecord: object) => ({ ...membersOf(setups[5]), eventWindowTime: 2, eventTypeRecord });

  it.each([
    [odd({ eventWindowTime: 256 }), "/eventWindowTime"],
    [odd({ subFunction: "onMood" }), "/subFunction"],
    [odd({ subFunction: "isoSaeReserved" }), "/subFunctionId"],
    [odd({ subFunctionId: 2 }), "/subFunctionId"],
    [odd({ storeEvent: true, subFunctionId: 1 }), "/subFunctionId"],
    [odd({ eventTypeRecord: undefined }), "/eventTypeRecord"],
    [odd({ eventTypeRecord: { dtcStatusMask: 256 } }), "/eventTypeRecord/dtcStatusMask"],
    [odd({ serviceToRespondToRecord: new Uint8Array() }), "/serviceToRespondToRecord"],
    [compare({ dataIdentifier: 65536 }), "/eventTypeRecord/dataIdentifier"],
    [compare({ comparisonLogic: 256 }), "/eventTypeRecord/comparisonLogic"],
    [compare({ compareValue: 2 ** 32 }), "/eventTypeRecord/compareValue"],
    [compare({ compareValue: -1 }), "/eventTypeRecord/compareValue"],
    [compare({ hysteresisValue: 256 }), "/eventTypeRecord/hysteresisValue"],
    [compare({ bitsNumber: 0 }), "/eventTypeRecord/bitsNumber"],
    [compare({ bitsNumber: 33 }), "/eventTypeRecord/bitsNumber"],
    [compare({ bitOffset: 1024 }), "/eventTypeRecord/bitOffset"],
    [compare({ bitOffset: -1 }), "/eventTypeRecord/bitOffset"],
    [record({ dtcStatusMask: 1, reportType: 2, recordNumber: 1 }), "/eventTypeRecord/recordNumber"],
    [record({ dtcStatusMask: 1, reportType: 4 }), "/eventTypeRecord/recordNumber"],
    [
      record({ dtcStatusMask: 1, reportType: 4, recordNumber: 1, memorySelection: 1 }),
      "/eventTypeRecord/memorySelection",
    ],
    [record({ dtcStatusMask: 1, reportType: 0x18, recordNumber: 1 }), "/eventTypeRecord/memorySelection"],
    [record({ dtcStatusMask: 1, reportType: 256 }), "/eventTypeRecord/reportType"],
  ])("writes no request of case %#", (message, path) => {
    expect(requestError(message)).toEqual([value, path]);
  });
});

describe("responseOnEvent responses", () => {
  it.each([
    ["c6000102", "stopResponseOnEvent"],
    ["c6050102", "startResponseOnEvent"],
    ["c6060102", "clearResponseOnEvent"],
  ] as const)("reads and writes %s", (hex, subFunction) => {
    const message = { service, subFunction, numberOfIdentifiedEvents: 1, eventWindowTime: 2 } as const;
    checkResponse([hex, message, { storeEvent: false }]);
    expect(responseFault(`${hex}00`)).toEqual([trailing, "", 4]);
    expect(responseFault(hex.slice(0, 6))).toEqual([short, "/eventWindowTime", 3]);
    expect(responseFault(hex.slice(0, 4))).toEqual([short, "/numberOfIdentifiedEvents", 2]);
    expect(responseError({ ...message, numberOfIdentifiedEvents: 256 })).toEqual([value, "/numberOfIdentifiedEvents"]);
    expect(responseError({ ...message, eventWindowTime: -1 })).toEqual([value, "/eventWindowTime"]);
  });

  it.each(setups)("reads and writes event %s, %s", (...setup) => {
    const [id, , , record, isAnswered] = setup;
    const message = { ...membersOf(setup), numberOfIdentifiedEvents: 3, eventWindowTime: 8 } as never;
    checkResponse([`c6${id}0308${record}${isAnswered ? answer : ""}`, message, { storeEvent: false }]);
  });

  it("keeps reserved event types as bytes", () => {
    checkResponse(["c60a", { kind: "unknown", bytes: hexToBytes("c60a") }, { service, subFunctionId: 0x0a }]);
    expect(decodeResponse(hexToBytes("c68a"))).toMatchObject({ warnings: [{ code: "suppress_bit_echoed" }] });
    expect(responseFault("c6")).toEqual([short, "/subFunctionId", 1]);
  });
});

describe("reportActivatedEvents", () => {
  const subFunction = "reportActivatedEvents";
  const reporting = {
    eventType: "reportMostRecentDtcOnStatusChange",
    storeEvent: true,
    eventWindowTime: 5,
    eventTypeRecord: { reportType: 0x0e },
  } as const;
  const answering = {
    eventType: "onDTCStatusChange",
    storeEvent: false,
    eventWindowTime: 8,
    eventTypeRecord: { dtcStatusMask: 0x44 },
    serviceToRespondToRecord: hexToBytes("8603"),
  } as const;

  it("reads and writes events that can be told apart", () => {
    checkResponse([
      "c60400",
      { service, subFunction, activatedEvents: [] },
      { storeEvent: false, numberOfActivatedEvents: 0 },
    ]);
    checkResponse([
      "c6440248050e0108448603",
      { service, subFunction, storeEvent: true, activatedEvents: [reporting, answering] },
      { numberOfActivatedEvents: 2 },
    ]);
  });

  it.each([
    ["c604020108448603 48050e", 3, "unknown_record_length", 0, 2],
    ["c6040348050e0108448603 48050e", 6, "unknown_record_length", 1, 3],
    ["c604010502", 3, "unknown_event", 0, 1],
    ["c604010402", 3, "unknown_event", 0, 1],
    ["c60401c8050e", 3, "unknown_event", 0, 1],
    ["c604013f", 3, "unknown_event", 0, 1],
  ] as const)("keeps %s as bytes from the event on that has no end", (text, offset, reason, count, number) => {
    const hex = text.replace(" ", "");
    const undecoded = { offset, bytes: hexToBytes(hex).subarray(offset), reason };
    const activatedEvents = [reporting].slice(0, count);
    const message = { service, subFunction, numberOfActivatedEvents: number, activatedEvents, undecoded } as const;
    checkResponse([hex, message, { storeEvent: false }]);
  });

  it.each([
    ["c604", "/numberOfActivatedEvents"],
    ["c60401", "/activatedEvents/0/eventType"],
    ["c6040148", "/activatedEvents/0/eventWindowTime"],
    ["c604014805", "/activatedEvents/0/eventTypeRecord/reportType"],
    ["c6040248050e", "/activatedEvents/1/eventType"],
    ["c60401010844", "/activatedEvents/0/serviceToRespondToRecord"],
  ])("refuses %s", (hex, path) => {
    expect(responseFault(hex)).toEqual([short, path, hex.length / 2]);
  });

  it("refuses more events than it announces, and more than the limit", () => {
    expect(responseFault("c6040148050e00")).toEqual([trailing, "", 6]);
    expect(responseFault("c6040248050e48050e", { limits: { maxEntries: 1 } })).toEqual([
      "ERR_UDS_LIMIT",
      "/activatedEvents/1",
      6,
    ]);
  });

  it("writes events also where nobody could tell them apart again", () => {
    const written = encodeResponse({ service, subFunction, activatedEvents: [answering, reporting] });
    expect(written).toEqual(hexToBytes("c60402010844860348050e"));
  });

  it.each([
    [{ activatedEvents: [reporting], numberOfActivatedEvents: 2 }, "/numberOfActivatedEvents"],
    [{ activatedEvents: [{ ...reporting, eventType: "onMood" }] }, "/activatedEvents/0/eventType"],
    [{ activatedEvents: [reporting, { ...reporting, eventWindowTime: 256 }] }, "/activatedEvents/1/eventWindowTime"],
    [{ activatedEvents: [{ ...reporting, eventTypeRecord: {} }] }, "/activatedEvents/0/eventTypeRecord/reportType"],
    [{ activatedEvents: [], undecoded: { bytes: new Uint8Array() } }, "/undecoded/bytes"],
  ])("writes no response of case %#", (members, path) => {
    expect(responseError({ service, subFunction, ...members })).toEqual([value, path]);
  });
});
