import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, describe, expect, it } from "vitest";
import { findImpurities, isCovered } from "../../scripts/check/purity.ts";

const checkout = fileURLToPath(new URL("../..", import.meta.url));

/** A checkout in miniature: all cases in one program, because making one costs a second. */
const root = mkdtempSync(join(tmpdir(), "otakit-purity-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const impure: readonly (readonly [name: string, code: string, what: RegExp])[] = [
  ["a clock", "export const x = Date.now();", /^Date reads the clock/],
  ["a new date", "export const x = new Date();", /^Date reads the clock/],
  ["a parsed date", 'export const x = new Date("2026-01-01 00:00");', /^Date reads the clock/],
  ["an alias of Date", "const D = Date;\nexport const x = D.now();", /^Date reads the clock/],
  ["a monotonic clock", "export const x = performance.now();", /^performance belongs to the host/],
  ["chance", "export const x = Math.random();", /^Math\.random is chance/],
  ["destructured chance", "const { random } = Math;\nexport const x = random();", /^Math\.random is chance/],
  ["computed chance", 'export const x = Math["random"]();', /^Math\.random is chance/],
  ["web chance", "export const x = crypto.getRandomValues(new Uint8Array(1));", /^crypto belongs to the host/],
  ["a hidden global", "export const x = Object.keys(globalThis);", /^globalThis hides/],
  ["Buffer", "export const x = Buffer.alloc(1);", /^Buffer belongs to the host/],
  ["Buffer as a type", "export type X = Buffer;", /^Buffer belongs to the host/],
  ["process", "export const x = process.env;", /^process belongs to the host/],
  ["process in short hand", "export const x = { process };", /^process belongs to the host/],
  ["a timer", "setTimeout(() => {}, 1);\nexport {};", /^setTimeout belongs to the host/],
  ["a microtask", "queueMicrotask(() => {});\nexport {};", /^queueMicrotask belongs to the host/],
  ["the network", 'export const x = fetch("https://example.com");', /^fetch belongs to the host/],
  ["console", 'console.log("x");\nexport {};', /^console belongs to the host/],
  ["require", 'export const x = require("x");', /^require belongs to the host/],
  ["a node: import", 'import "node:fs";', /^import of "node:fs"$/],
  ["a bare built-in", 'export * from "fs";', /^import of "fs"$/],
  ["a type of a built-in", 'export type X = import("node:fs").Stats;', /^import of "node:fs"$/],
  ["a dynamic import", 'export const x = import("node:fs");', /^import of "node:fs"$/],
  ["a computed import", "export const x = (name: string) => import(name);", /^import of a computed name$/],
  ["import.meta", "export const x = import.meta.url;", /^import\.meta belongs to the host/],
  ["the locale", 'export const x = "a".localeCompare("b");', /^localeCompare depends on/],
  ["number formats", "export const x = (1).toLocaleString();", /^toLocaleString depends on/],
  ["Intl", "export const x = new Intl.NumberFormat();", /^Intl depends on/],
  ["eval", 'export const x = eval("1");', /^eval runs text/],
];

const pure: readonly (readonly [name: string, code: string])[] = [
  ["arithmetic", "export const x = Math.max(1, Number.parseInt('2', 10)) + Date.UTC(2026, 0, 1);"],
  ["text codecs", "export const x = new TextDecoder().decode(new TextEncoder().encode('a'));"],
  ["WebAssembly", "export const x = (m: WebAssembly.Module) => new WebAssembly.Instance(m);"],
  [
    "locals with global names",
    "export function f(process: { now: number }, fetch: number) { return process.now + fetch; }",
  ],
  [
    "members with global names",
    "export const f = (clock: { Date: number; random(): number }) => clock.Date + clock.random();",
  ],
  ["a key with a global name", "export const x = { process: 1, random: 2 };"],
  ["an import", "export * from './elsewhere.ts';"],
  ["language built-ins", "export const x = [new Map(), new Set(), Symbol.iterator, JSON, BigInt(1), undefined, NaN];"],
];

const write = (path: string, code: string): string => {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, code);
  return full;
};
const files = [
  ...impure.map(([, code], index) => write(`src/impure/${index}.ts`, code)),
  ...pure.map(([, code], index) => write(`src/pure/${index}.ts`, code)),
  write("src/pure/elsewhere.ts", "export const elsewhere = 1;"),
  write("src/cli/main.ts", "export const x = Date.now();"),
  write("src/core/crypto/node.ts", 'import "node:crypto";'),
  write("src/lines/lines.ts", "export const a = 1;\n\nexport const b = [\n  1,\n  Date.now(),\n];\n"),
];
const { options } = ts.convertCompilerOptionsFromJson(
  { target: "ES2022", lib: ["ES2023"], types: ["node"], typeRoots: [join(checkout, "node_modules/@types")] },
  root,
);
const found = findImpurities(ts.createProgram(files, { ...options, noEmit: true }), root);

describe("purity rule", () => {
  it.each(impure.map(([name, code, what], index) => [name, code, what, index] as const))(
    "catches %s",
    (_name, _code, what, index) => {
      const here = found.filter(({ file }) => file === `src/impure/${index}.ts`);
      expect(here).toHaveLength(1);
      expect(here[0]!.what).toMatch(what);
    },
  );

  it.each(pure.map(([name], index) => [name, index] as const))("lets %s pass", (_name, index) => {
    expect(found.filter(({ file }) => file === `src/pure/${index}.ts`)).toEqual([]);
  });

  it("gives file and line", () => {
    const here = found.filter(({ file }) => file === "src/lines/lines.ts");
    expect(here).toEqual([{ file: "src/lines/lines.ts", line: 5, what: expect.stringContaining("clock") }]);
  });

  it("covers the library but not the command line and the crypto providers", () => {
    expect(found.map(({ file }) => file).filter((file) => /cli|crypto/.test(file))).toEqual([]);
    const covered = (path: string): boolean => isCovered(`/checkout/${path}`, "/checkout");
    expect(covered("src/index.ts")).toBe(true);
    expect(covered("src/core/crypto/pure.ts")).toBe(true);
    expect(covered("src/core/crypto/node.ts")).toBe(false);
    expect(covered("src/cli/main.ts")).toBe(false);
    expect(covered("test/src/a.ts")).toBe(false);
  });
});
