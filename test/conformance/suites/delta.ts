/** Delta updates whose power fails, many times over. */

import { seededRandom } from "../../../scripts/random.ts";
import { loadUpdates, type Mode, play } from "../../delta/power-cuts/play.ts";
import type { ConformanceSuite, LoadVectors, SuiteEffort, SuiteOutcome } from "../suite.ts";

export const suites: readonly ConformanceSuite[] = [{ suite: "delta/power-cuts", run: powerCuts }];

const modes: readonly Mode[] = [
  { driver: "sync", backend: "embedded", rot: false },
  { driver: "async", backend: "embedded", rot: false },
  { driver: "sync", backend: "embedded", rot: true },
  { driver: "async", backend: "typescript", rot: false },
];

async function powerCuts(_load: LoadVectors, effort: SuiteEffort): Promise<SuiteOutcome> {
  const total = effort === "full" ? 10_000 : 1_500;
  const random = seededRandom("delta power cuts");
  const updates = loadUpdates();
  const failures: string[] = [];
  let failed = 0;
  let cuts = 0;
  for (let index = 0; index < total; index++) {
    const update = updates[index % updates.length]!;
    // The translation is several times slower than WebAssembly: one run in forty.
    const mode = modes[index % 40 === 39 ? 3 : random.below(3)]!;
    const played = await play(update, mode, 3, random);
    cuts += played.cuts;
    if (played.faults.length === 0) continue;
    failed++;
    failures.push(`run ${index}, ${update.format}, ${JSON.stringify(mode)}: ${played.faults.join("; ")}`);
  }
  const why = `${cuts} power cuts; writes since the last flush torn, lost and out of order; both formats, both drivers`;
  return { total, passed: total - failed, failed, skipped: 0, failures, why };
}
