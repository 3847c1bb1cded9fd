import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { utf8ToBytes } from "../../src/core/index.ts";
import {
  createUpdateFloors,
  floorOf,
  floorsDigest,
  parseUpdateFloors,
  raiseFloors,
  rememberFailure,
  type UpdateFloors,
} from "../../src/manifest/index.ts";
import { errorOf } from "../error-of.ts";
import { digestOf, jsonBytes, verifiedReleaseOf } from "./release-fixture.ts";

const floors = createUpdateFloors({ "gw-1": { releaseCounter: 6, securityEpoch: 3 } });
const gateway = { ecuId: "gw-1", hardwareId: "gateway-b" };

describe("update floors", () => {
  it("survive storage", () => {
    expect(floorOf(parseUpdateFloors(jsonBytes(floors)), "gw-1")).toEqual({ releaseCounter: 6, securityEpoch: 3 });
  });

  it("read back the first version for ever", () => {
    const first = '{"ecus":{"gw-1":{"releaseCounter":6,"securityEpoch":3}},"schema":"otakit.update-floors/1"}';
    expect(parseUpdateFloors(utf8ToBytes(first))).toEqual(floors);
    expect(errorOf(() => parseUpdateFloors(utf8ToBytes(first.replace("/1", "/0"))))).toMatchObject({
      code: "ERR_MANIFEST_SCHEMA_VERSION",
    });
  });

  it("read back the second version for ever", () => {
    const second = readFileSync(new URL("fixtures/update-floors-2.json", import.meta.url));
    const read = parseUpdateFloors(second);
    expect(JSON.parse(JSON.stringify(read))).toEqual(JSON.parse(second.toString()));
    expect(floorsDigest(read)).toBe("67a7fbfe5ef0a9167854b3ffe581aee4300e5594d2dac515f92e616ce43bb75c");
  });

  it("remember the last 32 images that failed, each once", () => {
    let remembering = floors;
    for (let index = 0; index < 40; index++)
      remembering = rememberFailure(remembering, "gw-1", digestOf((index % 10).toString()));
    expect(floorOf(remembering, "gw-1")?.failed).toHaveLength(10);
    for (let index = 0; index < 40; index++)
      remembering = rememberFailure(remembering, "gw-1", index.toString(16).padStart(64, "0"));
    expect(floorOf(remembering, "gw-1")?.failed).toHaveLength(32);
    expect(floorOf(remembering, "gw-1")?.failed?.at(-1)).toBe("27".padStart(64, "0"));
    expect(() => rememberFailure(floors, "gw-2", digestOf("a"))).toThrow(RangeError);
    expect(errorOf(() => rememberFailure(floors, "gw-1", "x"))).toMatchObject({ code: "ERR_MANIFEST_SCHEMA" });
  });

  it("have none for an ECU that was never provisioned, whatever its name", () => {
    for (const name of ["gw-2", "constructor", "__proto__", "toString"]) expect(floorOf(floors, name)).toBeUndefined();
  });

  it("rise to a verified release and stay where it is lower", async () => {
    const raised = raiseFloors(floors, gateway, await verifiedReleaseOf({ releaseCounter: 9, securityEpoch: 2 }));
    expect(floorOf(raised, "gw-1")).toEqual({ releaseCounter: 9, securityEpoch: 3 });
    expect(floorOf(floors, "gw-1")).toEqual({ releaseCounter: 6, securityEpoch: 3 });
    const both = createUpdateFloors({ ...raised.ecus, constructor: { releaseCounter: 1, securityEpoch: 9 } });
    const added = raiseFloors(both, { ...gateway, ecuId: "constructor" }, await verifiedReleaseOf({}));
    expect(floorOf(added, "constructor")).toEqual({ releaseCounter: 7, securityEpoch: 9 });
    expect(floorOf(added, "gw-1")).toEqual({ releaseCounter: 9, securityEpoch: 3 });
  });

  it("do not come back low where one was lost", async () => {
    const release = await verifiedReleaseOf({});
    expect(() => raiseFloors(floors, { ...gateway, ecuId: "gw-2" }, release)).toThrow(RangeError);
    const half = { ...floors, ecus: { "gw-1": { releaseCounter: 9 } } } as unknown as UpdateFloors;
    expect(errorOf(() => raiseFloors(half, gateway, release))).toMatchObject({
      code: "ERR_MANIFEST_SCHEMA",
      path: "/ecus/gw-1/securityEpoch",
    });
    expect(floorOf({ ...floors, schema: "otakit.update-floors/3" } as unknown as UpdateFloors, "gw-1")).toBeUndefined();
  });

  it("are a copy that their maker cannot lower afterwards", () => {
    const ecus = { "gw-1": { releaseCounter: 6, securityEpoch: 3 } };
    const made = createUpdateFloors(ecus);
    ecus["gw-1"].releaseCounter = 0;
    expect(floorOf(made, "gw-1")?.releaseCounter).toBe(6);
  });

  it.each(["__proto__", "", "a b", "x".repeat(129)])("refuse the ECU identifier %j", (ecuId) => {
    const path = `/ecus/${ecuId.slice(0, 128)}`;
    const found = errorOf(() => createUpdateFloors({ [ecuId]: { releaseCounter: 1, securityEpoch: 1 } }));
    expect(found).toMatchObject({ code: "ERR_MANIFEST_SCHEMA", path });
  });

  it("refuse a hostile document of many faults at the first, in little memory", () => {
    const ecus = Object.fromEntries(Array.from({ length: 90_000 }, (_, index) => [`e${index}`, 1]));
    expect(errorOf(() => parseUpdateFloors(jsonBytes({ ...floors, ecus })))).toMatchObject({
      code: "ERR_MANIFEST_SCHEMA",
      path: "/ecus/e0",
    });
  });

  it("refuse a release without an image for the hardware", async () => {
    const release = await verifiedReleaseOf({});
    expect(() => raiseFloors(floors, { ecuId: "gw-1", hardwareId: "radio-a" }, release)).toThrow(RangeError);
  });

  it.each([
    ["another version", { ...floors, schema: "otakit.update-floors/3" }, "ERR_MANIFEST_SCHEMA_VERSION", "/schema"],
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
    [
      "a member that plain objects treat apart",
      { ...floors, ecus: { ["__proto__"]: 1 } },
      "ERR_MANIFEST_SCHEMA",
      "/ecus/__proto__",
    ],
    ["no ECUs", { ...floors, ecus: undefined }, "ERR_MANIFEST_SCHEMA", "/ecus"],
    ["a field it does not know", { ...floors, extra: 1 }, "ERR_MANIFEST_SCHEMA", ""],
  ])("read back refuse %s", (_, stored, code, path) => {
    expect(errorOf(() => parseUpdateFloors(jsonBytes(stored)))).toMatchObject({ code, path });
  });
});
