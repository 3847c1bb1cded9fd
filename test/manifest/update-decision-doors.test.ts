import { beforeAll, describe, expect, it } from "vitest";
import { formatUtcTime } from "../../src/core/index.ts";
import {
  createUpdateFloors,
  decideUpdate,
  parseUpdateFloors,
  raiseFloors,
  raiseMetadataFloors,
  raiseTimeFloor,
  signRelease,
  type UpdateRequest,
  type VerifiedAssignment,
  type VerifiedRelease,
  type VerifiedReleaseTrust,
  verifyRelease,
} from "../../src/manifest/index.ts";
import { errorOf } from "../error-of.ts";
import { digestOf, imageOf, jsonBytes, manifestOf, now, signers, trust, verifiedReleaseOf } from "./release-fixture.ts";
import { rootOf, type TestRepository, testKey } from "./tuf/repository-fixture.ts";
import { day, now as published, TestPair, TestPrimary, timeOf } from "./uptane/client-fixture.ts";

const installed = { sha256: digestOf("a"), releaseCounter: 4, securityEpoch: 0 };
const ecus = [
  { ecuId: "brake", hardwareId: "brake-mk2", installed },
  { ecuId: "door-left", hardwareId: "door", installed },
  { ecuId: "door-right", hardwareId: "door", installed },
];
const floor = { releaseCounter: 4, securityEpoch: 0 };
const floors = createUpdateFloors({ brake: floor, "door-left": floor, "door-right": floor }, { vehicleId: "veh-1" });

const codesOf = (request: Omit<UpdateRequest, "now"> & { now?: number | undefined }): readonly string[] => {
  const { decision, reasons } = decideUpdate({ now, ...request });
  return [decision, ...reasons.map(({ code }) => code)];
};

function assignmentOf({ outcome }: TestPrimary): VerifiedAssignment {
  if (outcome.decision !== "update") throw new Error(outcome.decision);
  return outcome.assignment;
}

