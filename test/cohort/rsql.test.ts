import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../scripts/random.ts";
import {
  type AttributeCatalogue,
  compileSelector,
  exportRsql,
  importRsql,
  lintRsql,
  type RsqlOptions,
  type Selector,
  type VehicleRecord,
} from "../../src/cohort/index.ts";
import { isOtaError } from "../../src/core/index.ts";
import { errorOf } from "../error-of.ts";
import { now, randomCatalogue, randomSelector, randomVehicle } from "./random-fleet.ts";
import { sampleCatalogue } from "./sample-catalogue.ts";

describe("importRsql", () => {
  const parse = (text: string): unknown => importRsql(text, sampleCatalogue).include;
  const a3 = { op: "eq", attr: "model", value: "A3" };
  const eu = { op: "eq", attr: "region", value: "EU" };
  const doors = { op: "gt", attr: "doors", value: 3 };

  it("bounds the work of a hostile filter before it begins", () => {
    const comparisons = Array.from({ length: 1_001 }, () => "dealer==a").join(",");
    expect(errorOf(() => parse(comparisons))).toMatchObject({ code: "ERR_COHORT_SELECTOR_LIMIT", offset: 10_000 });
    // Each overlap of the ends would be a text as long as both: 64 are enough for any pattern that means something.
    const gap = (length: number): string => `dealer==${"a".repeat(length)}*${"a".repeat(length)}`;
    expect(parse(gap(64))).toMatchObject({ op: "and", args: [{}, {}, { op: "notIn" }] });
    expect(errorOf(() => parse(gap(65)))).toMatchObject({ code: "ERR_COHORT_RSQL_UNSUPPORTED", offset: 8 });
    expect(errorOf(() => parse(gap(30_000)))).toMatchObject({ code: "ERR_COHORT_RSQL_UNSUPPORTED", offset: 8 });
  });

  it("binds and closer than or", () => {
    expect(parse("model==A3,region==EU;doors>3")).toEqual({ op: "or", args: [a3, { op: "and", args: [eu, doors] }] });
    expect(parse("(model==A3,region==EU);doors=gt=3")).toEqual({
      op: "and",
      args: [{ op: "or", args: [a3, eu] }, doors],
    });
    expect(parse("model == A3 or region == EU and ( doors > 3 )")).toEqual(parse("model==A3,region==EU;doors>3"));
  });

  it.each<[string, unknown]>([
    ["dealer=='a b'", { op: "eq", attr: "dealer", value: "a b" }],
    ['dealer=="it\'s \\"x\\""', { op: "eq", attr: "dealer", value: 'it\'s "x"' }],
    ["dealer==ab*", { op: "startsWith", attr: "dealer", value: "ab" }],
    ["dealer==*ab", { op: "endsWith", attr: "dealer", value: "ab" }],
    ["dealer==**ab*", { op: "contains", attr: "dealer", value: "ab" }],
    ["dealer==*", { op: "has", attr: "dealer" }],
    ["dealer==a\\*b", { op: "eq", attr: "dealer", value: "a*b" }],
    ["dealer==null", { op: "eq", attr: "dealer", value: "null" }],
    ["dealer=is=null", { op: "not", arg: { op: "has", attr: "dealer" } }],
    ["dealer=ne=null", { op: "has", attr: "dealer" }],
    ["dealer!=a*", { op: "not", arg: { op: "startsWith", attr: "dealer", value: "a" } }],
    ["dealer=in=(a,'b,c',d*)", { op: "in", attr: "dealer", values: ["a", "b,c", "d*"] }],
    ["model=out=(A3,A4)", { op: "notIn", attr: "model", values: ["A3", "A4"] }],
    ["model==A*", { op: "in", attr: "model", values: ["A3", "A4"] }],
    ["firmware=ge=1.10.0", { op: "ver", attr: "firmware", rel: "ge", value: "1.10.0" }],
    ["electric!=true", { op: "ne", attr: "electric", value: true }],
    ["tags=out=(vip)", { op: "noneOf", attr: "tags", values: ["vip"] }],
    ["builtAt<2026-01-01T00:00:00Z", { op: "lt", attr: "builtAt", value: 1_767_225_600_000 }],
    ["DAILYKM=le=1.5e2", { op: "le", attr: "dailyKm", value: 150 }],
  ])("reads %s", (text, include) => {
    expect(parse(text)).toEqual(include);
  });

  it.each<[string, string, number]>([
    ["", "ERR_COHORT_RSQL", 0],
    ["model", "ERR_COHORT_RSQL", 5],
    ["model=A3", "ERR_COHORT_RSQL", 5],
    ["model=like=A3", "ERR_COHORT_RSQL", 5],
    ["model==", "ERR_COHORT_RSQL", 7],
    ["model==(A3,A4)", "ERR_COHORT_RSQL", 7],
    ["model=in=(A3,)", "ERR_COHORT_RSQL", 13],
    ["model=in=(A3", "ERR_COHORT_RSQL", 12],
    ["model==A3;", "ERR_COHORT_RSQL", 10],
    ["(model==A3", "ERR_COHORT_RSQL", 10],
    ["model==A3)", "ERR_COHORT_RSQL", 9],
    ["dealer=='a", "ERR_COHORT_RSQL", 8],
    ["wrong==x", "ERR_COHORT_RSQL", 0],
    ["__proto__==x", "ERR_COHORT_RSQL", 0],
    ["model==Z*", "ERR_COHORT_RSQL", 7],
    ["doors==four", "ERR_COHORT_RSQL", 7],
    ["doors==0x10", "ERR_COHORT_RSQL", 7],
    ["electric==1", "ERR_COHORT_RSQL", 10],
    [`builtAt<\${NOW_TS}`, "ERR_COHORT_RSQL", 8],
    [`${"(".repeat(15)}model==A3${")".repeat(15)}`, "ERR_COHORT_RSQL", 14],
    ["dealer==a*b*c", "ERR_COHORT_RSQL_UNSUPPORTED", 8],
    ["dealer<x", "ERR_COHORT_RSQL_UNSUPPORTED", 0],
    ["tags==v*", "ERR_COHORT_RSQL_UNSUPPORTED", 6],
  ])("refuses %s", (text, code, offset) => {
    expect(errorOf(() => parse(text))).toMatchObject({ code, offset });
  });

  it("refuses a filter that is too long before it reads it, and one of too many comparisons", () => {
    expect(errorOf(() => parse("x".repeat(65_537)))).toMatchObject({ code: "ERR_COHORT_RSQL", offset: 65_536 });
    expect(errorOf(() => parse(Array.from({ length: 1_001 }, () => "doors>3").join(",")))).toMatchObject({
      code: "ERR_COHORT_SELECTOR_LIMIT",
    });
  });

  it("says what a pattern with one gap fits, overlaps too", () => {
    const alphabet = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 6 });
    const part = fc.string({ unit: fc.constantFrom("a", "b"), minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(part, part, alphabet, (first, last, text) => {
        const { truth } = compileSelector(importRsql(`dealer==${first}*${last}`, sampleCatalogue), sampleCatalogue);
        expect(truth({ dealer: text }, now)).toBe(new RegExp(`^${first}.*${last}$`).test(text) ? 2 : 0);
      }),
      { numRuns: 2_000 },
    );
  });

  it("folds case only where it is known how values are stored", () => {
    const options = { ignoreCase: true, folded: ["dealer"] };
    expect(importRsql("dealer==MAX*", sampleCatalogue, options).include).toEqual({
      op: "startsWith",
      attr: "dealer",
      value: "max",
    });
    expect(importRsql("model==a3", sampleCatalogue, options).include).toEqual(a3);
    expect(errorOf(() => importRsql("dealer==x", sampleCatalogue, { ignoreCase: true }))).toMatchObject({
      code: "ERR_COHORT_RSQL_UNSUPPORTED",
    });
  });
});

