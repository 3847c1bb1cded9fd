import { describe, expect, it } from "vitest";
import { bytesToHex, encodeCanonicalJson, type JsonValue, parseStrictJson, sha256 } from "../../src/core/index.ts";
import { encodeTufKey, parsePublicKey, parseTufKey } from "../../src/signing/index.ts";
import { errorOf } from "./fixture.ts";
import { ed25519Key, p256Key, p384Key, publishedKeys, rsaKey } from "./published-keys.ts";
import { derElement } from "./rsa-inputs.ts";

/** A key of the root metadata of sigstore: version 3 had it in hexadecimal, version 10 in PEM, under other key ids. */
const sigstore = {
  hex: {
    keyid_hash_algorithms: ["sha256", "sha512"],
    keytype: "ecdsa-sha2-nistp256",
    keyval: {
      public:
        "04cbc5cab2684160323c25cd06c3307178a6b1d1c9b949328453ae473c5ba7527e" +
        "35b13f298b41633382241f3fd8526c262d43b45adee5c618fa0642c82b8a9803",
    },
    scheme: "ecdsa-sha2-nistp256",
  },
  hexKeyId: "2f64fb5eac0cf94dd39bb45308b98920055e9a0d8e012a7220787834c60aef97",
  pem: {
    keyid_hash_algorithms: ["sha256", "sha512"],
    keytype: "ecdsa",
    keyval: {
      public:
        "-----BEGIN PUBLIC KEY-----\n" +
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEy8XKsmhBYDI8Jc0GwzBxeKax0cm5\n" +
        "STKEU65HPFunUn41sT8pi0FjM4IkHz/YUmwmLUO0Wt7lxhj6BkLIK4qYAw==\n" +
        "-----END PUBLIC KEY-----\n",
    },
    scheme: "ecdsa-sha2-nistp256",
    "x-tuf-on-ci-keyowner": "@dlorenc",
  },
  pemKeyId: "6f260089d5923daf20166ca657c543af618346ab971884a99962b01988bbe0c3",
};

function refusalOf(keyObject: unknown): object {
  return errorOf(() => parseTufKey(keyObject as JsonValue, "k"));
}

const ed25519Object = { keytype: "ed25519", keyval: { public: ed25519Key.key.material }, scheme: "ed25519" };
const p256Object = { keytype: "ecdsa", keyval: { public: p256Key.pem }, scheme: "ecdsa-sha2-nistp256" };
const rsaObject = { keytype: "rsa", keyval: { public: rsaKey.pem }, scheme: "rsassa-pss-sha256" };

describe("encodeTufKey", () => {
  it.each(publishedKeys)("writes a key for $key.scheme as securesystemslib does", ({ key, pem, keytype }) => {
    const text = keytype === "ed25519" ? key.material : pem;
    expect(encodeTufKey(key)).toEqual({ keytype, keyval: { public: text }, scheme: key.scheme });
    expect(bytesToHex(sha256(encodeCanonicalJson(encodeTufKey(key))))).toBe(key.keyId);
    expect(parseTufKey(encodeTufKey(key), key.keyId)).toEqual(key);
  });

  it("refuses data that is no key", () => {
    expect(errorOf(() => encodeTufKey({ ...ed25519Key.key, material: "00" })).code).toBe("ERR_SIGNING_KEY_FORMAT");
  });
});

