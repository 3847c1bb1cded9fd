/**
 * Schemas of documents that an attacker may have written: lists and records are checked one element at a time.
 *
 * zod alone collects every fault of a document before it answers, so that a long list of wrong elements costs more memory than
 * the document. Here each object is checked by zod for itself, and the first fault ends the check.
 */

import * as z from "zod/mini";
import { requireShape } from "./require-shape.ts";

type Schema<T> = z.ZodMiniType<T>;

/** One schema for each member of a type, optional where the member is. */
export type ShapeOf<T> = {
  readonly [Name in keyof T]-?: Record<never, never> extends Pick<T, Name>
    ? z.ZodMiniExactOptional<Schema<T[Name]>>
    : Schema<T[Name]>;
};

/** A schema with inner parts, which are checked after it. */
export type Composite =
  | { readonly kind: "object"; readonly members: Readonly<Record<string, Schema<unknown>>> }
  | { readonly kind: "list"; readonly element: Schema<unknown>; readonly least: number; readonly most: number }
  | {
      readonly kind: "record";
      readonly name: Schema<string>;
      readonly member: Schema<unknown>;
      readonly most: number;
    };

const composites = /* @__PURE__ */ new WeakMap<z.core.$ZodType, Composite>();

/** The inner parts of a schema that one of the functions of this file made. */
export function compositeOf(schema: z.core.$ZodType): Composite | undefined {
  return composites.get(schema);
}

/** An object with these members, and any others: those are kept, because they are part of what was signed. */
export function objectOf<T>(shape: ShapeOf<T>): Schema<T> {
  const members = shape as Readonly<Record<string, Schema<unknown>>>;
  const level = Object.entries(members).map(([name, member]) => [name, shallow(member)]);
  const schema = z.looseObject(Object.fromEntries(level) as Record<string, Schema<unknown>>, "object");
  composites.set(schema, { kind: "object", members });
  return schema as unknown as Schema<T>;
}

/** A list with bounds on its length. */
export function listOf<T>(element: Schema<T>, least: number, most: number): Schema<readonly T[]> {
  const words = `list of ${least} to ${most}`;
  const schema = z.array(z.unknown(), words).check(z.minLength(least, words), z.maxLength(most, words));
  composites.set(schema, { kind: "list", element, least, most });
  return schema as unknown as Schema<readonly T[]>;
}

/** An object whose names are data, with a bound on their number. */
export function recordOf<T>(
  name: Schema<string>,
  member: Schema<T>,
  most: number,
): Schema<Readonly<Record<string, T>>> {
  const schema = z.custom<Readonly<Record<string, T>>>(
    (value) => isObject(value) && Object.keys(value).length <= most,
    `object of at most ${most} members`,
  );
  composites.set(schema, { kind: "record", name, member, most });
  return schema;
}

/**
 * Throws unless a document has the shape of a schema of this file; the value itself is not copied.
 *
 * @param at - names and indices that lead to the value in the document
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA` with the JSON pointer of the first fault
 */
export function requireDocument<T>(
  schema: Schema<T>,
  what: string,
  value: unknown,
  at: readonly (string | number)[] = [],
): asserts value is T {
  requireShape<unknown>(schema, what, value, at);
  const composite = compositeOf(schema);
  if (composite === undefined) return;
  const inner: (schema: Schema<unknown>, value: unknown, segment: string | number) => void = (part, found, segment) =>
    requireDocument(part, what, found, [...at, segment]);
  if (composite.kind === "list") {
    (value as readonly unknown[]).forEach((element, index) => {
      inner(composite.element, element, index);
    });
  } else if (composite.kind === "record") {
    for (const [name, member] of Object.entries(value as object)) {
      requireShape(composite.name, what, name, [...at, name]);
      inner(composite.member, member, name);
    }
  } else {
    for (const [name, member] of Object.entries(composite.members)) {
      const found = (value as Record<string, unknown>)[name];
      const part = required(member);
      if (found !== undefined && compositeOf(part) !== undefined) inner(part, found, name);
    }
  }
}

/** The schema inside an optional one. */
export function required(member: Schema<unknown>): Schema<unknown> {
  return member instanceof z.ZodMiniExactOptional ? (member._zod.def.innerType as Schema<unknown>) : member;
}

/** A member as its object checks it: an inner object only for being one. */
function shallow(member: Schema<unknown>): Schema<unknown> {
  const part = required(member);
  if (compositeOf(part)?.kind !== "object") return member;
  const object = z.custom<unknown>(isObject, "object");
  return part === member ? object : z.exactOptional(object);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
