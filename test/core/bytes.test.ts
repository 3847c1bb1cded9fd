import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  base64ToBytes,
  bytesToBase64,
  bytesToHex,
  bytesToUtf8,
  type CoreErrorCode,
  compareBytes,
  concatBytes,
  equalBytes,
  equalBytesConstantTime,
  hexToBytes,
  isOtaError,
  loneSurrogate,
  utf8ToBytes,
} from "../../src/core/index.ts";

const bytes = fc.uint8Array({ maxLength: 40 });
/** Node's own coders, as an oracle. */
const buffer = (input: Uint8Array) => Buffer.from(input);

function refusal(code: CoreErrorCode, offset: number) {
  return expect.objectContaining({ name: "CoreError", code, offset });
}

describe("hexToBytes and bytesToHex", () => {
  it("read either case and write lower case", () => {
    expect(hexToBytes("00fFaA9b")).toEqual(Uint8Array.of(0, 255, 170, 155));
    expect(hexToBytes("")).toEqual(new Uint8Array(0));
    expect(bytesToHex(Uint8Array.of(0, 255, 170, 155))).toBe("00ffaa9b");
    expect(bytesToHex(new Uint8Array(0))).toBe("");
  });

  it.each([
    ["0", 1, "odd length 1"],
    ["00f", 3, "odd length 3"],
    ["0g", 1, "unexpected character at offset 1"],
    ["g", 0, "unexpected character at offset 0"],
    ["00 ", 2, "unexpected character"],
    ["0x00", 1, "unexpected character"],
    ["00:11", 2, "unexpected character"],
    ["0/", 1, "unexpected character"],
    ["0:", 1, "unexpected character"],
    ["0@", 1, "unexpected character"],
    ["0G", 1, "unexpected character"],
    ["0`", 1, "unexpected character"],
    ["\u{1d7ce}", 0, "unexpected character"],
    ["0\u0141", 1, "unexpected character"],
  ])("refuse %j at %d", (text, offset, what) => {
    expect(() => hexToBytes(text)).toThrow(refusal("ERR_CORE_HEX", offset));
    expect(() => hexToBytes(text)).toThrow(`Cannot read hex: ${what}`);
  });

  it("take no character but the hexadecimal digits", () => {
    let taken = "";
    for (let unit = 0; unit < 0x1000; unit++) {
      try {
        hexToBytes(`0${String.fromCharCode(unit)}`);
        taken += String.fromCharCode(unit);
      } catch (error) {
        if (!isOtaError(error)) throw error;
      }
    }
    expect(taken).toBe("0123456789ABCDEFabcdef");
  });

  it("agree with Buffer and with each other", () => {
    fc.assert(
      fc.property(bytes, (input) => {
        expect(bytesToHex(input)).toBe(buffer(input).toString("hex"));
        expect(hexToBytes(bytesToHex(input))).toEqual(input);
        expect(hexToBytes(bytesToHex(input).toUpperCase())).toEqual(input);
      }),
    );
  });
});

