import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { encodeJcs, parseUtcTime, utf8ToBytes } from "../../../src/core/index.ts";
import {
  buildDirectorTargets,
  buildTufRoot,
  createDirector,
  type Director,
  type DirectorAssignment,
  type DirectorImage,
  type DirectorInput,
  type DirectorVehicleState,
  describeTufTarget,
  parseDirectorState,
  parseTufMetadata,
  readTufRepository,
  signDirectorVehicle,
  signDirectorVehicles,
  signTufMetadata,
  startDirectorVehicle,
  type TufTargets,
} from "../../../src/manifest/index.ts";
import type { Signer } from "../../../src/signing/index.ts";
import { errorOf } from "../../error-of.ts";
import { signerOf } from "../tuf/repository-keys.ts";
import {
  catalogue,
  day,
  firstAssignment,
  listing,
  livingPair,
  now,
  signersOf,
  demoVehicle as vehicle,
} from "./living-pair.ts";

const keys = signersOf("pair/director");
const lifetimeMs = { targets: 30 * day, snapshot: 20 * day, timestamp: day };
const { vehicleId } = vehicle;
let root: Uint8Array;
let director: Director;

const image = (ecuId: string, releaseCounter: number, change: Partial<DirectorImage> = {}): DirectorImage => {
  const path = `${ecuId}/${releaseCounter}.bin`;
  const { length, hashes } = describeTufTarget(utf8ToBytes(path));
  return { ecuId, hardwareId: `hw-${ecuId}`, path, length, hashes, releaseCounter, ...change };
};

const assign = (...images: readonly DirectorImage[]): DirectorAssignment => ({ vehicleId, images });

const create = (change: Partial<DirectorInput> = {}): Director =>
  createDirector({ root, signers: Object.values(keys), lifetimeMs, ...change });

const sign = (assignment: DirectorAssignment, more: object = {}, by = director) =>
  signDirectorVehicle(by, { assignment, now, ...more });

const codes = (reasons: readonly { readonly code: string }[]) => reasons.map(({ code }) => code);

beforeAll(async () => {
  ({ director: root } = (await livingPair()).roots);
  director = create();
});

