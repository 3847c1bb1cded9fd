/** Batches of random vehicles and selectors, and what otakit answers: the same for every database. */

import {
  type AttributeCatalogue,
  compileSelector,
  type Selector,
  type SqlDialect,
  type SqlListTable,
  toSql,
} from "otakit/cohort";
import { versionKey } from "otakit/core";
import { seededRandom } from "../../../scripts/random.ts";
import { listIds, now, randomCatalogue, randomSelector, randomVehicle } from "../../cohort/random-fleet.ts";

/** A cell as text, for whatever loads it: numbers in decimal, `undefined` for NULL. */
export type Cell = string | boolean | readonly (string | null)[] | undefined;

/** Kind of a column. */
export type ColumnKind = "text" | "integer" | "float" | "bool" | "set";

/** Columns of the table `fleet`, beside `place`, the number of the row. `name` gets a collation that ignores case, where there is one. */
export const fleetColumns: Readonly<Record<string, ColumnKind>> = {
  id: "text",
  name: "text",
  colour: "text",
  count: "integer",
  load: "float",
  connected: "bool",
  built: "integer",
  firmware_key: "text",
  level_key: "text",
  bootloader_key: "text",
  tags: "set",
  ...Object.fromEntries(
    attributeNames().flatMap((name) => [
      [`${name}_at`, "integer" as const],
      [`${name}_doubt`, "bool" as const],
    ]),
  ),
};

function attributeNames(): readonly string[] {
  return ["name", "colour", "count", "load", "connected", "built", "firmware", "level", "bootloader", "tags"];
}

/** One selector, as a database gets it. */
export interface Query {
  /** Three-valued answer. */
  readonly truth: string;
  /** Condition for WHERE. */
  readonly text: string;
  readonly params: readonly (string | number)[];
  readonly selector: Selector;
  /** Digit for each row: 0 out, 1 unknown, 2 in. */
  readonly expected: string;
}

/** A table and the selectors to ask it. */
export interface Batch {
  /** Cells in the order of {@link fleetColumns}. */
  readonly rows: readonly (readonly Cell[])[];
  readonly queries: readonly Query[];
}

/** Table of ids for `inList`; with a NULL, as tables have them. */
const recallTable = { table: "recall", column: "vin" } as const;
export const recallRows: readonly (string | undefined)[] = [...listIds["recall"]!, undefined];

/** Batches of 20 selectors each. */
export function* batches(
  dialect: SqlDialect,
  count: number,
  rows: number,
  hasBucketFunction: boolean,
): Generator<Batch> {
  for (let batch = 0; batch < count; batch++) {
    const random = seededRandom(`selectors ${batch}`);
    const vehicles = Array.from({ length: rows }, () => randomVehicle(random));
    const queries = Array.from({ length: 20 }, (_, index): Query => {
      const catalogue = randomCatalogue(random);
      const selector = randomSelector(random, catalogue, { escapes: true });
      const { truth } = compileSelector(selector, catalogue, { lists: listIds });
      const expected = vehicles.map((vehicle) => truth(vehicle, now)).join("");
      return query(selector, catalogue, dialect, expected, hasBucketFunction, index % 2 === 0);
    });
    yield { rows: vehicles.map(cells), queries };
  }
}

/** Writes a query; the recall list is a table or a list of parameters. */
export function query(
  selector: Selector,
  catalogue: AttributeCatalogue,
  dialect: SqlDialect,
  expected: string,
  hasBucketFunction: boolean,
  asTable: boolean,
): Query {
  const recall: SqlListTable | readonly string[] = asTable ? recallTable : listIds["recall"]!;
  const lists = { recall, nobody: [] };
  const { text, truth, params } = toSql(selector, catalogue, dialect, { now, lists, hasBucketFunction });
  return { truth, text, params, selector, expected };
}

/** A vehicle's record as a row: keys of versions computed, what is of another type than its column left out. */
export function cells(vehicle: Readonly<Record<string, unknown>>): readonly Cell[] {
  const keyed: Readonly<Record<string, unknown>> = {
    ...vehicle,
    firmware_key: versionKey("semver", vehicle["firmware"] as string),
    bootloader_key: versionKey("dotted", vehicle["bootloader"] as string),
  };
  return Object.entries(fleetColumns).map(([name, kind]) => cell(keyed[name], kind));
}

function cell(value: unknown, kind: ColumnKind): Cell {
  if (value === undefined || value === null) return undefined;
  // Through BigInt, because String(-(2 ** 63)) rounds its digits to a number below the range of databases.
  if (kind === "integer") return BigInt(value as number).toString();
  return kind === "float" ? String(value) : (value as Cell);
}
