import { beforeAll, describe, expect, it } from "vitest";
import { createTufClient, findTufTarget } from "../../../src/manifest/index.ts";
import { codesOf, TestVehicle } from "./client-driver.ts";
import { type Files, fileOf, now, signed, TestRepository, targetOf } from "./repository-fixture.ts";

const wire = { roles: "root_and_targets" } as const;

/** A repository without timestamp and snapshot: its files at a version of targets. */
async function filesOf(repository: TestRepository): Promise<Files> {
  const root = await repository.publishRoot();
  const targets = fileOf(await signed(repository.targets, ...repository.keys.targets));
  return new Map([
    ["1.root.json", root],
    ["targets.json", targets],
  ]);
}

describe("a repository of root and targets", () => {
  const repository = new TestRepository();
  let first: Files;
  beforeAll(async () => {
    repository.root.roles = { root: repository.root.roles.root, targets: repository.root.roles.targets };
    repository.targets.targets = { a: targetOf("a") };
    repository.targets.version = 2;
    first = await filesOf(repository);
  });
  const vehicleOf = (policy = {}) => new TestVehicle(first.get("1.root.json")!, { wire, ...policy });

  it("is refreshed by two files, and its targets are found", () => {
    const vehicle = vehicleOf();
    vehicle.refresh(first);
    expect(vehicle.fetched).toEqual(["2.root.json", "targets.json"]);
    expect(vehicle.client.phase).toBe("ready");
    expect(findTufTarget(vehicle.client, "a", { wire })).toMatchObject({ decision: "found", target: { length: 1 } });
    expect(vehicle.find("b", first)).toEqual({ decision: "not_found", visited: ["targets"] });
  });

  it("does not go back to older targets, and fetches them each time", async () => {
    const vehicle = vehicleOf();
    vehicle.refresh(first);
    repository.targets.version = 1;
    const older = await filesOf(repository);
    repository.targets.version = 2;
    expect(vehicle.refresh(older).reasons).toMatchObject([
      { code: "tuf_version_rollback", role: "targets", attack: "rollback", evidence: { had: 2, got: 1 } },
    ]);
    vehicle.refresh(first);
    expect(vehicle.fetched).toEqual(["2.root.json", "targets.json"]);
    expect(codesOf(vehicle.steps.at(-2)!)).toEqual(["tuf_local_for_rollback"]);
  });

  it("does not take other content under one version, but where the dialect does", async () => {
    const strict = vehicleOf();
    const lenient = vehicleOf({ wire: { ...wire, sameVersion: "replace" } });
    strict.refresh(first);
    lenient.refresh(first);
    repository.targets.targets = { b: targetOf("b") };
    const other = await filesOf(repository);
    repository.targets.targets = { a: targetOf("a") };
    const refused = strict.refresh(other);
    expect(refused.reasons).toMatchObject([{ code: "tuf_equivocation", evidence: { got: 2 } }]);
    expect(refused.equivocation).toMatchObject({ role: "targets", version: 2 });
    expect(codesOf(lenient.refresh(other))).toEqual(["tuf_metadata_accepted", "tuf_equivocation"]);
  });

  it("is refused when its targets have expired, or are missing", () => {
    expect(codesOf(vehicleOf().refresh(first, now + 31 * 86_400_000))[0]).toBe("tuf_expired");
    expect(codesOf(vehicleOf().refresh(new Map()))).toEqual(["tuf_file_missing"]);
  });
});

describe("a wire", () => {
  it("is the same for the life of a client", () => {
    const repository = new TestRepository();
    return repository.publishRoot().then((root) => {
      const client = createTufClient(root);
      expect(client.rules.wire.roles).toBe("all");
      expect(() => createTufClient(root, { wire: { roles: "none" as never } })).toThrow(RangeError);
    });
  });
});
