/**
 * Random histories of two vehicles against the law of the floors: without a valid authorisation nothing is installed below a floor; with
 * one, exactly its vehicles and ECUs, each once. Every answer of the library must be the law's, in both directions. No floor ever
 * sinks, whatever happens: power cuts, clocks set back, decisions carried out too late.
 */

import {
  applyRevocation,
  beginRollbacks,
  closeRollbacks,
  createUpdateFloors,
  decideUpdate,
  type PlannedRollback,
  type RollbackAuthorisation,
  raiseFloors,
  raiseMetadataFloors,
  raiseTimeFloor,
  rememberFailure,
  signRelease,
  signRollbackAuthorisation,
  signRollbackRevocation,
  timeFromClock,
  type UpdateFloors,
  type VehicleEcu,
  type VerifiedRelease,
  type VerifiedRollbackAuthorisation,
  type VerifiedRollbackRevocation,
  verifyRelease,
  verifyRollbackAuthorisation,
  verifyRollbackRevocation,
} from "otakit/manifest";
import { createLocalSigner, type Signer } from "otakit/signing";
import { type Random, seededRandom } from "../../../scripts/random.ts";
import { type EcuHistory, floorOfHistory, lawfulAnswer, type ModelImage, type VehicleHistory } from "./law.ts";

const start = Date.UTC(2026, 10, 1);
const day = 86_400_000;
const [alice, dora] = [1, 3].map((seed) => createLocalSigner(new Uint8Array(32).fill(seed))) as [Signer, Signer];
const trust = {
  rollback: { keys: [dora.publicKey], threshold: 1 },
  release: { keys: [alice.publicKey], threshold: 1 },
};
const highest = 4;
const ecuIds = ["gw-1", "gw-2"] as const;
const vehicleIds = ["veh-1", "veh-2"] as const;

const imageOf = (releaseCounter: number, securityEpoch: number): ModelImage => ({
  releaseCounter,
  securityEpoch,
  sha256: `${releaseCounter}${securityEpoch}`.repeat(32),
});
const images = Array.from({ length: (highest + 1) * 2 }, (_, index) => imageOf(index >> 1, index & 1));

/** A release of one image, and what the model knows of it. */
interface ModelRelease {
  readonly release: VerifiedRelease;
  readonly image: ModelImage;
  readonly sequence: number | undefined;
}

/** Every image in three documents: one of no row of releases, two of one. */
const releases: readonly ModelRelease[] = await Promise.all(
  images.flatMap((image) =>
    [undefined, 1, 2].map(async (sequence) => {
      const { sha256, ...numbers } = image;
      const manifest = {
        schema: "ota-release/1",
        releaseId: `r${numbers.releaseCounter}${numbers.securityEpoch}`,
        ...(sequence === undefined ? {} : { sequence }),
        expires: "2027-01-01T00:00:00Z",
        images: [{ hardwareId: "gateway-b", version: "1", length: 9, hashes: { sha256 }, ...numbers }],
      } as const;
      const release = verifyRelease(await signRelease(manifest, [alice]), trust.release, { now: start });
      return { release, image, sequence };
    }),
  ),
);

/** Authorisations of many scopes, serials and windows. */
const authorisations: readonly VerifiedRollbackAuthorisation[] = await Promise.all(
  Array.from({ length: 32 }, async (_, index) => {
    const random = seededRandom(`authorisation ${index}`);
    const toCounter = random.below(highest);
    const fromCounter = toCounter + 1 + random.below(highest - toCounter);
    const from = start + random.below(3) * day;
    const named = random.below(2) === 0 ? { sha256: imageOf(toCounter, random.below(2)).sha256 } : {};
    const authorisation: RollbackAuthorisation = {
      schema: "ota-rollback-authorisation/1",
      serial: 1 + random.below(8),
      // Every third one shares its nonce with the others.
      nonce: (index % 3 === 0 ? 0 : index).toString(16).padStart(32, "0"),
      notBefore: utc(from),
      notAfter: utc(from + (1 + random.below(4)) * day),
      reason: "trial",
      issuer: "board",
      vehicles: [...vehicleIds.slice(random.below(2), 1 + random.below(2)), "veh-9"],
      ecus: ecuIds
        .slice(random.below(2), 1 + random.below(2))
        .map((ecuId) => ({ ecuId, fromCounter, toCounter, ...named })),
    };
    const scoped = authorisation.ecus.length > 0 ? authorisation.ecus : [{ ecuId: "gw-2", fromCounter, toCounter }];
    const envelope = await signRollbackAuthorisation({ ...authorisation, ecus: scoped }, [dora]);
    return verifyRollbackAuthorisation(envelope, trust, { now: start });
  }),
);

