/** Every attack of TUF 1.0.34 section 1.5.2 and its relatives, mounted on a living repository: refused, by name. */

import { beforeEach, describe, expect, it } from "vitest";
import { formatUtcTime, utf8ToBytes } from "../../../src/core/index.ts";
import type { TufPolicy, TufReason } from "../../../src/manifest/index.ts";
import { codesOf, TestVehicle } from "./client-driver.ts";
import { base, day, fileOf, type Loose, now, signed, TestRepository, targetOf, testKey } from "./repository-fixture.ts";

let repository: TestRepository;
let vehicle: TestVehicle;

beforeEach(async () => {
  repository = new TestRepository();
  repository.targets.targets["a.bin"] = targetOf("a");
  const root = await repository.publishRoot();
  await repository.publish();
  vehicle = new TestVehicle(root);
  vehicle.refresh(repository.files);
  await repository.publishNext();
});

/** The refusal of a refresh; the trusted files must be what they were. */
function refusal(policy: TufPolicy = {}): readonly TufReason[] {
  const before = new Map(vehicle.store);
  const attacked = new TestVehicle(vehicle.store.get("root.json")!, policy);
  for (const [file, bytes] of vehicle.store) attacked.store.set(file, bytes);
  const step = attacked.refresh(repository.files);
  expect(step.decision).toBe("refuse");
  // Nothing of the refused role was stored; a new root may have dropped what revoked keys signed.
  const file = `${step.reasons[0]!.role}.json`;
  const dropped = attacked.steps
    .flatMap(({ persist }) => persist)
    .some((change) => change.file === file && change.bytes === undefined);
  expect(attacked.store.get(file)).toEqual(dropped ? undefined : before.get(file));
  return step.reasons;
}

/** Signs and serves a file in place of the honest one. */
async function serve(file: string, document: Loose, ...keys: readonly ReturnType<typeof testKey>[]): Promise<void> {
  repository.files.set(file, fileOf(await signed(document, ...keys)));
}

const mallory = testKey("mallory");

describe("arbitrary software", () => {
  it.each([
    ["timestamp", "timestamp.json", "TUF 5.4.2"],
    ["snapshot", "2.snapshot.json", "TUF 5.5.3"],
    ["targets", "2.targets.json", "TUF 5.6.3"],
  ] as const)("a stranger signs %s", async (role, file, clause) => {
    repository.withHashes = false;
    await repository.publish();
    await serve(file, repository[role], mallory);
    expect(refusal()).toEqual([
      {
        code: "tuf_threshold_not_met",
        message: `${role}: Fewer distinct keys signed than the delegating role demands.`,
        clause,
        role,
        attack: "arbitrary_software",
        evidence: { had: 1, got: 0, signedBy: [], reasons: [], error: "ERR_SIGNING_THRESHOLD" },
      },
    ]);
  });

  it("a stranger signs a root, with the old root's approval of nothing", async () => {
    repository.root = { ...structuredClone(repository.root), version: 2 };
    repository.root.keys[mallory.keyid] = mallory.object;
    repository.root.roles.root.keyids = [mallory.keyid];
    await repository.publishRoot(mallory);
    expect(refusal()).toMatchObject([{ code: "tuf_threshold_not_met", clause: "TUF 5.3.4", role: "root" }]);
  });

  it("a new root that its own keys did not sign", async () => {
    repository.root = { ...structuredClone(repository.root), version: 2 };
    repository.root.keys[mallory.keyid] = mallory.object;
    repository.root.roles.root.keyids = [mallory.keyid];
    await repository.publishRoot(...repository.keys.root);
    expect(refusal()).toMatchObject([
      { code: "tuf_threshold_not_met", clause: "TUF 5.3.4", evidence: { had: 1, got: 0 } },
    ]);
  });

  it("a key of one role signs another", async () => {
    await serve("timestamp.json", repository.timestamp, ...repository.keys.snapshot);
    expect(refusal()).toMatchObject([{ code: "tuf_threshold_not_met", role: "timestamp" }]);
  });

  it("bytes inside of what was signed are changed", async () => {
    const document = await signed(repository.timestamp, ...repository.keys.timestamp);
    document.signed.x = "added";
    repository.files.set("timestamp.json", fileOf(document));
    expect(refusal()).toMatchObject([{ code: "tuf_threshold_not_met", evidence: { got: 0 } }]);
  });
});

