/** What a step tells beside its decision: who signed, what was ignored, what was had and got. */

import { beforeEach, describe, expect, it } from "vitest";
import { defaultSignatureProvider } from "../../../src/core/crypto/signature-providers.ts";
import { bytesToHex, jsonPointer, sha512 } from "../../../src/core/index.ts";
import {
  findTufTarget,
  parseTufMetadata,
  type TufLookup,
  type TufPolicy,
  type TufStep,
} from "../../../src/manifest/index.ts";
import { errorOf } from "../../error-of.ts";
import { TestVehicle } from "./client-driver.ts";
import {
  base,
  fileOf,
  type Loose,
  signed,
  type TestKey,
  TestRepository,
  targetOf,
  testKey,
} from "./repository-fixture.ts";

let repository: TestRepository;
let vehicle: TestVehicle;

beforeEach(async () => {
  repository = new TestRepository();
  repository.targets.targets["a.bin"] = targetOf("a");
});

/** Publishes all and refreshes a new vehicle; gives its last step. */
async function refresh(policy: TufPolicy = {}): Promise<TufStep> {
  vehicle = new TestVehicle(await repository.publishRoot(), policy);
  await repository.publish();
  return vehicle.refresh(repository.files);
}

/** Lists keys for a role of the root, all of which sign. */
function listKeys(role: "timestamp" | "targets", keys: readonly TestKey[], threshold: number): void {
  repository.keys[role] = [...keys];
  for (const { keyid, object } of keys) repository.root.keys[keyid] = object;
  repository.root.roles[role] = { keyids: keys.map(({ keyid }) => keyid), threshold };
}

const reasonsOf = (role: string) =>
  vehicle.steps.flatMap(({ reasons }) => reasons.filter((reason) => reason.role === role));

describe("who signed", () => {
  it("is known of every trusted file, of a root by the keys of old and new", async () => {
    await refresh();
    const [before] = repository.keys.root;
    const after = testKey("next root");
    repository.root = { ...structuredClone(repository.root), version: 2 };
    repository.root.keys[after.keyid] = after.object;
    repository.root.roles.root.keyids = [after.keyid];
    await repository.publishRoot(after, before!);
    vehicle.refresh(repository.files);
    const { root, timestamp, snapshot, targets } = vehicle.client;
    expect(root.signedBy).toEqual([before!.keyid, after.keyid]);
    expect([timestamp, snapshot, targets["targets"]!.trusted].map((trusted) => trusted!.signedBy)).toEqual(
      (["timestamp", "snapshot", "targets"] as const).map((role) => [repository.keys[role][0]!.keyid]),
    );
  });

  it("may be many, each checked with its own key", async () => {
    listKeys(
      "timestamp",
      Array.from({ length: 20 }, (_, index) => testKey(`signer ${index}`)),
      20,
    );
    expect((await refresh()).decision).toBe("accept");
    expect(vehicle.client.timestamp!.signedBy).toHaveLength(20);
  });

  it("is found out by the provider of the policy", async () => {
    const imported = new Set<string>();
    const provider: typeof defaultSignatureProvider = {
      ...defaultSignatureProvider,
      importPublicKey(scheme, material) {
        imported.add(bytesToHex(material));
        return defaultSignatureProvider.importPublicKey(scheme, material);
      },
    };
    await refresh({ provider });
    expect(imported.size).toBe(4);
  });
});

