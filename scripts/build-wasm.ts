/**
 * Compiles `wasm/` into `src/delta/wasm/*.generated.ts`, each module in a SIMD and a plain variant, as base64, and one of them into
 * JavaScript; without `--update` it checks that a fresh build gives the committed bytes.
 */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";
import binaryen from "binaryen";
import { transform } from "esbuild";
import { finish, syncFile } from "./check/generated.ts";
import { parseFlags, printTable } from "./terminal-table.ts";

/** Largest size of a module and of both together, in bytes. */
const maxApplyBytes = 32 * 1024;
const maxBothBytes = 64 * 1024;

const flags = parseFlags("npm run wasm --", "Compiles the WebAssembly core of otakit/delta.", {
  update: { help: "write the modules instead of comparing them" },
});

const faults: string[] = [];
const lines: (readonly (string | number)[])[] = [];
const sizes: Record<string, number> = {};
for (const module of ["apply", "diff"]) {
  for (const simd of [true, false]) {
    const name = simd ? `${module}-simd` : module;
    const bytes = await compile(`wasm/${module}.ts`, simd);
    sizes[name] = bytes.length;
    lines.push([name, bytes.length]);
    const fault = syncFile(`src/delta/wasm/${name}.generated.ts`, embed(name, bytes), flags.update === true);
    if (fault !== undefined) faults.push(fault);
  }
}
const script = await toJavaScript(await compile("wasm/otadelta.ts", false));
lines.push(["otadelta in JavaScript", script.length]);
const scriptFault = syncFile("src/delta/wasm/otadelta.generated.ts", script, flags.update === true);
if (scriptFault !== undefined) faults.push(scriptFault);
printTable(["module", "bytes"], lines);
for (const variant of ["", "-simd"]) {
  const [apply, diff] = [sizes[`apply${variant}`]!, sizes[`diff${variant}`]!];
  if (apply > maxApplyBytes) faults.push(`apply${variant} has ${apply} bytes, allowed are ${maxApplyBytes}`);
  if (apply + diff > maxBothBytes)
    faults.push(`both modules${variant} have ${apply + diff} bytes, allowed are ${maxBothBytes}`);
}
finish(faults, "The WebAssembly modules are what wasm/ compiles to");

/** Compiles one entry file; the same source and compiler give the same bytes. */
async function compile(entry: string, simd: boolean): Promise<Uint8Array> {
  const options = [
    "-O3",
    "--noAssert",
    "--runtime",
    "stub",
    "--importMemory",
    "--initialMemory",
    "1",
    "--zeroFilledMemory",
  ];
  const features = ["--enable", simd ? "simd" : "bulk-memory"];
  let output: Uint8Array | undefined;
  const { error, stderr } = await asc.main([entry, ...options, ...features, "--outFile", "out.wasm"], {
    readFile(name, base) {
      const path = join(base, name);
      return existsSync(path) ? readFileSync(path, "utf8") : null;
    },
    writeFile(_name, contents) {
      if (typeof contents !== "string") output = contents;
    },
    listFiles: () => [],
  });
  if (error !== null || output === undefined) throw new Error(`${entry}: ${stderr.toString()}`, { cause: error });
  return output;
}

function embed(name: string, bytes: Uint8Array): string {
  const base64 = Buffer.from(bytes).toString("base64");
  return `/** \`wasm/\` compiled by \`npm run wasm\`: ${name}, ${bytes.length} bytes. Do not edit. */\nexport const base64 = "${base64}";\n`;
}

/**
 * Translates a module to JavaScript that works on an ArrayBuffer: the same instructions, so the same results.
 *
 * Loads and stores become accesses of typed arrays, which know no address between two elements: `wasm/` says which ones may have such an
 * address, and they become accesses of bytes.
 */
async function toJavaScript(module: Uint8Array): Promise<string> {
  const read = binaryen.readBinary(module);
  read.setFeatures(binaryen.Features.All);
  binaryen.setOptimizeLevel(2);
  binaryen.setShrinkLevel(1);
  const text = read.emitAsmjs();
  read.dispose();
  // What is in front of the data and behind the function imports from "env" and makes one instance for the whole program.
  const [, body] = /^(?:import .*\n)+([\s\S]*)\nvar memasmFunc = /.exec(text)!;
  const { code } = await transform(`const open = (imports) => {${body}\nreturn asmFunc(imports);}`, {
    minify: true,
    target: "es2022",
  });
  const declared = "export const openOtadelta: (imports: { readonly env: object }) => object = ";
  const head = "// @ts-nocheck\n/** `wasm/otadelta.ts` translated by `npm run wasm`. Do not edit. */\n";
  return head + code.replace(/^const open=/, declared);
}
