import { beforeEach, describe, expect, it } from "vitest";
import { bytesToUtf8, formatUtcTime } from "../../../src/core/index.ts";
import { createTufClient, nextTufRequest, stepTufClient, type TufPolicy } from "../../../src/manifest/index.ts";
import { errorOf } from "../../error-of.ts";
import { codesOf, TestVehicle } from "./client-driver.ts";
import { day, fileOf, now, signed, type TestKey, TestRepository, targetOf, testKey } from "./repository-fixture.ts";

let repository: TestRepository;
let vehicle: TestVehicle;

beforeEach(async () => {
  repository = new TestRepository();
  repository.targets.targets["a.bin"] = targetOf("a");
  const root = await repository.publishRoot();
  await repository.publish();
  vehicle = new TestVehicle(root);
});

const refresh = () => vehicle.refresh(repository.files);

describe("a refresh", () => {
  it("asks for one file after the other and stores each exactly as it came", () => {
    expect(refresh().decision).toBe("accept");
    expect(vehicle.fetched).toEqual(["2.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json"]);
    expect(vehicle.client.phase).toBe("ready");
    const { files } = repository;
    expect(Object.fromEntries(vehicle.store)).toEqual({
      "root.json": files.get("1.root.json"),
      "timestamp.json": files.get("timestamp.json"),
      "snapshot.json": files.get("1.snapshot.json"),
      "targets.json": files.get("1.targets.json"),
    });
  });

  it("says of each step what happened", () => {
    refresh();
    expect(vehicle.steps.map((step) => [step.decision, ...codesOf(step)])).toEqual([
      ["keep", "tuf_root_newest"],
      ["keep", "tuf_local_absent"],
      ["accept", "tuf_metadata_accepted"],
      ["keep", "tuf_local_absent"],
      ["accept", "tuf_metadata_accepted"],
      ["keep", "tuf_local_absent"],
      ["accept", "tuf_metadata_accepted"],
    ]);
    expect(vehicle.steps[2]!.reasons[0]).toEqual({
      code: "tuf_metadata_accepted",
      message: "timestamp: The metadata passed every check and is trusted from now on.",
      clause: "TUF 5.4.5",
      role: "timestamp",
      attack: "none",
      evidence: { got: 1 },
    });
  });

  it("fetches nothing but root and timestamp when nothing is new", () => {
    refresh();
    expect(refresh().decision).toBe("accept");
    expect(vehicle.fetched).toEqual(["2.root.json", "timestamp.json"]);
    expect(vehicle.steps.map((step) => step.reasons[0]!.code)).toEqual([
      "tuf_root_newest",
      "tuf_local_for_rollback",
      "tuf_timestamp_unchanged",
      "tuf_local_used",
      "tuf_local_used",
    ]);
    expect(vehicle.steps.flatMap(({ persist }) => persist)).toEqual([]);
  });

  it("fetches what is new", async () => {
    refresh();
    await repository.publishNext();
    refresh();
    expect(vehicle.fetched).toEqual(["2.root.json", "timestamp.json", "2.snapshot.json", "2.targets.json"]);
    repository.snapshot.version++;
    repository.timestamp.version++;
    await repository.publish();
    refresh();
    expect(vehicle.fetched).toEqual(["2.root.json", "timestamp.json", "3.snapshot.json"]);
    expect(vehicle.client.snapshot!.signed.version).toBe(3);
  });

  it("asks for names without versions when snapshots are not consistent", async () => {
    repository.root.consistent_snapshot = false;
    const { files } = repository;
    vehicle = new TestVehicle(await repository.publishRoot());
    files.set("snapshot.json", files.get("1.snapshot.json")!);
    files.set("targets.json", files.get("1.targets.json")!);
    expect(refresh().decision).toBe("accept");
    expect(vehicle.fetched).toEqual(["2.root.json", "timestamp.json", "snapshot.json", "targets.json"]);
  });

  it("bounds each file by its listed length, and otherwise by the policy", async () => {
    const bounds = (policy: TufPolicy) => {
      vehicle = new TestVehicle(repository.files.get("1.root.json")!, policy);
      refresh();
      return vehicle.steps.length;
    };
    expect(bounds({})).toBe(7);
    const requests: (number | undefined)[] = [];
    let client = createTufClient(repository.files.get("1.root.json")!);
    for (let request = nextTufRequest(client); request !== undefined; request = nextTufRequest(client)) {
      if (request.kind === "fetch") requests.push(request.maxBytes);
      const bytes = request.kind === "load" ? undefined : repository.files.get(request.file);
      client = stepTufClient(client, { request, bytes }, now).state;
    }
    const lengths = ["1.snapshot.json", "1.targets.json"].map((file) => repository.files.get(file)!.length);
    expect(requests).toEqual([512_000, 16_384, ...lengths]);
    repository.withHashes = false;
    await repository.publish();
    client = createTufClient(repository.files.get("1.root.json")!);
    requests.length = 0;
    for (let request = nextTufRequest(client); request !== undefined; request = nextTufRequest(client)) {
      if (request.kind === "fetch") requests.push(request.maxBytes);
      const bytes = request.kind === "load" ? undefined : repository.files.get(request.file);
      client = stepTufClient(client, { request, bytes }, now).state;
    }
    expect(requests).toEqual([512_000, 16_384, 2_000_000, 5_000_000]);
  });

  it("measures all expiry against the time of its first step", async () => {
    repository.targets.expires = formatUtcTime(now + 60_000);
    await repository.publish();
    let client = createTufClient(repository.files.get("1.root.json")!);
    let at = now;
    for (let request = nextTufRequest(client); request !== undefined; request = nextTufRequest(client)) {
      const bytes = request.kind === "load" ? undefined : repository.files.get(request.file);
      const step = stepTufClient(client, { request, bytes }, at);
      expect(step.decision).not.toBe("refuse");
      client = step.state;
      at += 60_000;
    }
    expect(client.startedAt).toBe(now);
  });

  it("keeps the same state after a refusal, and gives nothing to store", () => {
    const client = createTufClient(repository.files.get("1.root.json")!);
    const request = nextTufRequest(client)!;
    const step = stepTufClient(client, { request, bytes: new Uint8Array(3) }, now);
    expect(step.decision).toBe("refuse");
    expect(step.state).toBe(client);
    expect(step.persist).toEqual([]);
  });

  it("gives a state that is plain data", () => {
    refresh();
    expect(JSON.parse(JSON.stringify(vehicle.client)).snapshot.text).toBe(
      bytesToUtf8(repository.files.get("1.snapshot.json")!),
    );
  });
});

