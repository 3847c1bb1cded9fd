/**
 * The walk that both canonical forms of JSON share: no white space, members in the order of the form, plain data only.
 *
 * A value is refused rather than repaired, because a digest or a signature over a repaired value vouches for something else.
 */

import { type Bytes, concatBytes, loneSurrogate } from "./bytes.ts";
import { CoreError, type CoreErrorCode } from "./errors.ts";
import { jsonPointer } from "./json-value.ts";
import { enforceLimit, type Limits, resolveLimits } from "./limits.ts";

/** What a canonical form decides by itself. */
export interface JsonForm {
  /** Puts member names in order, in place. */
  readonly sortNames: (names: string[]) => string[];
  /** Finds what keeps a text from standing between quotes as it is; finds every surrogate. */
  readonly special: RegExp;
  /** Spells a well-formed text. */
  readonly quote: (text: string) => string;
  /** Code of the rule that a number breaks, if any; every other number is spelled as ECMAScript does. */
  readonly numberFault: (value: number) => CoreErrorCode | undefined;
}

/** What objects that list the same names share: most objects of a long document look like one of a few. */
interface Shape {
  /** As the objects list them. */
  readonly listed: readonly string[];
  /** As the form orders them. */
  readonly names: readonly string[];
  /** Name, colon and what stands in front of them; absent for a name that needs a closer look. */
  readonly labels: readonly (string | undefined)[];
}

/** An object with more names is taken for a map, whose names are its own. */
const maxShapeNames = 16;
/** Shapes of one number of names that are remembered. */
const maxShapes = 8;
/** Text is encoded in chunks of about this length: short enough to stay in the processor's cache. */
const chunkLength = 16_384;

/** Writes a value in a canonical form as UTF-8. */
export function writeJson(value: unknown, form: JsonForm, limits: Partial<Limits> | undefined): Bytes {
  return new JsonWriter(form, resolveLimits(limits)).writeDocument(value);
}

class JsonWriter {
  readonly form: JsonForm;
  readonly limits: Limits;
  /** Every string in it is known to be well-formed, so the encoder has nothing to replace. */
  readonly encoder = new TextEncoder();
  /** What is written and encoded. */
  readonly chunks: Uint8Array[] = [];
  /** What is written since. */
  text = "";
  /** Elements and members written so far. */
  entries = 0;
  /** Names and indices that lead to the value being written, as many as its depth; what follows is left over. */
  readonly path: (string | number)[] = [];
  /** By number of names. */
  readonly shapes: Shape[][] = [];

  constructor(form: JsonForm, limits: Limits) {
    this.form = form;
    this.limits = limits;
  }

  writeDocument(value: unknown): Bytes {
    this.write(value, 0);
    const last = this.encoder.encode(this.text) as Bytes;
    return this.chunks.length === 0 ? last : concatBytes(...this.chunks, last);
  }

  write(value: unknown, depth: number): void {
    if (typeof value === "string") this.text += this.quote(value, depth);
    else if (typeof value === "number") this.writeNumber(value, depth);
    else if (value === null || typeof value === "boolean") this.text += value;
    else if (typeof value === "object") this.writeContainer(value, depth);
    else this.refuse("ERR_CORE_JSON_VALUE", `${typeof value} has no JSON form`, depth);
  }

  quote(text: string, depth: number): string {
    if (!this.form.special.test(text)) return `"${text}"`;
    if (loneSurrogate(text) >= 0) this.refuse("ERR_CORE_JSON_SURROGATE", "lone surrogate has no UTF-8 form", depth);
    return this.form.quote(text);
  }

  writeNumber(value: number, depth: number): void {
    const fault = this.form.numberFault(value);
    if (fault !== undefined) {
      this.refuse(fault, `number ${Object.is(value, -0) ? "-0" : value} has no canonical form`, depth);
    }
    this.text += value;
  }

  writeContainer(value: object, depth: number): void {
    // Before each descent: bounds the recursion, and ends it on a value that contains itself.
    if (depth >= this.limits.maxDepth) this.failLimit("maxDepth", depth + 1, depth);
    if (this.text.length > chunkLength) {
      this.chunks.push(this.encoder.encode(this.text));
      this.text = "";
    }
    if (Array.isArray(value)) this.writeArray(value, depth);
    else if (isPlainObject(value)) this.writeObject(value, depth);
    else this.refuse("ERR_CORE_JSON_VALUE", "class instance has no JSON form", depth);
  }

  writeArray(array: readonly unknown[], depth: number): void {
    this.text += "[";
    // By index, because `map` would step over the holes of a sparse array.
    for (let index = 0; index < array.length; index++) {
      this.enter(index, depth);
      if (index > 0) this.text += ",";
      this.write(array[index], depth + 1);
    }
    this.text += "]";
  }

  writeObject(object: Readonly<Record<string, unknown>>, depth: number): void {
    const { names, labels } = this.shapeOf(Object.keys(object));
    for (let index = 0; index < names.length; index++) {
      const name = names[index]!;
      this.enter(name, depth);
      this.text += labels[index] ?? `${index === 0 ? "{" : ","}${this.quote(name, depth + 1)}:`;
      this.write(object[name], depth + 1);
    }
    this.text += names.length === 0 ? "{}" : "}";
  }

  shapeOf(listed: string[]): Shape {
    if (listed.length > maxShapeNames) return { listed, names: this.form.sortNames(listed), labels: [] };
    this.shapes[listed.length] ??= [];
    const known = this.shapes[listed.length]!;
    for (const shape of known) if (isSame(shape.listed, listed)) return shape;
    const names = this.form.sortNames([...listed]);
    const labels = names.map((name, index) =>
      this.form.special.test(name) ? undefined : `${index === 0 ? "{" : ","}"${name}":`,
    );
    const shape = { listed, names, labels };
    if (known.length < maxShapes) known.push(shape);
    return shape;
  }

  /** Steps to an element or a member of the value at a depth. */
  enter(segment: string | number, depth: number): void {
    this.path[depth] = segment;
    if (++this.entries > this.limits.maxEntries) this.failLimit("maxEntries", this.entries, depth + 1);
  }

  failLimit(limit: "maxDepth" | "maxEntries", found: number, depth: number): void {
    enforceLimit(limit, found, this.limits, undefined, this.pointer(depth));
  }

  refuse(code: CoreErrorCode, what: string, depth: number): never {
    throw new CoreError(code, `Cannot write JSON: ${what}`, { path: this.pointer(depth) });
  }

  pointer(depth: number): string {
    return jsonPointer(...this.path.slice(0, depth));
  }
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  for (let index = 0; index < left.length; index++) if (left[index] !== right[index]) return false;
  return true;
}

/** Tells a record from an instance of a class; also one made in another realm, whose `Object.prototype` is not ours. */
function isPlainObject(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return true;
  // Not any object without a prototype: one with members of its own would lend them to readers, but not to this writer.
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, "hasOwnProperty");
}
