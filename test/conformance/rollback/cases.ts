/** Named cases of authorised rollback: one world that allows it, and one change in each case. */

import { base64ToBytes, bytesToBase64, bytesToUtf8, isOtaError, utf8ToBytes } from "otakit/core";
import {
  applyRevocation,
  beginRollbacks,
  closeRollbacks,
  createUpdateFloors,
  decideUpdate,
  openReleaseTrust,
  type RollbackAuthorisation,
  type RollbackEcu,
  type RollbackTrust,
  raiseFloors,
  rememberFailure,
  signRelease,
  signReleaseTrust,
  signRollbackAuthorisation,
  signRollbackRevocation,
  type UpdateFloors,
  type VehicleEcu,
  type VerifiedRelease,
  type VerifiedRollbackAuthorisation,
  verifyRelease,
  verifyRollbackAuthorisation,
  verifyRollbackRevocation,
} from "otakit/manifest";
import { createLocalSigner, type Signer } from "otakit/signing";

/** 2026-11-01T00:00:00Z. */
const now = Date.UTC(2026, 10, 1);

const signers = [1, 2, 3, 4, 5].map((seed) => createLocalSigner(new Uint8Array(32).fill(seed)));
const [alice, bob, dora, emil, stranger] = signers as [Signer, Signer, Signer, Signer, Signer];
const keysOf = (threshold: number, ...of: readonly Signer[]) => ({ keys: of.map((by) => by.publicKey), threshold });
const trust = { rollback: keysOf(2, dora, emil), release: keysOf(1, alice, bob) };

const digit = (text: string): string => text.repeat(64);

async function releaseOf(releaseCounter: number, changes: object = {}): Promise<VerifiedRelease> {
  const image = {
    hardwareId: "gateway-b",
    version: `1.${releaseCounter}`,
    releaseCounter,
    securityEpoch: 3,
    length: 9,
  };
  const manifest = {
    schema: "ota-release/1",
    releaseId: `r-${releaseCounter}`,
    expires: "2026-12-01T00:00:00Z",
    images: [{ ...image, hashes: { sha256: digit(String(releaseCounter)) }, ...changes }],
  } as const;
  return verifyRelease(await signRelease(manifest, [alice]), trust.release, { now });
}

/** What a case may change. */
interface World {
  readonly authorisation: RollbackAuthorisation;
  readonly by: readonly Signer[];
  readonly trust: RollbackTrust;
  readonly floors: UpdateFloors;
  readonly ecu: VehicleEcu;
  readonly release: VerifiedRelease;
  readonly now: number | undefined;
  readonly others: readonly VerifiedRollbackAuthorisation[];
  /** What is done to the signed envelope on its way. */
  readonly tamper: (envelope: Uint8Array) => Uint8Array | Promise<Uint8Array>;
  /** Further ECUs of the vehicle. */
  readonly besides: readonly VehicleEcu[];
}

const gateway: RollbackEcu = { ecuId: "gw-1", hardwareId: "gateway-b", fromCounter: 7, toCounter: 5 };

const allowed: RollbackAuthorisation = {
  schema: "ota-rollback-authorisation/1",
  serial: 10,
  nonce: "00112233445566778899aabbccddeeff",
  notBefore: "2026-10-30T00:00:00Z",
  notAfter: "2026-11-08T00:00:00Z",
  reason: "brake light flickers since 1.7",
  issuer: "release board",
  vehicles: ["veh-1", "veh-2"],
  ecus: [gateway],
};

const five = await releaseOf(5);
const floors = createUpdateFloors({ "gw-1": { releaseCounter: 7, securityEpoch: 3 } }, { vehicleId: "veh-1" });

const world: World = {
  authorisation: allowed,
  by: [dora, emil],
  trust,
  floors,
  ecu: {
    ecuId: "gw-1",
    hardwareId: "gateway-b",
    installed: { sha256: digit("7"), releaseCounter: 7, securityEpoch: 3 },
  },
  release: five,
  now,
  others: [],
  tamper: (envelope) => envelope,
  besides: [],
};

