import { describe, expect, it } from "vitest";
import { bytesToHex, sha256, sha512, utf8ToBytes } from "../../../src/core/index.ts";
import {
  addTufTarget,
  addTufTargets,
  buildTufRoot,
  buildTufSnapshot,
  buildTufTargets,
  buildTufTimestamp,
  bumpTufVersion,
  delegateTufBins,
  delegateTufRole,
  describeTufFile,
  describeTufTarget,
  distributeTufTargets,
  encodeTufMetadata,
  parseTufMetadata,
  removeTufTargets,
  type TufRootInput,
  type TufTargets,
  tufBinNames,
  tufBinOf,
  tufPathHash,
  tufQuorum,
  tufRootQuorums,
  undelegateTufRole,
} from "../../../src/manifest/index.ts";
import { encodeTufKey, type PublicKey } from "../../../src/signing/index.ts";
import { errorOf } from "../../error-of.ts";
import { day, type Loose, now } from "./repository-fixture.ts";
import { signerOf } from "./repository-keys.ts";

const [a, b, c] = ["a", "b", "c"].map((name) => signerOf(name).publicKey) as [PublicKey, PublicKey, PublicKey];
const expires = now + 30 * day;
const expiresText = "2026-12-25T00:00:00Z";
const one = (key: PublicKey) => ({ keys: [key], threshold: 1 });
const rootInput: TufRootInput = {
  expires,
  roles: { root: { keys: [a, b], threshold: 2 }, timestamp: one(c), snapshot: one(c), targets: one(b) },
};
const empty = buildTufTargets({ expires });
/** What clients read of a signed object, after the way through a file. */
const reread = (signed: Loose) =>
  JSON.parse(JSON.stringify(parseTufMetadata(encodeTufMetadata({ signed, signatures: [] })).signed));

describe("buildTufRoot", () => {
  it("lists each key once, and each role by key ids", () => {
    const root = buildTufRoot(rootInput);
    expect(reread(root)).toEqual({
      _type: "root",
      spec_version: "1.0.34",
      version: 1,
      expires: expiresText,
      consistent_snapshot: true,
      keys: { [a.keyId]: encodeTufKey(a), [b.keyId]: encodeTufKey(b), [c.keyId]: encodeTufKey(c) },
      roles: {
        root: { keyids: [a.keyId, b.keyId], threshold: 2 },
        timestamp: { keyids: [c.keyId], threshold: 1 },
        snapshot: { keyids: [c.keyId], threshold: 1 },
        targets: { keyids: [b.keyId], threshold: 1 },
      },
    });
  });

  it("takes version and naming, and rounds the expiry down", () => {
    const root = buildTufRoot({ ...rootInput, version: 4, consistentSnapshot: false, expires: expires + 999 });
    expect([root.version, root.consistent_snapshot, root.expires]).toEqual([4, false, expiresText]);
  });

  it.each<[string, PublicKey[], number, string | undefined]>([
    ["threshold 0", [a], 0, undefined],
    ["a threshold above the keys", [a, b], 3, undefined],
    ["a threshold that is no integer", [a, b], 1.5, undefined],
    ["no keys", [], 1, undefined],
    ["a key twice", [a, a], 1, a.keyId],
    ["a key under two ids", [a, { ...a, keyId: "other" }], 1, "other"],
    ["one id for two keys of a role", [a, { ...b, keyId: a.keyId }], 1, a.keyId],
    ["one id for two keys of two roles", [{ ...c, keyId: a.keyId }], 1, a.keyId],
  ])("refuses %s", (_, keys, threshold, keyid) => {
    const roles = { ...rootInput.roles, targets: { keys, threshold } };
    expect(errorOf(() => buildTufRoot({ ...rootInput, roles }))).toMatchObject({
      code: "ERR_MANIFEST_TUF_KEYS",
      details: { role: "targets", ...(keyid === undefined ? {} : { keyid }) },
    });
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 53])("refuses version %s", (version) => {
    expect(errorOf(() => buildTufRoot({ ...rootInput, version }))).toBeInstanceOf(RangeError);
  });

  it("refuses an expiry that is no time", () => {
    expect(errorOf(() => buildTufRoot({ ...rootInput, expires: Number.NaN }))).toBeInstanceOf(RangeError);
  });
});

