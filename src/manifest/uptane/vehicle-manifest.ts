/** What a vehicle says of itself (Uptane 2.1.0 section 5.4.2.1.1), and what a Director makes of it (5.3.2.1). */

import type { DataQuality, JsonObject, QualityFlag } from "../../core/index.ts";
import type { Verified } from "../../signing/index.ts";
import type { EcuKey, EcuReportDocument, SignedReport, VerifiedEcuReport } from "./ecu-report.ts";
import type { UptaneReason } from "./reasons.ts";
import type { UptaneReportState } from "./report-state.ts";
import type { UptaneEcu, UptaneVehicle } from "./vehicle.ts";

/** One ECU of the inventory database (5.3.2.2). */
export interface InventoryEcu extends UptaneEcu {
  /** Its own key, whose `keyId` is the one that its signatures name; no two ECUs share one. */
  readonly key: EcuKey;
}

/** One vehicle of the inventory database (5.3.2.2). */
export interface UptaneInventory extends UptaneVehicle {
  readonly ecus: readonly InventoryEcu[];
}

/** A vehicle version manifest of which nothing but the form was checked. */
export interface VehicleManifestDocument extends SignedReport {
  /** Absent only in profiles that allow it. */
  readonly vehicleId?: string;
  /** ECU id of the Primary. */
  readonly primary: string;
  /** In the order of the file; `ecuId` is the name under which a report stands. */
  readonly reports: readonly { readonly ecuId: string; readonly document: EcuReportDocument }[];
}

/** What an ECU says of attacks that it noticed. */
export interface ReportedAttack {
  readonly ecuId: string;
  readonly indicator: string;
}

/** A manifest in which every report is its ECU's own and new; frozen. It may be incomplete. */
export interface VerifiedVehicleManifest extends Verified<"vehicle-manifest"> {
  /** Name of the profile by which it was verified. */
  readonly profile: string;
  readonly vehicleId: string;
  readonly primary: string;
  /** SHA-256 of the canonical JSON of the signed object, lower-case hexadecimal: names this very manifest. */
  readonly digest: string;
  /** Whether every ECU of the inventory has a report. */
  readonly complete: boolean;
  /** ECUs of the inventory without a report, in its order. */
  readonly missing: readonly string[];
  /** In the order of the inventory. */
  readonly reports: readonly VerifiedEcuReport[];
  /** ECUs that noticed attacks, in the order of the inventory. */
  readonly attacks: readonly ReportedAttack[];
  /** The signed object, with members that this reader does not know. */
  readonly signed: JsonObject;
}

/** Something wrong with the data of one ECU, or of the whole manifest. */
export interface ReportFlag {
  readonly ecuId?: string;
  readonly flag: QualityFlag;
}

/** What every verdict on a manifest has. */
interface VerdictFacts {
  /** For a refusal every check that failed; otherwise what was noticed. The first decides. */
  readonly reasons: readonly UptaneReason[];
  /** How far the reports can be relied on; `good` only when none is missing, stale, without time or contradicted. */
  readonly quality: DataQuality;
  readonly flags: readonly ReportFlag[];
  /** To be stored before the manifest is acted on; unchanged by a refusal. */
  readonly state: UptaneReportState;
}

/** `complete`: every ECU reported. `partial`: those that did are believed, of the others nothing is known. */
export interface AcceptedVehicleManifest extends VerdictFacts {
  readonly decision: "complete" | "partial";
  readonly manifest: VerifiedVehicleManifest;
}

/** Nothing of the manifest may be used. */
export interface RefusedVehicleManifest extends VerdictFacts {
  readonly decision: "refuse";
}

/** What a Director makes of a manifest. */
export type VehicleManifestVerdict = AcceptedVehicleManifest | RefusedVehicleManifest;
