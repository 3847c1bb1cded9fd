/** `npm run demo`: the main job of otakit end to end, on real firmware. Exits 1 when any outcome is wrong. */

import { parseFlags, progress, writeJson } from "../../scripts/terminal-table.ts";
import { showCohort } from "./cohort.ts";
import { showDiagnostics } from "./diagnostics.ts";
import { showRings } from "./fleet.ts";
import { showOffline } from "./offline.ts";
import { createReport } from "./report.ts";
import { showRepository } from "./repository.ts";
import { showRollouts } from "./rollout.ts";
import { showSimulation } from "./simulation.ts";
import { showUpdate } from "./update.ts";
import { showUptane } from "./uptane.ts";

const flags = parseFlags("npm run demo --", "The main job of otakit end to end, on real firmware.", {});
const report = createReport();
console.log("otakit: from a signed release to patched firmware, a guarded rollout and decoded diagnostics");
await showUpdate(report);
await showOffline(report);
await showRepository(report);
await showUptane(report);
await showCohort(report, progress);
showRings(report, progress);
showRollouts(report, progress);
showSimulation(report, progress);
showDiagnostics(report);

const wrong = report.outcomes.filter(({ right }) => !right).length;
if (flags.json) writeJson(flags.json, { schema: "otakit.demo/1", ...report.facts, outcomes: report.outcomes, wrong });
console.log(`\n${report.outcomes.length - wrong} passed, ${wrong} failed`);
process.exitCode = wrong === 0 ? 0 : 1;