describe("a root chain", () => {
  /** Publishes a second root, of other timestamp keys. */
  async function publishSecond(timestampKeys: readonly TestKey[], change: Loose = {}): Promise<void> {
    repository.root = { ...structuredClone(repository.root), version: 2, ...change };
    listKeys("timestamp", timestampKeys, 1);
    await repository.publishRoot();
    repository.timestamp.version = 2;
    await repository.publish();
  }

  it("tells what was accepted, revoked, ignored and left for the next refresh", async () => {
    await refresh();
    repository.root.keys.label = { ...testKey("x").object, scheme: "none" };
    await publishSecond([testKey("next timestamp")]);
    const accepted = { code: "tuf_root_accepted", role: "root", clause: "TUF 5.3.7", evidence: { had: 1, got: 2 } };
    const rotated = {
      code: "tuf_keys_rotated",
      role: "root",
      clause: "TUF 5.3.11",
      evidence: { revoked: "timestamp" },
    };
    const unusable = { code: "tuf_key_unusable", role: "root", evidence: { got: "label" } };
    const limit = { code: "tuf_root_limit", role: "root", clause: "TUF 5.3.3", evidence: { had: 1 } };
    const first = repository.files.get("1.root.json")!;
    const limited = new TestVehicle(first, { maxRootRotations: 1 });
    limited.refresh(repository.files);
    expect(limited.steps[0]).toMatchObject({ decision: "accept", reasons: [accepted, rotated, unusable, limit] });
    vehicle = new TestVehicle(first);
    vehicle.refresh(repository.files);
    expect(vehicle.steps[0]).toMatchObject({ decision: "accept", reasons: [accepted, rotated, unusable] });
    expect(vehicle.steps[1]).toMatchObject({
      decision: "keep",
      reasons: [{ code: "tuf_root_newest", role: "root", clause: "TUF 5.3.3", evidence: { had: 2 } }],
    });
  });

  it("drops what is stored also when one of two keys is revoked", async () => {
    const [kept, revoked] = [testKey("kept"), testKey("revoked")];
    listKeys("timestamp", [kept, revoked], 1);
    await refresh();
    await publishSecond([kept]);
    vehicle.refresh(repository.files);
    expect(vehicle.steps[0]!.persist[0]).toEqual({ file: "timestamp.json", bytes: undefined });
  });

  it("refuses a leap by name of the role", async () => {
    await refresh();
    repository.files.set(
      "2.root.json",
      fileOf(await signed({ ...repository.root, version: 4 }, ...repository.keys.root)),
    );
    expect(vehicle.refresh(repository.files).reasons).toMatchObject([
      { code: "tuf_root_version_not_next", role: "root", clause: "TUF 5.3.5", evidence: { had: 1, got: 4 } },
    ]);
  });

  it("ends with its last root when that has expired", async () => {
    repository.root.expires = "2026-01-01T00:00:00Z";
    const step = await refresh();
    expect(step).toMatchObject({ decision: "refuse", reasons: [{ code: "tuf_expired", role: "root" }] });
    expect(vehicle.steps).toEqual([step]);
  });
});

describe("what is ignored", () => {
  it("are signatures of other keys, also of keys of other roles, and broken ones", async () => {
    const [good, bad] = [testKey("good"), testKey("bad")];
    listKeys("timestamp", [good, bad], 1);
    await refresh();
    const document = await signed(repository.timestamp, good, testKey("stranger"), ...repository.keys.snapshot);
    document.signatures.unshift({ keyid: bad.keyid, sig: "00" });
    repository.files.set("timestamp.json", fileOf(document));
    vehicle = new TestVehicle(repository.files.get("1.root.json")!);
    vehicle.refresh(repository.files);
    expect(reasonsOf("timestamp").filter(({ code }) => code === "tuf_signature_ignored")).toMatchObject([
      { clause: "TUF 5.4.2", attack: "none", evidence: { got: testKey("stranger").keyid, why: "unknown_key" } },
      { clause: "TUF 5.4.2", evidence: { got: repository.keys.snapshot[0]!.keyid, why: "unknown_key" } },
      { clause: "TUF 5.4.2", evidence: { keyid: bad.keyid, why: "signature_invalid" } },
    ]);
  });

  it.each([
    [{}, { code: "tuf_key_unusable", evidence: { got: "label", error: "ERR_SIGNING_KEY_ALGORITHM" } }],
    [{ keyIds: "strict" }, { code: "tuf_key_id_mismatch", evidence: { got: "label" } }],
  ] as const)("are keys that cannot be used, under the policy %j", async (policy, reason) => {
    repository.targets.delegations = { keys: { label: { ...testKey("x").object, scheme: "none" } }, roles: [] };
    await refresh(policy);
    expect(reasonsOf("targets").at(-1)).toMatchObject({ ...reason, clause: "TUF 4.2.2", role: "targets" });
  });

  it("is a stored file, with the reasons why", async () => {
    await refresh();
    for (const role of ["timestamp", "snapshot", "targets"]) {
      const file = JSON.parse(new TextDecoder().decode(vehicle.store.get(`${role}.json`)));
      file.signatures = [];
      vehicle.store.set(`${role}.json`, fileOf(file));
    }
    vehicle.refresh(repository.files);
    expect(["timestamp", "snapshot", "targets"].map((role) => reasonsOf(role)[0])).toMatchObject([
      { code: "tuf_local_unusable", clause: "TUF 5.4", evidence: { why: ["tuf_threshold_not_met"] } },
      {
        code: "tuf_local_unusable",
        clause: "TUF 5.5",
        evidence: { why: ["tuf_length_mismatch", "tuf_hash_mismatch", "tuf_threshold_not_met"] },
      },
      {
        code: "tuf_local_unusable",
        clause: "TUF 5.6",
        evidence: { why: ["tuf_length_mismatch", "tuf_hash_mismatch", "tuf_threshold_not_met"] },
      },
    ]);
  });
});

