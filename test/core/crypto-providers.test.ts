/** One suite against both back ends: what it proves of one holds of the other, and they never disagree. */

import { generateKeyPairSync } from "node:crypto";
import { runInNewContext } from "node:vm";
import { p256, p384 } from "@noble/curves/nist.js";
import { bytesToNumberBE, numberToBytesBE } from "@noble/curves/utils.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as node from "../../src/core/crypto/node.ts";
import * as pure from "../../src/core/crypto/pure.ts";
import {
  bytesToHex,
  concatBytes,
  type HashAlgorithm,
  hexToBytes,
  type SignatureScheme,
  utf8ToBytes,
} from "../../src/core/index.ts";
import { encodePss, pairOf, rawSign, rsaDer } from "../signing/rsa-inputs.ts";

const algorithms: readonly HashAlgorithm[] = ["sha256", "sha512"];
const blockLength = { sha256: 64, sha512: 128 };

/** FIPS 180-4 examples of one and two blocks, and RFC 6234 TEST3 (a million times "a"). */
const digests: readonly (readonly [string, Record<HashAlgorithm, string>])[] = [
  [
    "",
    {
      sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      sha512:
        "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce" +
        "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
    },
  ],
  [
    "abc",
    {
      sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      sha512:
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a" +
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    },
  ],
  [
    "a".repeat(1_000_000),
    {
      sha256: "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
      sha512:
        "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb" +
        "de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b",
    },
  ],
];

