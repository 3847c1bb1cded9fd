/** Keys of every kind in every form: which are read, what is refused, and where. */

import { p256, p384 } from "@noble/curves/nist.js";
import { numberToBytesBE } from "@noble/curves/utils.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { base64ToBytes, bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from "../../src/core/index.ts";
import {
  encodePublicKeyDer,
  encodePublicKeyPem,
  parsePublicKey,
  type SignatureScheme,
  SigningError,
} from "../../src/signing/index.ts";
import { errorOf } from "./fixture.ts";
import {
  ed25519Key,
  type PublishedKey,
  p256Key,
  p384Key,
  publishedKeys,
  rsaKey,
  rsaSha512KeyId,
} from "./published-keys.ts";
import { derElement, pairOf, rsaDer } from "./rsa-inputs.ts";

const { Point } = p256;
const pointKeys = [p256Key, p384Key];

function derOf({ pem }: PublishedKey): Uint8Array {
  return base64ToBytes(pem.split("\n").slice(1, -2).join(""));
}

function refusalOf(document: string | Uint8Array, scheme?: SignatureScheme): SigningError {
  const error = errorOf(() => parsePublicKey(document, scheme === undefined ? {} : { scheme }));
  expect(error).toBeInstanceOf(SigningError);
  return error as SigningError;
}

/** SubjectPublicKeyInfo of an algorithm, given in hexadecimal digits, and a key. */
function spkiOf(algorithm: string, key: Uint8Array): Uint8Array {
  const bits = derElement(0x03, concatBytes(Uint8Array.of(0), key));
  return derElement(0x30, concatBytes(derElement(0x30, hexToBytes(algorithm)), bits));
}

const rsaSpki = (key: Uint8Array): Uint8Array => spkiOf("06092a864886f70d0101010500", key);

describe.each(publishedKeys)("a key for $key.scheme", (published) => {
  const { key, pem, jwk } = published;

  it("is read from PEM, DER and JWK, with the key id of securesystemslib", () => {
    for (const document of [
      pem,
      utf8ToBytes(pem),
      derOf(published),
      JSON.stringify(jwk),
      ` \n\t\r${JSON.stringify(jwk)}\n`,
    ]) {
      expect(parsePublicKey(document)).toEqual(key);
    }
  });

  it("is written as PyCA and OpenSSL write it", () => {
    expect(encodePublicKeyPem(key)).toBe(pem);
    expect(encodePublicKeyDer(key)).toEqual(derOf(published));
  });

  it("takes the caller's label", () => {
    expect(parsePublicKey(pem, { keyId: "release key 1" })).toEqual({ ...key, keyId: "release key 1" });
    expect(parsePublicKey(pem, { keyId: "" }).keyId).toBe("");
  });

  it("cut at any byte of its DER is refused with the place", () => {
    const der = derOf(published);
    for (let length = 1; length < der.length; length++) {
      const cut = Uint8Array.from(der.subarray(0, length));
      // Cut bytes are no sequence of their own length, thus text for all that parsePublicKey knows.
      expect(() => parsePublicKey(cut)).toThrow();
      const lines = Buffer.from(cut)
        .toString("base64")
        .match(/.{1,64}/g)!;
      const error = refusalOf(["-----BEGIN PUBLIC KEY-----", ...lines, "-----END PUBLIC KEY-----"].join("\n"));
      expect(error.code).toBe("ERR_SIGNING_KEY_DER");
      expect(error.offset).toBeLessThanOrEqual(length);
    }
  });

  it("with any byte changed is refused by code or is another key", () => {
    const der = derOf(published);
    fc.assert(
      fc.property(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Uint8Array.from(der);
        changed[at]! ^= change;
        let found: string;
        try {
          found = parsePublicKey(changed).material;
        } catch (error) {
          expect((error as SigningError).code).toMatch(/^ERR_(SIGNING_KEY_|CORE_UTF8$)/);
          return;
        }
        expect(found).not.toBe(key.material);
      }),
      { numRuns: 1_000 },
    );
  });

  it("is refused for schemes of other keys", () => {
    const { keytype } = published;
    for (const other of publishedKeys.filter((candidate) => candidate !== published)) {
      const { scheme } = other.key;
      for (const document of [pem, derOf(published), JSON.stringify({ ...jwk, alg: undefined })]) {
        expect(refusalOf(document, scheme)).toMatchObject({ code: "ERR_SIGNING_KEY_MISMATCH", details: { scheme } });
      }
      expect(refusalOf(JSON.stringify({ ...jwk, alg: other.jwk["alg"] })).code, keytype).toBe(
        "ERR_SIGNING_KEY_MISMATCH",
      );
    }
  });
});

