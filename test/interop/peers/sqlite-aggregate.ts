/** SQLite, as Node carries it: events aggregated in the database, in columns that hold values of any type. */

import type { SqlRow } from "otakit/cohort";
import { type AggregateBatch, compareAggregates, eventColumns } from "../aggregate/compare.ts";
import type { InteropPeer } from "../peer.ts";
import { findSqlite, withDatabase } from "../sqlite.ts";

export const peers: readonly InteropPeer[] = [
  {
    name: "SQLite (aggregate)",
    find: findSqlite,
    run: ({ full }) => [compareAggregates("sqlite", (batches) => batches.map(ask), full ? 50 : 8)],
  },
];

function ask({ rows, statements }: AggregateBatch): readonly (readonly SqlRow[])[] {
  return withDatabase((database) => {
    const columns = Object.entries(eventColumns).map(([name, type]) => `\`${name}\` ${type} COLLATE NOCASE`);
    database.exec(`CREATE TABLE event (${columns.join(", ")}); BEGIN`);
    const insert = database.prepare(`INSERT INTO event VALUES (${columns.map(() => "?").join(", ")})`);
    for (const row of rows) insert.run(...row);
    database.exec("COMMIT");
    return statements.map(({ text, params }) => database.prepare(text).all(...params));
  });
}
