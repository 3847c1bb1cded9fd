import type { AnyOtaError } from "otakit";
import type { DeltaError } from "otakit/delta";
import { expectTypeOf, test } from "vitest";

declare const error: AnyOtaError;

test("the code tells which module's error it is", () => {
  if (error.code === "ERR_DELTA_OLD_HASH") expectTypeOf(error).toEqualTypeOf<DeltaError>();
  // @ts-expect-error there is no such code
  expectTypeOf(error.code === "ERR_DELTA_NO_SUCH_CODE").toBeBoolean();
});
