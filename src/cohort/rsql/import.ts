/** Saved filters become selectors, with the meaning that hawkBit gave them or with that of a selector. */

import { parseUtcTime } from "../../core/index.ts";
import { CohortError } from "../errors.ts";
import { type Attribute, type AttributeCatalogue, parseAttributeCatalogue } from "../selector/catalogue.ts";
import { compileSelector } from "../selector/compile.ts";
import { type Expression, type Selector, selectorLimits } from "../selector/selector.ts";
import { fail, parseRsqlText, type RsqlComparison, type RsqlNode, type RsqlValue } from "./parse.ts";
import { fitsPattern, patternExpression, patternParts } from "./pattern.ts";

/**
 * What a filter means where a value is missing. `kleene`: unknown, and unknown does not select. `hawkbit`: what hawkBit's
 * database does: a plain field or tag that is missing differs from every value and is selected by `!=` and `=out=`; an entry of
 * `attribute.` or `metadata.` that is missing is not.
 */
export type RsqlSemantics = "kleene" | "hawkbit";

/** How a filter is read. */
export interface RsqlOptions {
  /** `kleene` when absent. */
  readonly semantics?: RsqlSemantics;
  /** Attribute of the catalogue by name in the filter; without an entry both are called alike, case aside. */
  readonly names?: Readonly<Record<string, string>>;
  /** Value of `${NOW_TS}`, in epoch milliseconds. */
  readonly now?: number;
  /** Value of `${OVERDUE_TS}`, in epoch milliseconds. */
  readonly overdueAt?: number;
  /** Every tag there is, by attribute: what `tag==T*`, `tag==''` and `tag==*` range over. */
  readonly knownTags?: Readonly<Record<string, readonly string[]>>;
  /**
   * Case does not count, as hawkBit can be configured. Enums and known tags are looked up so; a text attribute has to be one of
   * `folded`.
   */
  readonly ignoreCase?: boolean;
  /** Text attributes whose values are stored in lower case. */
  readonly folded?: readonly string[];
}

/** A comparison of which hawkBit and a selector say different things. */
export interface RsqlDifference {
  /**
   * `missing_selected`: hawkBit selects vehicles without the value, a selector does not. `missing_is_false`: neither selects them;
   * hawkBit calls them out, a selector unknown. `version_order`: hawkBit compares versions as texts, `1.10` before `1.9`.
   */
  readonly code: "missing_selected" | "missing_is_false" | "version_order";
  /** Offset of the comparison in the filter, in characters. */
  readonly offset: number;
  readonly attribute: string;
  /** One sentence for people; may change. */
  readonly message: string;
}

/**
 * Turns a saved hawkBit filter into a selector.
 *
 * @param text - the filter, 65,536 characters at most
 * @throws {@link CohortError} `ERR_COHORT_RSQL` with the offset of the fault (in characters), `ERR_COHORT_RSQL_UNSUPPORTED` for a
 * comparison that no selector says (a pattern with more than one gap, an order of texts), `ERR_COHORT_SELECTOR_LIMIT` for more
 * comparisons than a selector has nodes, and what `compileSelector` throws
 * @example
 * ```ts
 * importRsql("model==A3;firmware=lt=2.0.0", catalogue).include.op; // "and"
 * ```
 */
export function importRsql(text: string, catalogue: AttributeCatalogue, options: RsqlOptions = {}): Selector {
  const importer = new Importer(parseAttributeCatalogue(catalogue), options);
  const selector: Selector = { schema: "otakit.selector/1", include: importer.node(parseRsqlText(text)) };
  // Too many nodes, or too long a list, is a fault of the filter as of any selector.
  compileSelector(selector, catalogue);
  return selector;
}

/**
 * Lists every comparison of a filter of which hawkBit and a selector would say different things, mostly about missing values.
 *
 * @throws {@link CohortError} as {@link importRsql} does
 * @example
 * ```ts
 * lintRsql("name!=test*", catalogue)[0]?.code; // "missing_selected"
 * ```
 */
