import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesToHex, hexToBytes, utf8ToBytes } from "../../src/core/index.ts";
import {
  createLocalSigner,
  generateLocalKey,
  isValidEd25519,
  isValidSignature,
  type PublicKey,
  type Signer,
  signDsse,
  signWith,
} from "../../src/signing/index.ts";
import { alice, bob, errorOf, payload, payloadType, providers } from "./fixture.ts";

describe("createLocalSigner", () => {
  it("makes the key and signature of RFC 8032 section 7.1 TEST 2", async () => {
    for (const provider of providers) {
      const seed = hexToBytes("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
      const signer = createLocalSigner(seed, { provider });
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
    expect(errorOf(() => createLocalSigner(new Uint8Array(length)))).toMatchObject({
      name: "SigningError",
      code: "ERR_SIGNING_PRIVATE_KEY",
      message: "Cannot use private key: neither raw key, PKCS #8 nor JWK",
    });
  });

  it("refuses a seed that is neither bytes nor text", () => {
    expect(() => createLocalSigner(7 as unknown as Uint8Array)).toThrow(
      new TypeError('"privateKey" expected Uint8Array, got Number'),
    );
  });
});

describe("generateLocalKey", () => {
  it("takes 32 bytes of the caller's randomness", () => {
    for (const provider of providers) {
      const { seed, signer } = generateLocalKey((length) => new Uint8Array(length).fill(2), { provider });
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
      new RangeError('"randomBytes()" expected 32 bytes, got 16'),
    );
    expect(() => generateLocalKey(() => 4 as unknown as Uint8Array)).toThrow(
      new TypeError('"randomBytes()" expected Uint8Array, got Number'),
    );
  });
});

describe("signWith", () => {
  const p256 = createLocalSigner(new Uint8Array(32).fill(1), { scheme: "ecdsa-sha2-nistp256" });
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

  /** A signer like half of all KMS answers: with the other s. */
  const highS: Signer = {
    publicKey: p256.publicKey,
    async sign(message) {
      const raw = await signWith(p256, message, { ecdsaEncoding: "p1363" });
      const s = order - BigInt(`0x${bytesToHex(raw.slice(32))}`);
      const numbers = [raw.slice(0, 32), hexToBytes(s.toString(16).padStart(64, "0"))].map((number) => {
        const first = number.findIndex((byte) => byte !== 0);
        const digits = [...(number[first]! >= 0x80 ? [0] : []), ...number.slice(first)];
        return [0x02, digits.length, ...digits];
      });
      const body = numbers.flat();
      return Uint8Array.from([0x30, body.length, ...body]);
    },
  };

  it("gives the lower s, in the wanted form", async () => {
    for (const provider of providers) {
      const [high, low] = [await highS.sign(payload), await p256.sign(payload)];
      expect(high).not.toEqual(low);
      for (const signer of [highS, p256]) {
        const der = await signWith(signer, payload, { provider });
        expect(isValidSignature(p256.publicKey, payload, der, { provider })).toBe(true);
        const raw = await signWith(signer, payload, { provider, ecdsaEncoding: "p1363" });
        expect(raw).toHaveLength(64);
        expect(BigInt(`0x${bytesToHex(raw.slice(32))}`) < order / 2n).toBe(true);
        expect(isValidSignature(p256.publicKey, payload, raw, { provider, ecdsaEncoding: "p1363" })).toBe(true);
      }
    }
  });

  it("refuses r || s from a signer: what it is is not guessed", async () => {
    const raw = await signWith(p256, payload, { ecdsaEncoding: "p1363" });
    // s equal to the order, and above it.
    const outOfRange = ["fc632551", "fc632552"].map((end) =>
      hexToBytes(`3026020101022100ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2${end}`),
    );
    for (const answer of [raw, new Uint8Array(0), new Uint8Array(8), ...outOfRange]) {
      const signer = { publicKey: p256.publicKey, sign: async () => answer };
      await expect(signWith(signer, payload)).rejects.toMatchObject({ code: "ERR_SIGNING_SIGNER_FAULT" });
    }
  });

  it("is not changed by a signer that writes into the message or, later, its answer", async () => {
    const own = Uint8Array.from(payload);
    const answer = alice.sign(payload);
    const signer: Signer = {
      publicKey: alice.key,
      async sign(message) {
        message.fill(0);
        own.fill(1);
        return answer;
      },
    };
    const signature = await signWith(signer, own);
    answer.fill(0);
    expect(signature).toEqual(alice.sign(payload));
  });

  it("is asked wrongly with a message that is no bytes, or answered with something else", async () => {
    await expect(signWith(alice.signer, "x" as unknown as Uint8Array)).rejects.toThrow(
      new TypeError('"message" expected Uint8Array, got String'),
    );
    const signer = { publicKey: alice.key, sign: async () => "x" as unknown as Uint8Array };
    await expect(signWith(signer, payload)).rejects.toThrow(
      new TypeError('"signature" expected Uint8Array, got String'),
    );
  });

  it("refuses a signer whose public key is none", async () => {
    for (const scheme of ["constructor", "__proto__", "rsa-pkcs1v15-sha256", undefined]) {
      const publicKey = { ...alice.key, scheme } as unknown as PublicKey;
      await expect(signWith({ publicKey, sign: alice.signer.sign }, payload)).rejects.toMatchObject({
        code: "ERR_SIGNING_KEY_ALGORITHM",
      });
    }
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
