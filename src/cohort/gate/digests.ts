/** Digests of what a verdict rests on. */

import { bytesToHex, type HashProvider, sha256 } from "../../core/index.ts";
import type { Aggregate, AggregateSeries } from "./aggregate.ts";
import { CanonicalWriter } from "./canonical-writer.ts";

/** Members in the order of RFC 8785. */
const controlMembers = ["count", "metric", "overdue", "stratum", "vehicles"] as const;
const sourceMembers = [
  "conflicting",
  "duplicate",
  "expected",
  "outOfOrder",
  "received",
  "rejected",
  "skewed",
  "source",
  "watermarkMs",
] as const;

/**
 * Digest of an aggregate: SHA-256 over its RFC 8785 form.
 *
 * The form is written here rather than by `encodeJcs`, because half a million counters in columns are written many times as fast as they
 * are walked over.
 *
 * @param aggregate - from `parseAggregate`
 */
export function aggregateDigest(aggregate: Aggregate, provider?: HashProvider): string {
  const { schema, planDigest, series, controls, sources } = aggregate;
  const buckets = series.reduce((sum, { startMs }) => sum + startMs.length, 0);
  // Buckets of tens of vehicles take some 50 bytes, and the names around them some 300.
  const writer = new CanonicalWriter(1_024 + 512 * series.length + 64 * buckets);
  writer.text('{"controls":[');
  controls.forEach((control, index) => {
    if (index > 0) writer.text(",");
    writer.record(controlMembers, control);
  });
  writer.text(`],"planDigest":${JSON.stringify(planDigest)},"schema":${JSON.stringify(schema)},"series":[`);
  series.forEach((one, index) => {
    if (index > 0) writer.text(",");
    writeSeries(writer, one);
  });
  writer.text('],"sources":[');
  sources.forEach((source, index) => {
    if (index > 0) writer.text(",");
    writer.record(sourceMembers, source);
  });
  writer.text("]}");
  return bytesToHex(sha256(writer.written(), provider));
}

function writeSeries(writer: CanonicalWriter, series: AggregateSeries): void {
  const { categories, measures } = series;
  writer.text('{"categories":{');
  Object.keys(categories)
    .sort()
    .forEach((name, index) => {
      writer.column(`${index > 0 ? "," : ""}${JSON.stringify(name)}:`, categories[name]!);
    });
  writer.column('},"conflict":', series.conflict);
  // Most series have the buckets of the one before.
  writer.repeatedColumn(',"endMs":', series.endMs);
  writer.column(',"enrolled":', series.enrolled);
  writer.column(',"excluded":', series.excluded);
  writer.column(',"failure":', series.failure);
  writer.text(',"measures":{');
  Object.keys(measures)
    .sort()
    .forEach((name, index) => {
      const measure = measures[name]!;
      writer.text(`${index > 0 ? "," : ""}${JSON.stringify(name)}:`);
      if (measure.kind === "exposure") {
        writer.column('{"events":', measure.events);
        writer.column(',"exposure":', measure.exposure);
        writer.text(',"kind":"exposure"}');
      } else {
        writer.column('{"kind":"continuous","sum":', measure.sum);
        writer.column(',"sumOfSquares":', measure.sumOfSquares);
        writer.column(',"vehicles":', measure.vehicles);
        writer.text("}");
      }
    });
  writer.column('},"onTime":', series.onTime);
  writer.column(',"provisional":', series.provisional);
  writer.text(`,"ring":${JSON.stringify(series.ring)}`);
  writer.repeatedColumn(',"startMs":', series.startMs);
  writer.column(',"started":', series.started);
  writer.text(`,"stratum":${JSON.stringify(series.stratum)}`);
  writer.column(',"success":', series.success);
  writer.text("}");
}
