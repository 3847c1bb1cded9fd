import { describe, expect, it } from "vitest";
import { bytesToHex, encodeCanonicalJson, sha256 } from "../../../src/core/index.ts";
import {
  type AcceptedVehicleManifest,
  createReportState,
  evaluateVehicleManifest,
  parseVehicleManifest,
  signVehicleManifest,
  type UptaneInventory,
  type UptaneReportState,
  type VehicleManifestVerdict,
} from "../../../src/manifest/index.ts";
import { pureSignatureProvider, type SymmetricKey } from "../../../src/signing/index.ts";
import { errorOf } from "../../error-of.ts";
import {
  bytesOf,
  changedManifest,
  day,
  ecuIds,
  inventory,
  keyOf,
  type Loose,
  looseOf,
  manifestOf,
  now,
  reportOf,
  reportsOf,
  signAgain,
  signers,
} from "./report-fixture.ts";

const fresh = createReportState("veh-1");

const evaluate = (bytes: Uint8Array, state: UptaneReportState = fresh, options = {}) =>
  evaluateVehicleManifest(bytes, inventory, state, { now, ...options });

function accepted(verdict: VehicleManifestVerdict): AcceptedVehicleManifest {
  if (verdict.decision === "refuse") throw new Error(JSON.stringify(verdict.reasons));
  return verdict;
}

const codesOf = ({ reasons }: VehicleManifestVerdict) => reasons.map(({ code }) => code);

/** Code, place and evidence of each reason of a refusal, whose state must be untouched. */
function refused(verdict: VehicleManifestVerdict, state: UptaneReportState = fresh) {
  expect(verdict).toMatchObject({ decision: "refuse", quality: "unusable", flags: [{ flag: { code: "invalid" } }] });
  expect(verdict).not.toHaveProperty("manifest");
  expect(verdict.state).toBe(state);
  expect(verdict.flags[0]!.flag.details).toEqual({ path: verdict.reasons[0]!.path });
  for (const { code, clause } of verdict.reasons) {
    expect(clause).toBe(code === "uptane_report_malformed" ? "Uptane 5.4.2.1" : "Uptane 5.3.2.1");
  }
  return verdict.reasons.map(({ code, path, evidence }) => ({ code, path, evidence }));
}

const at = (ecuId: string) => `/signed/ecu_version_manifests/${ecuId}`;

describe("a complete manifest", () => {
  it("gives every report, in the order of the inventory", async () => {
    const bytes = await manifestOf();
    const verdict = accepted(evaluate(bytes));
    expect(verdict).toMatchObject({ decision: "complete", quality: "good", flags: [] });
    expect(codesOf(verdict)).toEqual(["uptane_reports_complete"]);
    expect(verdict.reasons[0]!.clause).toBe("Uptane 5.3.2.1");
    const { manifest } = verdict;
    expect(manifest).toMatchObject({
      profile: "uptane-2.1",
      vehicleId: "veh-1",
      primary: "gateway",
      complete: true,
      missing: [],
      attacks: [],
    });
    expect(manifest.reports.map(({ signed, ...report }) => report)).toEqual(ecuIds.map((ecuId) => reportOf(ecuId)));
    expect(manifest.digest).toBe(bytesToHex(sha256(encodeCanonicalJson(looseOf(bytes).signed))));
    expect([manifest, manifest.reports, manifest.signed].every(Object.isFrozen)).toBe(true);
    expect(verdict.state.ecus).toEqual(
      Object.fromEntries(ecuIds.map((ecuId) => [ecuId, { counter: 12, timeMs: now }])),
    );
  });

  it("is the same with the pure back end", async () => {
    const bytes = await manifestOf();
    expect(evaluate(bytes, fresh, { provider: pureSignatureProvider })).toEqual(evaluate(bytes));
  });

  it("asks the back end that is given", async () => {
    const bytes = await manifestOf();
    const provider = { ...pureSignatureProvider, importPublicKey: () => ({ verify: () => false }) };
    expect(refused(evaluate(bytes, fresh, { provider }))[0]!.evidence).toEqual({
      ecuId: "gateway",
      why: "signature_invalid",
    });
    const signing = signVehicleManifest(
      { vehicleId: "veh-1", primary: "gateway", reports: await reportsOf() },
      signers["gateway"]!,
      { provider },
    );
    await expect(signing).rejects.toMatchObject({ code: "ERR_SIGNING_SIGNER_FAULT" });
  });

  it("keeps what it does not know", async () => {
    const bytes = await changedManifest((signed) => {
      signed.installation_report = { report: { result: "ok" } };
    });
    expect(accepted(evaluate(bytes)).manifest.signed["installation_report"]).toEqual({ report: { result: "ok" } });
  });

  it("surfaces attacks as data, and takes the manifest all the same", async () => {
    const verdict = accepted(
      evaluate(await manifestOf({ brake: { attacksDetected: "rollback/tuf_version_rollback" } })),
    );
    expect(verdict).toMatchObject({ decision: "complete", quality: "good" });
    expect(verdict.manifest.attacks).toEqual([{ ecuId: "brake", indicator: "rollback/tuf_version_rollback" }]);
    expect(verdict.reasons[1]).toMatchObject({
      code: "uptane_report_attack_detected",
      path: at("brake"),
      attack: "none",
      evidence: { ecuId: "brake", got: "rollback/tuf_version_rollback" },
    });
  });
});

