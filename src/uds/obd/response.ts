/** Reads the answers of OBD-II. What cannot be told apart ends the reading and stays bytes. */

import type { DecodeOptions, UdsResult } from "../decoding.ts";
import { formatTwoByteDtc } from "../dtc.ts";
import { decodeNegativeResponse, type NegativeResponse } from "../negative-response.ts";
import { PduReader } from "../pdu-reader.ts";
import type { Undecoded } from "../undecoded.ts";
import { otherResponse, type UnknownResponse } from "../unknown-response.ts";
import { itemLength, readBitmap, readInformation } from "./information.ts";
import { isBitmap, supportedIn } from "./layout.ts";
import type {
  FreezeFrameResponse,
  ObdMonitorResult,
  ObdParameter,
  ObdResponse,
  ObdVehicleInformation,
  TroubleCodesResponse,
} from "./messages.ts";
import { readParameter } from "./parameter.ts";
import { parameterLayout } from "./parameters.ts";
import { rawResult, scaledResult } from "./scaling.ts";

/** Options of the decoder of answers. */
export interface ObdDecodeOptions extends Pick<DecodeOptions, "leniency" | "limits"> {
  /**
   * Whether the lists of services 03, 07 and 0A begin with a count: `"counted"` (CAN, the default) or `"uncounted"` (K-line, J1850). The
   * message does not say it, and it is never guessed.
   */
  readonly codeList?: "counted" | "uncounted";
}

/**
 * Decodes an answer of services 01 to 0A, or a refusal; another message comes back as `unknown`. Never throws for bytes.
 *
 * A parameter whose length is not known ends the reading: it and all that follows is `undecoded`. Services 06 and 09 are read as on CAN.
 *
 * Standard: SAE J1979 / ISO 15031-5.
 *
 * @returns or a fault: `ERR_UDS_SHORT` or `ERR_UDS_LIMIT` (`partial` holds the complete records), `ERR_UDS_TRAILING_BYTES`
 * @throws RangeError for a limit that is none
 * @example
 * ```ts
 * const answer = decodeObdResponse(hexToBytes("410c1af80d32"));
 * if (answer.ok && answer.value.kind === "positive" && answer.value.service === 0x01) {
 *   answer.value.parameters[0].readings; // [{ name: "engineSpeed", value: 1726, unit: "rpm", raw: 6904 }]
 * }
 * ```
 */
export function decodeObdResponse(
  bytes: Uint8Array,
  options: ObdDecodeOptions = {},
): UdsResult<ObdResponse | NegativeResponse | UnknownResponse> {
  const pdu = new PduReader(bytes, options);
  switch (bytes[0]) {
    case 0x41:
      return currentData(pdu);
    case 0x42:
      return freezeFrames(pdu);
    case 0x43:
    case 0x47:
    case 0x4a:
      return options.codeList === "uncounted" ? uncountedCodes(pdu) : countedCodes(pdu);
    case 0x44:
      return pdu.finish<ObdResponse>({ kind: "positive", service: 0x04, bytes });
    case 0x45:
      return oxygenSensorTest(pdu);
    case 0x46:
      return monitorResults(pdu);
    case 0x48:
      return control(pdu);
    case 0x49:
      return vehicleInformation(pdu);
    case 0x7f:
      return decodeNegativeResponse(bytes, options);
    default:
      return otherResponse(bytes);
  }
}

function currentData(pdu: PduReader): UdsResult<ObdResponse> {
  const parameters: ObdParameter[] = [];
  const undecoded = readEach(pdu, "/parameters", parameters, () => {
    const pid = pdu.u8("/pid");
    const layout = parameterLayout(pid);
    return layout && (() => parameter(pdu, pid, layout));
  });
  const { bytes } = pdu;
  return pdu.finishPartly<ObdResponse>({ kind: "positive", service: 0x01, parameters, ...undecoded, bytes });
}

function freezeFrames(pdu: PduReader): UdsResult<ObdResponse> {
  const parameters: FreezeFrameResponse["parameters"][number][] = [];
  const undecoded = readEach(pdu, "/parameters", parameters, () => {
    const pid = pdu.u8("/pid");
    const layout = parameterLayout(pid);
    return (
      layout &&
      (() => {
        const frame = pdu.u8("/frame");
        return { ...parameter(pdu, pid, layout), frame };
      })
    );
  });
  const { bytes } = pdu;
  return pdu.finishPartly<ObdResponse>({ kind: "positive", service: 0x02, parameters, ...undecoded, bytes });
}

/**
 * Reads records, at least one, until the message ends or one is not known.
 *
 * @param begin - reads the identifier and gives the reader of the rest, or `undefined` where nobody knows how long it is
 */
function readEach<Item>(
  pdu: PduReader,
  path: string,
  items: Item[],
  begin: () => (() => Item) | undefined,
): { readonly undecoded?: Undecoded } {
  let undecoded: Undecoded | undefined;
  while (undecoded === undefined && (pdu.item(path, items.length) || pdu.missing(path, items.length))) {
    const offset = pdu.position;
    const read = begin();
    if (pdu.failed) break;
    if (read === undefined) {
      pdu.rest();
      undecoded = { offset, bytes: pdu.bytes.subarray(offset), reason: "unknown_parameter" };
    } else {
      const item = read();
      if (pdu.failed) break;
      items.push(item);
    }
  }
  pdu.leave();
  return undecoded === undefined ? {} : { undecoded };
}

function parameter(pdu: PduReader, pid: number, layout: NonNullable<ReturnType<typeof parameterLayout>>): ObdParameter {
  const data = pdu.take(layout.length, "/data");
  return pdu.failed ? { pid, name: layout.name, data, readings: [] } : readParameter(pid, layout, data);
}

