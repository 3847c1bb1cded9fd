/** What hostile files may cost, and what lost, repeated and mixed-up files may do: nothing that lasts. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import { utf8ToBytes } from "../../../src/core/index.ts";
import {
  createTufClient,
  encodeTufName,
  findTufTarget,
  matchesTufPath,
  nextTufRequest,
  parseTufMetadata,
  stepTufClient,
  type TufPolicy,
  type TufRequest,
  tufMetadataFile,
  tufPathHash,
} from "../../../src/manifest/index.ts";
import { isBinName } from "../../../src/manifest/tuf/delegations.ts";
import { errorOf } from "../../error-of.ts";
import { codesOf, TestVehicle } from "./client-driver.ts";
import {
  base,
  fileOf,
  type Loose,
  now,
  signed,
  type TestKey,
  TestRepository,
  targetOf,
  testKey,
} from "./repository-fixture.ts";

const imports = vi.hoisted(() => ({ count: 0 }));
vi.mock("../../../src/signing/tuf-keys.ts", async (original) => {
  const module = await original<typeof import("../../../src/signing/tuf-keys.ts")>();
  const parseTufKey: typeof module.parseTufKey = (...keyObject) => {
    imports.count++;
    return module.parseTufKey(...keyObject);
  };
  return { ...module, parseTufKey };
});

let repository: TestRepository;
let vehicle: TestVehicle;
let root: Uint8Array;

beforeEach(async () => {
  repository = new TestRepository();
  repository.targets.targets["a.bin"] = targetOf("a");
  root = await repository.publishRoot();
  await repository.publish();
  vehicle = new TestVehicle(root);
});

/** Delegates from targets, with one key for all roles. */
function delegateTo(...roles: readonly Loose[]): TestKey {
  const key = testKey("delegated");
  repository.targets.delegations = {
    keys: { [key.keyid]: key.object },
    roles: roles.map((role) => ({ keyids: [key.keyid], threshold: 1, terminating: false, paths: ["*"], ...role })),
  };
  return key;
}

/** A client with the store of the vehicle and another policy. */
function withPolicy(policy: TufPolicy): TestVehicle {
  const other = new TestVehicle(vehicle.store.get("root.json")!, policy);
  for (const [file, bytes] of vehicle.store) other.store.set(file, bytes);
  return other;
}

describe("the highest version of a policy", () => {
  const policy = { maxVersion: 1_000 };

  it("holds for the snapshot that a timestamp names", async () => {
    repository.timestamp.version = 2;
    repository.snapshot.version = 1_001;
    await repository.publish();
    const step = withPolicy(policy).refresh(repository.files);
    expect(step.reasons).toMatchObject([
      { code: "tuf_version_too_high", role: "timestamp", attack: "fast_forward", evidence: { had: 1_000, got: 1_001 } },
    ]);
  });

  it("holds for the roles that a snapshot lists", async () => {
    repository.targets.version = 1_001;
    await repository.publish();
    const step = withPolicy(policy).refresh(repository.files);
    expect(step.reasons).toMatchObject([
      { code: "tuf_version_too_high", role: "snapshot", attack: "fast_forward", evidence: { had: 1_000, got: 1_001 } },
    ]);
  });

  it.each(["timestamp", "snapshot", "targets"] as const)("frees a store whose %s was fast-forwarded", async (role) => {
    repository[role].version = Number.MAX_SAFE_INTEGER;
    await repository.publish();
    expect(vehicle.refresh(repository.files).decision).toBe("accept");
    for (const other of ["timestamp", "snapshot", "targets"] as const) repository[other].version = 2;
    await repository.publish();
    expect(vehicle.refresh(repository.files).decision).toBe("refuse");
    expect(withPolicy(policy).refresh(repository.files).decision).toBe("accept");
  });
});