describe("buildDirectorTargets", () => {
  it("names vehicle, ECUs and release counters, and shares one entry between ECUs of one image", () => {
    const shared = image("a", 5, { custom: { otakit: { securityEpoch: 2 }, uri: "https://cdn.example/a" } });
    const targets = buildDirectorTargets(assign(shared, { ...shared, ecuId: "b", hardwareId: "hw-b" }, image("c", 0)), {
      version: 4,
      expires: now + 1_999,
    });
    expect(targets).toEqual({
      _type: "targets",
      spec_version: "1.0.34",
      version: 4,
      expires: "2026-11-25T00:00:01Z",
      custom: { vehicleIdentifier: vehicleId },
      targets: {
        "a/5.bin": {
          ...describeTufTarget(utf8ToBytes("a/5.bin")),
          custom: {
            ecuIdentifiers: { a: { hardwareId: "hw-a" }, b: { hardwareId: "hw-b" } },
            otakit: { securityEpoch: 2 },
            releaseCounter: 5,
            uri: "https://cdn.example/a",
          },
        },
        "c/0.bin": {
          ...describeTufTarget(utf8ToBytes("c/0.bin")),
          custom: { ecuIdentifiers: { c: { hardwareId: "hw-c" } }, releaseCounter: 0 },
        },
      },
    });
    expect(buildDirectorTargets(assign(), { expires: now })).toMatchObject({
      version: 1,
      targets: {},
      custom: { vehicleIdentifier: vehicleId },
    });
  });

  it("refuses an ECU twice and a path for two contents, each with its place", () => {
    const twice = errorOf(() => buildDirectorTargets(assign(image("a", 1), image("a", 2)), { expires: now }));
    expect(twice).toMatchObject({
      code: "ERR_MANIFEST_UPTANE_ASSIGNMENT",
      path: "/images/1",
      details: { reasons: [{ code: "uptane_director_ecu_twice", clause: "Uptane 5.4.4.6", evidence: { ecuId: "a" } }] },
    });
    const one = image("a", 1);
    for (const other of [
      { length: 1 },
      { releaseCounter: 2 },
      { hashes: { ...one.hashes, sha512: "0".repeat(128) } },
      { hashes: { sha256: "0".repeat(64) } },
      { custom: { otakit: {} } },
    ]) {
      const error = errorOf(() =>
        buildDirectorTargets(assign(one, { ...one, ecuId: "b", ...other }), { expires: now }),
      );
      expect(error).toMatchObject({
        code: "ERR_MANIFEST_UPTANE_ASSIGNMENT",
        path: "/images/1",
        details: {
          reasons: [{ code: "uptane_director_path_conflict", evidence: { path: "a/1.bin", ecuIds: ["a", "b"] } }],
        },
      });
    }
  });

  it.each([
    ["/vehicleId", { vehicleId: "" }],
    ["/vehicleId", { vehicleId: "__proto__" }],
    ["/images", { images: undefined }],
    ["/images/0/ecuId", { images: [image("a/b", 1)] }],
    ["/images/0/hardwareId", { images: [image("a", 1, { hardwareId: "x".repeat(129) })] }],
    ["/images/0/path", { images: [image("a", 1, { path: "" })] }],
    ["/images/0/path", { images: [image("a", 1, { path: "a/e\u0301.bin" })] }],
    ["/images/0/length", { images: [image("a", 1, { length: -1 })] }],
    ["/images/0/releaseCounter", { images: [image("a", 1.5)] }],
    ["/images/0/hashes", { images: [image("a", 1, { hashes: {} })] }],
    ["/images/0/hashes", { images: [image("a", 1, { hashes: { sha256: "A".repeat(64) } })] }],
    ["/images/0/hashes", { images: [image("a", 1, { hashes: { sha3: "ab" } })] }],
    ["/images/0/hashes", { images: [image("a", 1, { hashes: { sha256: "a".repeat(64), other: "x" } })] }],
    ["/images/0/hashes", { images: [image("a", 1, { hashes: { sha256: "ab", sha512: "a".repeat(128) } })] }],
    ["/images/0/hashes", { images: [image("a", 1, { hashes: { sha256: "a".repeat(64), sha512: "ab" } })] }],
    ["/images/1/custom", { images: [image("a", 1), image("b", 1, { custom: { ecuIdentifiers: {} } })] }],
    ["/images/0/custom", { images: [image("a", 1, { custom: { releaseCounter: 9 } })] }],
    ["/images/0/custom", { images: [image("a", 1, { custom: { release_counter: 9 } })] }],
  ])("refuses a malformed assignment at %s", (path, change) => {
    const error = errorOf(() =>
      buildDirectorTargets({ ...assign(), ...change } as DirectorAssignment, { expires: now }),
    );
    expect(error).toMatchObject({ code: "ERR_MANIFEST_SCHEMA", path });
  });

  it("refuses a path that leads out of its folder", () => {
    const error = errorOf(() => buildDirectorTargets(assign(image("a", 1, { path: "../a" })), { expires: now }));
    expect(error).toMatchObject({ code: "ERR_MANIFEST_TUF_TARGET_PATH" });
  });
});

