import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { bundleContent } from "../../scripts/check/bundle-content.ts";

const root = mkdtempSync(join(tmpdir(), "otakit-bundle-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const files = {
  "node_modules/device/package.json":
    '{ "name": "device", "type": "module", "sideEffects": false, "exports": "./index.js" }',
  "node_modules/device/index.js": `
    import { check } from "validator";
    import { hash } from "@scope/hashes";
    import { readFileSync } from "node:fs";
    export const plain = (x) => x + 1;
    export const checked = (x) => check(x);
    export const hashed = (x) => hash(x);
    export const read = () => readFileSync("x");
    export const compiled = (bytes) => new WebAssembly.Module(bytes);`,
  "node_modules/validator/package.json":
    '{ "name": "validator", "type": "module", "sideEffects": false, "exports": "./index.js" }',
  "node_modules/validator/index.js": "export const check = (x) => x !== 0;",
  "node_modules/@scope/hashes/package.json":
    '{ "name": "@scope/hashes", "type": "module", "sideEffects": false, "exports": "./i.js" }',
  "node_modules/@scope/hashes/i.js": "export const hash = (x) => x * 3;",
};
for (const [path, text] of Object.entries(files)) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

describe("bundleContent", () => {
  it("finds what a whole entry holds", async () => {
    expect(await bundleContent(root, "device")).toMatchObject({
      packages: ["@scope/hashes", "device", "validator"],
      externals: ["node:fs"],
      usesWebAssembly: true,
    });
  });

  it.each([
    ["{ plain }", ["device"], false],
    ["{ checked }", ["device", "validator"], false],
    ["{ hashed }", ["@scope/hashes", "device"], false],
    ["{ compiled }", ["device"], true],
  ])("leaves out what %s does not need", async (names, packages, usesWebAssembly) => {
    expect(await bundleContent(root, "device", names)).toMatchObject({ packages, usesWebAssembly });
  });
});