export function lintRsql(
  text: string,
  catalogue: AttributeCatalogue,
  options: RsqlOptions = {},
): readonly RsqlDifference[] {
  importRsql(text, catalogue, options);
  const importer = new Importer(parseAttributeCatalogue(catalogue), options);
  const differences: RsqlDifference[] = [];
  const visit = (node: RsqlNode): void => {
    if (node.kind !== "comparison") node.args.forEach(visit);
    else differences.push(...importer.differences(node));
  };
  visit(parseRsqlText(text));
  return differences;
}

type Kind = "plain" | "map" | "set";

class Importer {
  private readonly catalogue: AttributeCatalogue;
  private readonly options: RsqlOptions;
  private comparisons = 0;
  /** First attribute of each name, case aside. */
  private readonly byFoldedName = new Map<string, string>();
  /** By attribute: its known values by what they are compared as. */
  private readonly foldedValues = new Map<string, ReadonlyMap<string, readonly string[]>>();

  constructor(catalogue: AttributeCatalogue, options: RsqlOptions) {
    this.catalogue = catalogue;
    this.options = options;
    for (const name of Object.keys(catalogue.attributes)) {
      const folded = name.toLowerCase();
      if (!this.byFoldedName.has(folded)) this.byFoldedName.set(folded, name);
    }
  }

  node(node: RsqlNode): Expression {
    if (node.kind === "comparison") return this.comparison(node);
    return { op: node.kind, args: node.args.map((arg) => this.node(arg)) };
  }

  private comparison(node: RsqlComparison): Expression {
    // Before the work of each, because a filter has room for ten times as many as a selector.
    if (++this.comparisons > selectorLimits.maxNodes) {
      throw new CohortError(
        "ERR_COHORT_SELECTOR_LIMIT",
        `Cannot import filter: a selector has at most ${selectorLimits.maxNodes} nodes, at offset ${node.offset}`,
        { offset: node.offset },
      );
    }
    const { attr, kind } = this.resolve(node);
    const isNegative = node.operator === "!=" || node.operator === "=not=" || node.operator === "=out=";
    if (isNullTest(node)) {
      const has: Expression = { op: "has", attr };
      return isNegative ? has : { op: "not", arg: has };
    }
    const positive = this.positive(node, attr);
    if (this.options.semantics !== "hawkbit") return isNegative ? negated(positive) : positive;
    if (isEmptyTest(node) && kind !== "map") {
      // No text and the empty text are one for hawkBit, and so are no tags and no set of tags.
      const isFilled: Expression = { op: "isTrue", arg: negated(positive) };
      return isNegative ? isFilled : { op: "not", arg: isFilled };
    }
    if (!isNegative) return { op: "isTrue", arg: positive };
    return kind === "map"
      ? { op: "isTrue", arg: negated(positive) }
      : { op: "not", arg: { op: "isTrue", arg: positive } };
  }

  differences(node: RsqlComparison): readonly RsqlDifference[] {
    const { attr: attribute, kind } = this.resolve(node);
    const { offset, operator } = node;
    const differences: RsqlDifference[] = [];
    if (!isNullTest(node)) {
      const isNegative = operator === "!=" || operator === "=not=" || operator === "=out=";
      const selects = isEmptyTest(node) && kind !== "map" ? !isNegative : isNegative && kind !== "map";
      const message = selects
        ? `hawkBit selects vehicles without "${attribute}" here; a selector does not`
        : `Vehicles without "${attribute}" are out for hawkBit, and unknown for a selector`;
      differences.push({ code: selects ? "missing_selected" : "missing_is_false", offset, attribute, message });
    }
    if (this.catalogue.attributes[attribute]!.type === "version" && /^=[lg][te]=$/.test(operator)) {
      const message = `hawkBit compares "${attribute}" as text, a selector by the order of versions`;
      differences.push({ code: "version_order", offset, attribute, message });
    }
    return differences;
  }

