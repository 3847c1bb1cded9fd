import { describe, expect, it } from "vitest";
import {
  cohortReasonCodes,
  evaluate,
  type GateRule,
  type GateWord,
  OutcomeFold,
  rolloutPlanDigest,
} from "../../../src/cohort/index.ts";
import { playRollouts, rolloutPlans, rolloutsOfEach, wholeNumbersOf } from "./rollouts.ts";

const gate = { OutcomeFold, evaluate, rolloutPlanDigest };
const verdicts = Object.values(rolloutPlans).flatMap((plan) => playRollouts(gate, plan, rolloutsOfEach));

describe("rollouts that every runtime replays", () => {
  it("have every word, rule and reason between them", () => {
    const words = ["rollback", "pause", "hold", "extend", "expand", "complete"] satisfies readonly GateWord[];
    expect(new Set(verdicts.map(({ decision }) => decision))).toEqual(new Set(words));
    const rules: Record<GateRule, true> = {
      invalid: true,
      rollback: true,
      pause: true,
      data_quality: true,
      soak: true,
      extend: true,
      insufficient: true,
      approval: true,
      expand: true,
    };
    expect(new Set(verdicts.map(({ evidence }) => evidence.rule))).toEqual(new Set(Object.keys(rules)));
    const codes = new Set<string>(verdicts.flatMap(({ reasons }) => reasons.map(({ code }) => code)));
    expect(Object.keys(cohortReasonCodes).filter((code) => code.startsWith("gate_") && !codes.has(code))).toEqual([]);
  });

  it("have every test speak and be silent, with pauses that are kept and pauses that are acknowledged", () => {
    const stops = verdicts.flatMap(({ evidence }) => evidence.stopChecks);
    const gates = verdicts.flatMap(({ evidence }) => evidence.goChecks);
    for (const { id, required } of Object.values(rolloutPlans).flatMap(({ metrics }) => metrics)) {
      const reached = new Set(stops.filter(({ metric }) => metric === id).map((check) => check.reached));
      expect([id, [...reached].sort()]).toEqual([id, [false, true]]);
      const passed = new Set(gates.filter(({ metric }) => metric === id).map((check) => check.passed));
      if (required) expect([id, [...passed].sort()]).toEqual([id, [false, true]]);
    }
    const states = verdicts.map(({ evidence }) => evidence.state);
    expect(states.some((state) => state?.latch?.decision === "pause")).toBe(true);
    expect(states.some((state) => (state?.acknowledged ?? 0) > 0)).toBe(true);
  });

  it("are described in whole numbers and words only", () => {
    const walk = (value: unknown, path: string): void => {
      if (typeof value === "number") expect([path, Number.isSafeInteger(value)]).toEqual([path, true]);
      else if (typeof value === "object" && value !== null) {
        for (const [name, member] of Object.entries(value)) walk(member, `${path}/${name}`);
      }
    };
    for (const verdict of verdicts.slice(0, 100)) walk(wholeNumbersOf(verdict), "");
  });
});