describe("rollback", () => {
  it("of the timestamp", async () => {
    repository.timestamp.version = 5;
    await repository.publish();
    vehicle.refresh(repository.files);
    repository.timestamp.version = 4;
    await repository.publish();
    expect(refusal()).toMatchObject([
      {
        code: "tuf_version_rollback",
        clause: "TUF 5.4.3.1",
        attack: "rollback",
        role: "timestamp",
        evidence: { had: 5, got: 4 },
      },
    ]);
  });

  it("of the snapshot that a newer timestamp names", async () => {
    vehicle.refresh(repository.files);
    repository.timestamp.version = 3;
    repository.snapshot.version = 1;
    await repository.publish();
    expect(refusal()).toMatchObject([
      {
        code: "tuf_snapshot_version_rollback",
        clause: "TUF 5.4.3.2",
        attack: "rollback",
        evidence: { had: 2, got: 1 },
      },
    ]);
  });

  it("of targets in a newer snapshot", async () => {
    vehicle.refresh(repository.files);
    repository.timestamp.version = 3;
    repository.snapshot.version = 3;
    repository.targets.version = 1;
    await repository.publish();
    expect(refusal()).toMatchObject([
      {
        code: "tuf_listed_version_rollback",
        clause: "TUF 5.5.5",
        attack: "rollback",
        role: "snapshot",
        evidence: { had: 2, got: 1, file: "targets.json" },
      },
    ]);
  });

  it("by a role that disappears from the snapshot", async () => {
    const key = testKey("A");
    repository.delegated.set("A", { document: { _type: "targets", ...base, targets: {} }, keys: [key] });
    await repository.publishNext();
    vehicle.refresh(repository.files);
    repository.delegated.clear();
    await repository.publishNext();
    expect(refusal()).toMatchObject([
      { code: "tuf_listed_role_removed", clause: "TUF 5.5.5", evidence: { had: 1, file: "A.json" } },
    ]);
  });

  it("of the root, by an old root under a new name", async () => {
    repository.files.set("2.root.json", repository.files.get("1.root.json")!);
    expect(refusal()).toMatchObject([
      { code: "tuf_root_version_not_next", clause: "TUF 5.3.5", attack: "rollback", evidence: { had: 1, got: 1 } },
    ]);
  });

  it("by a root that leaps over others", async () => {
    repository.root = { ...structuredClone(repository.root), version: 3 };
    await repository.publishRoot();
    repository.files.set("2.root.json", repository.files.get("3.root.json")!);
    expect(refusal()).toMatchObject([{ code: "tuf_root_version_not_next", evidence: { had: 1, got: 3 } }]);
  });
});

