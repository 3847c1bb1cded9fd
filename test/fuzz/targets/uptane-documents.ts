/** Fuzz targets of Uptane: what a Primary, a time server, a configuration or a database hands on. */

import { isOtaError, parseStrictJson } from "otakit/core";
import {
  buildTufRoot,
  createDirector,
  describeTufTarget,
  encodeTufMetadata,
  evaluatePartialVerification,
  parseDirectorState,
  parseRepositoryMap,
  repositoriesFor,
  requireUptaneMap,
  signDirectorVehicle,
  signTimeAttestation,
  signTufMetadata,
  timeFromClock,
  verifyTimeAttestation,
} from "otakit/manifest";
import { createLocalSigner } from "otakit/signing";
import type { FuzzTarget } from "../target.ts";

const day = 86_400_000;
const now = Date.UTC(2026, 10, 25);
const signer = createLocalSigner(new Uint8Array(32).fill(1));
const role = { keys: [signer.publicKey], threshold: 1 };
const root = await signTufMetadata(
  buildTufRoot({ expires: now + 365 * day, roles: { root: role, targets: role, snapshot: role, timestamp: role } }),
  { quorums: [], signers: [signer] },
);
const lifetimeMs = { targets: 30 * day, snapshot: 30 * day, timestamp: day };
const ecu = { ecuId: "brake-1", hardwareId: "brake-b2" };
const { files, state } = await signDirectorVehicle(createDirector({ root, signers: [signer], lifetimeMs }), {
  assignment: {
    vehicleId: "veh-17",
    images: [{ ...ecu, path: "brake/7.bin", ...describeTufTarget(Uint8Array.of(7)), releaseCounter: 7 }],
  },
  now,
});
const directed = files.get("1.targets.json")!;
const attestation = await signTimeAttestation({ now, nonces: [1, 2] }, [signer]);
const encoder = new TextEncoder();
const map = encoder.encode(
  JSON.stringify({
    repositories: { director: ["https://director.example/a"], image: ["https://image.example"] },
    mapping: [{ paths: ["a/*", "*"], repositories: ["director", "image"], terminating: true, threshold: 2 }],
  }),
);
const words = ['"nonces":', '"custom":{', '"ecuIdentifiers":{"brake-1":', '"threshold":1', "[]", "{}", "0", '"image"'];
const dictionary = words.map((text) => encoder.encode(text));

/** The value, or nothing for a typed refusal; any other error is a finding. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (!isOtaError(error)) throw error;
    return undefined;
  }
}

/** The signed object of an input, or a text of its own where there is none. */
function contentOf(input: Uint8Array): string {
  const document = attempt(() => parseStrictJson(input)) as { readonly signed?: unknown } | undefined;
  return JSON.stringify(document?.signed) ?? "";
}

export const targets: readonly FuzzTarget[] = [
  {
    name: "manifest/evaluatePartialVerification",
    seeds: [directed, root],
    dictionary,
    run(input) {
      const knowledge = { vehicleId: "veh-17", ecu, root, targets: input };
      const bundle = { roots: [input], targets: directed };
      evaluatePartialVerification(knowledge, bundle, timeFromClock(now, 0));
      const handed = { roots: [], targets: input };
      const { decision } = evaluatePartialVerification(
        { vehicleId: "veh-17", ecu, root },
        handed,
        timeFromClock(now, 0),
      );
      if (decision !== "refuse" && contentOf(input) !== contentOf(directed))
        throw new Error("accepts what nobody signed");
    },
  },
  {
    name: "manifest/verifyTimeAttestation",
    seeds: [attestation],
    dictionary,
    run(input) {
      const trust = { keys: [signer.publicKey], threshold: 1 };
      const time = attempt(() => verifyTimeAttestation(input, { trust, nonce: 1, floorMs: 0 }));
      if (time !== undefined && contentOf(input) !== contentOf(attestation))
        throw new Error("believes what nobody signed");
    },
  },
  {
    name: "manifest/parseRepositoryMap",
    seeds: [map],
    dictionary,
    run(input) {
      const read = attempt(() => parseRepositoryMap(input));
      if (read === undefined) return;
      for (const { repositories, threshold } of repositoriesFor(read, "a/b")) {
        if (threshold > new Set(repositories).size) throw new Error("a threshold that nobody can reach");
      }
      if (attempt(() => requireUptaneMap(read)) === undefined) return;
      if (read.mapping.some(({ threshold }) => threshold < 2)) throw new Error("one repository alone suffices");
    },
  },
  {
    name: "manifest/parseDirectorState",
    seeds: [
      encoder.encode(JSON.stringify(state)),
      encodeTufMetadata({ signed: JSON.parse(contentOf(root)), signatures: [] }),
    ],
    dictionary,
    run(input) {
      const read = attempt(() => parseDirectorState(input));
      if (read !== undefined && !(read.versions.targets >= 0)) throw new Error("a version that is none");
    },
  },
];
