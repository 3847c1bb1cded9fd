import { describe, expect, it } from "vitest";
import { parseReleaseManifest } from "../../src/manifest/index.ts";
import { errorOf } from "../error-of.ts";
import { changed, completeBytes, completeRelease } from "./release-complete.ts";
import { digestOf, jsonBytes } from "./release-fixture.ts";

const faultOf = (path: string, value: unknown) => errorOf(() => parseReleaseManifest(jsonBytes(changed(path, value))));
const prefix = "Cannot use release manifest: ";
const id = "expected 1 to 128 of A-Z a-z 0-9 . _ : -";
const image = "/images/0";

describe("shape of ota-release/1", () => {
  it("has every field", () => {
    expect(JSON.parse(JSON.stringify(parseReleaseManifest(completeBytes)))).toEqual(completeRelease());
  });

  it("needs only a few of them", () => {
    const [, { provides: _, ...small }] = completeRelease().images as [
      unknown,
      ReturnType<typeof completeRelease>["images"][0],
    ];
    const release = { schema: "ota-release/1", releaseId: "r", expires: "2027-01-01T00:00:00Z", images: [small] };
    expect(Object.keys(small)).toEqual([
      "hardwareId",
      "version",
      "releaseCounter",
      "securityEpoch",
      "length",
      "hashes",
    ]);
    expect(parseReleaseManifest(jsonBytes(release)).images).toHaveLength(1);
  });

  it.each([
    "/schema",
    "/releaseId",
    "/expires",
    "/images",
    `${image}/hardwareId`,
    `${image}/version`,
    `${image}/releaseCounter`,
    `${image}/securityEpoch`,
    `${image}/length`,
    `${image}/hashes`,
    `${image}/hashes/sha256`,
    `${image}/encryption/scheme`,
    `${image}/encryption/ciphertext`,
    `${image}/encryption/ciphertext/length`,
    `${image}/deltas/1/format`,
    `${image}/deltas/1/base`,
    `${image}/deltas/1/length`,
    `${image}/deltas/0/result/hashes`,
    `${image}/dataFormat/produced`,
    `${image}/dataFormat/minimumRead`,
    `${image}/requires/1/component`,
    `${image}/conflicts/0/range`,
    `${image}/evidence/0/predicateType`,
    "/groups/0/name",
    "/groups/0/hardwareIds",
    "/rxswin/1/regulation",
    "/rxswin/1/after",
    "/conditions/uri",
    "/recovery/hashes",
    "/approvals/0/hashes",
    "/notices/en/title",
    "/notices/de-AT/text",
  ])("needs %s", (path) => {
    const fault = faultOf(path, undefined);
    expect(fault).toMatchObject({ code: "ERR_MANIFEST_SCHEMA", path });
    expect((fault as Error).message.startsWith(`${prefix}"${path}" is missing, `)).toBe(true);
  });

  const textOf = (length: number): string => "x".repeat(length);
  const wrong: readonly [string, unknown, string][] = [
    ["/releaseId", "a/b", id],
    ["/releaseId", textOf(129), id],
    ["/releaseId", "__proto__", id],
    ["/sequence", -1, "expected integer 0 .. 2^53-1"],
    ["/sequence", "41", "expected integer 0 .. 2^53-1"],
    ["/issued", "2026-11-01", "expected UTC time of the form YYYY-MM-DDTHH:MM:SSZ"],
    ["/expires", "2027-02-30T00:00:00Z", "expected UTC time of the form YYYY-MM-DDTHH:MM:SSZ"],
    ["/images", {}, "expected list of 1 to 10000"],
    ["/images", [], "expected list of 1 to 10000"],
    [image, [], "expected object"],
    [`${image}/length`, 0, "expected integer 1 .. 2^53-1"],
    [`${image}/hashes`, "x", "expected object"],
    [`${image}/hashes/sha256`, digestOf("A"), "expected 64 lower-case hexadecimal digits"],
    [`${image}/hashes/sha512`, digestOf("a"), "expected 128 lower-case hexadecimal digits"],
    [`${image}/version`, "1\n2", "expected 1 to 256 characters without control characters"],
    [`${image}/version`, textOf(257), "expected 1 to 256 characters without control characters"],
    [`${image}/versionScheme`, "rpm", "expected version scheme, or opaque"],
    [`${image}/versionScheme`, { custom: [] }, "expected version scheme, or opaque"],
    [
      `${image}/path`,
      "a/../b",
      "expected path of 1 to 512 characters without backslash and without empty, . or .. segment",
    ],
    [`${image}/encryption/scheme`, "AES", "expected 1 to 64 of a-z 0-9 . -"],
    [`${image}/encryption/parameters`, [], "expected object of at most 100 members"],
    [`${image}/deltas`, Array(101).fill({}), "expected list of 0 to 100"],
    [`${image}/deltas/0/memoryBytes`, 1.5, ""],
    [`${image}/minimumSource`, 3, "expected object"],
    [`${image}/requires/0/slot`, "fallback", "expected active"],
    [`${image}/requires/0/range`, "", "expected 1 to 1024 characters without control characters"],
    [`${image}/provides`, [], "expected object of at most 1000 members"],
    [`${image}/provides/a b`, "1", id],
    [`${image}/provides/brake-fw`, 4, "expected 1 to 256 characters without control characters"],
    [`${image}/clears/0`, "a?", "expected 1 to 128 of A-Z a-z 0-9 . _ : - and at most eight *"],
    [`${image}/clears/0`, "*a".repeat(9), "expected 1 to 128 of A-Z a-z 0-9 . _ : - and at most eight *"],
    [`${image}/clears/0`, "", "expected 1 to 128 of A-Z a-z 0-9 . _ : - and at most eight *"],
    [`${image}/clears/0`, textOf(129), "expected 1 to 128 of A-Z a-z 0-9 . _ : - and at most eight *"],
    [`${image}/requiresHw`, [], "expected list of 1 to 100"],
    ["/groups/0/hardwareIds", ["brake-a"], "expected list of 2 to 1000"],
    ["/versionSchemes/gateway-fw", "rpm", "expected version scheme, or opaque"],
    ["/rxswin/0/after", "", "expected 1 to 128 characters without control characters"],
    ["/conditions/length", 0, "expected integer 1 .. 2^53-1"],
    ["/installDurationMs", 0, "expected integer 1 .. 2^53-1"],
    ["/notices/de_AT", { title: "t", text: "t" }, "expected language tag of BCP 47, at most 35 characters"],
    ["/notices/en/text", "a\tb", "expected 1 to 8000 characters without control characters but line feeds"],
    ["/notices/en/title", "a\nb", "expected 1 to 200 characters without control characters"],
    ["/notices/de-AT/changedFunctions/0", "", "expected 1 to 500 characters without control characters but line feeds"],
    ["/critical", [], "expected list of 1 to 32"],
    ["/critical", Array(33).fill("images"), "expected list of 1 to 32"],
    ["/critical/0", "a/b", "expected member name or path of 1 to 256 characters and at most eight segments"],
    ["/critical/0", "/a".repeat(9), "expected member name or path of 1 to 256 characters and at most eight segments"],
  ];
  it.each(wrong)("refuses %s %j", (path, value, words) => {
    const fault = faultOf(path, value);
    // A fraction is no strict JSON of ours, wherever it stands.
    const code = value === 1.5 ? "ERR_CORE_JSON_NOT_INTEGER" : "ERR_MANIFEST_SCHEMA";
    expect(fault).toMatchObject({ code, path });
    if (words !== "") expect((fault as Error).message).toBe(`${prefix}"${path}" ${words}`);
  });

  it.each(["a//b", "/a", "a/", ".", "..", "./a", "a/.", "a/..", "..\\a", "a\\b", "a\u0000", "", "x".repeat(513)])(
    "refuses the path %j",
    (path) => {
      expect(faultOf(`${image}/path`, path)).toMatchObject({ code: "ERR_MANIFEST_SCHEMA", path: `${image}/path` });
    },
  );

  it.each([".a", "a..b/c", "...", "ä/ö.bin", "x".repeat(512)])("takes the path %j", (path) => {
    const release = parseReleaseManifest(jsonBytes(changed(`${image}/path`, path)));
    expect(release.images[0]!.path).toBe(path);
  });

  it.each([
    [`${image}/encryption/parameters`, 100, 1],
    [`${image}/provides`, 1_000, "1"],
    ["/versionSchemes", 1_000, "opaque"],
    ["/notices", 200, { title: "t", text: "t" }],
  ])("bounds the members of %s by %d", (path, most, member) => {
    const names = Array.from({ length: most + 1 }, (_, index) => `en-${index}`);
    const fault = faultOf(path, Object.fromEntries(names.map((name) => [name, member])));
    expect(fault).toMatchObject({ code: "ERR_MANIFEST_SCHEMA", path });
    const fits = changed(path, Object.fromEntries(names.slice(1).map((name) => [name, member])));
    const { critical: _, ...release } = fits;
    const { requires: __, conflicts: ___, ...first } = release.images[0]!;
    expect(parseReleaseManifest(jsonBytes({ ...release, images: [first, release.images[1]] })).images).toHaveLength(2);
  });

  it("keeps fields that it does not know, at every level", () => {
    for (const path of ["/x", `${image}/x`, `${image}/deltas/0/x`, `${image}/hashes/blake3`, "/notices/en/x"]) {
      const release = changed(path, { kept: [1, { two: null }] });
      expect(JSON.parse(JSON.stringify(parseReleaseManifest(jsonBytes(release))))).toEqual(release);
    }
  });

  it("refuses every truncation by a typed error", () => {
    const bytes = jsonBytes(completeRelease());
    for (let length = 0; length < bytes.length; length++) {
      const { code } = errorOf(() => parseReleaseManifest(bytes.subarray(0, length))) as { code: string };
      // The only letter beyond ASCII may be cut in two.
      expect(["ERR_CORE_JSON_SYNTAX", "ERR_CORE_UTF8"]).toContain(code);
    }
  });
});
