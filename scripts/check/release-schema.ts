/** JSON Schema (draft 2020-12) of the release manifest, from the schemas that its parser uses. */

import * as z from "zod/mini";
import { compositeOf, required } from "../../src/manifest/bounded-schema.ts";
import { releaseSchema } from "../../src/manifest/release-schema.ts";

/** A JSON Schema, or part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The shape of `ota-release/1`; the rules across its fields cannot be said in JSON Schema. */
export function releaseJsonSchema(): JsonSchema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "ota-release/1",
    $comment:
      "Shape alone. A parser also refuses contradictions between fields and dates that do not exist; see docs/reference/release-manifest.md.",
    ...schemaOf(releaseSchema),
  };
}

function schemaOf(schema: z.core.$ZodType): JsonSchema {
  const composite = compositeOf(schema);
  switch (composite?.kind) {
    case "object": {
      const members = Object.entries(composite.members);
      const mandatory = members.filter(([, member]) => required(member) === member).map(([name]) => name);
      return {
        type: "object",
        properties: Object.fromEntries(members.map(([name, member]) => [name, schemaOf(required(member))])),
        ...(mandatory.length === 0 ? {} : { required: mandatory }),
      };
    }
    case "list": {
      const { element, least, most } = composite;
      return { type: "array", items: schemaOf(element), minItems: least, maxItems: most };
    }
    case "record": {
      const { name, member, most } = composite;
      return {
        type: "object",
        propertyNames: schemaOf(name),
        additionalProperties: schemaOf(member),
        maxProperties: most,
      };
    }
    default: {
      const { $schema: _, ...leaf } = z.toJSONSchema(schema) as Record<string, unknown>;
      return leaf;
    }
  }
}
