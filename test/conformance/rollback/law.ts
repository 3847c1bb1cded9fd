/**
 * The law of the floors, said anew from the history of a vehicle and without the code of the library: what may be installed, and by
 * which authorisation.
 */

import type { RollbackAuthorisation, VerifiedRollbackAuthorisation } from "otakit/manifest";

/** An image, as model and law see it. */
export interface ModelImage {
  readonly sha256: string;
  readonly releaseCounter: number;
  readonly securityEpoch: number;
}

/** What happened to an ECU. */
export interface EcuHistory {
  /** What it runs. */
  image: ModelImage;
  /** Images whose installation was written down. */
  readonly committed: ModelImage[];
  readonly failed: Set<string>;
  /** Rollbacks that were begun, with what came of the last one. */
  readonly begun: {
    readonly by: VerifiedRollbackAuthorisation;
    readonly sha256: string;
    over: boolean;
    left: boolean;
  }[];
}

/** What happened to a vehicle. */
export interface VehicleHistory {
  readonly vehicleId: string;
  readonly ecus: Readonly<Record<string, EcuHistory>>;
  /** Every authorisation that was begun anywhere in it. */
  readonly begun: VerifiedRollbackAuthorisation[];
  leastSerial: number;
  readonly revoked: Set<number>;
  timeMs: number;
  sequence: number;
}

/** An offer to some of its ECUs. */
export interface ModelOffer {
  readonly image: ModelImage;
  readonly sequence: number | undefined;
  readonly ecuIds: readonly string[];
  readonly now: number;
  readonly granted: readonly VerifiedRollbackAuthorisation[];
}

/** What must come of an offer. */
export interface LawfulAnswer {
  readonly decision: "install" | "up_to_date" | "refuse" | "unknown";
  /** By which authorisation an ECU goes back. */
  readonly rollbacks: Readonly<Record<string, VerifiedRollbackAuthorisation>>;
}

/** The answer that the law gives. */
export function lawfulAnswer(vehicle: VehicleHistory, offer: ModelOffer): LawfulAnswer {
  const refusal: LawfulAnswer = { decision: "refuse", rollbacks: {} };
  if (offer.now < vehicle.timeMs) return refusal;
  if (offer.sequence !== undefined && offer.sequence < vehicle.sequence) return refusal;
  const rollbacks: Record<string, VerifiedRollbackAuthorisation> = {};
  let installs = false;
  for (const ecuId of offer.ecuIds) {
    const answer = answerOf(vehicle, ecuId, offer, Object.values(rollbacks));
    if (answer === "refuse") return refusal;
    if (answer === "up_to_date") continue;
    installs = true;
    if (answer !== "install") rollbacks[ecuId] = answer;
  }
  // Once there was a number, a document without one has no place.
  if (offer.sequence === undefined && vehicle.sequence > 0) return { decision: "unknown", rollbacks: {} };
  return installs ? { decision: "install", rollbacks } : { decision: "up_to_date", rollbacks: {} };
}

/** The highest image that an ECU has had. */
export function floorOfHistory({ image, committed }: EcuHistory): Pick<ModelImage, "releaseCounter" | "securityEpoch"> {
  const had = [image, ...committed];
  return {
    releaseCounter: Math.max(...had.map(({ releaseCounter }) => releaseCounter)),
    securityEpoch: Math.max(...had.map(({ securityEpoch }) => securityEpoch)),
  };
}

function answerOf(
  vehicle: VehicleHistory,
  ecuId: string,
  { image, granted, now }: ModelOffer,
  beside: readonly VerifiedRollbackAuthorisation[],
): "install" | "up_to_date" | "refuse" | VerifiedRollbackAuthorisation {
  const ecu = vehicle.ecus[ecuId]!;
  const runsIt = ecu.image.sha256 === image.sha256;
  const last = ecu.begun.at(-1);
  if (runsIt && last !== undefined && last.sha256 === image.sha256 && !last.left) return "up_to_date";
  const floor = floorOfHistory(ecu);
  if (image.securityEpoch < floor.securityEpoch) return "refuse";
  if (!runsIt && image.releaseCounter === ecu.image.releaseCounter) return "refuse";
  const failed = ecu.failed.has(image.sha256);
  if (image.releaseCounter < floor.releaseCounter) {
    const by = granted.find(
      (candidate) =>
        allows(vehicle, ecuId, candidate, image, floor.releaseCounter, now, failed) &&
        beside.every((other) => isApart(candidate, other)),
    );
    return by === undefined ? "refuse" : runsIt ? "up_to_date" : by;
  }
  if (runsIt) return "up_to_date";
  return failed ? "refuse" : "install";
}

function allows(
  vehicle: VehicleHistory,
  ecuId: string,
  candidate: VerifiedRollbackAuthorisation,
  image: ModelImage,
  floor: number,
  now: number,
  failed: boolean,
): boolean {
  const { authorisation, digest } = candidate;
  if (!isInScope(authorisation, vehicle.vehicleId, ecuId, image, floor, failed)) return false;
  if (now < Date.parse(authorisation.notBefore) || now >= Date.parse(authorisation.notAfter)) return false;
  const { serial, nonce } = authorisation;
  if (serial < vehicle.leastSerial || vehicle.revoked.has(serial)) return false;
  const own = vehicle.ecus[ecuId]!.begun;
  // Exactly once: what is over is over, and what was begun may be finished as it was begun.
  if (own.some((use) => use.by.digest === digest && use.over)) return false;
  const last = own.at(-1);
  if (last?.by.digest === digest) return last.sha256 === image.sha256;
  const highest = Math.max(0, ...vehicle.begun.map((by) => by.authorisation.serial));
  const newest = vehicle.begun.find((by) => by.authorisation.serial === highest);
  if (newest?.digest === digest) return true;
  return serial > highest && vehicle.begun.every((by) => by.authorisation.nonce !== nonce);
}

/** What is used together shares neither serial nor nonce, unless it is one authorisation. */
function isApart(one: VerifiedRollbackAuthorisation, other: VerifiedRollbackAuthorisation): boolean {
  if (one.digest === other.digest) return true;
  const { serial, nonce } = one.authorisation;
  return serial !== other.authorisation.serial && nonce !== other.authorisation.nonce;
}

function isInScope(
  { vehicles, ecus }: RollbackAuthorisation,
  vehicleId: string,
  ecuId: string,
  image: ModelImage,
  floor: number,
  failed: boolean,
): boolean {
  const scope = ecus.find((entry) => entry.ecuId === ecuId);
  if (!vehicles.includes(vehicleId) || scope === undefined) return false;
  if (scope.toCounter !== image.releaseCounter || scope.fromCounter < floor) return false;
  return scope.sha256 === undefined ? !failed : scope.sha256 === image.sha256;
}
