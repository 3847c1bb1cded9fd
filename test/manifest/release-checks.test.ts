import { describe, expect, it } from "vitest";
import { dataFormatReasons, minimumSourceReasons, rxswinReasons } from "../../src/manifest/index.ts";

describe("minimumSourceReasons", () => {
  const image = { versionScheme: "dotted", minimumSource: { releaseCounter: 5, version: "1.10" } } as const;
  const codesOf = (installed: { releaseCounter?: number; version?: string } | undefined) =>
    minimumSourceReasons(image, installed).map(({ code, evidence }) => [code, evidence!["field"]]);

  it("has none where the image names no source", () => {
    expect(minimumSourceReasons({}, undefined)).toEqual([]);
  });

  it("demands every bound", () => {
    expect(codesOf({ releaseCounter: 5, version: "1.10" })).toEqual([]);
    expect(codesOf({ releaseCounter: 6, version: "2" })).toEqual([]);
    expect(codesOf({ releaseCounter: 4, version: "1.10" })).toEqual([["source_too_old", "releaseCounter"]]);
    expect(codesOf({ releaseCounter: 5, version: "1.9" })).toEqual([["source_too_old", "version"]]);
  });

  it("takes nothing unknown for new enough", () => {
    const both = [
      ["source_unknown", "releaseCounter"],
      ["source_unknown", "version"],
    ];
    expect(codesOf(undefined)).toEqual(both);
    expect(codesOf({})).toEqual(both);
    expect(codesOf({ releaseCounter: Number.NaN, version: "n/a" })).toEqual(both);
    expect(codesOf({ releaseCounter: -1, version: "" })).toEqual(both);
    expect(codesOf({ releaseCounter: "9" as never, version: 9 as never })).toEqual(both);
  });

  it("cannot compare versions without an order", () => {
    const minimumSource = { version: "1" };
    const reasons = [{ code: "source_unknown", evidence: { field: "version", minimum: "1", found: "2" } }];
    expect(minimumSourceReasons({ minimumSource }, { version: "2" })).toMatchObject(reasons);
    expect(minimumSourceReasons({ minimumSource, versionScheme: "opaque" }, { version: "2" })).toMatchObject(reasons);
  });

  it("says what it found, in few words", () => {
    expect(minimumSourceReasons(image, { releaseCounter: 4, version: `1.${"x".repeat(500)}` })).toEqual([
      {
        code: "source_too_old",
        message: "The installed releaseCounter 4 is below 5",
        evidence: { field: "releaseCounter", minimum: 5, found: "4" },
      },
      {
        code: "source_unknown",
        message: "The installed version cannot be compared with 1.10",
        evidence: { field: "version", minimum: "1.10", found: `1.${"x".repeat(62)}` },
      },
    ]);
  });
});

describe("dataFormatReasons", () => {
  const dataFormat = { produced: 5, minimumRead: 3 };

  it.each([
    [2, "data_format_too_old"],
    [3, undefined],
    [5, undefined],
    [6, "data_format_too_new"],
    [undefined, "data_format_unknown"],
    [Number.NaN, "data_format_unknown"],
    [-1, "data_format_unknown"],
    ["4" as never, "data_format_unknown"],
  ])("of format %s is %s", (installed, code) => {
    const reasons = dataFormatReasons(dataFormat, installed);
    expect(reasons.map((reason) => reason.code)).toEqual(code === undefined ? [] : [code]);
  });

  it("has none where the image keeps no data", () => {
    expect(dataFormatReasons(undefined, undefined)).toEqual([]);
  });

  it("says what it found", () => {
    expect(dataFormatReasons(dataFormat, 6)).toEqual([
      {
        code: "data_format_too_new",
        message: "The stored data has format 6, the image knows none above 5",
        evidence: { produced: 5, minimumRead: 3, found: 6 },
      },
    ]);
  });
});

describe("rxswinReasons", () => {
  const changes = [
    { regulation: "R79", before: "79-A", after: "79-B" },
    { regulation: "R13H", after: "13H-A" },
  ];

  it("wants exactly what the release starts from", () => {
    expect(rxswinReasons(changes, { R79: "79-A", R155: "other" })).toEqual([]);
    expect(rxswinReasons(undefined, undefined)).toEqual([]);
    expect(rxswinReasons(changes, { R79: "79-X", R13H: "13H-0" })).toEqual([
      {
        code: "rxswin_mismatch",
        message: "The vehicle shows 79-X for regulation R79, the release starts from 79-A",
        path: "/rxswin/0",
        evidence: { regulation: "R79", expected: "79-A", found: "79-X" },
      },
      {
        code: "rxswin_mismatch",
        message: "The vehicle shows 13H-0 for regulation R13H, the release starts from none",
        path: "/rxswin/1",
        evidence: { regulation: "R13H", found: "13H-0" },
      },
    ]);
    expect(rxswinReasons(changes, {})).toMatchObject([{ code: "rxswin_mismatch", path: "/rxswin/0" }]);
  });

  it("knows nothing of a vehicle that was not read", () => {
    expect(rxswinReasons(changes, undefined).map(({ code }) => code)).toEqual(["rxswin_unknown", "rxswin_unknown"]);
  });

  it("does not read a prototype's member", () => {
    expect(rxswinReasons([{ regulation: "constructor", after: "x" }], {})).toEqual([]);
  });
});
