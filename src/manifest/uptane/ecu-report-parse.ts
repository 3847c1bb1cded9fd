/** Reads ECU version reports (Uptane 2.1.0 section 5.4.2.1.2): their form, and no verification. */

import { type JsonValue, type Limits, parseStrictJson } from "../../core/index.ts";
import { maxIndicatorLength } from "./attack-indicator.ts";
import type { EcuReport, EcuReportDocument, ReportedImage, ReportSignature, SignedReport } from "./ecu-report.ts";
import { resolveProfile, type UptaneProfile, type UptaneProfileName } from "./profile.ts";
import { ReportFields } from "./report-fields.ts";
import type { UptaneReportRules } from "./report-rules.ts";

/** What reading depends on. */
export interface ParseReportOptions {
  /** `uptane-2.1` when absent. */
  readonly profile?: UptaneProfileName | UptaneProfile;
  /** `maxBytes` (16,384 when absent), `maxDepth` (16) and `maxEntries` (2,000) apply. */
  readonly limits?: Partial<Limits>;
}

/** A report says little; an ECU that says more is to be asked why. */
export const reportLimits: Partial<Limits> = { maxBytes: 16_384, maxDepth: 16, maxEntries: 2_000 };

/**
 * Reads an ECU version report and checks its form. Members that the standard does not name are kept.
 *
 * This checks nothing about trust: use {@link verifyEcuReport}, or `evaluateVehicleManifest` for those of a vehicle.
 *
 * Standard: Uptane 2.1.0 section 5.4.2.1.2; member names of its reference implementation.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_UPTANE_REPORT` with the JSON pointer of the fault
 * @throws `CoreError` `ERR_CORE_JSON_*`, `ERR_CORE_UTF8` or `ERR_CORE_LIMIT` when the bytes are no strict JSON
 * @throws RangeError when no profile has the name, or a limit is out of range
 * @example
 * ```ts
 * parseEcuReport(bytes).report.installedImage.path; // "brake/7.bin"
 * ```
 */
export function parseEcuReport(bytes: Uint8Array, options: ParseReportOptions = {}): EcuReportDocument {
  const { reports } = resolveProfile(options.profile ?? "uptane-2.1");
  return readEcuReport(parseStrictJson(bytes, { ...reportLimits, ...options.limits }), [], reports);
}

/** Reads a report that stands somewhere in a document. */
export function readEcuReport(
  value: JsonValue | undefined,
  at: readonly (string | number)[],
  rules: UptaneReportRules,
): EcuReportDocument {
  const { signed, ...envelope } = readEnvelope(new ReportFields(value, at), rules);
  return { ...envelope, signed: signed.value, report: readReport(signed, rules) };
}

/** Reads signatures, and gives the object that they cover. */
export function readEnvelope(
  document: ReportFields,
  rules: UptaneReportRules,
): Pick<SignedReport, "signatures"> & { readonly signed: ReportFields } {
  const keyids = new Set<string>();
  const signatures = document.list("signatures", 1, 16).map((fields) => {
    const signature = readSignature(fields, rules);
    if (keyids.has(signature.keyid)) throw fields.fault("keyid", "a key id that is not there twice");
    keyids.add(signature.keyid);
    return signature;
  });
  return { signatures, signed: document.object("signed") };
}

function readSignature(fields: ReportFields, { signatureDetails }: UptaneReportRules): ReportSignature {
  const keyid = fields.text("keyid", 1, 256);
  // RSA signatures of 8,192 bits in hexadecimal.
  const sig = fields.text("sig", 0, 2_048);
  const required = signatureDetails === "required";
  return {
    keyid,
    ...(required || fields.has("method") ? { method: fields.text("method", 1, 64) } : {}),
    ...(required ? { hashes: fields.hashes("hashes") } : {}),
    sig,
  };
}

/** Reads the content of a report. */
export function readReport(signed: ReportFields, rules: UptaneReportRules): EcuReport {
  const timeMs = readTime(signed, "timeserver_time", rules, rules.time === "required");
  const previousTimeMs = readTime(signed, "previous_timeserver_time", rules, false);
  const hasCounter = signed.has("report_counter");
  const hasNonce = signed.has("nonce");
  if (rules.replayProtection === "required" && !hasCounter && !hasNonce) {
    throw signed.fault("report_counter", "integer >= 0, or a nonce beside it");
  }
  return {
    ecuId: signed.id("ecu_serial"),
    installedImage: readImage(signed.object("installed_image")),
    attacksDetected: signed.text("attacks_detected", 0, maxIndicatorLength),
    ...(timeMs === undefined ? {} : { timeMs }),
    ...(previousTimeMs === undefined ? {} : { previousTimeMs }),
    ...(hasCounter ? { counter: signed.count("report_counter", rules.counters === "integer_or_text") } : {}),
    ...(hasNonce ? { nonce: signed.nonce("nonce") } : {}),
  };
}

/** A time; none where the dialect lets 1970 mean that. */
function readTime(
  signed: ReportFields,
  name: string,
  { time }: UptaneReportRules,
  required: boolean,
): number | undefined {
  if (!required && !signed.has(name)) return undefined;
  const found = signed.time(name);
  return found === 0 && time === "may_be_unset" ? undefined : found;
}

function readImage(image: ReportFields): ReportedImage {
  const fileinfo = image.object("fileinfo");
  // aktualizr writes `false` where it has no custom fields.
  const hasCustom = fileinfo.has("custom") && fileinfo.value["custom"] !== false;
  const fields = hasCustom ? fileinfo.object("custom") : undefined;
  return {
    path: image.text("filepath", 1, 1_024),
    length: fileinfo.count("length"),
    hashes: fileinfo.hashes("hashes"),
    ...(fields?.has("releaseCounter") ? { releaseCounter: fields.count("releaseCounter") } : {}),
  };
}
