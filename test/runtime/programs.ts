/** Bundles the programs that run under each runtime: the suite, the conformance suites, and each subpath alone. */

import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import type { SuiteEffort } from "../conformance/suite.ts";
import { marker, type ProgramKind } from "./report.ts";

/** How a runtime finds modules and where its reports go. */
export interface Target {
  /** `process`: resolves packages by itself and prints. `workerd`, `page`: everything is in the file. */
  readonly kind: "process" | "workerd" | "page";
  /** Name of the providers that must be this runtime's default. */
  readonly provider: "node" | "noble";
  /** What must apply patches there; workers compile no bytes, but are given a compiled module. */
  readonly backend: "wasm-simd" | "typescript";
}

/** The compiled module that workers import; it stays out of the bundle. */
export const wasmModule = "otakit/delta/apply-simd.wasm";

/** A program: its name, and the body that defines `report`, a function that gives the report or a promise of it. */
export interface Program {
  readonly name: string;
  readonly kind: ProgramKind;
  readonly body: string;
}

const here = (file: string): string => JSON.stringify(fileURLToPath(new URL(file, import.meta.url)));

/** Every check of the suite. */
export function suiteProgram({ kind, provider, backend }: Target): Program {
  const module = kind === "workerd" ? `import module from ${JSON.stringify(wasmModule)};` : "const module = undefined;";
  const body = `
    import { runtimeChecks } from ${here("suite.ts")};
    import { runChecks } from ${here("check.ts")};
    ${module}
    const report = () => runChecks(runtimeChecks(${JSON.stringify(provider)}, ${JSON.stringify(backend)}, module));`;
  return { name: "suite", kind: "suite", body };
}

/** One entry point and nothing else: it must load and export something. */
export function aloneProgram(subpath: string): Program {
  const body = `
    import * as module from ${JSON.stringify(subpath)};
    const names = Object.keys(module);
    const failures = names.length > 0 ? [] : ["exports nothing"];
    const passed = 1 - failures.length;
    const report = () => ({ program: ${JSON.stringify(subpath)}, kind: "alone", passed, failed: 1 - passed, failures });`;
  return { name: subpath, kind: "alone", body };
}

/**
 * Conformance suites of signatures: those of published vectors in a folder, or those that make their own inputs. Both compare
 * the runtime's back end with the pure one; needs a file system.
 */
export function conformanceProgram(kind: "vectors" | "generated", folder: string, effort: SuiteEffort): Program {
  const body = `
    import { existsSync, readFileSync } from "node:fs";
    import { suites } from ${here("../conformance/suites/signing.ts")};
    import { runSuites } from ${here("../conformance/runner.ts")};
    const folder = ${JSON.stringify(folder)};
    const load = (path) => new Uint8Array(readFileSync(folder + "/" + path));
    const published = ${kind === "vectors"};
    const missing = published && !existsSync(folder);
    const wanted = suites.filter(({ file }) => (file !== undefined) === published);
    const rows = missing ? [] : await runSuites(wanted, load, () => {}, ${JSON.stringify(effort)});
    const skipped = missing
      ? ["no vectors at " + folder + "; set OTAKIT_VECTORS"]
      : rows.filter((row) => row.skipped > 0).map((row) => row.suite + ": " + row.why);
    const sum = (count) => rows.reduce((total, row) => total + count(row), 0);
    const report = () => ({
      program: ${JSON.stringify(kind)},
      kind: ${JSON.stringify(kind)},
      passed: sum((row) => row.passed),
      failed: sum((row) => row.failed),
      failures: rows.flatMap((row) => row.failures.map((failure) => row.suite + ": " + failure)),
      suites: rows.map(({ failures, ...row }) => row),
      ...(skipped.length > 0 ? { skipped: skipped.join("; ") } : {}),
    });`;
  return { name: kind, kind, body };
}

const deliveries: Readonly<Record<Target["kind"], (body: string) => string>> = {
  process: (body) => `${body}\nconsole.log(${JSON.stringify(marker)} + JSON.stringify(await report()));`,
  // Not at start, where workers may do more than while they answer: compile WebAssembly, for one.
  workerd: (body) =>
    `${body}
    export default { async test() { console.log(${JSON.stringify(marker)} + JSON.stringify(await report())); } };`,
  page: (body) => `${body}\nawait fetch("/report", { method: "POST", body: JSON.stringify(await report()) });`,
};

/** Writes one program as a JavaScript file that runs beside the installed package in `folder`. */
export async function writeProgram(program: Program, target: Target, folder: string, outfile: string): Promise<void> {
  const web = target.kind !== "process";
  await build({
    stdin: { contents: deliveries[target.kind](program.body), resolveDir: folder },
    bundle: true,
    outfile,
    format: "esm",
    target: "es2022",
    // The suite is compiled from the checkout, but otakit is taken from where the package was installed.
    tsconfigRaw: {},
    logLevel: "silent",
    ...(web
      ? {
          platform: "browser",
          conditions: target.kind === "workerd" ? ["workerd", "worker", "browser"] : ["browser"],
          plugins: [otakitFrom(folder)],
          external: [wasmModule],
        }
      : { platform: "neutral", packages: "external" }),
  });
}

/** Takes otakit from the installed package for every importer, also for files of the checkout, where the name means `dist/`. */
function otakitFrom(folder: string): Plugin {
  return {
    name: "otakit-as-installed",
    setup({ onResolve, resolve }) {
      onResolve({ filter: /^otakit(\/|$)/ }, ({ path, kind, pluginData }) =>
        pluginData === folder || path === wasmModule
          ? undefined
          : resolve(path, { kind, resolveDir: folder, pluginData: folder }),
      );
    },
  };
}