const verified = async (authorisation: RollbackAuthorisation = allowed): Promise<VerifiedRollbackAuthorisation> =>
  verifyRollbackAuthorisation(await signRollbackAuthorisation(authorisation, [dora, emil]), trust, { now });

const scopeOf = (change: Partial<RollbackEcu>): RollbackAuthorisation => ({
  ...allowed,
  ecus: [{ ...gateway, ...change }],
});
const withScope = (change: Partial<RollbackEcu>): Partial<World> => ({ authorisation: scopeOf(change) });
const withAuthorisation = (change: Partial<RollbackAuthorisation>): Partial<World> => ({
  authorisation: { ...allowed, ...change },
});

/** Floors after the authorisation was used as far as `isDone` says. */
async function used(isDone: boolean, authorisation: RollbackAuthorisation = allowed): Promise<UpdateFloors> {
  const plan = { ecuId: "gw-1", sha256: digit("5"), authorisation: await verified(authorisation) };
  const begun = beginRollbacks(floors, [plan]);
  return isDone ? raiseFloors(begun, world.ecu, five) : begun;
}

async function revoked(leastSerial: number, serials: readonly number[] = []): Promise<UpdateFloors> {
  const revocation = { schema: "ota-rollback-revocation/1", leastSerial, serials, reason: "found the cause" } as const;
  const envelope = await signRollbackRevocation(revocation, [dora, emil]);
  return applyRevocation(floors, verifyRollbackRevocation(envelope, trust, { now }));
}

const trustFile = async (change: object = {}, expires = "2027-01-01T00:00:00Z"): Promise<RollbackTrust> => {
  const all = { trust: keysOf(1, alice), release: keysOf(1, alice, bob), rollback: keysOf(2, dora, emil), ...change };
  const roles = Object.fromEntries(Object.entries(all).filter(([, keys]) => keys !== undefined)) as typeof all;
  const file = { schema: "ota-release-trust/1", version: 1, expires, roles } as const;
  return openReleaseTrust(await signReleaseTrust(file, [alice]));
};

const later: RollbackAuthorisation = { ...allowed, serial: 11, nonce: "ff".repeat(16) };

/** A change of the world, and the word or code that must come of it. */
export interface RollbackCase {
  readonly name: string;
  readonly change: () => Partial<World> | Promise<Partial<World>>;
  /** Decision, the code of a reason that must be among those of a refusal, or the code of an error. */
  readonly expected: string;
}

const at = (...[year, month, day]: readonly [number, number, number]): Partial<World> => ({
  now: Date.UTC(year, month - 1, day),
});

