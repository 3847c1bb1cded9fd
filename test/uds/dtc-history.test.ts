import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  afterClearStatus,
  createDtcCatalogue,
  type DtcChangeKind,
  type DtcRecord,
  diffDtcs,
  dtcStatusBits,
  explainDtc,
  isAfterClear,
  lintStatus,
} from "../../src/uds/index.ts";

const byte = fc.integer({ min: 0, max: 0xff });
const memory = fc.record({
  availabilityMask: byte,
  dtcs: fc.array(fc.record({ code: fc.nat(9), status: byte }), { maxLength: 8 }),
});

function changes(before: number | undefined, after: number | undefined, mask = 0xff): readonly string[] {
  const listOf = (status: number | undefined): DtcRecord[] => (status === undefined ? [] : [{ code: 1, status }]);
  return diffDtcs(
    { availabilityMask: mask, dtcs: listOf(before) },
    { availabilityMask: mask, dtcs: listOf(after) },
  ).map(({ change, basis }) => (basis === "status" ? change : `${change}?`));
}

describe("isAfterClear", () => {
  it("recognises 0x50 under the mask", () => {
    expect(afterClearStatus).toBe(0x50);
    expect(isAfterClear(0x50, 0xff)).toBe(true);
    expect(isAfterClear(0xd0, 0x7f)).toBe(true);
    expect(isAfterClear(0x10, 0xbf)).toBe(true);
    expect(isAfterClear(0x10, 0xff)).toBe(false);
    expect(isAfterClear(0x51, 0xff)).toBe(false);
    expect(isAfterClear(0x00, 0xff)).toBe(false);
  });

  it("says no where the ECU does not support the bit that tells", () => {
    expect(isAfterClear(0x40, 0xef)).toBe(false);
    expect(isAfterClear(0x00, 0x0f)).toBe(false);
  });
});