describe("what was had and got", () => {
  const offerSnapshot = async (change: (listed: Loose) => void) => {
    await refresh();
    change(repository.timestamp.meta["snapshot.json"]);
    await repository.publishTimestamp();
    vehicle = new TestVehicle(repository.files.get("1.root.json")!);
    return vehicle.refresh(repository.files);
  };
  const snapshot = () => repository.files.get("1.snapshot.json")!;

  it("is told of lengths and hashes", async () => {
    const { reasons } = await offerSnapshot((listed) => {
      listed.length += 7;
      listed.hashes = { sha256: listed.hashes.sha256, sha512: "00", md5: "00" };
    });
    expect(reasons).toMatchObject([
      { code: "tuf_length_mismatch", evidence: { had: snapshot().length + 7, got: snapshot().length } },
      { code: "tuf_hash_mismatch", evidence: { had: "00", algorithm: "sha512" } },
    ]);
    expect(reasons).toHaveLength(2);
  });

  it("is told of hashes of which none is known", async () => {
    const { reasons } = await offerSnapshot((listed) => {
      listed.hashes = { md5: "00", blake3: "00" };
    });
    expect(reasons).toMatchObject([{ code: "tuf_hash_unknown", evidence: { got: "md5 blake3" } }]);
  });

  it("is nothing when the one hash that is known is SHA-512", async () => {
    const step = await offerSnapshot((listed) => {
      listed.hashes = { sha512: bytesToHex(sha512(snapshot())), md5: "00" };
    });
    expect(step.decision).toBe("accept");
  });

  it("is told of a threshold that cannot be met", async () => {
    listKeys("timestamp", [testKey("one")], 2);
    expect((await refresh()).reasons).toMatchObject([
      {
        code: "tuf_threshold_unreachable",
        clause: "TUF 5.4.2",
        attack: "key_compromise",
        evidence: { had: 2, got: 1, signedBy: [], error: "ERR_SIGNING_TRUST_UNSATISFIABLE" },
      },
    ]);
  });

  it("is told of a version above the highest, with the clause of the role", async () => {
    repository.withHashes = false;
    await refresh();
    const targets = { ...repository.targets, version: 1_001 };
    repository.files.set("1.targets.json", fileOf(await signed(targets, ...repository.keys.targets)));
    const { reasons } = new TestVehicle(repository.files.get("1.root.json")!, { maxVersion: 1_000 }).refresh(
      repository.files,
    );
    expect(reasons).toMatchObject([
      { code: "tuf_version_too_high", clause: "TUF 5.6.4", evidence: { had: 1_000, got: 1_001 } },
      { code: "tuf_version_mismatch", clause: "TUF 5.6.4", evidence: { had: 1, got: 1_001 } },
    ]);
  });
});