describe("signDirectorVehicle", () => {
  it("signs targets, snapshot and timestamp that make up a repository, in their order", async () => {
    const signing = await sign(assign(image("a", 5)));
    expect(signing).toMatchObject({ decision: "signed", vehicleId });
    expect(codes(signing.reasons)).toEqual(["uptane_director_signed"]);
    expect([...signing.files.keys()]).toEqual(["1.targets.json", "1.snapshot.json", "timestamp.json"]);
    const view = readTufRepository(new Map([["1.root.json", root], ...signing.files]));
    expect(view.targets["targets"]!.signed.targets["a/5.bin"]).toMatchObject({ custom: { releaseCounter: 5 } });
    expect(parseUtcTime(view.timestamp.signed.expires)).toBe(now + day);
    expect(parseUtcTime(view.snapshot.signed.expires)).toBe(now + 20 * day);
    expect(parseUtcTime(view.targets["targets"]!.signed.expires)).toBe(now + 30 * day);
    expect(view.snapshot.signed.meta["targets.json"]).toMatchObject({
      version: 1,
      length: view.targets["targets"]!.bytes.length,
    });
    expect(signing.state).toEqual({
      schema: "otakit.director-vehicle/1",
      vehicleId,
      versions: { targets: 1, snapshot: 1, timestamp: 1 },
      signed: {
        root: 1,
        content: expect.stringMatching(/^[0-9a-f]{64}$/),
        snapshot: view.timestamp.signed.meta["snapshot.json"],
        validUntil: now + 20 * day,
      },
      ecus: { a: { releaseCounter: 5, digest: image("a", 5).hashes["sha256"] } },
    });
  });

  it("is the very file that signTufMetadata makes", async () => {
    const { files } = await sign(assign(image("a", 5)));
    for (const bytes of files.values()) {
      const { signed } = parseTufMetadata(bytes);
      const role = signed._type as "targets";
      const { keys: listed } = parseTufMetadata(root).signed as { keys: object };
      expect(Object.keys(listed)).toContain(parseTufMetadata(bytes).signatures[0]!.keyid);
      const quorums = [{ name: role, keys: [keys[role].publicKey], threshold: 1 }];
      expect(await signTufMetadata(signed, { quorums, signers: [keys[role]] })).toEqual(bytes);
    }
  });

  it("renews the timestamp alone while the assignment stays, and signs anew when it changes or would expire", async () => {
    const first = await sign(assign(image("a", 5)));
    const renewed = await sign(assign(image("a", 5)), { state: first.state, now: now + 19 * day });
    expect([renewed.decision, [...renewed.files.keys()], codes(renewed.reasons)]).toEqual([
      "renewed",
      ["timestamp.json"],
      ["uptane_director_renewed"],
    ]);
    expect(renewed.state).toEqual({ ...first.state, versions: { targets: 1, snapshot: 1, timestamp: 2 } });
    const timestamp = parseTufMetadata(renewed.files.get("timestamp.json")!).signed;
    expect(timestamp).toMatchObject({ version: 2, meta: { "snapshot.json": first.state.signed!.snapshot } });

    const expiring = await sign(assign(image("a", 5)), { state: first.state, now: now + 19 * day + 1 });
    expect([expiring.decision, [...expiring.files.keys()]]).toEqual([
      "signed",
      ["2.targets.json", "2.snapshot.json", "timestamp.json"],
    ]);
    expect(expiring.state.versions).toEqual({ targets: 2, snapshot: 2, timestamp: 2 });

    const changed = await sign(assign(image("a", 6)), { state: renewed.state });
    expect(changed.state.versions).toEqual({ targets: 2, snapshot: 2, timestamp: 3 });
    const emptied = await sign(assign(), { state: changed.state });
    expect(parseTufMetadata(emptied.files.get("3.targets.json")!).signed).toMatchObject({
      targets: {},
      custom: { vehicleIdentifier: vehicleId },
    });
    // What was directed is remembered, also when it is directed no more.
    expect(emptied.state.ecus).toEqual(changed.state.ecus);
  });

  it("signs anew under a new root, and when the files were lost", async () => {
    const first = await sign(assign(image("a", 5)));
    const { signed, ...lost } = first.state;
    expect(signed).toBeDefined();
    expect((await sign(assign(image("a", 5)), { state: lost })).state.versions.targets).toBe(2);
    const one = (signer: Signer) => ({ keys: [signer.publicKey], threshold: 1 });
    const roles = {
      root: one(keys.root),
      targets: one(keys.targets),
      snapshot: one(keys.snapshot),
      timestamp: one(keys.timestamp),
    };
    const second = await signTufMetadata(buildTufRoot({ version: 2, expires: now + day, roles }), {
      quorums: [],
      signers: [keys.root],
    });
    const rotated = await sign(assign(image("a", 5)), { state: first.state }, create({ root: second }));
    expect([rotated.decision, rotated.state.signed!.root]).toEqual(["signed", 2]);
  });

  it("continues above a version that may have been seen", async () => {
    const { files, state } = await sign(assign(), { state: startDirectorVehicle(vehicleId, 40) });
    expect([...files.keys()]).toEqual(["41.targets.json", "41.snapshot.json", "timestamp.json"]);
    expect(state.versions).toEqual({ targets: 41, snapshot: 41, timestamp: 41 });
    expect(errorOf(() => startDirectorVehicle(vehicleId, -1))).toMatchObject({ path: "/versions/targets" });
  });

  it("refuses what breaks a rule, with every reason, and signs nothing", async () => {
    const { state } = await sign(assign(image("a", 5), image("b", 5)));
    const other = { sha256: "0".repeat(64) };
    const inventory = [
      { ecuId: "a", hardwareId: "hw-a" },
      { ecuId: "b", hardwareId: "another" },
    ];
    const refused = await sign(assign(image("a", 4), image("b", 5, { hashes: other }), image("c", 1), image("c", 1)), {
      state,
      inventory,
    });
    expect(refused).toMatchObject({ decision: "refused", state, vehicleId });
    expect(refused.files.size).toBe(0);
    expect(refused.reasons.map(({ code, path, evidence }) => [code, path, evidence])).toEqual([
      ["uptane_director_ecu_twice", "/images/3", { ecuId: "c" }],
      ["uptane_director_counter_lower", "/images/0", { ecuId: "a", had: 5, got: 4 }],
      ["uptane_director_hardware_mismatch", "/images/1", { ecuId: "b", had: "another", got: "hw-b" }],
      [
        "uptane_director_counter_reused",
        "/images/1",
        { ecuId: "b", counter: 5, had: image("b", 5).hashes["sha256"], got: other.sha256 },
      ],
      ["uptane_director_ecu_unknown", "/images/2", { ecuId: "c" }],
      ["uptane_director_ecu_unknown", "/images/3", { ecuId: "c" }],
    ]);
    const foreign = await sign(assign(image("a", 9)), { state: startDirectorVehicle("veh-18") });
    expect(foreign.reasons).toMatchObject([
      { code: "uptane_director_other_vehicle", path: "/vehicleId", evidence: { had: "veh-18", got: vehicleId } },
    ]);
  });

  it("directs only what the Image repository lists alike", async () => {
    const strict = create({ images: listing });
    expect((await sign(firstAssignment, { inventory: vehicle.ecus }, strict)).decision).toBe("signed");
    const [gateway] = firstAssignment.images;
    const [, entry] = catalogue.gateway;
    const reasonsOf = async (change: Partial<DirectorImage>) =>
      (await sign(assign({ ...gateway!, ...change }), {}, strict)).reasons.map(({ code, clause }) => [code, clause]);
    const differs = [["uptane_director_image_differs", "Uptane 5.4.4.2"]];
    expect(await reasonsOf({ path: "gateway/none.bin" })).toEqual([
      ["uptane_director_image_unlisted", "Uptane 5.4.4.2"],
    ]);
    expect(await reasonsOf({ length: 1 })).toEqual(differs);
    expect(await reasonsOf({ hashes: { ...entry.hashes, sha512: "0".repeat(128) } })).toEqual(differs);
    expect(await reasonsOf({ releaseCounter: 4 })).toEqual(differs);
    expect(await reasonsOf({ custom: { otakit: { securityEpoch: 2 } } })).toEqual(differs);
    expect(await reasonsOf({ hardwareId: "door-a" })).toEqual([
      ["uptane_director_hardware_unlisted", "Uptane 5.4.4.2"],
    ]);
    expect(await reasonsOf({ custom: { otakit: { securityEpoch: 1 }, uri: "https://cdn.example/a" } })).toEqual([
      ["uptane_director_signed", "Uptane 5.3.2.1"],
    ]);
  });

  it("refuses a time before 2020 and a state that is none", async () => {
    await expect(sign(assign(), { now: 1_700_000_000 })).rejects.toMatchObject({ code: "ERR_MANIFEST_TIME" });
    const { state } = await sign(assign(image("a", 5)));
    const broken = [
      ["/versions/targets", { versions: { ...state.versions, targets: -1 } }],
      ["/signed/content", { signed: { ...state.signed, content: "x" } }],
      ["/signed/snapshot/version", { signed: { ...state.signed, snapshot: { version: 0 } } }],
      ["/ecus/a/releaseCounter", { ecus: { a: { ...state.ecus["a"], releaseCounter: "5" } } }],
      ["/ecus/a~1b", { ecus: { "a/b": state.ecus["a"] } }],
    ] as const;
    for (const [path, change] of broken) {
      await expect(sign(assign(), { state: { ...state, ...change } })).rejects.toMatchObject({
        code: "ERR_MANIFEST_SCHEMA",
        path,
      });
    }
    expect(parseDirectorState(encodeJcs(state))).toEqual(state);
    expect(
      errorOf(() => parseDirectorState(encodeJcs({ ...state, schema: "otakit.director-vehicle/2" }))),
    ).toMatchObject({
      code: "ERR_MANIFEST_SCHEMA_VERSION",
    });
  });
});

