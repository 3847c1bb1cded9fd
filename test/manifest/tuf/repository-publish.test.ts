import { describe, expect, it } from "vitest";
import { utf8ToBytes } from "../../../src/core/index.ts";
import {
  addTufTarget,
  type BuildRepositoryInput,
  buildTufRepository,
  buildTufTargets,
  bumpTufVersion,
  delegateTufBins,
  delegateTufRole,
  describeTufTarget,
  encodeTufMetadata,
  parseTufMetadata,
  planPublication,
  readTufRepository,
  rehearsePublication,
  removeTufTargets,
  reportTufExpiry,
  rotateTufRoot,
  signTufMetadata,
  type TufFiles,
  type TufRoot,
  tufRootQuorums,
  undelegateTufRole,
  updateTufRepository,
} from "../../../src/manifest/index.ts";
import { errorOf } from "../../error-of.ts";
import { codesOf, TestVehicle } from "./client-driver.ts";
import { day, type Loose, now } from "./repository-fixture.ts";
import { signerOf } from "./repository-keys.ts";

const [offline, release, online, supplier, stranger] = ["offline", "release", "online", "supplier", "stranger"].map(
  (name) => signerOf(`publish/${name}`),
) as [Loose, Loose, Loose, Loose, Loose];
const bytesOf = (text: string) => utf8ToBytes(text);
const expires = { root: now + 365 * day, targets: now + 90 * day, snapshot: now + 60 * day, timestamp: now + 2 * day };
const input: BuildRepositoryInput = {
  targets: { "fw/a.bin": bytesOf("A"), "fw/b.bin": bytesOf("B") },
  roles: {
    root: { signers: [offline, release], threshold: 2 },
    targets: { signers: [release] },
    snapshot: { signers: [online] },
    timestamp: { signers: [online] },
  },
  expires,
  delegations: [
    { name: "supplier a", signers: [supplier], paths: ["brake/*"], targets: { "brake/v1": bytesOf("brake") } },
  ],
};
const built = await buildTufRepository(input);
const published: TufFiles = built.metadata;
const view = readTufRepository(published);
const signers = [release, online, supplier];
const nothing: TufFiles = new Map();

/** The next state with one more target. */
async function release2(change: Loose = {}): Promise<ReadonlyMap<string, Uint8Array>> {
  const targets = addTufTarget(
    bumpTufVersion(view.targets["targets"]!.signed, { expires: expires.targets }),
    "fw/c.bin",
    describeTufTarget(bytesOf("C")),
  );
  return updateTufRepository({ published, targets: { targets }, signers, expires, ...change });
}

/** A root after the published one, signed by all who must. */
async function nextRoot(
  change: Parameters<typeof rotateTufRoot>[1],
  ...others: Loose[]
): Promise<[TufRoot, Uint8Array]> {
  const root = rotateTufRoot(view.root.signed, change);
  return [
    root,
    await signTufMetadata(root, {
      quorums: tufRootQuorums(root, view.root.signed),
      signers: [offline, release, ...others],
    }),
  ];
}

/** A repository with one file written anew, whoever signs it. */
async function tampered(
  files: TufFiles,
  file: string,
  change: (signed: Loose) => void,
  ...by: Loose[]
): Promise<TufFiles> {
  const { signed } = structuredClone(parseTufMetadata(files.get(file)!)) as Loose;
  change(signed);
  const keys = by.map(({ publicKey }) => publicKey);
  const bytes = await signTufMetadata(signed, { quorums: [{ name: "any", keys, threshold: 1 }], signers: by });
  return new Map([...files, [file, bytes]]);
}

