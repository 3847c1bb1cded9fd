import { describe, expect, it } from "vitest";
import {
  bytesToBase64,
  bytesToHex,
  bytesToUtf8,
  encodeCanonicalJson,
  hexToBytes,
  sha256,
  sha512,
  utf8ToBytes,
} from "../../../src/core/index.ts";
import {
  createTufClient,
  parseTufMetadata,
  uptaneProfiles,
  uptaneTufPolicy,
  verifyUptaneImage,
} from "../../../src/manifest/index.ts";
import { fileOf, signed, type TestKey, testKey } from "../tuf/repository-fixture.ts";
import { assigned, codesOf, delegation, faultOf, type Loose, listed, TestPair, TestPrimary } from "./client-fixture.ts";

/** A key as ota-tuf lists it: without a scheme, and named by its text alone. */
function atsKey(name: string): TestKey {
  const key = testKey(name);
  const { keytype, keyval } = key.object;
  return { ...key, object: { keytype, keyval }, keyid: bytesToHex(sha256(encodeCanonicalJson(keyval.public))) };
}

const capitalised = (type: string) => `${type[0]!.toUpperCase()}${type.slice(1)}`;

/** Makes a document one of ota-tuf. */
function asAts(document: Loose): Loose {
  delete document.spec_version;
  document._type = capitalised(document._type);
  return document;
}

/** Both repositories as ota-tuf serves them. */
class AtsPair extends TestPair {
  constructor() {
    super(atsKey);
    this.image.targets.delegations.roles[0] = delegation("supplier", ["brake/*"], {
      keyids: [atsKey("supplier").keyid],
    });
    for (const repository of [this.director, this.image]) {
      for (const role of ["root", "targets", "snapshot", "timestamp"] as const) asAts(repository[role]);
      repository.root.consistent_snapshot = false;
    }
    for (const { document } of this.image.delegated.values()) asAts(document);
    const { roles } = this.director.root;
    this.director.root.roles = { root: roles.root, targets: roles.targets };
    delete this.director.targets.custom;
  }

  /** Publishes under names without versions, delegated roles in their folder, and hashes of canonical JSON. */
  override async publish(): Promise<this> {
    await super.publish();
    for (const [repository, kept] of [
      [this.director, ["targets"]],
      [this.image, ["targets", "snapshot"]],
    ] as const) {
      for (const [file, bytes] of [...repository.files]) {
        const name = file.replace(/^\d+\./, "");
        if (file.endsWith("root.json") || name === file) continue;
        repository.files.delete(file);
        const role = name.replace(".json", "");
        if ((kept as readonly string[]).includes(role)) repository.files.set(name, bytes);
        else if (role === "supplier") repository.files.set(`delegations/${name}`, bytes);
      }
    }
    this.director.files.delete("timestamp.json");
    await this.#listCanonically();
    return this;
  }

  async #listCanonically(): Promise<void> {
    const entry = (name: string, version: number): Loose => {
      const bytes = this.image.files.get(name)!;
      const canonical = encodeCanonicalJson(JSON.parse(bytesToUtf8(bytes)));
      return { version, length: bytes.length, hashes: { sha256: bytesToHex(sha256(canonical)) } };
    };
    const { snapshot, timestamp, keys, files, targets } = this.image;
    snapshot.meta = { "targets.json": entry("targets.json", targets.version), "supplier.json": { version: 1 } };
    files.set("snapshot.json", fileOf(await signed(snapshot, ...keys.snapshot)));
    timestamp.meta = { "snapshot.json": entry("snapshot.json", snapshot.version) };
    files.set("timestamp.json", fileOf(await signed(timestamp, ...keys.timestamp)));
  }
}

const profile = "uptane-ats" as const;

