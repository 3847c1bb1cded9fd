/** Fuzz targets of strict JSON, the two canonical forms, and UTC times. */

import {
  bytesToUtf8,
  encodeCanonicalJson,
  encodeJcs,
  equalBytes,
  formatUtcTime,
  isOtaError,
  type JsonValue,
  parseStrictJson,
  parseUtcTime,
  safeParseStrictJson,
  utf8ToBytes,
} from "otakit/core";
import type { FuzzTarget } from "../target.ts";

function check(law: boolean, what: string): void {
  if (!law) throw new Error(`broken law: ${what}`);
}

/** What JSON.parse reads, or `undefined`, which it never reads. */
function nativeParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The bytes, or `undefined` after a refusal with a path; any other error is a finding. */
function encodeOrRefuse(encode: () => Uint8Array): Uint8Array | undefined {
  try {
    return encode();
  } catch (error) {
    if (!isOtaError(error)) throw error;
    check(/^(\/.*)?$/s.test(error.path!), `path ${error.path}`);
    return undefined;
  }
}

/** Rules of strict JSON that documents of the grammar may break. */
const ownRules: ReadonlySet<string> = new Set([
  "ERR_CORE_LIMIT",
  "ERR_CORE_JSON_DUPLICATE_KEY",
  "ERR_CORE_JSON_NOT_INTEGER",
  "ERR_CORE_JSON_UNSAFE_INTEGER",
  "ERR_CORE_JSON_NEGATIVE_ZERO",
  "ERR_CORE_JSON_SURROGATE",
]);

const jsonTokens = [
  ...[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"',
    "\\",
    "\n",
    "\0",
    "0",
    "-0",
    "01",
    "1.5",
    "1e3",
    "9007199254740991",
    "9007199254740992",
  ],
  ...["true", "false", "null", "NaN", '"a":', '"\\u0061":1,', '"__proto__":', "\\ud800", "\\ud83d\\ude00", "\\u0000"],
  ...["é", "€", "\u{1f600}", "\ufeff", "\ufb33", "[[[[[[[[[[[[[[[[", '{"a":{"a":{"a":{"a":'],
];
const dictionary = [...jsonTokens.map(utf8ToBytes), Uint8Array.of(0xff), Uint8Array.of(0xed, 0xa0, 0x80)];

const json: FuzzTarget = {
  name: "core/json",
  seeds: [
    '{"signed":{"_type":"root","version":1,"keys":{}},"signatures":[{"keyid":"ab","sig":""}]}',
    ' [ {"a" : -1, "é\u{1f600}": "\\u00e9\\ud83d\\ude00\\n\\"\\/"} , [[], {}], true, false, null ] ',
    '{"__proto__":{"constructor":0},"7":9007199254740991}',
  ].map(utf8ToBytes),
  dictionary,
  run(input) {
    const strict = safeParseStrictJson(input);
    if (!strict.ok) {
      const { code, offset, path } = strict.error;
      check(offset >= 0 && offset <= input.length, `offset ${offset}`);
      check(/^(\/.*)?$/s.test(path), `path ${path}`);
      if (code === "ERR_CORE_UTF8") return;
      if (nativeParse(bytesToUtf8(input)) !== undefined)
        check(ownRules.has(code), `${code} refuses what JSON.parse reads`);
      return;
    }
    const native = nativeParse(bytesToUtf8(input));
    const plain = JSON.stringify(strict.value);
    check(plain === JSON.stringify(native), "the value of JSON.parse");
    const jcs = encodeJcs(strict.value);
    check(JSON.stringify(nativeParse(bytesToUtf8(jcs))) !== undefined, "RFC 8785 form is JSON");
    check(equalBytes(jcs, encodeJcs(parseStrictJson(jcs))), "RFC 8785 form is read back");
    check(
      equalBytes(encodeCanonicalJson(strict.value), encodeCanonicalJson(native as JsonValue)),
      "same canonical form",
    );
  },
};

const canonical: FuzzTarget = {
  name: "core/canonical",
  seeds: [
    '{"\u{1f600}":1,"\ufb33":2,"a\\"":"\\\\","10":0,"9":0}',
    '["\\u0000\\n\\u001f",[{"b":null,"a":true}],9007199254740991,-1]',
    '[0.5,-0,1e21,1e400,"\\ud800"]',
  ].map(utf8ToBytes),
  dictionary,
  run(input) {
    const value = nativeParse(new TextDecoder().decode(input));
    const canonical = encodeOrRefuse(() => encodeCanonicalJson(value as JsonValue));
    if (canonical !== undefined) {
      const read = safeParseStrictJson(canonical);
      check(read.ok !== canonical.some((byte) => byte < 0x20), "read back exactly when without raw control characters");
      if (read.ok) check(equalBytes(encodeCanonicalJson(read.value), canonical), "canonical form is a fixed point");
    }
    const jcs = encodeOrRefuse(() => encodeJcs(value));
    if (jcs !== undefined) {
      const read = nativeParse(bytesToUtf8(jcs));
      check(read !== undefined && equalBytes(encodeJcs(read), jcs), "RFC 8785 form is a fixed point");
    }
    check(canonical === undefined || jcs !== undefined, "RFC 8785 has every value that canonical JSON has");
  },
};

const time: FuzzTarget = {
  name: "core/time",
  seeds: ["1970-01-01T00:00:00Z", "2024-02-29T23:59:59Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z"].map(
    utf8ToBytes,
  ),
  dictionary: ["-00", "-02-29", "-02-30", "-12-31", "T24", ":60", ".5Z", "+00:00", "Z", " ", "1900", "2000", "\n"].map(
    utf8ToBytes,
  ),
  maxLength: 64,
  run(input) {
    const text = new TextDecoder().decode(input);
    // Of the forms that Date gives back unchanged, the 20 characters leave out fractions and years of six digits.
    const native = text.length === 20 ? Date.parse(text) : Number.NaN;
    const real = !Number.isNaN(native) && new Date(native).toISOString() === text.replace(/Z$/, ".000Z");
    try {
      const instant = parseUtcTime(text);
      check(real && instant === native, "the instant of Date");
      check(formatUtcTime(instant) === text, "written as read");
    } catch (error) {
      if (!isOtaError(error)) throw error;
      check(error.code === "ERR_CORE_TIME" && error.offset! <= text.length, `place of ${error.code}`);
      check(!real, "a real instant is read");
    }
  },
};

/** The targets of this file. */
export const targets: readonly FuzzTarget[] = [json, canonical, time];