describe("the root chain", () => {
  const rotate = async (change: () => void, ...signers: readonly TestKey[]) => {
    const before = repository.keys.root;
    repository.root = structuredClone(repository.root);
    repository.root.version++;
    change();
    await repository.publishRoot(...(signers.length > 0 ? signers : before));
  };

  it("follows each root to the newest, whatever has expired between", async () => {
    await rotate(() => {
      repository.root.expires = formatUtcTime(now - day);
    });
    await rotate(() => {
      repository.root.expires = formatUtcTime(now + day);
    });
    expect(refresh().decision).toBe("accept");
    expect(vehicle.fetched.slice(0, 4)).toEqual(["2.root.json", "3.root.json", "4.root.json", "timestamp.json"]);
    expect(vehicle.store.get("root.json")).toEqual(repository.files.get("3.root.json"));
    expect(vehicle.client.root.signed.version).toBe(3);
  });

  it("takes no more roots in one refresh than the policy allows, and goes on in the next", async () => {
    await rotate(() => {});
    await rotate(() => {});
    vehicle = new TestVehicle(repository.files.get("1.root.json")!, { maxRootRotations: 1 });
    refresh();
    expect(vehicle.fetched).toEqual(["2.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json"]);
    expect(codesOf(vehicle.steps[0]!)).toEqual(["tuf_root_accepted", "tuf_root_limit"]);
    refresh();
    expect(vehicle.fetched).toEqual(["3.root.json", "timestamp.json"]);
  });

  it("refuses an expired last root also when the chain was cut off", async () => {
    await rotate(() => {
      repository.root.expires = formatUtcTime(now);
    });
    vehicle = new TestVehicle(repository.files.get("1.root.json")!, { maxRootRotations: 1 });
    expect(refresh().reasons[0]).toMatchObject({ code: "tuf_expired", role: "root", clause: "TUF 5.3.10" });
    expect(vehicle.store.get("root.json")).toEqual(repository.files.get("2.root.json"));
    expect(vehicle.store.has("timestamp.json")).toBe(false);
  });

  it.each([
    [
      "timestamp",
      [
        ["timestamp.json", true],
        ["root.json", false],
      ],
      // A cache still, because the new timestamp names it.
      [],
    ],
    [
      "snapshot",
      [
        ["timestamp.json", true],
        ["snapshot.json", true],
        ["root.json", false],
      ],
      ["1.snapshot.json"],
    ],
  ] as const)("drops what is stored, first of all, when a %s key is revoked", async (role, dropped, fetched) => {
    refresh();
    repository.keys[role] = [testKey("new key")];
    await rotate(() => {
      const [key] = repository.keys[role];
      repository.root.keys[key!.keyid] = key!.object;
      repository.root.roles[role].keyids = [key!.keyid];
    });
    await repository.publish();
    refresh();
    const step = vehicle.steps[0]!;
    expect(codesOf(step)).toEqual(["tuf_root_accepted", "tuf_keys_rotated"]);
    expect(step.persist.map(({ file, bytes }) => [file, bytes === undefined])).toEqual(dropped);
    expect(vehicle.steps.map(({ reasons }) => reasons[0]!.code)).not.toContain("tuf_local_for_rollback");
    expect(vehicle.fetched).toEqual(["2.root.json", "3.root.json", "timestamp.json", ...fetched]);
  });

  it("measures rollback against the stored snapshot also after the revocation of a timestamp key", async () => {
    repository.snapshot.version = 2;
    repository.timestamp.version = 2;
    repository.targets.version = 9;
    await repository.publish();
    refresh();
    repository.keys.timestamp = [testKey("new key")];
    await rotate(() => {
      const [key] = repository.keys.timestamp;
      repository.root.keys[key!.keyid] = key!.object;
      repository.root.roles.timestamp.keyids = [key!.keyid];
    });
    repository.snapshot.version = 3;
    repository.targets.version = 1;
    await repository.publish();
    expect(refresh().reasons[0]).toMatchObject({ code: "tuf_listed_version_rollback", clause: "TUF 5.5.5" });
  });

  it("keeps them when a key is only added", async () => {
    refresh();
    await rotate(() => {
      const key = testKey("second timestamp");
      repository.root.keys[key.keyid] = key.object;
      repository.root.roles.timestamp.keyids.push(key.keyid);
    });
    refresh();
    expect(codesOf(vehicle.steps[0]!)).toEqual(["tuf_root_accepted"]);
    expect(codesOf(vehicle.steps[2]!)).toEqual(["tuf_local_for_rollback"]);
  });
});