export const rollbackCases: readonly RollbackCase[] = [
  { name: "in scope", change: () => ({}), expected: "install" },
  { name: "by the keys of a trust file", change: async () => ({ trust: await trustFile() }), expected: "install" },
  { name: "for any hardware", change: () => ({ authorisation: withoutHardware() }), expected: "install" },
  { name: "for this very image", change: () => withScope({ sha256: digit("5") }), expected: "install" },
  { name: "leaving less than it could", change: () => withScope({ fromCounter: 9 }), expected: "install" },
  {
    name: "among identifiers longer than a VIN",
    change: () => withAuthorisation({ vehicles: ["veh-1", "WVWZZZ1KZAW0000011", "xWVWZZZ1KZAW000001"] }),
    expected: "install",
  },
  { name: "in its first second", change: () => at(2026, 10, 30), expected: "install" },
  { name: "in its last millisecond", change: () => ({ now: Date.UTC(2026, 10, 8) - 1 }), expected: "install" },
  { name: "begun and cut off", change: async () => ({ floors: await used(false) }), expected: "install" },
  {
    name: "as the second of two",
    change: async () => ({ others: [await verified(wrongVehicle())] }),
    expected: "install",
  },
  { name: "after an older one was used", change: () => afterOlder(), expected: "install" },
  {
    name: "another serial was revoked",
    change: async () => ({ floors: await revoked(1, [9, 11]) }),
    expected: "install",
  },
  { name: "to what is installed by it", change: () => installedByIt(), expected: "up_to_date" },
  { name: "installed, and cut off before it was noted", change: () => installedUnnoted(), expected: "up_to_date" },
  { name: "to an image that failed, by its name", change: () => failedButNamed(), expected: "install" },
  { name: "both ECUs of its scope", change: () => bothEcus(["gw-1", "gw-2"]), expected: "install" },
  { name: "its second ECU, after the first", change: () => secondEcu(), expected: "install" },
  { name: "an empty revocation", change: async () => ({ floors: await revoked(1) }), expected: "install" },

  {
    name: "wrong vehicle",
    change: () => withAuthorisation({ vehicles: ["veh-2"] }),
    expected: "rollback_wrong_vehicle",
  },
  {
    name: "vehicle by a prefix",
    change: () => withAuthorisation({ vehicles: ["veh-", "veh-10"] }),
    expected: "rollback_wrong_vehicle",
  },
  {
    name: "vehicle not known",
    change: () => ({ floors: createUpdateFloors(floors.ecus) }),
    expected: "rollback_vehicle_unknown",
  },
  { name: "another ECU", change: () => withScope({ ecuId: "gw-2" }), expected: "rollback_wrong_ecu" },
  {
    name: "another hardware",
    change: () => withScope({ hardwareId: "gateway-c" }),
    expected: "rollback_wrong_hardware",
  },
  { name: "expired", change: () => at(2026, 11, 8), expected: "rollback_expired" },
  {
    name: "expired by the time floor",
    change: () => ({ floors: { ...floors, timeMs: Date.UTC(2026, 10, 9) } }),
    expected: "rollback_expired",
  },
  {
    name: "clock set back to revive it",
    change: () => ({ floors: { ...floors, timeMs: Date.UTC(2026, 10, 9) } }),
    expected: "time_below_floor",
  },
  { name: "not yet valid", change: () => at(2026, 10, 29), expected: "rollback_not_yet_valid" },
  { name: "no verified time", change: () => ({ now: undefined }), expected: "release_counter_below_floor" },
  { name: "spent", change: async () => ({ floors: await used(true) }), expected: "rollback_used" },
  { name: "spent, then updated again", change: () => updatedAgain(), expected: "rollback_used" },
  {
    name: "serial below the last",
    change: async () => ({ floors: await usedElsewhere(later) }),
    expected: "rollback_serial_too_low",
  },
  {
    name: "serial of another one",
    change: async () => ({ floors: await usedElsewhere({ ...later, serial: 10 }) }),
    expected: "rollback_serial_too_low",
  },
  {
    name: "nonce of another one",
    change: async () => ({ floors: await usedElsewhere({ ...allowed, serial: 9 }) }),
    expected: "rollback_nonce_used",
  },
  { name: "revoked by serial", change: async () => ({ floors: await revoked(1, [10]) }), expected: "rollback_revoked" },
  {
    name: "revoked by the least serial",
    change: async () => ({ floors: await revoked(11) }),
    expected: "rollback_revoked",
  },
  {
    name: "revoked while begun",
    change: async () => ({ floors: await revokedWhileBegun() }),
    expected: "rollback_revoked",
  },
  {
    name: "to a lower counter",
    change: async () => ({ release: await releaseOf(4) }),
    expected: "rollback_target_mismatch",
  },
  {
    name: "to a counter between",
    change: async () => ({ release: await releaseOf(6) }),
    expected: "rollback_target_mismatch",
  },
  {
    name: "does not reach the target",
    change: () => withScope({ toCounter: 6 }),
    expected: "rollback_target_mismatch",
  },
  { name: "the floor has moved on", change: () => withScope({ fromCounter: 6 }), expected: "rollback_source_mismatch" },
  { name: "the ECU has moved on", change: () => movedOn(), expected: "rollback_source_mismatch" },
  { name: "another image", change: () => withScope({ sha256: digit("e") }), expected: "rollback_image_mismatch" },
  { name: "begun with another image", change: () => otherImageBegun(), expected: "rollback_other_image_begun" },
  {
    name: "below the security epoch",
    change: async () => ({ release: await releaseOf(5, { securityEpoch: 2 }) }),
    expected: "security_epoch_below_floor",
  },
  {
    name: "to an image that failed here",
    change: () => ({ floors: rememberFailure(floors, "gw-1", digit("5")) }),
    expected: "image_failed_before",
  },
  {
    name: "installed image not known",
    change: () => ({ ecu: { ecuId: "gw-1", hardwareId: "gateway-b" } }),
    expected: "installed_image_unknown",
  },
  {
    name: "no floor",
    change: () => ({ floors: createUpdateFloors({}, { vehicleId: "veh-1" }) }),
    expected: "floor_unknown",
  },

  {
    name: "to an image that failed, of a counter alone",
    change: () => ({ floors: rememberFailure(floors, "gw-1", digit("5")) }),
    expected: "rollback_image_not_named",
  },
  { name: "begun, then updated in its place", change: () => begunThenUpdated(), expected: "rollback_used" },
  { name: "spent, and noted after a restart", change: () => spentUnnoted(), expected: "rollback_used" },
  { name: "one ECU of two that want to go back", change: () => bothEcus(["gw-1"]), expected: "rollback_wrong_ecu" },
  {
    name: "another image of the counter that was seen",
    change: () => seenOtherwise(),
    expected: "image_changed_at_same_counter",
  },
  {
    name: "an ECU that was downgraded by other means",
    change: () => ({ ecu: { ...world.ecu, installed: running(4) }, others: [] }),
    expected: "install",
  },

  { name: "changed after signing", change: () => ({ tamper: flipped }), expected: "ERR_SIGNING_THRESHOLD" },
  { name: "cut short", change: () => ({ tamper: (bytes) => bytes.slice(0, -1) }), expected: "ERR_CORE_JSON_SYNTAX" },
  {
    name: "a release in its place",
    change: () => ({ tamper: releaseInPlace }),
    expected: "ERR_SIGNING_DSSE_PAYLOAD_TYPE",
  },
  {
    name: "a revocation in its place",
    change: () => ({ tamper: revocationInPlace }),
    expected: "ERR_SIGNING_DSSE_PAYLOAD_TYPE",
  },
  {
    name: "by a trust file without the role",
    change: async () => ({ trust: await trustFile({ rollback: undefined }) }),
    expected: "ERR_MANIFEST_TRUST_ROLES",
  },
  {
    name: "by a trust file that has expired",
    change: async () => ({ trust: await trustFile({}, "2026-10-31T00:00:00Z") }),
    expected: "ERR_MANIFEST_EXPIRED",
  },
  {
    name: "a vehicle identification number in lower case",
    change: () => withAuthorisation({ vehicles: ["veh-1", "wvwzzz1kzaw000001"] }),
    expected: "ERR_MANIFEST_ROLLBACK",
  },
  {
    name: "a vehicle identification number with a prefix",
    change: () => withAuthorisation({ vehicles: ["vin:WVWZZZ1KZAW000001"] }),
    expected: "ERR_MANIFEST_ROLLBACK",
  },
  {
    name: "a later version of its kind",
    change: () => withAuthorisation({ schema: "ota-rollback-authorisation/2" } as object),
    expected: "ERR_MANIFEST_SCHEMA_VERSION",
  },
  { name: "one signature of two", change: () => ({ by: [dora] }), expected: "ERR_SIGNING_THRESHOLD" },
  { name: "one key twice", change: () => ({ by: [dora, dora] }), expected: "ERR_SIGNING_THRESHOLD" },
  {
    name: "a stranger's second signature",
    change: () => ({ by: [dora, stranger] }),
    expected: "ERR_SIGNING_THRESHOLD",
  },
  { name: "by the keys of releases", change: () => ({ by: [alice, bob] }), expected: "ERR_SIGNING_THRESHOLD" },
  {
    name: "one key in both roles",
    change: () => ({ trust: { ...trust, release: keysOf(1, dora) } }),
    expected: "ERR_MANIFEST_TRUST_ROLES",
  },
  {
    name: "a vehicle identification number",
    change: () => withAuthorisation({ vehicles: ["WVWZZZ1KZAW000001"] }),
    expected: "ERR_MANIFEST_ROLLBACK",
  },
  {
    name: "it ends before it begins",
    change: () => withAuthorisation({ notAfter: allowed.notBefore }),
    expected: "ERR_MANIFEST_ROLLBACK",
  },
  { name: "it does not go back", change: () => withScope({ toCounter: 7 }), expected: "ERR_MANIFEST_ROLLBACK" },
  {
    name: "an ECU twice",
    change: () => withAuthorisation({ ecus: [gateway, gateway] }),
    expected: "ERR_MANIFEST_ROLLBACK",
  },
  { name: "for every vehicle", change: () => withAuthorisation({ vehicles: [] }), expected: "ERR_MANIFEST_SCHEMA" },
  { name: "a short nonce", change: () => withAuthorisation({ nonce: "00" }), expected: "ERR_MANIFEST_SCHEMA" },
  { name: "no serial", change: () => withAuthorisation({ serial: 0 }), expected: "ERR_MANIFEST_SCHEMA" },
  {
    name: "a limit that is not known",
    change: () => withAuthorisation({ onlyAtNight: true } as object),
    expected: "ERR_MANIFEST_SCHEMA",
  },
];