describe("decideUpdate with an Uptane assignment", () => {
  let assignment: VerifiedAssignment;
  beforeAll(async () => {
    const pair = await new TestPair().publish();
    const primary = new TestPrimary(pair);
    primary.verify(pair);
    assignment = assignmentOf(primary);
  });

  it("gives each ECU its own image, and leaves others alone", () => {
    const { decision, evidence } = decideUpdate({ candidate: assignment, ecus, floors, now });
    expect(decision).toBe("install");
    expect(evidence.candidateDigest).toBe(assignment.digest);
    expect(evidence.ecus.map(({ image, floorAfter }) => [image?.sha256, floorAfter?.releaseCounter])).toEqual(
      ["brake", "door-left", "door-right"].map((ecuId) => {
        const { hashes, releaseCounter } = assignment.images.find((image) => image.ecuId === ecuId)!;
        return [hashes["sha256"], releaseCounter];
      }),
    );
  });

  it("asks for every assigned ECU", () => {
    expect(codesOf({ candidate: assignment, ecus: ecus.slice(1), floors })).toEqual([
      "unknown",
      "assigned_ecu_missing",
      "image_newer",
      "image_newer",
    ]);
  });

  it("is for one vehicle", () => {
    const other = { ...floors, vehicleId: "veh-2" };
    expect(codesOf({ candidate: assignment, ecus, floors: other })[1]).toBe("candidate_for_another_vehicle");
    const { vehicleId: _, ...nameless } = floors;
    expect(codesOf({ candidate: assignment, ecus, floors: nameless }).slice(0, 2)).toEqual([
      "unknown",
      "vehicle_unknown",
    ]);
    expect(decideUpdate({ candidate: assignment, ecus, floors: other, now }).reasons[0]).toEqual({
      code: "candidate_for_another_vehicle",
      message: 'The update is for vehicle "veh-1"',
      clause: "Uptane 2.1.0 5.2.3.1",
      attack: "wrong_vehicle",
      evidence: { had: "veh-2", got: "veh-1" },
    });
  });

  it("says nothing of images without a SHA-256 or a release counter", () => {
    const [brake] = assignment.images;
    const without = (change: object): VerifiedAssignment =>
      ({ ...assignment, images: [{ ...brake, ...change }] }) as unknown as VerifiedAssignment;
    const answer = (change: object) => {
      const { decision, reasons } = decideUpdate({ candidate: without(change), ecus: ecus.slice(0, 1), floors, now });
      return [decision, ...reasons.map(({ code, message, path }) => [code, message, path])];
    };
    expect(answer({ hashes: { sha512: "a".repeat(128) } })).toEqual([
      "unknown",
      ["image_digest_unknown", 'ECU "brake": the image has no SHA-256', "/ecus/0"],
    ]);
    expect(answer({ releaseCounter: undefined })).toEqual([
      "unknown",
      ["image_counter_unknown", 'ECU "brake": the image has no release counter', "/ecus/0"],
    ]);
  });

  it("takes epoch and version from what both repositories say", () => {
    const [brake] = assignment.images;
    const imageWith = (otakit: unknown) => {
      const custom = { ...brake!.custom, image: { otakit } };
      const candidate = { ...assignment, images: [{ ...brake, custom }] } as unknown as VerifiedAssignment;
      return decideUpdate({ candidate, ecus: ecus.slice(0, 1), floors, now }).evidence.ecus[0]!.image;
    };
    expect(imageWith({ securityEpoch: 4, version: "2.0" })).toMatchObject({ securityEpoch: 4, version: "2.0" });
    for (const odd of [undefined, null, 1, { securityEpoch: "4", version: 2 }]) {
      expect(imageWith(odd)).not.toHaveProperty("securityEpoch");
      expect(imageWith(odd)).not.toHaveProperty("version");
    }
  });

  it("tells two ECUs of one kind apart, and names itself", () => {
    const [brake] = assignment.images;
    const images = ["left", "right"].map((side, index) => ({
      ...brake,
      ecuId: `door-${side}`,
      hardwareId: "door",
      hashes: { sha256: digestOf(String(index)) },
    }));
    const candidate = { ...assignment, images } as unknown as VerifiedAssignment;
    const { evidence } = decideUpdate({ candidate, ecus: ecus.slice(1), floors, now });
    expect(evidence.ecus.map(({ image }) => image?.sha256)).toEqual([digestOf("0"), digestOf("1")]);
    expect(evidence.candidateId).toBe("assignment 1");
  });

  it("does not take an image without a security epoch where there is a floor of one", () => {
    const high = createUpdateFloors(
      { ...floors.ecus, brake: { releaseCounter: 4, securityEpoch: 1 } },
      { vehicleId: "veh-1" },
    );
    expect(codesOf({ candidate: assignment, ecus, floors: high }).slice(0, 2)).toEqual([
      "unknown",
      "image_epoch_unknown",
    ]);
  });

  it("raises the floors of each ECU by what was assigned to it", () => {
    const raised = raiseFloors(floors, ecus[1]!, assignment);
    expect(raised.ecus["door-left"]!.releaseCounter).toBe(7);
    expect(raised.ecus["door-right"]!.releaseCounter).toBe(4);
    expect(() => raiseFloors(floors, { ecuId: "gateway", hardwareId: "gateway-a" }, assignment)).toThrow(RangeError);
  });

  it("refuses metadata that is older than what was verified", () => {
    const raised = raiseMetadataFloors(floors, assignment);
    expect(raised.metadata).toEqual({
      ...Object.fromEntries(
        ["director", "image"].flatMap((repository) =>
          ["root", "timestamp", "snapshot", "targets"].map((role) => [`${repository}/${role}`, 1]),
        ),
      ),
    });
    expect(raised.keys).toEqual(assignment.keys);
    expect(raiseMetadataFloors(raised, assignment)).toEqual(raised);
    expect(codesOf({ candidate: assignment, ecus, floors: raised })[0]).toBe("install");
    const { reasons } = decideUpdate({
      candidate: assignment,
      ecus,
      floors: { ...raised, metadata: { ...raised.metadata, "image/snapshot": 2 } },
      now,
    });
    expect(reasons[0]).toEqual({
      code: "metadata_version_below_floor",
      message: 'Metadata "image/snapshot" has version 1, below the floor 2',
      repository: "image",
      role: "snapshot",
      clause: "Uptane 2.1.0 5.4.4.5",
      attack: "rollback",
      evidence: { floor: 2, found: 1 },
    });
    for (const name of ["director/targets", "director/root", "image/root", "image/snapshot"]) {
      const stored = { ...raised, metadata: { ...raised.metadata, [name]: 2 } };
      expect(codesOf({ candidate: assignment, ecus, floors: stored }).slice(0, 2)).toEqual([
        "refuse",
        "metadata_version_below_floor",
      ]);
      expect(raiseMetadataFloors(stored, assignment)).toEqual(stored);
    }
  });

  it("does not outlive the targets that list its images", async () => {
    const pair = new TestPair();
    pair.image.delegated.get("supplier")!.document.expires = formatUtcTime(published + day);
    const primary = new TestPrimary(await pair.publish());
    primary.verify(pair);
    const short = assignmentOf(primary);
    expect(short.expires).toBe(formatUtcTime(published + day));
    expect(codesOf({ candidate: short, ecus, floors, now: published + day - 1 })[0]).toBe("install");
    expect(codesOf({ candidate: short, ecus, floors, now: published + day }).slice(0, 2)).toEqual([
      "refuse",
      "candidate_expired",
    ]);
    expect(codesOf({ candidate: assignment, ecus, floors, now: published + day })[0]).toBe("install");
  });

  describe("after a new root of the Director", () => {
    /** Floors of targets 3 under root 1, and what a vehicle that lost its store verifies afterwards: targets 1 under root 2. */
    const replayed = async (change: (director: TestRepository) => void) => {
      const pair = await new TestPair().publish();
      for (let round = 0; round < 2; round++) await pair.director.publishNext();
      const before = new TestPrimary(pair);
      before.verify(pair);
      const raised = raiseMetadataFloors(floors, assignmentOf(before));
      const { director } = pair;
      const old = director.keys.root;
      change(director);
      director.root = { ...rootOf(director.keys), version: 2 };
      await director.publishRoot(...old);
      for (const document of [director.targets, director.snapshot, director.timestamp]) document.version = 1;
      await director.publish();
      const after = new TestPrimary(pair);
      after.verify(pair);
      return { raised, candidate: assignmentOf(after) };
    };

    it("refuses older versions under it, when no key was revoked", async () => {
      for (const change of [
        () => undefined,
        ({ keys }: TestRepository) => keys.timestamp.push(testKey("one more")),
        ({ keys }: TestRepository) => (keys.targets = [testKey("other targets")]),
      ]) {
        const { raised, candidate } = await replayed(change);
        expect(candidate.versions.director).toMatchObject({ root: 2, targets: 1 });
        expect(codesOf({ candidate, ecus, floors: raised }).slice(0, 4)).toEqual([
          "refuse",
          ...Array(3).fill("metadata_version_below_floor"),
        ]);
        const { metadata, keys } = raiseMetadataFloors(raised, candidate);
        expect(metadata).toMatchObject({ "director/root": 2, "director/targets": 3, "director/timestamp": 3 });
        expect(keys).toEqual(candidate.keys);
      }
    });

    it("lets them begin anew, when a key of timestamp or snapshot was revoked", async () => {
      for (const role of ["timestamp", "snapshot"] as const) {
        const { raised, candidate } = await replayed(({ keys }) => (keys[role] = [testKey(`other ${role}`)]));
        expect(codesOf({ candidate, ecus, floors: raised })[0]).toBe("install");
        const { metadata } = raiseMetadataFloors(raised, candidate);
        expect(metadata).toMatchObject({
          "director/root": 2,
          "director/targets": 1,
          "director/timestamp": 1,
          "image/root": 1,
        });
        // Without keys in the floors nobody can tell a revocation: then nothing begins anew.
        const { keys: _, ...keyless } = raised;
        expect(codesOf({ candidate, ecus, floors: keyless })[0]).toBe("refuse");
        // A root that is older than the floor brings nothing back.
        const newer = { ...raised, metadata: { ...raised.metadata, "director/root": 3 } };
        expect(codesOf({ candidate, ecus, floors: newer }).slice(0, 2)).toEqual([
          "refuse",
          "metadata_version_below_floor",
        ]);
        expect(raiseMetadataFloors(newer, candidate)).toEqual(newer);
      }
    });
  });

  describe("beside a release that describes it", () => {
    const releaseOf = async (change: object = {}): Promise<VerifiedRelease> => {
      const images = ["brake", "door-left"].map((ecuId) => {
        const { hardwareId, length, hashes, releaseCounter } = assignment.images.find(
          (image) => image.ecuId === ecuId,
        )!;
        return imageOf({
          hardwareId,
          length,
          hashes: { sha256: hashes["sha256"]! },
          releaseCounter: releaseCounter!,
          securityEpoch: 1,
          ...change,
        });
      });
      return verifyRelease(await signRelease(manifestOf({ images }), signers), trust, { now });
    };

    it("takes epoch and version from the release", async () => {
      const candidate = { assignment, release: await releaseOf() };
      const { decision, evidence } = decideUpdate({ candidate, ecus, floors, now });
      expect(decision).toBe("install");
      expect(evidence.ecus[0]!.image).toMatchObject({ ecuId: "brake", version: "2.1.0", securityEpoch: 1 });
      expect(raiseFloors(floors, ecus[0]!, candidate).ecus["brake"]).toEqual({ releaseCounter: 5, securityEpoch: 1 });
    });

    it.each([
      ["another digest", { hashes: { sha256: digestOf("c") }, length: 8 }],
      ["another length", { length: 1 }],
      ["another counter", { releaseCounter: 9 }],
    ])("refuses %s", async (_, change) => {
      const candidate = { assignment, release: await releaseOf(change) };
      expect(codesOf({ candidate, ecus, floors }).slice(0, 2)).toEqual(["refuse", "candidate_contradicts_release"]);
    });

    it("refuses another security epoch or digest than both repositories say", async () => {
      const release = await releaseOf();
      const changed = (change: object): VerifiedAssignment =>
        ({ ...assignment, images: assignment.images.map((image) => ({ ...image, ...change })) }) as never;
      const codeOf = (other: VerifiedAssignment) =>
        codesOf({ candidate: { assignment: other, release }, ecus, floors })[1];
      expect(codeOf(changed({ custom: { director: {}, image: { otakit: { securityEpoch: 1 } } } }))).toBe(
        "image_newer",
      );
      expect(codeOf(changed({ custom: { director: {}, image: { otakit: { securityEpoch: 2 } } } }))).toBe(
        "candidate_contradicts_release",
      );
      expect(codeOf(changed({ hashes: { sha256: digestOf("c") } }))).toBe("candidate_contradicts_release");
    });

    it("refuses an image that the release does not describe, and says which", async () => {
      const images = [imageOf({ hardwareId: "brake-mk2" })];
      const other = verifyRelease(await signRelease(manifestOf({ images }), signers), trust, { now });
      const { reasons } = decideUpdate({ candidate: { assignment, release: other }, ecus, floors, now });
      expect(reasons.slice(0, 3).map(({ message, attack }) => [message, attack])).toEqual(
        ["brake-mk2", "door", "door"].map((hardwareId) => [
          `Assignment and release differ about hardware id "${hardwareId}"`,
          "mix_and_match",
        ]),
      );
    });

    it("asks for the place in the row of the release beside it alone", async () => {
      const begun = { ...floors, metadata: { release: 8 } };
      const candidate = { assignment, release: await releaseOf() };
      expect(codesOf({ candidate, ecus, floors: begun }).slice(0, 2)).toEqual(["unknown", "release_sequence_unknown"]);
      expect(codesOf({ candidate: assignment, ecus, floors: begun })[0]).toBe("install");
    });

    it("ends with the first of both, and carries the versions of both", async () => {
      const candidate = { assignment, release: await releaseOf() };
      expect(codesOf({ candidate, ecus, floors, now: Date.UTC(2026, 11, 1) })[1]).toBe("candidate_expired");
      const raised = raiseMetadataFloors(floors, candidate);
      expect(raised.metadata).toMatchObject({ "director/targets": 1, "image/root": 1 });
      expect(raised.keys).toEqual(assignment.keys);
    });
  });
});

