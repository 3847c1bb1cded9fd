import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../scripts/random.ts";
import {
  type Attribute,
  type CampaignReach,
  claimLayer,
  compileSelector,
  conflicts,
  createLayer,
  type Expression,
} from "../../../src/cohort/index.ts";
import { findDisagreement } from "../../../src/cohort/layers/disjoint.ts";
import { listIds, now, randomCatalogue, randomExpression, randomSelector, randomVehicle } from "../random-fleet.ts";
import { sampleCatalogue } from "../sample-catalogue.ts";

const options = { lists: { mine: ["v1", "v2"], theirs: ["v3"], both: ["v2", "v3"] } };
const taking = (include: Expression, exclude?: Expression) =>
  compileSelector(
    { schema: "otakit.selector/1", include, ...(exclude === undefined ? {} : { exclude }) },
    sampleCatalogue,
    options,
  );
const region = (value: string): Expression => ({ op: "eq", attr: "region", value });
const doors = (op: "lt" | "le" | "gt" | "ge" | "eq", value: number): Expression => ({ op, attr: "doors", value });
const firmware = (range: string): Expression => ({ op: "ver", attr: "firmware", rel: "in", range });
const tags = (op: "anyOf" | "allOf" | "noneOf", ...values: string[]): Expression => ({ op, attr: "tags", values });
const dealer = (op: "startsWith" | "endsWith" | "contains", value: string): Expression => ({
  op,
  attr: "dealer",
  value,
});
const level = (value: string): Expression => ({ op: "ver", attr: "level", rel: "ge", value });
const salt = "192289bceb0360f2";
const bucket = (lo: number, hi: number): Expression => ({ op: "bucket", salt, lo, hi });
const and = (...args: Expression[]): Expression => ({ op: "and", args });
const or = (...args: Expression[]): Expression => ({ op: "or", args });
const not = (arg: Expression): Expression => ({ op: "not", arg });