describe("buildTufRepository", () => {
  it.each([
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ])("gives what clients accept, consistent %s, hashes %s", async (consistentSnapshot, listHashes) => {
    const { root, metadata, targets } = await buildTufRepository({ ...input, consistentSnapshot, listHashes });
    const vehicle = new TestVehicle(root);
    expect(vehicle.refresh(metadata as Map<string, Uint8Array>).decision).toBe("accept");
    const found = vehicle.find("brake/v1", metadata as Map<string, Uint8Array>);
    expect(found).toMatchObject({ decision: "found", target: { length: 5, roles: ["targets", "supplier a"] } });
    const { sha256 } = describeTufTarget(bytesOf("brake")).hashes;
    expect(targets.get(consistentSnapshot ? `brake/${sha256}.v1` : "brake/v1")).toEqual(bytesOf("brake"));
    expect(targets.size).toBe(3);
    expect([...metadata.keys()].sort()).toEqual(
      consistentSnapshot
        ? ["1.root.json", "1.snapshot.json", "1.supplier%20a.json", "1.targets.json", "timestamp.json"]
        : ["1.root.json", "snapshot.json", "supplier%20a.json", "targets.json", "timestamp.json"],
    );
    const { meta } = readTufRepository(metadata).snapshot.signed;
    expect(meta["targets.json"]).toEqual(
      listHashes ? { version: 1, length: expect.any(Number), hashes: { sha256: expect.any(String) } } : { version: 1 },
    );
  });

  it("distributes over bins", async () => {
    const { delegations: _, ...rest } = input;
    const { root, metadata } = await buildTufRepository({
      ...rest,
      bins: { signers: [online, supplier], threshold: 1, bitLength: 3, namePrefix: "bin" },
    });
    const vehicle = new TestVehicle(root);
    vehicle.refresh(metadata as Map<string, Uint8Array>);
    expect(vehicle.find("fw/a.bin", metadata as Map<string, Uint8Array>)).toMatchObject({
      decision: "found",
      target: { length: 1 },
    });
    expect(vehicle.find("fw/x.bin", metadata as Map<string, Uint8Array>)).toMatchObject({ decision: "not_found" });
    expect(metadata.size).toBe(4 + 8);
  });

  it("asks all signers of a role when no threshold is given", () => {
    expect(view.root.signed.roles.targets.threshold).toBe(1);
    expect(view.root.signed.roles.root).toMatchObject({
      threshold: 2,
      keyids: [offline.publicKey.keyId, release.publicKey.keyId],
    });
  });
});

describe("readTufRepository", () => {
  it("finds the newest of each role", async () => {
    const [, root] = await nextRoot({ expires: expires.root });
    const files = new Map([...published, ...(await release2()), ["2.root.json", root]]);
    const { roots, timestamp, snapshot, targets } = readTufRepository(files);
    expect(roots.map(({ file }) => file)).toEqual(["1.root.json", "2.root.json"]);
    expect([timestamp.file, snapshot.file]).toEqual(["timestamp.json", "2.snapshot.json"]);
    expect(
      Object.entries(targets)
        .map(([role, { file }]) => [role, file])
        .sort(),
    ).toEqual([
      ["supplier a", "1.supplier%20a.json"],
      ["targets", "2.targets.json"],
    ]);
  });

  it("takes the roots from the last gap on", async () => {
    const [, root] = await nextRoot({ expires: expires.root });
    const files = new Map([
      ...published,
      [
        "3.root.json",
        encodeTufMetadata({
          ...parseTufMetadata(root),
          signed: { ...parseTufMetadata(root).signed, version: 3 },
        } as Loose),
      ],
    ]);
    expect(readTufRepository(files).roots.map(({ file }) => file)).toEqual(["3.root.json"]);
  });

  it.each<[string, string, Uint8Array | undefined]>([
    ["no root", "1.root.json", undefined],
    ["no timestamp", "timestamp.json", undefined],
    ["no snapshot", "1.snapshot.json", undefined],
    ["no role that is listed", "1.supplier%20a.json", undefined],
    ["a malformed file", "1.targets.json", bytesOf("{")],
    ["a file of another role", "1.targets.json", published.get("1.snapshot.json")],
    ["a root in another's place", "1.root.json", published.get("1.targets.json")],
  ])("refuses %s", (_, file, bytes) => {
    const files = new Map(published);
    if (bytes === undefined) files.delete(file);
    else files.set(file, bytes);
    expect(errorOf(() => readTufRepository(files))).toMatchObject({
      code: "ERR_MANIFEST_TUF_REPOSITORY",
      details: { file },
    });
  });

  it("refuses a version that is not the listed one", async () => {
    const old = await tampered(published, "1.targets.json", (signed) => (signed.version = 2), release);
    expect(errorOf(() => readTufRepository(old))).toMatchObject({ details: { file: "1.targets.json" } });
    const root = new Map([...published, ["2.root.json", published.get("1.root.json")!]]);
    expect(errorOf(() => readTufRepository(root))).toMatchObject({ details: { file: "2.root.json" } });
  });
});

