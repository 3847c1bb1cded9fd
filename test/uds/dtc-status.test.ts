import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeDtcStatus, dtcStatusBits, encodeDtcStatus } from "../../src/uds/index.ts";

const byte = fc.integer({ min: 0, max: 0xff });
const names = Object.keys(dtcStatusBits) as (keyof typeof dtcStatusBits)[];

describe("DTC status", () => {
  it("names the eight bits from the lowest to the highest", () => {
    expect(Object.entries(dtcStatusBits)).toEqual([
      ["testFailed", 0x01],
      ["testFailedThisOperationCycle", 0x02],
      ["pendingDTC", 0x04],
      ["confirmedDTC", 0x08],
      ["testNotCompletedSinceLastClear", 0x10],
      ["testFailedSinceLastClear", 0x20],
      ["testNotCompletedThisOperationCycle", 0x40],
      ["warningIndicatorRequested", 0x80],
    ]);
  });

  it("reads a bit outside the availability mask as unsupported, set or not", () => {
    expect(decodeDtcStatus(0x89, 0x7b)).toEqual({
      testFailed: true,
      testFailedThisOperationCycle: false,
      pendingDTC: "unsupported",
      confirmedDTC: true,
      testNotCompletedSinceLastClear: false,
      testFailedSinceLastClear: false,
      testNotCompletedThisOperationCycle: false,
      warningIndicatorRequested: "unsupported",
    });
  });

  it("reads each bit by its own value, for every status and mask", () => {
    fc.assert(
      fc.property(byte, byte, (status, mask) => {
        const flags = decodeDtcStatus(status, mask);
        expect(Object.keys(flags)).toEqual(names);
        for (const name of names) {
          const bit = dtcStatusBits[name];
          expect(flags[name]).toBe(mask & bit ? Boolean(status & bit) : "unsupported");
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("writes what it read, without the unsupported bits", () => {
    fc.assert(
      fc.property(byte, byte, (status, mask) => {
        const flags = decodeDtcStatus(status, mask);
        expect(encodeDtcStatus(flags)).toBe(status & mask);
        expect(decodeDtcStatus(encodeDtcStatus(flags), mask)).toEqual(flags);
      }),
      { numRuns: 1_000 },
    );
  });

  it("writes absent and false flags as zero and knows no other names", () => {
    expect(encodeDtcStatus({})).toBe(0);
    expect(encodeDtcStatus({ pendingDTC: true, confirmedDTC: true, testFailed: false })).toBe(0x0c);
    expect(encodeDtcStatus(JSON.parse('{"__proto__": true, "constructor": true, "testFailed": "true"}'))).toBe(0);
  });

  it.each([-1, 256, 0.5, Number.NaN])("takes %d for a mistake of the caller", (value) => {
    expect(() => decodeDtcStatus(value, 0xff)).toThrow(
      new RangeError(`"status" expected integer 0..255, got ${value}`),
    );
    expect(() => decodeDtcStatus(0, value)).toThrow(
      new RangeError(`"availabilityMask" expected integer 0..255, got ${value}`),
    );
  });
});
