/**
 * Random histories of two vehicles against the law of the floors: without a valid authorisation nothing is installed below a floor; with
 * one, exactly its vehicles and ECUs, each once. No floor ever sinks, whatever happens, power cuts included.
 */

import {
  applyRevocation,
  beginRollbacks,
  createUpdateFloors,
  decideUpdate,
  type InstalledImage,
  type RollbackAuthorisation,
  raiseFloors,
  rememberFailure,
  signRelease,
  signRollbackAuthorisation,
  signRollbackRevocation,
  type UpdateFloors,
  type VerifiedRelease,
  type VerifiedRollbackAuthorisation,
  type VerifiedRollbackRevocation,
  verifyRelease,
  verifyRollbackAuthorisation,
  verifyRollbackRevocation,
} from "otakit/manifest";
import { createLocalSigner, type Signer } from "otakit/signing";
import { type Random, seededRandom } from "../../../scripts/random.ts";

const start = Date.UTC(2026, 10, 1);
const day = 86_400_000;
const [alice, dora] = [1, 3].map((seed) => createLocalSigner(new Uint8Array(32).fill(seed))) as [Signer, Signer];
const trust = {
  rollback: { keys: [dora.publicKey], threshold: 1 },
  release: { keys: [alice.publicKey], threshold: 1 },
};
const highest = 4;
const digestOf = (counter: number, epoch: number): string => `${counter}${epoch}`.repeat(32);
const ecuIds = ["gw-1", "gw-2"] as const;
const vehicleIds = ["veh-1", "veh-2"] as const;

/** Every release of counter and epoch, for one kind of ECU. */
const releases: readonly VerifiedRelease[] = await Promise.all(
  Array.from({ length: (highest + 1) * 2 }, async (_, index) => {
    const releaseCounter = index >> 1;
    const securityEpoch = index & 1;
    const image = { hardwareId: "gateway-b", version: "1", releaseCounter, securityEpoch, length: 9 };
    const images = [{ ...image, hashes: { sha256: digestOf(releaseCounter, securityEpoch) } }];
    const manifest = {
      schema: "ota-release/1",
      releaseId: `r${index}`,
      expires: "2027-01-01T00:00:00Z",
      images,
    } as const;
    return verifyRelease(await signRelease(manifest, [alice]), trust.release, { now: start });
  }),
);

/** Authorisations of many scopes, serials and windows. */
const authorisations: readonly VerifiedRollbackAuthorisation[] = await Promise.all(
  Array.from({ length: 24 }, async (_, index) => {
    const random = seededRandom(`authorisation ${index}`);
    const toCounter = random.below(highest);
    const fromCounter = toCounter + 1 + random.below(highest - toCounter);
    const from = start + random.below(4) * day;
    const authorisation: RollbackAuthorisation = {
      schema: "ota-rollback-authorisation/1",
      serial: 1 + random.below(8),
      // A nonce of three is shared with another one.
      nonce: (index % 3 === 0 ? 0 : index).toString(16).padStart(32, "0"),
      notBefore: utc(from),
      notAfter: utc(from + (1 + random.below(4)) * day),
      reason: "trial",
      issuer: "board",
      vehicles: [...vehicleIds.slice(random.below(2), 1 + random.below(2)), "veh-9"],
      ecus: ecuIds.slice(0, 1 + random.below(2)).map((ecuId) => ({ ecuId, fromCounter, toCounter })),
    };
    const envelope = await signRollbackAuthorisation(authorisation, [dora]);
    return verifyRollbackAuthorisation(envelope, trust, { now: start });
  }),
);

