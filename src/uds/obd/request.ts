/** Requests of OBD-II, in both directions. */

import type { Bytes } from "../../core/index.ts";
import type { DecodeOptions, UdsResult } from "../decoding.ts";
import { PduReader } from "../pdu-reader.ts";
import { PduWriter } from "../pdu-writer.ts";
import { otherRequest, type UnknownRequest } from "../unknown-request.ts";
import type { EncodableObdRequest, ObdRequest } from "./messages.ts";

/** Options of the decoder of requests. */
export type ObdRequestOptions = Pick<DecodeOptions, "leniency" | "limits">;

/**
 * Decodes a request; that of another service comes back as `unknown`. Never throws for bytes, whatever they are.
 *
 * Standard: SAE J1979 / ISO 15031-5.
 *
 * @returns or a fault: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`, `ERR_UDS_LIMIT`
 * @example
 * ```ts
 * const request = decodeObdRequest(hexToBytes("010c0d"));
 * if (request.ok) request.value; // { kind: "request", service: 1, pids: [0x0c, 0x0d], ... }
 * ```
 */
export function decodeObdRequest(
  bytes: Uint8Array,
  options: ObdRequestOptions = {},
): UdsResult<ObdRequest | UnknownRequest> {
  const service = bytes[0];
  const pdu = new PduReader(bytes, options);
  const list = (path: string): number[] => {
    const found: number[] = [];
    while (pdu.item(path, found.length) || pdu.missing(path, found.length)) found.push(pdu.u8());
    pdu.leave();
    return found;
  };
  switch (service) {
    case 0x01:
      return pdu.finish<ObdRequest>({ kind: "request", service, pids: list("/pids"), bytes });
    case 0x02: {
      const parameters: { pid: number; frame: number }[] = [];
      while (pdu.item("/parameters", parameters.length) || pdu.missing("/parameters", parameters.length)) {
        parameters.push({ pid: pdu.u8("/pid"), frame: pdu.u8("/frame") });
      }
      pdu.leave();
      return pdu.finish<ObdRequest>({ kind: "request", service, parameters, bytes });
    }
    case 0x03:
    case 0x04:
    case 0x07:
    case 0x0a:
      return pdu.finish<ObdRequest>({ kind: "request", service, bytes });
    case 0x05:
      return pdu.finish<ObdRequest>({
        kind: "request",
        service,
        testId: pdu.u8("/testId"),
        sensor: pdu.u8("/sensor"),
        bytes,
      });
    case 0x06:
      return pdu.finish<ObdRequest>({ kind: "request", service, monitorIds: list("/monitorIds"), bytes });
    case 0x08: {
      const testId = pdu.u8("/testId");
      return pdu.finish<ObdRequest>({ kind: "request", service, testId, data: pdu.rest("/data"), bytes });
    }
    case 0x09:
      return pdu.finish<ObdRequest>({ kind: "request", service, infoTypes: list("/infoTypes"), bytes });
    default:
      return otherRequest(bytes);
  }
}

/**
 * Writes a request.
 *
 * @throws `UdsError` `ERR_UDS_VALUE` for an empty list or a number that is no byte
 * @example
 * ```ts
 * encodeObdRequest({ service: 0x01, pids: [0x0c, 0x0d] }); // bytes 01 0c 0d
 * ```
 */
export function encodeObdRequest(request: EncodableObdRequest): Bytes {
  const pdu = new PduWriter(request.service, 8);
  const list = (path: string, numbers: readonly number[]): void => {
    if (numbers.length === 0) throw pdu.wrong(path, "expected at least one");
    for (const [index, number] of numbers.entries()) pdu.item(path, index).u8(number);
  };
  switch (request.service) {
    case 0x01:
      list("/pids", request.pids);
      break;
    case 0x02:
      if (request.parameters.length === 0) throw pdu.wrong("/parameters", "expected at least one");
      for (const [index, { pid, frame }] of request.parameters.entries()) {
        pdu.item("/parameters", index).u8(pid, "/pid").u8(frame, "/frame");
      }
      break;
    case 0x05:
      pdu.u8(request.testId, "/testId").u8(request.sensor, "/sensor");
      break;
    case 0x06:
      list("/monitorIds", request.monitorIds);
      break;
    case 0x08:
      pdu.u8(request.testId, "/testId").bytes(request.data, "/data");
      break;
    case 0x09:
      list("/infoTypes", request.infoTypes);
      break;
    default:
  }
  return pdu.finish();
}
