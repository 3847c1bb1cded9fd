/** SQLite, as Node carries it: events aggregated in the database, in columns that hold values of any type. */

import { createRequire } from "node:module";
import type { SqlRow } from "otakit/cohort";
import { type AggregateBatch, compareAggregates, eventColumns } from "../aggregate/compare.ts";
import type { Found } from "../environment.ts";
import type { InteropPeer } from "../peer.ts";

interface Database {
  exec(sql: string): void;
  prepare(sql: string): { run(...params: unknown[]): unknown; all(...params: unknown[]): SqlRow[] };
  close(): void;
}
type Sqlite = { DatabaseSync: new (path: string) => Database };

const load = (): Sqlite => createRequire(import.meta.url)("node:sqlite") as Sqlite;

export const peers: readonly InteropPeer[] = [
  {
    name: "SQLite (aggregate)",
    find(): Found {
      try {
        const database = new (load().DatabaseSync)(":memory:");
        const [row] = database.prepare("SELECT sqlite_version() AS version").all();
        database.close();
        return { version: String(row!["version"]) };
      } catch {
        return { missing: "this Node has no node:sqlite" };
      }
    },
    run: ({ full }) => [compareAggregates("sqlite", (batches) => batches.map(ask), full ? 50 : 8)],
  },
];

function ask({ rows, statements }: AggregateBatch): readonly (readonly SqlRow[])[] {
  const database = new (load().DatabaseSync)(":memory:");
  try {
    const columns = Object.entries(eventColumns).map(([name, type]) => `\`${name}\` ${type} COLLATE NOCASE`);
    database.exec(`CREATE TABLE event (${columns.join(", ")}); BEGIN`);
    const insert = database.prepare(`INSERT INTO event VALUES (${columns.map(() => "?").join(", ")})`);
    for (const row of rows) insert.run(...row);
    database.exec("COMMIT");
    return statements.map(({ text, params }) => database.prepare(text).all(...params));
  } finally {
    database.close();
  }
}
