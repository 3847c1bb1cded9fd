/** Checks the reference page of the command line against the help texts; `--update` writes it. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildCli } from "./build-cli.ts";
import { cliPage } from "./check/cli-page.ts";
import { finish, syncFile } from "./check/generated.ts";

const folder = mkdtempSync(join(tmpdir(), "otakit-cli-page-"));
try {
  const cli = join(folder, "cli.js");
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  await buildCli(cli);
  const page = await cliPage(async (words) =>
    execFileSync(process.execPath, [cli, ...words, "--help"], { encoding: "utf8" }),
  );
  const drift = syncFile("docs/reference/cli.md", page, process.argv.includes("--update"));
  finish(drift === undefined ? [] : [drift], "The page of the command line shows its help texts");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