/** The targets of hawkBit's own tests of target filters (RsqlTargetFieldTest), and how many each filter finds there. */
describe("hawkBit's meaning", () => {
  const text = { type: "string" } as const;
  const catalogue: AttributeCatalogue = {
    schema: "otakit.attribute-catalogue/1",
    idField: "id",
    attributes: {
      ...Object.fromEntries(["id", "controllerId", "name", "description"].map((name) => [name, text])),
      ...Object.fromEntries(
        ["revision", "test.dot", "test.null", "test.na"].map((name) => [`attribute.${name}`, text]),
      ),
      ...Object.fromEntries(["metaKey", "notExist", "key.dot"].map((name) => [`metadata.${name}`, text])),
      ...Object.fromEntries(
        ["assignedds.name", "assignedds.version", "targettype.key", "targettype.name"].map((name) => [name, text]),
      ),
      updateStatus: { type: "enum", values: ["pending", "error", "registered", "unknown"] },
      lastControllerRequestAt: { type: "timestamp" },
      tag: { type: "set<string>" },
    },
  };
  const target = (id: string, rest: VehicleRecord = {}): VehicleRecord => ({
    id,
    controllerId: id,
    name: id,
    updateStatus: "unknown",
    ...rest,
  });
  const five: readonly VehicleRecord[] = [
    target("targetId123", {
      name: "targetName123",
      description: "targetDesc123",
      "attribute.revision": "1.1",
      "metadata.metaKey": "metaValue",
      "assignedds.name": "AssignedDs",
      "assignedds.version": "1.0",
      "targettype.key": "Type1.key",
      "targettype.name": "Type1",
      updateStatus: "pending",
      lastControllerRequestAt: now - 2_000,
      tag: ["Tag1", "Tag3"],
    }),
    target("targetId1234", {
      description: "targetId1234",
      "attribute.revision": "1.2",
      "metadata.metaKey": "value",
      "targettype.key": "Type2.key",
      "targettype.name": "Type2",
      lastControllerRequestAt: now - 1_000,
      tag: ["Tag1"],
    }),
    target("targetId1235", { tag: ["Tag2", "Tag3"] }),
    target("targetId1236", { tag: ["Tag2", "Tag3"] }),
    target("targetId1237"),
  ];
  const withAttributes = [
    ...five,
    target("sixth", { "attribute.test.dot": "value.dot", "attribute.test.null": "null" }),
  ];
  const withMetadata = [...five, target("sixth", { "metadata.key.dot": "value.dot" })];
  const options: RsqlOptions = {
    semantics: "hawkbit",
    names: { "ATTRIBUTE.test.n/a": "attribute.test.na" },
    now,
    overdueAt: now - 86_400_000,
    knownTags: { tag: ["Tag1", "Tag2", "Tag3", "Tag4"] },
  };
  const count = (filter: string, fleet: readonly VehicleRecord[]): number => {
    const { truth } = compileSelector(importRsql(filter, catalogue, options), catalogue);
    return fleet.filter((vehicle) => truth(vehicle, now) === 2).length;
  };

  it.each<[string, number]>([
    ["ID==targetId123", 1],
    ["ID!=targetId123", 4],
    ["ID=in=(targetId123,notexist)", 1],
    ["ID=out=(targetId123,notexist)", 4],
    ["NAME==targetName123", 1],
    ["NAME==target*", 5],
    ["NAME==noExist*", 0],
    ["NAME!=targetName123", 4],
    ["NAME=in=(targetName123,notexist)", 1],
    ["NAME=out=(targetName123,notexist)", 4],
    ["DESCRIPTION==''", 3],
    ["DESCRIPTION!=''", 2],
    ["DESCRIPTION==targetDesc123", 1],
    ["DESCRIPTION!=targetDesc123", 4],
    ["DESCRIPTION==target*", 2],
    ["DESCRIPTION==noExist*", 0],
    ["DESCRIPTION=in=(targetDesc123,notexist)", 1],
    ["DESCRIPTION=out=(targetDesc123,notexist)", 4],
    ["UPDATESTATUS==pending", 1],
    ["UPDATESTATUS!=pending", 4],
    ["UPDATESTATUS=in=(pending,error)", 1],
    ["UPDATESTATUS=out=(pending,error)", 4],
    ["ATTRIBUTE.revision==1.1", 1],
    ["ATTRIBUTE.revision!=1.1", 1],
    ["ATTRIBUTE.revision==1*", 2],
    ["ATTRIBUTE.revision==noExist*", 0],
    ["ATTRIBUTE.revision=in=(1.1,notexist)", 1],
    ["ATTRIBUTE.revision=out=(1.1)", 1],
    ["ASSIGNEDDS.name==AssignedDs", 1],
    ["ASSIGNEDDS.name==A*", 1],
    ["ASSIGNEDDS.name==noExist*", 0],
    ["ASSIGNEDDS.name=in=(AssignedDs,notexist)", 1],
    ["ASSIGNEDDS.name=out=(AssignedDs,notexist)", 4],
    ["ASSIGNEDDS.version==*1*", 1],
    ["ASSIGNEDDS.version=out=(1.0,notexist)", 4],
    ["TAG==Tag1", 2],
    ["TAG!=Tag1", 3],
    ["TAG==T*", 4],
    ["TAG!=T*", 1],
    ["TAG==noExist*", 0],
    ["TAG!=notexist", 5],
    ["TAG==''", 1],
    ["TAG!=''", 4],
    ["TAG!=*", 1],
    ["TAG==*", 4],
    ["TAG=in=(Tag1,notexist)", 2],
    ["TAG=in=(null)", 0],
    ["TAG=out=(Tag1,notexist)", 3],
    ["TAG=out=(null)", 5],
    ["TAG==Tag1,TAG==Tag2", 4],
    ["TAG!=Tag2;TAG==Tag3", 1],
    ["TAG!=Tag2,TAG!=Tag3", 3],
    [`LASTCONTROLLERREQUESTAT==${now - 2_000}`, 1],
    [`LASTCONTROLLERREQUESTAT!=${now - 2_000}`, 4],
    [`LASTCONTROLLERREQUESTAT=lt=${now - 2_000}`, 0],
    [`LASTCONTROLLERREQUESTAT=lt=${now - 1_000}`, 1],
    [`LASTCONTROLLERREQUESTAT=gt=${now - 2_000}`, 1],
    [`LASTCONTROLLERREQUESTAT=gt=${now - 1_000}`, 0],
    [`LASTCONTROLLERREQUESTAT=le=\${NOW_TS}`, 2],
    [`LASTCONTROLLERREQUESTAT=gt=\${OVERDUE_TS}`, 2],
    ["NAME!=targetName123;METADATA.metaKey!=value", 0],
    ["(TAG!=TAG1,TAG!=TAG2);CONTROLLERID!=targetId1235", 4],
    ["targettype.KEY==Type1.key", 1],
    ["targettype.KEY==*1.key", 1],
    ["targettype.KEY!=Type2.key", 4],
    ["targettype.NAME==*1", 1],
  ])("of %s finds %i of five", (filter, found) => {
    expect(count(filter, five)).toBe(found);
  });

  it.each<[string, number]>([
    ["ATTRIBUTE.test.dot==value.dot", 1],
    ["ATTRIBUTE.test.null==null", 1],
    ["ATTRIBUTE.test.n/a==null", 0],
    ["ATTRIBUTE.test.dot=is=value.dot", 1],
    ["ATTRIBUTE.test.null=is=null", 5],
    ["ATTRIBUTE.test.n/a=is=null", 6],
    ["ATTRIBUTE.test.null=eq=null", 5],
    ["ATTRIBUTE.test.dot!=value.dot", 0],
    ["ATTRIBUTE.test.null!=null", 0],
    ["ATTRIBUTE.test.null!=null2", 1],
    ["ATTRIBUTE.test.n/a!=null", 0],
    ["ATTRIBUTE.test.dot=not=value.dot", 0],
    ["ATTRIBUTE.test.null=not=null", 1],
    ["ATTRIBUTE.test.null=not=null2", 1],
    ["ATTRIBUTE.test.n/a=ne=null", 0],
  ])("of %s finds %i of six with attributes", (filter, found) => {
    expect(count(filter, withAttributes)).toBe(found);
  });

  it.each<[string, number]>([
    ["METADATA.metaKey==metaValue", 1],
    ["METADATA.metaKey==null", 0],
    ["METADATA.metaKey=is=null", 4],
    ["METADATA.metaKey!=metaValue", 1],
    ["METADATA.metaKey!=null", 2],
    ["METADATA.notExist!=metaValue", 0],
    ["METADATA.metaKey=not=null", 2],
    ["METADATA.metaKey=not=notExist", 2],
    ["METADATA.metaKey=in=(metaValue,notexist)", 1],
    ["METADATA.metaKey=out=(metaValue,notexist)", 1],
    ["METADATA.key.dot==value.dot", 1],
  ])("of %s finds %i of six with metadata", (filter, found) => {
    expect(count(filter, withMetadata)).toBe(found);
  });

  it("ignores case where hawkBit does, on values that are stored in lower case", () => {
    const fleet = withMetadata.map((vehicle) => {
      const value = vehicle["metadata.metaKey"];
      return { ...vehicle, "metadata.metaKey": typeof value === "string" ? value.toLowerCase() : value };
    });
    const folding = { ...options, ignoreCase: true, folded: ["metadata.metaKey"] };
    const { truth } = compileSelector(importRsql("METADATA.metaKey==*V*", catalogue, folding), catalogue);
    expect(fleet.filter((vehicle) => truth(vehicle, now) === 2)).toHaveLength(2);
  });

  it("is refused where a name or a value does not exist", () => {
    for (const filter of [
      "wrongfield==abcd",
      "UPDATESTATUS==noExist*",
      "METADATA==value.dot",
      "ATTRIBUTE.==value.dot",
    ]) {
      expect(errorOf(() => count(filter, five))).toMatchObject({ code: "ERR_COHORT_RSQL" });
    }
  });
});

