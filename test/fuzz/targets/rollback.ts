/** Fuzz targets of authorisations to go back, floors with a ledger, evidence of attacks, and sealed state. */

import { base64ToBytes, isOtaError, utf8ToBytes } from "otakit/core";
import {
  applyRevocation,
  buildAttackEvidence,
  closeRollbacks,
  createUpdateFloors,
  floorsDigest,
  openSealedState,
  parseAttackEvidence,
  parseRollbackAuthorisation,
  parseRollbackRevocation,
  parseUpdateFloors,
  sealState,
  signRollbackRevocation,
  verifyRollbackRevocation,
} from "otakit/manifest";
import { createLocalSigner, type SymmetricKey } from "otakit/signing";
import type { FuzzTarget } from "../target.ts";

const json = (value: unknown): Uint8Array => utf8ToBytes(JSON.stringify(value));
const words = (...texts: readonly string[]): readonly Uint8Array[] => texts.map(utf8ToBytes);

const authorisation = {
  schema: "ota-rollback-authorisation/1",
  serial: 10,
  nonce: "00112233445566778899aabbccddeeff",
  notBefore: "2026-10-30T00:00:00Z",
  notAfter: "2026-11-08T00:00:00Z",
  reason: "trial",
  issuer: "board",
  vehicles: ["veh-1", "veh-2"],
  ecus: [{ ecuId: "gw-1", hardwareId: "gateway-b", fromCounter: 7, toCounter: 5, sha256: "5".repeat(64) }],
};
const revocation = { schema: "ota-rollback-revocation/1", leastSerial: 4, serials: [7, 9], reason: "trial" } as const;
const signer = createLocalSigner(new Uint8Array(32).fill(3));
const trust = { rollback: { keys: [signer.publicKey], threshold: 1 }, release: { keys: [], threshold: 1 } };
const now = Date.UTC(2026, 10, 1);
const verified = verifyRollbackRevocation(await signRollbackRevocation(revocation, [signer]), trust, { now });

const floors = {
  ...createUpdateFloors(
    {
      "gw-1": {
        releaseCounter: 7,
        securityEpoch: 3,
        installed: { releaseCounter: 7, sha256: "7".repeat(64) },
        failed: ["a".repeat(64)],
      },
    },
    { vehicleId: "v" },
  ),
  metadata: { trust: 3, "director/root": 2 },
  keys: { director: ["c".repeat(64)] },
  rollback: {
    serial: 9,
    authorisation: "b".repeat(64),
    leastSerial: 2,
    revoked: [4],
    nonces: ["00".repeat(16)],
    ecus: { "gw-1": { authorisation: "b".repeat(64), sha256: "5".repeat(64), state: "begun" } },
  },
} as const;
const evidence = buildAttackEvidence({
  verdict: { decision: "refuse", reasons: [{ code: "tuf_expired", message: "targets: expired", attack: "freeze" }] },
  observedAt: now,
  vehicleId: "veh-1",
  files: { "targets.json": utf8ToBytes("{}") },
});
const key: SymmetricKey = { scheme: "hmac-sha256", keyId: "k", secret: new Uint8Array(32).fill(7) };
const genuine = sealState(utf8ToBytes("floors"), key, 5);

/** The value, or nothing for a typed refusal; any other error is a finding. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (!isOtaError(error)) throw error;
    return undefined;
  }
}

export const targets: readonly FuzzTarget[] = [
  {
    name: "manifest/parseRollbackAuthorisation",
    seeds: [json(authorisation)],
    dictionary: words('"__proto__":', '"vehicles":[]', "1e3", "null", "[]", "{}", "WVWZZZ1KZAW000001"),
    run(input) {
      const parsed = attempt(() => parseRollbackAuthorisation(input));
      if (parsed === undefined) return;
      if (parsed.ecus.some(({ fromCounter, toCounter }) => !(toCounter < fromCounter)))
        throw new Error("does not go back");
      if (!(Date.parse(parsed.notBefore) < Date.parse(parsed.notAfter))) throw new Error("no window");
    },
  },
  {
    name: "manifest/parseRollbackRevocation",
    seeds: [json(revocation)],
    dictionary: words('"serials":', '"leastSerial":0', "null", "[]"),
    run(input) {
      const parsed = attempt(() => parseRollbackRevocation(input));
      if (parsed !== undefined && !(parsed.leastSerial >= 1)) throw new Error("revokes nothing");
    },
  },
  {
    name: "manifest/parseUpdateFloors-ledger",
    seeds: [json(floors), json({ schema: "otakit.update-floors/1", ecus: floors.ecus })],
    dictionary: words('"__proto__":', '"rollback":', '"revoked":', '"failed":', "null", "[]", "{}", "-1"),
    run(input) {
      const parsed = attempt(() => parseUpdateFloors(input));
      if (parsed === undefined) return;
      // What was read can be written, named and used.
      const again = parseUpdateFloors(json(parsed));
      if (floorsDigest(again) !== floorsDigest(parsed)) throw new Error("another state after storage");
      if (applyRevocation(parsed, verified).rollback.leastSerial < parsed.rollback.leastSerial) throw new Error("sunk");
      const ecus = Object.keys(parsed.ecus).map((ecuId) => ({ ecuId, installed: { sha256: "5".repeat(64) } }));
      const closed = closeRollbacks(parsed, ecus);
      if (floorsDigest(closeRollbacks(closed, ecus)) !== floorsDigest(closed)) throw new Error("closed twice");
    },
  },
  {
    name: "manifest/parseAttackEvidence",
    seeds: [json(evidence)],
    dictionary: words('"content":', '"sha256":', '"length":', '"reasons":', "null", "[]", "{}"),
    run(input) {
      const parsed = attempt(() => parseAttackEvidence(input));
      for (const { content, length } of parsed?.files ?? []) {
        if (content !== undefined && base64ToBytes(content).length !== length) throw new Error("another length");
      }
    },
  },
  {
    name: "manifest/openSealedState",
    seeds: [genuine],
    dictionary: words('"count":', '"seal":', '"state":', "null"),
    run(input) {
      const opened = attempt(() => openSealedState(input, key, 5));
      if (opened !== undefined && new TextDecoder().decode(opened.state) !== "floors") throw new Error("forged");
    },
  },
];
