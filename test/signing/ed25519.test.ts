import { ed25519 } from "@noble/curves/ed25519.js";
import { numberToBytesLE } from "@noble/curves/utils.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../scripts/random.ts";
import { decodePoint } from "../../src/core/crypto/edwards25519.ts";
import { bytesToHex, concatBytes, utf8ToBytes } from "../../src/core/index.ts";
import { encodingFault } from "../../src/signing/ed25519.ts";
import { isValidEd25519 } from "../../src/signing/index.ts";
import { edgeInputs, hopelessInputs, nonCanonicalEncodings, smallOrderEncodings } from "./ed25519-inputs.ts";
import { alice, countingProvider, providers } from "./fixture.ts";

const { Point } = ed25519;
const prime = Point.Fp.ORDER;
const order = Point.Fn.ORDER;
const message = utf8ToBytes("a message");
const publicKey = Point.fromHex(alice.key.material).toBytes();
const signature = alice.sign(message);

function withS(s: bigint): Uint8Array {
  return concatBytes(signature.subarray(0, 32), numberToBytesLE(s, 32));
}

describe("byte checks before the equation", () => {
  it("know the points of small order, in every encoding", () => {
    expect(smallOrderEncodings.map(({ bytes }) => bytesToHex(bytes)).sort()).toEqual([
      "0000000000000000000000000000000000000000000000000000000000000000",
      "0000000000000000000000000000000000000000000000000000000000000080",
      "0100000000000000000000000000000000000000000000000000000000000000",
      "0100000000000000000000000000000000000000000000000000000000000080",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
      "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
      "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ]);
    for (const { bytes } of smallOrderEncodings) {
      // Read leniently, each is a point that doubling three times turns into the neutral element.
      expect(Point.fromBytes(bytes, true).double().double().double().equals(Point.ZERO)).toBe(true);
      const lifted = bytes[0]! >= 0xed && bytes[1] === 0xff;
      expect(encodingFault(bytes)).toBe(lifted ? "non_canonical" : "small_order");
    }
  });

  it("draw the line of canonical y at p", () => {
    for (const bytes of nonCanonicalEncodings) expect(encodingFault(bytes)).toBe("non_canonical");
    for (const sign of [0n, 1n << 255n]) {
      expect(encodingFault(numberToBytesLE(prime + sign, 32))).toBe("non_canonical");
      expect(encodingFault(numberToBytesLE(prime - 2n + sign, 32))).toBeUndefined();
      expect(encodingFault(numberToBytesLE(2n + sign, 32))).toBeUndefined();
      // Less than p although its low bytes are larger.
      expect(encodingFault(numberToBytesLE((0x7fn << 248n) - 1n + sign, 32))).toBeUndefined();
    }
  });

  it("do not change the bytes they look at", () => {
    const bytes = new Uint8Array(32).fill(255);
    encodingFault(bytes);
    decodePoint(bytes);
    expect(bytes).toEqual(new Uint8Array(32).fill(255));
  });

  it("let a provider see S < L only", () => {
    for (const s of [0n, order - 1n]) {
      const provider = countingProvider(true);
      expect(isValidEd25519(publicKey, message, withS(s), provider)).toBe(true);
      expect(provider.asked).toBe(1);
    }
    for (const s of [order, order + 1n, 2n ** 253n, 2n ** 256n - 1n]) {
      const provider = countingProvider(true);
      expect(isValidEd25519(publicKey, message, withS(s), provider)).toBe(false);
      expect(provider.asked).toBe(0);
    }
  });

  it("keep every unusual A and R from a provider", () => {
    for (const bytes of [...nonCanonicalEncodings, ...smallOrderEncodings.map((encoding) => encoding.bytes)]) {
      const provider = countingProvider(true);
      expect(isValidEd25519(bytes, message, signature, provider)).toBe(false);
      expect(isValidEd25519(publicKey, message, concatBytes(bytes, signature.subarray(32)), provider)).toBe(false);
      expect(provider.asked).toBe(0);
    }
  });

  it("keep every other length from a provider", () => {
    const provider = countingProvider(true);
    for (let length = 0; length <= 130; length++) {
      const bytes = new Uint8Array(length);
      bytes.set(signature.subarray(0, length));
      if (length !== 32) expect(isValidEd25519(bytes, message, signature, provider)).toBe(false);
      if (length !== 64) expect(isValidEd25519(publicKey, message, bytes, provider)).toBe(false);
    }
    expect(provider.asked).toBe(0);
  });

  it("agree with noble about which y belong to a point", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 2n, max: prime - 2n }), fc.boolean(), (y, sign) => {
        const bytes = numberToBytesLE(y + (sign ? 2n ** 255n : 0n), 32);
        fc.pre(encodingFault(bytes) === undefined);
        let decodes = true;
        try {
          Point.fromBytes(bytes);
        } catch {
          decodes = false;
        }
        expect(decodePoint(bytes) !== undefined).toBe(decodes);
      }),
    );
  });
});

describe.each(providers)("isValidEd25519 with $name", (provider) => {
  it("accepts a signature and refuses it for another message or key", () => {
    expect(isValidEd25519(publicKey, message, signature, provider)).toBe(true);
    expect(isValidEd25519(publicKey, utf8ToBytes("another message"), signature, provider)).toBe(false);
    const another = Point.fromBytes(publicKey).negate().toBytes();
    expect(isValidEd25519(another, message, signature, provider)).toBe(false);
  });

  it("refuses a signature cut at every byte", () => {
    for (let length = 0; length < 64; length++) {
      expect(isValidEd25519(publicKey, message, signature.subarray(0, length), provider)).toBe(false);
    }
  });

  it("gives the strict verdict at the edges", () => {
    const next = edgeInputs(seededRandom("ed25519.test"));
    const valid: string[] = [];
    for (let count = 0; count < 500; count++) {
      const input = next();
      const verdict = isValidEd25519(input.publicKey, input.message, input.signature, provider);
      expect(verdict, `${input.kind} ${bytesToHex(input.publicKey)} ${bytesToHex(input.signature)}`).toBe(input.valid);
      if (verdict) valid.push(input.kind);
    }
    // The test has teeth only if some edge inputs are valid, also with keys of mixed order.
    expect(new Set(valid)).toEqual(new Set(["honest", "mixed order"]));
  });
});

describe("isValidEd25519", () => {
  it("uses the runtime's provider unless another is passed", () => {
    expect(isValidEd25519(publicKey, message, signature)).toBe(true);
    expect(isValidEd25519(publicKey, message, withS(1n))).toBe(false);
  });

  it("refuses hopeless inputs without asking", () => {
    const next = hopelessInputs(seededRandom("hopeless"));
    const provider = countingProvider(true);
    for (let count = 0; count < 5_000; count++) {
      const input = next();
      expect(isValidEd25519(input.publicKey, input.message, input.signature, provider), input.kind).toBe(false);
    }
    expect(provider.asked).toBe(0);
  });

  it("throws for arguments that are no bytes", () => {
    const text = alice.key.material as unknown as Uint8Array;
    const refusal = (name: string) => new TypeError(`"${name}" expected Uint8Array, got String`);
    expect(() => isValidEd25519(text, message, signature)).toThrow(refusal("publicKey"));
    expect(() => isValidEd25519(publicKey, text, signature)).toThrow(refusal("message"));
    expect(() => isValidEd25519(publicKey, message, text)).toThrow(refusal("signature"));
  });
});