describe("the store", () => {
  beforeEach(() => {
    refresh();
  });

  it.each([["timestamp.json"], ["snapshot.json"], ["targets.json"]])(
    "is not believed: a broken %s is fetched anew",
    (file) => {
      vehicle.store.set(file, fileOf({ signatures: [], signed: {} }));
      expect(refresh().decision).toBe("accept");
      expect(vehicle.store.get(file)).toEqual(repository.files.get(file === "timestamp.json" ? file : `1.${file}`));
      expect(vehicle.steps.flatMap(codesOf)).toContain("tuf_local_unusable");
    },
  );

  it("is checked against the root of today", async () => {
    repository.keys.targets = [testKey("new targets")];
    repository.root = structuredClone(repository.root);
    repository.root.version = 2;
    const [key] = repository.keys.targets;
    repository.root.keys[key!.keyid] = key!.object;
    repository.root.roles.targets.keyids = [key!.keyid];
    await repository.publishRoot(...repository.keys.root);
    const last = refresh();
    // The snapshot still lists the version that the revoked key signed.
    expect(last).toMatchObject({ decision: "refuse", reasons: [{ code: "tuf_threshold_not_met", role: "targets" }] });
  });

  it("serves against rollback also when it has expired", async () => {
    repository.timestamp.version = 5;
    await repository.publish();
    refresh();
    repository.timestamp.version = 4;
    repository.timestamp.expires = formatUtcTime(now + 90 * day);
    await repository.publish();
    const step = vehicle.refresh(repository.files, now + 29 * day);
    expect(codesOf(step)).toEqual(["tuf_version_rollback"]);
    expect(codesOf(vehicle.refresh(repository.files, now + 29 * day))).toEqual(["tuf_version_rollback"]);
  });

  it("gives way to an expired snapshot's successor", async () => {
    repository.snapshot.version = 2;
    repository.timestamp.version = 2;
    repository.timestamp.expires = formatUtcTime(now + 90 * day);
    repository.snapshot.expires = formatUtcTime(now + 90 * day);
    repository.root.expires = formatUtcTime(now + 90 * day);
    repository.targets.expires = formatUtcTime(now + 90 * day);
    repository.root.version = 2;
    await repository.publishRoot();
    repository.targets.version = 2;
    await repository.publish();
    expect(vehicle.refresh(repository.files, now + 31 * day).decision).toBe("accept");
  });
});

