/** Plays attacks of every kind, and tells what came of each in one form. */

import type { Reason } from "otakit/core";
import { attacks } from "./attacks.ts";
import { isReportedAsExpected, reportAttacks, runReportAttack } from "./attacks-reports.ts";
import type { PairKeys } from "./pair.ts";
import { isAsExpected, runAttack, victims } from "./run-attack.ts";

/** An attack by its name. */
export interface NamedAttack {
  readonly name: string;
  readonly summary: string;
  /** Keys that the attacker holds. */
  readonly holds: string;
}

/** Every attack, those on vehicles first. */
export const allAttacks: readonly NamedAttack[] = [...attacks, ...reportAttacks];

/** What came of an attack for one victim. */
interface PlayedOutcome {
  readonly victim: "primary" | "secondary" | "director";
  readonly decision: string;
  readonly reasons: readonly Reason[];
  /** Why it is not stopped, or what it cannot do. */
  readonly note?: string;
}

/** An attack that was played. */
export interface PlayedAttack extends NamedAttack {
  /** Whether every outcome is the one that the table of attacks promises. */
  readonly asExpected: boolean;
  readonly outcomes: readonly PlayedOutcome[];
}

/** Plays the attacks of a name, or all. */
export async function* playAttacks(name: string, keys: PairKeys, now: number): AsyncGenerator<PlayedAttack> {
  const isChosen = (attack: NamedAttack) => name === "all" || attack.name === name;
  for (const attack of attacks.filter(isChosen)) {
    const outcome = await runAttack(attack, keys, now);
    const outcomes = victims.map((victim): PlayedOutcome => {
      const { decision, reasons, genuine } = outcome[victim];
      const expected = attack[victim];
      const harmed = decision === "update" && !genuine ? "It takes what the attacker chose: " : "";
      const note = expected.outcome === "refuse" ? {} : { note: `${harmed}${expected.why}` };
      return { victim, decision, reasons, ...note };
    });
    yield playedOf(
      attack,
      victims.every((victim) => isAsExpected(attack[victim], outcome[victim])),
      outcomes,
    );
  }
  for (const attack of reportAttacks.filter(isChosen)) {
    const outcome = await runReportAttack(attack, keys, now);
    yield playedOf(attack, isReportedAsExpected(attack, outcome), [{ victim: "director", ...outcome }]);
  }
}

function playedOf(
  { name, summary, holds }: NamedAttack,
  asExpected: boolean,
  outcomes: readonly PlayedOutcome[],
): PlayedAttack {
  return { name, summary, holds, asExpected, outcomes };
}
