import { expectTypeOf, it } from "vitest";
import type { GateRate, RateEstimate, Verdict } from "../../../src/cohort/index.ts";
import { hasValue } from "../../../src/core/index.ts";

declare const rate: GateRate;

it("a rate has no estimate before the quality of its data was looked at", () => {
  expectTypeOf(rate.rate).not.toHaveProperty("value");
  // @ts-expect-error red data have no estimate
  rate.rate.value;
  if (hasValue(rate.rate)) expectTypeOf(rate.rate.value).toEqualTypeOf<RateEstimate>();
});

it("a verdict is one of six words", () => {
  expectTypeOf<Verdict["decision"]>().toEqualTypeOf<"rollback" | "pause" | "hold" | "extend" | "expand" | "complete">();
});
