/**
 * A Director's checks of a vehicle version manifest (Uptane 2.1.0 section 5.3.2.1 steps 3 and 4).
 *
 * The standard would have a manifest without one ECU's report dropped. Here that is an answer of its own, `partial`, because an ECU that
 * sleeps is no attack: what is known of the others holds, and nothing says that all is well.
 */

import {
  assessQuality,
  bytesToHex,
  excerpt,
  freezeJson,
  isOtaError,
  jsonPointer,
  type Limits,
  qualityFlag,
  type SignatureProvider,
  sha256,
} from "../../core/index.ts";
import { requirePlausibleTime } from "../plausible-time.ts";
import type { EcuReport, EcuReportDocument } from "./ecu-report.ts";
import { readEcuReport } from "./ecu-report-parse.ts";
import { verifiedReport } from "./ecu-report-verify.ts";
import { checkInventory } from "./inventory.ts";
import { resolveProfile, type UptaneProfile, type UptaneProfileName } from "./profile.ts";
import { type ReasonPlace, type UptaneReason, type UptaneReasonCode, uptaneReason } from "./reasons.ts";
import { earliestReport, freshnessFaults } from "./report-freshness.ts";
import { contradictionsAmong, missingNotices, noticesOf, type ReportNotice } from "./report-quality.ts";
import { reportMessage, reportSignatureFault } from "./report-signatures.ts";
import { checkReportState, rememberReports, reportsOf, type UptaneReportState } from "./report-state.ts";
import type {
  InventoryEcu,
  UptaneInventory,
  VehicleManifestVerdict,
  VerifiedVehicleManifest,
} from "./vehicle-manifest.ts";
import { type ManifestEntry, type ReadManifest, readManifest } from "./vehicle-manifest-parse.ts";

/** What a verdict depends on besides manifest, inventory and state. */
export interface EvaluateVehicleManifestInput {
  /** When the manifest arrived: epoch milliseconds of the server's clock. */
  readonly now: number;
  /** `uptane-2.1` when absent. */
  readonly profile?: UptaneProfileName | UptaneProfile;
  /** How far an ECU's time may be ahead of the server's; 5 minutes when absent. */
  readonly maxClockAheadMs?: number;
  /** How old the time of a report may be before it counts as stale; 7 days when absent. */
  readonly maxAgeMs?: number;
  /** `maxBytes` (4 MiB when absent), `maxDepth` (24) and `maxEntries` (200,000) apply. */
  readonly limits?: Partial<Limits>;
  /** Signature back end; the runtime's default when absent. */
  readonly provider?: SignatureProvider;
}

/** Everything that a verdict depends on, checked. */
interface Context {
  readonly profile: UptaneProfile;
  readonly inventory: UptaneInventory;
  readonly ecus: ReadonlyMap<string, InventoryEcu>;
  readonly state: UptaneReportState;
  readonly now: number;
  readonly maxClockAheadMs: number;
  readonly maxAgeMs: number;
  readonly provider: SignatureProvider | undefined;
}

/** A report of an ECU of the inventory, and the JSON pointer of its place. */
interface ReadReport {
  readonly document: EcuReportDocument;
  readonly ecu: InventoryEcu;
  readonly path: string;
}

/** Most reasons that a manifest of thousands of faults can make. */
const mostReasons = 256;

/**
 * Judges a vehicle version manifest: whether it is this vehicle's, each report its ECU's own and new, and none missing.
 *
 * The Primary's signature is checked first, and its reports are looked at only when it holds, so that a stranger's manifest costs one
 * check; then every fault that can be told is listed. What is stale, without time or contradictory is accepted and flagged. The order of reports in the file
 * decides nothing.
 *
 * Standard: Uptane 2.1.0 section 5.3.2.1 steps 3 and 4.
 *
 * @param state - what was remembered of the vehicle's reports; `createReportState` when it has not reported yet
 * @returns a verdict, whose `state` is to be stored in one transaction before the manifest is acted on: two manifests that are judged by
 * the same state could both be accepted
 * @throws {@link ManifestError} `ERR_MANIFEST_UPTANE_VEHICLE` when the inventory is at fault, `ERR_MANIFEST_SCHEMA` or
 * `ERR_MANIFEST_SCHEMA_VERSION` when the state is, `ERR_MANIFEST_TIME` when `now` is before 2016
 * @throws `SigningError` when a key of the inventory is none
 * @throws RangeError when the state is another vehicle's, a bound or `now` is no integer >= 0, or no profile has the name
 * @example
 * ```ts
 * const verdict = evaluateVehicleManifest(bytes, inventory, state, { now: Date.now() });
 * if (verdict.decision === "refuse") return log(verdict.reasons);
 * await store(verdict.state);
 * for (const { ecuId, indicator } of verdict.manifest.attacks) alert(ecuId, indicator);
 * if (verdict.decision === "complete" && verdict.quality === "good") resolve(verdict.manifest.reports);
 * ```
 */
