/** Partial verification on one ECU, against the bare checks of its two signatures. */

import { createPublicKey, sign, verify } from "node:crypto";
import { encodeCanonicalJson, type JsonValue } from "otakit/core";
import {
  buildTufRoot,
  createDirector,
  describeTufTarget,
  evaluatePartialVerification,
  parseTufMetadata,
  signDirectorVehicle,
  signTufMetadata,
  timeFromClock,
} from "otakit/manifest";
import { encodePublicKeyPem, generateLocalKey, isValidSignature, pureSignatureProvider } from "otakit/signing";
import { seededRandom } from "../../scripts/random.ts";
import type { BenchRow, BenchRowFactory } from "../row.ts";

const day = 86_400_000;
const now = Date.UTC(2026, 10, 25);

async function partialRow(name: string, ecus: number): Promise<BenchRow> {
  const { signer, pem } = generateLocalKey((length) => seededRandom("partial").bytes(length));
  const role = { keys: [signer.publicKey], threshold: 1 };
  const root = await signTufMetadata(
    buildTufRoot({ expires: now + 365 * day, roles: { root: role, targets: role, snapshot: role, timestamp: role } }),
    { quorums: [], signers: [signer] },
  );
  const lifetimeMs = { targets: 30 * day, snapshot: 30 * day, timestamp: day };
  const images = Array.from({ length: ecus }, (_, index) => {
    const { length, hashes } = describeTufTarget(new Uint8Array(100).fill(index));
    const ids = { ecuId: `ecu-${index}`, hardwareId: `hw-${index}` };
    return { ...ids, path: `firmware/ecu-${index}/7.bin`, length, hashes, releaseCounter: 7 };
  });
  const { files } = await signDirectorVehicle(createDirector({ root, signers: [signer], lifetimeMs }), {
    assignment: { vehicleId: "vehicle-1", images },
    now,
  });
  const targets = files.get("1.targets.json")!;
  const knowledge = { vehicleId: "vehicle-1", ecu: { ecuId: "ecu-0", hardwareId: "hw-0" }, root };
  const time = timeFromClock(now, 0);
  const evaluate = (policy: object = {}) =>
    evaluatePartialVerification(knowledge, { roots: [], targets }, time, policy).decision;
  const messages = [root, targets].map((bytes) =>
    encodeCanonicalJson(parseTufMetadata(bytes).signed as unknown as JsonValue),
  );
  const checks = messages.map((message) => ({ message, signature: new Uint8Array(sign(null, message, pem)) }));
  const publicKey = createPublicKey(encodePublicKeyPem(signer.publicKey));
  const all = (check: (message: Uint8Array, signature: Uint8Array) => boolean) =>
    checks.every(({ message, signature }) => check(message, signature)) ? "update" : "refuse";
  const pure = { provider: pureSignatureProvider };
  const ownKey = { ...signer.publicKey };
  return {
    name,
    work: { operations: 1 },
    contenders: [
      { name: "otakit (node)", run: () => evaluate() },
      { name: "bare checks, node:crypto raw", run: () => all((message, sig) => verify(null, message, publicKey, sig)) },
      { name: "bare checks, strict (node)", run: () => all((message, sig) => isValidSignature(ownKey, message, sig)) },
      { name: "otakit (pure)", run: () => evaluate(pure) },
      {
        name: "bare checks, strict (pure)",
        run: () => all((message, sig) => isValidSignature(ownKey, message, sig, pure)),
      },
    ],
    check(result, contender) {
      if (result !== "update") throw new Error(`${contender} says ${String(result)}`);
    },
    note:
      `from the stored root's bytes and targets of ${ecus} ECUs (${targets.length} bytes), Ed25519: the root's own signature and that of the ` +
      "targets; the bare checks have their key prepared and nothing to parse",
  };
}

export const rows: Readonly<Record<string, BenchRowFactory>> = {
  "manifest/uptane-partial": () => partialRow("manifest/uptane-partial", 10),
  "manifest/uptane-partial-60": () => partialRow("manifest/uptane-partial-60", 60),
};
