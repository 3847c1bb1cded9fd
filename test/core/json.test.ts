import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  CoreError,
  type CoreErrorCode,
  defaultLimits,
  type JsonValue,
  jsonPointer,
  loneSurrogate,
  parseStrictJson,
  safeParseStrictJson,
  utf8ToBytes,
} from "../../src/core/index.ts";

/** What a refusal must say; compared with the error that was thrown. */
function refusal(code: CoreErrorCode, offset: number, path = "") {
  return expect.objectContaining({ name: "CoreError", code, offset, path });
}

describe("parseStrictJson", () => {
  it("reads every kind of value", () => {
    const text = ' {"a" : [ 1 , -20 ,\t"x" ],"b":{"c":null,\r\n"d":true , "e": false},"f":[],"g":{ },"h":[ ]} ';
    const value = { a: [1, -20, "x"], b: { c: null, d: true, e: false }, f: [], g: {}, h: [] };
    expect(parseStrictJson(text)).toEqual(value);
    expect(parseStrictJson(utf8ToBytes(text))).toEqual(value);
  });

  it.each<[string, JsonValue]>([
    ["0", 0],
    ["-1", -1],
    ["10", 10],
    ["9007199254740991", Number.MAX_SAFE_INTEGER],
    ["-9007199254740991", Number.MIN_SAFE_INTEGER],
    ["true", true],
    ["false", false],
    ["null", null],
    ['""', ""],
    ['"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\/\b\f\n\r\t'],
    ['"\\u0000\\u001F\\u00e9\\uFFFF"', "\0\u001f\u00e9\uffff"],
    ['"a\\u0062c\\\\u0064"', "abc\\u0064"],
    ['"\\ud83d\\ude00\\uD800\\uDC00\\uDBFF\\uDFFF"', "\u{1f600}\u{10000}\u{10ffff}"],
    [
      '"\u007f\u0080\u00e9\u07ff\u0800\ud7ff\ue000\ufeff\uffff\u{10000}\u{10ffff}"',
      "\x7f\x80é߿ࠀ퟿\ue000\ufeff\uffff\u{10000}\u{10ffff}",
    ],
    ["[[],[[]]]", [[], [[]]]],
  ])("accepts %s", (text, value) => {
    expect(parseStrictJson(text)).toStrictEqual(value);
    expect(parseStrictJson(utf8ToBytes(text))).toStrictEqual(value);
  });

  it.each<[rule: string, text: string, code: CoreErrorCode, offset: number, path?: string]>([
    ["nothing", "", "ERR_CORE_JSON_SYNTAX", 0],
    ["white space only", " \t\r\n", "ERR_CORE_JSON_SYNTAX", 4],
    ["white space that JSON does not know", "\u00a01", "ERR_CORE_JSON_SYNTAX", 0],
    ["a form feed", "[1,\f2]", "ERR_CORE_JSON_SYNTAX", 3, "/1"],
    ["a second value", "1 2", "ERR_CORE_JSON_SYNTAX", 2],
    ["text after an object", "{}x", "ERR_CORE_JSON_SYNTAX", 2],
    ["a literal cut short", "[tru]", "ERR_CORE_JSON_SYNTAX", 1, "/0"],
    ["a literal in capitals", "TRUE", "ERR_CORE_JSON_SYNTAX", 0],
    ["a literal that goes on", "nullx", "ERR_CORE_JSON_SYNTAX", 4],
    ["NaN", "[NaN]", "ERR_CORE_JSON_SYNTAX", 1, "/0"],
    ["a comment", "[/**/1]", "ERR_CORE_JSON_SYNTAX", 1, "/0"],
    ["a trailing comma", "[1,]", "ERR_CORE_JSON_SYNTAX", 3, "/1"],
    ["a leading comma", "[,1]", "ERR_CORE_JSON_SYNTAX", 1, "/0"],
    ["a missing comma", "[1 2]", "ERR_CORE_JSON_SYNTAX", 3],
    ["the wrong bracket", '{"a":[1}', "ERR_CORE_JSON_SYNTAX", 7, "/a"],
    ["an open array", "[1", "ERR_CORE_JSON_SYNTAX", 2],
    ["an open object", '{"a":1', "ERR_CORE_JSON_SYNTAX", 6],
    ["the wrong brace", '{"a":1]', "ERR_CORE_JSON_SYNTAX", 6],
    ["a member without a name", "{:1}", "ERR_CORE_JSON_SYNTAX", 1],
    ["a bare name", "{a:1}", "ERR_CORE_JSON_SYNTAX", 1],
    ["a name in single quotes", "{'a':1}", "ERR_CORE_JSON_SYNTAX", 1],
    ["a number as a name", '{ 1:"a"}', "ERR_CORE_JSON_SYNTAX", 2],
    ["a trailing comma in an object", '{"a":1,}', "ERR_CORE_JSON_SYNTAX", 7],
    ["a missing colon", '{"a" 1}', "ERR_CORE_JSON_SYNTAX", 5, "/a"],
    ["a missing value", '{"a":}', "ERR_CORE_JSON_SYNTAX", 5, "/a"],
    ["an open string", '["a', "ERR_CORE_JSON_SYNTAX", 3, "/0"],
    ["a raw line feed in a string", '["a\n"]', "ERR_CORE_JSON_SYNTAX", 3, "/0"],
    ["a raw U+001F in a string", '"\u001f"', "ERR_CORE_JSON_SYNTAX", 1],
    ["a raw U+0000 in a string", '"\0"', "ERR_CORE_JSON_SYNTAX", 1],
    ["an unknown escape", '"\\a"', "ERR_CORE_JSON_SYNTAX", 1],
    ["an escape in capitals", '"\\U0041"', "ERR_CORE_JSON_SYNTAX", 1],
    ["an escaped line end", '"\\\n"', "ERR_CORE_JSON_SYNTAX", 1],
    ["an escaped U+0000", '"\\\0"', "ERR_CORE_JSON_SYNTAX", 1],
    ["an escape cut off", '"a\\', "ERR_CORE_JSON_SYNTAX", 2],
    ["an escape of three digits", '"\\u123"', "ERR_CORE_JSON_SYNTAX", 1],
    ["an escape with a letter beyond f", '"\\u123g"', "ERR_CORE_JSON_SYNTAX", 1],
    ["an escape with a blank", '"\\u 123"', "ERR_CORE_JSON_SYNTAX", 1],
    ["an escape with a line feed", '"\\u123\n"', "ERR_CORE_JSON_SYNTAX", 1],
    ["a bad second escape of a pair", '"\\ud800\\u12"', "ERR_CORE_JSON_SYNTAX", 7],
    ["a plus sign", "+1", "ERR_CORE_JSON_SYNTAX", 0],
    ["a minus alone", "[-]", "ERR_CORE_JSON_SYNTAX", 2, "/0"],
    ["two minus signs", "--1", "ERR_CORE_JSON_SYNTAX", 1],
    ["-Infinity", "-Infinity", "ERR_CORE_JSON_SYNTAX", 1],
    ["a point first", ".5", "ERR_CORE_JSON_SYNTAX", 0],
    ["a leading zero", "01", "ERR_CORE_JSON_SYNTAX", 0],
    ["a negative leading zero", "[-01]", "ERR_CORE_JSON_SYNTAX", 2, "/0"],
    ["two zeros", "00", "ERR_CORE_JSON_SYNTAX", 0],
    ["hexadecimal", "0x10", "ERR_CORE_JSON_SYNTAX", 1],
    ["digits of another script", "\u0661", "ERR_CORE_JSON_SYNTAX", 0],
    ["a byte order mark", "\ufeff1", "ERR_CORE_JSON_BOM", 0],
    ["a byte order mark alone", "\ufeff", "ERR_CORE_JSON_BOM", 0],
    ["a byte order mark later", " \ufeff1", "ERR_CORE_JSON_SYNTAX", 1],
    ["a name twice", '{"version": 3, "version": 4}', "ERR_CORE_JSON_DUPLICATE_KEY", 15, "/version"],
    ["a name twice, once escaped", '{"a":1,"\\u0061":1}', "ERR_CORE_JSON_DUPLICATE_KEY", 7, "/a"],
    ["a name twice, not in a row", '[{"a":1,"b":2,"a":1}]', "ERR_CORE_JSON_DUPLICATE_KEY", 14, "/0/a"],
    ["an empty name twice", '{"":1,"":1}', "ERR_CORE_JSON_DUPLICATE_KEY", 6, "/"],
    ["__proto__ twice", '{"__proto__":1,"__proto__":1}', "ERR_CORE_JSON_DUPLICATE_KEY", 15, "/__proto__"],
    ["a name like an index twice", '{"7":1,"7":1}', "ERR_CORE_JSON_DUPLICATE_KEY", 7, "/7"],
    ["a fraction", "[1, 2.5]", "ERR_CORE_JSON_NOT_INTEGER", 4, "/1"],
    ["a fraction of zero", "1.0", "ERR_CORE_JSON_NOT_INTEGER", 0],
    ["an exponent", '{"n":1e2}', "ERR_CORE_JSON_NOT_INTEGER", 5, "/n"],
    ["an exponent in capitals", "-1E2", "ERR_CORE_JSON_NOT_INTEGER", 0],
    ["a fraction of a great number", "123456789012345678901.5", "ERR_CORE_JSON_NOT_INTEGER", 0],
    ["2^53", "9007199254740992", "ERR_CORE_JSON_UNSAFE_INTEGER", 0],
    ["-2^53", "[0,-9007199254740992]", "ERR_CORE_JSON_UNSAFE_INTEGER", 3, "/1"],
    ["2^53 + 1, which rounds to 2^53", "9007199254740993", "ERR_CORE_JSON_UNSAFE_INTEGER", 0],
    ["400 digits", "9".repeat(400), "ERR_CORE_JSON_UNSAFE_INTEGER", 0],
    ["-0", "[-0]", "ERR_CORE_JSON_NEGATIVE_ZERO", 1, "/0"],
    ["an escaped high surrogate", '"\\ud800"', "ERR_CORE_JSON_SURROGATE", 1],
    ["the last escaped high surrogate", '"\\udbff"', "ERR_CORE_JSON_SURROGATE", 1],
    ["an escaped low surrogate", '["ab\\uDC00"]', "ERR_CORE_JSON_SURROGATE", 4, "/0"],
    ["the last escaped low surrogate", '"\\udfff"', "ERR_CORE_JSON_SURROGATE", 1],
    ["two high surrogates", '"\\ud800\\ud800"', "ERR_CORE_JSON_SURROGATE", 1],
    ["two low surrogates", '"\\udc00\\udc00"', "ERR_CORE_JSON_SURROGATE", 1],
    ["a pair in the wrong order", '"\\udc00\\ud800"', "ERR_CORE_JSON_SURROGATE", 1],
    ["a high surrogate before another escape", '"\\ud800\\n"', "ERR_CORE_JSON_SURROGATE", 1],
    ["a high surrogate before U+E000", '"\\ud800\\ue000"', "ERR_CORE_JSON_SURROGATE", 1],
    ["a high surrogate before the letter u", '"\\ud800xudc00"', "ERR_CORE_JSON_SURROGATE", 1],
    ["a surrogate in a name", '{"a":{"\\ud800":1}}', "ERR_CORE_JSON_SURROGATE", 7, "/a"],
  ])("refuses %s", (_rule, text, code, offset, path) => {
    expect(() => parseStrictJson(text)).toThrow(refusal(code, offset, path));
    expect(() => parseStrictJson(utf8ToBytes(text))).toThrow(refusal(code, offset, path));
  });

  it.each([
    ["", "expected a value, found the end of the input at offset 0"],
    ["+1", "expected a value at offset 0"],
    ["\ufeff", "byte order mark at offset 0"],
    ["1 2", "expected the end of the document at offset 2"],
    ["[1 2]", 'expected "," or "]" at offset 3'],
    ['{"a"', 'expected ":", found the end of the input at offset 4'],
    ['{"a":1]', 'expected "," or "}" at offset 6'],
    ["{a:1}", "expected a member name at offset 1"],
    ['{"a":1,"a":1}', "member name is there twice at offset 7"],
    ['"a', "unterminated string, found the end of the input at offset 2"],
    ['"\n"', "control character in a string at offset 1"],
    ['"\\a"', "unknown escape at offset 1"],
    ['"\\u12"', "expected four hexadecimal digits after \\u at offset 1"],
    ['"\\ud800"', "lone surrogate at offset 1"],
    ["-a", "expected a digit at offset 1"],
    ["01", "leading zero at offset 0"],
    ["1.0", "number with a fraction or an exponent at offset 0"],
    ["9007199254740992", "integer beyond 2^53 - 1 at offset 0"],
    ["-0", "negative zero at offset 0"],
  ])("says in words what is wrong with %j", (text, message) => {
    expect(() => parseStrictJson(text)).toThrow(expect.objectContaining({ message: `Cannot read JSON: ${message}` }));
  });

  it("counts offsets in bytes and cuts strings right after characters of every length", () => {
    const text = '{"é€\u{1f600}\\n": ["ß\u{1f600}\\u00e9", "€", tru]}';
    const offset = utf8ToBytes(text.slice(0, text.indexOf("tru"))).length;
    for (const input of [text, utf8ToBytes(text)]) {
      expect(() => parseStrictJson(input)).toThrow(refusal("ERR_CORE_JSON_SYNTAX", offset, "/é€\u{1f600}\n/2"));
    }
    expect(parseStrictJson(text.replace("tru", "null"))).toEqual({ "é€\u{1f600}\n": ["ß\u{1f600}é", "€", null] });
    expect(() => parseStrictJson('["€\\ud800"]')).toThrow(refusal("ERR_CORE_JSON_SURROGATE", 5, "/0"));
    expect(() => parseStrictJson('["€\\u12x4"]')).toThrow(refusal("ERR_CORE_JSON_SYNTAX", 5, "/0"));
    expect(parseStrictJson('["€",true,"\\ud83d\\ude00€",null]')).toEqual(["€", true, "\u{1f600}€", null]);
  });

  it("refuses ill-formed UTF-8 and text that has no UTF-8 form", () => {
    expect(() => parseStrictJson(Uint8Array.of(0x22, 0xff, 0x22))).toThrow(
      expect.objectContaining({ code: "ERR_CORE_UTF8", offset: 1 }),
    );
    // U+D800 in the three bytes that UTF-8 forbids (CESU-8).
    expect(() => parseStrictJson(Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22))).toThrow(
      expect.objectContaining({ code: "ERR_CORE_UTF8", offset: 1 }),
    );
    for (const text of ['"\ud800"', '"\ud800\\udc00"', '"\\ud800\udc00"', "\udc00"]) {
      expect(() => parseStrictJson(text)).toThrow(
        expect.objectContaining({ code: "ERR_CORE_UTF8", offset: loneSurrogate(text) }),
      );
    }
  });

  it.each([undefined, null, 1, ["1"], new ArrayBuffer(1), new Uint16Array(1)])(
    "does not take %s for bytes",
    (input) => {
      expect(() => parseStrictJson(input as unknown as Uint8Array)).toThrow(TypeError);
      expect(() => safeParseStrictJson(input as unknown as Uint8Array)).toThrow(/^"input" expected Uint8Array, got /);
    },
  );

  it("reads a view at its own place", () => {
    const whole = utf8ToBytes('xx{"é":[1]}yy');
    expect(parseStrictJson(whole.subarray(2, whole.length - 2))).toEqual({ é: [1] });
  });

  it("refuses every proper prefix of a document", () => {
    const bytes = utf8ToBytes('{"aé":[1,-2,"\\u00e9\\n€\u{1f600}",true,false,null,{"b":{}}],"c":""}');
    expect(() => parseStrictJson(bytes)).not.toThrow();
    for (let length = 0; length < bytes.length; length++) {
      const result = safeParseStrictJson(bytes.subarray(0, length));
      expect(result.ok).toBe(false);
      if (!result.ok) expect(result.error.offset).toBeLessThanOrEqual(length);
    }
  });

  it("keeps prototype names as plain members of objects without a prototype", () => {
    const text = '{"__proto__":{"polluted":1},"constructor":2,"toString":3,"hasOwnProperty":4,"valueOf":5}';
    const value = parseStrictJson(text) as Record<string, JsonValue>;
    expect(Object.getPrototypeOf(value)).toBe(null);
    expect(Object.getPrototypeOf(Object.values(value)[0])).toBe(null);
    expect(Object.keys(value)).toEqual(["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"]);
    expect(value["polluted"]).toBeUndefined();
    expect(JSON.stringify(value)).toBe(text);
    const empty = parseStrictJson("{}") as Record<string, JsonValue>;
    for (const name of ["__proto__", "constructor", "toString"]) {
      expect(name in empty).toBe(false);
      expect(empty[name]).toBeUndefined();
    }
  });

  it("tells names apart that look alike, however often each was there before", () => {
    // Same length, first and last character; one a prefix of another; escaped and not; beyond ASCII.
    const names = ["aXb", "aYb", "ab", "abb", "a", "", "aéb", "a\\nb", "a\u{1f600}b", "length", "lenght"];
    const quoted = [...names.map((name) => JSON.stringify(name)), '"\\u0061b"', '"a\\u0058b"'];
    fc.assert(
      fc.property(
        fc.array(fc.subarray(quoted, { minLength: 1 }).chain((some) => fc.shuffledSubarray(some))),
        (objects) => {
          const text = `[${objects.map((members) => `{${members.map((name) => `${name}:1`).join(", ")}}`)}]`;
          const native = JSON.parse(text) as Record<string, number>[];
          const twice = objects.findIndex((members, index) => Object.keys(native[index]!).length < members.length);
          const result = safeParseStrictJson(text);
          if (twice < 0) expect(result).toEqual({ ok: true, value: native, warnings: [] });
          else expect(result).toMatchObject({ ok: false, error: { code: "ERR_CORE_JSON_DUPLICATE_KEY" } });
          if (result.ok) expect(JSON.stringify(result.value)).toBe(JSON.stringify(native));
        },
      ),
      { numRuns: 500 },
    );
  });

  it("finds a name cut off where an equal one stood before", () => {
    expect(() => parseStrictJson('[{"name":1},{"name')).toThrow(refusal("ERR_CORE_JSON_SYNTAX", 18, "/1"));
    expect(() => parseStrictJson('[{"name":1},{"name\n":2}]')).toThrow(refusal("ERR_CORE_JSON_SYNTAX", 18, "/1"));
    expect(() => parseStrictJson('[{"name":1},{"name"')).toThrow(refusal("ERR_CORE_JSON_SYNTAX", 19, "/1/name"));
    expect(() => parseStrictJson('[{"é":1},{"name":1},{"name":1,"name":2}]')).toThrow(
      refusal("ERR_CORE_JSON_DUPLICATE_KEY", 31, "/2/name"),
    );
  });

  it("keeps the order of the text, names like indices first", () => {
    expect(Object.keys(parseStrictJson('{"b":0,"10":0,"a":0,"9":0}') as object)).toEqual(["9", "10", "b", "a"]);
  });
});

