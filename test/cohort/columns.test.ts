import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Random, seededRandom } from "../../scripts/random.ts";
import {
  type Column,
  type ColumnTable,
  compileSelector,
  type Expression,
  selectColumns,
  type VehicleRecord,
} from "../../src/cohort/index.ts";
import { errorOf } from "../error-of.ts";
import { listIds, now, randomCatalogue, randomSelector, randomVehicle } from "./random-fleet.ts";
import { sampleCatalogue } from "./sample-catalogue.ts";

/** A column of a fleet in one of the layouts that can hold it. */
function columnOf(random: Random, values: readonly unknown[]): Column {
  const there = (value: unknown): boolean => value !== undefined && value !== null;
  const validity = new Uint8Array(Math.ceil(values.length / 8));
  values.forEach((value, row) => {
    if (there(value)) validity[row >> 3]! |= 1 << (row & 7);
  });
  const all = (type: string): boolean => values.every((value) => !there(value) || typeof value === type);
  if (random.below(3) > 0 && all("number")) {
    const isWhole = values.every((value) => !there(value) || Number.isInteger(value));
    // Rows without a value hold rubbish, as they may in Arrow.
    const numbers = values.map((value) => (there(value) ? (value as number) : 7));
    const fits = isWhole && random.below(2) === 0;
    return {
      kind: "numbers",
      validity,
      values: fits ? BigInt64Array.from(numbers, BigInt) : Float64Array.from(numbers),
    };
  }
  if (random.below(3) > 0 && all("boolean")) {
    const bits = Uint8Array.from(validity, (_, byte) =>
      [0, 1, 2, 3, 4, 5, 6, 7].reduce((sum, bit) => sum | (values[byte * 8 + bit] ? 1 << bit : 0), 0),
    );
    return { kind: "booleans", validity, bits };
  }
  if (random.below(3) === 0) return { kind: "values", values };
  const dictionary = [...new Set(values.filter(there))];
  const indices = Int32Array.from(values, (value) => dictionary.indexOf(value));
  return random.below(2) === 0
    ? { kind: "dictionary", indices, values: dictionary }
    : { kind: "dictionary", indices, values: dictionary, validity };
}

function tableOf(random: Random, fleet: readonly VehicleRecord[]): ColumnTable {
  const fields = [...new Set(fleet.flatMap((vehicle) => Object.keys(vehicle)))];
  const columns = fields.map(
    (field) =>
      [
        field,
        columnOf(
          random,
          fleet.map((vehicle) => vehicle[field]),
        ),
      ] as const,
  );
  return { length: fleet.length, columns: Object.fromEntries(columns) };
}

describe("selectColumns", () => {
  it("answers as the selector does, row by row", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = seededRandom(seed);
        const catalogue = randomCatalogue(random);
        const fleet = Array.from({ length: random.below(60) }, () => randomVehicle(random));
        const table = tableOf(random, [...fleet, randomVehicle(random)]);
        for (let left = 3; left > 0; left--) {
          const selector = randomSelector(random, catalogue, { escapes: true });
          const compiled = compileSelector(selector, catalogue, { lists: listIds });
          const expected = fleet.map((vehicle) => compiled.truth(vehicle, now));
          expect([...selectColumns(compiled, { ...table, length: fleet.length }, now)]).toEqual(expected);
        }
      }),
      { numRuns: 300 },
    );
  });

  const only = (include: Expression) => compileSelector({ schema: "otakit.selector/1", include }, sampleCatalogue);
  const isA3 = only({
    op: "and",
    args: [
      { op: "eq", attr: "model", value: "A3" },
      { op: "lt", attr: "doors", value: 5 },
    ],
  });

  it("keeps rows apart over many blocks", () => {
    const length = 10_001;
    const indices = Uint8Array.from({ length }, (_, row) => (row * 7) % 4);
    const doors = Float64Array.from({ length }, (_, row) => row % 9);
    const values = ["A3", "A4", "Z9"];
    const table: ColumnTable = {
      length,
      columns: { model: { kind: "dictionary", indices, values }, doors: { kind: "numbers", values: doors } },
    };
    const expected = Array.from(indices, (index, row) => isA3.truth({ model: values[index], doors: doors[row] }, now));
    expect([...selectColumns(isA3, table, now)]).toEqual(expected);
    expect(new Set(expected)).toEqual(new Set([0, 1, 2]));
  });

  it("takes an index outside the dictionary as a missing value", () => {
    const model: Column = { kind: "dictionary", indices: Int8Array.of(-1, 0, 5), values: ["A4"] };
    expect([
      ...selectColumns(only({ op: "ne", attr: "model", value: "A3" }), { length: 3, columns: { model } }, now),
    ]).toEqual([1, 2, 1]);
  });

  it("refuses a table without a column that is read, or with too few rows in it", () => {
    const model: Column = { kind: "values", values: ["A3", "A3"] };
    const doors: Column = { kind: "numbers", values: Int32Array.of(1, 2) };
    for (const [field, columns] of [
      ["doors", { model }],
      ["doors", { model, doors: { ...doors, values: Int32Array.of(1) } }],
      ["doors", { model, doors: { ...doors, validity: new Uint8Array() } }],
      ["doors", { model, doors: { kind: "bits" } as never }],
    ] as const) {
      expect(errorOf(() => selectColumns(isA3, { length: 2, columns }, now))).toMatchObject({
        code: "ERR_COHORT_COLUMNS",
        details: { field },
      });
    }
    expect([...selectColumns(isA3, { length: 2, columns: { model, doors } }, now)]).toEqual([2, 2]);
    expect(() => selectColumns({ ...isA3 }, { length: 0, columns: {} }, now)).toThrow(TypeError);
  });
});
