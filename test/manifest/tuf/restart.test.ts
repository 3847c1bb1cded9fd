import { beforeEach, describe, expect, it } from "vitest";
import type { SignatureProvider } from "../../../src/core/index.ts";
import {
  createTufClient,
  findTufTarget,
  nextTufRequest,
  restartTufClient,
  stepTufClient,
  type TufClient,
  type TufPolicy,
  type TufStep,
} from "../../../src/manifest/index.ts";
import { pureSignatureProvider } from "../../../src/signing/index.ts";
import { base, day, type Files, now, TestRepository, targetOf, testKey } from "./repository-fixture.ts";

let repository: TestRepository;
let store: Files;
let verifications: number;

/** Counts every signature that is verified. */
const provider: SignatureProvider = {
  ...pureSignatureProvider,
  importPublicKey(scheme, material) {
    const key = pureSignatureProvider.importPublicKey(scheme, material);
    return (
      key && {
        verify(...input) {
          verifications++;
          return key.verify(...input);
        },
      }
    );
  },
};

/** Refreshes as far as it goes. */
function refresh(start: TufClient, files: Files, policy: TufPolicy = { provider }, at = now) {
  let client = start;
  const steps: TufStep[] = [];
  for (let request = nextTufRequest(client); request !== undefined; request = nextTufRequest(client)) {
    const bytes = (request.kind === "load" ? store : files).get(request.file);
    const step = stepTufClient(client, { request, bytes }, at, policy);
    steps.push(step);
    if (step.decision === "refuse") break;
    for (const { file, bytes: stored } of step.persist) {
      if (stored === undefined) store.delete(file);
      else store.set(file, stored);
    }
    client = step.state;
  }
  return { client, codes: steps.map(({ reasons }) => reasons[0]!.code) };
}

function find(start: TufClient, path: string, files: Files) {
  let client = start;
  for (;;) {
    const lookup = findTufTarget(client, path);
    if (lookup.decision !== "needs") return { client, decision: lookup.decision };
    const { request } = lookup;
    const bytes = (request.kind === "load" ? store : files).get(request.file);
    const step = stepTufClient(client, { request, bytes }, now, { provider });
    for (const { file, bytes: stored } of step.persist) store.set(file, stored!);
    client = step.state;
  }
}

let first: TufClient;

beforeEach(async () => {
  repository = new TestRepository();
  const key = testKey("A");
  repository.targets.delegations = {
    keys: { [key.keyid]: key.object },
    roles: [{ name: "A", keyids: [key.keyid], threshold: 1, terminating: false, paths: ["*"] }],
  };
  const document = { _type: "targets", ...base, targets: { x: targetOf("x") } };
  repository.delegated.set("A", { document, keys: [key] });
  const root = await repository.publishRoot();
  await repository.publish();
  store = new Map();
  first = find(refresh(createTufClient(root, { provider }), repository.files).client, "x", repository.files).client;
  verifications = 0;
});

describe("restartTufClient", () => {
  it("verifies nothing again while nothing is new", () => {
    const again = refresh(restartTufClient(first), repository.files);
    expect(again.codes).toEqual([
      "tuf_root_newest",
      "tuf_local_for_rollback",
      "tuf_timestamp_unchanged",
      "tuf_local_used",
      "tuf_local_used",
    ]);
    expect(find(again.client, "x", repository.files).decision).toBe("found");
    expect(verifications).toBe(0);
  });

  it("verifies what is new, and only that", async () => {
    repository.snapshot.version++;
    repository.timestamp.version++;
    await repository.publish();
    const again = refresh(restartTufClient(first), repository.files);
    expect(again.client.snapshot!.signed.version).toBe(2);
    expect(verifications).toBe(2);
    expect(find(again.client, "x", repository.files).decision).toBe("found");
    expect(verifications).toBe(2);
  });

  it("verifies everything again under a new root", async () => {
    repository.root = { ...structuredClone(repository.root), version: 2 };
    await repository.publishRoot();
    const again = refresh(restartTufClient(first), repository.files);
    expect(again.client.root.signed.version).toBe(2);
    // The root by both, the timestamp twice (stored and served), snapshot and targets.
    expect(verifications).toBe(6);
  });

  it("refuses what a revoked key signed, also when it is known", async () => {
    const fresh = testKey("new targets");
    repository.root = { ...structuredClone(repository.root), version: 2 };
    repository.root.keys[fresh.keyid] = fresh.object;
    repository.root.roles.targets.keyids = [fresh.keyid];
    await repository.publishRoot();
    expect(refresh(restartTufClient(first), repository.files).codes.at(-1)).toBe("tuf_threshold_not_met");
  });

  it("verifies a delegated role again when its delegator is another version", async () => {
    const fresh = testKey("new A");
    repository.targets.delegations.keys = { [fresh.keyid]: fresh.object };
    repository.targets.delegations.roles[0].keyids = [fresh.keyid];
    await repository.publishNext();
    const again = refresh(restartTufClient(first), repository.files).client;
    const lookup = findTufTarget(again, "x");
    if (lookup.decision !== "needs") throw new Error(lookup.decision);
    const load = stepTufClient(again, { request: lookup.request, bytes: store.get("A.json") }, now, { provider });
    expect(load.reasons[0]).toMatchObject({ code: "tuf_local_unusable", evidence: { why: ["tuf_threshold_not_met"] } });
  });

  it("believes its memory rather than a store that was set back or broken", async () => {
    const old = new Map(store);
    await repository.publishNext();
    const newer = refresh(restartTufClient(first), repository.files).client;
    const served = new Map(repository.files);
    store = new Map(old);
    served.set("timestamp.json", old.get("timestamp.json")!);
    expect(refresh(restartTufClient(newer), served).codes.at(-1)).toBe("tuf_version_rollback");
    store.clear();
    verifications = 0;
    expect(refresh(restartTufClient(newer), repository.files).codes.at(-1)).toBe("tuf_local_used");
    expect(verifications).toBe(0);
  });

  it("checks what depends on the refresh as ever", () => {
    const later = refresh(restartTufClient(first), repository.files, { provider }, now + 30 * day);
    expect(later.codes).toEqual(["tuf_expired"]);
    const capped = refresh(restartTufClient(first), repository.files, { provider, maxVersion: 1 });
    expect(capped.codes.at(-1)).toBe("tuf_local_used");
  });

  it("keeps the rules of the client", () => {
    const request = nextTufRequest(first) ?? nextTufRequest(restartTufClient(first))!;
    const state = restartTufClient(first);
    for (const policy of [{ keyIds: "strict" }, { pssSalt: "any" }] as const) {
      expect(() => stepTufClient(state, { request, bytes: undefined }, now, policy)).toThrow(RangeError);
    }
  });

  it("can be used again and again, and from a refresh that was cut off", async () => {
    let client = first;
    for (let round = 0; round < 3; round++) client = refresh(restartTufClient(client), repository.files).client;
    expect(client.phase).toBe("ready");
    const withheld = new Map(repository.files);
    await repository.publishNext();
    withheld.set("timestamp.json", repository.files.get("timestamp.json")!);
    const cutOff = refresh(restartTufClient(client), withheld);
    expect(cutOff.codes.at(-1)).toBe("tuf_file_missing");
    expect(refresh(restartTufClient(cutOff.client), repository.files).client.phase).toBe("ready");
  });
});
