/**
 * Compiles `wasm/` into `src/delta/wasm/*.generated.ts`, each module in a SIMD and a plain variant, as base64; without `--update`
 * it checks that a fresh build gives the committed bytes.
 */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";
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
