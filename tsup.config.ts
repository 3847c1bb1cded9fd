import { defineConfig } from "tsup";
import { buildCli } from "./scripts/build-cli.ts";
import { writeWasmFiles } from "./scripts/wasm-files.ts";

const modules = [
  "core",
  "signing",
  "manifest",
  "delta",
  "uds",
  "uds/doip",
  "uds/events",
  "uds/isotp",
  "uds/j1939",
  "uds/obd",
  "statistics",
  "cohort",
];

const publicEntries = {
  index: "src/index.ts",
  ...Object.fromEntries(modules.map((module) => [module, `src/${module}/index.ts`])),
};

export default defineConfig({
  entry: {
    ...publicEntries,
    "crypto/node": "src/core/crypto/node.ts",
    "crypto/pure": "src/core/crypto/pure.ts",
  },
  dts: { entry: publicEntries },
  format: "esm",
  target: "es2022",
  platform: "neutral",
  splitting: true,
  clean: true,
  // Deno and workerd know built-in modules by their `node:` names only.
  removeNodeProtocol: false,
  // The package's own `imports` map picks the crypto provider when the package is loaded, not when it is built.
  external: ["#crypto", /^node:/],
  onSuccess: async () => {
    writeWasmFiles("dist/delta");
    await buildCli("dist/cli.js");
  },
  esbuildPlugins: [
    {
      // A namespace object that esbuild builds into a shared chunk keeps a whole module alive in a user's bundle; so the root
      // entry names the built modules, as in `export * as core from "./core.js"`.
      name: "root-entry-by-reference",
      setup(build) {
        build.onResolve({ filter: /^\.\/\w+\/index\.ts$/ }, ({ importer, path }) =>
          /\bsrc[/\\]index\.ts$/.test(importer)
            ? { path: path.replace("/index.ts", ".js"), external: true }
            : undefined,
        );
      },
    },
  ],
});