describe("freeze", () => {
  it.each([
    ["timestamp", "TUF 5.4.4"],
    ["snapshot", "TUF 5.5.6"],
    ["targets", "TUF 5.6.5"],
  ] as const)("an expired %s", async (role, clause) => {
    repository[role].expires = formatUtcTime(now);
    await repository.publish();
    expect(refusal()).toMatchObject([{ code: "tuf_expired", clause, attack: "freeze", role, evidence: { had: now } }]);
  });

  it("an expired root, before anything else is asked for", async () => {
    const root = { ...structuredClone(repository.root), expires: formatUtcTime(now) };
    repository.files.clear();
    repository.root = root;
    const bytes = await repository.publishRoot();
    const frozen = new TestVehicle(bytes);
    expect(frozen.refresh(repository.files).reasons).toMatchObject([
      { code: "tuf_expired", clause: "TUF 5.3.10", role: "root" },
    ]);
    expect(frozen.fetched).toEqual(["2.root.json"]);
  });

  it("the timestamp that is trusted already, served for ever", () => {
    vehicle.refresh(repository.files);
    const step = vehicle.refresh(repository.files, now + 30 * day);
    expect(step.reasons[0]).toMatchObject({ code: "tuf_expired", role: "root" });
  });

  it("the same after a root with a longer life", async () => {
    vehicle.refresh(repository.files);
    repository.root = { ...structuredClone(repository.root), version: 2, expires: formatUtcTime(now + 60 * day) };
    await repository.publishRoot();
    const step = vehicle.refresh(repository.files, now + 30 * day);
    expect(step.reasons).toMatchObject([{ code: "tuf_expired", role: "timestamp", clause: "TUF 5.4.4" }]);
  });

  it.each([["timestamp.json"], ["2.snapshot.json"], ["2.targets.json"]])("%s is withheld", (file) => {
    repository.files.delete(file);
    expect(refusal()).toMatchObject([{ code: "tuf_file_missing", attack: "freeze" }]);
  });
});

describe("same version, other content", () => {
  it("of the timestamp: the trusted one stays, and the two are evidence", async () => {
    vehicle.refresh(repository.files);
    const before = vehicle.store.get("timestamp.json")!;
    repository.timestamp["x"] = "other";
    await repository.publishTimestamp();
    vehicle.refresh(repository.files);
    const step = vehicle.steps.find(({ equivocation }) => equivocation !== undefined)!;
    expect(step.decision).toBe("keep");
    expect(codesOf(step)).toEqual(["tuf_timestamp_unchanged", "tuf_equivocation"]);
    expect(step.equivocation).toEqual({
      role: "timestamp",
      version: 2,
      files: [before, repository.files.get("timestamp.json")!].map((bytes) => new TextDecoder().decode(bytes)),
    });
    expect(vehicle.store.get("timestamp.json")).toEqual(before);
  });

  it("of the snapshot, which the next timestamp names by its new hash", async () => {
    vehicle.refresh(repository.files);
    repository.snapshot["x"] = "other";
    repository.timestamp.version++;
    await repository.publish();
    vehicle.refresh(repository.files);
    const found = vehicle.steps.flatMap(({ equivocation }) => (equivocation ? [equivocation.role] : []));
    expect(found).toEqual(["snapshot"]);
  });

  it("of targets, which the next snapshot names by its new hash", async () => {
    vehicle.refresh(repository.files);
    repository.targets.targets["b.bin"] = targetOf("b");
    repository.snapshot.version++;
    repository.timestamp.version++;
    await repository.publish();
    vehicle.refresh(repository.files);
    const found = vehicle.steps.flatMap(({ equivocation }) => (equivocation ? [equivocation.role] : []));
    expect(found).toEqual(["targets"]);
  });

  it("is none when only signatures or layout differ", async () => {
    vehicle.refresh(repository.files);
    const document = await signed(repository.timestamp, ...repository.keys.timestamp, mallory);
    repository.files.set("timestamp.json", utf8ToBytes(JSON.stringify(document)));
    vehicle.refresh(repository.files);
    expect(vehicle.steps.some(({ equivocation }) => equivocation !== undefined)).toBe(false);
  });

  it("is no evidence when nobody trusted signed it", async () => {
    vehicle.refresh(repository.files);
    await serve("timestamp.json", { ...repository.timestamp, x: "other" }, mallory);
    const step = vehicle.refresh(repository.files);
    expect(step.decision).toBe("refuse");
    expect(step.equivocation).toBe(undefined);
  });
});

