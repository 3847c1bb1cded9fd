/** Rows of python-udsoncan, but for ReadDTCInformation. */

import { bytesToHex } from "otakit/core";
import {
  type DecodeOptions,
  type Dictionary,
  type EncodableRequest,
  encodeRequest,
  type FieldDefinition,
  parseDictionary,
  type RecordDefinition,
} from "otakit/uds";
import {
  decodeRow,
  differs,
  type Members,
  plain,
  plainVector,
  type Row,
  readBack,
  type Verdict,
  vectorBytes,
} from "./row.ts";

/** Rows that are scored otherwise than they say: by row number, with the reason. */
export const udsoncanDistrust: Readonly<Record<number, string>> = {
  37: "python-udsoncan leaves bytes after 0xC5 out without a word",
  92: "python-udsoncan refuses the whole message for one identifier that it does not know",
  517: "python-udsoncan reads the memory location by the format of the request, not by the one beside it",
};

/** Checks a row of operation `decode`. */
export function checkUdsoncanDecode(row: Row, number: number): Verdict {
  const options = optionsOf(row);
  if (number === 37) return checkTrailing(row);
  if (number === 92) return checkUnknownIdentifier(row, options);
  if (row.error !== undefined) return decodeRow(row, options).ok ? "accepted" : undefined;
  return readBack(row, (members) => checkMembers(row.expected as Members, members, number), options);
}

function checkTrailing(row: Row): Verdict {
  if (decodeRow(row).ok) return "trailing bytes accepted";
  const tolerant = decodeRow(row, { leniency: { trailing: "report" } });
  if (!tolerant.ok) return tolerant.error.message;
  const expected = row.expected as Members;
  return differs({ subFunctionId: expected["setting_type_echo"] }, tolerant.value as unknown as Members);
}

function checkUnknownIdentifier(row: Row, options: DecodeOptions): Verdict {
  return readBack(
    row,
    ({ records, undecoded }) => {
      const found = { records: (records as readonly unknown[]).length, ...(undecoded as Members) };
      return differs({ records: 0, offset: 1, reason: "unknown_data_identifier" }, found);
    },
    options,
  );
}

/** Members of our message by the names of python-udsoncan; null where it has none. */
const readers: Readonly<Record<string, (members: Members) => unknown>> = {
  $type: () => "ResponseData",
  session_echo: subFunctionOf,
  reset_type_echo: subFunctionOf,
  setting_type_echo: subFunctionOf,
  control_type_echo: subFunctionOf,
  subfunction_echo: subFunctionOf,
  access_type_echo: subFunctionOf,
  authentication_task_echo: subFunctionOf,
  did_echo: (members) => members["dataIdentifier"] ?? members["dynamicallyDefinedDataIdentifier"],
  control_param_echo: (members) => members["inputOutputControlParameterId"],
  sequence_number_echo: (members) => members["blockSequenceCounter"],
  parameter_records: (members) => members["transferResponseParameterRecord"],
  max_length: (members) => members["maxNumberOfBlockLength"],
  memory_block: (members) => members["dataRecord"],
  alfid_echo: (members) => members["addressAndLengthFormatIdentifier"],
  powerdown_time: (members) => members["powerDownTime"] ?? null,
  timing_param_record: (members) => members["timingParameterResponseRecord"],
  return_value: (members) => members["authenticationReturnParameter"],
  challenge_server: (members) => members["challengeServer"] ?? null,
  ephemeral_public_key_server: (members) => members["ephemeralPublicKeyServer"] ?? null,
  certificate_server: (members) => members["certificateServer"] ?? null,
  session_key_info: (members) => members["sessionKeyInfo"] ?? null,
  proof_of_ownership_server: (members) => members["proofOfOwnershipServer"] ?? null,
  algorithm_indicator: (members) => members["algorithmIndicator"] ?? null,
  needed_additional_parameter: (members) => members["neededAdditionalParameter"] ?? null,
  p2_server_max: (members) => timingOf(members)["p2ServerMaxMs"]! / 1000,
  p2_star_server_max: (members) => timingOf(members)["p2StarServerMaxMs"]! / 1000,
  session_param_records: (members) => {
    const { p2ServerMaxMs, p2StarServerMaxMs } = timingOf(members);
    return [p2ServerMaxMs!, p2StarServerMaxMs! / 10].map((word) => word.toString(16).padStart(4, "0")).join("");
  },
};

function subFunctionOf(members: Members): unknown {
  return members["subFunctionId"] ?? members["inputOutputControlParameterId"];
}

function timingOf(members: Members): Readonly<Record<string, number>> {
  return members["sessionParameterRecord"] as Readonly<Record<string, number>>;
}