describe("parsePublicKey", () => {
  it("refuses a scheme that is none", () => {
    for (const scheme of ["rsa-pkcs1v15-sha256", "toString", "hmac-sha256", 7]) {
      expect(() => parsePublicKey(ed25519Key.pem, { scheme: scheme as SignatureScheme })).toThrow(
        new TypeError(`"scheme" expected signature scheme, got ${scheme}`),
      );
    }
  });

  it("refuses what is neither text nor bytes", () => {
    expect(() => parsePublicKey([48] as unknown as Uint8Array)).toThrow(TypeError);
  });

  it("tells hexadecimal bytes from DER, which may begin with the digit 0 too", () => {
    const hex = "0".repeat(63);
    expect(refusalOf(utf8ToBytes(`${hex}3`)).code).toBe("ERR_SIGNING_KEY_NOT_ON_CURVE");
    expect(refusalOf(hexToBytes("3000")).code).toBe("ERR_SIGNING_KEY_DER");
    expect(refusalOf(Uint8Array.of(0x30)).code).toBe("ERR_SIGNING_KEY_FORMAT");
    expect(refusalOf(new Uint8Array(0)).code).toBe("ERR_SIGNING_KEY_FORMAT");
  });
});

describe("points", () => {
  it.each(pointKeys)("are read as hexadecimal digits for $key.scheme, compressed or not", ({ key }) => {
    const { scheme, material } = key;
    const size = (material.length - 2) / 2;
    const odd = Number.parseInt(material.slice(-1), 16) & 1;
    for (const digits of [material, material.toUpperCase(), `0${2 + odd}${material.slice(2, 2 + size)}`]) {
      expect(parsePublicKey(`${digits}\n`, { scheme })).toEqual(key);
      expect(parsePublicKey(utf8ToBytes(digits), { scheme })).toEqual(key);
    }
    const other = parsePublicKey(`0${3 - odd}${material.slice(2, 2 + size)}`, { scheme });
    expect(other.material.slice(0, 2 + size)).toBe(material.slice(0, 2 + size));
    expect(other.material).not.toBe(material);
  });

  it("are not guessed without a scheme", () => {
    expect(refusalOf(p256Key.key.material).code).toBe("ERR_SIGNING_KEY_FORMAT");
    expect(refusalOf(p256Key.key.material, "rsassa-pss-sha256").code).toBe("ERR_SIGNING_KEY_FORMAT");
    expect(refusalOf(ed25519Key.key.material, "ecdsa-sha2-nistp256").code).toBe("ERR_SIGNING_KEY_FORMAT");
  });

  it.each([
    ["ecdsa-sha2-nistp256", p256],
    ["ecdsa-sha2-nistp384", p384],
  ] as const)("are compressed alike by noble for %s", (scheme, curve) => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: curve.Point.Fn.ORDER - 1n }), (scalar) => {
        const point = curve.Point.BASE.multiply(scalar);
        expect(parsePublicKey(point.toHex(true), { scheme }).material).toBe(point.toHex(false));
        expect(parsePublicKey(point.toHex(false), { scheme }).material).toBe(point.toHex(false));
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ["nothing but a form", "04", "1 bytes are no point of the curve's length"],
    ["the point at infinity", "00", "1 bytes are no point of the curve's length"],
    ["a hybrid form", `06${p256Key.key.material.slice(2)}`, "65 bytes are no point of the curve's length"],
    ["an unknown form", `05${p256Key.key.material.slice(2)}`, "65 bytes are no point of the curve's length"],
    ["a byte too few", p256Key.key.material.slice(0, -2), "64 bytes are no point of the curve's length"],
    ["a byte too many", `${p256Key.key.material}00`, "66 bytes are no point of the curve's length"],
    [
      "both coordinates as compressed",
      `02${p256Key.key.material.slice(2)}`,
      "65 bytes are no point of the curve's length",
    ],
    [
      "one coordinate as uncompressed",
      p256Key.key.material.slice(0, 66),
      "33 bytes are no point of the curve's length",
    ],
    ["the other curve", p384Key.key.material, "97 bytes are no point of the curve's length"],
  ])("with %s are refused", (_, digits, what) => {
    expect(refusalOf(digits, "ecdsa-sha2-nistp256")).toMatchObject({
      code: "ERR_SIGNING_KEY_FORMAT",
      message: `Cannot use public key: ${what}`,
    });
  });

  it.each(pointKeys)("that are not on the curve of $key.scheme are refused", ({ key: { scheme, material } }) => {
    const size = (material.length - 2) / 2;
    const last = (Number.parseInt(material.slice(-1), 16) ^ 1).toString(16);
    const error = {
      code: "ERR_SIGNING_KEY_NOT_ON_CURVE",
      message: "Cannot use public key: it is no point of the curve",
    };
    expect(refusalOf(material.slice(0, -1) + last, scheme)).toMatchObject(error);
    expect(refusalOf(`04${"00".repeat(size)}`, scheme)).toMatchObject(error);
    // Of P-256, no point has the x 1, of P-384 none has 0 and 1 is one; every second number is none.
    const codes = Array.from({ length: 32 }, (_, x) => {
      try {
        return parsePublicKey(`02${x.toString(16).padStart(size, "0")}`, { scheme }).scheme;
      } catch (thrown) {
        return (thrown as SigningError).code;
      }
    });
    expect(new Set(codes)).toEqual(new Set([scheme, "ERR_SIGNING_KEY_NOT_ON_CURVE"]));
  });

  it("with a coordinate of p or more are refused", () => {
    const { prime, point } = smallPoint();
    const hex = (number: bigint): string => bytesToHex(numberToBytesBE(number, 32));
    expect(parsePublicKey(`04${hex(point.x)}${hex(point.y)}`, { scheme: "ecdsa-sha2-nistp256" }).material).toHaveLength(
      130,
    );
    const error = {
      code: "ERR_SIGNING_KEY_NON_CANONICAL",
      message: "Cannot use public key: its point is not encoded canonically",
    };
    for (const digits of [
      `04${hex(point.x + prime)}${hex(point.y)}`,
      `04${hex(prime)}${hex(point.y)}`,
      `02${hex(point.x + prime)}`,
      `04${hex(point.x)}${hex(prime)}`,
      `04${hex(point.x)}${"f".repeat(64)}`,
    ]) {
      expect(refusalOf(digits, "ecdsa-sha2-nistp256")).toMatchObject(error);
    }
  });

  /** A point whose x is small enough for x + p to have 32 bytes. */
  function smallPoint() {
    const prime = Point.Fp.ORDER;
    for (let x = 1n; ; x++) {
      try {
        const point = Point.fromBytes(concatBytes(Uint8Array.of(2), numberToBytesBE(x, 32))).toAffine();
        return { prime, point };
      } catch {
        // No point has this x.
      }
    }
  }
});

