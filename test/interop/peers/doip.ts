/**
 * DoIP live: messages, a part of them damaged, read by otakit, doipclient, scapy and tshark. Every disagreement belongs to a class that says
 * who is right and why; one that belongs to none is a failure.
 */

import { bytesToHex } from "otakit/core";
import { doipMessageName } from "otakit/uds/doip";
import { askPython, findPython } from "../environment.ts";
import type { InteropPeer, PeerOutcome } from "../peer.ts";
import { type DoipFields, type DoipReading, fieldDifference, readDoip } from "./doip/compare.ts";
import { randomDoipMessages } from "./doip/messages.ts";
import { findTshark, readWithTshark } from "./uds/capture.ts";
import { classifyReadings, type Disagreement } from "./uds/classify.ts";

export const peers: readonly InteropPeer[] = [
  {
    name: "python doipclient",
    find: () => findPython("doipclient"),
    run: ({ full }) => compareDoipclient(full ? 20_000 : 3_000),
  },
  {
    name: "python scapy (DoIP)",
    find: () => findPython("scapy"),
    run: ({ full }) => compareScapy(full ? 20_000 : 3_000),
  },
  { name: "tshark (DoIP)", find: findTshark, run: ({ full }) => compareTshark(full ? 20_000 : 3_000) },
];

/** What a program read, or that it read nothing. */
type Answer = { readonly type: number; readonly fields: DoipFields; readonly rest?: string } | null;

type Class = Disagreement<Answer, DoipReading>;

const asked = (messages: readonly Uint8Array[]): readonly string[] => messages.map((message) => bytesToHex(message));

/** What all three leave open, or do not look at. */
const longer: Class = {
  verdict:
    "both: a DoIP message is longer than its header says; the rest is the next one on a stream, and too much in a datagram",
  fits: (_, __, ___, fault) => fault?.code === "ERR_UDS_TRAILING_BYTES" && fault.details?.["nackCode"] === undefined,
};
const trailing: Class = {
  verdict:
    "both: bytes behind the layout of a DoIP payload; others leave them over, otakit refuses them, for which the standard has an acknowledge",
  fits: (_, __, ___, fault) => fault?.code === "ERR_UDS_TRAILING_BYTES",
};

function compareDoipclient(count: number): readonly PeerOutcome[] {
  const names = {
    nack_code: "nackCode",
    eid: "eid",
    gid: "gid",
    vin: "vin",
    logical_address: "logicalAddress",
    further_action_required: "furtherActionCode",
    vin_sync_status: "synchronizationCode",
    source_address: "sourceAddress",
    target_address: "targetAddress",
    activation_type: "activationType",
    reserved: "reserved",
    vm_specific: "manufacturerData",
    client_logical_address: "clientAddress",
    entity_logical_address: "entityAddress",
    response_code: "responseCode",
    node_type: "nodeTypeCode",
    max_concurrent_sockets: "maxConcurrentSockets",
    currently_open_sockets: "openSockets",
    max_data_size: "maxDataSizeBytes",
    diagnostic_power_mode: "powerModeCode",
    user_data: "userData",
    ack_code: "ackCode",
    previous_message_data: "previousMessage",
    payload: "payload",
  } as const;
  const classes: readonly Class[] = [longer, trailing];
  const messages = randomDoipMessages("doipclient", count);
  const answers = askPython<Answer>("ask_doipclient.py", asked(messages));
  return classifyReadings(messages, answers, classes, differenceBy(names), readDoip);
}

function compareScapy(count: number): readonly PeerOutcome[] {
  const names = {
    nack: "nackCode",
    vin: "vin",
    logical_address: "logicalAddress",
    eid: "eid",
    gid: "gid",
    further_action: "furtherActionCode",
    vin_gid_status: "synchronizationCode",
    source_address: "sourceAddress",
    target_address: "targetAddress",
    activation_type: "activationType",
    logical_address_tester: "clientAddress",
    logical_address_doip_entity: "entityAddress",
    routing_activation_response: "responseCode",
    reserved_iso: "reserved",
    reserved_oem: "manufacturerData",
    diagnostic_power_mode: "powerModeCode",
    node_type: "nodeTypeCode",
    max_open_sockets: "maxConcurrentSockets",
    cur_open_sockets: "openSockets",
    max_data_size: "maxDataSizeBytes",
    ack_code: "ackCode",
    nack_code: "nackCode",
    previous_msg: "previousMessage",
    user_data: "userData",
    payload: "payload",
  } as const;
  const classes: readonly Class[] = [
    {
      verdict: "otakit right: scapy does not hold the version of DoIP against its inverse, doipclient does",
      fits: (_, __, ___, fault) => fault?.code === "ERR_UDS_DOIP_PATTERN",
    },
    {
      verdict:
        "otakit right: a DoIP message is cut off; scapy takes what is there, doipclient waits for the rest or refuses it",
      fits: (_, __, ___, fault) => fault?.code === "ERR_UDS_SHORT",
    },
    {
      verdict:
        "otakit right: an entity need not say its largest size in 0x4002; scapy refuses it without, doipclient does not",
      fits: (_, ours) => ours?.message === "entityStatusResponse" && ours.maxDataSizeBytes === undefined,
    },
    {
      verdict:
        "both: an activation type of two bytes in the DoIP draft of 2010; Wireshark reads it, scapy takes one byte",
      fits: (_, ours) => ours?.message === "routingActivationRequest" && ours.activationTypeLength === 2,
    },
    longer,
    trailing,
  ];
  const messages = randomDoipMessages("scapy", count);
  const answers = askPython<Answer>("ask_scapy_doip.py", asked(messages)).map(withRest);
  return classifyReadings(messages, answers, classes, differenceBy(names), readDoip);
}

