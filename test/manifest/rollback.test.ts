import { describe, expect, it } from "vitest";
import { isExpected, playRollback, rollbackCases } from "../conformance/rollback/cases.ts";
import { playHistories } from "../conformance/rollback/model.ts";

describe("authorised rollback", () => {
  it.each(rollbackCases.map((rollback) => [rollback.name, rollback] as const))("%s", async (_, rollback) => {
    const outcome = await playRollback(rollback);
    expect([isExpected(rollback, outcome), outcome]).toEqual([true, outcome]);
  });
});

describe("floors", () => {
  it("never sink, and nothing is installed below one without an authorisation, over random histories", () => {
    const { broken, rollbacks, installs } = playHistories(2000, "unit test");
    expect(broken).toEqual([]);
    // Histories in which nothing happens would prove nothing.
    expect(rollbacks).toBeGreaterThan(20);
    expect(installs).toBeGreaterThan(1000);
  });
});
