/** The whole trail of a refresh, as a log of it would show: decision, code, role, clause and evidence of each step's reasons. */

import { beforeEach, describe, expect, it } from "vitest";
import { TestVehicle } from "./client-driver.ts";
import { fileOf, signed, TestRepository, targetOf, testKey } from "./repository-fixture.ts";

let repository: TestRepository;
let vehicle: TestVehicle;

beforeEach(async () => {
  repository = new TestRepository();
  repository.withHashes = false;
  repository.targets.targets["a.bin"] = targetOf("a");
  vehicle = new TestVehicle(await repository.publishRoot());
  await repository.publish();
  vehicle.refresh(repository.files);
});

/** Refreshes and gives a line for each reason. */
function trail(): string[] {
  vehicle.refresh(repository.files);
  return lines(vehicle);
}

function lines({ steps }: TestVehicle): string[] {
  return steps.flatMap(({ decision, reasons }) =>
    reasons.map(({ code, role, clause, evidence }) =>
      [decision, code, role, clause.slice(4), JSON.stringify(evidence)].join(" "),
    ),
  );
}

const newestRoot = (version: number) => `keep tuf_root_newest root 5.3.3 {"had":${version}}`;

/** A root with another key for a role; the old one goes. */
async function replaceKey(role: "timestamp" | "snapshot"): Promise<void> {
  const key = testKey(`next ${role}`);
  repository.root = { ...structuredClone(repository.root), version: repository.root.version + 1 };
  repository.root.keys[key.keyid] = key.object;
  repository.root.roles[role].keyids = [key.keyid];
  repository.keys[role] = [key];
  await repository.publishRoot();
}

