/** A Director beside an existing backend: the backend decides what a device gets, the Director says so in signed metadata. */

import { utf8ToBytes } from "otakit/core";
import {
  addUptaneImages,
  buildTufRoot,
  buildTufTargets,
  createDirector,
  createUptaneClient,
  type DirectorAssignment,
  type DirectorVehicleState,
  describeUptaneImage,
  nextUptaneRequest,
  signDirectorVehicles,
  signTufMetadata,
  stepUptaneClient,
  timeFromClock,
  updateTufRepository,
  uptaneAssignment,
} from "otakit/manifest";
import { createLocalSigner, type Signer } from "otakit/signing";

const day = 86_400_000;
const now = Date.UTC(2026, 10, 25);

// Two roots of trust. In production the Image repository's keys are with people, the Director's are in a KMS; each role has its own.
const [imageKey, directorKey] = [1, 2].map((seed) => createLocalSigner(new Uint8Array(32).fill(seed))) as [
  Signer,
  Signer,
];
const rootOf = (signer: Signer) => {
  const role = { keys: [signer.publicKey], threshold: 1 };
  const root = buildTufRoot({
    expires: now + 365 * day,
    roles: { root: role, targets: role, snapshot: role, timestamp: role },
  });
  return signTufMetadata(root, { quorums: [], signers: [signer] });
};
const roots = {
  image: await rootOf(imageKey),
  director: await rootOf(directorKey),
};

// The Image repository lists every release once, for the hardware it is built for. People sign it, seldom.
const images = addUptaneImages(buildTufTargets({ expires: now + 90 * day }), [
  [
    "brake/7.bin",
    describeUptaneImage(utf8ToBytes("brake firmware 7"), {
      hardwareIds: ["brake-b2"],
      releaseCounter: 7,
    }),
  ],
  [
    "gateway/4.bin",
    describeUptaneImage(utf8ToBytes("gateway 4"), {
      hardwareIds: ["gateway-b"],
      releaseCounter: 4,
    }),
  ],
]);
const imageRepository = await updateTufRepository({
  published: new Map(),
  root: roots.image,
  targets: { targets: images },
  signers: [imageKey],
  expires: { snapshot: now + 30 * day, timestamp: now + 7 * day },
});

// What the backend says of two of its devices: which set of software each is assigned, and for which ECU each part of it is.
const backend = [
  {
    controllerId: "veh-17",
    modules: { "gw-1": "gateway/4.bin", "brake-1": "brake/7.bin" },
  },
  { controllerId: "veh-18", modules: { "gw-1": "brake/7.bin" } },
] as const;
const inventory = [
  { ecuId: "gw-1", hardwareId: "gateway-b" },
  { ecuId: "brake-1", hardwareId: "brake-b2" },
];

/** From the backend's words to an assignment: the Director adds nothing and chooses nothing. */
function assignmentOf({ controllerId, modules }: (typeof backend)[number]): DirectorAssignment {
  return {
    vehicleId: controllerId,
    images: Object.entries(modules).map(([ecuId, path]) => {
      const { length, hashes, custom = {} } = images.targets[path]!;
      const { hardwareId } = inventory.find((ecu) => ecu.ecuId === ecuId)!;
      return {
        ecuId,
        hardwareId,
        path,
        length,
        hashes,
        releaseCounter: custom["releaseCounter"] as number,
      };
    }),
  };
}

const director = createDirector({
  root: roots.director,
  signers: [directorKey],
  lifetimeMs: { targets: 30 * day, snapshot: 30 * day, timestamp: day },
  // What vehicles would not find there is not signed.
  images: (path) => images.targets[path],
});
const states = new Map<string, DirectorVehicleState>();
const published = new Map<string, ReadonlyMap<string, Uint8Array>>();
const requests = backend.map((device) => {
  const state = states.get(device.controllerId);
  return {
    assignment: assignmentOf(device),
    inventory,
    now,
    ...(state === undefined ? {} : { state }),
  };
});
for await (const outcome of signDirectorVehicles(director, requests, {
  concurrency: 16,
})) {
  if (outcome.decision === "failed") throw outcome.error;
  console.log(outcome.vehicleId, outcome.decision, outcome.reasons[0]?.code);
  if (outcome.decision === "refused") continue;
  // State and files in one transaction; then the files go out, below an address of the vehicle's own.
  states.set(outcome.vehicleId, outcome.state);
  published.set(outcome.vehicleId, new Map([["1.root.json", roots.director], ...outcome.files]));
}

// The vehicle believes neither of the two alone.
let client = createUptaneClient({
  vehicle: { vehicleId: "veh-17", primary: "gw-1", ecus: inventory },
  directorRoot: roots.director,
  imageRoot: roots.image,
});
const served = { director: published.get("veh-17")!, image: imageRepository };
for (let request = nextUptaneRequest(client); request !== undefined; request = nextUptaneRequest(client)) {
  const bytes = request.kind === "load" ? undefined : served[request.repository].get(request.file);
  const step = stepUptaneClient(client, { request, bytes }, timeFromClock(now, 0));
  if (step.decision === "refuse") throw new Error(step.reasons[0]?.message);
  client = step.state;
}
const outcome = uptaneAssignment(client);
if (outcome.decision !== "update") throw new Error(outcome.decision);
console.log(outcome.assignment.images.map(({ ecuId, path }) => `${ecuId} <- ${path}`).join(", "));