describe("limits of parseStrictJson", () => {
  const limit = (name: string, allowed: number, found: number, offset?: number, path?: string) =>
    expect.objectContaining({ code: "ERR_CORE_LIMIT", details: { limit: name, allowed, found }, offset, path });

  it("bounds the bytes, before decoding them", () => {
    expect(parseStrictJson('"€"', { maxBytes: 5 })).toBe("€");
    expect(() => parseStrictJson('"€"', { maxBytes: 4 })).toThrow(limit("maxBytes", 4, 5));
    expect(() => parseStrictJson(utf8ToBytes('"€"'), { maxBytes: 4 })).toThrow(limit("maxBytes", 4, 5));
    expect(() => parseStrictJson(Uint8Array.of(0xff, 0xff), { maxBytes: 1 })).toThrow(limit("maxBytes", 1, 2));
    expect(() => parseStrictJson(" ".repeat(defaultLimits.maxBytes + 1))).toThrow(
      limit("maxBytes", 8_388_608, 8_388_609),
    );
  });

  it("bounds the depth", () => {
    expect(parseStrictJson("1", { maxDepth: 0 })).toBe(1);
    expect(() => parseStrictJson(" []", { maxDepth: 0 })).toThrow(limit("maxDepth", 0, 1, 1, ""));
    expect(() => parseStrictJson("{}", { maxDepth: 0 })).toThrow(limit("maxDepth", 0, 1, 0, ""));
    expect(parseStrictJson('[[],{"a":[]},[]]', { maxDepth: 3 })).toEqual([[], { a: [] }, []]);
    expect(() => parseStrictJson('[[],{"a":[]}]', { maxDepth: 2 })).toThrow(limit("maxDepth", 2, 3, 9, "/1/a"));
    expect(() => parseStrictJson("[".repeat(64) + "]".repeat(64))).not.toThrow();
    expect(() => parseStrictJson("[".repeat(65) + "]".repeat(65))).toThrow(
      limit("maxDepth", 64, 65, 64, "/0".repeat(64)),
    );
    const deepest = `${'{"a":'.repeat(255)}[]${"}".repeat(255)}`;
    expect(() => parseStrictJson(deepest, { maxDepth: 256 })).not.toThrow();
    expect(() => parseStrictJson("[".repeat(1_000_000), { maxDepth: 256 })).toThrow(
      limit("maxDepth", 256, 257, 256, "/0".repeat(256)),
    );
  });

  it("bounds elements and members together", () => {
    expect(parseStrictJson("[[],{}]", { maxEntries: 2 })).toEqual([[], {}]);
    expect(parseStrictJson('{"a":[1],"b":2}', { maxEntries: 3 })).toEqual({ a: [1], b: 2 });
    expect(() => parseStrictJson('{"a":[1],"b": 2}', { maxEntries: 2 })).toThrow(limit("maxEntries", 2, 3, 14, "/b"));
    expect(() => parseStrictJson("[1,2]", { maxEntries: 1 })).toThrow(limit("maxEntries", 1, 2, 3, "/1"));
    expect(parseStrictJson("[]", { maxEntries: 0 })).toEqual([]);
  });

  it("refuses limits that are none", () => {
    expect(() => parseStrictJson("1", { maxDepth: 257 })).toThrow(RangeError);
    expect(() => safeParseStrictJson("1", { maxBytes: -1 })).toThrow(RangeError);
  });
});

