import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CoreError, formatUtcTime, parseUtcTime } from "../../src/core/index.ts";

const first = -62_167_219_200_000;
const last = 253_402_300_799_000;

/** The calendar of `Date`, which is right within these years. */
const oracle = (instant: number) => new Date(instant).toISOString().replace(".000Z", "Z");

function refusal(offset: number) {
  return expect.objectContaining({ name: "CoreError", code: "ERR_CORE_TIME", offset });
}

describe("parseUtcTime", () => {
  it.each([
    ["1970-01-01T00:00:00Z", 0],
    ["1970-01-02T00:00:01Z", 86_401_000],
    ["1969-12-31T23:59:59Z", -1_000],
    ["2000-02-29T12:34:56Z", 951_827_696_000],
    ["2030-01-01T00:00:00Z", 1_893_456_000_000],
    ["0000-01-01T00:00:00Z", first],
    ["9999-12-31T23:59:59Z", last],
  ])("reads %s", (text, instant) => {
    expect(parseUtcTime(text)).toBe(instant);
    expect(formatUtcTime(instant)).toBe(text);
  });

  it.each([
    ["nothing", "", 0],
    ["a year alone", "2030", 4],
    ["another form", "Tue Jan 01 2030", 0],
    ["a date alone", "2030-01-01", 10],
    ["a blank for the T", "2030-01-01 00:00:00Z", 10],
    ["a lower-case t", "2030-01-01t00:00:00Z", 10],
    ["a lower-case z", "2030-01-01T00:00:00z", 19],
    ["no zone", "2030-01-01T00:00:00", 19],
    ["no seconds", "2030-01-01T00:00Z", 16],
    ["an offset", "2030-01-01T00:00:00+14:00", 19],
    ["the offset of UTC", "2030-01-01T00:00:00+00:00", 19],
    ["a fraction", "2030-01-01T00:00:00.000Z", 19],
    ["a comma fraction", "2030-01-01T00:00:00,5Z", 19],
    ["a blank before", " 2030-01-01T00:00:00Z", 0],
    ["a blank after", "2030-01-01T00:00:00Z ", 20],
    ["a line feed after", "2030-01-01T00:00:00Z\n", 20],
    ["a sign and six digits", "+002030-01-01T00:00:00Z", 0],
    ["a five-digit year", "10000-01-01T00:00:00Z", 4],
    ["a short month", "2030-1-01T00:00:00Z", 6],
    ["a sign in a field", "2030-01-01T00:00:-1Z", 17],
    ["a blank in a field", "2030-01-01T 0:00:00Z", 11],
    ["an exponent in a field", "1e10-01-01T00:00:00Z", 1],
    ["digits of another script", "2030-01-0\u0661T00:00:00Z", 9],
    ["a slash, before the digits in ASCII", "2030-01-0/T00:00:00Z", 9],
    ["a colon, after the digits in ASCII", "2030-01-0:T00:00:00Z", 9],
    ["a dash of another kind", "2030\u201301-01T00:00:00Z", 4],
    ["month 0", "2030-00-01T00:00:00Z", 5],
    ["month 13", "2030-13-01T00:00:00Z", 5],
    ["day 0", "2030-01-00T00:00:00Z", 8],
    ["January 32", "2030-01-32T00:00:00Z", 8],
    ["April 31", "2030-04-31T00:00:00Z", 8],
    ["December 32", "2030-12-32T00:00:00Z", 8],
    ["February 29 of a common year", "2026-02-29T00:00:00Z", 8],
    ["February 29 of 1900", "1900-02-29T00:00:00Z", 8],
    ["February 30 of a leap year", "2000-02-30T00:00:00Z", 8],
    ["hour 24", "2030-01-01T24:00:00Z", 11],
    ["minute 60", "2030-01-01T00:60:00Z", 14],
    ["second 60", "2016-12-31T23:59:60Z", 17],
    ["the first of two faults", "2030-13-01T00:00:61Z", 5],
  ])("refuses %s", (_what, text, offset) => {
    expect(() => parseUtcTime(text)).toThrow(refusal(offset));
  });

  it("says what it expected", () => {
    expect(() => parseUtcTime("x")).toThrow("Cannot read time: expected the form YYYY-MM-DDTHH:MM:SSZ at offset 0");
    expect(() => parseUtcTime("2030-01-01T00:00:00Zx")).toThrow("expected nothing after the Z at offset 20");
    expect(() => parseUtcTime("2030-02-29T00:00:00Z")).toThrow("day 29 is not in 1 .. 28 at offset 8");
    expect(() => parseUtcTime("2030-01-01T24:00:00Z")).toThrow("hour 24 is not in 0 .. 23 at offset 11");
    expect(() => parseUtcTime("2030-01-01T00:60:00Z")).toThrow("minute 60 is not in 0 .. 59 at offset 14");
    expect(() => parseUtcTime("2030-01-01T00:00:60Z")).toThrow("second 60 is not in 0 .. 59 at offset 17");
    expect(() => parseUtcTime("2030-13-01T00:00:00Z")).toThrow("month 13 is not in 1 .. 12 at offset 5");
  });

  it("agrees with Date on the ends of every month of 800 years, and around them", () => {
    for (const start of [0, 1_600, 9_599]) {
      for (let month = 0; month < 4_800; month++) {
        const instant = new Date(0).setUTCFullYear(start, month, 1);
        for (const near of [instant, instant - 1_000]) {
          if (near < first || near > last) continue;
          expect(formatUtcTime(near)).toBe(oracle(near));
          expect(parseUtcTime(oracle(near))).toBe(near);
        }
      }
    }
  });

  it("accepts exactly the dates that Date gives back unchanged", () => {
    const digits = (length: number) =>
      fc.integer({ min: 0, max: 10 ** length - 1 }).map((n) => `${n}`.padStart(length, "0"));
    const date = fc.tuple(digits(4), fc.integer({ min: 0, max: 13 }), fc.integer({ min: 0, max: 32 }));
    fc.assert(
      fc.property(date, fc.tuple(digits(2), digits(2), digits(2)), ([year, month, day], time) => {
        const text = `${year}-${`${month}`.padStart(2, "0")}-${`${day}`.padStart(2, "0")}T${time.join(":")}Z`;
        const instant = Date.parse(text);
        const real = !Number.isNaN(instant) && oracle(instant) === text;
        if (real) expect(parseUtcTime(text)).toBe(instant);
        else expect(() => parseUtcTime(text)).toThrow(CoreError);
      }),
      { numRuns: 2_000 },
    );
  });

  it("refuses every other text with an offset", () => {
    const near = fc.tuple(fc.nat(20), fc.string({ maxLength: 3 })).map(([at, text]) => {
      const whole = "2024-02-29T23:59:59Z";
      return whole.slice(0, at) + text + whole.slice(at + 1);
    });
    fc.assert(
      fc.property(fc.oneof(near, fc.string()), (text) => {
        try {
          expect(formatUtcTime(parseUtcTime(text))).toBe(text);
        } catch (error) {
          expect(error).toEqual(expect.objectContaining({ code: "ERR_CORE_TIME", offset: expect.any(Number) }));
          expect((error as CoreError).offset).toBeLessThanOrEqual(text.length);
        }
      }),
    );
  });
});

describe("formatUtcTime", () => {
  it("agrees with Date and is read back", () => {
    const instants = fc.integer({ min: first / 1_000, max: last / 1_000 }).map((seconds) => seconds * 1_000);
    fc.assert(
      fc.property(instants, (instant) => {
        const text = formatUtcTime(instant);
        expect(text).toBe(oracle(instant));
        expect(parseUtcTime(text)).toBe(instant);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    1,
    999,
    -1,
    1_500,
    0.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    first - 1_000,
    last + 1_000,
    first - 1,
    last + 1,
  ])("refuses %d", (instant) => {
    expect(() => formatUtcTime(instant)).toThrow(RangeError);
    expect(() => formatUtcTime(instant)).toThrow(
      `"instant" expected whole seconds in epoch milliseconds, ${first} .. ${last}, got ${instant}`,
    );
  });
});
