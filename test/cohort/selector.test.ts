import { describe, expect, it } from "vitest";
import {
  type CohortErrorCode,
  compileSelector,
  type Expression,
  parseAttributeCatalogue,
  type Selector,
  selectColumns,
} from "../../src/cohort/index.ts";
import { type VersionScheme, versionKey } from "../../src/core/index.ts";
import { errorOf } from "../error-of.ts";
import { sampleNow as now, sampleCatalogue } from "./sample-catalogue.ts";

function only(include: unknown): Selector {
  return { schema: "otakit.selector/1", include: include as Expression };
}

function nested(depth: number): unknown {
  let expression: unknown = { op: "has", attr: "model" };
  for (let left = depth - 1; left > 0; left--) expression = { op: "not", arg: expression };
  return expression;
}

/** A table of one row. */
const tableOf = (vehicle: Readonly<Record<string, unknown>>) => ({
  length: 1,
  columns: Object.fromEntries(
    Object.entries(vehicle).map(([field, value]) => [field, { kind: "values" as const, values: [value] }]),
  ),
});

const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `d${index}`);

describe("compileSelector", () => {
  const faulty: readonly (readonly [string, unknown, CohortErrorCode, string])[] = [
    ["no selector", null, "ERR_COHORT_SELECTOR", ""],
    ["a newer schema", { schema: "otakit.selector/2" }, "ERR_COHORT_SELECTOR_VERSION", "/schema"],
    ["no schema", { include: { op: "has", attr: "model" } }, "ERR_COHORT_SELECTOR", "/schema"],
    ["an unknown member", { ...only({ op: "has", attr: "model" }), exlude: {} }, "ERR_COHORT_SELECTOR", "/exlude"],
    ["no include", { schema: "otakit.selector/1" }, "ERR_COHORT_SELECTOR", "/include"],
    ["an unknown operation", only({ op: "like", attr: "dealer" }), "ERR_COHORT_SELECTOR", "/include/op"],
    ["a name of a prototype", only({ op: "constructor" }), "ERR_COHORT_SELECTOR", "/include/op"],
    ["an attribute of a prototype", only({ op: "has", attr: "__proto__" }), "ERR_COHORT_ATTRIBUTE", "/include/attr"],
    ["an unknown attribute", only({ op: "has", attr: "modle" }), "ERR_COHORT_ATTRIBUTE", "/include/attr"],
    ["an empty junction", only({ op: "and", args: [] }), "ERR_COHORT_SELECTOR", "/include/args"],
    ["an order of texts", only({ op: "lt", attr: "dealer", value: "x" }), "ERR_COHORT_TYPE", "/include/attr"],
    ["an order of an enum", only({ op: "ge", attr: "riskProfile", value: "low" }), "ERR_COHORT_TYPE", "/include/attr"],
    ["an order of booleans", only({ op: "lt", attr: "electric", value: true }), "ERR_COHORT_TYPE", "/include/attr"],
    [
      "equal versions without ver",
      only({ op: "eq", attr: "firmware", value: "1.0.0" }),
      "ERR_COHORT_TYPE",
      "/include/attr",
    ],
    ["a text for a number", only({ op: "lt", attr: "doors", value: "9" }), "ERR_COHORT_VALUE", "/include/value"],
    ["NaN", only({ op: "lt", attr: "dailyKm", value: Number.NaN }), "ERR_COHORT_VALUE", "/include/value"],
    ["an unsafe integer", only({ op: "eq", attr: "doors", value: 2 ** 53 }), "ERR_COHORT_VALUE", "/include/value"],
    ["a value outside the enum", only({ op: "eq", attr: "model", value: "a3" }), "ERR_COHORT_VALUE", "/include/value"],
    [
      "one bad value of a list",
      only({ op: "in", attr: "model", values: ["A3", "B"] }),
      "ERR_COHORT_VALUE",
      "/include/values/1",
    ],
    ["an empty list", only({ op: "in", attr: "model", values: [] }), "ERR_COHORT_SELECTOR", "/include/values"],
    ["an empty part", only({ op: "contains", attr: "dealer", value: "" }), "ERR_COHORT_VALUE", "/include/value"],
    ["U+0000", only({ op: "eq", attr: "dealer", value: "a\0" }), "ERR_COHORT_VALUE", "/include/value"],
    ["a lone surrogate", only({ op: "eq", attr: "dealer", value: "\ud800" }), "ERR_COHORT_VALUE", "/include/value"],
    [
      "no version",
      only({ op: "ver", attr: "firmware", rel: "lt", value: "1.0" }),
      "ERR_COHORT_VALUE",
      "/include/value",
    ],
    [
      "a range in a value",
      only({ op: "ver", attr: "firmware", rel: "lt", value: "1.0.0 <2.0.0" }),
      "ERR_COHORT_VALUE",
      "/include/value",
    ],
    [
      "no range",
      only({ op: "ver", attr: "firmware", rel: "in", range: "^1.0.0" }),
      "ERR_COHORT_VALUE",
      "/include/range",
    ],
    [
      "a value beside a range",
      only({ op: "ver", attr: "firmware", rel: "in", range: ">1.0.0", value: "1.0.0" }),
      "ERR_COHORT_SELECTOR",
      "/include/value",
    ],
    [
      "another scheme",
      only({ op: "ver", attr: "firmware", rel: "lt", value: "1.0.0", scheme: "dotted" }),
      "ERR_COHORT_TYPE",
      "/include/scheme",
    ],
    ["age without a time", only({ op: "age", attr: "model", maxMs: 1 }), "ERR_COHORT_TYPE", "/include/attr"],
    ["a negative age", only({ op: "age", attr: "firmware", maxMs: -1 }), "ERR_COHORT_VALUE", "/include/maxMs"],
    [
      "a set operation on a text",
      only({ op: "anyOf", attr: "dealer", values: ["x"] }),
      "ERR_COHORT_TYPE",
      "/include/attr",
    ],
    ["a list that is not there", only({ op: "inList", listId: "recall" }), "ERR_COHORT_LIST", "/include/listId"],
    [
      "a salt in capitals",
      only({ op: "bucket", salt: "192289BCEB0360F2", lo: 0, hi: 1 }),
      "ERR_COHORT_VALUE",
      "/include/salt",
    ],
    [
      "a range of buckets that falls",
      only({ op: "bucket", salt: "192289bceb0360f2", lo: 2, hi: 1 }),
      "ERR_COHORT_VALUE",
      "/include/hi",
    ],
    ["depth 33", only(nested(33)), "ERR_COHORT_SELECTOR_LIMIT", `/include${"/arg".repeat(32)}`],
    [
      "1,001 nodes",
      only({ op: "or", args: Array.from({ length: 1_000 }, () => nested(1)) }),
      "ERR_COHORT_SELECTOR_LIMIT",
      "/include/args/999",
    ],
    [
      "a list of 10,001",
      only({ op: "in", attr: "dealer", values: many(10_001) }),
      "ERR_COHORT_SELECTOR_LIMIT",
      "/include/values",
    ],
  ];
  it.each(faulty)("refuses %s", (_, selector, code, path) => {
    expect(errorOf(() => compileSelector(selector as Selector, sampleCatalogue))).toMatchObject({
      name: "CohortError",
      code,
      path,
    });
  });

  it("takes what is just within the limits", () => {
    compileSelector(only(nested(32)), sampleCatalogue);
    compileSelector(only({ op: "or", args: Array.from({ length: 999 }, () => nested(1)) }), sampleCatalogue);
    compileSelector(only({ op: "in", attr: "dealer", values: many(10_000) }), sampleCatalogue);
  });

  it("refuses the holes of a list, which would equal every missing value", () => {
    const withHole = (value: unknown): unknown[] => Object.assign(new Array<unknown>(2), { 1: value });
    for (const [op, attr, value] of [
      ["in", "dealer", "D1"],
      ["notIn", "doors", 3],
      ["anyOf", "tags", "vip"],
    ]) {
      expect(
        errorOf(() => compileSelector(only({ op, attr, values: withHole(value) }), sampleCatalogue)),
      ).toMatchObject({
        code: "ERR_COHORT_VALUE",
        path: "/include/values/0",
      });
    }
    const args = withHole({ op: "has", attr: "model" });
    expect(errorOf(() => compileSelector(only({ op: "and", args }), sampleCatalogue))).toMatchObject({
      code: "ERR_COHORT_SELECTOR",
      path: "/include/args/0",
    });
  });

  it("refuses a list that is a text, or holds what is no text", () => {
    const recalled = only({ op: "inList", listId: "recalled" });
    for (const list of ["V1", 7, null, [7], ["V1", undefined]]) {
      const lists = { recalled: list as string[] };
      expect(() => compileSelector(recalled, sampleCatalogue, { lists })).toThrow(TypeError);
    }
    const lists = { recalled: new Set(["V1"]) };
    expect(compileSelector(recalled, sampleCatalogue, { lists }).truth({ vehicleId: "V1" }, now)).toBe(2);
  });

  it("stays what it was when selector, catalogue and lists change", () => {
    const catalogue = {
      schema: "otakit.attribute-catalogue/1" as const,
      idField: "vehicleId",
      attributes: {
        model: { type: "enum" as const, values: ["A3", "A4"] },
        owner: { type: "string" as const, piiClass: "person" },
      },
    };
    const include = { op: "and" as const, args: [{ op: "ne" as const, attr: "model", value: "A3" }] as Expression[] };
    include.args.push({ op: "eq", attr: "owner", value: "x" }, { op: "inList", listId: "all" });
    const list = ["V1"];
    const compiled = compileSelector(only(include), catalogue, { lists: { all: list } });
    const vehicle = { vehicleId: "V1", model: "A5", owner: "secret" };
    const ask = () => [
      compiled.explain(vehicle, now),
      compiled.truth(vehicle, now),
      [...selectColumns(compiled, tableOf(vehicle), now)],
      JSON.stringify([compiled.selector, compiled.catalogue]),
    ];
    const before = ask();
    catalogue.idField = "vin";
    catalogue.attributes.model.values.push("A5");
    Reflect.deleteProperty(catalogue.attributes.owner, "piiClass");
    include.args.pop();
    list.pop();
    expect(ask()).toEqual(before);
    expect(() => Object.assign(compiled.catalogue.attributes["owner"]!, { piiClass: undefined })).toThrow(TypeError);
  });

  it.each<[VersionScheme, string, string]>([
    ["semver", "3.0.0", "3.0.0"],
    ["dotted", "3.0", "3.0"],
    ["calver", "2026.7", "2026.7"],
    ["alnum", "H024", ""],
    ["ilevel", "S18A-21-07-550", ""],
    [{ custom: [{ name: "release", type: "int" }] }, "12", "12"],
    [{ custom: [{ name: "release", type: "alpha" }] }, "ab", ""],
  ])("takes no version for a key: of %j", (scheme, version, unread) => {
    const catalogue = {
      schema: "otakit.attribute-catalogue/1",
      attributes: { v: { type: "version", scheme, keyField: "k" } },
    } as const;
    const compiled = compileSelector(only({ op: "ver", attr: "v", rel: "le", value: version }), catalogue);
    const known = compileSelector(only({ op: "has", attr: "v" }), catalogue);
    const key = { k: versionKey(scheme, version) };
    expect([compiled.truth(key, now), known.truth(key, now)]).toEqual([2, 2]);
    expect([compiled.truth({ k: unread }, now), known.truth({ k: unread }, now)]).toEqual([1, 0]);
    expect(compiled.explain({ k: unread }, now).unreadable).toEqual(["v"]);
  });

  it("lists every fault, the first as its own", () => {
    const args = [
      { op: "has", attr: "x" },
      { op: "has", attr: "model" },
      { op: "eq", attr: "doors", value: "4" },
    ];
    const error = errorOf(() => compileSelector(only({ op: "and", args }), sampleCatalogue));
    expect(error).toMatchObject({
      code: "ERR_COHORT_ATTRIBUTE",
      details: {
        faults: [{ path: "/include/args/0/attr" }, { code: "ERR_COHORT_VALUE", path: "/include/args/2/value" }],
      },
    });
  });

  it("stops counting faults of a hostile document at a hundred", () => {
    const args = Array.from({ length: 100_000 }, () => ({ op: "has", attr: "x".repeat(100_000) }));
    const error = errorOf(() => compileSelector(only({ op: "and", args }), sampleCatalogue)) as {
      details: { faults: [] };
    };
    expect(error.details.faults).toHaveLength(100);
    expect(JSON.stringify(error).length).toBeLessThan(100_000);
  });
});