type Code = TroubleCodesResponse["dtcs"][number];

function readCode(pdu: PduReader): Code {
  const offset = pdu.position;
  const code = pdu.u16("/code");
  return { code, display: formatTwoByteDtc(code), offset };
}

function codes(pdu: PduReader, dtcs: readonly Code[], places?: number): UdsResult<ObdResponse> {
  const { bytes, warnings } = pdu;
  const service = (bytes[0]! - 0x40) as TroubleCodesResponse["service"];
  const counted = places === undefined;
  return pdu.finishPartly<ObdResponse>({
    kind: "positive",
    service,
    dtcs,
    counted,
    ...(counted ? {} : { places }),
    bytes,
    warnings,
  });
}

function countedCodes(pdu: PduReader): UdsResult<ObdResponse> {
  const count = pdu.u8("/count");
  const dtcs: Code[] = [];
  while (dtcs.length < count && !pdu.failed) {
    if (!pdu.item("/dtcs", dtcs.length)) {
      if (!pdu.failed) pdu.take(2, `/dtcs/${dtcs.length}/code`);
      break;
    }
    const code = readCode(pdu);
    if (!pdu.failed) dtcs.push(code);
  }
  pdu.leave();
  return codes(pdu, dtcs);
}

function uncountedCodes(pdu: PduReader): UdsResult<ObdResponse> {
  const dtcs: Code[] = [];
  let places = 0;
  while (pdu.item("/dtcs", places)) {
    const code = readCode(pdu);
    if (pdu.failed) break;
    places++;
    if (code.code !== 0) dtcs.push(code);
  }
  pdu.leave();
  return codes(pdu, dtcs, places);
}

function oxygenSensorTest(pdu: PduReader): UdsResult<ObdResponse> {
  const { bytes } = pdu;
  const testId = pdu.u8("/testId");
  if (isBitmap(testId)) {
    const data = pdu.take(4, "/data");
    if (pdu.failed) return pdu.fail();
    return pdu.finish<ObdResponse>({
      kind: "positive",
      service: 0x05,
      testId,
      supported: supportedIn(testId, data),
      data,
      bytes,
    });
  }
  const sensor = pdu.u8("/sensor");
  return pdu.finish<ObdResponse>({
    kind: "positive",
    service: 0x05,
    testId,
    sensor,
    data: pdu.rest("/data", 1),
    bytes,
  });
}

function monitorResults(pdu: PduReader): UdsResult<ObdResponse> {
  const results: ObdMonitorResult[] = [];
  readEach(pdu, "/results", results, () => {
    const monitorId = pdu.u8("/monitorId");
    return () => monitorResult(pdu, monitorId);
  });
  const { bytes } = pdu;
  return pdu.finishPartly<ObdResponse>({ kind: "positive", service: 0x06, results, bytes });
}

function monitorResult(pdu: PduReader, monitorId: number): ObdMonitorResult {
  if (isBitmap(monitorId)) {
    const data = pdu.take(4, "/data");
    return { monitorId, supported: pdu.failed ? [] : supportedIn(monitorId, data), data };
  }
  const testId = pdu.u8("/testId");
  const scalingId = pdu.u8("/scalingId");
  const value = rawResult(scalingId, pdu.u16("/value"));
  const minimum = rawResult(scalingId, pdu.u16("/minimum"));
  const maximum = rawResult(scalingId, pdu.u16("/maximum"));
  const raw = { value, minimum, maximum };
  const result = { monitorId, testId, scalingId, raw };
  if (value === 0 && minimum === 0 && maximum === 0) return { ...result, outcome: "notCompleted" };
  const outcome = value >= minimum && value <= maximum ? "passed" : "failed";
  const scaled = scaledResult(scalingId, value);
  if (scaled === undefined) return { ...result, outcome };
  return {
    ...result,
    outcome,
    ...scaled,
    minimum: scaledResult(scalingId, minimum)!.value,
    maximum: scaledResult(scalingId, maximum)!.value,
  };
}

function control(pdu: PduReader): UdsResult<ObdResponse> {
  const { bytes } = pdu;
  const testId = pdu.u8("/testId");
  const data = isBitmap(testId) ? pdu.take(4, "/data") : pdu.rest("/data");
  if (pdu.failed) return pdu.fail();
  const supported = isBitmap(testId) ? { supported: supportedIn(testId, data) } : {};
  return pdu.finish<ObdResponse>({ kind: "positive", service: 0x08, testId, ...supported, data, bytes });
}

function vehicleInformation(pdu: PduReader): UdsResult<ObdResponse> {
  const information: ObdVehicleInformation[] = [];
  const undecoded = readEach(pdu, "/information", information, () => {
    const infoType = pdu.u8("/infoType");
    const length = itemLength(infoType);
    if (!isBitmap(infoType)) return length === undefined ? undefined : () => items(pdu, infoType, length);
    return () => {
      const data = pdu.take(4, "/items/0");
      return pdu.failed ? { infoType, name: "", items: [] } : readBitmap(infoType, data);
    };
  });
  const { bytes } = pdu;
  return pdu.finishPartly<ObdResponse>({ kind: "positive", service: 0x09, information, ...undecoded, bytes });
}

function items(pdu: PduReader, infoType: number, length: number): ObdVehicleInformation {
  const count = pdu.u8("/count");
  const found: Uint8Array[] = [];
  while (found.length < count && !pdu.failed) found.push(pdu.take(length, `/items/${found.length}`));
  return pdu.failed ? { infoType, name: "", items: [] } : readInformation(infoType, found);
}