function withoutHardware(): RollbackAuthorisation {
  const { hardwareId: _, ...any } = gateway;
  return { ...allowed, ecus: [any] };
}

function wrongVehicle(): RollbackAuthorisation {
  return { ...later, vehicles: ["veh-2"] };
}

/** Used on another ECU of the vehicle. */
async function usedElsewhere(authorisation: RollbackAuthorisation): Promise<UpdateFloors> {
  const ecus = [{ ...gateway, ecuId: "gw-9" }];
  const plan = { ecuId: "gw-9", sha256: digit("5"), authorisation: await verified({ ...authorisation, ecus }) };
  return beginRollbacks(floors, [plan]);
}

async function afterOlder(): Promise<Partial<World>> {
  return { floors: await usedElsewhere({ ...allowed, serial: 9, nonce: "ee".repeat(16) }) };
}

function running(counter: number): NonNullable<VehicleEcu["installed"]> {
  return { sha256: digit(String(counter)), releaseCounter: counter, securityEpoch: 3 };
}

async function installedByIt(): Promise<Partial<World>> {
  return { floors: await used(true), ecu: { ...world.ecu, installed: running(5) } };
}

async function installedUnnoted(): Promise<Partial<World>> {
  return { floors: await used(false), ecu: { ...world.ecu, installed: running(5) } };
}

