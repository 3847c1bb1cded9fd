import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Random, seededRandom } from "../../../scripts/random.ts";
import { type Column, type ColumnTable, type OutcomeEvent, OutcomeFold } from "../../../src/cohort/index.ts";
import { jcsSha256Hex } from "../../../src/core/index.ts";
import { countedPlan as plan, randomDeliveries, shuffled, startMs } from "./random-events.ts";

const members = [
  "kind",
  "vehicleId",
  "atMs",
  "receivedMs",
  "seq",
  "ring",
  "stratum",
  "category",
  "retractedSeq",
  "metric",
  "events",
  "exposure",
  "value",
];

const texts = ["kind", "vehicleId", "ring", "stratum", "category", "metric"];

/** Arrow's bitmap of the rows that have a value. */
function bitmapOf(values: readonly unknown[]): Uint8Array {
  const bits = new Uint8Array(Math.ceil(values.length / 8));
  values.forEach((value, row) => {
    if (value !== undefined) bits[row >> 3]! |= 1 << (row & 7);
  });
  return bits;
}

/** The values of a member in a column of some kind that can hold them. */
function columnOf(random: Random, member: string, values: readonly unknown[]): Column {
  // Of numbers NaN is none; a text that is a number is another thing than no text.
  const areNumbers =
    !texts.includes(member) && values.every((value) => value === undefined || typeof value === "number");
  const areIntegers = areNumbers && values.every((value) => value === undefined || Number.isSafeInteger(value));
  const kinds = [
    "values",
    "dictionary",
    ...(areNumbers ? ["numbers", "bits"] : []),
    ...(areIntegers ? ["integers"] : []),
  ];
  switch (random.pick(kinds)) {
    case "numbers":
      return { kind: "numbers", values: Float64Array.from(values, (value) => (value as number) ?? Number.NaN) };
    case "integers": {
      const integers = values.map((value) => BigInt((value as number) ?? 7));
      return { kind: "numbers", values: BigInt64Array.from(integers), validity: bitmapOf(values) };
    }
    case "bits":
      return {
        kind: "numbers",
        values: Float64Array.from(values, (value) => (value as number) ?? 1),
        validity: bitmapOf(values),
      };
    case "values":
      return { kind: "values", values: values.map((value) => value ?? random.pick([undefined, null])) };
    default: {
      // What is missing is a null of the dictionary, an index outside of it, or no valid row.
      const words = shuffled(random, [...new Set(values), null]);
      const places = Int32Array.from(values, (value) =>
        value === undefined
          ? random.pick([words.indexOf(null), -1, words.length])
          : words.findIndex((word) => Object.is(word, value)),
      );
      const validity = random.below(2) === 0 ? { validity: bitmapOf(values) } : {};
      return { kind: "dictionary", indices: places, values: words, ...validity };
    }
  }
}

function tableOf(random: Random, events: readonly OutcomeEvent[]): ColumnTable {
  const columns = members.flatMap((member) => {
    const values = events.map((event) => (event as unknown as Readonly<Record<string, unknown>>)[member]);
    const isNeeded = ["kind", "vehicleId", "atMs", "receivedMs"].includes(member);
    if (!isNeeded && values.every((value) => value === undefined) && random.below(2) === 0) return [];
    return [[member, columnOf(random, member, values)] as const];
  });
  return { length: events.length, columns: Object.fromEntries(columns) };
}

/** Events whose members are of no sense, or not there. */
const senseless = [null, undefined, true, "1", "", "\ud800", 1.5, -1, 2 ** 53, Number.NaN, {}, "healthy", "ring"];

