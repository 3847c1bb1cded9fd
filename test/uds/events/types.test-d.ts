import { describe, expectTypeOf, it } from "vitest";
import { objectOf, type ShapeOf } from "../../../src/uds/events/bounded.ts";
import {
  type FaultEvent,
  type FaultReport,
  type FaultStep,
  type FaultSummary,
  type J1939TroubleCodes,
  parseFaultEvent,
  reduceFaults,
  safeParseFaultEvent,
} from "../../../src/uds/events/index.ts";
import type { faultEventSchema } from "../../../src/uds/events/schema.ts";
import type { J1939MessageOf, TroubleCodeMessage } from "../../../src/uds/j1939/index.ts";

describe("FaultEvent", () => {
  it("is what its schema gives", () => {
    expectTypeOf<ReturnType<typeof faultEventSchema.parse>>().toEqualTypeOf<FaultEvent>();
    expectTypeOf(parseFaultEvent).returns.toEqualTypeOf<FaultEvent>();
    const result = safeParseFaultEvent(null);
    if (result.ok) expectTypeOf(result.value).toEqualTypeOf<FaultEvent>();
  });

  it("asks its schema for every member, and for no other", () => {
    type Shape = ShapeOf<{ readonly a: string; readonly b?: number }>;
    expectTypeOf<keyof Shape>().toEqualTypeOf<"a" | "b">();
    // @ts-expect-error a member is missing
    objectOf<{ readonly a: string }>({});
  });

  it("has an address of the kind that its addressing says", () => {
    const { ecu } = {} as FaultEvent;
    if (ecu.addressing === "sovd") expectTypeOf(ecu.address).toEqualTypeOf<string>();
    else expectTypeOf(ecu.address).toEqualTypeOf<number>();
  });

  it("never says false where it does not know", () => {
    expectTypeOf<FaultEvent["status"]["testFailed"]>().toEqualTypeOf<boolean | null>();
    expectTypeOf<FaultEvent["severity"]>().toEqualTypeOf<"immediate" | "next-halt" | "maintenance" | "none" | null>();
  });
});

describe("codes of other protocols", () => {
  it("come from their decoders as they are", () => {
    expectTypeOf<TroubleCodeMessage>().toExtend<J1939TroubleCodes>();
    expectTypeOf<J1939MessageOf<"DM1">>().toExtend<J1939TroubleCodes>();
  });
});

describe("the fold", () => {
  it("takes events and reports", () => {
    expectTypeOf(reduceFaults).parameter(1).toEqualTypeOf<Iterable<FaultEvent | FaultReport>>();
    expectTypeOf<FaultStep["decision"]>().toEqualTypeOf<"applied" | "full">();
    expectTypeOf<FaultSummary["verdict"]>().toEqualTypeOf<"faults" | "clear" | "unknown">();
    expectTypeOf<FaultSummary["faults"][number]>().not.toHaveProperty("raw");
  });
});