describe("mix and match", () => {
  it.each([
    ["snapshot", "TUF 5.5.2"],
    ["targets", "TUF 5.6.2"],
  ] as const)("another %s of the same version", async (role, clause) => {
    const file = `2.${role}.json`;
    await serve(file, { ...repository[role], "x-other": "y" }, ...repository.keys[role]);
    const reasons = refusal();
    expect(codesOf({ reasons })).toEqual(["tuf_file_too_long"]);
    // Of the listed length, but another content.
    const listed = vehicle.steps.length;
    expect(listed).toBeGreaterThan(0);
    const document = structuredClone(repository[role]);
    document.spec_version = "1.0.33";
    await serve(file, document, ...repository.keys[role]);
    expect(refusal()).toMatchObject([{ code: "tuf_hash_mismatch", clause, attack: "mix_and_match", role }]);
  });

  it("a file of another length", async () => {
    const document = structuredClone(repository.targets);
    delete document.targets["a.bin"];
    await serve("2.targets.json", document, ...repository.keys.targets);
    expect(codesOf({ reasons: refusal() })).toEqual(["tuf_length_mismatch", "tuf_hash_mismatch"]);
  });

  it.each([
    ["snapshot", "TUF 5.5.4"],
    ["targets", "TUF 5.6.4"],
  ] as const)("%s of another version than named, without hashes", async (role, clause) => {
    repository.withHashes = false;
    await repository.publish();
    repository.files.set(`2.${role}.json`, repository.files.get(`1.${role}.json`)!);
    const reasons = refusal();
    expect(reasons[0]).toMatchObject({
      code: "tuf_version_mismatch",
      clause,
      attack: "mix_and_match",
      evidence: { had: 2, got: 1 },
    });
  });

  it("a hash that is spelled as other clients do not read it", async () => {
    const { hashes } = repository.timestamp.meta["snapshot.json"];
    hashes.sha256 = hashes.sha256.toUpperCase();
    await repository.publishTimestamp();
    expect(refusal()).toMatchObject([{ code: "tuf_hash_mismatch", role: "snapshot", clause: "TUF 5.5.2" }]);
  });

  it("a listed file with no hash that is known", async () => {
    repository.withHashes = false;
    await repository.publish();
    repository.timestamp.meta["snapshot.json"].hashes = { md5: "00" };
    await repository.publishTimestamp();
    expect(refusal()).toMatchObject([{ code: "tuf_hash_unknown", role: "snapshot", clause: "TUF 5.5.2" }]);
  });

  it("metadata of another role with the same keys", async () => {
    const [shared] = repository.keys.timestamp;
    repository.root = { ...structuredClone(repository.root), version: 2 };
    repository.root.roles.snapshot.keyids = [shared!.keyid];
    repository.keys.snapshot = [shared!];
    await repository.publishRoot();
    await repository.publish();
    repository.files.set("timestamp.json", repository.files.get("2.snapshot.json")!);
    expect(refusal()).toMatchObject([
      { code: "tuf_wrong_type", role: "timestamp", evidence: { had: "timestamp", got: "snapshot" } },
    ]);
  });
});

describe("fast-forward", () => {
  it("is recovered from by new keys", async () => {
    repository.timestamp.version = 1_000_000;
    repository.snapshot.version = 1_000_000;
    await repository.publish();
    vehicle.refresh(repository.files);
    for (const role of ["timestamp", "snapshot"] as const) {
      repository.keys[role] = [testKey(`new ${role}`)];
      repository[role].version = 3;
    }
    repository.root = { ...structuredClone(repository.root), version: 2 };
    for (const role of ["timestamp", "snapshot"] as const) {
      const [key] = repository.keys[role];
      repository.root.keys[key!.keyid] = key!.object;
      repository.root.roles[role].keyids = [key!.keyid];
    }
    await repository.publishRoot();
    await repository.publish();
    expect(vehicle.refresh(repository.files).decision).toBe("accept");
    expect(vehicle.client.timestamp!.signed.version).toBe(3);
  });

  it("is refused beyond the highest version of the policy", async () => {
    repository.timestamp.version = 1_001;
    await repository.publish();
    expect(refusal({ maxVersion: 1_000 })).toMatchObject([
      { code: "tuf_version_too_high", attack: "fast_forward", role: "timestamp", evidence: { had: 1_000, got: 1_001 } },
    ]);
  });
});