describe("createDirector", () => {
  it("signs with as many distinct keys as a threshold asks for, under the root's key ids", async () => {
    const two = [signerOf("two/a"), signerOf("two/b"), signerOf("two/c", "ecdsa-sha2-nistp256")];
    const many = { keys: two.map(({ publicKey }) => publicKey), threshold: 2 };
    const signed = buildTufRoot({
      expires: now + day,
      roles: { root: many, targets: many, snapshot: many, timestamp: many },
    });
    const file = await signTufMetadata(signed, { quorums: [], signers: two });
    const renamed = two.map((signer) => ({ ...signer, publicKey: { ...signer.publicKey, keyId: "kms" } }));
    const { files } = await sign(assign(), {}, create({ root: file, signers: renamed.slice(1) }));
    const { signatures } = parseTufMetadata(files.get("1.targets.json")!);
    expect(signatures.map(({ keyid }) => keyid)).toEqual(
      two
        .slice(1)
        .map(({ publicKey }) => publicKey.keyId)
        .sort(),
    );
    // Every signature is a call to a KMS: no more than are needed.
    const three = await sign(assign(), {}, create({ root: file, signers: two }));
    expect(parseTufMetadata(three.files.get("1.targets.json")!).signatures.length).toBe(2);
    expect(errorOf(() => create({ root: file, signers: [two[0]!, two[0]!] }))).toMatchObject({
      code: "ERR_MANIFEST_TUF_UNSIGNED",
      details: { role: "targets", threshold: 2, signedBy: [two[0]!.publicKey.keyId] },
    });
  });

  it("refuses missing signers, an unusable root and impossible lifetimes", async () => {
    const { root: _, snapshot: __, ...few } = keys;
    expect(errorOf(() => create({ signers: Object.values(few) }))).toMatchObject({
      code: "ERR_MANIFEST_TUF_UNSIGNED",
      details: { role: "snapshot" },
    });
    expect(errorOf(() => create({ root: utf8ToBytes("{}") }))).toMatchObject({ code: "ERR_MANIFEST_TUF_ROOT" });
    const { signed } = parseTufMetadata(root);
    const inconsistent = await signTufMetadata({ ...signed, consistent_snapshot: false } as typeof signed, {
      quorums: [],
      signers: [keys.root],
    });
    expect(errorOf(() => create({ root: inconsistent }))).toMatchObject({
      code: "ERR_MANIFEST_TUF_REPOSITORY",
      path: "/signed/consistent_snapshot",
    });
    for (const role of ["targets", "snapshot", "timestamp"] as const) {
      expect(errorOf(() => create({ lifetimeMs: { ...lifetimeMs, [role]: 0 } }))).toEqual(
        new RangeError(`"lifetimeMs.${role}" expected integer > 0, got 0`),
      );
    }
  });

  it("passes on what a signer throws, and refuses an answer that does not verify", async () => {
    const failing = { ...keys.timestamp, sign: async () => Promise.reject(new Error("KMS is away")) };
    const by = create({ signers: [keys.targets, keys.snapshot, failing] });
    await expect(sign(assign(), {}, by)).rejects.toThrow("KMS is away");
    const wrong = { ...keys.timestamp, sign: keys.root.sign.bind(keys.root) };
    await expect(sign(assign(), {}, create({ signers: [keys.targets, keys.snapshot, wrong] }))).rejects.toMatchObject({
      code: "ERR_SIGNING_SIGNER_FAULT",
    });
  });
});