  /** The attribute of a comparison, and how hawkBit keeps it. */
  private resolve({ selector, offset }: RsqlComparison): { readonly attr: string; readonly kind: Kind } {
    const { names = {} } = this.options;
    const { attributes } = this.catalogue;
    const wanted = Object.hasOwn(names, selector) ? names[selector]! : selector;
    const attr = Object.hasOwn(attributes, wanted) ? wanted : this.byFoldedName.get(wanted.toLowerCase());
    if (attr === undefined) fail(offset, "an attribute of the catalogue", selector);
    const isMap = /^(attribute|metadata)\./i.test(selector);
    return { attr, kind: attributes[attr]!.type === "set<string>" ? "set" : isMap ? "map" : "plain" };
  }

  /** The comparison without its negation. */
  private positive({ operator, values, offset }: RsqlComparison, attr: string): Expression {
    const definition = this.catalogue.attributes[attr]!;
    if (operator === "=in=" || operator === "=out=") {
      // hawkBit has no wildcards in lists.
      return this.oneOf(
        values.map((value) => ({ ...value, text: value.text.replaceAll("*", "\\*") })),
        attr,
        definition,
      );
    }
    const order = ({ "=lt=": "lt", "=le=": "le", "=gt=": "gt", "=ge=": "ge" } as const)[operator as "=lt="];
    if (order === undefined) return this.oneOf(values, attr, definition);
    const value = values[0]!;
    if (definition.type === "version") return { op: "ver", attr, rel: order, value: value.text };
    const number = this.scalar(value, definition);
    if (typeof number !== "number") unsupported(offset, `an order of ${definition.type} values`);
    return { op: order, attr, value: number };
  }

  private oneOf(values: readonly RsqlValue[], attr: string, definition: Attribute): Expression {
    switch (definition.type) {
      case "string":
        return this.texts(values, attr);
      case "enum":
      case "set<string>":
        return this.members(values, attr, definition);
      case "version":
        return any(values.map(({ text }) => ({ op: "ver", attr, rel: "eq", value: text }) as const));
      default: {
        const scalars = values.map((value) => this.scalar(value, definition));
        const isOne = scalars.length === 1 || definition.type === "bool";
        if (isOne) return any(scalars.map((value) => ({ op: "eq", attr, value }) as const));
        return { op: "in", attr, values: scalars as number[] };
      }
    }
  }

  private texts(values: readonly RsqlValue[], attr: string): Expression {
    const { ignoreCase = false, folded = [] } = this.options;
    if (ignoreCase && !folded.includes(attr)) {
      unsupported(values[0]!.offset, `case that does not count: "${attr}" is not stored in lower case`);
    }
    const patterns = values.map(({ text, offset }) => {
      const parts = patternParts(ignoreCase ? text.toLowerCase() : text);
      return {
        parts,
        expression: patternExpression(attr, parts) ?? unsupported(offset, "a pattern with several gaps"),
      };
    });
    if (patterns.length > 1 && patterns.every(({ parts }) => parts.length === 1)) {
      return { op: "in", attr, values: patterns.map(({ parts }) => parts[0]!) };
    }
    return any(patterns.map(({ expression }) => expression));
  }

