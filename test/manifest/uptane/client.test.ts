import { beforeAll, describe, expect, it } from "vitest";
import { bytesToHex, encodeCanonicalJson, sha256, utf8ToBytes } from "../../../src/core/index.ts";
import {
  createUptaneClient,
  createUptaneImageVerifier,
  nextUptaneRequest,
  stepUptaneClient,
  uptaneAssignment,
  verifyUptaneImage,
} from "../../../src/manifest/index.ts";
import { encodePublicKeyDer } from "../../../src/signing/index.ts";
import { base, targetOf, testKey } from "../tuf/repository-fixture.ts";
import {
  assigned,
  codesOf,
  day,
  faultOf,
  type Loose,
  now,
  TestPair,
  TestPrimary,
  timeOf,
  vehicle,
} from "./client-fixture.ts";

let pair: TestPair;
beforeAll(async () => {
  pair = await new TestPair().publish();
});

/** Digests of contents. */
const hashesOf = (text: string): { readonly sha256: string } => ({ sha256: targetOf(text).hashes.sha256 });

/** Digests of the keys that sign timestamp and snapshot. */
function onlineKeysOf(repository: string): readonly string[] {
  const keys = ["timestamp", "snapshot"].map((role) => testKey(`${repository} ${role}`).signer.publicKey);
  return keys.map((key) => bytesToHex(sha256(encodePublicKeyDer(key)))).sort();
}

describe("full verification", () => {
  it("asks for the files in the order of Uptane 5.4.4.2", () => {
    const primary = new TestPrimary(pair);
    primary.verify(pair);
    expect(primary.fetched).toEqual([
      "director 2.root.json",
      "director timestamp.json",
      "director 1.snapshot.json",
      "director 1.targets.json",
      "image 2.root.json",
      "image timestamp.json",
      "image 1.snapshot.json",
      "image 1.targets.json",
      "image 1.supplier.json",
    ]);
  });

  it("stores the Director's snapshot and targets last, when everything is verified", () => {
    const primary = new TestPrimary(pair);
    primary.verify(pair);
    expect(primary.persisted).toEqual([
      "director timestamp.json",
      "image timestamp.json",
      "image snapshot.json",
      "image targets.json",
      "image supplier.json",
      "director targets.json",
      "director snapshot.json",
    ]);
  });

  it("gives each ECU its image, with what both repositories say", () => {
    const primary = new TestPrimary(pair);
    const last = primary.verify(pair);
    expect(last.decision).toBe("accept");
    expect(codesOf(last)).toEqual(["tuf_metadata_accepted", "uptane_assignment_verified"]);
    const { outcome } = primary;
    if (outcome.decision !== "update") throw new Error(outcome.decision);
    const { assignment } = outcome;
    expect(assignment).toEqual({
      profile: "uptane-2.1",
      vehicleId: "veh-1",
      digest: bytesToHex(sha256(encodeCanonicalJson(pair.director.targets))),
      versions: {
        director: { root: 1, timestamp: 1, snapshot: 1, targets: 1 },
        image: { root: 1, timestamp: 1, snapshot: 1, targets: 1 },
      },
      keys: { director: onlineKeysOf("director"), image: onlineKeysOf("image") },
      expires: base.expires,
      images: [
        {
          path: "brake/2.bin",
          ecuId: "brake",
          hardwareId: "brake-mk2",
          length: 7,
          hashes: hashesOf("brake 2"),
          releaseCounter: 5,
          custom: {
            director: { ecuIdentifiers: { brake: { hardwareId: "brake-mk2" } }, releaseCounter: 5 },
            image: { hardwareIds: ["brake-mk2"], releaseCounter: 5 },
          },
          roles: ["targets", "supplier"],
        },
        ...["door-left", "door-right"].map((ecuId) => ({
          path: "door/3.bin",
          ecuId,
          hardwareId: "door",
          length: 6,
          hashes: hashesOf("door 3"),
          releaseCounter: 7,
          custom: {
            director: {
              ecuIdentifiers: { "door-left": { hardwareId: "door" }, "door-right": { hardwareId: "door" } },
              releaseCounter: 7,
            },
            image: { hardwareIds: ["door", "hatch"], releaseCounter: 7 },
          },
          roles: ["targets"],
        })),
      ],
    });
    expect(outcome.reasons[0]).toMatchObject({ clause: "Uptane 5.4.4.2", attack: "none", evidence: { images: 3 } });
  });

  it("freezes what it gives", () => {
    const primary = new TestPrimary(pair);
    primary.verify(pair);
    const { outcome } = primary;
    if (outcome.decision !== "update") throw new Error(outcome.decision);
    expect(Object.isFrozen(outcome.assignment.images[0]!.custom.image["hardwareIds"])).toBe(true);
    expect(() => Object.assign(outcome.assignment.images[0]!, { ecuId: "gateway" })).toThrow(TypeError);
    expect(Object.isFrozen(primary.client)).toBe(true);
  });

  it("needs more until it is done, and then asks for nothing", () => {
    const primary = new TestPrimary(pair);
    expect(primary.outcome).toEqual({ decision: "needs" });
    primary.verify(pair);
    expect(nextUptaneRequest(primary.client)).toBeUndefined();
    expect(primary.client.phase).toBe("done");
  });

  it("names the repository with the clauses of both standards", () => {
    const primary = new TestPrimary(pair);
    const files = { director: pair.files.director, image: new Map(pair.files.image) };
    files.image.delete("timestamp.json");
    expect(primary.verify({ files }).reasons).toEqual([
      {
        code: "tuf_file_missing",
        message: "image timestamp: The repository does not have a file that it must have.",
        clause: "Uptane 5.4.4.4, TUF 5.4.1",
        repository: "image",
        role: "timestamp",
        attack: "freeze",
        evidence: {},
      },
    ]);
  });
});