describe("reportTufExpiry", () => {
  it("lists what expires in the window, soonest first, and who signs what", () => {
    const report = reportTufExpiry(view, now, 90 * day);
    expect(
      report.map(({ role, leftMs, expired, resign }) => [role, leftMs / day, expired, resign.map((each) => each.role)]),
    ).toEqual([
      ["timestamp", 2, false, ["timestamp"]],
      ["snapshot", 60, false, ["snapshot", "timestamp"]],
      ["supplier a", 90, false, ["supplier a", "snapshot", "timestamp"]],
      ["targets", 90, false, ["targets", "snapshot", "timestamp"]],
    ]);
    expect(report[2]).toMatchObject({ version: 1, expires: "2027-02-23T00:00:00Z" });
    expect(report[2]!.resign[0]!.quorum).toEqual({ name: "supplier%20a", keys: [supplier.publicKey], threshold: 1 });
  });

  it("leaves out what lasts a millisecond longer, and never what has expired", () => {
    expect(reportTufExpiry(view, now, 2 * day - 1)).toEqual([]);
    expect(reportTufExpiry(view, now + 2 * day, 0)).toMatchObject([{ role: "timestamp", leftMs: 0, expired: true }]);
    expect(reportTufExpiry(view, now + 365 * day, 0).map(({ role }) => role)).toContain("root");
    expect(reportTufExpiry(view, now + 365 * day, 0).find(({ role }) => role === "root")!.resign).toMatchObject([
      { role: "root", quorum: { threshold: 2 } },
    ]);
  });

  it("names nobody for a role that no role delegates to", async () => {
    const targets = undelegateTufRole(
      bumpTufVersion(view.targets["targets"]!.signed, { expires: expires.root }),
      "supplier a",
    );
    const files = new Map([
      ...published,
      ...(await updateTufRepository({ published, targets: { targets }, signers, expires })),
    ]);
    const report = reportTufExpiry(readTufRepository(files), now, 90 * day);
    expect(report.find(({ role }) => role === "supplier a")!.resign[0]).toEqual({ role: "supplier a" });
  });

  it("refuses times that are none", () => {
    for (const [time, window] of [
      [Number.NaN, 0],
      [now, -1],
      [now, 0.5],
    ] as const) {
      expect(errorOf(() => reportTufExpiry(view, time, window))).toBeInstanceOf(RangeError);
    }
  });
});

