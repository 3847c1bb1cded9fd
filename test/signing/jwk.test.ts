import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesToBase64, hexToBytes } from "../../src/core/index.ts";
import { createLocalSigner, encodePublicKeyJwk, parsePublicKey } from "../../src/signing/index.ts";
import { errorOf } from "./fixture.ts";
import { ed25519Key, p256Key, p384Key, publishedKeys, rsaKey } from "./published-keys.ts";

const base64Url = (bytes: Uint8Array): string =>
  bytesToBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** The refusal of a JWK with these members changed; undefined takes one away. */
function refusalOf(jwk: object, changes: object): object {
  return errorOf(() => parsePublicKey(JSON.stringify({ ...jwk, ...changes })));
}

function jwkRefusal(path: string, expected: string): object {
  return { code: "ERR_SIGNING_KEY_JWK", path, message: `Cannot read JWK: "${path}" expected ${expected}` };
}

describe("encodePublicKeyJwk", () => {
  it.each(publishedKeys)("writes a key for $key.scheme", ({ key, jwk }) => {
    expect(encodePublicKeyJwk(key)).toEqual(jwk);
    expect(parsePublicKey(JSON.stringify(encodePublicKeyJwk(key)))).toEqual(key);
  });

  it("keeps the scheme of an RSA key", () => {
    for (const [scheme, alg] of [
      ["rsassa-pss-sha384", "PS384"],
      ["rsassa-pss-sha512", "PS512"],
    ] as const) {
      const key = parsePublicKey(rsaKey.pem, { scheme });
      expect(encodePublicKeyJwk(key)).toEqual({ ...rsaKey.jwk, alg });
      expect(parsePublicKey(JSON.stringify({ ...rsaKey.jwk, alg }))).toEqual(key);
    }
  });

  it("refuses data that is no key", () => {
    expect(errorOf(() => encodePublicKeyJwk({ ...rsaKey.key, material: "3000" }))).toMatchObject({
      code: "ERR_SIGNING_KEY_FORMAT",
      path: "/material",
      message: "Cannot use public key: its material is not an RSAPublicKey",
    });
  });
});

