/** Signs what one vehicle, or many, are to run: targets, snapshot and timestamp of each (Uptane 2.1.0 section 5.3.2.1). */

import { type Bytes, excerpt, jcsSha256Hex } from "../../../core/index.ts";
import { requirePlausibleTime } from "../../plausible-time.ts";
import { tufMetadataFile } from "../../tuf/file-names.ts";
import type { TufMetaFile } from "../../tuf/metadata.ts";
import { buildTufSnapshot, buildTufTimestamp, describeTufFile } from "../../tuf/repository/build-metadata.ts";
import { isUptaneId, type UptaneEcu } from "../vehicle.ts";
import { type DirectorAssignment, entriesOf, requireAssignment } from "./assignment.ts";
import { type Director, signAs } from "./director.ts";
import { refusalsOf } from "./director-rules.ts";
import {
  checkDirectorState,
  type DirectorSigned,
  type DirectorVehicleState,
  ecusAfter,
  startDirectorVehicle,
} from "./director-state.ts";
import { directorTargets } from "./director-targets.ts";
import { type UptaneRepositoryReason, uptaneRepositoryReason } from "./reasons.ts";

/** 2020-01-01T00:00:00Z: before then no clock of a Director is set. */
const earliestTime = 1_577_836_800_000;

/** What to direct to one vehicle. */
export interface DirectorRequest {
  readonly assignment: DirectorAssignment;
  /** As the last signing left it; absent for a vehicle to which nothing was directed yet. */
  readonly state?: DirectorVehicleState;
  /** The vehicle's ECUs; absent: which ECUs it has is not checked. */
  readonly inventory?: readonly UptaneEcu[];
  /** Wall time in epoch milliseconds. */
  readonly now: number;
}

/** What came of a request. */
export interface DirectorSigning {
  /**
   * `signed`: all three files are new. `renewed`: the assignment is the one that was signed last, and only the timestamp is new, so
   * that the vehicle sees that there is nothing to do. `refused`: nothing was signed.
   */
  readonly decision: "signed" | "renewed" | "refused";
  readonly reasons: readonly UptaneRepositoryReason[];
  readonly vehicleId: string;
  /** New files by name, to be published for this vehicle in this order; empty when refused. */
  readonly files: ReadonlyMap<string, Bytes>;
  /** To be stored in place of the last one; unchanged when refused. */
  readonly state: DirectorVehicleState;
}

/**
 * Signs an assignment for its vehicle, if it keeps every rule.
 *
 * All versions rise with each signing. An assignment that did not change is not signed again while targets and snapshot outlive the
 * new timestamp: a vehicle that runs it then stops at once (section 5.4.4.2 step 4). Store state and files together, then publish
 * the files in their order, below an address of the vehicle's own next to the shared root: then no version can ever have two
 * contents. When the files were lost, leave `signed` out of the stored state, and all three are signed under higher versions.
 *
 * Standard: Uptane 2.1.0 sections 5.2.3 to 5.2.5 and 5.3.2.1.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA` for a malformed assignment or state, `ERR_MANIFEST_SCHEMA_VERSION`,
 * `ERR_MANIFEST_TUF_TARGET_PATH`, or `ERR_MANIFEST_TIME` when `now` is before 2020
 * @throws `SigningError` `ERR_SIGNING_SIGNER_FAULT` when a signer's answer does not verify; whatever a signer throws
 * @example
 * ```ts
 * const { decision, files, state } = await signDirectorVehicle(director, { assignment, state: before, inventory, now });
 * if (decision !== "refused") for (const [name, bytes] of files) await put(`${assignment.vehicleId}/${name}`, bytes);
 * ```
 */
export async function signDirectorVehicle(director: Director, request: DirectorRequest): Promise<DirectorSigning> {
  const { assignment, inventory, now } = request;
  requirePlausibleTime(now, earliestTime);
  requireAssignment(assignment);
  const { vehicleId } = assignment;
  const state = request.state === undefined ? startDirectorVehicle(vehicleId) : checkDirectorState(request.state);
  const { images } = director;
  const facts = {
    state,
    ...(inventory === undefined ? {} : { inventory }),
    ...(images === undefined ? {} : { images }),
  };
  const reasons = refusalsOf(assignment, facts);
  if (reasons.length > 0) return { decision: "refused", reasons, vehicleId, files: new Map(), state };

  const content = jcsSha256Hex(Object.fromEntries(entriesOf(assignment)));
  const timestampUntil = now + director.lifetimeMs.timestamp;
  const isUnchanged =
    state.signed?.content === content &&
    state.signed.root === director.root.version &&
    state.signed.validUntil >= timestampUntil;
  const files = new Map<string, Bytes>();
  const signed = isUnchanged ? state.signed : await signContent(director, request, state, content, files);
  const version = state.versions.timestamp + 1;
  const timestamp = buildTufTimestamp({ version, expires: timestampUntil, snapshot: signed.snapshot });
  files.set("timestamp.json", await signAs(director, "timestamp", timestamp));
  const code = isUnchanged ? "uptane_director_renewed" : "uptane_director_signed";
  return {
    decision: isUnchanged ? "renewed" : "signed",
    reasons: [uptaneRepositoryReason(code, "5.3.2.1")],
    vehicleId,
    files,
    state: {
      schema: state.schema,
      vehicleId,
      versions: {
        targets: state.versions.targets + (isUnchanged ? 0 : 1),
        snapshot: state.versions.snapshot + (isUnchanged ? 0 : 1),
        timestamp: version,
      },
      signed,
      ecus: ecusAfter(state, assignment),
    },
  };
}