describe("a partial manifest", () => {
  it("is no complete one, and names who is missing", async () => {
    const verdict = accepted(evaluate(await manifestOf({ brake: undefined, "door-right": undefined })));
    expect(verdict).toMatchObject({
      decision: "partial",
      quality: "degraded",
      flags: [{ flag: { code: "partial", details: { missingFields: ["brake", "door-right"] } } }],
      manifest: { complete: false, missing: ["brake", "door-right"] },
    });
    expect(verdict.reasons.map(({ code, evidence }) => [code, evidence])).toEqual([
      ["uptane_report_missing", { ecuId: "brake" }],
      ["uptane_report_missing", { ecuId: "door-right" }],
    ]);
    expect(Object.keys(verdict.state.ecus)).toEqual(["gateway", "door-left"]);
  });

  it("is one without the Primary's own report, too", async () => {
    const verdict = accepted(evaluate(await manifestOf({ gateway: undefined })));
    expect(verdict).toMatchObject({ decision: "partial", manifest: { missing: ["gateway"] } });
  });

  it("needs one report at least, because an empty one could be any old one", async () => {
    const bytes = await changedManifest((signed) => {
      signed.ecu_version_manifests = {};
    });
    expect(refused(evaluate(bytes))).toEqual([
      { code: "uptane_reports_absent", path: "/signed/ecu_version_manifests", evidence: {} },
    ]);
  });
});

describe("data that are not good", () => {
  it("flags a time of long ago", async () => {
    const timeMs = now - 8 * day;
    const verdict = accepted(evaluate(await manifestOf({ brake: { timeMs, previousTimeMs: timeMs } })));
    expect(verdict).toMatchObject({
      decision: "complete",
      quality: "unreliable",
      flags: [{ ecuId: "brake", flag: { code: "stale", details: { ageMs: 8 * day, maxAgeMs: 7 * day } } }],
    });
    expect(codesOf(verdict)).toEqual(["uptane_reports_complete", "uptane_report_stale"]);
    const edge = { brake: { timeMs: now - 7 * day, previousTimeMs: 0 } };
    expect(evaluate(await manifestOf(edge)).quality).toBe("good");
    expect(evaluate(await manifestOf(edge), fresh, { maxAgeMs: 7 * day - 1 }).quality).toBe("unreliable");
  });

  it("flags a previous time after the latest one", async () => {
    const verdict = accepted(evaluate(await manifestOf({ brake: { previousTimeMs: now + 1_000 } })));
    expect(verdict).toMatchObject({
      quality: "unreliable",
      flags: [{ ecuId: "brake", flag: { code: "inconsistent" } }],
    });
    expect(verdict.reasons[1]).toMatchObject({ code: "uptane_report_contradictory", path: at("brake") });
    expect(evaluate(await manifestOf({ brake: { previousTimeMs: now } })).quality).toBe("good");
  });

  it.each<[string, Loose]>([
    ["length", { length: 4_097 }],
    ["digest", { hashes: { sha256: "00".repeat(32) } }],
    ["release counter", { releaseCounter: 8 }],
  ])("flags one filename for two images that differ in %s", async (_, change) => {
    const { installedImage } = reportOf("door-left");
    const doors = (other: Loose) =>
      manifestOf({
        "door-left": { installedImage },
        "door-right": { installedImage: { ...installedImage, ...other } },
      });
    expect(evaluate(await doors({})).quality).toBe("good");
    const verdict = accepted(evaluate(await doors(change)));
    expect(verdict).toMatchObject({ decision: "complete", quality: "unreliable" });
    expect(verdict.reasons[1]).toMatchObject({
      code: "uptane_report_contradictory",
      path: at("door-right"),
      evidence: { ecuId: "door-right", other: "door-left", rule: "one filename is one image" },
    });
  });

  it("compares the hashes that both reports have", async () => {
    const { releaseCounter, ...image } = reportOf("door-left").installedImage;
    const other = { ...image, hashes: { sha512: "11".repeat(64) } };
    const bytes = await manifestOf({
      "door-left": { installedImage: { ...image, releaseCounter } },
      "door-right": { installedImage: other },
    });
    expect(evaluate(bytes).quality).toBe("good");
  });

  it("lists all of them", async () => {
    const verdict = evaluate(
      await manifestOf({
        brake: { previousTimeMs: now + 1_000, attacksDetected: "x" },
        "door-left": { timeMs: now - 9 * day },
      }),
    );
    expect(codesOf(verdict)).toEqual([
      "uptane_reports_complete",
      "uptane_report_attack_detected",
      "uptane_report_contradictory",
      "uptane_report_stale",
      "uptane_report_contradictory",
    ]);
  });
});

