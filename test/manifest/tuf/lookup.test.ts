import { beforeEach, describe, expect, it } from "vitest";
import { findTufTarget, tufBinName, tufBinOf, tufPathHash, tufTargetFile } from "../../../src/manifest/index.ts";
import { errorOf } from "../../error-of.ts";
import { TestVehicle } from "./client-driver.ts";
import { base, type Loose, TestRepository, targetOf, testKey } from "./repository-fixture.ts";

let repository: TestRepository;
let vehicle: TestVehicle;

beforeEach(async () => {
  repository = new TestRepository();
  vehicle = new TestVehicle(await repository.publishRoot());
});

/** Delegates from one role (`targets` or a delegated one) to another, which lists the given paths. */
function delegate(
  from: string,
  to: string,
  paths: readonly string[],
  lists: readonly string[] = [],
  change: Loose = {},
): void {
  const key = testKey(to);
  const parent = from === "targets" ? repository.targets : repository.delegated.get(from)!.document;
  parent.delegations ??= { keys: {}, roles: [] };
  parent.delegations.keys[key.keyid] = key.object;
  parent.delegations.roles.push({ name: to, keyids: [key.keyid], threshold: 1, terminating: false, paths, ...change });
  if (repository.delegated.has(to)) return;
  const targets = Object.fromEntries(lists.map((path) => [path, targetOf(`${to}:${path}`)]));
  repository.delegated.set(to, { document: { _type: "targets", ...base, targets }, keys: [key] });
}

async function search(path: string) {
  await repository.publish();
  vehicle.refresh(repository.files);
  vehicle.fetched = [];
  return vehicle.find(path, repository.files);
}

