/** One signature under one key: what is imported when, and what is asked of a provider. */

import { bytesToNumberBE } from "@noble/curves/utils.js";
import { describe, expect, it } from "vitest";
import { bytesToHex, concatBytes, type SignatureProvider, utf8ToBytes } from "../../src/core/index.ts";
import { isValidSignature, type PublicKey, type SignatureOptions } from "../../src/signing/index.ts";
import { derOf } from "./ecdsa-inputs.ts";
import { smallOrderEncodings } from "./ed25519-inputs.ts";
import { alice, bob, countingProvider, errorOf, providers } from "./fixture.ts";
import { publishedKeys } from "./published-keys.ts";
import { encodePss, pairOf, rawSign, rsaKey } from "./rsa-inputs.ts";

const message = utf8ToBytes("a message");
const signature = alice.sign(message);

describe.each(providers)("isValidSignature with $name", (provider) => {
  it("accepts a signature, and refuses it under another key, message or provider's own fault", () => {
    expect(isValidSignature(alice.key, message, signature, { provider })).toBe(true);
    expect(isValidSignature(bob.key, message, signature, { provider })).toBe(false);
    expect(isValidSignature(alice.key, utf8ToBytes("another"), signature, { provider })).toBe(false);
    expect(isValidSignature(alice.key, message, signature.subarray(1), { provider })).toBe(false);
  });

  it("verifies nothing with keys that no honest signer has", () => {
    for (const { bytes } of smallOrderEncodings) {
      const key: PublicKey = { ...alice.key, material: bytesToHex(bytes) };
      const forged = concatBytes(signature.subarray(0, 32), new Uint8Array(32));
      expect(isValidSignature(key, message, forged, { provider })).toBe(false);
    }
    const notOnCurve: PublicKey = { ...alice.key, material: `02${"00".repeat(31)}` };
    expect(isValidSignature(notOnCurve, message, signature, { provider })).toBe(false);
  });

  it("refuses signatures of every other scheme", () => {
    for (const { key } of publishedKeys) {
      for (const ecdsaEncoding of ["der", "p1363"] as const) {
        for (const length of [0, 1, 64, 70, 96, 256]) {
          const zeros = new Uint8Array(length);
          expect(isValidSignature(key, message, zeros, { provider, ecdsaEncoding, pssSalt: "any" })).toBe(false);
        }
      }
    }
  });
});