describe("a JWK", () => {
  it("may leave its algorithm out, and have members that do not matter", () => {
    const more = {
      alg: undefined,
      kid: "2026",
      use: "sig",
      key_ops: ["verify"],
      ext: true,
      x5c: ["MII"],
      "x-owner": {},
    };
    for (const { key, jwk } of publishedKeys) expect(parsePublicKey(JSON.stringify({ ...jwk, ...more }))).toEqual(key);
  });

  it("of Ed25519 may have the older name of the algorithm", () => {
    expect(parsePublicKey(JSON.stringify({ ...ed25519Key.jwk, alg: "EdDSA" }))).toEqual(ed25519Key.key);
  });

  it("may be in a list of operations", () => {
    expect(parsePublicKey(JSON.stringify({ ...p256Key.jwk, key_ops: ["sign", "verify"] }))).toEqual(p256Key.key);
  });

  it.each(["d", "p", "q", "dp", "dq", "qi", "oth", "k"])(
    "with the private member %s is refused and not repeated",
    (name) => {
      const error = refusalOf(p256Key.jwk, { [name]: "c2VjcmV0" });
      expect(error).toMatchObject(jwkRefusal(`/${name}`, "no private key here"));
      expect(JSON.stringify(error)).not.toContain("c2VjcmV0");
    },
  );

  it.each([
    ["use of encryption", { use: "enc" }, "/use", '"sig"'],
    ["another use", { use: null }, "/use", '"sig"'],
    ["operations without verify", { key_ops: ["sign"] }, "/key_ops", 'list with "verify"'],
    ["no operations", { key_ops: [] }, "/key_ops", 'list with "verify"'],
    ["operations as text", { key_ops: "verify" }, "/key_ops", 'list with "verify"'],
    ["no x", { x: undefined }, "/x", "base64url"],
    ["no y", { y: undefined }, "/y", "base64url"],
    ["a number as x", { x: 7 }, "/x", "base64url"],
    ["empty x", { x: "" }, "/x", "base64url"],
    ["padded x", { x: `${p256Key.jwk["x"]}=` }, "/x", "base64url"],
    ["a line end after x", { x: `${p256Key.jwk["x"]}\n` }, "/x", "base64url"],
    ["the standard alphabet", { y: p256Key.jwk["y"]!.replace("-", "+") }, "/y", "base64url"],
    ["stray bits", { x: `${p256Key.jwk["x"]!.slice(0, -1)}Z` }, "/x", "base64url"],
    ["an impossible length", { x: `${p256Key.jwk["x"]}AA` }, "/x", "base64url"],
    ["a short x", { x: base64Url(new Uint8Array(31)) }, "/x", "32 bytes"],
    ["a long y", { y: base64Url(new Uint8Array(33)) }, "/y", "32 bytes"],
  ])("with %s is refused", (_, changes, path, expected) => {
    expect(refusalOf(p256Key.jwk, changes)).toMatchObject(jwkRefusal(path, expected));
  });

  it.each([
    ["no key type", { kty: undefined }, "/kty", "kty"],
    ["a shared secret", { kty: "oct" }, "/kty", "kty"],
    ["another key type", { kty: "AKP" }, "/kty", "kty"],
    ["another curve", { crv: "secp256k1" }, "/crv", "crv"],
    ["P-521", { crv: "P-521" }, "/crv", "crv"],
    ["no curve", { crv: undefined }, "/crv", "crv"],
    ["a curve of another type", { crv: "Ed25519" }, "/crv", "crv"],
    ["PKCS #1 v1.5", { alg: "RS256" }, "/alg", "alg"],
    ["a shared secret's algorithm", { alg: "HS256" }, "/alg", "alg"],
    ["no algorithm at all", { alg: "none" }, "/alg", "alg"],
    ["a property of objects", { alg: "constructor" }, "/alg", "alg"],
    ["an algorithm that is no text", { alg: null }, "/alg", "alg"],
  ])("with %s is refused as another algorithm", (_, changes, path, member) => {
    expect(refusalOf(p256Key.jwk, changes)).toMatchObject({
      code: "ERR_SIGNING_KEY_ALGORITHM",
      path,
      message: `Cannot use public key: its "${member}" is not supported`,
    });
  });

  it("of another curve of RFC 8037 is refused", () => {
    for (const crv of ["Ed448", "X25519", "P-256", undefined]) {
      expect(refusalOf(ed25519Key.jwk, { crv })).toMatchObject({ code: "ERR_SIGNING_KEY_ALGORITHM", path: "/crv" });
    }
  });

  it("is read by its own curve, not by its algorithm", () => {
    expect(refusalOf(p384Key.jwk, { alg: "ES256" })).toMatchObject({
      code: "ERR_SIGNING_KEY_MISMATCH",
      message: "Cannot use public key: key of kind p384 is not of scheme ecdsa-sha2-nistp256",
      details: { scheme: "ecdsa-sha2-nistp256" },
    });
    expect(refusalOf(p256Key.jwk, { crv: "P-384" })).toMatchObject(jwkRefusal("/x", "48 bytes"));
  });

  it("restricted to one RSA scheme is refused for another", () => {
    expect(errorOf(() => parsePublicKey(JSON.stringify(rsaKey.jwk), { scheme: "rsassa-pss-sha512" }))).toMatchObject({
      code: "ERR_SIGNING_KEY_MISMATCH",
      message: "Cannot use public key: key for rsassa-pss-sha256 is not of scheme rsassa-pss-sha512",
      details: { scheme: "rsassa-pss-sha512" },
    });
  });

  it("with numbers that are not in their shortest form is refused", () => {
    const leading = base64Url(Uint8Array.of(0, 1, 0, 1));
    expect(refusalOf(rsaKey.jwk, { e: leading })).toMatchObject(jwkRefusal("/e", "number without leading zeros"));
    const modulus = base64Url(hexToBytes(`00${rsaKey.key.material.slice(18, -10)}`));
    expect(refusalOf(rsaKey.jwk, { n: modulus })).toMatchObject(jwkRefusal("/n", "number without leading zeros"));
    expect(refusalOf(rsaKey.jwk, { e: "AQ" })).toMatchObject({ code: "ERR_SIGNING_KEY_RSA" });
    expect(refusalOf(rsaKey.jwk, { n: undefined })).toMatchObject(jwkRefusal("/n", "base64url"));
    expect(refusalOf(rsaKey.jwk, { e: undefined })).toMatchObject(jwkRefusal("/e", "base64url"));
  });

  it("with another number of bytes is no Ed25519 key", () => {
    expect(refusalOf(ed25519Key.jwk, { x: base64Url(new Uint8Array(31)) })).toMatchObject({
      code: "ERR_SIGNING_KEY_FORMAT",
      message: "Cannot use public key: an Ed25519 key has 32 bytes, this one has 31",
    });
  });

  it("must be strict JSON", () => {
    const text = JSON.stringify(p256Key.jwk);
    expect(errorOf(() => parsePublicKey(`${text.slice(0, -1)},"kty":"RSA"}`)).code).toBe("ERR_CORE_JSON_DUPLICATE_KEY");
    expect(errorOf(() => parsePublicKey(`${text}x`)).code).toBe("ERR_CORE_JSON_SYNTAX");
    expect(errorOf(() => parsePublicKey(`{"a":${"[".repeat(9)}${"]".repeat(9)}}`)).code).toBe("ERR_CORE_LIMIT");
    expect(errorOf(() => parsePublicKey(`{"a":[${"1,".repeat(300)}1]}`)).code).toBe("ERR_CORE_LIMIT");
    expect(errorOf(() => parsePublicKey("{}"))).toMatchObject({ code: "ERR_SIGNING_KEY_ALGORITHM", path: "/kty" });
    expect(errorOf(() => parsePublicKey(`[${text}]`)).code).toBe("ERR_SIGNING_KEY_FORMAT");
  });

  it("cut at any byte is refused", () => {
    const text = JSON.stringify(p256Key.jwk);
    for (let length = 1; length < text.length; length++) {
      expect(errorOf(() => parsePublicKey(text.slice(0, length))).code).toBe("ERR_CORE_JSON_SYNTAX");
    }
  });

  it("round-trips for any key", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (seed) => {
        const key = createLocalSigner(seed).publicKey;
        expect(parsePublicKey(JSON.stringify(encodePublicKeyJwk(key)))).toEqual(key);
      }),
      { numRuns: 50 },
    );
  });
});
