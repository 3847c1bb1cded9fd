/** Selectors become filters, as far as the language of filters goes. */

import { CohortError } from "../errors.ts";
import { type AttributeCatalogue, parseAttributeCatalogue } from "../selector/catalogue.ts";
import { checkSelector } from "../selector/check.ts";
import type { Expression, Selector } from "../selector/selector.ts";
import type { RsqlSemantics } from "./import.ts";

/**
 * Writes a selector as a filter. Read back by `importRsql` with the same semantics, it selects the same vehicles; with `hawkbit` it
 * asks for each value to be there wherever hawkBit would select a vehicle without it.
 *
 * Attributes are called by their names in the catalogue, so those that hawkBit keeps as attributes are best named `attribute.…` there.
 *
 * @throws {@link CohortError} `ERR_COHORT_RSQL_UNSUPPORTED` with the JSON pointer of what no filter says (buckets, lists, ages,
 * freshness of a negation, versions in hawkBit's texts), and what `compileSelector` throws
 * @example
 * ```ts
 * exportRsql(selector, catalogue, "hawkbit"); // "model==A3;dealer!=D1;dealer=not=null"
 * ```
 */
export function exportRsql(
  selector: Selector,
  catalogue: AttributeCatalogue,
  semantics: RsqlSemantics = "kleene",
): string {
  const { attributes } = parseAttributeCatalogue(catalogue);
  // Lists count as given: that no filter has them is said below, with their place.
  checkSelector(selector, catalogue, () => true, undefined);
  const typeOf = (attr: string): string => attributes[attr]!.type;
  const writer = new Writer(semantics, typeOf);
  const parts = [writer.node(selector.include, true, "/include")];
  if (selector.exclude !== undefined) parts.push(writer.node(selector.exclude, false, "/exclude"));
  return join("and", parts).text;
}

/** A filter and the operator at its root. */
interface Filter {
  readonly text: string;
  readonly root: "and" | "or" | "leaf";
}

class Writer {
  private readonly semantics: RsqlSemantics;
  private readonly typeOf: (attr: string) => string;

  constructor(semantics: RsqlSemantics, typeOf: (attr: string) => string) {
    this.semantics = semantics;
    this.typeOf = typeOf;
  }

  /** Negations move inwards by De Morgan's laws, because filters have none. */
  node(node: Expression, wanted: boolean, path: string): Filter {
    switch (node.op) {
      case "and":
      case "or": {
        const kind = (node.op === "and") === wanted ? "and" : "or";
        return join(
          kind,
          node.args.map((arg, index) => this.node(arg, wanted, `${path}/args/${index}`)),
        );
      }
      case "not":
        return this.node(node.arg, !wanted, `${path}/arg`);
      case "isTrue":
        // Only what is true selects, so that asking for it changes nothing.
        return wanted ? this.node(node.arg, true, `${path}/arg`) : unsupported(path, "the opposite of isTrue");
      case "isFalse":
        return wanted ? this.node(node.arg, false, `${path}/arg`) : unsupported(path, "the opposite of isFalse");
      case "isUnknown":
      case "age":
      case "bucket":
      case "inList":
        return unsupported(path, node.op);
      case "has":
        return leaf(`${node.attr}${wanted ? "=not=" : "=is="}null`);
      default:
        return this.value(node, wanted, path);
    }
  }

  private value(node: Extract<Expression, { attr: string }>, wanted: boolean, path: string): Filter {
    const { attr } = node;
    switch (node.op) {
      case "eq":
      case "ne":
        return this.equal(attr, [node.value], (node.op === "eq") === wanted);
      case "in":
      case "notIn":
        return this.equal(attr, node.values, (node.op === "in") === wanted);
      case "lt":
      case "le":
      case "gt":
      case "ge":
        return leaf(`${attr}=${wanted ? node.op : opposite[node.op]}=${quoted(String(node.value))}`);
      case "startsWith":
      case "endsWith":
      case "contains":
        return this.pattern(node.op, attr, node.value, wanted, path);
      case "anyOf":
      case "noneOf":
        return this.equal(attr, node.values, (node.op === "anyOf") === wanted);
      case "allOf":
        return join(
          wanted ? "and" : "or",
          node.values.map((value) => this.equal(attr, [value], wanted)),
        );
      case "ver":
        return this.version(node, wanted, path);
      default:
        return unsupported(path, node.op);
    }
  }

