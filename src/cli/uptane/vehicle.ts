/** A vehicle whose ECUs live in memory: the Primary verifies fully, the Secondary partially. */

import { isOtaError } from "otakit/core";
import {
  createUptaneClient,
  evaluatePartialVerification,
  nextUptaneRequest,
  type PartialImage,
  type PartialVerification,
  stepUptaneClient,
  timeFromClock,
  type UptaneEcu,
  type UptaneEquivocation,
  type UptaneInstalled,
  type UptanePolicy,
  type UptaneReason,
  uptaneAssignment,
  type VerifiedAssignment,
  type VerifiedTime,
} from "otakit/manifest";
import { demoVehicle, type PairParts } from "./pair.ts";

/** What a verification came to. */
export interface PrimaryOutcome {
  /** `update`: install the assignment; `none`: nothing to do; `refuse`: the first reason decides. */
  readonly decision: "update" | "none" | "refuse";
  readonly reasons: readonly UptaneReason[];
  readonly assignment?: VerifiedAssignment;
  readonly equivocation?: UptaneEquivocation;
}

/** Files of both repositories by name. */
type Served = PairParts["files"];

/** The Primary. */
export class DemoPrimary {
  /** Files as they were stored, by repository. */
  readonly store: Served;
  /** What its ECUs run: all that was verified, because this vehicle never fails to install. */
  readonly installed: Record<string, UptaneInstalled>;
  readonly #policy: UptanePolicy;
  readonly #clock = new DemoClock();

  /** @param store - what was stored before: at first the two roots that the vehicle left the factory with, each as `root.json` */
  constructor(store: Served, policy: UptanePolicy = {}, installed: Readonly<Record<string, UptaneInstalled>> = {}) {
    this.store = { director: new Map(store.director), image: new Map(store.image) };
    this.installed = { ...installed };
    this.#policy = policy;
  }

  /** Verifies what is served, and stores what was verified; each file takes so many milliseconds. */
  verify(served: Served, now: number | undefined, delayMs = 0): PrimaryOutcome {
    return refusedTime(() => this.#verify(served, now, delayMs));
  }

  #verify(served: Served, time: number | undefined, delayMs: number): PrimaryOutcome {
    const roots = {
      directorRoot: this.store.director.get("root.json")!,
      imageRoot: this.store.image.get("root.json")!,
    };
    let client = createUptaneClient({ vehicle: demoVehicle, ...roots, installed: this.installed }, this.#policy);
    let equivocation: UptaneEquivocation | undefined;
    let now = time;
    for (let request = this.#next(client); request !== undefined; request = this.#next(client)) {
      const { repository, kind, file } = request;
      const bytes = (kind === "load" ? this.store : served)[repository].get(file);
      const step = stepUptaneClient(client, { request, bytes }, this.#clock.read(now), this.#policy);
      equivocation = step.equivocation ?? equivocation;
      if (step.decision === "refuse") return withEvidence({ decision: "refuse", reasons: step.reasons }, equivocation);
      for (const change of step.persist) {
        if (change.bytes === undefined) this.store[change.repository].delete(change.file);
        else this.store[change.repository].set(change.file, change.bytes);
      }
      client = step.state;
      if (now !== undefined) now += delayMs;
    }
    const outcome = uptaneAssignment(client);
    if (outcome.decision === "needs") throw new Error("The verification did not come to its end");
    if (outcome.decision === "update") {
      for (const { ecuId, length, hashes } of outcome.assignment.images) this.installed[ecuId] = { length, hashes };
    }
    return withEvidence(outcome, equivocation);
  }

  #next(client: Parameters<typeof nextUptaneRequest>[0]) {
    return nextUptaneRequest(client, this.#policy);
  }
}

/** The clock of an ECU, which never goes back; nothing when an attacker keeps the time away. */
class DemoClock {
  #floorMs = 0;

  /** @throws `ManifestError` `ERR_MANIFEST_UPTANE_TIME` */
  read(now: number | undefined): VerifiedTime | undefined {
    if (now === undefined) return undefined;
    const time = timeFromClock(now, this.#floorMs);
    this.#floorMs = time.now;
    return time;
  }
}

/** What a Secondary's verification came to. */
export interface SecondaryOutcome {
  readonly decision: PartialVerification["decision"];
  readonly reasons: readonly UptaneReason[];
  readonly image?: PartialImage | undefined;
  readonly equivocation?: UptaneEquivocation;
}

/** The brake ECU, which verifies partially what its Primary hands on. */
export class DemoSecondary {
  readonly #ecu: UptaneEcu = demoVehicle.ecus[1];
  readonly #clock = new DemoClock();
  readonly #policy: UptanePolicy;
  readonly #store: Map<string, Uint8Array | undefined>;

  constructor(root: Uint8Array, policy: UptanePolicy = {}) {
    this.#store = new Map([["root.json", root]]);
    this.#policy = policy;
  }

  /** Verifies the Director's targets that it is handed, with the roots that are served. */
  verify(served: Served, handed: Uint8Array | undefined, now: number | undefined): SecondaryOutcome {
    return refusedTime(() => {
      const knowledge = {
        vehicleId: demoVehicle.vehicleId,
        ecu: this.#ecu,
        root: this.#store.get("root.json")!,
        targets: this.#store.get("targets.json"),
      };
      const bundle = { roots: rootsOf(served.director), targets: handed ?? newestTargets(served.director) };
      const time = this.#clock.read(now);
      const { persist, ...outcome } = evaluatePartialVerification(knowledge, bundle, time, this.#policy);
      for (const { file, bytes } of persist) this.#store.set(file, bytes);
      return outcome;
    });
  }
}

/** A time that goes back is a refusal like the others. */
function refusedTime<Outcome>(
  verify: () => Outcome,
): Outcome | { readonly decision: "refuse"; readonly reasons: readonly UptaneReason[] } {
  try {
    return verify();
  } catch (error) {
    if (!isOtaError(error) || error.code !== "ERR_MANIFEST_UPTANE_TIME") throw error;
    return { decision: "refuse", reasons: error.details!["reasons"] as readonly UptaneReason[] };
  }
}

/** Versioned files of a role, oldest first. */
function versionsOf(files: ReadonlyMap<string, Uint8Array>, role: string): readonly Uint8Array[] {
  return [...files]
    .flatMap(([name, bytes]) => (name.endsWith(`.${role}.json`) ? [{ version: Number.parseInt(name, 10), bytes }] : []))
    .sort((left, right) => left.version - right.version)
    .map(({ bytes }) => bytes);
}

function rootsOf(files: ReadonlyMap<string, Uint8Array>): readonly Uint8Array[] {
  return versionsOf(files, "root");
}

/** What a Primary would hand on: the newest that it is served. */
function newestTargets(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  return versionsOf(files, "targets").at(-1)!;
}

function withEvidence(outcome: PrimaryOutcome, equivocation: UptaneEquivocation | undefined): PrimaryOutcome {
  return equivocation === undefined ? outcome : { ...outcome, equivocation };
}