describe("updateTufRepository", () => {
  it("bumps what lists the changed role", async () => {
    const changes = await release2();
    expect([...changes.keys()]).toEqual(["2.targets.json", "2.snapshot.json", "timestamp.json"]);
    const { timestamp, snapshot } = readTufRepository(new Map([...published, ...changes]));
    expect(timestamp.signed).toMatchObject({ version: 2, meta: { "snapshot.json": { version: 2 } } });
    expect(snapshot.signed.meta["targets.json"].version).toBe(2);
    expect(snapshot.signed.meta["supplier a.json"]).toEqual(view.snapshot.signed.meta["supplier a.json"]);
  });

  it("renews the timestamp alone", async () => {
    const changes = await updateTufRepository({ published, signers, expires: { timestamp: now + 3 * day } });
    expect([...changes.keys()]).toEqual(["timestamp.json"]);
    const { signed } = parseTufMetadata(changes.get("timestamp.json")!);
    expect(signed).toEqual({ ...view.timestamp.signed, version: 2, expires: "2026-11-28T00:00:00Z" });
  });

  it("renews snapshot and timestamp when both have an expiry", async () => {
    expect([...(await updateTufRepository({ published, signers, expires })).keys()]).toEqual([
      "2.snapshot.json",
      "timestamp.json",
    ]);
  });

  it("takes a new root, and signs under it", async () => {
    const [, root] = await nextRoot({
      expires: expires.root,
      roles: { timestamp: { add: [stranger.publicKey], remove: [online.publicKey.keyId] } },
    });
    const changes = await updateTufRepository({
      published,
      root,
      signers: [...signers, stranger],
      expires: { timestamp: expires.timestamp },
    });
    expect([...changes.keys()]).toEqual(["2.root.json", "timestamp.json"]);
    expect(parseTufMetadata(changes.get("timestamp.json")!).signatures.map(({ keyid }) => keyid)).toEqual([
      stranger.publicKey.keyId,
    ]);
  });

  it("signs a role of two delegators for both", async () => {
    const one = delegateTufRole(bumpTufVersion(view.targets["targets"]!.signed, { expires: expires.targets }), {
      name: "other",
      keys: [release.publicKey],
      threshold: 1,
      paths: ["*"],
    });
    const other = delegateTufRole(buildTufTargets({ expires: expires.targets }), {
      name: "supplier a",
      keys: [stranger.publicKey],
      threshold: 1,
      paths: ["*"],
    });
    const again = bumpTufVersion(view.targets["supplier a"]!.signed, { expires: expires.targets });
    const changes = await updateTufRepository({
      published,
      targets: { targets: one, other, "supplier a": again },
      signers: [...signers, stranger],
      expires,
    });
    const { signatures } = parseTufMetadata(changes.get("2.supplier%20a.json")!);
    expect(signatures.map(({ keyid }) => keyid).sort()).toEqual(
      [supplier.publicKey.keyId, stranger.publicKey.keyId].sort(),
    );
    await expect(
      updateTufRepository({ published, targets: { targets: one, other, "supplier a": again }, signers, expires }),
    ).rejects.toMatchObject({
      code: "ERR_MANIFEST_TUF_UNSIGNED",
    });
  });

  it.each<[string, () => Loose, string]>([
    [
      "a role whose version does not grow",
      () => ({ targets: { targets: view.targets["targets"]!.signed } }),
      "ERR_MANIFEST_TUF_VERSION",
    ],
    [
      "a role that nobody delegates to",
      () => ({ targets: { nobody: buildTufTargets({ expires: now + day }) } }),
      "ERR_MANIFEST_TUF_DELEGATION",
    ],
    ["a root that is none", () => ({ root: published.get("1.targets.json") }), "ERR_MANIFEST_TUF_REPOSITORY"],
    ["no repository and no root", () => ({ published: nothing }), "ERR_MANIFEST_TUF_REPOSITORY"],
    ["a first state without targets", () => ({ published: nothing, root: built.root }), "ERR_MANIFEST_TUF_REPOSITORY"],
    ["too few signers", () => ({ signers: [] }), "ERR_MANIFEST_TUF_UNSIGNED"],
  ])("refuses %s", async (_, change, code) => {
    await expect(updateTufRepository({ published, signers, expires, ...change() })).rejects.toMatchObject({ code });
  });

  it("refuses changed roles without an expiry of the snapshot", async () => {
    await expect(release2({ expires: { timestamp: expires.timestamp } })).rejects.toBeInstanceOf(TypeError);
  });
});