describe("whose manifest it is", () => {
  it("refuses that of another vehicle, and of another Primary", async () => {
    const bytes = await changedManifest((signed) => {
      signed.vin = "veh-2";
      signed.primary_ecu_serial = "brake";
    });
    expect(refused(evaluate(bytes))).toEqual([
      { code: "uptane_report_vehicle_mismatch", path: "/signed/vin", evidence: { had: "veh-1", got: "veh-2" } },
      {
        code: "uptane_report_primary_mismatch",
        path: "/signed/primary_ecu_serial",
        evidence: { had: "gateway", got: "brake" },
      },
    ]);
    expect(evaluate(bytes).reasons.map(({ attack, clause }) => [attack, clause])).toEqual([
      ["wrong_vehicle", "Uptane 5.3.2.1"],
      ["forged_report", "Uptane 5.3.2.1"],
    ]);
  });

  it("refuses a manifest that the Primary did not sign, and checks no Secondary's signature then", async () => {
    const document = looseOf(await manifestOf());
    document.signed.ecu_version_manifests["brake"].signatures[0].sig = "00";
    const stranger = bytesOf(await signAgain(document, "stranger"));
    expect(refused(evaluate(stranger))).toEqual([
      { code: "uptane_report_untrusted", path: "/signatures", evidence: { ecuId: "gateway", why: "unknown_key" } },
    ]);
    const secondary = bytesOf(await signAgain(document, "brake"));
    expect(refused(evaluate(secondary))[0]!.evidence).toEqual({ ecuId: "gateway", why: "unknown_key" });
  });

  it("does not look at the reports of a manifest that the Primary did not sign", async () => {
    const document = looseOf(await manifestOf());
    document.signed.vin = "veh-2";
    document.signed.ecu_version_manifests["brake"] = 5;
    document.signed.ecu_version_manifests["unknown"] = document.signed.ecu_version_manifests["gateway"];
    expect(refused(evaluate(bytesOf(await signAgain(document, "stranger")))).map(({ code }) => code)).toEqual([
      "uptane_report_vehicle_mismatch",
      "uptane_report_untrusted",
    ]);
  });

  it("refuses reports that their ECUs did not sign, each by its name", async () => {
    const bytes = await changedManifest((signed) => {
      signed.ecu_version_manifests["brake"].signed.attacks_detected = "none";
      signed.ecu_version_manifests["door-right"].signatures[0].sig = "00";
    });
    expect(refused(evaluate(bytes))).toEqual([
      {
        code: "uptane_report_untrusted",
        path: `${at("brake")}/signatures`,
        evidence: { ecuId: "brake", why: "payload_hash" },
      },
      {
        code: "uptane_report_untrusted",
        path: `${at("door-right")}/signatures`,
        evidence: { ecuId: "door-right", why: "signature_invalid" },
      },
    ]);
  });

  it("refuses a report that the Primary wrote for a Secondary", async () => {
    const forged = await signAgain({ signed: looseOf((await reportsOf())[1]!).signed }, "gateway");
    const bytes = await changedManifest((signed) => {
      signed.ecu_version_manifests["brake"] = forged;
    });
    expect(refused(evaluate(bytes))[0]!.evidence).toEqual({ ecuId: "brake", why: "unknown_key" });
  });

  it("refuses one ECU's report in another's place", async () => {
    const bytes = await changedManifest((signed) => {
      signed.ecu_version_manifests["door-right"] = signed.ecu_version_manifests["door-left"];
    });
    expect(refused(evaluate(bytes))).toEqual([
      {
        code: "uptane_report_ecu_mismatch",
        path: at("door-right"),
        evidence: { had: "door-right", got: "door-left" },
      },
    ]);
  });

  it("refuses ECUs that are not in the inventory, in the order of their names", async () => {
    const bytes = await changedManifest((signed) => {
      signed.ecu_version_manifests["zebra"] = {};
      signed.ecu_version_manifests["constructor"] = signed.ecu_version_manifests["brake"];
    });
    expect(refused(evaluate(bytes))).toEqual([
      { code: "uptane_report_ecu_unknown", path: at("constructor"), evidence: { ecuId: "constructor" } },
      { code: "uptane_report_ecu_unknown", path: at("zebra"), evidence: { ecuId: "zebra" } },
    ]);
  });

  it("takes a shared secret of the Primary", async () => {
    const other: UptaneInventory = { ...inventory, primary: "brake" };
    const bytes = await signVehicleManifest(
      { vehicleId: "veh-1", primary: "brake", reports: await reportsOf() },
      signers["brake"]!,
    );
    expect(evaluateVehicleManifest(bytes, other, fresh, { now }).decision).toBe("complete");
  });
});

