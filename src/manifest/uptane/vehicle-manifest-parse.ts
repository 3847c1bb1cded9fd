/** Reads vehicle version manifests (Uptane 2.1.0 section 5.4.2.1.1): their form, and no verification. */

import { type JsonValue, type Limits, parseStrictJson } from "../../core/index.ts";
import type { SignedReport } from "./ecu-report.ts";
import { type ParseReportOptions, readEcuReport, readEnvelope } from "./ecu-report-parse.ts";
import { resolveProfile } from "./profile.ts";
import { ReportFields, reportFault } from "./report-fields.ts";
import type { UptaneReportRules } from "./report-rules.ts";
import { isUptaneId } from "./vehicle.ts";
import type { VehicleManifestDocument } from "./vehicle-manifest.ts";

/** Bounds of a manifest: a thousand ECUs. */
const manifestLimits: Partial<Limits> = { maxBytes: 4 * 1024 * 1024, maxDepth: 24, maxEntries: 200_000 };

/** Most ECUs that have reports in one manifest. */
const mostEcus = 1_000;

/** Most elements of a list of reports: a second one is a fault of its own, which a reader can tell. */
const mostReports = 2;

/** A report of a manifest, not read yet. */
export interface ManifestEntry {
  /** The name under which it stands. */
  readonly ecuId: string;
  readonly at: readonly (string | number)[];
  readonly value: JsonValue;
}

/** A manifest whose reports were not read yet. */
export interface ReadManifest extends SignedReport {
  readonly vehicleId: string | undefined;
  readonly primary: string;
  readonly entries: readonly ManifestEntry[];
}

/**
 * Reads a vehicle version manifest and checks its form. Members that the standard does not name are kept.
 *
 * This checks nothing about trust: use `evaluateVehicleManifest`.
 *
 * Standard: Uptane 2.1.0 section 5.4.2.1.1; member names of its reference implementation.
 *
 * @param options - `limits`: `maxBytes` (4 MiB when absent), `maxDepth` (24) and `maxEntries` (200,000) apply
 * @throws {@link ManifestError} `ERR_MANIFEST_UPTANE_REPORT` with the JSON pointer of the fault
 * @throws `CoreError` `ERR_CORE_JSON_*`, `ERR_CORE_UTF8` or `ERR_CORE_LIMIT` when the bytes are no strict JSON
 * @throws RangeError when no profile has the name, or a limit is out of range
 * @example
 * ```ts
 * const { vehicleId, reports } = parseVehicleManifest(bytes); // vehicleId says where to look in the inventory
 * ```
 */
export function parseVehicleManifest(bytes: Uint8Array, options: ParseReportOptions = {}): VehicleManifestDocument {
  const { reports: rules } = resolveProfile(options.profile ?? "uptane-2.1");
  const { vehicleId, primary, entries, signed, signatures } = readManifest(bytes, rules, options.limits);
  return {
    ...(vehicleId === undefined ? {} : { vehicleId }),
    primary,
    reports: entries.map(({ ecuId, at, value }) => ({ ecuId, document: readEcuReport(value, at, rules) })),
    signed,
    signatures,
  };
}

/** Reads all but the reports. */
export function readManifest(bytes: Uint8Array, rules: UptaneReportRules, limits?: Partial<Limits>): ReadManifest {
  const document = new ReportFields(parseStrictJson(bytes, { ...manifestLimits, ...limits }), []);
  const { signatures, signed } = readEnvelope(document, rules);
  const required = rules.vehicleIdentifier === "required";
  return {
    vehicleId: required || signed.has("vin") ? signed.id("vin") : undefined,
    primary: signed.id("primary_ecu_serial"),
    entries: readEntries(signed.object("ecu_version_manifests"), rules),
    signed: signed.value,
    signatures,
  };
}

/** The reports by the names under which they stand; of a list, each. */
function readEntries({ value: reports }: ReportFields, { entries }: UptaneReportRules): readonly ManifestEntry[] {
  const at = ["signed", "ecu_version_manifests"];
  const names = Object.keys(reports);
  if (names.length > mostEcus) throw reportFault(`at most ${mostEcus} members`, at);
  return names.flatMap((ecuId): readonly ManifestEntry[] => {
    if (!isUptaneId(ecuId)) throw reportFault("an identifier", [...at, ecuId]);
    const value = reports[ecuId]!;
    if (entries === "single" || !Array.isArray(value)) return [{ ecuId, at: [...at, ecuId], value }];
    if (value.length > mostReports) throw reportFault(`at most ${mostReports} elements`, [...at, ecuId]);
    return (value as readonly JsonValue[]).map((element, index) => ({
      ecuId,
      at: [...at, ecuId, index],
      value: element,
    }));
  });
}