describe("lintRsql", () => {
  it("lists every comparison that a missing value answers otherwise", () => {
    const names = { "attribute.dealer": "dealer" };
    const filter = "model!=A3;dealer==x,tags=out=(vip);attribute.dealer!=x;dealer=not=null;dealer=='';firmware<2.0.0";
    expect(lintRsql(filter, sampleCatalogue, { names }).map(({ code, offset }) => `${offset} ${code}`)).toEqual([
      "0 missing_selected",
      "10 missing_is_false",
      "20 missing_selected",
      "35 missing_is_false",
      "71 missing_selected",
      "82 missing_is_false",
      "82 version_order",
    ]);
  });

  it("is right about each of them", () => {
    const filters = [
      "model!=A3",
      "dealer==x",
      "dealer!=x*",
      "dealer==''",
      "dealer!=''",
      "tags=in=(a)",
      "tags=out=(a)",
      "doors<4",
      "dealer=is=null",
      "dealer=not=null",
    ];
    const knownTags = { tags: ["a", "b"] };
    for (const filter of filters) {
      const [hawkbit, kleene] = (["hawkbit", "kleene"] as const).map((semantics) =>
        compileSelector(importRsql(filter, sampleCatalogue, { semantics, knownTags }), sampleCatalogue).truth({}, now),
      );
      const codes = { 2: "missing_selected", 0: "missing_is_false" } as Record<number, string>;
      const expected = hawkbit === kleene ? [] : [codes[hawkbit!]];
      expect(lintRsql(filter, sampleCatalogue, { knownTags }).map(({ code }) => code)).toEqual(expected);
    }
  });
});

