/** SQLite, as Node carries it. */

import { createRequire } from "node:module";
import type { SqlRow } from "otakit/cohort";
import type { Found } from "./environment.ts";

/** What the peers use of a database of `node:sqlite`. */
export interface Database {
  exec(sql: string): void;
  prepare(sql: string): { run(...params: unknown[]): unknown; all(...params: unknown[]): SqlRow[] };
  function(name: string, options: object, implementation: (...args: never[]) => unknown): void;
  close(): void;
}
type Sqlite = { DatabaseSync: new (path: string) => Database };

/** Finds the version; missing where this Node has none. */
export function findSqlite(): Found {
  try {
    const [row] = withDatabase((database) => database.prepare("SELECT sqlite_version() AS version").all());
    return { version: String(row!["version"]) };
  } catch {
    return { missing: "this Node has no node:sqlite" };
  }
}

/** Lends a database in memory. */
export function withDatabase<Result>(use: (database: Database) => Result): Result {
  const { DatabaseSync } = createRequire(import.meta.url)("node:sqlite") as Sqlite;
  const database = new DatabaseSync(":memory:");
  try {
    return use(database);
  } finally {
    database.close();
  }
}
