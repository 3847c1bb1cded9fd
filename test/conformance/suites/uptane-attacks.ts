/**
 * The attack table of Uptane: every attack mounted on a living pair of repositories with the keys that its attacker holds, against a
 * Primary, which verifies fully, and a Secondary, which verifies partially.
 *
 * A row passes when the attack comes to what the table says, also where the table says that the design cannot stop it.
 */

import { createLocalSigner, type Signer } from "otakit/signing";
import { seededRandom } from "../../../scripts/random.ts";
import { printTable } from "../../../scripts/terminal-table.ts";
import { attacks } from "../../../src/cli/uptane/attacks.ts";
import { isReportedAsExpected, reportAttacks, runReportAttack } from "../../../src/cli/uptane/attacks-reports.ts";
import type { PairKeys, PairSigners } from "../../../src/cli/uptane/pair.ts";
import { isAsExpected, runAttack, type VictimOutcome, victims } from "../../../src/cli/uptane/run-attack.ts";
import type { ConformanceSuite, SuiteOutcome } from "../suite.ts";

export const suites: readonly ConformanceSuite[] = [{ suite: "manifest/uptane-attacks", run: attackTable }];

async function attackTable(): Promise<SuiteOutcome> {
  const now = Date.UTC(2026, 10, 25);
  const rows: (readonly string[])[] = [];
  const failures: string[] = [];
  let harmless = 0;
  for (const attack of attacks) {
    const outcome = await runAttack(attack, keys(), now);
    rows.push([attack.name, attack.holds, ...victims.map((victim) => told(outcome[victim]))]);
    for (const victim of victims) {
      const expected = attack[victim];
      if (expected.outcome !== "accepted") harmless++;
      if (isAsExpected(expected, outcome[victim])) continue;
      failures.push(`${attack.name}, ${victim}: ${told(outcome[victim])}, where the table says ${expected.outcome}`);
    }
  }
  printTable(["attack", "keys of the attacker", "Primary (full verification)", "Secondary (partial)"], rows);
  const reported: (readonly string[])[] = [];
  for (const attack of reportAttacks) {
    const outcome = await runReportAttack(attack, keys(), now);
    const told = `${outcome.decision}: ${outcome.reasons[0]!.code} (${outcome.reasons[0]!.attack})`;
    reported.push([attack.name, attack.holds, told]);
    if (!isReportedAsExpected(attack, outcome)) failures.push(`${attack.name}, Director: ${told}`);
  }
  printTable(["attack", "keys of the attacker", "Director (vehicle version manifest)"], reported);
  const total = attacks.length * victims.length + reportAttacks.length;
  return {
    total,
    passed: total - failures.length,
    failed: failures.length,
    skipped: 0,
    failures,
    why:
      `${attacks.length} attacks on two victims, ${attacks.length * victims.length - harmless} of which succeed by Uptane's design and are listed as such; ` +
      `${reportAttacks.length} on the Director`,
  };
}

function told({ decision, reasons, attack, genuine }: VictimOutcome): string {
  if (decision === "refuse") return `${reasons[0]!.code} (${attack})`;
  if (decision === "none") return "nothing to do";
  return genuine ? "update, all genuine" : "ACCEPTS WHAT THE ATTACKER CHOSE";
}

/** Keys that depend on their names alone. */
function keys(): PairKeys {
  const signer = (name: string): Signer => createLocalSigner(seededRandom(`uptane-attacks/${name}`).bytes(32));
  const ofRepository = (repository: string): PairSigners => ({
    root: signer(`${repository}/root`),
    targets: signer(`${repository}/targets`),
    snapshot: signer(`${repository}/snapshot`),
    timestamp: signer(`${repository}/timestamp`),
  });
  const ecus = { "gw-1": signer("gw-1"), "brake-1": signer("brake-1"), "door-1": signer("door-1") };
  return { director: ofRepository("director"), image: ofRepository("image"), supplier: signer("supplier"), ecus };
}