describe("events in columns", () => {
  test("come to the digest that the same events come to one by one", () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 1, max: 9 }),
        (seed, vehicles, reports) => {
          const random = seededRandom(seed);
          const deliveries = randomDeliveries(random, vehicles, reports).map(({ source, event }) => {
            if (random.below(8) > 0) return { source, event };
            // Null is a member that is not there, in columns; -0 is 0 in a 64-bit integer.
            const value = random.pick(senseless) ?? undefined;
            return { source, event: { ...event, [random.pick(members)]: value } as unknown as OutcomeEvent };
          });
          const [single, columnar] = [new OutcomeFold(plan), new OutcomeFold(plan)];
          for (const fold of [single, columnar]) fold.observe("ledger", { watermarkMs: startMs });
          for (const source of ["ledger", "telematics", "workshop"]) {
            const events = deliveries.filter((one) => one.source === source).map(({ event }) => event);
            let understood = 0;
            for (const event of events) if (single.add(source, event)) understood++;
            const half = random.below(events.length + 1);
            const parts = [events.slice(0, half), events.slice(half)];
            const told = parts.map((part) => columnar.addColumns(source, tableOf(random, part)));
            expect(told[0]! + told[1]!).toBe(understood);
            if (random.below(2) === 0) columnar.aggregate();
          }
          expect(columnar.unplaced).toBe(single.unplaced);
          expect(jcsSha256Hex(columnar.aggregate())).toBe(jcsSha256Hex(single.aggregate()));
        },
      ),
      { numRuns: 500 },
    );
  });

  const report = (vehicleIds: readonly string[]): ColumnTable => ({
    length: vehicleIds.length,
    columns: {
      kind: { kind: "dictionary", indices: new Uint8Array(vehicleIds.length), values: ["started"] },
      vehicleId: { kind: "values", values: vehicleIds },
      seq: { kind: "numbers", values: new Float64Array(vehicleIds.length) },
      atMs: { kind: "numbers", values: new Float64Array(vehicleIds.length) },
      receivedMs: { kind: "numbers", values: new Float64Array(vehicleIds.length) },
    },
  });

  test("a dictionary of several batches may be written to between them", () => {
    const values: (string | null)[] = ["a", "b", null, "\ud800"];
    const batch = (indices: Int32Array): ColumnTable => {
      const { length, columns } = report([...indices].map(String));
      return { length, columns: { ...columns, vehicleId: { kind: "dictionary", indices, values } } };
    };
    const fold = new OutcomeFold(plan);
    expect(fold.addColumns("s", batch(Int32Array.of(0, 1, 0, 2, 3, 4)))).toBe(3);
    expect(fold.unplaced).toBe(2);
    values.push("c");
    values[0] = "d";
    values[2] = "e";
    expect(fold.addColumns("s", batch(Int32Array.of(0, 1, 2, 4, 5)))).toBe(4);
    expect(fold.unplaced).toBe(5);
    const other = new OutcomeFold(plan);
    other.add("s", { kind: "started", vehicleId: "z", seq: 1, atMs: 0, receivedMs: 0 });
    expect(other.addColumns("s", batch(Int32Array.of(1, 1)))).toBe(2);
    expect(other.unplaced).toBe(2);
  });

  test.each(["kind", "vehicleId", "atMs", "receivedMs"])("need %s, and every row of it", (member) => {
    const fold = new OutcomeFold(plan);
    const table = report(["a", "b"]);
    const { [member]: found, ...rest } = table.columns;
    const refused = expect.objectContaining({ code: "ERR_COHORT_COLUMNS", details: { field: member } });
    expect(() => fold.addColumns("s", { ...table, columns: rest })).toThrow(refused);
    const short = { [member]: { kind: "numbers", values: new Float64Array(1) } } as const;
    expect(() => fold.addColumns("s", { ...table, columns: { ...rest, ...short } })).toThrow(refused);
    expect(fold.addColumns("s", { ...table, columns: { ...rest, [member]: found! } })).toBe(2);
  });

  test.each([-1, 0.5, Number.NaN])("refuse a length of %d", (length) => {
    expect(() => new OutcomeFold(plan).addColumns("s", { ...report(["a"]), length })).toThrow(RangeError);
  });

  test("rows before one that is beyond the limit are folded", () => {
    const fold = new OutcomeFold(plan, { maxVehicles: 2 });
    const limit = expect.objectContaining({ code: "ERR_COHORT_AGGREGATE_LIMIT" });
    expect(() => fold.addColumns("s", report(["a", "b", "a", "c", "b"]))).toThrow(limit);
    expect(fold.aggregate().sources[0]).toMatchObject({ received: 3, duplicate: 1, rejected: 0 });
  });
});
