/** Starts an Uptane client: from its stored roots, or from its last state. */

import { ManifestError } from "../errors.ts";
import type { KnownTuf, TufClient } from "../tuf/client.ts";
import { restartTufClient } from "../tuf/known.ts";
import type { TufReason } from "../tuf/reasons.ts";
import { createTufClient } from "../tuf/step-root.ts";
import type { UptaneClient } from "./client.ts";
import type { UptaneInstalled } from "./director-entry.ts";
import {
  resolveProfile,
  type UptanePolicy,
  type UptaneProfile,
  type UptaneProfileName,
  uptaneTufPolicy,
} from "./profile.ts";
import { reasonOfTuf, type UptaneRepository } from "./reasons.ts";
import { checkVehicle, type UptaneVehicle } from "./vehicle.ts";

/** What the vehicle knows apart from its metadata; it can change between two verifications. */
export interface UptaneKnowledge {
  /** Release counter by ECU id that no image may fall below: the caller's floors. */
  readonly releaseCounters?: Readonly<Record<string, number>>;
  /**
   * What each ECU runs, by ECU id: where it is all that the Director assigns, there is nothing to do (5.4.4.2 steps 4 and 6). Of an ECU
   * that is not in it nothing is known, so that what is assigned to it is handed out each time.
   */
  readonly installed?: Readonly<Record<string, UptaneInstalled>>;
}

/** What a client starts from. */
export interface UptaneStart extends UptaneKnowledge {
  readonly vehicle: UptaneVehicle;
  /** The Director's root: the one that the vehicle was shipped with, or the last one stored. */
  readonly directorRoot: Uint8Array;
  /** The Image repository's root. */
  readonly imageRoot: Uint8Array;
  /** `uptane-2.1` when absent. */
  readonly profile?: UptaneProfileName | UptaneProfile;
}

/**
 * Starts a full verification from the vehicle's trusted roots.
 *
 * Start from the stored roots whenever there are some: from the shipped ones the whole chain is walked again, and a revocation in it
 * drops what protects against rollback.
 *
 * Standard: Uptane 2.1.0 sections 5.4.4.2 and 5.4.4.3.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_TUF_ROOT` with `details` `{ repository, reasons }`, or `ERR_MANIFEST_UPTANE_VEHICLE`
 * @throws RangeError when no profile has the name, a release counter is no integer >= 0, or the policy has an impossible value
 * @example
 * ```ts
 * let client = createUptaneClient({ vehicle, directorRoot, imageRoot });
 * for (let request = nextUptaneRequest(client); request !== undefined; request = nextUptaneRequest(client)) {
 *   const step = stepUptaneClient(client, { request, bytes: await read(request) }, time);
 *   if (step.decision === "refuse") throw new Error(step.reasons[0].message);
 *   await store(step.persist);
 *   client = step.state;
 * }
 * const outcome = uptaneAssignment(client);
 * ```
 */
export function createUptaneClient(start: UptaneStart, policy: UptanePolicy = {}): UptaneClient {
  const profile = resolveProfile(start.profile ?? "uptane-2.1");
  const open = (repository: UptaneRepository, root: Uint8Array) => openRepository(profile, repository, root, policy);
  return startOf({
    profile,
    vehicle: checkVehicle(start.vehicle),
    director: open("director", start.directorRoot),
    image: open("image", start.imageRoot),
    ...knowledgeOf(start),
  });
}

/**
 * Starts another verification of a client that was not stopped in between, with what it has verified; see `restartTufClient`. What the
 * vehicle knows apart from metadata is given anew. After a refusal the Director's snapshot and targets are looked at anew, as after a
 * restart of the process.
 */
export function restartUptaneClient(state: UptaneClient, knowledge: UptaneKnowledge = {}): UptaneClient {
  const { profile, vehicle, image } = state;
  return startOf({
    profile,
    vehicle,
    director: restartDirector(state),
    image: restartTufClient(image),
    ...knowledgeOf(knowledge),
  });
}

/**
 * The Director's client, which knows the snapshot and targets of complete verifications only: they set the floors of release counters,
 * and what is stored passes for what was verified, so that neither may come from a bundle that was refused.
 */
function restartDirector({ phase, director }: UptaneClient): TufClient {
  const next = restartTufClient(director);
  const known = Object.assign(Object.create(null) as Record<string, KnownTuf>, next.known);
  for (const role of ["snapshot", "targets"]) {
    const complete = phase === "done" ? next.known?.[role] : director.known?.[role];
    if (complete === undefined) delete known[role];
    else known[role] = complete;
  }
  return Object.freeze({ ...next, known }) as TufClient;
}

type Beginning = Pick<UptaneClient, "profile" | "vehicle" | "director" | "image" | "releaseCounters" | "installed">;

function startOf(beginning: Beginning): UptaneClient {
  const lists = { withheld: [], assigned: [], resolved: [], faults: [], expired: [] };
  return Object.freeze({ phase: "director", ...beginning, ...lists }) as unknown as UptaneClient;
}

function knowledgeOf({ releaseCounters = {}, installed = {} }: UptaneKnowledge) {
  const counters = new Map(Object.entries(releaseCounters));
  for (const counter of counters.values()) {
    if (!Number.isSafeInteger(counter) || counter < 0) {
      throw new RangeError(`"releaseCounters" expected integers >= 0, got ${String(counter).slice(0, 64)}`);
    }
  }
  return { releaseCounters: counters, installed: new Map(Object.entries(installed)) };
}

function openRepository(
  profile: UptaneProfile,
  repository: UptaneRepository,
  root: Uint8Array,
  policy: UptanePolicy,
): TufClient {
  try {
    return createTufClient(root, uptaneTufPolicy(profile, repository, policy));
  } catch (error) {
    if (!(error instanceof ManifestError) || error.code !== "ERR_MANIFEST_TUF_ROOT") throw error;
    const found = error.details!["reasons"] as readonly TufReason[];
    const reasons = found.map((reason) => reasonOfTuf(reason, repository));
    throw new ManifestError("ERR_MANIFEST_TUF_ROOT", `Cannot trust root: ${reasons[0]!.message}`, {
      details: { repository, reasons },
    });
  }
}
