/** Makes a Primary's vehicle version manifest (Uptane 2.1.0 section 5.4.2.1). */

import { type Bytes, encodeJcs, type JsonValue, parseStrictJson } from "../../core/index.ts";
import { readEcuReport, reportLimits } from "./ecu-report-parse.ts";
import type { SignReportOptions } from "./ecu-report-sign.ts";
import { resolveProfile } from "./profile.ts";
import { reportFault } from "./report-fields.ts";
import { type ReportSigner, signReport } from "./report-signatures.ts";
import { readManifest } from "./vehicle-manifest-parse.ts";

/** What a Primary sends. */
export interface VehicleManifestContent {
  readonly vehicleId: string;
  /** ECU id of the Primary. */
  readonly primary: string;
  /** The signed report of each ECU, its own too: the newest, and none that was sent before. */
  readonly reports: readonly Uint8Array[];
}

/**
 * Collects the version reports of a vehicle's ECUs and signs them as its Primary.
 *
 * Reports are taken over as they are: a Primary need not have the keys of its Secondaries. One whose report it does not have, or has
 * sent before, is left out, which the Director takes for a manifest that is partial; an old report would have it refuse the whole.
 *
 * Standard: Uptane 2.1.0 section 5.4.2.1; member names of its reference implementation.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_UPTANE_REPORT` when a report has another form, an ECU has two, or the Director would refuse
 * the form of the whole
 * @throws `CoreError` `ERR_CORE_JSON_*`, `ERR_CORE_UTF8` or `ERR_CORE_LIMIT` when a report is no strict JSON
 * @throws `SigningError` `ERR_SIGNING_SIGNER_FAULT` when the signer's answer does not verify
 * @example
 * ```ts
 * const manifest = await signVehicleManifest({ vehicleId: "veh-17", primary: "gw-1", reports }, gatewayKey);
 * ```
 */
export async function signVehicleManifest(
  { vehicleId, primary, reports }: VehicleManifestContent,
  signer: ReportSigner,
  options: SignReportOptions = {},
): Promise<Bytes> {
  const profile = resolveProfile(options.profile ?? "uptane-2.1");
  const entries = new Map<string, JsonValue>();
  for (const bytes of reports) {
    const document = parseStrictJson(bytes, reportLimits);
    const { ecuId } = readEcuReport(document, [], profile.reports).report;
    if (entries.has(ecuId)) throw reportFault("one report", ["signed", "ecu_version_manifests", ecuId]);
    entries.set(ecuId, document);
  }
  const signed = {
    ecu_version_manifests: Object.fromEntries(entries),
    primary_ecu_serial: primary,
    vin: vehicleId,
  };
  // Read as the Director will, before anything is signed.
  const unsigned = { keyid: "-", method: "-", hashes: { sha256: "00".repeat(32) }, sig: "" };
  readManifest(encodeJcs({ signatures: [unsigned], signed }), profile.reports);
  return signReport(signed, signer, profile.reports, options.provider);
}