export function evaluateVehicleManifest(
  bytes: Uint8Array,
  inventory: UptaneInventory,
  state: UptaneReportState,
  input: EvaluateVehicleManifestInput,
): VehicleManifestVerdict {
  const context = contextOf(inventory, state, input);
  const manifest = readOrFault(() => readManifest(bytes, context.profile.reports, input.limits), "");
  if ("fault" in manifest) return refusal([manifest.fault], state);
  const message = reportMessage(manifest.value.signed);
  const identity = identityFaults(manifest.value, context);
  // First of all: reports are not even read for a stranger.
  const untrusted = primaryFaults(manifest.value, message, context);
  if (untrusted.length > 0) return refusal([...identity, ...untrusted], state);
  const { reports, faults: malformed } = readReports(manifest.value.entries, context);
  const faults = [...identity, ...malformed, ...reports.flatMap(freshness(context))];
  faults.push(...reports.flatMap(authenticity(context)));
  if (faults.length > 0) return refusal(faults, state);
  return acceptance(manifest.value, message, reports, context);
}

function contextOf(
  inventory: UptaneInventory,
  state: UptaneReportState,
  { now, profile, maxClockAheadMs = 300_000, maxAgeMs = 604_800_000, provider }: EvaluateVehicleManifestInput,
): Context {
  requirePlausibleTime(now, earliestReport);
  for (const [name, bound] of Object.entries({ maxClockAheadMs, maxAgeMs })) {
    if (Number.isSafeInteger(bound) && bound >= 0) continue;
    throw new RangeError(`"${name}" expected integer >= 0, got ${bound}`);
  }
  const ecus = checkInventory(inventory);
  if (checkReportState(state).vehicleId !== inventory.vehicleId) {
    throw new RangeError(`"state" expected that of vehicle ${inventory.vehicleId}, got ${excerpt(state.vehicleId)}`);
  }
  const resolved = resolveProfile(profile ?? "uptane-2.1");
  return { profile: resolved, inventory, ecus, state, now, maxClockAheadMs, maxAgeMs, provider };
}

/** Reads something; a form that is wrong is a fault of the manifest. */
function readOrFault<T>(read: () => T, path: string): { readonly value: T } | { readonly fault: UptaneReason } {
  try {
    return { value: read() };
  } catch (error) {
    if (!isOtaError(error)) throw error;
    const place = { path: error.path ?? path };
    const evidence = { error: error.code, why: excerpt(error.message) };
    return { fault: uptaneReason("uptane_report_malformed", "5.4.2.1", place, evidence) };
  }
}

/** 5.3.2.1 steps 1 to 3: the vehicle and the Primary that the inventory has. */
function identityFaults({ vehicleId, primary }: ReadManifest, { inventory }: Context): readonly UptaneReason[] {
  const faults: UptaneReason[] = [];
  if (vehicleId !== undefined && vehicleId !== inventory.vehicleId) {
    const evidence = { had: inventory.vehicleId, got: vehicleId };
    faults.push(uptaneReason("uptane_report_vehicle_mismatch", "5.3.2.1", { path: "/signed/vin" }, evidence));
  }
  if (primary !== inventory.primary) {
    const place = { path: "/signed/primary_ecu_serial" };
    const evidence = { had: inventory.primary, got: primary };
    faults.push(uptaneReason("uptane_report_primary_mismatch", "5.3.2.1", place, evidence));
  }
  return faults;
}

