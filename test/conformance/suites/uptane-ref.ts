/**
 * Samples of Uptane's reference implementation (uptane/obsolete-reference-implementation): metadata of both repositories, version
 * reports, vehicle version manifests and an attestation of its time server. Each file is read, its signatures verified, and the same
 * file with one bit of a signature changed refused.
 */

import { bytesToHex, bytesToUtf8, hexToBytes, utf8ToBytes } from "otakit/core";
import {
  createReportState,
  createTufClient,
  createUptaneClient,
  evaluateVehicleManifest,
  type InventoryEcu,
  nextTufRequest,
  nextUptaneRequest,
  stepTufClient,
  stepUptaneClient,
  timeFromClock,
  type UptaneInventory,
  type UptaneProfile,
  type UptaneRepositoryRules,
  uptaneAssignment,
  uptaneProfiles,
  uptaneTufPolicy,
  verifyEcuReport,
  verifyTimeAttestation,
} from "otakit/manifest";
import { type PublicKey, parsePublicKey } from "otakit/signing";
import type { ConformanceSuite, LoadVectors, SuiteOutcome } from "../suite.ts";

const folder = "manifest/uptane-ref/samples";
const metadata = `${folder}/metadata_samples_long_expiry`;

export const suites: readonly ConformanceSuite[] = [
  { suite: "manifest/uptane-ref", file: `${folder}/sample_ecu_manifest.json`, run },
];

/** Public keys of its `demo/keys`, under the key ids by which the samples name them. */
const keys = {
  timeserver: keyOf(
    "79c796d7e87389d1ebad04edce49faef611d139ee41ea9fb1931732afbfaac2e",
    "5d7750b208dfc7ade8f6106b9c3fa25162d5a184f302161e429f19a79e66a908",
  ),
  primary: keyOf(
    "9a406d99e362e7c93e7acfe1e4d6585221315be817f350c026bbee84ada260da",
    "a1293426fcf4ce6f38135eb72bf89fedfdcba1b732779683b951d71a0b9e89a2",
  ),
  secondary: keyOf(
    "49309f114b857e4b29bfbff1c1c75df59f154fbc45539b2eb30c8a867843b2cb",
    "6b3ce84f9de678c1c4555607055398ebb2369c84800742773165c5854660c433",
  ),
};

function keyOf(keyId: string, material: string): PublicKey {
  return parsePublicKey(material, { scheme: "ed25519", keyId });
}

const legacyRules: UptaneRepositoryRules = {
  ...uptaneProfiles["uptane-ats"].image,
  // Key ids are hashes of key objects without scheme, and listed hashes those of files.
  keyIds: "opaque",
  wire: { ...uptaneProfiles["uptane-ats"].image.wire, listedHashes: "file", delegationFolder: "" },
};

/** How it wrote: as the later implementations do, but for what a profile can say. */
const profile: UptaneProfile = {
  ...uptaneProfiles["uptane-ats"],
  name: "uptane-ref-2017",
  director: legacyRules,
  image: legacyRules,
};

/** A day on which the metadata has not expired; the samples are of 2017, their metadata is good until 2037. */
const today = Date.UTC(2026, 10, 25);

/** A fault in words, or none. */
type Check = (load: LoadVectors) => string | undefined;

function run(load: LoadVectors): SuiteOutcome {
  const checks: readonly (readonly [string, Check])[] = [
    ...["sample_ecu_manifest", "sample_ecu_manifest_TCUdemocar", "sample_ecu_manifest_ecu11111"].map(reportCheck),
    ["sample_vehicle_manifest.json", checkVehicleManifest],
    ["sample_vehicle_version_manifest_democar.json", checkSharedKey],
    ["sample_timeserver_attestation.json", checkTime],
    ...metadataChecks("initial_w_no_update", "none uptane_nothing_new"),
    ...metadataChecks("update_to_one_ecu", "refuse uptane_ecu_missing"),
  ];
  const failures = checks.flatMap(([name, check]) => {
    const fault = check(load);
    return fault === undefined ? [] : [`${name}: ${fault}`];
  });
  return {
    total: checks.length,
    passed: checks.length - failures.length,
    failed: failures.length,
    skipped: 0,
    failures,
    why:
      "every signature verified, with its keys, over OLPC canonical JSON; the manifest with one key for two ECUs is refused (5.4.1), " +
      "and the Director's update, whose custom fields of 2017 name no ecuIdentifiers, too",
  };
}

/** The same document with the last bit of its first signature changed. */
function tampered(bytes: Uint8Array): Uint8Array {
  const document = JSON.parse(bytesToUtf8(bytes));
  const signature = hexToBytes(document.signatures[0].sig);
  signature[0]! ^= 1;
  document.signatures[0].sig = bytesToHex(signature);
  return utf8ToBytes(JSON.stringify(document));
}

