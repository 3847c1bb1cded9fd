/** Events in a table, aggregated by a database and by otakit: the same for every database. */

import {
  type AggregateDialect,
  aggregateFromRows,
  aggregateSql,
  OutcomeFold,
  type SourceProgress,
  type SqlRow,
  type SqlStatement,
} from "otakit/cohort";
import { encodeJcs } from "otakit/core";
import { seededRandom } from "../../../scripts/random.ts";
import {
  countedPlan,
  type Delivery,
  randomDeliveries,
  shuffled,
  startMs,
} from "../../cohort/aggregate/random-events.ts";
import { startComparison } from "../compare.ts";
import type { PeerOutcome } from "../peer.ts";

/** Columns of the table `event`; those of type text get a collation that ignores case, where there is one. */
export const eventColumns: Readonly<Record<string, "text" | "integer">> = {
  source: "text",
  vehicle_id: "text",
  kind: "text",
  at_ms: "integer",
  received_ms: "integer",
  seq: "integer",
  ring: "text",
  stratum: "text",
  category: "text",
  retracted_seq: "integer",
  metric: "text",
  events: "integer",
  exposure: "integer",
  value: "integer",
};

/** A table and the two statements to ask it. */
export interface AggregateBatch {
  /** Cells in the order of {@link eventColumns}. */
  readonly rows: readonly (readonly (string | number | null)[])[];
  readonly statements: readonly SqlStatement[];
}

/** Gives the rows of each statement. */
export type AskAggregates = (batches: readonly AggregateBatch[]) => readonly (readonly (readonly SqlRow[])[])[];

const progress: Readonly<Record<string, SourceProgress>> = {
  ledger: { watermarkMs: startMs, expected: 5 },
  telematics: { watermarkMs: startMs + 1 },
  workshop: { watermarkMs: startMs + 2 },
  nobody: { watermarkMs: startMs + 3 },
};

/** Compares every column of every series and every source. */
export function compareAggregates(
  dialect: AggregateDialect,
  ask: AskAggregates,
  count: number,
  suffix = "",
): PeerOutcome {
  const comparison = startComparison(`columns of aggregates of random events${suffix}`);
  const { cells, sources } = aggregateSql(countedPlan, dialect, { table: "event" });
  const random = seededRandom("aggregates");
  // The last one has vehicles with more reports than are remembered.
  const batches = Array.from({ length: count }, (_, index) =>
    index === count - 1 ? flood(randomDeliveries(random, 20, 6)) : randomDeliveries(random, 300, 6),
  );
  const asked = batches.map((deliveries) => ({
    rows: shuffled(random, deliveries).map(rowOf),
    statements: [cells, sources],
  }));
  ask(asked).forEach((answer, index) => {
    const theirs = aggregateFromRows(countedPlan, { cells: answer[0]!, sources: answer[1]! }, progress);
    const fold = new OutcomeFold(countedPlan);
    for (const { source, event } of batches[index]!) fold.add(source, event);
    for (const [name, known] of Object.entries(progress)) fold.observe(name, known);
    const ours = fold.aggregate();
    if (ours.series.length === 0) throw new Error("Nobody is enrolled: nothing would be shown");
    comparison.add(`batch ${index}: whole`, encodeJcs(ours), encodeJcs(theirs));
    ours.series.forEach((series, place) => {
      for (const [name, column] of Object.entries(series)) {
        const other = theirs.series[place]?.[name as keyof typeof series];
        comparison.add(
          `batch ${index}: ${series.ring} ${series.stratum} ${name}`,
          JSON.stringify(column),
          JSON.stringify(other),
        );
      }
    });
    ours.sources.forEach((source, place) => {
      comparison.add(`batch ${index}: ${source.source}`, JSON.stringify(source), JSON.stringify(theirs.sources[place]));
    });
  });
  return comparison.outcome();
}

/** Many reports of a few vehicles, beyond what is remembered. */
function flood(deliveries: readonly Delivery[]): readonly Delivery[] {
  return deliveries.flatMap(({ source, event }, index): readonly Delivery[] =>
    index % 3 === 0 && "seq" in event
      ? Array.from({ length: 70 }, (_, more) => ({ source, event: { ...event, seq: event.seq + (more % 67) } }))
      : [{ source, event }],
  );
}

function rowOf({ source, event }: Delivery): AggregateBatch["rows"][number] {
  const cells: Readonly<Record<string, unknown>> = { source, ...event };
  return Object.keys(eventColumns).map((column) => {
    const member = column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    return (cells[member] ?? null) as string | number | null;
  });
}
