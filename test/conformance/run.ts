/**
 * `npm run conformance`: every suite in `suites/` against the published vectors, and a line for each vector file that no suite
 * serves yet. The vectors folder is OTAKIT_VECTORS, by default `../shared/vectors`.
 */

import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { closingLine, describeError, loadPlugins, projectRoot, versions } from "../../scripts/evidence.ts";
import { parseFlags, printTable, progress, writeJson } from "../../scripts/terminal-table.ts";
import { accountFor } from "./account.ts";
import { listVectors } from "./inventory.ts";
import { addUp, bySuite, failedRow, runSuites, type SuiteRow } from "./runner.ts";
import type { ConformanceSuite } from "./suite.ts";

const flags = parseFlags("npm run conformance --", "Checks otakit against test vectors that other people published.", {
  suite: { value: "PREFIX", help: "run the suites whose name starts so" },
  full: { help: "run the long suites whole" },
});
const vectors = resolve(projectRoot, process.env["OTAKIT_VECTORS"] ?? "../shared/vectors");
const load = (path: string): Uint8Array => new Uint8Array(readFileSync(resolve(vectors, path)));
const wanted = ({ suite }: { readonly suite: string }): boolean => suite.startsWith(flags.suite ?? "");

const files = await loadPlugins<ConformanceSuite>(`${projectRoot}/test/conformance/suites`, "suites");
const suites = files.flatMap((file) => file.plugins).filter(wanted);
const rows: SuiteRow[] = files
  .filter((file) => file.error !== undefined)
  .map((file) => failedRow(`suites/${file.file}`, `cannot load: ${describeError(file.error)}`));
const effort = flags.full ? "full" : "usual";
rows.push(...(await runSuites(suites, load, (suite) => progress(`conformance: ${suite}`), effort)));
rows.push(...accountFor(listVectors(vectors).filter(wanted), suites, rows));
rows.sort(bySuite);

const totals = addUp(rows);
if (!existsSync(vectors)) console.log(`There are no vectors at ${vectors}; set OTAKIT_VECTORS.\n`);
printTable(
  ["suite", "total", "passed", "failed", "skipped", "why"],
  [...rows, { suite: "total", ...totals, why: `${rows.length} suites` }].map((row) => [
    row.suite,
    row.total,
    row.passed,
    row.failed,
    row.skipped,
    row.why,
  ]),
);
for (const row of rows.filter(({ failed }) => failed > 0)) {
  console.log(`\n${row.suite}: ${row.failed} failed`);
  for (const failure of row.failures.slice(0, 10)) console.log(`  ${failure}`);
}
if (flags.json !== undefined) {
  writeJson(flags.json, {
    suites: rows.map(({ failures, ...row }) => (row.failed > 0 ? { ...row, failures } : row)),
    totals,
    versions: versions(),
  });
}
if (totals.passed === 0) console.log("\nNo row passed: nothing is shown by this run.");
console.log(`\n${closingLine(totals.passed, totals.failed, totals.skipped)}`);
process.exitCode = totals.failed === 0 && totals.passed > 0 ? 0 : 1;
