import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  createUpdateFloors,
  decideUpdate,
  type InstalledImage,
  raiseFloors,
  signRelease,
  type VehicleEcu,
  type VerifiedRelease,
  verifyRelease,
} from "../../src/manifest/index.ts";
import { digestOf, manifestOf, now, signers, trust, verifiedReleaseOf } from "./release-fixture.ts";

const installed: InstalledImage = { sha256: digestOf("a"), releaseCounter: 6, securityEpoch: 3 };
const gateway: VehicleEcu = { ecuId: "gw-1", hardwareId: "gateway-b", installed };
const floors = createUpdateFloors({ "gw-1": { releaseCounter: 6, securityEpoch: 3 } });

/** Decision and reason codes in order. */
function answer(candidate: VerifiedRelease, ecus: readonly VehicleEcu[], stored = floors): readonly string[] {
  const { decision, reasons } = decideUpdate({ candidate, ecus, floors: stored, now });
  return [decision, ...reasons.map(({ code }) => code)];
}

describe("decideUpdate", () => {
  let release: VerifiedRelease;
  beforeAll(async () => {
    release = await verifiedReleaseOf({});
  });

  it("allows a higher release counter and says what it rests on", () => {
    expect(decideUpdate({ candidate: release, ecus: [gateway], floors, now })).toEqual({
      decision: "install",
      reasons: [
        {
          code: "image_newer",
          message: 'ECU "gw-1": "2.1.0" with release counter 7 may be installed',
          path: "/ecus/0",
          attack: "none",
        },
      ],
      evidence: {
        candidateId: "2026-11",
        candidateDigest: release.digest,
        ecus: [
          {
            ecuId: "gw-1",
            hardwareId: "gateway-b",
            decision: "install",
            installed,
            floor: { releaseCounter: 6, securityEpoch: 3 },
            floorAfter: { releaseCounter: 7, securityEpoch: 3 },
            image: {
              hardwareId: "gateway-b",
              version: "2.1.0",
              length: 1024,
              sha256: digestOf("b"),
              releaseCounter: 7,
              securityEpoch: 3,
            },
          },
        ],
        floors: { before: { timeMs: 0, metadata: {} }, after: { timeMs: now, metadata: {} } },
        rollbacks: [],
      },
    });
  });

  it("says what the floors of the vehicle were and will be", async () => {
    const content = manifestOf({ sequence: 8 });
    const candidate = verifyRelease(await signRelease(content, signers), trust, { now });
    const stored = { ...floors, timeMs: now - 5, metadata: { release: 7, trust: 2 } };
    const evidenceOf = (ecus: readonly VehicleEcu[]) =>
      decideUpdate({ candidate, ecus, floors: stored, now }).evidence.floors;
    const before = { timeMs: now - 5, metadata: { release: 7, trust: 2 } };
    expect(evidenceOf([gateway])).toEqual({ before, after: { timeMs: now, metadata: { release: 8, trust: 2 } } });
    expect(evidenceOf([{ ecuId: "gw-1", hardwareId: "gateway-b" }])).toEqual({ before, after: before });
  });

  it("has nothing to do where the image is installed", () => {
    const current = { ...gateway, installed: { sha256: digestOf("b"), releaseCounter: 7, securityEpoch: 3 } };
    expect(answer(release, [current])).toEqual(["up_to_date", "image_already_installed"]);
  });

  it("refuses both kinds of downgrade and names both", async () => {
    const old = await verifiedReleaseOf({ releaseCounter: 5, securityEpoch: 2 });
    const { decision, reasons } = decideUpdate({ candidate: old, ecus: [gateway], floors, now });
    expect(decision).toBe("refuse");
    expect(reasons.map(({ code, evidence }) => [code, evidence])).toEqual([
      ["release_counter_below_floor", { floor: 6, found: 5 }],
      ["security_epoch_below_floor", { floor: 3, found: 2 }],
    ]);
  });

  it("refuses a higher counter with a lower security epoch", async () => {
    const weak = await verifiedReleaseOf({ releaseCounter: 9, securityEpoch: 2 });
    expect(answer(weak, [gateway])).toEqual(["refuse", "security_epoch_below_floor"]);
  });

  it("lets the higher of stored floor and installed image hold", async () => {
    const stale = createUpdateFloors({ "gw-1": { releaseCounter: 1, securityEpoch: 1 } });
    expect(answer(await verifiedReleaseOf({ releaseCounter: 5 }), [gateway], stale)).toEqual([
      "refuse",
      "release_counter_below_floor",
    ]);
    const high = createUpdateFloors({ "gw-1": { releaseCounter: 8, securityEpoch: 4 } });
    expect(answer(release, [gateway], high)).toEqual([
      "refuse",
      "release_counter_below_floor",
      "security_epoch_below_floor",
      "installed_below_floor",
    ]);
  });

  it("lets the highest image that the ECU ever reported hold, and its digest", async () => {
    const seen = (releaseCounter: number, letter: string) =>
      createUpdateFloors({
        "gw-1": { releaseCounter: 6, securityEpoch: 3, installed: { releaseCounter, sha256: digestOf(letter) } },
      });
    expect(answer(release, [gateway], seen(8, "e"))).toEqual(["refuse", "release_counter_below_floor"]);
    expect(answer(release, [gateway], seen(7, "e"))).toEqual(["refuse", "image_changed_at_same_counter"]);
    expect(answer(release, [gateway], seen(7, "b"))).toEqual(["install", "image_newer"]);
    const { reasons } = decideUpdate({ candidate: release, ecus: [gateway], floors: seen(7, "e"), now });
    expect(reasons[0]).toMatchObject({
      attack: "equivocation",
      evidence: { installed: digestOf("e"), offered: digestOf("b") },
    });
  });

  it("quotes of an ECU's report what the floors speak of, and takes no list for a digest", async () => {
    const stored = createUpdateFloors({ "gw-1": { releaseCounter: 7, securityEpoch: 3 } });
    const report = { ...installed, version: "\ud800".repeat(1e6), extra: "x" };
    const found = decideUpdate({ candidate: release, ecus: [{ ...gateway, installed: report }], floors: stored, now });
    expect(found.reasons.at(-1)).toMatchObject({ code: "installed_below_floor", evidence: { found: installed } });
    expect(found.reasons.at(-1)?.evidence?.["found"]).toEqual(installed);
    const list = { ...installed, sha256: [installed.sha256] } as unknown as InstalledImage;
    expect(answer(release, [{ ...gateway, installed: list }])).toEqual(["unknown", "installed_image_unknown"]);
  });

  it("points at an ECU that runs what lies below its floor", async () => {
    const floor = { releaseCounter: 7, securityEpoch: 3 };
    const stored = createUpdateFloors({ "gw-1": floor });
    const newer = await verifiedReleaseOf({ releaseCounter: 8 });
    expect(answer(newer, [gateway], stored)).toEqual(["install", "image_newer", "installed_below_floor"]);
    expect(decideUpdate({ candidate: newer, ecus: [gateway], floors: stored, now }).reasons[1]).toEqual({
      code: "installed_below_floor",
      message: 'ECU "gw-1": it runs release counter 6, below its floor, and nothing allowed it',
      path: "/ecus/0",
      attack: "downgrade",
      evidence: { floor, found: installed },
    });
    const weak = { ...gateway, installed: { ...installed, releaseCounter: 7, securityEpoch: 2 } };
    expect(answer(newer, [weak], stored)).toEqual(["install", "image_newer", "installed_below_floor"]);
    expect(answer(newer, [{ ...weak, hardwareId: "radio-a" }], stored)).toEqual([
      "not_applicable",
      "no_ecu_for_release",
      "hardware_not_in_release",
      "installed_below_floor",
    ]);
  });

  it("does not mind that what runs failed once", () => {
    const current = { ...gateway, installed: { sha256: digestOf("b"), releaseCounter: 7, securityEpoch: 3 } };
    const stored = createUpdateFloors({ "gw-1": { releaseCounter: 7, securityEpoch: 3, failed: [digestOf("b")] } });
    expect(answer(release, [current], stored)).toEqual(["up_to_date", "image_already_installed"]);
    expect(
      answer(release, [gateway], createUpdateFloors({ "gw-1": { ...floors.ecus["gw-1"]!, failed: [digestOf("b")] } })),
    ).toEqual(["refuse", "image_failed_before"]);
    const { installed: _, ...silent } = gateway;
    expect(answer(release, [silent], stored)).toEqual(["refuse", "image_failed_before", "installed_image_unknown"]);
  });

  it("refuses another image at the installed counter", () => {
    const other = { ...gateway, installed: { ...installed, releaseCounter: 7 } };
    expect(answer(release, [other])).toEqual(["refuse", "image_changed_at_same_counter"]);
  });

  it("never says yes where something is not known", () => {
    const { installed: _, ...silent } = gateway;
    expect(answer(release, [silent])).toEqual(["unknown", "installed_image_unknown"]);
    expect(answer(release, [gateway], createUpdateFloors({}))).toEqual(["unknown", "floor_unknown"]);
    expect(answer(release, [gateway, gateway])).toEqual(["unknown", "ecu_listed_twice", "ecu_listed_twice"]);
    const elsewhere = { ...gateway, hardwareId: "radio-a" };
    for (const ecus of [
      [gateway, elsewhere],
      [elsewhere, gateway],
    ]) {
      expect(answer(release, ecus)).toEqual(["unknown", "ecu_listed_twice", "ecu_listed_twice"]);
    }
    expect(answer(release, [{ ...silent, ecuId: "constructor" }])).toEqual([
      "unknown",
      "floor_unknown",
      "installed_image_unknown",
    ]);
  });

  it.each([
    {},
    null,
    { sha256: digestOf("a") },
    { sha256: digestOf("a"), releaseCounter: Number.NaN, securityEpoch: Number.NaN },
    { sha256: digestOf("a"), releaseCounter: "v9", securityEpoch: "5a" },
    { sha256: digestOf("a"), releaseCounter: -1, securityEpoch: 3 },
    { sha256: "a", releaseCounter: 6, securityEpoch: 3 },
    { sha256: `${digestOf("a")}a`, releaseCounter: 6, securityEpoch: 3 },
    { sha256: `x${digestOf("a")}`, releaseCounter: 6, securityEpoch: 3 },
  ])("takes a report that is not well-formed as none: %j", (report) => {
    const odd = { ...gateway, installed: report as unknown as InstalledImage };
    expect(answer(release, [odd])).toEqual(["unknown", "installed_image_unknown"]);
    const high = createUpdateFloors({ "gw-1": { releaseCounter: 9, securityEpoch: 5 } });
    expect(answer(release, [odd], high)[0]).toBe("refuse");
  });

  it("takes floors that are not well-formed as none", () => {
    for (const stored of [
      { ...floors, ecus: { "gw-1": {} } },
      { ...floors, schema: "otakit.update-floors/3" },
      { ...floors, rollback: undefined },
      null,
    ]) {
      expect(answer(release, [gateway], stored as unknown as typeof floors)).toEqual(["unknown", "floor_unknown"]);
    }
  });

  it("still refuses a downgrade where the installed image is not known", () => {
    const { installed: _, ...silent } = gateway;
    const high = createUpdateFloors({ "gw-1": { releaseCounter: 8, securityEpoch: 3 } });
    expect(answer(release, [silent], high)).toEqual([
      "refuse",
      "release_counter_below_floor",
      "installed_image_unknown",
    ]);
  });

  it("says in each reason which ECU it is about, and what was found", async () => {
    const reasonsOf = (candidate: VerifiedRelease, ecus: readonly VehicleEcu[], stored = floors) =>
      decideUpdate({ candidate, ecus, floors: stored, now }).reasons;
    const path = "/ecus/0";
    const { installed: _, ...silent } = gateway;
    expect(reasonsOf(release, [silent], createUpdateFloors({}))).toEqual([
      { code: "floor_unknown", message: 'ECU "gw-1": no floor is stored', path, attack: "none" },
      {
        code: "installed_image_unknown",
        message: 'ECU "gw-1": the installed image is not known',
        path,
        attack: "none",
      },
    ]);
    expect(reasonsOf(release, [gateway, gateway])[0]).toEqual({
      code: "ecu_listed_twice",
      message: 'ECU "gw-1": listed twice in the inventory',
      path,
      attack: "none",
    });
    const current = { ...gateway, installed: { sha256: digestOf("b"), releaseCounter: 7, securityEpoch: 3 } };
    expect(reasonsOf(release, [current])).toEqual([
      { code: "image_already_installed", message: 'ECU "gw-1": "2.1.0" is installed', path, attack: "none" },
    ]);
    const failed = createUpdateFloors({ "gw-1": { ...floors.ecus["gw-1"]!, failed: [digestOf("b")] } });
    expect(reasonsOf(release, [gateway], failed)).toEqual([
      {
        code: "image_failed_before",
        message: 'ECU "gw-1": "2.1.0" failed here before',
        path,
        attack: "none",
        evidence: { sha256: digestOf("b") },
      },
    ]);
    const other = { ...gateway, installed: { ...installed, releaseCounter: 7 } };
    expect(reasonsOf(release, [other])[0]).toMatchObject({
      message: 'ECU "gw-1": release counter 7 is installed with another digest',
      path,
    });
    const weak = await verifiedReleaseOf({ releaseCounter: 9, securityEpoch: 2 });
    expect(reasonsOf(weak, [gateway])).toEqual([
      {
        code: "security_epoch_below_floor",
        message: 'ECU "gw-1": security epoch 2 is below the floor 3',
        path,
        attack: "downgrade",
        evidence: { floor: 3, found: 2 },
      },
    ]);
    expect(reasonsOf(release, [{ ecuId: "ivi-1", hardwareId: "radio-a" }])).toEqual([
      {
        code: "no_ecu_for_release",
        message: 'No ECU of the vehicle has a hardware id of release "2026-11"',
        path: "/ecus",
        attack: "none",
      },
      {
        code: "hardware_not_in_release",
        message: 'ECU "ivi-1": no image for hardware id "radio-a"',
        path,
        attack: "none",
      },
    ]);
  });

  it("names floors afterwards only where something is installed", () => {
    const current = { ...gateway, installed: { sha256: digestOf("b"), releaseCounter: 7, securityEpoch: 3 } };
    const radio = { ecuId: "ivi-1", hardwareId: "radio-a" };
    const afterOf = (ecu: VehicleEcu) =>
      decideUpdate({ candidate: release, ecus: [ecu], floors, now }).evidence.ecus[0]!.floorAfter;
    expect([current, radio, { ...gateway, installed: { ...installed, releaseCounter: 8 } }].map(afterOf)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(decideUpdate({ candidate: release, ecus: [current], floors, now }).evidence.floors.after.timeMs).toBe(now);
  });

  it("leaves ECUs of other hardware alone, and says so when none fits", () => {
    const radio: VehicleEcu = { ecuId: "ivi-1", hardwareId: "radio-a" };
    expect(answer(release, [radio, gateway])).toEqual(["install", "image_newer", "hardware_not_in_release"]);
    expect(answer(release, [radio])).toEqual(["not_applicable", "no_ecu_for_release", "hardware_not_in_release"]);
    expect(answer(release, [])).toEqual(["not_applicable", "no_ecu_for_release"]);
  });

  it("refuses the whole vehicle when one ECU must refuse, with that reason first", async () => {
    const pair = await verifiedReleaseOf({}, { hardwareId: "brake-c", releaseCounter: 1 });
    const brake: VehicleEcu = { ecuId: "brk-1", hardwareId: "brake-c", installed };
    const both = createUpdateFloors({ ...floors.ecus, "brk-1": { releaseCounter: 6, securityEpoch: 3 } });
    expect(answer(pair, [gateway, brake], both)).toEqual(["refuse", "release_counter_below_floor", "image_newer"]);
  });
});

describe("floors", () => {
  it("never sink and never let an older release through, over any sequence of installs", async () => {
    const releases = await Promise.all(
      [0, 1, 2, 3].flatMap((releaseCounter) =>
        [0, 1, 2].map((securityEpoch) =>
          verifiedReleaseOf({
            releaseCounter,
            securityEpoch,
            hashes: { sha256: digestOf((releaseCounter * 3 + securityEpoch).toString(16)) },
          }),
        ),
      ),
    );
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...releases), { maxLength: 30 }), (offers) => {
        let stored = createUpdateFloors({ "gw-1": { releaseCounter: 0, securityEpoch: 0 } });
        let current: InstalledImage = { sha256: digestOf("f"), releaseCounter: 0, securityEpoch: 0 };
        for (const candidate of offers) {
          const ecu = { ...gateway, installed: current };
          const before = stored.ecus["gw-1"]!;
          if (decideUpdate({ candidate, ecus: [ecu], floors: stored, now }).decision !== "install") continue;
          const image = candidate.manifest.images[0]!;
          if (image.releaseCounter < before.releaseCounter || image.securityEpoch < before.securityEpoch) return false;
          stored = raiseFloors(stored, ecu, candidate);
          const { releaseCounter, securityEpoch, hashes } = image;
          current = { sha256: hashes.sha256, releaseCounter, securityEpoch };
          const after = stored.ecus["gw-1"]!;
          if (after.releaseCounter < before.releaseCounter || after.securityEpoch < before.securityEpoch) return false;
          if (after.releaseCounter < image.releaseCounter || after.securityEpoch < image.securityEpoch) return false;
        }
        return true;
      }),
      { numRuns: 500 },
    );
  });
});
