/** What the type checker must refuse: a payload that nobody verified in the place of a verified one. */

import { expectTypeOf, test } from "vitest";
import type { Bytes } from "../../src/core/index.ts";
import { type DsseEnvelope, type VerifiedDsse, verifyDsse } from "../../src/signing/index.ts";

declare const verified: VerifiedDsse;
declare const payload: Bytes;

test("only verifyDsse makes a VerifiedDsse", () => {
  expectTypeOf(verifyDsse).returns.toEqualTypeOf<VerifiedDsse>();

  // @ts-expect-error an object literal is none
  const literal: VerifiedDsse = { payloadType: "t", payload, signedBy: [], ignored: [] };
  // @ts-expect-error nor one that claims the brand
  const branded: VerifiedDsse = { payloadType: "t", payload, signedBy: [], ignored: [], verified: true };
  // @ts-expect-error nor a verified one with another payload
  const swapped: VerifiedDsse = { ...verified, payload };
  // @ts-expect-error a verified one cannot be changed
  verified.payload = payload;

  expectTypeOf<DsseEnvelope>().not.toExtend<VerifiedDsse>();
  expectTypeOf([literal, branded, swapped]).toEqualTypeOf<VerifiedDsse[]>();
});

test("a verification cannot leave the payload type out", () => {
  // @ts-expect-error options are required
  verifyDsse(payload, { keys: [], threshold: 1 });
  // @ts-expect-error the payload type is required
  verifyDsse(payload, { keys: [], threshold: 1 }, {});
});