describe("time", () => {
  it("refuses every step without a verified time", () => {
    const primary = new TestPrimary(pair);
    const request = nextUptaneRequest(primary.client)!;
    const step = stepUptaneClient(primary.client, { request, bytes: undefined }, undefined);
    expect(step).toEqual({
      decision: "refuse",
      reasons: [
        {
          code: "uptane_time_missing",
          message: "No verified time is there, so that nothing can be told to be fresh.",
          clause: "Uptane 5.4.4.2",
          attack: "freeze",
          evidence: {},
        },
      ],
      state: primary.client,
      persist: [],
    });
  });

  it("refuses a time before that of an earlier step, and takes the same one", () => {
    const primary = new TestPrimary(pair);
    primary.answer(nextUptaneRequest(primary.client)!, pair.files, now);
    const before = primary.client;
    const step = primary.answer(nextUptaneRequest(primary.client)!, pair.files, now - 1);
    expect(codesOf(step)).toEqual(["uptane_time_rollback"]);
    expect(step.reasons[0]).toMatchObject({ attack: "freeze", evidence: { had: now, got: now - 1 } });
    expect(step.state).toBe(before);
    expect(primary.answer(nextUptaneRequest(primary.client)!, pair.files, now).decision).toBe("keep");
  });

  it("keeps the latest time from repository to repository", () => {
    const primary = new TestPrimary(pair);
    for (let at = now; primary.client.phase === "director"; at += 1000) {
      primary.answer(nextUptaneRequest(primary.client)!, pair.files, at);
    }
    const { latestTime } = primary.client;
    expect(latestTime).toBeGreaterThan(now);
    const step = primary.answer(nextUptaneRequest(primary.client)!, pair.files, latestTime! - 1);
    expect(codesOf(step)).toEqual(["uptane_time_rollback"]);
  });

  it.each([
    ["director", 31],
    ["image", 31],
  ] as const)("refuses expired metadata of the %s repository", async (repository, days) => {
    const other = new TestPair();
    for (const role of ["root", "timestamp", "snapshot", "targets"] as const) {
      if (repository === "image") other.director[role].expires = "2099-01-01T00:00:00Z";
    }
    await other.publish();
    const step = new TestPrimary(other).verify(other, {}, now + days * day);
    expect(step.reasons[0]).toMatchObject({ code: "tuf_expired", repository, role: "root", attack: "freeze" });
  });

  it("does not take the clock of 1970 for a time", () => {
    const primary = new TestPrimary(pair);
    expect(faultOf(() => primary.answer(nextUptaneRequest(primary.client)!, pair.files, 5)).code).toBe(
      "ERR_MANIFEST_TIME",
    );
  });
});