describe("novelty", () => {
  const first = async () => accepted(evaluate(await manifestOf())).state;

  it("refuses the same manifest again", async () => {
    const state = await first();
    const verdict = evaluate(await manifestOf(), state);
    expect(refused(verdict, state)).toEqual(
      ecuIds.map((ecuId) => ({
        code: "uptane_report_replayed",
        path: at(ecuId),
        evidence: { ecuId, had: 12, got: 12 },
      })),
    );
    expect(new Set(verdict.reasons.map(({ attack }) => attack))).toEqual(new Set(["replay"]));
  });

  it("refuses one old report among new ones", async () => {
    const state = await first();
    const rising = Object.fromEntries(ecuIds.map((ecuId) => [ecuId, { counter: 13 }]));
    expect(evaluate(await manifestOf(rising), state).decision).toBe("complete");
    const verdict = evaluate(await manifestOf({ ...rising, brake: { counter: 11 } }), state);
    expect(refused(verdict, state)).toEqual([
      { code: "uptane_report_replayed", path: at("brake"), evidence: { ecuId: "brake", had: 12, got: 11 } },
    ]);
  });

  it("takes a gap in the counters, and a manifest without the ECU that sleeps", async () => {
    const state = await first();
    const bytes = await manifestOf({
      gateway: { counter: 500 },
      brake: undefined,
      "door-left": { counter: 13 },
      "door-right": { counter: 14 },
    });
    const verdict = accepted(evaluate(bytes, state));
    expect(verdict.decision).toBe("partial");
    expect(Object.entries(verdict.state.ecus).map(([ecuId, { counter }]) => [ecuId, counter])).toEqual([
      ["gateway", 500],
      ["brake", 12],
      ["door-left", 13],
      ["door-right", 14],
    ]);
  });

  it("does not let an ECU leave its counter out", async () => {
    const state = await first();
    const nonce = "0123456789abcdef";
    const bytes = await manifestOf({
      gateway: { counter: 13 },
      brake: { counter: undefined, nonce },
      "door-left": undefined,
      "door-right": undefined,
    });
    expect(refused(evaluate(bytes, state), state)).toEqual([
      { code: "uptane_report_replayed", path: at("brake"), evidence: { ecuId: "brake", had: 12 } },
    ]);
  });

  it("knows nonces where there is no counter", async () => {
    const only = (nonce: string, timeMs = now) =>
      manifestOf({
        gateway: undefined,
        brake: { counter: undefined, nonce, timeMs, previousTimeMs: timeMs },
        "door-left": undefined,
        "door-right": undefined,
      });
    const verdict = accepted(evaluate(await only("nonce-number-one")));
    expect(codesOf(verdict)).not.toContain("uptane_report_unprotected");
    const one = verdict.state;
    expect(one.ecus["brake"]).toEqual({ timeMs: now, nonces: ["nonce-number-one"] });
    const two = accepted(evaluate(await only("nonce-number-two"), one)).state;
    expect(two.ecus["brake"]!.nonces).toEqual(["nonce-number-one", "nonce-number-two"]);
    expect(refused(evaluate(await only("nonce-number-one"), two), two)).toEqual([
      { code: "uptane_report_replayed", path: at("brake"), evidence: { ecuId: "brake", got: "nonce-number-one" } },
    ]);
    // At a later time the earlier nonces are forgotten, and still no way leads back.
    const later = accepted(evaluate(await only("nonce-number-3..", now + 1_000), two)).state;
    expect(later.ecus["brake"]).toEqual({ timeMs: now + 1_000, nonces: ["nonce-number-3.."] });
    expect(refused(evaluate(await only("nonce-number-one"), later), later)).toEqual([
      {
        code: "uptane_report_time_rollback",
        path: at("brake"),
        evidence: { ecuId: "brake", had: now + 1_000, got: now },
      },
    ]);
  });

  it("lets an ECU go over from nonces to a counter, and not back", async () => {
    const state: UptaneReportState = { ...fresh, ecus: { brake: { timeMs: now, nonces: ["nonce-number-one"] } } };
    const verdict = accepted(evaluate(await manifestOf({ brake: { nonce: "nonce-number-one" } }), state));
    expect(verdict.state.ecus["brake"]).toEqual({ counter: 12, timeMs: now, nonces: ["nonce-number-one"] });
    const back = await manifestOf({
      gateway: undefined,
      brake: { counter: undefined, nonce: "nonce-number-two" },
      "door-left": undefined,
      "door-right": undefined,
    });
    expect(codesOf(evaluate(back, verdict.state))).toEqual(["uptane_report_replayed"]);
  });

  it("remembers no more nonces than it must", async () => {
    const nonces = Array.from({ length: 256 }, (_, index) => `nonce-${String(index).padStart(10, "0")}`);
    const state: UptaneReportState = { ...fresh, ecus: { brake: { timeMs: now, nonces } } };
    const only = (change: Loose) =>
      manifestOf({
        gateway: undefined,
        brake: { counter: undefined, ...change },
        "door-left": undefined,
        "door-right": undefined,
      });
    expect(refused(evaluate(await only({ nonce: "nonce-that-is-new" }), state), state)).toEqual([
      { code: "uptane_report_nonces_exhausted", path: at("brake"), evidence: { ecuId: "brake", had: 256 } },
    ]);
    const later = accepted(evaluate(await only({ nonce: "nonce-that-is-new", timeMs: now + 1_000 }), state));
    expect(later.state.ecus["brake"]!.nonces).toEqual(["nonce-that-is-new"]);
  });
});

