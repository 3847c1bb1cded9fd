/** `npm run interop`: asks programs and libraries that other people wrote, live, and compares their answers with otakit's. */

import { resolve } from "node:path";
import { closingLine, describeError, loadPlugins, projectRoot, versions } from "../../scripts/evidence.ts";
import { parseFlags, printTable, progress, writeJson } from "../../scripts/terminal-table.ts";
import { installPeers } from "./environment.ts";
import type { InteropPeer } from "./peer.ts";
import { type PeerRow, runPeers } from "./runner.ts";

const flags = parseFlags("npm run interop --", "Compares otakit with programs and libraries that other people wrote.", {
  peer: { value: "NAME", help: "ask the peers whose name contains this" },
  full: { help: "take the long run" },
  "tuf-conformance": {
    value: "DIR",
    help: "run a checkout of theupdateframework/tuf-conformance (some three minutes)",
  },
  install: {
    help: "first install the Python and npm peers (needs python3 and both registries); with --full the heavy ones too",
  },
});
if (flags.install) installPeers(flags.full ?? false);
if (flags["tuf-conformance"]) process.env["OTAKIT_TUF_CONFORMANCE"] = resolve(flags["tuf-conformance"]);

const files = await loadPlugins<InteropPeer>(`${projectRoot}/test/interop/peers`, "peers");
const wanted = (name: string): boolean => name.toLowerCase().includes((flags.peer ?? "").toLowerCase());
const chosen = files.flatMap(({ plugins }) => plugins).filter(({ name }) => wanted(name));
const broken: PeerRow[] = files
  .filter(({ error }) => error !== undefined)
  .map(({ file, error }) => ({
    peer: file,
    state: "failed",
    why: `cannot load: ${describeError(error)}`,
    comparisons: [],
  }));
const rows = [
  ...(await runPeers(chosen, { full: flags.full ?? false }, (peer) => progress(`interop: ${peer}`))),
  ...broken,
];

printTable(
  ["peer", "version", "comparison", "total", "equal", "different"],
  rows.flatMap(({ peer, version = "", why, comparisons }) =>
    comparisons.length === 0
      ? [[peer, version, why ?? "", "", "", ""]]
      : comparisons.map(({ what, total, passed, failed }, index) =>
          index === 0 ? [peer, version, what, total, passed, failed] : ["", "", what, total, passed, failed],
        ),
  ),
);
for (const { peer, comparisons } of rows) {
  for (const { what, failures = [] } of comparisons) {
    for (const failure of failures.slice(0, 10)) console.log(`\n${peer}, ${what}: ${failure}`);
  }
}

const count = (state: PeerRow["state"]): number => rows.filter((row) => row.state === state).length;
const [passed, failed, skipped] = [count("passed"), count("failed"), count("skipped")];
if (flags.json !== undefined) writeJson(flags.json, { peers: rows, passed, failed, skipped, versions: versions() });
if (passed + failed === 0) console.log("\nNo peer was asked: nothing is shown by this run.");
console.log(`\n${closingLine(passed, failed, skipped)}`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
