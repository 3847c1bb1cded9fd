/**
 * The meaning of a selector a second time, as a plain interpreter that shares no code with the compiler: three-valued logic by
 * its tables, and every rule of a missing value spelt out.
 */

import {
  type AttributeCatalogue,
  bucketOf,
  type Expression,
  type Selector,
  type VehicleRecord,
} from "../../src/cohort/index.ts";
import { compareVersions, parseVersionRange, satisfiesVersionRange, versionKey } from "../../src/core/index.ts";

/** `undefined` is unknown. */
type Answer = boolean | undefined;

interface Fleet {
  readonly catalogue: AttributeCatalogue;
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly now: number;
}

/** `in` true, `out` false, unknown `undefined`. */
export function oracle({ include, exclude }: Selector, vehicle: VehicleRecord, fleet: Fleet): Answer {
  const included = answer(include, vehicle, fleet);
  const spared = exclude === undefined ? true : negate(answer(exclude, vehicle, fleet));
  return all([included, spared]);
}

function negate(value: Answer): Answer {
  return value === undefined ? undefined : !value;
}
function all(values: readonly Answer[]): Answer {
  return values.includes(false) ? false : values.includes(undefined) ? undefined : true;
}
function any(values: readonly Answer[]): Answer {
  return values.includes(true) ? true : values.includes(undefined) ? undefined : false;
}

/** Truth of an expression. */
function answer(expression: Expression, vehicle: VehicleRecord, fleet: Fleet): Answer {
  const id = vehicle[fleet.catalogue.idField ?? "vehicleId"];
  const of = (arg: Expression): Answer => answer(arg, vehicle, fleet);
  switch (expression.op) {
    case "and":
      return all(expression.args.map(of));
    case "or":
      return any(expression.args.map(of));
    case "not":
      return negate(of(expression.arg));
    case "isTrue":
      return of(expression.arg) === true;
    case "isFalse":
      return of(expression.arg) === false;
    case "isUnknown":
      return of(expression.arg) === undefined;
    case "inList":
      return typeof id === "string" && id !== "" ? fleet.lists[expression.listId]!.includes(id) : undefined;
    case "bucket": {
      if (typeof id !== "string" || id === "") return undefined;
      const bucket = bucketOf(expression.salt, id);
      return expression.lo <= bucket && bucket < expression.hi;
    }
    case "has":
      return countingValue(expression.attr, vehicle, fleet) !== undefined;
    case "age": {
      const observedAt = vehicle[fleet.catalogue.attributes[expression.attr]!.observedAtField!];
      if (!Number.isSafeInteger(observedAt)) return undefined;
      const ageMs = fleet.now - (observedAt as number);
      return ageMs < -(fleet.catalogue.maxAheadMs ?? 300_000) ? undefined : ageMs <= expression.maxMs;
    }
  }
  const value = countingValue(expression.attr, vehicle, fleet);
  if (value === undefined) return undefined;
  switch (expression.op) {
    case "eq":
      return value === expression.value;
    case "ne":
      return value !== expression.value;
    case "lt":
      return (value as number) < (expression.value as number);
    case "le":
      return (value as number) <= (expression.value as number);
    case "gt":
      return (value as number) > (expression.value as number);
    case "ge":
      return (value as number) >= (expression.value as number);
    case "in":
      return expression.values.includes(value as string);
    case "notIn":
      return !expression.values.includes(value as string);
    case "startsWith":
      return (value as string).slice(0, expression.value.length) === expression.value;
    case "endsWith":
      return (
        (value as string).length >= expression.value.length &&
        (value as string).slice(-expression.value.length) === expression.value
      );
    case "contains":
      return (value as string).split(expression.value).length > 1;
    case "anyOf":
      return expression.values.some((one) => (value as string[]).includes(one));
    case "allOf":
      return expression.values.every((one) => (value as string[]).includes(one));
    case "noneOf":
      return expression.values.every((one) => !(value as string[]).includes(one));
    case "ver": {
      const definition = fleet.catalogue.attributes[expression.attr]!;
      if (definition.type !== "version") throw new Error("no version");
      const { scheme, keyField } = definition;
      if (keyField !== undefined) return byKey(expression, value as string, scheme as "ilevel");
      if (expression.rel === "in")
        return satisfiesVersionRange(parseVersionRange(scheme, expression.range), value as string);
      const order = compareVersions(scheme, value as string, expression.value);
      return order === undefined ? undefined : orders[expression.rel](order);
    }
  }
}

const orders = {
  eq: (order: number) => order === 0,
  lt: (order: number) => order < 0,
  le: (order: number) => order <= 0,
  gt: (order: number) => order > 0,
  ge: (order: number) => order >= 0,
};
const signs = { "<": "lt", "<=": "le", "=": "eq", ">=": "ge", ">": "gt" } as const;

/** Keys of integration levels, whose series is before the first dot. */
function byKey(expression: Extract<Expression, { op: "ver" }>, key: string, scheme: "ilevel"): Answer {
  const series = key.split(".")[0];
  const one = (rel: keyof typeof orders, version: string): Answer => {
    const bound = versionKey(scheme, version)!;
    if (bound.split(".")[0] !== series) return undefined;
    return orders[rel](key < bound ? -1 : key > bound ? 1 : 0);
  };
  if (expression.rel !== "in") return one(expression.rel, expression.value);
  return all(
    expression.range.split(" ").map((word) => {
      const sign = /^[<>=]+/.exec(word)![0] as keyof typeof signs;
      return one(signs[sign], word.slice(sign.length));
    }),
  );
}

/** The value if it counts. */
function countingValue(name: string, vehicle: VehicleRecord, { catalogue, now }: Fleet): unknown {
  const definition = catalogue.attributes[name]!;
  const key = definition.type === "version" ? definition.keyField : undefined;
  const value = vehicle[key ?? definition.field ?? name];
  if (definition.maxAgeMs !== undefined) {
    const observedAt = vehicle[definition.observedAtField!];
    if (!Number.isSafeInteger(observedAt)) return undefined;
    const ageMs = now - (observedAt as number);
    if (ageMs > definition.maxAgeMs || ageMs < -(catalogue.maxAheadMs ?? 300_000)) return undefined;
  }
  const doubt = definition.contradictionField === undefined ? false : vehicle[definition.contradictionField];
  if (doubt !== undefined && doubt !== null && doubt !== false) return undefined;
  switch (definition.type) {
    case "string":
      return typeof value === "string" ? value : undefined;
    case "enum":
      return definition.values.includes(value as string) ? value : undefined;
    case "int":
    case "timestamp":
      return Number.isSafeInteger(value) ? value : undefined;
    case "number":
      return Number.isFinite(value) ? value : undefined;
    case "bool":
      return typeof value === "boolean" ? value : undefined;
    case "set<string>":
      return Array.isArray(value) && value.every((one) => typeof one === "string") ? value : undefined;
    case "version":
      if (key !== undefined) return typeof value === "string" && value !== "" ? value : undefined;
      return versionKey(definition.scheme, value as string) === undefined ? undefined : value;
  }
}