describe("the work that a file can order", () => {
  it("holds no import of keys that only a stranger lists", async () => {
    const document = { ...structuredClone(repository.root), version: 2 };
    for (let index = 0; index < 50; index++) document.keys[`k${index}`] = testKey("any").object;
    repository.files.set("2.root.json", fileOf(await signed(document, testKey("stranger"))));
    createTufClient(root);
    const before = imports.count;
    expect(vehicle.refresh(repository.files).decision).toBe("refuse");
    // One for each key of the trusted root, which is read when the client starts.
    expect(imports.count - before).toBe(4);
  });

  it("is small for patterns of megabytes", () => {
    for (const pattern of ["[", "[!", "a", "*", "?", "[a]", "*a", "[]", "{", "\u{1f600}"]) {
      expect(matchesTufPath("b", pattern.repeat(1_000_000))).toBe(pattern === "*");
    }
    expect(matchesTufPath("b", `[${"a-".repeat(1_000_000)}b]`)).toBe(true);
  });

  it("is as much as three and more signatures over a long file need", async () => {
    const keys = Array.from({ length: 15 }, (_, index) => testKey(`signer ${index}`));
    repository.keys.targets = keys;
    for (const { keyid, object } of keys) repository.root.keys[keyid] = object;
    repository.root.roles.targets = { keyids: keys.map(({ keyid }) => keyid), threshold: 15 };
    repository.targets.targets["a.bin"].custom = { note: "x".repeat(9_000_000) };
    vehicle = new TestVehicle(await repository.publishRoot());
    await repository.publish();
    expect(vehicle.refresh(repository.files).decision).toBe("accept");
  });

  it("leaves room for a key whose id is empty", async () => {
    const keys = [{ ...testKey("unnamed"), keyid: "" }, testKey("named")];
    repository.keys.timestamp = keys;
    for (const { keyid, object } of keys) repository.root.keys[keyid] = object;
    repository.root.roles.timestamp = { keyids: keys.map(({ keyid }) => keyid), threshold: 2 };
    vehicle = new TestVehicle(await repository.publishRoot());
    await repository.publish();
    expect(vehicle.refresh(repository.files).decision).toBe("accept");
  });
});

describe("a report", () => {
  const long = "x".repeat(100_000);

  it("is short for a malformed file of long names", () => {
    repository.files.set("timestamp.json", utf8ToBytes(`{"${long.slice(0, 10_000)}":{"a":1.5}}`));
    const step = vehicle.refresh(repository.files);
    expect(step.reasons).toMatchObject([{ code: "tuf_malformed", evidence: { error: "ERR_CORE_JSON_NOT_INTEGER" } }]);
    expect(JSON.stringify(step.reasons).length).toBeLessThan(1_000);
  });

  it("is short for a role with a long name", async () => {
    delegateTo({ name: long });
    await repository.publish();
    vehicle.refresh(repository.files);
    const found = vehicle.find("b", repository.files);
    expect(found).toMatchObject({
      decision: "refuse",
      reasons: [{ code: "tuf_role_not_listed", role: "x".repeat(128) }],
    });
    expect(JSON.stringify(found).length).toBeLessThan(1_000);
  });

  it("names some of the signatures and keys that do not count, not thousands", async () => {
    const document = await signed(repository.timestamp, ...repository.keys.timestamp);
    for (let index = 0; index < 40; index++) document.signatures.push({ keyid: `k${index}`, sig: "" });
    repository.files.set("timestamp.json", fileOf(document));
    expect(vehicle.refresh(repository.files).decision).toBe("accept");
    const ignored = vehicle.steps.flatMap(codesOf).filter((code) => code === "tuf_signature_ignored");
    expect(ignored.length).toBe(16);
    repository.targets.version = 2;
    delegateTo();
    for (let index = 0; index < 40; index++)
      repository.targets.delegations.keys[`k${index}`] = { ...testKey("x").object, scheme: "" };
    repository.snapshot.version = 2;
    repository.timestamp.version = 2;
    await repository.publish();
    expect(codesOf(vehicle.refresh(repository.files)).filter((code) => code === "tuf_key_unusable").length).toBe(16);
  });
});