const revocations: readonly VerifiedRollbackRevocation[] = await Promise.all(
  [1, 2, 4].map(async (leastSerial) => {
    const revocation = {
      schema: "ota-rollback-revocation/1",
      leastSerial,
      serials: [leastSerial + 1],
      reason: "no",
    } as const;
    return verifyRollbackRevocation(await signRollbackRevocation(revocation, [dora]), trust, { now: start });
  }),
);

function utc(ms: number): string {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}

/** A vehicle: what the library keeps, and what happened. */
interface Vehicle extends VehicleHistory {
  floors: UpdateFloors;
  /** A decision that was not carried out. */
  late: readonly PlannedRollback[];
}

/** What a run came to. */
export interface ModelOutcome {
  readonly sequences: number;
  readonly decisions: number;
  readonly installs: number;
  readonly rollbacks: number;
  readonly cuts: number;
  /** Broken laws, the first ten. */
  readonly broken: readonly string[];
}

type Counts = { -readonly [Name in "decisions" | "installs" | "rollbacks" | "cuts"]: number };

/** Plays random histories. */
export function playHistories(sequences: number, seed: number | string): ModelOutcome {
  const random = seededRandom(seed);
  const broken: string[] = [];
  const counts: Counts = { decisions: 0, installs: 0, rollbacks: 0, cuts: 0 };
  for (let sequence = 0; sequence < sequences && broken.length < 10; sequence++) {
    new History(random, counts, (law) => broken.push(`sequence ${sequence}: ${law}`)).play();
  }
  return { sequences, ...counts, broken };
}

/** One history. */
class History {
  readonly #random: Random;
  readonly #counts: Counts;
  readonly #fail: (law: string) => void;
  readonly #granted: readonly VerifiedRollbackAuthorisation[];
  #now: number;

  constructor(random: Random, counts: Counts, fail: (law: string) => void) {
    this.#random = random;
    this.#counts = counts;
    this.#fail = fail;
    this.#granted = Array.from({ length: random.below(6) }, () => random.pick(authorisations));
    this.#now = start + random.below(2) * day;
  }

  play(): void {
    const vehicles = vehicleIds.map(newVehicle);
    for (let steps = 4 + this.#random.below(10); steps > 0; steps--) {
      const vehicle = this.#random.pick(vehicles);
      const before = vehicle.floors;
      this.#step(vehicle);
      this.#checkFloors(vehicle, before);
    }
  }

