import { describe, expect, it } from "vitest";
import { attacks } from "../../../src/cli/uptane/attacks.ts";
import { isReportedAsExpected, reportAttacks, runReportAttack } from "../../../src/cli/uptane/attacks-reports.ts";
import { isAsExpected, runAttack, victims } from "../../../src/cli/uptane/run-attack.ts";
import { manifestReasonCodes, tufReasonCodes, uptaneReasonCodes } from "../../../src/manifest/index.ts";
import { signingReasonCodes } from "../../../src/signing/index.ts";
import { now, pairKeys } from "./living-pair.ts";

describe.each(attacks)("attack $name: $summary", (attack) => {
  it.each(victims)("comes to what the table says for the %s", async (victim) => {
    const expected = attack[victim];
    const outcome = (await runAttack(attack, pairKeys(), now))[victim];
    const [first] = outcome.reasons;
    if (expected.outcome === "refuse") {
      expect([outcome.decision, first?.code, outcome.attack]).toEqual(["refuse", expected.code, expected.attack]);
    } else if (expected.outcome === "unharmed") {
      expect(outcome).toMatchObject({ decision: expect.not.stringMatching("refuse"), genuine: true });
    } else expect(outcome.decision).toBe("update");
    expect(isAsExpected(expected, outcome)).toBe(true);
  });
});

describe.each(reportAttacks)("attack $name: $summary", (attack) => {
  it("comes to what the table says for the Director", async () => {
    const outcome = await runReportAttack(attack, pairKeys(), now);
    const [first] = outcome.reasons;
    expect([outcome.decision, first?.code, first?.attack]).toEqual(Object.values(attack.expected));
    expect(isReportedAsExpected(attack, outcome)).toBe(true);
    expect(isReportedAsExpected(attack, { ...outcome, decision: "complete" })).toBe(false);
    expect(isReportedAsExpected(attack, { ...outcome, reasons: [] })).toBe(false);
  });
});

describe("the table of attacks", () => {
  it("has every attack once, and names codes that exist", () => {
    const names = attacks.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const codes = { ...manifestReasonCodes, ...tufReasonCodes, ...uptaneReasonCodes, ...signingReasonCodes };
    for (const attack of attacks) {
      for (const victim of ["primary", "secondary"] as const) {
        const expected = attack[victim];
        if (expected.outcome === "refuse") expect(Object.keys(codes)).toContain(expected.code);
        else expect(expected.why).not.toBe("");
      }
    }
  });

  it("tells an outcome from another one", () => {
    const reasons = [{ code: "tuf_expired", message: "" }];
    const outcome = { decision: "refuse", reasons, attack: "freeze", genuine: true, equivocation: false } as const;
    const refusal = { outcome: "refuse", code: "tuf_expired", attack: "freeze" } as const;
    expect(isAsExpected(refusal, outcome)).toBe(true);
    expect(isAsExpected({ ...refusal, code: "tuf_malformed" }, outcome)).toBe(false);
    expect(isAsExpected({ ...refusal, attack: "rollback" }, outcome)).toBe(false);
    expect(isAsExpected(refusal, { ...outcome, decision: "none" })).toBe(false);
    expect(isAsExpected({ outcome: "unharmed", why: "" }, outcome)).toBe(false);
    expect(isAsExpected({ outcome: "unharmed", why: "" }, { ...outcome, decision: "update" })).toBe(true);
    expect(isAsExpected({ outcome: "unharmed", why: "" }, { ...outcome, decision: "update", genuine: false })).toBe(
      false,
    );
    expect(isAsExpected({ outcome: "accepted", why: "" }, { ...outcome, decision: "update", genuine: false })).toBe(
      true,
    );
    expect(isAsExpected({ outcome: "accepted", why: "" }, outcome)).toBe(false);
  });
});
