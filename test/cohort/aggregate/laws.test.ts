import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Random, seededRandom } from "../../../scripts/random.ts";
import {
  type Aggregate,
  aggregateDigest,
  coarsenAggregate,
  mergeAggregates,
  type OutcomeEvent,
  OutcomeFold,
} from "../../../src/cohort/index.ts";
import { eventsOnly, type FoldUnderTest, foldLaws, foldOf as foldWith, sourceNames as names } from "./fold-laws.ts";
import { type Delivery, countedPlan as plan, randomDeliveries, shuffled, startMs } from "./random-events.ts";

const under: FoldUnderTest = { OutcomeFold, mergeAggregates, aggregateDigest };
const foldOf = (deliveries: readonly Delivery[]): OutcomeFold => foldWith(under, deliveries);

describe("laws of the fold", () => {
  test.each(Object.entries(foldLaws))("%s", (_name, law) => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        expect(law(under, seed)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  test("are broken by a fold that forgets: each of them can fail", () => {
    class Forgetful extends OutcomeFold {
      private seen = 0;
      override add(source: string, event: OutcomeEvent): boolean {
        return this.seen++ % 5 !== 4 && super.add(source, event);
      }
    }
    for (const law of Object.values(foldLaws)) {
      const found = Array.from({ length: 50 }, (_, seed) => law({ ...under, OutcomeFold: Forgetful }, seed));
      expect(found.some((fault) => fault !== undefined)).toBe(true);
    }
  });
});

describe("laws beyond the window of a vehicle", () => {
  /** Reports of two vehicles by two ways, of which some are contradictory, repeated, wide or retracted, and most beyond the window. */
  function manyDeliveries(random: Random): readonly Delivery[] {
    return Array.from({ length: 400 }, (): Delivery => {
      const vehicleId = random.pick(["v1", "v2"]);
      const atMs = startMs + random.below(3) * 86_400_000;
      const report = { vehicleId, atMs, receivedMs: atMs + random.below(4), seq: random.below(120) };
      const source = random.pick(["telematics", "telematics", "workshop"]);
      switch (random.below(6)) {
        case 0:
          return {
            source,
            event: { kind: "enrolled", vehicleId, atMs, receivedMs: atMs, ring: "pilot", stratum: "EU" },
          };
        case 1:
          return { source, event: { ...report, kind: "failed", category: "brakes" } };
        case 2:
          return { source, event: { ...report, kind: "retracted", retractedSeq: random.below(120) } };
        case 3:
          return {
            source,
            event: { ...report, kind: "exposed", metric: "codes", events: random.below(3), exposure: 9 },
          };
        case 4:
          return { source, event: { ...report, kind: "measured", metric: "minutes", value: random.below(3) } };
        default:
          return { source, event: { ...report, kind: "healthy" } };
      }
    });
  }

  test("order, repetition and partition do not matter, and the highest 64 reports of each source are what counts", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = seededRandom(seed);
        const deliveries = manyDeliveries(random);
        const expected = eventsOnly(foldOf(deliveries).aggregate());
        expect(eventsOnly(foldOf(shuffled(random, [...deliveries, ...deliveries])).aggregate())).toEqual(expected);
        const [left, right] = [0, 1].map((part) => foldOf(deliveries.filter((_, index) => index % 2 === part)));
        left!.aggregate();
        left!.merge(right!);
        for (const name of names) left!.observe(name, { watermarkMs: startMs, expected: 10 });
        expect(eventsOnly(left!.aggregate())).toEqual(expected);
        const highest = foldOf(highestOf(deliveries))
          .aggregate()
          .series.flatMap(({ measures }) => Object.values(measures));
        const { series } = expected as Aggregate;
        expect(series.flatMap(({ measures }) => Object.values(measures))).toEqual(highest);
      }),
      { numRuns: 60 },
    );
  });

  /** The highest 64 reports of each vehicle and source, and every enrolment. */
  function highestOf(deliveries: readonly Delivery[]): readonly Delivery[] {
    const numbers = ["enrolled", "started", "healthy", "failed", "retracted", "exposed", "measured"];
    const rowOf = ({ event }: Delivery): readonly number[] => {
      const { kind, atMs } = event;
      const a = kind === "retracted" ? event.retractedSeq : 0;
      const [b, c] =
        kind === "exposed" ? [event.events, event.exposure] : kind === "measured" ? [event.value, 0] : [0, 0];
      return [kind === "enrolled" ? 0 : event.seq, numbers.indexOf(kind), atMs, a, b, c];
    };
    const groups = Map.groupBy(deliveries, ({ source, event }) => `${source} ${event.vehicleId}`);
    return [...groups.values()].flatMap((group) => {
      const distinct = [...new Map(group.map((one) => [rowOf(one).join(), one])).values()];
      const sorted = distinct.sort((left, right) => {
        const [one, other] = [rowOf(left), rowOf(right)];
        const at = one.findIndex((number, index) => number !== other[index]);
        return other[at]! - one[at]!;
      });
      // An enrolment counts even where it is none of the highest.
      return [...sorted.slice(0, 64), ...sorted.slice(64).filter(({ event }) => event.kind === "enrolled")];
    });
  }
});

describe("fewer buckets", () => {
  const aggregate = foldOf(randomDeliveries(seededRandom("coarsen"), 600, 6)).aggregate();
  const total = (column: "enrolled" | "failure" | "success" | "onTime", { series }: Aggregate): number =>
    series.reduce((sum, one) => sum + one[column].reduce((all, count) => all + count, 0), 0);
  const bucketsOf = ({ series }: Aggregate): number => new Set(series.flatMap(({ startMs: starts }) => starts)).size;

  test.each([8, 9, 20])("at most %i, alike in all series, with the same totals", (most) => {
    expect(bucketsOf(aggregate)).toBeGreaterThan(40);
    const coarse = coarsenAggregate(aggregate, most);
    expect(bucketsOf(coarse)).toBeLessThanOrEqual(most);
    const ends = new Map(
      coarse.series.flatMap((one) => one.startMs.map((start, at) => [start, one.endMs[at]!] as const)),
    );
    for (const one of coarse.series) expect(one.startMs.map((start) => ends.get(start))).toEqual(one.endMs);
    for (const column of ["enrolled", "failure", "success", "onTime"] as const) {
      expect(total(column, coarse)).toBe(total(column, aggregate));
      expect(total(column, coarse)).toBeGreaterThan(0);
    }
    // The newest bucket stays as it is.
    const newest = Math.max(...aggregate.series.flatMap(({ startMs: starts }) => starts));
    expect(ends.get(newest)).toBe(newest + plan.observation.bucketMs);
  });

  test("enough buckets change nothing", () => {
    expect(coarsenAggregate(aggregate)).toEqual(aggregate);
    expect(() => coarsenAggregate(aggregate, 7)).toThrow(RangeError);
  });

  test("joined and added up in either order, the buckets are the union", () => {
    const other = foldOf(randomDeliveries(seededRandom("other"), 300, 6)).aggregate();
    const sum = mergeAggregates([coarsenAggregate(aggregate, 8), other]);
    expect(total("enrolled", sum)).toBe(total("enrolled", aggregate) + total("enrolled", other));
    expect(mergeAggregates([other, coarsenAggregate(aggregate, 8)])).toEqual(sum);
  });

  test("aggregates of several plans are not added up, nor is none", () => {
    expect(() => mergeAggregates([])).toThrow(RangeError);
    expect(() => mergeAggregates([aggregate, { ...aggregate, planDigest: "0".repeat(64) }])).toThrow(RangeError);
  });
});
