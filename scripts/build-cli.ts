/**
 * Bundles the `otakit` command into one file: start-up is most of what a short command costs, and one file is read fastest.
 *
 * The command imports otakit by its public names; here these are the modules of this checkout. The licences of the packages in
 * the bundle are written beside it.
 */

import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile, type Plugin } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

const ownModules: Plugin = {
  name: "own-modules",
  setup({ onResolve }) {
    const source = (path: string) => ({ path: join(root, "src", path), sideEffects: false });
    onResolve({ filter: /^otakit\/[\w/]+$/ }, ({ path }) => source(`${path.slice("otakit/".length)}/index.ts`));
    // The command runs under Node and its like only.
    onResolve({ filter: /^#crypto$/ }, () => source("core/crypto/node.ts"));
  },
};

/** Bundles the command, or another file of `src/cli` for a test. */
export async function buildCli(outfile: string, entry = "index.ts"): Promise<void> {
  const { metafile } = await build({
    entryPoints: [join(root, "src/cli", entry)],
    outfile,
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    target: "node20.19",
    format: "esm",
    // White space alone is half of the file; names stay, for traces that can be read.
    minifyWhitespace: true,
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
    plugins: [ownModules],
  });
  chmodSync(outfile, 0o755);
  writeFileSync(outfile.replace(/\.js$/, ".licenses.txt"), licencesOf(metafile));
}

function licencesOf({ inputs }: Metafile): string {
  const packages = new Set(
    Object.keys(inputs).flatMap((input) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []),
  );
  return [...packages]
    .sort()
    .map((name) => {
      const folder = join(root, "node_modules", name);
      const file = ["LICENSE", "LICENSE.md", "LICENSE.txt"]
        .map((each) => join(folder, each))
        .find((each) => existsSync(each));
      if (file === undefined) throw new Error(`${name} is bundled and has no licence file`);
      return `${name}\n\n${readFileSync(file, "utf8").trim()}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}
