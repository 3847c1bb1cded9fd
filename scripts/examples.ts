/**
 * Runs every example of `examples/*.ts` and checks that the documentation shows them as they are.
 *
 * In Markdown, `<!-- example: examples/<name>.ts -->` before a code block promises that the block is that file.
 */

import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";

const failures: string[] = [];

for (const file of globSync("examples/*.ts").sort()) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], { encoding: "utf8" });
  console.log(`${status === 0 ? "ok    " : "failed"} ${file}`);
  if (status !== 0) failures.push(`${file} exits with ${status}\n${stdout}${stderr}`);
}

const shown = /<!-- example: (\S+) -->\n+```\w+\n([\s\S]*?)```/g;
for (const page of [...globSync("docs/**/*.md"), "README.md"].sort()) {
  for (const [, file, block] of readFileSync(page, "utf8").matchAll(shown)) {
    const same = readFileSync(file!, "utf8") === block;
    console.log(`${same ? "ok    " : "failed"} ${page} shows ${file}`);
    if (!same) failures.push(`${page} shows another text than ${file}`);
  }
}

for (const failure of failures) console.error(`\n${failure}`);
process.exitCode = failures.length === 0 ? 0 : 1;
