import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ByteReader,
  bytesToHex,
  bytesToUtf8,
  type CoreErrorCode,
  encodeJcs,
  type HashProvider,
  hexToBytes,
  jcsSha256Hex,
} from "../../src/core/index.ts";

const encode = (value: unknown, limits?: Parameters<typeof encodeJcs>[1]) => bytesToUtf8(encodeJcs(value, limits));

/** The number whose IEEE 754 double has these bits. */
function doubleFromHex(hex: string): number {
  return new Float64Array(BigUint64Array.of(new ByteReader(hexToBytes(hex)).u64be()).buffer)[0]!;
}

describe("encodeJcs", () => {
  it("writes the sample of RFC 8785 section 3.2.2 as the bytes of 3.2.4", () => {
    const sample: unknown = JSON.parse(String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`);
    expect(bytesToHex(encodeJcs(sample))).toBe(
      "7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e756d62657273223a5b3333333333333333332e33333333333333" +
        "2c31652b33302c342e352c302e3030322c31652d32375d2c22737472696e67223a22e282ac245c75303030665c6e412742" +
        "5c225c5c5c5c5c222f227d",
    );
  });

  it("orders names as RFC 8785 section 3.2.3", () => {
    const sample = {
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
      "\u{1f600}": "Emoji: Grinning Face",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis",
    };
    expect(encode(sample)).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis",' +
        '"\u20ac":"Euro Sign","\u{1f600}":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    );
  });

  // RFC 8785 appendix B.
  it.each([
    ["0000000000000000", "0"],
    ["8000000000000000", "0"],
    ["0000000000000001", "5e-324"],
    ["8000000000000001", "-5e-324"],
    ["7fefffffffffffff", "1.7976931348623157e+308"],
    ["ffefffffffffffff", "-1.7976931348623157e+308"],
    ["4340000000000000", "9007199254740992"],
    ["c340000000000000", "-9007199254740992"],
    ["4430000000000000", "295147905179352830000"],
    ["44b52d02c7e14af5", "9.999999999999997e+22"],
    ["44b52d02c7e14af6", "1e+23"],
    ["44b52d02c7e14af7", "1.0000000000000001e+23"],
    ["444b1ae4d6e2ef4e", "999999999999999700000"],
    ["444b1ae4d6e2ef4f", "999999999999999900000"],
    ["444b1ae4d6e2ef50", "1e+21"],
    ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"],
    ["3eb0c6f7a0b5ed8d", "0.000001"],
    ["41b3de4355555553", "333333333.3333332"],
    ["41b3de4355555554", "333333333.33333325"],
    ["41b3de4355555555", "333333333.3333333"],
    ["41b3de4355555556", "333333333.3333334"],
    ["41b3de4355555557", "333333333.33333343"],
    ["becbf647612f3696", "-0.0000033333333333333333"],
    ["43143ff3c1cb0959", "1424953923781206.2"],
  ])("spells the double %s as %s", (bits, text) => {
    expect(encode(doubleFromHex(bits))).toBe(text);
  });

  it("escapes as RFC 8785 section 3.2.2.2", () => {
    expect(encode('\0\b\t\n\v\f\r\u001f "\\/\u007f\u2028')).toBe(
      '"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f \\"\\\\/\u007f\u2028"',
    );
  });

  it.each<[string, unknown, CoreErrorCode, string]>([
    ["NaN", [doubleFromHex("7fffffffffffffff")], "ERR_CORE_JSON_VALUE", "/0"],
    ["infinity", { a: doubleFromHex("7ff0000000000000") }, "ERR_CORE_JSON_VALUE", "/a"],
    ["minus infinity", Number.NEGATIVE_INFINITY, "ERR_CORE_JSON_VALUE", ""],
    ["a lone surrogate", { a: "\udead" }, "ERR_CORE_JSON_SURROGATE", "/a"],
    ["undefined", { a: undefined }, "ERR_CORE_JSON_VALUE", "/a"],
    ["a bigint", 1n, "ERR_CORE_JSON_VALUE", ""],
    ["a Date, in spite of its toJSON", [new Date(0)], "ERR_CORE_JSON_VALUE", "/0"],
  ])("refuses %s", (_what, value, code, path) => {
    expect(() => encodeJcs(value)).toThrow(expect.objectContaining({ name: "CoreError", code, path }));
  });

  it("keeps its limits", () => {
    const loop: unknown[] = [];
    loop.push(loop);
    expect(() => encodeJcs(loop)).toThrow(expect.objectContaining({ code: "ERR_CORE_LIMIT" }));
    expect(() => encodeJcs([[]], { maxDepth: 1 })).toThrow(
      expect.objectContaining({ code: "ERR_CORE_LIMIT", path: "/0" }),
    );
  });

  it("is read by JSON.parse as the same value, in any order of members, and written again alike", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = encode(value);
        const read: unknown = JSON.parse(text);
        expect(read).toEqual(JSON.parse(JSON.stringify(value)));
        expect(encode(read)).toBe(text);
        expect(encode(reversed(value))).toBe(text);
        expect(text).not.toMatch(/[\n\t]/);
      }),
    );
  });

  function reversed(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(reversed);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .toReversed()
        .map(([name, member]) => [name, reversed(member)]),
    );
  }
});

describe("jcsSha256Hex", () => {
  it("is SHA-256 of the canonical form", () => {
    // printf '{"a":1,"b":2}' | sha256sum
    const digest = "43258cff783fe7036d8a43033f830adfc60ec037382473548ac742b888292777";
    expect(jcsSha256Hex({ b: 2, a: 1 })).toBe(digest);
    expect(jcsSha256Hex({ a: 1, b: 2 })).toBe(digest);
    expect(jcsSha256Hex({ a: 1, b: 3 })).not.toBe(digest);
  });

  it("asks the given provider", () => {
    const provider: HashProvider = {
      name: "test",
      create: () => {
        throw new Error("not asked");
      },
      digest: (algorithm, message) => hexToBytes(algorithm === "sha256" ? bytesToHex(message) : ""),
    };
    expect(jcsSha256Hex([], provider)).toBe("5b5d");
  });
});
