import { constants, generateKeyPairSync, sign } from "node:crypto";
import { bytesToNumberBE } from "@noble/curves/utils.js";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../scripts/random.ts";
import { bytesToHex, concatBytes, utf8ToBytes } from "../../src/core/index.ts";
import { isValidSignature, parsePublicKey } from "../../src/signing/index.ts";
import { countingProvider, errorOf, providers } from "./fixture.ts";
import {
  craftedSignatures,
  encodePss,
  pairOf,
  type RsaInput,
  type RsaScheme,
  rawSign,
  rsaDer,
  rsaHopelessInputs,
  rsaKey,
} from "./rsa-inputs.ts";

const schemes: readonly RsaScheme[] = ["rsassa-pss-sha256", "rsassa-pss-sha384", "rsassa-pss-sha512"];
const message = utf8ToBytes("a message");
const pair = pairOf([0, 1]);
const key = rsaKey("rsassa-pss-sha256", pair);
const signature = rawSign(pair, bytesToNumberBE(encodePss("rsassa-pss-sha256", message, 2047)));

/** Made at the first use and kept, because making a signature takes longer than verifying it. */
function craftedOnce(name: string, scheme: RsaScheme, numbers: readonly number[]) {
  let made: RsaInput[] | undefined;
  const inputs = (): RsaInput[] => {
    made ??= craftedSignatures(scheme, pairOf(numbers), seededRandom(name));
    return made;
  };
  return { name, inputs };
}

const crafted = [
  ...schemes.map((scheme) => craftedOnce(`2048 bits for ${scheme}`, scheme, [0, 1])),
  craftedOnce("2049 bits", "rsassa-pss-sha256", [0, 8]),
  craftedOnce("2050 bits", "rsassa-pss-sha512", [0, 9]),
  craftedOnce("2055 bits", "rsassa-pss-sha384", [0, 10]),
  craftedOnce("2056 bits", "rsassa-pss-sha256", [0, 11]),
  craftedOnce("4096 bits", "rsassa-pss-sha512", [0, 1, 2, 3]),
  craftedOnce("8192 bits", "rsassa-pss-sha256", [0, 1, 2, 3, 4, 5, 6, 7]),
];

describe.each(providers)("RSASSA-PSS with $name", (provider) => {
  it("accepts what node:crypto signs, of the hash and salt of the scheme", () => {
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pem = publicKey.export({ format: "pem", type: "spki" }).toString();
    for (const scheme of schemes) {
      const hashed = parsePublicKey(pem, { scheme });
      for (const salt of [0, 20, 32, 48, 64]) {
        const options = { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: salt };
        for (const digest of [256, 384, 512]) {
          const made = sign(`sha${digest}`, message, options);
          const matches = scheme.endsWith(String(digest));
          expect(isValidSignature(hashed, message, made, { provider })).toBe(matches && salt === digest / 8);
          expect(isValidSignature(hashed, message, made, { provider, pssSalt: "hash" })).toBe(
            matches && salt === digest / 8,
          );
          expect(isValidSignature(hashed, message, made, { provider, pssSalt: "any" })).toBe(matches);
        }
      }
      const old = sign("sha256", message, { key: privateKey, padding: constants.RSA_PKCS1_PADDING });
      expect(isValidSignature(hashed, message, old, { provider, pssSalt: "any" })).toBe(false);
    }
  });

  it.each(crafted)("gives the known verdict on every crafted signature of $name", ({ inputs }) => {
    for (const input of inputs()) {
      const verdict = isValidSignature(input.key, input.message, input.signature, { ...input, provider });
      expect(verdict, `${input.key.scheme} ${input.kind}`).toBe(input.valid);
    }
    expect(inputs().filter(({ valid }) => valid).length).toBeGreaterThan(15);
    expect(inputs().length).toBeGreaterThan(80);
  });

  it("refuses a signature cut at any byte, or continued", () => {
    expect(isValidSignature(key, message, signature, { provider })).toBe(true);
    for (let length = 0; length < signature.length; length++) {
      expect(isValidSignature(key, message, signature.subarray(0, length), { provider })).toBe(false);
    }
    for (const longer of [concatBytes(signature, Uint8Array.of(0)), concatBytes(Uint8Array.of(0), signature)]) {
      expect(isValidSignature(key, message, longer, { provider })).toBe(false);
    }
  });

  it("verifies nothing with a key out of bounds", () => {
    const verifies = (numbers: readonly bigint[], made: Uint8Array) => {
      const material = bytesToHex(rsaDer(...numbers));
      return isValidSignature({ ...key, material }, message, made, { provider });
    };
    const one = pairOf([0], 65_537n);
    const short = rawSign(one, bytesToNumberBE(encodePss("rsassa-pss-sha256", message, 1023)));
    expect(verifies([one.modulus, 65_537n], short)).toBe(false);
    const cubic = pairOf([0, 1], 65_537n + 2n ** 31n);
    const made = rawSign(cubic, bytesToNumberBE(encodePss("rsassa-pss-sha256", message, 2047)));
    expect(verifies([cubic.modulus, cubic.exponent], made)).toBe(false);
    expect(verifies([pair.modulus, 65_537n], signature)).toBe(true);
  });

  it("takes exponents up to the bound", () => {
    for (const exponent of [65_539n, 2n ** 31n - 1n]) {
      const other = pairOf([2, 3], exponent);
      const made = rawSign(other, bytesToNumberBE(encodePss("rsassa-pss-sha256", message, 2047)));
      expect(isValidSignature(rsaKey("rsassa-pss-sha256", other), message, made, { provider })).toBe(true);
      expect(isValidSignature(rsaKey("rsassa-pss-sha256", pairOf([2, 3])), message, made, { provider })).toBe(false);
    }
  });
});

