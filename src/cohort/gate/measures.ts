/** Sums of measures over buckets. */

import type { Aggregate } from "./aggregate.ts";

/** Sums of one metric; those of the other kind are 0. */
export interface MeasureTotals {
  readonly events: number;
  readonly exposure: number;
  readonly vehicles: number;
  readonly sum: number;
  readonly sumOfSquares: number;
}

/**
 * Sums a metric up over a stratum, or over all vehicles.
 *
 * @param fromMs - buckets that begin earlier are left out
 * @param untilMs - buckets that end later are left out
 */
export function sumMeasures(
  { series }: Aggregate,
  { metric, stratum }: { readonly metric: { readonly id: string; readonly kind: string }; readonly stratum: string },
  fromMs: number,
  untilMs: number = Number.POSITIVE_INFINITY,
): MeasureTotals {
  const totals = { events: 0, exposure: 0, vehicles: 0, sum: 0, sumOfSquares: 0 };
  for (const one of series) {
    const measure = Object.hasOwn(one.measures, metric.id) ? one.measures[metric.id]! : undefined;
    if (measure?.kind !== metric.kind || (stratum !== "" && one.stratum !== stratum)) continue;
    for (let at = 0; at < one.startMs.length; at++) {
      if (one.startMs[at]! < fromMs || one.endMs[at]! > untilMs) continue;
      if (measure.kind === "exposure") {
        totals.events += measure.events[at]!;
        totals.exposure += measure.exposure[at]!;
      } else {
        totals.vehicles += measure.vehicles[at]!;
        totals.sum += measure.sum[at]!;
        totals.sumOfSquares += measure.sumOfSquares[at]!;
      }
    }
  }
  return totals;
}
