/**
 * The vehicle's answer to "may I install this?": vehicle and time, then for each ECU its five floors and what a release demands, and
 * what a signed authorisation allows in spite of them.
 */

import { type Decision, excerpt, isOtaError } from "../core/index.ts";
import { decideEcu, type EcuAnswer, type UpdateWord, type VehicleEcu } from "./ecu-decision.ts";
import { createUpdateFloors } from "./floors.ts";
import { hasRevokedKeys, raisedMetadata } from "./floors-metadata.ts";
import { checkFloors } from "./floors-parse.ts";
import type { UpdateFloors } from "./floors-state.ts";
import { own } from "./own.ts";
import type { ManifestReasonCode } from "./reasons.ts";
import { rxswinReasons } from "./release-checks.ts";
import type { VerifiedRollbackAuthorisation } from "./rollback-authorisation.ts";
import type { PlannedRollback } from "./rollback-rules.ts";
import { type CandidateSource, candidateOf, type UpdateCandidate } from "./update-candidate.ts";
import { uptaneClauseOf } from "./uptane/reasons.ts";
import { reasonFor, type VerdictReason } from "./verdict.ts";

/** Input of {@link decideUpdate}. */
export interface UpdateRequest {
  /** Verified content that is offered. */
  readonly candidate: CandidateSource;
  readonly ecus: readonly VehicleEcu[];
  readonly floors: UpdateFloors;
  /** Verified wall time in epoch milliseconds. `undefined` when the vehicle has none: then nothing may be installed. */
  readonly now: number | undefined;
  /** Verified authorisations to go back; none when absent. */
  readonly authorisations?: readonly VerifiedRollbackAuthorisation[];
  /** RX software identification numbers by regulation, as read from the vehicle; needed when the release changes them. */
  readonly rxswin?: Readonly<Record<string, string>>;
}

/** Facts that the decision rests on. */
export interface UpdateEvidence {
  /** Name of the release or assignment. */
  readonly candidateId: string;
  /** Digest of the verified bytes. */
  readonly candidateDigest: string;
  readonly ecus: readonly EcuAnswer["evidence"][];
  /** Floors of the vehicle as a whole: what they were, and what they are to be when the answer is `install` or `up_to_date`. */
  readonly floors: { readonly before: VehicleFloors; readonly after: VehicleFloors };
  /** ECUs that go back by an authorisation; give them to `beginRollbacks` before anything is installed. */
  readonly rollbacks: readonly PlannedRollback[];
}

/** Floors that are not those of one ECU. */
export type VehicleFloors = Pick<UpdateFloors, "timeMs" | "metadata">;

/** Answer of {@link decideUpdate}. */
export interface UpdateDecision extends Decision<UpdateWord, ManifestReasonCode, UpdateEvidence> {
  readonly reasons: readonly VerdictReason[];
}

/** Strongest first: one ECU that must refuse decides for the vehicle, because an update is installed as a whole. */
const strength: readonly UpdateWord[] = ["refuse", "unknown", "install", "up_to_date", "not_applicable"];

/**
 * Decides whether a vehicle may install verified content. Total and pure; ECUs are answered in the order given.
 *
 * Every rule is evaluated for every ECU; `reasons` lists them by strength, so the first one is decisive. Floors are not changed: raise
 * them with `raiseFloors` after installation and commit.
 *
 * Standard: Uptane 2.1.0 section 5.4.3.4 (hardware identifier and release counter of an image); security epoch, time floor and
 * authorised rollback are additions of this project.
 *
 * @example
 * ```ts
 * const { decision, reasons } = decideUpdate({ candidate: release, ecus, floors, now });
 * if (decision !== "install") console.log(reasons[0].message);
 * ```
 */
export function decideUpdate(request: UpdateRequest): UpdateDecision {
  const { ecus, now, authorisations = [] } = request;
  const floors = usableFloors(request.floors);
  const candidate = candidateOf(request.candidate);
  const listed = new Map<string, number>();
  for (const { ecuId } of ecus) listed.set(ecuId, (listed.get(ecuId) ?? 0) + 1);
  const answers: EcuAnswer[] = [];
  const planned: PlannedRollback[] = [];
  ecus.forEach((ecu, index) => {
    const path = `/ecus/${index}`;
    const repeated = listed.get(ecu.ecuId)! > 1;
    const answer = decideEcu(ecu, { path, candidate, floors, now, authorisations, planned, repeated });
    answers.push(answer);
    if (answer.rollback !== undefined) planned.push(answer.rollback);
  });
  const whole = vehicleReasons({ ...request, floors }, candidate);
  const groups = strength.map((word) => {
    const ofEcus = answers.filter(({ evidence }) => evidence.decision === word).flatMap(({ reasons }) => reasons);
    const ofVehicle = word === "refuse" ? whole.refuse : word === "unknown" ? whole.unknown : [];
    return { word, reasons: [...ofVehicle, ...ofEcus] };
  });
  const decisive = groups.find(({ reasons }) => reasons.length > 0);
  const decision = decisive?.word ?? "not_applicable";
  const reasons = groups.flatMap((group) => group.reasons);
  if (decision === "not_applicable") {
    reasons.unshift(
      reasonFor("no_ecu_for_release", `No ECU of the vehicle has a hardware id of release "${candidate.id}"`, {
        path: "/ecus",
      }),
    );
  }
  const rollbacks = decision === "install" ? planned : [];
  return {
    decision,
    reasons,
    evidence: {
      candidateId: candidate.id,
      candidateDigest: candidate.digest,
      ecus: answers.map(({ evidence }) => evidence),
      floors: vehicleFloors(floors, candidate, now, decision),
      rollbacks,
    },
  };
}

