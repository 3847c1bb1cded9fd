/**
 * Schemas of documents that a stranger may have written. zod alone collects every fault of a list before it answers; here a
 * list is checked element by element, and the first fault ends the check.
 */

import * as z from "zod/mini";
import { excerpt, jsonPointer } from "../../core/index.ts";
import { UdsError, type UdsErrorCode } from "../errors.ts";

/** A schema that gives a value of this type. */
export type Schema<T> = z.ZodMiniType<T>;

/** One schema for each member of a type, optional where the member is. */
export type ShapeOf<T> = {
  readonly [Name in keyof T]-?: Record<never, never> extends Pick<T, Name>
    ? z.ZodMiniExactOptional<Schema<T[Name]>>
    : Schema<T[Name]>;
};

/** Elements of the lists that {@link listOf} made. */
const elements = /* @__PURE__ */ new WeakMap<z.core.$ZodType, Schema<unknown>>();
/** Members of the objects that {@link objectOf} made. */
const members = /* @__PURE__ */ new WeakMap<z.core.$ZodType, Readonly<Record<string, Schema<unknown>>>>();

/** An object with these members, and any others, which a later version may have added. */
export function objectOf<T>(shape: ShapeOf<T>): Schema<T> {
  const schema = z.looseObject(shape as unknown as Record<string, Schema<unknown>>, "object");
  members.set(schema, shape as unknown as Readonly<Record<string, Schema<unknown>>>);
  return schema as unknown as Schema<T>;
}

/** A list with a bound on its length. */
export function listOf<T>(element: Schema<T>, most: number): Schema<readonly T[]> {
  const words = `list of at most ${most}`;
  const schema = z.array(z.unknown(), words).check(z.maxLength(most, words));
  elements.set(schema, element);
  return schema as unknown as Schema<readonly T[]>;
}

/**
 * Throws unless a value has the shape of a schema; the value itself is neither copied nor changed.
 *
 * @param path JSON pointer of the value in its document
 * @throws UdsError of the given code with the JSON pointer of the first fault
 */
export function requireShape<T>(
  schema: Schema<T>,
  code: UdsErrorCode,
  what: string,
  value: unknown,
  path: string = "",
): asserts value is T {
  const result = schema.safeParse(value);
  if (!result.success) throw faultOf(result.error.issues[0]!, code, what, path);
  requireElements(schema, code, what, value, path);
}

/** Checks the elements of the lists in a value whose shape is right but for them. */
function requireElements(
  schema: Schema<unknown>,
  code: UdsErrorCode,
  what: string,
  value: unknown,
  path: string,
): void {
  if (value === undefined) return;
  const whole = schema instanceof z.ZodMiniExactOptional ? (schema._zod.def.innerType as Schema<unknown>) : schema;
  const element = elements.get(whole);
  if (element !== undefined) {
    for (const [index, part] of (value as readonly unknown[]).entries()) {
      requireShape(element, code, what, part, `${path}/${index}`);
    }
  }
  for (const [name, member] of Object.entries(members.get(whole) ?? {})) {
    const part = (value as Readonly<Record<string, unknown>>)[name];
    requireElements(member, code, what, part, `${path}/${name}`);
  }
}

function faultOf(issue: z.core.$ZodIssue, code: UdsErrorCode, what: string, path: string): UdsError {
  // A hostile name must not make a message of its own size.
  const segments = issue.path.map((segment) => (typeof segment === "number" ? segment : excerpt(String(segment))));
  const place = path + jsonPointer(...segments);
  const words = issue.message === "Invalid input" && issue.code === "invalid_type" ? issue.expected : issue.message;
  return new UdsError(code, `Cannot use ${what}: "${place}" expected ${words}`, {
    path: place,
    details: { rule: issue.code },
  });
}

/** JSON Schema (draft 2020-12) of a schema of this file. */
export function jsonSchemaOf(schema: Schema<unknown>): Record<string, unknown> {
  return z.toJSONSchema(schema, {
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      const element = elements.get(zodSchema);
      if (element === undefined) return;
      const { $schema: _, ...items } = jsonSchemaOf(element);
      jsonSchema.items = items as z.core.JSONSchema.JSONSchema;
    },
  }) as Record<string, unknown>;
}