describe("base64ToBytes and bytesToBase64", () => {
  // RFC 4648 section 10.
  it.each([
    ["", ""],
    ["f", "Zg=="],
    ["fo", "Zm8="],
    ["foo", "Zm9v"],
    ["foob", "Zm9vYg=="],
    ["fooba", "Zm9vYmE="],
    ["foobar", "Zm9vYmFy"],
  ])("write %j as %s", (text, base64) => {
    expect(bytesToBase64(utf8ToBytes(text))).toBe(base64);
    expect(base64ToBytes(base64)).toEqual(utf8ToBytes(text));
  });

  it("read both alphabets, but write the standard one", () => {
    expect(base64ToBytes("+/+/AAAA")).toEqual(base64ToBytes("-_-_AAAA"));
    expect(bytesToBase64(Uint8Array.of(0xfb, 0xff, 0xbf))).toBe("+/+/");
  });

  it.each([
    ["Z", 1, "length is not a multiple of four"],
    ["Zg", 2, "length is not a multiple of four"],
    ["Zg=", 3, "length is not a multiple of four"],
    ["Zm9vZ", 5, "length is not a multiple of four"],
    ["=", 1, "length is not a multiple of four"],
    ["====", 0, "unexpected character"],
    ["Z===", 1, "unexpected character"],
    ["Zg==Zg==", 2, "unexpected character"],
    ["Zg=a", 2, "unexpected character"],
    ["Zm 9", 2, "unexpected character"],
    ["Zm9\n", 3, "unexpected character"],
    ["Zm.v", 2, "unexpected character"],
    ["Zm9\u0161", 3, "unexpected character"],
    ["+-AA", 1, "mixed alphabets"],
    ["_AA/", 3, "mixed alphabets"],
    ["AA+_", 3, "mixed alphabets"],
    ["Zh==", 1, "stray bits"],
    ["Z/==", 1, "stray bits"],
    ["Zm9=", 2, "stray bits"],
    ["Zm+=", 2, "stray bits"],
    ["AAAAAB==", 5, "stray bits"],
  ])("refuse %j at %d", (text, offset, what) => {
    expect(() => base64ToBytes(text)).toThrow(refusal("ERR_CORE_BASE64", offset));
    expect(() => base64ToBytes(text)).toThrow(`Cannot read base64: ${what}`);
  });

  it("agree with Buffer and with each other", () => {
    fc.assert(
      fc.property(bytes, (input) => {
        const base64 = bytesToBase64(input);
        expect(base64).toBe(buffer(input).toString("base64"));
        expect(base64ToBytes(base64)).toEqual(input);
        expect(base64ToBytes(base64.replaceAll("+", "-").replaceAll("/", "_"))).toEqual(input);
      }),
    );
  });

  it("know one text only for every sequence of bytes", () => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const digit = fc.constantFrom(...alphabet.split(""));
    const text = fc
      .tuple(fc.array(digit, { maxLength: 10 }), fc.constantFrom("", "=", "=="))
      .map(([digits, end]) => digits.join("") + end);
    fc.assert(
      fc.property(text, (base64) => {
        let read: Uint8Array | undefined;
        try {
          read = base64ToBytes(base64);
        } catch (error) {
          expect(error).toEqual(expect.objectContaining({ code: "ERR_CORE_BASE64" }));
        }
        expect(read !== undefined).toBe(buffer(Buffer.from(base64, "base64")).toString("base64") === base64);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("utf8ToBytes, bytesToUtf8 and loneSurrogate", () => {
  it("code text", () => {
    const text = "\ufeffaé€\u{1f600}\0";
    expect(bytesToHex(utf8ToBytes(text))).toBe("efbbbf61c3a9e282acf09f988000");
    expect(bytesToUtf8(utf8ToBytes(text))).toBe(text);
  });

  it.each([
    ["\ud800", 0],
    ["a\udbff", 1],
    ["\udc00a", 0],
    ["\u{1f600}\udfff", 2],
    ["\ud800\ud800\udc00", 0],
    ["\ud800\ue000", 0],
    ["\ud800\udbff", 0],
    ["\udc00\udc00", 0],
    ["a\ud7ff\ue000\ud800\udc00\udbff\udfff", -1],
    ["", -1],
  ])("find the lone surrogate of %j at %d", (text, offset) => {
    expect(loneSurrogate(text)).toBe(offset);
    if (offset >= 0) {
      expect(() => utf8ToBytes(text)).toThrow(refusal("ERR_CORE_UTF8", offset));
      expect(() => utf8ToBytes(text)).toThrow(`Cannot encode text: lone surrogate at offset ${offset}`);
    }
  });

  // Each with the offset of its first ill-formed sequence (RFC 3629 section 4).
  it.each([
    ["80", 0],
    ["bf", 0],
    ["61c3", 1],
    ["c361", 0],
    ["c080", 0],
    ["c1bf", 0],
    ["c27f", 0],
    ["c2c0", 0],
    ["dfc0", 0],
    ["e09f80", 0],
    ["e0a080e08080", 3],
    ["e28261", 0],
    ["e282", 0],
    ["e282c0", 0],
    ["eda080", 0],
    ["edbfbf", 0],
    ["ed9fbfee8080ed9fbfeda080", 9],
    ["f08fbfbf", 0],
    ["f0908080f0808080", 4],
    ["f09f98", 0],
    ["f09f9861", 0],
    ["f09fc080", 0],
    ["f48fbfbff4908080", 4],
    ["f5808080", 0],
    ["fe", 0],
    ["c3a9e282acf09f9880ff", 9],
  ])("refuse %s at byte %d", (hex, offset) => {
    expect(() => bytesToUtf8(hexToBytes(hex))).toThrow(refusal("ERR_CORE_UTF8", offset));
    expect(() => bytesToUtf8(hexToBytes(hex))).toThrow(`Cannot decode text: ill-formed UTF-8 at offset ${offset}`);
  });

  it("place the fault where a decoder has read everything before it", () => {
    const near = fc.array(
      fc.constantFrom(
        0x41,
        0x7f,
        0x80,
        0x8f,
        0x90,
        0x9f,
        0xa0,
        0xbf,
        0xc1,
        0xc2,
        0xdf,
        0xe0,
        0xe2,
        0xed,
        0xef,
        0xf0,
        0xf4,
        0xf5,
      ),
    );
    fc.assert(
      fc.property(near, (list) => {
        const input = Uint8Array.from(list);
        const lenient = new TextDecoder("utf-8", { ignoreBOM: true }).decode(input);
        const fault = lenient.indexOf("\ufffd");
        try {
          expect(bytesToUtf8(input)).toBe(lenient);
          expect(fault).toBe(-1);
        } catch (error) {
          expect(error).toEqual(refusal("ERR_CORE_UTF8", utf8ToBytes(lenient.slice(0, fault)).length));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("pass on what is no fault of the bytes", () => {
    expect(() => bytesToUtf8("text" as unknown as Uint8Array)).toThrow(TypeError);
  });

  it("read back every well-formed text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(bytesToUtf8(utf8ToBytes(text))).toBe(text);
      }),
    );
  });
});

describe("concatBytes, equalBytes and compareBytes", () => {
  it("join copies", () => {
    const part = Uint8Array.of(1, 2);
    const joined = concatBytes(part, new Uint8Array(0), Uint8Array.of(3));
    part[0] = 9;
    expect(joined).toEqual(Uint8Array.of(1, 2, 3));
    expect(concatBytes()).toEqual(new Uint8Array(0));
  });

  it("compare like Buffer", () => {
    const other = fc.oneof(bytes, fc.constant(undefined));
    fc.assert(
      fc.property(bytes, other, fc.nat(), (left, drawn, at) => {
        // Often the same bytes, or the same but for one.
        const right = drawn ?? left.slice();
        if (drawn === undefined && at % 2 === 0 && right.length > 0) right[at % right.length]! ^= 1 << (at % 8);
        const order = Buffer.compare(left, right);
        expect(Math.sign(compareBytes(left, right))).toBe(order);
        expect(equalBytes(left, right)).toBe(order === 0);
        expect(equalBytesConstantTime(left, right)).toBe(order === 0);
      }),
      { numRuns: 500 },
    );
  });

  it("tell a prefix from the whole", () => {
    expect(compareBytes(Uint8Array.of(1), Uint8Array.of(1, 0))).toBeLessThan(0);
    expect(compareBytes(Uint8Array.of(255), Uint8Array.of(1, 0))).toBeGreaterThan(0);
    for (const equal of [equalBytes, equalBytesConstantTime]) {
      expect(equal(Uint8Array.of(1), Uint8Array.of(1, 0))).toBe(false);
      expect(equal(Uint8Array.of(1, 0), Uint8Array.of(1))).toBe(false);
      expect(equal(new Uint8Array(0), new Uint8Array(0))).toBe(true);
    }
  });
});