describe("names", () => {
  it.each([["ROOT"], ["Timestamp"], ["snapShot"], ["Targets"]])(
    "of delegated roles are refused where they would overwrite a stored file: %s",
    async (name) => {
      delegateTo({ name });
      const error = errorOf(() => parseTufMetadata(fileOf({ signatures: [], signed: repository.targets })));
      expect(error).toMatchObject({
        code: "ERR_MANIFEST_TUF_FORMAT",
        path: "/signed/delegations/roles/0/name",
      });
    },
  );

  it.each([
    ["targets.json", "targets.json.json"],
    ["1.root", "1.root.json"],
    [".", "..json"],
    ["..", "...json"],
    ["../../etc/x", "..%2F..%2Fetc%2Fx.json"],
    ["__proto__", "__proto__.json"],
    ["constructor", "constructor.json"],
    ["a b\u0000\n%", "a%20b%00%0A%25.json"],
    ["\u{1f600}", "%F0%9F%98%80.json"],
  ])("that are odd are names all the same: %j", async (name, file) => {
    const key = delegateTo({ name });
    const document = { _type: "targets", ...base, targets: { b: targetOf("b"), ["__proto__"]: targetOf("c") } };
    repository.delegated.set(name, { document, keys: [key] });
    await repository.publish();
    vehicle.refresh(repository.files);
    expect(vehicle.find("b", repository.files)).toMatchObject({
      decision: "found",
      target: { roles: ["targets", name] },
    });
    expect(vehicle.store.has(file)).toBe(true);
    expect(vehicle.find("toString", repository.files).decision).toBe("not_found");
    vehicle.refresh(repository.files);
    vehicle.find("b", repository.files);
    expect(vehicle.fetched).toEqual(["2.root.json", "timestamp.json"]);
  });

  it("with a lone surrogate have no file name", () => {
    expect(errorOf(() => encodeTufName("a\ud800"))).toMatchObject({ code: "ERR_CORE_UTF8", offset: 1 });
  });
});

describe("what a second or late answer does", () => {
  it("is nothing: the request is not open any more", async () => {
    const key = delegateTo({ name: "A" });
    repository.delegated.set("A", { document: { _type: "targets", ...base, targets: {} }, keys: [key] });
    await repository.publish();
    const client = createTufClient(root);
    const requests: TufRequest[] = [];
    let state = client;
    const answer = (request: TufRequest) => {
      requests.push(request);
      const bytes = request.kind === "load" ? undefined : repository.files.get(request.file);
      state = stepTufClient(state, { request, bytes }, now).state;
    };
    for (let next = nextTufRequest(state); next !== undefined; next = nextTufRequest(state)) answer(next);
    for (let next = findTufTarget(state, "b"); next.decision === "needs"; next = findTufTarget(state, "b")) {
      answer(next.request);
    }
    expect(requests.map(({ kind, file }) => `${kind} ${file}`)).toEqual([
      "fetch 2.root.json",
      "load timestamp.json",
      "fetch timestamp.json",
      "load snapshot.json",
      "fetch 1.snapshot.json",
      "load targets.json",
      "fetch 1.targets.json",
      "load A.json",
      "fetch 1.A.json",
    ]);
    for (const request of requests) {
      const bytes = repository.files.get(request.file);
      expect(() => stepTufClient(state, { request, bytes }, now)).toThrow(RangeError);
    }
  });

  it("is the same as the first when the state was kept after a refusal", () => {
    const client = createTufClient(root);
    const request = nextTufRequest(client)!;
    const refused = stepTufClient(client, { request, bytes: utf8ToBytes("{}") }, now);
    expect(refused.decision).toBe("refuse");
    expect(stepTufClient(refused.state, { request, bytes: undefined }, now + 1)).toEqual(
      stepTufClient(client, { request, bytes: undefined }, now + 1),
    );
  });
});

describe("a lost timestamp", () => {
  it("does not let the snapshot go back", async () => {
    const old = new Map(repository.files);
    // What the snapshot lists stays the same.
    repository.snapshot.version = 2;
    repository.timestamp.version = 2;
    await repository.publish();
    expect(vehicle.refresh(repository.files).decision).toBe("accept");
    expect(vehicle.client.snapshot!.signed.version).toBe(2);
    vehicle.store.delete("timestamp.json");
    expect(vehicle.refresh(old).reasons).toMatchObject([
      {
        code: "tuf_version_rollback",
        clause: "TUF 5.5.5",
        role: "snapshot",
        attack: "rollback",
        evidence: { had: 2, got: 1 },
      },
    ]);
  });
});