describe("floors of metadata", () => {
  const stored = createUpdateFloors({}, { metadata: { trust: 3, release: 5, "director/root": 2 } });
  const trustOf = (version: number) => ({ trust: { version } }) as unknown as VerifiedReleaseTrust;

  it("hold the version of the trust file", () => {
    expect(raiseMetadataFloors(stored, trustOf(4))).toEqual({ ...stored, metadata: { ...stored.metadata, trust: 4 } });
    expect(raiseMetadataFloors(stored, trustOf(2))).toEqual(stored);
  });

  it("hold every key that a root may have, and what they return can be read back", () => {
    const assignmentWith = (most: number): VerifiedAssignment =>
      ({
        vehicleId: "veh-1",
        versions: { director: { root: 3 }, image: {} },
        keys: { director: Array.from({ length: most }, (_, index) => index.toString(16).padStart(64, "0")) },
        expires: "2027-01-01T00:00:00Z",
        images: [],
      }) as never;
    const raised = raiseMetadataFloors(stored, assignmentWith(512));
    expect(raised.keys?.["director"]).toHaveLength(512);
    expect(parseUpdateFloors(jsonBytes(raised))).toEqual(raised);
    const faulty = errorOf(() => raiseMetadataFloors(stored, assignmentWith(513)));
    expect(faulty).toMatchObject({ code: "ERR_MANIFEST_SCHEMA", path: "/keys/director" });
    expect(errorOf(() => raiseTimeFloor(stored, timeOf(Number.NaN)))).toMatchObject({ path: "/timeMs" });
    const huge = { trust: { version: 2 ** 53 } } as unknown as VerifiedReleaseTrust;
    expect(errorOf(() => raiseMetadataFloors(stored, huge))).toMatchObject({ path: "/metadata/trust" });
  });

  it("of one repository do not touch the others when its versions begin anew", () => {
    const assignment = {
      digest: digestOf("d"),
      vehicleId: "veh-1",
      versions: { director: { root: 3, targets: 1 }, image: { root: 1, targets: 1 } },
      keys: { director: ["c".repeat(64)], image: ["b".repeat(64)] },
      expires: "2027-01-01T00:00:00Z",
      images: [],
    } as unknown as VerifiedAssignment;
    const before = {
      ...stored,
      metadata: {
        trust: 3,
        release: 5,
        "director/root": 2,
        "director/targets": 9,
        "image/root": 1,
        "image/targets": 9,
      },
      keys: { director: ["a".repeat(64)], image: ["a".repeat(64)] },
    };
    const { metadata } = raiseMetadataFloors(before, assignment);
    // The Image repository's keys differ too, under the same root: nothing begins anew there.
    expect(metadata).toEqual({ ...before.metadata, "director/root": 3, "director/targets": 1 });
    expect(codesOf({ candidate: assignment, ecus: [], floors: { ...before, vehicleId: "veh-1" } }).slice(0, 2)).toEqual(
      ["refuse", "metadata_version_below_floor"],
    );
    const rooted = {
      ...before,
      vehicleId: "veh-1",
      metadata: { "director/root": 2, "director/targets": 9, "image/root": 1 },
    };
    expect(codesOf({ candidate: assignment, ecus: [], floors: rooted })[0]).toBe("not_applicable");
    const kept = { ...rooted, metadata: { ...rooted.metadata, "director/root": 4 } };
    expect(codesOf({ candidate: assignment, ecus: [], floors: kept }).slice(0, 3)).toEqual([
      "refuse",
      "metadata_version_below_floor",
      "metadata_version_below_floor",
    ]);
  });
});

