/** How fast a Director signs for a fleet, and where the time goes. */

import { createPrivateKey, sign } from "node:crypto";
import { encodeCanonicalJson, type JsonValue } from "otakit/core";
import {
  buildDirectorTargets,
  buildTufRoot,
  buildTufSnapshot,
  buildTufTimestamp,
  createDirector,
  type Director,
  type DirectorAssignment,
  describeTufFile,
  describeTufTarget,
  signDirectorVehicles,
  signTufMetadata,
  type TufAnySigned,
} from "otakit/manifest";
import { generateLocalKey, pureSignatureProvider, type SignatureProvider, type Signer, signWith } from "otakit/signing";
import { seededRandom } from "../../scripts/random.ts";
import type { BenchRow, BenchRowFactory } from "../row.ts";

const day = 86_400_000;
const now = Date.UTC(2026, 10, 25);
const lifetimeMs = { targets: 30 * day, snapshot: 30 * day, timestamp: day };
const concurrency = 16;

/** Says yes to everything, so that what remains is the work around the signatures. */
const credulous: SignatureProvider = {
  name: "credulous",
  importPublicKey: () => ({ verify: () => true }),
  importPrivateKey: () => {
    throw new TypeError("It has no private keys");
  },
};

function fleet(vehicles: number, images: number): readonly DirectorAssignment[] {
  const assigned = Array.from({ length: images }, (_, index) => {
    const path = `firmware/ecu-${index}/7.bin`;
    const { length, hashes } = describeTufTarget(new Uint8Array(100).fill(index));
    return { ecuId: `ecu-${index}`, hardwareId: `hw-${index}`, path, length, hashes, releaseCounter: 7 };
  });
  return Array.from({ length: vehicles }, (_, index) => ({ vehicleId: `vehicle-${index}`, images: assigned }));
}

async function signFleet(director: Director, assignments: readonly DirectorAssignment[]): Promise<number> {
  const requests = assignments.map((assignment) => ({ assignment, now }));
  let files = 0;
  for await (const outcome of signDirectorVehicles(director, requests, { concurrency })) {
    if (outcome.decision === "failed") throw outcome.error;
    files += outcome.files.size;
  }
  return files;
}

/** The three objects of a vehicle, without the hashes of one in the other. */
function objectsOf(assignment: DirectorAssignment): readonly TufAnySigned[] {
  const targets = buildDirectorTargets(assignment, { expires: now + day });
  const file = describeTufFile(1, new Uint8Array(1));
  return [
    targets,
    buildTufSnapshot({ expires: now + day, files: { targets: file } }),
    buildTufTimestamp({ expires: now + day, snapshot: file }),
  ];
}

async function directorRow(name: string, images: number): Promise<BenchRow> {
  const vehicles = 50;
  const assignments = fleet(vehicles, images);
  const { signer, pem } = generateLocalKey((length) => seededRandom("director").bytes(length));
  const role = { keys: [signer.publicKey], threshold: 1 };
  const root = await signTufMetadata(
    buildTufRoot({ expires: now + 365 * day, roles: { root: role, targets: role, snapshot: role, timestamp: role } }),
    { quorums: [], signers: [signer] },
  );
  const director = (by: Signer, provider?: SignatureProvider) =>
    createDirector({ root, signers: [by], lifetimeMs, ...(provider === undefined ? {} : { provider }) });
  // Well-formed, because its form is checked before any provider is asked.
  const ready = await signer.sign(new Uint8Array(1));
  const free: Signer = { publicKey: signer.publicKey, sign: async () => ready };
  const pureSigner = generateLocalKey((length) => seededRandom("director").bytes(length), {
    provider: pureSignatureProvider,
  }).signer;
  const raw = createPrivateKey(pem);
  const native = director(signer);
  const unsigned = director(free, credulous);
  const pure = director(pureSigner, pureSignatureProvider);
  const messages = assignments.flatMap((assignment) =>
    objectsOf(assignment).map((signed) => encodeCanonicalJson(signed as unknown as JsonValue)),
  );
  const each = async (work: (message: Uint8Array) => unknown) => {
    for (const message of messages) await work(message);
    return messages.length;
  };
  return {
    name,
    work: { operations: vehicles },
    contenders: [
      { name: "otakit (node)", run: () => signFleet(native, assignments) },
      { name: "of it: three signatures, node:crypto raw", run: () => each((message) => sign(null, message, raw)) },
      {
        name: "of it: three signatures, each checked (signWith)",
        run: () => each((message) => signWith(signer, message)),
      },
      { name: "of it: all but signing and checking", run: () => signFleet(unsigned, assignments) },
      {
        name: "signTufMetadata for each file, read back as clients do",
        async run() {
          let files = 0;
          const quorums = [{ name: "director", ...role }];
          for (const assignment of assignments) {
            for (const signed of objectsOf(assignment)) {
              await signTufMetadata(signed, { quorums, signers: [signer] });
              files++;
            }
          }
          return files;
        },
      },
      { name: "otakit (pure)", run: () => signFleet(pure, assignments) },
    ],
    check(result, contender) {
      if (result !== 3 * vehicles) throw new Error(`${contender} signed ${String(result)} files`);
    },
    note: `one operation is a vehicle of ${images} images: targets, snapshot and timestamp by one Ed25519 key in memory, ${concurrency} in work at once`,
  };
}

export const rows: Readonly<Record<string, BenchRowFactory>> = {
  "manifest/uptane-director": () => directorRow("manifest/uptane-director", 8),
  "manifest/uptane-director-60": () => directorRow("manifest/uptane-director-60", 60),
};
