/** Checks the code tables and their two reference pages; `--update` writes the pages. */

import { codePage, findCodeFaults, loadCodeTables } from "./check/code-tables.ts";
import { finish, syncFile } from "./check/generated.ts";
import { projectRoot } from "./evidence.ts";

const update = process.argv.includes("--update");
const faults: string[] = [];
let codes = 0;
for (const kind of ["error", "reason"] as const) {
  const tables = await loadCodeTables(projectRoot, kind);
  faults.push(...findCodeFaults(kind, tables));
  const drift = syncFile(`docs/reference/${kind}-codes.md`, codePage(kind, tables), update);
  if (drift !== undefined) faults.push(drift);
  codes += tables.reduce((count, table) => count + Object.keys(table.codes).length, 0);
}
finish(faults, `${codes} codes, all unique and documented`);