/** What was refused or not decided raises nothing. */
function vehicleFloors(
  floors: UpdateFloors,
  candidate: UpdateCandidate,
  now: number | undefined,
  decision: UpdateWord,
): UpdateEvidence["floors"] {
  const { timeMs, metadata } = floors;
  const before = { timeMs, metadata };
  if (decision !== "install" && decision !== "up_to_date") return { before, after: before };
  return { before, after: { timeMs: Math.max(timeMs, now!), metadata: raisedMetadata(floors, candidate).metadata } };
}

/** Floors that are not well-formed are none: every ECU then answers that its floor is not known. */
function usableFloors(floors: UpdateFloors): UpdateFloors {
  try {
    return checkFloors(floors);
  } catch (error) {
    if (!isOtaError(error)) throw error;
    return createUpdateFloors({});
  }
}

/** What concerns the vehicle as a whole: for whom the offer is, whether it still holds, and which metadata it rests on. */
function vehicleReasons(
  { floors, now, rxswin, ecus }: UpdateRequest,
  candidate: UpdateCandidate,
): { readonly refuse: readonly VerdictReason[]; readonly unknown: readonly VerdictReason[] } {
  const refuse: VerdictReason[] = [];
  const unknown: VerdictReason[] = [];
  const { vehicleId, expiresMs, contradictions, images } = candidate;
  if (vehicleId !== undefined && floors.vehicleId !== vehicleId) {
    const evidence = { had: floors.vehicleId ?? "not known", got: vehicleId };
    const list = floors.vehicleId === undefined ? unknown : refuse;
    const code = floors.vehicleId === undefined ? "vehicle_unknown" : "candidate_for_another_vehicle";
    const what = `The update is for vehicle "${vehicleId}"`;
    const clause = "Uptane 2.1.0 5.2.3.1";
    list.push(reasonFor(code, what, { clause, attack: "wrong_vehicle", evidence }));
  }
  if (!Number.isSafeInteger(now)) {
    unknown.push(reasonFor("time_unknown", "No verified time is there", { clause: "Uptane 2.1.0 5.4.2.2" }));
  } else {
    if (now! < floors.timeMs) {
      const evidence = { floor: floors.timeMs, found: now! };
      refuse.push(
        reasonFor("time_below_floor", "The time is before one that was verified", { attack: "freeze", evidence }),
      );
    }
    const latest = Math.max(now!, floors.timeMs);
    if (expiresMs !== undefined && latest >= expiresMs) {
      const evidence = { expires: expiresMs, now: latest };
      refuse.push(
        reasonFor("candidate_expired", `Release "${candidate.id}" has expired`, { attack: "freeze", evidence }),
      );
    }
  }
  refuse.push(...metadataReasons(floors, candidate));
  const row = own(floors.metadata, "release");
  // A document without a number could be any of the row, also the oldest.
  if (candidate.isRelease && row !== undefined && !Object.hasOwn(candidate.versions, "release")) {
    const what = `Release "${excerpt(candidate.id)}" has no sequence, and the floor is ${row}`;
    unknown.push(reasonFor("release_sequence_unknown", what, { evidence: { floor: row } }));
  }
  for (const hardwareId of contradictions) {
    const what = `Assignment and release differ about hardware id "${hardwareId}"`;
    refuse.push(reasonFor("candidate_contradicts_release", what, { attack: "mix_and_match" }));
  }
  for (const { ecuId } of images) {
    if (ecuId === undefined || ecus.some((ecu) => ecu.ecuId === ecuId)) continue;
    unknown.push(
      reasonFor("assigned_ecu_missing", `ECU "${ecuId}" is assigned an image and is not in the inventory`, {}),
    );
  }
  for (const reason of rxswinReasons(candidate.rxswin, rxswin)) {
    (reason.code === "rxswin_unknown" ? unknown : refuse).push({ ...reason, attack: "none" });
  }
  return { refuse, unknown };
}

/** Versions of the metadata that vouches for the candidate, against the highest that were verified. */
function metadataReasons(floors: UpdateFloors, { versions, keys }: UpdateCandidate): readonly VerdictReason[] {
  const revoked = Object.keys(keys).filter((repository) => hasRevokedKeys(floors, repository, { versions, keys }));
  const beginsAnew = (name: string): boolean =>
    revoked.some((repository) => name.startsWith(`${repository}/`) && name !== `${repository}/root`);
  return Object.entries(versions).flatMap(([name, found]) => {
    const floor = own(floors.metadata, name) ?? 0;
    if (found >= floor || beginsAnew(name)) return [];
    const what = `Metadata "${name}" has version ${found}, below the floor ${floor}`;
    const [repository, role] = name.split("/") as [string, string | undefined];
    const place =
      role === undefined
        ? {}
        : { repository: repository as "director" | "image", role, clause: `Uptane 2.1.0 ${uptaneClauseOf(role)}` };
    const evidence = { floor, found };
    return [reasonFor("metadata_version_below_floor", what, { ...place, attack: "rollback", evidence })];
  });
}