describe("endless data", () => {
  it.each([
    ["2.root.json", 512_001, "TUF 5.3.3"],
    ["timestamp.json", 16_385, "TUF 5.4.1"],
    ["2.snapshot.json", 100_000, "TUF 5.5.1"],
    ["2.targets.json", 100_000, "TUF 5.6.1"],
  ])("%s of %d bytes is not even read", (file, length, clause) => {
    repository.files.set(file, new Uint8Array(length));
    expect(refusal()).toMatchObject([
      { code: "tuf_file_too_long", clause, attack: "endless_data", evidence: { got: length } },
    ]);
  });

  it("nesting, and more members than allowed, end with a reason", () => {
    repository.files.set("timestamp.json", utf8ToBytes("[".repeat(10_000)));
    expect(refusal()).toMatchObject([{ code: "tuf_malformed", evidence: { error: "ERR_CORE_LIMIT" } }]);
    repository.files.set("timestamp.json", utf8ToBytes(`[${"1,".repeat(1_000)}1]`));
    expect(refusal({ maxEntries: 1_000 })).toMatchObject([
      { code: "tuf_malformed", evidence: { error: "ERR_CORE_LIMIT" } },
    ]);
  });

  it("a listed length does not stand above the policy", async () => {
    repository.snapshot.meta["targets.json"].length = 2 ** 40;
    const client = new TestVehicle(vehicle.store.get("root.json")!, { maxListedBytes: 1_000_000 });
    await repository.publish();
    repository.timestamp.meta["snapshot.json"].length = 2 ** 40;
    await repository.publishTimestamp();
    client.refresh(repository.files);
    expect(client.steps.at(-1)!.reasons[0]!.code).toBe("tuf_length_mismatch");
    expect(client.client.phase).toBe("snapshot");
  });
});

describe("slow retrieval", () => {
  it("ends a refresh that takes longer than allowed", () => {
    const slow = new TestVehicle(vehicle.store.get("root.json")!);
    slow.refresh(repository.files);
    expect(slow.find("a.bin", repository.files, now + 3_600_000).decision).toBe("found");
    const key = testKey("A");
    repository.targets.delegations = {
      keys: { [key.keyid]: key.object },
      roles: [{ name: "A", keyids: [key.keyid], threshold: 1, terminating: false, paths: ["*"] }],
    };
    repository.delegated.set("A", { document: { _type: "targets", ...base, targets: {} }, keys: [key] });
    return repository.publishNext().then(() => {
      slow.refresh(repository.files);
      expect(slow.find("x", repository.files, now + 3_600_001)).toMatchObject({
        decision: "refuse",
        reasons: [
          { code: "tuf_refresh_too_slow", attack: "slow_retrieval", evidence: { had: 3_600_000, got: 3_600_001 } },
        ],
      });
    });
  });
});