describe("the ends of a verification", () => {
  const installedAll = {
    brake: { hashes: hashesOf("brake 2") },
    "door-left": { length: 6, hashes: hashesOf("door 3") },
    "door-right": { length: 6, hashes: { ...hashesOf("door 3"), md5: "00" } },
  };

  it("stops when the Director's snapshot is the stored one, and every ECU runs what it assigns (step 4)", () => {
    const primary = new TestPrimary(pair);
    primary.verify(pair);
    const last = primary.verify(pair, { installed: installedAll });
    expect(primary.fetched).toEqual(["director 2.root.json", "director timestamp.json"]);
    expect(codesOf(last)).toEqual(["tuf_local_used", "uptane_director_unchanged"]);
    expect(primary.outcome).toMatchObject({ decision: "none" });
    expect(primary.persisted).toEqual([]);
  });

  it("verifies the stored assignment again until every ECU runs it", () => {
    const primary = new TestPrimary(pair);
    primary.verify(pair);
    primary.verify(pair);
    expect(primary.fetched).toEqual([
      "director 2.root.json",
      "director timestamp.json",
      "image 2.root.json",
      "image timestamp.json",
    ]);
    expect(primary.outcome.decision).toBe("update");
  });

  it("does not take a verification that was refused for a complete one", async () => {
    const other = await new TestPair().publish();
    const primary = new TestPrimary(other);
    const image = new Map(other.files.image);
    image.delete("1.supplier.json");
    const torn = { files: { director: other.files.director, image } };
    expect(codesOf(primary.verify(torn))).toEqual(["tuf_file_missing"]);
    expect([...primary.stores.director.keys()]).toEqual(["root.json", "timestamp.json"]);
    expect(codesOf(primary.verify(torn))).toEqual(["tuf_file_missing"]);
    primary.verify(other);
    expect(primary.outcome.decision).toBe("update");
  });

  it("stops when every ECU runs what the Director assigns (step 6)", () => {
    const primary = new TestPrimary(pair);
    const last = primary.verify(pair, { installed: installedAll });
    expect(codesOf(last).at(-1)).toBe("uptane_nothing_new");
    expect(primary.fetched.some((name) => name.startsWith("image"))).toBe(false);
    expect(primary.outcome.decision).toBe("none");
    expect(primary.stores.director.has("targets.json")).toBe(true);
  });

  it.each([
    ["an ECU is unknown", { brake: undefined }],
    ["an ECU runs another image", { brake: { hashes: hashesOf("brake 1") } }],
    ["an ECU runs an image of another length", { brake: { length: 8, hashes: hashesOf("brake 2") } }],
    ["no digest can be compared", { brake: { hashes: { md5: "00" } } }],
    ["no digest is known", { brake: { hashes: {} } }],
    ["a digest that counts for nothing is the same", { brake: { hashes: { md5: "77" } } }, { md5: "77" }],
  ])("goes on when %s", async (_, change, more: Loose = {}) => {
    const other = new TestPair();
    Object.assign(other.director.targets.targets["brake/2.bin"].hashes, more);
    Object.assign(other.image.delegated.get("supplier")!.document.targets["brake/2.bin"].hashes, more);
    const primary = new TestPrimary(await other.publish());
    const doors = { hashes: hashesOf("door 3") };
    const known = { "door-left": doors, "door-right": doors, ...change };
    const installed = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
    primary.verify(other, { installed } as never);
    expect(primary.outcome.decision).toBe("update");
  });

  it("stops when the Director assigns nothing", async () => {
    const other = new TestPair();
    other.director.targets.targets = {};
    await other.publish();
    const primary = new TestPrimary(other);
    const last = primary.verify(other);
    expect(codesOf(last).at(-1)).toBe("uptane_nothing_new");
    expect(primary.outcome.decision).toBe("none");
    expect(primary.persisted).toEqual(["director timestamp.json", "director targets.json", "director snapshot.json"]);
  });

  it("takes the next assignment after an unchanged one", async () => {
    const other = await new TestPair().publish();
    const primary = new TestPrimary(other);
    primary.verify(other);
    await other.direct({ "door/3.bin": assigned("door 3", ["door-left"], 7) });
    primary.verify(other);
    expect(primary.fetched.slice(-2)).toEqual(["image 2.root.json", "image timestamp.json"]);
    expect(primary.outcome).toMatchObject({ decision: "update", assignment: { images: [{ ecuId: "door-left" }] } });
  });
});

