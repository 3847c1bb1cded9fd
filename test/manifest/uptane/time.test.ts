import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesToUtf8, encodeJcs, formatUtcTime, isOtaError, utf8ToBytes } from "../../../src/core/index.ts";
import { signTimeAttestation, timeFromClock, verifyTimeAttestation } from "../../../src/manifest/index.ts";
import { pureSignatureProvider } from "../../../src/signing/index.ts";
import { errorOf } from "../../error-of.ts";
import type { Loose } from "../tuf/repository-fixture.ts";
import { signerOf } from "../tuf/repository-keys.ts";
import { day, now } from "./living-pair.ts";

const servers = [signerOf("time/a"), signerOf("time/b", "ecdsa-sha2-nistp256"), signerOf("time/c")] as const;
const keys = servers.map(({ publicKey }) => publicKey);
const trust = { keys: keys.slice(0, 1), threshold: 1 };
const nonce = 7_001;
const ask = { trust, nonce, floorMs: now - day };
const attest = (content: object = {}, signers: readonly (typeof servers)[number][] = servers.slice(0, 1)) =>
  signTimeAttestation({ now, nonces: [5, nonce], ...content }, signers);

/** Codes and attacks of a refusal. */
const refusal = (bytes: Uint8Array, change: object = {}) => {
  const error = errorOf(() => verifyTimeAttestation(bytes, { ...ask, ...change })) as Loose;
  expect(error).toMatchObject({ code: "ERR_MANIFEST_UPTANE_TIME" });
  return error.details.reasons.map(({ code, attack, clause }: Loose) => [code, attack, clause]);
};

const loosely = (bytes: Uint8Array, change: (document: Loose) => void): Uint8Array => {
  const document = JSON.parse(bytesToUtf8(bytes));
  change(document);
  return utf8ToBytes(JSON.stringify(document));
};

describe("timeFromClock", () => {
  it("takes a time at or above the floor, and freezes it", () => {
    expect(timeFromClock(now, now)).toEqual({ now, source: "clock" });
    expect(timeFromClock(now, 0)).toEqual({ now, source: "clock" });
    expect(Object.isFrozen(timeFromClock(now, 0))).toBe(true);
  });

  it("refuses one below the floor, or that no clock shows", () => {
    expect(errorOf(() => timeFromClock(now - 1, now))).toMatchObject({
      code: "ERR_MANIFEST_UPTANE_TIME",
      message: "Cannot use time: The time is before one that was verified",
      details: {
        reasons: [
          {
            code: "uptane_time_rollback",
            attack: "freeze",
            clause: "Uptane 5.4.3.1",
            evidence: { had: now, got: now - 1 },
          },
        ],
      },
    });
    expect(errorOf(() => timeFromClock(now / 1000, 0))).toMatchObject({ code: "ERR_MANIFEST_TIME" });
    for (const floor of [-1, 0.5, Number.NaN])
      expect(errorOf(() => timeFromClock(now, floor))).toBeInstanceOf(RangeError);
    expect(errorOf(() => timeFromClock(Number.NaN, 0))).toBeInstanceOf(RangeError);
  });
});