describe("key compromise", () => {
  const demandTwo = async (keys: readonly ReturnType<typeof testKey>[], change: (root: Loose) => void = () => {}) => {
    repository.root = { ...structuredClone(repository.root), version: 2 };
    for (const key of keys) repository.root.keys[key.keyid] = key.object;
    repository.root.roles.timestamp = { keyids: keys.map(({ keyid }) => keyid), threshold: 2 };
    change(repository.root);
    repository.keys.timestamp = [...keys];
    await repository.publishRoot();
  };

  it("one of two keys is not enough", async () => {
    await demandTwo([testKey("one"), testKey("two")]);
    await serve("timestamp.json", repository.timestamp, testKey("one"));
    expect(refusal()).toMatchObject([{ code: "tuf_threshold_not_met", evidence: { had: 2, got: 1 } }]);
    await serve("timestamp.json", repository.timestamp, testKey("one"), testKey("two"));
    expect(vehicle.refresh(repository.files).decision).toBe("accept");
  });

  it("one key under two key ids counts once", async () => {
    const one = testKey("one");
    const again = { ...one, keyid: "another" };
    await demandTwo([one, again, testKey("two")]);
    await serve("timestamp.json", repository.timestamp, one, again);
    expect(refusal()).toMatchObject([{ code: "tuf_threshold_not_met", evidence: { had: 2, got: 1 } }]);
  });

  it("a threshold of two over one key under two ids can never be met", async () => {
    const one = testKey("one");
    await demandTwo([one, { ...one, keyid: "another" }]);
    await serve("timestamp.json", repository.timestamp, one, { ...one, keyid: "another" });
    expect(refusal()).toMatchObject([
      { code: "tuf_threshold_unreachable", attack: "key_compromise", role: "timestamp" },
    ]);
  });

  it("two signatures under one key id are refused as a whole", async () => {
    await demandTwo([testKey("one"), testKey("two")]);
    const document = await signed(repository.timestamp, testKey("one"), testKey("two"));
    document.signatures[1].keyid = document.signatures[0].keyid;
    repository.files.set("timestamp.json", fileOf(document));
    expect(refusal()).toMatchObject([{ code: "tuf_malformed", evidence: { path: "/signatures/1/keyid" } }]);
  });

  it("a revoked key signs nothing any more", async () => {
    const old = repository.keys.targets;
    repository.keys.targets = [testKey("new targets")];
    repository.root = { ...structuredClone(repository.root), version: 2 };
    const [key] = repository.keys.targets;
    repository.root.keys[key!.keyid] = key!.object;
    repository.root.roles.targets.keyids = [key!.keyid];
    await repository.publishRoot();
    repository.withHashes = false;
    await repository.publish();
    await serve("2.targets.json", repository.targets, ...old);
    expect(refusal()).toMatchObject([{ code: "tuf_threshold_not_met", role: "targets" }]);
  });
});

describe("signature stripping and algorithm confusion", () => {
  it.each([
    ["no signature", (s: Loose) => s.splice(0)],
    ["an empty one", (s: Loose) => (s[0].sig = "")],
    ["trailing junk", (s: Loose) => (s[0].sig += "zz")],
    ["a blank in front", (s: Loose) => (s[0].sig = ` ${s[0].sig}`)],
    ["an odd digit", (s: Loose) => (s[0].sig += "0")],
    ["trailing bytes", (s: Loose) => (s[0].sig += "00")],
  ])("%s", async (_, change) => {
    const document = await signed(repository.timestamp, ...repository.keys.timestamp);
    change(document.signatures);
    repository.files.set("timestamp.json", fileOf(document));
    expect(refusal()).toMatchObject([{ code: "tuf_threshold_not_met" }]);
  });

  it.each([
    ["another scheme", (key: Loose) => (key.scheme = "rsassa-pss-sha256")],
    ["another key type", (key: Loose) => (key.keytype = "ecdsa")],
    ["a scheme of tomorrow", (key: Loose) => Object.assign(key, { keytype: "ml-dsa", scheme: "ml-dsa-65" })],
    ["a weak scheme", (key: Loose) => Object.assign(key, { keytype: "rsa", scheme: "rsa-pkcs1v15-sha256" })],
    ["a value that is none", (key: Loose) => (key.keyval = { public: "no key" })],
  ])("a key is declared with %s: it cannot help to reach the threshold", async (_, change) => {
    repository.root = { ...structuredClone(repository.root), version: 2 };
    change(repository.root.keys[repository.keys.timestamp[0]!.keyid]);
    await repository.publishRoot();
    expect(refusal()).toMatchObject([{ code: "tuf_threshold_unreachable", role: "timestamp" }]);
  });

  it("key ids that are no hashes are refused if the policy says so", async () => {
    const key = { ...testKey("timestamp"), keyid: "label" };
    repository.root = { ...structuredClone(repository.root), version: 2 };
    repository.root.keys["label"] = key.object;
    repository.root.roles.timestamp.keyids = ["label"];
    repository.keys.timestamp = [key];
    await repository.publishRoot();
    await repository.publish();
    expect(refusal({ keyIds: "strict" })).toMatchObject([{ code: "tuf_threshold_unreachable" }]);
    expect(vehicle.refresh(repository.files).decision).toBe("accept");
  });

  it("a signature that does not verify spoils nothing beside a good one", async () => {
    const document = await signed(repository.timestamp, ...repository.keys.timestamp);
    document.signatures.unshift({ keyid: mallory.keyid, sig: "" }, { keyid: "", sig: "00" });
    repository.files.set("timestamp.json", fileOf(document));
    expect(vehicle.refresh(repository.files).decision).toBe("accept");
    const step = vehicle.steps.find(({ reasons }) => reasons[0]!.code === "tuf_metadata_accepted")!;
    expect(codesOf(step)).toEqual(["tuf_metadata_accepted", "tuf_signature_ignored", "tuf_signature_ignored"]);
  });
});

