import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compareBytes,
  compareVersions,
  coreErrorCodes,
  parseVersionRange,
  parseVersionScheme,
  satisfiesVersionRange,
  utf8ToBytes,
  type VersionScheme,
  versionKey,
  versionSeries,
} from "../../src/core/index.ts";
import { equalPairs, invalidVersions, risingChains, validVersions } from "./semver-examples.ts";
import { bySemver, laws, partNumber, semver } from "./version-oracles.ts";

const schemes: readonly VersionScheme[] = ["semver", "dotted", "calver", "alnum", "ilevel", partNumber];

function catchError(action: () => unknown): Record<string, unknown> {
  try {
    action();
  } catch (error) {
    return { ...(error as object), name: (error as Error).name, message: (error as Error).message };
  }
  throw new Error("expected a throw");
}

/** Checks every pair of a list that is written from oldest to newest. */
function expectRising(scheme: VersionScheme, versions: readonly string[]): void {
  for (const [i, left] of versions.entries()) {
    for (const [j, right] of versions.entries()) {
      expect(compareVersions(scheme, left, right), `${left} <=> ${right}`).toBe(Math.sign(i - j));
    }
  }
}

describe("order-preserving keys", () => {
  it.each(laws)("%s: byte order of keys is the order of an independent comparer", (_, scheme, arbitrary, compare) => {
    let pairs = 0;
    fc.assert(
      fc.property(fc.array(arbitrary, { minLength: 26, maxLength: 26 }), (versions) => {
        const keys = versions.map((version) => versionKey(scheme, version));
        const bytes = keys.map((key) => utf8ToBytes(key!));
        for (const [i, left] of versions.entries()) {
          for (const [j, right] of versions.entries()) {
            const order = compare(left, right);
            pairs++;
            if (Number.isNaN(order)) {
              if (compareVersions(scheme, left, right) !== undefined) throw new Error(`${left} ? ${right}`);
              continue;
            }
            if (Math.sign(compareBytes(bytes[i]!, bytes[j]!)) !== order) throw new Error(`key: ${left} ${right}`);
            if (compareVersions(scheme, left, right) !== order) throw new Error(`compare: ${left} ${right}`);
          }
        }
      }),
      { numRuns: 160 },
    );
    expect(pairs).toBeGreaterThanOrEqual(100_000);
  });

  it.each(laws)("%s: keys are short printable ASCII without blanks", (_, scheme, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (version) => {
        expect(versionKey(scheme, version)).toMatch(/^[!-~]{1,699}$/);
      }),
      { numRuns: 500 },
    );
  });

  it("keeps keys below 700 characters for the longest texts", () => {
    const longest = `1.0.0-0${".0".repeat(124)}`;
    expect(longest).toHaveLength(255);
    expect(versionKey("semver", longest)).toHaveLength(8 + 4 * 125);
  });

  it("says unknown for any text that is no version, and for nothing else than text", () => {
    for (const scheme of schemes) {
      for (const text of ["", " ", "__proto__", "constructor", "latest", "1.2.3\n", "1.2.3\u0000", "½", "٣.١.٤"]) {
        expect(versionKey(scheme, text), text).toBeUndefined();
        expect(compareVersions(scheme, text, text), text).toBeUndefined();
        expect(versionSeries(scheme, text), text).toBeUndefined();
      }
      for (const value of [1.1, null, undefined, ["1.1"], { toString: () => "1.1" }]) {
        expect(versionKey(scheme, value as string)).toBeUndefined();
      }
    }
  });

  it("reads 256 characters and no more", () => {
    const padding = "0".repeat(254);
    expect(versionKey("dotted", `${padding}.1`)).toBe("a0.a1");
    expect(versionKey("dotted", `0${padding}.1`)).toBeUndefined();
  });

  it("refuses a scheme that does not exist", () => {
    for (const scheme of ["SEMVER", "__proto__", "", undefined, null, {}, { custom: "int" }]) {
      expect(() => versionKey(scheme as VersionScheme, "1.0.0")).toThrow(TypeError);
    }
    expect(() => versionKey("pep440" as VersionScheme, "1.0.0")).toThrow(
      '"scheme" expected a version scheme, got "pep440"',
    );
  });
});

