/** Whether an authorisation lets an ECU go back to an image, and the ledger that makes it a permission for once. */

import { parseUtcTime } from "../core/index.ts";
import { checkFloors } from "./floors-parse.ts";
import type { RollbackLedger, RollbackUse, UpdateFloors } from "./floors-state.ts";
import { own } from "./own.ts";
import { manifestReasonCodes } from "./reasons.ts";
import type {
  RollbackAuthorisation,
  VerifiedRollbackAuthorisation,
  VerifiedRollbackRevocation,
} from "./rollback-authorisation.ts";
import type { CandidateImage } from "./update-candidate.ts";
import type { VerdictReason } from "./verdict.ts";

/** One ECU that wants to go back. */
export interface RollbackQuestion {
  readonly ecu: { readonly ecuId: string; readonly hardwareId: string };
  readonly image: CandidateImage;
  /** The release counter that holds it up: the higher of floor and installed image. */
  readonly floorCounter: number;
  readonly now: number;
  readonly floors: UpdateFloors;
  /** Whether the image failed on the ECU before: then an authorisation must name it. */
  readonly failed: boolean;
  /** Authorisations by which other ECUs go back in the same decision. */
  readonly beside: readonly VerifiedRollbackAuthorisation[];
}

/**
 * Why an authorisation does not let an ECU go back; none when it does. Every rule is evaluated.
 *
 * @param path - JSON pointer of the authorisation in the request
 */
export function rollbackReasons(
  { authorisation, digest }: VerifiedRollbackAuthorisation,
  { ecu, image, floorCounter, now, floors, failed, beside }: RollbackQuestion,
  path: string,
): readonly VerdictReason[] {
  const reasons: VerdictReason[] = [];
  const refuse: Refuse = (code, attack, evidence) => {
    const message = `Authorisation ${authorisation.serial}, ECU "${ecu.ecuId}": ${manifestReasonCodes[code]}`;
    reasons.push({ code, message, path, attack: attack!, evidence: { ...evidence, authorisation: digest } });
  };
  const { rollback: ledger, timeMs } = floors;
  refuseByVehicle(floors, authorisation, refuse);

  const notBefore = parseUtcTime(authorisation.notBefore);
  const notAfter = parseUtcTime(authorisation.notAfter);
  if (!(now >= notBefore)) refuse("rollback_not_yet_valid", "none", { notBefore: authorisation.notBefore, now });
  // The floor counts too: a clock that was set back must not revive what has expired.
  const latest = Math.max(now, timeMs);
  if (!(latest < notAfter)) refuse("rollback_expired", "replay", { notAfter: authorisation.notAfter, now: latest });

  const scope = authorisation.ecus.find(({ ecuId }) => ecuId === ecu.ecuId);
  if (scope === undefined) refuse("rollback_wrong_ecu", "wrong_ecu", {});
  else {
    if ((scope.hardwareId ?? ecu.hardwareId) !== ecu.hardwareId) {
      refuse("rollback_wrong_hardware", "wrong_ecu", { had: scope.hardwareId, got: ecu.hardwareId });
    }
    if (image.releaseCounter !== scope.toCounter) {
      refuse("rollback_target_mismatch", "downgrade", { had: scope.toCounter, got: image.releaseCounter });
    }
    if (floorCounter > scope.fromCounter) {
      refuse("rollback_source_mismatch", "downgrade", { had: scope.fromCounter, got: floorCounter });
    }
    if (scope.sha256 !== undefined && scope.sha256 !== image.sha256) {
      refuse("rollback_image_mismatch", "arbitrary_software", { had: scope.sha256, got: image.sha256 });
    }
    if (failed && scope.sha256 === undefined) refuse("rollback_image_not_named", "none", { got: image.sha256 });
  }
  refuseByLedger(ledger, { authorisation, digest }, { ecuId: ecu.ecuId, sha256: image.sha256, beside }, refuse);
  return reasons;
}

/** Code of a rule of this file. */
type RuleCode = keyof typeof manifestReasonCodes;

type Refuse = (code: RuleCode, attack: VerdictReason["attack"], evidence: VerdictReason["evidence"]) => void;

function refuseByVehicle({ vehicleId }: UpdateFloors, { vehicles }: RollbackAuthorisation, refuse: Refuse): void {
  if (vehicleId === undefined) refuse("rollback_vehicle_unknown", "none", {});
  else if (!vehicles.includes(vehicleId)) refuse("rollback_wrong_vehicle", "wrong_vehicle", { vehicleId });
}

/**
 * One-shot: what was used is spent, what is older than the last one is void, what has begun may be finished.
 *
 * @param use - what it is to be used for, and which authorisations are used at the same time
 */
function refuseByLedger(
  ledger: RollbackLedger,
  { authorisation, digest }: Pick<VerifiedRollbackAuthorisation, "authorisation" | "digest">,
  {
    ecuId,
    sha256,
    beside,
  }: { readonly ecuId: string; readonly sha256: string | undefined } & Pick<RollbackQuestion, "beside">,
  refuse: Refuse,
): void {
  const { serial, nonce } = authorisation;
  if (serial < ledger.leastSerial || ledger.revoked.includes(serial)) {
    refuse("rollback_revoked", "replay", { serial, leastSerial: ledger.leastSerial });
  }
  const use = own(ledger.ecus, ecuId);
  if (use?.authorisation === digest) {
    if (use.state !== "begun") refuse("rollback_used", "replay", { serial });
    else if (use.sha256 !== sha256) {
      refuse("rollback_other_image_begun", "mix_and_match", { had: use.sha256, got: sha256 });
    }
    return;
  }
  // Used on another ECU of this vehicle a moment ago: this ECU's share is still open.
  if (ledger.authorisation === digest) return;
  // Of two that are used together neither is older, but they are two: not one serial, not one nonce.
  const others = beside.flatMap((other) => (other.digest === digest ? [] : [other.authorisation]));
  const isTwin = others.some((other) => other.serial === serial);
  if (serial <= ledger.serial || isTwin) {
    refuse("rollback_serial_too_low", "replay", { had: isTwin ? serial : ledger.serial, got: serial });
  }
  if (ledger.nonces.includes(nonce) || others.some((other) => other.nonce === nonce)) {
    refuse("rollback_nonce_used", "replay", { nonce });
  }
}

