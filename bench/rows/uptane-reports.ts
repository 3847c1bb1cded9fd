/** What a Director spends on the version reports of one vehicle, beside their bare signature checks. */

import {
  createReportState,
  describeTufTarget,
  evaluateVehicleManifest,
  signEcuReport,
  signVehicleManifest,
  type UptaneInventory,
} from "otakit/manifest";
import {
  defaultSignatureProvider,
  generateLocalKey,
  hmacSha256,
  isValidSignature,
  type PublicKey,
  pureSignatureProvider,
  type SignatureProvider,
  type Signer,
  type SymmetricKey,
} from "otakit/signing";
import { seededRandom } from "../../scripts/random.ts";
import type { BenchRow, BenchRowFactory, Contender } from "../row.ts";

const now = Date.UTC(2026, 10, 25);
const ecuCount = 60;

/** Schemes of keys that can be made here. */
type LocalScheme = "ed25519" | "ecdsa-sha2-nistp256";

const backEnds: readonly (readonly [string, SignatureProvider])[] = [
  ["node", defaultSignatureProvider],
  ["pure", pureSignatureProvider],
];

function signerOf(name: string, scheme: LocalScheme = "ed25519"): Signer {
  const random = seededRandom(`reports/${name}`);
  return generateLocalKey((length) => random.bytes(length), { scheme, keyId: name }).signer;
}

/** One signature that a verification checked. */
interface Check {
  readonly key: PublicKey;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** The signatures that some work checks; ECDSA is left to `isValidSignature` in the form r || s. */
function checksOf(work: (provider: SignatureProvider) => unknown): readonly Check[] {
  const checks: Check[] = [];
  work({
    ...defaultSignatureProvider,
    importPublicKey(scheme, material) {
      const imported = defaultSignatureProvider.importPublicKey(scheme, material);
      const key = { scheme, keyId: "", material: Buffer.from(material).toString("hex") };
      return (
        imported && {
          verify(message, signature, saltLength) {
            checks.push({ key, message: message.slice(), signature: signature.slice() });
            return imported.verify(message, signature, saltLength);
          },
        }
      );
    },
  });
  return checks;
}

/** The checks alone, with keys that are ready. */
function bare(checks: readonly Check[], name: string, provider: SignatureProvider): Contender {
  return {
    name: `of it: ${checks.length} signature checks (${name})`,
    run: () =>
      checks.every(({ key, message, signature }) =>
        isValidSignature(key, message, signature, { provider, ecdsaEncoding: "p1363" }),
      ),
  };
}

/** A vehicle whose ECUs sign with one kind of key; the Primary with Ed25519. */
async function manifestRow(row: string, scheme: LocalScheme | "hmac-sha256"): Promise<BenchRow> {
  const signers = Array.from({ length: ecuCount }, (_, index): Signer | SymmetricKey => {
    const keyId = `ecu-${index}`;
    if (scheme !== "hmac-sha256" || index === 0)
      return signerOf(keyId, index === 0 ? "ed25519" : (scheme as LocalScheme));
    return { scheme, keyId, secret: seededRandom(`reports/${keyId}`).bytes(32) };
  });
  const reports = await Promise.all(
    signers.map((signer, index) => {
      const { length, hashes } = describeTufTarget(new Uint8Array(100).fill(index));
      const installedImage = { path: `ecu-${index}/7.bin`, length, hashes, releaseCounter: 7 };
      const report = { ecuId: `ecu-${index}`, installedImage, attacksDetected: "", timeMs: now, counter: 42 };
      return signEcuReport(report, signer);
    }),
  );
  const bytes = await signVehicleManifest({ vehicleId: "veh-1", primary: "ecu-0", reports }, signers[0]!);
  const readInventory = (): UptaneInventory => ({
    vehicleId: "veh-1",
    primary: "ecu-0",
    ecus: signers.map((signer, index) => {
      const key = "secret" in signer ? signer : { ...signer.publicKey };
      return { ecuId: `ecu-${index}`, hardwareId: `model-${index}`, key };
    }),
  });
  const inventory = readInventory();
  const state = createReportState("veh-1");
  const judge = (provider: SignatureProvider, known = inventory) =>
    evaluateVehicleManifest(bytes, known, state, { now, provider });
  const checks = checksOf((provider) => judge(provider, readInventory()));
  const codes = reports.filter((_, index) => "secret" in signers[index]!);
  const secret = signers.map((signer) => ("secret" in signer ? signer.secret : new Uint8Array(32)));
  const bareCodes: Contender = {
    name: `of it: ${codes.length} authentication codes`,
    run: () => codes.every((report, index) => hmacSha256(secret[index + 1]!, report).length === 32),
  };
  return {
    name: row,
    work: { operations: 1 },
    contenders: [
      ...backEnds.flatMap(([name, provider]) => [
        { name: `otakit (${name})`, run: () => judge(provider).decision === "complete" },
        bare(checks, name, provider),
      ]),
      {
        name: "otakit (node), inventory read anew",
        run: () => judge(defaultSignatureProvider, readInventory()).decision === "complete",
      },
      ...(codes.length > 0 ? [bareCodes] : []),
    ],
    check: mustBeTrue,
    note: `one operation is the manifest of a vehicle of ${ecuCount} ECUs (${bytes.length} bytes), whose Secondaries sign with ${scheme}`,
  };
}

function mustBeTrue(result: unknown, contender: string): void {
  if (result !== true) throw new Error(`${contender} refused`);
}

export const rows: Readonly<Record<string, BenchRowFactory>> = {
  "manifest/uptane-vehicle-manifest": () => manifestRow("manifest/uptane-vehicle-manifest", "ed25519"),
  "manifest/uptane-vehicle-manifest-p256": () =>
    manifestRow("manifest/uptane-vehicle-manifest-p256", "ecdsa-sha2-nistp256"),
  "manifest/uptane-vehicle-manifest-hmac": () => manifestRow("manifest/uptane-vehicle-manifest-hmac", "hmac-sha256"),
};