describe("a client that keeps running", () => {
  it("recognises what it verified, and finds what is new", async () => {
    const other = await new TestPair().publish();
    const primary = new TestPrimary(other);
    primary.verify(other);
    const doors = { hashes: hashesOf("door 3") };
    const installed = { brake: { hashes: hashesOf("brake 2") }, "door-left": doors, "door-right": doors };
    expect(codesOf(primary.again(other, { installed })).at(-1)).toBe("uptane_director_unchanged");
    await other.direct({ "brake/2.bin": assigned("brake 2", ["brake"]) });
    primary.again(other);
    expect(primary.outcome).toMatchObject({ decision: "update", assignment: { images: [{ ecuId: "brake" }] } });
  });

  it("forgets the assignment, the time and what the vehicle knew", () => {
    const primary = new TestPrimary(pair);
    primary.verify(pair, { releaseCounters: { brake: 5 } }, now + day);
    expect(primary.again(pair, {}, now).decision).not.toBe("refuse");
    expect(primary.client.releaseCounters.size).toBe(0);
  });
});

describe("createUptaneClient", () => {
  const roots = () => ({
    directorRoot: pair.files.director.get("1.root.json")!,
    imageRoot: pair.files.image.get("1.root.json")!,
  });

  it.each(["director", "image"] as const)("says of which repository a root cannot be trusted: %s", (repository) => {
    const start = { vehicle, ...roots(), [`${repository}Root`]: utf8ToBytes("{}") };
    const error = faultOf(() => createUptaneClient(start));
    expect(error.code).toBe("ERR_MANIFEST_TUF_ROOT");
    expect(error.details).toMatchObject({ repository, reasons: [{ code: "tuf_malformed", repository, role: "root" }] });
  });

  it("does not take the root of the other repository's keys for its own", () => {
    const { directorRoot, imageRoot } = roots();
    const primary = createUptaneClient({ vehicle, directorRoot: imageRoot, imageRoot: directorRoot });
    expect(primary.director.root.signed.keys).toEqual(pair.image.root.keys);
  });

  it.each([
    ["no list of ECUs", { ecus: 7 }, "/ecus"],
    ["a vehicle id with a space", { vehicleId: "veh 1" }, "/vehicleId"],
    ["a Primary that is no ECU", { primary: "radio" }, "/primary"],
    ["an ECU that is none", { ecus: [null] }, "/ecus/0"],
    ["an ECU without id", { ecus: [{ hardwareId: "x" }] }, "/ecus/0/ecuId"],
    ["an ECU id that is a prototype's name", { ecus: [{ ecuId: "__proto__", hardwareId: "x" }] }, "/ecus/0/ecuId"],
    ["an ECU without model", { ecus: [{ ecuId: "gateway", hardwareId: "" }] }, "/ecus/0/hardwareId"],
    ["an id of 129 characters", { vehicleId: "x".repeat(129) }, "/vehicleId"],
    ["an ECU twice", { ecus: [...vehicle.ecus, { ecuId: "brake", hardwareId: "x" }] }, "/ecus/4/ecuId"],
  ])("refuses a vehicle with %s", (_, change, path) => {
    const error = faultOf(() => createUptaneClient({ ...roots(), vehicle: { ...vehicle, ...change } as never }));
    expect([error.code, error.path]).toEqual(["ERR_MANIFEST_UPTANE_VEHICLE", path]);
  });

  it("takes identifiers of 128 characters", () => {
    const vehicleId = "x".repeat(128);
    expect(createUptaneClient({ ...roots(), vehicle: { ...vehicle, vehicleId } }).vehicle.vehicleId).toBe(vehicleId);
  });

  it.each([-1, 1.5, Number.NaN, "5"])("refuses the release counter %s", (counter) => {
    const start = { vehicle, ...roots(), releaseCounters: { brake: counter as number } };
    expect(() => createUptaneClient(start)).toThrow(RangeError);
  });

  it("refuses a profile that is not there, and programming mistakes", () => {
    expect(() => createUptaneClient({ vehicle, ...roots(), profile: "constructor" as never })).toThrow(
      /"profile" expected one of uptane-2.1, uptane-ats, got constructor/,
    );
    expect(() => createUptaneClient({ vehicle: null as never, ...roots() })).toThrow(TypeError);
    expect(() => createUptaneClient({ vehicle, ...roots() }, { maxRootBytes: 0 })).toThrow(RangeError);
  });
});

