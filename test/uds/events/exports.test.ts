import { describe, expect, it } from "vitest";
import {
  createFaultState,
  createObdexCatalogue,
  faultSummary,
  reduceFaults,
  toFleetWiseDtcs,
  toVssDtcs,
} from "../../../src/uds/events/index.ts";
import { explainDtc } from "../../../src/uds/index.ts";
import { errorOf } from "../../error-of.ts";
import { eventOf, reportOf } from "./fixture.ts";

describe("toVssDtcs", () => {
  const events = [
    ...reportOf("5902ff 042117 2f 042016 2f 042017 2f c10087 28").events,
    eventOf("590208 042316 08"),
    eventOf("5915ff 042416 00"),
    eventOf("5902ff b80403 2f", { formatIdentifier: 2 }),
  ];

  it("lists active codes and those that may be, once and in order", () => {
    expect(toVssDtcs(events)).toEqual({
      "Vehicle.Diagnostics.DTCList": ["P0420", "P0421", "P0423", "P0424"],
      "Vehicle.Diagnostics.DTCCount": 4,
      leftOut: { codeWithoutLetter: 1, otherCondition: 1 },
    });
  });

  it("lists other conditions on demand", () => {
    expect(toVssDtcs(events, { conditions: ["stored"] })).toEqual({
      "Vehicle.Diagnostics.DTCList": ["U0100"],
      "Vehicle.Diagnostics.DTCCount": 1,
      leftOut: { codeWithoutLetter: 0, otherCondition: 6 },
    });
    expect(toVssDtcs([])["Vehicle.Diagnostics.DTCList"]).toEqual([]);
  });

  it("takes the faults of a summary, and leaves out what is gone", () => {
    const gone = reportOf("5902ff", { observedAt: 2_000, statusMask: 0xff });
    const { state } = reduceFaults(createFaultState(), [...events, gone]);
    expect(toVssDtcs(faultSummary(state, { now: 2_000 }).faults)).toEqual({
      "Vehicle.Diagnostics.DTCList": ["P0424"],
      "Vehicle.Diagnostics.DTCCount": 1,
      leftOut: { codeWithoutLetter: 0, otherCondition: 6 },
    });
  });

  it("counts up to the end of its type", () => {
    const codes = Array.from({ length: 300 }, (_, index) => `${(0x0100 + index).toString(16).padStart(4, "0")}002f`);
    const signals = toVssDtcs(reportOf(`5902ff${codes.join("")}`).events);
    expect(signals["Vehicle.Diagnostics.DTCCount"]).toBe(255);
    expect(signals["Vehicle.Diagnostics.DTCList"]).toHaveLength(300);
  });
});

describe("toFleetWiseDtcs", () => {
  it("joins the list with the details of a code", () => {
    const ecu = { addressing: "doip", address: 0x0e } as const;
    const events = [
      ...reportOf("59027f 042016 2f 042017 28").events,
      ...reportOf("5902ff 042017 28").events,
      eventOf("5904 042016 2f 01 01 1234 0102"),
      eventOf("5906 042016 2f 01 07"),
      eventOf("5902ff c10087 2f", { ecu }),
      eventOf("5915ff 042018 00"),
      eventOf("594233ffff04 40 042019 2f"),
    ];
    expect(toFleetWiseDtcs(events)).toEqual({
      DetectedDTCs: [
        {
          ECUID: "7E8",
          DTCAndSnapshot: {
            DTCStatusAvailabilityMask: "7F",
            dtcCodes: [
              { DTC: "042016", DTCSnapshotRecord: "0420162F010112340102", DTCExtendedData: "0420162F0107" },
              { DTC: "042017" },
            ],
          },
        },
        { ECUID: "E", DTCAndSnapshot: { DTCStatusAvailabilityMask: "FF", dtcCodes: [{ DTC: "C10087" }] } },
      ],
    });
  });

  it("leaves out what is not known", () => {
    expect(toFleetWiseDtcs([])).toEqual({ DetectedDTCs: [] });
    expect(toFleetWiseDtcs([eventOf("5914 042016 01")]).DetectedDTCs[0]!.DTCAndSnapshot).toEqual({
      dtcCodes: [{ DTC: "042016" }],
    });
  });
});

describe("createObdexCatalogue", () => {
  const data = [
    {
      code: "P0420",
      category: "powertrain",
      title: { en: "one", de: "eins" },
      description: { de: "mehr" },
      sources: ["x"],
    },
    { code: "U0100", title: { en: "two" } },
  ];

  it("looks up by code and language", () => {
    expect(createObdexCatalogue(data).lookUp("P0420")).toEqual({ title: "one" });
    const german = createObdexCatalogue(data, { language: "de" });
    expect(german.lookUp("P0420")).toEqual({ title: "eins", text: "mehr" });
    expect(german.lookUp("U0100")).toEqual({ title: "two" });
    expect(german.lookUp("P0421")).toBeUndefined();
    expect(german.lookUp("__proto__")).toBeUndefined();
    expect(german.source).toEqual({ name: "OBDex", licence: "CC0-1.0" });
  });

  it("serves explainDtc, with the bundle of codes and PIDs too", () => {
    const catalogue = createObdexCatalogue({ generic: data, pids: {} }, { source: { name: "mine" } });
    const explained = explainDtc({ code: 0x042016, status: 0x2f, availabilityMask: 0xff }, { catalogue });
    expect(explained.title).toBe("one");
    expect(catalogue.source).toEqual({ name: "mine" });
  });

  it.each([
    [null, "/generic"],
    [{}, "/generic"],
    [Array(65_537).fill(0), ""],
    [[...data, 7], "/2"],
    [[{ code: "p0420", title: { en: "x" } }], "/0/code"],
    [[{ code: "P4420", title: { en: "x" } }], "/0/code"],
    [[{ code: "P0420" }], "/0/title"],
    [[{ code: "P0420", title: { de: "x" } }], "/0/title"],
    [[{ code: "P0420", title: { en: 1 } }], "/0/title"],
    [
      { generic: [{ code: "P0420", title: { en: "x" }, description: { en: "x".repeat(4097) } }] },
      "/generic/0/description",
    ],
  ])("refuses %j", (wrong, path) => {
    expect(errorOf(() => createObdexCatalogue(wrong))).toMatchObject({ code: "ERR_UDS_CATALOGUE", path });
  });
});
