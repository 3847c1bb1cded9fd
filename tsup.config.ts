import { defineConfig } from "tsup";

const modules = ["core", "signing", "manifest", "delta", "uds", "statistics", "cohort"];

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
});
