/** The laws of folding, on random events of one seed: for unit tests over the source and for conformance over the built package. */

import { seededRandom } from "../../../scripts/random.ts";
import type { Aggregate, OutcomeFold, RolloutPlan } from "../../../src/cohort/index.ts";
import { type Delivery, countedPlan as plan, randomDeliveries, shuffled, startMs } from "./random-events.ts";

/** What is under test. */
export interface FoldUnderTest {
  readonly OutcomeFold: new (plan: RolloutPlan) => OutcomeFold;
  readonly mergeAggregates: (aggregates: readonly Aggregate[]) => Aggregate;
  readonly aggregateDigest: (aggregate: Aggregate) => string;
}

/** Names of all sources. */
export const sourceNames = ["ledger", "telematics", "workshop"];

/** A law holds for a seed when it gives nothing, else what differs. */
export type FoldLaw = (under: FoldUnderTest, seed: number | string) => string | undefined;

export function foldOf(
  { OutcomeFold }: FoldUnderTest,
  deliveries: readonly Delivery[],
  watermarkMs = startMs,
): OutcomeFold {
  const fold = new OutcomeFold(plan);
  for (const { source, event } of deliveries) fold.add(source, event);
  for (const name of sourceNames) fold.observe(name, { watermarkMs, expected: 10 });
  return fold;
}

/** Without the counters of deliveries, and with those of sources alike. */
export function eventsOnly({ series, sources }: Aggregate): unknown {
  return {
    series,
    sources: sources.map(({ received, duplicate, rejected, ...rest }) => ({
      ...rest,
      distinct: received - duplicate - rejected,
    })),
  };
}

function drawn(seed: number | string) {
  const random = seededRandom(`fold laws ${seed}`);
  const deliveries = randomDeliveries(random, 1 + random.below(12), 1 + random.below(9));
  return { random, deliveries, parts: 1 + random.below(6) };
}

/** Order and repetition do not matter, and counting step by step gives what counting at once gives. */
const shuffledAndRepeated: FoldLaw = (under, seed) => {
  const { random, deliveries } = drawn(seed);
  const expected = foldOf(under, deliveries).aggregate();
  const twice = shuffled(random, [...deliveries, ...deliveries.filter(() => random.below(2) === 0)]);
  const fold = new under.OutcomeFold(plan);
  for (const { source, event } of twice) {
    fold.add(source, event);
    if (random.below(3) === 0) fold.aggregate();
  }
  for (const name of sourceNames) fold.observe(name, { watermarkMs: startMs, expected: 10 });
  if (JSON.stringify(eventsOnly(fold.aggregate())) !== JSON.stringify(eventsOnly(expected))) {
    return `seed ${seed}: repeated events count otherwise`;
  }
  const again = under.aggregateDigest(foldOf(under, shuffled(random, deliveries)).aggregate());
  return again === under.aggregateDigest(expected) ? undefined : `seed ${seed}: another order, another digest`;
};

/** Events divided in any way and joined in any tree come to the same digest. */
const eventsDivided: FoldLaw = (under, seed) => {
  const { random, deliveries, parts } = drawn(seed);
  const whole = foldOf(under, deliveries);
  for (const name of sourceNames) whole.observe(name, { watermarkMs: startMs, expected: 10 * parts });
  const divided: Delivery[][] = Array.from({ length: parts }, () => []);
  for (const delivery of deliveries) random.pick(divided).push(delivery);
  const folds = divided.map((part) => foldOf(under, part));
  while (folds.length > 1) {
    const [taken] = folds.splice(random.below(folds.length), 1);
    const into = random.pick(folds);
    if (random.below(2) === 0) into.aggregate();
    into.merge(taken!);
  }
  const same = under.aggregateDigest(folds[0]!.aggregate()) === under.aggregateDigest(whole.aggregate());
  return same ? undefined : `seed ${seed}: events in ${parts} parts come to another digest`;
};

/** Vehicles divided in any way and added up in any tree come to the same digest. */
const vehiclesDivided: FoldLaw = (under, seed) => {
  const { random, deliveries, parts } = drawn(seed);
  const place = new Map<string, number>();
  const divided: Delivery[][] = Array.from({ length: parts }, () => []);
  for (const delivery of deliveries) {
    const { vehicleId } = delivery.event;
    if (!place.has(vehicleId)) place.set(vehicleId, random.below(parts));
    divided[place.get(vehicleId)!]!.push(delivery);
  }
  const aggregates = divided.map((part) => foldOf(under, part, startMs + random.below(2)).aggregate());
  const watermarkMs = Math.min(...aggregates.map(({ sources }) => sources[0]!.watermarkMs));
  const whole = foldOf(under, deliveries);
  for (const name of sourceNames) whole.observe(name, { watermarkMs, expected: 10 * parts });
  while (aggregates.length > 1) {
    const taken = aggregates.splice(random.below(aggregates.length - 1), 2);
    aggregates.splice(random.below(aggregates.length + 1), 0, under.mergeAggregates(taken));
  }
  const same = under.aggregateDigest(under.mergeAggregates(aggregates)) === under.aggregateDigest(whole.aggregate());
  return same ? undefined : `seed ${seed}: vehicles in ${parts} parts come to another digest`;
};

/** All laws by name. */
export const foldLaws: Readonly<Record<string, FoldLaw>> = {
  "order and repetition do not matter, and counting step by step gives what counting at once gives":
    shuffledAndRepeated,
  "events divided in any way and joined in any tree come to the same digest": eventsDivided,
  "vehicles divided in any way and added up in any tree come to the same digest": vehiclesDivided,
};
