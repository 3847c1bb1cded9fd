import { mergeConfig } from "vitest/config";
import tests from "./vitest.config.ts";

/**
 * The tests as `npm run mutation` runs them: those of one module, without type tests, and with one seed, so that a run can be
 * repeated.
 */
export default mergeConfig(
  { ...tests, test: { ...tests.test, include: [`test/${process.env["OTAKIT_MUTATION_MODULE"] ?? "*"}/**/*.test.ts`] } },
  { test: { typecheck: { enabled: false }, setupFiles: ["./scripts/mutation/fixed-seed.ts"] } },
);