/** Signs targets and the snapshot that lists them. */
async function signContent(
  director: Director,
  { assignment, now }: DirectorRequest,
  { versions }: DirectorVehicleState,
  content: string,
  files: Map<string, Bytes>,
): Promise<DirectorSigned> {
  const { lifetimeMs, root } = director;
  const version = versions.targets + 1;
  const targets = directorTargets(assignment, { version, expires: now + lifetimeMs.targets });
  const targetsFile = await signAs(director, "targets", targets);
  files.set(tufMetadataFile("targets", version), targetsFile);

  const listed: Readonly<Record<string, TufMetaFile>> = { targets: describeTufFile(version, targetsFile) };
  const snapshotVersion = versions.snapshot + 1;
  const expires = now + lifetimeMs.snapshot;
  const snapshot = buildTufSnapshot({ version: snapshotVersion, expires, files: listed });
  const snapshotFile = await signAs(director, "snapshot", snapshot);
  files.set(tufMetadataFile("snapshot", snapshotVersion), snapshotFile);
  return {
    root: root.version,
    content,
    snapshot: describeTufFile(snapshotVersion, snapshotFile),
    // Metadata counts whole seconds, rounded down.
    validUntil: Math.floor((now + Math.min(lifetimeMs.targets, lifetimeMs.snapshot)) / 1000) * 1000,
  };
}

/** What came of one request of many. */
export type DirectorOutcome =
  | DirectorSigning
  /** A signer failed, or the request is malformed: nothing may be published, the state stays. */
  | { readonly decision: "failed"; readonly vehicleId: string; readonly error: unknown };

/** How a batch is signed. */
export interface DirectorBatchOptions {
  /** Vehicles in work at once, at least 1: as many as signers or their service can serve. */
  readonly concurrency: number;
}

/**
 * Signs for many vehicles, so many at a time; outcomes come in the order of the requests.
 *
 * Requests are taken as outcomes are, so that neither a million of them nor their files need to be in memory together. One vehicle
 * that fails or is refused stops no other. A vehicle whose outcome was not taken yet fails the second time; to sign for it again in one
 * batch, make the request from the state of that outcome.
 *
 * @throws RangeError when `concurrency` is no integer >= 1
 * @example
 * ```ts
 * for await (const outcome of signDirectorVehicles(director, requests, { concurrency: 32 })) {
 *   if (outcome.decision === "failed") retry(outcome.vehicleId, outcome.error);
 *   else await publish(outcome);
 * }
 * ```
 */
export async function* signDirectorVehicles(
  director: Director,
  requests: Iterable<DirectorRequest> | AsyncIterable<DirectorRequest>,
  { concurrency }: DirectorBatchOptions,
): AsyncGenerator<DirectorOutcome, void, undefined> {
  if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
    throw new RangeError(`"concurrency" expected integer >= 1, got ${concurrency}`);
  }
  const inWork: { readonly vehicleId: string; readonly outcome: Promise<DirectorOutcome> }[] = [];
  for await (const request of requests) {
    const vehicleId = vehicleIdOf(request);
    const isTwice = isUptaneId(vehicleId) && inWork.some((other) => other.vehicleId === vehicleId);
    inWork.push({ vehicleId, outcome: isTwice ? failedTwice(vehicleId) : outcomeOf(director, request) });
    // Taken out of work after the caller took its outcome, and with it the state.
    if (inWork.length >= concurrency) {
      yield await inWork[0]!.outcome;
      inWork.shift();
    }
  }
  for (const { outcome } of inWork) yield await outcome;
}

/** Both would be signed from one state: two contents under one version. */
async function failedTwice(vehicleId: string): Promise<DirectorOutcome> {
  const error = new RangeError(`"requests" expected each vehicle once at a time, got ${excerpt(vehicleId)} twice`);
  return { decision: "failed", vehicleId, error };
}

/** The vehicle of a request, which can be malformed. */
function vehicleIdOf(request: DirectorRequest | null | undefined): string {
  const vehicleId: unknown = request?.assignment?.vehicleId;
  return typeof vehicleId === "string" ? vehicleId : typeof vehicleId;
}

async function outcomeOf(director: Director, request: DirectorRequest): Promise<DirectorOutcome> {
  try {
    return await signDirectorVehicle(director, request);
  } catch (error) {
    return { decision: "failed", vehicleId: vehicleIdOf(request), error };
  }
}