/** An ECU that goes back, as `decideUpdate` allows it. */
export interface PlannedRollback {
  readonly ecuId: string;
  readonly sha256: string;
  readonly authorisation: VerifiedRollbackAuthorisation;
}

/** Most nonces that are remembered; the serial alone stops older ones. */
const mostNonces = 64;

/**
 * Writes into the ledger that rollbacks begin. Store the new floors before the first byte is installed: from then on each authorisation
 * is good for this image on this ECU alone, and a power cut in the middle can be taken up again after {@link closeRollbacks}.
 *
 * @throws RangeError when the ledger no longer allows a rollback, or its authorisation does not name the ECU or the vehicle of the
 * floors: the decision is an old one, or another vehicle's; or when two rollbacks are for one ECU, or share a serial or a nonce
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA*` when the floors are wrong
 */
export function beginRollbacks(floors: UpdateFloors, rollbacks: readonly PlannedRollback[]): UpdateFloors {
  const checked = checkFloors(floors);
  // A decision from before another installation, or before a revocation, must not open again what that ended.
  rollbacks.forEach((rollback, index) => {
    requireOpen(checked, rollback, rollbacks.slice(0, index));
  });
  let ledger = checked.rollback;
  for (const { ecuId, sha256, authorisation } of rollbacks) {
    const { serial, nonce } = authorisation.authorisation;
    const isNewest = serial > ledger.serial;
    ledger = {
      ...ledger,
      ...(isNewest ? { serial, authorisation: authorisation.digest } : {}),
      nonces: ledger.nonces.includes(nonce) ? ledger.nonces : [...ledger.nonces, nonce].slice(-mostNonces),
      ecus: { ...ledger.ecus, [ecuId]: { authorisation: authorisation.digest, sha256, state: "begun" } },
    };
  }
  return checkFloors({ ...checked, rollback: ledger });
}

/**
 * Brings the ledger up to what the ECUs say that they run: a rollback whose image runs was installed, one whose image runs no more was
 * left. Call it after each start and before any decision, because a power cut may have come between installation and ledger.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA*` when the floors are wrong
 */
export function closeRollbacks(
  floors: UpdateFloors,
  ecus: readonly { readonly ecuId: string; readonly installed?: { readonly sha256: string } }[],
): UpdateFloors {
  const checked = checkFloors(floors);
  const uses: Record<string, RollbackUse> = { ...checked.rollback.ecus };
  for (const { ecuId, installed } of ecus) {
    const use = own(uses, ecuId);
    if (use === undefined || installed === undefined) continue;
    const runsIt = use.sha256 === installed.sha256;
    if (use.state === "begun" && runsIt) uses[ecuId] = { ...use, state: "installed" };
    if (use.state === "installed" && !runsIt) uses[ecuId] = { ...use, state: "left" };
  }
  return checkFloors({ ...checked, rollback: { ...checked.rollback, ecus: uses } });
}

function requireOpen(
  floors: UpdateFloors,
  { ecuId, sha256, authorisation }: PlannedRollback,
  before: readonly PlannedRollback[],
): void {
  const { serial, ecus } = authorisation.authorisation;
  if (before.some((other) => other.ecuId === ecuId)) {
    throw new RangeError(`"rollbacks" expected each ECU once, got ${ecuId} twice`);
  }
  const against: RuleCode[] = [];
  const refuse: Refuse = (code) => against.push(code);
  refuseByVehicle(floors, authorisation.authorisation, refuse);
  if (!ecus.some((ecu) => ecu.ecuId === ecuId)) refuse("rollback_wrong_ecu", "wrong_ecu", {});
  const beside = before.map((other) => other.authorisation);
  refuseByLedger(floors.rollback, authorisation, { ecuId, sha256, beside }, refuse);
  if (against.length === 0) return;
  throw new RangeError(`"rollbacks" expected one that is open for ECU ${ecuId}, got serial ${serial}: ${against[0]}`);
}

/** Most serials that are remembered one by one. */
const mostRevoked = 256;

/**
 * Takes a verified revocation into the ledger; what was revoked stays so.
 *
 * When more serials are revoked one by one than the ledger holds, every one below them is void too: never is one forgotten.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA*` when the floors are wrong
 */
export function applyRevocation(floors: UpdateFloors, { revocation }: VerifiedRollbackRevocation): UpdateFloors {
  const checked = checkFloors(floors);
  const { rollback } = checked;
  let leastSerial = Math.max(rollback.leastSerial, revocation.leastSerial);
  const serials = [...new Set([...rollback.revoked, ...(revocation.serials ?? [])])].sort(
    (left, right) => left - right,
  );
  const open = serials.filter((serial) => serial >= leastSerial);
  const forgotten = open.slice(0, Math.max(0, open.length - mostRevoked));
  if (forgotten.length > 0) leastSerial = forgotten.at(-1)! + 1;
  return checkFloors({ ...checked, rollback: { ...rollback, leastSerial, revoked: open.slice(forgotten.length) } });
}
