/** Authorised rollback: the named cases, and random histories against the law of the floors. */

import { printTable } from "../../../scripts/terminal-table.ts";
import { isExpected, playRollback, rollbackCases } from "../rollback/cases.ts";
import { playHistories } from "../rollback/model.ts";
import type { ConformanceSuite, SuiteOutcome } from "../suite.ts";

export const suites: readonly ConformanceSuite[] = [
  { suite: "manifest/rollback-cases", run: namedCases },
  { suite: "manifest/rollback-histories", run: histories },
];

async function namedCases(): Promise<SuiteOutcome> {
  const failures: string[] = [];
  const rows: (readonly string[])[] = [];
  for (const rollback of rollbackCases) {
    const outcome = await playRollback(rollback);
    // A refusal has other reasons besides: the one that the case is about.
    const { word, codes } = outcome;
    rows.push([rollback.name, word, codes.includes(rollback.expected) ? rollback.expected : (codes[0] ?? "")]);
    if (isExpected(rollback, outcome)) continue;
    failures.push(`${rollback.name}: ${outcome.word} (${outcome.codes.join(", ")}), expected ${rollback.expected}`);
  }
  printTable(["rollback", "answer", "because of"], rows);
  const total = rollbackCases.length;
  return { total, passed: total - failures.length, failed: failures.length, skipped: 0, failures };
}

function histories(): SuiteOutcome {
  const total = 100_000;
  const { decisions, installs, rollbacks, cuts, broken } = playHistories(total, "rollback histories");
  return {
    total,
    passed: total - broken.length,
    failed: broken.length,
    skipped: 0,
    failures: broken,
    why: `${decisions} decisions, ${installs} installations, ${rollbacks} authorised rollbacks, ${cuts} power cuts`,
  };
}