describe("times", () => {
  const one = (change: Loose, state = fresh, options = {}) =>
    manifestOf({ brake: change }).then((bytes) => evaluate(bytes, state, options));

  it("may be a little ahead of the server's, and no more", async () => {
    expect((await one({ timeMs: now + 300_000 })).decision).toBe("complete");
    expect(refused(await one({ timeMs: now + 301_000 }))).toEqual([
      {
        code: "uptane_report_time_implausible",
        path: at("brake"),
        evidence: { ecuId: "brake", had: now, got: now + 301_000 },
      },
    ]);
    expect((await one({ timeMs: now + 301_000 }, fresh, { maxClockAheadMs: 301_000 })).decision).toBe("complete");
  });

  it("are refused before there was Uptane", async () => {
    const earliest = Date.UTC(2016, 0, 1);
    expect((await one({ timeMs: earliest })).decision).toBe("complete");
    expect(codesOf(await one({ timeMs: earliest - 1_000 }))).toEqual(["uptane_report_time_implausible"]);
    expect(codesOf(await one({ timeMs: 0 }))).toEqual(["uptane_report_time_implausible"]);
  });

  it("never go back", async () => {
    const state: UptaneReportState = { ...fresh, ecus: { brake: { counter: 11, timeMs: now } } };
    expect((await one({ timeMs: now }, state)).decision).toBe("complete");
    const verdict = await one({ timeMs: now - 1_000, previousTimeMs: 0 }, state);
    expect(refused(verdict, state)).toEqual([
      {
        code: "uptane_report_time_rollback",
        path: at("brake"),
        evidence: { ecuId: "brake", had: now, got: now - 1_000 },
      },
    ]);
  });

  it("refuses a server's clock that was never set", async () => {
    const bytes = await manifestOf();
    expect(errorOf(() => evaluate(bytes, fresh, { now: 0 }))).toMatchObject({ code: "ERR_MANIFEST_TIME" });
    expect(errorOf(() => evaluate(bytes, fresh, { now: Number.NaN }))).toBeInstanceOf(RangeError);
  });
});

