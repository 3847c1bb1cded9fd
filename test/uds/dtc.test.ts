import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeDtc, formatDtc, formatTwoByteDtc, parseDtc, parseTwoByteDtc, UdsError } from "../../src/uds/index.ts";

/** Hexadecimal digits of the code, with the letter and the first digit put in place of the first one. */
function textOf(code: number): string {
  const digits = code.toString(16).toUpperCase().padStart(6, "0");
  const first = Number.parseInt(digits[0]!, 16);
  return `${["P", "C", "B", "U"][Math.floor(first / 4)]}${first % 4}${digits.slice(1, 4)}-${digits.slice(4)}`;
}

function errorOf(read: () => unknown): UdsError {
  try {
    read();
  } catch (error) {
    if (error instanceof UdsError) return error;
  }
  throw new Error("Expected a UdsError");
}

describe("DTC text", () => {
  it.each([
    [0x000000, "P0000-00"],
    [0x042016, "P0420-16"],
    [0x0a1b2c, "P0A1B-2C"],
    [0x3fffff, "P3FFF-FF"],
    [0x400000, "C0000-00"],
    [0x560912, "C1609-12"],
    [0x800300, "B0003-00"],
    [0xc10087, "U0100-87"],
    [0xeeddaa, "U2EDD-AA"],
    [0xffffff, "U3FFF-FF"],
  ])("writes and reads %i as %s", (code, text) => {
    expect(formatDtc(code)).toBe(text);
    expect(parseDtc(text)).toBe(code);
    expect(parseDtc(text.toLowerCase())).toBe(code);
    expect(formatTwoByteDtc(code >> 8)).toBe(text.slice(0, 5));
    expect(parseTwoByteDtc(text.slice(0, 5))).toBe(code >> 8);
  });

  it("agrees with the plain definition and reads back, for every two-byte code", () => {
    for (let code = 0; code <= 0xffff; code++) {
      const text = formatTwoByteDtc(code);
      if (text !== textOf(code * 256).slice(0, 5) || parseTwoByteDtc(text) !== code) expect.unreachable(text);
    }
  });

  it("reads back every three-byte code", () => {
    for (let code = 0; code <= 0xffffff; code++) if (parseDtc(formatDtc(code)) !== code) expect.unreachable(`${code}`);
  });

  it("agrees with the plain definition, for three-byte codes", () => {
    const everyCode = fc.integer({ min: 0, max: 0xffffff });
    fc.assert(
      fc.property(everyCode, (code) => {
        expect(formatDtc(code)).toBe(textOf(code));
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ["", 0],
    ["X0420-16", 0],
    ["0420-16", 0],
    [" P0420-16", 0],
    ["__proto__", 0],
    ["P", 1],
    ["P4420-16", 1],
    ["P0G20-16", 2],
    ["P04 0-16", 3],
    ["P042-16", 4],
    ["P0420", 5],
    ["P042016", 5],
    ["P0420–16", 5],
    ["P0420-1", 7],
    ["P0420-1g", 7],
    ["P0420-16 ", 8],
    ["P0420-1600", 8],
  ])("refuses %j as a three-byte code at offset %i", (text, offset) => {
    expect(errorOf(() => parseDtc(text))).toMatchObject({ code: "ERR_UDS_DTC_TEXT", offset });
  });

  it.each([
    ["", 0],
    ["constructor", 1],
    ["P042", 4],
    ["P042ß", 4],
    ["P0420-16", 5],
    ["P04200", 5],
  ])("refuses %j as a two-byte code at offset %i", (text, offset) => {
    expect(errorOf(() => parseTwoByteDtc(text))).toMatchObject({ code: "ERR_UDS_DTC_TEXT", offset });
  });

  it("says what is wrong with a text", () => {
    expect(errorOf(() => parseDtc("Q")).message).toBe("Cannot read trouble code: expected one of PCBU at offset 0");
    expect(errorOf(() => parseDtc("P0")).message).toBe("Cannot read trouble code: text ends at offset 2");
    expect(errorOf(() => parseDtc("P0420-161")).message).toBe("Cannot read trouble code: text goes on at offset 8");
  });

  it("accepts no text that is not the text of its code, but for the case of letters", () => {
    const character = fc.constantFrom(..."PCBUpcbuX0123456789ABCDEFabcdefgıſß- ");
    fc.assert(
      fc.property(fc.array(character, { maxLength: 10 }), (characters) => {
        const text = characters.join("");
        try {
          expect(formatDtc(parseDtc(text))).toBe(text.toUpperCase());
        } catch (error) {
          expect(error).toBeInstanceOf(UdsError);
          expect((error as UdsError).offset).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([-1, 0x1000000, 1.5, Number.NaN])("takes %d for a mistake of the caller", (code) => {
    const message = `"code" expected integer 0..16777215, got ${code}`;
    expect(() => formatDtc(code)).toThrow(new RangeError(message));
    expect(() => describeDtc(code)).toThrow(new RangeError(message));
  });

  it.each([-1, 0x10000, 0.5])("takes %d for a mistake of the caller in two bytes", (code) => {
    expect(() => formatTwoByteDtc(code)).toThrow(new RangeError(`"code" expected integer 0..65535, got ${code}`));
  });
});

describe("describeDtc", () => {
  it("tells system, control and failure type", () => {
    expect(describeDtc(0x042016)).toEqual({
      code: 0x042016,
      display: "P0420-16",
      system: "powertrain",
      controlledBy: "isoSae",
      failureType: 0x16,
    });
  });

  it.each([
    ["P0", "powertrain", "isoSae"],
    ["P1", "powertrain", "manufacturer"],
    ["P2", "powertrain", "isoSae"],
    ["P30", "powertrain", "manufacturer"],
    ["P33", "powertrain", "manufacturer"],
    ["P34", "powertrain", "isoSae"],
    ["P39", "powertrain", "isoSae"],
    ["P3A", "powertrain", "manufacturer"],
    ["P3F", "powertrain", "manufacturer"],
    ["C0", "chassis", "isoSae"],
    ["C1", "chassis", "manufacturer"],
    ["C2", "chassis", "manufacturer"],
    ["C3", "chassis", "reserved"],
    ["C34", "chassis", "reserved"],
    ["B0", "body", "isoSae"],
    ["B1", "body", "manufacturer"],
    ["B2", "body", "manufacturer"],
    ["B3", "body", "reserved"],
    ["U0", "network", "isoSae"],
    ["U1", "network", "manufacturer"],
    ["U2", "network", "manufacturer"],
    ["U3", "network", "isoSae"],
  ])("gives %s to %s, controlled by %s", (start, system, controlledBy) => {
    const lowest = parseDtc(`${start.padEnd(5, "0")}-00`);
    const highest = parseDtc(`${start.padEnd(5, "F")}-FF`);
    expect(describeDtc(lowest)).toMatchObject({ system, controlledBy, failureType: 0 });
    expect(describeDtc(highest)).toMatchObject({ system, controlledBy, failureType: 0xff });
  });
});
