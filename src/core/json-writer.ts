/**
 * The walk that both canonical forms of JSON share: no white space, members in the order of the form, plain data only.
 *
 * A value is refused rather than repaired, because a digest or a signature over a repaired value vouches for something else.
 */

import { type Bytes, loneSurrogate } from "./bytes.ts";
import { CoreError, type CoreErrorCode } from "./errors.ts";
import { jsonPointer } from "./json-value.ts";
import { enforceLimit, type Limits, resolveLimits } from "./limits.ts";

/** What a canonical form decides by itself. */
export interface JsonForm {
  /** Order of member names, as for `Array.prototype.sort`; by UTF-16 code units when absent. */
  readonly compareNames?: (left: string, right: string) => number;
  /** Spells a well-formed text. */
  readonly quote: (text: string) => string;
  /** Code of the rule that a number breaks, if any; every other number is spelled as ECMAScript does. */
  readonly numberFault: (value: number) => CoreErrorCode | undefined;
}

/** Writes a value in a canonical form as UTF-8. */
export function writeJson(value: unknown, form: JsonForm, limits: Partial<Limits> | undefined): Bytes {
  const text = new JsonWriter(form, resolveLimits(limits)).write(value);
  // Every string in it is known to be well-formed, so the encoder has nothing to replace.
  return new TextEncoder().encode(text) as Bytes;
}

class JsonWriter {
  readonly form: JsonForm;
  readonly limits: Limits;
  /** Elements and members written so far. */
  entries = 0;
  /** Names and indices that lead to the value being written; its length is the depth. */
  readonly path: (string | number)[] = [];

  constructor(form: JsonForm, limits: Limits) {
    this.form = form;
    this.limits = limits;
  }

  write(value: unknown): string {
    if (typeof value === "string") return this.writeString(value);
    if (typeof value === "number") return this.writeNumber(value);
    if (value === null || typeof value === "boolean") return String(value);
    if (typeof value !== "object") return this.refuse("ERR_CORE_JSON_VALUE", `${typeof value} has no JSON form`);
    // Before each descent: bounds the recursion, and ends it on a value that contains itself.
    this.enforce("maxDepth", this.path.length + 1);
    if (Array.isArray(value)) return this.writeArray(value);
    if (isPlainObject(value)) return this.writeObject(value);
    return this.refuse("ERR_CORE_JSON_VALUE", "class instance has no JSON form");
  }

  writeString(text: string): string {
    if (loneSurrogate(text) >= 0) this.refuse("ERR_CORE_JSON_SURROGATE", "lone surrogate has no UTF-8 form");
    return this.form.quote(text);
  }

  writeNumber(value: number): string {
    const fault = this.form.numberFault(value);
    if (fault !== undefined) this.refuse(fault, `number ${Object.is(value, -0) ? "-0" : value} has no canonical form`);
    return String(value);
  }

  writeArray(array: readonly unknown[]): string {
    // By index, because `map` would step over the holes of a sparse array.
    let text = "";
    for (let index = 0; index < array.length; index++) {
      if (index > 0) text += ",";
      text += this.writeEntry(index, array[index]);
    }
    return `[${text}]`;
  }

  writeObject(object: Readonly<Record<string, unknown>>): string {
    let text = "";
    for (const name of Object.keys(object).sort(this.form.compareNames)) {
      if (text !== "") text += ",";
      text += this.writeEntry(name, object[name]);
    }
    return `{${text}}`;
  }

  /** Writes an element, or a member with its name. */
  writeEntry(segment: string | number, value: unknown): string {
    this.path.push(segment);
    this.enforce("maxEntries", ++this.entries);
    const label = typeof segment === "string" ? `${this.writeString(segment)}:` : "";
    const text = label + this.write(value);
    this.path.pop();
    return text;
  }

  enforce(limit: "maxDepth" | "maxEntries", found: number): void {
    if (found > this.limits[limit]) enforceLimit(limit, found, this.limits, undefined, jsonPointer(...this.path));
  }

  refuse(code: CoreErrorCode, what: string): never {
    throw new CoreError(code, `Cannot write JSON: ${what}`, { path: jsonPointer(...this.path) });
  }
}

/** Tells a record from an instance of a class; also one made in another realm, whose `Object.prototype` is not ours. */
function isPlainObject(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null) return true;
  // Not any object without a prototype: one with members of its own would lend them to readers, but not to this writer.
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, "hasOwnProperty");
}