  /** Enums and tags: patterns range over the values there are. */
  private members(values: readonly RsqlValue[], attr: string, definition: Attribute): Expression {
    const { knownTags = {}, ignoreCase = false } = this.options;
    const isSet = definition.type === "set<string>";
    const tags = Object.hasOwn(knownTags, attr) ? knownTags[attr] : undefined;
    const known = definition.type === "enum" ? definition.values : tags;
    const fold = (text: string): string => (ignoreCase ? text.toLowerCase() : text);
    const wanted = values.flatMap(({ text, offset }) => {
      const parts = patternParts(fold(text));
      // `tag==''` asks for no tag at all, so that its opposite is any.
      const isAny = isSet && text === "";
      if (known === undefined) {
        if (parts.length > 1 || ignoreCase || isAny) unsupported(offset, `a pattern of "${attr}" without knownTags`);
        return [parts[0]!];
      }
      const found =
        parts.length === 1 && !isAny
          ? (this.foldedOf(attr, known, fold).get(parts[0]!) ?? [])
          : known.filter((one) => isAny || fitsPattern(fold(one), parts));
      if (found.length === 0 && !isSet) fail(offset, `a value of "${attr}"`, text);
      return found;
    });
    const isEmpty = values.length === 1 && values[0]!.text === "" && isSet;
    if (wanted.length === 0) return isEmpty ? not(nothing(attr)) : nothing(attr);
    if (isSet) return { op: isEmpty ? "noneOf" : "anyOf", attr, values: [...new Set(wanted)] };
    return wanted.length === 1
      ? { op: "eq", attr, value: wanted[0]! }
      : { op: "in", attr, values: [...new Set(wanted)] };
  }

  private foldedOf(
    attr: string,
    known: readonly string[],
    fold: (text: string) => string,
  ): ReadonlyMap<string, readonly string[]> {
    let values = this.foldedValues.get(attr);
    if (values === undefined) {
      const grouped = new Map<string, string[]>();
      for (const value of known) {
        const alike = grouped.get(fold(value));
        if (alike === undefined) grouped.set(fold(value), [value]);
        else alike.push(value);
      }
      values = grouped;
      this.foldedValues.set(attr, values);
    }
    return values;
  }

  private scalar({ text, offset }: RsqlValue, { type }: Attribute): string | number | boolean {
    if (type === "bool") {
      if (text !== "true" && text !== "false") fail(offset, "true or false", text);
      return text === "true";
    }
    if (type !== "int" && type !== "number" && type !== "timestamp") return text;
    const place = /^\$\{(NOW|OVERDUE)_TS\}$/.exec(text)?.[1];
    if (place !== undefined) {
      const option = place === "NOW" ? "now" : "overdueAt";
      return this.options[option] ?? fail(offset, `the option ${option} for this placeholder`, text);
    }
    if (type === "timestamp" && text.includes("T")) return instantOf(text, offset);
    if (!/^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$/.test(text)) fail(offset, "a number", text);
    return Number(text);
  }
}

/** `=is=null` and its kin ask whether there is a value; `==null` asks for a text. */
function isNullTest({ operator, values }: RsqlComparison): boolean {
  return (operator === "=is=" || operator === "=not=") && values[0]!.text === "null";
}

function isEmptyTest({ operator, values }: RsqlComparison): boolean {
  return operator !== "=in=" && operator !== "=out=" && values[0]!.text === "";
}

function instantOf(text: string, offset: number): number {
  try {
    return parseUtcTime(text);
  } catch {
    return fail(offset, "a time YYYY-MM-DDTHH:MM:SSZ or epoch milliseconds", text);
  }
}

function unsupported(offset: number, what: string): never {
  throw new CohortError(
    "ERR_COHORT_RSQL_UNSUPPORTED",
    `Cannot import filter: no selector has ${what}, at offset ${offset}`,
    {
      offset,
    },
  );
}

/** Never true, never unknown. */
function nothing(attr: string): Expression {
  return { op: "isUnknown", arg: { op: "has", attr } };
}

function not(arg: Expression): Expression {
  return { op: "not", arg };
}

function any(args: readonly Expression[]): Expression {
  return args.length === 1 ? args[0]! : { op: "or", args };
}

/** The opposite, in the words of the language where it has them. */
function negated(positive: Expression): Expression {
  switch (positive.op) {
    case "eq":
      return { ...positive, op: "ne" };
    case "in":
      return { ...positive, op: "notIn" };
    case "anyOf":
      return { ...positive, op: "noneOf" };
    case "noneOf":
      return { ...positive, op: "anyOf" };
    default:
      return not(positive);
  }
}