async function begunThenUpdated(): Promise<Partial<World>> {
  const seven = await releaseOf(7);
  return {
    ...withScope({ fromCounter: 9 }),
    floors: raiseFloors(await used(false, scopeOf({ fromCounter: 9 })), world.ecu, seven),
  };
}

/** The power was cut after the installation; the vehicle started, was updated again, and started once more. */
async function spentUnnoted(): Promise<Partial<World>> {
  const started = closeRollbacks(await used(false), [{ ecuId: "gw-1", installed: running(5) }]);
  return { floors: closeRollbacks(started, [{ ecuId: "gw-1", installed: running(7) }]) };
}

function failedButNamed(): Partial<World> {
  return { ...withScope({ sha256: digit("5") }), floors: rememberFailure(floors, "gw-1", digit("5")) };
}

const second: VehicleEcu = { ...world.ecu, ecuId: "gw-2" };
const both = createUpdateFloors({ ...floors.ecus, "gw-2": floors.ecus["gw-1"]! }, { vehicleId: "veh-1" });

function bothEcus(ecuIds: readonly string[]): Partial<World> {
  const ecus = ecuIds.map((ecuId) => ({ ...gateway, ecuId }));
  return { ...withAuthorisation({ ecus }), floors: both, besides: [second] };
}

async function secondEcu(): Promise<Partial<World>> {
  const change = bothEcus(["gw-1", "gw-2"]);
  const plan = { ecuId: "gw-1", sha256: digit("5"), authorisation: await verified(change.authorisation) };
  const first = raiseFloors(beginRollbacks(both, [plan]), world.ecu, five);
  return { ...change, floors: first, besides: [second], ecu: { ...world.ecu, installed: running(5) } };
}