describe("diffDtcs", () => {
  it.each<[string, number | undefined, number | undefined, number, readonly string[]]>([
    ["a new failure", undefined, 0x27, 0xff, ["appeared"]],
    ["a new confirmed failure", undefined, 0x2f, 0xff, ["appeared", "confirmed"]],
    ["a failure of a code that was listed as good", 0x00, 0x27, 0xff, ["appeared"]],
    ["a failure of a code that was listed as not tested", 0x50, 0x27, 0xff, ["appeared"]],
    ["a pending code that becomes confirmed", 0x27, 0x2f, 0xff, ["confirmed"]],
    ["a passed test", 0x2f, 0x2e, 0xff, ["healed"]],
    ["a passed test in the next cycle", 0x2f, 0x28, 0xff, ["healed"]],
    ["a lost bit without a test in this cycle", 0x2f, 0x6c, 0xff, []],
    ["a lost bit where the ECU does not say whether it tested", 0x2f, 0x2e, 0xbf, ["healed"]],
    ["a code that ages", 0x28, 0x20, 0xff, ["aged"]],
    ["a code that ages and forgets its failure", 0x28, 0x00, 0xff, ["aged"]],
    ["a code that heals and ages at once", 0x2f, 0x20, 0xff, ["healed", "aged"]],
    ["a clear", 0x2f, 0x50, 0xff, ["cleared"]],
    ["a clear and a passed test that the ECU counts only for the cycle", 0x28, 0x10, 0xff, ["cleared"]],
    ["a clear where the ECU does not support its bits", 0x2f, 0x00, 0xaf, ["cleared"]],
    ["a clear of an old code there, which looks like aging", 0x28, 0x00, 0xaf, ["aged"]],
    ["a clear of a code without failure", 0x00, 0x50, 0xff, []],
    ["an active code that is gone", 0x2f, undefined, 0xff, ["cleared?"]],
    ["a stored code that is gone", 0x28, undefined, 0xff, ["aged?"]],
    ["a pending code that is gone", 0x24, undefined, 0xff, ["aged?"]],
    ["a good code that is gone", 0x50, undefined, 0xff, []],
    ["a good code that is new", undefined, 0x50, 0xff, []],
    ["a lamp alone", 0x28, 0xa8, 0xff, []],
    ["a new cycle", 0x2f, 0x6d, 0xff, []],
    ["bits outside the mask", 0x00, 0x0f, 0x70, []],
  ])("finds %s", (_, before, after, mask, expected) => {
    expect(changes(before, after, mask)).toEqual(expected);
  });

  it("gives code, statuses and basis, in the order of the lists", () => {
    const before = [
      { code: 3, status: 0x27 },
      { code: 1, status: 0x28 },
    ];
    const after = [
      { code: 9, status: 0x2f },
      { code: 3, status: 0x2f },
    ];
    expect(diffDtcs({ availabilityMask: 0xff, dtcs: before }, { availabilityMask: 0x7f, dtcs: after })).toEqual([
      { code: 3, change: "confirmed", before: 0x27, after: 0x2f, basis: "status" },
      { code: 1, change: "aged", before: 0x28, basis: "absence" },
      { code: 9, change: "appeared", after: 0x2f, basis: "status" },
      { code: 9, change: "confirmed", after: 0x2f, basis: "status" },
    ]);
  });

  it("compares only bits that both readings support", () => {
    const dtcs = (status: number) => [{ code: 1, status }];
    expect(
      diffDtcs({ availabilityMask: 0x0f, dtcs: dtcs(0xff) }, { availabilityMask: 0xf7, dtcs: dtcs(0xff) }),
    ).toEqual([]);
  });

  it("takes codes that are gone for cleared when another code shows the clear", () => {
    const prev = {
      availabilityMask: 0xff,
      dtcs: [
        { code: 1, status: 0x28 },
        { code: 2, status: 0x28 },
      ],
    };
    const kinds = (status: number): readonly DtcChangeKind[] =>
      diffDtcs(prev, { availabilityMask: 0xff, dtcs: [{ code: 2, status }] }).map(({ change }) => change);
    expect(kinds(0x50)).toEqual(["cleared", "cleared"]);
    expect(kinds(0x28)).toEqual(["aged"]);
  });

  it("puts the bits of a code that is listed twice together", () => {
    const twice = [
      { code: 1, status: 0x20 },
      { code: 1, status: 0x0f },
    ];
    const once = [{ code: 1, status: 0x2f }];
    const of = (dtcs: readonly DtcRecord[]) => ({ availabilityMask: 0xff, dtcs });
    expect(diffDtcs(of(twice), of(once))).toEqual([]);
    expect(diffDtcs(of(once), of(twice))).toEqual([]);
  });

  it("finds nothing between a reading and itself", () => {
    fc.assert(fc.property(memory, (reading) => diffDtcs(reading, reading).length === 0));
  });

  it("keeps its laws", () => {
    fc.assert(
      fc.property(memory, memory, (prev, next) => {
        const found = diffDtcs(prev, next);
        const codes = [...new Set(found.map(({ code }) => code))];
        for (const code of codes) {
          const kinds = found.filter((change) => change.code === code).map(({ change }) => change);
          expect(new Set(kinds).size).toBe(kinds.length);
          // A clear says all there is to say, and nothing appears and goes at once.
          if (kinds.includes("cleared")) expect(kinds).toEqual(["cleared"]);
          if (kinds.includes("appeared")) expect(kinds).not.toContain("aged");
          expect(kinds.includes("confirmed") && kinds.includes("aged")).toBe(false);
        }
        for (const { basis, before, after } of found) {
          expect(before === undefined && after === undefined).toBe(false);
          expect(basis === "absence").toBe(after === undefined);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("shows every failing code of a memory as new to an empty one, and as gone from it", () => {
    const empty = { availabilityMask: 0xff, dtcs: [] };
    fc.assert(
      fc.property(memory, (reading) => {
        const failing = reading.dtcs.filter(({ status }) => status & reading.availabilityMask & 0x2f);
        const codes = [...new Set(failing.map(({ code }) => code))].sort();
        const appeared = diffDtcs(empty, reading).filter(({ change }) => change === "appeared");
        expect(appeared.map(({ code }) => code).sort()).toEqual(codes);
        expect([...new Set(diffDtcs(reading, empty).map(({ code }) => code))].sort()).toEqual(codes);
      }),
    );
  });
});

describe("lintStatus", () => {
  const codesOf = (status: number, mask = 0xff) => lintStatus(status, mask).map(({ code }) => code.slice(7));

  it.each<[number, readonly string[]]>([
    [0x42, ["failed_and_not_tested_this_cycle", "failed_this_cycle_not_since_clear", "failed_this_cycle_not_pending"]],
    [0x70, ["failed_and_not_tested_since_clear"]],
    [0x10, ["tested_this_cycle_and_not_since_clear"]],
    [0x21, ["failed_after_passed_cycle"]],
    [0x06, ["failed_this_cycle_not_since_clear"]],
    [0x22, ["failed_this_cycle_not_pending"]],
    [0x41, ["failed_not_since_clear", "failed_not_this_cycle"]],
    [0x58, ["confirmed_and_not_tested_since_clear"]],
    [0x54, ["pending_and_not_tested_since_clear"]],
    [0x61, ["failed_not_this_cycle"]],
  ])("finds what is wrong with %i", (status, codes) => {
    expect(codesOf(status)).toEqual(codes);
  });

  it.each([0x00, 0x50, 0x40, 0x27, 0x2f, 0xaf, 0x2e, 0x2c, 0x28, 0x6c, 0x24, 0x64, 0x20, 0x60, 0x68, 0x08])(
    "finds nothing wrong with %i",
    (status) => {
      expect(codesOf(status)).toEqual([]);
    },
  );

  it("tells the impossible from the suspicious, and shows the bits", () => {
    expect(lintStatus(0x21, 0xff)).toEqual([
      {
        code: "status_failed_after_passed_cycle",
        level: "impossible",
        message: expect.stringMatching(/^Impossible: /),
        evidence: {
          testFailed: true,
          testFailedThisOperationCycle: false,
          testNotCompletedThisOperationCycle: false,
        },
      },
    ]);
    expect(lintStatus(0x61, 0xff)).toMatchObject([{ code: "status_failed_not_this_cycle", level: "suspicious" }]);
    for (let status = 0; status <= 0xff; status++) {
      for (const { code, level, message } of lintStatus(status, 0xff)) {
        expect(level).toBe(code === "status_failed_not_this_cycle" ? "suspicious" : "impossible");
        expect(message.startsWith(level === "suspicious" ? "Suspicious" : "Impossible")).toBe(true);
      }
    }
  });

  it("judges no rule that needs a bit outside the mask, and all others", () => {
    fc.assert(
      fc.property(byte, byte, (status, mask) => {
        const all = lintStatus(status, 0xff);
        const supported = all.filter(({ evidence }) =>
          Object.keys(evidence!).every((name) => mask & dtcStatusBits[name as keyof typeof dtcStatusBits]),
        );
        expect(lintStatus(status, mask)).toEqual(supported);
      }),
      { numRuns: 1_000 },
    );
  });

  it("takes what is no byte for a mistake of the caller", () => {
    expect(() => lintStatus(256, 0)).toThrow(RangeError);
    expect(() => lintStatus(0, -1)).toThrow(RangeError);
  });
});

describe("explainDtc", () => {
  const explain = (status: number, availabilityMask = 0xff) => explainDtc({ code: 0x042016, status, availabilityMask });

  it.each([
    [0x2f, 0xff, "Active and confirmed: the last test failed"],
    [0x27, 0xff, "Active: the last test failed"],
    [0x01, 0x01, "Active: the last test failed"],
    [0x28, 0xff, "Stored, not active: confirmed before, and the last test did not fail"],
    [0x08, 0x08, "Stored: confirmed; the ECU does not say whether it is active"],
    [0x24, 0xff, "Pending: a test failed in this or the last operation cycle"],
    [0x50, 0xff, "Just cleared: not tested since"],
    [0x20, 0xff, "Gone: a test failed since the last clear, and not lately"],
    [0x00, 0x08, "Unknown: the ECU does not say whether the last test failed"],
    [0x10, 0xff, "Unknown: not tested since the last clear"],
    [0x00, 0xff, "No failure: the last test did not fail"],
  ])("sums status %i under mask %i up", (status, mask, summary) => {
    expect(explain(status, mask).summary).toBe(summary);
  });

  it("tells the structure of the code, then the story of the bits, with sources", () => {
    const { story, ...rest } = explainDtc({ code: 0x042016, status: 0x2f, availabilityMask: 0x7f });
    expect(rest).toEqual({
      code: 0x042016,
      display: "P0420-16",
      system: "powertrain",
      controlledBy: "isoSae",
      failureType: expect.objectContaining({ failureType: 0x16, category: "electrical" }),
      summary: "Active and confirmed: the last test failed",
      findings: [],
    });
    expect(story.map(({ text, source }) => `${source.name}: ${text}`)).toEqual([
      "SAE J2012: The code belongs to the powertrain.",
      "SAE J2012: ISO and SAE define its meaning for all vehicles.",
      "otakit: Kind of failure: something is wrong with an electrical circuit.",
      "ISO 14229-1: Since the last clear, at least one test was completed.",
      "ISO 14229-1: Since the last clear, a test failed.",
      "ISO 14229-1: Failures came often enough to store the code: it is confirmed.",
      "ISO 14229-1: A test failed in this operation cycle or the one before: it is pending.",
      "ISO 14229-1: In this operation cycle, a test was completed.",
      "ISO 14229-1: In this operation cycle, a test failed.",
      "ISO 14229-1: The last test failed.",
    ]);
  });

  it("says the opposite of each bit that is clear, and nothing of unsupported ones", () => {
    const texts = (status: number, mask: number) =>
      explain(status, mask)
        .story.slice(3)
        .map(({ text }) => text);
    for (const bit of Object.values(dtcStatusBits)) {
      const [set, clear] = [texts(bit, bit), texts(0, bit)];
      expect([set.length, clear.length]).toEqual([1, 1]);
      expect(clear).not.toEqual(set);
    }
    expect(texts(0xff, 0)).toEqual([]);
  });

  it("tells a clear as such", () => {
    expect(explain(0x50).story.at(-1)?.text).toBe(
      "The status is the one that a clear leaves: nothing was tested since.",
    );
    expect(explain(0x50).story).toHaveLength(4);
  });

  it("takes title and text from the catalogue, by code with failure type first", () => {
    const source = { name: "Manual", licence: "CC0-1.0" };
    const catalogue = createDtcCatalogue(source, {
      P0420: { title: "Catalyst", text: "Check the exhaust." },
      "P0420-16": "Catalyst circuit",
    });
    const dtc = { status: 0x2f, availabilityMask: 0xff };
    expect(explainDtc({ code: 0x042016, ...dtc }, { catalogue }).title).toBe("Catalyst circuit");
    const other = explainDtc({ code: 0x042017, ...dtc }, { catalogue });
    expect(other.title).toBe("Catalyst");
    expect(other.story).toContainEqual({ text: "Check the exhaust.", source });
    expect(explainDtc({ code: 0x042117, ...dtc }, { catalogue })).not.toHaveProperty("title");
  });

  it("names system and control of every kind of code", () => {
    const first = (code: number) =>
      explainDtc({ code, status: 0, availabilityMask: 0xff })
        .story.slice(0, 2)
        .map(({ text }) => text);
    expect(first(0x560912)).toEqual(["The code belongs to the chassis.", "The manufacturer defines its meaning."]);
    expect(first(0xb00000)).toEqual([
      "The code belongs to the body.",
      "Its range is reserved: no meaning is assigned yet.",
    ]);
    expect(first(0xc10087)[0]).toBe("The code belongs to the network and the communication of the vehicle.");
  });

  it("says nothing of letters and failure types where the format has none", () => {
    const of = (formatIdentifier: number) =>
      explainDtc({ code: 0xb80403, status: 0, availabilityMask: 0, formatIdentifier });
    expect(of(2)).toEqual({
      code: 0xb80403,
      display: "SPN 1208 FMI 3",
      summary: "Unknown: the ECU does not say whether the last test failed",
      story: [],
      findings: [],
    });
    expect(of(3)).not.toHaveProperty("system");
    expect(of(0)).toMatchObject({ system: "body" });
    expect(of(0)).not.toHaveProperty("failureType");
    expect(of(4)).toMatchObject({ system: "body", failureType: { failureType: 3 } });
  });

  it("says when the vehicle has to be looked at, and what does not fit", () => {
    const severe = explainDtc({ code: 1, status: 0x42, availabilityMask: 0xff, severity: 0xe0 });
    expect(severe.story.slice(-6).map(({ text }) => text)).toEqual([
      "Have it checked at once.",
      "Have it checked at the next halt.",
      "It matters for maintenance only.",
      ...severe.findings.map(({ message }) => message),
    ]);
    expect(severe.findings).toHaveLength(3);
    expect(severe.story.at(-1)?.source).toEqual({ name: "otakit", licence: "Apache-2.0" });
  });
});