describe("buildTufSnapshot and buildTufTimestamp", () => {
  const bytes = utf8ToBytes("file");

  it("list files with and without length and hash", () => {
    const hashes = { sha256: bytesToHex(sha256(bytes)) };
    expect(describeTufFile(3)).toEqual({ version: 3 });
    expect(describeTufFile(3, bytes)).toEqual({ version: 3, length: 4, hashes });
    const snapshot = buildTufSnapshot({
      version: 2,
      expires,
      files: { targets: describeTufFile(3, bytes), "a/b": { version: 1 } },
    });
    expect(reread(snapshot).meta).toEqual({
      "targets.json": { version: 3, length: 4, hashes },
      "a/b.json": { version: 1 },
    });
    const timestamp = buildTufTimestamp({ version: 9, expires, snapshot: { version: 2 } });
    expect(reread(timestamp)).toEqual({
      _type: "timestamp",
      spec_version: "1.0.34",
      version: 9,
      expires: expiresText,
      meta: { "snapshot.json": { version: 2 } },
    });
  });

  it("refuse a snapshot without targets", () => {
    expect(errorOf(() => buildTufSnapshot({ expires, files: { other: { version: 1 } } }))).toMatchObject({
      code: "ERR_MANIFEST_TUF_REPOSITORY",
      details: { file: "targets.json" },
    });
  });
});

describe("bumpTufVersion", () => {
  it("grows by one, or to the given version, and keeps every other field", () => {
    const old = { ...buildTufRoot(rootInput), "x-note": { kept: [1] } };
    const next = bumpTufVersion(old, { expires: expires + day });
    expect(next).toEqual({ ...old, version: 2, expires: "2026-12-26T00:00:00Z" });
    expect(bumpTufVersion(old, { expires, version: 7 }).version).toBe(7);
  });

  it.each([1, 0, -1, 1.5, 2 ** 53])("refuses version %s after 1", (version) => {
    expect(errorOf(() => bumpTufVersion(empty, { expires, version }))).toMatchObject({
      code: "ERR_MANIFEST_TUF_VERSION",
      path: "/signed/version",
      details: { had: 1, got: version },
    });
  });

  it("refuses to go on after the last version", () => {
    const last = { ...empty, version: Number.MAX_SAFE_INTEGER };
    expect(errorOf(() => bumpTufVersion(last, { expires }))).toMatchObject({ code: "ERR_MANIFEST_TUF_VERSION" });
  });
});

