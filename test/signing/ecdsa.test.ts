import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../scripts/random.ts";
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from "../../src/core/index.ts";
import { decodePoint, ecdsaSignatureFromDer, p256, p384 } from "../../src/signing/ecdsa.ts";
import { isValidSignature } from "../../src/signing/index.ts";
import { curveOf, derOf, type EcdsaScheme, ecdsaEdgeInputs, ecdsaHopelessInputs } from "./ecdsa-inputs.ts";
import { countingProvider, providers } from "./fixture.ts";
import { p256Key, p384Key } from "./published-keys.ts";

/** RFC 6979 appendices A.2.5 and A.2.6, with the hash that belongs to the curve. */
const examples = [
  {
    key: p256Key.key,
    text: "sample",
    r: 0xefd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716n,
    s: 0xf7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8n,
  },
  {
    key: p256Key.key,
    text: "test",
    r: 0xf1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367n,
    s: 0x019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083n,
  },
  {
    key: p384Key.key,
    text: "sample",
    r: 0x94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46n,
    s: 0x99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8n,
  },
  {
    key: p384Key.key,
    text: "test",
    r: 0x8203b63d3c853e8d77227fb377bcf7b7b772e97892a80f36ab775d509d7a5feb0542a7f0812998da8f1dd3ca3cf023dbn,
    s: 0xddd0760448d42d8a43af45af836fce4de8be06b485e9b61b827c2f13173923e06a739f040649a667bf3b828246baa5a5n,
  },
] as const;

const sample = examples[0];
const message = utf8ToBytes("sample");
const der = derOf(sample.r, sample.s);
const hexOf = (number: bigint, size: number): string => number.toString(16).padStart(2 * size, "0");
const rawOf = (r: bigint, s: bigint, size = 32): Uint8Array => hexToBytes(hexOf(r, size) + hexOf(s, size));

describe.each(providers)("ECDSA with $name", (provider) => {
  it.each(examples)(
    "accepts the published signature of $text for $key.scheme, in both halves of s",
    ({ key, text, r, s }) => {
      const { order, size } = curveOf(key.scheme as EcdsaScheme);
      const signed = utf8ToBytes(text);
      for (const half of [s, order - s]) {
        const raw = rawOf(r, half, size);
        expect(isValidSignature(key, signed, derOf(r, half), { provider })).toBe(true);
        expect(isValidSignature(key, signed, raw, { provider, ecdsaEncoding: "p1363" })).toBe(true);
        expect(isValidSignature(key, signed, raw, { provider })).toBe(false);
        expect(isValidSignature(key, signed, derOf(r, half), { provider, ecdsaEncoding: "p1363" })).toBe(false);
        expect(isValidSignature(key, utf8ToBytes(`${text}!`), derOf(r, half), { provider })).toBe(false);
        expect(isValidSignature(key, signed, derOf(half, r), { provider })).toBe(false);
      }
    },
  );

  it("refuses a signature cut at every byte, or continued", () => {
    const raw = rawOf(sample.r, sample.s);
    for (let length = 0; length < der.length; length++) {
      expect(isValidSignature(sample.key, message, der.subarray(0, length), { provider })).toBe(false);
    }
    for (let length = 0; length < raw.length; length++) {
      const cut = raw.subarray(0, length);
      expect(isValidSignature(sample.key, message, cut, { provider, ecdsaEncoding: "p1363" })).toBe(false);
    }
    const zero = Uint8Array.of(0);
    expect(isValidSignature(sample.key, message, concatBytes(der, zero), { provider })).toBe(false);
    const longer = concatBytes(raw, zero);
    expect(isValidSignature(sample.key, message, longer, { provider, ecdsaEncoding: "p1363" })).toBe(false);
  });

  it("refuses every other byte in a signature", () => {
    for (let at = 0; at < der.length; at++) {
      for (const change of [1, 0x80, 0xff]) {
        const changed = Uint8Array.from(der);
        changed[at]! ^= change;
        expect(isValidSignature(sample.key, message, changed, { provider }), `byte ${at} ^ ${change}`).toBe(false);
      }
    }
  });

  it.each(["ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384"] as const)(
    "gives the known verdict at the edges of %s",
    (scheme) => {
      const next = ecdsaEdgeInputs(scheme, seededRandom(`ecdsa.test ${scheme}`));
      const accepted = new Set<string>();
      for (let count = 0; count < 250; count++) {
        const input = next();
        const verdict = isValidSignature(input.key, input.message, input.signature, { ...input, provider });
        expect(verdict, `${input.kind} ${bytesToHex(input.signature)}`).toBe(input.valid);
        if (verdict) accepted.add(input.kind.split(" = ")[0]!);
      }
      for (const kind of ["s", "x of R", "n - s", "addends equal", "both extreme"]) expect(accepted).toContain(kind);
    },
  );

  it("verifies nothing with a key that is not on the curve", () => {
    const material = `${p256Key.key.material.slice(0, -1)}8`;
    expect(isValidSignature({ ...p256Key.key, material }, message, der, { provider })).toBe(false);
  });
});