describe("decideUpdate and time", () => {
  const gateway = { ecuId: "gw-1", hardwareId: "gateway-b", installed: { ...installed, securityEpoch: 3 } };
  const stored = createUpdateFloors({ "gw-1": { releaseCounter: 4, securityEpoch: 3 } });
  let candidate: VerifiedRelease;
  beforeAll(async () => {
    candidate = await verifiedReleaseOf({});
  });
  const expiry = Date.UTC(2026, 11, 1);

  it("says nothing without a time", () => {
    for (const time of [undefined, Number.NaN]) {
      expect(codesOf({ candidate, ecus: [gateway], floors: stored, now: time })).toEqual([
        "unknown",
        "time_unknown",
        "image_newer",
      ]);
    }
  });

  it("refuses a release that has expired since it was verified, also by the floor alone", () => {
    const request = { candidate, ecus: [gateway], floors: stored };
    expect(codesOf({ ...request, now: expiry - 1 })[0]).toBe("install");
    expect(codesOf({ ...request, now: expiry })[1]).toBe("candidate_expired");
    const floor = raiseTimeFloor(stored, timeOf(expiry));
    expect(codesOf({ ...request, floors: floor }).slice(0, 3)).toEqual([
      "refuse",
      "time_below_floor",
      "candidate_expired",
    ]);
  });

  it("says what it compared", () => {
    const reasonsOf = (time: number | undefined, floor = 0) =>
      decideUpdate({ candidate, ecus: [gateway], floors: { ...stored, timeMs: floor }, now: time }).reasons;
    expect(reasonsOf(undefined)[0]).toEqual({
      code: "time_unknown",
      message: "No verified time is there",
      clause: "Uptane 2.1.0 5.4.2.2",
      attack: "none",
    });
    expect(reasonsOf(now, now + 1)[0]).toEqual({
      code: "time_below_floor",
      message: "The time is before one that was verified",
      attack: "freeze",
      evidence: { floor: now + 1, found: now },
    });
    expect(reasonsOf(expiry)[0]).toEqual({
      code: "candidate_expired",
      message: 'Release "2026-11" has expired',
      attack: "freeze",
      evidence: { expires: expiry, now: expiry },
    });
  });

  it("never lets the time floor sink", () => {
    const raised = raiseTimeFloor(raiseTimeFloor(stored, timeOf(now)), timeOf(now - 1));
    expect(raised.timeMs).toBe(now);
    expect(codesOf({ candidate, ecus: [gateway], floors: raised })[0]).toBe("install");
    expect(codesOf({ candidate, ecus: [gateway], floors: raised, now: now - 1 })[1]).toBe("time_below_floor");
  });
});

