/**
 * The reader behind `parseStrictJson`: recursive descent over the bytes of a document, in one pass.
 *
 * Bytes are faster to look at than text and give offsets for nothing; the decoded text is there to cut strings from. The names
 * of a long document are mostly the same few: they are recognised by their bytes, which spares a new string for each.
 * Recursion is bounded by `maxDepth`, which is checked before each descent.
 */

import { CoreError, type CoreErrorCode } from "./errors.ts";
import { type JsonObject, type JsonValue, jsonPointer } from "./json-value.ts";
import { enforceLimit, type Limits } from "./limits.ts";

const tab = 0x09;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const point = 0x2e;
const zero = 0x30;
const nine = 0x39;
const colon = 0x3a;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const lowerE = 0x65;
const lowerU = 0x75;
const openBrace = 0x7b;
const closeBrace = 0x7d;

const literals = [
  ["true", true],
  ["false", false],
  ["null", null],
] as const;

/** Marks the bytes that stand for themselves in a string, one code unit each. */
const plain = /* @__PURE__ */ Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= space && byte < 0x80 && byte !== quote && byte !== backslash ? 1 : 0,
);

/** A name of plain bytes, and where its opening quote stood. */
interface KnownName {
  readonly name: string;
  readonly start: number;
}

/** How many names are remembered. */
const knownNames = 64;

/** Reads one document; an instance is used once. */
export class StrictJsonReader {
  readonly bytes: Uint8Array;
  /** The same document, decoded. */
  readonly text: string;
  readonly limits: Limits;
  /** Byte to read next. */
  position = 0;
  /** How many bytes more than code units lie before `position`. */
  surplus = 0;
  /** Elements and members met so far. */
  entries = 0;
  /** Names and indices that lead to the value being read; its length is the depth. */
  readonly path: (string | number)[] = [];
  /** Names met lately, each at a place that follows from its bytes. */
  readonly names: (KnownName | undefined)[] = new Array(knownNames).fill(undefined);

  constructor(bytes: Uint8Array, text: string, limits: Limits) {
    this.bytes = bytes;
    this.text = text;
    this.limits = limits;
  }

  readDocument(): JsonValue {
    if (this.text.startsWith("\ufeff")) this.fail("ERR_CORE_JSON_BOM", "byte order mark");
    this.skipSpace();
    const value = this.readValue();
    this.skipSpace();
    if (this.position < this.bytes.length) this.failSyntax("expected the end of the document");
    return value;
  }

  /** Reads the value that starts at `position`. */
  readValue(): JsonValue {
    const byte = this.bytes[this.position]!;
    if (byte === quote) return this.readString();
    if (byte === openBrace) return this.readObject();
    if (byte === openBracket) return this.readArray();
    if (byte === minus || (byte >= zero && byte <= nine)) return this.readNumber();
    return this.readLiteral();
  }

  readLiteral(): true | false | null {
    for (const [literal, value] of literals) {
      if (this.text.startsWith(literal, this.position - this.surplus)) {
        this.position += literal.length;
        return value;
      }
    }
    return this.failSyntax("expected a value");
  }

  readObject(): JsonObject {
    // Without a prototype, `__proto__` is stored as a member and no look-up reaches Object.prototype. Object.create(null) would
    // make each object a hash table of its own, which takes nearly twice the memory and is slow to list.
    const object: Record<string, JsonValue> = Object.setPrototypeOf({}, null);
    this.enter();
    if (this.skip(closeBrace)) return object;
    do {
      this.skipSpace();
      const start = this.position;
      if (this.bytes[start] !== quote) this.failSyntax("expected a member name");
      const name = this.readName();
      this.path.push(name);
      if (object[name] !== undefined) this.fail("ERR_CORE_JSON_DUPLICATE_KEY", "member name is there twice", start);
      if (!this.skip(colon)) this.failSyntax('expected ":"');
      object[name] = this.readEntry();
      this.path.pop();
    } while (this.skip(comma));
    if (!this.skip(closeBrace)) this.failSyntax('expected "," or "}"');
    return object;
  }

  readArray(): readonly JsonValue[] {
    const array: JsonValue[] = [];
    this.enter();
    if (this.skip(closeBracket)) return array;
    do {
      this.path.push(array.length);
      array.push(this.readEntry());
      this.path.pop();
    } while (this.skip(comma));
    if (!this.skip(closeBracket)) this.failSyntax('expected "," or "]"');
    return array;
  }

  /** Steps into an array or object. */
  enter(): void {
    const depth = this.path.length + 1;
    if (depth > this.limits.maxDepth) this.failLimit("maxDepth", depth);
    this.position++;
  }

  /** Reads an element, or the value of a member. */
  readEntry(): JsonValue {
    this.skipSpace();
    if (++this.entries > this.limits.maxEntries) this.failLimit("maxEntries", this.entries);
    return this.readValue();
  }

  /** Reads a string that is a name. */
  readName(): string {
    const { bytes, position: start } = this;
    let end = start + 1;
    while (plain[bytes[end]!] === 1) end++;
    const place = (37 * bytes[start + 1]! + 11 * bytes[end - 1]! + end - start) % knownNames;
    const known = this.names[place];
    if (known !== undefined && this.isSame(known.start, start, end)) {
      this.position = end + 1;
      return known.name;
    }
    const name = this.readString();
    if (this.position === end + 1) this.names[place] = { name, start };
    return name;
  }

