/** The tables of error and reason codes of all modules, the rules they keep, and the reference pages made from them. */

import { existsSync, globSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** The codes of one module. */
export interface CodeTable {
  readonly module: string;
  /** Code to text, in the order of the source. */
  readonly codes: Readonly<Record<string, string>>;
}

/** Kind of table: where it is exported from, and as what. */
export type CodeKind = "error" | "reason";

/**
 * Loads `<module>ErrorCodes` of every `src/<module>/errors.ts`, or `<module>ReasonCodes` of every `reasons.ts`; with the tables of a
 * module's inner folders, in files of the same name, whose texts not every bundle of the module shall carry.
 */
export async function loadCodeTables(root: string, kind: CodeKind): Promise<readonly CodeTable[]> {
  const tables: CodeTable[] = [];
  for (const entry of readdirSync(join(root, "src"), { withFileTypes: true })) {
    const file = join(root, "src", entry.name, `${kind}s.ts`);
    if (!entry.isDirectory() || !existsSync(file)) continue;
    const suffix = kind === "error" ? "ErrorCodes" : "ReasonCodes";
    const own = (await loadTables(file, suffix))[`${entry.name}${suffix}`];
    if (own === undefined) throw new Error(`src/${entry.name}/${kind}s.ts does not export "${entry.name}${suffix}"`);
    const codes = { ...own };
    for (const inner of globSync(`*/**/${kind}s.ts`, { cwd: join(root, "src", entry.name) }).sort()) {
      Object.assign(codes, ...Object.values(await loadTables(join(root, "src", entry.name, inner), suffix)));
    }
    tables.push({ module: entry.name, codes });
  }
  return tables.sort((left, right) => (left.module < right.module ? -1 : 1));
}

/** The exports of a file whose names end so. */
async function loadTables(file: string, suffix: string): Promise<Readonly<Record<string, Record<string, string>>>> {
  const exports = (await import(pathToFileURL(file).href)) as Record<string, Record<string, string>>;
  return Object.fromEntries(Object.entries(exports).filter(([name]) => name.endsWith(suffix)));
}

/** Broken rules, one line each: form of a code, form of its text, a code of two modules. */
export function findCodeFaults(kind: CodeKind, tables: readonly CodeTable[]): readonly string[] {
  const faults: string[] = [];
  const owners = new Map<string, string>();
  for (const { module, codes } of tables) {
    const form =
      kind === "error" ? new RegExp(`^ERR_${module.toUpperCase()}(_[A-Z0-9]+)+$`) : /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;
    for (const [code, text] of Object.entries(codes)) {
      if (!form.test(code)) faults.push(`${module}: "${code}" does not match ${form.source}`);
      if (owners.has(code)) faults.push(`${module}: "${code}" is a code of ${owners.get(code)} too`);
      if (!/^\S.*\.$/s.test(text)) faults.push(`${module}: text of "${code}" is no sentence`);
      if (kind === "error" && !/\. Remedy: \S/.test(text)) faults.push(`${module}: text of "${code}" gives no remedy`);
      owners.set(code, module);
    }
  }
  return faults;
}

/** The reference page of a kind, in Markdown. */
export function codePage(kind: CodeKind, tables: readonly CodeTable[]): string {
  const sections = tables
    .filter(({ codes }) => Object.keys(codes).length > 0)
    .map(({ module, codes }) => [`## otakit/${module}`, "", ...tableLines(kind, codes)].join("\n"));
  return `${[introductions[kind], ...sections].join("\n\n")}\n`;
}

const introductions: Readonly<Record<CodeKind, string>> = {
  error: `# Error codes

Every error that otakit throws, and every fault that a decoder gives back, has one of these codes. Codes are stable: a release
may add some, and takes one away or changes its meaning only with a new major version. Messages are for people and may change.

This page is generated from the source by \`npm run generate\`.`,
  reason: `# Reason codes

Decisions and warnings carry reasons; each has one of these codes. They are stable like error codes and unique over the package.

This page is generated from the source by \`npm run generate\`.`,
};

function tableLines(kind: CodeKind, codes: Readonly<Record<string, string>>): readonly string[] {
  const cell = (text: string): string =>
    text.replace(/\s+/g, " ").replaceAll("|", "\\|").replaceAll("<", "&lt;").trim();
  if (kind === "reason") {
    const lines = Object.entries(codes).map(([code, text]) => `| \`${code}\` | ${cell(text)} |`);
    return ["| code | meaning |", "|---|---|", ...lines];
  }
  const lines = Object.entries(codes).map(([code, text]) => {
    const [cause, remedy] = text.split(" Remedy: ");
    return `| \`${code}\` | ${cell(cause!)} | ${capitalise(cell(remedy ?? ""))} |`;
  });
  return ["| code | cause | remedy |", "|---|---|---|", ...lines];
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
