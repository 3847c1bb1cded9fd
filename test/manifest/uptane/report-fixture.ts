/** A vehicle whose ECUs report with keys of every kind, and the Director's inventory of it; free to say what no honest ECU would. */

import { seededRandom } from "../../../scripts/random.ts";
import {
  type Bytes,
  bytesToHex,
  bytesToUtf8,
  encodeCanonicalJson,
  type JsonValue,
  sha256,
  utf8ToBytes,
} from "../../../src/core/index.ts";
import {
  type EcuReport,
  type InventoryEcu,
  type SignReportOptions,
  signEcuReport,
  signVehicleManifest,
  type UptaneInventory,
} from "../../../src/manifest/index.ts";
import { generateLocalKey, hmacSha256, type Signer, type SymmetricKey } from "../../../src/signing/index.ts";
import { type Loose, now, vehicle } from "./client-fixture.ts";

export { day, type Loose, now } from "./client-fixture.ts";

type TestSigner = Signer | SymmetricKey;

function signerOf(ecuId: string, scheme: "ed25519" | "ecdsa-sha2-nistp256" | "hmac-sha256"): TestSigner {
  const random = seededRandom(`report/${ecuId}`);
  if (scheme === "hmac-sha256") return { scheme, keyId: `key of ${ecuId}`, secret: random.bytes(32) };
  return generateLocalKey((length) => random.bytes(length), { scheme, keyId: `key of ${ecuId}` }).signer;
}

/** What signs for each ECU: the brake shares a secret with the Director. */
export const signers: Readonly<Record<string, TestSigner>> = {
  gateway: signerOf("gateway", "ed25519"),
  brake: signerOf("brake", "hmac-sha256"),
  "door-left": signerOf("door-left", "ecdsa-sha2-nistp256"),
  "door-right": signerOf("door-right", "ed25519"),
  stranger: signerOf("stranger", "ed25519"),
};

/** The key that checks what a signer signed. */
export function keyOf(ecuId: string): InventoryEcu["key"] {
  const signer = signers[ecuId]!;
  return "secret" in signer ? signer : signer.publicKey;
}

export const inventory: UptaneInventory = {
  ...vehicle,
  ecus: vehicle.ecus.map((ecu) => ({ ...ecu, key: keyOf(ecu.ecuId) })),
};

export const ecuIds: readonly string[] = inventory.ecus.map(({ ecuId }) => ecuId);

/** An honest report. */
export function reportOf(ecuId: string, change: Loose = {}): EcuReport {
  return {
    ecuId,
    installedImage: {
      path: `${ecuId}/7.bin`,
      length: 4_096,
      hashes: { sha256: bytesToHex(sha256(utf8ToBytes(ecuId))) },
      releaseCounter: 7,
    },
    attacksDetected: "",
    timeMs: now,
    previousTimeMs: now - 1_000,
    counter: 12,
    ...change,
  };
}

/** The reports of every ECU, changed as asked; `undefined` leaves one out. */
export async function reportsOf(
  changes: Readonly<Record<string, Loose | undefined>> = {},
  options: SignReportOptions = {},
): Promise<Bytes[]> {
  const present = ecuIds.filter((ecuId) => !(ecuId in changes && changes[ecuId] === undefined));
  return Promise.all(present.map((ecuId) => signEcuReport(reportOf(ecuId, changes[ecuId]), signers[ecuId]!, options)));
}

/** The manifest of such reports. */
export async function manifestOf(
  changes: Readonly<Record<string, Loose | undefined>> = {},
  options: SignReportOptions = {},
): Promise<Bytes> {
  const reports = await reportsOf(changes, options);
  return signVehicleManifest(
    { vehicleId: vehicle.vehicleId, primary: "gateway", reports },
    signers["gateway"]!,
    options,
  );
}

/** A document as a test may change it. */
export function looseOf(bytes: Uint8Array): Loose {
  return JSON.parse(bytesToUtf8(bytes));
}

export function bytesOf(document: Loose): Bytes {
  return utf8ToBytes(JSON.stringify(document));
}

/** Signs a changed document anew, with details that fit. */
export async function signAgain(document: Loose, ecuId: string): Promise<Loose> {
  const signer = signers[ecuId]!;
  const message = encodeCanonicalJson(document.signed as JsonValue);
  const { keyId: keyid, scheme: method } = keyOf(ecuId);
  const sig = "secret" in signer ? hmacSha256(signer.secret, message) : await signer.sign(message);
  const hashes = { sha256: bytesToHex(sha256(message)) };
  return { signatures: [{ keyid, method, hashes, sig: bytesToHex(sig) }], signed: document.signed };
}

/** A manifest after a change by its Primary, who may do as it likes with everything but the reports' signatures. */
export async function changedManifest(change: (signed: Loose) => void, from?: Uint8Array): Promise<Bytes> {
  const document = looseOf(from ?? (await manifestOf()));
  change(document.signed);
  return bytesOf(await signAgain(document, "gateway"));
}
