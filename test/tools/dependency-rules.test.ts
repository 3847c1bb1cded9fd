import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const checkout = fileURLToPath(new URL("../..", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "otakit-imports-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** File -> its only statement, and the rule that it breaks, if any. All in one checkout in miniature: one run is slow enough. */
const files: Readonly<Record<string, readonly [code: string, rule?: string]>> = {
  "src/core/index.ts": ['export * from "./bytes.ts";'],
  "src/core/bytes.ts": ["export const bytes = 1;"],
  "src/core/clock.ts": ['export * from "node:fs";', "node-modules-behind-crypto"],
  "src/core/crypto/node.ts": ['export * from "node:crypto";'],
  "src/signing/index.ts": ['export * from "../core/index.ts";'],
  "src/signing/deep.ts": ['export * from "../core/bytes.ts";', "signing-imports"],
  "src/uds/index.ts": ['export type { bytes } from "../cohort/index.ts";', "uds-imports"],
  "src/cohort/index.ts": ['export * from "../core/index.ts";'],
  "src/cohort/vehicle.ts": ['export * from "../vehicle/index.ts";', "cohort-imports"],
  "src/vehicle/index.ts": ['export * from "../manifest/index.ts";'],
  "src/manifest/index.ts": ['export * from "../signing/index.ts";'],
  "src/audit/one.ts": ['export * from "./two.ts";', "no-cycles"],
  "src/audit/two.ts": ['export * from "./one.ts";'],
  "src/audit/lost.ts": ['export * from "./nowhere.ts";', "resolvable"],
  "src/audit/tested.ts": ['export * from "../../test/helper.ts";', "no-tests-in-the-library"],
  "src/gadget/index.ts": ['export * from "../core/index.ts";', "known-modules"],
  "src/index.ts": ['export * as core from "./core/index.ts";'],
  "src/cli/main.ts": ['export * from "../core/index.ts";', "public-entries-only"],
  "examples/demo.ts": ['export * from "../src/core/index.ts";', "public-entries-only"],
  "examples/tool.ts": ['export * from "../test/helper.ts";', "examples-use-no-tools"],
  "bench/rows/core.ts": ['export * from "../../src/core/index.ts";', "public-entries-only"],
  "test/conformance/suites/core.ts": ['export * from "../../../src/core/index.ts";', "public-entries-only"],
  "test/core/bytes.test.ts": ['export * from "../../src/core/bytes.ts";'],
  "test/core/root.test.ts": ['export * from "../../src/index.ts";', "no-import-of-the-root-entry"],
  "test/helper.ts": ["export const helper = 1;"],
};

describe("dependency rules", () => {
  it("finds each violation and nothing else", () => {
    for (const [path, [code]] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), `${code}\n`);
    }
    writeFileSync(join(root, "package.json"), '{ "type": "module" }');
    for (const name of ["tsconfig.json", ".dependency-cruiser.js"]) cpSync(join(checkout, name), join(root, name));

    const expected = Object.entries(files).flatMap(([path, [, rule]]) => (rule ? [`${rule}: ${path}`] : []));
    expect(violations()).toEqual(expected.sort());
  });
});

/** `rule: file` of each violation that dependency-cruiser reports, without repetitions. */
function violations(): readonly string[] {
  const program = join(checkout, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
  const folders = ["src", "test", "bench", "examples"];
  const args = [program, "--config", ".dependency-cruiser.js", "--output-type", "json", ...folders];
  const json = execFileSync(process.execPath, args, { cwd: root, encoding: "utf8", maxBuffer: 64 << 20 });
  const { summary } = JSON.parse(json) as {
    summary: { violations: readonly { from: string; rule: { name: string } }[] };
  };
  return [...new Set(summary.violations.map(({ from, rule }) => `${rule.name}: ${from}`))].sort();
}
