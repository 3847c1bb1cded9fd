/** The package as a user gets it: packed from `dist/`, and installed with its dependencies into an empty folder. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../scripts/evidence.ts";

/** An installation to try. */
export interface Installed {
  /** Folder whose `node_modules` holds the package. */
  readonly folder: string;
  readonly tarball: string;
  /** Every installed package as `name@version`, sorted. */
  readonly packages: readonly string[];
  remove(): void;
}

/** Packs and installs; needs the npm registry or a warm npm cache. */
export function installPacked(): Installed {
  const folder = mkdtempSync(join(tmpdir(), "otakit-runtimes-"));
  try {
    const npm = (...args: string[]): string => execFileSync("npm", args, { cwd: folder, encoding: "utf8" });
    const tarball = npm("pack", projectRoot, "--silent", "--ignore-scripts").trim().split("\n").at(-1)!;
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
    npm("install", "--silent", "--no-audit", "--no-fund", "--prefer-offline", `./${tarball}`);
    return {
      folder,
      tarball,
      packages: listPackages(join(folder, "node_modules")),
      remove: () => rmSync(folder, { recursive: true, force: true }),
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

function listPackages(modules: string, scope = ""): readonly string[] {
  return readdirSync(join(modules, scope))
    .filter((name) => !name.startsWith("."))
    .flatMap((name) => {
      if (name.startsWith("@")) return listPackages(modules, name);
      const manifest = readFileSync(join(modules, scope, name, "package.json"), "utf8");
      const { name: fullName, version } = JSON.parse(manifest) as { name: string; version: string };
      return `${fullName}@${version}`;
    })
    .sort();
}