describe("findDisagreement", () => {
  it("proves nothing by a value that one catalogue can read and the other cannot", () => {
    const fresh = { observedAtField: "at", maxAgeMs: 1_000 } as const;
    const compile = (include: Expression, model: Attribute, maxAheadMs?: number) =>
      compileSelector(
        { schema: "otakit.selector/1", include },
        {
          schema: "otakit.attribute-catalogue/1",
          ...(maxAheadMs === undefined ? {} : { maxAheadMs }),
          attributes: {
            model,
            fresh: { type: "string", field: "model", ...fresh },
            plain: { type: "string", field: "model" },
          },
        },
      );
    const without: Expression = not({ op: "has", attr: "model" });
    const a5: Expression = { op: "eq", attr: "model", value: "A5" };
    const text = { type: "string", ...fresh } as const;
    const either = or({ op: "eq", attr: "plain", value: "A5" }, { op: "eq", attr: "fresh", value: "A3" });
    for (const [left, right, vehicle] of [
      [
        compile(without, { type: "enum", values: ["A3"] }),
        compile(a5, { type: "enum", values: ["A3", "A5"] }),
        { model: "A5" },
      ],
      [compile(without, text, 0), compile(a5, text), { model: "A5", at: now + 10 }],
      [compile(either, text), compile(not({ op: "has", attr: "fresh" }), text), { model: "A5" }],
    ] as const) {
      expect([left.truth(vehicle, now), right.truth(vehicle, now)]).toEqual([2, 2]);
      expect(findDisagreement(left, right)).toBeUndefined();
    }
    // A catalogue that grew still tells its values apart.
    const a3 = compile({ op: "eq", attr: "model", value: "A3" }, { type: "enum", values: ["A3"] });
    expect(findDisagreement(a3, compile(a5, { type: "enum", values: ["A3", "A5"] }))).toEqual({ attribute: "model" });
  });

  it.each<[string, Expression, Expression, object]>([
    ["two values", region("EU"), region("US"), { attribute: "region" }],
    ["lists of values", { op: "in", attr: "region", values: ["EU", "US"] }, region("CN"), { attribute: "region" }],
    ["alternatives of one attribute", or(region("EU"), region("US")), region("CN"), { attribute: "region" }],
    [
      "a value that is excluded",
      region("EU"),
      { op: "notIn", attr: "region", values: ["EU"] },
      { attribute: "region" },
    ],
    [
      "all values of an enum excluded",
      { op: "notIn", attr: "region", values: ["EU", "US"] },
      not(region("CN")),
      { attribute: "region" },
    ],
    [
      "deep in conjunctions",
      and(region("EU"), and(doors("ge", 3))),
      and(region("EU"), doors("lt", 3)),
      { attribute: "doors" },
    ],
    ["integers that touch", doors("gt", 4), doors("lt", 5), { attribute: "doors" }],
    ["a value outside of an interval", doors("eq", 7), doors("lt", 7), { attribute: "doors" }],
    [
      "numbers that touch",
      { op: "gt", attr: "dailyKm", value: 4 },
      { op: "le", attr: "dailyKm", value: 4 },
      { attribute: "dailyKm" },
    ],
    ["versions", firmware("<2.0.0"), firmware(">=2.0.0 <3.0.0"), { attribute: "firmware" }],
    ["versions of two series", level("S18A-21-07-550"), level("S15A-17-07-506"), { attribute: "level" }],
    [
      "booleans",
      { op: "eq", attr: "electric", value: true },
      { op: "ne", attr: "electric", value: true },
      { attribute: "electric" },
    ],
    ["sets, all and none", tags("allOf", "a", "b"), tags("noneOf", "b"), { attribute: "tags" }],
    ["sets, any and none", tags("anyOf", "a", "b"), tags("noneOf", "a", "b", "c"), { attribute: "tags" }],
    ["beginnings", dealer("startsWith", "DE-"), dealer("startsWith", "US-"), { attribute: "dealer" }],
    ["endings", dealer("endsWith", "x"), not(dealer("endsWith", "x")), { attribute: "dealer" }],
    [
      "a value without a part",
      { op: "eq", attr: "dealer", value: "DE-1" },
      dealer("contains", "US"),
      { attribute: "dealer" },
    ],
    ["known and not known", region("EU"), not({ op: "has", attr: "region" }), { attribute: "region" }],
    [
      "truth asked for",
      { op: "isTrue", arg: region("EU") },
      { op: "isFalse", arg: region("EU") },
      { attribute: "region" },
    ],
    ["lists of ids", { op: "inList", listId: "mine" }, { op: "inList", listId: "theirs" }, { by: "lists" }],
    [
      "a list that is excluded",
      { op: "inList", listId: "mine" },
      not(or({ op: "inList", listId: "mine" })),
      { by: "lists" },
    ],
    [
      "a bound that is narrowed by being left out",
      and({ op: "ge", attr: "dailyKm", value: 4 }, { op: "gt", attr: "dailyKm", value: 4 }),
      { op: "le", attr: "dailyKm", value: 4 },
      { attribute: "dailyKm" },
    ],
    ["buckets of one salt", bucket(0, 10), bucket(10, 20), { by: "buckets" }],
    ["buckets that are excluded", bucket(5, 10), not(bucket(0, 10)), { by: "buckets" }],
  ])("finds %s", (_, left, right, found) => {
    expect(findDisagreement(taking(left), taking(right))).toEqual(found);
    expect(findDisagreement(taking(right), taking(left))).toEqual(found);
    // What one selector excludes, another may not include.
    expect(findDisagreement(taking(region("EU"), not(right)), taking(left))).toBeDefined();
  });

  it.each<[string, Expression, Expression]>([
    ["one value", region("EU"), region("EU")],
    ["different attributes", region("EU"), doors("eq", 4)],
    ["alternatives of several attributes", or(region("EU"), doors("eq", 4)), region("US")],
    ["integers that overlap in one", doors("ge", 4), doors("le", 4)],
    ["versions that overlap in one", firmware(">=2.0.0"), firmware("<=2.0.0")],
    ["a range that is excluded", firmware(">=1.0.0 <2.0.0"), not(firmware(">=1.5.0 <2.0.0"))],
    ["numbers between two integers", { op: "gt", attr: "dailyKm", value: 4 }, { op: "lt", attr: "dailyKm", value: 5 }],
    ["sets that share nothing", tags("allOf", "a"), tags("allOf", "b")],
    ["not all of a set", tags("allOf", "a"), not(tags("allOf", "a", "b"))],
    ["a beginning of a beginning", dealer("startsWith", "DE"), dealer("startsWith", "DE-1")],
    ["a shorter beginning refused", dealer("startsWith", "DE"), not(dealer("startsWith", "DE-1"))],
    ["what is not true and may be unknown", region("EU"), not({ op: "isFalse", arg: region("US") })],
    ["what is not true, and another value", region("US"), not({ op: "isTrue", arg: region("EU") })],
    ["what is not true, and its opposite", region("EU"), not({ op: "isTrue", arg: region("US") })],
    ["a range that is excluded, and what is above it", firmware(">=2.0.0"), not(firmware(">=1.5.0 <2.0.0"))],
    ["alternatives of which one is of another attribute", or(region("EU"), doors("eq", 4)), doors("eq", 5)],
    ["lists that share an id", { op: "inList", listId: "mine" }, { op: "inList", listId: "both" }],
    ["buckets of two salts", bucket(0, 10), { op: "bucket", salt: "9ff114c2b09b4ad5", lo: 10, hi: 20 }],
    ["buckets that overlap in one", bucket(0, 11), bucket(10, 20)],
  ])("finds none between %s", (_, left, right) => {
    expect(findDisagreement(taking(left), taking(right))).toBeUndefined();
    expect(findDisagreement(taking(right), taking(left))).toBeUndefined();
  });

  it("compares no buckets of ids that are different members", () => {
    const byVin = { ...sampleCatalogue, idField: "vin" };
    const left = compileSelector({ schema: "otakit.selector/1", include: bucket(0, 10) }, sampleCatalogue);
    const right = compileSelector({ schema: "otakit.selector/1", include: bucket(10, 20) }, byVin);
    expect(findDisagreement(left, right)).toBeUndefined();
  });

  it("is never refuted by a vehicle", () => {
    const random = seededRandom("conflicts");
    let [proofs, meetings] = [0, 0];
    for (let round = 0; round < 600; round++) {
      const catalogue = randomCatalogue(random);
      const make = () => {
        const selector =
          random.below(2) === 0
            ? randomSelector(random, catalogue, { escapes: true })
            : {
                schema: "otakit.selector/1" as const,
                include: and(...Array.from({ length: 3 }, () => randomExpression(random, catalogue, 0, true))),
              };
        return compileSelector(selector, catalogue, { lists: listIds });
      };
      const [left, right] = [make(), make()];
      const proved = findDisagreement(left, right) !== undefined;
      if (proved) proofs++;
      for (let index = 0; index < 150; index++) {
        const vehicle = randomVehicle(random);
        if (left.truth(vehicle, now) !== 2 || right.truth(vehicle, now) !== 2) continue;
        meetings++;
        expect(proved).toBe(false);
      }
    }
    // The seed is fixed: both kinds occur, or the test would say nothing.
    expect(proofs).toBeGreaterThan(50);
    expect(meetings).toBeGreaterThan(50);
  });
});

