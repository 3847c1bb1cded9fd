import { describe, expect, it } from "vitest";
import { createUpdateFloors, floorOf, parseUpdateFloors, raiseFloors } from "../../src/manifest/index.ts";
import { errorOf, jsonBytes, verifiedReleaseOf } from "./release-fixture.ts";

const floors = createUpdateFloors({ "gw-1": { releaseCounter: 6, securityEpoch: 3 } });
const gateway = { ecuId: "gw-1", hardwareId: "gateway-b" };

describe("update floors", () => {
  it("survive storage", () => {
    expect(floorOf(parseUpdateFloors(jsonBytes(floors)), "gw-1")).toEqual({ releaseCounter: 6, securityEpoch: 3 });
  });

  it("have none for an ECU that was never provisioned, whatever its name", () => {
    for (const name of ["gw-2", "constructor", "__proto__", "toString"]) expect(floorOf(floors, name)).toBeUndefined();
  });

  it("rise to a verified release and stay where it is lower", async () => {
    const raised = raiseFloors(floors, gateway, await verifiedReleaseOf({ releaseCounter: 9, securityEpoch: 2 }));
    expect(floorOf(raised, "gw-1")).toEqual({ releaseCounter: 9, securityEpoch: 3 });
    expect(floorOf(floors, "gw-1")).toEqual({ releaseCounter: 6, securityEpoch: 3 });
    const added = raiseFloors(raised, { ...gateway, ecuId: "constructor" }, await verifiedReleaseOf({}));
    expect(floorOf(added, "constructor")).toEqual({ releaseCounter: 7, securityEpoch: 3 });
    expect(floorOf(added, "gw-1")).toEqual({ releaseCounter: 9, securityEpoch: 3 });
  });

  it.each(["__proto__", "", "a b"])("refuse the ECU identifier %j", async (ecuId) => {
    const release = await verifiedReleaseOf({});
    expect(errorOf(() => raiseFloors(floors, { ...gateway, ecuId }, release))).toMatchObject({
      code: "ERR_MANIFEST_SCHEMA",
      path: `/ecus/${ecuId}`,
    });
  });

  it("refuse a release without an image for the hardware", async () => {
    const release = await verifiedReleaseOf({});
    expect(() => raiseFloors(floors, { ecuId: "gw-1", hardwareId: "radio-a" }, release)).toThrow(RangeError);
  });

  it.each([
    ["another version", { ...floors, schema: "otakit.update-floors/2" }, "ERR_MANIFEST_SCHEMA_VERSION", "/schema"],
    [
      "a negative floor",
      { ...floors, ecus: { a: { releaseCounter: -1, securityEpoch: 0 } } },
      "ERR_MANIFEST_SCHEMA",
      "/ecus/a/releaseCounter",
    ],
    [
      "a missing floor",
      { ...floors, ecus: { a: { releaseCounter: 1 } } },
      "ERR_MANIFEST_SCHEMA",
      "/ecus/a/securityEpoch",
    ],
    ["a member that zod skips", { ...floors, ecus: { ["__proto__"]: 1 } }, "ERR_MANIFEST_SCHEMA", "/ecus/__proto__"],
    ["no ECUs", { schema: floors.schema }, "ERR_MANIFEST_SCHEMA", "/ecus"],
    ["a field it does not know", { ...floors, extra: 1 }, "ERR_MANIFEST_SCHEMA", ""],
  ])("read back refuse %s", (_, stored, code, path) => {
    expect(errorOf(() => parseUpdateFloors(jsonBytes(stored)))).toMatchObject({ code, path });
  });
});
