import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesToHex, defaultHashProvider, hexToBytes, pureHashProvider, utf8ToBytes } from "../../src/core/index.ts";
import { hmacSha256, isValidHmacSha256, type SymmetricKey } from "../../src/signing/index.ts";

const secret = hexToBytes("0b".repeat(20));
const key: SymmetricKey = { scheme: "hmac-sha256", keyId: "ecu 7", secret };
const message = utf8ToBytes("Hi There");
const tag = hmacSha256(secret, message);

/** RFC 4231 section 4; test case 2 has a key of 4 bytes and is below our minimum. */
const examples = [
  ["0b".repeat(20), "4869205468657265", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"],
  ["aa".repeat(20), "dd".repeat(50), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"],
  [
    "0102030405060708090a0b0c0d0e0f10111213141516171819",
    "cd".repeat(50),
    "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
  ],
  [
    "aa".repeat(131),
    bytesToHex(utf8ToBytes("Test Using Larger Than Block-Size Key - Hash Key First")),
    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
  ],
  [
    "aa".repeat(131),
    bytesToHex(
      utf8ToBytes(
        "This is a test using a larger than block-size key and a larger than block-size data. " +
          "The key needs to be hashed before being used by the HMAC algorithm.",
      ),
    ),
    "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
  ],
] as const;

describe.each([defaultHashProvider, pureHashProvider])("HMAC-SHA-256 with the hashes of $name", (provider) => {
  it.each(examples)("reproduces the published code of key %.12s…", (secretHex, messageHex, expected) => {
    const [bytes, text] = [hexToBytes(secretHex), hexToBytes(messageHex)];
    expect(bytesToHex(hmacSha256(bytes, text, provider))).toBe(expected);
    expect(isValidHmacSha256({ ...key, secret: bytes }, text, hexToBytes(expected), { provider })).toBe(true);
  });

  it("agrees with node:crypto, also around the block length", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 16, maxLength: 140 }),
        fc.uint8Array({ maxLength: 200 }),
        (bytes, text) => {
          expect(bytesToHex(hmacSha256(bytes, text, provider))).toBe(
            createHmac("sha256", bytes).update(text).digest("hex"),
          );
        },
      ),
    );
    for (const length of [16, 63, 64, 65]) {
      const bytes = new Uint8Array(length).fill(length);
      const expected = createHmac("sha256", bytes).update(message).digest("hex");
      expect(bytesToHex(hmacSha256(bytes, message, provider))).toBe(expected);
    }
  });
});

describe("isValidHmacSha256", () => {
  it("refuses every other byte, key and message", () => {
    for (let at = 0; at < 32; at++) {
      const changed = Uint8Array.from(tag);
      changed[at]! ^= 1;
      expect(isValidHmacSha256(key, message, changed)).toBe(false);
    }
    expect(isValidHmacSha256(key, utf8ToBytes("Hi there"), tag)).toBe(false);
    expect(isValidHmacSha256({ ...key, secret: hexToBytes("0c".repeat(20)) }, message, tag)).toBe(false);
  });

  it("refuses another length than the one that is asked for", () => {
    for (let length = 0; length < 32; length++) {
      expect(isValidHmacSha256(key, message, tag.subarray(0, length))).toBe(false);
    }
    const longer = Uint8Array.of(...tag, 0);
    expect(isValidHmacSha256(key, message, longer)).toBe(false);
    for (const tagLength of [16, 24, 32]) {
      expect(isValidHmacSha256(key, message, tag.subarray(0, tagLength), { tagLength })).toBe(true);
      expect(isValidHmacSha256(key, message, tag.subarray(0, tagLength - 1), { tagLength })).toBe(false);
      expect(isValidHmacSha256(key, message, longer, { tagLength })).toBe(false);
    }
    expect(isValidHmacSha256(key, message, tag, { tagLength: 16 })).toBe(false);
  });

  it.each([0, 15, 33, 16.5, Number.NaN, -1])("refuses to compare %d bytes", (tagLength) => {
    expect(() => isValidHmacSha256(key, message, tag, { tagLength })).toThrow(
      new RangeError(`"tagLength" expected integer in 16 .. 32, got ${tagLength}`),
    );
  });

  it("refuses a key of another scheme", () => {
    for (const scheme of ["ed25519", undefined]) {
      expect(() => isValidHmacSha256({ ...key, scheme } as unknown as SymmetricKey, message, tag)).toThrow(
        new TypeError(`"scheme" expected "hmac-sha256", got ${scheme}`),
      );
    }
  });

  it("refuses a short secret and arguments that are no bytes", () => {
    for (const length of [0, 15]) {
      const refusal = new RangeError(`"secret" expected 16 bytes or more, got ${length}`);
      expect(() => hmacSha256(new Uint8Array(length), message)).toThrow(refusal);
      expect(() => isValidHmacSha256({ ...key, secret: new Uint8Array(length) }, message, tag)).toThrow(refusal);
    }
    expect(hmacSha256(new Uint8Array(16), message)).toHaveLength(32);
    const text = "00" as unknown as Uint8Array<ArrayBuffer>;
    expect(() => hmacSha256(text, message)).toThrow(new TypeError('"secret" expected Uint8Array, got String'));
    expect(() => hmacSha256(secret, text)).toThrow(new TypeError('"message" expected Uint8Array, got String'));
    expect(() => isValidHmacSha256(key, message, text)).toThrow(new TypeError('"tag" expected Uint8Array, got String'));
  });

  it("leaves key and message as they were", () => {
    const [before, text] = [Uint8Array.from(secret), Uint8Array.from(message)];
    hmacSha256(secret, message);
    expect([secret, message]).toEqual([before, text]);
  });
});
