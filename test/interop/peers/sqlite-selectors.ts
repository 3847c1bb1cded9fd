/** SQLite, as Node carries it: selectors pushed into the database. */

import { bucketOf } from "otakit/cohort";
import type { InteropPeer } from "../peer.ts";
import { type Batch, type Cell, type ColumnKind, fleetColumns, recallRows } from "../selectors/cases.ts";
import { type Answer, compareSelectors } from "../selectors/compare.ts";
import { findSqlite, withDatabase } from "../sqlite.ts";

export const peers: readonly InteropPeer[] = [
  {
    name: "SQLite",
    find: findSqlite,
    run: ({ full }) => compareSelectors("sqlite", ask, full ? 50 : 5, { hasBucketFunction: true }),
  },
];

const types: Readonly<Record<ColumnKind, string>> = {
  text: "TEXT",
  integer: "INTEGER",
  float: "REAL",
  bool: "INTEGER",
  set: "TEXT",
};

function ask({ rows, queries }: Batch): readonly Answer[] {
  return withDatabase((database) => {
    database.function("cohort_bucket", { deterministic: true }, (salt: string, id: string) => bucketOf(salt, id));
    const columns = Object.entries(fleetColumns).map(([name, kind]) => `\`${name}\` ${types[kind]} COLLATE NOCASE`);
    database.exec(`CREATE TABLE fleet (place INTEGER, ${columns.join(", ")}); CREATE TABLE recall (vin TEXT)`);
    const insert = database.prepare(`INSERT INTO fleet VALUES (?, ${columns.map(() => "?").join(", ")})`);
    const kinds = Object.values(fleetColumns);
    database.exec("BEGIN");
    for (const [place, row] of rows.entries()) {
      insert.run(place, ...row.map((cell, index) => bound(cell, kinds[index]!)));
    }
    const insertRecall = database.prepare("INSERT INTO recall VALUES (?)");
    for (const id of recallRows) insertRecall.run(id ?? null);
    database.exec("COMMIT");
    return queries.map(({ truth, text, params }) => {
      const digits = database
        .prepare(
          `SELECT CASE WHEN ${truth} THEN 2 WHEN NOT ${truth} THEN 0 ELSE 1 END AS digit FROM fleet ORDER BY place`,
        )
        .all(...params);
      const selected = database.prepare(`SELECT place FROM fleet WHERE ${text} ORDER BY place`).all(...params);
      return {
        truths: digits.map(({ digit }) => digit).join(""),
        selected: selected.map(({ place }) => Number(place)),
      };
    });
  });
}

function bound(cell: Cell, kind: ColumnKind): unknown {
  if (cell === undefined) return null;
  if (kind === "integer") return BigInt(cell as string);
  if (kind === "float") return Number(cell);
  if (kind === "bool") return cell ? 1n : 0n;
  return kind === "set" ? JSON.stringify(cell) : cell;
}