describe("decide", () => {
  const pilot = compileSelector(
    {
      schema: "otakit.selector/1",
      include: {
        op: "and",
        args: [
          { op: "in", attr: "region", values: ["EU", "US"] },
          { op: "ver", attr: "firmware", rel: "in", range: ">=1.2.0 <2.0.0" },
        ],
      },
      exclude: {
        op: "or",
        args: [
          { op: "eq", attr: "riskProfile", value: "high" },
          { op: "eq", attr: "customerType", value: "rental" },
        ],
      },
    },
    sampleCatalogue,
  );
  const fit = {
    vehicleId: "v1",
    region: "EU",
    firmware: "1.10.0",
    firmwareAt: now,
    riskProfile: "low",
    customerType: "private",
  };

  it("says in when include is true and exclude is false", () => {
    const { decision, reasons } = pilot.decide(fit, now);
    expect([decision, reasons.map(({ code }) => code)]).toEqual(["in", ["selector_include_true"]]);
  });

  it("lists every part that keeps a vehicle out", () => {
    const { decision, reasons, evidence } = pilot.decide({ ...fit, region: "CN", riskProfile: "high" }, now);
    expect([decision, reasons.map(({ code }) => code)]).toEqual([
      "out",
      ["selector_include_false", "selector_exclude_true"],
    ]);
    expect(evidence.because).toEqual([
      { path: "/include/args/0", attribute: "region", truth: "false", decisive: true, status: "known", found: "CN" },
      {
        path: "/exclude/args/0",
        attribute: "riskProfile",
        truth: "true",
        decisive: false,
        status: "known",
        found: "high",
      },
    ]);
  });

  it.each([
    ["missing", { firmware: undefined }, "selector_attribute_missing", "missing"],
    ["null", { firmware: null }, "selector_attribute_missing", "missing"],
    ["stale", { firmwareAt: now - 30 * 86_400_000 - 1 }, "selector_attribute_stale", "stale"],
    ["undated", { firmwareAt: undefined }, "selector_attribute_stale", "stale"],
    ["ahead", { firmwareAt: now + 300_001 }, "selector_attribute_ahead", "stale"],
    ["unreadable", { firmware: "1.10" }, "selector_attribute_unreadable", "unreadable"],
    ["a number", { firmware: 1.1 }, "selector_attribute_unreadable", "unreadable"],
    ["contradictory", { firmwareDisputed: true }, "selector_attribute_contradictory", "contradictory"],
    ["perhaps contradictory", { firmwareDisputed: "no" }, "selector_attribute_contradictory", "contradictory"],
  ] as const)("says unknown for a value that is %s, and which", (_, change, code, list) => {
    const { decision, reasons, evidence } = pilot.decide({ ...fit, ...change }, now);
    expect([decision, reasons]).toMatchObject([
      "unknown",
      [{ code, path: "/include/args/1", evidence: { attribute: "firmware" } }],
    ]);
    expect(reasons).toHaveLength(1);
    expect(evidence[list]).toEqual(["firmware"]);
  });

  it("keeps a value at the very edge of its age", () => {
    for (const firmwareAt of [now - 30 * 86_400_000, now + 300_000]) {
      expect(pilot.decide({ ...fit, firmwareAt }, now).decision).toBe("in");
    }
  });

  it("says unknown, not in, when a rule of exclude is unknown", () => {
    const { decision, evidence } = pilot.decide({ ...fit, riskProfile: undefined }, now);
    expect([decision, evidence.missing]).toEqual(["unknown", ["riskProfile"]]);
  });

  it("takes a value outside the enum as unreadable, not as another one", () => {
    expect(pilot.decide({ ...fit, riskProfile: "HIGH" }, now)).toMatchObject({
      decision: "unknown",
      evidence: { unreadable: ["riskProfile"] },
    });
  });

  it("does not show a value that has a privacy class", () => {
    expect(JSON.stringify(pilot.decide({ ...fit, customerType: "rental" }, now))).not.toContain("rental");
  });

  it("has no order of integration levels of two series", () => {
    const { decide } = compileSelector(
      only({ op: "ver", attr: "level", rel: "lt", value: "S18A-22-03-001" }),
      sampleCatalogue,
    );
    expect(decide({ level: "S18A-21-07-550" }, now).decision).toBe("in");
    const other = decide({ level: "S15A-21-07-550" }, now);
    expect([other.decision, other.reasons[0]?.code]).toEqual(["unknown", "selector_version_incomparable"]);
  });

  it("keeps the holdback out whatever the selector says, and what has no id unknown", () => {
    const holdback = { salt: "192289bceb0360f2", lo: 470_461_254, hi: 470_461_255 };
    const { decide } = compileSelector(only({ op: "has", attr: "model" }), sampleCatalogue, { holdback });
    const vehicle = { model: "A3", vehicleId: "WVWZZZ1KZAW000001" };
    expect(decide(vehicle, now)).toMatchObject({
      decision: "out",
      reasons: [{ code: "selector_held_back", path: "/holdback" }],
    });
    expect(decide({ ...vehicle, vehicleId: "WVWZZZ1KZAW000002" }, now).decision).toBe("in");
    for (const vehicleId of [undefined, "", 7, "\ud800"]) {
      expect(decide({ ...vehicle, vehicleId }, now).reasons[0]?.code).toBe("selector_vehicle_id_unusable");
    }
  });

  it("reads records of any prototype and refuses what is none", () => {
    expect(pilot.decide(Object.assign(Object.create(null), fit), now).decision).toBe("in");
    expect(() => pilot.decide(null as never, now)).toThrow(TypeError);
    expect(() => pilot.decide(fit, Number.NaN)).toThrow(RangeError);
    expect(pilot.truth(fit, Number.NaN)).toBe(1);
  });
});

