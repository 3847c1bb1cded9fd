/** The `otakit` command under a Node: as npm installed it, it starts, explains a key and refuses what it does not know. */

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { assertEqual, runChecks } from "./check.ts";
import type { ProgramReport } from "./report.ts";

/** Tries the command of an installed package. */
export async function tryCommand(executable: string, folder: string, version: string): Promise<ProgramReport> {
  const run = (input: string, ...args: readonly string[]) => {
    const command = join(folder, "node_modules/otakit/dist/cli.js");
    const { status, stdout, stderr } = spawnSync(executable, [command, ...args], { encoding: "utf8", input });
    return { status, stdout, stderr };
  };
  const key = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
  const check = (what: string, act: () => void) => ({ subpath: "otakit (command)", what, run: act });
  const report = await runChecks([
    check("tells the version", () =>
      assertEqual(run("", "--version"), { status: 0, stdout: `${version}\n`, stderr: "" }),
    ),
    check("explains a key", () => {
      const { status, stdout } = run(key, "inspect", "-", "--json");
      const { kind, publicKey } = JSON.parse(stdout) as { kind: string; publicKey: { material: string } };
      assertEqual([status, kind, publicKey.material], [0, "public-key", key]);
    }),
    check("refuses what it does not know", () => {
      assertEqual([run("", "tuff").status, run("hello", "inspect", "-").status], [2, 1]);
    }),
  ]);
  return { ...report, program: "command", kind: "alone" };
}
