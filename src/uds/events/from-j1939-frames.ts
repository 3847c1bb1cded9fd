/** Records of DM4 and DM25, a code with what was stored when it came up, and of DM31, a code with the lamps that it lights. */

import type {
  ExpandedFreezeFrame,
  ExpandedFreezeFrameMessage,
  FreezeFrame,
  FreezeFrameMessage,
  LampAssociationMessage,
} from "../j1939/messages.ts";
import type { FaultSnapshot, FaultSnapshotEntry } from "./event.ts";
import { type J1939FaultRecord, j1939Record } from "./j1939-record.ts";
import type { FaultListRecord } from "./listed.ts";
import { hexOf, undecodedFlags } from "./stored-data.ts";

/** Messages of J1939 that say more of each code than that it is there. */
export type J1939DetailMessage = FreezeFrameMessage | ExpandedFreezeFrameMessage | LampAssociationMessage;

/** The records of a message, in its order. */
export function detailRecords(message: J1939DetailMessage): readonly FaultListRecord[] {
  const { bytes } = message;
  switch (message.message) {
    case "DM4":
      return message.frames.map((frame) => frameRecord(frame.dtc, bytes, standardSnapshot(frame, bytes)));
    case "DM25":
      return message.frames.map((frame) => frameRecord(frame.dtc, bytes, expandedSnapshot(frame)));
    default:
      return message.associations.map(({ dtc, lamps }) => ({ ...j1939Record(dtc, bytes, dtc.offset, 6), lamps }));
  }
}

/** The parameters of DM4: `[spn, name, unit, offset in the frame behind its code, bytes]`. */
const parameters = [
  [899, "engineTorqueMode", undefined, 0, 1],
  [102, "boostPressure", "kPa", 1, 1],
  [190, "engineSpeed", "rpm", 2, 2],
  [92, "engineLoad", "%", 4, 1],
  [110, "coolantTemperature", "degC", 5, 1],
  [84, "vehicleSpeed", "km/h", 6, 2],
] as const;

/** Bytes of a code, and of the length before it. */
const codeLength = 4;
const lengthBefore = 1;

/** What stands for bytes that no table or message explains. */
const unknownParameter = "unknown_parameter";

/** A frame begins with its length, one byte before the code. */
function frameRecord(dtc: J1939FaultRecord, bytes: Uint8Array, snapshot: FaultSnapshot): FaultListRecord {
  const start = dtc.offset - lengthBefore;
  const record = j1939Record(dtc, bytes, start, lengthBefore + bytes[start]!);
  const { flags, warnings } = undecodedFlags([snapshot], []);
  return { ...record, snapshots: [snapshot], flags: [...record.flags, ...flags], warnings };
}

function standardSnapshot(frame: FreezeFrame, bytes: Uint8Array): FaultSnapshot {
  const data = frame.dtc.offset + codeLength;
  const entries = parameters.map(([id, name, unit, at, size]): FaultSnapshotEntry => {
    const value = { name, value: frame[name], ...(unit === undefined ? {} : { unit }) };
    return { id, name, hex: hexOf(bytes.subarray(data + at, data + at + size)), values: [value] };
  });
  return { record: 0, entries, ...left(frame.manufacturerData, lengthBefore + codeLength + 8) };
}

function expandedSnapshot({ data }: ExpandedFreezeFrame): FaultSnapshot {
  return { record: 0, entries: [], ...left(data, lengthBefore + codeLength) };
}

function left(bytes: Uint8Array, offset: number): Pick<FaultSnapshot, "undecoded"> {
  return bytes.length === 0 ? {} : { undecoded: { offset, hex: hexOf(bytes), reason: unknownParameter } };
}
