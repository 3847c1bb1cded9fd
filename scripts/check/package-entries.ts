/** The entry points that `package.json` promises. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../evidence.ts";

/** One code entry of the `exports` map. */
export interface PackageEntry {
  /** What a user imports, for example `otakit/uds`. */
  readonly specifier: string;
  /** The same as a file name, for example `uds`; `index` for the root. */
  readonly name: string;
  /** Built file, from the root of the package. */
  readonly file: string;
  /** Its declarations. */
  readonly types: string;
}

/** The code entries of a package.json, by default this project's, in its order. */
export function publicEntries(packageJson = join(projectRoot, "package.json")): readonly PackageEntry[] {
  const { name: packageName, exports } = JSON.parse(readFileSync(packageJson, "utf8")) as {
    name: string;
    exports: Record<string, string | { types: string; default: string }>;
  };
  return Object.entries(exports).flatMap(([subpath, target]) => {
    if (typeof target === "string") return [];
    const path = subpath.slice(2);
    return {
      specifier: path === "" ? packageName : `${packageName}/${path}`,
      name: path === "" ? "index" : path.replaceAll("/", "-"),
      file: target.default,
      types: target.types,
    };
  });
}
