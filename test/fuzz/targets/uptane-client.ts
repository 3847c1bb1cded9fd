/**
 * Fuzz targets of full verification. A mutated document takes the place of one file of a pair of repositories twice: as it is, and
 * signed anew, so that the mutation also meets the checks behind the signatures.
 */

import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import { bytesToHex, encodeCanonicalJson, isOtaError, type JsonValue, parseStrictJson, utf8ToBytes } from "otakit/core";
import {
  createUptaneClient,
  nextUptaneRequest,
  stepUptaneClient,
  timeFromClock,
  type UptaneRepository,
  uptaneAssignment,
} from "otakit/manifest";
import { encodeTufKey, generateLocalKey } from "otakit/signing";
import type { FuzzTarget } from "../target.ts";

const time = timeFromClock(Date.UTC(2026, 10, 25), 0);
const base = { spec_version: "1.0.34", version: 1, expires: "2027-01-01T00:00:00Z" };
const ecus = [
  { ecuId: "a", hardwareId: "x" },
  { ecuId: "b", hardwareId: "y" },
];
const vehicle = { vehicleId: "v", primary: "a", ecus };

/** One key for every role of both repositories: who may sign what is the matter of other tests. */
const { pem, signer } = generateLocalKey((length) => new Uint8Array(length).fill(1));
const secret: KeyObject = createPrivateKey(pem);
const { keyId } = signer.publicKey;
const keys = { [keyId]: encodeTufKey(signer.publicKey) };
const role = { keyids: [keyId], threshold: 1 };

function signed(document: JsonValue): Uint8Array {
  const sig = bytesToHex(sign(null, encodeCanonicalJson(document, { maxEntries: 1e9 }), secret));
  return utf8ToBytes(JSON.stringify({ signatures: [{ keyid: keyId, sig }], signed: document }));
}

const file = { length: 9, hashes: { sha256: "ab".repeat(32) } };
const roles = [
  { name: "d", ...role, terminating: false, paths: ["p/*"], hardwareIds: ["x", "y"] },
  {
    name: "many",
    terminating: true,
    paths: ["p/*"],
    min_roles_in_agreement: 1,
    roleinfo: [
      { rolename: "e", ...role },
      { rolename: "f", ...role },
    ],
  },
];
const listed = { hardwareIds: ["x", "y"], releaseCounter: 2, otakit: { securityEpoch: 1 } };

/** The documents that a mutation may take the place of, by repository and file. */
const documents: Readonly<Record<string, JsonValue>> = {
  "director 1.targets.json": {
    _type: "targets",
    ...base,
    custom: { vehicleIdentifier: "v" },
    targets: {
      "p/1": {
        ...file,
        custom: { ecuIdentifiers: { a: { hardwareId: "x" } }, releaseCounter: 2, otakit: { securityEpoch: 1 } },
      },
      q: { ...file, custom: { ecuIdentifiers: { b: { hardwareId: "y" } }, releaseCounter: 0 } },
    },
  },
  "image 1.targets.json": {
    _type: "targets",
    ...base,
    targets: { q: { ...file, custom: { hardwareIds: ["y"], releaseCounter: 0 } } },
    delegations: { keys, roles },
  },
  "image 1.d.json": { _type: "targets", ...base, targets: {} },
  "image 1.e.json": { _type: "targets", ...base, targets: { "p/1": { ...file, custom: listed } } },
  "image 1.f.json": { _type: "targets", ...base, targets: { "p/1": { ...file, custom: listed } } },
};

const root = signed({
  _type: "root",
  ...base,
  consistent_snapshot: true,
  keys,
  roles: { root: role, timestamp: role, snapshot: role, targets: role },
});
const served = new Map<string, Uint8Array>(
  Object.entries(documents).map(([name, document]) => [name, signed(document)]),
);
for (const repository of ["director", "image"]) {
  const names = repository === "director" ? ["targets"] : ["targets", "d", "e", "f"];
  const meta = Object.fromEntries(names.map((name) => [`${name}.json`, { version: 1 }]));
  served.set(`${repository} 1.snapshot.json`, signed({ _type: "snapshot", ...base, meta }));
  const named = { "snapshot.json": { version: 1 } };
  served.set(`${repository} timestamp.json`, signed({ _type: "timestamp", ...base, meta: named }));
}

/** Verifies with one file replaced; whatever it is, a vehicle is given nothing that is not for it. */
function verify(name: string, bytes: Uint8Array): "refuse" | "none" | "update" {
  let client = createUptaneClient({ vehicle, directorRoot: root, imageRoot: root });
  for (let request = nextUptaneRequest(client); request !== undefined; request = nextUptaneRequest(client)) {
    const key = `${request.repository} ${request.file}`;
    const fetched = key === name ? bytes : served.get(key);
    const step = stepUptaneClient(client, { request, bytes: request.kind === "load" ? undefined : fetched }, time);
    if (step.decision === "refuse") {
      if (step.reasons.length === 0 || step.persist.length > 0)
        throw new Error("a refusal without reason, or that stores");
      if (JSON.stringify(step.reasons).length > 256 * 1024) throw new Error("a report of the file's own size");
      return "refuse";
    }
    client = step.state;
  }
  const outcome = uptaneAssignment(client);
  if (outcome.decision !== "update") return "none";
  const seen = new Set<string>();
  for (const { ecuId, hardwareId, releaseCounter, custom } of outcome.assignment.images) {
    if (!ecus.some((ecu) => ecu.ecuId === ecuId && ecu.hardwareId === hardwareId)) throw new Error("an ECU of nobody");
    if (seen.has(ecuId)) throw new Error("an ECU twice");
    seen.add(ecuId);
    if (custom.image["releaseCounter"] !== releaseCounter) throw new Error("two release counters");
  }
  return "update";
}

// Mutations of what is refused anyway would find nothing.
for (const [name, bytes] of served)
  if (verify(name, bytes) !== "update") throw new Error(`the seeds are refused: ${name}`);

/** The value, or nothing for a typed refusal. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (isOtaError(error)) return undefined;
    throw error;
  }
}

function targetOf(name: string): FuzzTarget {
  const [repository, fileName] = name.split(" ") as [UptaneRepository, string];
  return {
    name: `manifest/stepUptaneClient ${repository} ${fileName.slice(2, -5)}`,
    seeds: [utf8ToBytes(JSON.stringify(documents[name]))],
    dictionary: [
      '"ecuIdentifiers":',
      '"hardwareIds":',
      '"roleinfo":',
      '"releaseCounter":',
      '"__proto__":',
      '"p/1":',
      "[]",
      "{}",
      "-1",
    ].map((text) => utf8ToBytes(text)),
    run(input) {
      verify(name, input);
      const document = attempt(() => parseStrictJson(input));
      if (document === undefined) return;
      const bytes = attempt(() => signed(document));
      if (bytes !== undefined) verify(name, bytes);
    },
  };
}

export const targets: readonly FuzzTarget[] = Object.keys(documents)
  .filter((name) => name !== "image 1.f.json")
  .map(targetOf);
