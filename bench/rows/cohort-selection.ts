/** Selection: a predicate of seven terms, two of them on versions, over records and over columns; its explanation and its SQL. */

import {
  type AttributeCatalogue,
  type ColumnTable,
  type CompiledSelector,
  compileSelector,
  type Selector,
  type SqlDialect,
  selectColumns,
  toSql,
} from "otakit/cohort";
import { versionKey } from "otakit/core";
import { seededRandom } from "../../scripts/random.ts";
import { findPeer, importPeer } from "../peers.ts";
import type { BenchRow, BenchRowFactory, Contender } from "../row.ts";

const now = 1_790_000_000_000;
const values = {
  model: ["A1", "A3", "A4", "A6", "Q3", "Q5", "Q7", "E1"],
  region: ["EU", "US", "CN", "JP"],
  connectivity: ["wifi", "cellular", "none"],
  risk: ["low", "medium", "high"],
  firmware: Array.from({ length: 60 }, (_, index) => `${1 + (index % 3)}.${index % 12}.${index}`),
};

const catalogue: AttributeCatalogue = {
  schema: "otakit.attribute-catalogue/1",
  attributes: {
    model: { type: "enum", values: values.model },
    region: { type: "enum", values: values.region },
    connectivity: { type: "enum", values: values.connectivity },
    risk: { type: "enum", values: values.risk },
    firmware: { type: "version", scheme: "semver", keyField: "firmwareKey" },
    dailyKm: { type: "number" },
  },
};

/** The same predicate with versions as records have them, to be read each time. */
const textCatalogue: AttributeCatalogue = {
  ...catalogue,
  attributes: { ...catalogue.attributes, firmware: { type: "version", scheme: "semver" } },
};

const selector: Selector = {
  schema: "otakit.selector/1",
  include: {
    op: "and",
    args: [
      { op: "in", attr: "model", values: ["A3", "A4", "Q5"] },
      { op: "eq", attr: "region", value: "EU" },
      { op: "ver", attr: "firmware", rel: "ge", value: "1.4.0" },
      { op: "ver", attr: "firmware", rel: "lt", value: "3.0.0" },
      { op: "ne", attr: "connectivity", value: "none" },
      { op: "lt", attr: "dailyKm", value: 120 },
      { op: "ne", attr: "risk", value: "high" },
    ],
  },
};
const [atLeast, below] = ["1.4.0", "3.0.0"].map((version) => versionKey("semver", version)!) as [string, string];

interface Vehicle {
  readonly [name: string]: unknown;
  readonly vehicleId: string;
  readonly model: string;
  readonly region: string;
  readonly connectivity: string;
  readonly risk: string;
  readonly firmware: string;
  readonly firmwareKey: string;
  readonly dailyKm: number;
}

/** Every value is there, so that logics of two and of three truths agree. */
function fleet(count: number): readonly Vehicle[] {
  const random = seededRandom("fleet");
  return Array.from({ length: count }, (_, index) => {
    const firmware = random.pick(values.firmware);
    return {
      vehicleId: `WVWZZZ1KZAW${String(index).padStart(6, "0")}`,
      model: random.pick(values.model),
      region: random.pick(values.region),
      connectivity: random.pick(values.connectivity),
      risk: random.pick(values.risk),
      firmware,
      firmwareKey: versionKey("semver", firmware)!,
      dailyKm: random.below(2_000) / 10,
    };
  });
}

function count(vehicles: readonly Vehicle[], selects: (vehicle: Vehicle) => boolean): number {
  let selected = 0;
  for (const vehicle of vehicles) if (selects(vehicle)) selected++;
  return selected;
}

/** Throws when a contender counts other vehicles than the predicate written by hand. */
function checkCount(vehicles: readonly Vehicle[]): (result: unknown, contender: string) => void {
  const expected = count(
    vehicles,
    ({ model, region, firmwareKey, connectivity, dailyKm, risk }) =>
      ["A3", "A4", "Q5"].includes(model) &&
      region === "EU" &&
      firmwareKey >= atLeast &&
      firmwareKey < below &&
      connectivity !== "none" &&
      dailyKm < 120 &&
      risk !== "high",
  );
  return (result, contender) => {
    if (result !== expected || expected === 0) throw new Error(`${contender} selected ${result}, expected ${expected}`);
  };
}

const cel = async (vehicles: readonly Vehicle[]): Promise<Contender> => {
  const { Environment } = await importPeer<{ Environment: new () => CelEnvironment }>("@marcbachmann/cel-js");
  const environment = new Environment();
  for (const name of ["model", "region", "firmwareKey", "connectivity", "risk"])
    environment.registerVariable(name, "string");
  environment.registerVariable("dailyKm", "double");
  const evaluate = environment.parse(
    `model in ["A3", "A4", "Q5"] && region == "EU" && firmwareKey >= "${atLeast}" && firmwareKey < "${below}" && ` +
      `connectivity != "none" && dailyKm < 120.0 && risk != "high"`,
  );
  return { name: "@marcbachmann/cel-js", run: () => count(vehicles, (vehicle) => evaluate(vehicle) === true) };
};
interface CelEnvironment {
  registerVariable(name: string, type: string): void;
  parse(expression: string): (context: object) => unknown;
}

