import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesToHex, hexToBytes } from "../../../src/core/index.ts";
import {
  type DoipMessage,
  decodeDoip,
  doipMessageName,
  type EncodableDoipMessage,
  encodeDoip,
  isDoipIdentifierSet,
} from "../../../src/uds/doip/index.ts";
import { doipMessage } from "./arbitraries.ts";

function read(hex: string): DoipMessage {
  const result = decodeDoip(hexToBytes(hex));
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

function faultOf(hex: string) {
  const result = decodeDoip(hexToBytes(hex));
  if (result.ok) throw new Error(`decoded ${result.value.message}`);
  return result;
}

describe("every payload type", () => {
  const vin = bytesToHex(new TextEncoder().encode("WVWZZZ1KZAW000001"));
  test.each<[string, object]>([
    ["02fd00000000000104", { message: "genericNegativeAcknowledge", nackCode: 4, nack: "invalidPayloadLength" }],
    ["02fd000000000001ff", { nackCode: 255, nack: "other" }],
    ["ff00000100000000", { message: "vehicleIdentificationRequest", version: 0xff }],
    ["03fc000200000006001a37bfee74", { eid: hexToBytes("001a37bfee74") }],
    [`03fc000300000011${vin}`, { vin: "WVWZZZ1KZAW000001" }],
    [
      `03fc000400000021${vin}1000001a37bfee74ffffffffffff1010`,
      {
        message: "vehicleIdentificationResponse",
        vin: "WVWZZZ1KZAW000001",
        logicalAddress: 0x1000,
        eid: hexToBytes("001a37bfee74"),
        gid: hexToBytes("ffffffffffff"),
        furtherAction: "routingActivationForCentralSecurity",
        synchronization: "incomplete",
      },
    ],
    [
      "02fd00050000000b0e80e00000000001020304",
      {
        sourceAddress: 0x0e80,
        activationType: 0xe0,
        activation: "centralSecurity",
        reserved: 0,
        manufacturerData: hexToBytes("01020304"),
      },
    ],
    [
      "02fd0006000000090e8040101000000000",
      { clientAddress: 0x0e80, entityAddress: 0x4010, responseCode: 0x10, response: "activated" },
    ],
    ["02fd000700000000", { message: "aliveCheckRequest" }],
    ["02fd0008000000020e80", { message: "aliveCheckResponse", sourceAddress: 0x0e80 }],
    ["02fd400100000000", { message: "entityStatusRequest" }],
    [
      "02fd40020000000701100100001000",
      { nodeType: "node", maxConcurrentSockets: 16, openSockets: 1, maxDataSizeBytes: 4096 },
    ],
    ["02fd400300000000", { message: "powerModeRequest" }],
    ["02fd40040000000102", { powerMode: "notSupported" }],
    [
      "02fd8001000000060e8040101002",
      { message: "diagnosticMessage", sourceAddress: 0x0e80, targetAddress: 0x4010, userData: hexToBytes("1002") },
    ],
    ["02fd80020000000540100e8000", { ack: "acknowledged", previousMessage: new Uint8Array(0) }],
    ["02fd80030000000740100e80061002", { nack: "targetUnreachable", previousMessage: hexToBytes("1002") }],
    ["02fdf00000000002abcd", { message: "unknown", payloadType: 0xf000, payload: hexToBytes("abcd") }],
    ["02fd800400000000", { message: "unknown", payloadType: 0x8004 }],
  ])("%s", (hex, members) => {
    const message = read(hex);
    expect(message).toMatchObject(members);
    expect(bytesToHex(encodeDoip(message as EncodableDoipMessage))).toBe(hex);
  });

  test("what may be absent is absent, never zero", () => {
    expect(read(`03fc000400000020${vin}1000001a37bfee7400000000000000`)).not.toHaveProperty("synchronizationCode");
    expect(read("02fd400200000003000100")).not.toHaveProperty("maxDataSizeBytes");
    expect(read("02fd0005000000070e800000000000")).not.toHaveProperty("manufacturerData");
  });

  test("a VIN that is no text stays bytes, and what is not set is known", () => {
    const notSet = read(`02fd000300000011${"ff".repeat(17)}`) as DoipMessage & { readonly vin: string | Uint8Array };
    expect(notSet.vin).toEqual(new Uint8Array(17).fill(0xff));
    expect(isDoipIdentifierSet(notSet.vin)).toBe(false);
    expect(isDoipIdentifierSet(new Uint8Array(6))).toBe(false);
    expect(isDoipIdentifierSet(hexToBytes("000000000001"))).toBe(true);
    expect(isDoipIdentifierSet(hexToBytes("ff00ff00ff00"))).toBe(true);
    expect(isDoipIdentifierSet("WVWZZZ1KZAW000001")).toBe(true);
  });

  test("the draft of 2010 has an activation type of two bytes, or of one", () => {
    expect(read("01fe0005000000080e80000100000000")).toMatchObject({ activationType: 1, activationTypeLength: 2 });
    expect(read("01fe0005000000070e800100000000")).toMatchObject({ activationType: 1, activationTypeLength: 1 });
    expect(faultOf("02fd0005000000080e80000100000000").error.code).toBe("ERR_UDS_SHORT");
  });

  test("names of payload types", () => {
    expect(doipMessageName(0x8003)).toBe("diagnosticMessageNegativeAcknowledge");
    expect(doipMessageName(0x8004)).toBeUndefined();
  });
});

describe("faults", () => {
  test("a wrong pattern is known from two bytes on", () => {
    expect(faultOf("02fe").error).toMatchObject({
      code: "ERR_UDS_DOIP_PATTERN",
      offset: 0,
      details: { version: 2, inverse: 0xfe, nackCode: 0 },
    });
  });

  test("a datagram that ends too early, or goes on", () => {
    expect(faultOf("02").error).toMatchObject({ code: "ERR_UDS_SHORT", path: "/header", details: { wanted: 8 } });
    expect(faultOf("02fd8001000000060e80").error).toMatchObject({ path: "/payload", details: { wanted: 14 } });
    const long = faultOf("02fd00070000000000");
    expect(long.error).toMatchObject({ code: "ERR_UDS_TRAILING_BYTES", offset: 8 });
    expect(long.partial).toMatchObject({ message: "aliveCheckRequest" });
  });

  test("a payload of another length than its type has asks for the fifth acknowledge", () => {
    const codes = ["02fd00070000000100", "02fd0008000000010e", "02fd4002000000040001000f"].map(
      (hex) => faultOf(hex).error,
    );
    expect(codes.map(({ code, path, details }) => [code, path, details?.["nackCode"]])).toEqual([
      ["ERR_UDS_TRAILING_BYTES", "", 4],
      ["ERR_UDS_SHORT", "/sourceAddress", 4],
      ["ERR_UDS_SHORT", "/maxDataSizeBytes", 4],
    ]);
  });

  test("leniency leaves out what follows the layout, and says so", () => {
    const result = decodeDoip(hexToBytes("02fd00070000000100"), { leniency: { trailing: "report" } });
    expect(result.ok && result.warnings.map(({ code }) => code)).toEqual(["trailing_bytes_ignored"]);
  });
});

describe("laws", () => {
  test("what is written is read, and read as it was written", () => {
    fc.assert(
      fc.property(doipMessage, (message) => {
        const bytes = encodeDoip(message);
        const result = decodeDoip(bytes);
        if (!result.ok) throw new Error(result.error.message);
        expect(result.value).toMatchObject(message);
        expect(result.value.bytes).toBe(bytes);
        expect(bytesToHex(encodeDoip(result.value as EncodableDoipMessage))).toBe(bytesToHex(bytes));
      }),
    );
  });

  test("a message cut at any byte is a fault inside it", () => {
    fc.assert(
      fc.property(doipMessage, (message) => {
        const bytes = encodeDoip(message);
        for (let length = 0; length < bytes.length; length++) {
          const result = decodeDoip(bytes.subarray(0, length));
          expect(result.ok).toBe(false);
          if (!result.ok) expect(result.error).toMatchObject({ code: "ERR_UDS_SHORT", offset: length });
        }
      }),
    );
  });

  test("any bytes give an answer, and what is accepted is written again", () => {
    const header = fc.constantFrom("02fd0004", "01fe0005", "02fd8001", "03fc4002").map((hex) => [...hexToBytes(hex)]);
    fc.assert(
      fc.property(header, fc.uint8Array({ maxLength: 45 }), (head, payload) => {
        const bytes = Uint8Array.of(...head, 0, 0, 0, payload.length, ...payload);
        const result = decodeDoip(bytes);
        if (result.ok) expect(encodeDoip(result.value as EncodableDoipMessage)).toEqual(bytes);
        else expect(result.error.offset).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });
});

describe("what cannot be written", () => {
  test.each<[object, string]>([
    [{ message: "aliveCheckRequest", version: 256 }, "/version"],
    [{ message: "aliveCheckRequest", version: 1.5 }, "/version"],
    [{ message: "vehicleIdentificationRequestWithVin", vin: "SHORT" }, "/vin"],
    [{ message: "vehicleIdentificationRequestWithVin", vin: "WVWZZZ1KZAW00000é" }, "/vin"],
    [{ message: "vehicleIdentificationRequestWithEid", eid: new Uint8Array(5) }, "/eid"],
    [{ message: "routingActivationRequest", sourceAddress: 0x10000, activationType: 0 }, "/sourceAddress"],
    [{ message: "routingActivationRequest", sourceAddress: 1, activationType: 256 }, "/activationType"],
    [
      { message: "routingActivationRequest", sourceAddress: 1, activationType: 1, activationTypeLength: 2 },
      "/activationTypeLength",
    ],
    [
      { message: "routingActivationRequest", version: 1, sourceAddress: 1, activationType: 1, activationTypeLength: 3 },
      "/activationTypeLength",
    ],
    [
      {
        message: "routingActivationResponse",
        clientAddress: 1,
        entityAddress: 2,
        responseCode: 16,
        manufacturerData: new Uint8Array(3),
      },
      "/manufacturerData",
    ],
    [{ message: "unknown", payloadType: 0x10000, payload: new Uint8Array(0) }, "/payloadType"],
  ])("%o", (message, path) => {
    expect(() => encodeDoip(message as EncodableDoipMessage)).toThrow(
      expect.objectContaining({ code: "ERR_UDS_VALUE", path }),
    );
  });
});
