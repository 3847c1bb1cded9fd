/** Runs programs under workerd, each as a worker of its own. */

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { wasmModule } from "./programs.ts";
import { crashed, type ProgramReport, readReports, type WrittenProgram } from "./report.ts";

/** Date whose workerd behaviour is asked for; not after the release date of the pinned version. */
const compatibilityDate = "2026-11-01";

/** Runs every program's `test` handler and reads the reports that they print. */
export function runInWorkerd(executable: string, programs: readonly WrittenProgram[]): readonly ProgramReport[] {
  return programs.map((program) => {
    const config = join(dirname(program.file), "worker.capnp");
    writeFileSync(config, workerConfig(basename(program.file)));
    const { stdout, stderr, status } = spawnSync(executable, ["test", config], { encoding: "utf8", timeout: 300_000 });
    const [report] = readReports(stdout);
    return report !== undefined && status === 0 ? report : crashed(program, `exit ${status}: ${stderr}`);
  });
}

/** Where the installed package has the compiled module. */
const wasmFile = wasmModule.replace("otakit/", "otakit/dist/");

function workerConfig(file: string): string {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "program", worker = .program)]);
const program :Workerd.Worker = (
  modules = [
    (name = "program", esModule = embed "${file}"),
    (name = "${wasmModule}", wasm = embed "../node_modules/${wasmFile}"),
  ],
  compatibilityDate = "${compatibilityDate}",
);
`;
}