describe("exportRsql", () => {
  const write = (selector: Selector, semantics: "kleene" | "hawkbit"): string =>
    exportRsql(selector, sampleCatalogue, semantics);
  const selector: Selector = {
    schema: "otakit.selector/1",
    include: {
      op: "or",
      args: [
        { op: "eq", attr: "model", value: "A3" },
        { op: "startsWith", attr: "dealer", value: "a*b c" },
      ],
    },
    exclude: {
      op: "or",
      args: [
        { op: "eq", attr: "riskProfile", value: "high" },
        { op: "not", arg: { op: "has", attr: "doors" } },
      ],
    },
  };

  it("moves negations inwards, and asks for the value where hawkBit would not", () => {
    expect(write(selector, "kleene")).toBe("(model==A3,dealer=='a\\\\*b c*');riskProfile!=high;doors=not=null");
    expect(write(selector, "hawkbit")).toBe(
      "(model==A3,dealer=='a\\\\*b c*');riskProfile!=high;riskProfile=not=null;doors=not=null",
    );
  });

  it("says where a selector has what no filter has", () => {
    const bucket: Selector = {
      ...selector,
      exclude: { op: "not", arg: { op: "bucket", salt: "192289bceb0360f2", lo: 0, hi: 1 } },
    };
    expect(errorOf(() => write(bucket, "kleene"))).toMatchObject({
      code: "ERR_COHORT_RSQL_UNSUPPORTED",
      path: "/exclude/arg",
    });
    const list: Selector = { ...selector, include: { op: "inList", listId: "x" } };
    expect(errorOf(() => write(list, "kleene"))).toMatchObject({
      code: "ERR_COHORT_RSQL_UNSUPPORTED",
      path: "/include",
    });
    const version: Selector = { ...selector, include: { op: "ver", attr: "firmware", rel: "lt", value: "2.0.0" } };
    expect(errorOf(() => write(version, "hawkbit"))).toMatchObject({ code: "ERR_COHORT_RSQL_UNSUPPORTED" });
  });

  it.each(["kleene", "hawkbit"] as const)("is read back with the same meaning (%s)", (semantics) => {
    let read = 0;
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = seededRandom(seed);
        const catalogue = randomCatalogue(random);
        const original = randomSelector(random, catalogue, { escapes: semantics === "hawkbit" });
        let filter: string;
        try {
          filter = exportRsql(original, catalogue, semantics);
        } catch (error) {
          if (isOtaError(error) && error.code === "ERR_COHORT_RSQL_UNSUPPORTED") return;
          throw error;
        }
        read++;
        const back = importRsql(filter, catalogue, { semantics });
        const [one, other] = [original, back].map((selected) => compileSelector(selected, catalogue));
        for (let left = 20; left > 0; left--) {
          const vehicle = randomVehicle(random);
          const [before, after] = [one!.truth(vehicle, now), other!.truth(vehicle, now)];
          // hawkBit has two truths; what it selects is what counts.
          if (semantics === "kleene") expect(after, filter).toBe(before);
          else expect(after === 2, filter).toBe(before === 2);
        }
      }),
      { numRuns: 1_000 },
    );
    expect(read).toBeGreaterThan(200);
  });
});
