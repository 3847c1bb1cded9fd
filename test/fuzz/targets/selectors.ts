/** Fuzz targets of catalogues, selectors and filters. */

import {
  type AttributeCatalogue,
  compileSelector,
  exportRsql,
  importRsql,
  lintRsql,
  parseAttributeCatalogue,
  type Selector,
  type SqlDialect,
  toSql,
} from "otakit/cohort";
import { isOtaError, utf8ToBytes } from "otakit/core";
import type { FuzzTarget } from "../target.ts";

const now = 1_790_000_000_000;
const catalogue: AttributeCatalogue = {
  schema: "otakit.attribute-catalogue/1",
  maxAheadMs: 1_000,
  attributes: {
    model: { type: "enum", values: ["A3", "A4"] },
    firmware: {
      type: "version",
      scheme: "semver",
      keyColumn: "firmware_key",
      observedAtField: "seenAt",
      maxAgeMs: 86_400_000,
    },
    doors: { type: "int", contradictionField: "doubt" },
    load: { type: "number" },
    electric: { type: "bool" },
    dealer: { type: "string", piiClass: "personal" },
    tags: { type: "set<string>" },
  },
};
const selector: Selector = {
  schema: "otakit.selector/1",
  include: {
    op: "and",
    args: [
      { op: "in", attr: "model", values: ["A3", "A4"] },
      { op: "ver", attr: "firmware", rel: "in", range: ">=1.2.0 <2.0.0-rc.1" },
      {
        op: "not",
        arg: {
          op: "or",
          args: [
            { op: "lt", attr: "load", value: 1.5 },
            { op: "has", attr: "dealer" },
          ],
        },
      },
      { op: "bucket", salt: "192289bceb0360f2", lo: 0, hi: 4_294_967_296 },
      { op: "age", attr: "firmware", maxMs: 1_000 },
      { op: "isUnknown", arg: { op: "eq", attr: "electric", value: true } },
    ],
  },
  exclude: {
    op: "or",
    args: [
      { op: "anyOf", attr: "tags", values: ["vip"] },
      { op: "inList", listId: "recall" },
      { op: "startsWith", attr: "dealer", value: "x" },
    ],
  },
};
const vehicles: readonly Readonly<Record<string, unknown>>[] = [
  {
    vehicleId: "v1",
    model: "A3",
    firmware: "1.10.0",
    seenAt: now,
    doors: 4,
    load: 0.5,
    electric: true,
    dealer: "x1",
    tags: ["vip"],
  },
  {
    vehicleId: "v2",
    model: "Z",
    firmware: "n/a",
    seenAt: "then",
    doors: Number.NaN,
    load: "1",
    electric: 1,
    dealer: {},
    tags: "vip",
  },
  {},
];
const dialects: readonly SqlDialect[] = ["postgres", "duckdb", "sqlite", "clickhouse", "spark"];

/** Any JSON value, parsed as `JSON.parse` does; undefined for what is none. */
function parsed(input: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(input));
  } catch {
    return undefined;
  }
}

/** Runs something that may refuse, by an error of otakit only. */
function mayRefuse<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (!isOtaError(error)) throw error;
    if (JSON.stringify(error).length > 100_000) throw new Error("a refusal of the size of its input");
    return undefined;
  }
}

/** A selector that was accepted answers every vehicle, explains itself and has SQL. */
function useSelector(accepted: Selector): void {
  const compiled = compileSelector(accepted, catalogue, { lists: { recall: ["v1"] } });
  for (const vehicle of vehicles) {
    const truth = compiled.truth(vehicle, now);
    const { decision, reasons } = compiled.decide(vehicle, now);
    if (decision !== ["out", "unknown", "in"][truth]) throw new Error(`truth ${truth} and decision ${decision}`);
    if (reasons.length === 0) throw new Error("a decision without a reason");
  }
  for (const dialect of dialects) {
    const options = { now, lists: { recall: ["v1"] }, hasBucketFunction: true };
    const sql = mayRefuse(() => toSql(accepted, catalogue, dialect, options));
    // Longer than every constant of ours, and no word of a selector may be there.
    for (const param of sql?.params ?? []) {
      if (typeof param === "string" && param.length > 20 && sql!.text.includes(param))
        throw new Error("a value in the text");
    }
  }
}

export const targets: readonly FuzzTarget[] = [
  {
    name: "cohort/compileSelector",
    seeds: [utf8ToBytes(JSON.stringify(selector))],
    dictionary: ['"op":"not","arg":', '"attr":"__proto__"', '"op":"isTrue"', '"args":[]', "1e400", '"\\u0000"'].map(
      utf8ToBytes,
    ),
    run(input) {
      const value = parsed(input) as Selector;
      if (mayRefuse(() => compileSelector(value, catalogue, { lists: { recall: [] } })) !== undefined)
        useSelector(value);
    },
  },
  {
    name: "cohort/parseAttributeCatalogue",
    seeds: [utf8ToBytes(JSON.stringify(catalogue))],
    dictionary: ['"type":"version"', '"scheme":{"custom":[', '"__proto__":', '"column":"a\\"b"', "-1"].map(utf8ToBytes),
    run(input) {
      const value = parsed(input);
      const accepted = mayRefuse(() => parseAttributeCatalogue(value));
      if (accepted === undefined) return;
      const [attr] = Object.keys(accepted.attributes);
      const compiled = compileSelector({ schema: "otakit.selector/1", include: { op: "has", attr: attr! } }, accepted);
      for (const vehicle of vehicles) compiled.decide(vehicle, now);
    },
  },
  {
    name: "cohort/importRsql",
    seeds: [
      "model==A3;firmware=lt=2.0.0",
      "(dealer=='a b',dealer!=x*y);tags=out=(vip,beta)",
      "doors>3 and load<=1.5 or electric==true",
      "dealer=is=null",
    ].map(utf8ToBytes),
    dictionary: ["=in=(", "'", '"', "\\", "*", "((((", " or ", `\${NOW_TS}`, "=not=null", "\\*"].map(utf8ToBytes),
    run(input) {
      const text = new TextDecoder().decode(input);
      for (const semantics of ["kleene", "hawkbit"] as const) {
        const options = { semantics, now };
        const imported = mayRefuse(() => importRsql(text, catalogue, options));
        if (imported === undefined) continue;
        lintRsql(text, catalogue, options);
        useSelector(imported);
        const exported = mayRefuse(() => exportRsql(imported, catalogue, semantics));
        if (exported === undefined) continue;
        const [before, after] = [imported, importRsql(exported, catalogue, options)].map((one) =>
          compileSelector(one, catalogue),
        );
        for (const vehicle of vehicles) {
          if ((before!.truth(vehicle, now) === 2) !== (after!.truth(vehicle, now) === 2))
            throw new Error(`${exported} selects others`);
        }
      }
    },
  },
];