  #step(vehicle: Vehicle): void {
    const random = this.#random;
    switch (random.below(10)) {
      case 0: {
        // Mostly on, sometimes back.
        this.#now += (random.below(4) - 1) * (day / 2);
        if (this.#now < vehicle.timeMs) return;
        vehicle.floors = raiseTimeFloor(vehicle.floors, timeFromClock(this.#now, vehicle.timeMs));
        vehicle.timeMs = this.#now;
        return;
      }
      case 1: {
        const revocation = random.pick(revocations);
        const { leastSerial, serials = [] } = revocation.revocation;
        vehicle.floors = applyRevocation(vehicle.floors, revocation);
        vehicle.leastSerial = Math.max(vehicle.leastSerial, leastSerial);
        for (const serial of serials) vehicle.revoked.add(serial);
        return;
      }
      case 2: {
        const ecuId = random.pick(ecuIds);
        const { sha256 } = random.pick(images);
        if (vehicle.ecus[ecuId]!.image.sha256 === sha256) return;
        vehicle.floors = rememberFailure(vehicle.floors, ecuId, sha256);
        vehicle.ecus[ecuId]!.failed.add(sha256);
        noteFailed(vehicle.ecus[ecuId]!, sha256);
        return;
      }
      case 3:
        this.#carryOutLate(vehicle);
        return;
      default:
        this.#offer(vehicle);
    }
  }

  /** A decision of an earlier time: the ledger must know what became of it since. */
  #carryOutLate(vehicle: Vehicle): void {
    const { late } = vehicle;
    vehicle.late = [];
    if (late.length === 0) return;
    const isOpen = late.every((plan) => isStillOpen(vehicle, plan));
    let floors: UpdateFloors | undefined;
    try {
      floors = beginRollbacks(vehicle.floors, late);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
    if ((floors !== undefined) !== isOpen) this.#fail(`a late decision was ${isOpen ? "refused" : "carried out"}`);
    if (floors === undefined) return;
    vehicle.floors = floors;
    noteBegun(vehicle, late);
  }

  #offer(vehicle: Vehicle): void {
    const random = this.#random;
    const { release, image, sequence } = this.#pickRelease();
    const chosen = random.below(2) === 0 ? ecuIds : [random.pick(ecuIds)];
    const ecus = chosen.map((ecuId) => ecuOf(vehicle, ecuId));
    const granted = this.#granted;
    const lawful = lawfulAnswer(vehicle, { image, sequence, ecuIds: chosen, now: this.#now, granted });
    const { decision, evidence, reasons } = decideUpdate({
      candidate: release,
      ecus,
      floors: vehicle.floors,
      now: this.#now,
      authorisations: granted,
    });
    this.#counts.decisions++;
    const { rollbacks } = evidence;
    const by = (plans: readonly PlannedRollback[]) => plans.map((plan) => `${plan.ecuId} ${plan.authorisation.digest}`);
    const lawfulBy = Object.entries(lawful.rollbacks).map(([ecuId, { digest }]) => `${ecuId} ${digest}`);
    if (decision !== lawful.decision || by(rollbacks).join() !== lawfulBy.join()) {
      this.#fail(
        `the law says ${lawful.decision} ${lawfulBy}, the library ${decision} ${by(rollbacks)} (${reasons[0]?.code})`,
      );
    }
    if (decision === "refuse" || decision === "unknown") return;
    vehicle.floors = raiseMetadataFloors(vehicle.floors, release);
    vehicle.sequence = Math.max(vehicle.sequence, sequence ?? 0);
    if (decision !== "install") return;
    this.#counts.installs++;
    if (random.below(6) === 0) {
      vehicle.late = rollbacks;
      return;
    }
    vehicle.floors = beginRollbacks(vehicle.floors, rollbacks);
    noteBegun(vehicle, rollbacks);
    if (this.#install(vehicle, ecus, release, image)) return;
    this.#counts.cuts++;
    // The vehicle starts again.
    vehicle.floors = closeRollbacks(
      vehicle.floors,
      ecuIds.map((ecuId) => ecuOf(vehicle, ecuId)),
    );
    for (const ecu of Object.values(vehicle.ecus)) noteRunning(ecu, false);
  }

  /** Any, or one that an authorisation could be for. */
  #pickRelease(): ModelRelease {
    const random = this.#random;
    const any = random.pick(releases);
    if (this.#granted.length === 0 || random.below(2) === 0) return any;
    const { toCounter } = random.pick(random.pick(this.#granted).authorisation.ecus);
    return random.pick(releases.filter(({ image }) => image.releaseCounter === toCounter));
  }

  /** Installs on one ECU after the other; `false` when the power is cut on the way. */
  #install(vehicle: Vehicle, ecus: readonly VehicleEcu[], release: VerifiedRelease, image: ModelImage): boolean {
    for (const ecu of ecus) {
      if (this.#random.below(6) === 0) return false;
      const history = vehicle.ecus[ecu.ecuId]!;
      if (history.image.sha256 === image.sha256) continue;
      this.#checkInstall(history, image);
      history.image = image;
      if (this.#random.below(6) === 0) return false;
      vehicle.floors = raiseFloors(vehicle.floors, ecu, release);
      history.committed.push(image);
      noteRunning(history, true);
    }
    return true;
  }

  /** An image below the floor gets onto an ECU by one authorisation, which never did that before. */
  #checkInstall(ecu: EcuHistory, image: ModelImage): void {
    const floor = floorOfHistory(ecu);
    if (image.securityEpoch < floor.securityEpoch) this.#fail("below the security epoch");
    if (image.releaseCounter >= floor.releaseCounter) return;
    const use = ecu.begun.at(-1);
    if (use?.sha256 !== image.sha256) this.#fail("below the floor without an authorisation");
    if (use?.over) this.#fail("an authorisation was used twice on an ECU");
    this.#counts.rollbacks++;
  }

  #checkFloors({ floors, ecus }: Vehicle, before: UpdateFloors): void {
    for (const ecuId of ecuIds) {
      const [was, is] = [before.ecus[ecuId]!, floors.ecus[ecuId]!];
      if (is.releaseCounter < was.releaseCounter || is.securityEpoch < was.securityEpoch)
        this.#fail("a floor has sunk");
      const had = ecus[ecuId]!.committed;
      const highest = Math.max(...had.map(({ releaseCounter }) => releaseCounter));
      if (is.releaseCounter !== highest) this.#fail(`floor ${is.releaseCounter}, and ${highest} was installed`);
    }
    for (const [name, version] of Object.entries(before.metadata)) {
      if ((floors.metadata[name] ?? 0) < version) this.#fail("a metadata version has sunk");
    }
    if (floors.timeMs < before.timeMs) this.#fail("the time has sunk");
    if (floors.rollback.serial < before.rollback.serial) this.#fail("the serial has sunk");
    if (floors.rollback.leastSerial < before.rollback.leastSerial) this.#fail("a revocation was forgotten");
  }
}

function newVehicle(vehicleId: string): Vehicle {
  const image = imageOf(2, 0);
  const ecu = (): EcuHistory => ({ image, committed: [image], failed: new Set(), begun: [] });
  const floor = { releaseCounter: 2, securityEpoch: 0 };
  return {
    vehicleId,
    ecus: { "gw-1": ecu(), "gw-2": ecu() },
    begun: [],
    leastSerial: 1,
    revoked: new Set(),
    timeMs: 0,
    sequence: 0,
    floors: createUpdateFloors({ "gw-1": floor, "gw-2": floor }, { vehicleId }),
    late: [],
  };
}

function ecuOf(vehicle: Vehicle, ecuId: string): VehicleEcu {
  return { ecuId, hardwareId: "gateway-b", installed: vehicle.ecus[ecuId]!.image };
}

function noteBegun(vehicle: Vehicle, plans: readonly PlannedRollback[]): void {
  for (const { ecuId, sha256, authorisation: by } of plans) {
    vehicle.ecus[ecuId]!.begun.push({ by, sha256, over: false, left: false });
    vehicle.begun.push(by);
  }
}

/** What an ECU runs tells what became of its last rollback; one that was begun is over when something else was committed. */
function noteRunning({ image, begun }: EcuHistory, isCommitted: boolean): void {
  const last = begun.at(-1);
  if (last === undefined) return;
  last.left ||= last.sha256 !== image.sha256 && (last.over || isCommitted);
  last.over ||= last.left || last.sha256 === image.sha256;
}

/** A rollback whose image failed before it was installed is over. */
function noteFailed({ begun }: EcuHistory, sha256: string): void {
  const last = begun.at(-1);
  if (last === undefined || last.over || last.sha256 !== sha256) return;
  last.over = true;
  last.left = true;
}

/** Whether the ledger may still take a decision: neither revoked nor overtaken, nor spent. */
function isStillOpen(vehicle: Vehicle, { ecuId, sha256, authorisation: by }: PlannedRollback): boolean {
  const { serial, nonce } = by.authorisation;
  if (serial < vehicle.leastSerial || vehicle.revoked.has(serial)) return false;
  const last = vehicle.ecus[ecuId]!.begun.at(-1);
  if (last?.by.digest === by.digest) return !last.over && !last.left && last.sha256 === sha256;
  const highest = Math.max(0, ...vehicle.begun.map((other) => other.authorisation.serial));
  if (vehicle.begun.find((other) => other.authorisation.serial === highest)?.digest === by.digest) return true;
  return serial > highest && vehicle.begun.every((other) => other.authorisation.nonce !== nonce);
}