describe("parseTufKey", () => {
  it("keeps the key id as a label", () => {
    expect(parseTufKey(ed25519Object, "any text")).toEqual({ ...ed25519Key.key, keyId: "any text" });
  });

  it("reads keys that strict JSON gave, without prototypes", () => {
    const object = parseStrictJson(JSON.stringify(p256Object));
    expect(parseTufKey(object, p256Key.key.keyId)).toEqual(p256Key.key);
  });

  it("reads the keys of sigstore's roots, old and new, as one key", () => {
    const [old, recent] = [parseTufKey(sigstore.hex, sigstore.hexKeyId), parseTufKey(sigstore.pem, sigstore.pemKeyId)];
    expect(old).toEqual({ ...recent, keyId: sigstore.hexKeyId });
    expect(recent.scheme).toBe("ecdsa-sha2-nistp256");
    expect(recent.material).toBe(sigstore.hex.keyval.public);
  });

  it("reads Ed25519 keys in PEM, points compressed, and PEM without a last line end", () => {
    const inPem = { ...ed25519Object, keyval: { public: ed25519Key.pem } };
    expect(parseTufKey(inPem, ed25519Key.key.keyId)).toEqual(ed25519Key.key);
    const compressed = `03${p256Key.key.material.slice(2, 66)}`;
    for (const text of [compressed, compressed.toUpperCase(), p256Key.key.material, p256Key.pem.trimEnd()]) {
      expect(parseTufKey({ ...p256Object, keyval: { public: text } }, p256Key.key.keyId)).toEqual(p256Key.key);
    }
  });

  it("reads P-384 under both key types", () => {
    for (const keytype of ["ecdsa", "ecdsa-sha2-nistp384"]) {
      const object = { keytype, keyval: { public: p384Key.pem }, scheme: "ecdsa-sha2-nistp384" };
      expect(parseTufKey(object, p384Key.key.keyId)).toEqual(p384Key.key);
    }
  });

  it("reads RSA keys for every hash", () => {
    for (const scheme of ["rsassa-pss-sha256", "rsassa-pss-sha384", "rsassa-pss-sha512"]) {
      expect(parseTufKey({ ...rsaObject, scheme }, "k")).toEqual({ scheme, keyId: "k", material: rsaKey.key.material });
    }
  });

  it.each([
    ["nothing", null, "", "object"],
    ["a list", [], "", "object"],
    ["text", "key", "", "object"],
    ["no key type", { ...ed25519Object, keytype: undefined }, "/keytype", "text"],
    ["a number as scheme", { ...ed25519Object, scheme: 7 }, "/scheme", "text"],
    ["no value", { ...ed25519Object, keyval: undefined }, "/keyval", "object"],
    ["a value that is text", { ...ed25519Object, keyval: "00" }, "/keyval", "object"],
    ["no public value", { ...ed25519Object, keyval: {} }, "/keyval/public", "text"],
    ["a public value of bytes", { ...ed25519Object, keyval: { public: [1] } }, "/keyval/public", "text"],
    ["an RSA key in hexadecimal", { ...rsaObject, keyval: { public: "3006" } }, "/keyval/public", "PEM or hexadecimal"],
    ["base64", { ...ed25519Object, keyval: { public: "11qYAYKx" } }, "/keyval/public", "PEM or hexadecimal"],
    ["an odd digit", { ...p256Object, keyval: { public: "04c" } }, "/keyval/public", "PEM or hexadecimal"],
    ["nothing as value", { ...p256Object, keyval: { public: "" } }, "/keyval/public", "PEM or hexadecimal"],
    ["a line end after digits", { ...p256Object, keyval: { public: "04\n" } }, "/keyval/public", "PEM or hexadecimal"],
    [
      "a long text",
      { ...rsaObject, keyval: { public: rsaKey.pem.padEnd(4097, "\n") } },
      "/keyval/public",
      "text of at most 4096 characters",
    ],
  ])("refuses %s by its place", (_, object, path, expected) => {
    expect(refusalOf(object)).toMatchObject({
      code: "ERR_SIGNING_KEY_OBJECT",
      path,
      message: `Cannot read key object: "${path}" expected ${expected}`,
    });
  });

  it.each([
    ["PKCS #1 v1.5", { ...rsaObject, scheme: "rsa-pkcs1v15-sha256" }, "scheme", "rsa-pkcs1v15-sha256"],
    ["SHA-1", { ...rsaObject, scheme: "rsassa-pss-sha1" }, "scheme", "rsassa-pss-sha1"],
    ["a shared secret", { ...rsaObject, scheme: "hmac-sha256" }, "scheme", "hmac-sha256"],
    ["another curve", { ...p256Object, scheme: "ecdsa-sha2-nistp521" }, "scheme", "ecdsa-sha2-nistp521"],
    ["a property of objects", { ...p256Object, scheme: "__proto__" }, "scheme", "__proto__"],
    ["a keyless identity", { ...p256Object, keytype: "sigstore-oidc", scheme: "Fulcio" }, "scheme", "Fulcio"],
    ["a key type of another spelling", { ...rsaObject, keytype: "RSA" }, "keytype", "RSA"],
    [
      "an RSA key type that is the scheme",
      { ...rsaObject, keytype: "rsassa-pss-sha256" },
      "keytype",
      "rsassa-pss-sha256",
    ],
    ["a key type of objects", { ...rsaObject, keytype: "constructor" }, "keytype", "constructor"],
  ])("refuses %s as an algorithm that is not supported", (_, object, member, found) => {
    expect(refusalOf(object)).toMatchObject({
      code: "ERR_SIGNING_KEY_ALGORITHM",
      path: `/${member}`,
      message: `Cannot use public key: its ${member} is not supported`,
      details: { [member]: found },
    });
  });

  it("shortens what it repeats", () => {
    const error = refusalOf({ ...rsaObject, scheme: "x".repeat(1_000) }) as { details: { scheme: string } };
    expect(error.details.scheme).toBe(`${"x".repeat(128)}…`);
  });

  it.each([
    ["ed25519", "ecdsa-sha2-nistp256"],
    ["ed25519", "rsassa-pss-sha256"],
    ["ecdsa", "ed25519"],
    ["ecdsa", "rsassa-pss-sha256"],
    ["rsa", "ed25519"],
    ["rsa", "ecdsa-sha2-nistp384"],
    ["ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384"],
    ["ecdsa-sha2-nistp384", "ecdsa-sha2-nistp256"],
    ["ecdsa-sha2-nistp256", "ed25519"],
  ])("refuses key type %s with scheme %s: algorithm confusion", (keytype, scheme) => {
    expect(refusalOf({ ...p256Object, keytype, scheme })).toMatchObject({
      code: "ERR_SIGNING_KEY_MISMATCH",
      path: "/keytype",
      message: `Cannot use public key: key type ${keytype} is not of scheme ${scheme}`,
      details: { scheme },
    });
  });

  it("refuses a PEM of another algorithm than declared, whichever: algorithm confusion", () => {
    for (const declared of publishedKeys) {
      for (const carried of publishedKeys.filter((other) => other !== declared)) {
        const { scheme } = declared.key;
        const object = { keytype: declared.keytype, keyval: { public: carried.pem }, scheme };
        expect(refusalOf(object)).toMatchObject({
          code: "ERR_SIGNING_KEY_MISMATCH",
          path: "/keyval/public",
          details: { scheme },
        });
      }
    }
  });

  it("refuses an RSA key of 1024 bits, also one that is declared as Ed25519", () => {
    const numbers = derElement(0x30, Uint8Array.of(...derElement(2, new Uint8Array(128).fill(127)), 2, 3, 1, 0, 1));
    const spki = derElement(
      0x30,
      Uint8Array.of(
        0x30,
        13,
        6,
        9,
        0x2a,
        0x86,
        0x48,
        0x86,
        0xf7,
        0x0d,
        1,
        1,
        1,
        5,
        0,
        ...derElement(3, Uint8Array.of(0, ...numbers)),
      ),
    );
    const lines = Buffer.from(spki)
      .toString("base64")
      .match(/.{1,64}/g)!;
    const text = ["-----BEGIN PUBLIC KEY-----", ...lines, "-----END PUBLIC KEY-----"].join("\n");
    expect(refusalOf({ ...rsaObject, keyval: { public: text } })).toMatchObject({
      code: "ERR_SIGNING_KEY_RSA",
      message: "Cannot use public key: its modulus has 1023 bits, not 2048 to 8192",
    });
    expect(refusalOf({ ...ed25519Object, keyval: { public: text } })).toMatchObject({
      code: "ERR_SIGNING_KEY_MISMATCH",
    });
  });

  it("checks the key itself as parsePublicKey does", () => {
    const zero = { ...ed25519Object, keyval: { public: "00".repeat(32) } };
    expect(refusalOf(zero)).toMatchObject({ code: "ERR_SIGNING_KEY_SMALL_ORDER" });
    const short = { ...ed25519Object, keyval: { public: "00".repeat(31) } };
    expect(refusalOf(short)).toMatchObject({ code: "ERR_SIGNING_KEY_FORMAT" });
    const infinity = { ...p256Object, keyval: { public: "00" } };
    expect(refusalOf(infinity)).toMatchObject({ code: "ERR_SIGNING_KEY_FORMAT" });
    const damaged = { ...rsaObject, keyval: { public: rsaKey.pem.replace("MIIB", "MIIC") } };
    expect(refusalOf(damaged)).toMatchObject({ code: "ERR_SIGNING_KEY_DER" });
  });

  it("gives what parsePublicKey gives", () => {
    for (const { key, pem, keytype } of publishedKeys) {
      const object = { keytype, keyval: { public: pem }, scheme: key.scheme };
      expect(parseTufKey(object, key.keyId)).toEqual(parsePublicKey(pem));
    }
  });
});
