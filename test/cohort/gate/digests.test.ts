import fc from "fast-check";
import { expect, test } from "vitest";
import { type Aggregate, aggregateDigest, parseAggregate } from "../../../src/cohort/index.ts";
import { jcsSha256Hex } from "../../../src/core/index.ts";

const most = Number.MAX_SAFE_INTEGER;
/** Numbers at which the number of digits, or of 32-bit parts, changes; and any other. */
const edges = [
  0,
  -0,
  1,
  9,
  10,
  99,
  100,
  99_999_999,
  100_000_000,
  100_000_001,
  200_000_000,
  2 ** 31,
  2 ** 32,
  1e15,
  most,
];
const count = fc.oneof(fc.constantFrom(...edges), fc.nat(30), fc.nat(most));
const integer = fc.oneof(
  count,
  count.map((value) => -value),
);
const name = fc
  .oneof(
    fc.constantFrom("10", "9", "b", 'a"\\', "\n", "ä", "字", "\u{1f697}"),
    fc.string({ minLength: 1, maxLength: 12, unit: "binary" }),
  )
  .filter((text) => text.isWellFormed());

const aggregates: fc.Arbitrary<Aggregate> = fc.nat(4).chain((length) => {
  const column = (entry: fc.Arbitrary<number> = count) => fc.array(entry, { minLength: length, maxLength: length });
  const measures = fc.oneof(
    fc.record({ kind: fc.constant("exposure" as const), events: column(), exposure: column() }),
    fc.record({
      kind: fc.constant("continuous" as const),
      vehicles: column(),
      sum: column(integer),
      sumOfSquares: column(),
    }),
  );
  const columns = [
    "enrolled",
    "started",
    "success",
    "failure",
    "conflict",
    "excluded",
    "provisional",
    "onTime",
  ] as const;
  const series = fc.record({
    ring: name,
    stratum: fc.oneof(fc.constant(""), name),
    // Of few buckets many are those of the series before.
    startMs: fc.oneof(column(fc.constantFrom(1_700_000_000_000, 5)), column()),
    endMs: fc.oneof(column(fc.constantFrom(1_700_000_000_000, 5)), column()),
    ...(Object.fromEntries(columns.map((one) => [one, column()])) as Record<
      (typeof columns)[number],
      fc.Arbitrary<number[]>
    >),
    categories: fc.dictionary(name, column(), { maxKeys: 3, noNullPrototype: true }),
    measures: fc.dictionary(name, measures, { maxKeys: 3, noNullPrototype: true }),
  });
  const sourceNames = [
    "duplicate",
    "conflicting",
    "outOfOrder",
    "skewed",
    "rejected",
    "received",
    "watermarkMs",
  ] as const;
  return fc.record({
    schema: fc.constant("otakit.aggregate/1" as const),
    planDigest: fc.constant("ab".repeat(32)),
    series: fc.array(series, { maxLength: 6 }),
    controls: fc.array(fc.record({ metric: name, stratum: name, vehicles: count, count, overdue: count }), {
      maxLength: 2,
    }),
    sources: fc.array(
      fc.record({
        source: name,
        expected: fc.oneof(fc.constant(null), count),
        ...(Object.fromEntries(sourceNames.map((one) => [one, count])) as Record<
          (typeof sourceNames)[number],
          fc.Arbitrary<number>
        >),
      }),
      { maxLength: 2 },
    ),
  });
});

test("the digest of counters is that of their RFC 8785 form", () => {
  fc.assert(
    fc.property(aggregates, (aggregate) => {
      expect(aggregateDigest(aggregate)).toBe(jcsSha256Hex(aggregate));
    }),
    { numRuns: 1_000 },
  );
});

test("also where it is longer than was expected", () => {
  const wide = new Array<number>(3_000).fill(most - 1);
  const narrow = wide.map((_, at) => at);
  const one = {
    ring: "r",
    stratum: "",
    startMs: narrow,
    endMs: narrow.map((start) => start + 1),
    enrolled: narrow.map(() => 1),
    started: narrow.map(() => 1),
    success: narrow.map(() => 0),
    failure: narrow.map(() => 1),
    conflict: narrow.map(() => 0),
    excluded: narrow.map(() => 0),
    provisional: narrow.map(() => 0),
    onTime: narrow.map(() => 0),
    categories: Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`字${at}`, narrow.map(() => 1)])),
    measures: {},
  };
  const source = { source: "s", watermarkMs: 1, expected: null, received: 0, duplicate: 0, conflicting: 0 };
  const aggregate = parseAggregate({
    schema: "otakit.aggregate/1",
    planDigest: "ab".repeat(32),
    series: [one, { ...one, ring: "s" }],
    controls: [],
    sources: [{ ...source, outOfOrder: 0, skewed: 0, rejected: 0 }],
  });
  expect(aggregateDigest(aggregate)).toBe(jcsSha256Hex(aggregate));
});
