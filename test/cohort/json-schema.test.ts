/** The published JSON Schemas say of selectors and catalogues what the parsers say of their shape. */

import { describe, expect, it } from "vitest";
import * as z from "zod";
import { catalogueJsonSchema, selectorJsonSchema } from "../../scripts/check/cohort-schema.ts";
import { type Random, seededRandom } from "../../scripts/random.ts";
import { compileSelector, parseAttributeCatalogue, type Selector } from "../../src/cohort/index.ts";
import { listIds, randomCatalogue, randomSelector } from "./random-fleet.ts";
import { sampleCatalogue } from "./sample-catalogue.ts";

/** JSON Schemas are read by zod, which has no part in the parsers of this module. */
const accepts = (schema: object): ((value: unknown) => boolean) => {
  const validator = z.fromJSONSchema(schema as never);
  return (value) => validator.safeParse(value).success;
};
const isSelector = accepts(selectorJsonSchema());
const isCatalogue = accepts(catalogueJsonSchema());
const parses = (run: () => unknown): boolean => {
  try {
    run();
    return true;
  } catch {
    return false;
  }
};

/** Values that are wrong in most places, and right in some. */
const odd = [null, 0, -1, 1.5, 2 ** 40, "", "eq", "192289bceb0360f2", true, [], {}, ["a"], { op: "has", attr: "name" }];

/** A document in which one place was changed, dropped, or given a member more. */
function damaged(random: Random, document: unknown): unknown {
  const copy = structuredClone(document);
  const places: { readonly parent: Record<string, unknown>; readonly name: string }[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const name of Object.keys(value)) {
      places.push({ parent: value as Record<string, unknown>, name });
      walk((value as Record<string, unknown>)[name]);
    }
  };
  walk(copy);
  const { parent, name } = random.pick(places);
  const kind = random.below(4);
  if (kind === 0 && !Array.isArray(parent)) delete parent[name];
  else if (kind === 1 && !Array.isArray(parent))
    parent[random.pick(["extra", "arg", "values", "maxAgeMs", "scheme"])] = random.pick(odd);
  else parent[name] = random.pick(odd);
  return copy;
}

describe("JSON Schema of selectors and catalogues", () => {
  const random = seededRandom("json schema");

  it("accepts what is made by the rules", () => {
    expect(isCatalogue(sampleCatalogue)).toBe(true);
    for (let round = 0; round < 200; round++) {
      const catalogue = randomCatalogue(random);
      expect(isCatalogue(catalogue)).toBe(true);
      expect(isSelector(randomSelector(random, catalogue, { escapes: true }))).toBe(true);
    }
  });

  it("refuses nothing that a parser accepts, and most of what it refuses", () => {
    const counts = { both: 0, shape: 0, parserAlone: 0 };
    for (let round = 0; round < 3_000; round++) {
      const catalogue = randomCatalogue(random);
      const selector = randomSelector(random, catalogue, { escapes: true });
      const [document, bySchema, byParser] =
        round % 2 === 0
          ? [damaged(random, catalogue), isCatalogue, parseAttributeCatalogue]
          : [
              damaged(random, selector),
              isSelector,
              (value: unknown) => compileSelector(value as Selector, catalogue, { lists: listIds }),
            ];
      const [accepted, parsed] = [bySchema(document), parses(() => byParser(document))];
      if (parsed) expect([accepted, JSON.stringify(document)]).toEqual([true, JSON.stringify(document)]);
      if (accepted && parsed) counts.both++;
      else if (accepted) counts.parserAlone++;
      else counts.shape++;
    }
    expect(counts.both).toBeGreaterThan(200);
    // Types, enum values and names of attributes are the catalogue's to judge.
    expect(counts.shape).toBeGreaterThan(3 * counts.parserAlone);
  });

  it.each([
    { op: "and", args: [] },
    { op: "not" },
    { op: "has", attr: "name", value: 1 },
    { op: "ver", attr: "firmware", rel: "in", value: "1.0.0" },
    { op: "ver", attr: "firmware", rel: "lt", range: "<1.0.0" },
    { op: "bucket", salt: "192289BCEB0360F2", lo: 0, hi: 1 },
    { op: "bucket", salt: "192289bceb0360f2", lo: 0, hi: 2 ** 32 + 1 },
    { op: "age", attr: "firmware", maxMs: -1 },
    { op: "startsWith", attr: "name", value: "" },
    { op: "in", attr: "colour", values: [] },
    { op: "matches", attr: "name", value: "a" },
  ])("refuses %o, as the parser does", (include) => {
    const selector = { schema: "otakit.selector/1", include };
    expect(isSelector(selector)).toBe(false);
    expect(parses(() => compileSelector(selector as Selector, sampleCatalogue, { lists: listIds }))).toBe(false);
  });
});