describe("planPublication", () => {
  it("uploads files before what names them, and the timestamp last", async () => {
    const [, root] = await nextRoot({ expires: expires.root });
    const changes = new Map([...(await release2()), ["2.root.json", root] as const]);
    const { decision, reasons, evidence, uploads } = planPublication({ published, changes, now });
    expect([decision, codesOf({ reasons })]).toEqual(["publish", ["tuf_publication_complete"]]);
    expect(evidence).toEqual({ clients: ["new client with root 1", "returning client"], visitedRoles: 2, lookups: 4 });
    const { hashes } = describeTufTarget(bytesOf("C"));
    expect(uploads[0]).toEqual({
      kind: "target",
      file: `fw/${hashes["sha256"]}.c.bin`,
      path: "fw/c.bin",
      length: 1,
      hashes,
    });
    expect(uploads.slice(1).map(({ file }) => file)).toEqual([
      "2.targets.json",
      "2.snapshot.json",
      "2.root.json",
      "timestamp.json",
    ]);
    expect(
      uploads.slice(1).every((upload) => upload.kind === "metadata" && upload.bytes === changes.get(upload.file)),
    ).toBe(true);
  });

  it("uploads delegated roles from the leaves up, several roots oldest first, and nothing that is there", async () => {
    const first = planPublication({ published: nothing, changes: published, now });
    expect(first.uploads.map(({ file, kind }) => (kind === "target" ? "target" : file))).toEqual([
      "target",
      "target",
      "target",
      "1.supplier%20a.json",
      "1.targets.json",
      "1.snapshot.json",
      "1.root.json",
      "timestamp.json",
    ]);
    const deep = delegateTufRole(bumpTufVersion(view.targets["supplier a"]!.signed, { expires: expires.targets }), {
      name: "A leaf",
      keys: [supplier.publicKey],
      threshold: 1,
      paths: ["brake/*"],
    });
    const changes = await updateTufRepository({
      published,
      targets: { "supplier a": deep, "A leaf": buildTufTargets({ expires: expires.targets }) },
      signers,
      expires,
    });
    const { uploads } = planPublication({ published, changes: new Map([...published, ...changes]), now });
    expect(uploads.map(({ file }) => file)).toEqual([
      "1.A%20leaf.json",
      "2.supplier%20a.json",
      "2.snapshot.json",
      "timestamp.json",
    ]);
  });

  it("uploads a target again when its content changes under its name", async () => {
    const plain = await buildTufRepository({ ...input, consistentSnapshot: false });
    const before = readTufRepository(plain.metadata).targets["targets"]!.signed;
    const targets = addTufTarget(
      bumpTufVersion(before, { expires: expires.targets }),
      "fw/a.bin",
      describeTufTarget(bytesOf("A2")),
    );
    const changes = await updateTufRepository({ published: plain.metadata, targets: { targets }, signers, expires });
    const { decision, uploads } = planPublication({ published: plain.metadata, changes, now });
    expect(decision).toBe("publish");
    expect(uploads.map(({ file }) => file)).toEqual(["fw/a.bin", "targets.json", "snapshot.json", "timestamp.json"]);
  });

  it("uploads a target again when the hashes of before say nothing of it", async () => {
    const plain = await buildTufRepository({ ...input, consistentSnapshot: false });
    const before = readTufRepository(plain.metadata).targets["targets"]!.signed;
    const relisted = describeTufTarget(bytesOf("A"), { algorithms: ["sha512"] });
    const targets = addTufTarget(bumpTufVersion(before, { expires: expires.targets }), "fw/a.bin", relisted);
    const changes = await updateTufRepository({ published: plain.metadata, targets: { targets }, signers, expires });
    expect(planPublication({ published: plain.metadata, changes, now }).uploads[0]).toMatchObject({ file: "fw/a.bin" });
  });

  it("uploads a target under each of its hashes", async () => {
    const both = describeTufTarget(bytesOf("D"), { algorithms: ["sha256", "sha512"] });
    const before = view.targets["targets"]!.signed;
    const targets = addTufTarget(bumpTufVersion(before, { expires: expires.targets }), "fw/d", both);
    const changes = await updateTufRepository({ published, targets: { targets }, signers, expires });
    const { uploads } = planPublication({ published, changes, now });
    expect(uploads.slice(0, 2).map(({ file }) => file)).toEqual(
      Object.values(both.hashes).map((hash) => `fw/${hash}.d`),
    );
  });

  it("gives no files when the publication is refused", () => {
    const { decision, uploads } = planPublication({ published: nothing, changes: published, now: now + 3 * day });
    expect([decision, uploads]).toEqual(["refuse", []]);
  });
});