describe("parseAttributeCatalogue", () => {
  const catalogue = (attribute: unknown): unknown => ({
    schema: "otakit.attribute-catalogue/1",
    attributes: { a: attribute },
  });
  it.each([
    ["a newer schema", { schema: "otakit.attribute-catalogue/2" }, "ERR_COHORT_CATALOGUE_VERSION", "/schema"],
    ["a list", [], "ERR_COHORT_CATALOGUE", ""],
    [
      "no attributes",
      { schema: "otakit.attribute-catalogue/1", attributes: {} },
      "ERR_COHORT_CATALOGUE",
      "/attributes",
    ],
    ["an unknown type", catalogue({ type: "text" }), "ERR_COHORT_CATALOGUE", "/attributes/a/type"],
    ["a misspelt rule", catalogue({ type: "int", maxAge: 1 }), "ERR_COHORT_CATALOGUE", "/attributes/a/maxAge"],
    [
      "a rule without a time",
      catalogue({ type: "int", maxAgeMs: 1 }),
      "ERR_COHORT_CATALOGUE",
      "/attributes/a/maxAgeMs",
    ],
    [
      "a key of no version",
      catalogue({ type: "int", keyField: "k" }),
      "ERR_COHORT_CATALOGUE",
      "/attributes/a/keyField",
    ],
    ["a quote in a column", catalogue({ type: "int", column: 'a"b' }), "ERR_COHORT_CATALOGUE", "/attributes/a/column"],
    [
      "a column of 64",
      catalogue({ type: "int", column: "a".repeat(64) }),
      "ERR_COHORT_CATALOGUE",
      "/attributes/a/column",
    ],
    [
      "a value twice",
      catalogue({ type: "enum", values: ["x", "x"] }),
      "ERR_COHORT_CATALOGUE",
      "/attributes/a/values/1",
    ],
    ["no scheme", catalogue({ type: "version" }), "ERR_COHORT_CATALOGUE", "/attributes/a/scheme"],
    [
      "a bad name",
      { schema: "otakit.attribute-catalogue/1", attributes: { "a b": { type: "int" } } },
      "ERR_COHORT_CATALOGUE",
      "/attributes/a b",
    ],
  ])("refuses %s", (_, value, code, path) => {
    expect(errorOf(() => parseAttributeCatalogue(value))).toMatchObject({ code, path });
  });

  it("gives back what it checked", () => {
    const copy: unknown = JSON.parse(JSON.stringify(sampleCatalogue));
    expect(parseAttributeCatalogue(copy)).toEqual(copy);
  });
});