describe("the profile uptane-ats", () => {
  it("reads a Director of root and targets, and an Image repository of ota-tuf's writing", async () => {
    const pair = await new AtsPair().publish();
    const primary = new TestPrimary(pair, { profile });
    primary.verify(pair);
    expect(primary.fetched).toEqual([
      "director 2.root.json",
      "director targets.json",
      "image 2.root.json",
      "image timestamp.json",
      "image snapshot.json",
      "image targets.json",
      "image delegations/supplier.json",
    ]);
    // What the Director assigns is stored with the whole bundle, though there is no snapshot: it sets the floors of counters.
    expect(primary.persisted).toEqual([
      "image timestamp.json",
      "image snapshot.json",
      "image targets.json",
      "image supplier.json",
      "director targets.json",
    ]);
    expect(primary.outcome).toMatchObject({
      assignment: { profile, versions: { director: { root: 1, targets: 1 } }, images: [{ ecuId: "brake" }, {}, {}] },
    });
  });

  it.each([
    ["a text as hardware ids", { hardwareIds: "xbrake-mk2x" }],
    ["a number as hardware ids", { hardwareIds: 5 }],
    ["other hardware ids", { hardwareIds: ["door"] }],
    ["a list of agreeing roles", { roleinfo: [null], min_roles_in_agreement: "1" }],
  ])("knows no members of delegations beyond TUF's: %s change nothing", async (_, members) => {
    const pair = new AtsPair();
    Object.assign(pair.image.targets.delegations.roles[0], members);
    const primary = new TestPrimary(await pair.publish(), { profile });
    primary.verify(pair);
    expect(primary.outcome).toMatchObject({ assignment: { images: [{ roles: ["targets", "supplier"] }, {}, {}] } });
  });

  it("goes on from its store, and refuses an older version of the Director's targets", async () => {
    const pair = await new AtsPair().publish();
    const primary = new TestPrimary(pair, { profile });
    const old = new Map(pair.files.director);
    primary.verify(pair);
    pair.director.targets.version = 2;
    await pair.publish();
    expect(primary.verify(pair).decision).toBe("accept");
    const step = primary.verify({ files: { ...pair.files, director: old } });
    expect(step.reasons).toMatchObject([
      { code: "tuf_version_rollback", repository: "director", role: "targets", evidence: { had: 2, got: 1 } },
    ]);
    expect(primary.verify(pair).decision).toBe("accept");
    expect(primary.again({ files: { ...pair.files, director: old } }).decision).toBe("refuse");
  });

  it.each(["restarted", "again"])("takes no counter floor from targets that were refused: %s", async (way) => {
    const pair = await new AtsPair().publish();
    const primary = new TestPrimary(pair, { profile });
    const direct = async (version: number, counter: number) => {
      pair.director.targets.version = version;
      pair.director.targets.targets = { "brake/2.bin": assigned("brake 2", ["brake"], counter) };
      await pair.publish();
      return way === "again" ? primary.again(pair) : primary.verify(pair);
    };
    expect((await direct(1, 5)).decision).toBe("accept");
    expect(codesOf(await direct(2, 9))).toEqual(["uptane_custom_mismatch"]);
    expect((await direct(3, 5)).decision).toBe("accept");
    expect(codesOf(await direct(4, 4))).toContain("uptane_release_counter_rollback");
  });

  it("takes other content under one version, with the evidence", async () => {
    const pair = await new AtsPair().publish();
    const primary = new TestPrimary(pair, { profile });
    primary.verify(pair);
    pair.director.targets.targets = { "door/3.bin": assigned("door 3", ["door-left"], 7) };
    pair.image.targets.note = "changed";
    await pair.publish();
    primary.verify(pair);
    expect(primary.outcome).toMatchObject({ assignment: { images: [{ ecuId: "door-left" }] } });
    const noticed = primary.steps.flatMap(({ equivocation }) =>
      equivocation ? [`${equivocation.repository} ${equivocation.role}`] : [],
    );
    expect(noticed).toEqual(["director targets", "image timestamp", "image snapshot", "image targets"]);
    expect(primary.steps.flatMap(codesOf).filter((code) => code === "tuf_equivocation")).toHaveLength(4);
  });

  it("takes hardware ids of an image from its ECUs, where it lists none", async () => {
    const pair = new AtsPair();
    const { document } = pair.image.delegated.get("supplier")!;
    document.targets["brake/2.bin"].custom = {
      ecuIdentifiers: { any: { hardwareId: "brake-mk2" } },
      release_counter: 5,
    };
    await pair.publish();
    const primary = new TestPrimary(pair, { profile });
    primary.verify(pair);
    expect(primary.outcome.decision).toBe("update");
    document.targets["brake/2.bin"].custom.ecuIdentifiers.any.hardwareId = "brake-mk1";
    await pair.publish();
    expect(codesOf(new TestPrimary(pair, { profile }).verify(pair))).toEqual(["uptane_target_hardware_mismatch"]);
    delete document.targets["brake/2.bin"].custom.ecuIdentifiers;
    await pair.publish();
    expect(codesOf(new TestPrimary(pair, { profile }).verify(pair))).toEqual(["uptane_target_hardware_mismatch"]);
  });

  it("demands no release counters, but the same ones, and none below a floor", async () => {
    const pair = new AtsPair();
    const { document } = pair.image.delegated.get("supplier")!;
    pair.director.targets.targets = { "brake/2.bin": assigned("brake 2", ["brake"]) };
    delete pair.director.targets.targets["brake/2.bin"].custom.releaseCounter;
    await pair.publish();
    expect(codesOf(new TestPrimary(pair, { profile }).verify(pair))).toEqual(["uptane_custom_mismatch"]);
    delete document.targets["brake/2.bin"].custom.releaseCounter;
    await pair.publish();
    const primary = new TestPrimary(pair, { profile });
    primary.verify(pair);
    expect(primary.outcome).toMatchObject({ assignment: { images: [{ ecuId: "brake" }] } });
    const floored = new TestPrimary(pair, { profile, releaseCounters: { brake: 1 } }).verify(pair);
    expect(floored.reasons).toMatchObject([{ code: "uptane_release_counter_rollback", evidence: { had: 1 } }]);
  });

  it("compares the hashes in common, and demands one", async () => {
    const pair = new AtsPair();
    const { document } = pair.image.delegated.get("supplier")!;
    const entry = document.targets["brake/2.bin"];
    entry.hashes.sha512 = "ab".repeat(64);
    await pair.publish();
    expect(new TestPrimary(pair, { profile }).verify(pair).decision).toBe("accept");
    entry.hashes = { sha512: "ab".repeat(64) };
    await pair.publish();
    const step = new TestPrimary(pair, { profile }).verify(pair);
    expect(step.reasons).toMatchObject([
      { code: "uptane_target_hash_mismatch", evidence: { had: "sha256", got: "sha512", target: "brake/2.bin" } },
    ]);
  });

  it("does not take a hash that no download is checked with for one in common", async () => {
    const pair = new AtsPair();
    const genuine = pair.image.delegated.get("supplier")!.document.targets["brake/2.bin"];
    genuine.hashes.md5 = "77".repeat(16);
    // A Director that was taken over assigns another image, of one length and one MD5 with the genuine.
    const evil = assigned("brake X", ["brake"]);
    pair.director.targets.targets = { "brake/2.bin": evil };
    evil.hashes = { sha512: bytesToHex(sha512(utf8ToBytes("brake X"))), md5: "77".repeat(16) };
    await pair.publish();
    expect(codesOf(new TestPrimary(pair, { profile }).verify(pair))).toEqual(["uptane_target_hash_mismatch"]);
  });

  it("hands out the hashes of both sides, so that a download must be the image of each", async () => {
    const pair = new AtsPair();
    const entry = pair.image.delegated.get("supplier")!.document.targets["brake/2.bin"];
    entry.hashes.sha512 = bytesToHex(sha512(utf8ToBytes("another")));
    const primary = new TestPrimary(await pair.publish(), { profile });
    primary.verify(pair);
    const { outcome } = primary;
    if (outcome.decision !== "update") throw new Error(outcome.decision);
    const [image] = outcome.assignment.images;
    const { sha256: known } = assigned("brake 2", ["brake"]).hashes;
    expect(image!.hashes).toEqual({ sha256: known, sha512: entry.hashes.sha512 });
    const check = () => verifyUptaneImage(utf8ToBytes("brake 2"), image!, { ecuId: "brake", hardwareId: "brake-mk2" });
    expect(faultOf(check).code).toBe("ERR_SIGNING_TARGET_HASH");
  });

  it("reads an expired delegated role as an empty one", async () => {
    const pair = new AtsPair();
    pair.image.delegated.get("supplier")!.document.expires = "2020-01-01T00:00:00Z";
    await pair.publish();
    const primary = new TestPrimary(pair, { profile });
    expect(codesOf(primary.verify(pair))).toEqual(["uptane_target_not_found"]);
    expect(primary.stores.image.has("supplier.json")).toBe(false);
    // The search goes on behind it.
    pair.delegate(delegation("backup", ["brake/*"], { keyids: [atsKey("backup").keyid] }), atsKey);
    asAts(pair.role("backup", { "brake/2.bin": listed("brake 2", ["brake-mk2"]) }, atsKey));
    await pair.publish();
    pair.image.files.set(
      "delegations/backup.json",
      fileOf(await signed(pair.image.delegated.get("backup")!.document, atsKey("backup"))),
    );
    pair.image.snapshot.meta["backup.json"] = { version: 1 };
    pair.image.files.set("snapshot.json", fileOf(await signed(pair.image.snapshot, ...pair.image.keys.snapshot)));
    const canonical = encodeCanonicalJson(JSON.parse(bytesToUtf8(pair.image.files.get("snapshot.json")!)));
    pair.image.timestamp.meta = { "snapshot.json": { version: 1, hashes: { sha256: bytesToHex(sha256(canonical)) } } };
    await pair.image.publishTimestamp();
    const next = new TestPrimary(pair, { profile });
    next.verify(pair);
    expect(next.outcome).toMatchObject({ assignment: { images: [{ roles: ["targets", "backup"] }, {}, {}] } });
  });

  it.each(["director", "image"] as const)("refuses expired top-level targets: %s", async (repository) => {
    const pair = new AtsPair();
    pair[repository].targets.expires = "2020-01-01T00:00:00Z";
    await pair.publish();
    const step = new TestPrimary(pair, { profile }).verify(pair);
    expect(step.reasons).toMatchObject([{ code: "tuf_expired", repository, role: "targets" }]);
  });

  it("demands key ids of the public text", async () => {
    const pair = new AtsPair();
    const [keyid] = Object.keys(pair.image.targets.delegations.keys);
    const other = `0${keyid!.slice(1)}`.replace(/^00/, "10");
    pair.image.targets.delegations.keys = { [other]: pair.image.targets.delegations.keys[keyid!] };
    pair.image.targets.delegations.roles[0].keyids = [other];
    pair.image.delegated.get("supplier")!.keys = [{ ...atsKey("supplier"), keyid: other }];
    await pair.publish();
    const step = new TestPrimary(pair, { profile }).verify(pair);
    expect(step.reasons).toMatchObject([{ code: "tuf_threshold_unreachable", repository: "image", role: "supplier" }]);
  });

  it("takes the vehicle identifier for what it says, where it is there", async () => {
    const pair = new AtsPair();
    pair.director.targets.custom = { vehicleIdentifier: "veh-2" };
    await pair.publish();
    expect(codesOf(new TestPrimary(pair, { profile }).verify(pair))).toEqual(["uptane_vehicle_mismatch"]);
  });

  it("is not read by the strict profile, nor the other way round", async () => {
    const ats = await new AtsPair().publish();
    const strict = await new TestPair().publish();
    expect(faultOf(() => new TestPrimary(ats)).code).toBe("ERR_MANIFEST_TUF_ROOT");
    const step = new TestPrimary(ats, { profile });
    expect(() => new TestPrimary(strict, { profile })).toThrow();
    expect(step.client.profile.name).toBe(profile);
  });
});

