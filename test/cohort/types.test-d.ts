import { describe, expectTypeOf, it } from "vitest";
import {
  type Attribute,
  type AttributeType,
  type CompiledSelector,
  compileSelector,
  type Expression,
  parseAttributeCatalogue,
  type Selector,
  type SqlExpression,
  type StratifiedRingPlan,
  stratifiedRingSql,
  type Truth,
} from "../../src/cohort/index.ts";

describe("Expression", () => {
  it("narrows by its operation", () => {
    const expression = {} as Expression;
    switch (expression.op) {
      case "and":
      case "or":
        expectTypeOf(expression.args).toEqualTypeOf<readonly Expression[]>();
        break;
      case "bucket":
        expectTypeOf(expression.salt).toEqualTypeOf<string>();
        expectTypeOf(expression.lo).toEqualTypeOf<number>();
        break;
      case "in":
      case "notIn":
        expectTypeOf(expression.values).toEqualTypeOf<readonly (string | number)[]>();
        break;
      case "ver":
        if (expression.rel === "in") expectTypeOf(expression.range).toEqualTypeOf<string>();
        else expectTypeOf(expression.value).toEqualTypeOf<string>();
        break;
      default:
        expectTypeOf(expression.op).not.toEqualTypeOf<string>();
    }
  });

  it("has no member of another operation", () => {
    // @ts-expect-error a range belongs to rel "in"
    ({ op: "ver", attr: "firmware", rel: "lt", range: "<1.0.0" }) satisfies Expression;
    // @ts-expect-error sets hold texts
    ({ op: "anyOf", attr: "tags", values: [1] }) satisfies Expression;
    // @ts-expect-error no such operation
    ({ op: "matches", attr: "name", value: "a" }) satisfies Expression;
  });

  it("is read-only", () => {
    const selector = {} as Selector;
    // @ts-expect-error what was compiled does not change
    selector.include = { op: "has", attr: "name" };
    const { include } = selector;
    // @ts-expect-error nor do its arguments
    if (include.op === "and") include.args.push(include);
  });
});

describe("Attribute", () => {
  it("narrows by its type", () => {
    const attribute = {} as Attribute;
    expectTypeOf(attribute.type).toEqualTypeOf<AttributeType>();
    if (attribute.type === "enum") expectTypeOf(attribute.values).toEqualTypeOf<readonly string[]>();
    if (attribute.type === "version") expectTypeOf(attribute.keyColumn).toEqualTypeOf<string | undefined>();
    // @ts-expect-error a text has no list of values
    if (attribute.type === "string") attribute.values;
  });
});

describe("CompiledSelector", () => {
  it("answers with one of three truths", () => {
    const catalogue = parseAttributeCatalogue({});
    const compiled = compileSelector({} as Selector, catalogue);
    expectTypeOf(compiled).toEqualTypeOf<CompiledSelector>();
    expectTypeOf<Truth>().toEqualTypeOf<0 | 1 | 2>();
    // @ts-expect-error a catalogue is parsed first, a document is none
    compileSelector({} as Selector, {} as unknown);
  });
});

describe("stratifiedRingSql", () => {
  it("asks for a dialect that exists and gives text with parameters", () => {
    const plan = {} as StratifiedRingPlan;
    const source = { stratumColumn: "region", idColumn: "vin" };
    expectTypeOf(stratifiedRingSql("postgres", plan, source)).toEqualTypeOf<SqlExpression>();
    // @ts-expect-error no such dialect
    stratifiedRingSql("mysql", plan, source);
    // @ts-expect-error the stratum is in a column
    stratifiedRingSql("postgres", plan, { idColumn: "vin" });
  });
});
