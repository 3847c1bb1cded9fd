/** The fields of Wireshark 4.0 for UDS in the members of otakit's messages; those of its 13 services that it takes apart. */

import { bytesToHex } from "otakit/core";

type Members = Readonly<Record<string, unknown>>;
type Reader = (members: Members) => unknown;

const subFunction: Reader = ({ subFunctionId }) => subFunctionId;
const member =
  (name: string): Reader =>
  (members) =>
    members[name];

/** Identifier of a record, or of the first one that otakit keeps as bytes. */
const identifier: Reader = ({ dataIdentifier, dataIdentifiers, records, undecoded }) => {
  if (dataIdentifiers !== undefined) return dataIdentifiers;
  if (dataIdentifier !== undefined) return dataIdentifier;
  const [first] = records as readonly Members[];
  if (first !== undefined) return first["dataIdentifier"];
  const { bytes } = undecoded as { readonly bytes: Uint8Array };
  return (bytes[0]! << 8) | bytes[1]!;
};

/** Readers by name; numbers, lists of numbers and bytes. */
export const tsharkFields: Readonly<Record<string, Reader>> = {
  "uds.dsc.type": subFunction,
  "uds.er.type": subFunction,
  "uds.rdtci.type": ({ subFunctionId, suppressPosRspMsgIndicationBit }) =>
    (subFunctionId as number) + (suppressPosRspMsgIndicationBit === true ? 0x80 : 0),
  "uds.rdbi.data_identifier": identifier,
  "uds.sa.type": subFunction,
  "uds.sa.key": ({ securityKey, securityAccessDataRecord }) => securityKey ?? securityAccessDataRecord,
  "uds.sa.seed": member("securitySeed"),
  "uds.wdbi.data_identifier": identifier,
  "uds.wdbi.data_record": member("dataRecord"),
  "uds.iocbi.data_identifier": identifier,
  "uds.iocbi.parameter": member("inputOutputControlParameterId"),
  "uds.iocbi.state": ({ controlState, controlEnableMask }) =>
    Uint8Array.of(...(controlState as Uint8Array), ...((controlEnableMask as Uint8Array | undefined) ?? [])),
  "uds.rc.type": subFunction,
  "uds.rc.identifier": member("routineIdentifier"),
  "uds.rc.option_record": member("routineControlOptionRecord"),
  "uds.rd.compression_method": ({ dataFormatIdentifier }) => (dataFormatIdentifier as number) >> 4,
  "uds.rd.encrypting_method": ({ dataFormatIdentifier }) => (dataFormatIdentifier as number) & 15,
  "uds.rd.memory_size_length": ({ addressAndLengthFormatIdentifier }) =>
    (addressAndLengthFormatIdentifier as number) >> 4,
  "uds.rd.memory_address_length": ({ addressAndLengthFormatIdentifier }) =>
    (addressAndLengthFormatIdentifier as number) & 15,
  "uds.rd.memory_address": member("memoryAddress"),
  "uds.rd.memory_size": member("memorySize"),
  "uds.rd.max_number_of_block_length_length": ({ lengthFormatIdentifier }) => (lengthFormatIdentifier as number) >> 4,
  "uds.rd.max_number_of_block_length": member("maxNumberOfBlockLength"),
  "uds.td.block_sequence_counter": member("blockSequenceCounter"),
  "uds.err.sid": member("requestSid"),
  "uds.err.code": member("nrc"),
  "uds.cdtcs.type": subFunction,
};

/** Our value of a field in tshark's words: numbers as decimal text, with commas between several; bytes as hexadecimal digits. */
export function tsharkField(name: string, members: Members): string | undefined {
  const value = tsharkFields[name]!(members);
  if (value === undefined) return undefined;
  return value instanceof Uint8Array ? bytesToHex(value) : String(value);
}