  private equal(attr: string, values: readonly (string | number | boolean)[], wanted: boolean): Filter {
    const isEmpty = values.length === 1 && values[0] === "" && this.typeOf(attr) === "string";
    const texts = values.map(String);
    const isList = texts.length > 1 || this.typeOf(attr) === "set<string>";
    const text = isList
      ? `${attr}${wanted ? "=in=" : "=out="}(${texts.map(quoted).join(",")})`
      : `${attr}${wanted ? "==" : "!="}${quoted(escaped(texts[0]!))}`;
    // For hawkBit `==''` also means no value at all, and `!=''` means there is one.
    if (this.semantics === "hawkbit" && isEmpty) return wanted ? this.present(attr, text) : leaf(text);
    return wanted ? leaf(text) : this.present(attr, text);
  }

  private pattern(
    op: "startsWith" | "endsWith" | "contains",
    attr: string,
    value: string,
    wanted: boolean,
    path: string,
  ): Filter {
    // A backslash before the wildcard would make it a star.
    if (op !== "endsWith" && value.endsWith("\\")) return unsupported(path, "a part that ends with a backslash");
    const text = `${op === "startsWith" ? "" : "*"}${escaped(value)}${op === "endsWith" ? "" : "*"}`;
    const filter = `${attr}${wanted ? "==" : "!="}${quoted(text)}`;
    return wanted ? leaf(filter) : this.present(attr, filter);
  }

  private version(node: Extract<Expression, { op: "ver" }>, wanted: boolean, path: string): Filter {
    if (this.semantics === "hawkbit") return unsupported(path, "an order of versions in hawkBit, which compares texts");
    const one = (rel: keyof typeof opposite | "eq", version: string): Filter => {
      if (rel === "eq") return leaf(`${node.attr}${wanted ? "==" : "!="}${quoted(version)}`);
      return leaf(`${node.attr}=${wanted ? rel : opposite[rel]}=${quoted(version)}`);
    };
    if (node.rel !== "in") return one(node.rel, node.value);
    const words = node.range.split(" ").filter((word) => word !== "");
    const comparisons = words.map((word) => {
      const sign = /^(?:[<>]=?|=)/.exec(word)![0];
      return one(signs[sign as "<"], word.slice(sign.length));
    });
    return join(wanted ? "and" : "or", comparisons);
  }

  /** A negation that hawkBit would also find true without a value. */
  private present(attr: string, text: string): Filter {
    return this.semantics === "hawkbit" ? join("and", [leaf(text), leaf(`${attr}=not=null`)]) : leaf(text);
  }
}

const opposite = { lt: "ge", le: "gt", gt: "le", ge: "lt" } as const;
const signs = { "<": "lt", "<=": "le", "=": "eq", ">=": "ge", ">": "gt" } as const;

function leaf(text: string): Filter {
  return { text, root: "leaf" };
}

function join(kind: "and" | "or", parts: readonly Filter[]): Filter {
  if (parts.length === 1) return parts[0]!;
  const texts = parts.map(({ text, root }) => (kind === "and" && root === "or" ? `(${text})` : text));
  return { text: texts.join(kind === "and" ? ";" : ","), root: kind };
}

/** A star that is a star. */
function escaped(text: string): string {
  return text.replaceAll("*", "\\*");
}

function quoted(text: string): string {
  if (/^[^"'();,=!~<> \t\r\n]+$/.test(text)) return text;
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}

function unsupported(path: string, what: string): never {
  throw new CohortError("ERR_COHORT_RSQL_UNSUPPORTED", `Cannot export selector: no filter says ${what}, at "${path}"`, {
    path,
  });
}
