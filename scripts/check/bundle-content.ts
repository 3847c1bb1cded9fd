/**
 * What a user's bundler keeps of each entry point: packages, `node:` modules and WebAssembly. Bundles the whole entry, and the
 * hand-picked imports of the size table, as for a browser.
 */

import { build } from "esbuild";
import { base64 as diffModule } from "../../src/delta/wasm/diff-simd.generated.ts";

/** What one bundle holds. */
export interface BundleContent {
  readonly bytes: number;
  /** Names of the npm packages with code in the bundle. */
  readonly packages: readonly string[];
  /** Imports that are left for the runtime to resolve. */
  readonly externals: readonly string[];
  readonly usesWebAssembly: boolean;
  /** Whether the module that makes patches is embedded. */
  readonly makesPatches: boolean;
}

/** Bundles `export <names> from "<specifier>"` from the package in or around `packageRoot`. */
export async function bundleContent(packageRoot: string, specifier: string, names = "*"): Promise<BundleContent> {
  const { metafile, outputFiles } = await build({
    stdin: { contents: `export ${names} from "${specifier}";`, resolveDir: packageRoot },
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    format: "esm",
    platform: "neutral",
    // The project's own path aliases must not stand in for what a user's bundler finds.
    tsconfigRaw: {},
    external: ["node:*"],
    logLevel: "silent",
  });
  const [output] = Object.values(metafile.outputs);
  const kept = Object.entries(output!.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return {
    bytes: output!.bytes,
    packages: [...new Set(kept.flatMap(([path]) => packageOf(path) ?? []))].sort(),
    externals: output!.imports.filter(({ external }) => external).map(({ path }) => path),
    makesPatches: outputFiles[0]!.text.includes(diffModule),
    usesWebAssembly: /\bWebAssembly\b/.test(outputFiles[0]!.text),
  };
}

/** Name of the package that a file of `node_modules` belongs to. */
function packageOf(path: string): string | undefined {
  return /.*\bnode_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
}
