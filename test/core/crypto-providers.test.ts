/** One suite against both back ends: what it proves of one holds of the other, and they never disagree. */

import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as node from "../../src/core/crypto/node.ts";
import * as pure from "../../src/core/crypto/pure.ts";
import { bytesToHex, concatBytes, type HashAlgorithm, hexToBytes, utf8ToBytes } from "../../src/core/index.ts";

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
    expect(signatureProvider.ed25519PublicKey(row.seed)).toEqual(row.publicKey);
    expect(signatureProvider.ed25519Sign(row.seed, row.message)).toEqual(row.signature);
    expect(signatureProvider.ed25519Equation(row.publicKey, row.message, row.signature)).toBe(true);
    const longer = concatBytes(row.message, Uint8Array.of(0));
    expect(signatureProvider.ed25519Equation(row.publicKey, longer, row.signature)).toBe(false);
  });

  it("answers false, never an exception, for a key that is no point and for S >= L", () => {
    const { message, publicKey, signature } = signatures[1]!;
    const notOnCurve = new Uint8Array(32);
    notOnCurve[0] = 2;
    expect(signatureProvider.ed25519Equation(notOnCurve, message, signature)).toBe(false);
    expect(signatureProvider.ed25519Equation(publicKey.subarray(1), message, signature)).toBe(false);
    const order = hexToBytes("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    for (const s of [order, new Uint8Array(32).fill(255)]) {
      const tooLarge = concatBytes(signature.subarray(0, 32), s);
      expect(signatureProvider.ed25519Equation(publicKey, message, tooLarge)).toBe(false);
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
        const publicKey = node.signatureProvider.ed25519PublicKey(privateKey);
        expect(pure.signatureProvider.ed25519PublicKey(privateKey)).toEqual(publicKey);
        const signature = node.signatureProvider.ed25519Sign(privateKey, message);
        expect(pure.signatureProvider.ed25519Sign(privateKey, message)).toEqual(signature);
        expect(node.signatureProvider.ed25519Equation(publicKey, message, signature)).toBe(true);
        expect(pure.signatureProvider.ed25519Equation(publicKey, message, signature)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});
