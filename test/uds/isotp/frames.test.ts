import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesToHex, hexToBytes } from "../../../src/core/index.ts";
import {
  decodeIsoTpFrame,
  type EncodableIsoTpFrame,
  encodeIsoTpFrame,
  separationTimeUs,
} from "../../../src/uds/isotp/index.ts";

function read(hex: string) {
  const result = decodeIsoTpFrame(hexToBytes(hex));
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

const faultOf = (hex: string) => {
  const result = decodeIsoTpFrame(hexToBytes(hex));
  return result.ok ? undefined : [result.error.code, result.error.path, result.error.offset];
};

describe("the four frames", () => {
  test.each<[string, object]>([
    [
      "023e00aaaaaaaaaa",
      { frame: "single", escaped: false, data: hexToBytes("3e00"), padding: hexToBytes("aaaaaaaaaa") },
    ],
    ["023e00", { frame: "single", padding: new Uint8Array(0) }],
    ["00081122334455667788cc", { frame: "single", escaped: true, data: hexToBytes("1122334455667788") }],
    ["1014620102030405", { frame: "first", escaped: false, length: 20, data: hexToBytes("620102030405") }],
    ["1fff620102030405", { frame: "first", length: 4095 }],
    ["1000000010006201", { frame: "first", escaped: true, length: 4096, data: hexToBytes("6201") }],
    ["1000ffff0000", { frame: "first", escaped: true, length: 0xffff_0000, data: new Uint8Array(0) }],
    ["2f06", { frame: "consecutive", sequenceNumber: 15, data: hexToBytes("06") }],
    ["300805", { frame: "flowControl", flowStatus: "continueToSend", blockSize: 8, separationTimeUs: 5_000 }],
    ["3100f1", { flowStatus: "wait", separationTime: 0xf1, separationTimeUs: 100 }],
    ["320000cc", { flowStatus: "overflow", padding: hexToBytes("cc") }],
    ["370000", { flowStatus: "reserved", flowStatusCode: 7 }],
  ])("%s", (hex, members) => {
    const frame = read(hex);
    expect(frame).toMatchObject(members);
    expect(bytesToHex(encodeIsoTpFrame(frame as EncodableIsoTpFrame))).toBe(hex);
  });

  test("what is missing is a fault, never a zero", () => {
    expect(faultOf("")).toEqual(["ERR_UDS_SHORT", "/frame", 0]);
    expect(faultOf("033e00")).toEqual(["ERR_UDS_SHORT", "/data", 3]);
    expect(faultOf("00")).toEqual(["ERR_UDS_SHORT", "/data", 1]);
    expect(faultOf("0002aa")).toEqual(["ERR_UDS_SHORT", "/data", 3]);
    expect(faultOf("0000")).toEqual(["ERR_UDS_LENGTH_FORMAT", "/data", 1]);
    expect(faultOf("080102030405060708")).toEqual(["ERR_UDS_LENGTH_FORMAT", "/data", 0]);
    expect(faultOf("10")).toEqual(["ERR_UDS_SHORT", "/length", 1]);
    expect(faultOf("1000000010")).toEqual(["ERR_UDS_SHORT", "/length", 5]);
    expect(faultOf("3000")).toEqual(["ERR_UDS_SHORT", "/separationTime", 2]);
    expect(faultOf("400000")).toEqual(["ERR_UDS_RESERVED_VALUE", "/frame", 0]);
  });

  test("the shortest form of a length, where none is asked for", () => {
    const single = (length: number) => encodeIsoTpFrame({ frame: "single", data: new Uint8Array(length) });
    expect([...single(7).subarray(0, 2)]).toEqual([7, 0]);
    expect([...single(8).subarray(0, 2)]).toEqual([0, 8]);
    const first = (length: number) => bytesToHex(encodeIsoTpFrame({ frame: "first", length, data: new Uint8Array(0) }));
    expect([first(8), first(4095), first(4096)]).toEqual(["1008", "1fff", "100000001000"]);
  });

  test("separation times, with reserved codes as the longest", () => {
    const times = [0, 1, 0x7f, 0x80, 0xf0, 0xf1, 0xf9, 0xfa, 0xff].map(separationTimeUs);
    expect(times).toEqual([0, 1_000, 127_000, 127_000, 127_000, 100, 900, 127_000, 127_000]);
    expect(() => separationTimeUs(256)).toThrow(RangeError);
  });
});

test("any bytes give an answer, and what is accepted is written again", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const result = decodeIsoTpFrame(bytes);
      if (result.ok) expect(encodeIsoTpFrame(result.value as EncodableIsoTpFrame)).toEqual(bytes);
      else expect(result.error.offset).toBeLessThanOrEqual(bytes.length);
    }),
  );
});

test.each<[object, string]>([
  [{ frame: "single", data: new Uint8Array(0) }, "/data"],
  [{ frame: "single", escaped: false, data: new Uint8Array(8) }, "/data"],
  [{ frame: "single", data: new Uint8Array(256) }, "/data"],
  [{ frame: "first", length: 0, data: new Uint8Array(0) }, "/length"],
  [{ frame: "first", length: 4096, escaped: false, data: new Uint8Array(0) }, "/length"],
  [{ frame: "first", length: 2 ** 32, data: new Uint8Array(0) }, "/length"],
  [{ frame: "consecutive", sequenceNumber: 16, data: new Uint8Array(1) }, "/sequenceNumber"],
  [{ frame: "flowControl", flowStatusCode: -1, blockSize: 0, separationTime: 0 }, "/flowStatusCode"],
  [{ frame: "flowControl", flowStatusCode: 0, blockSize: 256, separationTime: 0 }, "/blockSize"],
])("%o cannot be written", (frame, path) => {
  expect(() => encodeIsoTpFrame(frame as EncodableIsoTpFrame)).toThrow(
    expect.objectContaining({ code: "ERR_UDS_VALUE", path }),
  );
});