describe("semver", () => {
  it("accepts the examples of the standard", () => {
    for (const version of validVersions) expect(versionKey("semver", version), version).toBeDefined();
  });

  it("refuses what the grammar excludes", () => {
    for (const version of invalidVersions) expect(versionKey("semver", version), version).toBeUndefined();
  });

  it.each(risingChains)("orders the chain %s …", (...chain) => {
    expectRising("semver", chain);
  });

  it.each(equalPairs)("gives %s and %s the same precedence", (left, right) => {
    expect(compareVersions("semver", left, right)).toBe(0);
  });

  it("orders where padded or textual comparison fails", () => {
    expectRising("semver", ["1.99999.0", "1.100000.0"]);
    expectRising("semver", ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha-x"]);
    expectRising("semver", ["1.0.0--", "1.0.0-0a", "1.0.0-A", "1.0.0-a", "1.0.0-a-", "1.0.0-a0"]);
    expectRising("semver", ["1.0.0-9", "1.0.0-10", "1.0.0-99999999999999999999999999", "1.0.0--1"]);
  });

  it("gives the documented keys", () => {
    expect(versionKey("semver", "1.10.0")).toBe("a1.b10.a0~");
    expect(versionKey("semver", "1.10.0-rc.2+build")).toBe("a1.b10.a0!2rc!1a2");
    expect(versionKey("semver", "20240115.0.9")).toBe("h20240115.a0.a9~");
  });

  it("bounds numbers at 26 digits", () => {
    const most = "9".repeat(26);
    expect(versionKey("semver", `${most}.0.0-${most}`)).toBe(`z${most}.a0.a0!1z${most}`);
    for (const version of [`1${most}.0.0`, `0.0.0-1${most}`]) expect(versionKey("semver", version)).toBeUndefined();
    expect(versionKey("semver", `0.0.0-1${most}a`)).toBe(`a0.a0.a0!21${most}a`);
  });
});

describe("dotted", () => {
  it("orders numbers of any width, and counts a missing one as zero", () => {
    expectRising("dotted", ["0", "0.0.0.0.0.0.0.1", "1", "1.0.1", "1.2", "1.2.1", "1.9", "1.10", "10", "20240115"]);
    for (const same of ["1.2", "1.2.0", "01.2", "1.02.0.0.0.0.0.0"]) expect(versionKey("dotted", same)).toBe("a1.a2");
    for (const zero of ["0", "0.0", "000"]) expect(versionKey("dotted", zero)).toBe("a0");
    expect(versionKey("dotted", "0.0.1.0")).toBe("a0.a0.a1");
  });

  it("refuses what is not 1 to 8 numbers", () => {
    for (const text of [".", "1.", ".1", "1..2", "1.a", "v1", "1-2", "+1", "1.2.3.4.5.6.7.8.9", "1".repeat(27)]) {
      expect(versionKey("dotted", text), text).toBeUndefined();
    }
  });
});

describe("calver", () => {
  it("orders year, numbers and modifier", () => {
    expectRising("calver", [
      "1999.12",
      "16.04",
      "16.4.3",
      "2016.10",
      "2026.1-dev",
      "2026.1-dev2",
      "2026.1-alpha",
      "2026.1-beta",
      "2026.1-beta9",
      "2026.1-beta10",
      "2026.1-rc1",
      "2026.1",
      "2026.1.2",
      "2026.1.10-rc1",
      "2026.1.10",
      "2026.1.10.1",
      "2026.2",
      "2026.53",
    ]);
  });

  it("reads published versions of projects that calver.org lists", () => {
    for (const version of [
      "2020.12.10",
      "19.08.10",
      "2016.06.19.1",
      "15.10.0.16",
      "2020.0.0-RC2",
      "2017.1.2",
      "18.0",
    ]) {
      expect(versionKey("calver", version), version).toBeDefined();
    }
  });

  it("takes forms of one version as equal", () => {
    for (const same of ["2026.07", "26.7", "2026.7.0", "26.07.0.00"]) {
      expect(versionKey("calver", same)).toBe("d2026.a7.a0.a0~");
    }
    for (const same of ["26.07.3-rc1", "2026.7.3-RC.1", "2026.7.3.0-Rc01"]) {
      expect(versionKey("calver", same)).toBe("d2026.a7.a3.a0!3a1");
    }
    for (const same of ["00.1-dev", "2000.01-dev0", "2000.1-dev.0"]) {
      expect(versionKey("calver", same)).toBe("d2000.a1.a0.a0!0a0");
    }
  });

  it("does not guess", () => {
    for (const text of [
      "2026",
      "2026.1-rc.",
      "2026.",
      "6.1",
      "106.1",
      "0026.1",
      "20260.1",
      "20260115",
      "2026.1.2.3.4",
      "2026-01-15",
      "2026.1-",
      "2026.1-rc1.2",
      "2026.1-rc-1",
      "2026.1-hotfix1",
      "2026.1-post1",
      "2026.1rc1",
      "2026.1_1",
      "2026.1-a1",
      `2026.${"1".repeat(27)}`,
      `2026.1-rc${"1".repeat(27)}`,
    ]) {
      expect(versionKey("calver", text), text).toBeUndefined();
    }
  });
});

describe("alnum", () => {
  it("orders four characters without regard to case", () => {
    expectRising("alnum", ["0010", "0610", "9999", "A000", "H024", "H02a", "H030", "x123"]);
    expect(versionKey("alnum", "h02a")).toBe("H02A");
    for (const text of ["061", "06100", "06-1", "06 1", "ÄBCD", "06１0"]) {
      expect(versionKey("alnum", text), text).toBeUndefined();
    }
  });
});

describe("ilevel", () => {
  it("orders within a series and only there", () => {
    expectRising("ilevel", ["S18A-09-12-999", "S18A-21-03-500", "s18a-21-07-500", "S18A-21-07-550", "S18A-21-11-500"]);
    expect(versionKey("ilevel", "s18a-21-07-050")).toBe("S18A.b21.a7.b50");
    expect(compareVersions("ilevel", "S18A-21-07-550", "S15A-17-07-506")).toBeUndefined();
    expect(compareVersions("ilevel", "S18A-21-07-550", "S18B-21-07-550")).toBeUndefined();
    expect(versionSeries("ilevel", "s18a-21-07-550")).toBe("S18A");
    expect(versionSeries("dotted", "1.2")).toBe("");
  });

  it("refuses other forms", () => {
    for (const text of [
      "S18-21-07-550",
      "S18AB-21-07-550",
      "118A-21-07-550",
      "S18A-2021-07-550",
      "S18A-21-00-550",
      "S18A-21-13-550",
      "S18A-21-7-550",
      "S18A-21-07-55",
      "S18A-21-07-5500",
      "S18A-21-07-550 ",
      "S18A_21_07_550",
      "S18A-21-07",
    ]) {
      expect(versionKey("ilevel", text), text).toBeUndefined();
    }
  });
});

describe("custom", () => {
  it("orders by the first part that differs", () => {
    expectRising(partNumber, [
      "ECU-9a.1",
      "ECU-12a.1",
      "ecu-012A.0002",
      "ECU-12a.10",
      "ECU-12aa.1",
      "ECU-12b.1",
      "ECUA-1a.1",
      "ED-1a.1",
    ]);
    expect(versionKey(partNumber, "ecu-012b.0034")).toBe("ECU.b12.B.b34");
  });

  it("needs every part and its separator, from end to end", () => {
    for (const text of [
      "ECU-12b",
      "ECU-12b.",
      "ECU12b.1",
      "ECU--12b.1",
      "ECU-b.1",
      "ECU-12.1",
      "-12b.1",
      "ECU-12b.1x",
      "xECU -12b.1",
      `ECU-${"1".repeat(27)}b.1`,
    ]) {
      expect(versionKey(partNumber, text), text).toBeUndefined();
    }
    for (const text of ["", "1"]) expect(versionKey({ custom: [] }, text)).toBeUndefined();
    expect(versionKey({ custom: [{ name: "n", type: "int", separator: "v1." }] }, "v1.20")).toBe("b20");
  });
});

describe("parseVersionScheme", () => {
  const fault = (value: unknown) => {
    const { name, code, path } = catchError(() => parseVersionScheme(value));
    expect({ name, code }).toEqual({ name: "CoreError", code: "ERR_CORE_VERSION_SCHEME" });
    return path;
  };
  const int = (name: string, separator?: string) =>
    separator === undefined ? { name, type: "int" } : { name, type: "int", separator };
  const alpha = (name: string, separator: string) => ({ name, type: "alpha", separator });

  it("accepts every scheme as it is, also out of JSON", () => {
    for (const scheme of schemes) expect(parseVersionScheme(JSON.parse(JSON.stringify(scheme)))).toEqual(scheme);
    const sixteen = { custom: Array.from({ length: 16 }, (_, index) => int(`p${index}`, ".")) };
    expect(parseVersionScheme(sixteen)).toBe(sixteen);
    const boundaries = { custom: [alpha("a", "12345678"), int("b", ""), alpha("c", "-"), int("d", "-a")] };
    expect(parseVersionScheme(boundaries)).toBe(boundaries);
  });

  it("points at the fault", () => {
    for (const value of ["pep440", "", 1, null, undefined, [], {}, ["semver"], { parts: [] }])
      expect(fault(value)).toBe("");
    expect(fault({ custom: [int("a")], strict: true })).toBe("");
    for (const parts of [[], "int", {}, null, Array.from({ length: 17 }, (_, index) => int(`p${index}`, "."))]) {
      expect(fault({ custom: parts })).toBe("/custom");
    }
    for (const part of [null, "int", [], { ...int("a"), seperator: "-" }]) {
      expect(fault({ custom: [int("x"), part] })).toBe("/custom/1");
    }
    for (const name of ["", "1a", "a-b", "__proto__", "a".repeat(65), 7, undefined]) {
      expect(fault({ custom: [{ name, type: "int" }] })).toBe("/custom/0/name");
    }
    expect(fault({ custom: [int("a"), int("a", ".")] })).toBe("/custom/1/name");
    for (const type of ["float", "INT", "constructor", undefined]) {
      expect(fault({ custom: [{ name: "a", type }] })).toBe("/custom/0/type");
    }
    for (const separator of ["123456789", " ", ">", "<", "=", "ß", "\n", 1, null]) {
      expect(fault({ custom: [{ name: "a", type: "int", separator }] }), String(separator)).toBe("/custom/0/separator");
    }
  });

  it("refuses a part that would run into the next", () => {
    for (const parts of [
      [int("a"), int("b")],
      [int("a"), int("b", "")],
      [int("a"), int("b", "0.")],
      [alpha("a", ""), alpha("b", "")],
      [alpha("a", ""), int("b", "v")],
    ]) {
      expect(fault({ custom: parts })).toBe("/custom/1/separator");
    }
  });

  it("says what was found", () => {
    expect(catchError(() => parseVersionScheme("pep440"))["message"]).toBe(
      'Cannot accept version scheme: "scheme" expected one of semver, dotted, calver, alnum, ilevel or an object with "custom", got "pep440"',
    );
    expect(catchError(() => parseVersionScheme({ custom: [{ name: "a", type: "float" }] }))["message"]).toBe(
      'Cannot accept version scheme: "/custom/0/type" expected "int" or "alpha", got "float"',
    );
  });
});

describe("version ranges", () => {
  it("reads comparisons in order", () => {
    expect(parseVersionRange("dotted", " >=1.10  <3 ")).toEqual({
      scheme: "dotted",
      comparators: [
        { relation: "ge", version: "1.10", key: "a1.b10" },
        { relation: "lt", version: "3", key: "a3" },
      ],
    });
  });

  it("applies each relation", () => {
    const rows = [
      ["<2", true, false, false],
      ["<=2", true, true, false],
      ["=2", false, true, false],
      [">=2", false, true, true],
      [">2", false, false, true],
    ] as const;
    for (const [text, ...expected] of rows) {
      const range = parseVersionRange("dotted", text);
      expect(
        ["1.9", "2.0", "2.0.1"].map((version) => satisfiesVersionRange(range, version)),
        text,
      ).toEqual(expected);
    }
  });

  it("holds only if every comparison holds", () => {
    const range = parseVersionRange("semver", ">=1.10.0 <3.0.0");
    const inside = ["1.10.0", "1.10.0+x", "2.99999.0", "3.0.0-rc.1"];
    const outside = ["1.9.9", "1.10.0-rc.1", "3.0.0", "10.0.0"];
    for (const version of inside) expect(satisfiesVersionRange(range, version), version).toBe(true);
    for (const version of outside) expect(satisfiesVersionRange(range, version), version).toBe(false);
    expect(satisfiesVersionRange(parseVersionRange("dotted", ">3 <2"), "2.5")).toBe(false);
  });

  it("is unknown where there is no order", () => {
    expect(satisfiesVersionRange(parseVersionRange("semver", "<2.0.0"), "1.0")).toBeUndefined();
    const range = parseVersionRange("ilevel", ">=S18A-21-07-500 <s18a-22-01-000");
    expect(satisfiesVersionRange(range, "S18A-21-11-500")).toBe(true);
    expect(satisfiesVersionRange(range, "S15A-21-11-500")).toBeUndefined();
    expect(satisfiesVersionRange({ scheme: "dotted", comparators: [] }, "1")).toBeUndefined();
  });

  it("survives JSON", () => {
    const range = parseVersionRange(partNumber, ">=ECU-1a.1");
    expect(satisfiesVersionRange(JSON.parse(JSON.stringify(range)), "ecu-2a.1")).toBe(true);
  });

  const faults: readonly (readonly [VersionScheme, string, number])[] = [
    ["dotted", "", 0],
    ["dotted", "   ", 3],
    ["dotted", "1.2", 0],
    ["dotted", ">=1 2", 4],
    ["dotted", "^1.2", 0],
    ["dotted", "~1.2", 0],
    ["dotted", ">=1 || <2", 4],
    ["dotted", "!=1", 0],
    ["dotted", "==1", 1],
    ["dotted", "=>1", 1],
    ["dotted", "<>1", 1],
    ["dotted", ">= 1", 2],
    ["dotted", ">", 1],
    ["dotted", "<1.x", 1],
    ["dotted", ">=1,<2", 2],
    ["dotted", ">=1\t<2", 2],
    ["semver", ">=1.0.0 <2.0", 9],
    ["ilevel", ">=S18A-21-07-500 <S15A-22-01-000", 18],
  ];

  it.each(faults)("%s %j: fault at offset %i", (scheme, text, offset) => {
    expect(catchError(() => parseVersionRange(scheme, text))).toMatchObject({
      name: "CoreError",
      code: "ERR_CORE_VERSION_RANGE",
      offset,
    });
  });

  it("names the fault in words", () => {
    const message = (text: string) => catchError(() => parseVersionRange("dotted", text))["message"];
    expect(message("")).toBe("Cannot parse version range: no comparison at offset 0");
    expect(message("1")).toBe("Cannot parse version range: expected <, <=, =, >= or > before a version at offset 0");
    expect(message(">x")).toBe("Cannot parse version range: no version of the scheme at offset 1");
  });

  it("reads 1024 characters and no more", () => {
    const text = ">=1".padEnd(1024);
    expect(parseVersionRange("dotted", text).comparators).toHaveLength(1);
    expect(catchError(() => parseVersionRange("dotted", `${text} `))).toMatchObject({
      code: "ERR_CORE_VERSION_RANGE",
      offset: 1024,
    });
  });

  it("refuses a scheme that does not exist", () => {
    expect(() => parseVersionRange("x" as VersionScheme, ">1")).toThrow(TypeError);
  });

  it("agrees with the comparison of versions", () => {
    const signs = { "<": [-1], "<=": [-1, 0], "=": [0], ">=": [0, 1], ">": [1] };
    fc.assert(
      fc.property(semver, semver, fc.constantFrom("<", "<=", "=", ">=", ">"), (version, bound, sign) => {
        const range = parseVersionRange("semver", `${sign}${bound}`);
        expect(satisfiesVersionRange(range, version)).toBe(signs[sign].includes(bySemver(version, bound)));
      }),
      { numRuns: 1_000 },
    );
  });

  it("never throws anything but a fault within the text", () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(..."<>=.-+ 019ax~^") }));
    fc.assert(
      fc.property(text, fc.constantFrom(...schemes), (input, scheme) => {
        try {
          const range = parseVersionRange(scheme, input);
          for (const { version } of range.comparators)
            expect(satisfiesVersionRange(range, version)).toBeTypeOf("boolean");
        } catch (error) {
          expect(Object.keys(coreErrorCodes)).toContain((error as { code?: string }).code);
          expect((error as { offset: number }).offset).toBeLessThanOrEqual(input.length);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
