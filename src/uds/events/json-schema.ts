/** JSON Schema of `FaultEvent`, for readers that are not written in JavaScript. */

import { jsonSchemaOf } from "./bounded.ts";
import { faultEventSchema } from "./schema.ts";

/**
 * Writes the JSON Schema (draft 2020-12) of a fault event.
 *
 * It says what the members are. That they do not contradict each other, {@link parseFaultEvent} alone checks.
 *
 * @example
 * ```ts
 * faultEventJsonSchema()["$schema"]; // "https://json-schema.org/draft/2020-12/schema"
 * ```
 */
export function faultEventJsonSchema(): Readonly<Record<string, unknown>> {
  return { title: "FaultEvent", ...jsonSchemaOf(faultEventSchema) };
}