describe("decideUpdate and what a release demands", () => {
  const stored = createUpdateFloors({ "gw-1": { releaseCounter: 4, securityEpoch: 3 } });
  const ask = async (image: object, report: object, manifest: object = {}, rest: object = {}) => {
    const content = manifestOf({ images: [imageOf(image)], ...manifest });
    const candidate = verifyRelease(await signRelease(content, signers), trust, { now });
    const running = { ...installed, securityEpoch: 3, ...report };
    const ecu = { ecuId: "gw-1", hardwareId: "gateway-b", installed: running };
    return codesOf({ candidate, ecus: [ecu], floors: stored, ...rest }).slice(0, 2);
  };

  it("refuses a source that is too old, and does not guess one that is not known", async () => {
    const minimumSource = { releaseCounter: 4 };
    expect(await ask({ minimumSource }, {})).toEqual(["install", "image_newer"]);
    expect(await ask({ minimumSource: { releaseCounter: 5 } }, {})).toEqual(["refuse", "source_too_old"]);
    const version = { minimumSource: { version: "1.4.0" }, versionScheme: "semver" };
    expect(await ask(version, {})).toEqual(["unknown", "source_unknown"]);
    expect(await ask(version, { version: "1.10.0" })).toEqual(["install", "image_newer"]);
  });

  it("refuses data that the image cannot read", async () => {
    const dataFormat = { produced: 5, minimumRead: 3 };
    expect(await ask({ dataFormat }, { dataFormat: 3 })).toEqual(["install", "image_newer"]);
    expect(await ask({ dataFormat }, { dataFormat: 6 })).toEqual(["refuse", "data_format_too_new"]);
    expect(await ask({ dataFormat }, {})).toEqual(["unknown", "data_format_unknown"]);
  });

  it("compares the identification numbers of type approval", async () => {
    const rxswin = [{ regulation: "R79", before: "79-A", after: "79-B" }];
    expect(await ask({}, {}, { rxswin }, { rxswin: { R79: "79-A" } })).toEqual(["install", "image_newer"]);
    expect(await ask({}, {}, { rxswin }, { rxswin: { R79: "79-X" } })).toEqual(["refuse", "rxswin_mismatch"]);
    expect(await ask({}, {}, { rxswin })).toEqual(["unknown", "rxswin_unknown"]);
    for (const none of [null, 7, "79-A"]) {
      expect(await ask({}, {}, { rxswin }, { rxswin: none })).toEqual(["unknown", "rxswin_unknown"]);
    }
  });

  it("refuses an older document of the same row of releases", async () => {
    const floors = { floors: { ...stored, metadata: { release: 8 } } };
    expect(await ask({}, {}, { sequence: 8 }, floors)).toEqual(["install", "image_newer"]);
    expect(await ask({}, {}, { sequence: 7 }, floors)).toEqual(["refuse", "metadata_version_below_floor"]);
  });

  it("does not know the place of a document without a number, once the row has begun", async () => {
    const begun = { ...stored, metadata: { release: 8 } };
    expect(await ask({}, {}, {}, { floors: begun })).toEqual(["unknown", "release_sequence_unknown"]);
    expect(await ask({}, {}, {}, { floors: { ...stored, metadata: { trust: 8 } } })).toEqual([
      "install",
      "image_newer",
    ]);
    const candidate = await verifiedReleaseOf({});
    const { reasons } = decideUpdate({ candidate, ecus: [], floors: begun, now });
    expect(reasons[0]).toEqual({
      code: "release_sequence_unknown",
      message: 'Release "2026-11" has no sequence, and the floor is 8',
      attack: "none",
      evidence: { floor: 8 },
    });
  });
});
