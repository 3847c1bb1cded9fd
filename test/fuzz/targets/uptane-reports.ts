/**
 * Fuzz targets of version reports and vehicle version manifests. A mutated manifest is judged twice: as it is, and signed anew by all of
 * its ECUs, so that the mutation also meets the checks behind the signatures.
 */

import {
  bytesToHex,
  encodeCanonicalJson,
  isOtaError,
  type JsonValue,
  parseStrictJson,
  sha256,
  utf8ToBytes,
} from "otakit/core";
import {
  createReportState,
  evaluateVehicleManifest,
  parseEcuReport,
  parseReportState,
  parseVehicleManifest,
  signEcuReport,
  signVehicleManifest,
  type UptaneInventory,
  uptaneProfiles,
  verifyEcuReport,
} from "otakit/manifest";
import { hmacSha256, type SymmetricKey } from "otakit/signing";
import type { FuzzTarget } from "../target.ts";

const now = Date.UTC(2026, 10, 25);
const ecuIds = ["gw", "brake"] as const;
const profiles = Object.values(uptaneProfiles);

function keyOf(ecuId: string): SymmetricKey {
  return { scheme: "hmac-sha256", keyId: ecuId, secret: sha256(utf8ToBytes(ecuId)) };
}

const inventory: UptaneInventory = {
  vehicleId: "veh-1",
  primary: "gw",
  ecus: ecuIds.map((ecuId) => ({ ecuId, hardwareId: ecuId, key: keyOf(ecuId) })),
};
const state = createReportState("veh-1");

const reportOf = (ecuId: string) => ({
  ecuId,
  installedImage: { path: `${ecuId}.bin`, length: 9, hashes: { sha256: "ab".repeat(32) }, releaseCounter: 7 },
  attacksDetected: "freeze/tuf_expired",
  timeMs: now,
  previousTimeMs: now,
  counter: 3,
  nonce: "0123456789abcdef",
});

const sign = (ecuId: string, profile: (typeof profiles)[number]) =>
  signEcuReport(reportOf(ecuId), keyOf(ecuId), { profile });
const reports = await Promise.all(profiles.map((profile) => sign("brake", profile)));
const manifests = await Promise.all(
  profiles.map(async (profile) =>
    signVehicleManifest(
      { vehicleId: "veh-1", primary: "gw", reports: await Promise.all(ecuIds.map((ecuId) => sign(ecuId, profile))) },
      keyOf("gw"),
      { profile },
    ),
  ),
);

const dictionary = [
  '"ecu_serial":',
  '"vin":',
  '"ecu_version_manifests":',
  '"report_counter":',
  '"nonce":',
  '"timeserver_time":',
  '"1970-01-01T00:00:00Z"',
  '"__proto__":',
  '"constructor":',
  "null",
  "[]",
  "{}",
  "-1",
  "9007199254740993",
].map(utf8ToBytes);

/** The value, or nothing for a typed refusal; any other error is a finding. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (!isOtaError(error)) throw error;
    return undefined;
  }
}

/** The document with signatures that fit, if it has a signed object; those inside of it too. */
function signedAnew(document: JsonValue | undefined, ecuId: string): JsonValue | undefined {
  const signed = (document as { signed?: JsonValue } | null | undefined)?.signed;
  if (signed === undefined || signed === null || typeof signed !== "object") return undefined;
  const message = attempt(() => encodeCanonicalJson(signed));
  if (message === undefined) return undefined;
  const sig = bytesToHex(hmacSha256(keyOf(ecuId).secret, message));
  const hashes = { sha256: bytesToHex(sha256(message)) };
  return { signatures: [{ keyid: ecuId, method: "hmac-sha256", hashes, sig }], signed };
}

/** A manifest of which every report and the whole are signed anew. */
function manifestSignedAnew(document: JsonValue): Uint8Array | undefined {
  const copy = structuredClone(document) as { signed?: { ecu_version_manifests?: Record<string, JsonValue> } } | null;
  const listed = copy?.signed?.ecu_version_manifests;
  if (typeof listed === "object" && listed !== null) {
    for (const ecuId of ecuIds) {
      const again = Object.hasOwn(listed, ecuId) ? signedAnew(listed[ecuId], ecuId) : undefined;
      if (again !== undefined) listed[ecuId] = again;
    }
  }
  const whole = signedAnew(copy as JsonValue, "gw");
  return whole === undefined ? undefined : utf8ToBytes(JSON.stringify(whole));
}

function judge(input: Uint8Array): void {
  for (const profile of profiles) {
    const verdict = evaluateVehicleManifest(input, inventory, state, { now, profile });
    if (verdict.reasons.length === 0) throw new Error("a verdict without reason");
    if (verdict.decision === "refuse") {
      if (verdict.state !== state || verdict.quality === "good") throw new Error("a refusal that changed something");
      continue;
    }
    const { manifest } = verdict;
    const known = manifest.reports.map(({ ecuId }) => ecuId).concat(manifest.missing);
    if ([...known].sort().join() !== [...ecuIds].sort().join()) throw new Error("ECUs were lost or invented");
    if ((verdict.decision === "complete") !== (manifest.missing.length === 0)) throw new Error("falsely complete");
    if (verdict.decision === "partial" && verdict.quality === "good") throw new Error("falsely good");
    const again = evaluateVehicleManifest(input, inventory, verdict.state, { now, profile });
    const isProtected = manifest.reports.some(({ counter, nonce }) => counter !== undefined || nonce !== undefined);
    if (isProtected && again.decision !== "refuse") throw new Error("a replay was accepted");
    parseReportState(utf8ToBytes(JSON.stringify(verdict.state)));
  }
}

export const targets: readonly FuzzTarget[] = [
  {
    name: "manifest/parseEcuReport",
    seeds: reports,
    dictionary,
    run(input) {
      for (const profile of profiles) {
        const parsed = attempt(() => parseEcuReport(input, { profile }));
        if (parsed !== undefined && !/^[A-Za-z0-9._:-]{1,128}$/.test(parsed.report.ecuId)) throw new Error("an ECU id");
        attempt(() => verifyEcuReport(input, { ecuId: "brake", key: keyOf("brake"), profile }));
      }
    },
  },
  {
    name: "manifest/evaluateVehicleManifest",
    seeds: manifests,
    dictionary,
    run(input) {
      attempt(() => parseVehicleManifest(input));
      judge(input);
      const document = attempt(() => parseStrictJson(input));
      const anew = document === undefined ? undefined : manifestSignedAnew(document);
      if (anew !== undefined) judge(anew);
    },
  },
  {
    name: "manifest/parseReportState",
    seeds: [
      utf8ToBytes(
        JSON.stringify({
          ...state,
          ecus: { gw: { counter: 3, timeMs: now }, brake: { timeMs: now, nonces: ["0123456789abcdef"] } },
        }),
      ),
    ],
    dictionary,
    run(input) {
      const parsed = attempt(() => parseReportState(input));
      if (parsed === undefined) return;
      const again = attempt(() =>
        evaluateVehicleManifest(manifests[0]!, { ...inventory, vehicleId: parsed.vehicleId }, parsed, { now }),
      );
      if (again === undefined) throw new Error("a state that parses is refused later");
    },
  },
];