describe("targets", () => {
  const image = utf8ToBytes("image");
  const file = describeTufTarget(image);

  it("are described by length and the hashes asked for", () => {
    expect(file).toEqual({ length: 5, hashes: { sha256: bytesToHex(sha256(image)) } });
    expect(describeTufTarget(image, { algorithms: ["sha512", "sha256"], custom: { a: 1 } })).toEqual({
      length: 5,
      hashes: { sha256: bytesToHex(sha256(image)), sha512: bytesToHex(sha512(image)) },
      custom: { a: 1 },
    });
    expect(errorOf(() => describeTufTarget(image, { algorithms: [] }))).toBeInstanceOf(RangeError);
  });

  it("are added, replaced and removed without a change to the old object", () => {
    const first = addTufTargets(empty, [
      ["a/x", file],
      ["__proto__", file],
    ]);
    const second = addTufTarget(first, "a/x", { ...file, length: 6 });
    expect(Object.keys(reread(empty).targets)).toEqual([]);
    expect(Object.keys(first.targets)).toEqual(["a/x", "__proto__"]);
    expect(second.targets["a/x"]!.length).toBe(6);
    expect(Object.keys(removeTufTargets(second, ["__proto__"]).targets)).toEqual(["a/x"]);
    expect(first.targets["a/x"]!.length).toBe(5);
  });

  it.each(["", "/a", "a/", "a//b", ".", "../a", "a/./b"])("refuse path %j", (path) => {
    expect(errorOf(() => addTufTarget(empty, path, file))).toMatchObject({ code: "ERR_MANIFEST_TUF_TARGET_PATH" });
  });

  it("refuse a path that is no text in any encoding", () => {
    expect(errorOf(() => addTufTarget(empty, "a/\ud800", file))).toMatchObject({ code: "ERR_CORE_UTF8" });
  });

  it("refuse to remove what is not listed, also a name of Object's prototype", () => {
    for (const path of ["b", "constructor"]) {
      expect(errorOf(() => removeTufTargets(addTufTarget(empty, "a", file), [path]))).toMatchObject({
        code: "ERR_MANIFEST_TUF_TARGET_UNKNOWN",
        details: { path },
      });
    }
  });
});

describe("delegateTufRole", () => {
  const withA = delegateTufRole(empty, { name: "A", ...one(a), paths: ["a/*"] });

  it("adds roles in order, with their keys", () => {
    const both = delegateTufRole(withA, { name: "B", ...one(b), pathHashPrefixes: ["0", "a1"], terminating: true });
    expect(reread(both).delegations).toEqual({
      keys: { [a.keyId]: encodeTufKey(a), [b.keyId]: encodeTufKey(b) },
      roles: [
        { name: "A", keyids: [a.keyId], threshold: 1, terminating: false, paths: ["a/*"] },
        { name: "B", keyids: [b.keyId], threshold: 1, terminating: true, path_hash_prefixes: ["0", "a1"] },
      ],
    });
    const first = delegateTufRole(both, { name: "C", ...one(c), paths: [], before: "B" });
    expect(first.delegations!.roles!.map(({ name }) => name)).toEqual(["A", "C", "B"]);
  });

  it("replaces a role at its place, keeps its unknown fields, and takes off keys that nobody has any more", () => {
    const two = delegateTufRole(withA, { name: "B", ...one(b), paths: ["b/*"] });
    const roles = two.delegations!.roles!.map((role) => ({ ...role, "x-since": 2026 }));
    const noted: TufTargets = { ...two, delegations: { ...two.delegations!, roles } };
    const changed = delegateTufRole(noted, { name: "A", keys: [b, c], threshold: 2, pathHashPrefixes: ["f"] });
    expect(reread(changed).delegations).toEqual({
      keys: { [b.keyId]: encodeTufKey(b), [c.keyId]: encodeTufKey(c) },
      roles: [
        {
          name: "A",
          "x-since": 2026,
          keyids: [b.keyId, c.keyId],
          threshold: 2,
          terminating: false,
          path_hash_prefixes: ["f"],
        },
        { name: "B", "x-since": 2026, keyids: [b.keyId], threshold: 1, terminating: false, paths: ["b/*"] },
      ],
    });
  });

  it("leaves the object of a known key as it is", () => {
    const object = { ...encodeTufKey(a), "x-owner": "alice" } as Loose;
    const known = { ...empty, delegations: { keys: { [a.keyId]: object }, roles: [] } };
    expect(delegateTufRole(known, { name: "A", ...one(a), paths: [] }).delegations!.keys[a.keyId]).toEqual(object);
  });

  it("is undone by undelegateTufRole", () => {
    const two = delegateTufRole(withA, { name: "B", keys: [a, b], threshold: 1, paths: ["b/*"] });
    const left = undelegateTufRole(two, "A");
    expect(Object.keys(left.delegations!.keys).sort()).toEqual([a.keyId, b.keyId].sort());
    expect(left.delegations!.roles!.map(({ name }) => name)).toEqual(["B"]);
    expect(Object.keys(undelegateTufRole(left, "B").delegations!.keys)).toEqual([]);
    for (const targets of [left, empty]) {
      expect(errorOf(() => undelegateTufRole(targets, "A"))).toMatchObject({
        code: "ERR_MANIFEST_TUF_DELEGATION",
        details: { role: "A" },
      });
    }
  });

  it.each<[string, Loose]>([
    ["a top-level name", { name: "snapshot", paths: [] }],
    ["an empty name", { name: "", paths: [] }],
    ["neither paths nor prefixes", { name: "B" }],
    ["both paths and prefixes", { name: "B", paths: [], pathHashPrefixes: [] }],
    ["an upper-case prefix", { name: "B", pathHashPrefixes: ["0", "A"] }],
    ["an empty prefix", { name: "B", pathHashPrefixes: [""] }],
    ["a prefix longer than a hash", { name: "B", pathHashPrefixes: ["0".repeat(65)] }],
    ["an unknown place", { name: "B", paths: [], before: "Z" }],
  ])("refuses %s", (_, input) => {
    expect(errorOf(() => delegateTufRole(withA, { ...one(b), ...input }))).toMatchObject({
      code: "ERR_MANIFEST_TUF_DELEGATION",
      details: { role: input.name },
    });
  });

  it("refuses keys that do not fit", () => {
    expect(errorOf(() => delegateTufRole(withA, { name: "B", keys: [b], threshold: 2, paths: [] }))).toMatchObject({
      code: "ERR_MANIFEST_TUF_KEYS",
      details: { role: "B" },
    });
  });
});

