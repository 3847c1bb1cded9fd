/** Messages of DoIP as python-doipclient writes them and tshark reads them, with the message of UDS that some carry. */

import { bytesToHex, hexToBytes } from "otakit/core";
import { decodeRequest, decodeResponse } from "otakit/uds";
import { type DoipMessage, decodeDoip, encodeDoip } from "otakit/uds/doip";

// biome-ignore lint/suspicious/noExplicitAny: the fields reach into messages of every kind.
type Loose = Record<string, any>;

/** Member of a message for each field of the two sources, as a number. */
const fields: Readonly<Record<string, (message: Loose) => unknown>> = {
  version: ({ version }) => version,
  inverse: ({ bytes }) => bytes[1],
  type: ({ payloadType }) => payloadType,
  payloadType: ({ payloadType }) => payloadType,
  length: ({ bytes }) => bytes.length - 8,
  node_type: ({ nodeTypeCode }) => nodeTypeCode,
  max_sockets: ({ maxConcurrentSockets }) => maxConcurrentSockets,
  sockets: ({ openSockets }) => openSockets,
  max_data_size: ({ maxDataSizeBytes }) => maxDataSizeBytes,
  source_address: ({ sourceAddress, entityAddress }) => sourceAddress ?? entityAddress,
  target_address: ({ targetAddress }) => targetAddress,
  activation_type: ({ activationType }) => activationType,
  reserved_iso: ({ reserved }) => reserved,
  reserved_oem: ({ manufacturerData }) => Number.parseInt(bytesToHex(manufacturerData), 16),
  tester_logical_address: ({ clientAddress }) => clientAddress,
  response_code: ({ responseCode }) => responseCode,
  diag_ack_code: ({ ackCode }) => ackCode,
};

/** What is wrong with our reading of a row, or `undefined`. */
export function checkDoip(hex: string, expected: Loose, udsHex: string | undefined): string | undefined {
  const result = decodeDoip(hexToBytes(hex));
  if (!result.ok) return result.error.code;
  if (bytesToHex(encodeDoip(result.value)) !== hex) return "written otherwise";
  const { Header, uds, ...own } = expected;
  for (const [field, wanted] of Object.entries({ ...Header, ...own })) {
    const name = field.replace(/^doip\./, "");
    const read = fields[name];
    if (read === undefined) return `no reading for ${field}`;
    const found = read(result.value);
    if (found !== Number(wanted)) return `${field}: ${String(found)}`;
  }
  if (uds === undefined) return undefined;
  return bytesToHex((result.value as Loose)["userData"]) === udsHex ? checkUds(result.value, uds) : "other user data";
}

/** The fields of UDS that tshark gives: service, direction, session, and the two of a refusal. */
function checkUds(message: DoipMessage, uds: Loose): string | undefined {
  const { userData, sourceAddress, targetAddress } = message as Loose;
  const isReply = Number(uds["uds.reply"]) === 1;
  const result = isReply ? decodeResponse(userData) : decodeRequest(userData);
  if (!result.ok) return result.error.code;
  const value = result.value as Loose;
  const wanted = [
    [sourceAddress, uds["uds.diag_addr_source"]],
    [targetAddress, uds["uds.diag_addr_target"]],
    [value["subFunctionId"], uds["Diagnostic Session Control"]?.["uds.dsc.type"]],
    [Number(value["suppressPosRspMsgIndicationBit"]), uds["Tester Present"]?.["uds.tp.suppress_reply"]],
    [value["requestSid"], uds["Error"]?.["uds.err.sid"]],
    [value["nrc"], uds["Error"]?.["uds.err.code"]],
  ] as const;
  const wrong = wanted.find(([found, expected]) => expected !== undefined && found !== Number(expected));
  return wrong === undefined ? undefined : `of UDS: ${String(wrong[0])}, expected ${String(wrong[1])}`;
}