describe("RSA numbers", () => {
  const [modulus] = [pairOf([0, 1]).modulus];
  const keyOf = (n: bigint, e: bigint): string => parsePublicKey(rsaSpki(rsaDer(n, e)), { keyId: "" }).material;
  const refusal = (n: bigint, e: bigint): SigningError => refusalOf(rsaSpki(rsaDer(n, e)));

  it("are kept as DER", () => {
    expect(keyOf(modulus, 65_537n)).toBe(rsaKey.key.material);
    expect(parsePublicKey(rsaKey.pem, { scheme: "rsassa-pss-sha512" })).toEqual({
      ...rsaKey.key,
      scheme: "rsassa-pss-sha512",
      keyId: rsaSha512KeyId,
    });
  });

  it.each([
    [2047n, 2n ** 2047n - 1n],
    [1024n, 2n ** 1024n - 1n],
    [8193n, 2n ** 8192n + 1n],
    [8200n, 2n ** 8200n - 1n],
  ])("with a modulus of %i bits are refused", (bits, n) => {
    expect(refusal(n, 65_537n)).toMatchObject({
      code: "ERR_SIGNING_KEY_RSA",
      message: `Cannot use public key: its modulus has ${bits} bits, not 2048 to 8192`,
    });
  });

  it("with a modulus of 2048 to 8192 bits are accepted", () => {
    for (const n of [2n ** 2047n + 1n, 2n ** 2048n - 1n, 2n ** 2048n + 1n, 2n ** 8191n + 1n, 2n ** 8192n - 1n]) {
      expect(keyOf(n, 65_537n)).toBe(bytesToHex(rsaDer(n, 65_537n)));
    }
  });

  it("with an even modulus are refused", () => {
    expect(refusal(2n ** 2047n + 2n, 65_537n)).toMatchObject({
      code: "ERR_SIGNING_KEY_RSA",
      message: "Cannot use public key: its modulus is even",
    });
  });

  it.each([
    1n,
    3n,
    17n,
    257n,
    65_535n,
    65_536n,
    2n ** 31n,
    2n ** 31n + 1n,
    2n ** 32n + 65_537n,
    2n ** 40n + 1n,
    2n ** 256n + 1n,
  ])("with exponent %i are refused", (exponent) => {
    expect(refusal(modulus, exponent)).toMatchObject({
      code: "ERR_SIGNING_KEY_RSA",
      message: "Cannot use public key: its exponent is not in 65537 .. 2^31-1",
    });
  });

  it("with an even exponent are refused, with an odd one accepted", () => {
    for (const exponent of [65_538n, 2n ** 31n - 2n]) {
      expect(refusal(modulus, exponent).message).toBe("Cannot use public key: its exponent is even");
    }
    for (const exponent of [65_537n, 65_539n, 2n ** 24n + 1n, 2n ** 31n - 1n]) {
      expect(keyOf(modulus, exponent)).toBe(bytesToHex(rsaDer(modulus, exponent)));
    }
  });

  it.each([
    ["a negative modulus", "3006020180020103", 24, "integer is negative"],
    ["a modulus of zero", "3006020100020103", 24, "integer is zero"],
    ["a modulus with a zero too many", "300702020001020103", 24, "integer is not in its shortest form"],
    ["a modulus with a zero before 127", "30070202007f020103", 24, "integer is not in its shortest form"],
    ["an empty modulus", "30050200020103", 24, "integer without contents"],
    ["a negative exponent", "30060201030201ff", 27, "integer is negative"],
    ["no exponent", "3003020103", 25, "truncated element"],
    ["a third number", "3009020103020103020103", 28, "3 bytes too many"],
    ["something after it", "30060201030201030500", 28, "2 bytes too many"],
    ["another tag", "3106020103020103", 20, "tag 49 where 48 belongs"],
    ["an octet string as modulus", "3006040103020103", 22, "tag 4 where 2 belongs"],
  ])("with %s are refused with the place", (_, digits, offset, what) => {
    expect(refusalOf(rsaSpki(hexToBytes(digits)))).toMatchObject({
      code: "ERR_SIGNING_KEY_DER",
      offset,
      message: `Cannot read key: ${what} at offset ${offset}`,
    });
  });

  it.each([
    ["without parameters", "06092a864886f70d010101", 15, "truncated element"],
    ["with another parameter", "06092a864886f70d0101013003020100", 15, "tag 48 where 5 belongs"],
    ["with two parameters", "06092a864886f70d01010105000500", 17, "2 bytes too many"],
    ["with a long NULL", "06092a864886f70d010101050100", 17, "1 bytes too many"],
  ])("under an identifier %s are refused", (_, algorithm, offset, what) => {
    expect(refusalOf(spkiOf(algorithm, hexToBytes("3006020103020103")))).toMatchObject({
      code: "ERR_SIGNING_KEY_DER",
      message: `Cannot read key: ${what} at offset ${offset}`,
    });
  });
});

describe("elliptic curve identifiers", () => {
  it.each([
    ["explicit parameters", "06072a8648ce3d0201300a06082a8648ce3d030107", 13, "tag 48 where 6 belongs"],
    ["no parameters", "06072a8648ce3d0201", 13, "truncated element"],
    ["NULL parameters", "06072a8648ce3d02010500", 13, "tag 5 where 6 belongs"],
    ["a second parameter", "06072a8648ce3d020106082a8648ce3d0301070500", 23, "2 bytes too many"],
  ])("with %s are refused", (_, algorithm, offset, what) => {
    expect(refusalOf(spkiOf(algorithm, hexToBytes(p256Key.key.material)))).toMatchObject({
      code: "ERR_SIGNING_KEY_DER",
      message: `Cannot read key: ${what} at offset ${offset}`,
    });
  });
});
