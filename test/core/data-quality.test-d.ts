import { describe, expectTypeOf, it } from "vitest";
import {
  type FlagSeverity,
  hasValue,
  type QualifiedValue,
  type QualityFlag,
  qualify,
  qualityFlag,
  type UsableValue,
  type WithheldValue,
  withhold,
} from "../../src/core/index.ts";

describe("QualifiedValue", () => {
  it("has no value before the quality was looked at", () => {
    expectTypeOf<QualifiedValue<number>>().not.toHaveProperty("value");
    // @ts-expect-error the value may be withheld
    qualify(1, []).value;
  });

  it("has a value on the good and degraded branches only", () => {
    expectTypeOf<Extract<QualifiedValue<number>, { quality: "good" | "degraded" }>["value"]>().toEqualTypeOf<number>();
    expectTypeOf<WithheldValue>().not.toHaveProperty("value");
    const qualified = qualify(1, []);
    if (qualified.quality === "good" || qualified.quality === "degraded") {
      expectTypeOf(qualified).toEqualTypeOf<UsableValue<number>>();
      expectTypeOf(qualified.value).toEqualTypeOf<number>();
    } else {
      expectTypeOf(qualified).toEqualTypeOf<WithheldValue>();
      expectTypeOf(qualified.quality).toEqualTypeOf<"unreliable" | "unusable">();
      expectTypeOf(qualified).not.toHaveProperty("value");
    }
  });

  it("narrows each word by itself", () => {
    const qualified = qualify("text", []);
    if (qualified.quality === "unusable") {
      // @ts-expect-error an unusable value is not there
      qualified.value;
    }
    if (qualified.quality === "unreliable") {
      // @ts-expect-error an unreliable value is not there
      qualified.value;
    }
    if (qualified.quality === "degraded") expectTypeOf(qualified.value).toEqualTypeOf<string>();
  });

  it("narrows by switch and by hasValue", () => {
    const qualified = qualify("text", []);
    switch (qualified.quality) {
      case "good":
      case "degraded":
        expectTypeOf(qualified.value).toEqualTypeOf<string>();
        break;
      default:
        expectTypeOf(qualified).toEqualTypeOf<WithheldValue>();
    }
    if (hasValue(qualified)) expectTypeOf(qualified.value).toEqualTypeOf<string>();
    else expectTypeOf(qualified).toEqualTypeOf<WithheldValue>();
    expectTypeOf(withhold([])).toEqualTypeOf<WithheldValue>();
  });

  it("cannot be built with a value that is not reliable", () => {
    // @ts-expect-error a withheld value has no value
    const _: QualifiedValue<number> = { quality: "unreliable", value: 1, flags: [] };
  });
});

describe("QualityFlag", () => {
  it("ties details to the code", () => {
    const flag = qualityFlag("stale", { ageMs: 2, maxAgeMs: 1 });
    expectTypeOf(flag.details).toEqualTypeOf<{ readonly ageMs: number; readonly maxAgeMs: number }>();
    expectTypeOf(flag).toExtend<QualityFlag>();
    // @ts-expect-error details of another flag
    qualityFlag("stale", { missing: 1 });
    // @ts-expect-error nothing to say about an unset clock
    qualityFlag("clock_unset", { missing: 1 });
    // @ts-expect-error a flag cannot leave data good
    qualityFlag("gap", { missing: 1 }, "good");
    expectTypeOf<FlagSeverity>().toEqualTypeOf<"degraded" | "unreliable" | "unusable">();
  });
});