describe("a key object", () => {
  it("is imported once for each provider", () => {
    const [first, second] = [countingProvider(), countingProvider()];
    const key = { ...alice.key };
    for (const provider of [first, second, first, first, second]) {
      expect(isValidSignature(key, message, signature, { provider })).toBe(true);
    }
    expect([first.imported, first.asked]).toEqual([1, 3]);
    expect([second.imported, second.asked]).toEqual([1, 2]);
    expect(isValidSignature({ ...key }, message, signature, { provider: first })).toBe(true);
    expect(first.imported).toBe(2);
  });

  it("that is changed is another key", () => {
    const provider = countingProvider();
    const key: { -readonly [name in keyof PublicKey]: PublicKey[name] } = { ...alice.key };
    expect(isValidSignature(key, message, signature, { provider })).toBe(true);
    key.material = bob.key.material;
    expect(isValidSignature(key, message, signature, { provider })).toBe(false);
    expect(isValidSignature(key, message, bob.sign(message), { provider })).toBe(true);
    key.material = "00";
    expect(errorOf(() => isValidSignature(key, message, signature, { provider })).code).toBe("ERR_SIGNING_KEY_FORMAT");
    key.material = alice.key.material;
    key.scheme = "ecdsa-sha2-nistp256";
    expect(errorOf(() => isValidSignature(key, message, signature, { provider })).code).toBe("ERR_SIGNING_KEY_FORMAT");
    key.scheme = "ed25519";
    key.keyId = "another label";
    expect(isValidSignature(key, message, signature, { provider })).toBe(true);
    expect(provider.imported).toBe(3);
  });

  it("of RSA whose scheme is changed is another key", () => {
    const provider = countingProvider();
    const pair = pairOf([0, 1]);
    const sig = rawSign(pair, bytesToNumberBE(encodePss("rsassa-pss-sha512", message, 2047)));
    const key: { -readonly [name in keyof PublicKey]: PublicKey[name] } = rsaKey("rsassa-pss-sha256", pair);
    expect(isValidSignature(key, message, sig, { provider })).toBe(false);
    key.scheme = "rsassa-pss-sha512";
    expect(isValidSignature(key, message, sig, { provider })).toBe(true);
    expect(provider.imported).toBe(2);
  });

  it("may be frozen, and without prototype", () => {
    const key = Object.freeze(Object.assign(Object.create(null), alice.key)) as PublicKey;
    expect(isValidSignature(key, message, signature)).toBe(true);
    expect(isValidSignature(key, message, signature)).toBe(true);
  });

  it("that is refused is not asked about again", () => {
    const provider = countingProvider(true);
    const key: PublicKey = { ...alice.key, material: "01".padEnd(64, "0") };
    expect(isValidSignature(key, message, signature, { provider })).toBe(false);
    expect(isValidSignature(key, message, signature, { provider })).toBe(false);
    const [, p256, , rsa] = publishedKeys.map((published) => published.key);
    const offCurve: PublicKey = { ...p256!, material: `${p256!.material.slice(0, -1)}8` };
    expect(isValidSignature(offCurve, message, derOf(1n, 1n), { provider })).toBe(false);
    const even: PublicKey = { ...rsa!, material: `${rsa!.material.slice(0, -12)}000203010001` };
    expect(isValidSignature(even, message, new Uint8Array(256), { provider })).toBe(false);
    expect([provider.imported, provider.asked]).toEqual([0, 0]);
  });
});

describe("misuse", () => {
  it.each([
    ["ecdsaEncoding", "DER", '"der" or "p1363"'],
    ["ecdsaEncoding", null, '"der" or "p1363"'],
    ["pssSalt", "auto", '"hash" or "any"'],
    ["pssSalt", 0, '"hash" or "any"'],
  ])("of %s as %s is refused", (name, value, expected) => {
    const options = { [name]: value } as SignatureOptions;
    expect(() => isValidSignature(alice.key, message, signature, options)).toThrow(
      new TypeError(`"${name}" expected ${expected}, got ${value}`),
    );
  });

  it("of arguments that are no bytes is refused", () => {
    const text = "00" as unknown as Uint8Array;
    expect(() => isValidSignature(alice.key, text, signature)).toThrow(
      new TypeError('"message" expected Uint8Array, got String'),
    );
    expect(() => isValidSignature(alice.key, message, text)).toThrow(
      new TypeError('"signature" expected Uint8Array, got String'),
    );
  });

  it.each([
    ["a promise", () => ({ verify: async () => true }), '"verify" expected boolean, got object'],
    ["a number", () => ({ verify: () => 1 }), '"verify" expected boolean, got number'],
    ["nothing", () => ({ verify: () => undefined }), '"verify" expected boolean, got undefined'],
    [
      "a promise of a key",
      async () => ({ verify: () => true }),
      '"importPublicKey" expected key of provider, got object',
    ],
    ["null as key", () => null, '"importPublicKey" expected key of provider, got object'],
    ["a key without verify", () => ({}), '"importPublicKey" expected key of provider, got object'],
  ])("by a provider that gives %s is refused", (_, importPublicKey, what) => {
    const provider = { ...countingProvider(), importPublicKey } as unknown as SignatureProvider;
    expect(() => isValidSignature(alice.key, message, signature, { provider })).toThrow(new TypeError(what));
  });

  it("by a provider that knows no such key means no", () => {
    const provider = { ...countingProvider(), importPublicKey: () => undefined };
    expect(isValidSignature(alice.key, message, signature, { provider })).toBe(false);
  });
});