describe("the trail of a refresh", () => {
  it("with an empty store", () => {
    vehicle = new TestVehicle(repository.files.get("1.root.json")!);
    expect(trail()).toEqual([
      newestRoot(1),
      "keep tuf_local_absent timestamp 5.4 {}",
      'accept tuf_metadata_accepted timestamp 5.4.5 {"got":1}',
      "keep tuf_local_absent snapshot 5.5 {}",
      'accept tuf_metadata_accepted snapshot 5.5.7 {"got":1}',
      "keep tuf_local_absent targets 5.6 {}",
      'accept tuf_metadata_accepted targets 5.6.6 {"got":1}',
    ]);
  });

  it("with nothing new", () => {
    expect(trail()).toEqual([
      newestRoot(1),
      'keep tuf_local_for_rollback timestamp 5.4.3 {"had":1}',
      'keep tuf_timestamp_unchanged timestamp 5.4.3.1 {"had":1}',
      'accept tuf_local_used snapshot 5.5 {"had":1}',
      'accept tuf_local_used targets 5.6 {"had":1}',
    ]);
  });

  it("with everything new", async () => {
    await repository.publishNext();
    expect(trail()).toEqual([
      newestRoot(1),
      'keep tuf_local_for_rollback timestamp 5.4.3 {"had":1}',
      'accept tuf_metadata_accepted timestamp 5.4.5 {"had":1,"got":2}',
      'keep tuf_local_for_rollback snapshot 5.5.5 {"had":1,"why":["tuf_version_mismatch"]}',
      'accept tuf_metadata_accepted snapshot 5.5.7 {"had":1,"got":2}',
      'keep tuf_local_unusable targets 5.6 {"why":["tuf_version_mismatch"]}',
      'accept tuf_metadata_accepted targets 5.6.6 {"got":2}',
    ]);
  });

  it("with other contents under the same versions", async () => {
    repository.timestamp.x = 1;
    await repository.publishTimestamp();
    expect(trail()).toEqual([
      newestRoot(1),
      'keep tuf_local_for_rollback timestamp 5.4.3 {"had":1}',
      'keep tuf_timestamp_unchanged timestamp 5.4.3.1 {"had":1}',
      'keep tuf_equivocation timestamp 5.4.3.1 {"got":1}',
      'accept tuf_local_used snapshot 5.5 {"had":1}',
      'accept tuf_local_used targets 5.6 {"had":1}',
    ]);
    repository.withHashes = true;
    repository.timestamp.version = 2;
    repository.snapshot.x = 1;
    repository.targets.x = 1;
    await repository.publish();
    expect(trail()).toEqual([
      newestRoot(1),
      'keep tuf_local_for_rollback timestamp 5.4.3 {"had":1}',
      'accept tuf_metadata_accepted timestamp 5.4.5 {"had":1,"got":2}',
      'keep tuf_local_for_rollback snapshot 5.5.5 {"had":1,"why":["tuf_length_mismatch","tuf_hash_mismatch"]}',
      'accept tuf_metadata_accepted snapshot 5.5.7 {"had":1,"got":1}',
      'accept tuf_equivocation snapshot 5.5.4 {"got":1}',
      'keep tuf_local_unusable targets 5.6 {"why":["tuf_length_mismatch","tuf_hash_mismatch"]}',
      'accept tuf_metadata_accepted targets 5.6.6 {"got":1}',
      'accept tuf_equivocation targets 5.6.4 {"got":1}',
    ]);
  });

  it("with refusals that carry evidence of two contents", async () => {
    repository.timestamp.expires = "2026-11-25T00:00:00Z";
    vehicle.store.set("timestamp.json", fileOf(await signed(repository.timestamp, ...repository.keys.timestamp)));
    repository.timestamp.x = 1;
    await repository.publishTimestamp();
    expect(trail()).toEqual([
      newestRoot(1),
      'keep tuf_local_for_rollback timestamp 5.4.3 {"had":1}',
      'refuse tuf_expired timestamp 5.4.4 {"had":1795564800000,"got":"2026-11-25T00:00:00Z"}',
    ]);
    expect(vehicle.steps.at(-1)!.equivocation).toMatchObject({ role: "timestamp", version: 1 });
  });

  it.each(["snapshot", "targets"] as const)("with an expired %s that contradicts the stored one", async (role) => {
    repository.withHashes = true;
    repository[role].expires = "2026-11-25T00:00:00Z";
    repository.timestamp.version = 2;
    if (role === "targets") repository.snapshot.version = 2;
    await repository.publish();
    const step = vehicle.refresh(repository.files);
    expect(step).toMatchObject({ decision: "refuse", reasons: [{ code: "tuf_expired", role }] });
    expect(step.equivocation).toMatchObject({ role, version: 1 });
  });

  it("with a forged file in the store, which is evidence of nothing", async () => {
    repository.withHashes = true;
    repository.timestamp.version = 2;
    await repository.publish();
    for (const role of ["snapshot", "targets"] as const) {
      vehicle.store.set(`${role}.json`, fileOf(await signed({ ...repository[role], x: 1 }, testKey("stranger"))));
    }
    vehicle.refresh(repository.files);
    expect(vehicle.client.phase).toBe("ready");
    expect(vehicle.steps.map(({ equivocation }) => equivocation)).toEqual(vehicle.steps.map(() => undefined));
  });

  it("with the revocation of a timestamp key, and a snapshot that is no longer named", async () => {
    await replaceKey("timestamp");
    await repository.publishNext();
    expect(trail()).toEqual([
      'accept tuf_root_accepted root 5.3.7 {"had":1,"got":2}',
      'accept tuf_keys_rotated root 5.3.11 {"revoked":"timestamp"}',
      newestRoot(2),
      'accept tuf_metadata_accepted timestamp 5.4.5 {"got":2}',
      'keep tuf_local_for_rollback snapshot 5.5.5 {"had":1,"why":["tuf_version_mismatch"]}',
      'accept tuf_metadata_accepted snapshot 5.5.7 {"had":1,"got":2}',
      'keep tuf_local_unusable targets 5.6 {"why":["tuf_version_mismatch"]}',
      'accept tuf_metadata_accepted targets 5.6.6 {"got":2}',
    ]);
  });

  it("with the revocation of a snapshot key", async () => {
    await replaceKey("snapshot");
    await repository.publishNext();
    expect(trail()).toEqual([
      'accept tuf_root_accepted root 5.3.7 {"had":1,"got":2}',
      'accept tuf_keys_rotated root 5.3.11 {"revoked":"snapshot"}',
      newestRoot(2),
      'accept tuf_metadata_accepted timestamp 5.4.5 {"got":2}',
      'accept tuf_metadata_accepted snapshot 5.5.7 {"got":2}',
      'keep tuf_local_unusable targets 5.6 {"why":["tuf_version_mismatch"]}',
      'accept tuf_metadata_accepted targets 5.6.6 {"got":2}',
    ]);
  });

  it.each([
    ["timestamp.json", "timestamp 5.4.1"],
    ["1.snapshot.json", "snapshot 5.5.1"],
    ["1.targets.json", "targets 5.6.1"],
  ])("without %s", (file, missing) => {
    repository.files.delete(file);
    vehicle = new TestVehicle(repository.files.get("1.root.json")!);
    expect(trail().at(-1)).toBe(`refuse tuf_file_missing ${missing} {}`);
  });
});
