/**
 * RSQL, the filter language of saved hawkBit filters: comparisons joined by `;` (and) and `,` (or), with parentheses.
 *
 * Standard: RSQL as the open rsql-parser reads it, and hawkBit's additions `=is=`, `=eq=`, `=not=` and `=ne=`.
 */

import { excerpt } from "../../core/index.ts";
import { CohortError } from "../errors.ts";

/** One value of a comparison. */
export interface RsqlValue {
  readonly text: string;
  /** Offset in the filter, in characters. */
  readonly offset: number;
}

/** One comparison: selector, operator and values. */
export interface RsqlComparison {
  readonly kind: "comparison";
  readonly selector: string;
  readonly operator: RsqlOperator;
  readonly values: readonly RsqlValue[];
  readonly offset: number;
}

/** A filter as a tree. */
export type RsqlNode = { readonly kind: "and" | "or"; readonly args: readonly RsqlNode[] } | RsqlComparison;

type RsqlOperator = "==" | "!=" | "=is=" | "=not=" | "=lt=" | "=le=" | "=gt=" | "=ge=" | "=in=" | "=out=";

const operators: Readonly<Record<string, RsqlOperator>> = {
  "==": "==",
  "!=": "!=",
  "=is=": "=is=",
  "=eq=": "=is=",
  "=not=": "=not=",
  "=ne=": "=not=",
  "<": "=lt=",
  "=lt=": "=lt=",
  "<=": "=le=",
  "=le=": "=le=",
  ">": "=gt=",
  "=gt=": "=gt=",
  ">=": "=ge=",
  "=ge=": "=ge=",
  "=in=": "=in=",
  "=out=": "=out=",
};

const maxLength = 65_536;
/** Parentheses within each other; below the depth of a selector, which the tree becomes. */
const maxDepth = 14;
const unreserved = /[^"'();,=!~<> \t\r\n]+/y;
const blanks = /[ \t\r\n]*/y;
const operatorForm = /(?:=[a-z]*=|!=|[<>]=?)/y;
const andForm = /[ \t\r\n]*;|[ \t\r\n]+and(?=[ \t\r\n(])/y;
const orForm = /[ \t\r\n]*,|[ \t\r\n]+or(?=[ \t\r\n(])/y;

/** Reads a filter; throws `ERR_COHORT_RSQL` with the offset of the first fault. Not part of the public face. */
export function parseRsqlText(text: string): RsqlNode {
  if (typeof text !== "string") throw new TypeError(`"text" expected text, got ${typeof text}`);
  if (text.length > maxLength) fail(maxLength, `at most ${maxLength} characters`);
  const parser = new Parser(text);
  return parser.whole();
}

/** Throws the fault of a filter. */
export function fail(offset: number, expected: string, found?: string): never {
  const got = found === undefined ? "" : `, got ${JSON.stringify(excerpt(found, 64))}`;
  const message = `Cannot read filter: expected ${expected} at offset ${offset}${got}`;
  throw new CohortError("ERR_COHORT_RSQL", message, { offset });
}

class Parser {
  private at = 0;
  private depth = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  whole(): RsqlNode {
    const node = this.or();
    this.skip();
    if (this.at < this.text.length) fail(this.at, "; , or the end", this.text.slice(this.at));
    return node;
  }

  private or(): RsqlNode {
    return this.joined("or", orForm, () => this.joined("and", andForm, () => this.constraint()));
  }

  private joined(kind: "and" | "or", separator: RegExp, part: () => RsqlNode): RsqlNode {
    const args = [part()];
    while (this.match(separator) !== undefined) args.push(part());
    return args.length === 1 ? args[0]! : { kind, args };
  }

  private constraint(): RsqlNode {
    this.skip();
    if (!this.take("(")) return this.comparison();
    if (++this.depth > maxDepth) fail(this.at - 1, `at most ${maxDepth} parentheses within each other`);
    const node = this.or();
    this.skip();
    if (!this.take(")")) fail(this.at, "a closing parenthesis", this.text.slice(this.at));
    this.depth--;
    return node;
  }

  private comparison(): RsqlComparison {
    const offset = this.at;
    const selector = this.match(unreserved) ?? fail(offset, "a selector", this.text.slice(offset));
    this.skip();
    const operatorAt = this.at;
    const sign = this.match(operatorForm) ?? fail(operatorAt, "an operator", this.text.slice(operatorAt));
    if (!Object.hasOwn(operators, sign)) fail(operatorAt, `one of ${Object.keys(operators).join(" ")}`, sign);
    const operator = operators[sign]!;
    this.skip();
    const listAt = this.at;
    const values = this.take("(") ? this.list() : [this.value()];
    if (values.length !== 1 && operator !== "=in=" && operator !== "=out=") fail(listAt, "one value for this operator");
    return { kind: "comparison", selector, operator, values, offset };
  }

  private list(): readonly RsqlValue[] {
    const values: RsqlValue[] = [];
    do {
      this.skip();
      values.push(this.value());
      this.skip();
    } while (this.take(","));
    if (!this.take(")")) fail(this.at, ", or ) in a list of values", this.text.slice(this.at));
    return values;
  }

  private value(): RsqlValue {
    const offset = this.at;
    const quote = this.text[offset];
    if (quote === "'" || quote === '"') return { text: this.quoted(quote), offset };
    return { text: this.match(unreserved) ?? fail(offset, "a value", this.text.slice(offset)), offset };
  }

  /** A backslash takes the next character as it is. */
  private quoted(quote: string): string {
    const start = this.at++;
    let text = "";
    for (; this.at < this.text.length; this.at++) {
      const character = this.text[this.at]!;
      if (character === quote) {
        this.at++;
        return text;
      }
      text += character === "\\" ? (this.text[++this.at] ?? "") : character;
    }
    return fail(start, "a closing quote");
  }

  private skip(): void {
    this.match(blanks);
  }

  private take(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private match(form: RegExp): string | undefined {
    form.lastIndex = this.at;
    const found = form.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }
}
