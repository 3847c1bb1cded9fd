import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { releaseJsonSchema } from "../../scripts/check/release-schema.ts";
import { isOtaError } from "../../src/core/index.ts";
import { parseReleaseManifest } from "../../src/manifest/index.ts";
import { changed, completeRelease } from "./release-complete.ts";
import { jsonBytes } from "./release-fixture.ts";

const schema = releaseJsonSchema() as Schema;

/** The keywords that the generator writes; another one is a fault of this test. */
interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly propertyNames?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly maxProperties?: number;
  readonly anyOf?: readonly Schema[];
}
const annotations = ["$schema", "title", "$comment"];
const keywords = [
  ...["type", "const", "enum", "pattern", "minimum", "maximum", "properties", "required", "items", "minItems"],
  ...["maxItems", "propertyNames", "additionalProperties", "maxProperties", "anyOf"],
];

/** JSON Schema draft 2020-12, as far as the file uses it. */
function isValid(part: Schema, value: unknown): boolean {
  for (const keyword of Object.keys(part)) {
    if (!keywords.includes(keyword) && !annotations.includes(keyword)) throw new Error(`keyword ${keyword}`);
  }
  if (part.anyOf !== undefined && !part.anyOf.some((option) => isValid(option, value))) return false;
  if ("const" in part && value !== part.const) return false;
  if (part.enum !== undefined && !part.enum.includes(value)) return false;
  if (part.type !== undefined && !isOfType(part.type, value)) return false;
  if (typeof value === "string") return part.pattern === undefined || new RegExp(part.pattern, "u").test(value);
  if (typeof value === "number") return value >= (part.minimum ?? -Infinity) && value <= (part.maximum ?? Infinity);
  if (Array.isArray(value)) {
    const fits = value.length >= (part.minItems ?? 0) && value.length <= (part.maxItems ?? Infinity);
    return fits && value.every((element) => part.items === undefined || isValid(part.items, element));
  }
  return typeof value !== "object" || value === null || isValidObject(part, value as Record<string, unknown>);
}

function isValidObject(part: Schema, value: Record<string, unknown>): boolean {
  const names = Object.keys(value);
  if (names.length > (part.maxProperties ?? Infinity)) return false;
  if (!(part.required ?? []).every((name) => Object.hasOwn(value, name))) return false;
  return names.every((name) => {
    if (part.propertyNames !== undefined && !isValid(part.propertyNames, name)) return false;
    const own = part.properties && Object.hasOwn(part.properties, name) ? part.properties[name] : undefined;
    const member = own ?? part.additionalProperties ?? true;
    return typeof member === "boolean" ? member : isValid(member, value[name]);
  });
}

function isOfType(type: string, value: unknown): boolean {
  if (type === "integer") return Number.isInteger(value);
  if (type === "array") return Array.isArray(value);
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  return typeof value === type;
}

/** Whether the parser takes the shape; what it says of contradictions does not count. */
function hasShape(value: unknown): boolean {
  try {
    parseReleaseManifest(jsonBytes(value));
    return true;
  } catch (error) {
    if (!isOtaError(error)) throw error;
    return !error.code.startsWith("ERR_MANIFEST_SCHEMA") && !error.code.startsWith("ERR_CORE");
  }
}

/** Pointers of everything in a document. */
function placesOf(value: unknown, at = ""): string[] {
  if (typeof value !== "object" || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([name, member]) => placesOf(member, `${at}/${name}`))];
}

describe("JSON Schema of ota-release/1", () => {
  it("takes a complete release and a small one, and fields that it does not know", () => {
    const { images, releaseId, expires } = completeRelease();
    expect(isValid(schema, completeRelease())).toBe(true);
    expect(isValid(schema, { schema: "ota-release/1", releaseId, expires, images: images.slice(1), "x-own": {} })).toBe(
      true,
    );
    expect(isValid(schema, {})).toBe(false);
  });

  it("agrees with the parser wherever one value is exchanged or removed", () => {
    // What makes parts a custom version scheme cannot be said in JSON Schema.
    const places = placesOf(completeRelease()).filter((place) => place !== "" && !place.includes("/custom"));
    const values = [
      ...[
        undefined,
        null,
        true,
        0,
        1,
        -1,
        2 ** 53 - 1,
        "",
        "a",
        "A b",
        "1.0",
        "semver",
        "opaque",
        "=1",
        "a\nb",
        "a\u0000",
      ],
      ...[
        "2026-12-01T00:00:00Z",
        "0".repeat(64),
        "a".repeat(64),
        "f".repeat(128),
        "x".repeat(129),
        "x".repeat(9_000),
        "é",
      ],
      ...[
        [],
        {},
        ["a"],
        ["a", "b"],
        { a: "1" },
        { custom: [] },
        { sha256: "0".repeat(64) },
        "active",
        "../a",
        "a//b",
        "en",
      ],
    ];
    const property = fc.property(fc.constantFrom(...places), fc.constantFrom(...values), (place, value) => {
      const release = JSON.parse(JSON.stringify(changed(place, value))) as unknown;
      // `{ custom: [] }` has the shape of a version scheme and is none.
      if (/Scheme/.test(place) && typeof value === "object") return;
      expect([place, value, isValid(schema, release)]).toEqual([place, value, hasShape(release)]);
    });
    fc.assert(property, { numRuns: 4_000 });
  });
});
