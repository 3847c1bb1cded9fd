import { createUpdateFloors, decideUpdate, signRelease, verifyRelease } from "otakit/manifest";
import { createLocalSigner } from "otakit/signing";

// Backend: three release engineers, of whom two must sign. In production each key stays in a KMS or HSM behind `Signer`.
const team = [1, 2, 3].map((seed) => createLocalSigner(new Uint8Array(32).fill(seed)));

const image = { hardwareId: "gateway-b", version: "2.1.0", releaseCounter: 7, securityEpoch: 3 };
const file = {
  length: 491_520,
  hashes: { sha256: "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef" },
};
const envelope = await signRelease(
  { schema: "ota-release/1", releaseId: "2026-11", expires: "2027-01-01T00:00:00Z", images: [{ ...image, ...file }] },
  team.slice(0, 2),
);

// Vehicle: verify, then decide. `now` and all state are arguments; nothing here does I/O.
const trust = { keys: team.map(({ publicKey }) => publicKey), threshold: 2 };
const now = Date.UTC(2026, 11, 1);
const release = verifyRelease(envelope, trust, { now });
const installed = { sha256: "0".repeat(64), releaseCounter: 6, securityEpoch: 3 };
const { decision, reasons } = decideUpdate({
  candidate: release,
  ecus: [{ ecuId: "gw-1", hardwareId: "gateway-b", installed }],
  floors: createUpdateFloors({ "gw-1": { releaseCounter: 6, securityEpoch: 3 } }),
  now,
});
console.log(decision, "-", reasons[0]?.message);
// install - ECU "gw-1": "2.1.0" with release counter 7 may be installed