describe("conflicts", () => {
  const europe = taking(region("EU"));
  const america = taking(region("US"));
  const brakes = (campaign: string, more: Partial<CampaignReach> = {}): CampaignReach => ({
    campaign,
    targets: ["brakes"],
    ...more,
  });

  it("clears campaigns that write different targets", () => {
    const { decision, reasons, evidence } = conflicts(brakes("a"), { campaign: "b", targets: ["radio"] });
    expect(decision).toBe("clear");
    expect(reasons.map(({ code }) => code)).toEqual(["campaigns_targets_apart"]);
    expect(evidence).toEqual({ campaigns: ["a", "b"], sharedTargets: [] });
  });

  it("takes targets that are not named for shared", () => {
    const { decision, reasons } = conflicts({ campaign: "a", targets: [] }, { campaign: "b", targets: ["radio"] });
    expect(decision).toBe("conflict");
    expect(reasons.map(({ code }) => code)).toEqual(["campaigns_targets_shared", "campaigns_selectors_may_meet"]);
  });

  it("clears campaigns whose selectors no vehicle can fit", () => {
    const { decision, reasons } = conflicts(brakes("a", { selector: europe }), brakes("b", { selector: america }));
    expect(decision).toBe("clear");
    expect(reasons).toMatchObject([{ code: "campaigns_selectors_apart", evidence: { attribute: "region" } }]);
    expect(conflicts(brakes("a", { selector: europe }), brakes("b")).decision).toBe("conflict");
  });

  it("clears campaigns with ranges of one layer, and no others", () => {
    const first = claimLayer(createLayer("l"), "a", 100_000).layer;
    const { layer } = claimLayer(first, "b", 100_000);
    expect(conflicts(brakes("a", { layer }), brakes("b", { layer }))).toMatchObject({
      decision: "clear",
      reasons: [{ code: "campaigns_layer_apart" }],
      evidence: { layer: "l" },
    });
    const other = claimLayer(createLayer("m"), "b", 100_000).layer;
    expect(conflicts(brakes("a", { layer }), brakes("b", { layer: other })).decision).toBe("conflict");
    // Without a claim, a campaign is nowhere in the layer.
    expect(conflicts(brakes("a", { layer }), brakes("c", { layer })).decision).toBe("conflict");
  });

  it("never clears claims that overlap, whatever else keeps the campaigns apart", () => {
    const mine = claimLayer(createLayer("l"), "a", 100_000).layer;
    const theirs = claimLayer(createLayer("l"), "b", 100_000).layer;
    const left = { campaign: "a", targets: ["brakes"], selector: europe, layer: mine };
    const right = { campaign: "b", targets: ["radio"], selector: america, layer: theirs };
    expect(conflicts(left, right)).toMatchObject({
      decision: "conflict",
      reasons: [{ code: "campaigns_layer_overlap" }],
    });
  });
});