/** The reports of the inventory's ECUs, in its order, and what is wrong with their places. */
function readReports(entries: readonly ManifestEntry[], { ecus, profile }: Context) {
  const faults: UptaneReason[] = [];
  const fault = (code: UptaneReasonCode, place: ReasonPlace, evidence: UptaneReason["evidence"]) =>
    faults.push(uptaneReason(code, "5.3.2.1", place, evidence));
  // Without one there is no counter, so that the manifest could be any old one.
  if (entries.length === 0) fault("uptane_reports_absent", { path: "/signed/ecu_version_manifests" }, {});
  const byEcu = new Map<string, ManifestEntry[]>();
  for (const entry of entries) {
    const before = byEcu.get(entry.ecuId);
    if (before === undefined) byEcu.set(entry.ecuId, [entry]);
    else before.push(entry);
  }
  for (const ecuId of [...byEcu.keys()].filter((name) => !ecus.has(name)).sort()) {
    fault("uptane_report_ecu_unknown", { path: jsonPointer(...byEcu.get(ecuId)![0]!.at), ecuId }, { ecuId });
  }
  const reports: ReadReport[] = [];
  for (const [ecuId, ecu] of ecus) {
    const [entry, second] = byEcu.get(ecuId) ?? [];
    if (entry === undefined) continue;
    if (second !== undefined) {
      fault("uptane_report_repeated", { path: jsonPointer(...second.at), ecuId }, { ecuId });
      continue;
    }
    const path = jsonPointer(...entry.at);
    const read = readOrFault(() => readEcuReport(entry.value, entry.at, profile.reports), path);
    if ("fault" in read) faults.push(read.fault);
    else if (read.value.report.ecuId !== ecuId) {
      fault("uptane_report_ecu_mismatch", { path, ecuId }, { had: ecuId, got: read.value.report.ecuId });
    } else reports.push({ document: read.value, ecu, path });
  }
  return { reports, faults };
}

function freshness(context: Context): (read: ReadReport) => readonly UptaneReason[] {
  return ({ document, ecu, path }) =>
    freshnessFaults(document.report, reportsOf(context.state, ecu.ecuId), context, path);
}

/** 5.3.2.1 step 3: "The signature of the manifest matches the ECU key of the Primary that sent it". */
function primaryFaults(
  manifest: ReadManifest,
  message: Uint8Array,
  { ecus, inventory, profile, provider }: Context,
): readonly UptaneReason[] {
  const { ecuId, key } = ecus.get(inventory.primary)!;
  const why = reportSignatureFault(manifest, message, key, profile.reports, provider);
  if (why === undefined) return [];
  return [uptaneReason("uptane_report_untrusted", "5.3.2.1", { path: "/signatures", ecuId }, { ecuId, why })];
}

/** 5.3.2.1 step 3: "The signature of each Secondary's contribution to the manifest matches the ECU key of that Secondary". */
function authenticity({ profile, provider }: Context): (read: ReadReport) => readonly UptaneReason[] {
  return ({ document, ecu: { ecuId, key }, path }) => {
    const why = reportSignatureFault(document, reportMessage(document.signed), key, profile.reports, provider);
    if (why === undefined) return [];
    return [uptaneReason("uptane_report_untrusted", "5.3.2.1", { path: `${path}/signatures`, ecuId }, { ecuId, why })];
  };
}

function refusal(faults: readonly UptaneReason[], state: UptaneReportState): VehicleManifestVerdict {
  const reasons = faults.slice(0, mostReasons);
  const flag = qualityFlag("invalid", { path: reasons[0]!.path ?? "" });
  return { decision: "refuse", reasons, quality: flag.severity, flags: [{ flag }], state };
}

function acceptance(
  { signed }: ReadManifest,
  message: Uint8Array,
  read: readonly ReadReport[],
  context: Context,
): VehicleManifestVerdict {
  const { inventory, profile, state, ecus } = context;
  const reports = read.map(({ document }) => verifiedReport(document));
  const paths = new Map(read.map(({ ecu, path }) => [ecu.ecuId, path]));
  const missing = [...ecus.keys()].filter((ecuId) => !paths.has(ecuId));
  const notices: readonly ReportNotice[] = [
    ...missingNotices(missing),
    ...read.flatMap(({ document, path }) => noticesOf(document.report, context, path)),
    ...contradictionsAmong(reports, (ecuId) => paths.get(ecuId)!),
  ];
  const flags = notices.flatMap(({ flag }) => (flag === undefined ? [] : [flag]));
  const complete = missing.length === 0;
  const manifest = freezeJson({
    profile: profile.name,
    vehicleId: inventory.vehicleId,
    primary: inventory.primary,
    digest: bytesToHex(sha256(message)),
    complete,
    missing,
    reports,
    attacks: attacksOf(reports),
    signed,
  }) as unknown as VerifiedVehicleManifest;
  const noticed = notices.map(({ reason }) => reason);
  return {
    decision: complete ? "complete" : "partial",
    reasons: complete ? [uptaneReason("uptane_reports_complete", "5.3.2.1"), ...noticed] : noticed,
    quality: assessQuality(flags.map(({ flag }) => flag)).quality,
    flags,
    manifest,
    state: rememberReports(state, reports),
  };
}

function attacksOf(reports: readonly EcuReport[]) {
  return reports
    .filter(({ attacksDetected }) => attacksDetected !== "")
    .map(({ ecuId, attacksDetected }) => ({ ecuId, indicator: attacksDetected }));
}