describe("verifyTimeAttestation", () => {
  it("takes what the time server signed for the nonce", async () => {
    const bytes = await attest();
    expect(JSON.parse(bytesToUtf8(bytes)).signed).toEqual({ nonces: [5, nonce], time: formatUtcTime(now) });
    expect(verifyTimeAttestation(bytes, ask)).toEqual({ now, source: "attestation" });
    expect(verifyTimeAttestation(bytes, { ...ask, provider: pureSignatureProvider })).toMatchObject({ now });
    expect(verifyTimeAttestation(bytes, { ...ask, floorMs: now })).toMatchObject({ now });
    expect(verifyTimeAttestation(await attest({ now: now + 999 }), ask)).toMatchObject({ now });
  });

  it("counts distinct keys", async () => {
    const two = { trust: { keys, threshold: 2 } };
    expect(verifyTimeAttestation(await attest({}, servers.slice(1)), { ...ask, ...two })).toMatchObject({ now });
    const one = await attest();
    expect(refusal(one, two)).toEqual([["uptane_time_untrusted", "freeze", "Uptane 5.4.3.1"]]);
    const twice = loosely(one, ({ signatures }) => signatures.push(signatures[0]));
    expect(refusal(twice, two)).toEqual([["uptane_time_untrusted", "freeze", "Uptane 5.4.3.1"]]);
    expect(errorOf(() => verifyTimeAttestation(one, { ...ask, trust: { keys, threshold: 0 } }))).toMatchObject({
      code: "ERR_SIGNING_TRUST_THRESHOLD",
    });
  });

  it("refuses what another key signed, was changed, or answers another nonce", async () => {
    const untrusted = ["uptane_time_untrusted", "freeze", "Uptane 5.4.3.1"];
    const unanswered = ["uptane_time_nonce_missing", "freeze", "Uptane 5.4.3.1"];
    const bytes = await attest();
    expect(refusal(await attest({}, [servers[2]]))).toEqual([untrusted]);
    expect(refusal(loosely(bytes, ({ signed }) => signed.nonces.push(9)))).toEqual([untrusted]);
    expect(refusal(bytes, { nonce: 6 })).toEqual([unanswered]);
    expect(refusal(loosely(bytes, ({ signed }) => (signed.nonces = [1])))).toEqual([untrusted, unanswered]);
    expect(refusal(bytes, { floorMs: now + 1 })).toEqual([["uptane_time_rollback", "freeze", "Uptane 5.4.3.1"]]);
  });

  it("refuses every other form, with the place", async () => {
    const bytes = await attest();
    const changes: readonly (readonly [string | undefined, (document: Loose) => void])[] = [
      ["/signed", (document) => delete document.signed],
      ["/signed/nonces", ({ signed }) => (signed.nonces = [])],
      ["/signed/nonces/0", ({ signed }) => (signed.nonces = ["7001"])],
      ["/signed/nonces/0", ({ signed }) => (signed.nonces = [-1])],
      ["/signed/time", ({ signed }) => (signed.time = now)],
      [undefined, ({ signed }) => (signed.time = "2026-11-25")],
      ["/signatures", (document) => (document.signatures = [])],
      ["/signatures/0/sig", ({ signatures }) => (signatures[0].sig = 1)],
      [undefined, ({ signatures }) => (signatures[0].sig = "zz")],
      ["/signatures", (document) => (document.signatures = Array(17).fill(document.signatures[0]))],
    ];
    for (const [path, change] of changes) {
      const error = errorOf(() => verifyTimeAttestation(loosely(bytes, change), ask)) as Loose;
      const [reason] = error.details.reasons;
      expect([reason.code, reason.path, reason.attack]).toEqual(["uptane_time_malformed", path, "malformed_metadata"]);
    }
    expect(refusal(new Uint8Array(65_537))).toEqual([
      ["uptane_time_malformed", "malformed_metadata", "Uptane 5.4.3.1"],
    ]);
    for (let length = 0; length < bytes.length; length++) refusal(bytes.subarray(0, length));
  });

  it("never takes a changed byte for the same time, and answers anything with its error", async () => {
    const bytes = await attest();
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (place, mask) => {
        const changed = new Uint8Array(bytes);
        changed[place]! ^= mask;
        fc.pre(bytesToUtf8(bytes).toLowerCase() !== new TextDecoder().decode(changed).toLowerCase());
        refusal(changed);
      }),
    );
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(isOtaError(errorOf(() => verifyTimeAttestation(encodeJcs(value), ask)))).toBe(true);
      }),
    );
  });

  it("wants a nonce that is one", async () => {
    const bytes = await attest();
    for (const wrong of [-1, 0.5]) {
      expect(errorOf(() => verifyTimeAttestation(bytes, { ...ask, nonce: wrong }))).toBeInstanceOf(RangeError);
    }
  });
});

describe("signTimeAttestation", () => {
  it("refuses nonces that no ECU could ask with, none, and too many", async () => {
    await expect(attest({ nonces: [] })).rejects.toThrow(RangeError);
    await expect(attest({ nonces: Array(10_001).fill(1) })).rejects.toThrow(RangeError);
    await expect(attest({ nonces: [1, -1] })).rejects.toThrow('"nonces" expected integers >= 0, got -1');
    await expect(attest({ nonces: [0.5] })).rejects.toThrow(RangeError);
  });
});
