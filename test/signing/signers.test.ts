import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hexToBytes, utf8ToBytes } from "../../src/core/index.ts";
import { createLocalSigner, generateLocalKey, isValidEd25519, signDsse } from "../../src/signing/index.ts";
import { alice, bob, payload, payloadType, providers } from "./fixture.ts";

describe("createLocalSigner", () => {
  it("makes the key and signature of RFC 8032 section 7.1 TEST 2", async () => {
    for (const provider of providers) {
      const seed = hexToBytes("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
      const signer = createLocalSigner(seed, provider);
      expect(signer.publicKey.material).toBe("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
      expect(await signer.sign(Uint8Array.of(0x72))).toEqual(
        hexToBytes(
          "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da" +
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
      );
    }
  });

  it("signs what the strict rule accepts", async () => {
    const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });
    await fc.assert(
      fc.asyncProperty(seeds, fc.uint8Array(), async (seed, message) => {
        const signer = createLocalSigner(seed);
        const signature = await signer.sign(message);
        for (const provider of providers) {
          expect(isValidEd25519(hexToBytes(signer.publicKey.material), message, signature, provider)).toBe(true);
        }
      }),
      { numRuns: 25 },
    );
  });

  it("copies the seed", async () => {
    const seed = new Uint8Array(32).fill(1);
    const signer = createLocalSigner(seed);
    seed.fill(0);
    expect(await signer.sign(payload)).toEqual(alice.sign(payload));
  });

  it("shows its public key alone", () => {
    expect(JSON.parse(JSON.stringify(alice.signer))).toEqual({ publicKey: alice.key });
  });

  it.each([0, 31, 33, 64])("refuses a seed of %i bytes", (length) => {
    expect(() => createLocalSigner(new Uint8Array(length))).toThrow(
      new RangeError(`"seed" expected 32 bytes, got ${length}`),
    );
  });

  it("refuses a seed that is text", () => {
    expect(() => createLocalSigner("0".repeat(32) as unknown as Uint8Array)).toThrow(
      new TypeError('"seed" expected Uint8Array, got String'),
    );
  });
});

describe("generateLocalKey", () => {
  it("takes 32 bytes of the caller's randomness", () => {
    for (const provider of providers) {
      const { seed, signer } = generateLocalKey((length) => new Uint8Array(length).fill(2), provider);
      expect(seed).toEqual(new Uint8Array(32).fill(2));
      expect(signer.publicKey).toEqual(bob.key);
    }
  });

  it("copies what it was given", () => {
    const pool = new Uint8Array(32).fill(2);
    const { seed } = generateLocalKey(() => pool);
    pool.fill(0);
    expect(seed).toEqual(new Uint8Array(32).fill(2));
  });

  it("refuses a source that gives too little or no bytes", () => {
    expect(() => generateLocalKey(() => new Uint8Array(16))).toThrow(
      new RangeError('"seed" expected 32 bytes, got 16'),
    );
    expect(() => generateLocalKey(() => 4 as unknown as Uint8Array)).toThrow(
      new TypeError('"randomBytes()" expected Uint8Array, got Number'),
    );
  });
});

describe("a signer that does not hold its key", () => {
  const { keyId } = alice.key;
  const fault = {
    name: "SigningError",
    code: "ERR_SIGNING_SIGNER_FAULT",
    message: `Cannot sign: key ${keyId} does not verify its own signature`,
    details: { keyId },
  };

  it("is found out when it signs", async () => {
    for (const sign of [bob.signer.sign, async () => new Uint8Array(0), async () => utf8ToBytes("x".repeat(64))]) {
      await expect(signDsse(payloadType, payload, [bob.signer, { publicKey: alice.key, sign }])).rejects.toMatchObject(
        fault,
      );
    }
  });

  it("passes its own failure on", async () => {
    const signer = { publicKey: alice.key, sign: () => Promise.reject(new Error("HSM is offline")) };
    await expect(signDsse(payloadType, payload, [signer])).rejects.toThrow("HSM is offline");
  });
});
