import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../scripts/random.ts";
import {
  type CompiledSelector,
  compileSelector,
  type Expression,
  funnel,
  type Selector,
  type Truth,
  type VehicleRecord,
} from "../../src/cohort/index.ts";
import { knownAttribute } from "../../src/cohort/selector/tree.ts";
import { listIds, now, randomCatalogue, randomExpression, randomSelector, randomVehicle } from "./random-fleet.ts";
import { oracle } from "./selector-oracle.ts";

const truths = { 0: false, 1: undefined, 2: true } as const;
const options = { lists: listIds };

function only(include: Expression): Selector {
  return { schema: "otakit.selector/1", include };
}

describe("a compiled selector", () => {
  it("answers as a plain interpreter does", () => {
    const seen = new Map<Truth, number>();
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = seededRandom(seed);
        const catalogue = randomCatalogue(random);
        const selector = randomSelector(random, catalogue, { escapes: true });
        const compiled = compileSelector(selector, catalogue, options);
        for (let left = 40; left > 0; left--) {
          const vehicle = randomVehicle(random);
          const truth = compiled.truth(vehicle, now);
          seen.set(truth, (seen.get(truth) ?? 0) + 1);
          expect(truths[truth]).toBe(oracle(selector, vehicle, { catalogue, lists: listIds, now }));
          expect(compiled.decide(vehicle, now).decision).toBe(["out", "unknown", "in"][truth]);
        }
      }),
      { numRuns: 500 },
    );
    // A law about answers that never come would prove nothing.
    for (const truth of [0, 1, 2] as const) expect(seen.get(truth)).toBeGreaterThan(1_000);
  });

  it("keeps De Morgan's laws and double negation", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = seededRandom(seed);
        const catalogue = randomCatalogue(random);
        const args = [0, 1, 2].map(() => randomExpression(random, catalogue, 2, true));
        const negated = args.map((arg): Expression => ({ op: "not", arg }));
        const same: readonly (readonly [Expression, Expression])[] = [
          [
            { op: "not", arg: { op: "and", args } },
            { op: "or", args: negated },
          ],
          [
            { op: "not", arg: { op: "or", args } },
            { op: "and", args: negated },
          ],
          [{ op: "not", arg: negated[0]! }, args[0]!],
        ];
        for (const [left, right] of same) {
          const [one, other] = [left, right].map((include) => compileSelector(only(include), catalogue, options));
          for (let count = 10; count > 0; count--) {
            const vehicle = randomVehicle(random);
            expect(one!.truth(vehicle, now)).toBe(other!.truth(vehicle, now));
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it("never turns a certain answer by learning more, without escapes", () => {
    let certain = 0;
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = seededRandom(seed);
        const catalogue = randomCatalogue(random);
        const selector = randomSelector(random, catalogue, { escapes: false });
        const { truth } = compileSelector(selector, catalogue, options);
        for (let left = 20; left > 0; left--) {
          const full = randomVehicle(random);
          const poor = forget(full, catalogue, random.u32());
          const before = truth(poor, now);
          if (before === 1) continue;
          certain++;
          expect(truth(full, now)).toBe(before);
        }
      }),
      { numRuns: 500 },
    );
    expect(certain).toBeGreaterThan(2_000);
  });
});

/** The same vehicle with some attributes not delivered. */
function forget(vehicle: VehicleRecord, catalogue: Parameters<typeof knownAttribute>[0], mask: number): VehicleRecord {
  const names = Object.keys(catalogue.attributes);
  const lost = names.filter((_, index) => (mask >>> index) & 1).map((name) => knownAttribute(catalogue, name)!.field);
  return { ...vehicle, ...Object.fromEntries(lost.map((field) => [field, undefined])) };
}

describe("a funnel", () => {
  it("loses every vehicle once, and agrees with the decisions", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = seededRandom(seed);
        const catalogue = randomCatalogue(random);
        const selector = randomSelector(random, catalogue, { escapes: true });
        const compiled = compileSelector(selector, catalogue, options);
        const fleet = Array.from({ length: 30 }, () => randomVehicle(random));
        const { total, steps, ...counts } = funnel(compiled, fleet, now);
        expect(counts).toEqual({ in: 0, out: 0, unknown: 0, ...decisions(compiled, fleet) });
        expect(total).toBe(30);
        expect(steps.at(-1)?.remaining).toBe(counts.in);
        const [first] = steps;
        const condition = compileSelector(only(firstCondition(selector)), catalogue, options);
        expect(first!.lost).toBe(fleet.filter((vehicle) => condition.truth(vehicle, now) === 0).length);
      }),
      { numRuns: 300 },
    );
  });
});

function firstCondition({ include }: Selector): Expression {
  return include.op === "and" ? include.args[0]! : include;
}

function decisions(compiled: CompiledSelector, fleet: readonly VehicleRecord[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const vehicle of fleet) {
    const { decision } = compiled.decide(vehicle, now);
    counts[decision] = (counts[decision] ?? 0) + 1;
  }
  return counts;
}

describe("an explanation", () => {
  it("holds with its witnesses alone, and with the decisive ones alone", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = seededRandom(seed);
        const catalogue = randomCatalogue(random);
        const selector = randomSelector(random, catalogue, { escapes: true });
        const compiled = compileSelector(selector, catalogue, options);
        for (let left = 20; left > 0; left--) {
          const { verdict, because } = compiled.explain(randomVehicle(random), now);
          expect(because.length).toBeGreaterThan(0);
          for (const kept of [because, because.filter(({ decisive }) => decisive)]) {
            const answers = new Map(kept.map(({ path, truth }) => [path, truth]));
            expect(replay(selector, answers)).toBe(verdict);
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  it("of a certain verdict has no decisive witness too many, without escapes", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = seededRandom(seed);
        const catalogue = randomCatalogue(random);
        const selector = randomSelector(random, catalogue, { escapes: false });
        const { verdict, because } = compileSelector(selector, catalogue, options).explain(randomVehicle(random), now);
        if (verdict === "unknown") return;
        const decisive = because.filter((one) => one.decisive);
        for (const left of decisive) {
          const answers = new Map(decisive.filter((one) => one !== left).map(({ path, truth }) => [path, truth]));
          expect(replay(selector, answers)).toBe("unknown");
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

/** The verdict when leaves say what they are told to, and the others are unknown. */
function replay({ include, exclude }: Selector, answers: ReadonlyMap<string, "true" | "false" | "unknown">): string {
  const of = (node: Expression, path: string): number => {
    switch (node.op) {
      case "and":
        return Math.min(...node.args.map((arg, index) => of(arg, `${path}/args/${index}`)));
      case "or":
        return Math.max(...node.args.map((arg, index) => of(arg, `${path}/args/${index}`)));
      case "not":
        return 2 - of(node.arg, `${path}/arg`);
      case "isTrue":
      case "isFalse":
      case "isUnknown":
        return of(node.arg, `${path}/arg`) === { isFalse: 0, isUnknown: 1, isTrue: 2 }[node.op] ? 2 : 0;
      default:
        return { false: 0, unknown: 1, true: 2 }[answers.get(path) ?? "unknown"];
    }
  };
  const truth = Math.min(of(include, "/include"), exclude ? 2 - of(exclude, "/exclude") : 2);
  return ["out", "unknown", "in"][truth]!;
}