describe("signDirectorVehicles", () => {
  const requests = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      assignment: { vehicleId: `veh-${index}`, images: [image("a", 1)] },
      now,
    }));

  it("keeps the order and so many in work as allowed, and lets no vehicle stop another", async () => {
    let inWork = 0;
    let most = 0;
    const slow: Signer = {
      ...keys.targets,
      async sign(message) {
        most = Math.max(most, ++inWork);
        await new Promise((resolve) => setTimeout(resolve, 1));
        inWork--;
        return keys.targets.sign(message);
      },
    };
    const by = create({ signers: [slow, keys.snapshot, keys.timestamp] });
    const list = requests(12);
    list[3] = { ...list[3]!, assignment: { vehicleId: "veh-3", images: [image("a", 1), image("a", 1)] } };
    list[5] = { ...list[5]!, assignment: { vehicleId: "veh-5", images: [image("a", -1)] } };
    const outcomes = [];
    for await (const outcome of signDirectorVehicles(by, list, { concurrency: 4 })) outcomes.push(outcome);
    expect(outcomes.map(({ vehicleId: id }) => id)).toEqual(list.map(({ assignment }) => assignment.vehicleId));
    expect(outcomes.map(({ decision }) => decision)).toEqual([
      ...["signed", "signed", "signed", "refused", "signed", "failed"],
      ...Array(6).fill("signed"),
    ]);
    expect(outcomes[5]).toMatchObject({ error: { code: "ERR_MANIFEST_SCHEMA", path: "/images/0/releaseCounter" } });
    expect(most).toBe(4);
  });

  it("never signs one state twice at a time", async () => {
    const [first, other] = requests(2);
    const again = { ...first!, assignment: { ...first!.assignment, images: [image("a", 2)] } };
    const outcomes = [];
    for await (const outcome of signDirectorVehicles(director, [first!, again, other!], { concurrency: 3 })) {
      outcomes.push(outcome);
    }
    expect(outcomes.map(({ decision }) => decision)).toEqual(["signed", "failed", "signed"]);
    expect(outcomes[1]).toMatchObject({ vehicleId: "veh-0", error: expect.any(RangeError) });
  });

  it("signs for a vehicle again from the state of an outcome that was taken", async () => {
    let state: DirectorVehicleState | undefined;
    function* rows() {
      for (const counter of [1, 2, 3]) {
        const assignment = { vehicleId: "veh-0", images: [image("a", counter)] };
        yield { assignment, now, ...(state === undefined ? {} : { state }) };
      }
    }
    const versions: number[] = [];
    for await (const outcome of signDirectorVehicles(director, rows(), { concurrency: 1 })) {
      if (outcome.decision === "failed") throw outcome.error;
      state = outcome.state;
      versions.push(state.versions.targets);
    }
    expect(versions).toEqual([1, 2, 3]);
  });

  it.each([
    ["null", null],
    ["undefined", undefined],
    ["a request without assignment", { now }],
    ["an assignment of null", { now, assignment: null }],
    ["a vehicle that is no text", { now, assignment: { vehicleId: Object.create(null), images: [] } }],
  ])("lets %s stop no other", async (_, malformed) => {
    const [first, other] = requests(2);
    const outcomes = [];
    const list = [first, malformed, malformed, other] as Parameters<typeof signDirectorVehicles>[1];
    for await (const outcome of signDirectorVehicles(director, list, { concurrency: 4 })) outcomes.push(outcome);
    expect(outcomes.map(({ decision }) => decision)).toEqual(["signed", "failed", "failed", "signed"]);
  });

  it("takes requests only as outcomes are taken", async () => {
    let taken = 0;
    async function* endless() {
      for (const request of requests(1_000)) {
        taken++;
        yield request;
      }
    }
    const outcomes = signDirectorVehicles(director, endless(), { concurrency: 3 });
    await outcomes.next();
    expect(taken).toBe(3);
    await outcomes.return();
    await expect(signDirectorVehicles(director, [], { concurrency: 0 }).next()).rejects.toThrow(RangeError);
  });
});

