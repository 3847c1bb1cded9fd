/** Lists what lies in the vectors folder, so that vectors which no suite serves are named rather than forgotten. */

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** One vector file or folder. */
export interface VectorEntry {
  /** Path without extension, as suites are named. */
  readonly suite: string;
  /** Path below the vectors folder. */
  readonly path: string;
  /** Test cases of a file, or files of a folder. */
  readonly rows: number;
}

/** Every file and folder one level below the areas (`signing/...`, `uds/...`); empty when the folder is missing. */
export function listVectors(folder: string): VectorEntry[] {
  const entries: VectorEntry[] = [];
  for (const area of namesIn(folder)) {
    if (!statSync(join(folder, area)).isDirectory()) {
      entries.push(entryOf(folder, area));
      continue;
    }
    for (const name of namesIn(join(folder, area))) entries.push(entryOf(folder, `${area}/${name}`));
  }
  return entries;
}

/** Counts the test cases of a vector file: lines, Wycheproof tests, or the elements of its lists; a lone document is one. */
export function countRows(path: string, text: string): number {
  if (path.endsWith(".jsonl")) return text.split("\n").filter((line) => line.trim() !== "").length;
  if (!path.endsWith(".json")) return 1;
  const document: unknown = JSON.parse(text);
  if (Array.isArray(document)) return document.length;
  if (typeof document !== "object" || document === null) return 1;
  if ("testGroups" in document) {
    return (document.testGroups as { tests: unknown[] }[]).reduce((total, group) => total + group.tests.length, 0);
  }
  if ("tests" in document) return Object.keys(document.tests as object).length;
  const lists = Object.values(document).filter((value): value is unknown[] => Array.isArray(value));
  return lists.reduce((total, list) => total + list.length, 0) || 1;
}

function entryOf(folder: string, path: string): VectorEntry {
  const full = join(folder, path);
  if (statSync(full).isDirectory()) {
    const files = readdirSync(full, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return { suite: path, path, rows: files.length };
  }
  return { suite: path.replace(/\.[^./]+$/, ""), path, rows: countRows(path, readFileSync(full, "utf8")) };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !/^(\.|readme)/i.test(name))
      .sort();
  } catch {
    return [];
  }
}