/** Whether something is refused with an error of this code. */
function refuses(code: string, action: () => unknown): boolean {
  try {
    action();
  } catch (error) {
    return (error as { code?: string }).code === code;
  }
  return false;
}

function reportCheck(name: string): readonly [string, Check] {
  const file = `${name}.json`;
  return [
    file,
    (load) => {
      const bytes = load(`${folder}/${file}`);
      const input = { ecuId: name.endsWith("ecu11111") ? "ecu11111" : "TCUdemocar", key: keys.secondary, profile };
      const report = verifyEcuReport(bytes, input);
      if (report.installedImage.path !== "/secondary_firmware.txt" || report.installedImage.length !== 37)
        return "image";
      if (report.attacksDetected !== "" || (report.timeMs ?? 0) < Date.UTC(2017, 4, 1)) return "attacks or time";
      const code = "ERR_MANIFEST_UPTANE_REPORT_UNTRUSTED";
      if (!refuses(code, () => verifyEcuReport(tampered(bytes), input))) return "a changed signature was accepted";
      if (!refuses(code, () => verifyEcuReport(bytes, { ...input, ecuId: "INFOdemocar" }))) return "another ECU's";
      return refuses("ERR_MANIFEST_UPTANE_REPORT", () => verifyEcuReport(bytes, { ...input, profile: "uptane-2.1" }))
        ? undefined
        : "uptane-2.1 accepted a report without counter";
    },
  ];
}

function inventoryOf(secondaries: Readonly<Record<string, PublicKey>>): UptaneInventory {
  const ecus: readonly InventoryEcu[] = Object.entries({ INFOdemocar: keys.primary, ...secondaries }).map(
    ([ecuId, key]) => ({ ecuId, hardwareId: "demo", key }),
  );
  return { vehicleId: "democar", primary: "INFOdemocar", ecus };
}

/** Its Primary does not report itself, which the standard asks for: the Secondary's report is verified, the manifest partial. */
function checkVehicleManifest(load: LoadVectors): string | undefined {
  const bytes = load(`${folder}/sample_vehicle_manifest.json`);
  const inventory = inventoryOf({ TCUdemocar: keys.secondary });
  const state = createReportState("democar");
  const input = { now: Date.UTC(2017, 4, 19), profile };
  const verdict = evaluateVehicleManifest(bytes, inventory, state, input);
  if (verdict.decision !== "partial") return `expected partial, got ${verdict.decision}`;
  if (verdict.manifest.missing.join() !== "INFOdemocar") return `missing ${verdict.manifest.missing.join()}`;
  const codes = verdict.reasons.map(({ code }) => code).join();
  if (codes !== "uptane_report_missing,uptane_report_unprotected") return codes;
  const other = evaluateVehicleManifest(tampered(bytes), inventory, state, input);
  return other.decision === "refuse" && other.reasons[0]!.code === "uptane_report_untrusted"
    ? undefined
    : "a changed signature was accepted";
}

/** Every signature of the second manifest is good; but two of its ECUs share a key, so that one could speak for the other. */
function checkSharedKey(load: LoadVectors): string | undefined {
  const bytes = load(`${folder}/sample_vehicle_version_manifest_democar.json`);
  const state = createReportState("democar");
  const input = { now: Date.UTC(2017, 5, 17), profile };
  const shared = inventoryOf({ TCUdemocar: keys.secondary, ecu11111: keys.secondary });
  const registered = () => evaluateVehicleManifest(bytes, shared, state, input);
  if (!refuses("ERR_MANIFEST_UPTANE_VEHICLE", registered)) return "one key for two ECUs was accepted";
  const reports = JSON.parse(bytesToUtf8(bytes)).signed.ecu_version_manifests;
  for (const ecuId of ["TCUdemocar", "ecu11111"]) {
    verifyEcuReport(utf8ToBytes(JSON.stringify(reports[ecuId][0])), { ecuId, key: keys.secondary, profile });
  }
  const separate = inventoryOf({ TCUdemocar: keys.secondary, ecu11111: keys.timeserver });
  const { decision, reasons } = evaluateVehicleManifest(bytes, separate, state, input);
  const found = reasons.map(({ code, path }) => `${code} ${path}`).join();
  const expected = "uptane_report_untrusted /signed/ecu_version_manifests/ecu11111/0/signatures";
  return decision === "refuse" && found === expected ? undefined : `${decision}: ${found}`;
}

