import { describe, expect, it } from "vitest";
import {
  buildRelease,
  encodeRelease,
  parseReleaseManifest,
  releasePayloadType,
  verifyRelease,
} from "../../src/manifest/index.ts";
import { signDsse } from "../../src/signing/index.ts";
import { errorOf } from "../error-of.ts";
import { changed, completeRelease } from "./release-complete.ts";
import { imageOf, jsonBytes, manifestOf, now, signers, trust } from "./release-fixture.ts";

/** Verifies a release as a vehicle does; what is signed is not checked before. */
async function verify(manifest: unknown, understands?: readonly string[]) {
  const envelope = await signDsse(releasePayloadType, jsonBytes(manifest), signers.slice(0, 2));
  return verifyRelease(envelope, trust, { now, ...(understands === undefined ? {} : { understands }) });
}

const refusal = (path: string, field: string, fault: string) => ({
  code: "ERR_MANIFEST_CRITICAL",
  message: `Cannot use release: critical field "${field}" ${fault}`,
  path,
  details: { field },
});

describe("critical fields", () => {
  it("are understood in a complete release", async () => {
    expect((await verify(completeRelease(), ["groups"])).manifest.releaseId).toBe("2026-11:brake");
  });

  const understood = [
    "schema",
    "images",
    "/images/*/deltas/*/base/hashes/sha256",
    "/images/0/deltas/1/format",
    "/images/*/encryption/parameters/bits",
    "/images/*/encryption/parameters/*",
    "/images/*/provides/brake-fw",
    "/images/*/clears/*",
    "/versionSchemes/*",
  ];
  it.each(understood)("%s is understood", async (field) => {
    expect((await verify(changed("/critical", [field]))).manifest.critical).toEqual([field]);
  });

  it.each([
    "groups",
    "/groups/*/hardwareIds/0",
    "conditions",
    "recovery",
    "approvals",
    "evidence",
    "installDurationMs",
    "notices",
    "/images/*/evidence",
  ])("%s is understood when the application acts on it", async (field) => {
    const release = changed("/critical", [field]);
    await expect(verify(release)).rejects.toMatchObject(refusal("/critical/0", field, "is not understood"));
    expect((await verify(release, [field])).manifest.critical).toEqual([field]);
    // The signing side cannot know what vehicles act on.
    expect(buildRelease(release).critical).toEqual([field]);
  });

  it("are understood with everything below them, and nothing beside them", async () => {
    const release = changed("/critical", ["/notices/de-AT/text"]);
    expect((await verify(release, ["notices"])).manifest.critical).toHaveLength(1);
    expect((await verify(release, ["/notices/*/text"])).manifest.critical).toHaveLength(1);
    for (const understands of [[], ["/notices/en"], ["/notices/de-AT/text/x"], ["notice"], ["/notices/de-AT/title"]]) {
      await expect(verify(release, understands)).rejects.toMatchObject(
        refusal("/critical/0", "/notices/de-AT/text", "is not understood"),
      );
    }
  });

  it("are not covered by what is below them", async () => {
    const release = changed("/critical", ["notices"]);
    await expect(verify(release, ["/notices/*"])).rejects.toMatchObject({ code: "ERR_MANIFEST_CRITICAL" });
  });

  it("of a prototype's name are not known", async () => {
    const release = manifestOf({ constructor: 1, critical: ["constructor"] } as never);
    await expect(verify(release)).rejects.toMatchObject(refusal("/critical/0", "constructor", "is not understood"));
  });

  it("of one element do not cover all of them", async () => {
    const release = changed("/critical", ["/notices/*"]);
    await expect(verify(release, ["/notices/en"])).rejects.toMatchObject({ code: "ERR_MANIFEST_CRITICAL" });
  });

  it("of the application's own must be named by it", async () => {
    const thermal = { ...manifestOf({ images: [{ ...imageOf(), "x/heat": { max: 60 } } as never] }) };
    const release = { ...thermal, critical: ["/images/*/x~1heat"] };
    const fault = refusal("/critical/0", "/images/*/x~1heat", "is not understood");
    await expect(verify(release)).rejects.toMatchObject(fault);
    expect((await verify(release, ["/images/*/x~1heat"])).manifest.critical).toHaveLength(1);
    expect(errorOf(() => encodeRelease(release))).toMatchObject(fault);
    const understands = ["/images/*/x~1heat"];
    expect(encodeRelease(release, { understands }).length).toBeGreaterThan(100);
  });

  it("of an image are names in that image", async () => {
    const own = (critical: string[], at = 0) => {
      const { critical: _, ...release } = changed(`/images/${at}/critical`, critical);
      return release;
    };
    expect((await verify(own(["requires", "/deltas/*/memoryBytes"]))).manifest.images[0]!.critical).toHaveLength(2);
    await expect(verify(own(["requires"], 1))).rejects.toMatchObject(
      refusal("/images/1/critical/0", "requires", "is not there"),
    );
    await expect(verify(own(["version", "evidence"]))).rejects.toMatchObject(
      refusal("/images/0/critical/1", "evidence", "is not understood"),
    );
    expect((await verify(own(["evidence"]), ["/images/*/evidence"])).manifest.images).toHaveLength(2);
    expect((await verify(own(["evidence"]), ["/images/0"])).manifest.images).toHaveLength(2);
  });

  it.each([
    "x-thermal",
    "securityEpoch",
    "/images/2",
    "/images/*/minimum",
    "/images/*/deltas/2",
    "/releaseId/0",
    "constructor",
    "__proto__",
    "toString",
    "~0",
  ])("%s is not there", (field) => {
    const bytes = jsonBytes(changed("/critical", ["images", field]));
    expect(errorOf(() => parseReleaseManifest(bytes))).toMatchObject(refusal("/critical/1", field, "is not there"));
  });

  it("do not end at the length of a list", async () => {
    const release = changed("/critical", ["/images/length"]);
    await expect(verify(release)).rejects.toMatchObject({ code: "ERR_MANIFEST_CRITICAL" });
  });

  it("are there when one of many elements has them", () => {
    const images = [imageOf(), imageOf({ hardwareId: "b", notHw: ["rev A"] })];
    expect(parseReleaseManifest(jsonBytes(manifestOf({ images, critical: ["/images/*/notHw"] })))).toBeDefined();
  });

  it("that this reader does not know can be read, not verified", async () => {
    const release = manifestOf({ "x-new-rule": 1, critical: ["x-new-rule"] });
    expect(parseReleaseManifest(jsonBytes(release)).critical).toEqual(["x-new-rule"]);
    await expect(verify(release)).rejects.toMatchObject(refusal("/critical/0", "x-new-rule", "is not understood"));
  });
});
