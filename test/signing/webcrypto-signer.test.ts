/** Signers over the WebCrypto of this runtime. */

import { describe, expect, it } from "vitest";
import { utf8ToBytes } from "../../src/core/index.ts";
import {
  createWebCryptoSigner,
  encodePublicKeyDer,
  isValidSignature,
  parsePublicKey,
  signDsse,
  signWith,
  verifyDsse,
  type WebCryptoKey,
  type WebCryptoSubtle,
} from "../../src/signing/index.ts";
import { alice, payload, payloadType, providers } from "./fixture.ts";

const { subtle } = crypto;
const message = utf8ToBytes("firmware 2.1.0");

const rsa = { name: "RSA-PSS", modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) };
const algorithms = [
  ["ed25519", { name: "Ed25519" }],
  ["ecdsa-sha2-nistp256", { name: "ECDSA", namedCurve: "P-256" }],
  ["ecdsa-sha2-nistp384", { name: "ECDSA", namedCurve: "P-384" }],
  ["rsassa-pss-sha256", { ...rsa, hash: "SHA-256" }],
  ["rsassa-pss-sha384", { ...rsa, hash: "SHA-384" }],
  ["rsassa-pss-sha512", { ...rsa, hash: "SHA-512" }],
] as const;

function generate(algorithm: object, usages: KeyUsage[] = ["sign", "verify"]): Promise<CryptoKeyPair> {
  return subtle.generateKey(algorithm as EcKeyGenParams, false, usages) as Promise<CryptoKeyPair>;
}

type KeyUsage = "sign" | "verify" | "deriveBits" | "encrypt" | "decrypt";
type EcKeyGenParams = Parameters<typeof subtle.generateKey>[0];
type CryptoKeyPair = { readonly privateKey: CryptoKey; readonly publicKey: CryptoKey };
type CryptoKey = Parameters<typeof subtle.sign>[1];

describe.each(algorithms)("a WebCrypto key for %s", (scheme, algorithm) => {
  it("signs, with a private key that cannot be exported", async () => {
    const pair = await generate(algorithm);
    expect(pair.privateKey.extractable).toBe(false);
    const signer = await createWebCryptoSigner(subtle, pair);
    expect(signer.publicKey.scheme).toBe(scheme);
    expect(signer.publicKey.keyId).toMatch(/^[0-9a-f]{64}$/);
    expect(encodePublicKeyDer(signer.publicKey)).toEqual(
      new Uint8Array(await subtle.exportKey("spki", pair.publicKey)),
    );
    for (const provider of providers) {
      for (let count = 0; count < 4; count++) {
        const signature = await signer.sign(message);
        expect(isValidSignature(signer.publicKey, message, signature, { provider })).toBe(true);
        // The lower s already: signWith changes nothing.
        const same = { publicKey: signer.publicKey, sign: async () => signature };
        expect(await signWith(same, message, { provider })).toEqual(signature);
      }
    }
    const envelope = await signDsse(payloadType, payload, [signer]);
    expect(verifyDsse(envelope, { keys: [signer.publicKey], threshold: 1 }, { payloadType }).payload).toEqual(payload);
  });

  it("may come with a public key of otakit, or a key id", async () => {
    const pair = await generate(algorithm);
    const named = await createWebCryptoSigner(subtle, pair, { keyId: "browser" });
    expect(named.publicKey.keyId).toBe("browser");
    const publicKey = parsePublicKey(encodePublicKeyDer(named.publicKey), { scheme });
    const signer = await createWebCryptoSigner(subtle, { privateKey: pair.privateKey, publicKey });
    expect(signer.publicKey).toBe(publicKey);
    expect(await signWith(signer, message)).toBeInstanceOf(Uint8Array);
  });
});

describe("a WebCrypto key that cannot be used", () => {
  it("is a public one, or for something else", async () => {
    const pair = await generate({ name: "Ed25519" });
    await expect(createWebCryptoSigner(subtle, { ...pair, privateKey: pair.publicKey })).rejects.toThrow(
      new TypeError('"privateKey" expected private key, got public key'),
    );
    const others: [object, KeyUsage[], string][] = [
      [{ name: "ECDSA", namedCurve: "P-521" }, ["sign", "verify"], "ECDSA P-521"],
      [{ name: "ECDH", namedCurve: "P-256" }, ["deriveBits"], "ECDH P-256"],
      [{ ...rsa, name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, ["sign", "verify"], "RSASSA-PKCS1-v1_5 SHA-256"],
      [{ ...rsa, hash: "SHA-1" }, ["sign", "verify"], "RSA-PSS SHA-1"],
    ];
    for (const [algorithm, usages, words] of others) {
      const other = await generate(algorithm, usages);
      await expect(createWebCryptoSigner(subtle, other)).rejects.toThrow(
        new TypeError(`"privateKey" expected Ed25519, ECDSA on P-256 or P-384, or RSA-PSS key, got ${words} key`),
      );
    }
    const odd = { type: "private", algorithm: { name: "constructor" } };
    await expect(
      createWebCryptoSigner({} as WebCryptoSubtle<WebCryptoKey>, { privateKey: odd, publicKey: odd }),
    ).rejects.toThrow("got constructor key");
  });

  it("is one whose public key is for another scheme", async () => {
    const { privateKey } = await generate({ name: "ECDSA", namedCurve: "P-256" });
    await expect(createWebCryptoSigner(subtle, { privateKey, publicKey: alice.key })).rejects.toThrow(
      new TypeError('"publicKey" expected key for ecdsa-sha2-nistp256, got one for ed25519'),
    );
  });

  it("is one that belongs to another public key: found out when it signs", async () => {
    const [one, other] = [await generate({ name: "Ed25519" }), await generate({ name: "Ed25519" })];
    const signer = await createWebCryptoSigner(subtle, { privateKey: one.privateKey, publicKey: other.publicKey });
    await expect(signWith(signer, message)).rejects.toMatchObject({ code: "ERR_SIGNING_SIGNER_FAULT" });
  });

  it("is one of a back end that answers with another length", async () => {
    const pair = await generate({ name: "ECDSA", namedCurve: "P-256" });
    const odd: WebCryptoSubtle<CryptoKey> = {
      sign: async () => new ArrayBuffer(63),
      exportKey: (format, key) => subtle.exportKey(format, key),
    };
    const signer = await createWebCryptoSigner(odd, pair);
    expect(await signer.sign(message)).toEqual(new Uint8Array(63));
    await expect(signWith(signer, message)).rejects.toMatchObject({ code: "ERR_SIGNING_SIGNER_FAULT" });
  });
});