describe("form", () => {
  it("refuses a manifest that is none", () => {
    expect(refused(evaluate(bytesOf([])))).toEqual([
      {
        code: "uptane_report_malformed",
        path: "",
        evidence: { error: "ERR_MANIFEST_UPTANE_REPORT", why: 'Cannot use version report: "" expected object' },
      },
    ]);
    expect(refused(evaluate(new Uint8Array(0)))[0]!.evidence).toMatchObject({ error: "ERR_CORE_JSON_SYNTAX" });
  });

  it("lists every report of another form, beside every other fault", async () => {
    const bytes = await changedManifest((signed) => {
      signed.vin = "veh-2";
      signed.ecu_version_manifests["brake"].signed.report_counter = "12";
      signed.ecu_version_manifests["door-left"] = [];
    });
    expect(refused(evaluate(bytes)).map(({ code, path }) => [code, path])).toEqual([
      ["uptane_report_vehicle_mismatch", "/signed/vin"],
      ["uptane_report_malformed", `${at("brake")}/signed/report_counter`],
      ["uptane_report_malformed", at("door-left")],
    ]);
  });

  it.each<[string, string, (signed: Loose) => void]>([
    [
      "no vehicle",
      "/signed/vin",
      (signed) => {
        delete signed.vin;
      },
    ],
    [
      "no Primary",
      "/signed/primary_ecu_serial",
      (signed) => {
        delete signed.primary_ecu_serial;
      },
    ],
    [
      "a list of reports",
      "/signed/ecu_version_manifests",
      (signed) => {
        signed.ecu_version_manifests = [];
      },
    ],
    [
      "an ECU whose name is none",
      "/signed/ecu_version_manifests/a b",
      (signed) => {
        signed.ecu_version_manifests["a b"] = {};
      },
    ],
    [
      "more than 1,000 ECUs",
      "/signed/ecu_version_manifests",
      (signed) => {
        for (let index = 0; index < 1_001; index++) signed.ecu_version_manifests[`ecu-${index}`] = {};
      },
    ],
  ])("refuses %s", async (_, path, change) => {
    const bytes = await changedManifest(change);
    expect(refused(evaluate(bytes)).map(({ code, path }) => [code, path])).toEqual([["uptane_report_malformed", path]]);
    expect(errorOf(() => parseVehicleManifest(bytes))).toMatchObject({ code: "ERR_MANIFEST_UPTANE_REPORT", path });
  });

  it("lists no more than 256 reasons", async () => {
    const bytes = await changedManifest((signed) => {
      for (let index = 0; index < 900; index++) signed.ecu_version_manifests[`ecu-${index}`] = {};
    });
    expect(evaluate(bytes).reasons).toHaveLength(256);
  });

  it("keeps its limits", async () => {
    const bytes = await manifestOf();
    const verdict = evaluate(bytes, fresh, { limits: { maxBytes: bytes.length - 1 } });
    expect(refused(verdict)[0]!.evidence).toMatchObject({ error: "ERR_CORE_LIMIT" });
    expect(evaluate(bytes, fresh, { limits: { maxBytes: bytes.length } }).decision).toBe("complete");
  });

  it("refuses every beginning of a manifest", async () => {
    const bytes = await manifestOf({ brake: undefined, "door-left": undefined, "door-right": undefined });
    for (let length = 0; length < bytes.length; length++) {
      expect(evaluate(bytes.subarray(0, length)).decision, String(length)).toBe("refuse");
    }
  });

  it("is read without verification by parseVehicleManifest", async () => {
    const document = parseVehicleManifest(await manifestOf({ brake: undefined }));
    expect(document).toMatchObject({ vehicleId: "veh-1", primary: "gateway" });
    expect(document.reports.map(({ ecuId, document: { report } }) => [ecuId, report.counter])).toEqual([
      ["door-left", 12],
      ["door-right", 12],
      ["gateway", 12],
    ]);
    expect(document.signatures[0]!.method).toBe("ed25519");
  });
});