describe("bins", () => {
  const binned = delegateTufBins(empty, { bitLength: 5, namePrefix: "bin", ...one(a) });
  const bins = binned.delegations!.succinct_roles!;

  it("are one delegation to all of them", () => {
    expect(reread(binned).delegations).toEqual({
      keys: { [a.keyId]: encodeTufKey(a) },
      succinct_roles: { keyids: [a.keyId], threshold: 1, bit_length: 5, name_prefix: "bin" },
    });
    expect(tufBinNames(bins)).toHaveLength(32);
    expect(tufBinNames(bins).slice(0, 2)).toEqual(["bin-00", "bin-01"]);
    expect(tufBinNames(bins).at(-1)).toBe("bin-1f");
  });

  it("are replaced with the keys of before taken off", () => {
    const changed = delegateTufBins(binned, { bitLength: 1, namePrefix: "x", ...one(b) });
    expect(Object.keys(changed.delegations!.keys)).toEqual([b.keyId]);
    expect(tufBinNames(changed.delegations!.succinct_roles!)).toEqual(["x-0", "x-1"]);
  });

  it.each([1, 3, 4, 5, 9])("of %i bits get every path as clients look for it", (bit_length) => {
    const naming = { bit_length, name_prefix: "p" };
    const paths = Array.from({ length: 500 }, (_, index) => `dir/é${index}.bin`);
    const file = describeTufTarget(utf8ToBytes("x"));
    const listed = distributeTufTargets(
      paths.map((path) => [path, file]),
      naming,
    );
    expect([...listed.keys()]).toEqual(tufBinNames(naming));
    for (const path of paths) expect(Object.keys(listed.get(tufBinOf(tufPathHash(path), naming))!)).toContain(path);
    expect([...listed.values()].flatMap((files) => Object.keys(files))).toHaveLength(500);
  });

  it("cannot stand beside roles, nor roles beside them", () => {
    const withRole = delegateTufRole(empty, { name: "A", ...one(a), paths: [] });
    expect(errorOf(() => delegateTufBins(withRole, { bitLength: 2, namePrefix: "x", ...one(a) }))).toMatchObject({
      code: "ERR_MANIFEST_TUF_DELEGATION",
      details: { role: "x-*" },
    });
    for (const name of ["A", "bin-1f"]) {
      expect(errorOf(() => delegateTufRole(binned, { name, ...one(a), paths: [] }))).toMatchObject({
        code: "ERR_MANIFEST_TUF_DELEGATION",
        details: { role: name },
      });
    }
    const undone = undelegateTufRole(withRole, "A");
    expect(delegateTufBins(undone, { bitLength: 2, namePrefix: "x", ...one(a) }).delegations!.roles).toBeUndefined();
  });

  it.each([0, 21, 1.5, -1, Number.NaN])("refuse %s bits", (bitLength) => {
    expect(errorOf(() => delegateTufBins(empty, { bitLength, namePrefix: "x", ...one(a) }))).toBeInstanceOf(RangeError);
    expect(errorOf(() => tufBinNames({ bit_length: bitLength, name_prefix: "x" }))).toBeInstanceOf(RangeError);
  });

  it("refuse a path that is none", () => {
    const file = describeTufTarget(utf8ToBytes("x"));
    expect(errorOf(() => distributeTufTargets([["../x", file]], bins))).toMatchObject({
      code: "ERR_MANIFEST_TUF_TARGET_PATH",
    });
  });
});