describe("the dialects", () => {
  const root = async (change: (document: Loose) => void, key = testKey("root")): Promise<Uint8Array> => {
    const pair = new TestPair(() => key);
    change(pair.director.root);
    return fileOf(await signed(pair.director.root, key));
  };
  const atsWire = uptaneProfiles["uptane-ats"].image.wire;

  it("spell types as the strict one does, or with a capital", async () => {
    for (const [spelling, strict, ats] of [
      ["root", true, true],
      ["Root", false, true],
      ["ROOT", false, false],
      ["rooT", false, false],
    ] as const) {
      const bytes = await root((document) => {
        document._type = spelling;
      });
      const reads = (wire: Loose) => {
        try {
          return parseTufMetadata(bytes, {}, wire).signed._type === spelling;
        } catch {
          return false;
        }
      };
      expect([spelling, reads(undefined), reads(atsWire)]).toEqual([spelling, strict, ats]);
    }
  });

  it("demand a specification of 1.x wherever one is named", async () => {
    const named = await root((document) => {
      document.spec_version = "2.0.0";
    });
    const unnamed = await root((document) => {
      delete document.spec_version;
    });
    expect(faultOf(() => parseTufMetadata(named, {}, atsWire)).code).toBe("ERR_MANIFEST_TUF_SPEC_VERSION");
    expect(parseTufMetadata(unnamed, {}, atsWire).signed.version).toBe(1);
    expect(faultOf(() => parseTufMetadata(unnamed)).path).toBe("/signed/spec_version");
  });

  it("encode signatures in hexadecimal or, where it is allowed, in base64", async () => {
    const bytes = await root(() => {});
    const document = JSON.parse(bytesToUtf8(bytes));
    document.signatures[0].sig = bytesToBase64(hexToBytes(document.signatures[0].sig));
    const written = utf8ToBytes(JSON.stringify(document));
    expect(createTufClient(written, { wire: { signatures: "hex_or_base64" } }).root.signed.version).toBe(1);
    expect(faultOf(() => createTufClient(written)).details).toMatchObject({
      reasons: [{ code: "tuf_threshold_not_met" }],
    });
    document.signatures[0].sig = "neither!";
    const wrong = utf8ToBytes(JSON.stringify(document));
    expect(faultOf(() => createTufClient(wrong, { wire: { signatures: "hex_or_base64" } })).code).toBe(
      "ERR_MANIFEST_TUF_ROOT",
    );
  });

  it("need all four roles, or root and targets", async () => {
    const bytes = await root((document) => {
      delete document.roles.timestamp;
      delete document.roles.snapshot;
    });
    expect(createTufClient(bytes, { wire: { roles: "root_and_targets" } }).phase).toBe("root");
    expect(faultOf(() => parseTufMetadata(bytes)).path).toBe("/signed/roles/timestamp");
    const without = await root((document) => {
      delete document.roles.targets;
    });
    expect(faultOf(() => parseTufMetadata(without, {}, { roles: "root_and_targets" })).path).toBe(
      "/signed/roles/targets",
    );
  });

  it("are the same for the life of a client, and made of known choices", async () => {
    const pair = await new TestPair().publish();
    const primary = new TestPrimary(pair);
    const policy = uptaneTufPolicy("uptane-ats", "director");
    expect(policy.keyIds).toBe("strict");
    expect(() =>
      createTufClient(pair.files.director.get("1.root.json")!, { wire: { types: "UPPER" as never } }),
    ).toThrow(/"wire.types" expected one of its choices, got UPPER/);
    expect(primary.client.director.rules.wire.delegations).toBe("uptane");
  });

  it("know delegations by hardware id and to several roles in the strict Uptane profile alone", async () => {
    const pair = new TestPair();
    pair.delegate({
      name: "m",
      paths: ["x"],
      terminating: false,
      min_roles_in_agreement: 1,
      roleinfo: [{ rolename: "a", keyids: [], threshold: 1 }],
    });
    await pair.publish();
    const bytes = pair.files.image.get("1.targets.json")!;
    expect(faultOf(() => parseTufMetadata(bytes)).path).toBe("/signed/delegations/roles/1/keyids");
    expect(parseTufMetadata(bytes, {}, { delegations: "uptane" }).signatures).toHaveLength(1);
  });
});