function seenOtherwise(): Partial<World> {
  const installed = { releaseCounter: 5, sha256: digit("e") };
  return { floors: { ...floors, ecus: { "gw-1": { ...floors.ecus["gw-1"]!, installed } } } };
}

function flipped(envelope: Uint8Array): Uint8Array {
  const document = JSON.parse(bytesToUtf8(envelope));
  const payload = base64ToBytes(document.payload);
  // Another digit of the nonce: still an authorisation in form.
  const changed = bytesToUtf8(payload).replace(allowed.nonce, allowed.nonce.replace("0011", "1100"));
  return utf8ToBytes(JSON.stringify({ ...document, payload: bytesToBase64(utf8ToBytes(changed)) }));
}

/** A release that is signed by those who may authorise rollbacks. */
async function releaseInPlace(): Promise<Uint8Array> {
  return signRelease(five.manifest, [dora, emil]);
}

async function revocationInPlace(): Promise<Uint8Array> {
  const revocation = { schema: "ota-rollback-revocation/1", leastSerial: 1, reason: "none" } as const;
  return signRollbackRevocation(revocation, [dora, emil]);
}

async function updatedAgain(): Promise<Partial<World>> {
  return { floors: raiseFloors(await used(true), world.ecu, await releaseOf(7)) };
}

async function revokedWhileBegun(): Promise<UpdateFloors> {
  const begun = await used(false);
  const { leastSerial, revoked: serials } = (await revoked(1, [10])).rollback;
  return { ...begun, rollback: { ...begun.rollback, leastSerial, revoked: serials } };
}

function movedOn(): Partial<World> {
  const installed = { sha256: digit("8"), releaseCounter: 8, securityEpoch: 3 };
  return { ecu: { ...world.ecu, installed } };
}

async function otherImageBegun(): Promise<Partial<World>> {
  const plan = { ecuId: "gw-1", sha256: digit("e"), authorisation: await verified() };
  return { floors: beginRollbacks(floors, [plan]) };
}

/** What came of a case: its word or the code of its error, and every code that was given. */
export interface RollbackOutcome {
  readonly word: string;
  readonly codes: readonly string[];
}

/** Plays a case. */
export async function playRollback({ change }: RollbackCase): Promise<RollbackOutcome> {
  const {
    authorisation,
    by,
    trust: trusted,
    floors: stored,
    ecu,
    release,
    now: time,
    others,
    tamper,
    besides,
  } = {
    ...world,
    ...(await change()),
  };
  try {
    const envelope = await tamper(await signRollbackAuthorisation(authorisation, by));
    const own = verifyRollbackAuthorisation(envelope, trusted, { now });
    const authorisations = [...others, own];
    const verdict = decideUpdate({
      candidate: release,
      ecus: [ecu, ...besides],
      floors: stored,
      now: time,
      authorisations,
    });
    return { word: verdict.decision, codes: verdict.reasons.map(({ code }) => code) };
  } catch (error) {
    if (!isOtaError(error)) throw error;
    return { word: "refuse", codes: [error.code] };
  }
}

/** Whether an outcome is the expected one: a permission by its word, a refusal by a code and by no permission. */
export function isExpected({ expected }: RollbackCase, { word, codes }: RollbackOutcome): boolean {
  if (expected === "install" || expected === "up_to_date") return word === expected;
  return word !== "install" && word !== "up_to_date" && codes.includes(expected);
}