describe("quorums", () => {
  const root = buildTufRoot(rootInput);

  it("are read from roots and targets", () => {
    expect(tufQuorum(root, "root")).toEqual({ name: "root", keys: [a, b], threshold: 2 });
    const withRole = delegateTufRole(empty, { name: "q?/x", keys: [a, c], threshold: 2, paths: [] });
    expect(tufQuorum(withRole, "q?/x")).toEqual({ name: "q%3F%2Fx", keys: [a, c], threshold: 2 });
    const binned = delegateTufBins(empty, { bitLength: 4, namePrefix: "bin", ...one(b) });
    expect(tufQuorum(binned, "bin-f")).toEqual({ name: "bin-f", keys: [b], threshold: 1 });
  });

  it("of a root are its own and those of the one before", () => {
    const next = { ...root, version: 2 };
    expect(tufRootQuorums(next, root).map(({ name }) => name)).toEqual(["root 2", "root 1"]);
    expect(tufRootQuorums(next).map(({ name }) => name)).toEqual(["root 2"]);
  });

  it("leave out keys that cannot be used", () => {
    const keys = { ...root.keys, [a.keyId]: { keytype: "new", scheme: "new", keyval: {} } };
    expect(tufQuorum({ ...root, keys }, "root").keys).toEqual([b]);
    const { [a.keyId]: _, ...lacking } = root.keys;
    expect(tufQuorum({ ...root, keys: lacking }, "root").keys).toEqual([b]);
  });

  it.each([
    ["root", "A"],
    ["root", "constructor"],
    ["targets", "targets"],
    ["bins", "bin-10"],
    ["bins", "bin-F"],
  ])("of %s know no %s", (which, role) => {
    const binned = delegateTufBins(empty, { bitLength: 4, namePrefix: "bin", ...one(b) });
    const delegator = which === "root" ? root : which === "bins" ? binned : empty;
    expect(errorOf(() => tufQuorum(delegator, role))).toMatchObject({
      code: "ERR_MANIFEST_TUF_DELEGATION",
      details: { role, delegator: delegator._type },
    });
  });
});

describe("encodeTufMetadata", () => {
  it("writes signatures in order of key ids, and no white space", () => {
    const signatures = [
      { keyid: "b", sig: "02" },
      { keyid: "a", sig: "01" },
    ];
    const text = new TextDecoder().decode(encodeTufMetadata({ signed: empty, signatures }));
    expect(text).toBe(
      `{"signatures":[{"keyid":"a","sig":"01"},{"keyid":"b","sig":"02"}],"signed":{"_type":"targets","expires":"${expiresText}","spec_version":"1.0.34","targets":{},"version":1}}`,
    );
  });
});
