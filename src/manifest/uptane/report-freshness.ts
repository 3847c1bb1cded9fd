/** Whether a report is new, and its time plausible (Uptane 2.1.0 section 5.3.2.1 steps 3 and 4). */

import type { EcuReport } from "./ecu-report.ts";
import { type UptaneReason, type UptaneReasonCode, uptaneReason } from "./reasons.ts";
import { type EcuReportState, mostNonces } from "./report-state.ts";

/** When a manifest arrived, and what counts as plausible then. */
export interface ReportClock {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly maxClockAheadMs: number;
}

/** 2016-01-01T00:00:00Z: before there was Uptane, no ECU could verify a time. */
export const earliestReport = 1_451_606_400_000;

/**
 * What is wrong with the time and the novelty of a report; nothing when it is new.
 *
 * @param before - what is remembered of the ECU
 * @param path - JSON pointer of the report
 */
export function freshnessFaults(
  report: EcuReport,
  before: EcuReportState,
  clock: ReportClock,
  path: string,
): readonly UptaneReason[] {
  return [...replayFaults(report, before, path), ...timeFaults(report, before, clock, path)];
}

/** 5.3.2.1 step 4: "the nonce or counter in each ECU version report has not been used before". */
function replayFaults({ ecuId, ...report }: EcuReport, before: EcuReportState, path: string): readonly UptaneReason[] {
  const fault = (code: UptaneReasonCode, evidence: UptaneReason["evidence"]) => [
    uptaneReason(code, "5.3.2.1", { path, ecuId }, { ecuId, ...evidence }),
  ];
  // Also a report without one: leaving the counter out must not be the way past it.
  if (before.counter !== undefined && (report.counter ?? -1) <= before.counter) {
    return fault("uptane_report_replayed", { had: before.counter, ...withGot(report.counter) });
  }
  if (report.counter !== undefined || before.nonces === undefined) return [];
  if (report.nonce === undefined || before.nonces.includes(report.nonce)) {
    return fault("uptane_report_replayed", { ...withGot(report.nonce) });
  }
  // Nonces of earlier times need not be remembered, because reports of earlier times are refused.
  const isLater = (report.timeMs ?? 0) > (before.timeMs ?? 0);
  if (before.nonces.length < mostNonces || isLater) return [];
  return fault("uptane_report_nonces_exhausted", { had: mostNonces });
}

/** 5.3.2.1 step 3: "The time sent in the ECU version report". */
function timeFaults(
  { ecuId, timeMs, counter }: EcuReport,
  before: EcuReportState,
  { now, maxClockAheadMs }: ReportClock,
  path: string,
): readonly UptaneReason[] {
  const fault = (code: UptaneReasonCode, evidence: UptaneReason["evidence"]) =>
    uptaneReason(code, "5.3.2.1", { path, ecuId }, { ecuId, ...evidence });
  if (timeMs === undefined) {
    // A lost clock is no fault by itself; but without a counter an old report would be past every other check.
    const isHidden = before.timeMs !== undefined && counter === undefined;
    return isHidden ? [fault("uptane_report_time_rollback", { had: before.timeMs! })] : [];
  }
  const faults: UptaneReason[] = [];
  if (timeMs < earliestReport || timeMs > now + maxClockAheadMs) {
    faults.push(fault("uptane_report_time_implausible", { had: now, got: timeMs }));
  }
  if (before.timeMs !== undefined && timeMs < before.timeMs) {
    faults.push(fault("uptane_report_time_rollback", { had: before.timeMs, got: timeMs }));
  }
  return faults;
}

function withGot<T>(got: T | undefined): { readonly got?: T } {
  return got === undefined ? {} : { got };
}