const revocations: readonly VerifiedRollbackRevocation[] = await Promise.all(
  [2, 4, 6].map(async (leastSerial) => {
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

/** A vehicle of the model. */
interface Vehicle {
  floors: UpdateFloors;
  readonly installed: Record<string, InstalledImage>;
  /** Completed rollbacks by authorisation and ECU. */
  readonly completed: Map<string, number>;
}

/** What a run came to. */
export interface ModelOutcome {
  readonly sequences: number;
  readonly decisions: number;
  readonly installs: number;
  readonly rollbacks: number;
  /** Broken laws, the first ten. */
  readonly broken: readonly string[];
}

/** Plays random histories. */
export function playHistories(sequences: number, seed: number | string): ModelOutcome {
  const random = seededRandom(seed);
  const broken: string[] = [];
  const counts = { decisions: 0, installs: 0, rollbacks: 0 };
  for (let sequence = 0; sequence < sequences && broken.length < 10; sequence++) {
    playHistory(random, counts, (law) => broken.push(`sequence ${sequence}: ${law}`));
  }
  return { sequences, ...counts, broken };
}

function playHistory(
  random: Random,
  counts: { decisions: number; installs: number; rollbacks: number },
  fail: (law: string) => void,
): void {
  const vehicles = vehicleIds.map(newVehicle);
  const granted = Array.from({ length: random.below(5) }, () => random.pick(authorisations));
  let now = start + random.below(2) * day;
  for (let steps = 4 + random.below(8); steps > 0; steps--) {
    const which = random.below(2);
    const vehicle = vehicles[which]!;
    const before = vehicle.floors;
    switch (random.below(8)) {
      case 0:
        now += random.below(2) * day;
        break;
      case 1:
        vehicle.floors = applyRevocation(vehicle.floors, random.pick(revocations));
        break;
      case 2:
        vehicle.floors = rememberFailure(vehicle.floors, random.pick(ecuIds), digestOf(random.below(highest + 1), 0));
        break;
      default:
        counts.decisions++;
        offer(vehicle, vehicleIds[which]!, random, granted, now, counts, fail);
    }
    for (const ecuId of ecuIds) {
      const [was, is] = [before.ecus[ecuId]!, vehicle.floors.ecus[ecuId]!];
      if (is.releaseCounter < was.releaseCounter || is.securityEpoch < was.securityEpoch) fail("a floor has sunk");
    }
    if (vehicle.floors.rollback.serial < before.rollback.serial) fail("the serial has sunk");
    if (vehicle.floors.rollback.leastSerial < before.rollback.leastSerial) fail("a revocation was forgotten");
  }
}

function newVehicle(vehicleId: string): Vehicle {
  const floor = { releaseCounter: 2, securityEpoch: 0 };
  const image = { sha256: digestOf(2, 0), releaseCounter: 2, securityEpoch: 0 };
  return {
    floors: createUpdateFloors({ "gw-1": floor, "gw-2": floor }, { vehicleId }),
    installed: { "gw-1": image, "gw-2": image },
    completed: new Map(),
  };
}

/** Offers a release to some ECUs; what is allowed is installed, or cut off on the way. */
function offer(
  vehicle: Vehicle,
  vehicleId: string,
  random: Random,
  granted: readonly VerifiedRollbackAuthorisation[],
  now: number,
  counts: { installs: number; rollbacks: number },
  fail: (law: string) => void,
): void {
  const candidate = random.pick(releases);
  const chosen = random.below(2) === 0 ? ecuIds : [random.pick(ecuIds)];
  const ecus = chosen.map((ecuId) => ({ ecuId, hardwareId: "gateway-b", installed: vehicle.installed[ecuId]! }));
  const { decision, evidence } = decideUpdate({
    candidate,
    ecus,
    floors: vehicle.floors,
    now,
    authorisations: granted,
  });
  if (decision !== "install") return;
  counts.installs++;
  const image = candidate.manifest.images[0]!;
  for (const ecu of ecus) checkAllowed(vehicle, vehicleId, ecu.ecuId, image, granted, evidence.rollbacks, now, fail);
  vehicle.floors = beginRollbacks(vehicle.floors, evidence.rollbacks);
  for (const ecu of ecus) {
    // A power cut: this ECU and those behind it stay as they were.
    if (random.below(4) === 0) return;
    if (ecu.installed.sha256 === image.hashes.sha256) continue;
    const { releaseCounter, securityEpoch, hashes } = image;
    vehicle.installed[ecu.ecuId] = { sha256: hashes.sha256, releaseCounter, securityEpoch };
    vehicle.floors = raiseFloors(vehicle.floors, ecu, candidate);
    for (const { ecuId, authorisation } of evidence.rollbacks) {
      if (ecuId !== ecu.ecuId) continue;
      counts.rollbacks++;
      const key = `${authorisation.digest} ${ecuId}`;
      const times = (vehicle.completed.get(key) ?? 0) + 1;
      vehicle.completed.set(key, times);
      if (times > 1) fail("an authorisation was used twice on an ECU");
    }
  }
}

/** The law, said anew and without the code of the library. */
function checkAllowed(
  { floors, installed }: Vehicle,
  vehicleId: string,
  ecuId: string,
  image: {
    readonly releaseCounter: number;
    readonly securityEpoch: number;
    readonly hashes: { readonly sha256: string };
  },
  granted: readonly VerifiedRollbackAuthorisation[],
  rollbacks: readonly { readonly ecuId: string; readonly authorisation: VerifiedRollbackAuthorisation }[],
  now: number,
  fail: (law: string) => void,
): void {
  if (installed[ecuId]!.sha256 === image.hashes.sha256) return;
  const floor = floors.ecus[ecuId]!;
  const counter = Math.max(floor.releaseCounter, installed[ecuId]!.releaseCounter);
  if (image.securityEpoch < Math.max(floor.securityEpoch, installed[ecuId]!.securityEpoch))
    fail("below the security epoch");
  if (floor.failed?.includes(image.hashes.sha256)) fail("an image that failed");
  const by = rollbacks.find((rollback) => rollback.ecuId === ecuId)?.authorisation;
  if (image.releaseCounter >= counter) {
    if (by !== undefined) fail("an authorisation was spent on an update");
    return;
  }
  if (by === undefined || !granted.includes(by)) {
    fail("below the floor without an authorisation");
    return;
  }
  const { vehicles, ecus, notBefore, notAfter, serial } = by.authorisation;
  const scope = ecus.find((entry) => entry.ecuId === ecuId);
  if (!vehicles.includes(vehicleId)) fail("another vehicle's authorisation");
  if (scope === undefined || scope.toCounter !== image.releaseCounter || scope.fromCounter < counter)
    fail("out of scope");
  if (now < Date.parse(notBefore) || now >= Date.parse(notAfter)) fail("outside of its window");
  if (serial < floors.rollback.leastSerial || floors.rollback.revoked.includes(serial)) fail("revoked");
}
