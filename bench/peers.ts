/** Where the peers of the benchmarks live: npm packages of their own, beside but not among those of otakit. */

import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { projectRoot } from "../scripts/evidence.ts";

const folder = `${projectRoot}/bench/peers`;
const requirePeer = createRequire(`${folder}/package.json`);

/** Installs the peers at their pinned versions. */
export function installPeers(): void {
  const args = ["ci", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  execFileSync("npm", args, { cwd: projectRoot, stdio: ["ignore", "inherit", "inherit"] });
}

/** The version of a peer, or in words why it cannot be measured. */
export function findPeer(name: string): { readonly version: string } | { readonly missing: string } {
  try {
    const { version } = requirePeer(`${folder}/node_modules/${name}/package.json`) as { version: string };
    return { version };
  } catch {
    return { missing: `npm package ${name} is not installed; run: npm run bench -- --install` };
  }
}

/** Loads a peer. Its types are not installed with otakit, so the caller says what it expects. */
export async function importPeer<Module>(name: string): Promise<Module> {
  return (await import(requirePeer.resolve(name))) as Module;
}