describe("signVehicleManifest", () => {
  it("takes each ECU once", async () => {
    const reports = await reportsOf();
    const twice = signVehicleManifest(
      { vehicleId: "veh-1", primary: "gateway", reports: [...reports, reports[1]!] },
      signers["gateway"]!,
    );
    await expect(twice).rejects.toMatchObject({
      code: "ERR_MANIFEST_UPTANE_REPORT",
      path: "/signed/ecu_version_manifests/brake",
    });
  });

  it("signs nothing that the Director could not read", async () => {
    const make = (change: Loose) =>
      signVehicleManifest({ vehicleId: "veh-1", primary: "gateway", reports: [], ...change }, signers["gateway"]!);
    await expect(make({ vehicleId: "veh 1" })).rejects.toMatchObject({ path: "/signed/vin" });
    await expect(make({ primary: "" })).rejects.toMatchObject({ path: "/signed/primary_ecu_serial" });
    await expect(make({ reports: [bytesOf({})] })).rejects.toMatchObject({ path: "/signatures" });
  });
});

describe("the profile uptane-ats", () => {
  const profile = "uptane-ats" as const;
  const none = { counter: undefined, timeMs: undefined, previousTimeMs: undefined };

  it("takes what aktualizr sends, and says what it is worth", async () => {
    const bytes = await manifestOf({ gateway: none }, { profile });
    const verdict = accepted(evaluate(bytes, fresh, { profile }));
    expect(verdict).toMatchObject({ decision: "complete", quality: "unreliable", manifest: { profile } });
    expect(codesOf(verdict)).toEqual([
      "uptane_reports_complete",
      "uptane_report_time_unset",
      "uptane_report_unprotected",
    ]);
    expect(verdict.flags.map(({ ecuId, flag }) => [ecuId, flag.code, flag.severity])).toEqual([
      ["gateway", "clock_unset", "unreliable"],
      ["gateway", "baseline_missing", "degraded"],
    ]);
    expect(verdict.state.ecus["gateway"]).toEqual({});
    // Nothing tells whether that is old.
    expect(
      evaluate(
        await manifestOf(
          { gateway: none, brake: undefined, "door-left": undefined, "door-right": undefined },
          { profile },
        ),
        verdict.state,
        { profile },
      ).decision,
    ).toBe("partial");
  });

  it("takes a manifest without vehicle, and none of another", async () => {
    const document = looseOf(await manifestOf({}, { profile }));
    delete document.signed.vin;
    const bytes = bytesOf(await signAgain(document, "gateway"));
    expect(evaluate(bytes, fresh, { profile }).decision).toBe("complete");
    document.signed.vin = "veh-2";
    const other = bytesOf(await signAgain(document, "gateway"));
    expect(codesOf(evaluate(other, fresh, { profile }))).toEqual(["uptane_report_vehicle_mismatch"]);
  });

  it("reads no list of more reports than tell that there are two", async () => {
    const bytes = await changedManifest((signed) => {
      const reports = signed.ecu_version_manifests;
      reports["brake"] = Array(3).fill(reports["brake"]);
    });
    expect(refused(evaluate(bytes, fresh, { profile })).map(({ code, path }) => [code, path])).toEqual([
      ["uptane_report_malformed", at("brake")],
    ]);
  });

  it("takes lists of one report, and none of two", async () => {
    const listed = async (change: (reports: Loose) => void) => {
      const document = looseOf(await manifestOf({}, { profile }));
      change(document.signed.ecu_version_manifests);
      return bytesOf(await signAgain(document, "gateway"));
    };
    const one = await listed((reports) => {
      reports["brake"] = [reports["brake"]];
    });
    expect(evaluate(one, fresh, { profile }).decision).toBe("complete");
    expect(refused(evaluate(one))[0]).toMatchObject({ code: "uptane_report_malformed" });
    const two = await listed((reports) => {
      reports["brake"] = [reports["brake"], reports["brake"]];
    });
    expect(refused(evaluate(two, fresh, { profile }))).toEqual([
      { code: "uptane_report_repeated", path: `${at("brake")}/1`, evidence: { ecuId: "brake" } },
    ]);
    const empty = await listed((reports) => {
      reports["brake"] = [];
    });
    expect(accepted(evaluate(empty, fresh, { profile })).manifest.missing).toEqual(["brake"]);
  });

  it("does not let an ECU without counter lose its clock", async () => {
    const state: UptaneReportState = { ...fresh, ecus: { gateway: { timeMs: now } } };
    const bytes = await manifestOf({ gateway: none }, { profile });
    expect(refused(evaluate(bytes, state, { profile }), state)).toEqual([
      { code: "uptane_report_time_rollback", path: at("gateway"), evidence: { ecuId: "gateway", had: now } },
    ]);
    const counted = await manifestOf({ gateway: { ...none, counter: 13 } }, { profile });
    const verdict = accepted(evaluate(counted, state, { profile }));
    expect(verdict.state.ecus["gateway"]).toEqual({ counter: 13, timeMs: now });
  });

  it("does not let an ECU leave its nonce out", async () => {
    const state: UptaneReportState = { ...fresh, ecus: { gateway: { nonces: ["nonce-number-one"] } } };
    const bytes = await manifestOf({ gateway: none }, { profile });
    expect(codesOf(evaluate(bytes, state, { profile }))).toEqual(["uptane_report_replayed"]);
  });
});

