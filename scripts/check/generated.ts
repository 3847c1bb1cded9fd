/** Generated files that are committed: written with `--update`, compared without. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { projectRoot } from "../evidence.ts";

/**
 * Writes `text` to a file of the checkout when `update` is set; otherwise compares and gives one line about a difference.
 *
 * @returns nothing when the file is as it should be
 */
export function syncFile(path: string, text: string, update: boolean): string | undefined {
  const full = join(projectRoot, path);
  const found = existsSync(full) ? readFileSync(full, "utf8") : undefined;
  if (found === text) return undefined;
  if (!update) return `${path} ${found === undefined ? "is missing" : "is out of date"}; run: npm run generate`;
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  console.log(`wrote ${path}`);
  return undefined;
}

/**
 * Puts `block` between `<!-- <name>:begin -->` and `<!-- <name>:end -->` of a text.
 *
 * @returns the new text, or nothing when the text has no such place
 */
export function replaceBlock(text: string, name: string, block: string): string | undefined {
  const begin = `<!-- ${name}:begin -->`;
  const end = `<!-- ${name}:end -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) return undefined;
  return `${text.slice(0, from + begin.length)}\n\n${block.trim()}\n\n${text.slice(to)}`;
}

/** Prints faults and sets the exit code of a script. */
export function finish(faults: readonly string[], whenFine: string): void {
  for (const fault of faults) console.error(fault);
  if (faults.length === 0) console.log(whenFine);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