/** RFC 8032 section 7.1, TEST 1 to 3. */
const signatures = [
  {
    seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    message: "",
    signature:
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155" +
      "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  },
  {
    seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    publicKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    message: "72",
    signature:
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da" +
      "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  },
  {
    seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    publicKey: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    message: "af82",
    signature:
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac" +
      "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
  },
].map((row) => ({
  seed: hexToBytes(row.seed),
  publicKey: hexToBytes(row.publicKey),
  message: hexToBytes(row.message),
  signature: hexToBytes(row.signature),
}));

const seedBytes = new Uint8Array(32).fill(7);
const message7 = Uint8Array.of(7);
const anyAlgorithm = fc.constantFrom(...algorithms);
const anyBytes = (maxLength: number) => fc.uint8Array({ maxLength, size: "max" });
const seed = fc.uint8Array({ minLength: 32, maxLength: 32 });

const providers = [
  { name: "node", ...node },
  { name: "noble", ...pure },
];

describe.each(providers)("$name provider", ({ name, hashProvider, signatureProvider }) => {
  it("says its name", () => {
    expect([hashProvider.name, signatureProvider.name]).toEqual([name, name]);
  });

  it.each(digests)("hashes the published message %.9s", (text, expected) => {
    const message = utf8ToBytes(text);
    for (const algorithm of algorithms) {
      expect(bytesToHex(hashProvider.digest(algorithm, message))).toBe(expected[algorithm]);
      expect(bytesToHex(hashProvider.create(algorithm).update(message).digest())).toBe(expected[algorithm]);
    }
  });

  it("hashes chunks as it hashes the whole, however it is cut", () => {
    fc.assert(
      fc.property(anyAlgorithm, fc.array(anyBytes(300), { maxLength: 8 }), (algorithm, chunks) => {
        const hash = hashProvider.create(algorithm);
        for (const chunk of chunks) expect(hash.update(chunk)).toBe(hash);
        expect(hash.digest()).toEqual(hashProvider.digest(algorithm, concatBytes(...chunks)));
      }),
    );
  });

  it("consumes a chunk before update returns", () => {
    const chunk = utf8ToBytes("abc");
    const hash = hashProvider.create("sha256").update(chunk);
    chunk.fill(0);
    expect(hash.digest()).toEqual(hashProvider.digest("sha256", utf8ToBytes("abc")));
  });

  it("keeps hashes apart that are under way at the same time", () => {
    const [left, right] = [hashProvider.create("sha256"), hashProvider.create("sha256")];
    left.update(utf8ToBytes("ab"));
    right.update(utf8ToBytes("x"));
    left.update(utf8ToBytes("c"));
    expect(left.digest()).toEqual(hashProvider.digest("sha256", utf8ToBytes("abc")));
    expect(right.digest()).toEqual(hashProvider.digest("sha256", utf8ToBytes("x")));
  });

  it("gives digests over buffers of their own", () => {
    for (const digest of [hashProvider.digest("sha256", seedBytes), hashProvider.create("sha256").digest()]) {
      expect(Object.prototype.toString.call(digest.buffer)).toBe("[object ArrayBuffer]");
      expect(digest.constructor).toBe(Uint8Array);
      expect([digest.byteOffset, digest.buffer.byteLength]).toEqual([0, 32]);
    }
  });

  it("refuses use after the digest", () => {
    for (const algorithm of algorithms) {
      const hash = hashProvider.create(algorithm);
      hash.digest();
      const ended = new TypeError("Cannot use hash: its digest was already taken");
      expect(() => hash.update(seedBytes)).toThrow(ended);
      expect(() => hash.digest()).toThrow(ended);
    }
  });

  it("refuses what is no Uint8Array, and goes on afterwards", () => {
    const strangers: readonly (readonly [unknown, string])[] = [
      ["abc", "String"],
      [[97], "Array"],
      [undefined, "Undefined"],
      [new ArrayBuffer(1), "ArrayBuffer"],
      [new Uint16Array(1), "Uint16Array"],
    ];
    for (const [value, kind] of strangers) {
      const hash = hashProvider.create("sha256");
      expect(() => hash.update(value as Uint8Array)).toThrow(new TypeError(`"bytes" expected Uint8Array, got ${kind}`));
      expect(() => hashProvider.digest("sha256", value as Uint8Array)).toThrow(
        new TypeError(`"message" expected Uint8Array, got ${kind}`),
      );
      expect(hash.update(seedBytes).digest()).toEqual(hashProvider.digest("sha256", seedBytes));
    }
  });

  it("takes a Buffer, a view, and a Uint8Array of another realm", () => {
    const expected = hashProvider.digest("sha256", utf8ToBytes("abc"));
    const foreign = runInNewContext("Uint8Array.of(97, 98, 99)") as Uint8Array;
    expect(foreign instanceof Uint8Array).toBe(false);
    for (const bytes of [Buffer.from("abc"), utf8ToBytes("xabcx").subarray(1, 4), foreign]) {
      expect(hashProvider.digest("sha256", bytes)).toEqual(expected);
      expect(hashProvider.create("sha256").update(bytes).digest()).toEqual(expected);
    }
  });

  it.each(["md5", "sha1", "SHA256", "constructor", "__proto__", undefined])("refuses algorithm %s", (algorithm) => {
    const refusal = new TypeError(
      `"algorithm" expected "sha256" or "sha512", got ${typeof algorithm} ${String(algorithm)}`,
    );
    expect(() => hashProvider.create(algorithm as HashAlgorithm)).toThrow(refusal);
    expect(() => hashProvider.digest(algorithm as HashAlgorithm, seedBytes)).toThrow(refusal);
  });

  it.each(signatures)("reproduces RFC 8032 test with message of $message.length bytes", (row) => {
    const privateKey = signatureProvider.importPrivateKey("ed25519", row.seed);
    expect(privateKey.publicKey).toEqual(row.publicKey);
    expect(privateKey.sign(row.message)).toEqual(row.signature);
    const key = signatureProvider.importPublicKey("ed25519", row.publicKey)!;
    expect(key.verify(row.message, row.signature)).toBe(true);
    expect(key.verify(concatBytes(row.message, Uint8Array.of(0)), row.signature)).toBe(false);
  });

  it("answers false, never an exception, for a key that is no point and for S >= L", () => {
    const { message, publicKey, signature } = signatures[1]!;
    const notOnCurve = new Uint8Array(32);
    notOnCurve[0] = 2;
    for (const material of [notOnCurve, publicKey.subarray(1)]) {
      const key = signatureProvider.importPublicKey("ed25519", material);
      expect(key?.verify(message, signature) ?? false).toBe(false);
    }
    const key = signatureProvider.importPublicKey("ed25519", publicKey)!;
    const order = hexToBytes("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    for (const s of [order, new Uint8Array(32).fill(255)]) {
      const tooLarge = concatBytes(signature.subarray(0, 32), s);
      expect(key.verify(message, tooLarge)).toBe(false);
    }
  });
});

const ecdsaSchemes = [
  { scheme: "ecdsa-sha2-nistp256", curve: p256, size: 32 },
  { scheme: "ecdsa-sha2-nistp384", curve: p384, size: 48 },
] as const;
const allSchemes: readonly SignatureScheme[] = [
  "ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "rsassa-pss-sha256",
  "rsassa-pss-sha384",
  "rsassa-pss-sha512",
];

describe.each(providers)("public keys of the $name provider", ({ signatureProvider }) => {
  it.each(allSchemes)("are never made of anything else for %s", (scheme) => {
    for (const material of [
      new Uint8Array(0),
      Uint8Array.of(4),
      new Uint8Array(65),
      new Uint8Array(97).fill(4),
      hexToBytes("3000"),
    ]) {
      const key = signatureProvider.importPublicKey(scheme, material);
      for (const length of [0, 64, 96, 256])
        expect(key?.verify(seedBytes, new Uint8Array(length)) ?? false).toBe(false);
    }
  });

  it("do not change with the array that they were made of", () => {
    const { message, publicKey, signature } = signatures[1]!;
    const material = Uint8Array.from(publicKey);
    const key = signatureProvider.importPublicKey("ed25519", material)!;
    material.fill(0);
    expect(key.verify(message, signature)).toBe(true);
    const scalar = new Uint8Array(32).fill(7);
    const pair = signatureProvider.importPrivateKey("ecdsa-sha2-nistp256", scalar);
    const point = Uint8Array.from(pair.publicKey);
    const pointKey = signatureProvider.importPublicKey("ecdsa-sha2-nistp256", point)!;
    point.fill(0);
    scalar.fill(0);
    expect(pointKey.verify(message, pair.sign(message))).toBe(true);
  });

  it.each([
    ["2048 bits", [0, 1]],
    ["2049 bits", [0, 8]],
    ["2056 bits", [0, 11]],
    ["8192 bits", [0, 1, 2, 3, 4, 5, 6, 7]],
  ])("verify RSASSA-PSS with a modulus of %s", (_, numbers) => {
    const pair = pairOf(numbers);
    const bits = pair.modulus.toString(2).length - 1;
    const material = rsaDer(pair.modulus, pair.exponent);
    for (const scheme of ["rsassa-pss-sha256", "rsassa-pss-sha384", "rsassa-pss-sha512"] as const) {
      const key = signatureProvider.importPublicKey(scheme, material)!;
      const hashLength = Number(scheme.slice(-3)) / 8;
      const made = rawSign(pair, bytesToNumberBE(encodePss(scheme, seedBytes, bits)));
      for (const salt of [undefined, hashLength, "any"] as const) expect(key.verify(seedBytes, made, salt)).toBe(true);
      for (const salt of [0, hashLength - 1, hashLength + 1]) expect(key.verify(seedBytes, made, salt)).toBe(false);
      expect(key.verify(message7, made)).toBe(false);
      expect(key.verify(seedBytes, made.subarray(1))).toBe(false);
      const tooLarge = bytesToNumberBE(made) + pair.modulus;
      if (tooLarge >> BigInt(8 * made.length) !== 0n) continue;
      expect(key.verify(seedBytes, numberToBytesBE(tooLarge, made.length))).toBe(false);
    }
  });

  it.each(ecdsaSchemes)("verify $scheme in both halves of s and nothing out of range", ({ scheme, curve, size }) => {
    const { ORDER } = curve.Point.Fn;
    const privateKey = signatureProvider.importPrivateKey(scheme, new Uint8Array(size).fill(9));
    const made = privateKey.sign(seedBytes);
    const s = bytesToNumberBE(made.subarray(size));
    const key = signatureProvider.importPublicKey(scheme, privateKey.publicKey)!;
    const withS = (value: bigint): Uint8Array => concatBytes(made.subarray(0, size), numberToBytesBE(value, size));
    for (const good of [s, ORDER - s]) expect(key.verify(seedBytes, withS(good))).toBe(true);
    for (const wrong of [0n, 1n, ORDER, ORDER - 1n]) expect(key.verify(seedBytes, withS(wrong))).toBe(false);
    expect(key.verify(message7, made)).toBe(false);
    expect(key.verify(seedBytes, made.subarray(1))).toBe(false);
  });
});

describe.each(providers)("private keys of the $name provider", ({ name, signatureProvider }) => {
  it.each(ecdsaSchemes)("of $scheme give the point and signatures with a low s", ({ scheme, curve, size }) => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: curve.Point.Fn.ORDER - 1n }), anyBytes(100), (scalar, message) => {
        const material = numberToBytesBE(scalar, size);
        const privateKey = signatureProvider.importPrivateKey(scheme, material);
        expect(privateKey.publicKey).toEqual(curve.getPublicKey(material, false));
        const made = privateKey.sign(message);
        expect(made).toHaveLength(2 * size);
        expect(bytesToNumberBE(made.subarray(size)) <= curve.Point.Fn.ORDER / 2n).toBe(true);
        expect(made.constructor).toBe(Uint8Array);
        for (const other of providers) {
          const key = other.signatureProvider.importPublicKey(scheme, privateKey.publicKey)!;
          expect(key.verify(message, made)).toBe(true);
        }
      }),
      { numRuns: 12 },
    );
  });

  it("of other lengths or out of range are refused, without their bytes", () => {
    const order = p256.Point.Fn.ORDER;
    const wrong = [
      ["ed25519", new Uint8Array(31).fill(0xab)],
      ["ed25519", new Uint8Array(33).fill(0xab)],
      ["ecdsa-sha2-nistp256", new Uint8Array(32)],
      ["ecdsa-sha2-nistp256", numberToBytesBE(order, 32)],
      ["ecdsa-sha2-nistp256", new Uint8Array(32).fill(255)],
      ["ecdsa-sha2-nistp256", new Uint8Array(31).fill(0xab)],
      ["ecdsa-sha2-nistp256", new Uint8Array(33).fill(0xab)],
      ["ecdsa-sha2-nistp384", new Uint8Array(48).fill(255)],
      ["ecdsa-sha2-nistp384", new Uint8Array(32).fill(0xab)],
    ] as const;
    for (const [scheme, material] of wrong) {
      let thrown: unknown;
      try {
        signatureProvider.importPrivateKey(scheme, material);
      } catch (error) {
        thrown = error;
      }
      expect(thrown, `${scheme} ${bytesToHex(material)}`).toEqual(
        new RangeError(`"material" expected private key of ${scheme}`),
      );
      expect((thrown as Error).cause).toBeUndefined();
    }
  });

  it("of RSA sign with the salt of the hash, or are refused by scheme", () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const material = new Uint8Array(privateKey.export({ format: "der", type: "pkcs1" }));
    for (const scheme of ["rsassa-pss-sha256", "rsassa-pss-sha384", "rsassa-pss-sha512"] as const) {
      if (name === "noble") {
        const refusal = new TypeError(`Cannot sign: provider "noble" has no private keys of ${scheme}`);
        expect(() => signatureProvider.importPrivateKey(scheme, material)).toThrow(refusal);
        continue;
      }
      const imported = signatureProvider.importPrivateKey(scheme, material);
      for (const other of providers) {
        const key = other.signatureProvider.importPublicKey(scheme, imported.publicKey)!;
        expect(key.verify(seedBytes, imported.sign(seedBytes))).toBe(true);
      }
      expect(() => signatureProvider.importPrivateKey(scheme, material.subarray(1))).toThrow(RangeError);
    }
  });
});

describe("both providers", () => {
  it("give the same digests, also around the block length", () => {
    fc.assert(
      fc.property(anyAlgorithm, fc.integer({ min: -20, max: 20 }), fc.nat({ max: 3 }), (algorithm, near, blocks) => {
        const message = new Uint8Array(Math.max(0, blocks * blockLength[algorithm] + near)).fill(near);
        expect(node.hashProvider.digest(algorithm, message)).toEqual(pure.hashProvider.digest(algorithm, message));
      }),
    );
  });

  it("give the same keys and signatures, and verify each other's", () => {
    fc.assert(
      fc.property(seed, anyBytes(200), (privateKey, message) => {
        const native = node.signatureProvider.importPrivateKey("ed25519", privateKey);
        const ours = pure.signatureProvider.importPrivateKey("ed25519", privateKey);
        expect(ours.publicKey).toEqual(native.publicKey);
        const signature = native.sign(message);
        expect(ours.sign(message)).toEqual(signature);
        for (const { signatureProvider } of providers) {
          const key = signatureProvider.importPublicKey("ed25519", native.publicKey)!;
          expect(key.verify(message, signature)).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });
});