function checkMembers(expected: Members, members: Members, number: number): Verdict {
  for (const [name, wanted] of Object.entries(expected)) {
    const verdict = checkMember(name, wanted, members, number);
    if (verdict !== undefined) return `${name}: ${verdict}`;
  }
  return undefined;
}

function checkMember(name: string, wanted: unknown, members: Members, number: number): Verdict {
  if (name === "values") return checkValues(wanted as Members, members);
  if (name === "memory_location_echo") return number === 517 ? undefined : checkLocation(wanted as Members, members);
  // The codec of the row has added one.
  if (name === "decoded_data" && typeof wanted === "number") return checkStub(wanted, members["controlState"]);
  const found = plain(name === "decoded_data" ? members["controlState"] : readers[name]?.(members));
  const value = plainVector(wanted);
  return found === value ? undefined : `wanted ${String(value)}, found ${String(found)}`;
}

function checkLocation({ address, memorysize }: Members, members: Members): Verdict {
  return differs({ memoryAddress: address, memorySize: memorysize }, members);
}

function checkStub(wanted: number, state: unknown): Verdict {
  const [byte] = state as Uint8Array;
  return byte === wanted + 1 ? undefined : `wanted ${wanted}, found ${String(byte)} less one`;
}

/** Values by identifier; numbers as lists, a text, or a number one less than the byte. */
function checkValues(wanted: Members, { records }: Members): Verdict {
  const found = records as readonly {
    readonly dataIdentifier: number;
    readonly values?: readonly { value: unknown }[];
  }[];
  if (found.length !== Object.keys(wanted).length) return `wanted ${Object.keys(wanted).length}, found ${found.length}`;
  for (const { dataIdentifier, values } of found) {
    const expected = wanted[dataIdentifier];
    const list = Array.isArray(expected) ? expected : [typeof expected === "number" ? expected + 1 : expected];
    const own = values?.map(({ value }) => value);
    if (JSON.stringify(own) !== JSON.stringify(list)) return `${dataIdentifier}: found ${JSON.stringify(own)}`;
  }
  return undefined;
}

function optionsOf({ params }: Row): DecodeOptions {
  const configuration = params?.["didconfig"] ?? params?.["ioconfig"];
  return {
    leniency: { zeroPadding: params?.["tolerate_zero_padding"] === true ? "trim" : "reject" },
    ...(configuration === undefined ? {} : { dictionary: dictionaryOf(configuration as Members) }),
  };
}

/** The dictionary that says what the codecs of a row do; those without a length of their own are left out. */
function dictionaryOf(configuration: Members): Dictionary {
  const dids: Record<string, RecordDefinition> = {};
  for (const [id, codec] of Object.entries(configuration)) {
    // The rows with a default ask for identifier 1 alone.
    const identifier = id === "default" ? 1 : Number(id);
    const layout = layoutOf(codec);
    if (layout !== undefined) dids[`0x${identifier.toString(16).padStart(4, "0")}`] = { name: `did ${id}`, layout };
  }
  return parseDictionary({ schema: "otakit.uds-dictionary/1", dids });
}

function layoutOf(codec: unknown): readonly FieldDefinition[] | undefined {
  if (typeof codec === "object" && codec !== null && "string_len" in codec) {
    return [{ name: "text", type: "ascii", length: Number(codec.string_len) }];
  }
  const text = String(codec);
  if (text === ">H") return [{ name: "word", type: "u16" }];
  if (text === "<H") return [{ name: "word", type: "u16", endian: "little" }];
  if (text === "StubbedDidCodec" || text === "StubbedCodec") return [{ name: "byte", type: "u8" }];
  if (/^B+$/.test(text)) return Array.from(text, (_, index) => ({ name: `byte${index}`, type: "u8" as const }));
  return undefined;
}

/** Checks a row of operation `encode`: the message put together from the arguments of python-udsoncan. */
export function checkUdsoncanEncode(row: Row): Verdict {
  const message = messageOf(row.params!, Number.parseInt(row.hex.slice(0, 2), 16));
  if (message === undefined) return "no message for these arguments";
  const written = bytesToHex(encodeRequest(message));
  return written === row.hex.toLowerCase() ? undefined : `written as ${written}`;
}