function checkTime(load: LoadVectors): string | undefined {
  const bytes = load(`${folder}/sample_timeserver_attestation.json`);
  const trust = { keys: [keys.timeserver], threshold: 1 };
  const at = Date.UTC(2017, 4, 18, 16, 23, 13);
  if (verifyTimeAttestation(bytes, { trust, nonce: 2, floorMs: at }).now !== at) return "another time";
  const code = "ERR_MANIFEST_UPTANE_TIME";
  if (!refuses(code, () => verifyTimeAttestation(bytes, { trust, nonce: 3, floorMs: at }))) return "another nonce";
  if (!refuses(code, () => verifyTimeAttestation(bytes, { trust, nonce: 2, floorMs: at + 1 })))
    return "below its floor";
  return refuses(code, () => verifyTimeAttestation(tampered(bytes), { trust, nonce: 2, floorMs: 0 }))
    ? undefined
    : "a changed signature was accepted";
}

type ReadFile = (file: string) => Uint8Array | undefined;

const repositories = { director: "director", imagerepo: "image" } as const;
const roles = ["root", "timestamp", "snapshot", "targets"] as const;

/** The files of one repository that a TUF client accepts, until it refuses one. */
function acceptedBy(repository: keyof typeof repositories, read: ReadFile): ReadonlySet<string> {
  const policy = uptaneTufPolicy(profile, repositories[repository]);
  const fileOf = (name: string) => `${repository}/metadata/${name}`;
  const accepted = new Set<string>();
  try {
    let client = createTufClient(read(fileOf("root.json"))!, policy);
    accepted.add(fileOf("root.json"));
    for (
      let request = nextTufRequest(client, policy);
      request !== undefined;
      request = nextTufRequest(client, policy)
    ) {
      const bytes = request.kind === "load" ? undefined : read(fileOf(request.file));
      const step = stepTufClient(client, { request, bytes }, today, policy);
      if (step.decision === "refuse") return accepted;
      if (step.decision === "accept") accepted.add(fileOf(request.file));
      client = step.state;
    }
  } catch (error) {
    if ((error as { code?: string }).code !== "ERR_MANIFEST_TUF_ROOT") throw error;
  }
  return accepted;
}

/** What a vehicle with one ECU makes of both repositories. */
function verdictOn(read: ReadFile): string {
  const vehicle = { vehicleId: "democar", primary: "TCUdemocar", ecus: [{ ecuId: "TCUdemocar", hardwareId: "demo" }] };
  const [directorRoot, imageRoot] = [read("director/metadata/root.json")!, read("imagerepo/metadata/root.json")!];
  let client = createUptaneClient({ vehicle, directorRoot, imageRoot, profile });
  for (let request = nextUptaneRequest(client); request !== undefined; request = nextUptaneRequest(client)) {
    const file = `${request.repository === "director" ? "director" : "imagerepo"}/metadata/${request.file}`;
    const bytes = request.kind === "load" ? undefined : read(file);
    const step = stepUptaneClient(client, { request, bytes }, timeFromClock(today, 0));
    if (step.decision === "refuse") return `refuse ${step.reasons[0]!.code}`;
    client = step.state;
  }
  const outcome = uptaneAssignment(client);
  return outcome.decision === "needs" ? outcome.decision : `${outcome.decision} ${outcome.reasons[0]!.code}`;
}

/** The nine files of a sample: those of both repositories, and a copy of the Director's targets. */
function metadataChecks(sample: string, verdict: string): readonly (readonly [string, Check])[] {
  const archive = `${metadata}/${sample}/full_metadata_archive`;
  const readFrom =
    (load: LoadVectors): ReadFile =>
    (file) =>
      /\d+\.root\.json$/.test(file) ? undefined : load(`${archive}/${file}`);
  const files = (["director", "imagerepo"] as const).flatMap((repository) =>
    roles.map((role): readonly [string, Check] => {
      const file = `${repository}/metadata/${role}.json`;
      const check: Check = (load) => {
        const read = readFrom(load);
        if (!acceptedBy(repository, read).has(file)) return "was not accepted";
        const changed = acceptedBy(repository, (name) => (name === file ? tampered(read(name)!) : read(name)));
        return changed.has(file) ? "a changed signature was accepted" : undefined;
      };
      return [`${sample}/${file}`, check];
    }),
  );
  const targets: Check = (load) => {
    const copy = bytesToHex(load(`${metadata}/${sample}/director_targets.json`));
    if (copy !== bytesToHex(load(`${archive}/director/metadata/targets.json`)))
      return "differs from the Director's targets";
    const found = verdictOn(readFrom(load));
    return found === verdict ? undefined : `expected ${verdict}, got ${found}`;
  };
  return [...files, [`${sample}/director_targets.json`, targets]];
}