  /** Whether the bytes from `start` to `end` also stand at `before`. */
  isSame(before: number, start: number, end: number): boolean {
    const { bytes } = this;
    for (let index = start; index <= end; index++) if (bytes[index] !== bytes[before + index - start]) return false;
    return true;
  }

  readString(): string {
    const { bytes, position: start } = this;
    const textStart = start - this.surplus;
    let escaped = false;
    let position = start + 1;
    for (;;) {
      while (plain[bytes[position]!] === 1) position++;
      const byte = bytes[position];
      if (byte === quote) break;
      if (byte === undefined) this.failSyntax("unterminated string", position);
      if (byte < space) this.failSyntax("control character in a string", position);
      if (byte === backslash) {
        escaped = true;
        position = this.skipEscape(position);
        continue;
      }
      // Every byte counts one unit, but continuation bytes none and the first of four bytes two.
      if (byte >= 0x80 && byte < 0xc0) this.surplus++;
      else if (byte >= 0xf0) this.surplus--;
      position++;
    }
    this.position = position + 1;
    const textEnd = position - this.surplus;
    if (!escaped) return this.text.slice(textStart + 1, textEnd);
    // Already checked, so it cannot fail; joined piece by piece here, each escape would cost a heap object.
    return JSON.parse(this.text.slice(textStart, textEnd + 1)) as string;
  }

  /** Checks the escape at a position and gives the position after it. */
  skipEscape(position: number): number {
    const letter = this.bytes[position + 1] ?? 0;
    if ('"\\/bfnrt'.includes(String.fromCharCode(letter))) return position + 2;
    if (letter !== lowerU) this.failSyntax("unknown escape", position);
    const unit = this.unicodeEscape(position);
    if (unit < 0xd800 || unit > 0xdfff) return position + 6;
    const next = this.bytes[position + 6] === backslash && this.bytes[position + 7] === lowerU;
    if (unit < 0xdc00 && next) {
      const low = this.unicodeEscape(position + 6);
      if (low >= 0xdc00 && low <= 0xdfff) return position + 12;
    }
    return this.fail("ERR_CORE_JSON_SURROGATE", "lone surrogate", position);
  }

  /** Code unit of the `\uXXXX` at a position. */
  unicodeEscape(position: number): number {
    const start = position - this.surplus + 2;
    const digits = this.text.slice(start, start + 4);
    if (!/^[\dA-Fa-f]{4}$/.test(digits)) this.failSyntax("expected four hexadecimal digits after \\u", position);
    return Number.parseInt(digits, 16);
  }

  readNumber(): number {
    const { bytes, position: start } = this;
    const negative = bytes[start] === minus;
    const first = negative ? start + 1 : start;
    let position = first;
    let magnitude = 0;
    let byte = bytes[position]!;
    // Exact as long as it matters: what has passed 2^53 - 1 can only grow.
    for (; byte >= zero && byte <= nine; byte = bytes[++position]!) magnitude = magnitude * 10 + (byte - zero);
    if (position === first) this.failSyntax("expected a digit", position);
    if (bytes[first] === zero && position > first + 1) this.failSyntax("leading zero", first);
    if (byte === point || (byte | 0x20) === lowerE) {
      this.fail("ERR_CORE_JSON_NOT_INTEGER", "number with a fraction or an exponent");
    }
    if (magnitude > Number.MAX_SAFE_INTEGER) this.fail("ERR_CORE_JSON_UNSAFE_INTEGER", "integer beyond 2^53 - 1");
    if (negative && magnitude === 0) this.fail("ERR_CORE_JSON_NEGATIVE_ZERO", "negative zero");
    this.position = position;
    return negative ? -magnitude : magnitude;
  }

  /** Steps over white space and then over one byte, if it is there. */
  skip(byte: number): boolean {
    this.skipSpace();
    // At the end 0, which is never asked for: `undefined` among the numbers would slow every comparison down.
    if ((this.bytes[this.position] ?? 0) !== byte) return false;
    this.position++;
    return true;
  }

  skipSpace(): void {
    const { bytes } = this;
    let { position } = this;
    let byte = bytes[position]!;
    // One comparison tells most bytes from white space.
    while (byte <= space && (byte === space || byte === lineFeed || byte === carriageReturn || byte === tab)) {
      byte = bytes[++position]!;
    }
    this.position = position;
  }

  failSyntax(what: string, offset: number = this.position): never {
    const end = offset < this.bytes.length ? "" : ", found the end of the input";
    return this.fail("ERR_CORE_JSON_SYNTAX", what + end, offset);
  }

  fail(code: CoreErrorCode, what: string, offset: number = this.position): never {
    throw new CoreError(code, `Cannot read JSON: ${what} at offset ${offset}`, { offset, path: this.pointer() });
  }

  failLimit(limit: "maxDepth" | "maxEntries", found: number): void {
    enforceLimit(limit, found, this.limits, this.position, this.pointer());
  }

  pointer(): string {
    return jsonPointer(...this.path);
  }
}