describe("answers out of turn", () => {
  it.each([
    ["repository", { repository: "image" }],
    ["kind", { kind: "load" }],
    ["role", { role: "timestamp" }],
    ["delegator", { delegator: "targets" }],
    ["file", { file: "3.root.json" }],
  ])("are refused by their %s", (_, change) => {
    const primary = new TestPrimary(pair);
    const request = { ...nextUptaneRequest(primary.client)!, ...change } as never;
    expect(() => stepUptaneClient(primary.client, { request, bytes: undefined }, timeOf(now))).toThrow(RangeError);
  });

  it("are refused when everything is done", () => {
    const primary = new TestPrimary(pair);
    const request = nextUptaneRequest(primary.client)!;
    primary.verify(pair);
    expect(() => primary.answer(request, pair.files)).toThrow(
      /"request" expected the one that the client asks for next, got director fetch root/,
    );
  });

  it("are refused for another delegated role than the one in turn", () => {
    const primary = new TestPrimary(pair);
    while (primary.client.phase !== "resolve") primary.answer(nextUptaneRequest(primary.client)!, pair.files);
    const request = { ...nextUptaneRequest(primary.client)!, role: "targets", delegator: "root" };
    expect(() => primary.answer(request, pair.files)).toThrow(RangeError);
  });
});

describe("the image in the ECU (5.4.3.4)", () => {
  const brake = { ecuId: "brake", hardwareId: "brake-mk2" };
  const imageFor = (ecuId: string) => {
    const primary = new TestPrimary(pair);
    primary.verify(pair);
    const outcome = uptaneAssignment(primary.client);
    if (outcome.decision !== "update") throw new Error(outcome.decision);
    return outcome.assignment.images.find((image) => image.ecuId === ecuId)!;
  };

  it("is accepted with its length and every hash", () => {
    expect(verifyUptaneImage(utf8ToBytes("brake 2"), imageFor("brake"), brake)).toMatchObject({ length: 7 });
    const verifier = createUptaneImageVerifier(imageFor("brake"), brake);
    for (const byte of utf8ToBytes("brake 2")) verifier.push(Uint8Array.of(byte));
    expect(verifier.finish().hashes).toEqual(hashesOf("brake 2"));
  });

  it.each([
    ["brake 3", "ERR_SIGNING_TARGET_HASH"],
    ["brake", "ERR_SIGNING_TARGET_LENGTH"],
    ["brake 2.", "ERR_SIGNING_TARGET_LENGTH"],
  ])("is refused as %s", (text, code) => {
    expect(faultOf(() => verifyUptaneImage(utf8ToBytes(text), imageFor("brake"), brake)).code).toBe(code);
  });

  it.each([
    [{ ecuId: "gateway", hardwareId: "brake-mk2" }, "/ecuId"],
    [{ ecuId: "brake", hardwareId: "brake-mk1" }, "/hardwareId"],
  ])("is refused for another ECU: %o", (ecu, path) => {
    const error = faultOf(() => verifyUptaneImage(utf8ToBytes("brake 2"), imageFor("brake"), ecu));
    expect([error.code, error.path]).toEqual(["ERR_MANIFEST_UPTANE_ECU", path]);
  });

  it("is refused when it is longer than the ECU has room for", () => {
    expect(faultOf(() => createUptaneImageVerifier(imageFor("brake"), brake, { maxBytes: 6 })).code).toBe(
      "ERR_SIGNING_TARGET_LENGTH",
    );
  });
});
