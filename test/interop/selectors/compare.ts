/** Asks one database for all batches and counts its answers, one for each selector and row. */

import type { SqlDialect } from "otakit/cohort";
import { startComparison } from "../compare.ts";
import type { PeerOutcome } from "../peer.ts";
import { type Batch, batches } from "./cases.ts";
import { strataBatch } from "./strata.ts";
import { trapBatch, traps } from "./traps.ts";

/** What a database says of one query: a digit for each row, and the places of those that WHERE selects. */
export interface Answer {
  readonly truths: string;
  readonly selected: readonly number[];
}

/** Loads a table and asks its queries. */
export type AskDatabase = (batch: Batch) => readonly Answer[];

/** Differential comparison: 20 selectors on `rows` vehicles (1,000 when absent) in each batch, the named traps, and stratified rings. */
export function compareSelectors(
  dialect: SqlDialect,
  ask: AskDatabase,
  count: number,
  options: { readonly hasBucketFunction?: boolean; readonly suffix?: string; readonly rows?: number } = {},
): readonly PeerOutcome[] {
  const { hasBucketFunction = false, suffix = "", rows = 1_000 } = options;
  const answers = startComparison(`selector: truth of (selector, vehicle)${suffix}`);
  const selections = startComparison(`selector: vehicles selected by WHERE${suffix}`);
  for (const batch of batches(dialect, count, rows, hasBucketFunction))
    compareBatch(batch, ask(batch), answers, selections);
  const named = startComparison(`selector: named traps${suffix}`);
  const batch = trapBatch(dialect, hasBucketFunction);
  const trapAnswers = ask(batch);
  for (const [index, { truths }] of trapAnswers.entries()) {
    named.add(traps[index]!.name, traps[index]!.answer, truths[index]);
  }
  compareBatch(batch, trapAnswers, answers, selections);
  const placed = startComparison(`stratified rings: ring of a vehicle${suffix}`);
  const placedBatch = strataBatch(dialect, rows, 0);
  compareBatch(placedBatch, ask(placedBatch), placed, selections);
  return [answers.outcome(), selections.outcome(), named.outcome(), placed.outcome()];
}

function compareBatch(
  { queries, rows }: Batch,
  given: readonly Answer[],
  answers: ReturnType<typeof startComparison>,
  selections: ReturnType<typeof startComparison>,
): void {
  queries.forEach(({ expected, selector }, index) => {
    const { truths, selected } = given[index]!;
    for (let place = 0; place < expected.length; place++) {
      const input = expected[place] === truths[place] ? place : { selector, row: rows[place] };
      answers.add(input, expected[place], truths[place]);
    }
    const wanted = [...expected].flatMap((digit, place) => (digit === "2" ? [place] : []));
    selections.add(selector, wanted, selected);
  });
}