/** Numbers by name; those that are null are absent. */
function messageOf(params: Members, sid: number): EncodableRequest | undefined {
  const number = (name: string): number => params[name] as number;
  const bytes = (name: string): Uint8Array => vectorBytes(params[name]);
  switch (sid) {
    case 0x10:
      return { service: "diagnosticSessionControl", subFunction: "isoSaeReserved", subFunctionId: number("session") };
    case 0x14: {
      const selection = params["memory_selection"] === null ? {} : { memorySelection: number("memory_selection") };
      return { service: "clearDiagnosticInformation", groupOfDTC: number("group"), ...selection };
    }
    case 0x23:
      return { service: "readMemoryByAddress", ...locationOf(params["memory_location"]) };
    case 0x28: {
      const subFunction = number("control_type") === 3 ? "disableRxAndTx" : "isoSaeReserved";
      const { byte } = params["communication_type"] as { readonly byte: number };
      return {
        service: "communicationControl",
        subFunction,
        subFunctionId: number("control_type"),
        communicationType: byte,
      };
    }
    case 0x29:
      return number("authentication_task") === 4
        ? {
            service: "authentication",
            subFunction: "transmitCertificate",
            certificateEvaluationId: number("certificate_evaluation_id"),
            certificateData: bytes("certificate_data"),
          }
        : {
            service: "authentication",
            subFunction: "requestChallengeForAuthentication",
            communicationConfiguration: number("communication_configuration"),
            algorithmIndicator: bytes("algorithm_indicator"),
          };
    case 0x2c:
      return definitionOf(params);
    case 0x2e:
      return {
        service: "writeDataByIdentifier",
        dataIdentifier: number("did"),
        dataRecord: Uint8Array.of(number("value") >> 8, number("value") & 255),
      };
    case 0x34: {
      const { byte } = params["dfi"] as { readonly byte: number };
      return { service: "requestDownload", dataFormatIdentifier: byte, ...locationOf(params["memory_location"]) };
    }
    case 0x37:
      return { service: "requestTransferExit" };
    case 0x38:
      return fileRequestOf(params);
    case 0x3d:
      return { service: "writeMemoryByAddress", ...locationOf(params["memory_location"]), dataRecord: bytes("data") };
    case 0x83: {
      const id = number("access_type");
      const subFunction = id === 1 ? "readExtendedTimingParameterSet" : "isoSaeReserved";
      return { service: "accessTimingParameter", subFunction, subFunctionId: id };
    }
    case 0x85:
      return { service: "controlDTCSetting", subFunction: "on", dtcSettingControlOptionRecord: bytes("data") };
    case 0x87:
      // Nobody but the manufacturer knows what follows this control type, so the message is its bytes.
      return { kind: "unknown", bytes: Uint8Array.of(0x87, number("control_type")) };
    default:
      return undefined;
  }
}

function locationOf(location: unknown): {
  readonly addressAndLengthFormatIdentifier: number;
  readonly memoryAddress: number;
  readonly memorySize: number;
} {
  const { address, memorysize, alfid } = location as Readonly<Record<string, number>> & {
    readonly alfid: { readonly byte: number };
  };
  return { addressAndLengthFormatIdentifier: alfid.byte, memoryAddress: address!, memorySize: memorysize! };
}

function definitionOf(params: Members): EncodableRequest {
  const did = params["did"] as number | null;
  const service = "dynamicallyDefineDataIdentifier";
  const definition = params["diddef"] as { readonly entries: readonly Members[] } | undefined;
  if (definition === undefined) {
    const target = did === null ? {} : { dynamicallyDefinedDataIdentifier: did };
    return { service, subFunction: "clearDynamicallyDefinedDataIdentifier", ...target };
  }
  const target = { service, dynamicallyDefinedDataIdentifier: did! } as const;
  if (params["subfunction"] === 1) {
    const sources = definition.entries.map((entry) => ({
      sourceDataIdentifier: entry["source_did"] as number,
      positionInSourceDataRecord: entry["position"] as number,
      memorySize: entry["memorysize"] as number,
    }));
    return { ...target, subFunction: "defineByIdentifier", sources };
  }
  const locations = definition.entries.map(({ memloc }) => locationOf(memloc));
  const format = Math.max(...locations.map((location) => location.addressAndLengthFormatIdentifier));
  return {
    ...target,
    subFunction: "defineByMemoryAddress",
    addressAndLengthFormatIdentifier: format,
    sources: locations,
  };
}

function fileRequestOf(params: Members): EncodableRequest {
  const head = { service: "requestFileTransfer", filePathAndName: params["path"] as string } as const;
  const dataFormatIdentifier = (params["dfi"] as { readonly byte: number } | null)?.byte ?? 0;
  if (params["moop"] === 4) return { ...head, modeOfOperation: "readFile", dataFormatIdentifier };
  const size = params["filesize"] as number | { readonly uncompressed: number; readonly compressed: number };
  return {
    ...head,
    modeOfOperation: params["moop"] === 1 ? "addFile" : "replaceFile",
    dataFormatIdentifier,
    fileSizeUncompressed: typeof size === "number" ? size : size.uncompressed,
    fileSizeCompressed: typeof size === "number" ? size : size.compressed,
  };
}
