import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: {
    alias: [
      { find: "#crypto", replacement: fileURLToPath(new URL("src/core/crypto/node.ts", import.meta.url)) },
      // Files of the command line, which import the package by its name, then lean on the sources that a test changes.
      { find: /^otakit\/([\w/]+)$/, replacement: `${fileURLToPath(new URL("src/", import.meta.url))}$1/index.ts` },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["**/node_modules/**", "test/runtime/**"],
    // `npm run check` checks the types of everything; here only the type tests count.
    typecheck: {
      enabled: true,
      include: ["test/**/*.test-d.ts"],
      tsconfig: "./tsconfig.tools.json",
      ignoreSourceErrors: true,
    },
    // Property tests are many short runs; a slow shared machine must not turn them red.
    testTimeout: 120_000,
    coverage: { provider: "v8", include: ["src/**"], reporter: ["text-summary", "html"] },
  },
});