describe("parser differentials and prototype names", () => {
  it("a member twice, of which parsers take another each", async () => {
    const bytes = fileOf(await signed(repository.timestamp, ...repository.keys.timestamp));
    const text = new TextDecoder().decode(bytes).replace('"version": 2', '"version": 99,\n  "version": 2');
    repository.files.set("timestamp.json", utf8ToBytes(text));
    expect(refusal()).toMatchObject([
      { code: "tuf_malformed", attack: "malformed_metadata", evidence: { error: "ERR_CORE_JSON_DUPLICATE_KEY" } },
    ]);
  });

  it("key ids and roles named like members of Object's prototype", async () => {
    const key = { ...testKey("timestamp"), keyid: "__proto__" };
    repository.root = { ...structuredClone(repository.root), version: 2 };
    Object.defineProperty(repository.root.keys, "__proto__", { value: key.object, enumerable: true });
    repository.root.roles.timestamp.keyids = ["__proto__", "constructor"];
    repository.keys.timestamp = [key];
    await repository.publishRoot();
    await repository.publish();
    expect(vehicle.refresh(repository.files).decision).toBe("accept");
    repository.keys.timestamp = [{ ...mallory, keyid: "constructor" }];
    repository.timestamp.version++;
    await repository.publish();
    expect(refusal()).toMatchObject([{ code: "tuf_threshold_not_met" }]);
  });
});

describe("a refusal", () => {
  it("lists every check that failed, in the standard's order", async () => {
    repository.timestamp.version = 5;
    await repository.publish();
    vehicle.refresh(repository.files);
    const document = {
      ...structuredClone(repository.timestamp),
      version: 4,
      expires: formatUtcTime(now - day),
      meta: { "snapshot.json": { version: 1 } },
    };
    await serve("timestamp.json", document, mallory);
    expect(refusal().map(({ clause, code }) => [clause, code])).toEqual([
      ["TUF 5.4.2", "tuf_threshold_not_met"],
      ["TUF 5.4.3.1", "tuf_version_rollback"],
      ["TUF 5.4.3.2", "tuf_snapshot_version_rollback"],
      ["TUF 5.4.4", "tuf_expired"],
    ]);
  });

  it("of a hostile snapshot is no longer than needed", async () => {
    for (let index = 0; index < 40; index++) {
      repository.delegated.set(`R${index}`, { document: { _type: "targets", ...base, targets: {} }, keys: [mallory] });
    }
    await repository.publishNext();
    vehicle.refresh(repository.files);
    repository.delegated.clear();
    await repository.publishNext();
    expect(refusal()).toHaveLength(16);
  });
});