describe("inventory and bounds", () => {
  const withEcus = (change: (ecus: Loose[]) => void): UptaneInventory => {
    const ecus = inventory.ecus.map((ecu) => ({ ...ecu }));
    change(ecus);
    return { ...inventory, ecus };
  };

  it.each<[string, string, (ecus: Loose[]) => void]>([
    [
      "a key that two ECUs have",
      "/ecus/3/key",
      (ecus) => {
        ecus[3].key = { ...keyOf("gateway"), keyId: "another name" };
      },
    ],
    [
      "a secret that two ECUs have",
      "/ecus/2/key",
      (ecus) => {
        ecus[2].key = { ...keyOf("brake"), keyId: "another name" };
      },
    ],
    [
      "a secret that is another's with zeros at its end",
      "/ecus/2/key",
      (ecus) => {
        const { secret } = keyOf("brake") as SymmetricKey;
        ecus[2].key = { scheme: "hmac-sha256", keyId: "x", secret: Uint8Array.from([...secret, 0, 0]) };
      },
    ],
    [
      "a secret that is the hash of another's",
      "/ecus/2/key",
      (ecus) => {
        const secret = new Uint8Array(100).fill(7);
        ecus[1].key = { scheme: "hmac-sha256", keyId: "x", secret };
        ecus[2].key = { scheme: "hmac-sha256", keyId: "y", secret: sha256(secret) };
      },
    ],
    [
      "no key",
      "/ecus/1/key",
      (ecus) => {
        delete ecus[1].key;
      },
    ],
    [
      "a secret that is no bytes",
      "/ecus/1/key",
      (ecus) => {
        ecus[1].key = { scheme: "hmac-sha256", keyId: "x", secret: "abc" };
      },
    ],
    [
      "a key without id",
      "/ecus/0/key",
      (ecus) => {
        ecus[0].key = { scheme: "ed25519", material: "00" };
      },
    ],
    [
      "an ECU twice",
      "/ecus/1/ecuId",
      (ecus) => {
        ecus[1].ecuId = "gateway";
      },
    ],
  ])("refuses %s", async (_, path, change) => {
    const bytes = await manifestOf();
    const error = errorOf(() => evaluateVehicleManifest(bytes, withEcus(change), fresh, { now }));
    expect(error).toMatchObject({ code: "ERR_MANIFEST_UPTANE_VEHICLE", path });
  });

  it("refuses the state of another vehicle, and bounds that are none", async () => {
    const bytes = await manifestOf();
    expect(errorOf(() => evaluate(bytes, createReportState("veh-2")))).toBeInstanceOf(RangeError);
    for (const options of [
      { maxAgeMs: -1 },
      { maxClockAheadMs: 0.5 },
      { profile: "uptane" },
      { limits: { maxDepth: 257 } },
    ]) {
      expect(
        errorOf(() => evaluate(bytes, fresh, options)),
        JSON.stringify(options),
      ).toBeInstanceOf(RangeError);
    }
    expect(evaluate(bytes, fresh, { maxAgeMs: 0, maxClockAheadMs: 0 }).decision).toBe("complete");
  });

  it("refuses a state that is none", async () => {
    const bytes = await manifestOf();
    const state = { ...fresh, ecus: { brake: { counter: -1 } } };
    expect(errorOf(() => evaluate(bytes, state))).toMatchObject({
      code: "ERR_MANIFEST_SCHEMA",
      path: "/ecus/brake/counter",
    });
  });
});
