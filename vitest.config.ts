import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: {
    alias: { "#crypto": fileURLToPath(new URL("src/core/crypto/node.ts", import.meta.url)) },
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