describe("rehearsePublication", () => {
  const rehearse = (changes: TufFiles, before: TufFiles = published, rest: Loose = {}) =>
    rehearsePublication({ published: before, changes, now, ...rest });

  it("refuses files that are no repository", () => {
    const { decision, reasons, evidence } = rehearse(nothing, nothing);
    expect(decision).toBe("refuse");
    expect(reasons[0]).toMatchObject({
      code: "tuf_publication_unreadable",
      evidence: { error: "ERR_MANIFEST_TUF_REPOSITORY", file: "1.root.json" },
    });
    expect(evidence).toEqual({ clients: [], visitedRoles: 0, lookups: 0 });
  });

  it("refuses what has expired, for each kind of client", () => {
    const { decision, reasons } = rehearse(nothing, published, { now: now + 2 * day });
    expect(decision).toBe("refuse");
    expect(reasons.map(({ code, evidence }) => [code, (evidence as Loose).client, codesOf(evidence as Loose)])).toEqual(
      [
        ["tuf_publication_refused", "new client with root 1", ["tuf_expired"]],
        ["tuf_publication_refused", "returning client", ["tuf_expired"]],
      ],
    );
  });

  it("refuses a file that nobody's keys signed, top-level or delegated", async () => {
    for (const file of ["1.targets.json", "1.supplier%20a.json", "timestamp.json"]) {
      const { reasons } = rehearse(await tampered(published, file, () => {}, stranger), nothing);
      expect(codesOf(reasons[0]!.evidence as Loose)).toContain("tuf_threshold_not_met");
    }
  });

  it("refuses to change a file that is published under its version", async () => {
    const changes = await tampered(published, "1.targets.json", (signed) => (signed["x-note"] = 1), release);
    const { reasons } = rehearse(changes);
    expect(reasons[0]).toMatchObject({ code: "tuf_publication_file_changed", evidence: { file: "1.targets.json" } });
    const root = await tampered(published, "1.root.json", (signed) => (signed["x-note"] = 1), offline, release);
    expect(codesOf(rehearse(root))).toContain("tuf_publication_file_changed");
  });

  it("refuses a rollback that only a returning client can see", async () => {
    const newer = new Map([...published, ...(await release2())]);
    const { decision, reasons } = rehearse(new Map([["timestamp.json", published.get("timestamp.json")!]]), newer);
    expect(decision).toBe("refuse");
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toMatchObject({ code: "tuf_publication_refused", evidence: { client: "returning client" } });
    expect(codesOf(reasons[0]!.evidence as Loose)[0]).toBe("tuf_version_rollback");
  });

  it("refuses two contents under one version", async () => {
    const changes = await tampered(
      published,
      "timestamp.json",
      (signed) => (signed.expires = "2026-12-24T00:00:00Z"),
      online,
    );
    const { decision, reasons } = rehearse(changes);
    expect(decision).toBe("refuse");
    expect(reasons.map(({ code, evidence }) => [code, evidence])).toEqual([
      ["tuf_publication_equivocation", { client: "returning client", role: "timestamp", version: 1 }],
    ]);
  });

  it("refuses two contents of a delegated role under one version, where file names have none", async () => {
    const plain = await buildTufRepository({ ...input, consistentSnapshot: false, listHashes: false });
    const changes = await tampered(
      plain.metadata,
      "supplier%20a.json",
      (signed) => (signed.expires = "2026-12-24T00:00:00Z"),
      supplier,
    );
    const { decision, reasons } = rehearse(changes, plain.metadata);
    expect(decision).toBe("refuse");
    expect(reasons.map(({ code, evidence }) => [code, evidence])).toEqual([
      ["tuf_publication_equivocation", { file: "supplier%20a.json", role: "supplier a", version: 1 }],
    ]);
    // Signed again by others, with the same content: no client can be told two things.
    const again = await tampered(plain.metadata, "targets.json", () => {}, release, online);
    expect(rehearse(again, plain.metadata).decision).toBe("publish");
  });

  it("refuses a gap between roots, also when the old root's keys still fit", async () => {
    const [root] = await nextRoot({ expires: expires.root });
    const third = rotateTufRoot(root, { expires: expires.root });
    const file = await signTufMetadata(third, { quorums: [], signers: [offline, release] });
    const { decision, reasons, evidence } = rehearse(new Map([["3.root.json", file]]));
    expect(decision).toBe("refuse");
    expect(reasons.map(({ code, evidence }) => [code, evidence])).toEqual([
      ["tuf_publication_root_unreachable", { client: "new client with root 1", had: 3, got: 1 }],
      ["tuf_publication_root_unreachable", { client: "returning client", had: 3, got: 1 }],
    ]);
    expect(evidence.clients).toEqual(["new client with root 1", "new client with root 3", "returning client"]);
  });

  it("refuses a new root whose timestamp is not signed again", async () => {
    const [, root] = await nextRoot({
      expires: expires.root,
      roles: { timestamp: { add: [stranger.publicKey], remove: [online.publicKey.keyId] } },
    });
    const { reasons } = rehearse(new Map([["2.root.json", root]]));
    expect(reasons.map(({ evidence }) => codesOf(evidence as Loose))).toEqual([
      ["tuf_threshold_not_met"],
      ["tuf_threshold_not_met"],
    ]);
  });

  it("refuses delegated roles that a changed delegator no longer trusts", async () => {
    const targets = delegateTufRole(bumpTufVersion(view.targets["targets"]!.signed, { expires: expires.targets }), {
      name: "supplier a",
      keys: [stranger.publicKey],
      threshold: 1,
      paths: ["brake/*"],
    });
    const { decision, reasons } = rehearse(
      await updateTufRepository({ published, targets: { targets }, signers, expires }),
    );
    expect(decision).toBe("refuse");
    expect(reasons[0]).toMatchObject({
      evidence: { client: "new client with root 1", reasons: [{ code: "tuf_threshold_not_met", role: "supplier a" }] },
    });
  });

  it("refuses a delegation to a role that is not published", async () => {
    const targets = delegateTufRole(bumpTufVersion(view.targets["targets"]!.signed, { expires: expires.targets }), {
      name: "to come",
      keys: [stranger.publicKey],
      threshold: 1,
      paths: ["new/*"],
    });
    const { reasons } = rehearse(await updateTufRepository({ published, targets: { targets }, signers, expires }));
    expect(reasons[0]).toMatchObject({ evidence: { reasons: [{ code: "tuf_role_not_listed", role: "to come" }] } });
  });

  it("refuses a missing bin", async () => {
    const { delegations: _, ...rest } = input;
    const binned = await buildTufRepository({ ...rest, bins: { signers: [online], bitLength: 2, namePrefix: "bin" } });
    const files = await tampered(
      binned.metadata,
      "1.snapshot.json",
      (signed) => delete signed.meta["bin-3.json"],
      online,
    );
    const whole = await tampered(
      files,
      "timestamp.json",
      (signed) => delete signed.meta["snapshot.json"].hashes,
      online,
    );
    const listed = await tampered(
      whole,
      "timestamp.json",
      (signed) => delete signed.meta["snapshot.json"].length,
      online,
    );
    const { reasons } = rehearse(listed, nothing);
    expect(reasons[0]).toMatchObject({
      evidence: { reasons: [{ code: "tuf_role_not_listed", role: "1 of the bins bin-*" }] },
    });
  });

  it("tells a fault of many bins a few times", async () => {
    const { delegations: _, ...rest } = input;
    const bins = { signers: [online], bitLength: 6, namePrefix: "bin" };
    const { metadata } = await buildTufRepository({ ...rest, bins, listHashes: false });
    const { signed } = readTufRepository(metadata).targets["targets"]!;
    const targets = delegateTufBins(bumpTufVersion(signed, { expires: expires.targets }), {
      ...bins,
      keys: [stranger.publicKey],
      threshold: 1,
    });
    const changes = await updateTufRepository({ published: metadata, targets: { targets }, signers, expires });
    const { decision, reasons } = rehearse(changes, metadata);
    expect(decision).toBe("refuse");
    expect((reasons[0]!.evidence as Loose).reasons).toHaveLength(16);
  });

  it("notes what no client will ever find", async () => {
    let targets = bumpTufVersion(view.targets["targets"]!.signed, { expires: expires.targets });
    targets = addTufTarget(undelegateTufRole(targets, "supplier a"), "brake/v1", describeTufTarget(bytesOf("other")));
    targets = delegateTufRole(targets, { name: "B", keys: [supplier.publicKey], threshold: 1, paths: ["brake/*"] });
    const listed = describeTufTarget(bytesOf("b"));
    const b = addTufTarget(
      addTufTarget(buildTufTargets({ expires: expires.targets }), "brake/v1", listed),
      "elsewhere",
      listed,
    );
    const changes = await updateTufRepository({ published, targets: { targets, B: b }, signers, expires });
    const { decision, reasons } = rehearse(changes);
    expect(decision).toBe("publish");
    expect(reasons.map(({ code, evidence }) => [code, evidence])).toEqual([
      ["tuf_publication_complete", {}],
      ["tuf_publication_role_unreachable", { role: "supplier a" }],
      ["tuf_publication_target_shadowed", { role: "B", path: "brake/v1", by: "targets" }],
      ["tuf_publication_target_unreachable", { role: "B", path: "elsewhere" }],
      ["tuf_publication_target_shadowed", { role: "supplier a", path: "brake/v1", by: "targets" }],
    ]);
  });

  it("looks up no more targets than allowed", () => {
    const { decision, reasons, evidence } = rehearse(nothing, published, { maxLookups: 2 });
    expect([decision, evidence.lookups]).toEqual(["publish", 2]);
    expect(reasons[1]).toMatchObject({ code: "tuf_publication_lookups_limited", evidence: { had: 2, got: 3 } });
    expect(rehearse(nothing, published, { maxLookups: 0 }).evidence.lookups).toBe(0);
    for (const maxLookups of [-1, 0.5, Number.NaN]) {
      expect(errorOf(() => rehearse(nothing, published, { maxLookups }))).toBeInstanceOf(RangeError);
    }
  });

  it("asks clients of the fleet's policy", () => {
    const { reasons } = rehearse(nothing, published, { policy: { maxDelegations: 1, maxTimestampBytes: 10 } });
    expect(codesOf(reasons[0]!.evidence as Loose)).toEqual(["tuf_file_too_long"]);
  });

  it("walks delegations that go round in a circle", async () => {
    const key = { keys: [supplier.publicKey], threshold: 1, paths: ["brake/*"] };
    const targets = delegateTufRole(bumpTufVersion(view.targets["targets"]!.signed, { expires: expires.targets }), {
      name: "loop",
      ...key,
    });
    const loop = delegateTufRole(buildTufTargets({ expires: expires.targets }), { name: "supplier a", ...key });
    const back = delegateTufRole(bumpTufVersion(view.targets["supplier a"]!.signed, { expires: expires.targets }), {
      name: "loop",
      ...key,
    });
    const { decision, evidence } = rehearse(
      await updateTufRepository({ published, targets: { targets, loop, "supplier a": back }, signers, expires }),
    );
    expect([decision, evidence.visitedRoles]).toEqual(["publish", 3]);
  });

  it("accepts a removed target", async () => {
    const targets = removeTufTargets(bumpTufVersion(view.targets["targets"]!.signed, { expires: expires.targets }), [
      "fw/a.bin",
    ]);
    expect(rehearse(await updateTufRepository({ published, targets: { targets }, signers, expires })).decision).toBe(
      "publish",
    );
  });

  it("takes a client along more roots than one refresh takes", async () => {
    const roots = new Map<string, Uint8Array>();
    let last = view.root.signed;
    for (let version = 2; version < 262; version++) {
      const root = { ...last, version };
      roots.set(`${version}.root.json`, await signTufMetadata(root, { quorums: [], signers: [offline, release] }));
      last = root;
    }
    expect(rehearse(roots).decision).toBe("publish");
  });
});
