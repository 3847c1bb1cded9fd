/** PostgreSQL: selectors pushed into the database. */

import type { InteropPeer } from "../peer.ts";
import { findPostgres, startPostgres } from "../postgres-server.ts";
import { type Batch, type Cell, type ColumnKind, fleetColumns, recallRows } from "../selectors/cases.ts";
import { type Answer, compareSelectors } from "../selectors/compare.ts";

export const peers: readonly InteropPeer[] = [
  {
    name: "PostgreSQL (selectors)",
    find: findPostgres,
    run({ full }) {
      const server = startPostgres();
      try {
        return compareSelectors("postgres", (batch) => ask(server.psql, batch), full ? 50 : 5);
      } finally {
        server.stop();
      }
    },
  },
];

const types: Readonly<Record<ColumnKind, string>> = {
  text: "text",
  integer: "bigint",
  float: "double precision",
  bool: "boolean",
  set: "text[]",
};

function ask(psql: (script: string) => readonly string[], { rows, queries }: Batch): readonly Answer[] {
  // A collation that ignores case, as a table may declare it; columns of another locale's order beside it.
  const columns = Object.entries(fleetColumns).map(
    ([name, kind]) =>
      `"${name}" ${types[kind]}${name === "name" ? " COLLATE ignore_case" : kind === "text" ? ' COLLATE "und-x-icu"' : ""}`,
  );
  const kinds = Object.values(fleetColumns);
  const values = rows.map(
    (row, place) => `(${place}, ${row.map((cell, index) => literal(cell, kinds[index]!)).join(", ")})`,
  );
  const lines = psql(`
    CREATE COLLATION ignore_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
    CREATE TEMP TABLE fleet (place integer, ${columns.join(", ")});
    CREATE TEMP TABLE recall (vin text);
    INSERT INTO recall VALUES ${recallRows.map((id) => `(${literal(id, "text")})`).join(", ")};
    INSERT INTO fleet VALUES ${values.join(",\n")};
    ${queries.map(statements).join("\n")}
    DROP TABLE fleet;
    DROP COLLATION ignore_case;`);
  return queries.map((_, index) => ({
    truths: lines[2 * index]!,
    selected: lines[2 * index + 1]!.split(",").flatMap((place) => (place === "" ? [] : [Number(place)])),
  }));
}

/** Two prepared statements, so that parameters are parameters. */
function statements({ truth, text, params }: Batch["queries"][number], index: number): string {
  const digit = `CASE WHEN ${truth} THEN '2' WHEN NOT ${truth} THEN '0' ELSE '1' END`;
  const given = params.length === 0 ? "" : `(${params.map((value) => quoted(String(value))).join(", ")})`;
  return `
    PREPARE truth${index} AS SELECT string_agg(${digit}, '' ORDER BY place) FROM fleet;
    EXECUTE truth${index}${given};
    PREPARE chosen${index} AS SELECT coalesce(string_agg(place::text, ',' ORDER BY place), '') FROM fleet WHERE ${text};
    EXECUTE chosen${index}${given};`;
}

function literal(cell: Cell | undefined, kind: ColumnKind): string {
  if (cell === undefined) return "NULL";
  if (kind !== "set") return `${quoted(String(cell))}::${types[kind]}`;
  return `ARRAY[${(cell as readonly (string | null)[]).map((one) => (one === null ? "NULL" : quoted(one))).join(", ")}]::text[]`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
