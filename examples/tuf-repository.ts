/** A repository with two teams, and a vehicle that refreshes from it and checks a download. All in memory; bring your own I/O. */

import { utf8ToBytes } from "otakit/core";
import {
  buildTufRepository,
  createTufClient,
  findTufTarget,
  nextTufRequest,
  stepTufClient,
  type TufRequest,
  tufTargetFile,
} from "otakit/manifest";
import { createLocalSigner, createTargetVerifier } from "otakit/signing";

// Backend. In production root and targets keys stay offline in an HSM; timestamp and snapshot keys are online.
const signer = (seed: number) => createLocalSigner(new Uint8Array(32).fill(seed));
const online = { signers: [signer(1)] };
const in30Days = Date.UTC(2026, 11, 25);
const repository = await buildTufRepository({
  targets: {},
  delegations: [
    {
      name: "brakes",
      paths: ["brake/*"],
      terminating: true,
      signers: [signer(4)],
      targets: { "brake/2.1.0.bin": utf8ToBytes("new brake firmware") },
    },
  ],
  roles: {
    root: { signers: [signer(2), signer(3)], threshold: 2 },
    targets: { signers: [signer(2)] },
    snapshot: online,
    timestamp: online,
  },
  expires: { root: Date.UTC(2027, 10, 25), targets: in30Days, snapshot: in30Days, timestamp: Date.UTC(2026, 10, 26) },
});

// Vehicle. Your agent reads and writes `store`, and fetches from the repository with the given number of bytes at most.
const now = Date.UTC(2026, 10, 25, 12);
const store = new Map([["root.json", repository.root]]);
let client = createTufClient(store.get("root.json")!);

/** Answers one request of the client, and keeps what it says to keep. */
function answer(request: TufRequest): void {
  const bytes = request.kind === "load" ? store.get(request.file) : repository.metadata.get(request.file);
  const step = stepTufClient(client, { request, bytes }, now);
  if (step.decision === "refuse") throw new Error(`${step.reasons[0]?.clause}: ${step.reasons[0]?.message}`);
  for (const { file, bytes } of step.persist) {
    if (bytes === undefined) store.delete(file);
    else store.set(file, new Uint8Array(bytes));
  }
  client = step.state;
}

for (let request = nextTufRequest(client); request !== undefined; request = nextTufRequest(client)) answer(request);
let lookup = findTufTarget(client, "brake/2.1.0.bin");
while (lookup.decision === "needs") {
  answer(lookup.request);
  lookup = findTufTarget(client, "brake/2.1.0.bin");
}
if (lookup.decision !== "found") throw new Error(lookup.decision);

// Download: check while it streams, use it only when `finish` has not thrown.
const { target } = lookup;
const verifier = createTargetVerifier({ length: target.length, hashes: target.hashes });
verifier.push(repository.targets.get(tufTargetFile(target.path, target.hashes["sha256"]))!);
const { length } = verifier.finish();
console.log(
  `${target.path}: ${length} bytes, listed by ${target.roles.join(" > ")}; stored ${[...store.keys()].join(" ")}`,
);
// brake/2.1.0.bin: 18 bytes, listed by targets > brakes; stored root.json timestamp.json snapshot.json targets.json brakes.json
