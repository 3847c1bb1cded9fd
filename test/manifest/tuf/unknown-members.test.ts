import { describe, expect, it } from "vitest";
import { createTufClient, findTufTarget, nextTufRequest, stepTufClient } from "../../../src/manifest/index.ts";
import { type Loose, now, TestRepository, targetOf, testKey } from "./repository-fixture.ts";

/** Searches an image that a delegated role lists, in a repository whose delegation has further members. */
async function search(members: Loose) {
  const repository = new TestRepository();
  const key = testKey("supplier");
  const { spec_version, expires } = repository.targets;
  repository.targets.delegations = {
    keys: { [key.keyid]: key.object },
    roles: [
      { name: "supplier", keyids: [key.keyid], threshold: 1, terminating: false, paths: ["brake/*"], ...members },
    ],
  };
  const targets = { "brake/2.bin": targetOf("brake 2") };
  const document = { _type: "targets", spec_version, version: 1, expires, targets };
  repository.delegated.set("supplier", { document, keys: [key] });
  await repository.publishRoot();
  await repository.publish();
  let client = createTufClient(repository.files.get("1.root.json")!);
  for (;;) {
    const lookup = findTufTarget(client, "brake/2.bin");
    const request = nextTufRequest(client) ?? (lookup.decision === "needs" ? lookup.request : undefined);
    if (request === undefined) return lookup;
    const bytes = request.kind === "fetch" ? repository.files.get(request.file) : undefined;
    const step = stepTufClient(client, { request, bytes }, now);
    if (step.decision === "refuse") return step;
    client = step.state;
  }
}

describe("members of delegations that TUF does not know", () => {
  it.each([
    ["a TAP 3 list of other keys", { roleinfo: [{ rolename: "supplier", keyids: [], threshold: 1 }] }],
    ["a list of nothing", { roleinfo: [] }],
    ["no list", { roleinfo: 5 }],
    ["a list of no objects", { roleinfo: [null] }],
    ["hardware ids", { hardwareIds: ["other"] }],
    ["a text as hardware ids", { hardwareIds: "other" }],
  ])("change nothing: %s", async (_, members) => {
    expect(await search(members)).toMatchObject({
      decision: "found",
      target: { path: "brake/2.bin", roles: ["targets", "supplier"] },
    });
  });
});
