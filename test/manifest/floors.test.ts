import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { utf8ToBytes } from "../../src/core/index.ts";
import {
  createUpdateFloors,
  floorOf,
  floorsDigest,
  parseUpdateFloors,
  raiseFloors,
  raiseInstalledFloors,
  rememberFailure,
  type UpdateFloors,
  type VerifiedAssignment,
  type VerifiedEcuReport,
  type VerifiedVehicleManifest,
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
    expect(floorsDigest(read)).toBe("850444cbe21122565e7bd8894c54d1356aef9ce1940cf7656dd879d8b87b51c3");
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

  it("name each other by their content alone", () => {
    const { schema, timeMs, ...rest } = floors;
    expect(floorsDigest({ ...rest, timeMs, schema })).toBe(floorsDigest(floors));
    expect(floorsDigest({ ...floors, timeMs: 1 })).not.toBe(floorsDigest(floors));
    expect(errorOf(() => floorsDigest({ ...floors, timeMs: -1 }))).toMatchObject({ path: "/timeMs" });
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

  describe("raised by what ECUs report", () => {
    const runs = (letter: string, change: object = {}): VerifiedEcuReport =>
      ({
        ecuId: "gw-1",
        installedImage: { path: "gw.bin", length: 1024, hashes: { sha256: digestOf(letter) }, ...change },
      }) as unknown as VerifiedEcuReport;
    const manifestOfReports = (vehicleId: string, ...reports: readonly VerifiedEcuReport[]): VerifiedVehicleManifest =>
      ({ vehicleId, reports }) as unknown as VerifiedVehicleManifest;

    const inventory = [gateway, { ecuId: "gw-2", hardwareId: "gateway-b" }];

    it("take the numbers of the release, and remember the image", async () => {
      const release = await verifiedReleaseOf({ releaseCounter: 8, securityEpoch: 4 });
      // What the report says of itself does not count.
      const raised = raiseInstalledFloors(floors, runs("b", { releaseCounter: 99 }), release, inventory);
      const installed = { releaseCounter: 8, sha256: digestOf("b") };
      expect(floorOf(raised, "gw-1")).toEqual({ releaseCounter: 8, securityEpoch: 4, installed });
      expect(raiseInstalledFloors(raised, runs("b"), release, inventory)).toEqual(raised);
      expect(raiseInstalledFloors(raised, manifestOfReports("veh-1", runs("b")), release, inventory)).toEqual(raised);
    });

    it("stay where the report shows another image, another length, or an ECU without a floor", async () => {
      const release = await verifiedReleaseOf({ releaseCounter: 8 });
      for (const report of [
        runs("c"),
        runs("b", { length: 1025 }),
        runs("b", { hashes: { sha512: "b".repeat(128) } }),
        { ...runs("b"), ecuId: "gw-2" } as VerifiedEcuReport,
      ]) {
        expect(raiseInstalledFloors(floors, report, release, inventory)).toEqual(floors);
      }
    });

    it("rise by the ECU's own image alone, whatever other image of the release it names", async () => {
      const release = await verifiedReleaseOf(
        { hardwareId: "radio-a", releaseCounter: 900, securityEpoch: 9, hashes: { sha256: digestOf("e") } },
        { hardwareId: "radio-b", releaseCounter: 800, securityEpoch: 8 },
        { releaseCounter: 8 },
      );
      expect(raiseInstalledFloors(floors, runs("e"), release, inventory)).toEqual(floors);
      // The same bytes for two kinds of hardware, each with its own numbers.
      const installed = { releaseCounter: 8, sha256: digestOf("b") };
      const own = raiseInstalledFloors(floors, runs("b"), release, inventory);
      expect(floorOf(own, "gw-1")).toEqual({ releaseCounter: 8, securityEpoch: 3, installed });
    });

    it("stay for an ECU whose hardware is not known, or known as two things", async () => {
      const release = await verifiedReleaseOf({ releaseCounter: 8 });
      for (const ecus of [[], [inventory[1]!], [gateway, { ...gateway, hardwareId: "radio-a" }]]) {
        expect(raiseInstalledFloors(floors, runs("b"), release, ecus)).toEqual(floors);
      }
      const twice = raiseInstalledFloors(floors, runs("b"), release, [gateway, gateway]);
      expect(floorOf(twice, "gw-1")?.releaseCounter).toBe(8);
    });

    it("keep the first image at a counter, and the highest one", async () => {
      const seven = raiseInstalledFloors(floors, runs("b"), await verifiedReleaseOf({}), inventory);
      const other = await verifiedReleaseOf({ hashes: { sha256: digestOf("c") } });
      expect(raiseInstalledFloors(seven, runs("c"), other, inventory)).toEqual(seven);
      const old = await verifiedReleaseOf({ releaseCounter: 6, hashes: { sha256: digestOf("d") } });
      expect(raiseInstalledFloors(seven, runs("d"), old, inventory)).toEqual(seven);
    });

    it("follow to a higher one, and to the image that is assigned to the ECU", async () => {
      const eight = await verifiedReleaseOf({ releaseCounter: 8, hashes: { sha256: digestOf("c") } });
      const seven = raiseInstalledFloors(floors, runs("b"), await verifiedReleaseOf({}), inventory);
      const installed = { releaseCounter: 8, sha256: digestOf("c") };
      expect(floorOf(raiseInstalledFloors(seven, runs("c"), eight, inventory), "gw-1")?.installed).toEqual(installed);
      const image = (ecuId: string, releaseCounter: number | undefined) => ({
        ecuId,
        hardwareId: "gateway-b",
        length: 1024,
        hashes: { sha256: digestOf("b") },
        custom: { director: {}, image: {} },
        ...(releaseCounter === undefined ? {} : { releaseCounter }),
      });
      const assigned = (...images: readonly object[]): VerifiedAssignment =>
        ({ versions: { director: {}, image: {} }, keys: {}, expires: "2027-01-01T00:00:00Z", images }) as never;
      const raised = raiseInstalledFloors(floors, runs("b"), assigned(image("gw-2", 9), image("gw-1", 8)), inventory);
      expect(floorOf(raised, "gw-1")?.releaseCounter).toBe(8);
      expect(raiseInstalledFloors(floors, runs("b"), assigned(image("gw-1", undefined)), inventory)).toEqual(floors);
    });

    it("are those of one vehicle", async () => {
      const release = await verifiedReleaseOf({ releaseCounter: 8 });
      const named = createUpdateFloors(floors.ecus, { vehicleId: "veh-1" });
      const raised = raiseInstalledFloors(named, manifestOfReports("veh-1", runs("b"), runs("c")), release, inventory);
      expect(floorOf(raised, "gw-1")?.releaseCounter).toBe(8);
      expect(() => raiseInstalledFloors(named, manifestOfReports("veh-2", runs("b")), release, inventory)).toThrow(
        RangeError,
      );
      expect(raiseInstalledFloors(named, manifestOfReports("veh-1"), release, inventory)).toEqual(named);
    });
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
    const ecusOf = (length: number) => Object.fromEntries(Array.from({ length }, (_, index) => [`e${index}`, 1]));
    for (const [length, path] of [
      [1000, "/ecus/e0"],
      [1001, "/ecus"],
      [90_000, "/ecus"],
    ] as const) {
      expect(errorOf(() => parseUpdateFloors(jsonBytes({ ...floors, ecus: ecusOf(length) })))).toMatchObject({
        code: "ERR_MANIFEST_SCHEMA",
        path,
      });
    }
  });

  it("refuse a release without an image for the hardware", async () => {
    const release = await verifiedReleaseOf({});
    expect(() => raiseFloors(floors, { ecuId: "gw-1", hardwareId: "radio-a" }, release)).toThrow(RangeError);
  });

  it.each<readonly [string, unknown, string, string]>([
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
    [
      "an image that was seen, with a member it does not know",
      {
        ...floors,
        ecus: { a: { ...floors.ecus["gw-1"], installed: { releaseCounter: 1, sha256: digestOf("a"), x: 1 } } },
      },
      "ERR_MANIFEST_SCHEMA",
      "/ecus/a/installed",
    ],
    [
      "a rollback in a state it does not know",
      {
        ...floors,
        rollback: {
          ...floors.rollback,
          ecus: { a: { authorisation: digestOf("a"), sha256: digestOf("b"), state: "done" } },
        },
      },
      "ERR_MANIFEST_SCHEMA",
      "/rollback/ecus/a/state",
    ],
    ["a repository with a name that is none", { ...floors, keys: { "a/b": [] } }, "ERR_MANIFEST_SCHEMA", "/keys/a~1b"],
    ["no object", 7, "ERR_MANIFEST_SCHEMA", ""],
    ["nothing", null, "ERR_MANIFEST_SCHEMA", ""],
    ["a list", [], "ERR_MANIFEST_SCHEMA", ""],
    [
      "a ledger with a member it does not know",
      { ...floors, rollback: { ...floors.rollback, x: 1 } },
      "ERR_MANIFEST_SCHEMA",
      "/rollback",
    ],
    [
      "an ECU with a member it does not know",
      { ...floors, ecus: { "gw-1": { ...floors.ecus["gw-1"], x: 1 } } },
      "ERR_MANIFEST_SCHEMA",
      "/ecus/gw-1",
    ],
    [
      "a use with a member it does not know",
      {
        ...floors,
        rollback: {
          ...floors.rollback,
          ecus: { a: { authorisation: digestOf("a"), sha256: digestOf("b"), state: "begun", x: 1 } },
        },
      },
      "ERR_MANIFEST_SCHEMA",
      "/rollback/ecus/a",
    ],
    ...["x", `${digestOf("a")}a`, `x${digestOf("a")}`].map(
      (digest) =>
        [
          `the digest ${digest.slice(0, 3)} of ${digest.length}`,
          { ...floors, ecus: { a: { ...floors.ecus["gw-1"], failed: [digest] } } },
          "ERR_MANIFEST_SCHEMA",
          "/ecus/a/failed/0",
        ] as const,
    ),
    ...["0".repeat(30), "0".repeat(33), "0".repeat(130), `x${"0".repeat(32)}`, `${"0".repeat(32)}x`].map(
      (nonce) =>
        [
          `the nonce ${nonce.slice(0, 3)} of ${nonce.length}`,
          { ...floors, rollback: { ...floors.rollback, nonces: [nonce] } },
          "ERR_MANIFEST_SCHEMA",
          "/rollback/nonces/0",
        ] as const,
    ),
    ...["", "/root", "director/", "director/root/x", "Director/root", "director root"].map(
      (name) =>
        [
          `the metadata name "${name}"`,
          { ...floors, metadata: { [name]: 1 } },
          "ERR_MANIFEST_SCHEMA",
          `/metadata/${name.replaceAll("/", "~1")}`,
        ] as const,
    ),
    ["no ECUs", { ...floors, ecus: undefined }, "ERR_MANIFEST_SCHEMA", "/ecus"],
    ["a field it does not know", { ...floors, extra: 1 }, "ERR_MANIFEST_SCHEMA", ""],
  ])("read back refuse %s", (_, stored, code, path) => {
    expect(errorOf(() => parseUpdateFloors(jsonBytes(stored)))).toMatchObject({ code, path });
  });
});