describe("laws of the Director", () => {
  const step = fc.record({
    counters: fc.dictionary(fc.constantFrom("a", "b", "c"), fc.nat(5)),
    days: fc.nat(40),
  });

  it("whatever is asked for, versions rise, a counter never sinks and one version has one content", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        const seen = new Map<string, Uint8Array>();
        const counters = new Map<string, number>();
        let state = startDirectorVehicle(vehicleId);
        let timestamp = 0;
        let at = now;
        for (const { counters: asked, days } of steps) {
          at += days * day;
          const images = Object.entries(asked).map(([ecuId, counter]) => image(ecuId, counter));
          const signing = await sign(assign(...images), { state, now: at });
          const sinks = images.some(({ ecuId, releaseCounter }) => releaseCounter < (counters.get(ecuId) ?? 0));
          expect(signing.decision === "refused").toBe(sinks);
          ({ state } = signing);
          if (sinks) continue;
          for (const { ecuId, releaseCounter } of images) counters.set(ecuId, releaseCounter);
          for (const [name, bytes] of signing.files) {
            if (name === "timestamp.json") continue;
            expect(seen.has(name)).toBe(false);
            seen.set(name, bytes);
          }
          const view = readTufRepository(new Map([["1.root.json", root], ...seen, ...signing.files]));
          expect(view.timestamp.signed.version).toBeGreaterThan(timestamp);
          timestamp = view.timestamp.signed.version;
          const listed = view.targets["targets"]!.signed as TufTargets;
          expect(Object.keys(listed.targets).sort()).toEqual(images.map(({ path }) => path).sort());
          for (const { signed } of [view.targets["targets"]!, view.snapshot, view.timestamp]) {
            expect(parseUtcTime(signed.expires)).toBeGreaterThanOrEqual(at + day);
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});
