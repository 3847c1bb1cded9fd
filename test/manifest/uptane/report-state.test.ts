import { describe, expect, it } from "vitest";
import { createReportState, parseReportState, type UptaneReportState } from "../../../src/manifest/index.ts";
import { errorOf } from "../../error-of.ts";
import { bytesOf, type Loose, now } from "./report-fixture.ts";

/** As the first release wrote it: this text stays. */
const stored =
  '{"schema":"otakit.uptane-report-state/1","vehicleId":"veh-1","ecus":{"brake":{"counter":12,"timeMs":1795564800000},' +
  '"gateway":{"timeMs":1795564800000,"nonces":["0123456789abcdef"]},"door":{}}}';

const parse = (document: Loose) => parseReportState(bytesOf(document));

describe("report state", () => {
  it("reads what the first release stored", () => {
    expect(parseReportState(new TextEncoder().encode(stored))).toEqual({
      schema: "otakit.uptane-report-state/1",
      vehicleId: "veh-1",
      ecus: {
        brake: { counter: 12, timeMs: now },
        gateway: { timeMs: now, nonces: ["0123456789abcdef"] },
        door: {},
      },
    });
  });

  it("begins empty", () => {
    const state: UptaneReportState = createReportState("veh-1");
    expect(state).toEqual({ schema: "otakit.uptane-report-state/1", vehicleId: "veh-1", ecus: {} });
    expect(parse(state)).toEqual(state);
  });

  it("refuses one of a later release by its own code", () => {
    expect(
      errorOf(() => parse({ ...createReportState("veh-1"), schema: "otakit.uptane-report-state/2" })),
    ).toMatchObject({
      code: "ERR_MANIFEST_SCHEMA_VERSION",
      path: "/schema",
    });
  });

  it.each<[string, string, Loose]>([
    ["no object", "", []],
    ["no schema", "/schema", { vehicleId: "veh-1", ecus: {} }],
    ["a vehicle that is none", "/vehicleId", { ...createReportState("veh-1"), vehicleId: "a b" }],
    ["a list of ECUs", "/ecus", { ...createReportState("veh-1"), ecus: [] }],
    ["a counter that is none", "/ecus/a/counter", { ...createReportState("veh-1"), ecus: { a: { counter: "1" } } }],
    ["a time that is none", "/ecus/a/timeMs", { ...createReportState("veh-1"), ecus: { a: { timeMs: -1 } } }],
    ["a nonce that is none", "/ecus/a/nonces/1", { ...createReportState("veh-1"), ecus: { a: { nonces: ["x", ""] } } }],
    [
      "257 nonces",
      "/ecus/a/nonces",
      { ...createReportState("veh-1"), ecus: { a: { nonces: Array.from({ length: 257 }, (_, i) => `n${i}`) } } },
    ],
    ["an ECU whose name is none", "/ecus/a b", { ...createReportState("veh-1"), ecus: { "a b": {} } }],
  ])("refuses %s", (_, path, document) => {
    expect(errorOf(() => parse(document))).toMatchObject({ code: "ERR_MANIFEST_SCHEMA", path });
  });

  it("has no place for names of prototypes", () => {
    const text = stored.replace('"door"', '"__proto__"');
    expect(errorOf(() => parseReportState(new TextEncoder().encode(text)))).toMatchObject({
      code: "ERR_MANIFEST_SCHEMA",
    });
    expect(errorOf(() => createReportState("a b"))).toMatchObject({ path: "/vehicleId" });
  });

  it("refuses every beginning of a state", () => {
    const bytes = new TextEncoder().encode(stored);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => parseReportState(bytes.subarray(0, length))).toThrow();
    }
  });
});
