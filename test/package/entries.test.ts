import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { publicEntries } from "../../scripts/check/package-entries.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const packageJson = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  exports: Record<string, string | Record<string, string>>;
  dependencies: Record<string, string>;
  scripts: Record<string, string>;
  sideEffects: unknown;
};

/** Modules of the library: folders of `src/` with an index, but the command line. */
const modules = readdirSync(join(root, "src"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(root, "src", entry.name, "index.ts")))
  .map(({ name }) => name)
  .filter((name) => name !== "cli")
  .sort();

describe("entry points", () => {
  it("are one for each module, and the root", () => {
    const specifiers = publicEntries().map(({ specifier }) => specifier);
    expect(specifiers.filter((specifier) => specifier.split("/").length <= 2).sort()).toEqual(
      ["otakit", ...modules.map((name) => `otakit/${name}`)].sort(),
    );
  });

  it("are all namespaces of the root", () => {
    const source = readFileSync(join(root, "src/index.ts"), "utf8");
    const namespaces = [...source.matchAll(/^export \* as (\w+) from "\.\/(\w+)\/index\.ts";$/gm)];
    expect(namespaces.map(([, name]) => name).sort()).toEqual(modules);
    expect(namespaces.every(([, name, folder]) => name === folder)).toBe(true);
  });

  it("give their types first, because TypeScript takes the first condition that fits", () => {
    for (const target of Object.values(packageJson.exports)) {
      if (typeof target !== "string") expect(Object.keys(target)[0]).toBe("types");
    }
  });
});

describe("package", () => {
  it("has the four runtime dependencies, pinned", () => {
    expect(Object.keys(packageJson.dependencies).sort()).toEqual(["@noble/curves", "@noble/hashes", "fflate", "zod"]);
    for (const version of Object.values(packageJson.dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it("runs nothing when it is installed, and promises that importing it does nothing", () => {
    const atInstall = ["preinstall", "install", "postinstall", "prepare"];
    expect(Object.keys(packageJson.scripts).filter((name) => atInstall.includes(name))).toEqual([]);
    expect(packageJson.sideEffects).toBe(false);
  });
});
