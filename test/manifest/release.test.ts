import { describe, expect, it } from "vitest";
import { parseReleaseManifest } from "../../src/manifest/index.ts";
import { errorOf } from "../error-of.ts";
import { digestOf, imageOf, jsonBytes, manifestOf } from "./release-fixture.ts";

const delta = {
  format: "bsdiff40",
  base: { length: 900, hashes: { sha256: digestOf("a") } },
  length: 120,
  hashes: { sha256: digestOf("c") },
};

describe("parseReleaseManifest", () => {
  it("reads a release with deltas", () => {
    const manifest = manifestOf({ images: [imageOf({ deltas: [delta] })], critical: ["/images/*/securityEpoch"] });
    expect(JSON.parse(JSON.stringify(parseReleaseManifest(jsonBytes(manifest))))).toEqual(manifest);
  });

  it("keeps fields it does not know, whatever their names", () => {
    const text = `{"__proto__":{"polluted":1},"constructor":2,${JSON.stringify(manifestOf()).slice(1)}`;
    const manifest = parseReleaseManifest(new TextEncoder().encode(text)) as unknown as Record<string, unknown>;
    expect(Object.keys(manifest)).toEqual(["__proto__", "constructor", "schema", "releaseId", "expires", "images"]);
    expect(JSON.stringify(manifest)).toBe(text);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  const wrong: readonly [string, Record<string, unknown>, string][] = [
    ["an empty list of images", { images: [] }, "/images"],
    ["a missing list of images", { images: undefined }, "/images"],
    ["a release id with a slash", { releaseId: "a/b" }, "/releaseId"],
    ["an empty release id", { releaseId: "" }, "/releaseId"],
    ["a release id of 129 characters", { releaseId: "a".repeat(129) }, "/releaseId"],
    ["a negative counter", { images: [imageOf({ releaseCounter: -1 })] }, "/images/0/releaseCounter"],
    ["a counter as text", { images: [{ ...imageOf(), releaseCounter: "7" }] }, "/images/0/releaseCounter"],
    ["a missing epoch", { images: [{ ...imageOf(), securityEpoch: undefined }] }, "/images/0/securityEpoch"],
    ["an empty image", { images: [imageOf({ length: 0 })] }, "/images/0/length"],
    ["no usable hash", { images: [{ ...imageOf(), hashes: {} }] }, "/images/0/hashes/sha256"],
    ["an upper-case hash", { images: [imageOf({ hashes: { sha256: digestOf("B") } })] }, "/images/0/hashes/sha256"],
    ["a short hash", { images: [imageOf({ hashes: { sha256: "b".repeat(63) } })] }, "/images/0/hashes/sha256"],
    ["a version that could forge a log line", { images: [imageOf({ version: "1\n2" })] }, "/images/0/version"],
    ["101 deltas", { images: [{ ...imageOf(), deltas: Array(101).fill(delta) }] }, "/images/0/deltas"],
    ["an empty version", { images: [imageOf({ version: "" })] }, "/images/0/version"],
    [
      "a delta without base",
      { images: [{ ...imageOf(), deltas: [{ ...delta, base: undefined }] }] },
      "/images/0/deltas/0/base",
    ],
    ["an empty critical list", { critical: [] }, "/critical"],
  ];
  it.each(wrong)("refuses %s", (_, changes, path) => {
    expect(errorOf(() => parseReleaseManifest(jsonBytes({ ...manifestOf(), ...changes })))).toMatchObject({
      code: "ERR_MANIFEST_SCHEMA",
      path,
    });
  });

  it("refuses another schema by its own code", () => {
    const bytes = jsonBytes({ ...manifestOf(), schema: "ota-release/2" });
    expect(errorOf(() => parseReleaseManifest(bytes))).toMatchObject({
      code: "ERR_MANIFEST_SCHEMA_VERSION",
      path: "/schema",
      details: { expected: "ota-release/1", found: "ota-release/2" },
    });
  });

  it.each([
    ["a document that is no object", "[]", ""],
    ["a document that is null", "null", ""],
    ["a missing schema", "{}", "/schema"],
    ["a schema that is no text", '{"schema":1}', "/schema"],
  ])("refuses %s", (_, text, path) => {
    expect(errorOf(() => parseReleaseManifest(new TextEncoder().encode(text)))).toMatchObject({
      code: "ERR_MANIFEST_SCHEMA",
      path,
    });
  });

  it("refuses two images for one hardware id", () => {
    const bytes = jsonBytes(manifestOf({ images: [imageOf(), imageOf({ releaseCounter: 1 })] }));
    expect(errorOf(() => parseReleaseManifest(bytes))).toMatchObject({
      code: "ERR_MANIFEST_DUPLICATE_IMAGE",
      path: "/images/1/hardwareId",
    });
  });

  it("refuses a critical field that is not there", () => {
    const bytes = jsonBytes(manifestOf({ critical: ["images", "maximumAmbientTemperature"] }));
    expect(errorOf(() => parseReleaseManifest(bytes))).toMatchObject({
      code: "ERR_MANIFEST_CRITICAL",
      path: "/critical/1",
      details: { field: "maximumAmbientTemperature" },
    });
  });

  it("refuses a hostile document of many faults at the first, in little memory", () => {
    const images = Array.from({ length: 2_000 }, (_, index) => ({
      ...imageOf({ hardwareId: `h${index}` }),
      deltas: Array.from({ length: 99 }, () => ({})),
    }));
    expect(errorOf(() => parseReleaseManifest(jsonBytes(manifestOf({ images: images as never }))))).toMatchObject({
      code: "ERR_MANIFEST_SCHEMA",
      path: "/images/0/deltas/0/length",
    });
  });

  it.each(["x".repeat(1_000_000), "", 1])("refuses a critical field that is no name, in a short message", (field) => {
    const found = errorOf(() => parseReleaseManifest(jsonBytes(manifestOf({ critical: [field as string] }))));
    expect(found).toMatchObject({ code: "ERR_MANIFEST_SCHEMA", path: "/critical/0" });
    expect((found as Error).message.length).toBeLessThan(200);
  });

  it("keeps the caller's limits", () => {
    expect(errorOf(() => parseReleaseManifest(jsonBytes(manifestOf()), { maxBytes: 50 }))).toMatchObject({
      code: "ERR_CORE_LIMIT",
    });
  });
});
