/** Attacks in the other direction: what vehicles report to the Director is replayed, forged or left out. */

import {
  createReportState,
  evaluateVehicleManifest,
  signEcuReport,
  signVehicleManifest,
  type UptaneAttack,
  type UptaneReason,
} from "otakit/manifest";
import { catalogue, demoVehicle, type EcuId, type ListedImage, type PairKeys } from "./pair.ts";

/** A vehicle that reports. */
interface Reporter {
  /** The report of an ECU, with a counter, signed by its own key or another's. */
  report(ecuId: EcuId, counter: number, by?: EcuId): Promise<Uint8Array>;
  /** The manifest of the Primary's, or of somebody else's key. */
  manifest(
    reports: readonly Uint8Array[],
    change?: { readonly vehicleId?: string; readonly by?: EcuId },
  ): Promise<Uint8Array>;
  /** The manifest that the Director has accepted already, and the reports in it. */
  readonly last: { readonly manifest: Uint8Array; readonly reports: readonly Uint8Array[] };
}

/** An attack on the Director. */
export interface ReportAttack {
  readonly name: string;
  readonly summary: string;
  /** Keys that the attacker holds. */
  readonly holds: string;
  /** The manifest that the Director is sent. */
  mount(vehicle: Reporter): Promise<Uint8Array>;
  readonly expected: { readonly decision: "refuse" | "partial"; readonly code: string; readonly attack: UptaneAttack };
}

/** What came of an attack on the Director. */
export interface ReportOutcome {
  readonly decision: string;
  readonly reasons: readonly UptaneReason[];
}

const ecuIds: readonly EcuId[] = demoVehicle.ecus.map(({ ecuId }) => ecuId);
const primary = "the Primary's ECU key";

export const reportAttacks: readonly ReportAttack[] = [
  {
    name: "manifest-replay",
    summary: "A manifest that was sent before is sent again, so that the Director believes in an old state",
    holds: "none",
    mount: async ({ last }) => last.manifest,
    expected: { decision: "refuse", code: "uptane_report_replayed", attack: "replay" },
  },
  {
    name: "report-replay",
    summary: "A new manifest with an old report of a Secondary, so that a failed update looks like none",
    holds: primary,
    async mount({ report, manifest, last }) {
      return manifest([await report("gw-1", 2), last.reports[1]!, await report("door-1", 2)]);
    },
    expected: { decision: "refuse", code: "uptane_report_replayed", attack: "replay" },
  },
  {
    name: "report-forged",
    summary: "The Primary reports in the name of a Secondary",
    holds: primary,
    async mount({ report, manifest }) {
      return manifest([await report("gw-1", 2), await report("brake-1", 2, "gw-1"), await report("door-1", 2)]);
    },
    expected: { decision: "refuse", code: "uptane_report_untrusted", attack: "forged_report" },
  },
  {
    name: "manifest-forged",
    summary: "A Secondary sends a manifest in the name of the Primary",
    holds: "a Secondary's ECU key",
    async mount({ report, manifest }) {
      return manifest(await Promise.all(ecuIds.map((ecuId) => report(ecuId, 2))), { by: "door-1" });
    },
    expected: { decision: "refuse", code: "uptane_report_untrusted", attack: "forged_report" },
  },
  {
    name: "manifest-other-vehicle",
    summary: "The manifest of another vehicle is sent in the name of this one",
    holds: "the Primary's ECU key of the other vehicle",
    async mount({ report, manifest }) {
      return manifest(await Promise.all(ecuIds.map((ecuId) => report(ecuId, 2))), { vehicleId: "veh-18" });
    },
    expected: { decision: "refuse", code: "uptane_report_vehicle_mismatch", attack: "wrong_vehicle" },
  },
  {
    name: "report-dropped",
    summary: "The report of a Secondary that noticed an attack is left out",
    holds: primary,
    async mount({ report, manifest }) {
      return manifest([await report("gw-1", 2), await report("door-1", 2)]);
    },
    expected: { decision: "partial", code: "uptane_report_missing", attack: "none" },
  },
];

/** Plays an attack on a Director that has accepted one manifest of the vehicle. */
export async function runReportAttack(attack: ReportAttack, keys: PairKeys, now: number): Promise<ReportOutcome> {
  const { vehicleId } = demoVehicle;
  const images: Readonly<Record<EcuId, ListedImage>> = {
    "gw-1": catalogue.gateway,
    "brake-1": catalogue.brake,
    "door-1": catalogue.door,
  };
  const report: Reporter["report"] = (ecuId, counter, by = ecuId) => {
    const [path, { length, hashes }] = images[ecuId];
    const content = { ecuId, installedImage: { path, length, hashes }, attacksDetected: "", timeMs: now, counter };
    return signEcuReport(content, keys.ecus[by]);
  };
  const manifest: Reporter["manifest"] = (reports, change = {}) =>
    signVehicleManifest(
      { vehicleId: change.vehicleId ?? vehicleId, primary: demoVehicle.primary, reports },
      keys.ecus[change.by ?? demoVehicle.primary],
    );
  const ecus = demoVehicle.ecus.map((ecu) => ({ ...ecu, key: keys.ecus[ecu.ecuId].publicKey }));
  const inventory = { vehicleId, primary: demoVehicle.primary, ecus };
  const reports = await Promise.all(ecuIds.map((ecuId) => report(ecuId, 1)));
  const last = { manifest: await manifest(reports), reports };
  const first = evaluateVehicleManifest(last.manifest, inventory, createReportState(vehicleId), { now });
  if (first.decision !== "complete") throw new Error(`The stage is not set: ${first.reasons[0]?.message}`);
  const sent = await attack.mount({ report, manifest, last });
  const { decision, reasons } = evaluateVehicleManifest(sent, inventory, first.state, { now: now + 1_000 });
  return { decision, reasons };
}

/** Whether an outcome is the one that the table promises. */
export function isReportedAsExpected({ expected }: ReportAttack, { decision, reasons }: ReportOutcome): boolean {
  const [first] = reasons;
  return decision === expected.decision && first?.code === expected.code && first.attack === expected.attack;
}