function compareTshark(count: number): readonly PeerOutcome[] {
  const names = {
    "doip.nack_code": "nackCode",
    "doip.logical_address": "logicalAddress",
    "doip.eid": "eid",
    "doip.gid": "gid",
    "doip.futher_action": "furtherActionCode",
    "doip.sync_status": "synchronizationCode",
    "doip.source_address": "sourceAddress",
    "doip.target_address": "targetAddress",
    "doip.entity_address": "entityAddress",
    "doip.activation_type_v1": "activationType",
    "doip.activation_type": "activationType",
    "doip.tester_logical_address": "clientAddress",
    "doip.response_code": "responseCode",
    "doip.reserved_iso": "reserved",
    "doip.reserved_oem": "manufacturerData",
    "doip.power_mode": "powerModeCode",
    "doip.node_type": "nodeTypeCode",
    "doip.max_sockets": "maxConcurrentSockets",
    "doip.sockets": "openSockets",
    "doip.max_data_size": "maxDataSizeBytes",
    "doip.diag_ack_code": "ackCode",
    "doip.diag_nack_code": "nackCode",
    "doip.previous": "previousMessage",
  } as const;
  const classes: readonly Class[] = [
    {
      verdict:
        "otakit right: a DoIP message is cut off; tshark shows what is there, doipclient waits for the rest or refuses it",
      fits: (_, __, ___, fault) => fault?.code === "ERR_UDS_SHORT",
    },
    {
      verdict:
        "otakit right: tshark 4.0 reads no activation type in DoIP of version 4 or 0xFF; doipclient and scapy do",
      fits: (message, ours) => ours?.message === "routingActivationRequest" && message[0]! > 3,
    },
    {
      verdict:
        "both: an activation type of one byte in the DoIP draft of 2010; doipclient and scapy read it, Wireshark takes two",
      fits: (_, ours) => ours?.message === "routingActivationRequest" && ours.version === 1,
    },
    longer,
    trailing,
  ];
  const messages = randomDoipMessages("tshark", count);
  const fields = Object.keys(names).filter((name) => name !== "doip.entity_address");
  const answers = readWithTshark("doip", messages, ["doip.type", "_ws.malformed", ...fields]).map(
    ([type, malformed, ...values]): Answer => {
      // An empty message of UDS inside is malformed as well, but not as DoIP.
      if (type === "" || (malformed !== "" && Number(type) !== 0x8001)) return null;
      const read = fields.flatMap((name, index) =>
        values[index] === "" ? [] : [tsharkField(name, values[index]!, type!)],
      );
      return { type: Number(type), fields: read };
    },
  );
  return classifyReadings(messages, answers, classes, differenceBy(names, ["vin", "userData", "payload"]), readDoip);
}

/** A field of tshark as the others have it. */
function tsharkField(name: string, value: string, type: string): DoipFields[number] {
  if (/eid|gid|previous/.test(name)) return [name, value.replaceAll(":", "")];
  if (name === "doip.reserved_oem") return [name, value.replace(/^0x/, "")];
  // In the answer to a routing activation it is the address of the entity.
  const isEntity = name === "doip.source_address" && Number(type) === 6;
  return [isEntity ? "doip.entity_address" : name, Number(value)];
}

/** What scapy leaves over is the message of UDS, or the payload of a type without a layout. */
function withRest(answer: Answer): Answer {
  if (answer === null) return answer;
  const { type, fields, rest = "" } = answer;
  if (type === 0x8001) return { type, fields: [...fields, ["user_data", rest]] };
  return doipMessageName(type) === undefined ? { type, fields: [["payload", rest]] } : answer;
}

const differenceBy =
  (names: Parameters<typeof fieldDifference>[2], unseen: readonly string[] = []) =>
  (ours: DoipReading, theirs: Answer): string | undefined => {
    if (ours === undefined) return theirs === null ? undefined : `only it reads ${JSON.stringify(theirs)}`;
    if (theirs === null) return "only otakit reads it";
    if (theirs.type !== ours.payloadType) return `payload type ${theirs.type}`;
    return fieldDifference(ours, theirs.fields, names, unseen);
  };
