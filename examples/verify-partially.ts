/** A small Secondary: it verifies what its Primary hands on in one call, with a few kilobytes of files. */

import { utf8ToBytes } from "otakit/core";
import {
  buildTufRoot,
  createDirector,
  describeTufTarget,
  evaluatePartialVerification,
  signDirectorVehicle,
  signTimeAttestation,
  signTufMetadata,
  verifyTimeAttestation,
  verifyUptaneImage,
} from "otakit/manifest";
import { createLocalSigner, type Signer } from "otakit/signing";

const day = 86_400_000;
const now = Date.UTC(2026, 10, 25);

// The server's side: a Director, and a server that attests the time.
const [directorKey, timeKey] = [1, 2].map((seed) => createLocalSigner(new Uint8Array(32).fill(seed))) as [
  Signer,
  Signer,
];
const role = { keys: [directorKey.publicKey], threshold: 1 };
const root = await signTufMetadata(
  buildTufRoot({
    expires: now + 365 * day,
    roles: { root: role, targets: role, snapshot: role, timestamp: role },
  }),
  { quorums: [], signers: [directorKey] },
);
const image = utf8ToBytes("brake firmware 7");
const ecu = { ecuId: "brake-1", hardwareId: "brake-b2" };
const { files } = await signDirectorVehicle(
  createDirector({
    root,
    signers: [directorKey],
    lifetimeMs: { targets: 30 * day, snapshot: 30 * day, timestamp: day },
  }),
  {
    assignment: {
      vehicleId: "veh-17",
      images: [
        {
          ...ecu,
          path: "brake/7.bin",
          ...describeTufTarget(image),
          releaseCounter: 7,
        },
      ],
    },
    now,
  },
);

// The ECU's side. Its storage holds the root of the factory, the latest time, and the targets that it took last.
const stored = {
  root: root as Uint8Array,
  targets: undefined as Uint8Array | undefined,
  timeMs: Date.UTC(2026, 10, 1),
};

// 1. A time, from another source than the Primary: a random nonce goes out, an attestation comes back.
const nonce = 1_234_567;
const attestation = await signTimeAttestation({ now, nonces: [nonce] }, [timeKey]);
const trust = { keys: [timeKey.publicKey], threshold: 1 };
const time = verifyTimeAttestation(attestation, {
  trust,
  nonce,
  floorMs: stored.timeMs,
});
stored.timeMs = time.now;

// 2. The Director's root chain and targets, from the Primary.
const bundle = { roots: [], targets: files.get("1.targets.json")! };
const verification = evaluatePartialVerification(
  { vehicleId: "veh-17", ecu, root: stored.root, targets: stored.targets },
  bundle,
  time,
);
for (const { file, bytes } of verification.persist) {
  if (file === "root.json") stored.root = bytes!;
  else stored.targets = bytes;
}
console.log(verification.decision, verification.reasons[0]?.code);

// 3. The image, from the Primary: the right ECU, exact length, every listed hash.
if (verification.decision !== "update") throw new Error("Nothing to install");
verifyUptaneImage(image, verification.image, ecu);
console.log(`${verification.image.path}: ${verification.image.length} bytes are genuine`);

// The same bundle for another vehicle is a replay.
const other = evaluatePartialVerification({ vehicleId: "veh-18", ecu, root }, bundle, time);
console.log(other.decision, other.reasons[0]?.code, other.reasons[0]?.attack);
