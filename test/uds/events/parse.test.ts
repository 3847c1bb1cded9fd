import { describe, expect, it } from "vitest";
import {
  type FaultEvent,
  faultEventJsonSchema,
  parseFaultEvent,
  safeParseFaultEvent,
} from "../../../src/uds/events/index.ts";
import { errorOf } from "../../error-of.ts";
import { changed, dictionary, eventOf } from "./fixture.ts";

const event = eventOf("5904 042016 6d 02 03 1234 0102 1235 4f 9999 42", { availabilityMask: 0xff }, { dictionary });
const j1939: FaultEvent = {
  ...eventOf("5902ff b80403 2f", { formatIdentifier: 2 }),
  lamps: { mil: "on" },
};

describe("parseFaultEvent", () => {
  it("gives the value itself", () => {
    expect(parseFaultEvent(event)).toBe(event);
    expect(parseFaultEvent(j1939)).toBe(j1939);
    const extended = { ...event, later: [1, { two: 3 }] };
    expect(parseFaultEvent(extended)).toBe(extended);
    expect(safeParseFaultEvent(event)).toEqual({ ok: true, value: event, warnings: [] });
  });

  it.each<[readonly (string | number)[], unknown, string]>([
    [["schema"], undefined, "/schema"],
    [["schema"], 7, "/schema"],
    [["id"], undefined, "/id"],
    [["id"], "x".repeat(67), "/id"],
    [["observedAt"], -1, "/observedAt"],
    [["observedAt"], 2 ** 53, "/observedAt"],
    [["vehicle"], {}, "/vehicle/id"],
    [["vehicle", "id"], "", "/vehicle/id"],
    [["vehicle", "id"], "v".repeat(257), "/vehicle/id"],
    [["ecu"], null, "/ecu"],
    [["ecu", "addressing"], "lin", "/ecu"],
    [["ecu", "address"], 2 ** 32, "/ecu/address"],
    [["source", "protocol"], "kwp", "/source/protocol"],
    [["source", "memory"], "other", "/source/memory"],
    [["source", "report"], "x".repeat(257), "/source/report"],
    [["source", "memorySelection"], 256, "/source/memorySelection"],
    [["source", "formatId"], -1, "/source/formatId"],
    [["code", "native"], "", "/code/native"],
    [["code", "system"], "engine", "/code/system"],
    [["code", "standardised"], 1, "/code/standardised"],
    [["code", "ftb"], 256, "/code/ftb"],
    [["code", "spn"], 524_288, "/code/spn"],
    [["code", "fmi"], 32, "/code/fmi"],
    [["code", "candidates"], [{ version: 1, spn: 1, fmi: 32 }], "/code/candidates/0/fmi"],
    [["code", "candidates"], Array(17).fill({ version: 1, spn: 1, fmi: 1 }), "/code/candidates"],
    [["condition"], "healthy", "/condition"],
    [["status"], undefined, "/status"],
    [["status", "testFailed"], "yes", "/status/testFailed"],
    [["status", "byte"], 256, "/status/byte"],
    [["lamps"], { mil: "bright" }, "/lamps/mil"],
    [["severity"], "low", "/severity"],
    [["severityValue"], 0.5, "/severityValue"],
    [["dtcClass"], "class5", "/dtcClass"],
    [["counters"], { faultDetection: 128 }, "/counters/faultDetection"],
    [["counters"], { occurrence: -1 }, "/counters/occurrence"],
    [["snapshots"], {}, "/snapshots"],
    [["snapshots"], Array(4097).fill(1), "/snapshots"],
    [["snapshots", 0, "record"], 256, "/snapshots/0/record"],
    [["snapshots", 0, "entries", 1, "id"], 65_536, "/snapshots/0/entries/1/id"],
    [["snapshots", 0, "entries", 0, "hex"], "0", "/snapshots/0/entries/0/hex"],
    [["snapshots", 0, "entries", 0, "hex"], "0a", "/snapshots/0/entries/0/hex"],
    [["snapshots", 0, "entries", 0, "values", 0], { value: 1 }, "/snapshots/0/entries/0/values/0"],
    [["snapshots", 0, "undecoded", "offset"], -1, "/snapshots/0/undecoded/offset"],
    [["extended"], [{ record: 1 }], "/extended/0/values"],
    [["flags"], undefined, "/flags"],
    [["flags", 0, "code"], "odd", "/flags/0/code"],
    [["flags", 0, "severity"], "good", "/flags/0/severity"],
    [["flags", 0, "details"], [], "/flags/0/details"],
    [["flags", 0, "details"], { deep: { er: 1 } }, "/flags/0/details"],
    [["flags", 0, "details"], Object.fromEntries(Array.from({ length: 9 }, (_, i) => [i, i])), "/flags/0/details"],
    [["warnings", 0], { code: "x" }, "/warnings/0/message"],
    [["warnings"], [{ code: "x", message: "x".repeat(1025) }], "/warnings/0/message"],
    [["raw", "offset"], "3", "/raw/offset"],
    [["raw", "head"], "5902f", "/raw/head"],
  ])("refuses %j = %j", (place, value, path) => {
    expect(errorOf(() => parseFaultEvent(changed(event, place, value)))).toMatchObject({ code: "ERR_UDS_EVENT", path });
  });

  it.each<[readonly (string | number)[], unknown, string]>([
    [["id"], `${"0".repeat(32)}.042016`, "/id"],
    [["vehicle", "id"], "v-2", "/id"],
    [["vehicle"], undefined, "/id"],
    [["ecu", "address"], 1, "/id"],
    [["source", "memory"], "user", "/id"],
    [["code", "native"], "042017", "/id"],
    [["condition"], "passive", "/condition"],
    [["status", "testFailed"], false, "/status/testFailed"],
    [["status", "warningIndicatorRequested"], null, "/status/warningIndicatorRequested"],
    [["status", "byte"], 0, "/status/testFailed"],
    [["quality"], "good", "/quality"],
    [["flags"], [], "/quality"],
  ])("refuses %j = %j, which contradicts the rest", (place, value, path) => {
    expect(errorOf(() => parseFaultEvent(changed(event, place, value)))).toMatchObject({
      code: "ERR_UDS_EVENT",
      path,
      details: { rule: "contradiction" },
    });
  });

  it("says what is wrong in words", () => {
    expect(errorOf(() => parseFaultEvent({ ...event, observedAt: "now" }))).toMatchObject({
      message: 'Cannot use fault event: "/observedAt" expected integer 0 .. 9007199254740991',
    });
    expect(errorOf(() => parseFaultEvent(null))).toMatchObject({
      path: "",
      message: expect.stringContaining("object"),
    });
    expect(errorOf(() => parseFaultEvent([]))).toMatchObject({ path: "" });
  });

  it("has a code of its own for another version", () => {
    expect(safeParseFaultEvent({ schema: "otakit.fault-event/2" })).toEqual({
      ok: false,
      error: {
        code: "ERR_UDS_EVENT_VERSION",
        message: 'Cannot use fault event: schema is not "otakit.fault-event/1"',
        offset: 0,
        path: "/schema",
        details: { expected: "otakit.fault-event/1", found: "otakit.fault-event/2" },
      },
    });
    expect(safeParseFaultEvent({ schema: "otakit.fault-event" })).toMatchObject({
      error: { code: "ERR_UDS_EVENT_VERSION" },
    });
    const long = { schema: `otakit.fault-event/${"9".repeat(1_000)}` };
    expect((errorOf(() => parseFaultEvent(long)) as { details: { found: string } }).details.found).toHaveLength(64);
  });

  it("refuses text that no hash can be made of", () => {
    expect(safeParseFaultEvent({ ...event, vehicle: { id: "\ud800" } })).toMatchObject({
      ok: false,
      error: { code: "ERR_UDS_EVENT", path: "/vehicle/id" },
    });
  });

  it("finds one fault in a long list, and keeps the message short", () => {
    const warnings = Array.from({ length: 4_096 }, () => ({ code: 1 }));
    expect(errorOf(() => parseFaultEvent({ ...event, warnings }))).toMatchObject({ path: "/warnings/0/code" });
    const message = (errorOf(() => parseFaultEvent({ ...event, condition: "x".repeat(1e6) })) as Error).message;
    expect(message.length).toBeLessThan(300);
  });

  it("reads an event of the first version for ever", () => {
    const text =
      '{"schema":"otakit.fault-event/1","id":"b593ac065782364e9fc35ff504e18b7e.042016","observedAt":1000,"vehicle":{"id":"v-1"},' +
      '"ecu":{"addressing":"uds-can","address":2024},"source":{"protocol":"uds","memory":"primary","report":"reportDTCByStatusMask"},' +
      '"code":{"native":"042016","display":"P0420-16","system":"powertrain","standardised":true,"ftb":22},"condition":"active",' +
      '"status":{"testFailed":true,"testFailedThisOperationCycle":true,"pendingDTC":true,"confirmedDTC":true,' +
      '"testNotCompletedSinceLastClear":false,"testFailedSinceLastClear":true,"testNotCompletedThisOperationCycle":false,' +
      '"warningIndicatorRequested":false,"byte":47,"availability":255},"severity":null,"dtcClass":null,"counters":{},' +
      '"snapshots":[],"extended":[],"quality":"good","flags":[],"warnings":[],"raw":{"hex":"0420162F","head":"5902FF","offset":3}}';
    expect(parseFaultEvent(JSON.parse(text))).toEqual(eventOf("5902ff 042016 2f"));
  });
});

describe("faultEventJsonSchema", () => {
  const schema = faultEventJsonSchema() as { required: string[]; properties: Record<string, unknown> };

  it("names every member of an event", () => {
    expect(schema).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      title: "FaultEvent",
      type: "object",
    });
    for (const name of [...Object.keys(event), ...Object.keys(j1939)]) expect(schema.properties).toHaveProperty(name);
    const optional = Object.keys(schema.properties).filter((name) => !schema.required.includes(name));
    expect(optional.sort()).toEqual(["functionalUnit", "lamps", "raw", "severityValue", "vehicle"]);
  });

  it("looks into lists", () => {
    expect(schema.properties).toMatchObject({
      snapshots: {
        type: "array",
        maxItems: 4096,
        items: { properties: { entries: { items: { properties: { values: { items: { anyOf: [{}, {}] } } } } } } },
      },
      code: { properties: { candidates: { items: { properties: { spn: { maximum: 524_287 } } } } } },
    });
  });
});
