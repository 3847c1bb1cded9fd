/** What the type checker must refuse: a payload that nobody verified in the place of a verified one. */

import type { webcrypto } from "node:crypto";
import { expectTypeOf, test } from "vitest";
import type { Bytes } from "../../src/core/index.ts";
import {
  createTargetVerifier,
  createWebCryptoSigner,
  type DsseEnvelope,
  type ExpectedTarget,
  type Signer,
  type TargetVerifier,
  type Verified,
  type VerifiedDsse,
  type VerifiedStatement,
  type VerifiedTarget,
  verifyDsse,
  verifyStatement,
  verifyTarget,
} from "../../src/signing/index.ts";

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

test("what was verified as one thing is not another", () => {
  expectTypeOf(verifyTarget).returns.toEqualTypeOf<VerifiedTarget>();
  expectTypeOf(verifyStatement).returns.toEqualTypeOf<VerifiedStatement>();
  expectTypeOf({ length: 0, hashes: {} }).not.toExtend<VerifiedTarget>();
  expectTypeOf<Verified<"dsse">>().not.toExtend<Verified<"target">>();
});

test("a target of unknown length needs a cap", () => {
  const unknown: ExpectedTarget = { hashes: {} };
  // @ts-expect-error the length may be missing
  createTargetVerifier(unknown);
  expectTypeOf(createTargetVerifier(unknown, { maxBytes: 1 })).toEqualTypeOf<TargetVerifier>();
  expectTypeOf(createTargetVerifier({ length: 1, hashes: {} })).toEqualTypeOf<TargetVerifier>();
});

test("a runtime's own SubtleCrypto and key pair make a signer", () => {
  const make = async (pair: { privateKey: webcrypto.CryptoKey; publicKey: webcrypto.CryptoKey }): Promise<Signer> =>
    createWebCryptoSigner(crypto.subtle, pair);
  expectTypeOf(make).returns.resolves.toEqualTypeOf<Signer>();
});
