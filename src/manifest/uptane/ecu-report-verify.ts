/** Verifies one ECU's version report, as a Primary may that has the key (Uptane 2.1.0 section 5.4.2.1.2). */

import { freezeJson, type SignatureProvider } from "../../core/index.ts";
import { ManifestError } from "../errors.ts";
import type { EcuKey, EcuReportDocument, VerifiedEcuReport } from "./ecu-report.ts";
import { type ParseReportOptions, parseEcuReport } from "./ecu-report-parse.ts";
import { resolveProfile } from "./profile.ts";
import { type UptaneReason, uptaneReason } from "./reasons.ts";
import { reportMessage, reportSignatureFault } from "./report-signatures.ts";

/** Whose report it must be. */
export interface VerifyEcuReportInput extends ParseReportOptions {
  readonly ecuId: string;
  readonly key: EcuKey;
  /** Signature back end; the runtime's default when absent. */
  readonly provider?: SignatureProvider;
}

/**
 * Verifies that a report is an ECU's own. Whether it is new is not asked here: see `evaluateVehicleManifest`.
 *
 * Standard: Uptane 2.1.0 sections 5.4.2.1.2 and 5.3.2.1.
 *
 * @returns the report, frozen
 * @throws {@link ManifestError} `ERR_MANIFEST_UPTANE_REPORT` when it has another form; `ERR_MANIFEST_UPTANE_REPORT_UNTRUSTED` with every
 * failed check in `details.reasons`: `uptane_report_ecu_mismatch`, `uptane_report_untrusted`
 * @throws `CoreError` `ERR_CORE_JSON_*`, `ERR_CORE_UTF8` or `ERR_CORE_LIMIT`; `SigningError` when the key is none
 * @throws RangeError when no profile has the name, a limit is out of range, or a shared secret has fewer than 16 bytes
 * @example
 * ```ts
 * const report = verifyEcuReport(bytes, { ecuId: "brake-1", key });
 * if (report.attacksDetected !== "") alert(report.ecuId, report.attacksDetected);
 * ```
 */
export function verifyEcuReport(bytes: Uint8Array, input: VerifyEcuReportInput): VerifiedEcuReport {
  const { ecuId, key, provider } = input;
  const rules = resolveProfile(input.profile ?? "uptane-2.1").reports;
  const document = parseEcuReport(bytes, input);
  const reasons: UptaneReason[] = [];
  if (document.report.ecuId !== ecuId) {
    const evidence = { had: ecuId, got: document.report.ecuId };
    reasons.push(
      uptaneReason("uptane_report_ecu_mismatch", "5.3.2.1", { path: "/signed/ecu_serial", ecuId }, evidence),
    );
  }
  const why = reportSignatureFault(document, reportMessage(document.signed), key, rules, provider);
  if (why !== undefined) {
    reasons.push(uptaneReason("uptane_report_untrusted", "5.3.2.1", { path: "/signatures", ecuId }, { ecuId, why }));
  }
  if (reasons.length === 0) return verifiedReport(document);
  throw new ManifestError(
    "ERR_MANIFEST_UPTANE_REPORT_UNTRUSTED",
    `Cannot use report: ${reasons[0]!.message.slice(0, -1)}`,
    {
      details: { reasons },
    },
  );
}

/** A report after its checks. */
export function verifiedReport({ report, signed }: EcuReportDocument): VerifiedEcuReport {
  return freezeJson({ ...report, signed }) as unknown as VerifiedEcuReport;
}
