/** Writes the answers of OBD-II, for simulated control units and tests. */

import type { Bytes } from "../../core/index.ts";
import { PduWriter } from "../pdu-writer.ts";
import { itemLength } from "./information.ts";
import { isBitmap } from "./layout.ts";
import type { EncodableObdResponse } from "./messages.ts";
import { parameterLayout } from "./parameters.ts";

type Of<Service extends EncodableObdResponse["service"]> = EncodableObdResponse & { readonly service: Service };

/**
 * Writes a positive answer; every decoded one becomes the message that it was decoded from.
 *
 * Standard: SAE J1979 / ISO 15031-5.
 *
 * @throws `UdsError` `ERR_UDS_VALUE` for a number out of range, or data that are not as long as the table says
 * @example
 * ```ts
 * encodeObdResponse({ service: 0x03, counted: true, dtcs: [{ code: parseTwoByteDtc("P0420") }] }); // bytes 43 01 04 20
 * ```
 */
export function encodeObdResponse(response: EncodableObdResponse): Bytes {
  const pdu = new PduWriter(response.service + 0x40, 16);
  switch (response.service) {
    case 0x01:
    case 0x02:
      writeParameters(pdu, response);
      break;
    case 0x03:
    case 0x07:
    case 0x0a:
      writeCodes(pdu, response);
      break;
    case 0x05:
      pdu.u8(response.testId, "/testId");
      if (isBitmap(response.testId)) pdu.fixed(response.data, 4, "/data");
      else pdu.u8(response.sensor as number, "/sensor").bytes(response.data, "/data", 1);
      break;
    case 0x06:
      writeResults(pdu, response);
      break;
    case 0x08:
      pdu.u8(response.testId, "/testId");
      if (isBitmap(response.testId)) pdu.fixed(response.data, 4, "/data");
      else pdu.bytes(response.data, "/data");
      break;
    case 0x09:
      writeInformation(pdu, response);
      break;
    default:
  }
  return pdu.finish();
}

function writeRest(
  pdu: PduWriter,
  path: string,
  count: number,
  undecoded: { readonly bytes: Uint8Array } | undefined,
): void {
  pdu.leave();
  if (undecoded !== undefined) pdu.bytes(undecoded.bytes, "/undecoded/bytes", 1);
  else if (count === 0) throw pdu.wrong(path, "expected at least one");
}

function writeParameters(pdu: PduWriter, response: Of<0x01> | Of<0x02>): void {
  for (const [index, parameter] of response.parameters.entries()) {
    const { pid, data } = parameter;
    pdu.item("/parameters", index).u8(pid, "/pid");
    if (response.service === 0x02) pdu.u8((parameter as Of<0x02>["parameters"][number]).frame, "/frame");
    const layout = parameterLayout(pid);
    if (layout === undefined) throw pdu.wrong("/pid", "expected a parameter of known length");
    pdu.fixed(data, layout.length, "/data");
  }
  writeRest(pdu, "/parameters", response.parameters.length, response.undecoded);
}

function writeCodes(pdu: PduWriter, { dtcs, counted, places }: Of<0x03 | 0x07 | 0x0a>): void {
  if (counted) {
    pdu.u8(dtcs.length, "/dtcs");
    for (const [index, { code }] of dtcs.entries()) pdu.item("/dtcs", index).u16(code, "/code");
    return;
  }
  const wanted = places ?? Math.max(3, Math.ceil(dtcs.length / 3) * 3);
  let next = 0;
  for (let place = 0; place < wanted; place++) {
    const dtc = dtcs[next];
    // Without `places`, the codes stand one behind the other.
    const stands =
      dtc !== undefined && (places === undefined || dtc.offset === undefined || dtc.offset === 1 + 2 * place);
    pdu.item("/dtcs", next).u16(stands ? dtc.code : 0, "/code");
    if (stands) next++;
  }
  if (next < dtcs.length) throw pdu.leave().wrong("/places", "expected a place for each code at its offset");
}

function writeResults(pdu: PduWriter, { results }: Of<0x06>): void {
  for (const [index, result] of results.entries()) {
    pdu.item("/results", index).u8(result.monitorId, "/monitorId");
    if ("data" in result) {
      if (!isBitmap(result.monitorId)) throw pdu.wrong("/monitorId", "expected the number of a bitmap");
      pdu.fixed(result.data, 4, "/data");
    } else {
      if (isBitmap(result.monitorId)) throw pdu.wrong("/monitorId", "expected the number of a monitor");
      const { testId, scalingId, raw } = result;
      pdu.u8(testId, "/testId").u8(scalingId, "/scalingId");
      for (const name of ["value", "minimum", "maximum"] as const) {
        const number = raw[name];
        pdu.u16(scalingId >= 0x80 && number < 0 ? number + 0x10000 : number, `/raw/${name}`);
      }
    }
  }
  writeRest(pdu, "/results", results.length, undefined);
}

function writeInformation(pdu: PduWriter, { information, undecoded }: Of<0x09>): void {
  for (const [index, { infoType, items }] of information.entries()) {
    pdu.item("/information", index).u8(infoType, "/infoType");
    const length = isBitmap(infoType) ? 4 : itemLength(infoType);
    if (length === undefined) throw pdu.wrong("/infoType", "expected a type of known length");
    if (!isBitmap(infoType)) pdu.u8(items.length, "/items");
    else if (items.length !== 1) throw pdu.wrong("/items", "expected one bitmap");
    for (const [place, item] of items.entries()) pdu.fixed(item, length, `/items/${place}`);
  }
  writeRest(pdu, "/information", information.length, undecoded);
}