describe("who speaks for a role", () => {
  const targets = (change: Loose = {}) => ({ _type: "targets", ...base, targets: {}, ...change });

  it("is its delegator alone, whatever request is made up", async () => {
    const key = delegateTo({ name: "A" }, { name: "B", paths: ["none"] });
    for (const name of ["A", "B", "to nobody"]) repository.delegated.set(name, { document: targets(), keys: [key] });
    await repository.publish();
    vehicle.refresh(repository.files);
    vehicle.find("b", repository.files);
    const request: TufRequest = { kind: "load", role: "B", delegator: "targets", file: "B.json", maxBytes: 1 };
    expect(stepTufClient(vehicle.client, { request, bytes: undefined }, now).decision).toBe("keep");
    for (const delegator of ["root", "A", "B", "nobody", "__proto__", "constructor"]) {
      const made = { ...request, delegator };
      expect(() => stepTufClient(vehicle.client, { request: made, bytes: undefined }, now)).toThrow(RangeError);
    }
    for (const role of ["C", "to nobody", "root", "timestamp", "snapshot", "targets", "toString"]) {
      const made = { ...request, role, file: tufMetadataFile(role) };
      expect(() => stepTufClient(vehicle.client, { request: made, bytes: undefined }, now)).toThrow(RangeError);
    }
  });

  it("is one of several prefixes of a path's hash", async () => {
    const hash = tufPathHash("b");
    const other = hash.startsWith("0") ? "1" : "0";
    const key = delegateTo({ name: "A", path_hash_prefixes: [other, hash.slice(0, 5)] });
    delete repository.targets.delegations.roles[0].paths;
    repository.delegated.set("A", { document: targets({ targets: { b: targetOf("b") } }), keys: [key] });
    await repository.publish();
    vehicle.refresh(repository.files);
    expect(vehicle.find("b", repository.files).decision).toBe("found");
  });

  it("is the bin of a path and nobody after it", async () => {
    const key = delegateTo({ name: "A" }, { name: "B" });
    const bins = { bit_length: 1, name_prefix: "bin", keyids: [key.keyid], threshold: 1 };
    const delegations = { keys: { [key.keyid]: key.object }, succinct_roles: bins };
    repository.delegated.set("A", { document: targets({ delegations }), keys: [key] });
    repository.delegated.set("B", { document: targets({ targets: { b: targetOf("b") } }), keys: [key] });
    for (const name of ["bin-0", "bin-1"]) repository.delegated.set(name, { document: targets(), keys: [key] });
    await repository.publish();
    vehicle.refresh(repository.files);
    expect(vehicle.find("b", repository.files)).toMatchObject({ decision: "not_found" });
    expect(vehicle.fetched.map((file) => file.slice(0, 5))).toEqual([
      "2.roo",
      "times",
      "1.sna",
      "1.tar",
      "1.A.j",
      "1.bin",
    ]);
  });

  it.each([
    [4, "bin-0", true],
    [4, "bin-f", true],
    [3, "bin-7", true],
    [3, "bin-8", false],
    [12, "bin-fff", true],
    [12, "bin-0ff", true],
    [12, "bin-ff", false],
    [12, "bin-0fff", false],
    [32, "bin-ffffffff", true],
    [32, "bin-1ffffffff", false],
    [4, "bin-F", false],
    [4, "bin-g", false],
    [4, "bin-", false],
    [4, "bin", false],
    [4, "", false],
    [4, "bin- f", false],
    [4, "bin-f ", false],
    [4, "xin-f", false],
    [4, "bin_f", false],
    [4, "constructor", false],
  ])("with %i bits, %j is a bin: %j", (bitLength, role, isBin) => {
    expect(isBinName(role, { bit_length: bitLength, name_prefix: "bin", keyids: [], threshold: 1 })).toBe(isBin);
  });
});
