import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bytesToHex,
  bytesToUtf8,
  CoreError,
  type CoreErrorCode,
  encodeCanonicalJson,
  type JsonValue,
  parseStrictJson,
  sha256,
  utf8ToBytes,
} from "../../src/core/index.ts";

const encode = (value: unknown, limits?: Parameters<typeof encodeCanonicalJson>[1]) =>
  bytesToUtf8(encodeCanonicalJson(value as JsonValue, limits));

function refusal(code: CoreErrorCode, path: string) {
  return expect.objectContaining({ name: "CoreError", code, path });
}

/** Values that canonical JSON can write; the text comes from `unit`. */
function values(unit: fc.Arbitrary<string>): fc.Arbitrary<JsonValue> {
  return fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      fc.maxSafeInteger(),
      fc.string({ unit }),
      fc.constantFrom(null, true, false),
      fc.array(tie("value")),
      fc.dictionary(
        fc.oneof(fc.string({ unit }), fc.constantFrom("__proto__", "constructor", "10", "9")),
        tie("value"),
      ),
    ),
  })).value;
}

/** The form in the shortest way to write it: the oracle. */
function plainly(value: unknown): string {
  if (typeof value === "string") return `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
  if (Array.isArray(value)) return `[${value.map(plainly).join(",")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  // UTF-8 keeps the order of code points.
  const members = Object.entries(value).sort(([left], [right]) =>
    Buffer.compare(Buffer.from(left), Buffer.from(right)),
  );
  return `{${members.map(([name, member]) => `${plainly(name)}:${plainly(member)}`).join(",")}}`;
}

/** Any Unicode character, with its neighbourhoods of surrogates and U+FFFF well represented. */
const character = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  fc.constantFrom(
    '"',
    "\\",
    "\0",
    "\n",
    "\u001f",
    "\u007f",
    "\ud7ff",
    "\ue000",
    "\ufb33",
    "\uffff",
    "\u{10000}",
    "\u{1f600}",
  ),
);
const printable = character.filter((text) => text >= " ");

describe("encodeCanonicalJson", () => {
  it.each<[unknown, string]>([
    ["", '""'],
    [[], "[]"],
    [{}, "{}"],
    [null, "null"],
    [true, "true"],
    [false, "false"],
    [0, "0"],
    [-1, "-1"],
    [Number.MAX_SAFE_INTEGER, "9007199254740991"],
    [Number.MIN_SAFE_INTEGER, "-9007199254740991"],
    [[1, 2, 3], "[1,2,3]"],
    [{ A: [99] }, '{"A":[99]}'],
    [{ y: 2, x: 3 }, '{"x":3,"y":2}'],
    [{ x: 3, y: null }, '{"x":3,"y":null}'],
    [{ b: { d: [], c: {} }, a: ["z", [{}]] }, '{"a":["z",[{}]],"b":{"c":{},"d":[]}}'],
    ['\\ " / é € \u{1f600}', '"\\\\ \\" / é € \u{1f600}"'],
    [{ 'a"\\': 1 }, '{"a\\"\\\\":1}'],
  ])("writes %j as %s", (value, text) => {
    expect(encode(value)).toBe(text);
  });

  it("leaves control characters raw", () => {
    expect(encode("\0\b\t\n\u001f\u007f\u2028")).toBe('"\0\b\t\n\u001f\u007f\u2028"');
    expect(encode({ "\n": 1 })).toBe('{"\n":1}');
  });

  it("orders names by code point, not by UTF-16 code unit", () => {
    expect(encode({ "\u{1f600}": 2, "\ufb33": 1 })).toBe('{"\ufb33":1,"\u{1f600}":2}');
    const names = [
      "",
      "\0",
      "1",
      "10",
      "2",
      "A",
      "a",
      "a\0",
      "aa",
      "b",
      "\ud7ff",
      "\ue000",
      "\uffff",
      "\u{10000}",
      "\u{10fffe}",
      "\u{10ffff}",
    ];
    const members = names.map((name) => `${JSON.stringify(name)}:0`.replace("\\u0000", "\0"));
    for (const order of [names, names.toReversed()]) {
      expect(encode(Object.fromEntries(order.map((name) => [name, 0])))).toBe(`{${members.join(",")}}`);
    }
    expect(encode({ "x\u{1f600}b": 0, "x\u{1f600}a": 0, "x\ufb33": 0, x: 0 })).toBe(
      '{"x":0,"x\ufb33":0,"x\u{1f600}a":0,"x\u{1f600}b":0}',
    );
  });

  it("orders names as their UTF-8 bytes are ordered", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: printable })), (names) => {
        const sorted = names.toSorted((left, right) =>
          bytesToHex(utf8ToBytes(left)) < bytesToHex(utf8ToBytes(right)) ? -1 : 1,
        );
        const text = encode(Object.fromEntries(names.map((name) => [name, 0])));
        // Cut from the text, because an object would list names like indices first.
        const read: string[] = [];
        for (const match of text.matchAll(/"((?:[^"\\]|\\.)*)":0/gs)) read.push(match[1]!.replace(/\\(.)/gs, "$1"));
        expect(read).toEqual(sorted);
      }),
    );
  });

  it("gives the key id that TUF clients compute", () => {
    // A root key of the python-tuf test repository; its id is the SHA-256 of this object's canonical form.
    const key = {
      keyid_hash_algorithms: ["sha256", "sha512"],
      keytype: "ed25519",
      scheme: "ed25519",
      keyval: { public: "edcd0a32a07dce33f7c7873aaffbff36d20ea30787574ead335eefd337e4dacd" },
    };
    expect(bytesToHex(sha256(encodeCanonicalJson(key)))).toBe(
      "59a4df8af818e9ed7abe0764c0b47b4240952aa0d179b5b78346c470ac30278d",
    );
  });

  it.each<[string, unknown, CoreErrorCode, string]>([
    ["a fraction", [1, 0.5], "ERR_CORE_JSON_NOT_INTEGER", "/1"],
    ["NaN", Number.NaN, "ERR_CORE_JSON_NOT_INTEGER", ""],
    ["infinity", { a: Number.NEGATIVE_INFINITY }, "ERR_CORE_JSON_NOT_INTEGER", "/a"],
    ["2^53", 2 ** 53, "ERR_CORE_JSON_UNSAFE_INTEGER", ""],
    ["-2^53", -(2 ** 53), "ERR_CORE_JSON_UNSAFE_INTEGER", ""],
    ["-0", { a: { b: -0 } }, "ERR_CORE_JSON_NEGATIVE_ZERO", "/a/b"],
    ["a lone surrogate", ["\ud800"], "ERR_CORE_JSON_SURROGATE", "/0"],
    ["a lone surrogate in a name", { a: { "\udc00": 1 } }, "ERR_CORE_JSON_SURROGATE", "/a/\udc00"],
    ["undefined", undefined, "ERR_CORE_JSON_VALUE", ""],
    ["an undefined member", { a: undefined }, "ERR_CORE_JSON_VALUE", "/a"],
    ["a hole", Object.assign([1], { 2: 3 }), "ERR_CORE_JSON_VALUE", "/1"],
    ["a function", { toJSON: () => 1 }, "ERR_CORE_JSON_VALUE", "/toJSON"],
    ["a symbol", Symbol("s"), "ERR_CORE_JSON_VALUE", ""],
    ["a bigint", [1n], "ERR_CORE_JSON_VALUE", "/0"],
    ["a Date", { "a/b": new Date(0) }, "ERR_CORE_JSON_VALUE", "/a~1b"],
    ["a Map", new Map(), "ERR_CORE_JSON_VALUE", ""],
    ["bytes", new Uint8Array(1), "ERR_CORE_JSON_VALUE", ""],
    ["a boxed string", new String("a"), "ERR_CORE_JSON_VALUE", ""],
    ["an error", new Error("no"), "ERR_CORE_JSON_VALUE", ""],
    ["an instance of a class", new (class Release {})(), "ERR_CORE_JSON_VALUE", ""],
  ])("refuses %s", (_what, value, code, path) => {
    expect(() => encode(value)).toThrow(refusal(code, path));
    expect(() => encode(value)).toThrow(/^Cannot write JSON: /);
  });

  it("says what it refuses", () => {
    expect(() => encode(0.5)).toThrow("Cannot write JSON: number 0.5 has no canonical form");
    expect(() => encode(-0)).toThrow("Cannot write JSON: number -0 has no canonical form");
    expect(() => encode("\ud800")).toThrow("Cannot write JSON: lone surrogate has no UTF-8 form");
    expect(() => encode(undefined)).toThrow("Cannot write JSON: undefined has no JSON form");
    expect(() => encode(new Map())).toThrow("Cannot write JSON: class instance has no JSON form");
  });

  it("takes null-prototype objects and plain objects of another realm", () => {
    expect(encode(Object.assign(Object.create(null), { b: 1, a: 2 }))).toBe('{"a":2,"b":1}');
    expect(encode(runInNewContext('({ b: ["x"], a: {} })'))).toBe('{"a":{},"b":["x"]}');
    expect(() => encode(runInNewContext("new Date(0)"))).toThrow(refusal("ERR_CORE_JSON_VALUE", ""));
  });

  it("writes objects with the names of earlier ones, whatever their order and number", () => {
    const pool = [
      "a",
      "b",
      "c",
      '"',
      "\u{1f600}",
      "\ufb33",
      "7",
      ...Array.from({ length: 20 }, (_, index) => `name${index}`),
    ];
    fc.assert(
      fc.property(fc.array(fc.shuffledSubarray(pool), { minLength: 2, maxLength: 40 }), (objects) => {
        const value = objects.map((names, index) =>
          Object.fromEntries(names.map((name) => [name, `${index}:${name}`])),
        );
        expect(encode(value)).toBe(plainly(value));
      }),
    );
  });

  it("writes any value as a plain recursive writer does, also beyond one chunk", () => {
    fc.assert(
      fc.property(values(character), fc.nat({ max: 40_000 }), (value, length) => {
        const long = { value, text: "é".repeat(length), again: [value, { value }], end: "\u{1f600}" };
        expect(encode(long)).toBe(plainly(long));
      }),
    );
  });

  it("names the place of a fault behind objects with the same names", () => {
    const good = { a: [1], b: { c: 2 } };
    expect(() => encode([good, good, { b: { c: 2.5 }, a: [1] }])).toThrow(
      refusal("ERR_CORE_JSON_NOT_INTEGER", "/2/b/c"),
    );
    expect(() => encode([good, { a: [1, [undefined]], b: {} }])).toThrow(refusal("ERR_CORE_JSON_VALUE", "/1/a/1/0"));
    expect(() => encode([good, { a: good, b: new Date(0) }])).toThrow(refusal("ERR_CORE_JSON_VALUE", "/1/b"));
    const lone = { "a\ud800": 1, b: Number.NaN };
    expect(() => encode([lone])).toThrow(refusal("ERR_CORE_JSON_SURROGATE", "/0/a\ud800"));
    expect(() => encode([{ ...lone, a: Number.NaN }])).toThrow(refusal("ERR_CORE_JSON_NOT_INTEGER", "/0/a"));
  });

  it("takes own enumerable properties with a name only", () => {
    const value = Object.defineProperty({ a: 1, [Symbol("s")]: 2 }, "hidden", { value: 3 });
    expect(encode(value)).toBe('{"a":1}');
    expect(encode(JSON.parse('{"__proto__":{"a":1}}'))).toBe('{"__proto__":{"a":1}}');
  });

  it("ends on a value that contains itself, and keeps its limits", () => {
    const limit = (name: string, allowed: number, found: number, path: string) =>
      expect.objectContaining({ code: "ERR_CORE_LIMIT", details: { limit: name, allowed, found }, path });
    const loop: Record<string, unknown> = {};
    loop["self"] = [loop];
    expect(() => encode(loop)).toThrow(limit("maxDepth", 64, 65, "/self/0".repeat(32)));
    expect(encode(1, { maxDepth: 0 })).toBe("1");
    expect(encode([[1]], { maxDepth: 2 })).toBe("[[1]]");
    expect(() => encode([[]], { maxDepth: 1 })).toThrow(limit("maxDepth", 1, 2, "/0"));
    expect(encode({ a: [1], b: 2 }, { maxEntries: 3 })).toBe('{"a":[1],"b":2}');
    expect(() => encode({ a: [1], b: 2 }, { maxEntries: 2 })).toThrow(limit("maxEntries", 2, 3, "/b"));
    expect(() => encode([], { maxDepth: 257 })).toThrow(RangeError);
    let deepest: JsonValue = [];
    for (let depth = 1; depth < 256; depth++) deepest = [deepest];
    expect(encode(deepest, { maxDepth: 256 })).toBe("[".repeat(256) + "]".repeat(256));
  });

  it("is read back as the same value, without control characters below U+0020", () => {
    fc.assert(
      fc.property(values(printable), (value) => {
        const canonical = encodeCanonicalJson(value);
        const read = parseStrictJson(canonical);
        expect(read).toEqual(JSON.parse(JSON.stringify(value)));
        expect(encodeCanonicalJson(read)).toEqual(canonical);
      }),
    );
  });

  it("is refused as JSON exactly when a text has a control character below U+0020", () => {
    fc.assert(
      fc.property(values(character), (value) => {
        const canonical = encodeCanonicalJson(value);
        const raw = canonical.some((byte) => byte < 0x20);
        let refused: unknown;
        try {
          parseStrictJson(canonical);
        } catch (error) {
          refused = error instanceof CoreError && error.code;
        }
        expect(refused).toBe(raw ? "ERR_CORE_JSON_SYNTAX" : undefined);
      }),
    );
  });

  it("does not depend on the order of members", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ unit: character }), fc.integer())), (members) => {
        const object = Object.fromEntries(members);
        const reversed = Object.fromEntries(Object.entries(object).toReversed());
        expect(encode(reversed)).toBe(encode(object));
      }),
    );
  });
});