describe("byte checks before the equation", () => {
  it.each(["ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384"] as const)(
    "let a provider see r and s of %s in 1 .. n-1 only",
    (scheme) => {
      const key = scheme === "ecdsa-sha2-nistp256" ? p256Key.key : p384Key.key;
      const { order, size } = curveOf(scheme);
      const above = 2n ** BigInt(8 * size) - 1n;
      for (const ecdsaEncoding of ["der", "p1363"] as const) {
        const asked = (r: bigint, s: bigint): number => {
          const provider = countingProvider(true);
          const signature = ecdsaEncoding === "der" ? derOf(r, s) : rawOf(r, s, size);
          expect(isValidSignature(key, message, signature, { provider, ecdsaEncoding })).toBe(provider.asked === 1);
          return provider.asked;
        };
        for (const good of [1n, 255n, 256n, order - 1n, order - 256n]) {
          expect(asked(good, 1n)).toBe(1);
          expect(asked(1n, good)).toBe(1);
        }
        for (const bad of [0n, order, order + 1n, above]) {
          expect(asked(bad, 1n), `r = ${bad}`).toBe(0);
          expect(asked(1n, bad), `s = ${bad}`).toBe(0);
        }
      }
    },
  );

  it("give a provider r || s of the curve's length", () => {
    const seen: string[] = [];
    const provider = {
      ...countingProvider(),
      importPublicKey: () => ({
        verify: (_: Uint8Array, signature: Uint8Array, saltLength: unknown) => {
          seen.push(`${bytesToHex(signature)} ${saltLength}`);
          return true;
        },
      }),
    };
    isValidSignature(p256Key.key, message, derOf(1n, 2n ** 255n), { provider });
    expect(seen).toEqual([`${"0".repeat(63)}18${"0".repeat(63)} undefined`]);
  });

  it("do not ask for hopeless signatures", () => {
    for (const scheme of ["ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384"] as const) {
      const next = ecdsaHopelessInputs(scheme, seededRandom("hopeless"));
      const provider = countingProvider(true);
      for (let count = 0; count < 5_000; count++) {
        const input = next();
        const verdict = isValidSignature(input.key, input.message, input.signature, { ...input, provider });
        expect(verdict, `${input.kind} ${bytesToHex(input.signature)}`).toBe(false);
      }
      expect(provider.asked).toBe(0);
    }
  });
});

describe("ecdsaSignatureFromDer", () => {
  it("reads what is written, and nothing else that differs", () => {
    const number = fc.bigInt({ min: 1n, max: 2n ** 256n - 1n });
    fc.assert(
      fc.property(number, number, (r, s) => {
        expect(ecdsaSignatureFromDer(derOf(r, s), 32)).toEqual(rawOf(r, s));
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 74 }), (bytes) => {
        const raw = ecdsaSignatureFromDer(bytes, 32);
        if (raw === undefined) return;
        const [r, s] = [raw.subarray(0, 32), raw.subarray(32)].map((half) => BigInt(`0x${bytesToHex(half)}`));
        expect(derOf(r!, s!)).toEqual(bytes);
      }),
    );
  });

  it.each<readonly [string, string]>([
    ["nothing", ""],
    ["a tag alone", "30"],
    ["an empty sequence", "3000"],
    ["r alone", "3003020101"],
    ["another tag", "3106020101020101"],
    ["another tag of r", "3006030101020101"],
    ["another tag of s", "3006020101030101"],
    ["a sequence that is too long", "3007020101020101"],
    ["a sequence that is too short", "3005020101020101"],
    ["a long form of the length", "308106020101020101"],
    ["an indefinite length", "30800201010201010000"],
    ["a negative r", "3006020180020101"],
    ["a negative s", "30060201010201ff"],
    ["r of zero", "3006020100020101"],
    ["s of zero", "3006020101020100"],
    ["r with a zero too many", "300702020001020101"],
    ["r with a zero before 127", "30070202007f020101"],
    ["s with a zero too many", "300702010102020001"],
    ["an empty r", "30050200020101"],
    ["an empty s", "30050201010200"],
    ["r that ends after the sequence", "3006020701020101"],
    ["s that ends after the sequence", "3006020101020201"],
    ["a length of r in the long form", "300702810101020101"],
    ["a third number", "3009020101020101020101"],
    ["something after s", "30080201010201010500"],
    ["a number of 33 bytes", `3026022101${"00".repeat(32)}020101`],
    ["a zero and a number of 33 bytes", `302702220080${"00".repeat(32)}020101`],
  ])("refuses %s", (_, digits) => {
    expect(ecdsaSignatureFromDer(hexToBytes(digits), 32)).toBeUndefined();
  });

  it("takes the longest numbers", () => {
    const most = 2n ** 256n - 1n;
    expect(ecdsaSignatureFromDer(derOf(most, most), 32)).toEqual(rawOf(most, most));
    expect(ecdsaSignatureFromDer(derOf(most, most), 31)).toBeUndefined();
    const wide = 2n ** 384n - 1n;
    expect(ecdsaSignatureFromDer(derOf(wide, wide), 48)).toEqual(rawOf(wide, wide, 48));
  });
});

describe("curve parameters", () => {
  it.each([
    [p256, curveOf("ecdsa-sha2-nistp256")],
    [p384, curveOf("ecdsa-sha2-nistp384")],
  ])("are those of noble", (ours, theirs) => {
    expect(ours).toEqual({ size: theirs.size, p: theirs.prime, b: theirs.Point.CURVE().b, n: theirs.order });
  });

  it("give points that do not share their bytes with the input", () => {
    const point = hexToBytes(p256Key.key.material);
    expect(decodePoint(p256, point)).toEqual(point);
    expect(decodePoint(p256, point)).not.toBe(point);
  });
});
