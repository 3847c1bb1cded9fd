/** Makes an ECU's version report (Uptane 2.1.0 sections 5.4.2.1.2 and 5.4.3.6). */

import { type Bytes, formatUtcTime, type JsonObject, type SignatureProvider } from "../../core/index.ts";
import type { EcuReport } from "./ecu-report.ts";
import { readReport } from "./ecu-report-parse.ts";
import { resolveProfile, type UptaneProfile, type UptaneProfileName } from "./profile.ts";
import { ReportFields } from "./report-fields.ts";
import type { UptaneReportRules } from "./report-rules.ts";
import { type ReportSigner, signReport } from "./report-signatures.ts";

/** What signing a report depends on. */
export interface SignReportOptions {
  /** `uptane-2.1` when absent. */
  readonly profile?: UptaneProfileName | UptaneProfile;
  /** Back end that checks the signer's answer; the runtime's default when absent. */
  readonly provider?: SignatureProvider;
}

/**
 * Makes and signs the version report of an ECU.
 *
 * Times are rounded down to whole seconds. The counter must be stored as used before the report is sent.
 *
 * Standard: Uptane 2.1.0 section 5.4.2.1.2; member names of its reference implementation.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_UPTANE_REPORT` with the JSON pointer of a member that readers would refuse
 * @throws `SigningError` `ERR_SIGNING_SIGNER_FAULT` when the signer's answer does not verify
 * @throws RangeError when a time is none, or a shared secret has fewer than 16 bytes
 * @example
 * ```ts
 * const installedImage = { path: "brake/7.bin", length, hashes: { sha256 }, releaseCounter: 7 };
 * const report = { ecuId: "brake-1", installedImage, attacksDetected: attackIndicator(refusals), timeMs: time.now, counter: 42 };
 * const bytes = await signEcuReport(report, { scheme: "hmac-sha256", keyId: "brake-1", secret });
 * ```
 */
export async function signEcuReport(
  report: EcuReport,
  signer: ReportSigner,
  options: SignReportOptions = {},
): Promise<Bytes> {
  const { reports } = resolveProfile(options.profile ?? "uptane-2.1");
  const signed = encodeReport(report, reports);
  readReport(new ReportFields(signed, ["signed"]), reports);
  return signReport(signed, signer, reports, options.provider);
}

/** The members that are not there are left out, as undefined is no JSON. */
function encodeReport(report: EcuReport, rules: UptaneReportRules): JsonObject {
  const { ecuId, installedImage, attacksDetected, timeMs, previousTimeMs, counter, nonce } = report;
  const { path, length, hashes, releaseCounter } = installedImage;
  const asTime = (instant: number) => formatUtcTime(Math.floor(instant / 1_000) * 1_000);
  // Readers of that dialect want both times, and take 1970 for none.
  const unset = rules.time === "may_be_unset" ? 0 : undefined;
  const time = timeMs ?? unset;
  const previous = previousTimeMs ?? unset;
  return {
    attacks_detected: attacksDetected,
    ecu_serial: ecuId,
    installed_image: {
      filepath: path,
      fileinfo: { length, hashes, ...(releaseCounter === undefined ? {} : { custom: { releaseCounter } }) },
    },
    ...(time === undefined ? {} : { timeserver_time: asTime(time) }),
    ...(previous === undefined ? {} : { previous_timeserver_time: asTime(previous) }),
    ...(counter === undefined ? {} : { report_counter: rules.counters === "integer" ? counter : String(counter) }),
    ...(nonce === undefined ? {} : { nonce }),
  };
}
