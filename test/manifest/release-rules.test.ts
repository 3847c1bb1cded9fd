import { describe, expect, it } from "vitest";
import { parseReleaseManifest } from "../../src/manifest/index.ts";
import { errorOf } from "../error-of.ts";
import { changed } from "./release-complete.ts";
import { digestOf, jsonBytes } from "./release-fixture.ts";

const faultOf = (path: string, value: unknown) => errorOf(() => parseReleaseManifest(jsonBytes(changed(path, value))));
const image = "/images/0";
const file = (letter: string, length: number) => ({ length, hashes: { sha256: digestOf(letter) } });
const delta = (base: string, result: string | undefined, patch: string, format = "bsdiff40") => ({
  format,
  base: file(base, 10),
  ...(result === undefined ? {} : { result: file(result, 10) }),
  ...file(patch, 5),
});

describe("rules of ota-release/1 across fields", () => {
  /** What is changed, and the code, the place and the words of the refusal. */
  const wrong: readonly [string, string, unknown, string, string, string][] = [
    [
      "expires when issued",
      "/issued",
      "2027-01-01T00:00:00Z",
      "VALIDITY",
      "/issued",
      "it expires before it was issued",
    ],
    [
      "two images of one hardware",
      "/images/1/hardwareId",
      "brake-a",
      "DUPLICATE_IMAGE",
      "/images/1/hardwareId",
      'two images for hardware id "brake-a"',
    ],
    [
      "a version of another scheme",
      `${image}/version`,
      "4.2",
      "VERSION",
      `${image}/version`,
      "the version is none of its scheme",
    ],
    [
      "a provided version of another scheme",
      "/images/1/provides/gateway-fw",
      "three",
      "VERSION",
      "/images/1/provides/gateway-fw",
      "the version is none of its scheme",
    ],
    [
      "no bound",
      `${image}/minimumSource`,
      {},
      "MINIMUM_SOURCE",
      `${image}/minimumSource`,
      "the minimum source has no bound",
    ],
    [
      "a source counter above the image",
      `${image}/minimumSource/releaseCounter`,
      43,
      "MINIMUM_SOURCE",
      `${image}/minimumSource/releaseCounter`,
      "the minimum source is above the image itself",
    ],
    [
      "a source version above the image",
      `${image}/minimumSource/version`,
      "4.2.1",
      "MINIMUM_SOURCE",
      `${image}/minimumSource/version`,
      "the minimum source is above the image itself",
    ],
    [
      "a source version of another scheme",
      `${image}/minimumSource/version`,
      "4",
      "MINIMUM_SOURCE",
      `${image}/minimumSource/version`,
      "the minimum version has no order with the image's",
    ],
    [
      "a source version without an order",
      `${image}/versionScheme`,
      undefined,
      "MINIMUM_SOURCE",
      `${image}/minimumSource/version`,
      "a minimum version needs an order: versionScheme",
    ],
    [
      "a source version with equality alone",
      `${image}/versionScheme`,
      "opaque",
      "MINIMUM_SOURCE",
      `${image}/minimumSource/version`,
      "a minimum version needs an order: versionScheme",
    ],
    [
      "data that it cannot read back",
      `${image}/dataFormat/minimumRead`,
      6,
      "DATA_FORMAT",
      `${image}/dataFormat/minimumRead`,
      "the image cannot read the data that it produces",
    ],
    [
      "a ciphertext that is the plaintext",
      `${image}/encryption/ciphertext/hashes/sha256`,
      digestOf("1"),
      "ENCRYPTION",
      `${image}/encryption/ciphertext`,
      "plaintext and ciphertext are the same file",
    ],
    [
      "an encrypted patch that is its plaintext",
      `${image}/deltas/1/encryption/ciphertext/hashes/sha256`,
      digestOf("6"),
      "ENCRYPTION",
      `${image}/deltas/1/encryption/ciphertext`,
      "plaintext and ciphertext are the same file",
    ],
    [
      "a delta whose base is its result",
      "/images/1/deltas",
      [{ ...delta("a", undefined, "f"), base: file("a", 4096) }],
      "DELTA",
      "/images/1/deltas/0/base",
      "the base of a delta is its own result",
    ],
    [
      "a step whose base is its result",
      "/images/1/deltas",
      [delta("0", undefined, "e"), delta("0", "0", "f")],
      "DELTA",
      "/images/1/deltas/1/base",
      "the base of a delta is its own result",
    ],
    [
      "one delta twice",
      "/images/1/deltas",
      [delta("0", undefined, "e"), delta("0", undefined, "f")],
      "DELTA",
      "/images/1/deltas/1",
      "two deltas of one format have the same base and result",
    ],
    [
      "a delta that leads nowhere",
      "/images/1/deltas",
      [delta("0", undefined, "e"), delta("0", "b", "f")],
      "DELTA",
      "/images/1/deltas/1/result",
      "no other delta leads on from the result of a delta",
    ],
    [
      "two deltas that lead to each other alone",
      "/images/1/deltas",
      [delta("0", "b", "e"), delta("b", "0", "f")],
      "DELTA",
      "/images/1/deltas/0/result",
      "no other delta leads on from the result of a delta",
    ],
    [
      "hardware that is required and excluded",
      `${image}/notHw/0`,
      "rev C",
      "RELATION",
      `${image}/requiresHw/1`,
      'hardware "rev C" is required and excluded',
    ],
    [
      "a range of another scheme",
      `${image}/requires/0/range`,
      ">=three",
      "RANGE",
      `${image}/requires/0/range`,
      "the range is none of the component's scheme",
    ],
    [
      "an order of a component without scheme",
      `${image}/requires/1/range`,
      ">=2026-b",
      "RANGE",
      `${image}/requires/1/range`,
      "the range is none of the component's scheme",
    ],
    [
      "a requirement for itself",
      `${image}/requires/1`,
      { component: "brake-fw", range: ">=4.0.0" },
      "RELATION",
      `${image}/requires/1`,
      'the image requires what it provides itself: "brake-fw"',
    ],
    [
      "a requirement for itself on its own hardware",
      `${image}/requires/1`,
      { component: "brake-fw", range: "*", hardwareId: "brake-a" },
      "RELATION",
      `${image}/requires/1`,
      'the image requires what it provides itself: "brake-fw"',
    ],
    [
      "a conflict with itself",
      `${image}/conflicts/0`,
      { component: "brake-fw", range: ">=4.2.0" },
      "RELATION",
      `${image}/conflicts/0`,
      'the image conflicts with what it provides itself: "brake-fw"',
    ],
    [
      "what is required and excluded",
      `${image}/conflicts/0`,
      { component: "map-licence", range: "=2026-b" },
      "RELATION",
      `${image}/conflicts/0`,
      'twice in the relations of an image is "map-licence"',
    ],
    [
      "a group twice",
      "/groups/1",
      { name: "chassis", hardwareIds: ["x", "y"] },
      "GROUP",
      "/groups/1/name",
      'two groups are named "chassis"',
    ],
    [
      "a group with a stranger",
      "/groups/0/hardwareIds/1",
      "gateway-c",
      "GROUP",
      "/groups/0/hardwareIds/1",
      'a group has no image for "gateway-c"',
    ],
    [
      "a member of two groups",
      "/groups/1",
      { name: "other", hardwareIds: ["gateway-b", "brake-a"] },
      "GROUP",
      "/groups/1/hardwareIds/0",
      'twice in the groups is "gateway-b"',
    ],
    [
      "a member twice",
      "/groups/0/hardwareIds/1",
      "brake-a",
      "GROUP",
      "/groups/0/hardwareIds/1",
      'twice in the groups is "brake-a"',
    ],
    [
      "one regulation twice",
      "/rxswin/1/regulation",
      "R13H",
      "RXSWIN",
      "/rxswin/1/regulation",
      'two changes for regulation "R13H"',
    ],
    [
      "a number that stays",
      "/rxswin/0/after",
      "13H-AB-1",
      "RXSWIN",
      "/rxswin/0/after",
      "a number that does not change is no change",
    ],
    [
      "one language twice",
      "/notices/EN",
      { title: "t", text: "t" },
      "NOTICE",
      "/notices/EN",
      'two notices for language "en"',
    ],
    [
      "an approval twice",
      "/approvals/1",
      { predicateType: "other", hashes: { sha256: digestOf("d") } },
      "STATEMENT",
      "/approvals/1",
      `two references to statement "${digestOf("d")}"`,
    ],
    [
      "one result of a test twice",
      "/evidence/1",
      { predicateType: "other", hashes: { sha256: digestOf("e") } },
      "STATEMENT",
      "/evidence/1",
      `two references to statement "${digestOf("e")}"`,
    ],
    [
      "one SBOM twice",
      `${image}/evidence/0/hashes/sha256`,
      digestOf("9"),
      "STATEMENT",
      `${image}/evidence/1`,
      `two references to statement "${digestOf("9")}"`,
    ],
    [
      "a file of two lengths",
      `${image}/deltas/1/base/length`,
      9,
      "FILE",
      `${image}/deltas/1/base/length`,
      `file ${digestOf("4")} has two lengths`,
    ],
    [
      "a file of a second, greater length",
      `${image}/deltas/1/base/length`,
      9_999,
      "FILE",
      `${image}/deltas/1/base/length`,
      `file ${digestOf("4")} has two lengths`,
    ],
    [
      "a file of two SHA-512",
      "/images/1/deltas",
      [
        {
          ...delta("0", undefined, "e"),
          base: { length: 2048, hashes: { sha256: digestOf("1"), sha512: "2".repeat(128) } },
        },
      ],
      "FILE",
      "/images/1/deltas/0/base/hashes/sha512",
      `file ${digestOf("1")} has two values of sha512`,
    ],
    [
      "a file of two SHA-512, which was named without one before",
      "/images/1/deltas",
      [undefined, "2", "3"].map((digit, index) => ({
        ...delta("0", undefined, "def"[index]!),
        base: { length: 77, hashes: { sha256: digestOf("c"), ...(digit && { sha512: digit.repeat(128) }) } },
      })),
      "FILE",
      "/images/1/deltas/2/base/hashes/sha512",
      `file ${digestOf("c")} has two values of sha512`,
    ],
    [
      "a ciphertext of two lengths",
      `${image}/deltas/1/encryption/ciphertext/hashes/sha256`,
      digestOf("2"),
      "FILE",
      `${image}/deltas/1/encryption/ciphertext/length`,
      `file ${digestOf("2")} has two lengths`,
    ],
    [
      "two files of one path",
      "/images/1/path",
      "brake-a/4.2.0.bin",
      "FILE",
      "/images/1/path",
      'two files have the path "brake-a/4.2.0.bin"',
    ],
  ];
  it.each(wrong)("refuse %s", (_, path, value, code, at, words) => {
    const fault = faultOf(path, value) as Error;
    expect(fault).toMatchObject({ code: `ERR_MANIFEST_${code}`, path: at });
    expect(fault.message).toBe(`Cannot use release: ${words}`);
  });

  const right: readonly [string, string, unknown][] = [
    ["an expiry one second after issue", "/issued", "2026-12-31T23:59:59Z"],
    ["a source as new as the image", `${image}/minimumSource`, { releaseCounter: 42, version: "4.2.0" }],
    ["data read only in its own format", `${image}/dataFormat/minimumRead`, 5],
    ["a conflict with an older version of itself", `${image}/conflicts/0`, { component: "brake-fw", range: "<4.0.0" }],
    [
      "a requirement for its name on another ECU",
      `${image}/requires/1`,
      { component: "brake-fw", range: "*", hardwareId: "brake-b" },
    ],
    ["one component in two ranges", `${image}/requires/1`, { component: "gateway-fw", range: "*" }],
    [
      "two formats of one delta",
      "/images/1/deltas",
      [delta("0", undefined, "e"), delta("0", undefined, "f", "vcdiff")],
    ],
    [
      "a circle that leads out",
      "/images/1/deltas",
      [delta("0", "b", "e"), delta("b", "0", "f"), delta("b", undefined, "d")],
    ],
    ["one path for one file", "/images/1", { ...image2(), path: "brake-a/4.2.0.bin" }],
  ];
  it.each(right)("take %s", (_, path, value) => {
    expect(parseReleaseManifest(jsonBytes(changed(path, value))).images).toHaveLength(2);
  });

  it("do not take a prototype's member for a version scheme", () => {
    const fault = faultOf(`${image}/requires/1`, { component: "constructor", range: ">=1" });
    expect(fault).toMatchObject({ code: "ERR_MANIFEST_RANGE", path: `${image}/requires/1/range` });
  });

  it("are checked in time for a long document", () => {
    const hardwareIds = Array.from({ length: 10_000 }, (_, index) => `ecu-${index}`);
    const images = hardwareIds.map((hardwareId) => ({ ...image2(), hardwareId, provides: {} }));
    const release = { schema: "ota-release/1", releaseId: "r", expires: "2027-01-01T00:00:00Z", images };
    expect(parseReleaseManifest(jsonBytes(release)).images).toHaveLength(10_000);
  });

  /** The gateway's image with the ciphertext of the brake's under it, so that both may have its path. */
  function image2() {
    const { hardwareId, version, releaseCounter, securityEpoch } = changed("/sequence", 1).images[1]!;
    return { hardwareId, version, releaseCounter, securityEpoch, ...file("2", 2048) };
  }
});