describe("a search", () => {
  it("tells what it found, and nothing that is not there", async () => {
    await refresh();
    const found = findTufTarget(vehicle.client, "a.bin") as Extract<TufLookup, { decision: "found" }>;
    expect(Object.keys(found.target)).toEqual(["path", "length", "hashes", "roles"]);
  });

  it("tells why it was given up", async () => {
    const [key] = repository.keys.targets;
    const delegated = { keyids: [key!.keyid], threshold: 1, terminating: false, paths: ["*"] };
    const roles = ["A", "B"].map((name) => ({ name, ...delegated }));
    repository.targets.delegations = { keys: { [key!.keyid]: key!.object }, roles };
    await refresh({ maxDelegations: 1 });
    expect(vehicle.find("b", repository.files)).toMatchObject({
      reasons: [{ code: "tuf_role_not_listed", role: "A", clause: "TUF 5.6.1" }],
    });
    for (const { name } of roles) {
      const document = { _type: "targets", ...base, targets: {} };
      repository.delegated.set(name, { document, keys: [key!] });
    }
    await refresh({ maxDelegations: 1 });
    expect(vehicle.find("b", repository.files)).toMatchObject({
      reasons: [{ code: "tuf_too_many_delegations", role: "B", clause: "TUF 5.6.7", evidence: { had: 1 } }],
    });
  });

  it("is for a path that is text", async () => {
    await refresh();
    expect(() => findTufTarget(vehicle.client, 1 as unknown as string)).toThrow(TypeError);
  });
});

describe("a malformed file", () => {
  const key = testKey("delegated");
  const role = { keyids: [key.keyid], threshold: 1 };
  const delegations = (change: Loose): Loose => ({ keys: { [key.keyid]: key.object }, ...change });
  const named = { name: "A", terminating: false, ...role };
  const documents = (): Loose[] => [
    repository.root,
    { ...repository.timestamp, meta: { "snapshot.json": { version: 1, length: 1, hashes: { sha256: "00" } } } },
    { ...repository.snapshot, meta: { "targets.json": { version: 1, length: 1, hashes: { sha256: "00" } } } },
    { ...repository.targets, targets: { a: { ...targetOf("a"), custom: {} } } },
    { ...repository.targets, delegations: delegations({ roles: [{ ...named, paths: ["a"] }] }) },
    { ...repository.targets, delegations: delegations({ roles: [{ ...named, path_hash_prefixes: ["a"] }] }) },
    {
      ...repository.targets,
      delegations: delegations({ succinct_roles: { ...role, bit_length: 1, name_prefix: "b" } }),
    },
  ];

  /** Every place in a document, from the outside inwards. */
  function placesOf(value: Loose, at: readonly string[] = []): (readonly string[])[] {
    if (typeof value !== "object" || value === null) return [at];
    return [at, ...Object.keys(value).flatMap((name) => placesOf(value[name], [...at, name]))];
  }

  it("is refused with the place of what has the wrong type", async () => {
    for (const signed of documents()) {
      const whole = { signatures: [{ keyid: "a", sig: "00" }], signed };
      expect(parseTufMetadata(fileOf(whole)).signed).toEqual(signed);
      for (const place of placesOf(whole)) {
        const [last, ...above] = [...place].reverse();
        const changed = structuredClone(whole);
        if (last === undefined) continue;
        above.reverse().reduce((inner: Loose, name) => inner[name], changed)[last] = null;
        expect(
          errorOf(() => parseTufMetadata(fileOf(changed))),
          place.join(" "),
        ).toMatchObject({
          code: "ERR_MANIFEST_TUF_FORMAT",
          path: jsonPointer(...place),
        });
      }
    }
    expect(errorOf(() => parseTufMetadata(fileOf(null)))).toMatchObject({ path: "" });
  });
});
