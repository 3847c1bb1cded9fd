import {
  applyRevocation,
  beginRollbacks,
  createUpdateFloors,
  decideUpdate,
  explainVerdict,
  type RollbackAuthorisation,
  raiseFloors,
  signRelease,
  signRollbackAuthorisation,
  signRollbackRevocation,
  verifyRelease,
  verifyRollbackAuthorisation,
  verifyRollbackRevocation,
} from "otakit/manifest";
import { createLocalSigner } from "otakit/signing";

const [alice, dora, emil] = [1, 2, 3].map((seed) => createLocalSigner(new Uint8Array(32).fill(seed)));
const release = { keys: [alice!.publicKey], threshold: 1 };
// Going back is a role of its own, with two people.
const trust = { rollback: { keys: [dora!.publicKey, emil!.publicKey], threshold: 2 }, release };
const now = Date.UTC(2026, 11, 1);

// The vehicle runs release counter 7; the old image of counter 6 is offered again.
const image = { hardwareId: "gateway-b", version: "2.0.4", releaseCounter: 6, securityEpoch: 3, length: 4 };
const hashes = { sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" };
const offered = await signRelease(
  { schema: "ota-release/1", releaseId: "back", expires: "2027-01-01T00:00:00Z", images: [{ ...image, hashes }] },
  [alice!],
);
const candidate = verifyRelease(offered, release, { now });
const installed = { sha256: "0".repeat(64), releaseCounter: 7, securityEpoch: 3 };
const ecus = [{ ecuId: "gw-1", hardwareId: "gateway-b", installed }];
let floors = createUpdateFloors({ "gw-1": { releaseCounter: 7, securityEpoch: 3 } }, { vehicleId: "veh-4f1c" });
console.log(decideUpdate({ candidate, ecus, floors, now }).decision); // refuse

// Backend: the board authorises it for this vehicle and ECU, for a week, once.
const authorisation: RollbackAuthorisation = {
  schema: "ota-rollback-authorisation/1",
  serial: 12,
  nonce: "5b1f0c4d9a7e36285f4c1d0e9b8a7766",
  notBefore: "2026-11-30T00:00:00Z",
  notAfter: "2026-12-07T00:00:00Z",
  reason: "brake light flickers since 2.1.0",
  issuer: "release board",
  vehicles: ["veh-4f1c"],
  ecus: [{ ecuId: "gw-1", fromCounter: 7, toCounter: 6, sha256: hashes.sha256 }],
};
const envelope = await signRollbackAuthorisation(authorisation, [dora!, emil!]);

// Vehicle: note in protected storage that it begins, install, note that it is done.
const authorisations = [verifyRollbackAuthorisation(envelope, trust, { now })];
const verdict = decideUpdate({ candidate, ecus, floors, now, authorisations });
console.log(verdict.decision, "-", verdict.reasons[0]?.message);
floors = beginRollbacks(floors, verdict.evidence.rollbacks);
floors = raiseFloors(floors, ecus[0]!, candidate);

// The floors did not sink, and the authorisation is spent.
console.log(floors.ecus["gw-1"]?.releaseCounter, floors.rollback.ecus["gw-1"]?.state);
console.log(explainVerdict(decideUpdate({ candidate, ecus, floors, now, authorisations })));

// Revoked ones are void, also where they were never used.
const revocation = { schema: "ota-rollback-revocation/1", leastSerial: 13, reason: "the cause was found" } as const;
const revoked = await signRollbackRevocation(revocation, [dora!, emil!]);
floors = applyRevocation(floors, verifyRollbackRevocation(revoked, trust, { now }));
console.log(floors.rollback.leastSerial);