describe("findTufTarget", () => {
  it("gives what the top-level role lists, frozen", async () => {
    repository.targets.targets["a/b.bin"] = { ...targetOf("x"), custom: { hardwareIds: ["brake"] } };
    const lookup = await search("a/b.bin");
    if (lookup.decision !== "found") throw new Error(lookup.decision);
    expect(lookup.target).toEqual({ path: "a/b.bin", ...repository.targets.targets["a/b.bin"], roles: ["targets"] });
    expect(Object.isFrozen(lookup.target.custom!["hardwareIds"])).toBe(true);
  });

  it.each([["constructor"], ["__proto__"], ["toString"], ["hasOwnProperty"]])(
    "does not find %s by itself",
    async (path) => {
      expect(await search(path)).toEqual({ decision: "not_found", visited: ["targets"] });
    },
  );

  it("asks for the refresh first", () => {
    expect(findTufTarget(vehicle.client, "a")).toMatchObject({ decision: "needs", request: { file: "2.root.json" } });
  });

  it("searches depth first, in the order of delegations", async () => {
    delegate("targets", "A", ["*"]);
    delegate("targets", "B", ["*"], ["x"]);
    delegate("A", "C", ["*"]);
    delegate("A", "D", ["*"], ["x"]);
    const lookup = await search("x");
    expect(lookup).toMatchObject({ decision: "found", target: { roles: ["targets", "A", "D"] } });
    expect(vehicle.fetched).toEqual(["1.A.json", "1.C.json", "1.D.json"]);
  });

  it("fetches a role once, over all searches of a refresh, and not at all when it is stored", async () => {
    delegate("targets", "A", ["*"], ["x"]);
    await search("x");
    expect(vehicle.find("y", repository.files).decision).toBe("not_found");
    expect(vehicle.fetched).toEqual(["1.A.json"]);
    vehicle.refresh(repository.files);
    vehicle.fetched = [];
    expect(vehicle.find("x", repository.files).decision).toBe("found");
    expect(vehicle.fetched).toEqual([]);
  });

  it("fetches a stored role anew when it is broken", async () => {
    delegate("targets", "A", ["*"], ["x"]);
    await search("x");
    vehicle.store.set("A.json", vehicle.store.get("targets.json")!);
    vehicle.refresh(repository.files);
    vehicle.fetched = [];
    expect(vehicle.find("x", repository.files).decision).toBe("found");
    expect(vehicle.fetched).toEqual(["1.A.json"]);
  });

  it("asks only roles whose pattern matches at every delegation", async () => {
    delegate("targets", "A", ["a/*"]);
    delegate("targets", "B", ["b/*"]);
    delegate("B", "C", ["c/*", "b/1"], ["b/1", "b/2", "c/1"]);
    expect(await search("b/1")).toMatchObject({ decision: "found" });
    expect(vehicle.fetched).toEqual(["1.B.json", "1.C.json"]);
    expect(await search("b/2")).toMatchObject({ decision: "not_found", visited: ["targets", "B"] });
    expect(await search("c/1")).toMatchObject({ decision: "not_found", visited: ["targets"] });
  });

  it("ends with a terminating delegation, found or not", async () => {
    delegate("targets", "A", ["*"], [], { terminating: true });
    delegate("targets", "B", ["*"], ["x"]);
    delegate("A", "C", ["*"], []);
    expect(await search("x")).toEqual({ decision: "not_found", visited: ["targets", "A", "C"] });
  });

  it("ignores a terminating delegation whose pattern does not match", async () => {
    delegate("targets", "A", ["y"], [], { terminating: true });
    delegate("targets", "B", ["*"], ["x"]);
    expect((await search("x")).decision).toBe("found");
  });

  it("forgets the roles further up when a deeper one is terminating", async () => {
    delegate("targets", "A", ["*"]);
    delegate("targets", "B", ["*"], ["x"]);
    delegate("A", "C", ["*"], [], { terminating: true });
    delegate("A", "D", ["*"], ["x"]);
    expect(await search("x")).toEqual({ decision: "not_found", visited: ["targets", "A", "C"] });
  });

  it("visits each role once, so that cycles end", async () => {
    delegate("targets", "A", ["*"]);
    delegate("A", "B", ["*"]);
    delegate("B", "A", ["*"]);
    delegate("A", "A", ["*"]);
    expect(await search("x")).toEqual({ decision: "not_found", visited: ["targets", "A", "B"] });
  });

  it("gives up beyond the allowed number of roles, which is no answer", async () => {
    for (let index = 1; index <= 4; index++) delegate("targets", `R${index}`, ["*"], index === 4 ? ["x"] : []);
    await repository.publish();
    vehicle = new TestVehicle(repository.files.get("1.root.json")!, { maxDelegations: 3 });
    expect(await search("x")).toMatchObject({
      decision: "refuse",
      reasons: [{ code: "tuf_too_many_delegations", clause: "TUF 5.6.7", attack: "endless_data" }],
    });
    vehicle = new TestVehicle(repository.files.get("1.root.json")!, { maxDelegations: 4 });
    expect((await search("x")).decision).toBe("found");
  });

  it("makes no request for a role that the snapshot does not list", async () => {
    delegate("targets", "A", ["*"], ["x"]);
    repository.delegated.clear();
    const lookup = await search("x");
    expect(lookup).toMatchObject({ decision: "refuse", reasons: [{ code: "tuf_role_not_listed", role: "A" }] });
    expect(vehicle.fetched).toEqual([]);
  });

  it("checks a role against the keys of each delegator", async () => {
    delegate("targets", "A", ["a/*"]);
    delegate("targets", "B", ["b/*"]);
    delegate("A", "release", ["a/*"], ["a/x", "b/x"]);
    delegate("B", "release", ["b/*"]);
    const other = testKey("other release key");
    const byB = repository.delegated.get("B")!.document.delegations;
    byB.keys = { [other.keyid]: other.object };
    byB.roles[0].keyids = [other.keyid];
    expect((await search("a/x")).decision).toBe("found");
    expect(vehicle.find("b/x", repository.files)).toMatchObject({
      decision: "refuse",
      reasons: [{ code: "tuf_threshold_not_met", role: "release", clause: "TUF 5.6.3" }],
    });
    expect(vehicle.fetched).toEqual(["1.A.json", "1.release.json", "1.B.json"]);
  });

  it("accepts a role that two delegators vouch for with the same keys", async () => {
    delegate("targets", "A", ["a/*"]);
    delegate("targets", "B", ["b/*"]);
    delegate("A", "release", ["a/*"], ["a/x", "b/x"]);
    delegate("B", "release", ["b/*"]);
    expect((await search("a/x")).decision).toBe("found");
    expect(vehicle.find("b/x", repository.files)).toMatchObject({
      decision: "found",
      target: { roles: ["targets", "B", "release"] },
    });
  });

  it.each([["?"], ["#"], ["/role"], ["../role"], ["ro le*'()!"]])(
    "encodes the role name %s in one segment",
    async (name) => {
      delegate("targets", name, ["*"], ["x"]);
      await repository.publish();
      const encoded = encodeURIComponent(name).replace(
        /[!'()*]/g,
        (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
      );
      const bytes = repository.files.get(`1.${encodeURIComponent(name)}.json`)!;
      repository.files.set(`1.${encoded}.json`, bytes);
      vehicle.refresh(repository.files);
      expect(vehicle.find("x", repository.files).decision).toBe("found");
      expect(vehicle.fetched.at(-1)).toBe(`1.${encoded}.json`);
      expect(vehicle.store.get(`${encoded}.json`)).toEqual(bytes);
    },
  );
});

describe("hash delegations", () => {
  it("matches leading digits of the path's hash", async () => {
    const hash = tufPathHash("x");
    delegate("targets", "A", [], ["x"], { paths: undefined, path_hash_prefixes: [hash.slice(0, 3)] });
    delete repository.targets.delegations.roles[0].paths;
    expect((await search("x")).decision).toBe("found");
    expect((await search("y")).decision).toBe("not_found");
  });

  it("names the bin of TAP 15", () => {
    const bins = { bit_length: 10, name_prefix: "bins" };
    // Leading 10 bits of 0x2d7116… are 0x0b5.
    expect(tufPathHash("x")).toMatch(/^2d711642/);
    expect(tufBinOf(tufPathHash("x"), bins)).toBe("bins-0b5");
    expect(tufBinName(0, { bit_length: 1, name_prefix: "b" })).toBe("b-0");
    expect(tufBinName(2 ** 32 - 1, { bit_length: 32, name_prefix: "b" })).toBe("b-ffffffff");
    expect(tufBinOf("ffffffff", { bit_length: 32, name_prefix: "b" })).toBe("b-ffffffff");
  });

  it("searches in the one bin of a path", async () => {
    const key = testKey("bins");
    repository.targets.delegations = {
      keys: { [key.keyid]: key.object },
      succinct_roles: { keyids: [key.keyid], threshold: 1, bit_length: 2, name_prefix: "b" },
    };
    for (const digit of "0123") {
      repository.delegated.set(`b-${digit}`, {
        document: { _type: "targets", ...base, targets: { [`only in ${digit}`]: targetOf(digit), x: targetOf("x") } },
        keys: [key],
      });
    }
    expect(await search("x")).toMatchObject({ decision: "found", target: { roles: ["targets", "b-0"] } });
    expect(vehicle.fetched).toEqual(["1.b-0.json"]);
  });
});

describe("tufTargetFile", () => {
  it("puts the hash in front of the last segment and encodes each", () => {
    expect(tufTargetFile("a b/c?.bin", "00ff")).toBe("a%20b/00ff.c%3F.bin");
    expect(tufTargetFile("c")).toBe("c");
    expect(tufTargetFile("c", "../x")).toBe("..%2Fx.c");
  });

  it.each([[""], ["/a"], ["a/"], ["a//b"], ["../a"], ["a/.."], ["./a"], ["a/./b"]])("refuses the path %j", (path) => {
    expect(errorOf(() => tufTargetFile(path))).toMatchObject({ code: "ERR_MANIFEST_TUF_TARGET_PATH" });
  });
});