const mingo = async (vehicles: readonly Vehicle[]): Promise<Contender> => {
  const { Query } = await importPeer<{ Query: new (criteria: object) => { test(document: object): boolean } }>("mingo");
  const query = new Query({
    model: { $in: ["A3", "A4", "Q5"] },
    region: "EU",
    firmwareKey: { $gte: atLeast, $lt: below },
    connectivity: { $ne: "none" },
    dailyKm: { $lt: 120 },
    risk: { $ne: "high" },
  });
  return { name: "mingo", run: () => count(vehicles, (vehicle) => query.test(vehicle)) };
};

/** Selection over records: a fleet that a core's cache holds shows the code, a larger one the memory too. */
const recordsRow = async (size: number, name: string): Promise<BenchRow> => {
  const vehicles = fleet(size);
  const [withKeys, withTexts] = [catalogue, textCatalogue].map((one) => compileSelector(selector, one)) as [
    CompiledSelector,
    CompiledSelector,
  ];
  const contenders: Contender[] = [
    { name: "otakit", run: () => count(vehicles, (vehicle) => withKeys.truth(vehicle, now) === 2) },
    { name: "otakit, versions as texts", run: () => count(vehicles, (vehicle) => withTexts.truth(vehicle, now) === 2) },
  ];
  const missing: string[] = [];
  for (const [name, make] of [
    ["@marcbachmann/cel-js", cel],
    ["mingo", mingo],
  ] as const) {
    const found = findPeer(name);
    if ("missing" in found) missing.push(found.missing);
    else contenders.push(await make(vehicles));
  }
  const row: BenchRow = {
    name,
    work: { operations: vehicles.length },
    contenders,
    check: checkCount(vehicles),
    note: `${size} vehicles, seven terms, two of them on versions; the peers get keys of versions, which they cannot compare otherwise`,
    missing,
  };
  return row;
};

function columnsOf(vehicles: readonly Vehicle[]): ColumnTable {
  const dictionary = (field: keyof Vehicle & string) => {
    const texts = [...new Set(vehicles.map((vehicle) => vehicle[field]))];
    const places = new Map(texts.map((text, index) => [text, index]));
    return {
      kind: "dictionary",
      indices: Uint8Array.from(vehicles, (vehicle) => places.get(vehicle[field])!),
      values: texts,
    } as const;
  };
  const fields = ["model", "region", "connectivity", "risk", "firmware"] as const;
  return {
    length: vehicles.length,
    columns: {
      ...Object.fromEntries(fields.map((field) => [field, dictionary(field)])),
      dailyKm: { kind: "numbers", values: Float64Array.from(vehicles, ({ dailyKm }) => dailyKm) },
    },
  };
}

const columnsRow: BenchRowFactory = () => {
  const vehicles = fleet(200_000);
  const table = columnsOf(vehicles);
  const compiled = compileSelector(selector, textCatalogue);
  const row: BenchRow = {
    name: "cohort/select-columns",
    work: { operations: vehicles.length },
    contenders: [
      { name: "otakit, columns", run: () => countSelected(selectColumns(compiled, table, now)) },
      { name: "otakit, records", run: () => count(vehicles, (vehicle) => compiled.truth(vehicle, now) === 2) },
    ],
    check: checkCount(vehicles),
    note: "texts in dictionaries, numbers in a Float64Array; versions as texts",
  };
  return row;
};

function countSelected(truths: Uint8Array): number {
  let selected = 0;
  for (let row = 0; row < truths.length; row++) if (truths[row] === 2) selected++;
  return selected;
}

const explainRow: BenchRowFactory = () => {
  const vehicles = fleet(10_000);
  const compiled = compileSelector(selector, textCatalogue);
  const row: BenchRow = {
    name: "cohort/explain",
    work: { operations: vehicles.length },
    contenders: [
      {
        name: "otakit, explain",
        run: () => count(vehicles, (vehicle) => compiled.explain(vehicle, now).verdict === "in"),
      },
      {
        name: "otakit, decide",
        run: () => count(vehicles, (vehicle) => compiled.decide(vehicle, now).decision === "in"),
      },
    ],
    check: checkCount(vehicles),
    missing: ["no peer explains"],
  };
  return row;
};

const sqlRow: BenchRowFactory = () => {
  const keyed: AttributeCatalogue = {
    ...catalogue,
    attributes: { ...catalogue.attributes, firmware: { type: "version", scheme: "semver", keyColumn: "firmware_key" } },
  };
  const dialects: readonly SqlDialect[] = ["postgres", "duckdb", "sqlite", "clickhouse", "spark"];
  const row: BenchRow = {
    name: "cohort/to-sql",
    work: { operations: 100 },
    contenders: dialects.map((dialect) => ({
      name: dialect,
      run() {
        let length = 0;
        for (let left = 100; left > 0; left--) length += toSql(selector, keyed, dialect, { now }).text.length;
        return length;
      },
    })),
    note: "one operation checks catalogue and selector and writes the SQL",
  };
  return row;
};

export const rows: Record<string, BenchRowFactory> = {
  "cohort/select-records": () => recordsRow(5_000, "cohort/select-records"),
  "cohort/select-records-large": () => recordsRow(200_000, "cohort/select-records-large"),
  "cohort/select-columns": columnsRow,
  "cohort/explain": explainRow,
  "cohort/to-sql": sqlRow,
};