describe("byte checks before the equation", () => {
  it("let a provider see numbers below the modulus only, of its length", () => {
    const asked = (bytes: Uint8Array): number => {
      const provider = countingProvider(true);
      expect(isValidSignature(key, message, bytes, { provider })).toBe(provider.asked === 1);
      return provider.asked;
    };
    const below = (difference: bigint): Uint8Array => rawOf(pair.modulus - difference);
    expect(asked(new Uint8Array(256))).toBe(1);
    expect(asked(below(1n))).toBe(1);
    expect(asked(below(256n))).toBe(1);
    expect(asked(below(0n))).toBe(0);
    expect(asked(below(-1n))).toBe(0);
    expect(asked(new Uint8Array(256).fill(255))).toBe(0);
    expect(asked(new Uint8Array(255))).toBe(0);
    expect(asked(new Uint8Array(257))).toBe(0);
  });

  it("tell a provider the length of the salt", () => {
    const seen: unknown[] = [];
    const provider = {
      ...countingProvider(),
      importPublicKey: () => ({ verify: (_: Uint8Array, __: Uint8Array, salt: unknown) => seen.push(salt) > 0 }),
    };
    for (const scheme of schemes) {
      const hashed = { ...key, scheme };
      for (const pssSalt of ["hash", "any"] as const)
        isValidSignature(hashed, message, signature, { provider, pssSalt });
    }
    expect(seen).toEqual([32, "any", 48, "any", 64, "any"]);
  });

  it("do not ask for hopeless signatures", () => {
    const next = rsaHopelessInputs(seededRandom("hopeless"));
    const provider = countingProvider(true);
    for (let count = 0; count < 5_000; count++) {
      const input = next();
      expect(isValidSignature(input.key, input.message, input.signature, { ...input, provider })).toBe(false);
    }
    expect(provider.asked).toBe(0);
  });

  it("refuse material that is no RSAPublicKey", () => {
    for (const material of [
      "3000",
      "30",
      key.material.slice(2),
      `${key.material}00`,
      key.material.toUpperCase(),
      "3003020101",
    ]) {
      expect(errorOf(() => isValidSignature({ ...key, material }, message, signature))).toMatchObject({
        code: "ERR_SIGNING_KEY_FORMAT",
        path: "/material",
      });
    }
  });
});

function rawOf(number: bigint): Uint8Array {
  return Uint8Array.from(number.toString(16).padStart(512, "0").match(/../g)!, (pair) => Number.parseInt(pair, 16));
}