describe("safeParseStrictJson", () => {
  it("gives the value", () => {
    expect(safeParseStrictJson("[1]")).toEqual({ ok: true, value: [1], warnings: [] });
  });

  it("gives the fault as data", () => {
    expect(safeParseStrictJson("[1, 2.5]")).toEqual({
      ok: false,
      error: {
        code: "ERR_CORE_JSON_NOT_INTEGER",
        message: "Cannot read JSON: number with a fraction or an exponent at offset 4",
        offset: 4,
        path: "/1",
      },
    });
    expect(safeParseStrictJson("[]", { maxBytes: 1 })).toEqual({
      ok: false,
      error: {
        code: "ERR_CORE_LIMIT",
        message: 'Cannot accept input: "maxBytes" allows 1, found 2',
        offset: 0,
        path: "",
        details: { limit: "maxBytes", allowed: 1, found: 2 },
      },
    });
  });
});

describe("parseStrictJson against JSON.parse", () => {
  const scalars = [
    ...[
      "0",
      "-1",
      "12",
      "-0",
      "1.0",
      "0.5",
      "1e3",
      "-0.0",
      "9007199254740991",
      "9007199254740992",
      "1e400",
      "true",
      "null",
    ],
    ...[
      '""',
      '"a"',
      '"\\u0061"',
      '"\\ud83d\\ude00"',
      '"\\ud83d"',
      '"\\ude00"',
      '"\\\\ud83d"',
      '"€\u{1f600}\\/"',
      '"\ud83d"',
    ],
  ];
  const names = ['"a"', '"b"', '"\\u0061"', '"__proto__"', '"constructor"', '"7"', '"\\ud83d"', '"é"', '""'];
  const space = fc.constantFrom("", "", "", " ", "\n", "\t\r");
  /** Documents of the grammar, in which our own rules are broken now and then. */
  const grammatical = fc.letrec<{ value: string; member: string }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom(...scalars),
      fc
        .tuple(space, fc.array(tie("value"), { maxLength: 4 }))
        .map(([gap, items]) => `[${gap}${items.join(`${gap},`)}]`),
      fc
        .tuple(space, fc.array(tie("member"), { maxLength: 4 }))
        .map(([gap, items]) => `{${gap}${items.join(`,${gap}`)}}`),
    ),
    member: fc
      .tuple(fc.constantFrom(...names), space, tie("value"))
      .map(([name, gap, value]) => `${name}${gap}:${gap}${value}`),
  })).value;
  const tokens = [
    ...scalars,
    ...names,
    ...'{}[]:,"\\ \n\ufeff\u0001+-.eE/x0'.split(""),
    "\\u",
    "tru",
    "\u2028",
    "\u00a0",
  ];
  /** The same with a token put in, left out or in place of another. */
  const damaged = fc
    .tuple(grammatical, fc.nat(), fc.nat({ max: 3 }), fc.constantFrom(...tokens))
    .map(([text, at, removed, token]) => {
      const start = at % (text.length + 1);
      return text.slice(0, start) + token + text.slice(start + removed);
    });

  function native(text: string): { readonly value: unknown } | undefined {
    try {
      return { value: JSON.parse(text) };
    } catch {
      return undefined;
    }
  }

  /** Whether the place of a refusal really breaks the rule that its code names; `text` is of the grammar. */
  function breaksRule(text: string, code: string, offset: number, path: string): boolean {
    if (code === "ERR_CORE_UTF8") return loneSurrogate(text) === offset;
    const rest = new TextDecoder().decode(utf8ToBytes(text).subarray(offset));
    const number = /^-?\d+/.exec(rest)?.[0] ?? "";
    switch (code) {
      case "ERR_CORE_JSON_NOT_INTEGER":
        return /^-?\d+[.eE]/.test(rest);
      case "ERR_CORE_JSON_UNSAFE_INTEGER":
        return !Number.isSafeInteger(Number(number));
      case "ERR_CORE_JSON_NEGATIVE_ZERO":
        return number === "-0";
      case "ERR_CORE_JSON_SURROGATE":
        return /^\\u[dD][89a-fA-F]/.test(rest) && !/^\\u[dD][89abAB]..\\u[dD][c-fC-F]/.test(rest);
      case "ERR_CORE_JSON_DUPLICATE_KEY": {
        const name: unknown = JSON.parse(/^"(?:[^"\\]|\\.)*"/.exec(rest)?.[0] ?? "null");
        return typeof name === "string" && path.endsWith(jsonPointer(name));
      }
      default:
        return false;
    }
  }

  function agree(text: string): void {
    const strict = safeParseStrictJson(text);
    const lenient = native(text);
    if (strict.ok) {
      expect(JSON.stringify(strict.value)).toBe(JSON.stringify(lenient?.value));
    } else if (lenient !== undefined) {
      const { code, offset, path } = strict.error;
      expect({ text, code, offset, breaks: breaksRule(text, code, offset, path) }).toMatchObject({ breaks: true });
    }
    if (loneSurrogate(text) < 0) expect(safeParseStrictJson(utf8ToBytes(text))).toEqual(strict);
  }

  it("reads the same value, or refuses for a rule of its own", () => {
    fc.assert(fc.property(grammatical, agree), { numRuns: 2_000 });
  });

  it("accepts nothing that JSON.parse refuses", () => {
    fc.assert(fc.property(damaged, agree), { numRuns: 3_000 });
  });

  it("reads back what JSON.stringify writes of integers, text and containers", () => {
    const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.maxSafeInteger(),
        fc.string({ unit: "binary" }),
        fc.constantFrom(null, true, false),
        fc.array(tie("value")),
        fc.dictionary(fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("__proto__", "7")), tie("value")),
      ),
    }));
    fc.assert(
      fc.property(value, fc.constantFrom("", " ", "\t"), (expected, indent) => {
        const text = JSON.stringify(expected, undefined, indent);
        expect(JSON.stringify(parseStrictJson(utf8ToBytes(text)), undefined, indent)).toBe(text);
      }),
    );
  });

  it("throws nothing but CoreError, whatever the bytes", () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc
        .array(fc.constantFrom(...tokens.filter((token) => loneSurrogate(token) < 0)))
        .map((list) => utf8ToBytes(list.join(""))),
    );
    fc.assert(
      fc.property(bytes, (input) => {
        try {
          parseStrictJson(input);
        } catch (error) {
          expect(error).toBeInstanceOf(CoreError);
          expect((error as CoreError).offset).toBeLessThanOrEqual(input.length);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("jsonPointer", () => {
  // RFC 6901 section 5, without the pointers that need no escape.
  it.each<[readonly (string | number)[], string]>([
    [[], ""],
    [["foo"], "/foo"],
    [["foo", 0], "/foo/0"],
    [[""], "/"],
    [["a/b"], "/a~1b"],
    [["c%d"], "/c%d"],
    [["m~n"], "/m~0n"],
    [["~1", "//", "~~"], "/~01/~1~1/~0~0"],
  ])("writes %j as %s", (segments, pointer) => {
    expect(jsonPointer(...segments)).toBe(pointer);
  });
});