describe("misuse", () => {
  const start = () => createTufClient(repository.files.get("1.root.json")!);

  it("refuses an answer to a request that is not open", () => {
    const client = start();
    const request = nextTufRequest(client)!;
    for (const other of [
      { ...request, role: "timestamp" },
      { ...request, kind: "load" as const },
      { ...request, file: "3.root.json" },
      { ...request, delegator: "targets" },
    ]) {
      expect(() => stepTufClient(client, { request: other, bytes: undefined }, now)).toThrow(RangeError);
    }
    refresh();
    const request2 = { ...request, kind: "fetch" as const, role: "targets", file: "1.targets.json", delegator: "A" };
    expect(() => stepTufClient(vehicle.client, { request: request2, bytes: undefined }, now)).toThrow(RangeError);
  });

  it.each([[Number.NaN], [1.5], [undefined as unknown as number]])("refuses the time %s", (at) => {
    const client = start();
    expect(() => stepTufClient(client, { request: nextTufRequest(client)!, bytes: undefined }, at)).toThrow(RangeError);
  });

  it("refuses a clock that is not set, and seconds in place of milliseconds", () => {
    const client = start();
    for (const at of [0, now / 1_000]) {
      const error = errorOf(() => stepTufClient(client, { request: nextTufRequest(client)!, bytes: undefined }, at));
      expect(error).toMatchObject({ code: "ERR_MANIFEST_TIME" });
    }
  });

  it.each([
    [{ maxDelegations: 0 }],
    [{ maxRootBytes: 1.5 }],
    [{ maxVersion: Number.POSITIVE_INFINITY }],
    [{ keyIds: "any" as "opaque" }],
    [{ pssSalt: "auto" as "any" }],
  ])("refuses the policy %j", (policy) => {
    expect(() => createTufClient(repository.files.get("1.root.json")!, policy)).toThrow(RangeError);
  });

  it("refuses bytes that are none", () => {
    const client = start();
    const bytes = "text" as unknown as Uint8Array;
    expect(() => stepTufClient(client, { request: nextTufRequest(client)!, bytes }, now)).toThrow(TypeError);
    expect(() => createTufClient(bytes)).toThrow(TypeError);
  });

  it("refuses a first root that its own keys did not sign", async () => {
    const unsigned = fileOf({ signatures: [], signed: repository.root });
    const byStranger = fileOf(await signed(repository.root, testKey("stranger")));
    for (const root of [unsigned, byStranger]) {
      const error = errorOf(() => createTufClient(root));
      expect(error).toMatchObject({
        code: "ERR_MANIFEST_TUF_ROOT",
        details: { reasons: [{ code: "tuf_threshold_not_met", clause: "TUF 5.2" }] },
      });
    }
    expect(errorOf(() => createTufClient(repository.files.get("timestamp.json")!))).toMatchObject({
      details: { reasons: [{ code: "tuf_wrong_type" }] },
    });
    expect(errorOf(() => createTufClient(new Uint8Array(600_000)))).toMatchObject({
      details: { reasons: [{ code: "tuf_file_too_long" }] },
    });
  });
});
