/** How far reports that passed their checks can be relied on: what is old, unset, missing or contradicted is data, and no yes. */

import { excerpt, type QualityFlag, qualityFlag } from "../../core/index.ts";
import type { EcuReport, ReportedImage } from "./ecu-report.ts";
import { type ReasonPlace, type UptaneReason, type UptaneReasonCode, uptaneReason } from "./reasons.ts";
import type { ReportFlag } from "./vehicle-manifest.ts";

/** What was noticed, for people and for programs. */
export interface ReportNotice {
  readonly reason: UptaneReason;
  /** Absent where the data themselves are good. */
  readonly flag?: ReportFlag;
}

/** When reports count as old. */
export interface ReportAge {
  readonly now: number;
  readonly maxAgeMs: number;
}

/** What is to be noticed about one report. */
export function noticesOf(report: EcuReport, { now, maxAgeMs }: ReportAge, path: string): readonly ReportNotice[] {
  const { ecuId, timeMs, previousTimeMs, counter, nonce, attacksDetected } = report;
  const notices: ReportNotice[] = [];
  const add = (code: UptaneReasonCode, evidence: UptaneReason["evidence"], flag?: QualityFlag) =>
    notices.push(noticeOf(code, { path, ecuId }, { ecuId, ...evidence }, flag && { ecuId, flag }));
  if (attacksDetected !== "") add("uptane_report_attack_detected", { got: excerpt(attacksDetected) });
  if (timeMs === undefined) add("uptane_report_time_unset", {}, qualityFlag("clock_unset", {}));
  else if (now - timeMs > maxAgeMs) {
    const ageMs = now - timeMs;
    add("uptane_report_stale", { had: maxAgeMs, got: ageMs }, qualityFlag("stale", { ageMs, maxAgeMs }));
  }
  if (previousTimeMs !== undefined && previousTimeMs > (timeMs ?? 0)) {
    const rule = "the previous time is not after the latest";
    add("uptane_report_contradictory", { rule }, qualityFlag("inconsistent", { rule }));
  }
  if (counter === undefined && nonce === undefined) {
    const flag = qualityFlag("baseline_missing", { baseline: "counter or nonce" }, "degraded");
    add("uptane_report_unprotected", {}, flag);
  }
  return notices;
}

/** Reports that describe the image of one filename in two ways; the later one is flagged. */
export function contradictionsAmong(
  reports: readonly EcuReport[],
  pathOf: (ecuId: string) => string,
): readonly ReportNotice[] {
  const first = new Map<string, EcuReport>();
  const rule = "one filename is one image";
  return reports.flatMap((report): readonly ReportNotice[] => {
    const { ecuId, installedImage } = report;
    const other = first.get(installedImage.path);
    if (other === undefined) first.set(installedImage.path, report);
    if (other === undefined || isSameImage(other.installedImage, installedImage)) return [];
    const flag = { ecuId, flag: qualityFlag("inconsistent", { rule }) };
    const evidence = { ecuId, rule, other: other.ecuId };
    return [noticeOf("uptane_report_contradictory", { path: pathOf(ecuId), ecuId }, evidence, flag)];
  });
}

function isSameImage(left: ReportedImage, right: ReportedImage): boolean {
  const common = Object.keys(left.hashes).filter((algorithm) => Object.hasOwn(right.hashes, algorithm));
  return (
    left.length === right.length &&
    (left.releaseCounter ?? right.releaseCounter) === (right.releaseCounter ?? left.releaseCounter) &&
    common.every((algorithm) => left.hashes[algorithm] === right.hashes[algorithm])
  );
}

/** What is to be noticed about ECUs that did not report. */
export function missingNotices(missing: readonly string[]): readonly ReportNotice[] {
  const flag = { flag: qualityFlag("partial", { missingFields: missing }) };
  return missing.map((ecuId, index) =>
    noticeOf("uptane_report_missing", { ecuId }, { ecuId }, index === 0 ? flag : undefined),
  );
}

function noticeOf(
  code: UptaneReasonCode,
  place: ReasonPlace,
  evidence: UptaneReason["evidence"],
  flag: ReportFlag | undefined,
): ReportNotice {
  return { reason: uptaneReason(code, "5.3.2.1", place, evidence), ...(flag === undefined ? {} : { flag }) };
}
